"""What cannot be stored is refused in words, with its path, before anything is written; and so are calls that cannot work."""

from __future__ import annotations

import enum
import io
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest

import minitensor as mt
from saved_objects import FORMATS

Point = namedtuple("Point", "x y")


class Colour(enum.IntEnum):
    RED = 1


def holding_itself():
    inner: list = []
    inner.append(inner)
    return {"a": inner}


def deep(levels):
    obj = mt.ones(1)
    for _ in range(levels):
        obj = [obj]
    return obj


REFUSED = {
    "a module": (mt.nn.Linear(2, 2), "the object is a Linear, which cannot be stored: store its state_dict(), which load_state_dict of another one takes"),
    "a module inside": ({"model": mt.nn.ReLU()}, "model is a ReLU, which cannot be stored: store its state_dict(), which load_state_dict of another one takes"),
    "a function": ({"optimizer": {"param_groups": [{"lr_lambda": len}]}}, "optimizer.param_groups[0].lr_lambda is a builtin_function_or_method, which cannot be stored: a function is code: leave it out, and give it again when loading"),
    "a class": ({"dtype": np.float32}, "dtype is a type, which cannot be stored: a class is code: build it again when loading"),
    "a dtype": ([mt.float32], f"[0] is a {type(mt.float32).__name__}, which cannot be stored: store str(...) of it"),
    "a set": ([1, ({2},)], "[1][0] is a set, which cannot be stored: store a list: sorted(...)"),
    "bytes": ({3: b""}, "[3] is a bytes, which cannot be stored: store np.frombuffer(..., np.uint8)"),
    "a path": ({"a b": Path("x")}, "['a b'] is a PosixPath, which cannot be stored: store str(...) of it"),
    "an enumeration": ([Colour.RED], "[0] is a Colour, which cannot be stored: store its value"),
    "a namedtuple": ({"at": Point(1, 2)}, "at is a Point, which cannot be stored: store its _asdict()"),
    "a generator": ({"rng": mt.Generator()}, "rng is a Generator, which cannot be stored: store its get_state()"),
    "an iterator": ([iter([])], "[0] is a list_iterator, which cannot be stored: store a list: list(...)"),
    "a masked array": ([np.ma.array([1])], "[0] is a MaskedArray, which cannot be stored: store np.asarray(...) of it"),
    "a NumPy text": ([np.str_("x")], "[0] is a str_, which cannot be stored: store str(...) of it"),
    "a complex number": ([1j], "[0] is a complex, which cannot be stored: stored are dicts with str or int keys, lists, tuples, None, bool, int, float, str, tensors, arrays and NumPy numbers"),
    "complex numbers": ({"z": np.zeros(2, complex)}, "z is an array of dtype complex128, which cannot be stored: stored are booleans, integers and floats of 16 to 64 bits"),
    "Python objects": ([np.array([None])], "[0] is an array of dtype object, which cannot be stored: stored are booleans, integers and floats of 16 to 64 bits"),
    "another key": ({"state": {(1, 2): 3}}, "state has the key (1, 2) of type tuple: keys are str or int"),
    "a bool as a key": ({True: 1}, "the object has the key True of type bool: keys are str or int"),
    "a lazy layer": (mt.nn.LazyLinear(2).state_dict(), "weight cannot be stored: UninitializedParameter: its shape is not known before its layer has been called: call the model once with an input, and then make an optimiser, count its parameters or set their values"),
    "itself": (holding_itself(), "a[0][0] is nested more than 100 levels deep, or holds itself"),
    "too deep": (deep(101), "[0][0][0] is nested more than 100 levels deep, or holds itself"),
    "too many parts": ([[] for _ in range(2**19 + 1)], "what is no tensor, as JSON, has 1048578 parts, more than 1048576: keep many numbers and long texts in tensors or arrays"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_stored_is_named_with_its_path_and_nothing_is_written(case, tmp_path):
    obj, message = REFUSED[case]
    for format in FORMATS:
        with pytest.raises((TypeError, ValueError)) as error:
            mt.save(obj, tmp_path / f"file.{format}")
        assert str(error.value) == f"save: {message}"
    assert list(tmp_path.iterdir()) == []


def test_a_hundred_levels_are_stored(tmp_path):
    mt.save(deep(100), tmp_path / "deep.npz")
    obj = mt.load(tmp_path / "deep.npz")
    for _ in range(100):
        (obj,) = obj
    assert obj.tolist() == [1.0]


STATE = {"a": mt.ones(1)}
CALLS = {
    "PyTorch's ending": (lambda: mt.save(STATE, "runs/model.pt"), ValueError, "save: the name ends in .npz or .safetensors, .pt is for pickles, which are not written here: name it 'runs/model.safetensors' or 'runs/model.npz'"),
    "another ending": (lambda: mt.save(STATE, "model.v2"), ValueError, "save: the name ends in .npz or .safetensors, got '.v2': name it 'model.safetensors' or 'model.npz'"),
    "no ending": (lambda: mt.save(STATE, "model"), ValueError, "save: the name ends in .npz or .safetensors, got none: name it 'model.safetensors' or 'model.npz'"),
    "arguments swapped": (lambda: mt.save("model.npz", STATE), TypeError, "save: expected the object and then the path or a binary file, got dict as the path"),
    "an open file without a format": (lambda: mt.save(STATE, io.BytesIO()), ValueError, "save: to a file that is open, pass format='npz' or format='safetensors'"),
    "an unknown format": (lambda: mt.save(STATE, "model.npz", format="pt"), ValueError, "save: format is 'npz' or 'safetensors', got 'pt'"),
    "a pickle asked for": (lambda: mt.load("model.npz", weights_only=False), ValueError, "load: weights_only=False asks for the objects of a pickle, which is not read here: leave it out, and all that mt.save wrote is there"),
    "no file": (lambda: mt.load(3), TypeError, "load: expected a path or a binary file, got int"),
    "a text file": (lambda: mt.load(io.StringIO("x")), TypeError, "load: expected a binary file, this one gives str: open it with mode 'rb'"),
}  # fmt: skip


@pytest.mark.parametrize("case", CALLS)
def test_calls_that_cannot_work_say_what_would(case):
    call, error, message = CALLS[case]
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


def test_another_device_is_refused():
    with pytest.raises(ValueError, match=r"^there is no device 'cuda' here"):
        mt.load("model.npz", map_location="cuda")
