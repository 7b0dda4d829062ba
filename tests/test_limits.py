"""The limits of dtypes, and numbers with names: as PyTorch 2.13 prints them."""

import math

import numpy as np
import pytest

import minitensor as mt


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        (
            lambda: mt.finfo(),
            "finfo(resolution=1e-06, min=-3.40282e+38, max=3.40282e+38, eps=1.19209e-07, smallest_normal=1.17549e-38, "
            "tiny=1.17549e-38, dtype=float32)",
        ),
        (
            lambda: mt.finfo(mt.float16),
            "finfo(resolution=0.001, min=-65504, max=65504, eps=0.000976562, smallest_normal=6.10352e-05, "
            "tiny=6.10352e-05, dtype=float16)",
        ),
        (
            lambda: mt.finfo(mt.ones(1, dtype=mt.float64).dtype),
            "finfo(resolution=1e-15, min=-1.79769e+308, max=1.79769e+308, eps=2.22045e-16, smallest_normal=2.22507e-308, "
            "tiny=2.22507e-308, dtype=float64)",
        ),
        (lambda: mt.iinfo(mt.uint8), "iinfo(min=0, max=255, dtype=uint8)"),
        (lambda: mt.iinfo("int32"), "iinfo(min=-2147483648, max=2147483647, dtype=int32)"),
    ],
)
def test_limits_are_printed_as_pytorchs(limits, text):
    assert repr(limits()) == text


@pytest.mark.parametrize("dtype", [mt.float16, mt.float32, mt.float64])
def test_limits_of_floats_are_numpys_as_python_numbers(dtype):
    found, known = mt.finfo(dtype), np.finfo(dtype)
    for name in ("bits", "eps", "max", "min", "tiny", "smallest_normal"):
        assert getattr(found, name) == getattr(known, name)
        assert type(getattr(found, name)) in (int, float)
    scores = mt.zeros(2, dtype=dtype).masked_fill(mt.tensor([True, False]), found.min)
    assert scores.softmax(0).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("dtype", [mt.uint8, mt.int8, mt.int16, mt.int32, mt.int64])
def test_limits_of_integers_hold_that_many_bits(dtype):
    found = mt.iinfo(dtype)
    assert found.max - found.min == 2**found.bits - 1
    assert mt.tensor([found.min, found.max], dtype=dtype).tolist() == [found.min, found.max]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: mt.finfo(mt.int32), "finfo: a floating dtype is expected, got int32: see iinfo for integers"),
        (lambda: mt.iinfo(mt.float32), "iinfo: an integer dtype is expected, got float32: see finfo for floating ones"),
        (lambda: mt.iinfo(mt.bool), "iinfo: an integer dtype is expected, got bool: see finfo for floating ones"),
    ],
)
def test_limits_of_another_kind_are_refused_in_words(ask, message):
    with pytest.raises(TypeError) as caught:
        ask()
    assert str(caught.value) == message


def test_what_else_has_a_name():
    assert (mt.pi, mt.e, mt.inf) == (math.pi, math.e, math.inf)
    assert math.isnan(mt.nan)
    assert mt.ones(3)[:, mt.newaxis].shape == (3, 1)
    assert isinstance(mt.float32, mt.dtype)
