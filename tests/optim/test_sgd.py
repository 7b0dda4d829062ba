"""SGD's first steps, by hand, in numbers that binary fractions hold exactly; and what it refuses."""

from __future__ import annotations

import pytest

import minitensor as mt


def path(gradients, **options):
    """Return where w = 1 is after each of the gradients."""
    w = mt.tensor([1.0], dtype=mt.float64, requires_grad=True)
    optimizer = mt.optim.SGD([w], **options)
    points = []
    for gradient in gradients:
        w.grad = mt.tensor([gradient], dtype=mt.float64)
        optimizer.step()
        points.append(w.item())
    return points


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [0.5, 0.25]),  # 1 - 0.5 * 1, 0.5 - 0.5 * 0.5
        ({"maximize": True}, [1.5, 1.75]),
        ({"weight_decay": 0.5}, [0.25, -0.0625]),  # g = 1 + 0.5 * 1; g = 0.5 + 0.5 * 0.25
        ({"weight_decay": 0.5, "maximize": True}, [1.25, 1.1875]),  # g = -1 + 0.5 * 1; g = -0.5 + 0.5 * 1.25
        ({"momentum": 0.5}, [0.5, 0.0]),  # v = 1; v = 0.5 * 1 + 0.5
        ({"momentum": 0.5, "dampening": 0.5}, [0.5, 0.125]),  # v = 1, not dampened; v = 0.5 * 1 + 0.5 * 0.5
        ({"momentum": 0.5, "nesterov": True}, [0.25, -0.25]),  # 1 + 0.5 * 1; v = 1, so 0.5 + 0.5 * 1
    ],
    ids=str,
)
def test_first_two_steps_by_hand(options, expected):
    """The gradients are 1 and 0.5, lr is 0.5."""
    assert path([1.0, 0.5], lr=0.5, **options) == expected


def test_default_learning_rate_is_pytorchs():
    """0.001."""
    assert path([1.0]) == [0.999]


def test_momentum_that_is_set_later_begins_with_the_gradient_of_that_step():
    """As a first step does."""
    w = mt.tensor([1.0], dtype=mt.float64, requires_grad=True)
    optimizer = mt.optim.SGD([w], lr=0.5)
    w.grad = mt.ones(1, dtype=mt.float64)
    optimizer.step()
    optimizer.param_groups[0]["momentum"] = 0.5
    optimizer.step()
    optimizer.step()
    assert w.tolist() == [1 - 0.5 - 0.5 - 0.75]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"momentum": -0.5}, "SGD: momentum is 0 or more, and finite, got -0.5"),
        ({"weight_decay": -1}, "SGD: weight_decay is 0 or more, and finite, got -1"),
        ({"nesterov": True}, "SGD: nesterov needs a momentum and no dampening, got momentum 0 and dampening 0"),
        (
            {"nesterov": True, "momentum": 0.9, "dampening": 0.1},
            "SGD: nesterov needs a momentum and no dampening, got momentum 0.9 and dampening 0.1",
        ),
    ],
    ids=str,
)
def test_refused_options(options, expected):
    """Each by its whole message."""
    with pytest.raises(ValueError) as error:  # noqa: PT011  # compared as a whole
        path([], **options)
    assert str(error.value) == expected
