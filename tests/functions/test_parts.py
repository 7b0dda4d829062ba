"""Shows pieces, windows, copies, grids and turned elements against NumPy, what is a view, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minitensor as mt
from minitensor.autograd import grad


def message_of(error, call):
    """The whole text of the error that a call raises."""
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


def counted(*shape):
    """A tensor of 0, 1, 2, ... in that shape, and its array."""
    array = np.arange(int(np.prod(shape))).reshape(shape)
    return mt.tensor(array), array


@given(length=st.integers(1, 9), sections=st.integers(1, 6), places=st.lists(st.integers(-3, 11), max_size=3))
def test_tensor_split_is_numpys_array_split(length, sections, places):
    x, array = counted(2, length)
    for given_ in (sections, tuple(places)):
        expected = np.array_split(array, given_, 1)
        assert [part.tolist() for part in mt.tensor_split(x, given_, 1)] == [part.tolist() for part in expected]


@given(start=st.integers(-5, 4), length=st.integers(0, 5))
def test_narrow_is_a_slice_or_refused(start, length):
    x, array = counted(5, 2)
    begin = start % 5
    if begin + length <= 5:
        part = mt.narrow(x, 0, start, length)
        np.testing.assert_array_equal(part.numpy(), array[begin : begin + length])
        assert part.numel() == 0 or np.shares_memory(part.numpy(), x.numpy())
    else:
        said = f"narrow: from {start} on {length} elements are asked for, axis 0 is 5 long"
        assert message_of(IndexError, lambda: mt.narrow(x, 0, start, length)) == said


def test_select_is_a_view_of_one_slice():
    x, array = counted(2, 3)
    np.testing.assert_array_equal(mt.select(x, 1, -1).numpy(), array[:, -1])
    mt.select(x, 0, 1).fill_(9)
    assert x.tolist() == [[0, 1, 2], [9, 9, 9]]


@given(size=st.integers(0, 4), step=st.integers(1, 4), axis=st.integers(-2, 1))
def test_windows_are_numpys_every_step(size, step, axis):
    x, array = counted(4, 6)
    expected = np.lib.stride_tricks.sliding_window_view(array, size, axis) if size else None
    got = x.unfold(axis, size, step)
    if size:
        every = [slice(None)] * 3
        every[axis % 2] = slice(None, None, step)
        np.testing.assert_array_equal(got.numpy(), expected[tuple(every)])
    else:
        assert got.numel() == 0


def test_a_cell_of_several_windows_has_the_gradient_of_each():
    x = mt.zeros(6, requires_grad=True)
    assert grad(x.unfold(0, 3, 1).sum(), x)[0].tolist() == [1, 2, 3, 3, 2, 1]


@given(shifts=st.lists(st.integers(-7, 7), min_size=2, max_size=2), k=st.integers(-5, 5))
def test_rolling_and_turning_are_numpys(shifts, k):
    x, array = counted(2, 3, 4)
    np.testing.assert_array_equal(mt.roll(x, shifts, (0, -1)).numpy(), np.roll(array, shifts, (0, -1)))
    np.testing.assert_array_equal(mt.roll(x, shifts[0]).numpy(), np.roll(array, shifts[0]))
    np.testing.assert_array_equal(mt.rot90(x, k, (2, 0)).numpy(), np.rot90(array, k, (2, 0)))
    np.testing.assert_array_equal(mt.fliplr(x).numpy(), np.fliplr(array))
    np.testing.assert_array_equal(mt.flipud(x).numpy(), np.flipud(array))


@given(times=st.lists(st.integers(0, 3), min_size=1, max_size=3), counts=st.lists(st.integers(0, 3), min_size=3, max_size=3))
def test_copies_are_numpys(times, counts):
    x, array = counted(2, 3)
    np.testing.assert_array_equal(mt.tile(x, times).numpy(), np.tile(array, times))
    np.testing.assert_array_equal(mt.repeat_interleave(x, mt.tensor(counts), 1).numpy(), np.repeat(array, counts, 1))
    np.testing.assert_array_equal(mt.repeat_interleave(x, 2).numpy(), np.repeat(array, 2))
    assert mt.repeat_interleave(mt.tensor(counts)).tolist() == np.repeat(np.arange(3), counts).tolist()


@pytest.mark.parametrize("indexing", ["ij", "xy"])
def test_grids_are_numpys_and_views(indexing):
    lines = [np.arange(2.0), np.arange(3.0), np.arange(4.0)]
    expected = np.meshgrid(*lines, indexing=indexing)
    got = mt.meshgrid(*map(mt.from_numpy, lines), indexing=indexing)
    for line, grid, other in zip(lines, got, expected, strict=True):
        np.testing.assert_array_equal(grid.numpy(), other)
        assert np.shares_memory(grid.numpy(), line)


def test_combinations_in_their_order():
    assert mt.cartesian_prod(mt.tensor([1, 2]), mt.tensor([3, 4])).tolist() == [[1, 3], [1, 4], [2, 3], [2, 4]]


@pytest.mark.parametrize("name", ["hstack", "vstack", "dstack", "column_stack"])
@pytest.mark.parametrize("shape", [(2,), (2, 3), (2, 3, 4), ()])
def test_stacks_are_numpys(name, shape):
    x, array = counted(*shape)
    expected = getattr(np, name)([array, array + 1])
    np.testing.assert_array_equal(getattr(mt, name)([x, x + 1]).numpy(), expected)


def test_nothing_at_all_continues_everything_in_its_dtype():
    whole = mt.cat([mt.zeros(0, dtype=mt.float64), mt.ones(2, 3)], 1)
    assert (whole.shape, whole.dtype) == ((2, 3), mt.float64)


def test_an_axis_as_several():
    x, array = counted(2, 12)
    np.testing.assert_array_equal(mt.unflatten(x, -1, (3, -1)).numpy(), array.reshape(2, 3, 4))
    np.testing.assert_array_equal(mt.ravel(x).numpy(), array.ravel())


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: mt.tensor_split(mt.ones(3), 0), ValueError, "tensor_split: the number of parts is 1 or more, got 0"),
        (lambda: mt.tensor_split(mt.tensor(1), 2), mt.ShapeError, "tensor_split: a tensor without axes cannot be taken apart"),
        (lambda: mt.select(mt.ones(3), 0, 3), IndexError, "select: the index 3 is out of range for an axis of length 3"),
        (lambda: mt.ones(3).unfold(0, 4, 1), mt.ShapeError, "unfold: a window of 4 is longer than axis 0, which is 3 long"),
        (lambda: mt.ones(3).unfold(0, 2, 0), ValueError, "unfold: the step is 1 or more and the size 0 or more, got 0 and 2"),
        (lambda: mt.roll(mt.ones(3), (1, 2), 0), ValueError, "roll: there are as many shifts as dims, got 2 and 1"),
        (lambda: mt.rot90(mt.ones(3)), mt.ShapeError, "rot90: the input has two axes at least, got the shape (3,)"),
        (lambda: mt.rot90(mt.ones(3, 3), 1, (0, -2)), ValueError, "rot90: dims are two different axes, got (0, -2)"),
        (lambda: mt.fliplr(mt.ones(3)), mt.ShapeError, "fliplr: the input has two axes at least, got the shape (3,)"),
        (lambda: mt.repeat_interleave(mt.ones(3), mt.tensor([1, 2])), mt.ShapeError, "repeat_interleave: repeats is one number or 3, one for each slice, got (2,)"),
        (lambda: mt.repeat_interleave(mt.ones(3), -1), ValueError, "repeat_interleave: repeats are 0 or more, got -1"),
        (lambda: mt.repeat_interleave(mt.ones(3), 2, output_size=5), mt.ShapeError, "repeat_interleave: the result is 6 long, not output_size=5"),
        (lambda: mt.meshgrid(mt.ones(2), indexing="yx"), ValueError, "meshgrid: expected tensors, and indexing 'ij' or 'xy': got 1 and 'yx'"),
        (lambda: mt.meshgrid(mt.ones(2), mt.ones(2, 2)), mt.ShapeError, "meshgrid: vectors are expected, got the shapes [(2,), (2, 2)]"),
        (lambda: mt.unflatten(mt.ones(6), 0, (4, -1)), mt.ShapeError, "unflatten: 6 elements of shape (6,) do not fit into the shape (4, -1)"),
        (lambda: mt.hstack([]), ValueError, "hstack: expected one tensor at least, got none"),
        (lambda: mt.t(mt.ones(1, 2, 3)), ValueError, "t: expected two axes at most, this tensor has 3: use .transpose() or .mT"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_in_words(call, error, message):
    assert message_of(error, call) == message


@given(length=st.integers(1, 6), n=st.integers(0, 4), axis=st.integers(-2, 1))
def test_differences_are_numpys(length, n, axis):
    array = np.arange(3 * length).reshape(3, length) ** 2
    x = mt.from_numpy(array)
    np.testing.assert_array_equal(mt.diff(x, n, axis).numpy(), np.diff(array, n, axis))
    np.testing.assert_array_equal(mt.diff(x, prepend=x[:, :1]).numpy(), np.diff(array, prepend=array[:, :1]))


def test_so_many_axes_at_least_and_one_shape():
    for name in ("atleast_1d", "atleast_2d", "atleast_3d"):
        for shape in ((), (2,), (2, 3), (2, 3, 4), (1, 2, 3, 4)):
            x, array = counted(*shape)
            np.testing.assert_array_equal(getattr(mt, name)(x).numpy(), getattr(np, name)(array))
    first, second = mt.broadcast_tensors(mt.ones(3), mt.zeros(2, 1))
    assert (first.shape, second.shape) == ((2, 3), (2, 3))
    message = "broadcast_tensors: the shapes do not broadcast together: (2,), (3,)"
    assert message_of(mt.ShapeError, lambda: mt.broadcast_tensors(mt.ones(2), mt.ones(3))) == message
