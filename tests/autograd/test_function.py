"""Functions with a backward of their own: those of PyTorch's tutorials, gradients of every order, and what is refused."""

import gc
import weakref

import numpy as np
import pytest

import minitensor as mt
from minitensor.autograd import Function, gradcheck, gradgradcheck
from minitensor.utils.checkpoint import checkpoint
from minitensor.viz import graph


def leaf(*values, dtype=mt.float64):
    return mt.tensor(values, dtype=dtype, requires_grad=True)


class Legendre(Function):
    """The third Legendre polynomial, (5 x^3 - 3 x) / 2."""

    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return 0.5 * (5 * input**3 - 3 * input)

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        return grad_output * 1.5 * (5 * input**2 - 1)


class Exp(Function):
    @staticmethod
    def forward(ctx, i):
        result = i.exp()
        ctx.save_for_backward(result)
        return result

    @staticmethod
    def backward(ctx, grad_output):
        (result,) = ctx.saved_tensors
        return grad_output * result


class MulConstant(Function):
    @staticmethod
    def forward(ctx, constant, tensor):
        ctx.constant = constant
        return tensor * constant

    @staticmethod
    def backward(ctx, grad_output):
        return None, grad_output * ctx.constant


class Linear(Function):
    """x W^T + b, with the context filled apart from forward."""

    calls, wanted = 0, None

    @staticmethod
    def forward(x, weight, bias):
        return x @ weight.t() + (0 if bias is None else bias)

    @staticmethod
    def setup_context(ctx, inputs, output):  # noqa: ARG004
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, grad_output):
        Linear.calls += 1
        x, weight, bias = ctx.saved_tensors
        Linear.wanted = ctx.needs_input_grad
        return grad_output @ weight, grad_output.t() @ x, None if bias is None else grad_output.sum(0)


class ProductAndExp(Function):
    """Three results, of which the second has no gradient: x y, whether x is positive, and e^x in float32."""

    @staticmethod
    def forward(ctx, x, y):
        product, positive, power = x * y, x > 0, x.exp().float()
        ctx.save_for_backward(x, y, power)
        return product, positive, power

    @staticmethod
    def backward(ctx, grad_product, grad_positive, grad_power):
        assert grad_positive is None
        assert (grad_product.dtype, grad_power.dtype) == (mt.float64, mt.float32)
        x, y, power = ctx.saved_tensors
        return grad_product * y + (grad_power * power).double(), grad_product * x


class Reverse(Function):
    """Hands its argument on, and the gradient back with the other sign."""

    @staticmethod
    def forward(ctx, x):  # noqa: ARG004
        return x

    @staticmethod
    def backward(ctx, grad_output):  # noqa: ARG004
        return -grad_output


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


def test_nothing_is_recorded_where_no_gradient_is_wanted():
    assert not Exp.apply(mt.ones(2)).requires_grad
    with mt.no_grad():
        assert not Exp.apply(leaf(1.0)).requires_grad
    recorded = []

    class Probe(Function):
        @staticmethod
        def forward(ctx, x):  # noqa: ARG004
            recorded.append(mt.is_grad_enabled())
            return x * 2

        @staticmethod
        def backward(ctx, grad_output):  # noqa: ARG004
            recorded.append(mt.is_grad_enabled())
            return grad_output * 2

    x = leaf(1.0)
    Probe.apply(x).backward()
    mt.autograd.grad(Probe.apply(x), x, create_graph=True)
    assert recorded == [False, False, False, True]
    assert Probe.apply(mt.ones(1), *[]).tolist() == [2.0]


def test_a_result_that_is_the_argument_itself_is_a_view_of_it():
    x = leaf(1.0, 2.0)
    y = Reverse.apply(x)
    assert y is not x
    assert mt.autograd.grad(y.sum(), x)[0].tolist() == [-1.0, -1.0]
    assert np.shares_memory(y.numpy(), x.numpy())
    assert x.is_leaf
    z = x * 1
    reversed_ = Reverse.apply(z)
    with pytest.raises(RuntimeError, match="view"):
        reversed_.mul_(2)


def test_what_is_kept_is_freed_by_backward_and_guarded_by_its_version():
    x = leaf(1.0)
    y = Exp.apply(x)
    y.backward()
    with pytest.raises(RuntimeError, match=r"^backward through Exp a second time: what it kept was freed"):
        y.backward()
    y = Legendre.apply(x)
    with mt.no_grad():
        x += 1
    with pytest.raises(RuntimeError, match=r"^backward through Legendre: an array of shape .* has been written to in place"):
        y.backward()


def test_the_graph_is_freed_at_once_and_what_is_kept_before_it():
    gc.disable()
    try:
        x = leaf(1.0, 2.0)
        halfway = x * 2
        kept = weakref.ref(halfway.numpy())
        y = Legendre.apply(halfway).sum()
        del halfway
        assert kept() is not None
        y.backward()
        assert kept() is None
        for function in (Exp.apply, Legendre.apply, lambda x: ProductAndExp.apply(x, x)[0]):
            y = function(x)
            node = weakref.ref(y.grad_fn)
            y.sum().backward()
            del y
            assert node() is None
    finally:
        gc.enable()


def test_it_is_drawn_by_its_name_with_the_names_of_its_arguments():
    x, weight = leaf(1.0), leaf(2.0)
    view = graph(MulConstant.apply(3.0, x * weight))
    drawn = [node for node in view.nodes if node.operation == "MulConstant"]
    assert [(node.label, node.shape) for node in drawn] == [("MulConstant", (1,))]
    assert [edge.argument for edge in view.edges if edge.target == drawn[0].id] == ["tensor"]
    backward = graph(Exp.apply(Legendre.apply(x)), direction="backward")
    formulas = {node.formula for node in backward.nodes if node.kind == "gradient"}
    assert {"the backward of Exp", "the backward of Legendre"} <= formulas


def test_what_a_record_sees_of_it_is_its_result_and_no_time_of_a_kernel():
    x = leaf(3.0, 4.0)
    with mt.viz.record():
        y = MulConstant.apply(2.0, x)
        y.sum().backward()
    (drawn,) = [node for node in graph(y).nodes if node.operation == "MulConstant"]
    assert (drawn.value.norm, drawn.gradient.norm, drawn.seconds) == (10.0, 2**0.5, None)
    assert drawn.backward_seconds > 0


def test_a_nan_of_its_backward_is_found():
    with (
        mt.autograd.detect_anomaly(),
        pytest.raises(RuntimeError, match="the gradient of MulConstant for its argument 'tensor'"),
    ):
        MulConstant.apply(float("nan"), leaf(1.0)).backward()


def test_within_a_checkpoint_it_keeps_nothing_and_goes_back_all_the_same():
    x = leaf(0.5, 1.0)
    expected = mt.autograd.grad(Legendre.apply(Exp.apply(x)).sum(), x)[0]
    y = checkpoint(lambda x: Legendre.apply(Exp.apply(x)), x)
    assert mt.autograd.grad(y.sum(), x)[0].tolist() == expected.tolist()


def test_an_optional_argument_and_more_arguments_than_are_named():
    class Sum(Function):
        @staticmethod
        def forward(ctx, *tensors):  # noqa: ARG004
            return sum(tensors[1:], tensors[0])

        @staticmethod
        def backward(ctx, grad_output):
            return (grad_output,) * len(ctx.needs_input_grad)

    tensors = [leaf(1.0), leaf(2.0), leaf(3.0)]
    y = Sum.apply(*tensors)
    assert [y.grad_fn.primitive.argument(place) for place in range(3)] == ["argument 0", "argument 1", "argument 2"]
    y.backward()
    assert [one.grad.tolist() for one in tensors] == [[1.0]] * 3


def returning(answer):
    class Returns(Function):
        @staticmethod
        def forward(ctx, x, y):  # noqa: ARG004
            return x + y

        @staticmethod
        def backward(ctx, grad_output):  # noqa: ARG004
            return answer

    return Returns


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (mt.ones(2), RuntimeError, "Returns.backward returned 1 gradients for 2 arguments: return one for each, None where there is none"),
        ((mt.ones(2),) * 3, RuntimeError, "Returns.backward returned 3 gradients for 2 arguments: return one for each, None where there is none"),
        ((mt.ones(2), 1.0), TypeError, "Returns.backward returned a float for 'y': expected a tensor or None"),
        ((mt.ones(2), mt.ones(3)), RuntimeError, "the rule of Returns for its argument 'y' returned a gradient of shape (3,); the argument's is (2,)"),
    ],
)  # fmt: skip
def test_a_backward_that_returns_something_else_is_refused_in_words(answer, error, message):
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    with pytest.raises(error) as caught:
        returning(answer).apply(x, y).sum().backward()
    assert str(caught.value) == message
    assert (x.grad, y.grad) == (None, None)


def test_what_is_no_function_is_refused_in_words():
    class Nothing(Function):
        pass

    class Saves(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x, 3)

    with pytest.raises(TypeError) as caught:
        Nothing()
    assert str(caught.value) == "Nothing: a Function is not made, its methods are static: call Nothing.apply(...)"
    with pytest.raises(NotImplementedError, match="forward"):
        Nothing.apply(mt.ones(1))
    with pytest.raises(TypeError) as caught:
        Saves.apply(mt.ones(1))
    assert str(caught.value) == "save_for_backward: expected tensors or None, got int: make it an attribute of ctx"
    Nothing.forward = staticmethod(lambda ctx, x: x * 2)
    with pytest.raises(NotImplementedError, match="backward"):
        Nothing.apply(leaf(1.0)).backward()
    with pytest.raises(NotImplementedError, match="setup_context"):
        Nothing.setup_context(None, (), None)
