"""The format .npz: a zip archive with one NumPy array a member, which `np.load` reads too.

Members are not compressed. A structure is the member `structure.json`. The archive's comment holds a checksum of the names
and of the members' own CRC-32, which cover the bytes: so members cannot change places unnoticed.
"""

from __future__ import annotations

import re
import zipfile
from typing import IO

from minitensor.serialization import npy
from minitensor.serialization.archive import MOST_MEMBERS, Member, index_of, opened
from minitensor.serialization.arrays import SeekableSource, checksum, fill, write_array
from minitensor.serialization.errors import MalformedError
from minitensor.serialization.json_text import LONGEST
from minitensor.serialization.kinds import TORCH
from minitensor.serialization.structure import Contents

STRUCTURE = "structure.json"
COMMENT = "minitensor 1 "
BEGINNINGS = (b"PK\3\4", b"PK\5\6")  # of an archive, and of one without members


def write(file: IO[bytes], contents: Contents) -> None:
    """Write an archive, each time of the same bytes for the same contents."""
    if len(contents.arrays) >= MOST_MEMBERS:
        raise ValueError(
            f"save: {len(contents.arrays)} tensors and arrays, more than {MOST_MEMBERS}: stack what belongs together"
        )
    members = []
    with zipfile.ZipFile(file, "w") as archive:
        for name, array in contents.arrays.items():
            member = _member(f"{name}.npy")
            with archive.open(member, "w", force_zip64=array.nbytes > 2**31 - 2**16) as target:
                target.write(npy.header_of(array))
                write_array(target, array)
            members.append(f"{name} {member.CRC:08x}")
        if contents.structure is not None:
            archive.writestr(_member(STRUCTURE), contents.structure)
        archive.comment = (COMMENT + checksum(members, contents.structure)).encode("ascii")


def _member(name: str) -> zipfile.ZipInfo:
    """A member of the first of January 1980, of the same bytes on every system."""
    member = zipfile.ZipInfo(name)
    member.create_system = 3
    return member


def read(file: SeekableSource, size: int) -> Contents:
    """Read an archive of `size` bytes, whoever wrote it.

    Raises
    ------
    MalformedError
        It is not what it should be. Nothing is answered then, not even the arrays that are.
    """
    members, comment = index_of(file, size)
    _check_kind(members)
    arrays, sums, structure = {}, [], None
    for member in members:
        if member.name == STRUCTURE:
            structure = _structure(file, member)
            continue
        name = member.name.removesuffix(".npy")
        try:
            arrays[name], crc = npy.read(opened(file, member), member.size)
        except MalformedError as error:
            raise MalformedError(_of_member(name, str(error))) from None
        _check_sum(name, crc, member.crc)
        sums.append(f"{name} {crc:08x}")
    said = comment.decode("latin-1")
    if structure is not None or "minitensor" in said:
        _check_comment(said, checksum(sums, structure))
    return Contents(arrays, structure)


def _of_member(name: str, problem: str) -> str:
    return problem if problem.startswith("is damaged") else f"is damaged, or not to be read: {name!r:.80} in it {problem}"


def _structure(file: SeekableSource, member: Member) -> str:
    if member.size > LONGEST:
        raise MalformedError(f"is damaged: its structure has {member.size} bytes, more than {LONGEST}")
    text = bytearray(member.size)
    _check_sum(member.name, fill(opened(file, member), memoryview(text)), member.crc)
    return text.decode("latin-1")  # ASCII, as its checksum will show


def _check_sum(name: str, found: int, expected: int) -> None:
    if found != expected:
        raise MalformedError(
            f"is damaged: the bytes of {name!r:.80} are not those that were written (CRC-32 {found:08x}, not {expected:08x})"
        )


def _check_comment(said: str, expected: str) -> None:
    version = re.match(r"minitensor (\d+) ", said)
    if version and int(version[1]) > 1:
        raise MalformedError(f"was written by a newer minitensor, in version {version[1]} of the format: install that one")
    if said != COMMENT + expected:
        raise MalformedError("is damaged: the names of its arrays are not those that were written, or their checksum is not")


def _check_kind(members: list[Member]) -> None:
    """Refuse an archive of something else."""
    names = [member.name for member in members]
    if any(name == "data.pkl" or name.endswith("/data.pkl") for name in names):
        raise MalformedError(
            f"is a file of PyTorch's torch.save, which is a pickle, and may run any code: it is not read. {TORCH}"
        )
    other = [name for name in names if not name.endswith(".npy") and name != STRUCTURE]
    if other:
        raise MalformedError(f"is a zip archive, but not of arrays: it holds {other[0]!r:.80}")
