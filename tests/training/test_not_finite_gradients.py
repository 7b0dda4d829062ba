"""The first gradient that is not finite is found in the backward pass; causes have remedies; nothing is left behind."""

from __future__ import annotations

import math
import threading

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn
from minitensor.kernels import active
from minitensor.training import find_not_finite
from small_failures import Logarithm, cross_entropy, line_of, small

INF, NAN = math.inf, math.nan


@pytest.fixture(autouse=True)
def _seed():
    mt.manual_seed(0)


# Backward


def test_a_gradient_alone_that_is_nan_names_the_rule_and_what_it_was_given():
    x = mt.tensor([[3.0, 4.0], [0.0, 0.0]], requires_grad=True)

    def length():
        return (x * x).sum(1).sqrt().sum()

    finding = find_not_finite(length, batch=x)
    assert (finding.what, finding.kind, finding.name) == ("the gradient of batch is NaN", "backward", "sqrt")
    lines = str(finding).split("\n")
    assert lines[0].endswith("is NaN: the first infinity is made in the backward pass, by the gradient of sqrt for 'a'")
    assert lines[2].endswith(line_of("return (x * x).sum(1).sqrt().sum()", __file__))
    assert lines[3:8] == [
        "  formula    dA = dY / (2 Y)",
        "  dY         (2,) float32, all 1",
        "  Y          (2,) float32, from 0 to 5, 1 of 2 zero",
        "  gradient   (2,) float32, 1 of 2 infinite, the others 0.1",
        "  where      sample 1 of the batch",
    ]
    assert finding.remedy.startswith(
        "The derivative of the square root at 0 is infinite. Add a small number before the root"
    )


def test_the_parameter_whose_gradient_it_is_is_named():
    model = nn.Sequential(nn.Linear(2, 2, bias=False))
    with mt.no_grad():
        model[0].weight.zero_()
    finding = find_not_finite(lambda: model(mt.ones(3, 2)).sqrt().sum(), model)
    assert finding.what == "the gradient of the parameter '0.weight' is infinite"
    own = mt.nn.Parameter(mt.zeros(2))
    assert find_not_finite(lambda: own.sqrt().sum(), model).what == "the gradient of the parameter is infinite"


def test_the_trap_of_where_is_told():
    """The result of sqrt is left out of the loss, its derivative is not: 0 * inf is NaN, and so is 0 * nan."""
    x = mt.tensor([4.0, 0.0], requires_grad=True)
    finding = find_not_finite(lambda: mt.where(x > 0, x.sqrt(), 0.0).sum())
    assert (finding.kind, finding.name) == ("backward", "sqrt")
    assert finding.remedy.startswith(
        "The derivative of the square root at 0 is infinite. As its gradient 0 arrives, as where a mask"
    )
    assert finding.remedy.endswith("as in where(x > 0, x, 1).sqrt(), not its result after it.")
    x = mt.tensor([4.0, -1.0], requires_grad=True)
    finding = find_not_finite(lambda: mt.where(x > 0, x.sqrt(), 0.0).sum())
    assert (finding.what, finding.kind, finding.name) == ("the gradient of the input is NaN", "forward", "sqrt")
    assert "later      it does not reach the loss, but the gradient of sqrt" in finding.text
    assert finding.remedy.startswith("The square root of a negative number is NaN. As its gradient 0 arrives")
    assert find_not_finite(lambda: mt.where(x > 0, mt.where(x > 0, x, 1.0).sqrt(), 0.0).sum()) is None


def test_a_gradient_that_is_beyond_float16_is_found():
    x = mt.tensor([1.0, 2.0], requires_grad=True)
    half = x.half().detach().requires_grad_()
    finding = find_not_finite(lambda: (half.float() * 1e6).sum())
    assert (finding.what, finding.kind, finding.name) == ("the gradient of the input is infinite", "backward", "cast")
    assert finding.remedy.startswith("The largest float16")


def test_a_hook_that_makes_nan_and_one_that_mends_it():
    x = mt.tensor([0.0, 4.0], requires_grad=True)

    def hooked(hook):
        def loss():
            y = x * 2
            y.register_hook(hook)
            return y.sqrt().sum()

        return loss

    assert find_not_finite(hooked(lambda gradient: mt.nan_to_num(gradient, posinf=0.0))) is None
    finding = find_not_finite(hooked(lambda gradient: gradient * NAN))
    assert (finding.kind, finding.name) == ("backward", "sqrt")  # which was infinite before the hook
    x = mt.tensor([1.0, 4.0], requires_grad=True)
    finding = find_not_finite(hooked(lambda gradient: gradient * NAN))
    assert "by a hook or where gradients add up at mul" in finding.text


def test_gradients_that_add_up_beyond_the_largest_number_are_found_at_the_leaf_and_within():
    leaf, big = mt.zeros(1, requires_grad=True), mt.tensor([3e38])
    finding = find_not_finite(lambda: (leaf * big + leaf * big).sum())
    assert (finding.what, finding.kind) == ("the gradient of the input is infinite", "sum")
    assert "it is made where finite gradients add up, or by a hook of the tensor" in finding.text

    def within():
        y = leaf * 1.0
        return (y * big + y * big).sum()

    finding = find_not_finite(within)
    assert (finding.kind, finding.name) == ("backward", "mul")
    assert "by a hook or where gradients add up at mul" in finding.text


def test_a_gradient_penalty_is_of_the_forward_pass():
    x = mt.tensor([0.0], requires_grad=True)

    def penalty():
        (slope,) = mt.autograd.grad(x.sqrt().sum(), x, create_graph=True)
        return slope.square().sum()

    finding = find_not_finite(penalty)
    assert (finding.what, finding.kind, finding.name) == ("the loss is infinite", "forward", "div")


# Remedies

REMEDIES = {
    "log1p": (lambda x: mt.log1p(x - 2), "log(1 + x) is NaN for x below -1"),
    "sqrt": (lambda x: mt.sqrt(x - 2), "The square root of a negative number is NaN."),
    "pow": (lambda x: (x - 2) ** 0.5, "A negative number to a power that is not whole is NaN"),
    "pow of 0": (lambda x: (x - 1) ** -1.0, "0 to a negative power is infinite"),
    "div": (lambda x: 1 / (x - 1), "0 / 0 is NaN, and any other number over 0 is infinite."),
    "exp2": (lambda x: mt.exp2(x * 1000), "exp2 of more than 128 is beyond the largest float32."),
    "asin": (lambda x: mt.asin(x + 1), "asin is of numbers from -1 to 1"),
    "acosh": (lambda x: mt.acosh(x - 1), "acosh is of numbers from 1 on"),
    "atanh": (lambda x: mt.atanh(x), "atanh is of numbers from -1 to 1"),
    "sub": (lambda x: x * INF - x * INF, "Infinity minus infinity is NaN."),
    "log, backward": (lambda x: mt.where(x > 1, mt.log(x - 1), 0.0), "The derivative of the logarithm at 0 is infinite."),
    "pow, backward": (lambda x: (x - 1) ** 0.5, "The derivative at 0 of a power below 1 is infinite."),
    "asin, backward": (lambda x: mt.asin(x), "The derivative of asin at -1 and 1 is infinite."),
}


@pytest.mark.parametrize("case", REMEDIES)
def test_each_cause_has_its_remedy(case):
    compute, remedy = REMEDIES[case]
    x = mt.ones(2, requires_grad=True)
    finding = find_not_finite(lambda: compute(x).sum())
    assert finding.kind == ("backward" if "backward" in case else "forward")
    assert finding.name == case.split()[0].rstrip(",")
    assert finding.remedy.startswith(remedy)


# What it leaves


def test_nothing_is_left_behind():
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), Logarithm())
    x = mt.randn(5, 3)
    model(x * x)
    before = {name: value.numpy().copy() for name, value in model.state_dict().items()}
    kernels = dict(active)
    for batch in (x, x * 0 + 1):
        find_not_finite(lambda batch=batch: model(batch).sum(), model, batch)
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value.numpy(), before[name])
    assert all(parameter.grad is None for parameter in model.parameters())
    assert {name: active[name] for name in kernels} == kernels
    model[0].weight.grad = mt.ones(4, 3)
    find_not_finite(lambda: model[0](x).sum(), model)
    assert mt.equal(model[0].weight.grad, mt.ones(4, 3))


def test_nothing_is_left_behind_after_an_error():
    kernels = dict(active)

    def fails():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        find_not_finite(fails)
    assert {name: active[name] for name in kernels} == kernels


def test_a_profile_within_and_a_search_within_a_profile_leave_the_kernels_as_they_were():
    kernels = dict(active)
    x = mt.zeros(2, requires_grad=True)

    def profiled():
        with mt.viz.record():
            return mt.log(x).sum()

    find_not_finite(profiled)
    assert {name: active[name] for name in kernels} == kernels
    with mt.viz.record():
        assert find_not_finite(lambda: mt.log(x).sum()).name == "log"
    assert {name: active[name] for name in kernels} == kernels


def test_what_other_threads_compute_is_none_of_it():
    x = mt.zeros(2, requires_grad=True)

    def loss():
        other = threading.Thread(target=lambda: mt.log(mt.zeros(3)))
        other.start()
        other.join()
        return mt.sqrt(x - 1).sum()

    assert find_not_finite(loss).name == "sqrt"


def test_a_loss_that_is_finite_with_finite_gradients_is_none():
    model, x, y = small(), mt.randn(4, 3), mt.randint(0, 2, (4,))
    assert find_not_finite(cross_entropy(model, x, y), model, (x, y)) is None
    assert find_not_finite(lambda: mt.tensor(3.0)) is None
    with mt.no_grad():
        assert find_not_finite(lambda: (F.cross_entropy(model(x), y), model(x), y), model) is None


def test_what_computes_no_tensor_is_refused():
    with pytest.raises(TypeError, match=r"^find_not_finite: compute_loss returns the loss, a Tensor, got float$"):
        find_not_finite(lambda: 3.0)


def test_every_engine_can_be_searched():
    x = mt.tensor([1.0, -1.0], requires_grad=True)
    with mt.use_engine("reference"):
        assert find_not_finite(lambda: mt.log(x).sum()).name == "log"


def test_lazy_layers_and_checkpointed_parts_can_be_searched():
    lazy = nn.Sequential(nn.LazyLinear(2), Logarithm())
    with pytest.raises(RuntimeError, match="call the model once with an input"):
        find_not_finite(lambda: lazy(mt.randn(6, 3)).sum(), lazy)
    lazy(mt.zeros(1, 3))
    assert find_not_finite(lambda: lazy(mt.randn(6, 3)).sum(), lazy).path == "1"
    x = mt.zeros(2, requires_grad=True)
    finding = find_not_finite(lambda: mt.utils.checkpoint.checkpoint(mt.sqrt, x).sum())
    assert (finding.kind, finding.name) == ("backward", "sqrt")
