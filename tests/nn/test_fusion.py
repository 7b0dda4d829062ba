"""A convolution with the batch normalisation behind it folded in answers what both did."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
from minitensor import nn
from minitensor.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval
from minitensor.utils import fuse_conv_bn

SIZES = {1: (7,), 2: (5, 6), 3: (3, 4, 5)}


def lived_in(bn, seed=0):
    """A batch normalisation with statistics and parameters of its own, in evaluation."""
    rng = np.random.default_rng(seed)
    with mt.no_grad():
        for tensor, low in ((bn.running_mean, -2), (bn.running_var, 0.2), (bn.weight, -1), (bn.bias, -1)):
            if tensor is not None:
                tensor.copy_(mt.tensor(rng.uniform(low, 2, tensor.shape)))
    return bn.eval()


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("kind", ["Conv", "ConvTranspose"])
@pytest.mark.parametrize("options", [{}, {"bias": False}, {"groups": 2, "stride": 2, "padding": 1}], ids=str)
@pytest.mark.parametrize("affine", [True, False])
def test_both_in_one_within_1e_12(rank, kind, options, affine):
    conv = getattr(nn, f"{kind}{rank}d")(4, 6, 3, dtype=mt.float64, **options).eval()
    bn = lived_in(getattr(nn, f"BatchNorm{rank}d")(6, affine=affine, dtype=mt.float64))
    x = mt.randn(2, 4, *SIZES[rank], dtype=mt.float64)
    expected = bn(conv(x))
    fused = fuse_conv_bn(conv, bn)
    assert type(fused) is type(conv)
    np.testing.assert_allclose(fused(x).detach().numpy(), expected.detach().numpy(), rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(bn(conv(x)).detach().numpy(), expected.detach().numpy())


def test_a_linear_layer():
    linear, bn = nn.Linear(4, 6, dtype=mt.float64).eval(), lived_in(nn.BatchNorm1d(6, dtype=mt.float64))
    x = mt.randn(5, 4, dtype=mt.float64)
    fused = fuse_linear_bn_eval(linear, bn)
    np.testing.assert_allclose(fused(x).detach().numpy(), bn(linear(x)).detach().numpy(), rtol=1e-12, atol=1e-12)


def test_float16_is_fused_in_float32_and_stays_float16():
    conv, bn = nn.Conv1d(2, 3, 1).half().eval(), lived_in(nn.BatchNorm1d(3))
    fused = fuse_conv_bn(conv, bn)
    assert (fused.weight.dtype, fused.bias.dtype) == (mt.float16, mt.float16)


def test_all_pairs_in_the_sequentials_of_a_network():
    """At any depth, under the old names; what is used in two places, and what does not follow a convolution, stays."""
    shared = nn.Conv2d(3, 3, 1)
    model = nn.Sequential(
        nn.Sequential(nn.Conv2d(3, 3, 3, bias=False), nn.BatchNorm2d(3), nn.ReLU()),
        nn.BatchNorm2d(3),
        shared,
        nn.BatchNorm2d(3),
        nn.ConvTranspose2d(3, 3, 2),
        nn.BatchNorm2d(3),
        shared,
    ).double()
    for layer in model.modules():
        if isinstance(layer, nn.BatchNorm2d):
            lived_in(layer)
    model.eval()
    x = mt.randn(2, 3, 6, 6, dtype=mt.float64)
    expected = model(x).detach().numpy()
    fused = fuse_conv_bn(model)
    kinds = [type(layer).__name__ for layer in fused]
    assert kinds == ["Sequential", "BatchNorm2d", "Conv2d", "BatchNorm2d", "ConvTranspose2d", "Identity", "Conv2d"]
    assert [type(layer).__name__ for layer in fused[0]] == ["Conv2d", "Identity", "ReLU"]
    np.testing.assert_allclose(fused(x).detach().numpy(), expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(model(x).detach().numpy(), expected)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (
            lambda: fuse_conv_bn(nn.Conv1d(2, 3, 1), nn.BatchNorm1d(3)),
            RuntimeError,
            "fuse_conv_bn_eval: only in evaluation is batch normalisation an affine map: call .eval() on both",
        ),
        (
            lambda: fuse_conv_bn(nn.ReLU(), nn.BatchNorm1d(3)),
            TypeError,
            "fuse_conv_bn_eval: expected a convolution, got ReLU",
        ),
        (
            lambda: fuse_conv_bn(nn.Conv1d(2, 3, 1).eval(), nn.ReLU()),
            TypeError,
            "fuse_conv_bn_eval: expected a batch normalisation behind it, got ReLU",
        ),
        (
            lambda: fuse_conv_bn(nn.Conv1d(2, 3, 1).eval(), nn.BatchNorm1d(4).eval()),
            mt.ShapeError,
            "fuse_conv_bn_eval: the layer has 3 outputs, the batch normalisation is for 4",
        ),
        (
            lambda: fuse_conv_bn(nn.Conv1d(2, 3, 1).eval(), nn.BatchNorm1d(3, track_running_stats=False).eval()),
            RuntimeError,
            "fuse_conv_bn_eval: the batch normalisation has no running statistics: track_running_stats=False",
        ),
        (
            lambda: fuse_conv_bn_eval(nn.Conv1d(2, 3, 1).eval(), nn.BatchNorm1d(3).eval(), transpose=True),
            ValueError,
            "fuse_conv_bn_eval: transpose=True is for a transposed convolution, got Conv1d",
        ),
    ],
)
def test_what_is_refused(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message
