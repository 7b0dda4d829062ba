"""Shows arithmetic, functions, rounding and comparison against Python's own numbers and NumPy, and what they refuse."""

from __future__ import annotations

import math
import operator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minitensor as mt
from minitensor.autograd import grad

NAN, INF = float("nan"), float("inf")

# For each function Python's own of one number, its derivative as the docstring states it, and where both are defined.
FUNCTIONS = {
    "neg": (operator.neg, lambda x, y: -1.0, (-5, 5)),
    "abs": (abs, lambda x, y: math.copysign(1, x), (-5, 5)),
    "exp": (math.exp, lambda x, y: y, (-5, 5)),
    "expm1": (math.expm1, lambda x, y: y + 1, (-5, 5)),
    "log": (math.log, lambda x, y: 1 / x, (0.01, 5)),
    "log1p": (math.log1p, lambda x, y: 1 / (1 + x), (-0.9, 5)),
    "sqrt": (math.sqrt, lambda x, y: 1 / (2 * y), (0.01, 5)),
    "rsqrt": (lambda x: 1 / math.sqrt(x), lambda x, y: -y / (2 * x), (0.01, 5)),
    "square": (lambda x: x * x, lambda x, y: 2 * x, (-5, 5)),
    "reciprocal": (lambda x: 1 / x, lambda x, y: -y * y, (0.01, 5)),
    "sin": (math.sin, lambda x, y: math.cos(x), (-5, 5)),
    "cos": (math.cos, lambda x, y: -math.sin(x), (-5, 5)),
    "tan": (math.tan, lambda x, y: 1 + y * y, (-1.5, 1.5)),
    "tanh": (math.tanh, lambda x, y: 1 - y * y, (-5, 5)),
    "sigmoid": (lambda x: 1 / (1 + math.exp(-x)), lambda x, y: y * (1 - y), (-5, 5)),
    "relu": (lambda x: max(x, 0.0), lambda x, y: float(x > 0), (-5, 5)),
    "floor": (math.floor, lambda x, y: 0.0, (-5, 5)),
    "ceil": (math.ceil, lambda x, y: 0.0, (-5, 5)),
    "trunc": (math.trunc, lambda x, y: 0.0, (-5, 5)),
    "round": (round, lambda x, y: 0.0, (-5, 5)),
    "sign": (lambda x: math.copysign(1, x), lambda x, y: 0.0, (-5, 5)),
}

ARITHMETIC = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "floor_divide": operator.floordiv,
    "remainder": operator.mod,
    "maximum": max,
    "minimum": min,
}

COMPARISONS = {name: getattr(operator, name) for name in ("eq", "ne", "lt", "le", "gt", "ge")}


def message_of(error, call):
    """The whole text of the error that a call raises."""
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


@pytest.mark.parametrize("name", FUNCTIONS)
@settings(max_examples=25)
@given(data=st.data())
def test_functions_and_their_derivatives_are_those_of_the_formula(name, data):
    value, derivative, (low, high) = FUNCTIONS[name]
    numbers = st.floats(low, high).filter(lambda x: abs(x) > 1e-3)
    drawn = data.draw(hnp.arrays(np.float64, hnp.array_shapes(min_dims=0, max_dims=2, max_side=3), elements=numbers))
    x = mt.tensor(drawn, requires_grad=True)
    y = getattr(mt, name)(x)
    expected = [value(one) for one in drawn.ravel().tolist()]
    slopes = [derivative(one, float(image)) for one, image in zip(drawn.ravel().tolist(), expected, strict=True)]
    np.testing.assert_allclose(y.numpy().ravel(), expected, rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(grad(y.sum(), x)[0].numpy().ravel(), slopes, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dtype", [mt.float32, mt.float16])
def test_functions_keep_the_floating_dtype_with_and_without_axes(name, dtype):
    for shape in ((), (2,)):
        x = mt.full(shape, 0.5, dtype=dtype, requires_grad=True)
        y = getattr(mt, name)(x)
        y.sum().backward()
        assert (y.dtype, x.grad.dtype) == (dtype, dtype)


@pytest.mark.parametrize("name", ["exp", "log", "sqrt", "sin", "tanh", "sigmoid", "reciprocal", "rsqrt"])
def test_functions_take_integers_in_the_default_dtype(name):
    y = getattr(mt, name)(mt.tensor([1, 2]))
    assert y.dtype == mt.float32
    np.testing.assert_allclose(y.numpy(), [FUNCTIONS[name][0](one) for one in (1, 2)], rtol=1e-6)


@pytest.mark.parametrize("name", ["floor", "ceil", "trunc", "round", "abs", "neg", "square"])
def test_rounding_and_signs_leave_integers_integers(name):
    assert getattr(mt, name)(mt.tensor([1, -2])).dtype == mt.int64


@pytest.mark.parametrize(("name", "function"), [*ARITHMETIC.items(), *COMPARISONS.items()])
@settings(max_examples=25)
@given(shapes=hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3), seed=st.integers(0, 2**32 - 1))
def test_operands_broadcast_as_numpys(name, function, shapes, seed):
    rng = np.random.default_rng(seed)
    a, b = (rng.integers(-4, 5, shape) / 2.0 + 0.25 for shape in shapes.input_shapes)
    got = getattr(mt, name)(mt.from_numpy(np.asarray(a)), mt.from_numpy(np.asarray(b))).numpy()
    pairs = np.broadcast(np.asarray(a), np.asarray(b))
    expected = [function(float(one), float(other)) for one, other in pairs]
    assert got.shape == shapes.result_shape
    np.testing.assert_allclose(got.ravel(), expected, rtol=1e-15)


@given(shapes=hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3))
def test_the_gradient_of_a_broadcast_counts_the_repetitions(shapes):
    a, b = (mt.ones(*shape, requires_grad=True) for shape in shapes.input_shapes)
    total = mt.add(a, b)
    for gradient, shape in zip(grad(total.sum(), [a, b]), shapes.input_shapes, strict=True):
        repeated = np.broadcast_to(np.zeros(shape), shapes.result_shape)
        times = repeated.size // max(np.zeros(shape).size, 1)
        assert gradient.shape == shape
        assert (gradient.numpy() == times).all()


def test_alpha_multiplies_the_second_operand():
    a, b = mt.tensor([1.0, 2.0]), mt.tensor([10.0, 20.0])
    assert mt.add(a, b, alpha=3).tolist() == [31, 62]
    assert mt.sub(a, b, alpha=0.5).tolist() == [-4, -8]


@given(a=st.integers(-(2**40), 2**40), b=st.integers(-9, 9).filter(bool))
def test_division_of_integers_rounds_exactly(a, b):
    quotient = abs(a) // abs(b)
    towards_zero = quotient if (a < 0) == (b < 0) else -quotient
    x, y = mt.tensor([a]), mt.tensor([b])
    assert mt.div(x, y, rounding_mode="trunc").tolist() == [towards_zero]
    assert mt.div(x, y, rounding_mode="floor").tolist() == [a // b]
    assert mt.remainder(x, y).tolist() == [a % b]
    assert mt.div(x, y, rounding_mode="trunc").dtype == mt.int64


def test_division_of_floats_rounds_towards_zero_or_down():
    x = mt.tensor([7.0, -7.0])
    assert mt.div(x, 2, rounding_mode="trunc").tolist() == [3, -3]
    assert mt.div(x, 2, rounding_mode="floor").tolist() == [3, -4]
    assert mt.div(mt.tensor([7, -7]), 2).tolist() == [3.5, -3.5]


def test_halves_are_rounded_to_the_even_neighbour():
    assert mt.round(mt.tensor([0.5, 1.5, 2.5, -0.5, -1.5])).tolist() == [0, 2, 2, 0, -2]
    assert mt.round(mt.tensor([0.25, 14.0]).double(), decimals=1).tolist() == [0.2, 14.0]
    assert mt.round(mt.tensor([14.0, 26.0]), decimals=-1).tolist() == [10, 30]


def test_where_derivatives_do_not_exist_the_answer_is_pytorchs():
    def slope(function, at):
        x = mt.tensor([at], requires_grad=True)
        return grad(function(x).sum(), x)[0].item()

    assert slope(mt.relu, 0.0) == 0
    assert slope(mt.abs, 0.0) == 0
    assert slope(mt.sign, 0.0) == 0
    assert slope(lambda x: mt.clamp(x, 0, 1), 0.0) == 1
    assert slope(lambda x: mt.clamp(x, 0, 1), 1.0) == 1
    assert slope(lambda x: mt.clamp(x, 0, 1), 1.5) == 0
    assert slope(lambda x: x**0, 0.0) == 0
    assert slope(lambda x: x**2, 0.0) == 0
    assert slope(mt.sqrt, 0.0) == INF
    assert slope(lambda x: 0.0**x, 2.0) == 0
    assert slope(lambda x: 0.0**x, 0.0) == 0


@pytest.mark.parametrize("name", ["floor", "ceil", "trunc", "round", "sign"])
def test_the_gradient_of_what_is_constant_is_0_even_of_an_infinite_one(name):
    x = mt.tensor([0.25], requires_grad=True)
    (getattr(mt, name)(x) * INF).sum().backward()
    assert x.grad.tolist() == [0]


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_equal_operands_share_the_gradient(name):
    a, b = mt.tensor([1.0, 2.0, 3.0], requires_grad=True), mt.tensor([3.0, 2.0, 1.0], requires_grad=True)
    first, second = grad(getattr(mt, name)(a, b).sum(), [a, b])
    larger = [0, 0.5, 1] if name == "maximum" else [1, 0.5, 0]
    assert first.tolist() == larger
    assert second.tolist() == [1 - one for one in larger]


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_nan_wins_on_either_side(name):
    got = getattr(mt, name)(mt.tensor([NAN, 1.0]), mt.tensor([1.0, NAN]))
    assert mt.isnan(got).tolist() == [True, True]


@given(
    x=hnp.arrays(np.float64, (4,), elements=st.floats(-3, 3)),
    low=hnp.arrays(np.float64, (2, 1), elements=st.floats(-2, 2)),
    high=hnp.arrays(np.float64, (4,), elements=st.floats(-2, 2)),
)
def test_clamp_with_tensors_is_numpys_and_gives_the_gradient_to_whoever_is_seen(x, low, high):
    tensors = [mt.tensor(one, requires_grad=True) for one in (x, low, high)]
    y = mt.clamp(*tensors)
    raised = np.maximum(x, low)
    np.testing.assert_array_equal(y.numpy(), np.minimum(raised, high))
    seen = [
        (x >= low) & (x <= high),
        (x < low) & (low < high),
        (x > high) | (low > high),
    ]  # of equal bounds the lower has none
    of_input, of_low, of_high = grad(y.sum(), tensors)
    np.testing.assert_array_equal(of_input.numpy(), seen[0].sum(0))
    np.testing.assert_array_equal(of_low.numpy(), seen[1].sum(1, keepdims=True))
    np.testing.assert_array_equal(of_high.numpy(), seen[2].sum(0))


def test_clamp_lets_nan_through_and_takes_max_where_the_bounds_cross():
    x = mt.tensor([NAN, 0.0])
    assert mt.isnan(mt.clamp(x, 1, -1)).tolist() == [True, False]
    assert mt.clamp(x, 1, -1)[1].item() == -1
    assert mt.isnan(mt.clamp(x, mt.tensor(1.0), mt.tensor(-1.0))).tolist() == [True, False]
    assert mt.clamp(mt.tensor([1, 5]), max=mt.tensor(3)).tolist() == [1, 3]
    assert mt.clamp(mt.tensor([1, 5]), 1.5).tolist() == [1.5, 5]


@pytest.mark.parametrize("exponent", [1 / 3, 0.1, -0.7, 2.3, 5])
def test_powers_of_a_python_number_have_gradients_as_exact_as_the_dtype(exponent):
    numbers = np.array([0.3, 1.7, 2.9])
    x = mt.tensor(numbers, requires_grad=True)
    (slope,) = grad((x**exponent).sum(), x, create_graph=True)
    (curve,) = grad(slope.sum(), x)
    np.testing.assert_allclose(slope.detach().numpy(), exponent * numbers ** (exponent - 1), rtol=1e-14)
    np.testing.assert_allclose(curve.numpy(), exponent * (exponent - 1) * numbers ** (exponent - 2), rtol=1e-14)


@pytest.mark.parametrize("base", [2.3, 0.7, 10])
def test_powers_of_a_python_base_have_gradients_as_exact_as_the_dtype(base):
    numbers = np.array([0.3, -1.7, 2.9])
    x = mt.tensor(numbers, requires_grad=True)
    (slope,) = grad((base**x).sum(), x)
    np.testing.assert_allclose(slope.numpy(), base**numbers * math.log(base), rtol=1e-14)


def test_what_is_infinite_or_no_number_comes_without_a_warning():
    zero = mt.tensor([0.0, -0.0], requires_grad=True)
    (1 / zero).sum().backward()
    assert mt.isfinite(zero.grad).tolist() == [False, False]
    assert mt.log(mt.tensor([0.0])).tolist() == [-INF]
    assert mt.isnan(mt.log(mt.tensor([-1.0]))).tolist() == [True]
    assert mt.exp(mt.tensor([1000.0])).tolist() == [INF]
    assert mt.sigmoid(mt.tensor([-1000.0, 1000.0])).tolist() == [0, 1]
    assert mt.isnan(mt.tensor([INF]) - INF).tolist() == [True]


def test_what_is_not_a_finite_number_is_told_apart():
    x = mt.tensor([1.0, NAN, INF, -INF])
    assert mt.isnan(x).tolist() == [False, True, False, False]
    assert mt.isinf(x).tolist() == [False, False, True, True]
    assert mt.isfinite(x).tolist() == [True, False, False, False]


def test_logical_functions_count_what_is_not_0_as_true():
    a, b = mt.tensor([0.0, 0.5, 2.0, 0.0]), mt.tensor([0, 0, 1, 1])
    assert mt.logical_and(a, b).tolist() == [False, False, True, False]
    assert mt.logical_or(a, b).tolist() == [False, True, True, True]
    assert mt.logical_not(a).tolist() == [True, False, False, True]
    assert mt.logical_not(a).dtype == bool


def test_where_passes_the_gradient_to_the_side_that_is_taken():
    a, b = mt.tensor([1.0, 2.0], requires_grad=True), mt.tensor(5.0, requires_grad=True)
    y = mt.where(mt.tensor([[True, False], [False, False]]), a, b)
    assert y.tolist() == [[1, 5], [5, 5]]
    of_a, of_b = grad(y.sum(), [a, b])
    assert (of_a.tolist(), of_b.item()) == ([1, 0], 3)


@pytest.mark.parametrize("name", ["add", "mul", "div", "pow", "maximum", "eq", "bitwise"])
def test_shapes_that_do_not_broadcast_are_refused_by_name(name):
    a, b = mt.ones(2, 3), mt.ones(4, 3)
    function = (lambda a, b: (a > 0) & (b > 0)) if name == "bitwise" else getattr(mt, name)
    expected = (
        f"{'bitwise_and' if name == 'bitwise' else name}: the shapes do not broadcast together: "
        "axis -2 is 2 long in the first and 4 in the second\n"
        "  first  (-2, -1) = (2, 3)\n"
        "  second (-2, -1) = (4, 3)"
    )
    assert message_of(mt.ShapeError, lambda: function(a, b)) == expected


def test_a_rounding_mode_that_there_is_not_is_refused():
    message = "div: rounding_mode is None, 'trunc' or 'floor', got 'up'"
    assert message_of(ValueError, lambda: mt.div(mt.ones(1), 2, rounding_mode="up")) == message


def test_clamp_without_bounds_is_refused():
    assert message_of(ValueError, lambda: mt.clamp(mt.ones(1))) == "clamp: give min, max or both"


def test_whether_tensors_are_the_same_is_one_answer():
    assert mt.equal(mt.ones(2), mt.ones(2))
    assert not mt.equal(mt.ones(2), mt.ones(2, 1))
    assert not mt.equal(mt.tensor([NAN]), mt.tensor([NAN]))
    assert mt.allclose(mt.tensor([1.0]), mt.tensor([1.0 + 1e-6]))
    assert not mt.allclose(mt.tensor([1.0]), mt.tensor([1.0 + 1e-4]))
    assert mt.allclose(mt.tensor([NAN]), mt.tensor([NAN]), equal_nan=True)
    assert mt.is_tensor(mt.ones(1))
    assert not mt.is_tensor(np.ones(1))
