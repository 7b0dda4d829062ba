"""The bytes of arrays: which dtypes are stored, how their bytes leave memory, and how they come back with a checksum."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from math import prod
from typing import Any, Protocol

import numpy as np

from minitensor.dtypes import Array, DType
from minitensor.serialization.errors import MalformedError

# Those of tensors, and the unsigned integers that only NumPy has.
STORED = {np.dtype(code) for code in ("?", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8")}

PIECE = 1 << 20  # bytes at a time: they are still in the cache when the checksum reads them
MOST_AXES = 32  # NumPy 1.26's limit
LARGEST = 1 << 62


class Source(Protocol):
    """What bytes are read from."""

    def readinto(self, buffer: Any, /) -> int | None:
        """Fill the buffer as far as there are bytes, and answer with their number."""


class Target(Protocol):
    """What bytes are written to."""

    def write(self, data: Any, /) -> Any:
        """Take all of the bytes."""


class SeekableSource(Source, Protocol):
    """A file."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes."""

    def seek(self, offset: int, /) -> int:
        """Go to a place."""


def write_array(file: Target, array: Array) -> int:
    """Write the elements' bytes, row-major and little-endian, and answer with their CRC-32.

    An array that is laid out otherwise is copied for it.
    """
    ordered = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    view = ordered.reshape(-1).view(np.uint8).data  # (*shape) -> (bytes,)
    crc = 0
    for start in range(0, len(view), PIECE):
        piece = view[start : start + PIECE]
        crc = zlib.crc32(piece, crc)
        file.write(piece)
    return crc


def size_of(dtype: DType, shape: tuple[int, ...]) -> int:
    """How many bytes an array has.

    Raises
    ------
    MalformedError
        There can be no such array in memory, even one without elements.
    """
    if len(shape) > MOST_AXES:
        raise MalformedError(f"has {len(shape)} axes, more than {MOST_AXES}")
    if prod(max(length, 1) for length in shape) * dtype.itemsize > LARGEST:
        raise MalformedError(f"claims the shape {shape}, which no memory holds")
    return prod(shape) * dtype.itemsize


def read_array(file: Source, dtype: DType, shape: tuple[int, ...], crc: int = 0) -> tuple[Array, int]:
    """Read the elements of an array, row-major, and answer with it and the CRC-32 of its bytes, begun with `crc`.

    The caller has made sure that the file has so many bytes.
    """
    array = np.empty(shape, dtype)
    crc = fill(file, array.reshape(-1).view(np.uint8).data, crc)  # (*shape) -> (bytes,)
    return native(array), crc


def native(array: Array) -> Array:
    """An array of a file in the machine's own byte order.

    Raises
    ------
    MalformedError
        It has bytes that are no booleans.
    """
    if array.dtype.kind == "b" and array.size and array.view(np.uint8).max() > 1:
        raise MalformedError("has booleans that are neither 0 nor 1")
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def fill(file: Source, view: memoryview, crc: int = 0) -> int:
    """Read bytes until the view is full, and answer with their CRC-32, begun with `crc`."""
    done = 0
    while done < len(view):
        piece = view[done : done + PIECE]
        count = file.readinto(piece)
        if not count:
            raise MalformedError(f"is cut off: {len(view) - done} bytes are missing")
        crc = zlib.crc32(piece[:count], crc)
        done += count
    return crc


def checksum(parts: Iterable[str], structure: str | None) -> str:
    """What the parts of a file and its structure come to: "crc32:" and eight digits, whatever the order of the parts."""
    text = "\n".join([*sorted(parts), structure or ""])
    return f"crc32:{zlib.crc32(text.encode('utf-8', 'surrogatepass')):08x}"
