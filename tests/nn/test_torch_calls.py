"""Every family of functions answers as PyTorch did when its calls were recorded: values, gradients, second order, refusals.

`torch_calls/call.py` says what a call is; `torch_calls/record.py` recorded PyTorch's answers.
"""

from __future__ import annotations

import functools
import json
import re

import pytest

import minitensor
from torch_calls.call import evaluate, head_of
from torch_calls.difference import difference, is_finite
from torch_calls.family import calls_of, families, names_of
from torch_calls.recording import load, path_of

FAMILIES = families()


def recorded_calls():
    """Return pytest parameters, one for each recorded call, named by its family and its line."""
    recorded = [(family, *pair) for family in FAMILIES if path_of(family).exists() for pair in load(family)]
    return [pytest.param(*each, id=f"{each[0]} {number} {each[1].expression}") for number, each in enumerate(recorded)]


@pytest.mark.parametrize(("family", "call", "expected"), recorded_calls())
def test_call_answers_as_pytorch_did(family, call, expected):
    order = min(call.order, expected.order)
    strict = not expected.refusal and is_finite(call, expected)
    found = evaluate(call._replace(order=order), minitensor, names_of(family, minitensor), strict=strict)
    assert not difference(call, expected, found)


@functools.cache
def expressions(family):
    return [call.expression for call in calls_of(family, 2000)]


@pytest.mark.parametrize("family", FAMILIES)
def test_recording_has_every_function_of_its_family(family):
    assert path_of(family).exists(), f"run `python tests/torch_calls/record.py {family}` where PyTorch is installed"
    heads = {head_of(expression) for expression in expressions(family)}
    assert heads - {head_of(call.expression) for call, _ in load(family)} == set()


def test_no_recording_is_of_a_family_that_is_gone():
    kept = {path.stem.removeprefix("torch_calls_") for path in path_of("").parent.glob("torch_calls_*.npz")}
    assert kept - set(FAMILIES) == set()


def test_every_name_that_pytorch_has_too_is_called():
    called = {
        name for family in FAMILIES for line in expressions(family) for name in re.findall(r"(?:\b(?:nn|F|mt))?\.\w+", line)
    }
    names = json.loads((path_of("").parent / "torch_names.json").read_text(encoding="utf-8"))
    places = {"nn": minitensor.nn, "nn.functional": minitensor.nn.functional, "Tensor": minitensor.Tensor}
    prefixes = {"nn": ["nn."], "nn.functional": ["F."], "Tensor": [".", "mt."]}
    missing = {
        f"{section}.{name}"
        for section, place in places.items()
        for name in names[section]
        if hasattr(place, name) and not called & {prefix + name for prefix in prefixes[section]}
    }
    others = {"Tensor.cuda", "Tensor.device", "Tensor.grad_fn"}  # which answer in another way than PyTorch's
    assert missing - others == set()
