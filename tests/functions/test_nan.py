"""Shows the subgradients at nan, which are PyTorch's: what is nan counts as chosen, or as beyond every bound."""

from __future__ import annotations

import pytest

import minitensor as mt
from minitensor.autograd import grad

NAN = float("nan")


def gradients(function, *lines):
    """The gradients of a function's sum, of each line of numbers; nan as text, since it does not equal itself."""
    leaves = [mt.tensor(line, requires_grad=True) for line in lines]
    found = grad(function(*leaves).sum(), leaves)
    return [["nan" if one != one else one for one in gradient.tolist()] for gradient in found]


# Recorded from PyTorch 2.13.
@pytest.mark.parametrize(
    ("function", "lines", "expected"),
    [
        (mt.relu, [[NAN, 0.0, 1.0, -1.0]], [[1, 0, 1, 0]]),
        (mt.abs, [[NAN, 0.0, -2.0]], [[0, 0, -1]]),
        (mt.max, [[1.0, NAN, 2.0, NAN]], [[0, 0.5, 0, 0.5]]),
        (mt.min, [[1.0, NAN, 2.0, NAN]], [[0, 0.5, 0, 0.5]]),
        (mt.median, [[1.0, NAN, 2.0, NAN]], [[0, 0.5, 0, 0.5]]),
        (mt.amax, [[1.0, NAN, 2.0, NAN]], [["nan"] * 4]),
        (mt.amin, [[1.0, NAN, 2.0, NAN]], [["nan"] * 4]),
        (lambda x: mt.max(x, 0).values, [[1.0, NAN, 2.0, NAN]], [[0, 1, 0, 0]]),
        (lambda x: mt.sort(x).values * mt.tensor([1.0, 2.0, 3.0]), [[1.0, NAN, 0.0]], [[2, 3, 1]]),
        (mt.maximum, [[1.0, NAN, 2.0, NAN, 3.0], [NAN, 1.0, 2.0, NAN, 4.0]], [[1, 1, 0.5, 1, 0], [1, 1, 0.5, 1, 1]]),
        (mt.minimum, [[1.0, NAN, 2.0, NAN, 3.0], [NAN, 1.0, 2.0, NAN, 4.0]], [[1, 1, 0.5, 1, 1], [1, 1, 0.5, 1, 0]]),
        (mt.fmax, [[1.0, NAN, 2.0, NAN, 3.0], [NAN, 1.0, 2.0, NAN, 4.0]], [[1, 0, 1, 1, 0], [0, 1, 0, 0, 1]]),
        (lambda x: mt.clamp(x, 0, 1), [[NAN, 0.0, 1.0, -1.0, 2.0]], [[0, 1, 1, 0, 0]]),
        (mt.clamp, [[NAN, 0.0, 1.0, -1.0, 2.0], [0.0, 0.0, 0.0, 0.0, NAN], [1.0, 1.0, 1.0, 1.0, 3.0]],
         [[0, 1, 1, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 0]]),
        (lambda x: mt.nan_to_num(x), [[NAN, float("inf"), 1.0]], [[0, 0, 1]]),
        (mt.nansum, [[NAN, 1.0]], [[0, 1]]),
        (mt.nanmean, [[NAN, 1.0, 3.0]], [[0, 0.5, 0.5]]),
    ],
)  # fmt: skip
def test_subgradients_at_nan_are_pytorchs(function, lines, expected):
    assert gradients(function, *lines) == expected


def test_values_at_nan():
    assert mt.sign(mt.tensor([NAN, -2.0])).tolist() == [0.0, -1.0]
    assert mt.isnan(mt.clamp(mt.tensor([NAN]), 0, 1)).item()
    assert mt.isclose(mt.tensor([NAN]), mt.tensor([NAN])).item() is False
    assert mt.isclose(mt.tensor([NAN, 1.0]), mt.tensor([NAN, 1.0]), equal_nan=True).tolist() == [True, True]
    assert len(mt.unique(mt.tensor([NAN, NAN, 1.0]))) == 3
