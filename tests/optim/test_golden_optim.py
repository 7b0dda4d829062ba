"""Fifty steps of each optimiser follow PyTorch's path, in float64, on a function that is not convex."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import minitensor as mt

with np.load(Path(__file__).parents[1] / "golden" / "torch_optim.npz") as file:
    CASES = json.loads(str(file["cases"]))
    PATHS = [(file[f"{number}/w"], file[f"{number}/b"]) for number in range(len(CASES))]
    STATES = [
        [{key.rpartition("/")[2]: file[key] for key in file.files if key.startswith(f"{number}/{p}/")} for p in "wb"]
        for number in range(len(CASES))
    ]


def case_name(number):
    """Return the optimiser, its options, and whether it has two groups: "SGD-lr=0.05-momentum=0.9-2 groups"."""
    case = CASES[number]
    options = [f"{k}={v}" for k, v in case["options"].items()]
    return "-".join([case["optimizer"], *options, *(["2 groups"] if case["groups"] else [])])


def build(case, w, b):
    """Return the optimiser over both parameters, in one group or in two with options of their own."""
    options = {k: tuple(v) if isinstance(v, list) else v for k, v in case["options"].items()}
    groups = case["groups"]
    parameters = [{"params": [p], **own} for p, own in zip((w, b), groups, strict=True)] if groups else [w, b]
    return getattr(mt.optim, case["optimizer"])(parameters, **options)


def gradients(w, b):
    """Return df/dw and df/db of the function below, by hand, for w with axes (i, j) and b with axis (j)."""
    return -2 * np.sin(2 * w) + np.cos(w + b), np.cos(w + b).sum(0) + 2 * b / (1 + b * b)


def function(w, b):
    """Return f(w, b) = sum over i, j of [cos(2 w) + sin(w + b)] + sum over j of log(1 + b^2)."""
    return ((2 * w).cos() + (w + b).sin()).sum() + (1 + b * b).log().sum()


@pytest.mark.parametrize("number", range(len(CASES)), ids=case_name)
def test_given_the_gradients_the_path_is_pytorchs(number):
    """The step alone: `.grad` is set to the formula of the gradient; every point, and the state at the end, are compared."""
    path_w, path_b = PATHS[number]
    w, b = (mt.tensor(path[0].copy(), requires_grad=True) for path in (path_w, path_b))
    optimizer = build(CASES[number], w, b)
    for step in range(1, len(path_w)):
        w.grad, b.grad = map(mt.tensor, gradients(w.numpy(), b.numpy()))
        optimizer.step()
        np.testing.assert_allclose(w.numpy(), path_w[step], rtol=1e-12, atol=1e-12, err_msg=f"w, step {step}")
        np.testing.assert_allclose(b.numpy(), path_b[step], rtol=1e-12, atol=1e-12, err_msg=f"b, step {step}")
    for parameter, expected in zip((w, b), STATES[number], strict=True):
        state = optimizer.state[parameter]
        assert set(expected) <= set(state)
        for key, value in expected.items():
            np.testing.assert_allclose(np.asarray(state[key]), value, rtol=1e-12, atol=1e-12, err_msg=key)


@pytest.mark.parametrize("number", range(len(CASES)), ids=case_name)
def test_training_loop_ends_where_pytorchs_does(number):
    """The whole loop: zero_grad, the function, backward, step; the last point is compared."""
    path_w, path_b = PATHS[number]
    w, b = (mt.tensor(path[0].copy(), requires_grad=True) for path in (path_w, path_b))
    optimizer = build(CASES[number], w, b)
    for _ in path_w[1:]:
        optimizer.zero_grad()
        function(w, b).backward()
        optimizer.step()
    np.testing.assert_allclose(w.numpy(), path_w[-1], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(b.numpy(), path_b[-1], rtol=1e-12, atol=1e-12)
