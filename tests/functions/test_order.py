"""Shows order, places and quantiles against NumPy and Python's own sorting, ties and nan included, and what they refuse."""

from __future__ import annotations

import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minitensor as mt
from minitensor.autograd import grad, gradgradcheck

NAN = float("nan")
small = st.integers(-2, 2).map(float)
tables = hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=3, max_side=5), elements=small)


def message_of(error, call):
    """The whole text of the error that a call raises."""
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


@given(array=tables, axis=st.integers(-2, 1), descending=st.booleans())
def test_sorting_is_stable_in_both_directions(array, axis, descending):
    values, indices = mt.sort(mt.from_numpy(array), axis, descending)
    expected = np.argsort(-array if descending else array, axis, kind="stable")
    np.testing.assert_array_equal(indices.numpy(), expected)
    np.testing.assert_array_equal(values.numpy(), np.take_along_axis(array, expected, axis))
    np.testing.assert_array_equal(mt.argsort(mt.from_numpy(array), axis, descending).numpy(), expected)


@given(array=tables, axis=st.integers(-2, 1), largest=st.booleans(), data=st.data())
def test_topk_is_the_begin_of_the_order(array, axis, largest, data):
    k = data.draw(st.integers(0, array.shape[axis]))
    values, indices = mt.topk(mt.from_numpy(array), k, axis, largest)
    order = np.sort(array, axis)
    order = np.flip(order, axis) if largest else order
    np.testing.assert_array_equal(values.numpy(), np.take(order, range(k), axis))
    np.testing.assert_array_equal(values.numpy(), np.take_along_axis(array, indices.numpy(), axis))


@given(line=st.lists(small, min_size=1, max_size=9), data=st.data())
def test_median_kthvalue_and_mode_of_a_line(line, data):
    x = mt.tensor(line)
    k = data.draw(st.integers(1, len(line)))
    assert mt.kthvalue(x, k).values.item() == sorted(line)[k - 1]
    assert mt.median(x).item() == mt.median(x, 0).values.item() == statistics.median_low(line)
    values, indices = mt.mode(x)
    assert values.item() == min(one for one in line if line.count(one) == max(map(line.count, line)))
    assert indices.item() == len(line) - 1 - line[::-1].index(values.item())


@given(
    array=hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=3, max_side=5), elements=st.floats(-3, 3)),
    q=st.lists(st.floats(0, 1), min_size=1, max_size=3),
    axis=st.sampled_from([None, 0, 1, -1]),
    keepdim=st.booleans(),
    how=st.sampled_from(["linear", "lower", "higher", "midpoint", "nearest"]),
)
def test_quantiles_are_numpys(array, q, axis, keepdim, how):
    expected = np.quantile(array, q, axis, method=how, keepdims=keepdim)
    got = mt.quantile(mt.from_numpy(array), mt.tensor(q, dtype=mt.float64), axis, keepdim, interpolation=how).numpy()
    if how in ("nearest", "lower", "higher"):  # where a rounding error decides, both neighbours are right
        rank = np.array(q) * ((array.size if axis is None else array.shape[axis]) - 1)
        sure = np.abs(rank * 2 - np.round(rank * 2)) > 1e-9
        got, expected = got[sure], expected[sure]
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12)


@given(array=tables, axis=st.integers(-2, 1))
def test_records_are_those_of_accumulate_and_stand_last(array, axis):
    for function, accumulate in ((mt.cummax, np.maximum.accumulate), (mt.cummin, np.minimum.accumulate)):
        values, indices = function(mt.from_numpy(array), axis)
        np.testing.assert_array_equal(values.numpy(), accumulate(array, axis))
        lines, places = np.moveaxis(array, axis, -1), np.moveaxis(indices.numpy(), axis, -1)
        for line, found in zip(lines.reshape(-1, lines.shape[-1]), places.reshape(-1, lines.shape[-1]), strict=True):
            best = accumulate(line)
            assert found.tolist() == [max(j for j in range(i + 1) if line[j] == best[i]) for i in range(len(line))]


@given(array=hnp.arrays(np.float64, (3, 4), elements=small), axis=st.integers(0, 1))
def test_cumprod_is_numpys_with_its_gradient_where_factors_are_0(array, axis):
    x = mt.tensor(array, requires_grad=True)
    np.testing.assert_array_equal(mt.cumprod(x, axis).numpy(), np.cumprod(array, axis))
    step = 2.0**-20
    (slope,) = grad(mt.cumprod(x, axis).sum(), x)
    for place in np.ndindex(3, 4):
        there, here = array.copy(), array.copy()
        there[place] += step
        here[place] -= step
        difference = (np.cumprod(there, axis).sum() - np.cumprod(here, axis).sum()) / (2 * step)
        assert slope[place].item() == pytest.approx(difference, abs=1e-6)


def test_nan_is_the_largest_and_spreads_to_the_median_and_to_records():
    x = mt.tensor([1.0, NAN, 0.0])
    assert mt.sort(x).indices.tolist() == [2, 0, 1]
    assert mt.sort(x, descending=True).indices.tolist() == [1, 0, 2]
    assert mt.topk(x, 1).indices.tolist() == [1]
    assert mt.isnan(mt.median(x)).item()
    assert mt.median(x, 0).indices.item() == 1
    assert mt.isnan(mt.quantile(x, 0.0)).item()
    assert mt.isnan(mt.cummax(x, 0).values).tolist() == [False, True, True]
    assert mt.cummax(x, 0).indices.tolist() == [0, 1, 1]


def test_gradients_reach_what_was_chosen_and_have_gradients():
    x = mt.tensor([[3.0, 1.0, 2.0], [0.5, -1.0, 4.0]], dtype=mt.float64, requires_grad=True)
    assert grad(mt.topk(x, 2).values.sum(), x)[0].tolist() == [[1, 0, 1], [1, 0, 1]]
    assert grad(mt.kthvalue(x, 2).values.sum(), x)[0].tolist() == [[0, 0, 1], [1, 0, 0]]
    assert grad(mt.median(x), x)[0].tolist() == [[0, 1, 0], [0, 0, 0]]
    for function in (lambda x: mt.sort(x).values, lambda x: mt.quantile(x, 0.3, 1), lambda x: mt.cummax(x, 1).values):
        assert gradgradcheck(lambda x, f=function: f(x) ** 3, x)


@pytest.mark.parametrize("dtype", [mt.float16, mt.int64, mt.uint8])
def test_other_dtypes_and_memory_that_is_not_in_order(dtype):
    x = mt.tensor(np.array([[3, 1, 2], [6, 5, 4]]).T[::-1], dtype=dtype)
    before = x.numpy().copy()
    assert mt.sort(x, 0).values.tolist() == [[1, 4], [2, 5], [3, 6]]
    assert mt.topk(x, 1, 0).indices.tolist() == [[2, 2]]
    assert mt.median(x, 0).values.tolist() == [2, 5]
    assert mt.cummax(x, 0).values.dtype == dtype
    assert (x.numpy() == before).all()


def test_of_no_rows_there_are_no_answers():
    empty = mt.zeros(0, 3)
    for found in (mt.sort(empty), mt.topk(empty, 2), mt.mode(empty), mt.median(empty, 1), mt.cummax(empty, 1)):
        assert found.values.shape[0] == found.indices.shape[0] == 0


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: mt.topk(mt.ones(2, 3), 4), mt.ShapeError, "topk: 4 elements are asked for, axis 1 of the shape (2, 3) has 3"),
        (lambda: mt.kthvalue(mt.ones(3), 0), mt.ShapeError, "kthvalue: k is from 1 to 3, the length of axis 0, got 0"),
        (lambda: mt.median(mt.ones(0)), mt.ShapeError, "median: there is no element to choose: axis 0 of the shape (0,) is empty"),
        (lambda: mt.mode(mt.ones(2, 0)), mt.ShapeError, "mode: there is no element to choose: axis 1 of the shape (2, 0) is empty"),
        (lambda: mt.quantile(mt.ones(2), 1.5), ValueError, "quantile: q is from 0 to 1, got 1.5"),
        (lambda: mt.quantile(mt.ones(2), 0.5, interpolation="cubic"), ValueError, "quantile: interpolation is one of linear, midpoint, lower, higher, nearest, got 'cubic'"),
        (lambda: mt.quantile(mt.arange(3), 0.5), TypeError, "quantile: expected a floating dtype, got int64: convert with .float()"),
        (lambda: mt.quantile(mt.ones(2), mt.tensor([0.5], dtype=mt.float64)), TypeError, "quantile: the input is float32, q is float64: convert one, for example with .to(mt.float32)"),
        (lambda: mt.sort(mt.ones(2), 1), IndexError, "sort: dim 1 is out of range: of 1 axes, it is one from -1 to 0"),
        (lambda: mt.aminmax(mt.ones(0)), mt.ShapeError, "aminmax: there is no element to choose: axis 0 of the shape (0,) is empty"),
    ],
)  # fmt: skip
def test_what_has_no_answer_is_refused_in_words(call, error, message):
    assert message_of(error, call) == message
