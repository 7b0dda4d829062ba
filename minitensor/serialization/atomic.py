"""Writing a file whole or not at all: whoever reads it finds the old one or the new one, at every moment.

The bytes go to a temporary file beside it, `.name.partial`; they are brought to the disk; then it takes the name. A program
that is killed in between leaves the temporary file, which the next one that writes takes over. Two that write at once use
two, `.name.partial` and `.name.partial-2`, and the one that ends last wins.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any

from minitensor.serialization.errors import amount

__all__ = ["write"]

try:
    import fcntl
except ImportError:  # Windows, where nobody else can take over a file that is open
    fcntl = None  # type: ignore[assignment]

_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_LONGEST_NAME = 200  # bytes, well below the 255 of most file systems
_AT_ONCE = 100
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
_PROTECTED = (errno.EACCES, errno.EPERM, errno.EROFS)


def write(path: str | os.PathLike[str], writer: Callable[[IO[bytes]], Any], size: int | None = None) -> None:
    """Write a file so that it is there whole, or the old one is there as it was.

    Parameters
    ----------
    path : str or os.PathLike
        The file. Where it is a symbolic link, what the link leads to is replaced, and the link stays. The permissions are
        those of the file that was there, or those of any new file.
    writer : callable
        Gets an open binary file, and writes all to it.
    size : int, optional
        About how many bytes that will be: said when the disk is full.

    Raises
    ------
    OSError
        It cannot be written: the directory is missing or write-protected, the disk is full, or the like. The error is the
        operating system's, of its type and number, in words. The old file is as it was, and no temporary file is left.

    Examples
    --------
    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     path = os.path.join(directory, "notes.txt")
    ...     write(path, lambda file: file.write(b"all or nothing"))
    ...     print(os.listdir(directory))
    ['notes.txt']
    """
    path = os.fspath(path)
    target = os.path.realpath(path)
    mode = _mode_of_old(target, path)
    try:
        _replace(target, mode, writer)
    except OSError as error:
        if error.filename not in (None, _temporary_of(target), target):
            raise  # of another file, one that the writer reads
        raise _in_words(error, path, target, mode is not None, size) from error
    _sync_directory(os.path.dirname(target))


def _temporary_of(target: str, number: int = 1) -> str:
    """The temporary file's path; those after the first are for others that write at the same time."""
    directory, name = os.path.split(target)
    while len(os.fsencode(name)) > _LONGEST_NAME:
        name = name[:-1]
    return os.path.join(directory, f".{name}.partial" + (f"-{number}" if number > 1 else ""))


def _replace(target: str, mode: int | None, writer: Callable[[IO[bytes]], Any]) -> None:
    temporary, descriptor = _claimed(target)
    try:
        with os.fdopen(descriptor, "w+b", closefd=False) as file:
            writer(file)
        os.fsync(descriptor)
        if mode is not None:
            os.chmod(temporary, mode)
        if fcntl is None:
            os.close(descriptor)  # what is open cannot be renamed on Windows
            descriptor = -1
        os.replace(temporary, target)
    except BaseException:
        if descriptor >= 0 and _is(temporary, os.fstat(descriptor)):  # it has not taken the target's name yet
            os.unlink(temporary)
        raise
    finally:
        if descriptor >= 0:
            os.close(descriptor)  # which gives the lock back


def _claimed(target: str) -> tuple[str, int]:
    """The path and descriptor of a temporary file that is empty and that nobody else writes to."""
    for number in range(1, _AT_ONCE + 1):
        temporary = _temporary_of(target, number)
        while (descriptor := _locked(temporary)) is not None:
            own = os.fstat(descriptor)
            if _is(temporary, own):
                if stat.S_ISREG(own.st_mode) and own.st_nlink == 1:
                    os.ftruncate(descriptor, 0)
                    return temporary, descriptor
                os.unlink(temporary)  # a second name of some other file, whose bytes are not ours to replace
            os.close(descriptor)  # the one that had it has renamed it in the meantime: once more
    raise OSError(errno.EBUSY, f"{_AT_ONCE} others are writing it at this moment", target)


def _locked(temporary: str) -> int | None:
    """A descriptor of the temporary file; None if another one is writing to it."""
    try:
        descriptor = os.open(temporary, _FLAGS, 0o666)  # less what the umask takes away
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        os.unlink(temporary)  # a symbolic link that somebody has laid there: it is not followed
        return _locked(temporary)
    if fcntl is not None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except OSError:
            pass  # a file system without locks
    return descriptor


def _is(path: str, file: os.stat_result) -> bool:
    """Whether a path is that of a file that is open."""
    try:
        return os.path.samestat(os.lstat(path), file)
    except OSError:
        return False


def _mode_of_old(target: str, path: str) -> int | None:
    """The permissions of the file that is there; None where there is none.

    Raises
    ------
    OSError
        It is no file that may be replaced.
    """
    try:
        old = os.stat(target)
    except OSError:
        return None  # what hinders shows when the temporary file is opened
    if stat.S_ISDIR(old.st_mode):
        raise OSError(errno.EISDIR, "a directory has this name: choose another one for the file", path)
    if not stat.S_ISREG(old.st_mode):
        raise OSError(errno.EINVAL, "this is a device or a pipe, not a file that can be replaced", path)
    if not os.access(target, os.W_OK):
        raise OSError(errno.EACCES, "the file is write-protected, and is as it was", path)
    return stat.S_IMODE(old.st_mode)


def _in_words(error: OSError, path: str, target: str, had_old: bool, size: int | None) -> OSError:
    """The same error, with what it means and what to do."""
    directory = os.path.dirname(path) or os.curdir
    after = "the file that was there is as it was" if had_old else "no file was written"
    if error.errno in _FULL:
        needed = "more" if size is None else f"about {amount(size)}"
        said = f"{error.strerror}: {needed} was to be written, {_free(target)} is free; {after}"
    elif error.errno == errno.EFBIG:
        said = f"{error.strerror}: files may not be so large here (ulimit -f, or the file system); {after}"
    elif error.errno == errno.ENOENT and not os.path.isdir(directory):
        said = f"there is no directory {directory!r}: make it with os.makedirs({directory!r})"
    elif error.errno == errno.ENOTDIR:
        said = f"{directory!r} is no directory; {after}"
    elif error.errno in _PROTECTED:
        said = f"the directory {directory!r} is write-protected ({error.strerror}); {after}"
    else:
        said = f"{error.strerror or error}; {after}"
    return OSError(error.errno, said, path)


def _free(target: str) -> str:
    with suppress(OSError):
        return amount(shutil.disk_usage(os.path.dirname(target)).free)
    return "nothing"


def _sync_directory(directory: str) -> None:
    """Bring the new name to the disk too, on systems that can."""
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
