"""The dropouts of channels drop whole channels, those for selu keep mean and variance, and none does anything in evaluation."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn

FLOOR = -1.7580993408473766  # what selu falls to
CHANNELS = [
    (F.dropout1d, (300, 4, 3), 2), (F.dropout1d, (1200, 3), 1), (F.dropout2d, (300, 4, 3, 2), 2), (F.dropout3d, (300, 4, 1, 3, 2), 2),
    (F.dropout3d, (1200, 1, 3, 2), 1), (F.feature_alpha_dropout, (300, 4, 3), 2),
]  # fmt: skip
LAYERS = [nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout, nn.FeatureAlphaDropout]


@pytest.mark.parametrize(("function", "shape", "axes"), CHANNELS)
@pytest.mark.parametrize("p", [0.25, 0.5])
def test_a_channel_is_dropped_as_a_whole(function, shape, axes, p):
    """Each on its own, with the given chance within five deviations."""
    mt.manual_seed(0)
    y = function(mt.ones(*shape, dtype=mt.float64), p, training=True).numpy()
    rows = y.reshape(int(np.prod(shape[:axes])), -1)
    assert (rows == rows[:, :1]).all()
    low, high = np.unique(rows[:, 0])
    share = (rows[:, 0] == low).mean()
    assert abs(share - p) < 5 * np.sqrt(p * (1 - p) / len(rows))
    if function is not F.feature_alpha_dropout:
        assert (low, high) == (0, 1 / (1 - p))


def test_three_axes_are_samples_of_signals_to_dropout2d():
    """As PyTorch has it, with a warning; four axes are a sample of a volume to dropout3d."""
    with pytest.warns(
        UserWarning, match=r"^dropout2d: the input is to be \(N, C, H, W\), got the shape \(50, 4, 3\): without a batch"
    ):
        y = F.dropout2d(mt.ones(50, 4, 3)).numpy()
    assert (y == y[:, :, :1]).all()
    assert 0 < (y[:, :, 0] == 0).mean() < 1
    with pytest.warns(UserWarning, match=r"^dropout3d: the input is to be \(N, C, D, H, W\), got the shape \(50, 3\)$"):
        F.dropout3d(mt.ones(50, 3))


@pytest.mark.parametrize("p", [0.1, 0.5])
def test_alpha_dropout_keeps_mean_and_variance(p):
    """Of normal numbers, within five deviations; what is dropped is one value, the image of selu's floor."""
    mt.manual_seed(3)
    x = mt.randn(40000, dtype=mt.float64)
    y = F.alpha_dropout(x, p, training=True).numpy()
    assert abs(y.mean()) < 5 / np.sqrt(y.size)
    assert abs(y.var() - 1) < 5 * np.sqrt(3 / y.size)
    values, counts = np.unique(y, return_counts=True)
    scale = 1 / np.sqrt((1 - p) * (1 + p * FLOOR**2))
    assert values[counts > 1] == pytest.approx([scale * FLOOR - scale * FLOOR * p], rel=1e-12)


def test_gradients_flow_where_something_was_kept():
    """The factor of what is kept, 0 elsewhere."""
    mt.manual_seed(1)
    x = mt.ones(20, 5, 2, requires_grad=True)
    F.dropout1d(x, 0.5).sum().backward()
    assert set(x.grad.flatten().tolist()) == {0.0, 2.0}
    x.grad = None
    F.alpha_dropout(x, 0.5, training=True).sum().backward()
    kept = 1 / np.sqrt(0.5 * (1 + 0.5 * FLOOR**2))
    assert sorted(set(x.grad.flatten().tolist())) == pytest.approx([0.0, kept])


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("dtype", [mt.float16, mt.float32, mt.float64])
def test_nothing_happens_in_evaluation_and_everything_with_p_1(layer, dtype):
    """The very tensor; zeros. The dtype stays, and an empty batch too."""
    x = mt.ones(2, 3, 4, 5, 6, dtype=dtype)[:, :, 0, 0] if layer is nn.Dropout1d else mt.ones(2, 3, 4, 5, dtype=dtype)
    assert layer(0.5).eval()(x) is x
    assert layer(0.0)(x) is x
    gone = layer(1.0)(x)
    assert gone.dtype == dtype
    assert not gone.any()
    assert layer()(x).dtype == dtype
    assert layer()(x[:0]).shape == x[:0].shape
    assert x.all()


def test_by_default_the_functions_for_selu_do_nothing():
    """Their `training` is False, as in PyTorch."""
    x = mt.ones(2, 3)
    assert F.alpha_dropout(x) is x
    assert F.feature_alpha_dropout(x) is x


@pytest.mark.parametrize("layer", LAYERS)
def test_reprs_and_refusals(layer):
    """Both arguments, always; a p that is no probability is refused when the layer is built."""
    name = layer.__name__
    assert repr(layer(0.25)) == f"{name}(p=0.25, inplace=False)"
    for p in (-0.1, 1.5, "0.5", np.nan):
        with pytest.raises(ValueError, match=f"^{name}: p is a probability, from 0 to 1, got "):
            layer(p)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.dropout1d(mt.ones(3)), "dropout1d: the input must be (N, C, L) or, without a batch, (C, L), got the shape (3,)"),
        (lambda: F.feature_alpha_dropout(mt.ones(3), training=True), "feature_alpha_dropout: the input needs 2 axes at least, got the shape (3,)"),
        (lambda: F.dropout(mt.tensor([1, 2])), "dropout: the input must be floating-point, got int64: try x.float()"),
        (lambda: F.dropout2d([1.0]), "dropout2d: the input must be a Tensor, got list: convert it with mt.tensor(...)"),
    ],
)  # fmt: skip
def test_messages_are_the_answer(call, message):
    """The whole of it."""
    with pytest.raises((ValueError, TypeError)) as error:
        call()
    assert str(error.value) == message
