"""`save` and `load`."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Callable
from typing import IO, Any, Literal

from minitensor.device import check_device
from minitensor.serialization import atomic, npz_file, safetensors_file
from minitensor.serialization.errors import FileFormatError, MalformedError
from minitensor.serialization.kinds import guess
from minitensor.serialization.structure import Contents, flatten, unflatten

Format = Literal["npz", "safetensors"]

WRITERS: dict[str, Callable[[IO[bytes], Contents], None]] = {"npz": npz_file.write, "safetensors": safetensors_file.write}


def save(obj: Any, path: str | os.PathLike[str] | IO[bytes], *, format: Format | None = None) -> None:
    """Write a state dict, a checkpoint, or any nesting of dicts, lists, tuples, numbers, texts, tensors and arrays.

    `load` gives back what was given, in values, types and bytes; only parameters come back as plain tensors, and an
    OrderedDict or defaultdict as a dict. A dict of names and tensors, as `model.state_dict()` is, is stored under just these
    names, which PyTorch's `safetensors.torch.load_file` and NumPy's `np.load` read; of anything deeper, the structure stands
    beside the arrays as JSON. There is no pickle in either format, so no code can be in a file.

    The file is there whole or not at all: until all is on the disk, the old one keeps its name. As PyTorch's `torch.save`.

    Parameters
    ----------
    obj : object
        Of dict (keys str or int), list, tuple, None, bool, int, float, str, Tensor, ndarray and NumPy numbers.
    path : str, os.PathLike or binary file
        Ends in ".npz" or ".safetensors", which says the format.
    format : {"npz", "safetensors"}, optional
        The format, where the path does not say it: of a binary file such as `io.BytesIO`.

    Raises
    ------
    TypeError, ValueError
        Something cannot be stored: its path in the object is named. Or the path has another ending. Nothing is written then.
    OSError
        The file cannot be written, said in words: a full disk, a missing directory. The old file is as it was.
    ModuleNotFoundError
        The library safetensors, which .safetensors needs and .npz does not, is not installed. The old file is as it was.

    Examples
    --------
    >>> import os, tempfile
    >>> import minitensor as mt
    >>> model = mt.nn.Linear(3, 2)
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     path = os.path.join(directory, "checkpoint.npz")
    ...     mt.save({"model": model.state_dict(), "epoch": 3}, path)
    ...     checkpoint = mt.load(path)
    >>> model.load_state_dict(checkpoint["model"]), checkpoint["epoch"]
    (<All keys matched successfully>, 3)
    """
    write = WRITERS[_format_of(path, format)]
    contents = flatten(obj)
    if isinstance(path, (str, os.PathLike)):
        size = sum(array.nbytes for array in contents.arrays.values()) + len(contents.structure or "")
        atomic.write(path, lambda file: write(file, contents), size)
    else:
        buffer = io.BytesIO()  # so that what cannot be written whole is not begun, and the file need not be able to seek
        write(buffer, contents)
        path.write(buffer.getbuffer())


def load(path: str | os.PathLike[str] | IO[bytes], map_location: Any = None, *, weights_only: bool = True) -> Any:
    """Read what `save` wrote, PyTorch with `safetensors.torch.save_file`, or NumPy with `np.savez`.

    The format is known by the file's first bytes. Checksums are verified. Whatever a file claims, reading it takes bounded
    memory: see `docs/saving.md`. As PyTorch's `torch.load`.

    Parameters
    ----------
    path : str, os.PathLike or binary file
        A file is read from where it stands to its end.
    map_location : optional
        None or "cpu": there is no other place.
    weights_only : bool
        True: there is nothing else in such a file.

    Returns
    -------
    object
        What was given to `save`. Of other files a dict of names and tensors: bfloat16 becomes float32, and the integers of
        which there are no tensors (uint16, uint32, uint64) stay ndarrays.

    Raises
    ------
    FileFormatError
        The file is damaged, cut off, or of another format. Nothing is answered then.
    OSError
        It cannot be read, said in words: it is missing, a directory, or not for this user.
    ModuleNotFoundError
        It is .safetensors, and the library safetensors is not installed.
    ValueError
        Another device or `weights_only=False` is asked for.

    Examples
    --------
    >>> import io
    >>> import minitensor as mt
    >>> file = io.BytesIO()
    >>> mt.save([1, (2.5, None), mt.ones(2)], file, format="npz")
    >>> mt.load(io.BytesIO(file.getvalue()))
    [1, (2.5, None), tensor([1., 1.])]
    """
    if not weights_only:
        raise ValueError(
            "load: weights_only=False asks for the objects of a pickle, which is not read here: leave it out, "
            "and all that mt.save wrote is there"
        )
    check_device(map_location)
    if isinstance(path, (str, os.PathLike)):
        name = repr(os.fspath(path))
        with _opened(os.fspath(path)) as file:
            return _read(file, os.fstat(file.fileno()).st_size, name)
    if not hasattr(path, "read"):
        raise TypeError(f"load: expected a path or a binary file, got {type(path).__name__}")
    data = path.read()
    if not isinstance(data, bytes):
        raise TypeError(f"load: expected a binary file, this one gives {type(data).__name__}: open it with mode 'rb'")
    return _read(io.BytesIO(data), len(data), f"the {type(path).__name__}")


def _format_of(path: Any, format: str | None) -> str:
    """The format to write in.

    Raises
    ------
    TypeError, ValueError
        There is none of that name.
    """
    if format is not None:
        if format not in WRITERS:
            raise ValueError(f"save: format is 'npz' or 'safetensors', got {format!r}")
        return format
    if isinstance(path, (str, os.PathLike)):
        root, ending = os.path.splitext(os.fspath(path))
        if ending[1:].lower() in WRITERS:
            return ending[1:].lower()
        pickled = ending.lower() in (".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".bin", ".mge")
        found = (
            f"{ending} is for pickles, which are not written here"
            if pickled
            else f"got {ending!r}"
            if ending
            else "got none"
        )
        raise ValueError(
            f"save: the name ends in .npz or .safetensors, {found}: name it {root + '.safetensors'!r} or {root + '.npz'!r}"
        )
    if hasattr(path, "write"):
        raise ValueError("save: to a file that is open, pass format='npz' or format='safetensors'")
    raise TypeError(f"save: expected the object and then the path or a binary file, got {type(path).__name__} as the path")


def _opened(path: str) -> io.BufferedReader:
    """A file, opened to be read.

    Raises
    ------
    OSError
        It cannot be, in words.
    """
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
            raise OSError(errno.EINVAL, "load: this is a device or a pipe: pass it as an open binary file", path)
        return open(path, "rb")
    except FileNotFoundError as error:
        directory = os.path.dirname(path)
        missing = "file" if os.path.isdir(directory or os.curdir) else f"directory as {directory!r}"
        said = f"load: there is no such {missing}; the working directory is {os.getcwd()!r}"
        raise FileNotFoundError(error.errno, said, path) from error
    except IsADirectoryError as error:
        raise IsADirectoryError(error.errno, "load: this is a directory: name the file in it", path) from error
    except PermissionError as error:
        raise PermissionError(error.errno, "load: this user may not read the file", path) from error


def _read(file: Any, size: int, name: str) -> Any:
    """What a file of `size` bytes holds."""
    try:
        if not size:
            raise MalformedError("is empty (0 bytes): writing or fetching it may have been broken off")
        start = file.read(512)
        file.seek(0)
        if start.startswith(npz_file.BEGINNINGS):
            contents = npz_file.read(file, size)
        elif start[8:9] == b"{":
            contents = safetensors_file.read(file, size)
        else:
            found = guess(start)
            raise MalformedError(f"is neither .npz nor .safetensors: it is {found or 'damaged, or of another format'}")
        return unflatten(contents)
    except MalformedError as error:
        raise FileFormatError(f"load: {name} {error}") from None
