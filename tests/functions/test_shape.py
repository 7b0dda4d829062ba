"""Shows other axes, joining and taking apart against NumPy, which results are views, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minitensor as mt
from minitensor.autograd import grad


def message_of(error, call):
    """The whole text of the error that a call raises."""
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


def counted(*shape):
    """A tensor whose elements all differ."""
    return mt.arange(math.prod(shape)).reshape(*shape)


def shares(a, b):
    return np.shares_memory(a.numpy(), b.numpy())


shapes = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
shapes_with_axes = hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=4)


@given(shape=shapes, data=st.data())
def test_permuting_is_numpys_transpose_and_a_view(shape, data):
    x = counted(*shape)
    axes = data.draw(st.permutations(range(len(shape))))
    dims = [axis - len(shape) if data.draw(st.booleans()) else axis for axis in axes]
    y = mt.permute(x, dims)
    np.testing.assert_array_equal(y.numpy(), np.transpose(x.numpy(), axes))
    assert shares(x, y) or 0 in shape
    assert x.permute(*dims).shape == y.shape


@given(shape=shapes_with_axes, data=st.data())
def test_swapping_and_moving_axes_is_numpys(shape, data):
    x = counted(*shape)
    axis = st.integers(-len(shape), len(shape) - 1)
    first, second = data.draw(axis), data.draw(axis)
    np.testing.assert_array_equal(mt.transpose(x, first, second).numpy(), np.swapaxes(x.numpy(), first, second))
    np.testing.assert_array_equal(mt.movedim(x, first, second).numpy(), np.moveaxis(x.numpy(), first, second))
    count = data.draw(st.integers(0, len(shape)))
    sources = data.draw(st.permutations(range(len(shape))))[:count]
    places = data.draw(st.permutations(range(len(shape))))[:count]
    np.testing.assert_array_equal(mt.movedim(x, sources, places).numpy(), np.moveaxis(x.numpy(), sources, places))


@given(shape=shapes, data=st.data())
def test_turning_axes_around_is_numpys(shape, data):
    x = counted(*shape)
    dims = data.draw(st.lists(st.sampled_from(range(len(shape))), unique=True)) if shape else []
    np.testing.assert_array_equal(mt.flip(x, dims).numpy(), np.flip(x.numpy(), tuple(dims)))


@given(shape=hnp.array_shapes(min_dims=0, max_dims=4, min_side=1, max_side=3), data=st.data())
def test_axes_of_length_1_come_and_go(shape, data):
    x = counted(*shape)
    place = data.draw(st.integers(-len(shape) - 1, len(shape)))
    wide = mt.unsqueeze(x, place)
    np.testing.assert_array_equal(wide.numpy(), np.expand_dims(x.numpy(), place))
    assert mt.squeeze(wide, place).shape == shape
    assert mt.squeeze(x).shape == tuple(size for size in shape if size != 1)
    assert mt.squeeze(x, ()).shape == shape
    assert shares(x, wide)


def test_squeezing_a_longer_axis_leaves_it():
    assert mt.squeeze(mt.ones(1, 3, 1), 1).shape == (1, 3, 1)
    assert mt.squeeze(mt.ones(1, 3, 1), (0, -1)).shape == (3,)


@given(shape=hnp.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=4), data=st.data())
def test_one_axis_of_a_reshape_is_worked_out(shape, data):
    x = counted(*shape)
    merged = data.draw(st.integers(0, len(shape) - 1))
    wanted = [-1 if axis == merged else size for axis, size in enumerate(shape)]
    assert mt.reshape(x, wanted).shape == shape
    assert x.reshape(-1).tolist() == x.numpy().ravel().tolist()
    assert shares(x, x.reshape(-1))
    np.testing.assert_array_equal(x.permute(*reversed(range(len(shape)))).reshape(-1).numpy(), x.numpy().ravel(order="F"))


@given(shape=shapes_with_axes, data=st.data())
def test_flattening_joins_neighbouring_axes(shape, data):
    start = data.draw(st.integers(0, len(shape) - 1))
    end = data.draw(st.integers(start, len(shape) - 1))
    expected = (*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :])
    assert mt.flatten(counted(*shape), start, end - len(shape)).shape == expected
    assert mt.flatten(mt.tensor(1.0)).shape == (1,)


@given(shapes=hnp.mutually_broadcastable_shapes(num_shapes=1, base_shape=(2, 3, 4), max_dims=3, min_side=1))
def test_expanding_repeats_without_copying_and_adds_the_gradients_up(shapes):
    (shape,) = shapes.input_shapes
    x = mt.ones(*shape, requires_grad=True)
    y = mt.broadcast_to(x, (2, 3, 4))
    np.testing.assert_array_equal(y.detach().numpy(), np.broadcast_to(np.ones(shape), (2, 3, 4)))
    assert shares(x, y)
    assert (grad(y.sum(), x)[0] == 24 // math.prod(shape)).all().item()


def test_minus_1_keeps_an_axis_where_it_is_expanded():
    assert mt.ones(2, 1).expand(3, -1, 4).shape == (3, 2, 4)
    assert mt.ones(2, 1).expand((2, 5)).shape == (2, 5)


@given(shape=shapes, data=st.data())
def test_repeating_is_numpys_tile_and_a_copy(shape, data):
    times = data.draw(st.lists(st.integers(0, 3), min_size=len(shape), max_size=len(shape) + 1))
    x = counted(*shape)
    y = x.repeat(*times) if times else x.repeat()
    np.testing.assert_array_equal(y.numpy(), np.tile(x.numpy(), times))
    assert not shares(x, y)
    y += 1


@given(shape=shapes_with_axes, data=st.data())
def test_what_is_split_or_chunked_joins_again(shape, data):
    x = counted(*shape)
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    size = data.draw(st.integers(1, 5))
    parts = mt.split(x, size, axis)
    assert [part.shape[axis] for part in parts[:-1]] == [size] * (len(parts) - 1)
    assert mt.equal(mt.cat(parts, axis), x)
    chunks = mt.chunk(x, size, axis)
    assert len(chunks) <= size
    assert mt.equal(mt.cat(chunks, axis), x)
    expected = np.array_split(x.numpy(), range(size, shape[axis], size), axis)
    for part, numpys in zip(parts, expected, strict=True):
        np.testing.assert_array_equal(part.numpy(), numpys)
        assert shares(part, x) or part.numel() == 0


@given(shape=shapes_with_axes, data=st.data())
def test_what_is_unbound_stacks_again(shape, data):
    x = counted(*shape)
    axis = data.draw(st.integers(-len(shape), len(shape) - 1).filter(lambda axis: shape[axis]))
    slices = mt.unbind(x, axis)
    assert len(slices) == shape[axis]
    assert mt.equal(mt.stack(slices, axis), x)


def test_sections_may_differ_and_an_empty_axis_has_as_many_chunks_as_asked_for():
    assert [part.tolist() for part in mt.split(mt.arange(5), [0, 2, 3])] == [[], [0, 1], [2, 3, 4]]
    assert [part.shape for part in mt.chunk(mt.zeros(0, 2), 3)] == [(0, 2)] * 3
    assert [part.shape for part in mt.split(mt.zeros(2, 0), np.int64(4), 1)] == [(2, 0)]


def test_joining_takes_the_dtype_that_holds_all_and_gives_each_its_part_of_the_gradient():
    a, b = mt.ones(2, requires_grad=True), mt.ones(1, dtype=mt.float64, requires_grad=True)
    assert mt.cat([a, mt.tensor([1])]).dtype == mt.float32
    assert mt.stack([mt.tensor([True]), mt.tensor([1], dtype=mt.uint8)]).dtype == mt.uint8
    joined = mt.cat([a, b, a])
    assert joined.dtype == mt.float64
    joined.backward(mt.tensor([1.0, 2.0, 3.0, 4.0, 5.0], dtype=mt.float64))
    assert (a.grad.tolist(), a.grad.dtype) == ([5, 7], mt.float32)
    assert (b.grad.tolist(), b.grad.dtype) == ([3], mt.float64)


def test_a_view_is_written_through():
    x = mt.zeros(2, 3)
    x.flatten()[0] = 1
    x.T[2, 1] = 2
    x.unbind(1)[1].fill_(3)
    x.split(1)[1].squeeze(0)[0] = 4
    mt.flip(x, (0, 1))[1, 0] = 5  # a copy
    assert x.tolist() == [[1, 3, 0], [4, 3, 2]]


REFUSED = {
    "reshape to another size": (
        lambda: mt.ones(2, 3).reshape(4, 2),
        mt.ShapeError,
        "reshape: 6 elements of shape (2, 3) do not fit into the shape (4, 2)",
    ),
    "reshape with two unknowns": (
        lambda: mt.ones(6).reshape(-1, -1),
        mt.ShapeError,
        "reshape: 6 elements of shape (6,) do not fit into the shape (-1, -1)",
    ),
    "reshape of nothing into anything": (
        lambda: mt.zeros(0).reshape(0, -1),
        mt.ShapeError,
        "reshape: 0 elements of shape (0,) do not fit into the shape (0, -1)",
    ),
    "reshape by a float": (lambda: mt.ones(4).reshape(2.0, 2), TypeError, "reshape: sizes are integers, got (2.0, 2)"),
    "flatten backwards": (lambda: mt.flatten(mt.ones(2, 3), 1, 0), ValueError, "flatten: start_dim 1 comes after end_dim 0"),
    "permute with an axis twice": (
        lambda: mt.permute(mt.ones(2, 3), (0, 0)),
        ValueError,
        "permute: (0, 0) does not name each of the 2 axes once",
    ),
    "transpose out of range": (
        lambda: mt.transpose(mt.ones(2, 3), 0, 2),
        IndexError,
        "transpose: dim 2 is out of range: of 2 axes, it is one from -2 to 1",
    ),
    "movedim of one to two": (
        lambda: mt.movedim(mt.ones(2, 3), 0, (0, 1)),
        ValueError,
        "movedim: source 0 and destination (0, 1) name as many axes, each once",
    ),
    "unsqueeze out of range": (
        lambda: mt.unsqueeze(mt.ones(2), 3),
        IndexError,
        "unsqueeze: dim 3 is out of range: of 2 axes, it is one from -2 to 1",
    ),
    "expand of a longer axis": (
        lambda: mt.ones(2, 3).expand(4, 3),
        mt.ShapeError,
        "expand: the shape (2, 3) does not repeat to (4, 3): only axes of length 1, and new ones in front, do",
    ),
    "expand to fewer axes": (
        lambda: mt.ones(2, 3).expand(3),
        mt.ShapeError,
        "expand: the shape (2, 3) does not repeat to (3,): only axes of length 1, and new ones in front, do",
    ),
    "flip twice": (lambda: mt.flip(mt.ones(2), (0, -1)), ValueError, "flip: an axis is named twice in dim=(0, -1)"),
    "repeat of fewer axes": (
        lambda: mt.ones(2, 3).repeat(2),
        mt.ShapeError,
        "repeat: (2,) does not say how often for each of the 2 axes of the shape (2, 3)",
    ),
    "cat of other shapes": (
        lambda: mt.cat([mt.ones(2, 3), mt.ones(2, 4)]),
        mt.ShapeError,
        "cat: tensor 1 does not continue the first along axis 0: there must be such an axis, and the others must be equal\n"
        "  first    (0, 1) = (2, 3)\n"
        "  tensor 1 (0, 1) = (2, 4)",
    ),
    "cat of numbers": (
        lambda: mt.cat([mt.tensor(1.0)]),
        mt.ShapeError,
        "cat: tensor 0 does not continue the first along axis 0: there must be such an axis, and the others must be equal\n"
        "  first    () = ()\n"
        "  tensor 0 () = ()",
    ),
    "cat of nothing": (lambda: mt.cat([]), ValueError, "cat: expected one tensor at least, got none"),
    "stack of other shapes": (
        lambda: mt.stack([mt.ones(2), mt.ones(3)]),
        mt.ShapeError,
        "stack: the shapes must be equal: the first is (2,), tensor 1 is (3,)",
    ),
    "stack of nothing": (lambda: mt.stack([]), ValueError, "stack: expected one tensor at least, got none"),
    "split into nothing": (lambda: mt.split(mt.ones(4), 0), ValueError, "split: the size of a part is 1 or more, got 0"),
    "split that does not add up": (
        lambda: mt.split(mt.ones(4), [1, 2]),
        mt.ShapeError,
        "split: the sections [1, 2] do not add up to 4, the length of axis 0",
    ),
    "split of a number": (
        lambda: mt.split(mt.tensor(1.0), 1),
        mt.ShapeError,
        "split: a tensor without axes cannot be taken apart",
    ),
    "unbind of a number": (
        lambda: mt.unbind(mt.tensor(1.0)),
        mt.ShapeError,
        "unbind: a tensor without axes cannot be taken apart",
    ),
    "chunk into none": (lambda: mt.chunk(mt.ones(4), 0), ValueError, "chunk: the number of chunks is 1 or more, got 0"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused_in_words(case):
    call, error, message = REFUSED[case]
    assert message_of(error, call) == message
