"""Shows sums, averages, norms, extremes and the softmax against NumPy, SciPy and exact sums, and what they refuse."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minitensor as mt
from minitensor.autograd import grad
from minitensor.autograd.functional import hessian

NAN, INF = float("nan"), float("inf")
EPS32 = 2.0**-24  # the rounding error of one operation in float32, relative

OVER_AXES = {
    "sum": np.sum,
    "mean": np.mean,
    "prod": np.prod,
    "any": np.any,
    "all": np.all,
    "logsumexp": scipy.special.logsumexp,
    "var": lambda a, axis, keepdims: np.var(a, axis=axis, keepdims=keepdims, ddof=1),
    "std": lambda a, axis, keepdims: np.std(a, axis=axis, keepdims=keepdims, ddof=1),
    "amax": np.max,
    "amin": np.min,
    "norm": lambda a, axis, keepdims: np.sqrt(np.sum(a * a, axis=axis, keepdims=keepdims)),
}


def message_of(error, call):
    """The whole text of the error that a call raises."""
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


LAYOUTS = [lambda a: a, np.asfortranarray, lambda a: a[::-1], lambda a: np.repeat(a, 2, -1)[..., ::2]]


@st.composite
def arrays_and_axes(draw):
    """An array, some of its axes (counted from either end, in any order), and whether they stay."""
    array = draw(hnp.arrays(np.float64, hnp.array_shapes(max_dims=4, max_side=4), elements=st.floats(-3, 3)))
    axes = draw(st.lists(st.integers(0, array.ndim - 1), unique=True, min_size=1))
    signed = tuple(axis - array.ndim if draw(st.booleans()) else axis for axis in axes)
    return draw(st.sampled_from(LAYOUTS))(array), signed, draw(st.booleans())


@pytest.mark.parametrize("name", OVER_AXES)
@settings(max_examples=40)
@given(case=arrays_and_axes())
def test_reductions_over_any_axes_are_numpys(name, case):
    array, axes, keepdim = case
    count = math.prod(array.shape[axis] for axis in axes)
    if name in ("var", "std") and count == 1:
        return  # no variance: shown below
    got = getattr(mt, name)(mt.from_numpy(array), dim=axes, keepdim=keepdim).numpy()
    expected = OVER_AXES[name](array, axis=axes, keepdims=keepdim)
    assert got.shape == np.shape(expected)
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", OVER_AXES)
def test_without_axes_named_all_elements_become_one(name):
    array = np.linspace(0.5, 2, 6).reshape(2, 3)
    function = getattr(mt, name)
    got = function(mt.from_numpy(array), (0, 1)) if name == "logsumexp" else function(mt.from_numpy(array))
    assert got.shape == ()
    np.testing.assert_allclose(got.item(), OVER_AXES[name](array, axis=(0, 1), keepdims=False))
    np.testing.assert_allclose(function(mt.from_numpy(array), dim=1).numpy(), OVER_AXES[name](array, axis=1, keepdims=False))


@pytest.mark.parametrize("name", ["sum", "mean", "prod", "amax", "amin", "max", "min", "norm", "logsumexp"])
def test_a_tensor_without_axes_is_its_own_reduction(name):
    for dim in (0, -1, ()):
        y = getattr(mt, name)(mt.tensor(3.0), dim=dim) if name not in ("max", "min") else getattr(mt, name)(mt.tensor(3.0))
        assert (y.shape, y.item()) == ((), 3)


def test_of_no_elements_a_sum_is_0_a_product_1_and_an_average_no_number():
    empty = mt.zeros(0, 2)
    assert mt.sum(empty, 0).tolist() == [0, 0]
    assert mt.prod(empty, 0).tolist() == [1, 1]
    assert mt.isnan(mt.mean(empty, 0)).tolist() == [True, True]
    assert mt.any(empty, 0).tolist() == [False, False]
    assert mt.all(empty, 0).tolist() == [True, True]
    assert mt.logsumexp(empty, 0).tolist() == [-INF, -INF]
    assert mt.norm(empty, dim=0).tolist() == [0, 0]
    assert mt.isnan(mt.var(mt.ones(1))).item()


@pytest.mark.parametrize(
    ("shape", "axis"), [((10**6,), 0), ((10**6, 1), 0), ((10**6, 2), 0), ((2, 10**6), 1), ((1000, 2, 500), (0, 2))]
)
@pytest.mark.parametrize("layout", ["C", "F", "reversed"])
def test_a_float32_sum_along_every_axis_is_as_exact_as_a_pairwise_one(shape, axis, layout):
    """In blocks of 128, each number meets at most 128 + log2(n) additions, and the errors of these mostly cancel.

    The bound is 16 roundings: a loop over a million numbers is off by hundreds.
    """
    array = np.random.default_rng(0).random(shape, dtype=np.float32)
    array = {"C": array, "F": np.asfortranarray(array), "reversed": array[::-1]}[layout]
    got = mt.sum(mt.from_numpy(array), axis).numpy()
    moved = np.moveaxis(array, axis, tuple(range(len(axis))) if isinstance(axis, tuple) else 0)
    rows = moved.reshape(-1, got.size)  # (summed, kept)
    for column, total in enumerate(got.ravel()):
        exact = math.fsum(rows[:, column].tolist())
        assert abs(float(total) - exact) <= 16 * EPS32 * exact


def test_float32_averages_and_gradients_of_broadcasts_are_summed_as_exactly():
    array = np.random.default_rng(0).random((10**6, 2), dtype=np.float32)
    exact = [math.fsum(array[:, column].tolist()) for column in range(2)]
    np.testing.assert_allclose(mt.mean(mt.from_numpy(array), 0).numpy(), np.array(exact) / 10**6, rtol=16 * EPS32)
    bias = mt.zeros(2, requires_grad=True)
    mt.add(mt.zeros(10**6, 2), bias).backward(mt.from_numpy(array))
    np.testing.assert_allclose(bias.grad.numpy(), exact, rtol=16 * EPS32)


def test_float16_is_summed_in_float32_forward_and_backward():
    ones = mt.ones(4096, dtype=mt.float16, requires_grad=True)
    assert mt.sum(ones).item() == 4096  # one after the other it would stop at 2048
    assert mt.cumsum(ones, 0)[-1].item() == 4096
    assert mt.mean(mt.ones(100000, dtype=mt.float16)).item() == 1  # the sum alone is not to be had in float16
    bias = mt.zeros((), dtype=mt.float16, requires_grad=True)
    mt.add(ones.detach(), bias).sum().backward()
    assert bias.grad.item() == 4096
    many = mt.zeros(100000, dtype=mt.float16, requires_grad=True)
    mt.mean(many).backward()
    assert many.grad[0].item() == np.float16(1e-5)


def test_float16_has_room_inside_of_variance_norm_and_softmax():
    ones = mt.ones(100000, dtype=mt.float16)
    alternating = mt.from_numpy(np.resize(np.array([1, -1], np.float16), 100000))
    assert mt.norm(ones).item() == np.float16(math.sqrt(100000))
    assert mt.var(alternating).item() == 1
    assert mt.std(alternating * 256).item() == 256
    assert mt.softmax(ones, 0)[0].item() == np.float16(1e-5)
    assert mt.log_softmax(ones, 0)[0].item() == np.float16(-math.log(100000))
    for function in (mt.norm, mt.var, mt.std, lambda x: mt.softmax(x, 0)):
        assert function(ones).dtype == mt.float16


def test_sums_of_integers_and_truths_are_int64_and_other_dtypes_can_be_asked_for():
    x = mt.tensor([200, 100], dtype=mt.uint8)
    assert (mt.sum(x).item(), mt.sum(x).dtype) == (300, mt.int64)
    assert (mt.prod(x).item(), mt.prod(x).dtype) == (20000, mt.int64)
    assert mt.cumsum(mt.tensor([True, True]), 0).tolist() == [1, 2]
    assert mt.sum(x, dtype=mt.float64).dtype == mt.float64
    assert mt.mean(x, dtype=mt.float32).item() == 150


@given(correction=st.sampled_from([0, 1, 2, 0.5]))
def test_variance_divides_by_the_count_less_the_correction(correction):
    array = np.array([[1.0, 2.0, 4.0], [0.0, -1.0, 5.0]])
    squares = ((array - array.mean(1, keepdims=True)) ** 2).sum(1)
    got = mt.var(mt.tensor(array), 1, correction=correction)
    np.testing.assert_allclose(got.numpy(), squares / (3 - correction))
    np.testing.assert_allclose(
        mt.std(mt.tensor(array), 1, correction=correction).numpy(), np.sqrt(squares / (3 - correction))
    )


def test_unbiased_is_pytorchs_older_word_for_the_correction():
    x = mt.tensor([1.0, 3.0])
    assert (mt.var(x, 0, unbiased=False).item(), mt.var(x, 0, unbiased=True).item(), x.std(unbiased=False).item()) == (
        1,
        2,
        1,
    )


@pytest.mark.parametrize("p", [0, 0.5, 1, 1.5, 2, 3, -1, INF, -INF])
def test_norms_are_those_of_their_formula(p):
    x = np.array([3.0, -1.0, 0.5])
    expected = {0: 3.0, INF: 3.0, -INF: 0.5}.get(p)
    if expected is None:
        expected = sum(abs(one) ** p for one in x.tolist()) ** (1 / p)
    np.testing.assert_allclose(mt.norm(mt.tensor(x), p).item(), expected, rtol=1e-14)


@pytest.mark.parametrize("p", [0, 0.5, 1, 1.5, 2, 3])
def test_elements_that_are_0_have_no_part_in_the_gradient_of_a_norm(p):
    for numbers in ([0.0, 2.0], [0.0, 0.0]):
        x = mt.tensor(numbers, requires_grad=True)
        (slope,) = grad(mt.norm(x, p), x)
        assert slope[0].item() == 0
        assert mt.isfinite(slope).all().item()


def test_the_euclidean_norm_curves_around_an_element_that_is_0():
    curve = hessian(mt.norm, mt.tensor([0.0, 3.0, 4.0]).double()).numpy()
    x = np.array([0.0, 3.0, 4.0])
    np.testing.assert_allclose(curve, (np.eye(3) - np.outer(x, x) / 25) / 5, atol=1e-15)


def test_the_deviation_of_equal_elements_has_the_gradient_0():
    x = mt.ones(3, requires_grad=True)
    mt.std(x).backward()
    assert x.grad.tolist() == [0, 0, 0]


@given(zeros=st.integers(0, 3), seed=st.integers(0, 2**32 - 1))
def test_the_gradient_of_a_product_is_the_product_of_the_others(zeros, seed):
    array = np.random.default_rng(seed).integers(1, 5, (2, 4)).astype(float)
    array[0, :zeros] = 0
    x = mt.tensor(array, requires_grad=True)
    others = [[math.prod(row[:k] + row[k + 1 :]) for k in range(4)] for row in array.tolist()]
    np.testing.assert_array_equal(grad(mt.prod(x, 1).sum(), x)[0].numpy(), others)


@pytest.mark.parametrize("name", ["amax", "amin"])
def test_equal_extremes_share_the_gradient(name):
    sign = 1 if name == "amax" else -1
    x = mt.tensor([[1.0, 3.0, 3.0], [3.0, 0.0, 3.0]], requires_grad=True)
    (slope,) = grad(getattr(mt, name)(x * sign), x)
    assert (slope * sign).tolist() == [[0, 0.25, 0.25], [0.25, 0, 0.25]]


@pytest.mark.parametrize("name", ["max", "min"])
@given(
    array=hnp.arrays(np.int64, hnp.array_shapes(min_dims=1, max_dims=3, max_side=4), elements=st.integers(-2, 2)),
    data=st.data(),
)
def test_along_an_axis_the_first_extreme_and_its_place_are_found(name, array, data):
    axis, keepdim = data.draw(st.integers(-array.ndim, array.ndim - 1)), data.draw(st.booleans())
    values, indices = getattr(mt, name)(mt.tensor(array), axis, keepdim)
    find = np.argmax if name == "max" else np.argmin
    np.testing.assert_array_equal(indices.numpy(), find(array, axis=axis, keepdims=keepdim))
    np.testing.assert_array_equal(values.numpy(), getattr(np, name)(array, axis=axis, keepdims=keepdim))
    assert indices.dtype == mt.int64
    places = getattr(mt, f"arg{name}")(mt.tensor(array), axis, keepdim)
    np.testing.assert_array_equal(places.numpy(), indices.numpy())


def test_the_first_of_equal_extremes_along_an_axis_alone_has_the_gradient():
    x = mt.tensor([[1.0, 3.0, 3.0]], requires_grad=True)
    assert grad(mt.max(x, 1).values.sum(), x)[0].tolist() == [[0, 1, 0]]
    assert grad(mt.min(-x, 1).values.sum(), x)[0].tolist() == [[0, -1, 0]]


def test_extremes_of_everything_and_of_two_tensors():
    x = mt.tensor([[1, 5], [7, 2]])
    assert (mt.max(x).item(), mt.min(x).item(), mt.argmax(x).item(), mt.argmin(x).item()) == (7, 1, 2, 0)
    assert mt.argmax(x, keepdim=True).tolist() == [[2]]
    assert mt.max(x, mt.tensor(4)).tolist() == [[4, 5], [7, 4]]
    assert mt.min(x, mt.tensor(4)).tolist() == [[1, 4], [4, 2]]
    assert mt.max(x, dim=0)._fields == ("values", "indices")


def test_nan_is_an_extreme_and_has_a_place():
    x = mt.tensor([1.0, NAN, 3.0])
    values, index = mt.max(x, 0)
    assert math.isnan(values.item())
    assert index.item() == 1
    assert math.isnan(mt.amin(x).item())


@given(
    array=hnp.arrays(np.int64, hnp.array_shapes(min_dims=1, max_dims=3, max_side=5), elements=st.integers(-2, 2)),
    data=st.data(),
)
def test_sorting_keeps_equals_in_their_order_both_ways(array, data):
    axis, descending = data.draw(st.integers(-array.ndim, array.ndim - 1)), data.draw(st.booleans())
    values, indices = mt.sort(mt.tensor(array), axis, descending)
    order = np.argsort(-array if descending else array, axis=axis, kind="stable")
    np.testing.assert_array_equal(indices.numpy(), order)
    np.testing.assert_array_equal(values.numpy(), np.take_along_axis(array, order, axis))
    np.testing.assert_array_equal(mt.argsort(mt.tensor(array), axis, descending).numpy(), order)


def test_sorting_moves_the_gradient_back():
    x = mt.tensor([3.0, 1.0, 2.0], requires_grad=True)
    mt.sort(x).values.backward(mt.tensor([10.0, 20.0, 30.0]))
    assert x.grad.tolist() == [30, 10, 20]


def test_without_axes_there_is_one_element_to_choose_from():
    x = mt.tensor(3.0, requires_grad=True)
    for answer in (mt.max(x, 0), mt.min(x, -1, keepdim=True), mt.sort(x)):
        assert (answer.values.shape, answer.indices.shape) == ((), ())
        assert (answer.values.item(), answer.indices.item()) == (3, 0)
        assert grad(answer.values, x)[0].item() == 1
    assert mt.max(mt.tensor(NAN), 0).indices.item() == 0
    for place in (mt.argmax(x), mt.argmin(x, 0), mt.argsort(x)):
        assert (place.shape, place.item()) == ((), 0)
    assert (mt.cumsum(x, 0).shape, mt.softmax(x, 0).item(), mt.log_softmax(x, 0).item()) == ((), 1, 0)


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "cumsum"])
@settings(max_examples=40)
@given(
    array=hnp.arrays(np.float64, hnp.array_shapes(min_dims=1, max_dims=3, max_side=4), elements=st.floats(-700, 700)),
    data=st.data(),
)
def test_functions_along_an_axis_are_scipys(name, array, data):
    axis = data.draw(st.integers(-array.ndim, array.ndim - 1))
    function = np.cumsum if name == "cumsum" else getattr(scipy.special, name)
    got = getattr(mt, name)(mt.tensor(array), axis).numpy()
    np.testing.assert_allclose(got, function(array, axis=axis), rtol=1e-12, atol=1e-300)


def test_exponentials_do_not_overflow():
    x = mt.tensor([[1000.0, 1000.0], [-1000.0, -INF]], dtype=mt.float64, requires_grad=True)
    assert mt.softmax(x, 1).tolist() == [[0.5, 0.5], [1, 0]]
    np.testing.assert_allclose(mt.logsumexp(x, 1).tolist(), [1000 + math.log(2), -1000])
    assert mt.log_softmax(x, 1)[1].tolist() == [0, -INF]
    mt.logsumexp(x, 1).sum().backward()
    np.testing.assert_allclose(x.grad.tolist(), [[0.5, 0.5], [1, 0]], rtol=1e-12)
    assert mt.logsumexp(mt.tensor([INF, 0.0]), 0).item() == INF
    assert mt.logsumexp(mt.tensor([-INF, -INF]), 0).item() == -INF


@pytest.mark.parametrize("name", ["mean", "var", "std", "norm"])
def test_averages_of_integers_are_refused(name):
    message = f"{name}: expected a floating dtype, got int64: convert with .float()"
    assert message_of(TypeError, lambda: getattr(mt, name)(mt.tensor([1, 2]))) == message


@pytest.mark.parametrize("name", ["amax", "amin", "max", "min", "argmax", "argmin"])
def test_there_is_no_extreme_of_nothing(name):
    message = f"{name}: there is no element to choose: axis 1 of the shape (2, 0) is empty"
    assert message_of(mt.ShapeError, lambda: getattr(mt, name)(mt.zeros(2, 0), 1)) == message


@pytest.mark.parametrize("name", [*OVER_AXES, "max", "argmin", "sort", "argsort", "cumsum", "softmax", "log_softmax"])
def test_an_axis_that_there_is_not_is_refused(name):
    x = mt.ones(2, 3)
    out = f"{name}: dim 2 is out of range: of 2 axes, it is one from -2 to 1"
    assert message_of(IndexError, lambda: getattr(mt, name)(x, dim=2)) == out
    assert message_of(TypeError, lambda: getattr(mt, name)(x, dim=0.5)) == f"{name}: dim is an integer, got 0.5"


@pytest.mark.parametrize("name", OVER_AXES)
def test_an_axis_named_twice_is_refused(name):
    message = f"{name}: an axis is named twice in dim=(0, -2)"
    assert message_of(ValueError, lambda: getattr(mt, name)(mt.ones(2, 3), dim=(0, -2))) == message


def test_a_norm_that_there_is_not_is_refused():
    assert mt.norm(mt.tensor([3.0, 4.0]), "fro").item() == 5
    assert message_of(ValueError, lambda: mt.norm(mt.ones(2), "nuc")) == "norm: p is a number or 'fro', got 'nuc'"
