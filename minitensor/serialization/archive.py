"""The members of a zip archive, found without trusting it.

Python's `zipfile` makes an object for whatever the index claims to list, and unpacks whatever a member claims to be. Here
the numbers are checked first, against each other and the size of the file, so that a small file cannot ask for much memory:
the members may not be too many, nor overlap, and what is compressed may not grow beyond `MOST_UNPACKED`.

References
----------
PKWARE, "APPNOTE.TXT - .ZIP File Format Specification", 4.3; D. Fifield, "A better zip bomb" (2019).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from minitensor.serialization.arrays import SeekableSource, Source
from minitensor.serialization.errors import MalformedError, amount

MOST_MEMBERS = 1 << 18
MOST_UNPACKED = 64_000_000  # bytes, and this many times the file's size:
MOST_GROWTH = 16

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")


class Member(NamedTuple):
    """What the index says of a member."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    start: int  # of its local header
    end: int  # where the next one begins
    raw_name: bytes


def index_of(file: SeekableSource, size: int) -> tuple[list[Member], bytes]:
    """The members of an archive in the order of its index, and its comment.

    Raises
    ------
    MalformedError
        It is no archive, or claims what cannot be.
    """
    count, length, start, comment = _end(file, size)
    if count > MOST_MEMBERS:
        raise MalformedError(f"is damaged or no such file: it claims {count} members, more than {MOST_MEMBERS}")
    if count * _ENTRY.size > length or start + length > size:
        raise MalformedError("is cut off or damaged: its index of members is not where it should be")
    file.seek(start)
    found = list(_entries(file.read(length), count))
    if len(found) != count:
        raise MalformedError(f"is damaged: the index of its members lists {len(found)}, not {count}")
    _check(found, start, size)
    starts = sorted(one.start for one in found)
    ends = dict(zip(starts, [*starts[1:], start], strict=False))
    return [one._replace(end=ends[one.start]) for one in found], comment


def _end(file: SeekableSource, size: int) -> tuple[int, int, int, bytes]:
    """The number of members, the length of the index, where it starts, and the comment: from the last bytes of the file."""
    tail_start = max(0, size - _END.size - 0xFFFF - _LOCATOR64.size)
    file.seek(tail_start)
    tail = file.read(size - tail_start)
    place = tail.rfind(b"PK\5\6")
    while place >= 0 and not _ends_the_file(tail, place):
        place = tail.rfind(b"PK\5\6", 0, place + 3)
    if place < 0:
        raise MalformedError("is cut off or damaged: the index of its members is missing at the end")
    _, disk, other_disk, here, count, length, start, _ = _END.unpack_from(tail, place)
    if count == 0xFFFF or length == 0xFFFFFFFF or start == 0xFFFFFFFF:
        disk, other_disk, here, count, length, start = _end64(file, size, tail, place)
    if disk or other_disk or here != count:
        raise MalformedError("is damaged: it claims to be one part of an archive in several")
    return count, length, start, tail[place + _END.size :]


def _ends_the_file(tail: bytes, place: int) -> bool:
    end = place + _END.size
    return end <= len(tail) and end + int.from_bytes(tail[end - 2 : end], "little") == len(tail)


def _end64(file: SeekableSource, size: int, tail: bytes, place: int) -> tuple[int, ...]:
    """The same numbers of an archive that is too large for those of 32 bits."""
    if place >= _LOCATOR64.size:
        signature, _, start, _ = _LOCATOR64.unpack_from(tail, place - _LOCATOR64.size)
        if signature == b"PK\6\7" and start + _END64.size <= size:
            file.seek(start)
            found = _END64.unpack(file.read(_END64.size))
            if found[0] == b"PK\6\6":
                return found[4:]
    raise MalformedError("is damaged: the numbers of its index are missing")


def _entries(index: bytes, count: int) -> Iterator[Member]:
    place = 0
    for _ in range(count):
        if place + _ENTRY.size > len(index):
            break
        signature, _, _, flags, method, _, _, crc, packed, size, *lengths, _, _, _, start = _ENTRY.unpack_from(index, place)
        of_name, of_extra, of_comment = lengths
        place += _ENTRY.size
        raw_name = index[place : place + of_name]
        extra = index[place + of_name : place + of_name + of_extra]
        place += of_name + of_extra + of_comment
        if signature != b"PK\1\2":
            break
        size, packed, start = _in64(extra, size, packed, start)
        name = raw_name.decode("utf-8" if flags & 0x800 else "cp437", "replace")
        yield Member(name, flags, method, crc, packed, size, start, 0, raw_name)


def _in64(extra: bytes, *numbers: int) -> list[int]:
    """The size, the packed size and the start of a member; those that need more than 32 bits stand in an extra field."""
    wanted = numbers.count(0xFFFFFFFF)
    place = 0
    while wanted and place + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, place)
        place += 4
        if kind == 1 and length >= 8 * wanted and place + 8 * wanted <= len(extra):
            large = iter(struct.unpack_from(f"<{wanted}Q", extra, place))
            return [next(large) if number == 0xFFFFFFFF else number for number in numbers]
        place += length
    return list(numbers)


def _check(members: list[Member], index_start: int, size: int) -> None:
    """Refuse an index whose numbers cannot be."""
    names = {one.name for one in members}
    if len(names) != len(members):
        raise MalformedError("is damaged: the index of its members lists a name twice")
    place = 0
    for one in sorted(members, key=lambda one: one.start):
        if one.start < place or one.packed > index_start - one.start:
            raise MalformedError(f"is damaged: its member {one.name!r:.80} overlaps another or the end of the file")
        place = one.start + _LOCAL.size + len(one.raw_name) + one.packed
        if one.flags & 1:
            raise MalformedError(f"is encrypted: its member {one.name!r:.80} needs a password")
        if one.method not in (0, 8) or (one.method == 0 and one.packed != one.size):
            raise MalformedError(f"is damaged, or compressed in a way that is not read: see its member {one.name!r:.80}")
    if place > index_start:
        raise MalformedError("is damaged: its members overlap the index")
    unpacked = sum(one.size for one in members if one.method)
    if unpacked > MOST_UNPACKED + MOST_GROWTH * size:
        raise MalformedError(
            f"would grow from {amount(size)} to {amount(unpacked)} when it is unpacked, which may be an attack. "
            "If you trust it, read it with np.load, and save it again with mt.save"
        )


def opened(file: SeekableSource, member: Member) -> Source:
    """The unpacked bytes of a member, to be read from the beginning.

    Raises
    ------
    MalformedError
        It is not where the index says, or has another name there.
    """
    file.seek(member.start)
    local = file.read(_LOCAL.size)
    if len(local) == _LOCAL.size and local[:4] == b"PK\3\4":
        _, _, flags, _, _, _, crc, _, _, of_name, of_extra = _LOCAL.unpack(local)
        data = member.start + _LOCAL.size + of_name + of_extra
        same = crc == member.crc or flags & 8  # with this flag, the checksum was not known yet when the header was written
        if same and file.read(of_name) == member.raw_name and data + member.packed <= member.end:
            file.seek(data)
            return file if member.method == 0 else _Inflated(file, member.packed)
    raise MalformedError(f"is damaged: its member {member.name!r:.80} is not where its index says")


class _Inflated:
    """What a compressed member unpacks to, no more of it at a time than is asked for."""

    def __init__(self, file: SeekableSource, packed: int) -> None:
        self._file, self._left = file, packed
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)

    def readinto(self, view: Any, /) -> int:
        """Unpack into the view."""
        data = b""
        while not data and not self._inflate.eof:
            packed = self._inflate.unconsumed_tail or self._packed()
            if not packed:
                break
            try:
                data = self._inflate.decompress(packed, len(view))
            except zlib.error:
                raise MalformedError("cannot be unpacked") from None
        view[: len(data)] = data
        return len(data)

    def _packed(self) -> bytes:
        packed = self._file.read(min(self._left, 1 << 16))
        self._left -= len(packed)
        return packed
