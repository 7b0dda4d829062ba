"""Shows that gradients are clipped by their norm and by value as the formulas say, and that parameters go to a vector and back."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import minitensor as mt
from minitensor.nn import utils


def parameters(*gradients, dtype=mt.float64):
    """Return a leaf for each gradient, which it has; None leaves it without."""
    found = []
    for gradient in gradients:
        shape = () if gradient is None else np.shape(gradient)
        found.append(
            mt.ones(*shape, dtype=dtype, requires_grad=True) if shape else mt.tensor(1.0, dtype=dtype, requires_grad=True)
        )
        found[-1].grad = None if gradient is None else mt.tensor(gradient, dtype=dtype)
    return found


DRAWN = [np.random.default_rng(0).standard_normal(shape) for shape in ((3, 4), (5,), (), (2, 1, 3))]
WHOLE = np.concatenate([np.ravel(one) for one in DRAWN])


@pytest.mark.parametrize("p", [2.0, 1.0, 3, 0.5, 0, -1.0, float("inf"), "inf", float("-inf")])
def test_the_norm_is_that_of_all_gradients_as_one_vector(p):
    order = float(p)
    expected = np.linalg.norm([np.linalg.norm(np.ravel(one), order) for one in DRAWN], order)
    if order not in (0.0, -1.0):
        np.testing.assert_allclose(expected, np.linalg.norm(WHOLE, order), rtol=1e-12)
    found = parameters(*DRAWN)
    norm = utils.clip_grad_norm_(found, 0.5, p)
    np.testing.assert_allclose(norm.item(), expected, rtol=1e-12)
    np.testing.assert_allclose(utils.get_total_norm([mt.tensor(one) for one in DRAWN], p).item(), expected, rtol=1e-12)
    factor = min(1, 0.5 / (expected + 1e-6))
    for parameter, gradient in zip(found, DRAWN, strict=True):
        np.testing.assert_allclose(parameter.grad.numpy(), gradient * factor, rtol=1e-12)


def test_what_is_within_the_bound_stays_to_the_byte_and_clips_in_its_own_memory():
    found = parameters([3.0, 4.0], None)
    array = found[0].grad.numpy()
    assert utils.clip_grad_norm_(iter(found), 6.0).item() == 5
    assert array.tolist() == [3, 4]
    utils.clip_grad_norm_(found, 1)
    np.testing.assert_allclose(array, np.array([3, 4]) / (5 + 1e-6), rtol=1e-15)
    assert utils.clip_grad_norm_(found[0], 0.0).item() == pytest.approx(1, rel=1e-6)
    assert array.tolist() == [0, 0]
    assert utils.clip_grad_norm_([], 1.0).item() == 0
    assert utils.clip_grad_norm_(parameters(None), 1.0).dtype == mt.float32


def test_the_two_halves_are_the_whole():
    whole, halves = parameters(*DRAWN), parameters(*DRAWN)
    utils.clip_grad_norm_(whole, 0.75)
    utils.clip_grads_with_norm_(halves, 0.75, utils.get_total_norm([one.grad for one in halves]))
    for one, other in zip(whole, halves, strict=True):
        np.testing.assert_array_equal(one.grad.numpy(), other.grad.numpy())


def test_values_are_brought_between_the_bounds():
    found = parameters([3.0, -0.5], [[-7.0]], None)
    utils.clip_grad_value_(found, 1)
    assert [one.grad.tolist() for one in found[:2]] == [[1, -0.5], [[-1]]]
    assert found[2].grad is None


def test_half_precision_is_summed_in_float32_and_stays():
    found = parameters(np.full(1000, 10.0), dtype=mt.float16)  # its square overflows float16
    norm = utils.clip_grad_norm_(found, 1.0)
    assert norm.dtype == found[0].grad.dtype == mt.float16
    np.testing.assert_allclose(norm.item(), 10 * 1000**0.5, rtol=1e-3)
    mixed = [*parameters([3.0], dtype=mt.float16), *parameters([4.0], dtype=mt.float64)]
    assert utils.clip_grad_norm_(mixed, 9.0).dtype == mt.float64


def test_a_recorded_gradient_is_clipped_without_being_recorded():
    w = mt.tensor([3.0, 4.0], requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (w**2).sum().backward(create_graph=True)
    utils.clip_grad_norm_([w], 1.0)
    np.testing.assert_allclose(w.grad.detach().numpy(), [0.6, 0.8], rtol=1e-6)
    w.grad = None


def test_a_norm_that_is_not_finite_shows_or_is_refused():
    found = parameters([float("nan"), 1.0], [2.0])
    with pytest.raises(RuntimeError) as error:
        utils.clip_grad_norm_(found, 1.0, error_if_nonfinite=True)
    assert str(error.value) == (
        "clip_grad_norm_: the norm of order 2.0 is nan, so nothing can be clipped by it: look for the gradient that is not "
        "finite, or leave error_if_nonfinite=False"
    )
    assert found[1].grad.tolist() == [2]
    assert np.isnan(utils.clip_grad_norm_(found, 1.0).item())
    assert np.isnan(found[1].grad.numpy()).all()
    infinite = parameters([float("inf"), 1.0])
    assert utils.clip_grad_norm_(infinite, 1.0).item() == float("inf")
    assert infinite[0].grad.tolist()[1] == 0


def test_a_used_up_generator_is_warned_of():
    layer = mt.nn.Linear(2, 1)
    used = (one for one in layer.parameters())
    list(used)
    with pytest.warns(UserWarning, match="generator") as caught:
        utils.clip_grad_norm_(used, 1.0)
    assert str(caught[0].message) == (
        "clip_grad_norm_: parameters is a generator with nothing left, so nothing is clipped: call model.parameters() anew"
    )
    assert caught[0].filename == __file__


def test_parameters_go_to_a_vector_and_back():
    layer = mt.nn.Linear(3, 2)
    vector = utils.parameters_to_vector(layer.parameters())
    np.testing.assert_array_equal(
        vector.detach().numpy(), [*layer.weight.detach().numpy().ravel(), *layer.bias.detach().numpy()]
    )
    (gradient,) = mt.autograd.grad((vector * mt.arange(8.0)).sum(), layer.bias)
    assert gradient.tolist() == [6, 7]
    weight = layer.weight
    utils.vector_to_parameters(mt.arange(8, dtype=mt.float64), layer.parameters())
    assert layer.weight is weight
    assert weight.dtype == mt.float32
    assert weight.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert layer.bias.tolist() == [6, 7]


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (
            lambda: utils.clip_grad_norm_(mt.nn.Linear(2, 1), 1.0),
            TypeError,
            "clip_grad_norm_: expected tensors, got Linear: pass its parameters, model.parameters()",
        ),
        (lambda: utils.clip_grad_norm_([1.0], 1.0), TypeError, "clip_grad_norm_: expected tensors, got float"),
        (lambda: utils.clip_grad_norm_([], "a"), TypeError, "clip_grad_norm_: max_norm must be a number, got 'a'"),
        (lambda: utils.clip_grad_norm_([], 1.0, None), TypeError, "clip_grad_norm_: norm_type must be a number, got None"),
        (lambda: utils.clip_grad_value_([], None), TypeError, "clip_grad_value_: clip_value must be a number, got None"),
        (
            lambda: utils.get_total_norm([mt.arange(3)]),
            TypeError,
            "get_total_norm: the tensors must be floating-point, got int64: try x.float()",
        ),
        (
            lambda: utils.clip_grads_with_norm_([], 1.0, 2.0),
            TypeError,
            "clip_grads_with_norm_: total_norm must be a Tensor, got float",
        ),
        (
            lambda: utils.parameters_to_vector([]),
            ValueError,
            "parameters_to_vector: there is no parameter: was a generator used before?",
        ),
        (
            lambda: utils.vector_to_parameters([1.0], [mt.ones(1)]),
            TypeError,
            "vector_to_parameters: vec must be a Tensor, got list",
        ),
        (
            lambda: utils.vector_to_parameters(mt.ones(4), [mt.ones(2), mt.ones(1)]),
            mt.ShapeError,
            "vector_to_parameters: the parameters have 3 elements in all, so the vector must be of the shape (3,), got (4,)",
        ),
    ],
)
def test_what_is_refused(call, kind, message):
    with pytest.raises(Exception) as caught:  # noqa: PT011 (the type and the whole text are compared)
        call()
    assert type(caught.value) is kind
    assert str(caught.value) == message
