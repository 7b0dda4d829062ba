"""The header of a NumPy array in a file: NumPy's format `.npy`, versions 1 to 3, of numbers.

It is the text of a Python dict. It is not run as Python: what is not written just as NumPy writes it is refused.
"""

from __future__ import annotations

import re
import struct
import zlib

import numpy as np

from minitensor.dtypes import Array, DType
from minitensor.serialization.arrays import Source, fill, read_array, size_of
from minitensor.serialization.errors import MalformedError

MAGIC = b"\x93NUMPY"
LONGEST = 10_000  # of a header, in bytes: NumPy's own limit

_HEADER = re.compile(
    r"\{'descr': (?P<dtype>.+), 'fortran_order': (?P<fortran>True|False), 'shape': \((?P<shape>[0-9, ]*)\),? ?\} *\n?"
)
_NUMBERS = re.compile(r"'[<>|=](b1|[iu][1248]|f[248])'")


def header_of(array: Array) -> bytes:
    """The bytes that stand before the elements of an array, of which 64 divides the number; the same with every NumPy."""
    dtype = array.dtype.newbyteorder("<").str
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {array.shape}, }}".encode("ascii")
    text += b" " * (-(len(MAGIC) + 4 + len(text) + 1) % 64) + b"\n"
    return MAGIC + struct.pack("<BBH", 1, 0, len(text)) + text


def read(file: Source, size: int) -> tuple[Array, int]:
    """Read an array with its header, and answer with it and the CRC-32 of all bytes.

    Parameters
    ----------
    file : file
        It stands at the header's beginning.
    size : int
        How many bytes there are in all. No more memory is used than that.

    Raises
    ------
    MalformedError
        It is no such array, or has another size.
    """
    if size < 10:
        raise MalformedError("is no array")
    start = _take(file, 8)
    if start[:6] != MAGIC or start[6] not in (1, 2, 3):
        raise MalformedError("is no array")
    field = _take(file, 2 if start[6] == 1 else 4)
    length = int.from_bytes(field, "little")
    if length > min(LONGEST, size - len(start) - len(field)):
        raise MalformedError(f"claims a header of {length} bytes")
    text = _take(file, length)
    dtype, shape, fortran = _parse(text.decode("latin-1"))
    expected, there = size_of(dtype, shape), size - len(start) - len(field) - length
    if expected != there:
        raise MalformedError(f"claims {expected} bytes, dtype {dtype} and shape {shape}, and has {there}")
    crc = zlib.crc32(start + field + text)
    array, crc = read_array(file, dtype, shape[::-1] if fortran else shape, crc)
    return np.ascontiguousarray(array.T) if fortran else array, crc


def _take(file: Source, count: int) -> bytes:
    taken = bytearray(count)
    fill(file, memoryview(taken))
    return bytes(taken)


def _parse(text: str) -> tuple[DType, tuple[int, ...], bool]:
    found = _HEADER.fullmatch(text)
    if found is None:
        raise MalformedError("has a header that NumPy does not write")
    described = found["dtype"]
    if "O'" in described:
        raise MalformedError("holds Python objects, which are a pickle, and may run any code: they are not read")
    if not _NUMBERS.fullmatch(described):
        raise MalformedError(f"is of dtype {described:.80}: read are booleans, integers and floats of 16 to 64 bits")
    lengths = re.findall(r"\d+", found["shape"])
    if any(len(length) > 19 for length in lengths):
        raise MalformedError(f"claims the shape ({found['shape']:.80}), which no memory holds")
    shape = tuple(map(int, lengths))
    return np.dtype(described[1:-1]), shape, found["fortran"] == "True"
