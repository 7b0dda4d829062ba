"""Shows what writes by place against loops over the cells, that the input stays as it was, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minitensor as mt
from minitensor.autograd import gradcheck, gradgradcheck


def message_of(error, call):
    """The whole text of the error that a call raises."""
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


@st.composite
def scattered(draw):
    """An array, an axis, an index that fits, and what is written there."""
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=3, max_side=4))
    axis = draw(st.integers(0, len(shape) - 1))
    sizes = tuple(draw(st.integers(1, 5 if one == axis else length)) for one, length in enumerate(shape))
    index = draw(hnp.arrays(np.int64, sizes, elements=st.integers(0, shape[axis] - 1)))
    larger = tuple(length + draw(st.integers(0, 1)) for length in sizes)
    return np.arange(np.prod(shape)).reshape(shape) * 1.0, axis, index, np.arange(np.prod(larger)).reshape(larger) * 100.0


@given(case=scattered())
def test_scattering_writes_and_adds_cell_by_cell(case):
    array, axis, index, source = case
    written, added = array.copy(), array.copy()
    for place in np.ndindex(index.shape):
        there = (*place[:axis], index[place], *place[axis + 1 :])
        written[there] = source[place]
        added[there] += source[place]
    x, i, s = mt.tensor(array), mt.tensor(index), mt.tensor(source)
    np.testing.assert_array_equal(mt.scatter(x, axis, i, s).numpy(), written)
    np.testing.assert_array_equal(mt.scatter_add(x, axis - array.ndim, i, s).numpy(), added)
    np.testing.assert_array_equal(x.numpy(), array)


@given(
    array=hnp.arrays(np.float64, (3, 4), elements=st.integers(-3, 3).map(float)),
    axis=st.integers(0, 1),
    places=st.lists(st.integers(0, 2), min_size=1, max_size=4),
)
def test_slices_are_written_and_added_place_by_place(array, axis, places):
    sizes = (len(places), 4) if axis == 0 else (3, len(places))
    source = np.arange(np.prod(sizes)).reshape(sizes) * 100.0
    written, added, filled = (np.moveaxis(array.copy(), axis, 0) for _ in range(3))
    for place, part in zip(places, np.moveaxis(source, axis, 0), strict=True):
        written[place] = part
        added[place] += 2 * part
        filled[place] = 7
    x, i, s = mt.tensor(array), mt.tensor(places), mt.tensor(source)
    np.testing.assert_array_equal(mt.index_copy(x, axis, i, s).numpy(), np.moveaxis(written, 0, axis))
    np.testing.assert_array_equal(mt.index_add(x, axis, i, s, alpha=2).numpy(), np.moveaxis(added, 0, axis))
    np.testing.assert_array_equal(mt.index_fill(x, axis, i, 7).numpy(), np.moveaxis(filled, 0, axis))
    np.testing.assert_array_equal(x.numpy(), array)


def test_gradients_of_both_orders_through_each_argument():
    x, i = mt.tensor(np.arange(6.0).reshape(2, 3) + 0.3, requires_grad=True), mt.tensor([[2, 0], [1, 1]])
    s = mt.tensor([[0.7, -0.4], [1.2, 0.1]], dtype=mt.float64, requires_grad=True)
    for function in (
        lambda x, s: mt.scatter(x, 1, mt.tensor([[2, 0], [1, 0]]), s) ** 2,
        lambda x, s: mt.scatter_add(x, 1, i, s) ** 2,
        lambda x, s: mt.index_add(x, 1, mt.tensor([2, 2]), s, alpha=0.5) ** 2,
        lambda x, s: mt.index_copy(x, 1, mt.tensor([2, 0]), s) ** 2,
        lambda x, s: mt.masked_scatter(x, mt.tensor([[True, False, True], [False, True, True]]), s) ** 2,
    ):
        assert gradcheck(function, [x, s])
        assert gradgradcheck(function, [x, s])


def test_float16_sums_are_formed_in_float32():
    many = mt.zeros(4096).long()
    for total in (
        mt.scatter_add(mt.zeros(1, dtype=mt.float16), 0, many, mt.ones(4096, dtype=mt.float16)),
        mt.index_add(mt.zeros(1, dtype=mt.float16), 0, many, mt.ones(4096, dtype=mt.float16)),
    ):
        assert (total.item(), total.dtype) == (4096, mt.float16)


def test_masks_read_and_fill_and_scatter():
    x, mask = mt.arange(6).reshape(2, 3), mt.tensor([[True], [False]])
    assert mt.masked_select(x, mask).tolist() == [0, 1, 2]
    assert mt.masked_fill(x, mask, 9).tolist() == [[9, 9, 9], [3, 4, 5]]
    assert mt.masked_scatter(x, mask, mt.tensor([7, 8, 9, 10])).tolist() == [[7, 8, 9], [3, 4, 5]]
    assert x.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_an_index_may_be_written_to_afterwards():
    i = mt.tensor([0, 1])
    x = mt.zeros(3, requires_grad=True)
    y = mt.take(x, i)
    i.fill_(2)
    y.sum().backward()
    assert x.grad.tolist() == [1, 1, 0]


def test_of_no_places_the_input_comes_back_as_a_copy():
    x, none = mt.ones(3), mt.zeros(0).long()
    for y in (
        mt.scatter(x, 0, none, mt.zeros(0)),
        mt.scatter_add(x, 0, none, mt.zeros(0)),
        mt.index_add(x, 0, none, mt.zeros(0)),
        mt.index_fill(x, 0, none, 5.0),
    ):
        assert mt.equal(y, x)
        assert not np.shares_memory(y.numpy(), x.numpy())


ZEROS = mt.zeros(2, 3)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: mt.scatter(ZEROS, 1, mt.tensor([[3]]), 1.0), IndexError, "scatter: the index 3 is out of range for an axis of length 3"),
        (lambda: mt.scatter(ZEROS, 1, mt.tensor([0]), 1.0), mt.ShapeError, "scatter: the index has 1 axes, the input has 2\n  input (0, 1) = (2, 3)\n  index (0)    = (1,)"),
        (lambda: mt.scatter(ZEROS, 1, mt.tensor([[0, 1]]), mt.ones(1, 1)), mt.ShapeError, "scatter: the index is as large as src, or smaller\n  index (0, 1) = (1, 2)\n  src   (0, 1) = (1, 1)"),
        (lambda: mt.scatter(ZEROS, 1, mt.tensor([[0]])), TypeError, "scatter: give what is to be written, as src or as value"),
        (lambda: mt.scatter_add(ZEROS, 1, mt.tensor([[0]]), mt.tensor([[1]])), TypeError, "scatter_add: the input is float32, src is int64: convert one, for example with .to(mt.float32)"),
        (lambda: mt.index_add(ZEROS, 1, mt.tensor([0, 1]), mt.ones(2, 3)), mt.ShapeError, "index_add: with 2 places along axis 1 of the shape (2, 3) the source is of shape (2, 2), got (2, 3)"),
        (lambda: mt.index_copy(ZEROS, 0, mt.tensor([[0]]), mt.ones(1, 3)), mt.ShapeError, "index_copy: the index has one axis\n  input (0, 1) = (2, 3)\n  index (0, 1) = (1, 1)"),
        (lambda: mt.index_fill(ZEROS, 0, mt.tensor([0]), mt.ones(2)), mt.ShapeError, "index_fill: the value is one number, or a tensor without axes, got the shape (2,)"),
        (lambda: mt.masked_fill(ZEROS, mt.tensor([1, 0, 1]), 1.0), TypeError, "masked_fill: the mask is of booleans, got int64: compare, for example mask != 0"),
        (lambda: mt.masked_fill(ZEROS, mt.tensor([True, False]), 1.0), mt.ShapeError, "masked_fill: the input and the mask do not broadcast together\n  input (0, 1) = (2, 3)\n  mask  (0)    = (2,)"),
        (lambda: mt.masked_scatter(ZEROS, mt.tensor([True, True, False]), mt.ones(3)), mt.ShapeError, "masked_scatter: the mask holds at 4 places, the source has 3 elements"),
        (lambda: mt.take(ZEROS, mt.tensor([6])), IndexError, "take: the index 6 is out of range for an axis of length 6"),
        (lambda: mt.take_along_dim(ZEROS, mt.tensor([0]), 1), mt.ShapeError, "take_along_dim: the input and indices have as many axes\n  input (0, 1) = (2, 3)\n  index (0)    = (1,)"),
        (lambda: mt.where(mt.tensor([1]), 1.0, 2.0), TypeError, "where: the condition is of booleans, got int64: compare, for example condition != 0"),
        (lambda: mt.where(mt.tensor([True]), 1.0), TypeError, "where: give both input and other, or neither"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_words(call, error, message):
    assert message_of(error, call) == message
