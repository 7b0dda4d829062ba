"""Shows NumPy's functions on tensors against NumPy on arrays: the same values, and gradients flow; what is refused."""

from __future__ import annotations

import io

import numpy as np
import pytest

import minitensor as mt
from minitensor.autograd import grad, gradcheck
from minitensor.tensor.numpy_functions import ELEMENTS, FUNCTIONS, OF_ARRAYS, PRODUCTS, REDUCTIONS, SHAPES

A = np.linspace(-1.3, 2.1, 12).reshape(3, 4)
B = np.linspace(0.4, 1.7, 12).reshape(4, 3)
PLACES = np.array([2, 0, 1])

# What is called with tensors, and with arrays: of each function in the tables one call at least.
CALLS = {
    "sum": [lambda a: np.sum(a), lambda a: np.sum(a, 1, keepdims=True), lambda a: np.sum(a, axis=(0, 1)), lambda a: np.sum(a, dtype=np.float64)],
    "nansum": [lambda a: np.nansum(a, axis=0)],
    "prod": [lambda a: np.prod(a, axis=1)],
    "mean": [lambda a: np.mean(a), lambda a: np.mean(a, axis=0, keepdims=True)],
    "nanmean": [lambda a: np.nanmean(a, axis=1)],
    "var": [lambda a: np.var(a), lambda a: np.var(a, 0), lambda a: np.var(a, axis=1, ddof=1, keepdims=True)],
    "std": [lambda a: np.std(a), lambda a: np.std(a, axis=(0, 1)), lambda a: np.std(a, axis=1, ddof=1)],
    "max": [lambda a: np.max(a), lambda a: np.max(a, axis=0)],
    "amax": [lambda a: np.amax(a, 1, keepdims=True)],
    "min": [lambda a: np.min(a), lambda a: np.min(a, axis=-1)],
    "amin": [lambda a: np.amin(a, axis=(0, 1))],
    "median": [lambda a: np.median(a), lambda a: np.median(a, axis=1)],
    "quantile": [lambda a: np.quantile(a, 0.3), lambda a: np.quantile(a, [0.2, 0.7], axis=0)],
    "linalg.norm": [
        lambda a: np.linalg.norm(a), lambda a: np.linalg.norm(a, axis=1), lambda a: np.linalg.norm(a, 1, axis=0),
        lambda a: np.linalg.norm(a, np.inf, 1, True), lambda a: np.linalg.norm(a, "fro"), lambda a: np.linalg.norm(a, 1),
        lambda a: np.linalg.norm(a, -1), lambda a: np.linalg.norm(a, np.inf, keepdims=True), lambda a: np.linalg.norm(a, -np.inf),
        lambda a: np.linalg.norm(a[0], 3),
    ],
    "cumsum": [lambda a: np.cumsum(a), lambda a: np.cumsum(a, axis=1)],
    "cumprod": [lambda a: np.cumprod(a, 0)],
    "dot": [lambda a: np.dot(a, B), lambda a: np.dot(a, B[:, 0]), lambda a: np.dot(a[0], B[:, 0]), lambda a: np.dot(B, a), lambda a: np.dot(a[0, 0], a)],
    "vdot": [lambda a: np.vdot(a, B.T)],
    "inner": [lambda a: np.inner(a, B.T)],
    "outer": [lambda a: np.outer(a, B)],
    "tensordot": [lambda a: np.tensordot(a, B, 1), lambda a: np.tensordot(a, B, axes=([0, 1], [1, 0]))],
    "einsum": [lambda a: np.einsum("ij,jk->ik", a, B), lambda a: np.einsum("ij->", a)],
    "trace": [lambda a: np.trace(a), lambda a: np.trace(a, offset=1)],
    "diagonal": [lambda a: np.diagonal(a, 1)],
    "diag": [lambda a: np.diag(a), lambda a: np.diag(a[0], k=-1)],
    "tril": [lambda a: np.tril(a, -1)],
    "triu": [lambda a: np.triu(a)],
    "reshape": [lambda a: np.reshape(a, (2, 6)), lambda a: np.reshape(a, -1)],
    "ravel": [lambda a: np.ravel(a)],
    "transpose": [lambda a: np.transpose(a), lambda a: np.transpose(a, (1, 0))],
    "swapaxes": [lambda a: np.swapaxes(a, 0, -1)],
    "moveaxis": [lambda a: np.moveaxis(a, 0, 1)],
    "squeeze": [lambda a: np.squeeze(a[:, :1]), lambda a: np.squeeze(a[:, :1], axis=1)],
    "expand_dims": [lambda a: np.expand_dims(a, 0), lambda a: np.expand_dims(a, axis=(0, -1))],
    "broadcast_to": [lambda a: np.broadcast_to(a, (2, 3, 4))],
    "atleast_1d": [lambda a: np.atleast_1d(a[0, 0])],
    "atleast_2d": [lambda a: np.atleast_2d(a[0])],
    "atleast_3d": [lambda a: np.atleast_3d(a), lambda a: np.atleast_3d(a[0])],
    "concatenate": [lambda a: np.concatenate([a, B.T]), lambda a: np.concatenate((a, a), axis=1), lambda a: np.concatenate([a, B], axis=None)],
    "stack": [lambda a: np.stack([a, B.T], axis=1)],
    "vstack": [lambda a: np.vstack([a, a[0]])],
    "hstack": [lambda a: np.hstack((a, B.T))],
    "dstack": [lambda a: np.dstack([a, a])],
    "column_stack": [lambda a: np.column_stack([a, a[:, 0]])],
    "split": [lambda a: np.split(a, 3)[1], lambda a: np.split(a, [1, 2], axis=1)[2]],
    "array_split": [lambda a: np.array_split(a, 3, axis=1)[0]],
    "flip": [lambda a: np.flip(a), lambda a: np.flip(a, axis=1)],
    "fliplr": [lambda a: np.fliplr(a)],
    "flipud": [lambda a: np.flipud(a)],
    "roll": [lambda a: np.roll(a, 2), lambda a: np.roll(a, 1, axis=1)],
    "rot90": [lambda a: np.rot90(a, 3)],
    "tile": [lambda a: np.tile(a, 2), lambda a: np.tile(a, (2, 1))],
    "repeat": [lambda a: np.repeat(a, 2), lambda a: np.repeat(a, [1, 0, 2], axis=0)],
    "meshgrid": [lambda a: np.meshgrid(a[0], B[0])[0], lambda a: np.meshgrid(a[0], a[:, 0], indexing="ij")[1]],
    "copy": [lambda a: np.copy(a)],
    "where": [lambda a: np.where(a > 0, a, 0.0), lambda a: np.where(A > 0, B.T, a)],
    "clip": [lambda a: np.clip(a, -0.4, 1.0), lambda a: np.clip(a, 0.33, None), lambda a: np.clip(a, B.T - 1, a_max=B.T)],
    "round": [lambda a: np.round(a, 1)],
    "around": [lambda a: np.around(a)],
    "nan_to_num": [lambda a: np.nan_to_num(a, nan=2.0)],
    "sort": [lambda a: np.sort(-a), lambda a: np.sort(-a, axis=0), lambda a: np.sort(-a, axis=None)],
    "take": [lambda a: np.take(a, [[3, -1]], axis=1), lambda a: np.take(a, PLACES)],
    "take_along_axis": [lambda a: np.take_along_axis(a, np.array([[2, 0, 1, 0]]), 0), lambda a: np.take_along_axis(a, np.array([[2], [0], [1]]), axis=1)],
}  # fmt: skip

EACH = [pytest.param(call, id=f"{name} {number}") for name, calls in CALLS.items() for number, call in enumerate(calls)]


def test_every_function_of_the_tables_is_called_here():
    tables = REDUCTIONS | PRODUCTS | SHAPES | ELEMENTS
    assert set(tables) == set(CALLS)
    assert None not in FUNCTIONS
    assert None not in OF_ARRAYS


@pytest.mark.parametrize("call", EACH)
def test_values_are_numpys(call):
    expected, got = call(A), call(mt.from_numpy(A))
    assert type(got) is mt.Tensor
    assert got.shape == np.shape(expected)
    np.testing.assert_allclose(got.numpy(), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("call", EACH)
def test_gradients_flow(call):
    assert gradcheck(call, mt.tensor(A, requires_grad=True))


def test_the_sum_of_a_tensor_goes_backward():
    x = mt.tensor(A, requires_grad=True)
    np.sum(x**2).backward()
    np.testing.assert_allclose(x.grad.numpy(), 2 * A)


@pytest.mark.parametrize(
    "name",
    [
        "square",
        "reciprocal",
        "arcsin",
        "arccos",
        "arctan",
        "arcsinh",
        "sinh",
        "cosh",
        "exp2",
        "log2",
        "log10",
        "fabs",
        "negative",
        "rint",
        "tan",
        "logical_not",
        "sqrt",
    ],
)
def test_functions_of_one_element_are_numpys(name):
    array = np.linspace(0.1, 0.9, 5)
    x = mt.tensor(array, requires_grad=True)
    got = getattr(np, name)(x)
    assert type(got) is mt.Tensor
    assert got.requires_grad == (name != "logical_not")
    np.testing.assert_allclose(got.detach().numpy(), getattr(np, name)(array), rtol=1e-14)


@pytest.mark.parametrize("name", ["hypot", "arctan2", "logaddexp", "fmod", "fmax", "fmin", "float_power"])
def test_functions_of_two_elements_are_numpys_on_either_side(name):
    one, other = np.linspace(0.1, 0.9, 5), np.linspace(1.4, 0.3, 5)
    x = mt.tensor(one, requires_grad=True)
    np.testing.assert_allclose(getattr(np, name)(x, other).detach().numpy(), getattr(np, name)(one, other), rtol=1e-14)
    np.testing.assert_allclose(getattr(np, name)(other, x).detach().numpy(), getattr(np, name)(other, one), rtol=1e-14)


def test_averages_of_integers_and_booleans_are_in_the_default_dtype():
    assert np.mean(mt.tensor([1, 2])).item() == 1.5
    assert np.mean(mt.tensor([True, False, False, True])).dtype == mt.float32


def test_what_has_no_gradient_numpy_works_out_itself():
    x = mt.tensor(A, requires_grad=True)
    assert (np.shape(x), np.ndim(x), np.size(x), np.size(x, 1)) == ((3, 4), 2, 12, 4)
    assert (np.argmax(x).item(), np.argsort(x, axis=None).tolist()) == (11, list(range(12)))
    assert (np.allclose(x, A), np.array_equal(x, A + 1)) == (True, False)
    assert type(np.isclose(x, A)) is type(np.zeros_like(x)) is type(np.any(x > 0)) is mt.Tensor
    assert np.zeros_like(x, dtype=np.int64).tolist() == [[0] * 4] * 3
    assert np.count_nonzero(x > 0) == (A > 0).sum()
    assert [one.tolist() for one in np.nonzero(x[0] > 0)] == [np.nonzero(A[0] > 0)[0].tolist()]
    assert np.result_type(x, np.float32) == np.float64
    assert np.array2string(x) == np.array2string(A)
    file = io.BytesIO()
    np.savez(file, x=x)
    file.seek(0)
    np.testing.assert_array_equal(np.load(file)["x"], A)


def test_arrays_and_tensors_meet():
    x = mt.tensor(A, requires_grad=True)
    for y in (np.concatenate([A, x]), np.where(A > 0, x, A), np.dot(B, x), np.stack([A, x])):
        assert type(y) is mt.Tensor
        assert y.requires_grad
        assert grad(y.sum(), x)[0].shape == x.shape


WAY_OUT = "use minitensor's own functions, or .numpy(), which has no gradient"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x: np.percentile(x, 5), TypeError, f"np.percentile is not supported on tensors: {WAY_OUT}"),
        (lambda x: np.linalg.inv(x), TypeError, f"np.linalg.inv is not supported on tensors: {WAY_OUT}"),
        (lambda x: np.sum(x, where=A > 0), TypeError, f"np.sum: the argument 'where' is not supported on tensors: {WAY_OUT}"),
        (lambda x: np.sum(x, out=np.zeros(())), TypeError, f"np.sum: the argument 'out' is not supported on tensors: {WAY_OUT}"),
        (lambda x: np.max(x, initial=3), TypeError, f"np.max: the argument 'initial' is not supported on tensors: {WAY_OUT}"),
        (lambda x: np.linalg.norm(x, 2), ValueError, "np.linalg.norm: of a tensor's matrices there are the norms 'fro', 1, -1, inf and -inf, not 2"),
        (lambda x: np.squeeze(x, 0), ValueError, "np.squeeze: only axes of length 1 can go, axis=0 of the shape (3, 4) is longer"),
        (lambda x: np.split(x, 2), ValueError, "np.split: axis 0 is 3 long, which 2 does not divide"),
        (lambda x: np.ravel(x, order="F"), ValueError, "the elements of a tensor are read in the order 'C', not 'F'"),
        (lambda x: np.take(x, [12]), IndexError, "np.take: the index 12 is out of range for an axis of length 12"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_refused_with_the_way_out(call, error, message):
    with pytest.raises(error) as caught:
        call(mt.from_numpy(A))
    assert str(caught.value).replace("np.amax", "np.max") == message  # NumPy 1's name of it


def test_another_kind_of_array_is_asked_itself():
    class Other:
        def __array_function__(self, function, types, args, named):
            return "asked"

    assert np.concatenate([mt.ones(2), Other()]) == "asked"
