"""The format .safetensors, which PyTorch reads and writes too: a header in JSON, and the bytes of the arrays.

The library of that name writes it, and checks what is read. Here is what it leaves open: how much memory a file may ask for,
a checksum, and the structure. The last two stand in the header's `__metadata__`, which other readers leave alone, as one
text, since the library writes several in any order:

    "minitensor": {"checksum": "crc32:...", "structure": "...", "minitensor": 1}

A dict of tensors has no structure, but "names", in its own order: the library writes arrays in another one. The name stands
at both ends, with the checksum in between: each of the three says that a file is ours where the others are damaged.

References
----------
https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import json
import re
import zlib
from typing import IO, Any

import numpy as np

from minitensor.dtypes import Array
from minitensor.extras import extra
from minitensor.serialization.arrays import SeekableSource, checksum, fill, native, size_of
from minitensor.serialization.errors import MalformedError, amount
from minitensor.serialization.json_text import LONGEST, oversized, parse, unique
from minitensor.serialization.structure import Contents

METADATA, OURS = "__metadata__", "minitensor"
SIGN = re.compile(f"{OURS}|crc32:[0-9a-f]{{8}}")

DTYPES = {
    "BOOL": "?", "U8": "u1", "I8": "i1", "U16": "<u2", "I16": "<i2", "U32": "<u4", "I32": "<i4", "U64": "<u8", "I64": "<i8",
    "F16": "<f2", "F32": "<f4", "F64": "<f8", "BF16": "<u2",
}  # fmt: skip


def write(file: IO[bytes], contents: Contents) -> None:
    """Write a file, each time of the same bytes for the same contents.

    Raises
    ------
    ModuleNotFoundError
        The library is not installed.
    """
    library = extra("safetensors.numpy", "save: .safetensors, unlike .npz,", "train")
    # The library takes an array's memory as it lies, whatever its strides say
    arrays = {
        name: array.astype(array.dtype.newbyteorder("<"), order="C", copy=False) for name, array in contents.arrays.items()
    }
    lines = [_line(name, array, array) for name, array in arrays.items()]
    names, structure = [*arrays], contents.structure
    said = {
        "checksum": checksum(lines, json.dumps(names) if structure is None else structure),
        **({"names": names} if structure is None else {"structure": structure}),
        OURS: 1,
    }
    data = library.save(arrays, {OURS: json.dumps(said, separators=(",", ":"))})
    if reason := oversized(data[8 : 8 + int.from_bytes(data[:8], "little")]):
        raise ValueError(
            f"save: the header {reason}: keep many numbers and long texts in tensors or arrays, or save as .npz"
        )
    file.write(data)


def read(file: SeekableSource, size: int) -> Contents:
    """Read a file of `size` bytes, whoever wrote it; bfloat16, which NumPy lacks, as float32.

    Raises
    ------
    MalformedError
        It is not what it should be. Nothing is answered then, not even the arrays that are.
    ModuleNotFoundError
        The library is not installed.
    """
    library = extra("safetensors", "load: .safetensors, unlike .npz,", "train")
    names, said = _header(file, size)
    file.seek(0)
    try:
        found = library.deserialize(file.read(size))
    except library.SafetensorError as error:
        reason = str(error).removeprefix("Error while deserializing: ")
        raise MalformedError(f"is damaged or no such file: safetensors finds {reason:.200}") from None
    arrays, lines = dict.fromkeys(names), []
    while found:  # each array's bytes are let go as soon as it is made of them
        name, entry = found.pop()
        arrays[name] = array = _array(name, entry)
        lines.append(_line(name, array, entry["data"]))
    return Contents(arrays, None) if said is None else _verified(arrays, lines, said)  # type: ignore[arg-type]


def _header(file: SeekableSource, size: int) -> tuple[list[str], str | None]:
    """The arrays' names in their order, and our text, if it is a file of ours: all that is read before the arrays are.

    What is wrong with it otherwise, the library finds.
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
    metadata = header.pop(METADATA, {})
    if type(metadata) is not dict or not all(type(value) is str for value in metadata.values()):
        raise MalformedError(f"is damaged: the {METADATA} of its header is no dict of texts")
    _check_end(max((_end(name, entry) for name, entry in header.items()), default=0), size - 8 - length)
    ours = any(SIGN.search(word) for item in metadata.items() for word in item)
    return [*header], metadata.get(OURS, "") if ours else None


def _end(name: str, entry: Any) -> int:
    """Where an array ends, if it is of a dtype that is read."""
    match entry:
        case {"dtype": kind, "data_offsets": [int(), int(end)]}:
            if type(kind) is str and kind in DTYPES:
                return end
            raise MalformedError(
                f"holds {name!r:.80} of dtype {kind!r:.20}, which is not read: read are {', '.join(DTYPES)}. "
                "In PyTorch, .float() makes float32 of it"
            )
    raise MalformedError(f"is damaged or no such file: its header has no dtype, shape and data_offsets of {name!r:.80}")


def _check_end(end: int, there: int) -> None:
    """Refuse a file of another size than its header says, before memory is asked for it."""
    if end > there:
        raise MalformedError(f"is cut off: its arrays have {end} bytes, {there} are there")
    if end < there:
        raise MalformedError(f"is damaged: its arrays have {end} bytes, and {there - end} more are there")


def _array(name: str, entry: dict[str, Any]) -> Array:
    """The array that the library has found, on the memory that it has given for it."""
    dtype, shape = np.dtype(DTYPES[entry["dtype"]]), tuple(entry["shape"])
    try:
        size_of(dtype, shape)
        array = native(np.frombuffer(entry["data"], dtype).reshape(shape))
    except MalformedError as error:
        raise MalformedError(f"is damaged: its array {name!r:.80} {error}") from None
    if entry["dtype"] != "BF16":
        return array
    wide = array.astype(np.uint32)  # bfloat16 is the upper half of a float32
    wide <<= 16
    return wide.view(np.float32)


def _line(name: str, array: Array, data: Any) -> str:
    """What the checksum covers of an array."""
    return f"{name} {array.dtype.name} {list(array.shape)} {zlib.crc32(data):08x}"


def _verified(arrays: dict[str, Array], lines: list[str], text: str) -> Contents:
    """What a file of ours holds, if its bytes are those that were written."""
    structure: str | None = None
    names: list[str] | None = None
    match parse(text.encode("utf-8"), "our text in the header", unique):
        case {"minitensor": int(version)} if version > 1:
            raise MalformedError(f"is of a newer minitensor, in version {version} of the format: install that one")
        case {"minitensor": 1, "checksum": str(written), "structure": str(structure)}:
            expected = checksum(lines, structure)
        case {"minitensor": 1, "checksum": str(written), "names": [*names]} if all(type(name) is str for name in names):
            expected = checksum(lines, json.dumps(names))
        case _:
            raise MalformedError("is damaged: its header has no checksum, or no structure or names to go with it")
    if written != expected:
        raise MalformedError(f"is damaged: its bytes are not those that were written ({expected}, not {written:.40})")
    if names is None:
        return Contents(arrays, structure)
    if sorted(names) != sorted(arrays):
        raise MalformedError("is damaged: the names in its header are not those of its arrays")
    return Contents({name: arrays[name] for name in names}, None)
