"""Shows what is unique, counted and put into bins against NumPy and Python's own counting, and what is refused."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minitensor as mt

small = st.integers(-2, 2)


def message_of(error, call):
    """The whole text of the error that a call raises."""
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


@given(array=hnp.arrays(np.int64, hnp.array_shapes(min_dims=0, max_dims=3, max_side=4), elements=small))
def test_unique_elements_with_their_places_and_counts(array):
    values, inverse, counts = mt.unique(mt.from_numpy(array), return_inverse=True, return_counts=True)
    expected = Counter(array.ravel().tolist())
    assert values.tolist() == sorted(expected)
    assert counts.tolist() == [expected[one] for one in sorted(expected)]
    assert inverse.shape == array.shape
    np.testing.assert_array_equal(values[inverse].numpy(), array)


@given(array=hnp.arrays(np.int64, st.tuples(*[st.integers(1, 4)] * 3), elements=st.integers(0, 1)), axis=st.integers(-3, 2))
def test_unique_slices(array, axis):
    values, inverse, counts = mt.unique(mt.from_numpy(array), return_inverse=True, return_counts=True, dim=axis)
    slices = [part.tolist() for part in np.moveaxis(array, axis, 0)]
    different = sorted({str(part): part for part in slices}.values())
    assert [part.tolist() for part in np.moveaxis(values.numpy(), axis, 0)] == different
    assert inverse.tolist() == [different.index(part) for part in slices]
    assert counts.tolist() == [slices.count(part) for part in different]


@given(line=st.lists(st.integers(0, 5), max_size=8), minlength=st.integers(0, 9))
def test_bincount_counts_each_number(line, minlength):
    x = mt.tensor(line, dtype=mt.int64)
    length = max(max(line, default=-1) + 1, minlength)
    assert mt.bincount(x, minlength=minlength).tolist() == [line.count(one) for one in range(length)]
    weights = np.arange(len(line)) + 0.5
    heavy = [sum(weight for one, weight in zip(line, weights, strict=True) if one == number) for number in range(length)]
    assert mt.bincount(x, mt.from_numpy(weights), minlength).tolist() == heavy


def test_the_dtype_of_a_weighted_count():
    x = mt.tensor([0, 1])
    assert mt.bincount(x, mt.tensor([1.0, 2.0])).dtype == mt.float32
    assert mt.bincount(x, mt.tensor([1, 2])).dtype == mt.float64


@given(line=st.lists(st.floats(-4, 4), max_size=12), bins=st.integers(1, 6))
def test_histc_is_numpys_histogram(line, bins):
    sides = np.linspace(-3, 3, bins + 1)
    line = [one for one in line if np.abs(one - sides).min() > 1e-9]  # on a side of a bin rounding decides
    x = mt.tensor(line, dtype=mt.float64)
    expected, _ = np.histogram(line, bins, (-3, 3))
    assert mt.histc(x, bins, -3, 3).tolist() == expected.tolist()


@given(
    sequence=st.lists(small, min_size=1, max_size=8).map(sorted),
    values=st.lists(st.integers(-4, 4), max_size=5),
    right=st.booleans(),
)
def test_searchsorted_bisects(sequence, values, right):
    bisect = bisect_right if right else bisect_left
    expected = [bisect(sequence, one) for one in values]
    s, x = mt.tensor(sequence), mt.tensor(values, dtype=mt.int64)
    assert mt.searchsorted(s, x, right=right).tolist() == mt.bucketize(x, s, right=right).tolist() == expected


@given(rows=st.integers(1, 3), k=st.integers(1, 5), n=st.integers(0, 5), right=st.booleans(), data=st.data())
def test_searchsorted_row_by_row(rows, k, n, right, data):
    sequence = np.sort(data.draw(hnp.arrays(np.int64, (rows, k), elements=small)), -1)
    values = data.draw(hnp.arrays(np.int64, (rows, n), elements=st.integers(-4, 4)))
    side = "right" if right else "left"
    expected = [np.searchsorted(*pair, side).tolist() for pair in zip(sequence, values, strict=True)]
    assert mt.searchsorted(mt.from_numpy(sequence), mt.from_numpy(values), side=side).tolist() == expected


@given(array=hnp.arrays(np.int64, hnp.array_shapes(max_dims=3, max_side=4), elements=st.integers(0, 1)))
def test_the_places_of_what_is_not_0(array):
    x = mt.from_numpy(array)
    rows = [list(place) for place in np.ndindex(array.shape) if array[place]]
    assert mt.nonzero(x).tolist() == mt.argwhere(x).tolist() == rows
    assert mt.count_nonzero(x).item() == len(rows)
    assert x[mt.nonzero(x, as_tuple=True)].tolist() == x[mt.where(x)].tolist() == [1] * len(rows)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: mt.bincount(mt.ones(2)), TypeError, "bincount: the input is of integers, got float32"),
        (lambda: mt.bincount(mt.tensor([-1])), ValueError, "bincount: the numbers that are counted, and minlength, are 0 or more"),
        (lambda: mt.bincount(mt.zeros(2, 2).long()), mt.ShapeError, "bincount: the input has one axis, got the shape (2, 2)"),
        (lambda: mt.bincount(mt.tensor([1]), mt.ones(2)), mt.ShapeError, "bincount: the weights have the input's shape (1,), got (2,)"),
        (lambda: mt.histc(mt.ones(2), 3, 2, 1), ValueError, "histc: there is a bin at least, and it has a width: got 3 bins from 2 to 1"),
        (lambda: mt.searchsorted(mt.ones(2, 3), mt.ones(3)), mt.ShapeError, "searchsorted: the sequence has one axis, or the axes in front of the input's last\n  sorted_sequence (0, 1) = (2, 3)\n  input           (0)    = (3,)"),
        (lambda: mt.searchsorted(mt.ones(2), mt.ones(3), side="top"), ValueError, "searchsorted: side is 'left' or 'right', and does not contradict right: got 'top', False"),
        (lambda: mt.bucketize(mt.ones(2), mt.ones(2, 2)), mt.ShapeError, "bucketize: the boundaries have one axis, got the shape (2, 2)"),
        (lambda: mt.unique(mt.tensor(1), dim=0), mt.ShapeError, "unique: a tensor without axes has no slices: leave dim out"),
    ],
)  # fmt: skip
def test_what_cannot_be_counted_is_refused_in_words(call, error, message):
    assert message_of(error, call) == message
