"""gradcheck finds wrong rules; vjp, jvp, jacobian and hessian against matrices that are known."""

import numpy as np
import pytest

import minitensor as mt
from minitensor.autograd import functional
from minitensor.primitive import forget

A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


@pytest.fixture
def wrong_square():
    """A primitive whose first derivative is right and whose second is wrong, as where a constant was kept."""

    @mt.autograd.primitive
    def wrong_square(a):
        """The square of a."""
        return a * a

    mt.autograd.defvjp(
        wrong_square, a=lambda v, a: v * 2 * mt.tensor(np.asarray(a)) if isinstance(a, mt.Tensor) else v * 2 * a
    )
    yield wrong_square
    forget("wrong_square")


def x(*shape):
    return mt.rand(*shape, dtype=mt.float64, requires_grad=True, generator=mt.Generator().manual_seed(1))


def test_gradcheck_passes_what_is_right_and_names_what_is_not():
    assert mt.autograd.gradcheck(lambda a, b: (a * b).sum(1), (x(2, 3), x(3)))

    def cut(a):
        return a * a.detach()

    assert not mt.autograd.gradcheck(cut, x(2), raise_exception=False)
    with pytest.raises(
        RuntimeError, match=r"gradcheck: the derivative of output 0\[0\] by input 0\[0\] is .*, finite differences find "
    ):
        mt.autograd.gradcheck(cut, x(2))


def test_gradgradcheck_finds_a_rule_that_keeps_a_constant(wrong_square):
    assert mt.autograd.gradcheck(wrong_square, x(2))
    assert not mt.autograd.gradgradcheck(wrong_square, x(2), raise_exception=False)


def test_gradcheck_warns_of_float32_and_refuses_nothing_to_check():
    with pytest.warns(UserWarning, match="should be float64"):
        mt.autograd.gradcheck(lambda a: a * 1, mt.ones(1, requires_grad=True), atol=1, rtol=1)
    with pytest.raises(ValueError, match="no input requires grad"):
        mt.autograd.gradcheck(lambda a: a * 1, mt.ones(1))


def test_gradcheck_leaves_its_inputs_as_they_were():
    a = x(3)
    before = a.numpy().copy()
    mt.autograd.gradcheck(mt.exp, a)
    assert np.array_equal(a.numpy(), before)
    assert a.grad is None


def linear(a):
    return mt.tensor(A) @ a


def test_products_with_a_known_jacobian():
    point = mt.tensor([1.0, -1.0, 2.0], dtype=mt.float64)
    value, back = functional.vjp(linear, point, mt.tensor([1.0, 10.0], dtype=mt.float64))
    assert value.tolist() == (A @ [1, -1, 2]).tolist()
    assert back.tolist() == (A.T @ [1, 10]).tolist()
    value, forth = functional.jvp(linear, point, mt.tensor([1.0, 0.0, 2.0], dtype=mt.float64))
    assert forth.tolist() == (A @ [1, 0, 2]).tolist()
    assert not value.requires_grad


def test_jacobians_of_several_inputs_and_outputs():
    a, b = mt.tensor([2.0, 3.0], dtype=mt.float64), mt.tensor(5.0, dtype=mt.float64)
    (first, second), (third, fourth) = functional.jacobian(lambda a, b: (a * b, a.sum()), (a, b))
    assert first.tolist() == [[5.0, 0.0], [0.0, 5.0]]
    assert second.tolist() == [2.0, 3.0]
    assert third.tolist() == [1.0, 1.0]
    assert fourth.item() == 0.0
    assert functional.jacobian(linear, mt.zeros(3, dtype=mt.float64)).tolist() == A.tolist()


def test_the_hessian_of_a_quadratic_form_is_its_matrix():
    form = A.T @ A

    def half(a):
        return (a @ mt.tensor(form) @ a) / 2

    assert np.allclose(functional.hessian(half, mt.tensor([1.0, 2.0, 3.0], dtype=mt.float64)).numpy(), form, rtol=1e-15)
    blocks = functional.hessian(lambda a, b: a * a * b, (mt.tensor(2.0), mt.tensor(3.0)))
    assert [[one.item() for one in row] for row in blocks] == [[6.0, 4.0], [4.0, 0.0]]


def test_their_answers_can_be_differentiated_in_turn():
    a = mt.tensor(2.0, dtype=mt.float64, requires_grad=True)
    _, slope = functional.vjp(lambda t: t**3, a, create_graph=True)
    (curvature,) = mt.autograd.grad(slope, a)
    assert curvature.item() == 12.0


def test_what_is_asked_wrongly_is_said():
    with pytest.raises(mt.ShapeError, match=r"vjp: v has the shapes \[\(3,\)\], the outputs have \[\(2,\)\]"):
        functional.vjp(linear, mt.zeros(3, dtype=mt.float64), mt.zeros(3, dtype=mt.float64))
    with pytest.raises(RuntimeError, match="v may be left out for a single output of one element only"):
        functional.vjp(linear, mt.zeros(3, dtype=mt.float64))
    with pytest.raises(RuntimeError, match="hessian: the function returns one tensor of one element"):
        functional.hessian(linear, mt.zeros(3, dtype=mt.float64))
    with pytest.raises(RuntimeError, match="does not depend on one of the inputs, and strict=True"):
        functional.jacobian(lambda a, b: a, (mt.zeros(1), mt.zeros(1)), strict=True)
