"""The error function is SciPy's to a few units in the last place, in every dtype and layout."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

import minitensor as mt
from minitensor.kernels.numpy_.erf import BLOCK, erf


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_it_is_within_four_units_in_the_last_place(dtype):
    """Densely through both formulas, and where the argument is tiny."""
    x = np.concatenate([np.linspace(-7, 7, 400001), np.logspace(-30, 0, 2001), [0.9999999, 1, 1.0000001, 6, 30]]).astype(
        dtype
    )
    exact = special.erf(x.astype(np.float64))
    assert np.abs(erf(x) - exact).max() < 1e-6
    assert (np.abs(erf(x) - exact) <= 4 * np.spacing(np.abs(exact.astype(dtype)))).all()


def test_ends_signs_and_nan():
    """What lies beyond is 1, -0 stays -0, nan goes through."""
    x = np.array([np.inf, -np.inf, 1e300, -1e300, 0.0, -0.0, np.nan])
    answer = mt.erf(mt.from_numpy(x)).numpy()
    assert answer[:4].tolist() == [1, -1, 1, -1]
    assert np.signbit(answer[4:6]).tolist() == [False, True]
    assert np.isnan(answer[6])


@given(st.floats(-40, 40))
def test_it_is_odd(x):
    """erf(-x) = -erf(x), to the bit."""
    assert erf(np.array(x)) == -erf(np.array(-x))


@pytest.mark.parametrize(
    "x", [np.zeros((0, 3)), np.array(0.5), np.linspace(-3, 3, 24).reshape(4, 6).T, np.linspace(3, -3, 9)[::-2]]
)
def test_any_layout(x):
    """Without axes, empty, transposed, in reverse; the input stays as it is."""
    before = x.copy()
    np.testing.assert_allclose(mt.erf(mt.from_numpy(x)).numpy(), special.erf(x), rtol=1e-15)
    np.testing.assert_array_equal(x, before)


def test_more_elements_than_are_worked_out_at_a_time():
    """Over the border of a block, and a block of small numbers alone."""
    x = np.concatenate([np.linspace(-1, 1, BLOCK), np.linspace(-5, 5, 100)])
    np.testing.assert_allclose(erf(x), special.erf(x), rtol=1e-14)


def test_float16_integers_and_booleans():
    """float16 is rounded once; the others are taken in the default dtype."""
    x = np.linspace(-4, 4, 99).astype(np.float16)
    np.testing.assert_array_equal(mt.erf(mt.tensor(x)).numpy(), special.erf(x.astype(np.float64)).astype(np.float16))
    assert mt.tensor([1, -2]).erf().dtype == mt.float32
    assert mt.tensor([True]).erf().item() == pytest.approx(special.erf(1))
