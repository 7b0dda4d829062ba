"""Shows how the convolution layers begin, what they hold and how they print: as PyTorch's."""

from __future__ import annotations

from math import prod, sqrt

import numpy as np
import pytest

import minitensor as mt
from minitensor import nn


def assert_equal(found, expected):
    np.testing.assert_array_equal(np.asarray(found), np.asarray(expected), strict=True)


# Parameters


@pytest.mark.parametrize(
    ("layer", "weight", "k"),
    [
        (lambda: nn.Conv1d(64, 96, 5), (96, 64, 5), 1 / (64 * 5)),
        (lambda: nn.Conv2d(32, 64, (3, 5), groups=4), (64, 8, 3, 5), 4 / (32 * 15)),
        (lambda: nn.Conv3d(16, 64, (1, 2, 3)), (64, 16, 1, 2, 3), 1 / (16 * 6)),
        (lambda: nn.ConvTranspose1d(96, 64, 5), (96, 64, 5), 1 / (64 * 5)),
        (lambda: nn.ConvTranspose2d(64, 32, (3, 5), groups=4), (64, 8, 3, 5), 4 / (32 * 15)),
        (lambda: nn.ConvTranspose3d(64, 32, (1, 2, 3)), (64, 32, 1, 2, 3), 1 / (32 * 6)),
    ],
)
def test_parameters_are_drawn_evenly_between_plus_and_minus_the_root_of_k(layer, weight, k):
    mt.manual_seed(0)
    layer = layer()
    assert layer.weight.shape == weight
    assert layer.bias.shape == (layer.out_channels,)
    for parameter in (layer.weight, layer.bias):
        assert parameter.dtype == mt.float32
        assert 0.9 * sqrt(k) < np.abs(parameter.numpy()).max() <= np.float32(sqrt(k))
    values = layer.weight.numpy()
    assert abs(values.mean()) < 3 * sqrt(k / 3 / prod(weight))
    assert values.std() == pytest.approx(sqrt(k / 3), rel=0.03)


def test_weight_is_drawn_before_the_bias():
    mt.manual_seed(0)
    with_bias = nn.Conv2d(2, 3, 3)
    mt.manual_seed(0)
    without = nn.Conv2d(2, 3, 3, bias=False)
    assert_equal(with_bias.weight, without.weight)
    assert without.bias is None
    assert [name for name, _ in with_bias.named_parameters()] == ["weight", "bias"]


def test_reset_parameters_draws_again():
    layer = nn.ConvTranspose1d(2, 3, 3)
    before = layer.weight.numpy().copy()
    mt.manual_seed(7)
    layer.reset_parameters()
    after = layer.weight.numpy().copy()
    assert not np.array_equal(before, after)
    mt.manual_seed(7)
    layer.reset_parameters()
    assert_equal(layer.weight, after)


def test_dtype_and_device_are_those_asked_for():
    layer = nn.Conv1d(2, 3, 3, device="cpu", dtype=mt.float64)
    assert (layer.weight.dtype, layer.bias.dtype) == (mt.float64, mt.float64)
    assert layer(mt.ones(1, 2, 5, dtype=mt.float64)).dtype == mt.float64


# Attributes and words


def test_attributes_are_pytorchs():
    names = ["in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "transposed"]
    names += ["output_padding", "groups", "padding_mode"]
    layer = nn.Conv2d(4, 6, (3, 5), 2, (1, 2), 3, groups=2, padding_mode="reflect")
    values = (4, 6, (3, 5), (2, 2), (1, 2), (3, 3), False, (0, 0), 2, "reflect")
    assert {name: getattr(layer, name) for name in names} == dict(zip(names, values, strict=True))
    layer = nn.ConvTranspose1d(4, 6, 3, 2, 1, 1, 2)
    values = (4, 6, (3,), (2,), (1,), (1,), True, (1,), 2, "zeros")
    assert {name: getattr(layer, name) for name in names} == dict(zip(names, values, strict=True))
    assert nn.Conv1d(1, 1, 3, padding="same").padding == "same"


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (nn.Conv1d(1, 2, 3), "Conv1d(1, 2, kernel_size=(3,), stride=(1,))"),
        (
            nn.Conv2d(16, 33, (3, 5), stride=(2, 1), padding=(4, 2), dilation=(3, 1)),
            "Conv2d(16, 33, kernel_size=(3, 5), stride=(2, 1), padding=(4, 2), dilation=(3, 1))",
        ),
        (
            nn.Conv2d(4, 4, 3, padding="same", groups=2, bias=False, padding_mode="reflect"),
            "Conv2d(4, 4, kernel_size=(3, 3), stride=(1, 1), padding=same, groups=2, bias=False, padding_mode=reflect)",
        ),
        (nn.Conv3d(1, 1, 1, padding="valid"), "Conv3d(1, 1, kernel_size=(1, 1, 1), stride=(1, 1, 1), padding=valid)"),
        (
            nn.Conv1d(1, 1, 3, conv_mode="convolution", compute_mode="float32"),
            "Conv1d(1, 1, kernel_size=(3,), stride=(1,), conv_mode=convolution, compute_mode=float32)",
        ),
        (
            nn.ConvTranspose1d(4, 4, 3, 2, 1, 1),
            "ConvTranspose1d(4, 4, kernel_size=(3,), stride=(2,), padding=(1,), output_padding=(1,))",
        ),
        (
            nn.ConvTranspose2d(4, 4, 3, bias=False, groups=4, dilation=2),
            "ConvTranspose2d(4, 4, kernel_size=(3, 3), stride=(1, 1), dilation=(2, 2), groups=4, bias=False)",
        ),
    ],
)
def test_repr_is_pytorchs(layer, words):
    assert repr(layer) == words
