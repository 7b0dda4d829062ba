"""Shows products of matrices and of any axes against NumPy, with gradients that are exact on integers, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minitensor as mt
from minitensor.autograd import grad, gradgradcheck

LENGTHS = {"a": 2, "b": 3, "c": 1, "d": 4}


def message_of(error, call):
    """The whole text of the error that a call raises."""
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


def integers(rng, shape):
    """Small integers in float64, whose products and sums are exact."""
    return np.asarray(rng.integers(-3, 4, shape).astype(float))


def check_linear(function, arrays, expected):
    """Compare a function that is linear in each operand with NumPy's, and each gradient with differences, without tolerance.

    f(x + d) - f(x) is <df/dx, d> for every d, not for small ones alone.
    """
    rng = np.random.default_rng(1)
    tensors = [mt.tensor(one, requires_grad=True) for one in arrays]
    y = function(*tensors)
    assert y.shape == np.shape(expected(*arrays))
    np.testing.assert_array_equal(y.detach().numpy(), expected(*arrays))
    v = integers(rng, y.shape)
    for place, slope in enumerate(grad(y, tensors, mt.tensor(v))):
        for _ in range(2):
            moved = list(arrays)
            step = integers(rng, arrays[place].shape)
            moved[place] = arrays[place] + step
            assert (slope.numpy() * step).sum() == (v * (expected(*moved) - expected(*arrays))).sum()


@given(
    left=st.sampled_from([(3,), (2, 3), (0, 3), (4, 2, 3), (1, 2, 3), (5, 1, 2, 3)]),
    right=st.sampled_from([(3,), (3, 2), (3, 0), (4, 3, 1), (4, 3, 2)]),
    seed=st.integers(0, 2**32 - 1),
)
def test_matrix_products_and_their_gradients_are_numpys(left, right, seed):
    rng = np.random.default_rng(seed)
    check_linear(mt.matmul, [integers(rng, left), integers(rng, right)], np.matmul)


def test_the_operator_multiplies_matrices_with_arrays_too():
    a, b = np.arange(6.0).reshape(2, 3), np.arange(6.0).reshape(3, 2)
    for product in (mt.tensor(a) @ mt.tensor(b), mt.tensor(a) @ b, a @ mt.tensor(b)):
        assert isinstance(product, mt.Tensor)
        np.testing.assert_array_equal(product.numpy(), a @ b)


def test_float16_products_are_summed_in_float32():
    ones = mt.ones(1, 4096, dtype=mt.float16)
    for product in (ones @ ones.T, mt.einsum("ij,kj->ik", ones, ones), mt.einsum("ij->i", ones)):
        assert (product.dtype, product.reshape(-1).item()) == (mt.float16, 4096)


@st.composite
def equations(draw):
    """An equation in NumPy's words and operands for it: dots, letters that repeat in an operand, a missing arrow."""
    names, shapes, broadcast = [], [], draw(st.sampled_from([(), (2,), (3, 2)]))
    for _ in range(draw(st.integers(1, 3))):
        letters = draw(st.lists(st.sampled_from("abcd"), max_size=3))
        dots = draw(st.integers(0, len(broadcast))) if draw(st.booleans()) else None
        place = draw(st.integers(0, len(letters)))
        front, back = "".join(letters[:place]), "".join(letters[place:])
        unnamed = () if dots is None else broadcast[len(broadcast) - dots :]
        names.append(front + ("" if dots is None else "...") + back)
        shapes.append((*(LENGTHS[one] for one in front), *unnamed, *(LENGTHS[one] for one in back)))
    inputs = draw(st.sampled_from([",", ", "])).join(names)
    if draw(st.booleans()):
        return inputs, shapes
    used = sorted(set("".join(names)) - {"."})
    output = draw(st.lists(st.sampled_from(used), unique=True)) if used else []
    dotted = any("..." in name for name in names)
    return f"{inputs}->{'...' * dotted}{''.join(output)}", shapes


@given(case=equations(), seed=st.integers(0, 2**32 - 1))
def test_einsum_and_its_gradients_are_numpys(case, seed):
    equation, shapes = case
    rng = np.random.default_rng(seed)
    check_linear(
        lambda *x: mt.einsum(equation, *x), [integers(rng, one) for one in shapes], lambda *x: np.einsum(equation, *x)
    )


def test_einsum_takes_its_operands_in_a_list_and_sums_dots_that_the_result_leaves_out():
    x, y = np.arange(6.0).reshape(2, 3), np.arange(3.0)
    assert mt.einsum("ij,j->i", [mt.tensor(x), mt.tensor(y)]).tolist() == (x @ y).tolist()
    assert mt.einsum("...i->i", mt.tensor(x)).tolist() == x.sum(0).tolist()


@pytest.mark.parametrize(
    ("equation", "shapes"),
    [
        ("ij,jk->ik", ((2, 1), (3, 4))),
        ("...i,...i->...", ((1, 3), (2, 3))),
        ("i,i->i", ((1,), (4,))),
        ("ij,ij->", ((1, 3), (2, 1))),
    ],
)
def test_einsum_repeats_axes_of_length_1(equation, shapes):
    rng = np.random.default_rng(0)
    check_linear(
        lambda *x: mt.einsum(equation, *x),
        [integers(rng, one) for one in shapes],
        lambda *x: np.einsum(equation, *x, optimize=False),
    )


def test_einsum_has_gradients_of_gradients_through_diagonals_and_sums():
    x = mt.tensor(np.random.default_rng(0).standard_normal((3, 3)), requires_grad=True)
    y = mt.tensor(np.random.default_rng(1).standard_normal((3, 2)), requires_grad=True)
    assert gradgradcheck(lambda x, y: mt.einsum("ii,ij->j", x, y), [x, y])
    assert gradgradcheck(lambda x, y: mt.einsum("ij,kl->l", x * x, y), [x, y])


def test_einsum_sums_float32_as_exactly_as_sum_does():
    array = np.random.default_rng(0).random((10**6, 2), dtype=np.float32)
    exact = [math.fsum(array[:, column].tolist()) for column in range(2)]
    np.testing.assert_allclose(mt.einsum("ij->j", mt.from_numpy(array)).numpy(), exact, rtol=16 * 2.0**-24)


REFUSED = {
    "matmul of other lengths": (
        lambda: mt.ones(2, 3) @ mt.ones(2, 3),
        mt.ShapeError,
        "matmul: the first operand has 3 columns, the second has 2 rows\n  first  (n, m) = (2, 3)\n  second (m, p) = (2, 3)",
    ),
    "matmul of a row": (
        lambda: mt.ones(3) @ mt.ones(2),
        mt.ShapeError,
        "matmul: the first operand has 3 columns, the second has 2 rows\n  first  (m) = (3,)\n  second (m) = (2,)",
    ),
    "matmul of batches": (
        lambda: mt.ones(2, 3, 4) @ mt.ones(3, 4, 5),
        mt.ShapeError,
        "matmul: the axes (2,) and (3,) in front of the matrices do not broadcast together\n"
        "  first  (..., n, m) = (2, 3, 4)\n"
        "  second (..., m, p) = (3, 4, 5)",
    ),
    "matmul with a number": (
        lambda: mt.ones(2, 3) @ mt.tensor(2.0),
        mt.ShapeError,
        "matmul: both operands need an axis at least, got (2, 3) and (): use * for a number",
    ),
    "matmul of two dtypes": (
        lambda: mt.ones(2, 3) @ mt.ones(3, dtype=mt.float64),
        TypeError,
        "matmul: the operands are float32 and float64: convert one, for example with .to(mt.float32)",
    ),
    "einsum of two dtypes": (
        lambda: mt.einsum("i,i", mt.ones(2), mt.ones(2, dtype=mt.float64)),
        TypeError,
        "einsum: operand 0 is float32 and operand 1 is float64: convert one",
    ),
    "einsum of too few": (lambda: mt.einsum("i,i", mt.ones(2)), ValueError, "einsum: 'i,i' names 2 operands, got 1"),
    "einsum of other axes": (
        lambda: mt.einsum("ij->i", mt.ones(2)),
        mt.ShapeError,
        "einsum: 'ij->i' names 2 axes of operand 0, of shape (2,)",
    ),
    "einsum of fewer axes than beside the dots": (
        lambda: mt.einsum("...ij->i", mt.ones(2)),
        mt.ShapeError,
        "einsum: '...ij->i' names 2 axes of operand 0, of shape (2,)",
    ),
    "einsum of other lengths": (
        lambda: mt.einsum("ij,jk->ik", mt.ones(2, 3), mt.ones(4, 2)),
        mt.ShapeError,
        "einsum: the axis 'j' is 3 long in one operand and 4 in operand 1",
    ),
    "einsum of a diagonal that there is not": (
        lambda: mt.einsum("ii", mt.ones(2, 3)),
        mt.ShapeError,
        "einsum: the axis 'i' is 2 long in one operand and 3 in operand 0",
    ),
    "einsum of a diagonal that is not repeated": (
        lambda: mt.einsum("ii", mt.ones(1, 3)),
        mt.ShapeError,
        "einsum: the axes 'i' of one operand differ in length: its shape is (1, 3)",
    ),
    "einsum of an axis out of nowhere": (
        lambda: mt.einsum("ij->ik", mt.ones(2, 3)),
        ValueError,
        "einsum: 'ij->ik' asks for the axis 'k', which no operand has",
    ),
    "einsum of a result with an axis twice": (
        lambda: mt.einsum("i->ii", mt.ones(2)),
        ValueError,
        "einsum: 'i->ii' names the axis 'i' twice behind the arrow",
    ),
    "einsum without letters": (
        lambda: mt.einsum("1,1", mt.ones(2), mt.ones(2)),
        ValueError,
        "einsum: the axes in '1,1' are named by letters",
    ),
    "einsum with two dots": (
        lambda: mt.einsum("..i", mt.ones(2)),
        ValueError,
        "einsum: the axes in '..i' are named by letters",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused_in_words(case):
    call, error, message = REFUSED[case]
    assert message_of(error, call) == message


def test_products_of_one_rank_are_matmul_and_refuse_another():
    a, b = mt.rand(2, 3), mt.rand(3, 4)
    assert mt.equal(mt.mm(a, b), a @ b)
    assert mt.equal(a.unsqueeze(0).bmm(b.unsqueeze(0))[0], a @ b)
    assert mt.dot(mt.tensor([1, 2, 3]), mt.tensor([4, 5, 6])).item() == 32
    with pytest.raises(mt.ShapeError) as caught:
        mt.mm(a, b[:, 0])
    assert str(caught.value) == "mm: both operands have 2 axes, got the shapes (2, 3) and (3,): use matmul"
    with pytest.raises(mt.ShapeError, match="bmm: the first batch has 2 matrices, the second 3"):
        mt.bmm(mt.ones(2, 1, 1), mt.ones(3, 1, 1))
    with pytest.raises(TypeError, match=r"matmul: expected a tensor, got list: convert it with mt.tensor\(...\)"):
        mt.matmul([1], [2])


def test_lists_of_tensors_are_asked_for_in_words():
    with pytest.raises(
        TypeError, match=r"cat: expected a list or a tuple of tensors, got one tensor: write cat\(\[a, b\]\)"
    ):
        mt.cat(mt.ones(2))
    with pytest.raises(TypeError, match=r"stack: expected a tensor, got int: convert it with mt.tensor\(...\)"):
        mt.stack([1, 2])
