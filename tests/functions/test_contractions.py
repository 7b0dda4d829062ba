"""Shows products over pairs of axes, triangles and diagonals against NumPy, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minitensor as mt


def message_of(error, call):
    """The whole text of the error that a call raises."""
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


def counted(*shape):
    """The numbers 0, 1, 2, ... in that shape."""
    return np.arange(int(np.prod(shape)), dtype=np.float64).reshape(shape)


@given(lengths=st.permutations([2, 3, 4]), count=st.integers(0, 3), data=st.data())
def test_tensordot_is_numpys(lengths, count, data):
    of_a, of_b = (data.draw(st.permutations(range(3))) for _ in range(2))
    b_lengths = [5, 1, 2]
    for one, other in zip(of_a[:count], of_b[:count], strict=True):
        b_lengths[other] = lengths[one]
    a, b = counted(*lengths), counted(*b_lengths)
    signed = [one - 3 for one in of_a[:count]]
    got = mt.tensordot(mt.from_numpy(a), mt.from_numpy(b), (signed, of_b[:count])).numpy()
    np.testing.assert_array_equal(got, np.tensordot(a, b, (of_a[:count], of_b[:count])))


def test_other_products_are_numpys():
    a, b, v, w = counted(2, 3), counted(4, 3), counted(3), counted(2)
    x, y, p, q = map(mt.from_numpy, (a, b, v, w))
    np.testing.assert_array_equal(mt.inner(x, y).numpy(), np.inner(a, b))
    np.testing.assert_array_equal(mt.outer(p, q).numpy(), np.outer(v, w))
    np.testing.assert_array_equal(mt.mv(x, p).numpy(), a @ v)
    np.testing.assert_array_equal(mt.tensordot(x, y.T, 1).numpy(), a @ b.T)
    np.testing.assert_array_equal(mt.tensordot(x, x).numpy(), (a * a).sum())
    np.testing.assert_array_equal(mt.addmm(mt.ones(4).double(), x, y.T, beta=2, alpha=3).numpy(), 2 + 3 * a @ b.T)
    np.testing.assert_array_equal(mt.addr(x, q, p).numpy(), a + np.outer(w, v))


def test_an_input_times_0_is_not_looked_at():
    nan = mt.tensor([float("nan")])
    assert mt.addmm(nan, mt.ones(1, 2), mt.ones(2, 1), beta=0).item() == 2


@given(n=st.integers(1, 4), m=st.integers(1, 4), k=st.integers(-5, 5))
def test_triangles_and_diagonals_are_numpys(n, m, k):
    array = counted(2, n, m) + 1
    x = mt.from_numpy(array)
    np.testing.assert_array_equal(mt.tril(x, k).numpy(), np.tril(array, k))
    np.testing.assert_array_equal(mt.triu(x, k).numpy(), np.triu(array, k))
    np.testing.assert_array_equal(mt.diagonal(x, k, -1, 0).numpy(), np.diagonal(array, k, -1, 0))
    np.testing.assert_array_equal(mt.diag(x[0], k).numpy(), np.diag(array[0], k))
    np.testing.assert_array_equal(mt.diag(x[0, 0], k).numpy(), np.diag(array[0, 0], k))
    embedded = mt.diag_embed(x, k)
    assert embedded.shape == (2, n, m + abs(k), m + abs(k))
    np.testing.assert_array_equal(embedded[1, 0].numpy(), np.diag(array[1, 0], k))
    assert mt.trace(x[0]).item() == np.trace(array[0])


def test_dtypes_stay_and_the_trace_of_integers_is_a_sum():
    x = mt.ones(2, 2, dtype=mt.uint8)
    assert mt.tril(x).dtype == mt.diag_embed(x).dtype == mt.diagonal(x).dtype == mt.uint8
    assert mt.tril(x > 0).dtype == mt.dtypes.bool_
    assert mt.trace(x).dtype == mt.int64
    assert mt.outer(mt.ones(2), mt.ones(2, dtype=mt.float64)).dtype == mt.float64


def test_a_diagonal_is_a_view_that_is_written_through():
    x = mt.zeros(2, 3)
    mt.diagonal(x, 1).fill_(5)
    assert x.tolist() == [[0, 5, 0], [0, 0, 5]]
    assert x.fill_diagonal_(1).tolist() == [[1, 5, 0], [0, 1, 5]]
    with pytest.raises(RuntimeError, match="read-only"):
        mt.zeros(1, 1).expand(2, 2).diagonal().fill_(1)


def test_infinities_outside_of_a_triangle_do_not_come_through():
    x = mt.full((2, 2), float("inf"), requires_grad=True)
    y = mt.tril(x)
    assert y.tolist() == [[float("inf"), 0.0], [float("inf"), float("inf")]]
    y.sum().backward()
    assert x.grad.tolist() == [[1, 0], [1, 1]]


@pytest.mark.parametrize("p", [0, 1, 2, 3, 0.5, float("inf")])
def test_distances_are_norms_of_differences(p):
    a, b = counted(2, 3), counted(4, 3)[::-1] + 0.5
    got = mt.cdist(mt.from_numpy(a), mt.from_numpy(b.copy()), p).numpy()
    expected = [[np.linalg.norm(row - other, p) for other in b] for row in a]
    np.testing.assert_allclose(got, expected, rtol=1e-12)
    np.testing.assert_allclose(mt.dist(mt.from_numpy(a), mt.ones(3).double(), p).item(), np.linalg.norm((a - 1).ravel(), p))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: mt.mv(mt.ones(2, 3), mt.ones(2, 3)), mt.ShapeError, "mv: a matrix and a vector are expected, got the shapes (2, 3) and (2, 3): use matmul"),
        (lambda: mt.outer(mt.ones(2, 2), mt.ones(2)), mt.ShapeError, "outer: two vectors are expected, got the shapes (2, 2) and (2,)"),
        (lambda: mt.inner(mt.ones(2), mt.ones(3)), mt.ShapeError, "inner: the last axes are equally long, got the shapes (2,) and (3,)"),
        (lambda: mt.tensordot(mt.ones(2, 3), mt.ones(4, 5), 1), mt.ShapeError, "tensordot: axis 1 of a and axis 0 of b belong together and differ in length\n  a (0, 1) = (2, 3)\n  b (0, 1) = (4, 5)"),
        (lambda: mt.tensordot(mt.ones(2), mt.ones(2), 2), ValueError, "tensordot: dims=2 axes are asked for, a has 1 and b has 1"),
        (lambda: mt.tensordot(mt.ones(2, 2), mt.ones(2, 2), ([0, 0], [0, 1])), ValueError, "tensordot: dims=([0, 0], [0, 1]) names as many axes of a as of b, each once"),
        (lambda: mt.addmm(mt.ones(3), mt.ones(2, 3), mt.ones(3, 2)), mt.ShapeError, "addmm: the input's shape (3,) does not repeat to the product's, (2, 2)"),
        (lambda: mt.addmm(mt.ones(2), mt.ones(2, 3), mt.ones(3, 2).double()), TypeError, "matmul: the operands are float32 and float64: convert one, for example with .to(mt.float32)"),
        (lambda: mt.tril(mt.ones(3)), mt.ShapeError, "tril: matrices have two axes at least, got the shape (3,)"),
        (lambda: mt.diagonal(mt.ones(2, 2), 0, 1, 1), ValueError, "diagonal: dim1 and dim2 are two axes, got 1 and 1"),
        (lambda: mt.diag(mt.ones(2, 2, 2)), mt.ShapeError, "diag: a vector or a matrix is expected, got the shape (2, 2, 2)"),
        (lambda: mt.trace(mt.ones(2)), mt.ShapeError, "trace: a matrix is expected, got the shape (2,)"),
        (lambda: mt.cdist(mt.ones(2, 3), mt.ones(2, 4)), mt.ShapeError, "cdist: both are matrices, with rows of one length\n  x1 (n, k) = (2, 3)\n  x2 (m, k) = (2, 4)"),
        (lambda: mt.zeros(3).fill_diagonal_(1), mt.ShapeError, "fill_diagonal_: expected a matrix, or axes of one length, got the shape (3,)"),
        (lambda: mt.norm(mt.zeros(0), float("inf")), mt.ShapeError, "norm: of no elements there is no norm with p = inf: the shape is (0,)"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused_in_words(call, error, message):
    assert message_of(error, call) == message
