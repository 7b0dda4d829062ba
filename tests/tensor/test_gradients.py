"""Where gradients end up: whose memory they are, who keeps them, what hooks make of them, and what threads do to each other."""

import threading

import numpy as np
import pytest

import minitensor as mt
from minitensor.primitive import forget


def leaf(*values):
    return mt.tensor(values, dtype=mt.float64, requires_grad=True)


def test_a_failing_backward_leaves_every_grad_as_it_was():
    @mt.autograd.primitive
    def failing(a):
        return a + 0

    def rule(v):
        raise ArithmeticError(f"no rule for {v}")

    try:
        mt.autograd.defvjp(failing, a=rule)
        x, w = leaf(1.0), leaf(2.0)
        with pytest.raises(ArithmeticError, match="no rule"):
            (failing(x) * w).backward()
        assert x.grad is None
        assert w.grad is None
    finally:
        forget("failing")


def test_gradients_come_in_their_inputs_dtype_and_shape():
    x = mt.ones(3, 1, dtype=mt.float32, requires_grad=True)
    w = mt.ones(4, dtype=mt.float64, requires_grad=True)
    (x * w).sum().backward()
    assert (x.grad.dtype, x.grad.shape, x.grad.tolist()) == (mt.float32, (3, 1), [[4.0]] * 3)
    assert (w.grad.dtype, w.grad.shape, w.grad.tolist()) == (mt.float64, (4,), [3.0] * 4)


def test_the_gradient_of_a_leaf_is_memory_of_its_own():
    a, b = leaf(1.0, 2.0), leaf(3.0, 4.0)
    start = mt.ones(2, dtype=mt.float64)
    (a + b).backward(start)
    arrays = [a.grad.numpy(), b.grad.numpy(), start.numpy()]
    assert not any(np.shares_memory(one, other) for k, one in enumerate(arrays) for other in arrays[:k])
    assert all(one.flags.writeable for one in arrays)
    leaf_of_a_sum = leaf(1.0, 2.0)
    leaf_of_a_sum.sum().backward()  # its rule returns a read-only view
    leaf_of_a_sum.grad[0] = 5.0
    assert leaf_of_a_sum.grad.tolist() == [5.0, 1.0]


def test_threads_that_add_to_one_leaf_lose_nothing():
    w = leaf(1.0)

    def work():
        for _ in range(300):
            (w * 1).backward()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert w.grad.item() == 900.0


def test_a_penalty_on_the_gradient_of_a_piecewise_linear_function_is_constant():
    x = leaf(-1.0, 2.0)
    (gradient,) = mt.autograd.grad(x.relu().sum(), x, create_graph=True)
    (gradient**2).sum().backward()
    assert gradient.tolist() == [0.0, 1.0]
    assert x.grad.tolist() == [0.0, 0.0]


def test_a_retained_gradient_is_counted_once_and_follows_a_write_in_place():
    x = leaf(1.0)
    y = x * 2
    y.retain_grad()
    (y * 3).backward(inputs=[y])
    assert y.grad.item() == 3.0
    z = x * 2
    z.retain_grad()
    z.mul_(3)
    z.backward()
    assert z.grad.item() == 1.0
    assert z.retains_grad


def test_a_hook_that_fails_leaves_every_grad_as_it_was():
    x = leaf(1.0)
    y = x * 2
    y.retain_grad()

    def failing(gradient):
        raise ArithmeticError(f"no hook for {gradient}")

    x.register_hook(failing)
    with pytest.raises(ArithmeticError):
        (y * 3).backward()
    assert (x.grad, y.grad) == (None, None)


def test_recorded_gradients_of_two_leaves_are_not_one_object():
    a, b, v = leaf(1.0), leaf(2.0), leaf(3.0)
    with pytest.warns(UserWarning, match="hold each other"):
        (a + b).backward(v, create_graph=True)
    assert a.grad is not b.grad
    assert not np.shares_memory(a.grad.numpy(), v.numpy())
    (by_v,) = mt.autograd.grad(a.grad, v)
    assert by_v.item() == 1.0
    for one in (a, b):
        one.grad = None


def test_hooks_run_once_and_unrecorded_under_grad():
    x, w = leaf(2.0), leaf(5.0)
    calls = []
    x.register_hook(lambda gradient: calls.append(1) or gradient * w)
    first, again = mt.autograd.grad(x * x, [x, x])
    assert (first.item(), again.item(), first.requires_grad, len(calls)) == (20.0, 20.0, False, 1)


def test_hooks_of_two_threads_may_wait_for_each_other():
    barrier = threading.Barrier(2, timeout=20)

    def work():
        w = leaf(1.0)
        w.register_hook(lambda gradient: barrier.wait() * 0 + gradient)
        (w * 2).backward()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not barrier.broken


def test_memory_that_was_replaced_since_is_refused_in_every_order():
    w = leaf(1.0)
    for create_graph in (False, True):
        y = w**3
        w.data = mt.tensor([10.0], dtype=mt.float64)
        with pytest.raises(RuntimeError, match=r"backward through pow: .* written to in place since"):
            mt.autograd.grad(y, w, create_graph=create_graph)
    with pytest.raises(TypeError, match="this tensor requires grad, and int64 has no gradients"):
        w.data = mt.tensor([1])


def test_backward_into_given_inputs_leaves_the_others_alone():
    x, w = leaf(2.0), leaf(5.0)
    (x * w).backward(inputs=[w])
    assert (x.grad, w.grad.item()) == (None, 2.0)
    x.backward(inputs=[w])
    assert (x.grad, w.grad.item()) == (None, 2.0)
