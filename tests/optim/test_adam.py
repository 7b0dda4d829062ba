"""Adam's and AdamW's first steps, by hand, and what they refuse."""

from __future__ import annotations

import math

import pytest

import minitensor as mt


def path(kind, gradients, **options):
    """Return where w = 1 is after each of the gradients."""
    w = mt.tensor([1.0], dtype=mt.float64, requires_grad=True)
    optimizer = kind([w], **options)
    points = []
    for gradient in gradients:
        w.grad = mt.tensor([gradient], dtype=mt.float64)
        optimizer.step()
        points.append(w.item())
    return points


@pytest.mark.parametrize("gradient", [1e-3, -7.0, 1e3])
@pytest.mark.parametrize("kind", [mt.optim.Adam, mt.optim.AdamW])
def test_first_step_is_lr_whatever_the_gradient(kind, gradient):
    """Divided by 1 - beta1 and 1 - beta2, m is g and v is g^2."""
    expected = 1 - math.copysign(0.25, gradient)
    assert path(kind, [gradient], lr=0.25, eps=0, weight_decay=0) == pytest.approx([expected], rel=1e-12)


def test_second_step_by_hand():
    """Gradients 1 and 3 with betas of a half: m = 1/2, 7/4, v = 1/2, 19/4; divided by 1 - 1/4 they are 7/3 and 19/3."""
    found = path(mt.optim.Adam, [1.0, 3.0], lr=0.5, betas=(0.5, 0.5), eps=0.125)
    first = 1 - 0.5 * 1 / (1 + 0.125)
    assert found == pytest.approx([first, first - 0.5 * (7 / 3) / (math.sqrt(19 / 3) + 0.125)], rel=1e-12)


def test_amsgrad_divides_by_the_largest_mean_square():
    """Gradients 4 and 0: v falls from 8 to 4, the largest stays 8; m = 2, 1."""
    found = path(mt.optim.Adam, [4.0, 0.0], lr=0.5, betas=(0.5, 0.5), eps=0, amsgrad=True)
    assert found == pytest.approx([0.5, 0.5 - 0.5 * (1 / 0.75) / math.sqrt(8 / 0.75)], rel=1e-12)


def test_decay_is_in_the_gradient_for_adam_and_apart_for_adamw():
    """With a gradient of 0, Adam's is 0.5 * w, and the step lr; AdamW takes 0.25 * 0.5 of w away."""
    options = {"lr": 0.25, "weight_decay": 0.5}
    assert path(mt.optim.Adam, [0.0], **options) == pytest.approx([0.75], rel=1e-7)
    assert path(mt.optim.AdamW, [0.0, 0.0], **options) == [0.875, 0.875**2]


def test_maximize_turns_the_gradient_but_not_the_decay():
    """Up by lr; AdamW shrinks as before."""
    assert path(mt.optim.Adam, [2.0], lr=0.25, eps=0, maximize=True) == pytest.approx([1.25], rel=1e-12)
    found = path(mt.optim.AdamW, [2.0], lr=0.25, eps=0, weight_decay=0.5, maximize=True)
    assert found == pytest.approx([0.875 + 0.25], rel=1e-12)


@pytest.mark.parametrize("kind", [mt.optim.Adam, mt.optim.AdamW])
def test_defaults_are_pytorchs(kind):
    """AdamW decays by 0.01 where nothing is said."""
    (group,) = kind([mt.ones(1)]).param_groups
    del group["params"]
    assert group == {
        "lr": 1e-3,
        "betas": (0.9, 0.999),
        "eps": 1e-8,
        "weight_decay": 1e-2 if kind is mt.optim.AdamW else 0,
        "amsgrad": False,
        "maximize": False,
        "decoupled_weight_decay": kind is mt.optim.AdamW,
    }


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"eps": -1.0}, "eps is 0 or more, and finite, got -1.0"),
        ({"weight_decay": -1}, "weight_decay is 0 or more, and finite, got -1"),
        ({"betas": (1.0, 0.5)}, "betas[0] is from 0 to before 1, got 1.0"),
        ({"betas": (0.5, -0.5)}, "betas[1] is from 0 to before 1, got -0.5"),
        ({"betas": 0.9}, "betas are two numbers, (beta1, beta2), got 0.9"),
        ({"betas": (0.9,)}, "betas are two numbers, (beta1, beta2), got (0.9,)"),
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", [mt.optim.Adam, mt.optim.AdamW])
def test_refused_options(kind, options, expected):
    """Each by its whole message."""
    with pytest.raises(ValueError) as error:  # noqa: PT011  # compared as a whole
        path(kind, [], **options)
    assert str(error.value) == f"{kind.__name__}: {expected}"
