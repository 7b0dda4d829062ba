"""What can be wrong with a file, in words."""

from __future__ import annotations


class FileFormatError(ValueError):
    """A file that is not what it should be: damaged, cut off, or of another format.

    Nothing of it has been loaded then. A file that cannot be read at all is an OSError.

    Examples
    --------
    >>> import io
    >>> import minitensor as mt
    >>> mt.load(io.BytesIO(b"hello"))
    Traceback (most recent call last):
        ...
    minitensor.serialization.errors.FileFormatError: load: the BytesIO is neither .npz nor .safetensors: it is text
    """


class MalformedError(Exception):
    """What is wrong with the file that is being read; `load` tells it with the file's name in front."""


def amount(size: int) -> str:
    """A number of bytes as people write it.

    Examples
    --------
    >>> amount(17), amount(4_200), amount(3 * 10**9)
    ('17 bytes', '4.2 kB', '3.0 GB')
    """
    if size < 1000:
        return f"{size} byte{'s' * (size != 1)}"
    value = float(size)
    units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"]
    while value >= 999.95 and len(units) > 1:
        value /= 1000
        del units[0]
    return f"{value:.1f} {units[0]}"
