"""Reading a tar archive from its beginning, file by file, in bounded time and memory whatever its headers claim.

A header has 512 bytes: the name (100), the size in octal digits at 124, a sum of its bytes at 148, the kind at 156. The file
follows, filled up to a multiple of 512; a block of zeros ends the archive (POSIX.1-1988, ustar). Long names and further
entries of later versions come as files of other kinds, which are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minitensor.serialization.errors import MalformedError

BLOCK = 512
_PLAIN = (b"0", b"\0")


def tar_members(file: Any, largest: int) -> Iterator[tuple[str, int]]:
    """The plain files of an archive, one after the other: while one is given out, it is the next that `file` reads.

    Parameters
    ----------
    file : binary file
        What is in the archive, uncompressed; with `tell`.
    largest : int
        How many bytes a file in it may have.

    Yields
    ------
    name : str
        With its directories.
    size : int
        In bytes.

    Raises
    ------
    MalformedError
        It is no such archive, or is cut off.
    """
    while True:
        header = file.read(BLOCK)
        if not header.strip(b"\0"):
            return
        name, size, is_plain = _parsed(header, largest)
        end = file.tell() + -(-size // BLOCK) * BLOCK
        if is_plain:
            yield name, size
        while (left := end - file.tell()) > 0:
            if not file.read(min(left, 1 << 20)):
                raise MalformedError(f"it ends within {name}")


def _parsed(header: bytes, largest: int) -> tuple[str, int, bool]:
    """The name and size of a file, and whether it is a plain one."""
    if len(header) < BLOCK:
        raise MalformedError("it ends within a header of its archive")
    try:
        size, total = (int(header[start:end].strip(b" \0") or b"0", 8) for start, end in ((124, 136), (148, 156)))
    except ValueError:
        raise MalformedError("a header of its archive has a number that is none") from None
    if total != sum(header[:148]) + sum(header[156:]) + 8 * ord(" "):
        raise MalformedError("a header of its archive does not have the sum that it says: it is damaged, or no archive")
    name = header[:100].rstrip(b"\0").decode("utf-8", "replace").removeprefix("./")
    if not 0 <= size <= largest:
        raise MalformedError(f"{name} in it would have {size:,} bytes, no file in it has more than {largest:,}")
    return name, size, header[156:157] in _PLAIN
