"""The walk over the tape: every order of gradient, long chains, memory, and what is refused."""

import gc
import sys
import weakref

import numpy as np
import pytest

import minitensor as mt
from minitensor.primitive import forget
from minitensor.tape import Node
from minitensor.walk import reachable


def leaf(*values):
    return mt.tensor(values, dtype=mt.float64, requires_grad=True)


def test_a_product_of_a_tensor_with_itself_has_two_edges():
    a = leaf(3.0)
    y = a * a
    assert y.grad_fn.inputs == (a, a)
    y.backward()
    assert a.grad.tolist() == [6.0]


def test_next_functions_are_pairs_as_pytorchs_which_end_at_the_leaves():
    a = leaf(3.0)
    y = (a * 2).exp()
    ((product, number),) = y.grad_fn.next_functions
    assert (product, number) == (y.grad_fn.inputs[0], 0)
    (end, _), (constant, _) = product.next_functions
    assert (end.variable is a, end.next_functions, end.name, repr(end)) == (True, (), "AccumulateGrad", "<AccumulateGrad>")
    assert constant is None
    again, other = product.next_functions[0][0], (leaf(3.0) * 2).grad_fn.next_functions[0][0]
    assert len({end, again, other}) == 2  # as nodes, by the leaf


def test_a_sum_doubled_fifty_times_is_fifty_nodes():
    a = leaf(1.0)
    x = a
    for _ in range(50):
        x = x + x
    assert len(reachable([x.grad_fn])) == 50
    x.backward()
    assert a.grad.item() == 2.0**50


def test_gradients_of_shared_subexpressions_add_up():
    a, b = leaf(2.0), leaf(5.0)
    c = a * b
    (c * c + c * a).backward()
    # d/da (a²b² + a²b) = 2ab² + 2ab;  d/db = 2a²b + a²
    assert a.grad.item() == 2 * 2 * 25 + 2 * 2 * 5
    assert b.grad.item() == 2 * 4 * 5 + 4


def test_the_fifth_derivative_comes_from_the_same_rules():
    x = leaf(2.0)
    y = x**5
    for order in range(1, 6):
        (y,) = mt.autograd.grad(y, x, create_graph=True)
        factor = np.prod([5.0 - k for k in range(order)])
        assert y.item() == pytest.approx(factor * 2.0 ** (5 - order), rel=1e-14)


def test_a_chain_of_a_million_operations_goes_backward_and_is_freed_without_recursion():
    limit = sys.getrecursionlimit()
    x = leaf(1.0)
    y = x
    for _ in range(1_000_000):
        y = -y
    y.backward()
    assert x.grad.item() == 1.0
    node = weakref.ref(y.grad_fn)
    del y
    assert node() is None
    assert sys.getrecursionlimit() == limit


def test_a_dropped_graph_is_freed_without_the_garbage_collector():
    gc.disable()
    try:
        w, x = leaf(2.0, 3.0), mt.rand(4, 2, dtype=mt.float64)
        h = (x * w).tanh()
        y = (h * h).sum()
        alive = [weakref.ref(one) for one in (h, y, h.grad_fn, y.grad_fn)]
        mt.autograd.grad(y, w, create_graph=True)
        y.backward()
        del h, y
        assert [one() for one in alive] == [None] * 4
    finally:
        gc.enable()


def test_backward_with_create_graph_warns_of_the_cycle_that_it_makes():
    x = leaf(3.0)
    with pytest.warns(UserWarning, match="hold each other"):
        (x**3).backward(create_graph=True)
    x.grad.backward()
    assert x.grad.item() == 27.0 + 18.0


def test_the_sequence_numbers_are_a_topological_order():
    a = leaf(1.0)
    y = (a.exp() + a) * a.sin()
    for node in reachable([y.grad_fn]):
        assert all(edge.sequence < node.sequence for edge in node.inputs if isinstance(edge, Node))


def test_a_second_backward_says_that_what_was_kept_is_gone():
    x = leaf(1.0)
    y = x.exp()
    y.backward()
    with pytest.raises(RuntimeError) as caught:
        y.backward()
    assert str(caught.value) == (
        "backward through exp a second time: what it kept was freed by the first pass. "
        "Pass retain_graph=True to the first backward, or compute the forward pass again"
    )


def test_retain_graph_lets_backward_run_again_and_gradients_accumulate():
    x = leaf(1.0)
    y = x.exp()
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.item() == pytest.approx(2 * np.e, rel=1e-15)


def test_what_no_rule_needs_is_not_kept():
    x, w = leaf(2.0), mt.tensor([3.0], dtype=mt.float64)
    product = x * w  # w wants no gradient, so x is not needed
    assert [array.tolist() for array in product.grad_fn.saved] == [[3.0]]
    assert (x + w).grad_fn.saved == ()


def test_no_rule_runs_for_an_input_that_needs_no_gradient():
    calls = []

    @mt.autograd.primitive
    def watched_product(a, b):
        return a * b

    def rule(name, result):
        return lambda v, a, b: calls.append(name) or result(v, a, b)

    first, second = rule("a", lambda v, a, b: v * b), rule("b", lambda v, a, b: v * a)
    try:
        mt.autograd.defvjp(watched_product, a=first, b=second)
        a, b = leaf(2.0), leaf(3.0)
        watched_product(a, b.detach()).backward()
        assert calls == ["a"]
        mt.autograd.grad(watched_product(a, b), b)
        assert calls == ["a", "b"]
    finally:
        forget("watched_product")


def test_grad_leaves_every_grad_as_it_was():
    x, w = leaf(1.0), leaf(2.0)
    w.grad = mt.tensor([7.0], dtype=mt.float64)
    (found,) = mt.autograd.grad(x * w, x)
    assert found.tolist() == [2.0]
    assert x.grad is None
    assert w.grad.tolist() == [7.0]


def test_grad_by_something_in_between():
    x = leaf(2.0)
    h = x * x
    y = h.exp()
    by_h, by_x = mt.autograd.grad(y, (h, x))
    assert by_h.item() == pytest.approx(np.exp(4), rel=1e-15)
    assert by_x.item() == pytest.approx(4 * np.exp(4), rel=1e-15)


def test_an_input_that_is_not_used_is_named():
    x, z = leaf(1.0), leaf(2.0)
    with pytest.raises(RuntimeError) as caught:
        mt.autograd.grad(x * 2, (x, z))
    assert str(caught.value) == (
        "grad: the outputs do not depend on input 1, of shape (1,). "
        "Pass allow_unused=True to get None for it, or materialize_grads=True to get zeros"
    )
    assert mt.autograd.grad(x * 2, (x, z), allow_unused=True)[1] is None
    assert mt.autograd.grad(x * 2, (x, z), materialize_grads=True)[1].tolist() == [0.0]


def test_backward_from_several_elements_asks_for_a_gradient():
    with pytest.raises(RuntimeError) as caught:
        (leaf(1.0, 2.0, 3.0) * 2).backward()
    assert str(caught.value) == (
        "backward: only a scalar has a gradient of 1 to begin with, this tensor has the shape (3,). "
        "Reduce it first, with .sum() or .mean(), or pass a gradient of that shape"
    )


def test_backward_where_nothing_requires_grad_says_so():
    with pytest.raises(RuntimeError) as caught:
        mt.ones(1).sum().backward()
    assert str(caught.value) == (
        "backward: nothing that this tensor was computed from requires grad, so there is no gradient to work out. "
        "Set requires_grad=True on a tensor (a layer's parameters have it) before computing with it, outside of no_grad"
    )


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(mt.ShapeError) as caught:
        (leaf(1.0, 2.0) * 2).backward(mt.ones(3))
    assert str(caught.value) == "backward: the gradient's shape (3,) is not the output's, (2,)"


def test_a_rule_that_answers_another_shape_is_found_out():
    @mt.autograd.primitive
    def careless(a):
        return a * 2

    try:
        mt.autograd.defvjp(careless, a=lambda v: v.sum())
        with pytest.raises(RuntimeError) as caught:
            careless(leaf(1.0, 2.0)).sum().backward()
        assert (
            str(caught.value)
            == "the rule of careless for its argument 'a' returned a gradient of shape (); the argument's is (2,)"
        )
    finally:
        forget("careless")


def test_a_scope_of_a_gradient_is_the_forward_node_that_it_belongs_to():
    x = leaf(2.0)
    y = x.exp()
    (gradient,) = mt.autograd.grad(y, x, create_graph=True)
    assert gradient.grad_fn.forward is y.grad_fn
    assert y.grad_fn.forward is None


def test_threads_have_a_grad_mode_of_their_own():
    import threading

    seen = []
    with mt.no_grad():
        thread = threading.Thread(target=lambda: seen.append(mt.is_grad_enabled()))
        thread.start()
        thread.join()
        assert not mt.is_grad_enabled()
    assert seen == [True]


def test_the_derivative_of_a_power_of_zero_is_zero_to_every_order():
    x = leaf(-1.5, 0.0, 2.0)
    for exponent in (0, mt.zeros(3, dtype=mt.float64)):
        (first,) = mt.autograd.grad((x**exponent).sum(), x, create_graph=True)
        second = mt.autograd.grad(first.sum(), x, allow_unused=True)[0]
        assert first.tolist() == [0.0, 0.0, 0.0]
        assert second is None or second.tolist() == [0.0, 0.0, 0.0]


def test_what_is_no_tensor_is_refused():
    x = leaf(1.0)
    for ask in (lambda: mt.autograd.grad(3, x), lambda: mt.autograd.grad(x * 2, 3), lambda: mt.autograd.backward([3])):
        with pytest.raises(TypeError, match="expected a tensor or several, got int"):
            ask()
    with pytest.raises(ValueError, match="grad: expected one tensor at least, got none"):
        mt.autograd.grad([], x)


def test_retain_graph_false_frees_also_where_the_graph_is_wanted():
    x = leaf(2.0)
    y = x.exp()
    mt.autograd.grad(y, x, create_graph=True, retain_graph=False)
    with pytest.raises(RuntimeError, match="backward through exp a second time"):
        mt.autograd.grad(y, x)


@pytest.mark.parametrize(
    "use",
    [
        lambda y: y.retain_grad(),
        lambda y: y.register_hook(lambda gradient: gradient * 2),
        lambda y: y.reshape(1, 1, -1),
        lambda y: mt.nn.functional.conv1d(y.reshape(1, 1, -1), mt.ones(1, 1, 2, dtype=mt.float64, requires_grad=True)),
        lambda y: y.__setitem__(0, 5.0),
    ],
    ids=["retain_grad", "hook", "view", "conv", "write"],
)
def test_whatever_was_done_with_it_a_dropped_graph_is_freed_at_once(use):
    gc.disable()
    try:
        y = leaf(1.0, 2.0, 3.0) * 2
        made = use(y)
        node, tensor = weakref.ref(y.grad_fn), weakref.ref(y)
        y.sum().backward()
        del y, made
        assert (node(), tensor()) == (None, None)
    finally:
        gc.enable()
