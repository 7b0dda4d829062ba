"""RMSprop's first steps, by hand, and what it refuses."""

from __future__ import annotations

import math

import pytest

import minitensor as mt


def path(gradients, **options):
    """Return where w = 1 is after each of the gradients."""
    w = mt.tensor([1.0], dtype=mt.float64, requires_grad=True)
    optimizer = mt.optim.RMSprop([w], **options)
    points = []
    for gradient in gradients:
        w.grad = mt.tensor([gradient], dtype=mt.float64)
        optimizer.step()
        points.append(w.item())
    return points


@pytest.mark.parametrize(
    ("options", "steps"),
    [
        ({}, [4 / 2, 1 / math.sqrt(3.25)]),  # v = 16/4 = 4; v = 0.75 * 4 + 1/4
        ({"eps": 0.5}, [4 / 2.5]),
        ({"maximize": True}, [-4 / 2]),
        ({"momentum": 0.5}, [2, 0.5 * 2 + 1 / math.sqrt(3.25)]),
        ({"centered": True}, [4 / math.sqrt(3), 1 / math.sqrt(3.25 - 1)]),  # m = 1; m = 0.75 + 0.25 = 1
        ({"weight_decay": 4.0}, [8 / 4]),  # g = 4 + 4 * 1, v = 64/4
    ],
    ids=str,
)
def test_first_steps_by_hand(options, steps):
    """The gradients are 4 and 1, alpha is 3/4 and lr 1/4."""
    found = path([4.0, 1.0][: len(steps)], **{"lr": 0.25, "alpha": 0.75, "eps": 0, **options})
    expected = [1 - 0.25 * sum(steps[: number + 1]) for number in range(len(steps))]
    assert found == pytest.approx(expected, rel=1e-12)


def test_defaults_are_pytorchs():
    """All of them."""
    (group,) = mt.optim.RMSprop([mt.ones(1)]).param_groups
    del group["params"]
    assert group == {
        "lr": 1e-2, "alpha": 0.99, "eps": 1e-8, "weight_decay": 0, "momentum": 0, "centered": False, "maximize": False,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["alpha", "eps", "weight_decay", "momentum"])
def test_refused_options(name):
    """Each by its whole message."""
    with pytest.raises(ValueError) as error:  # noqa: PT011  # compared as a whole
        path([], **{name: -1})
    assert str(error.value) == f"RMSprop: {name} is 0 or more, and finite, got -1"
