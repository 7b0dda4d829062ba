"""Pooling, normalisation, losses, pointwise operations, reductions and indexing answer as PyTorch does, to the second order.

A case is a line of Python that both libraries understand; `golden/record_torch_layers.py` says how it was recorded.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import minitensor as mt


def load():
    """Return [(case, its arrays by name)]: the recording keeps all arrays in one flat line, in the order of the cases."""
    with np.load(Path(__file__).parents[1] / "golden" / "torch_layers.npz") as file:
        cases, values = json.loads(str(file["cases"])), file["values"]
    ends = np.cumsum([int(np.prod(shape)) for case in cases for _, _, shape in case["arrays"]])
    pieces = iter(np.split(values, ends[:-1]))
    return [(case, {k: next(pieces).astype(dtype).reshape(shape) for k, dtype, shape in case["arrays"]}) for case in cases]


def parameters(cases):
    """Return pytest parameters named by the expression and the input's shape."""
    return [pytest.param(c, a, id=f"{c['expression']} {a.get('x', a.get('x0')).shape}") for c, a in cases]


GOLDEN = load()
EXPRESSIONS = parameters([(case, arrays) for case, arrays in GOLDEN if "steps" not in case])
MODULES = parameters([(case, arrays) for case, arrays in GOLDEN if "steps" in case])


def assert_close(found, arrays, name):
    """Compare a Tensor with the recorded array: integers exactly, floats to 1e-12."""
    expected = arrays[name]
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype), name
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("engine", ["numpy", "reference"])
@pytest.mark.parametrize(("case", "arrays"), EXPRESSIONS)
def test_expression_answers_as_pytorchs(case, arrays, engine):
    """Value, indices, buffers after the call, first gradients, and the gradient of sum(gx*vx) + ... where recorded."""
    leaves = case["leaves"]
    inputs = {k: mt.tensor(a.copy(), requires_grad=k in leaves) for k, a in arrays.items() if len(k) == 1 and k not in "yg"}
    g = mt.tensor(arrays["g"], requires_grad=True)
    with mt.use_engine(engine), np.errstate(all="ignore" if any_infinite(arrays) else None):
        y = eval(case["expression"], {"mt": mt, "F": mt.nn.functional, **inputs})
        if "indices" in arrays:
            y, indices = y
            assert_close(indices, arrays, "indices")
        assert_close(y, arrays, "y")
        for name in arrays:
            if name.startswith("after "):
                assert_close(inputs[name.removeprefix("after ")], arrays, name)
        first = mt.autograd.grad(y, [inputs[k] for k in leaves], g, create_graph=True)
        for k, gradient in zip(leaves, first, strict=True):
            assert_close(gradient, arrays, f"g{k}")
        if f"v{leaves[0]}" not in arrays:
            return
        directed = sum((gradient * mt.tensor(arrays[f"v{k}"])).sum() for k, gradient in zip(leaves, first, strict=True))
        second = mt.autograd.grad(directed, [*(inputs[k] for k in leaves), g], allow_unused=True)
    for k, gradient in zip([*leaves, "g"], second, strict=True):
        if f"h{k}" in arrays:
            gradient = mt.zeros_like(mt.tensor(arrays[f"h{k}"])) if gradient is None else gradient
            assert_close(gradient, arrays, f"h{k}")
        else:  # in PyTorch the first gradients do not depend on it
            assert gradient is None or not gradient.numpy().any()


def any_infinite(arrays):
    """Whether an infinity or nan is the expected answer."""
    return not all(np.isfinite(a).all() for a in arrays.values())


@pytest.mark.parametrize(("case", "arrays"), EXPRESSIONS)
def test_backward_fills_grad_with_pytorchs_gradients(case, arrays):
    """The same first gradients, by the way that training takes: `backward` without a graph."""
    leaves = case["leaves"]
    inputs = {k: mt.tensor(a.copy(), requires_grad=k in leaves) for k, a in arrays.items() if len(k) == 1 and k not in "yg"}
    with np.errstate(all="ignore" if any_infinite(arrays) else None):
        y = eval(case["expression"], {"mt": mt, "F": mt.nn.functional, **inputs})
        (y[0] if "indices" in arrays else y).backward(mt.tensor(arrays["g"]))
    for k in leaves:
        assert_close(inputs[k].grad, arrays, f"g{k}")


@pytest.mark.parametrize(("case", "arrays"), MODULES)
def test_batch_norm_module_keeps_pytorchs_statistics(case, arrays):
    """Three steps of training and one call in evaluation: answers, running statistics and the count of batches."""
    module = eval(case["expression"], {"mt": mt})
    for step in range(4):
        module.train(step < 3)
        assert_close(module(mt.tensor(arrays[f"x{min(step, 2)}"])), arrays, f"y{step}")
        if f"after mean {step}" in arrays:
            assert_close(module.running_mean, arrays, f"after mean {step}")
            assert_close(module.running_var, arrays, f"after var {step}")
            assert_close(module.num_batches_tracked, arrays, f"after count {step}")
        else:
            assert module.running_mean is None
            assert module.running_var is None
