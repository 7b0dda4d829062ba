"""Max unpooling puts each value back to the place that a max pooling found it at."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn

ranks = pytest.mark.parametrize("rank", [1, 2, 3])
SIZES = {1: (9,), 2: (7, 6), 3: (4, 3, 5)}
EVEN = {1: (8,), 2: (4, 6), 3: (2, 4, 2)}


@ranks
def test_pooled_values_return_to_where_they_were(rank):
    """What max pooling selected stays, all else is 0; sizes that the stride does not divide need the output's size."""
    x = mt.randn(2, 3, *SIZES[rank])
    y, indices = getattr(F, f"max_pool{rank}d")(x, 2, return_indices=True)
    back = getattr(F, f"max_unpool{rank}d")(y, indices, 2, output_size=x.shape)
    kept = np.zeros((2, 3, x[0, 0].numel()), bool)
    np.put_along_axis(kept, indices.numpy().reshape(2, 3, -1), True, -1)
    np.testing.assert_array_equal(back, np.where(kept.reshape(x.shape), x.numpy(), 0))


@ranks
def test_gradients_of_both_orders_by_differences(rank):
    x = mt.randn(2, 2, *EVEN[rank], dtype=mt.float64)
    y, indices = getattr(F, f"max_pool{rank}d")(x, 2, return_indices=True)
    y = y.clone().requires_grad_()
    assert mt.autograd.gradcheck(lambda y: getattr(F, f"max_unpool{rank}d")(y, indices, 2) ** 2, y)
    assert mt.autograd.gradgradcheck(lambda y: getattr(F, f"max_unpool{rank}d")(y, indices, 2) ** 2, y)


def test_of_two_values_for_one_place_the_later_stays_and_both_have_the_gradient():
    """As in PyTorch, where overlapping windows found one maximum."""
    y = mt.tensor([[[5.0, 6.0]]], requires_grad=True)
    back = F.max_unpool1d(y, mt.tensor([[[1, 1]]]), 2, stride=1)
    assert back.tolist() == [[[0, 6, 0]]]
    back.backward(mt.tensor([[[1.0, 2.0, 3.0]]]))
    assert y.grad.tolist() == [[[2, 2]]]


def test_the_places_may_be_written_to_between_forward_and_backward():
    y, places = mt.tensor([[[5.0]]], requires_grad=True), mt.tensor([[[1]]])
    back = F.max_unpool1d(y, places, 2)
    places.zero_()
    back.backward(mt.tensor([[[1.0, 2.0]]]))
    assert y.grad.tolist() == [[[2]]]


@ranks
def test_layers_for_batches_samples_and_an_empty_batch(rank):
    layer = getattr(nn, f"MaxUnpool{rank}d")(2)
    y, indices = getattr(nn, f"MaxPool{rank}d")(2, return_indices=True)(mt.randn(2, 3, *EVEN[rank]))
    np.testing.assert_array_equal(layer(y, indices)[1], layer(y[1], indices[1]))
    assert layer(y[:0], indices[:0]).shape == (0, *layer(y, indices).shape[1:])
    form = f"{(2,) * rank}"
    assert repr(layer) == f"MaxUnpool{rank}d(kernel_size={form}, stride={form}, padding={(0,) * rank})"


def test_float16_stays():
    assert F.max_unpool1d(mt.ones(1, 1, dtype=mt.float16), mt.tensor([[1]]), 2).dtype == mt.float16


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: nn.MaxUnpool2d((2, 2, 2)), ValueError, "MaxUnpool2d: kernel_size needs one entry per spatial axis, the outermost first: 2 in all, got (2, 2, 2)"),
        (
            lambda: F.max_unpool1d(mt.ones(1, 2), mt.tensor([[0, 1]], dtype=mt.int32), 2),
            TypeError,
            "max_unpool1d: the indices must be int64, as max pooling returns them, got int32",
        ),
        (
            lambda: F.max_unpool1d(mt.ones(1, 2), mt.tensor([[0, 1, 2]]), 2),
            mt.ShapeError,
            "max_unpool1d: the indices are one for each value of the input\n  input   (C, L) = (1, 2)\n  indices (C, L) = (1, 3)",
        ),
        (
            lambda: F.max_unpool1d(mt.ones(1, 2), mt.tensor([[0, 4]]), 2),
            IndexError,
            "max_unpool1d: the index 4 lies outside of the output, whose sizes (4,) have 4 cells",
        ),
        (
            lambda: F.max_unpool2d(mt.ones(1, 2, 2), mt.zeros(1, 2, 2, dtype=mt.int64), 2, output_size=(4, 6)),
            mt.ShapeError,
            "max_unpool2d: output_size (4, 6) is no size that these windows come from: (H, W) may be (3 to 5, 3 to 5)",
        ),
        (
            lambda: F.max_unpool2d(mt.ones(1, 2, 2), mt.zeros(1, 2, 2, dtype=mt.int64), 2, output_size=4),
            ValueError,
            "max_unpool2d: output_size is a tuple of 2 sizes, or of 4 with N and C, got 4",
        ),
        (
            lambda: F.max_unpool1d(mt.ones(1, 1), mt.tensor([[0]]), 2, padding=2),
            mt.ShapeError,
            "max_unpool1d: the padding (2,) leaves nothing of the output: its sizes would be (-2,)",
        ),
    ],
)  # fmt: skip
def test_what_is_refused(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message
