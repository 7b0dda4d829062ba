"""The format .safetensors: a header in JSON and the bytes of the arrays, which PyTorch reads and writes too.

| bytes    | what                                                                                                  |
|----------|-------------------------------------------------------------------------------------------------------|
| 8        | the header's length, little-endian                                                                    |
| length   | `{"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...}`, and spaces up to 8 bytes |
| the rest | the arrays, row-major and little-endian, without a gap                                                |

The format has no checksum. Ours is in the header's `__metadata__`, which other readers leave alone, and so is the structure.

References
----------
https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import json
from typing import IO, Any

import numpy as np

from minitensor.dtypes import Array
from minitensor.serialization.arrays import SeekableSource, checksum, fill, read_array, size_of, write_array
from minitensor.serialization.errors import MalformedError, amount
from minitensor.serialization.json_text import LONGEST, oversized, parse, unique
from minitensor.serialization.structure import Contents

METADATA, VERSION, CHECKSUM, STRUCTURE = "__metadata__", "minitensor", "minitensor.checksum", "minitensor.structure"
NO_CHECKSUM = "crc32:????????"

DTYPES = {
    "BOOL": "?", "U8": "u1", "I8": "i1", "U16": "<u2", "I16": "<i2", "U32": "<u4", "I32": "<i4", "U64": "<u8", "I64": "<i8",
    "F16": "<f2", "F32": "<f4", "F64": "<f8",
}  # fmt: skip
NAMES = {np.dtype(code).newbyteorder("="): name for name, code in DTYPES.items()}


def write(file: IO[bytes], contents: Contents) -> None:
    """Write a file, each time of the same bytes for the same contents. The file can seek."""
    metadata = {VERSION: "1", CHECKSUM: NO_CHECKSUM}
    if contents.structure is not None:
        metadata[STRUCTURE] = contents.structure
    header: dict[str, Any] = {METADATA: metadata}
    names = {name: NAMES[array.dtype.newbyteorder("=")] for name, array in contents.arrays.items()}
    # Those of large elements first, so that each is aligned
    order = sorted(contents.arrays.items(), key=lambda item: -item[1].itemsize)
    ends = np.cumsum([0, *(array.nbytes for _, array in order)]).tolist()
    places = {name: ends[number : number + 2] for number, (name, _) in enumerate(order)}
    for name, array in contents.arrays.items():
        header[name] = {"dtype": names[name], "shape": list(array.shape), "data_offsets": places[name]}
    text = json.dumps(header, separators=(",", ":")).encode("ascii")
    text += b" " * (-len(text) % 8)
    if reason := oversized(text):
        raise ValueError(
            f"save: the header {reason}: keep many numbers and long texts in tensors or arrays, or save as .npz"
        )
    start = file.tell()
    file.write(len(text).to_bytes(8, "little") + text)
    parts = []
    for name, array in order:
        parts.append(_part(name, names[name], array.shape, write_array(file, array)))
    end = file.tell()
    file.seek(start + 8 + text.index(NO_CHECKSUM.encode("ascii")))
    file.write(checksum(parts, contents.structure).encode("ascii"))
    file.seek(end)


def read(file: SeekableSource, size: int) -> Contents:
    """Read a file of `size` bytes, whoever wrote it; bfloat16, which NumPy lacks, as float32.

    Raises
    ------
    MalformedError
        It is not what it should be. Nothing is answered then, not even the arrays that are.
    """
    length = int.from_bytes(file.read(8), "little")
    if length > size - 8:
        raise MalformedError(f"is cut off or no such file: it claims a header of {amount(length)}, and has {amount(size)}")
    if length > LONGEST:
        raise MalformedError(
            f"is damaged or no such file: it claims a header of {amount(length)}, more than {amount(LONGEST)}"
        )
    text = bytearray(length)
    fill(file, memoryview(text))
    header = parse(text, "the header", unique)
    if type(header) is not dict:
        raise MalformedError("is damaged or no such file: its header is no JSON object")
    metadata = _metadata(header.pop(METADATA, {}))
    entries = {name: _entry(name, entry) for name, entry in header.items()}
    _check_places(entries, size - 8 - length)

    arrays, parts = dict.fromkeys(entries), []
    for name, (kind, shape, _) in sorted(entries.items(), key=lambda item: item[1][2]):
        array, crc = _array(file, name, kind, shape)
        arrays[name] = array
        parts.append(_part(name, kind, shape, crc))
    structure = metadata.get(STRUCTURE)
    if any("minitensor" in word for item in metadata.items() for word in item):
        _check_sum(metadata, checksum(parts, structure))
    return Contents(arrays, structure)  # type: ignore[arg-type]


def _part(name: str, kind: str, shape: tuple[int, ...], crc: int) -> str:
    return f"{name} {kind} {list(shape)} {crc:08x}"


def _metadata(found: Any) -> dict[str, str]:
    if type(found) is not dict or not all(type(value) is str for value in found.values()):
        raise MalformedError(f"is damaged: the {METADATA} of its header is no dict of texts")
    return found


def _entry(name: str, entry: Any) -> tuple[str, tuple[int, ...], tuple[int, int]]:
    """The dtype's name, the shape and the place of an array."""
    if type(entry) is not dict or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise MalformedError(f"is damaged or no such file: its header has no dtype, shape and data_offsets of {name!r:.80}")
    kind, shape, place = entry["dtype"], entry["shape"], entry["data_offsets"]
    numbers = [shape, place]
    if not all(type(one) is list and all(type(number) is int and number >= 0 for number in one) for one in numbers):
        raise MalformedError(f"is damaged: the shape or the place of {name!r:.80} in its header is no list of sizes")
    if type(kind) is not str or not (kind in DTYPES or kind == "BF16"):
        raise MalformedError(
            f"holds {name!r:.80} of dtype {kind!r:.20}, which is not read: read are BF16, {', '.join(DTYPES)}. "
            "In PyTorch, .float() makes float32 of it"
        )
    if len(place) != 2 or place[1] - place[0] != size_of(np.dtype(DTYPES.get(kind, "<u2")), tuple(shape)):
        raise MalformedError(f"is damaged: its header gives {name!r:.80}, dtype {kind} and shape {shape}, the place {place}")
    return kind, tuple(shape), (place[0], place[1])


def _check_places(entries: dict[str, tuple[str, tuple[int, ...], tuple[int, int]]], there: int) -> None:
    """Refuse arrays that overlap, leave gaps, or are not all there."""
    end = 0
    for name, (_, _, place) in sorted(entries.items(), key=lambda item: item[1][2]):
        if place[0] != end:
            raise MalformedError(f"is damaged: {name!r:.80} begins at byte {place[0]}, where {end} was to be expected")
        end = place[1]
    if end > there:
        raise MalformedError(f"is cut off: its arrays have {end} bytes, {there} are there")
    if end < there:
        raise MalformedError(f"is damaged: its arrays have {end} bytes, and {there - end} more are there")


def _array(file: SeekableSource, name: str, kind: str, shape: tuple[int, ...]) -> tuple[Array, int]:
    try:
        array, crc = read_array(file, np.dtype(DTYPES.get(kind, "<u2")), shape)
    except MalformedError as error:
        raise MalformedError(f"is damaged: its array {name!r:.80} {error}") from None
    if kind == "BF16":  # the upper half of a float32
        wide = array.astype(np.uint32)
        wide <<= 16
        array = wide.view(np.float32)
    return array, crc


def _check_sum(metadata: dict[str, str], expected: str) -> None:
    version = metadata.get(VERSION, "")
    if version.isdecimal() and int(version) > 1:
        raise MalformedError(f"is of a newer minitensor, in version {version:.20} of the format: install that one")
    if version != "1" or metadata.get(CHECKSUM) != expected:
        raise MalformedError(
            "is damaged: its bytes are not those that were written "
            f"({expected}, not {metadata.get(CHECKSUM, 'a checksum that is missing'):.40})"
        )
