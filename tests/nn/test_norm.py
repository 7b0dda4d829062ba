"""Batch normalisation is its paper's formula, to the second order, and keeps running statistics as PyTorch does."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn

SHAPES = [(5, 3), (4, 3, 2), (2, 3, 4, 2), (2, 3, 2, 2, 3)]
LAYERS = {2: nn.BatchNorm1d, 3: nn.BatchNorm1d, 4: nn.BatchNorm2d, 5: nn.BatchNorm3d}


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(3, 2, shape)


def per_channel(values, ndim):
    return values.reshape(1, -1, *[1] * (ndim - 2))


@pytest.mark.parametrize("shape", SHAPES)
def test_training_normalises_with_the_batchs_own_statistics(shape):
    """Biased variance for the answer, unbiased for the running one; NumPy's mean and var."""
    x, axes = draw(*shape), (0, *range(2, len(shape)))
    mean, var = x.mean(axes), x.var(axes)
    layer = LAYERS[len(shape)](3, eps=1e-3, momentum=0.3, dtype=mt.float64)
    with mt.no_grad():
        layer.weight.copy_(mt.tensor([1.0, 2.0, 3.0]))
        layer.bias.copy_(mt.tensor([0.0, -1.0, 1.0]))
    expected = (x - per_channel(mean, x.ndim)) / np.sqrt(per_channel(var, x.ndim) + 1e-3)
    expected = expected * per_channel(np.array([1.0, 2, 3]), x.ndim) + per_channel(np.array([0.0, -1, 1]), x.ndim)
    np.testing.assert_allclose(layer(mt.tensor(x)).numpy(), expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(layer.running_mean.numpy(), 0.3 * mean, rtol=1e-12)
    np.testing.assert_allclose(layer.running_var.numpy(), 0.7 + 0.3 * x.var(axes, ddof=1), rtol=1e-12)
    assert layer.num_batches_tracked.item() == 1


@pytest.mark.parametrize("shape", SHAPES)
def test_evaluation_normalises_with_the_running_statistics(shape):
    """And leaves them as they are."""
    x = draw(*shape)
    layer = LAYERS[len(shape)](3, dtype=mt.float64).eval()
    with mt.no_grad():
        layer.running_mean.copy_(mt.tensor([1.0, 2.0, 3.0]))
        layer.running_var.copy_(mt.tensor([4.0, 1.0, 9.0]))
    expected = (x - per_channel(np.array([1.0, 2, 3]), x.ndim)) / np.sqrt(per_channel(np.array([4.0, 1, 9]), x.ndim) + 1e-5)
    np.testing.assert_allclose(layer(mt.tensor(x)).numpy(), expected, rtol=1e-12, atol=1e-12)
    assert layer.running_mean.tolist() == [1, 2, 3]
    assert layer.num_batches_tracked.item() == 0


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
def test_gradients_of_both_orders(shape, training):
    """Finite differences, in the input, the weight and the bias: the statistics are part of what is differentiated."""
    x, w, b = (mt.tensor(draw(*s, seed=1), requires_grad=True) for s in (shape, (3,), (3,)))
    mean, var = (None, None) if training else (mt.zeros(3, dtype=mt.float64), mt.ones(3, dtype=mt.float64))

    def normalise(x, w, b):
        return F.batch_norm(x, mean, var, w, b, training)

    assert mt.autograd.gradcheck(normalise, (x, w, b))
    assert mt.autograd.gradgradcheck(normalise, (x, w, b))


def test_momentum_none_averages_over_all_batches():
    """The running mean of three batches is their mean."""
    layer = nn.BatchNorm1d(2, momentum=None, dtype=mt.float64)
    batches = [draw(4, 2, seed=seed) for seed in range(3)]
    for batch in batches:
        layer(mt.tensor(batch))
    np.testing.assert_allclose(layer.running_mean.numpy(), np.mean([b.mean(0) for b in batches], 0), rtol=1e-12)
    np.testing.assert_allclose(layer.running_var.numpy(), np.mean([b.var(0, ddof=1) for b in batches], 0), rtol=1e-12)


def test_without_running_statistics_evaluation_uses_the_batchs():
    """And there are no buffers."""
    layer = nn.BatchNorm1d(3, track_running_stats=False, dtype=mt.float64)
    x = mt.tensor(draw(5, 3))
    assert mt.equal(layer(x), layer.eval()(x))
    assert list(layer.state_dict()) == ["weight", "bias"]
    assert layer.running_mean is layer.running_var is layer.num_batches_tracked is None


def test_parameters_and_buffers_begin_as_documented():
    """And begin anew; affine=False and bias=False leave parameters out."""
    layer = nn.BatchNorm2d(3)
    layer(mt.randn(2, 3, 2, 2))
    layer.reset_running_stats()
    assert layer.running_mean.tolist() == [0] * 3
    assert layer.running_var.tolist() == [1] * 3
    assert layer.num_batches_tracked.item() == 0
    assert layer.num_batches_tracked.dtype == mt.int64
    assert layer.weight.tolist() == [1] * 3
    assert layer.bias.tolist() == [0] * 3
    assert list(nn.BatchNorm2d(3, affine=False).parameters()) == []
    assert [name for name, _ in nn.BatchNorm2d(3, bias=False).named_parameters()] == ["weight"]


def test_an_empty_batch_passes_forward_and_backward():
    """It leaves the running statistics alone."""
    layer = nn.BatchNorm2d(3)
    x = mt.zeros(0, 3, 2, 2, requires_grad=True)
    y = layer(x)
    y.sum().backward()
    assert y.shape == x.grad.shape == (0, 3, 2, 2)
    assert layer.weight.grad.tolist() == [0] * 3
    assert layer.running_mean.tolist() == [0] * 3
    assert layer.running_var.tolist() == [1] * 3


def test_float16_is_computed_in_float32():
    """Squares of 300 and more overflow float16; the answer does not."""
    x = np.array([[-300.0], [300.0], [-600.0], [600.0]])
    layer = nn.BatchNorm1d(1).half()
    y = layer(mt.tensor(x, dtype=mt.float16))
    assert y.dtype == mt.float16
    np.testing.assert_allclose(y.numpy(), x / x.std(), rtol=2e-3)


def test_a_refused_call_changes_nothing():
    """Neither the running statistics nor the count."""
    layer = nn.BatchNorm1d(3)
    before = {name: tensor.tolist() for name, tensor in layer.state_dict().items()}
    for bad in (mt.ones(1, 3), mt.ones(4, 2), mt.ones(4, 3, dtype=mt.float64), mt.ones(3)):
        with pytest.raises((ValueError, TypeError)):
            layer(bad)
    assert {name: tensor.tolist() for name, tensor in layer.state_dict().items()} == before


def test_running_statistics_may_be_written_to_between_forward_and_backward():
    """In training nothing that they hold is needed for the gradient: two forward passes, then one backward."""
    layer = nn.BatchNorm1d(3)
    x = mt.randn(4, 3)
    (layer(x).sum() + layer(x * 2).sum()).backward()
    assert layer.bias.grad.tolist() == [8] * 3


def test_repr_is_pytorchs():
    """The arguments; bias where it is left out."""
    assert (
        repr(nn.BatchNorm2d(8))
        == "BatchNorm2d(8, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)"
    )
    assert repr(nn.BatchNorm1d(8, momentum=None, bias=False)) == (
        "BatchNorm1d(8, eps=1e-05, momentum=None, affine=True, bias=False, track_running_stats=True)"
    )
