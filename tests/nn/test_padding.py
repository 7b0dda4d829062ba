"""Shows that `pad` answers as `numpy.pad` in every mode and on every axis, with gradients, and refuses the rest in words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minitensor as mt
import minitensor.nn.functional as F

NUMPY_MODES = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


@st.composite
def calls(draw):
    """A mode, a shape, and pairs (before, after) for its last axes that the mode allows."""
    mode = draw(st.sampled_from(list(NUMPY_MODES)))
    if mode == "constant":
        shape = tuple(draw(st.lists(st.integers(1, 5), min_size=1, max_size=4)))
        padded = draw(st.integers(0, len(shape)))
    else:
        padded = draw(st.integers(1, 3))
        shape = tuple(draw(st.integers(1, 5)) for _ in range(padded + draw(st.integers(1, 2))))
    most = {
        "constant": lambda _: 4,
        "reflect": lambda size: size - 1,
        "replicate": lambda _: 7,
        "circular": lambda size: size,
    }[mode]
    pairs = [(draw(st.integers(0, most(n))), draw(st.integers(0, most(n)))) for n in shape[len(shape) - padded :]]
    return mode, shape, pairs


def from_the_last_axis(pairs):
    """The pairs as `pad` takes them."""
    return [amount for pair in reversed(pairs) for amount in pair]


@settings(max_examples=300, derandomize=True, deadline=None)
@given(calls())
def test_all_modes_are_numpys(call):
    mode, shape, pairs = call
    x = np.arange(np.prod(shape), dtype=np.float64).reshape(shape)
    y = F.pad(mt.tensor(x), from_the_last_axis(pairs), mode)
    untouched = [(0, 0)] * (len(shape) - len(pairs))
    np.testing.assert_array_equal(y.numpy(), np.pad(x, untouched + pairs, NUMPY_MODES[mode]), strict=True)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(calls())
def test_gradient_counts_the_copies(call):
    """Each cell's gradient is the sum over its copies, which `numpy.pad` of the cells' numbers names; it is linear."""
    mode, shape, pairs = call
    size = int(np.prod(shape))
    untouched = [(0, 0)] * (len(shape) - len(pairs))
    fill = {"constant_values": size} if mode == "constant" else {}
    copied = np.pad(np.arange(size).reshape(shape), untouched + pairs, NUMPY_MODES[mode], **fill)
    g = np.random.default_rng(0).integers(-3, 4, copied.shape).astype(np.float64)
    x, v = mt.zeros(shape, dtype=mt.float64, requires_grad=True), mt.tensor(g, requires_grad=True)
    (gradient,) = mt.autograd.grad(F.pad(x, from_the_last_axis(pairs), mode), x, v, create_graph=True)
    np.testing.assert_array_equal(gradient.numpy().ravel(), np.bincount(copied.ravel(), g.ravel(), size + 1)[:size])
    direction = mt.tensor(np.arange(size, dtype=np.float64).reshape(shape))
    (second,) = mt.autograd.grad(gradient, v, direction)
    expected = np.where(copied < size, copied, 0).astype(np.float64)
    np.testing.assert_array_equal(second.numpy(), expected)


def test_the_last_axis_comes_first():
    y = F.pad(mt.ones(1, 1, 1), (1, 2, 0, 1), value=5.0)
    assert y.tolist() == [[[5, 1, 5, 5], [5, 5, 5, 5]]]


@pytest.mark.parametrize("mode", NUMPY_MODES)
def test_negative_padding_takes_cells_away(mode):
    x = mt.arange(5.0).reshape(1, 5)
    assert F.pad(x, (-1, -2), mode).tolist() == [[1, 2]]
    expected = {
        "constant": [2, 3, 4, 0, 0],
        "reflect": [2, 3, 4, 3, 2],
        "replicate": [2, 3, 4, 4, 4],
        "circular": [2, 3, 4, 2, 3],
    }
    assert F.pad(x, (-2, 2), mode).tolist() == [expected[mode]]


def test_what_is_taken_away_is_still_mirrored_and_at_the_edge_but_does_not_go_around():
    x = mt.arange(5.0).reshape(1, 5)
    assert F.pad(x, (-5, 1), "reflect").tolist() == [[3]]
    assert F.pad(x, (4, -1), "reflect").tolist() == [[4, 3, 2, 1, 0, 1, 2, 3]]
    assert F.pad(x, (2, -5), "replicate").tolist() == [[0, 0]]
    assert F.pad(x, (2, -2), "circular").tolist() == [[1, 2, 0, 1, 2]]


def test_all_cells_of_an_axis_may_be_taken_away():
    assert F.pad(mt.arange(5.0), (-5, 0)).tolist() == []
    assert F.pad(mt.ones(1, 5), (-5, 0), "circular").shape == (1, 0)
    assert F.pad(mt.ones(1, 2, 3), (-3, 0, 1, 0), "reflect").shape == (1, 3, 0)


def test_three_cells_of_four_on_both_sides():
    """The picture that the module shows."""
    x = mt.arange(4).reshape(1, 4)
    assert F.pad(x, (3, 3), "reflect").tolist() == [[3, 2, 1, 0, 1, 2, 3, 2, 1, 0]]
    assert F.pad(x, (3, 3), "replicate").tolist() == [[0, 0, 0, 0, 1, 2, 3, 3, 3, 3]]
    assert F.pad(x, (3, 3), "circular").tolist() == [[1, 2, 3, 0, 1, 2, 3, 0, 1, 2]]


def test_the_value_takes_the_inputs_dtype():
    assert F.pad(mt.arange(2), (1, 0), value=2.5).tolist() == [2, 0, 1]
    assert F.pad(mt.tensor([False]), (1, 0), value=1).tolist() == [True, False]


@pytest.mark.parametrize("dtype", [mt.float16, mt.float32, mt.int64, mt.uint8])
@pytest.mark.parametrize("mode", NUMPY_MODES)
def test_dtype_stays(mode, dtype):
    x = mt.ones(1, 3, dtype=dtype)
    y = F.pad(x, (1, 1), mode)
    assert (y.dtype, y.shape) == (dtype, (1, 5))
    truths = mt.ones(1, 3, dtype=mt.bool)
    if mode in ("constant", "circular"):
        assert F.pad(truths, (1, 1), mode).dtype == mt.bool


@pytest.mark.parametrize("mode", NUMPY_MODES)
def test_an_empty_batch_is_padded(mode):
    assert F.pad(mt.ones(0, 2, 3, 4), (1, 2, 1, 1), mode).shape == (0, 2, 5, 7)


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        (([1.0], (1, 1)), TypeError, "the input must be a Tensor, got list: convert it with mt.tensor(...)"),
        ((mt.ones(2, 3), 1), TypeError, "pad must be a sequence of ints, two for each axis, the last axis first, got 1"),
        (
            (mt.ones(2, 3), (1.0, 1.0)),
            TypeError,
            "pad must be a sequence of ints, two for each axis, the last axis first, got (1.0, 1.0)",
        ),
        (
            (mt.ones(2, 3), (1,)),
            ValueError,
            "pad needs two ints for each axis, the last axis first: at most 4 for the shape (2, 3), got 1",
        ),
        (
            (mt.ones(2, 3), (1, 1, 1, 1, 1, 1)),
            ValueError,
            "pad needs two ints for each axis, the last axis first: at most 4 for the shape (2, 3), got 6",
        ),
        (
            (mt.ones(2, 3), (1, 1), "edge"),
            ValueError,
            "mode must be 'constant', 'reflect', 'replicate' or 'circular', got 'edge'",
        ),
        (
            (mt.ones(2, 3), (1, 1), "reflect", 2.0),
            ValueError,
            "a value is for mode='constant', got value=2.0 and mode='reflect'",
        ),
        (
            (mt.ones(2, 3), (3, 1), "reflect"),
            mt.ShapeError,
            "reflect padding must be smaller than the axis, got padding (3, 1) for axis -1 of length 3: "
            "the input's shape is (2, 3)",
        ),
        (
            (mt.ones(1, 2, 3), (0, 0, 0, 3), "circular"),
            mt.ShapeError,
            "circular padding must be at most the length of the axis, got padding (0, 3) for axis -2 of length 2: "
            "the input's shape is (1, 2, 3)",
        ),
        (
            (mt.ones(2, 0), (1, 0), "replicate"),
            mt.ShapeError,
            "mode='replicate' needs a cell to copy, the input has none\n  input (C, L) = (2, 0)",
        ),
        (
            (mt.ones(2, 3, 4, 5), (1, 1), "reflect"),
            mt.ShapeError,
            "mode='reflect' is for signals (N, C, L) with two amounts, images (N, C, H, W) with four and volumes "
            "(N, C, D, H, W) with six, each also without N; got the shape (2, 3, 4, 5) with 2 amounts",
        ),
        (
            (mt.ones(1, 2, 3), (-3, 0, -2, 0), "reflect"),
            mt.ShapeError,
            "padding ((-2, 0), (-3, 0)) would leave axes of the lengths (0, 0): the input's shape is (1, 2, 3)",
        ),
        (
            (mt.ones(2, 3, dtype=mt.bool), (1, 1), "reflect"),
            TypeError,
            "mode='reflect' is for numbers, got bool: try x.int()",
        ),
        (
            (mt.ones(2, 3, dtype=mt.uint8), (1, 1), "constant", float("inf")),
            OverflowError,
            "the value inf is none of uint8, the input's dtype",
        ),
        (
            (mt.ones(2, 3), (True, 1)),
            TypeError,
            "pad must be a sequence of ints, two for each axis, the last axis first, got (True, 1)",
        ),
        (
            (mt.ones(2, 3), (-2, -2)),
            mt.ShapeError,
            "padding (-2, -2) takes 4 cells from axis -1, which has 3: the input's shape is (2, 3)",
        ),
    ],
)
def test_what_is_refused(arguments, kind, message):
    with pytest.raises(Exception) as caught:  # noqa: PT011 (the type and the whole text are compared)
        F.pad(*arguments)
    assert type(caught.value) is kind
    assert str(caught.value) == f"pad: {message}"
