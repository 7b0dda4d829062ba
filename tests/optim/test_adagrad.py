"""Adagrad's first steps, by hand, and what it refuses."""

from __future__ import annotations

import pytest

import minitensor as mt


def path(gradients, **options):
    """Return where w = 1 is after each of the gradients."""
    w = mt.tensor([1.0], dtype=mt.float64, requires_grad=True)
    optimizer = mt.optim.Adagrad([w], **options)
    points = []
    for gradient in gradients:
        w.grad = mt.tensor([gradient], dtype=mt.float64)
        optimizer.step()
        points.append(w.item())
    return points


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [0.75, 0.75 - 0.25 * 4 / 5]),  # the roots of 9 and of 9 + 16
        ({"maximize": True}, [1.25, 1.25 + 0.25 * 4 / 5]),
        ({"eps": 1.0}, [1 - 0.25 * 3 / 4, 1 - 0.25 * 3 / 4 - 0.25 * 4 / 6]),
        ({"lr_decay": 1.0}, [0.75, 0.75 - 0.125 * 4 / 5]),  # the second lr is a half
        ({"initial_accumulator_value": 16.0}, [1 - 0.25 * 3 / 5, 1 - 0.25 * 3 / 5 - 0.25 * 4 / 41**0.5]),
        ({"weight_decay": 1.0}, [0.75, 0.75 - 0.25 * 4.75 / (16 + 4.75**2) ** 0.5]),  # g = 3 + 1; g = 4 + 0.75
    ],
    ids=str,
)
def test_first_two_steps_by_hand(options, expected):
    """The gradients are 3 and 4, lr is 1/4."""
    assert path([3.0, 4.0], **{"lr": 0.25, "eps": 0, **options}) == pytest.approx(expected, rel=1e-12)


def test_defaults_are_pytorchs():
    """All of them."""
    (group,) = mt.optim.Adagrad([mt.ones(1)]).param_groups
    del group["params"]
    assert group == {
        "lr": 1e-2, "lr_decay": 0, "eps": 1e-10, "weight_decay": 0, "initial_accumulator_value": 0, "maximize": False,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["lr_decay", "weight_decay", "initial_accumulator_value", "eps"])
def test_refused_options(name):
    """Each by its whole message."""
    with pytest.raises(ValueError) as error:  # noqa: PT011  # compared as a whole
        path([], **{name: -1})
    assert str(error.value) == f"Adagrad: {name} is 0 or more, and finite, got -1"
