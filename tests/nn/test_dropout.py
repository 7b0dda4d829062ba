"""Dropout sets elements to 0 in training and keeps the expected value."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_elements_are_zero_with_probability_p_and_scaled_otherwise(p):
    """The share of zeros within five deviations; what is kept is divided by 1 - p."""
    mt.manual_seed(1)
    x = mt.arange(1.0, 10001.0, dtype=mt.float64)
    y = F.dropout(x, p).numpy()
    kept = y != 0
    assert abs((~kept).mean() - p) < 5 * np.sqrt(p * (1 - p) / 10000)
    np.testing.assert_allclose(y[kept], x.numpy()[kept] / (1 - p), rtol=1e-12)


def test_gradient_flows_where_elements_were_kept():
    """The gradient is the mask, scaled; the second derivative is 0."""
    x = mt.ones(100, requires_grad=True)
    y = F.dropout(x, 0.5)
    y.sum().backward()
    assert mt.equal(x.grad, y.detach())


def test_nothing_happens_in_evaluation_or_with_p_0():
    """The very tensor."""
    x = mt.ones(3)
    assert nn.Dropout(0.5).eval()(x) is x
    assert F.dropout(x, training=False) is x
    assert F.dropout(x, 0.0) is x


def test_p_1_leaves_nothing():
    """Zeros, and no division by zero."""
    assert F.dropout(mt.ones(3), 1.0).tolist() == [0, 0, 0]


def test_it_keeps_dtype_and_follows_the_seed():
    """In every floating dtype."""
    for dtype in (mt.float16, mt.float32, mt.float64):
        mt.manual_seed(2)
        first = nn.Dropout()(mt.ones(50, dtype=dtype))
        mt.manual_seed(2)
        assert mt.equal(nn.Dropout()(mt.ones(50, dtype=dtype)), first)
        assert first.dtype == dtype


def test_in_place_writes_to_the_input():
    """Outside of a graph: its memory."""
    x = mt.ones(50)
    assert nn.Dropout(0.5, inplace=True)(x) is x
    assert set(x.tolist()) == {0.0, 2.0}


def test_repr_is_pytorchs():
    """Both arguments, always."""
    assert repr(nn.Dropout(0.2)) == "Dropout(p=0.2, inplace=False)"
