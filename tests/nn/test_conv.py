"""Shows that convolution layers and functions compute what their reference documents say: known numbers, shapes, sums."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.signal import convolve, correlate

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn

CONV = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}
TRANSPOSED = {1: nn.ConvTranspose1d, 2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}
SIZES = {1: (9,), 2: (7, 6), 3: (5, 4, 6)}
ranks = pytest.mark.parametrize("rank", [1, 2, 3])


def filled(layer, weight, bias=None):
    """The layer with its parameters set; a number fills."""
    with mt.no_grad():
        layer.weight[...] = mt.tensor(np.asarray(weight, np.float32))
        if layer.bias is not None:
            layer.bias[...] = mt.tensor(np.asarray(bias, np.float32))
    return layer


@pytest.fixture(autouse=True)
def _seeded():
    mt.manual_seed(0)


def integers(*shape):
    """Small integers in float64, on which sums and products are exact."""
    return mt.randint(-3, 4, shape).double()


def assert_equal(found, expected):
    np.testing.assert_array_equal(np.asarray(found), np.asarray(expected), strict=True)


# Numbers that must come out


def test_conv1d_of_counted_numbers():
    y = filled(nn.Conv1d(3, 1, 3), 1, 0)(mt.arange(24.0).reshape(2, 3, 4))
    assert y.tolist() == [[[45, 54]], [[153, 162]]]


def test_conv3d_of_counted_numbers():
    y = filled(nn.Conv3d(3, 1, 3), 1, 0)(mt.arange(384.0).reshape(2, 3, 4, 4, 4))
    assert y[0].tolist() == [[[[6885, 6966], [7209, 7290]], [[8181, 8262], [8505, 8586]]]]
    assert (y[1] - y[0]).tolist() == np.full((1, 2, 2, 2), 15552).tolist()


def test_conv2d_of_ones_sums_each_window():
    y = F.conv2d(mt.arange(25.0).reshape(1, 1, 5, 5), mt.ones(1, 1, 3, 3))
    assert y.tolist() == [[[[54, 63, 72], [99, 108, 117], [144, 153, 162]]]]


def test_conv_transpose1d_adds_what_is_spread():
    y = F.conv_transpose1d(mt.tensor([[[0.0, 1.0, 2.0]]]), mt.ones(1, 2, 3))
    assert y.tolist() == [[[0, 1, 3, 3, 2], [0, 1, 3, 3, 2]]]


ONE_KERNEL = [
    [[0.2599, -0.1309, -0.2319], [-0.1974, -0.0371, -0.1319], [-0.2190, -0.1151, 0.0644], [-0.0862, -0.2313, 0.1159]],
]
TWO_KERNELS = [
    [[-0.1565, 0.2598, -0.2152], [-0.0130, -0.1495, -0.0799], [-0.2842, -0.1508, -0.1939], [-0.1133, -0.2627, 0.1949]],
    [[0.0576, 0.1712, -0.1465], [-0.2060, 0.1648, 0.2039], [0.2221, -0.1940, 0.1126], [-0.2098, -0.0749, 0.1407]],
]


def test_conv1d_with_one_kernel_is_a_product_and_a_sum():
    x = mt.arange(1.0, 13.0).reshape(1, 4, 3)
    layer = filled(nn.Conv1d(4, 1, 3, bias=False), ONE_KERNEL)
    y = layer(x)
    assert y.shape == (1, 1, 1)
    assert y.item() == pytest.approx(-6.3543, abs=4e-3)
    assert y.item() == pytest.approx((x * layer.weight).sum().item(), abs=1e-5)


def test_conv1d_with_two_kernels_and_its_gradients():
    x = mt.arange(1.0, 13.0).reshape(1, 4, 3).requires_grad_()
    layer = filled(nn.Conv1d(4, 2, 3, bias=False), TWO_KERNELS)
    y = layer(x)
    assert y.shape == (1, 2, 1)
    np.testing.assert_allclose(y.numpy().ravel(), [-8.1877, 0.9679], atol=4e-3)
    y.sum().backward()
    assert_equal(layer.weight.grad, np.broadcast_to(x.numpy(), (2, 4, 3)))
    np.testing.assert_allclose(x.grad.numpy()[0], np.sum(TWO_KERNELS, axis=0), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(
    ("layer", "shape", "expected"),
    [
        (nn.Conv1d(4, 2, 3, stride=2), (1, 4, 9), (1, 2, 4)),
        (nn.Conv1d(16, 33, 3, stride=2), (20, 16, 50), (20, 33, 24)),
        (nn.Conv2d(16, 33, 3, stride=2), (20, 16, 50, 100), (20, 33, 24, 49)),
        (nn.Conv2d(16, 33, (3, 5), stride=(2, 1), padding=(4, 2)), (20, 16, 50, 100), (20, 33, 28, 100)),
        (nn.Conv2d(16, 33, (3, 5), (2, 1), (4, 2), dilation=(3, 1)), (20, 16, 50, 100), (20, 33, 26, 100)),
        (nn.ConvTranspose2d(16, 33, (3, 5), (2, 3), (4, 2), (1, 2)), (20, 16, 50, 100), (20, 33, 94, 300)),
        (
            nn.ConvTranspose3d(16, 33, (3, 5, 2), (3, 2, 2), (0, 4, 2), (2, 1, 1)),
            (1, 16, 10, 50, 100),  # one volume: the 20 of the reference document take three gigabytes
            (1, 33, 32, 96, 197),
        ),
    ],
)
def test_shapes_of_the_reference_documents(layer, shape, expected):
    with mt.no_grad():
        assert layer(mt.Tensor(np.random.default_rng(0).standard_normal(shape))).shape == expected


def test_conv1d_weight_of_the_reference_documents():
    weight = nn.Conv1d(16, 33, 3, stride=2).weight
    assert weight.shape == (33, 16, 3)
    assert 0.14 < weight.abs().max().item() <= 0.144338


# What is computed


@ranks
def test_kernel_is_not_flipped(rank):
    """With an asymmetric kernel the layer is SciPy's correlation, and not its convolution."""
    x, w = integers(1, 1, *SIZES[rank]), integers(1, 1, 2, 3, 2)[0, 0, ..., 0]
    w = w[0] if rank == 1 else w if rank == 2 else mt.stack([w, 2 * w + 1], -1)
    y = getattr(F, f"conv{rank}d")(x, w.reshape(1, 1, *w.shape))
    assert_equal(y[0, 0], correlate(x.numpy()[0, 0], w.numpy(), mode="valid", method="direct"))


@ranks
def test_conv_mode_convolution_flips_the_kernel(rank):
    """SciPy's convolution, and a weight gradient that is flipped with it."""
    layer = CONV[rank](1, 1, 3, bias=False, dtype=mt.float64, conv_mode="convolution")
    plain = CONV[rank](1, 1, 3, bias=False, dtype=mt.float64)
    assert plain.conv_mode == "cross_correlation"
    with mt.no_grad():
        layer.weight.copy_(integers(*layer.weight.shape))
        plain.weight.copy_(layer.weight)
    x = integers(1, 1, *SIZES[rank])
    y = layer(x)
    assert_equal(y[0, 0], convolve(x.numpy()[0, 0], layer.weight.numpy()[0, 0], mode="valid", method="direct"))
    g = integers(*y.shape)
    y.backward(g)
    plain(x).backward(g)
    assert_equal(layer.weight.grad, np.flip(plain.weight.grad.numpy(), axis=tuple(range(2, rank + 2))))


@ranks
def test_bias_is_added_to_each_output_channel_and_its_gradient_is_a_sum(rank):
    for layer in (CONV[rank](2, 3, 2, dtype=mt.float64), TRANSPOSED[rank](2, 3, 2, dtype=mt.float64)):
        x, bias = integers(2, 2, *SIZES[rank]), layer.bias
        with_bias, layer.bias = layer(x), None
        without = layer(x)
        np.testing.assert_allclose(
            (with_bias - without).numpy(),
            np.broadcast_to(bias.numpy().reshape(3, *[1] * rank), without.shape),
            atol=1e-14,
        )
        with_bias.sum().backward()
        assert bias.grad.tolist() == [without.numel() / 3] * 3


@ranks
def test_output_size_is_the_formula(rank):
    for size, kernel, stride, padding, dilation in product((5, 8), (1, 3), (1, 2, 3), (0, 2), (1, 2)):
        y = CONV[rank](1, 1, kernel, stride, padding, dilation)(mt.ones(1, 1, *[size] * rank))
        assert y.shape[2:] == ((size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1,) * rank


@ranks
def test_groups_are_convolutions_side_by_side(rank):
    x, w, b = integers(2, 4, *SIZES[rank]), integers(6, 2, *[3] * rank), integers(6)
    conv = getattr(F, f"conv{rank}d")
    halves = [conv(x[:, 2 * i : 2 * i + 2], w[3 * i : 3 * i + 3], b[3 * i : 3 * i + 3], padding=1) for i in range(2)]
    assert_equal(conv(x, w, b, padding=1, groups=2), mt.cat(halves, 1))


@ranks
def test_depthwise_convolution_has_kernels_of_one_channel_for_each_channel(rank):
    layer = CONV[rank](3, 6, 2, groups=3, bias=False, dtype=mt.float64)
    assert layer.weight.shape == (6, 1, *[2] * rank)
    with mt.no_grad():
        layer.weight.copy_(integers(*layer.weight.shape))
    x = integers(1, 3, *SIZES[rank])
    y = layer(x)
    for o in range(6):
        image, kernel = x.numpy()[0, o // 2], layer.weight.numpy()[o, 0]
        assert_equal(y[0, o], correlate(image, kernel, mode="valid", method="direct"))


@ranks
def test_sizes_are_given_as_an_int_or_outermost_first(rank):
    conv = getattr(F, f"conv{rank}d")
    x, w = integers(1, 2, *SIZES[rank]), integers(2, 2, *[2] * rank)
    options = {"stride": 2, "padding": 1, "dilation": 2}
    assert_equal(conv(x, w, **options), conv(x, w, **{name: (value,) * rank for name, value in options.items()}))
    assert CONV[rank](2, 2, 2).kernel_size == CONV[rank](2, 2, (2,) * rank).kernel_size == (2,) * rank
    strides = tuple(range(1, rank + 1))
    assert conv(x, w, stride=strides).shape[2:] == tuple(
        (size - 2) // stride + 1 for size, stride in zip(SIZES[rank], strides, strict=True)
    )


# Batches


@ranks
@pytest.mark.parametrize("layers", [CONV, TRANSPOSED], ids=["conv", "conv_transpose"])
def test_empty_batch_goes_forward_and_backward(rank, layers):
    layer = layers[rank](2, 3, 3, padding=1)
    x = mt.zeros(0, 2, *SIZES[rank], requires_grad=True)
    y = layer(x)
    assert y.shape == (0, 3, *SIZES[rank])
    y.sum().backward()
    assert x.grad.shape == x.shape
    assert_equal(layer.weight.grad, np.zeros(layer.weight.shape, np.float32))
    assert_equal(layer.bias.grad, np.zeros(3, np.float32))


@ranks
@pytest.mark.parametrize("layers", [CONV, TRANSPOSED], ids=["conv", "conv_transpose"])
def test_one_sample_needs_no_batch(rank, layers):
    layer = layers[rank](2, 3, 3, stride=2)
    x = mt.randn(2, *SIZES[rank], requires_grad=True)
    y = layer(x)
    assert_equal(y, layer(x.unsqueeze(0))[0])
    y.sum().backward()
    assert x.grad.shape == x.shape


# float16


@pytest.mark.parametrize("compute_mode", ["default", "float32"])
def test_float16_is_summed_in_float32_forward_and_backward(compute_mode):
    """As the float32 layer on the same numbers, rounded once: many channels, whose sum in float16 would stall."""
    half = nn.Conv2d(256, 4, 3, padding=1, bias=False, dtype=mt.float16, compute_mode=compute_mode)
    single = nn.Conv2d(256, 4, 3, padding=1, bias=False)
    assert half.compute_mode == compute_mode
    with mt.no_grad():
        single.weight.copy_(half.weight.float())
    x = mt.rand(2, 256, 6, 5, dtype=mt.float16, requires_grad=True)
    reference = x.detach().float().requires_grad_()
    y, expected = half(x), single(reference)
    assert_equal(y, expected.half())
    y.backward(mt.ones_like(y))
    expected.backward(mt.ones_like(expected))
    assert_equal(x.grad, reference.grad.half())
    assert_equal(half.weight.grad, single.weight.grad.half())
