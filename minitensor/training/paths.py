"""Where files are to be written, looked at before there is anything to write."""

from __future__ import annotations

import os
import tempfile

ENDINGS = (".npz", ".safetensors")


def check_path(path: str | os.PathLike[str], operation: str) -> str:
    """Refuse a path that nothing could be saved to, and return it as a string.

    Raises
    ------
    TypeError
        It is no path.
    ValueError
        It ends in neither .npz nor .safetensors.
    OSError
        Its directory is not there or takes no files, or it is a directory itself.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"{operation}: path is a str or os.PathLike, got {type(path).__name__}")
    name = os.fspath(path)
    if not name.endswith(ENDINGS):
        raise ValueError(f"{operation}: path ends in {' or '.join(ENDINGS)}, got {name!r}")
    if os.path.isdir(name):
        raise IsADirectoryError(f"{operation}: {name} is a directory")
    directory = os.path.dirname(name) or os.curdir
    try:
        tempfile.TemporaryFile(dir=directory).close()
    except OSError as error:
        raise type(error)(error.errno, f"{operation}: cannot write in {directory}: {error.strerror}") from None
    return name
