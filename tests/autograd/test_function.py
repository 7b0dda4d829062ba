"""Functions with a backward of their own: those of PyTorch's tutorials, and gradients of every order."""

import weakref

import numpy as np
import pytest

import minitensor as mt
from minitensor.autograd import Function, gradcheck, gradgradcheck
from tutorial_functions import Exp, Legendre, Linear, MulConstant, ProductAndExp, leaf


def test_a_polynomial_and_its_derivatives():
    x = leaf(-0.5, 0.25, 2.0)
    y = Legendre.apply(x)
    assert y.tolist() == [0.4375, -0.3359375, 17.0]
    (first,) = mt.autograd.grad(y.sum(), x, create_graph=True)
    assert first.tolist() == [0.375, -1.03125, 28.5]
    (second,) = mt.autograd.grad(first.sum(), x, create_graph=True)
    assert second.tolist() == [-7.5, 3.75, 30.0]  # 15 x
    (third,) = mt.autograd.grad(second.sum(), x)
    assert third.tolist() == [15.0, 15.0, 15.0]


@pytest.mark.parametrize(
    "function", [Legendre.apply, Exp.apply, lambda x: MulConstant.apply(5.0, x), lambda x: Exp.apply(Exp.apply(x))]
)
def test_gradients_of_the_first_and_the_second_order(function):
    x = leaf(0.5, -0.25)
    assert gradcheck(function, x)
    assert gradgradcheck(function, x)


def test_several_arguments_have_one_backward_and_those_that_want_no_gradient_get_none():
    draw = np.random.default_rng(0)
    x, weight, bias = (mt.tensor(draw.standard_normal(shape), requires_grad=True) for shape in ((4, 3), (2, 3), (2,)))
    assert gradcheck(Linear.apply, (x, weight, bias))
    assert gradgradcheck(Linear.apply, (x, weight, bias))
    before = Linear.calls
    Linear.apply(x, weight, bias).sum().backward()
    assert Linear.calls == before + 1
    assert weight.grad.tolist() == [x.detach().sum(0).tolist()] * 2
    frozen = weight.detach()
    Linear.apply(x, frozen, None).sum().backward()
    assert Linear.wanted == (True, False, False)
    assert frozen.grad is None


def test_several_results_have_one_backward_in_which_what_nothing_depends_on_is_zeros():
    x, y = leaf(0.5, -2.0), leaf(3.0, 4.0)
    product, positive, power = ProductAndExp.apply(x, y)
    assert (product.dtype, positive.dtype, power.dtype) == (mt.float64, mt.bool, mt.float32)
    assert (product.requires_grad, positive.requires_grad, power.requires_grad) == (True, False, True)
    assert (product.tolist(), positive.tolist()) == ([1.5, -8.0], [True, False])
    (product.sum() * 2).backward(retain_graph=True)
    assert (x.grad.tolist(), y.grad.tolist()) == ([6.0, 8.0], [1.0, -4.0])
    x.grad = None
    (product.sum() + power.sum()).backward()
    np.testing.assert_allclose(x.grad.numpy(), y.numpy() + np.exp(x.numpy()), rtol=1e-6)


def test_second_order_gradients_through_a_result_among_several():
    x, y = leaf(0.5, -2.0), leaf(3.0, 4.0)
    _, _, power = ProductAndExp.apply(x, y)
    (first,) = mt.autograd.grad(power.sum(), x, create_graph=True)
    (second,) = mt.autograd.grad(first.sum(), x)
    np.testing.assert_allclose(second.numpy(), np.exp(x.numpy()), rtol=1e-6)


def test_what_is_marked_has_no_gradient():
    class SortedAndPlaces(Function):
        @staticmethod
        def forward(ctx, x):
            values, places = x.sort()
            weights = values * 0 + 1
            ctx.mark_non_differentiable(weights)
            ctx.set_materialize_grads(False)
            ctx.save_for_backward(places)
            return values, places, weights

        @staticmethod
        def backward(ctx, grad_values, *others):
            assert others == (None, None)
            return mt.zeros_like(grad_values).index_add(0, ctx.saved_tensors[0], grad_values)

    values, places, weights = SortedAndPlaces.apply(x := leaf(3.0, 1.0, 2.0))
    assert [one.requires_grad for one in (values, places, weights)] == [True, False, False]
    (values * mt.tensor([10.0, 20.0, 30.0], dtype=mt.float64)).sum().backward()
    assert x.grad.tolist() == [30.0, 10.0, 20.0]


def test_none_is_no_gradient():
    class First(Function):
        @staticmethod
        def forward(ctx, x, y):  # noqa: ARG004
            return x + y

        @staticmethod
        def backward(ctx, grad_output):  # noqa: ARG004
            return grad_output, None, None  # one None more, as PyTorch allows

    x, y = leaf(1.0), leaf(2.0)
    First.apply(x, y * 2).backward()
    assert (x.grad.tolist(), y.grad) == ([1.0], None)


def test_a_gradient_of_another_dtype_is_converted():
    class Narrow(Function):
        @staticmethod
        def forward(ctx, x):  # noqa: ARG004
            return x.float()

        @staticmethod
        def backward(ctx, grad_output):  # noqa: ARG004
            return grad_output

    x = leaf(1.0)
    Narrow.apply(x).backward()
    assert x.grad.dtype == mt.float64


def test_a_result_that_is_an_attribute_of_the_context_counts_in_second_derivatives_too():
    class Kept(Function):
        @staticmethod
        def forward(ctx, x, constant):
            ctx.result = x.exp() * constant
            ctx.x = x
            return ctx.result

        @staticmethod
        def backward(ctx, grad_output):
            return grad_output * ctx.result + 0 * ctx.x, None

    x = leaf(0.5, 1.0)
    assert gradgradcheck(lambda x: Kept.apply(x, 2.0), x)
    backward = weakref.ref(Kept.apply(x, 2.0).grad_fn)
    assert backward() is None  # no cycle holds it


def test_what_is_worked_out_on_the_way_counts_as_a_constant():
    class Cube(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x, x * x, None)
            return x * x * x

        @staticmethod
        def backward(ctx, grad_output):
            x, square, nothing = ctx.saved_tensors
            assert nothing is None
            return grad_output * (square + 2 * x * x)

    x = leaf(2.0)
    (first,) = mt.autograd.grad(Cube.apply(x), x, create_graph=True)
    assert first.item() == 12.0
    assert mt.autograd.grad(first, x)[0].item() == 8.0  # of 2 x^2 alone
