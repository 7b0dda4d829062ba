"""Files from the net: from whichever mirror has them, checked, and kept in a directory for the next time.

A file gets its name only when all of it is there and its SHA-256 is the published one (pooch downloads to a temporary file);
the checksum is worked out again each time that the file is used. So what is in the directory under its name is good, or is
found not to be.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from minitensor.extras import extra
from minitensor.serialization.errors import FileFormatError, amount

DIRECTORY = "MINITENSOR_DATA"  # the environment variable that names where to keep files
_PIECE = 1 << 16


class RemoteFile(NamedTuple):
    """A file that mirrors have: its name, which ends its address, the SHA-256 of its bytes in hex digits, their number.

    Examples
    --------
    >>> from minitensor.data.datasets import MNIST
    >>> MNIST.files["test"][1].name, MNIST.files["test"][1].size
    ('t10k-labels-idx1-ubyte.gz', 4542)
    """

    name: str
    sha256: str
    size: int


class DownloadError(OSError):
    """No mirror had the file, or there is no network; the message has what each of them said, and what can be done without.

    Examples
    --------
    >>> issubclass(DownloadError, OSError)
    True
    """


class _UnusableError(Exception):
    """What a mirror sent is not the file."""


def data_directory(root: str | os.PathLike[str] | None, purpose: str) -> Path:
    """Where files are kept: `root`; else what MINITENSOR_DATA names; else pooch's cache directory for minitensor."""
    named = os.fspath(root) if root is not None else os.environ.get(DIRECTORY)
    return Path(named).expanduser() if named else Path(extra("pooch", purpose, "train").os_cache("minitensor"))


def obtain(
    files: Sequence[RemoteFile],
    directory: Path,
    mirrors: Sequence[str],
    purpose: str,
    *,
    download: bool,
    timeouts: tuple[float, float] = (5, 30),
    instead: str = "",
) -> list[Path]:
    """Have files in a directory: those that are there and are good, and the others from the first mirror that has them.

    Parameters
    ----------
    files : sequence of RemoteFile
    directory : Path
        It is made if it is not there.
    mirrors : sequence of str
        Addresses up to a file's name, tried in this order; the one that had a file is the first to be asked for the next.
    purpose : str
        What needs the files: "MNIST". Errors begin with it.
    download : bool
        Whether they may be downloaded.
    timeouts : tuple of (float, float)
        For how many seconds a mirror may take until it is connected, and until it sends its next bytes.
    instead : str
        What can be used if they can't be had: the last line of the error.

    Returns
    -------
    list of Path

    Raises
    ------
    FileNotFoundError
        A file is not there, and `download` is False.
    FileFormatError
        A file that is there is not the published one, and `download` is False.
    DownloadError
        No mirror had a file.
    OSError
        It cannot be kept in the directory.
    """
    paths = [directory / file.name for file in files]
    lacking = [file for file, path in zip(files, paths, strict=True) if _what_is_wrong(path, file)]
    if lacking and not download:
        _refuse_to_do_without(lacking, directory, purpose)
    order = list(mirrors)
    for file in lacking:
        answers = {}
        for mirror in list(order):
            answer = _download(mirror + file.name, file, directory, purpose, timeouts)
            if answer is None:
                order.remove(mirror)
                order.insert(0, mirror)
                break
            answers[mirror + file.name] = answer
        else:
            raise DownloadError(_nowhere(file, lacking, directory, purpose, answers, instead))
    return paths


def _what_is_wrong(path: Path, file: RemoteFile) -> str:
    """Why a path has not the published file: nothing to say where it has."""
    if not path.is_file():
        return "is not there"
    size = path.stat().st_size
    if size != file.size:
        return f"has {size:,} bytes, the published file has {file.size:,}"
    digest = hashlib.sha256()
    with path.open("rb") as opened:
        while piece := opened.read(1 << 20):
            digest.update(piece)
    if digest.hexdigest() != file.sha256:
        return f"has the SHA-256 {digest.hexdigest()[:16]}…, the published file has {file.sha256[:16]}…"
    return ""


def _refuse_to_do_without(lacking: Sequence[RemoteFile], directory: Path, purpose: str) -> None:
    for file in lacking:
        if (directory / file.name).is_file():
            reason = _what_is_wrong(directory / file.name, file)
            raise FileFormatError(f"{purpose}: {directory / file.name} is damaged: it {reason}: download=True replaces it")
    names, are, them = (
        (lacking[0].name, "is", "it") if len(lacking) == 1 else (" and ".join(file.name for file in lacking), "are", "them")
    )
    raise FileNotFoundError(
        f"{purpose}: {names} {are} not in {directory}: download=True fetches {them}, or put {them} there; "
        f"root=… or the environment variable {DIRECTORY} names another place"
    )


def _download(address: str, file: RemoteFile, directory: Path, purpose: str, timeouts: tuple[float, float]) -> str | None:
    """Download a file; what the mirror said if it could not be had.

    Raises
    ------
    OSError
        It cannot be kept in the directory.
    """
    pooch, requests = extra("pooch", purpose, "train"), extra("requests", purpose, "train")  # pooch comes with requests
    urllib3 = extra("urllib3", purpose, "train")  # and that with urllib3

    def stream(address: str, output_file: str, _: Any) -> None:
        """Write to a file what an address has: pooch calls it, and checks what was written."""
        _stream(requests, address, output_file, file, timeouts)

    try:
        pooch.retrieve(address, f"sha256:{file.sha256}", file.name, directory, downloader=stream)
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
        return _in_words(error, timeouts)
    except _UnusableError as error:
        return str(error)
    except ValueError:
        return "sent a file of the right size that is damaged, or another one: its SHA-256 is not the published one"
    except OSError as error:
        cause = error if error.errno or not isinstance(error.__cause__, OSError) else error.__cause__
        reason = f"{file.name} ({amount(file.size)}) cannot be kept in {directory}: {cause.strerror or cause}"
        place = f"root=… or the environment variable {DIRECTORY} names another place"
        raise OSError(cause.errno or errno.EIO, f"{purpose}: {reason}: {place}") from error
    return None


def _stream(requests: Any, address: str, output_file: str, file: RemoteFile, timeouts: tuple[float, float]) -> None:
    from tqdm.auto import tqdm

    with requests.get(address, stream=True, timeout=timeouts, headers={"Accept-Encoding": "identity"}) as response:
        response.raise_for_status()
        announced = response.headers.get("Content-Length", str(file.size))
        if announced != str(file.size):
            raise _UnusableError(f"has a file of {announced} bytes, the published one has {file.size:,}")
        received = 0
        with (
            open(output_file, "wb") as output,
            tqdm(desc=file.name, total=file.size, unit="B", unit_scale=True, leave=False) as progress,
        ):
            # not decoded: some servers say of a .gz file that it is their encoding of what is in it
            for piece in response.raw.stream(_PIECE, decode_content=False):
                received += len(piece)
                if received > file.size:
                    raise _UnusableError(f"sent more than the {file.size:,} bytes that the published file has")
                output.write(piece)
                progress.update(len(piece))
    if received < file.size:
        raise _UnusableError(f"broke off after {received:,} of {file.size:,} bytes")


def _in_words(error: BaseException, timeouts: tuple[float, float]) -> str:
    """What a mirror said, without the layers of libraries that it went through."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"{response.status_code} {response.reason}"
    kind = type(error).__name__
    if kind == "ConnectTimeout":
        return f"no connection within {timeouts[0]:g} s"
    innermost: BaseException | None = error
    while innermost is not None:
        if "ReadTimeout" in type(innermost).__name__:
            return f"sent nothing for {timeouts[1]:g} s"
        error = innermost
        inner = (error.__cause__, getattr(error, "reason", None), *error.args, error.__context__)
        innermost = next((one for one in inner if isinstance(one, BaseException)), None)
    return str(getattr(error, "strerror", None) or error or kind)


def _nowhere(
    file: RemoteFile, lacking: Sequence[RemoteFile], directory: Path, purpose: str, answers: dict[str, str], instead: str
) -> str:
    path = directory / file.name
    lines = [f"{purpose}: {file.name} could not be downloaded"]
    lines += [f"  {address}: {answer}" for address, answer in answers.items()]
    if path.is_file():
        lines.append(f"  The file that is there is damaged: {path} {_what_is_wrong(path, file)}")
    names = " and ".join(one.name for one in lacking)
    lines.append(f"  Without a network: put {names} into {directory}")
    return "\n".join(lines + [f"  {line}" for line in instead.splitlines()])
