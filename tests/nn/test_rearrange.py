"""Shows that pixel_shuffle and its kin move cells where their formulas say, with gradients, and refuse the rest in words."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn


def numbered(*shape):
    return mt.arange(float(np.prod(shape)), dtype=mt.float64).reshape(*shape)


@pytest.mark.parametrize("lead", [(), (2,), (2, 3)])
@pytest.mark.parametrize("r", [1, 2, 3])
def test_pixel_shuffle_follows_its_formula_and_pixel_unshuffle_undoes_it(lead, r):
    x = numbered(*lead, 2 * r * r, 3, 2)
    y = F.pixel_shuffle(x, r)
    assert y.shape == (*lead, 2, 3 * r, 2 * r)
    for c, h, w, i, j in np.ndindex(2, 3, 2, r, r):
        np.testing.assert_array_equal(y.numpy()[..., c, r * h + i, r * w + j], x.numpy()[..., c * r * r + r * i + j, h, w])
    np.testing.assert_array_equal(F.pixel_unshuffle(y, r).numpy(), x.numpy())


def test_channel_shuffle_deals_out_the_groups_in_turn():
    x = numbered(2, 6, 2, 1)
    np.testing.assert_array_equal(F.channel_shuffle(x, 3).numpy(), x.numpy()[:, [0, 2, 4, 1, 3, 5]])
    np.testing.assert_array_equal(F.channel_shuffle(F.channel_shuffle(x, 3), 2).numpy(), x.numpy())


@pytest.mark.parametrize(
    ("function", "shape"),
    [
        (lambda x: F.pixel_shuffle(x, 2), (1, 4, 2, 1)),
        (lambda x: F.pixel_unshuffle(x, 2), (1, 1, 2, 4)),
        (lambda x: F.channel_shuffle(x, 2), (1, 4, 2)),
    ],
)
def test_gradients_go_back_where_the_cells_came_from(function, shape):
    x = numbered(*shape).requires_grad_()
    y = function(x)
    (gradient,) = mt.autograd.grad(y, x, y.detach())
    np.testing.assert_array_equal(gradient.numpy(), x.detach().numpy())
    assert mt.autograd.gradgradcheck(lambda x: function(x) ** 2, [x])


def test_dtypes_and_empty_batches():
    assert F.pixel_shuffle(mt.ones(4, 1, 1, dtype=mt.bool), 2).dtype == mt.bool
    assert F.pixel_shuffle(mt.ones(0, 4, 2, 2), 2).shape == (0, 1, 4, 4)
    assert F.pixel_unshuffle(mt.ones(0, 1, 4, 4), 2).shape == (0, 4, 2, 2)
    assert F.channel_shuffle(mt.ones(0, 4, 2, dtype=mt.float16), 2).dtype == mt.float16


def test_layers():
    layers = nn.Sequential(
        nn.PixelUnshuffle(2), nn.ChannelShuffle(4), nn.PixelShuffle(2), nn.Flatten(), nn.Unflatten(1, (2, -1))
    )
    assert repr(layers) == (
        "Sequential(\n  (0): PixelUnshuffle(downscale_factor=2)\n  (1): ChannelShuffle(groups=4)\n"
        "  (2): PixelShuffle(upscale_factor=2)\n  (3): Flatten(start_dim=1, end_dim=-1)\n"
        "  (4): Unflatten(dim=1, unflattened_size=(2, -1))\n)"
    )
    assert not layers.state_dict()
    assert layers(mt.ones(3, 2, 4, 6)).shape == (3, 2, 24)


def test_unflatten_names_axes_from_both_ends():
    x = numbered(2, 6)
    np.testing.assert_array_equal(nn.Unflatten(-1, (3, 2))(x).numpy(), x.numpy().reshape(2, 3, 2))
    np.testing.assert_array_equal(nn.Unflatten(0, [1, -1])(x).numpy(), x.numpy().reshape(1, 2, 6))


X = mt.ones(1, 6, 3, 3)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (
            lambda: F.pixel_shuffle([1.0], 2),
            TypeError,
            "pixel_shuffle: the input must be a Tensor, got list: convert it with mt.tensor(...)",
        ),
        (
            lambda: F.pixel_shuffle(X, 2),
            mt.ShapeError,
            "pixel_shuffle: the channels must be a multiple of upscale_factor^2 = 4, got 6 in the shape (1, 6, 3, 3)",
        ),
        (lambda: F.pixel_shuffle(X, 0), ValueError, "pixel_shuffle: upscale_factor must be at least 1, got 0"),
        (lambda: F.pixel_shuffle(X, 2.0), ValueError, "pixel_shuffle: upscale_factor must be an int, got 2.0"),
        (
            lambda: F.pixel_shuffle(X[0, 0], 1),
            mt.ShapeError,
            "pixel_shuffle: the input must be (*, C, H, W), with three axes at least, got the shape (3, 3)",
        ),
        (
            lambda: F.pixel_unshuffle(X, 2),
            mt.ShapeError,
            "pixel_unshuffle: height and width must be multiples of downscale_factor = 2, got (3, 3) in the shape (1, 6, 3, 3)",
        ),
        (
            lambda: F.channel_shuffle(X, 4),
            mt.ShapeError,
            "channel_shuffle: the channels must be a multiple of groups = 4, got 6 in the shape (1, 6, 3, 3)",
        ),
        (
            lambda: F.channel_shuffle(X[0, 0], 1),
            mt.ShapeError,
            "channel_shuffle: the input must be (N, C, *), with three axes at least, got the shape (3, 3)",
        ),
        (lambda: nn.PixelShuffle(0), ValueError, "PixelShuffle: upscale_factor must be at least 1, got 0"),
        (lambda: nn.ChannelShuffle("2"), ValueError, "ChannelShuffle: groups must be an int, got '2'"),
        (lambda: nn.Unflatten(1, 6), TypeError, "Unflatten: unflattened_size must be a tuple of ints, got 6"),
        (lambda: nn.Unflatten(1, ()), ValueError, "Unflatten: unflattened_size needs one length at least, got none"),
        (
            lambda: nn.Unflatten(1, (4, -1))(X),
            mt.ShapeError,
            "unflatten: 6 elements of shape (6,) do not fit into the shape (4, -1)",
        ),
        (
            lambda: nn.Unflatten(4, (1, 1))(X),
            IndexError,
            "unflatten: dim 4 is out of range: of 4 axes, it is one from -4 to 3",
        ),
    ],
)
def test_what_is_refused(call, kind, message):
    with pytest.raises(Exception) as caught:  # noqa: PT011 (the type and the whole text are compared)
        call()
    assert type(caught.value) is kind
    assert str(caught.value) == message
