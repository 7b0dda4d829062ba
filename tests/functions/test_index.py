"""Shows that NumPy's indices of every kind read what NumPy reads, send gradients where they read, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minitensor as mt
from minitensor.autograd import grad, gradgradcheck


def message_of(error, call):
    """The whole text of the error that a call raises."""
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


def check(array, index, given_index=None):
    """Compare reading and its gradient with NumPy's reading and `np.add.at`."""
    x = mt.tensor(array, requires_grad=True)
    y = x[index if given_index is None else given_index]
    expected = np.asarray(array[index])
    assert y.shape == expected.shape
    np.testing.assert_array_equal(y.detach().numpy(), expected)
    v = np.arange(1.0, expected.size + 1).reshape(expected.shape)
    slope = np.zeros_like(array)
    np.add.at(slope, index, v)
    np.testing.assert_array_equal(grad(y, x, mt.tensor(v))[0].numpy(), slope)


arrays = hnp.arrays(
    np.float64, hnp.array_shapes(min_dims=0, max_dims=4, max_side=4), elements=st.integers(-9, 9), unique=False
)
with_axes = hnp.arrays(np.float64, hnp.array_shapes(min_dims=1, max_dims=3, max_side=4), elements=st.integers(-9, 9))


@given(array=arrays, data=st.data())
def test_integers_slices_new_axes_and_dots(array, data):
    check(array, data.draw(hnp.basic_indices(array.shape, allow_newaxis=True, max_dims=6)))


@given(array=with_axes, data=st.data())
def test_arrays_of_integers_that_may_name_a_cell_twice(array, data):
    check(
        array,
        data.draw(hnp.integer_array_indices(array.shape, result_shape=hnp.array_shapes(min_dims=0, max_dims=2, min_side=0))),
    )


@given(array=with_axes, data=st.data())
def test_masks_of_the_whole_and_of_the_first_axes(array, data):
    axes = data.draw(st.integers(1, array.ndim))
    check(array, data.draw(hnp.arrays(bool, array.shape[:axes])))


@given(array=hnp.arrays(np.float64, (3, 4, 2), elements=st.integers(-9, 9)), data=st.data())
def test_arrays_beside_slices_and_integers_in_every_order(array, data):
    """NumPy puts the arrays' axes in front where a slice stands between two arrays."""
    rows = data.draw(
        st.sampled_from(
            [np.array([0, 2]), np.array([[1], [1]]), 1, slice(None), slice(2, 0, -1), np.array([True, False, True])]
        )
    )
    columns = data.draw(st.sampled_from([np.array([3, 0]), np.array([1]), 2, slice(None), slice(0, 4, 2)]))
    last = data.draw(st.sampled_from([np.array([1, 1]), 0, slice(None), ..., None]))
    check(array, (rows, columns, last))


def test_lists_and_tensors_index_as_arrays():
    array = np.arange(12.0).reshape(3, 4)
    rows, mask = np.array([2, 0]), np.array([True, False, True])
    check(array, rows, [2, 0])
    check(array, rows, mt.tensor(rows))
    check(array, mask, [True, False, True])
    check(array, mask, mt.tensor(mask))
    check(array, (rows, np.array([1, 1])), (mt.tensor(rows), [1, 1]))
    check(array, np.zeros(0, int), [])
    check(array, (slice(1, None), 2), (slice(mt.tensor(1), None), mt.tensor(2)))


def test_what_slices_and_integers_read_is_a_view():
    x = mt.zeros(2, 3)
    for index in (0, (0, 1), (..., 2), slice(None, None, -1), None, (slice(1), None)):
        assert np.shares_memory(x[index].numpy(), x.numpy())
    for index in ([0], [True, False], (0, [1])):
        assert not np.shares_memory(x[index].numpy(), x.numpy())
    x[0][1].fill_(7)
    assert x.tolist() == [[0, 7, 0], [0, 0, 0]]


def test_an_index_is_read_once():
    x = mt.tensor([1.0, 2.0, 3.0], requires_grad=True)
    places, mask = np.array([0, 1]), mt.tensor([True, False, False])
    y, z = x[places], x[mask]
    places[:] = 2
    mask.fill_(True)
    assert grad(y.sum(), x)[0].tolist() == [1, 1, 0]
    assert grad(z.sum(), x)[0].tolist() == [1, 0, 0]


def test_gradients_through_an_index_can_be_differentiated():
    x = mt.tensor(np.array([0.5, -1.5, 2.5]), requires_grad=True)
    assert gradgradcheck(lambda x: x[[0, 0, 2]] ** 3, x)
    assert gradgradcheck(lambda x: mt.gather(x, 0, mt.tensor([1, 1])) ** 3, x)


@st.composite
def gathered(draw):
    """An array, an axis, and an index no longer than the array beside it."""
    array = draw(with_axes)
    axis = draw(st.integers(0, array.ndim - 1))
    shape = tuple(draw(st.integers(0, 5 if one == axis else size)) for one, size in enumerate(array.shape))
    return array, axis, draw(hnp.arrays(np.int64, shape, elements=st.integers(0, array.shape[axis] - 1)))


@given(case=gathered(), negative=st.booleans())
def test_gathering_reads_and_adds_cell_by_cell(case, negative):
    array, axis, index = case
    x = mt.tensor(array, requires_grad=True)
    y = mt.gather(x, axis - array.ndim if negative else axis, mt.tensor(index))
    expected, slope = np.zeros(index.shape), np.zeros(array.shape)
    for cell in np.ndindex(index.shape):
        source = (*cell[:axis], index[cell], *cell[axis + 1 :])
        expected[cell] = array[source]
        slope[source] += 1
    np.testing.assert_array_equal(y.detach().numpy(), expected)
    np.testing.assert_array_equal(grad(y.sum(), x)[0].numpy(), slope)


@given(array=with_axes, data=st.data())
def test_selecting_slices_is_numpys_take(array, data):
    axis = data.draw(st.integers(-array.ndim, array.ndim - 1))
    index = data.draw(hnp.arrays(np.int64, st.integers(0, 4), elements=st.integers(0, array.shape[axis] - 1)))
    x = mt.tensor(array, requires_grad=True)
    y = mt.index_select(x, axis, mt.tensor(index))
    np.testing.assert_array_equal(y.detach().numpy(), np.take(array, index, axis))
    places = np.bincount(index, minlength=array.shape[axis])
    shape = [1] * array.ndim
    shape[axis] = -1
    np.testing.assert_array_equal(grad(y.sum(), x)[0].numpy(), np.broadcast_to(places.reshape(shape), array.shape))


def test_a_single_place_counts_as_a_line_of_one():
    assert mt.index_select(mt.tensor([[1, 2], [3, 4]]), 0, mt.tensor(1)).tolist() == [[3, 4]]
    assert mt.gather(mt.tensor(3.0), 0, mt.tensor(0)).item() == 3


def test_float16_gradients_that_meet_in_one_cell_are_summed_in_float32():
    x = mt.zeros(2, dtype=mt.float16, requires_grad=True)
    places = mt.zeros(4096, dtype=mt.int64)
    for y in (x[places], mt.gather(x, 0, places), mt.index_select(x, 0, places)):
        assert grad(y.sum(), x)[0].tolist() == [4096, 0]


def test_filling_under_a_mask_broadcasts_and_stops_the_gradient_there():
    x, value = mt.ones(2, 2, requires_grad=True), mt.tensor(5.0, requires_grad=True)
    y = mt.masked_fill(x, mt.tensor([True, False]), value)
    assert y.tolist() == [[5, 1], [5, 1]]
    of_x, of_value = grad(y.sum(), [x, value])
    assert (of_x.tolist(), of_value.item()) == ([[0, 1], [0, 1]], 2)


REFUSED = {
    "a place outside": (
        lambda: mt.ones(2, 3)[2],
        IndexError,
        "index [2] into the shape (2, 3): index 2 is out of bounds for axis 0 with size 2",
    ),
    "too many": (
        lambda: mt.ones(2)[0, 0],
        IndexError,
        "index [0, 0] into the shape (2,): too many indices for array: array is 1-dimensional, but 2 were indexed",
    ),
    "floats": (
        lambda: mt.ones(2)[mt.ones(2)],
        IndexError,
        "index [array(2,)] into the shape (2,): an index is of integers or booleans, got an array of float32",
    ),
    "gather of a place outside": (
        lambda: mt.gather(mt.ones(2, 3), 1, mt.tensor([[3]])),
        IndexError,
        "gather: the index 3 is out of range for an axis of length 3",
    ),
    "gather of a negative place": (
        lambda: mt.gather(mt.ones(3), 0, mt.tensor([-1])),
        IndexError,
        "gather: the index -1 is out of range for an axis of length 3",
    ),
    "gather by floats": (
        lambda: mt.gather(mt.ones(3), 0, mt.ones(1)),
        TypeError,
        "gather: the index is of integers, int64 or int32, got float32",
    ),
    "gather with other axes": (
        lambda: mt.gather(mt.ones(2, 3), 1, mt.tensor([0])),
        mt.ShapeError,
        "gather: the index has 1 axes, the input has 2\n  input (0, 1) = (2, 3)\n  index (0)    = (1,)",
    ),
    "gather beyond the input": (
        lambda: mt.gather(mt.ones(2, 3), 1, mt.zeros(3, 1, dtype=mt.int64)),
        mt.ShapeError,
        "gather: along axis 0 the index is 3 long, the input 2: only along axis 1 may it be longer\n"
        "  input (0, 1) = (2, 3)\n"
        "  index (0, 1) = (3, 1)",
    ),
    "index_select by a table": (
        lambda: mt.index_select(mt.ones(2, 3), 1, mt.tensor([[0]])),
        mt.ShapeError,
        "index_select: the index has one axis\n  input (0, 1) = (2, 3)\n  index (0, 1) = (1, 1)",
    ),
    "index_select of a place outside": (
        lambda: mt.index_select(mt.ones(2, 3), 0, mt.tensor([0, 2])),
        IndexError,
        "index_select: the index 2 is out of range for an axis of length 2",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_lie_within_is_refused_in_words(case):
    call, error, message = REFUSED[case]
    assert message_of(error, call) == message
