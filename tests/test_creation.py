"""Shows how tensors come to be: shapes, dtypes, what is copied and what is shared, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minitensor as mt


def message_of(error, call):
    """The whole text of the error that a call raises."""
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


DTYPES = [mt.float16, mt.float32, mt.float64, mt.uint8, mt.int8, mt.int16, mt.int32, mt.int64, mt.bool]
FILLED = {"zeros": 0, "ones": 1, "full": 3}


@pytest.mark.parametrize("dtype", DTYPES)
@given(shape=hnp.array_shapes(min_dims=0, max_dims=3, min_side=0))
def test_an_array_keeps_its_dtype_and_is_copied_or_shared(dtype, shape):
    array = np.ones(shape, dtype)
    copied, shared = mt.tensor(array), mt.from_numpy(array)
    for x in (copied, shared):
        assert (x.shape, x.dtype, x.is_leaf, x.requires_grad) == (shape, dtype, True, False)
        np.testing.assert_array_equal(x.numpy(), array)
    assert not np.shares_memory(copied.numpy(), array)
    assert np.shares_memory(shared.numpy(), array) or array.size == 0


@pytest.mark.parametrize(
    ("data", "dtype"),
    [
        (1, mt.int64),
        (1.0, mt.float32),
        (True, mt.bool),
        ([1, 2.5], mt.float32),
        ([], mt.float32),
        ([[True], [False]], mt.bool),
    ],
)
def test_pythons_numbers_have_the_default_dtypes(data, dtype):
    x = mt.tensor(data)
    assert (x.dtype, x.tolist()) == (dtype, data)
    assert mt.Tensor([1, 2]).dtype == mt.float32


def test_the_default_dtype_can_be_another():
    mt.set_default_dtype(mt.float64)
    try:
        made = [
            mt.tensor([1.0]),
            mt.zeros(2),
            mt.rand(2),
            mt.arange(0.5),
            mt.linspace(0, 1, 2),
            mt.eye(2),
            mt.full((1,), 0.5),
        ]
    finally:
        mt.set_default_dtype(mt.float32)
    assert [x.dtype for x in made] == [mt.float64] * 7


def test_tensors_within_lists_count_as_their_numbers():
    assert mt.tensor([mt.tensor(1.0), mt.tensor(2.0)]).tolist() == [1, 2]
    assert mt.tensor([[mt.tensor(1), 2], mt.tensor([3, 4])]).tolist() == [[1, 2], [3, 4]]


def test_as_tensor_copies_only_where_it_must():
    array, x = np.ones(2, np.float32), mt.ones(2)
    assert mt.as_tensor(x) is x
    assert np.shares_memory(mt.as_tensor(array).numpy(), array)
    assert mt.as_tensor(array, mt.float32).dtype == mt.float32
    for other in (mt.as_tensor(x, mt.float64), mt.as_tensor(array, mt.float64), mt.as_tensor([1.0, 1.0], mt.float64)):
        assert (other.dtype, other.tolist()) == (mt.float64, [1, 1])
        assert not np.shares_memory(other.numpy(), array)


def test_a_read_only_array_can_be_looked_at():
    array = np.arange(3.0)
    array.flags.writeable = False
    x = mt.from_numpy(array)
    assert (x * 2).tolist() == [0, 2, 4]
    message = "+=: the memory is read-only, or repeated by expand(): write to a clone()"

    def write():
        nonlocal x
        x += 1

    assert message_of(RuntimeError, write) == message
    assert array.tolist() == [0, 1, 2]


@pytest.mark.parametrize("name", FILLED)
@pytest.mark.parametrize("dtype", [None, *DTYPES])
def test_filled_tensors_have_one_number_everywhere(name, dtype):
    value = FILLED[name]
    make = (lambda *size, **more: mt.full(size, value, **more)) if name == "full" else getattr(mt, name)
    like = (lambda x, **more: mt.full_like(x, value, **more)) if name == "full" else getattr(mt, f"{name}_like")
    default = mt.int64 if name == "full" else mt.float32
    for x in (make(2, 3, dtype=dtype), like(mt.empty(2, 3, dtype=default), dtype=dtype)):
        assert (x.shape, x.dtype) == ((2, 3), dtype or default)
        assert (x == (bool(value) if dtype == mt.bool else value)).all().item()


def test_sizes_are_given_one_by_one_or_together():
    for x in (
        mt.zeros(2, 3),
        mt.zeros((2, 3)),
        mt.zeros([2, 3]),
        mt.zeros(np.int64(2), mt.tensor(3)),
        mt.empty(2, 3),
        mt.rand((2, 3)),
    ):
        assert x.shape == (2, 3)
    assert (mt.zeros().shape, mt.ones(()).shape, mt.full((), 1.0).shape, mt.zeros(0).shape) == ((), (), (), (0,))
    assert mt.full(2, 1.0).shape == (2,)


@given(start=st.integers(-20, 20), count=st.integers(0, 10), step=st.integers(-3, 3).filter(bool))
def test_counting_is_pythons_range(start, count, step):
    end = start + count * step
    x = mt.arange(start, end, step)
    assert (x.tolist(), x.dtype) == (list(range(start, end, step)), mt.int64)


def test_counting_by_fractions_is_in_the_default_dtype():
    assert mt.arange(0, 1, 0.25).tolist() == [0, 0.25, 0.5, 0.75]
    assert mt.arange(2.5).tolist() == [0, 1, 2]
    assert (mt.arange(2.5).dtype, mt.arange(3, dtype=mt.float64).dtype) == (mt.float32, mt.float64)


def test_numbers_at_equal_distances_include_both_ends():
    assert mt.linspace(0, 1, 5).tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert (mt.linspace(3, 7, 1).tolist(), mt.linspace(3, 7, 0).tolist()) == ([3], [])
    assert mt.linspace(1, -1, 3, dtype=mt.float64).dtype == mt.float64


def test_ones_stand_on_the_diagonal():
    assert mt.eye(2).tolist() == [[1, 0], [0, 1]]
    assert mt.eye(2, 3, dtype=mt.int64).tolist() == [[1, 0, 0], [0, 1, 0]]
    assert mt.eye(0).shape == (0, 0)


def test_a_gradient_can_be_asked_for_at_once():
    for x in (mt.tensor([1.0], requires_grad=True), mt.zeros(1, requires_grad=True), mt.rand(1, requires_grad=True)):
        assert x.requires_grad
        assert x.is_leaf
        (x * 2).sum().backward()
        assert x.grad.tolist() == [2]


REFUSED = {
    "sizes instead of data": (
        lambda: mt.Tensor(3, 4),
        TypeError,
        "mt.Tensor(3, 4): expected the data of a tensor. For one of this shape write mt.zeros(3, 4) or mt.empty(3, 4); for these "
        "numbers write mt.tensor([3, 4])",
    ),
    "ragged lists": (
        lambda: mt.tensor([[1], [1, 2]]),
        mt.ShapeError,
        "tensor: nested lists must have equal lengths at each depth",
    ),
    "complex numbers": (
        lambda: mt.tensor(1j),
        TypeError,
        "tensor: real numbers or booleans are expected, got complex numbers",
    ),
    "words": (lambda: mt.tensor("a"), TypeError, "tensor: real numbers or booleans are expected, got dtype <U1"),
    "a list as an array": (lambda: mt.from_numpy([1.0]), TypeError, "from_numpy: expected an ndarray, got list"),
    "a complex array": (
        lambda: mt.from_numpy(np.ones(1, complex)),
        TypeError,
        "there are no tensors of dtype complex128: use one of float16, float32, float64, uint8, int8, int16, int32, int64, bool",
    ),
    "another device": (
        lambda: mt.zeros(2, device="cuda"),
        ValueError,
        "there is no device 'cuda' here: minitensor computes on the CPU (device='cpu', or none)",
    ),
    "another device for an array": (
        lambda: mt.as_tensor(np.ones(2), device="cuda"),
        ValueError,
        "there is no device 'cuda' here: minitensor computes on the CPU (device='cpu', or none)",
    ),
    "a gradient of integers": (
        lambda: mt.zeros(2, dtype=mt.int64, requires_grad=True),
        RuntimeError,
        "requires_grad: only floating-point tensors have gradients, this one is int64: convert it with .float()",
    ),
    "a negative size": (lambda: mt.ones(2, -1), mt.ShapeError, "ones: sizes are 0 or more, got (2, -1)"),
    "a negative size to fill": (lambda: mt.full(-1, 0), mt.ShapeError, "full: sizes are 0 or more, got (-1,)"),
    "half a size": (lambda: mt.empty(2.5), TypeError, "empty: sizes are integers, got 2.5"),
    "a negative diagonal": (lambda: mt.eye(-1), mt.ShapeError, "eye: sizes are 0 or more, got (-1, -1)"),
    "counting away": (lambda: mt.arange(0, 5, -1), ValueError, "arange: from 0 a step of -1 does not lead to 5"),
    "counting on the spot": (lambda: mt.arange(0, 5, 0), ValueError, "arange: from 0 a step of 0 does not lead to 5"),
    "fewer steps than none": (
        lambda: mt.linspace(0, 1, -1),
        ValueError,
        "linspace: the number of steps is 0 or more, got -1",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_tensor_is_refused_in_words(case):
    call, error, message = REFUSED[case]
    assert message_of(error, call) == message


def test_powers_at_equal_distances_of_the_exponent():
    np.testing.assert_allclose(mt.logspace(-1, 2, 7).numpy(), np.logspace(-1, 2, 7), rtol=1e-6)
    np.testing.assert_allclose(mt.logspace(0, 3, 4, 2.0, dtype=mt.float64).numpy(), [1, 2, 4, 8])
    with pytest.raises(ValueError, match="logspace: the number of steps is 0 or more, got -1"):
        mt.logspace(0, 1, -1)


@pytest.mark.parametrize(("rows", "columns", "offset"), [(3, 3, 0), (2, 4, 1), (4, 2, -1), (0, 3, 0), (3, 3, 9), (3, 3, -9)])
def test_the_places_of_triangles_are_numpys(rows, columns, offset):
    np.testing.assert_array_equal(mt.tril_indices(rows, columns, offset).numpy(), np.tril_indices(rows, offset, columns))
    np.testing.assert_array_equal(mt.triu_indices(rows, columns, offset).numpy(), np.triu_indices(rows, offset, columns))


def test_normal_numbers_around_each_mean():
    means = mt.tensor([0.0, 100.0]).reshape(2, 1)
    drawn = mt.normal(means, mt.full((1, 20000), 3.0), generator=mt.Generator().manual_seed(1))
    assert (drawn.shape, drawn.dtype) == ((2, 20000), mt.float32)
    np.testing.assert_allclose(drawn.mean(1).numpy(), [0, 100], atol=0.1)
    np.testing.assert_allclose(drawn.std(1).numpy(), [3, 3], atol=0.1)
    assert mt.normal(2.0, 0.0, (3,)).tolist() == [2, 2, 2]
    for call, message in (
        (lambda: mt.normal(0.0, 1.0), "normal: give a size where mean and std are numbers, and none where one is a tensor"),
        (
            lambda: mt.normal(means, 1.0, (2,)),
            "normal: give a size where mean and std are numbers, and none where one is a tensor",
        ),
    ):
        with pytest.raises(TypeError) as caught:
            call()
        assert str(caught.value) == message
    with pytest.raises(ValueError, match="normal: std is 0 or more"):
        mt.normal(means, -1.0)


def test_what_probabilities_say():
    seed = mt.Generator().manual_seed(3)
    assert mt.bernoulli(mt.tensor([0.0, 1.0, 0.0])).tolist() == [0, 1, 0]
    assert abs(mt.bernoulli(mt.full((20000,), 0.3), generator=seed).mean().item() - 0.3) < 0.02
    weights = mt.tensor([[1.0, 0.0, 3.0], [0.0, 2.0, 0.0]])
    drawn = mt.multinomial(weights, 20000, replacement=True, generator=seed)
    assert abs((drawn[0] == 2).double().mean().item() - 0.75) < 0.02
    assert drawn[1].unique().tolist() == [1]
    firsts = mt.multinomial(weights[:1].expand(20000, 3), 2, generator=seed)
    assert abs((firsts[:, 0] == 2).double().mean().item() - 0.75) < 0.02
    assert firsts.sort(1).values.unique(dim=0).tolist() == [[0, 2]]
    assert mt.multinomial(mt.tensor([0.0, 1.0, 0.0]), 3)[0].item() == 1
    assert mt.randint_like(mt.zeros(2, 3), 4, 5).tolist() == [[4.0] * 3] * 2


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: mt.bernoulli(mt.tensor([1.5])), ValueError, "bernoulli: probabilities are from 0 to 1"),
        (lambda: mt.multinomial(mt.tensor([0.0, -1.0]), 1), ValueError, "multinomial: probabilities are finite and not negative, and not all of a row are 0"),
        (lambda: mt.multinomial(mt.ones(2), 3), mt.ShapeError, "multinomial: 3 of 2 places are asked for: set replacement"),
        (lambda: mt.multinomial(mt.tensor([1, 1]), 1), TypeError, "multinomial: expected a floating dtype, got int64: convert with .float()"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_in_words(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
