"""The convolution family answers as PyTorch does: values, gradients and the gradients of those, on both plain engines."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import minitensor as mt

with np.load(Path(__file__).parents[1] / "golden" / "torch.npz") as file:
    CASES = json.loads(str(file["cases"]))
    ARRAYS = {name: file[name] for name in file.files if name != "cases"}


def case_name(number):
    """Return a case's number, operation and options: "2-conv1d-stride=2"."""
    case = CASES[number]
    return "-".join([str(number), case["op"], *(f"{k}={v}" for k, v in case["options"].items())])


def assert_close(found, name):
    """Compare a Tensor with a recorded array, in shape, dtype and value."""
    expected = ARRAYS[name]
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12, atol=1e-12, err_msg=name)


def call(case, x, w, b):
    """Return the answer and the leaves (input, weight, bias); a layer's leaves are its own parameters."""
    options = {k: tuple(v) if isinstance(v, list) else v for k, v in case["options"].items()}
    if not case["op"].startswith("Conv"):
        return getattr(mt.nn.functional, case["op"])(x, w, b, **options), [x, w, b]
    layer = getattr(mt.nn, case["op"])(w.shape[1], w.shape[0], tuple(w.shape[2:]), dtype=mt.float64, **options)
    with mt.no_grad():
        layer.weight.copy_(w)
        layer.bias.copy_(b)
    return layer(x), [x, layer.weight, layer.bias]


@pytest.mark.parametrize("engine", ["numpy", "reference"])
@pytest.mark.parametrize("number", range(len(CASES)), ids=case_name)
def test_value_and_gradients_of_both_orders_are_pytorchs(number, engine):
    """y, gx, gw, gb, and the gradient of sum(gx*vx) + sum(gw*vw) in x, w and g."""
    given = {k: ARRAYS[f"{number}/{k}"] for k in ("x", "w", "b", "g", "vx", "vw") if f"{number}/{k}" in ARRAYS}
    x, w, b, g = (mt.tensor(given[k], requires_grad=True) if k in given else None for k in "xwbg")
    vx, vw = mt.tensor(given["vx"]), mt.tensor(given["vw"])
    with mt.use_engine(engine):
        y, (x, w, b) = call(CASES[number], x, w, b)
        assert_close(y, f"{number}/y")
        leaves = [x, w] if b is None else [x, w, b]
        first = mt.autograd.grad(y, leaves, g, create_graph=True)
        for k, gradient in zip("xwb", first, strict=False):
            assert_close(gradient, f"{number}/g{k}")
        gx, gw = first[:2]
        second = mt.autograd.grad((gx * vx).sum() + (gw * vw).sum(), [x, w, g], allow_unused=True)
    for k, gradient in zip("xwg", second, strict=True):
        if f"{number}/h{k}" in ARRAYS:
            assert_close(gradient, f"{number}/h{k}")
        else:  # PyTorch records no dependence: an empty batch
            assert gradient is None or not gradient.numpy().any()


@pytest.mark.parametrize("number", range(len(CASES)), ids=case_name)
def test_backward_fills_grad_with_pytorchs_gradients(number):
    """The same first gradients, by the way that training takes: `backward` without a graph."""
    x, w, b = (mt.tensor(ARRAYS[name], requires_grad=True) if (name := f"{number}/{k}") in ARRAYS else None for k in "xwb")
    y, leaves = call(CASES[number], x, w, b)
    y.backward(mt.tensor(ARRAYS[f"{number}/g"]))
    for k, leaf in zip("xwb", leaves, strict=True):
        if leaf is not None:
            assert_close(leaf.grad, f"{number}/g{k}")
