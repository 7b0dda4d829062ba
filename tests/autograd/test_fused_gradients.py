"""Shows when one kernel for several gradients stands in for the rules, what is kept for it, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
from minitensor.autograd import defvjp, detect_anomaly, grad, gradcheck, gradgradcheck, primitive
from minitensor.kernels import add_kernel, registry, time_kernels
from minitensor.kernels.registry import add_gradients, gradients, remove_kernel
from minitensor.observer import Observer
from minitensor.primitive import forget


@pytest.fixture
def calls():
    """What the fused kernel of `blend` was asked for."""
    return []


@pytest.fixture(autouse=True)
def _engines(monkeypatch):
    """Engines that these tests add are gone afterwards."""
    for name in ("an_engine_of_this_test", "another_engine_of_this_test"):
        monkeypatch.setitem(registry._engines, name, {})


@pytest.fixture
def blend(calls):
    """The sum a * b + scale * c, whose fused gradients name a and b, and note what they are asked for."""

    @primitive
    def blend(a, b, c, *, scale=2.0):
        return a * b + scale * c

    defvjp(blend, a=lambda v, b: v * b, b=lambda v, a: v * a, c=lambda v, scale: v * scale)

    @gradients("numpy")
    def blend_(v, b, a, *, scale, wanted):
        calls.append(wanted)
        return tuple(one if needed else None for one, needed in zip((v * b, v * a, v * scale), wanted, strict=True))

    yield blend
    forget("blend")


def leaves(dtype=mt.float64):
    return [mt.tensor([value, value + 1], dtype=dtype, requires_grad=True) for value in (2.0, 3.0, 5.0)]


def test_several_gradients_come_from_the_fused_kernel(blend, calls):
    a, b, c = leaves()
    blend(a, b, c, scale=3.0).sum().backward()
    assert calls == [(True, True, True)]
    assert (a.grad.tolist(), b.grad.tolist(), c.grad.tolist()) == ([3.0, 4.0], [2.0, 3.0], [3.0, 3.0])


def test_a_parameter_that_was_not_given_has_its_default(blend, calls):
    a, b, c = leaves()
    blend(a, b, c).sum().backward()
    assert calls == [(True, True, True)]
    assert c.grad.tolist() == [2.0, 2.0]


def test_it_is_asked_for_what_is_wanted_alone(blend, calls):
    a, b, c = leaves()
    grad(blend(a, b, c).sum(), [a, c])
    grad(blend(a, b, c).sum(), [b, c])
    grad(blend(a, b, 1.0).sum(), [a, b])
    assert calls == [(True, False, True), (False, True, True), (True, True, False)]


def test_one_gradient_alone_comes_from_its_rule(blend, calls):
    a, b, c = leaves()
    grad(blend(a, b.detach(), c.detach()).sum(), a)
    grad(blend(a, b, c).sum(), b)
    assert calls == []


def test_gradients_that_are_recorded_come_from_the_rules(blend, calls):
    a, b, c = leaves()
    (da, _, _) = grad(blend(a, b, c).sum(), [a, b, c], create_graph=True)
    assert grad(da.sum(), b)[0].tolist() == [1.0, 1.0]
    assert calls == []
    assert gradgradcheck(blend, leaves())


def test_both_ways_agree_with_finite_differences(blend, calls):
    assert gradcheck(blend, leaves())
    assert calls


def test_no_more_is_kept_for_it_than_the_rules_name_and_it_serves_where_that_is_enough(blend, calls):
    a, b, c = leaves()
    assert {id(one) for one in blend(a, b, c).grad_fn.saved} == {id(one._array) for one in (a, b)}
    (only,) = blend(a, b.detach(), c.detach()).grad_fn.saved
    assert only is b._array
    y = blend(a.detach(), b, c)  # a frozen: b's rule names a, and c's names nothing
    (only,) = y.grad_fn.saved
    assert only is a._array
    with mt.no_grad():
        b.mul_(2.0)  # nothing that is to come names b
    y.sum().backward()
    assert calls == []
    assert (b.grad.tolist(), c.grad.tolist()) == ([2.0, 3.0], [2.0, 2.0])


def test_a_layer_keeps_for_its_bias_nothing_that_its_other_wanted_gradients_do_not_name():
    x, weight, bias = mt.ones(4, 3), mt.ones(2, 3), mt.ones(2, requires_grad=True)
    (frozen,) = mt.nn.functional.linear(x.clone().requires_grad_(), weight, bias).grad_fn.saved
    assert frozen is weight._array
    (first,) = mt.nn.functional.linear(x, weight.clone().requires_grad_(), bias).grad_fn.saved
    assert first is x._array
    image, kernel = mt.ones(1, 2, 5, 5), mt.ones(2, 2, 3, 3)
    (frozen,) = mt.nn.functional.conv2d(image.clone().requires_grad_(), kernel, bias).grad_fn.saved
    assert frozen is kernel._array
    (first,) = mt.nn.functional.conv2d(image, kernel.clone().requires_grad_(), bias).grad_fn.saved
    assert first is image._array


def test_it_can_name_the_result_and_shapes():
    @primitive
    def growth(a, b):
        return np.exp(a * b)

    defvjp(growth, a=lambda v, b, y: v * y * b, b=lambda v, a, y: v * y * a)
    calls = []

    @gradients("numpy")
    def growth_(v, y, a_shape, b, a, *, wanted):
        calls.append((wanted, a_shape))
        return tuple(one if needed else None for one, needed in zip((v * y * b, v * y * a), wanted, strict=True))

    try:
        assert gradcheck(growth, leaves()[:2])
        assert calls[0] == ((True, True), (2,))
    finally:
        forget("growth")


def test_a_gradient_is_brought_to_its_arguments_dtype_and_a_wrong_shape_is_an_error(blend, calls):
    a, b, c = leaves(mt.float32)
    blend(a.double(), b, c).sum().backward()
    assert calls == [(True, True, True)]
    assert b.grad.dtype == mt.float32
    with pytest.raises(RuntimeError, match="returned a gradient of shape"):
        blend(*leaves()[:2], mt.ones(1, requires_grad=True)).sum().backward()


def test_the_reference_engine_keeps_to_the_rules_whoever_recorded(blend, calls):
    a, b, c = leaves()
    with mt.use_engine("reference"):
        y = blend(a, b, c).sum()
        y.backward(retain_graph=True)
    y.backward()
    with mt.use_engine("numpy"):
        y = blend(a, b, c).sum()
        with mt.use_engine("reference"):
            y.backward()
    assert calls == []
    assert a.grad.tolist() == [9.0, 12.0]


def test_an_engine_with_a_kernel_of_its_own_does_not_use_the_gradients_of_another(blend, calls):
    add_kernel("blend", lambda a, b, c, *, scale=2.0: a * b + scale * c, "an_engine_of_this_test")
    with mt.use_engine("an_engine_of_this_test"):
        blend(*leaves()).sum().backward()
        assert calls == []
        add_gradients(
            "blend",
            lambda v, *, wanted: calls.append("own") or tuple(v if one else None for one in wanted),
            "an_engine_of_this_test",
        )
        blend(*leaves()).sum().backward()
    assert calls == ["own"]
    blend(*leaves()).sum().backward()
    assert calls == ["own", (True, True, True)]


def test_an_engine_that_leaves_the_kernel_to_numpy_leaves_it_the_gradients_too(blend, calls):
    add_kernel("something_else", abs, "an_engine_of_this_test")
    with mt.use_engine("an_engine_of_this_test"):
        blend(*leaves()).sum().backward()
    remove_kernel("something_else")
    assert calls == [(True, True, True)]


def test_timed_it_has_the_primitives_name(blend):
    heard = []
    with time_kernels(lambda name, seconds, result: heard.append((name, type(result)))):
        blend(*leaves()).backward(mt.ones(2, dtype=mt.float64))
    assert heard == [("blend", np.ndarray), ("blend_gradients", tuple)]


def test_observers_hear_of_each_gradient(blend):
    class Listening(Observer):
        def __init__(self):
            self.heard = []

        def answered(self, node, argument, gradient):
            self.heard.append((node.name, argument, gradient.tolist()))

    with Listening() as listening:
        blend(*leaves()).backward(mt.ones(2, dtype=mt.float64))
    assert listening.heard == [("blend", 0, [3.0, 4.0]), ("blend", 1, [2.0, 3.0]), ("blend", 2, [2.0, 2.0])]


def test_an_anomaly_in_it_is_laid_to_its_argument(blend, calls):
    a, b, c = leaves()
    with detect_anomaly(), pytest.raises(RuntimeError, match="the gradient of blend for its argument 'b' is NaN"):
        blend(a * float("nan"), b, c).sum().backward()
    assert calls


def test_an_array_that_it_needs_may_not_be_written_to(blend):
    a, b, c = leaves()
    y = blend(a, b, c)
    with mt.no_grad():
        a.add_(1.0)
    with pytest.raises(RuntimeError, match="has been written to in place"):
        y.sum().backward()


def test_within_a_checkpoint_it_gets_what_was_computed_again(blend, calls):
    a, b, c = leaves()
    mt.utils.checkpoint.checkpoint(blend, a, b, c, use_reentrant=False).sum().backward()
    assert calls == [(True, True, True)]
    assert a.grad.tolist() == [3.0, 4.0]


def test_an_answer_for_what_was_not_asked_or_none_for_what_was_is_refused(blend):
    remove_kernel("blend")
    add_kernel("blend", lambda a, b, c, *, scale=2.0: a * b + scale * c)
    add_gradients("blend", lambda v, *, wanted: (v, None, None))
    a, b, c = leaves()
    with pytest.raises(
        RuntimeError, match=r"fused gradients of blend, asked for \(True, True, False\) by argument, answered"
    ):
        blend(a, b, c.detach()).sum().backward()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda a, v, *, wanted: None,
        lambda v, a: None,
        lambda v, nobody, *, wanted: None,
        lambda v, *, wanted, nobody: None,
        lambda: None,
    ],
)
@pytest.mark.usefixtures("blend")
def test_a_fused_kernel_that_asks_for_what_there_is_not_is_refused(wrong):
    add_kernel("blend", lambda a, b, c, *, scale=2.0: a * b + scale * c, "another_engine_of_this_test")
    with pytest.raises(TypeError) as error:
        add_gradients("blend", wrong, "another_engine_of_this_test")
    assert "it can take v and, after it, y and what is of ('a', 'b', 'c') by position" in str(error.value)


@pytest.mark.usefixtures("blend")
def test_one_without_a_kernel_and_a_second_one_are_refused():
    with pytest.raises(ValueError, match=r"^the engine 'reference' has no kernel named 'blend' that gradients could"):
        add_gradients("blend", lambda v, *, wanted: None, "reference")
    with pytest.raises(ValueError, match=r"^the engine 'numpy' has gradients of 'blend' already$"):
        add_gradients("blend", lambda v, *, wanted: None)
