"""The layers answer as OneFlow's and MegEngine's do, and `interop` reads and writes MegEngine's layout of parameters."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import minitensor as mt
from minitensor.interop.megengine import (
    bias_from_megengine,
    bias_to_megengine,
    conv_weight_from_megengine,
    conv_weight_to_megengine,
)


def load(framework):
    """Return [(case, its arrays by name)] of a recording."""
    with np.load(Path(__file__).parents[1] / "golden" / f"{framework}.npz") as file:
        cases = json.loads(str(file["cases"]))
        arrays = [{} for _ in cases]
        for name in file.files:
            number, _, key = name.partition("/")
            if key:
                arrays[int(number)][key] = file[name]
    return list(zip(cases, arrays, strict=True))


def case_names(cases):
    """Return ids such as "Conv2d-stride=2-padding=1"."""
    return ["-".join([case["layer"], *(f"{k}={v}" for k, v in case["options"].items())]) for case, _ in cases]


@pytest.fixture(params=["numpy", "reference"], autouse=True)
def _on_each_engine(request):
    with mt.use_engine(request.param):
        yield


def run(case, x, w, b):
    """Build the layer with the weight and bias, run it and a backward with ones; return y, gx, gw, gb."""
    layer = getattr(mt.nn, case["layer"])(case["in"], case["out"], case["kernel"], **case["options"])
    with mt.no_grad():
        layer.weight.copy_(mt.tensor(w))
        if b is not None:
            layer.bias.copy_(mt.tensor(b))
    x = mt.tensor(x, requires_grad=True)
    y = layer(x)
    y.sum().backward()
    return y.numpy(), x.grad.numpy(), layer.weight.grad.numpy(), None if b is None else layer.bias.grad.numpy()


def assert_close(found, expected):
    """Compare two float32 arrays."""
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


ONEFLOW, MEGENGINE = load("oneflow"), load("megengine")


@pytest.mark.parametrize(("case", "arrays"), ONEFLOW, ids=case_names(ONEFLOW))
def test_layer_answers_as_oneflows(case, arrays):
    """Value and gradients; OneFlow's layout is the one here."""
    y, gx, gw, gb = run(case, arrays["x"], arrays["w"], arrays.get("b"))
    assert_close(y, arrays["y"])
    assert_close(gx, arrays["gx"])
    assert_close(gw, arrays["gw"])
    if "b" in arrays:
        assert_close(gb, arrays["gb"])


@pytest.mark.parametrize(("case", "arrays"), MEGENGINE, ids=case_names(MEGENGINE))
def test_layer_answers_as_megengines(case, arrays):
    """Value and gradients: the parameters come from MegEngine's layout, their gradients go back into it."""
    layout = {"groups": case["options"].get("groups", 1), "transposed": "Transpose" in case["layer"]}
    w = conv_weight_from_megengine(arrays["w"], **layout)
    b = bias_from_megengine(arrays["b"]) if "b" in arrays else None
    y, gx, gw, gb = run(case, arrays["x"], w, b)
    assert_close(y, arrays["y"])
    assert_close(gx, arrays["gx"])
    assert_close(conv_weight_to_megengine(gw, **layout), arrays["gw"])
    if "b" in arrays:
        assert_close(bias_to_megengine(gb, rank=int(case["layer"][-2])), arrays["gb"])


@pytest.mark.parametrize("transposed", [False, True], ids=["conv", "conv_transpose"])
@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("groups", [1, 2, 4])
def test_grouped_weight_is_one_block_of_channels_per_group(groups, rank, transposed):
    """Group g of the first channel axis here is entry g of MegEngine's first axis, in 1-D too, and back again."""
    weight = np.arange(8 * 3 * 2**rank).reshape(8, 3, *[2] * rank)
    kept = conv_weight_to_megengine(weight, groups, transposed)
    if groups == 1:
        np.testing.assert_array_equal(kept, weight)
    else:
        assert kept.shape == (groups, 8 // groups, 3, *[2] * rank)
        for g, block in enumerate(np.split(weight, groups)):
            np.testing.assert_array_equal(kept[g], block)
    np.testing.assert_array_equal(conv_weight_from_megengine(kept, groups, transposed), weight)


def test_grouped_conv1d_runs_from_megengines_layout():
    """Two groups side by side, by hand: each output is its group's channel times that group's kernel, plus the bias."""
    kept = np.array([[[[1.0, 2.0]]], [[[3.0, 4.0]]]], np.float32)  # (groups, out/groups, in/groups, k) = (2, 1, 1, 2)
    layer = mt.nn.Conv1d(2, 2, 2, groups=2)
    with mt.no_grad():
        layer.weight.copy_(mt.tensor(conv_weight_from_megengine(kept, groups=2)))
        layer.bias.copy_(mt.tensor(bias_from_megengine(np.array([[[10.0], [20.0]]], np.float32))))
    y = layer(mt.tensor(np.array([[[1.0, 0.0, 2.0], [1.0, 1.0, 0.0]]], np.float32)))
    assert y.tolist() == [[[11.0, 14.0], [27.0, 23.0]]]


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_bias_gets_the_outputs_axes_and_loses_them(rank):
    """(out,) and (1, out, 1...)."""
    bias = np.arange(5.0)
    kept = bias_to_megengine(bias, rank)
    assert kept.shape == (1, 5, *[1] * rank)
    np.testing.assert_array_equal(bias_from_megengine(kept), bias)


def test_refused_layouts_are_named():
    """Each error states the relation that does not hold."""
    with pytest.raises(mt.ShapeError) as error:
        conv_weight_from_megengine(np.zeros((4, 2, 3, 3, 3)), groups=2)
    assert str(error.value) == (
        "conv_weight_from_megengine: the weight's first axis is 4, groups is 2\n"
        "  weight (groups, out/groups, in/groups, kH, kW) = (4, 2, 3, 3, 3)"
    )
    with pytest.raises(mt.ShapeError) as error:
        conv_weight_from_megengine(np.zeros((2, 4, 3)), groups=2, transposed=True)
    assert str(error.value) == (
        "conv_weight_from_megengine: the weight is (groups, in/groups, out/groups, *kernel), 4 axes or more, not (2, 4, 3)"
    )
    with pytest.raises(mt.ShapeError) as error:
        conv_weight_to_megengine(np.zeros((5, 2, 3)), groups=2, transposed=True)
    assert str(error.value) == (
        "conv_weight_to_megengine: groups = 2 does not divide in = 5\n  weight (in, out/groups, kL) = (5, 2, 3)"
    )
    with pytest.raises(ValueError, match=r"^conv_weight_to_megengine: groups is 1 or more, not 0$"):
        conv_weight_to_megengine(np.zeros((4, 2, 3)), groups=0)
    with pytest.raises(mt.ShapeError) as error:
        bias_from_megengine(np.zeros((2, 8, 1)))
    assert str(error.value) == "bias_from_megengine: the bias is (1, out, 1...), one number for each channel, not (2, 8, 1)"
    with pytest.raises(mt.ShapeError) as error:
        bias_to_megengine(np.zeros((1, 8)), rank=1)
    assert str(error.value) == "bias_to_megengine: the bias is (out,), not (1, 8)"
