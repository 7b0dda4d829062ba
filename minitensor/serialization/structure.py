"""Nested objects as arrays by name and a text that says where they belong; and back.

The text is JSON, and reads like the object itself. What JSON has no word for is an object with one key:

| key         | value                                           | stands for                                 |
|-------------|-------------------------------------------------|--------------------------------------------|
| `$tensor`   | the name of an array                            | a Tensor                                   |
| `$array`    | the name of an array                            | an ndarray                                 |
| `$scalar`   | a dtype, and the little-endian bytes as hex     | a NumPy number                             |
| `$list`     | the name of an array                            | a long list of floats, or of integers      |
| `$tuple`    | a list                                          | a tuple                                    |
| `$dict`     | a list of pairs                                 | a dict with an int, or such a key, in it   |
| `$counter`  | a list of pairs                                 | a `collections.Counter`                    |
| `$int`      | a hexadecimal number                            | an integer that JSON readers may round     |
| `$float`    | the eight bytes of a double, big-endian, as hex | a float that is infinite or not a number   |
"""

from __future__ import annotations

import json
import re
import struct
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable
from math import isfinite
from typing import Any, NamedTuple

import numpy as np

from minitensor.creation import from_numpy
from minitensor.dtypes import SUPPORTED, Array
from minitensor.serialization.arrays import STORED
from minitensor.serialization.errors import MalformedError
from minitensor.serialization.json_text import oversized, parse, unique
from minitensor.serialization.refusals import Path, refusal, spelled
from minitensor.tensor import Tensor

DEEPEST = 100  # levels, well within what Python's JSON reader nests
DICTS = (dict, OrderedDict, defaultdict, Counter)
LONGEST_NAME = 500
MANY = 1000  # numbers of a list, such as the losses of all steps, that are an array in the file


class Contents(NamedTuple):
    """What a file holds: arrays by name, and where they belong; None where they are a dict of tensors as they are."""

    arrays: dict[str, Array]
    structure: str | None


def flatten(obj: Any) -> Contents:
    """Take an object apart.

    Raises
    ------
    TypeError, ValueError
        Something in it cannot be stored; its path is named.
    """
    if type(obj) in (dict, OrderedDict, defaultdict) and all(
        _is_name(key) and isinstance(value, Tensor) for key, value in obj.items()
    ):
        return Contents({name: array_of(tensor, (name,)) for name, tensor in obj.items()}, None)
    encoder = _Encoder()
    encoded = encoder.encode(obj, ())
    text = json.dumps(encoded, allow_nan=False, separators=(",", ":"))
    if reason := oversized(text.encode("ascii")):
        raise ValueError(
            f"save: what is no tensor, as JSON, {reason}: keep many numbers and long texts in tensors or arrays"
        )
    return Contents(encoder.arrays, text)


def unflatten(contents: Contents) -> Any:
    """Put together what `flatten` took apart.

    Raises
    ------
    MalformedError
        The structure and the arrays do not fit together.
    """
    if contents.structure is None:
        # No tensors have the dtypes that are NumPy's alone.
        return {name: from_numpy(a) if a.dtype in SUPPORTED else a for name, a in contents.arrays.items()}
    arrays = dict(contents.arrays)
    obj = parse(contents.structure.encode("utf-8", "surrogatepass"), "the structure", _Decoder(arrays).build)
    if arrays:
        raise MalformedError(f"is damaged: its structure has no place for {next(iter(arrays))!r:.80}")
    return obj


def array_of(value: Any, path: Path) -> Array:
    """The array of a tensor, or an ndarray itself, if it can be stored."""
    try:
        array: Array = value._array if isinstance(value, Tensor) else value
    except RuntimeError as error:  # a lazy layer's, that has no shape
        raise TypeError(f"save: {spelled(path)} cannot be stored: {error}") from None
    if array.dtype.newbyteorder("=") not in STORED:
        raise TypeError(
            f"save: {spelled(path)} is an array of dtype {array.dtype}, which cannot be stored: "
            "stored are booleans, integers and floats of 16 to 64 bits"
        )
    return array


def _dtype_of(values: list[Any]) -> type | None:
    """The dtype that holds the numbers of a list as they are; None where there is none."""
    kinds = set(map(type, values))
    if kinds == {float}:
        return np.float64
    limits = np.iinfo(np.int64)
    return np.int64 if kinds == {int} and limits.min <= min(values) and max(values) <= limits.max else None


def _is_name(key: Any) -> bool:
    """Whether an array can be stored under a key in both formats, and found by others under just that name."""
    if type(key) is not str or key == "__metadata__" or len(key) > LONGEST_NAME:
        return False
    return not re.search(r"[\0\\\ud800-\udfff]", key)


class _Encoder:
    """Makes values that JSON can write, and collects the arrays."""

    def __init__(self) -> None:
        self.arrays: dict[str, Array] = {}

    def encode(self, value: Any, path: Path) -> Any:
        kind = type(value)
        if value is None or kind in (bool, str):
            return value
        if kind is int:
            return value if abs(value) < 2**53 else {"$int": hex(value)}
        if kind is float:
            return value if isfinite(value) else {"$float": struct.pack(">d", value).hex()}
        if len(path) > DEEPEST:
            raise ValueError(f"save: {spelled(path[:3])} is nested more than {DEEPEST} levels deep, or holds itself")
        if kind is list and len(value) >= MANY and _dtype_of(value) is not None:
            return {"$list": self._named(np.array(value, _dtype_of(value)), path)}
        if kind is list:
            return [self.encode(one, (*path, number)) for number, one in enumerate(value)]
        if kind is tuple:
            return {"$tuple": [self.encode(one, (*path, number)) for number, one in enumerate(value)]}
        if kind in DICTS:
            return self._dict(value, path)
        if isinstance(value, Tensor):
            return {"$tensor": self._named(value, path)}
        if kind in (np.ndarray, np.memmap):
            return {"$array": self._named(value, path)}
        if isinstance(value, np.generic) and value.dtype in STORED:
            return {"$scalar": [value.dtype.name, value.astype(value.dtype.newbyteorder("<")).tobytes().hex()]}
        raise TypeError(refusal(value, path))

    def _dict(self, value: dict[Any, Any], path: Path) -> Any:
        for key in value:
            if type(key) not in (str, int):
                raise TypeError(
                    f"save: {spelled(path)} has the key {key!r:.80} of type {type(key).__name__}: keys are str or int"
                )
        items = [(key, self.encode(one, (*path, key))) for key, one in value.items()]
        counter = type(value) is Counter
        if not counter and all(type(key) is str and not key.startswith("$") for key in value):
            return dict(items)
        return {"$counter" if counter else "$dict": [[self.encode(key, path), one] for key, one in items]}

    def _named(self, value: Any, path: Path) -> str:
        """Keep an array under a name that tells its path."""
        wanted = ".".join(map(str, path)) or "tensor"
        wanted = name = wanted if _is_name(wanted) else f"tensor{len(self.arrays)}"
        number = 1
        while name in self.arrays:  # a key with a dot in it, and keys in line
            number += 1
            name = f"{wanted}#{number}"
        self.arrays[name] = array_of(value, path)
        return name


class _Decoder:
    """Makes the values again from what JSON has read, the innermost first; takes the arrays that it has used."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self._arrays = arrays
        self._builders: dict[str, Callable[[Any], Any]] = {
            "$tensor": lambda name: from_numpy(arrays.pop(name)),
            "$array": arrays.pop,
            "$scalar": _scalar,
            "$list": lambda name: arrays.pop(name).tolist(),
            "$tuple": lambda values: tuple(_list(values)),
            "$dict": _dict,
            "$counter": lambda pairs: Counter(_dict(pairs)),
            "$int": _int,
            "$float": lambda digits: struct.unpack(">d", bytes.fromhex(digits))[0],
        }

    def build(self, pairs: list[tuple[str, Any]]) -> Any:
        """The value of one JSON object."""
        if len(pairs) != 1 or pairs[0][0][:1] != "$":
            return unique(pairs)
        key, value = pairs[0]
        try:
            return self._builders[key](value)
        except (KeyError, StopIteration, TypeError, ValueError, struct.error):
            raise MalformedError(f"is damaged: its structure says {key} of {value!r:.80}") from None


def _scalar(value: Any) -> Any:
    name, digits = value
    dtype = next(dtype for dtype in STORED if dtype.name == name)
    data = bytes.fromhex(digits)
    if len(data) != dtype.itemsize:
        raise ValueError
    return np.frombuffer(data, dtype.newbyteorder("<")).astype(dtype)[0]


def _dict(pairs: Any) -> dict[Any, Any]:
    found = {key: value for key, value in pairs if type(key) in (str, int)}
    if len(found) != len(_list(pairs)):
        raise ValueError
    return found


def _list(values: Any) -> list[Any]:
    if type(values) is not list:
        raise TypeError
    return values


def _int(digits: Any) -> int:
    if not re.fullmatch("-?0x[0-9a-f]+", digits):
        raise ValueError
    return int(digits, 16)
