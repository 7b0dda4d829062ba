"""Instance, layer, group, RMS and local response normalisation are their formulas, to the second order."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).normal(3, 2, shape)


def standard(x, axes, eps=1e-5):
    """NumPy's mean and var over some axes, taken out."""
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + eps)


def leaves(*arrays):
    return tuple(mt.tensor(array, requires_grad=True) for array in arrays)


def test_layer_norm_by_numpy():
    x, w, b = drawn(2, 3, 4), drawn(3, 4, seed=1), drawn(3, 4, seed=2)
    found = F.layer_norm(mt.tensor(x), (3, 4), mt.tensor(w), mt.tensor(b), 0.1)
    np.testing.assert_allclose(found.numpy(), standard(x, (1, 2), 0.1) * w + b, rtol=1e-12)


def test_group_norm_by_numpy():
    x, w, b = drawn(2, 6, 4), drawn(6, seed=1), drawn(6, seed=2)
    found = F.group_norm(mt.tensor(x), 3, mt.tensor(w), mt.tensor(b), 0.1)
    expected = standard(x.reshape(2, 3, 8), 2, 0.1).reshape(x.shape) * w[:, None] + b[:, None]
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12)


def test_rms_norm_by_numpy():
    x, w = drawn(2, 3, 4), drawn(4, seed=1)
    expected = x / np.sqrt((x**2).mean(-1, keepdims=True) + np.finfo(np.float64).eps) * w
    np.testing.assert_allclose(F.rms_norm(mt.tensor(x), (4,), mt.tensor(w)).numpy(), expected, rtol=1e-12)


def test_instance_norm_by_numpy_and_its_running_statistics():
    """The running mean moves towards the samples' average mean; a second call without them takes them."""
    x, w = drawn(3, 2, 4, 5), drawn(2, seed=1)
    layer = nn.InstanceNorm2d(2, momentum=0.3, affine=True, track_running_stats=True, dtype=mt.float64)
    with mt.no_grad():
        layer.weight.copy_(mt.tensor(w))
    np.testing.assert_allclose(layer(mt.tensor(x)).detach().numpy(), standard(x, (2, 3)) * w[:, None, None], rtol=1e-12)
    mean, var = 0.3 * x.mean((0, 2, 3)), 0.7 + 0.3 * x.var((2, 3), ddof=1).mean(0)
    np.testing.assert_allclose(layer.running_mean.numpy(), mean, rtol=1e-12)
    np.testing.assert_allclose(layer.running_var.numpy(), var, rtol=1e-12)
    expected = (x - mean[:, None, None]) / np.sqrt(var + 1e-5)[:, None, None] * w[:, None, None]
    np.testing.assert_allclose(layer.eval()(mt.tensor(x)).detach().numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize("size", [1, 2, 3, 6])
def test_local_response_norm_by_its_formula(size):
    x = drawn(2, 5, 3, 2)
    found = F.local_response_norm(mt.tensor(x), size, 0.5, 0.7, 2.0).numpy()
    for c in range(5):
        near = (x[:, max(0, c - size // 2) : c + (size - 1) // 2 + 1] ** 2).sum(1)
        np.testing.assert_allclose(found[:, c], x[:, c] / (2 + 0.5 / size * near) ** 0.7, rtol=1e-12)


@pytest.mark.parametrize(
    "normalise",
    [
        lambda x, w, b: F.layer_norm(x, (3, 2), w.reshape(3, 1) * mt.ones(2, dtype=mt.float64), None),
        lambda x, w, b: F.group_norm(x, 1, w, b),
        lambda x, w, b: F.instance_norm(x, None, None, w, b),
        lambda x, w, b: F.rms_norm(x, (2,), w[:2]),
        lambda x, w, b: F.local_response_norm(x, 2, 0.5) * w.reshape(3, 1),
    ],
    ids=["layer", "group", "instance", "rms", "local"],
)
def test_gradients_of_both_orders_by_differences(normalise):
    inputs = leaves(drawn(2, 3, 2), drawn(3, seed=1), drawn(3, seed=2))
    assert mt.autograd.gradcheck(normalise, inputs)
    assert mt.autograd.gradgradcheck(normalise, inputs)


LAYERS = [
    nn.LayerNorm((3, 4)),
    nn.GroupNorm(3, 3),
    nn.InstanceNorm1d(3, affine=True),
    nn.RMSNorm(4),
    nn.LocalResponseNorm(2),
]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
def test_an_empty_batch_and_any_layout_pass(layer):
    array = np.random.default_rng(0).standard_normal((4, 3, 2)).astype(np.float32)
    turned = mt.tensor(array).permute(2, 1, 0)
    found, expected = layer(turned).detach().numpy(), layer(turned.contiguous()).detach().numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(turned.numpy(), array.transpose(2, 1, 0))
    empty = mt.zeros(0, 3, 4, requires_grad=True)
    layer(empty).sum().backward()
    assert empty.grad.shape == (0, 3, 4)
    assert all(np.isfinite(p.grad.numpy()).all() for p in layer.parameters() if p.grad is not None)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
def test_float16_is_computed_in_float32(layer):
    """Squares of 600 overflow float16; parameters may stay in float32 or be float16, too."""
    x = np.where(np.arange(24).reshape(2, 3, 4) % 3, 600.0, -300.0)
    expected = layer(mt.tensor(x, dtype=mt.float32)).detach().numpy()
    found = layer(mt.tensor(x, dtype=mt.float16))
    assert found.dtype == mt.float16
    np.testing.assert_allclose(found.detach().numpy(), expected, rtol=2e-3)


def test_batch_norm_keeps_float32_statistics_beside_a_float16_input():
    layer = nn.BatchNorm1d(1)
    layer(mt.tensor([[-300.0], [301.0], [-600.0], [600.0]], dtype=mt.float16))
    assert layer.running_var.dtype == mt.float32
    np.testing.assert_allclose(layer.running_mean.numpy(), [0.025], rtol=1e-5)
    np.testing.assert_allclose(layer.running_var.numpy(), [0.9 + 0.1 * np.var([-300, 301, -600, 600], ddof=1)], rtol=1e-5)


def test_no_statistics_are_tracked_where_the_layer_is_told_not_to():
    """`track_running_stats = False` set later: the buffers rest in training and are used in evaluation, as in PyTorch."""
    layer = nn.BatchNorm1d(2)
    layer.track_running_stats = False
    layer(mt.randn(4, 2))
    assert (layer.running_mean.tolist(), layer.num_batches_tracked.item()) == ([0, 0], 0)
    x = mt.randn(4, 2)
    np.testing.assert_allclose(layer.eval()(x).detach().numpy(), x.numpy() / np.sqrt(1 + 1e-5), rtol=1e-6)


def test_instance_norm_of_one_sample_and_of_other_channels():
    """Without parameters another number of channels is only warned about, as in PyTorch."""
    x = mt.randn(3, 5)
    layer = nn.InstanceNorm1d(3)
    np.testing.assert_array_equal(layer(x), layer(x.unsqueeze(0))[0])
    with pytest.warns(
        UserWarning, match="InstanceNorm1d: the layer is for 4 channels, the input has 3: num_features is not used"
    ):
        nn.InstanceNorm1d(4)(x)


def test_parameters_begin_as_documented_and_reprs_are_pytorchs():
    layer = nn.LayerNorm((2, 3), bias=False)
    assert (layer.weight.tolist(), layer.bias) == ([[1] * 3] * 2, None)
    assert (nn.GroupNorm(2, 4).weight.tolist(), nn.GroupNorm(2, 4).bias.tolist()) == ([1] * 4, [0] * 4)
    assert list(nn.InstanceNorm1d(3).state_dict()) == []
    assert [repr(one) for one in (layer, nn.GroupNorm(2, 4, affine=False), nn.RMSNorm(3), nn.InstanceNorm2d(3))] == [
        "LayerNorm((2, 3), eps=1e-05, elementwise_affine=True, bias=False)",
        "GroupNorm(2, 4, eps=1e-05, affine=False, bias=False)",
        "RMSNorm((3,), eps=None, elementwise_affine=True)",
        "InstanceNorm2d(3, eps=1e-05, momentum=0.1, affine=False, bias=False, track_running_stats=False)",
    ]


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (
            lambda: F.batch_norm(mt.ones(2, 3), None, None, training=True, eps=0),
            ValueError,
            "batch_norm: eps is more than 0 in training, got 0: without it a constant channel is divided by 0",
        ),
        (lambda: F.batch_norm(mt.ones(2, 3), None, None, training=1), TypeError, "batch_norm: training is True or False, got 1"),
        (
            lambda: F.batch_norm(mt.ones(2, 3), None, None),
            ValueError,
            "batch_norm: training=False needs running_mean and running_var; training=True takes the input's own statistics",
        ),
        (lambda: F.layer_norm(mt.ones(2, 3), 3), TypeError, "layer_norm: normalized_shape is a tuple of ints, got 3: try (3,)"),
        (
            lambda: F.layer_norm(mt.ones(2, 3), (2,)),
            mt.ShapeError,
            "layer_norm: the input of shape (2, 3) does not end with the axes of normalized_shape (2,)",
        ),
        (
            lambda: F.layer_norm(mt.ones(2, 3), (3,), mt.ones(2)),
            mt.ShapeError,
            "layer_norm: the weight must be of the shape (3,), as normalized_shape says\n  input  (0, 1) = (2, 3)\n  weight (0)    = (2,)",
        ),
        (
            lambda: F.layer_norm(mt.ones(2, 3), (3,), mt.ones(3, dtype=mt.float64)),
            TypeError,
            "layer_norm: the input is float32, the weight is float64: convert one, for example with x.double() or layer.float()",
        ),
        (lambda: nn.LayerNorm(0), ValueError, "LayerNorm: normalized_shape must be at least 1, got 0"),
        (lambda: nn.GroupNorm(4, 6), ValueError, "GroupNorm: num_groups must divide num_channels, got 4 and 6"),
        (
            lambda: F.group_norm(mt.ones(2, 6, 4), 4),
            mt.ShapeError,
            "group_norm: num_groups must divide the channels, got 4 and 6 channels\n  input (N, C, L) = (2, 6, 4)",
        ),
        (
            lambda: F.group_norm(mt.ones(1, 2), 2),
            mt.ShapeError,
            "group_norm: expected more than one value per group: the variance of one value is 0\n  input (N, C) = (1, 2)",
        ),
        (
            lambda: F.instance_norm(mt.ones(2, 3, 1)),
            mt.ShapeError,
            "instance_norm: expected more than one value per channel of a sample: the variance of one value is 0\n  input (N, C, L) = (2, 3, 1)",
        ),
        (
            lambda: nn.InstanceNorm2d(3, affine=True)(mt.ones(2, 4, 3, 3)),
            mt.ShapeError,
            "InstanceNorm2d: the layer is for 3 channels, the input has 4\n  input (N, C, H, W) = (2, 4, 3, 3)",
        ),
        (lambda: nn.InstanceNorm1d(3)(mt.ones(3)), mt.ShapeError, "InstanceNorm1d: the input must be (C, L) or (N, C, L), got the shape (3,)"),
        (lambda: F.rms_norm(mt.ones(2, 3), ()), ValueError, "rms_norm: normalized_shape needs one length at least, that of the last axis"),
        (lambda: nn.RMSNorm(3, eps=-1), ValueError, "RMSNorm: eps is 0 or more, got -1"),
        (lambda: nn.LocalResponseNorm(0), ValueError, "LocalResponseNorm: size must be at least 1, got 0"),
        (
            lambda: F.local_response_norm(mt.ones(2, 3), 2),
            mt.ShapeError,
            "local_response_norm: the input must be (N, C, L) or (N, C, *spatial), got the shape (2, 3)",
        ),
        (lambda: nn.BatchNorm1d(3, momentum="0.1"), TypeError, "BatchNorm1d: momentum is a number or None, got '0.1'"),
    ],
)  # fmt: skip
def test_what_is_refused(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message
