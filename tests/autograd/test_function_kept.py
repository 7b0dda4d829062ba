"""What a function with a backward of its own keeps, how it is watched and drawn, and what is refused."""

import gc
import weakref

import numpy as np
import pytest

import minitensor as mt
from minitensor.autograd import Function
from minitensor.utils.checkpoint import checkpoint
from minitensor.viz import graph
from tutorial_functions import Exp, Legendre, MulConstant, ProductAndExp, Reverse, leaf


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
