"""The dtype of a result is PyTorch's, for every pair of dtypes, for arrays, 0-d tensors and Python numbers."""

from __future__ import annotations

import json
import operator
from pathlib import Path

import numpy as np
import pytest

import minitensor as mt

with np.load(Path(__file__).parents[1] / "golden" / "torch_layers.npz") as file:
    TABLE = json.loads(str(file["promotion"]))

OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "<": operator.lt,
    "==": operator.eq,
}
NUMBERS = {"bool": True, "int": 2, "float": 2.5}


def operand(kind, name):
    """Return an array of two ones, a 0-d one, or the Python number, of the dtype named."""
    if kind == "number":
        return NUMBERS[name]
    return mt.tensor(np.ones(2 if kind == "array" else (), dtype=name))


@pytest.mark.parametrize("form", TABLE)
def test_result_dtype_is_pytorchs(form):
    """Every pair that PyTorch accepts; the table of wrong answers is shown whole."""
    left, symbol, right = form.split()
    wrong = {}
    for a, row in TABLE[form].items():
        for b, expected in row.items():
            if expected is not None:
                found = OPERATORS[symbol](operand(left, a), operand(right, b)).dtype
                if found != np.dtype(expected):
                    wrong[a, b] = (str(found), expected)
    assert wrong == {}


@pytest.mark.parametrize("form", [form for form in TABLE if "+" in form])
def test_result_type_tells_the_dtype_without_computing(form):
    """`result_type` and the addition agree with the same table."""
    left, _, right = form.split()
    found = {a: {b: str(mt.result_type(operand(left, a), operand(right, b))) for b in row} for a, row in TABLE[form].items()}
    assert found == TABLE[form]


@pytest.mark.parametrize("reduction", ["sum", "prod"])
@pytest.mark.parametrize("dtype", ["bool", "uint8", "int8", "int16", "int32"])
def test_integers_are_summed_and_multiplied_in_int64(reduction, dtype):
    """As `torch.sum` and `torch.prod`: 200 ones do not overflow int8."""
    result = getattr(mt.tensor(np.ones(200, dtype)), reduction)()
    assert result.dtype == np.dtype("int64")
    assert result.item() == (200 if reduction == "sum" else 1)
