"""Shows that the padding layers are `F.pad`, print as PyTorch's, and refuse amounts that do not fit when they are built."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn

MODES = {
    "Constant": "constant",
    "Zero": "constant",
    "Reflection": "reflect",
    "Replication": "replicate",
    "Circular": "circular",
}
KINDS = [(kind, rank) for kind in MODES for rank in (1, 2, 3)]


def build(kind, rank, padding):
    layer = getattr(nn, f"{kind}Pad{rank}d")
    return layer(padding, 2.5) if kind == "Constant" else layer(padding)


@pytest.mark.parametrize(("kind", "rank"), KINDS)
def test_a_layer_is_the_function_with_and_without_a_batch(kind, rank):
    x = mt.tensor(np.random.default_rng(0).standard_normal((2, 3, 3, 4, 5)[: rank + 2]))
    amounts = (1, 2, 2, 0, -1, 1)[: 2 * rank]
    layer = build(kind, rank, amounts)
    value = 2.5 if kind == "Constant" else 0.0
    expected = F.pad(x, amounts, MODES[kind], value if MODES[kind] == "constant" else None)
    np.testing.assert_array_equal(layer(x).numpy(), expected.numpy())
    np.testing.assert_array_equal(layer(x[0]).numpy(), expected.numpy()[0])
    np.testing.assert_array_equal(build(kind, rank, 1)(x).numpy(), build(kind, rank, (1,) * 2 * rank)(x).numpy())
    assert not layer.state_dict()


@pytest.mark.parametrize(("kind", "rank"), KINDS)
def test_it_prints_as_pytorchs(kind, rank):
    words = f"padding={(1,) * 2 * rank}, value=2.5" if kind == "Constant" else f"{(1,) * 2 * rank}"
    assert repr(build(kind, rank, 1)) == f"{kind}Pad{rank}d({words})"


@pytest.mark.parametrize(("kind", "rank"), KINDS)
def test_amounts_that_do_not_fit_are_refused_when_it_is_built(kind, rank):
    name, count = f"{kind}Pad{rank}d", 2 * rank
    for padding in ((1,) * (count + 1), ()):
        with pytest.raises(ValueError, match="padding") as caught:
            build(kind, rank, padding)
        assert str(caught.value) == (
            f"{name}: padding needs two ints for each axis, the last axis first: {count} in all, got {padding}"
        )
    for padding in (1.5, "1", True):
        with pytest.raises(TypeError) as refused:
            build(kind, rank, padding)
        assert str(refused.value) == (
            f"{name}: padding must be a sequence of ints, two for each axis, the last axis first, got {(padding,) * count}"
        )


def test_a_value_that_is_no_number_is_refused():
    with pytest.raises(TypeError) as caught:
        nn.ConstantPad2d(1, "0")
    assert str(caught.value) == "ConstantPad2d: value must be a number, got str"
