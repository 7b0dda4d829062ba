"""The choice without a branch is NumPy's `where`, to the bit."""

from __future__ import annotations

import numpy as np
import pytest

from minitensor.kernels.numpy_.select import FEW, select

DTYPES = [np.float64, np.float32, np.float16, np.int64, np.int32, np.uint8, np.bool_]
MANY = (3, FEW)


def same_bits(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def numbers(rng, shape, dtype):
    array = rng.integers(0, 255, (*shape, np.dtype(dtype).itemsize), np.uint8).view(dtype)[..., 0]
    return array % 2 == 1 if dtype is np.bool_ else array  # any bits at all: nan, infinities, -0


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "shapes", [(MANY, MANY, MANY), (MANY, (3, 1), MANY), (MANY, MANY, ()), ((3, 1), (FEW,), (1, 1)), ((4,), (4,), (4,))]
)
def test_it_is_where(dtype, shapes):
    """Of any bits, of one shape and broadcast, of few and of many."""
    rng = np.random.default_rng(0)
    with np.errstate(all="ignore"):
        a, b = (numbers(rng, shape, dtype) for shape in shapes[1:])
    mask = rng.random(shapes[0]) < 0.5
    assert same_bits(select(mask, a, b), np.where(mask, a, b))


@pytest.mark.parametrize("dtype", DTYPES[:3])
@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_beside_a_zero(dtype, zero):
    """0 has the short way, -0 has not; on either side, with nan and infinity on the other."""
    rng = np.random.default_rng(0)
    mask, a = rng.random(MANY) < 0.5, rng.normal(size=MANY).astype(dtype)
    a[0, :4] = np.nan, np.inf, -np.inf, -0.0
    zero = np.asarray(zero, dtype)
    assert same_bits(select(mask, a, zero), np.where(mask, a, zero))
    assert same_bits(select(mask, zero, a), np.where(mask, zero, a))


def test_layouts_and_inputs():
    """Transposed and in reverse; what is given is left alone."""
    rng = np.random.default_rng(0)
    mask, a, b = rng.random(MANY).T < 0.5, rng.normal(size=MANY).T, rng.normal(size=MANY[::-1])[::-1]
    kept = [array.copy() for array in (mask, a, b)]
    assert np.array_equal(select(mask, a, b), np.where(mask, a, b))
    assert all(np.array_equal(array, copy) for array, copy in zip((mask, a, b), kept, strict=True))
