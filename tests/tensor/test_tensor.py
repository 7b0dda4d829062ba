"""What a Tensor is and becomes: making, converting, printing, copying, NumPy's side of it."""

import copy
import pickle

import numpy as np
import pytest

import minitensor as mt


def test_tensor_keeps_an_arrays_dtype_and_Tensor_converts():
    array = np.arange(3, dtype=np.int16)
    assert mt.tensor(array).dtype == mt.int16
    assert mt.Tensor(array).dtype == mt.float32
    assert mt.Tensor(np.random.default_rng(0).standard_normal((2, 3))).dtype == mt.float32


@pytest.mark.parametrize(
    ("data", "dtype"),
    [([1.5], "float32"), ([1], "int64"), ([True], "bool"), (2, "int64"), (2.0, "float32"), ([], "float32"), ([[1, 2.5]], "float32"),
     (np.float64(1), "float64"), (np.arange(2, dtype=">f4"), "float32")],
)  # fmt: skip
def test_python_numbers_take_the_default_dtype_of_their_kind(data, dtype):
    assert mt.tensor(data).dtype == np.dtype(dtype)


def test_tensor_copies_and_from_numpy_shares():
    array = np.zeros(2, np.float32)
    copied, shared = mt.tensor(array), mt.from_numpy(array)
    array[0] = 7
    assert copied.tolist() == [0.0, 0.0]
    assert shared.tolist() == [7.0, 0.0]
    assert shared.numpy().base is array or shared.numpy() is array


def test_a_tensor_of_tensors():
    assert mt.tensor([mt.tensor(1.0), mt.tensor(2.0)]).tolist() == [1.0, 2.0]


def test_sizes_in_place_of_data_are_refused_with_the_way_out():
    with pytest.raises(TypeError) as caught:
        mt.Tensor(3, 4)
    assert str(caught.value) == (
        "mt.Tensor(3, 4): expected the data of a tensor. For one of this shape write mt.zeros(3, 4) or mt.empty(3, 4); "
        "for these numbers write mt.tensor([3, 4])"
    )


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        ([[1], [1, 2]], mt.ShapeError, "tensor: nested lists must have equal lengths at each depth"),
        ([1j], TypeError, "tensor: real numbers or booleans are expected, got complex numbers"),
        (["a"], TypeError, "tensor: real numbers or booleans are expected, got dtype <U1"),
        ({"a": 1}, TypeError, "tensor: real numbers or booleans are expected, got dict ({'a': 1})"),
        (np.uint64(3), TypeError, "tensor: real numbers or booleans are expected, got dtype uint64"),
    ],
)
def test_what_is_no_tensor_is_refused_in_words(data, error, message):
    with pytest.raises(error) as caught:
        mt.tensor(data)
    assert str(caught.value) == message


def test_only_floats_have_gradients():
    with pytest.raises(RuntimeError) as caught:
        mt.tensor([1, 2], requires_grad=True)
    assert (
        str(caught.value)
        == "requires_grad: only floating-point tensors have gradients, this one is int64: convert it with .float()"
    )


def test_another_device_is_refused_and_the_cpu_accepted():
    assert mt.zeros(2, device="cpu").device.type == "cpu"
    assert mt.zeros(2).to("cpu").tolist() == [0.0, 0.0]
    for ask in (lambda: mt.zeros(2, device="cuda"), lambda: mt.zeros(2).to("cuda:0")):
        with pytest.raises(ValueError, match="minitensor computes on the CPU"):
            ask()


def test_reversed_is_the_first_axis_backwards():
    x = mt.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    assert reversed(x).tolist() == [[3.0, 4.0], [1.0, 2.0]]
    assert reversed(x).requires_grad
    assert reversed(number := mt.tensor(2)) is number


def test_a_view_that_does_not_fit_is_refused_under_its_own_name():
    for sizes, error, message in [
        ((3,), mt.ShapeError, "view: 4 elements of shape (4,) do not fit into the shape (3,)"),
        (((-1, 3),), mt.ShapeError, "view: 4 elements of shape (4,) do not fit into the shape (-1, 3)"),
        ((2.0, 2), TypeError, "view: sizes are integers, got (2.0, 2)"),
    ]:
        with pytest.raises(error) as caught:
            mt.ones(4).view(*sizes)
        assert str(caught.value) == message


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (lambda: mt.tensor([1.0, 2.5]), "tensor([1.0000, 2.5000])"),
        (lambda: mt.tensor([1.0, 2.0]), "tensor([1., 2.])"),
        (lambda: mt.tensor([1, -20]), "tensor([  1, -20])"),
        (lambda: mt.tensor([True, False]), "tensor([ True, False])"),
        (lambda: mt.tensor(3.0), "tensor(3.)"),
        (lambda: mt.tensor([1e-8, 1.0]), "tensor([1.0000e-08, 1.0000e+00])"),
        (lambda: mt.tensor([float("nan"), float("inf"), 1.0]), "tensor([nan, inf, 1.])"),
        (lambda: mt.tensor([[1.0, 2.0], [3.0, 4.0]]), "tensor([[1., 2.],\n        [3., 4.]])"),
        (lambda: mt.tensor([1.0], dtype=mt.float64), "tensor([1.], dtype=float64)"),
        (lambda: mt.zeros(0), "tensor([])"),
        (lambda: mt.zeros(2, 0), "tensor([], size=(2, 0))"),
        (lambda: mt.ones(1, requires_grad=True), "tensor([1.], requires_grad=True)"),
        (lambda: mt.ones(1, requires_grad=True) * 2, "tensor([2.], grad_fn=<mul>)"),
        (lambda: mt.arange(2000), "tensor([   0,    1,    2, ..., 1997, 1998, 1999])"),
    ],
)
def test_printing(made, text):
    assert repr(made()) == text


def test_a_scalar_is_formatted_as_its_number():
    assert f"{mt.tensor(3.14159):.2f}" == "3.14"
    assert f"{mt.tensor([1.0])}" == "tensor([1.])"


def test_conversions_to_pythons_numbers():
    assert (int(mt.tensor(3)), float(mt.tensor(2.5)), bool(mt.tensor(0.0)), mt.tensor([[4]]).item()) == (3, 2.5, False, 4)
    assert list(range(5))[mt.tensor(2)] == 2
    assert len(mt.zeros(3, 2)) == 3
    assert [row.tolist() for row in mt.eye(2)] == [[1.0, 0.0], [0.0, 1.0]]
    assert 3.0 in mt.tensor([1.0, 3.0])
    assert 2.0 not in mt.tensor([1.0, 3.0])


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda: mt.zeros(2).item(), ValueError, "item: only a tensor of one element is a number, this one has the shape (2,): use .tolist()"),
        (lambda: bool(mt.zeros(2)), ValueError, "the truth of a tensor of shape (2,) is not one value: ask for .any() or .all(), or compare with `is`"),
        (lambda: len(mt.tensor(1.0)), TypeError, "a tensor without axes has no length"),
        (lambda: iter(mt.tensor(1.0)), TypeError, "a tensor without axes cannot be iterated over"),
        (lambda: [1][mt.tensor(1.0)], TypeError, "only an integer tensor of one element is an index, this one is float32 of shape ()"),
    ],
)  # fmt: skip
def test_what_has_no_answer_says_why(ask, error, message):
    with pytest.raises(error) as caught:
        ask()
    assert str(caught.value) == message


def test_numpy_shares_memory_also_where_gradients_are_recorded():
    x = mt.ones(2, requires_grad=True)
    assert np.shares_memory(np.asarray(x), x.numpy())
    assert np.shares_memory(np.asarray(x * 2), np.asarray(x)) is False
    assert np.asarray(x, dtype=np.float64).dtype == np.float64


def test_arrays_and_ufuncs_answer_with_tensors():
    x = mt.tensor([1.0, 4.0], requires_grad=True)
    array = np.array([2.0, 3.0], np.float32)
    for y in (
        array * x,
        x * array,
        np.multiply(array, x),
        np.float32(2) * x,
        np.sqrt(x),
        np.add(1, x),
        array - x,
        array @ x,
    ):
        assert type(y) is mt.Tensor
        assert y.requires_grad
    (array * x).sum().backward()
    assert x.grad.tolist() == [2.0, 3.0]


def test_a_ufunc_without_a_gradient_is_refused_where_one_would_be_lost():
    x = mt.tensor([0.5], requires_grad=True)
    with pytest.raises(TypeError) as caught:
        np.cbrt(x)
    assert str(caught.value) == "np.cbrt has no gradient here: use minitensor's own functions, or .detach() first"
    assert type(np.cbrt(x.detach())) is mt.Tensor


def test_operators_leave_what_they_do_not_know_to_the_other_side():
    class Other:
        def __radd__(self, left):
            return "asked"

    assert mt.ones(1) + Other() == "asked"
    with pytest.raises(TypeError, match="unsupported operand"):
        mt.ones(1) + "text"
    assert (mt.ones(1) == "text") is False


def test_deepcopy_and_pickle_keep_leaves_and_refuse_history():
    x = mt.ones(2, requires_grad=True)
    (x * 3).sum().backward()
    twin = copy.deepcopy(x)
    assert (twin.requires_grad, twin.grad.tolist(), twin.tolist()) == (True, [3.0, 3.0], [1.0, 1.0])
    assert not np.shares_memory(twin.numpy(), x.numpy())
    again = pickle.loads(pickle.dumps(x))
    assert (again.requires_grad, again.tolist()) == (True, [1.0, 1.0])
    shallow = copy.copy(x)
    assert np.shares_memory(shallow.numpy(), x.numpy())
    with pytest.raises(RuntimeError, match=r"deepcopy: this tensor is the result of mul and its history cannot be copied"):
        copy.deepcopy(x * 2)
    with pytest.raises(RuntimeError, match=r"pickle: this tensor is the result of mul and its history cannot be kept"):
        pickle.dumps(x * 2)


def test_a_typo_is_an_attribute_error():
    with pytest.raises(AttributeError):
        mt.ones(1).shpe  # noqa: B018
    with pytest.raises(AttributeError):
        mt.ones(1).gard = None


def test_hooks_see_tensors_and_may_change_the_gradient():
    x = mt.tensor([1.0, 2.0], requires_grad=True)
    h = x * 2
    seen = []
    handle = h.register_hook(lambda gradient: seen.append(gradient))
    doubled = h.register_hook(lambda gradient: gradient * 2)
    x.register_hook(lambda gradient: gradient + 1)
    h.sum().backward(retain_graph=True)
    assert type(seen[0]) is mt.Tensor
    assert seen[0].tolist() == [1.0, 1.0]
    assert x.grad.tolist() == [5.0, 5.0]
    handle.remove()
    doubled.remove()
    x.grad = None
    h.sum().backward()
    assert x.grad.tolist() == [3.0, 3.0]
    assert len(seen) == 1


def test_retain_grad_keeps_what_arrives_in_between():
    x = mt.tensor([1.0, 2.0], requires_grad=True)
    h = x * x
    h.retain_grad()
    (h * 3).sum().backward()
    assert h.grad.tolist() == [3.0, 3.0]
    assert h.retains_grad
    assert not x.retains_grad


def test_detach_and_data_share_memory_without_history():
    x = mt.ones(2, requires_grad=True)
    for bare in (x.detach(), x.data, (x * 1).detach()):
        assert not bare.requires_grad
        assert bare.is_leaf
    assert np.shares_memory(x.detach().numpy(), x.numpy())


def test_grad_is_checked_when_it_is_set():
    x = mt.ones(2, requires_grad=True)
    with pytest.raises(mt.ShapeError) as caught:
        x.grad = mt.ones(3)
    assert str(caught.value) == "grad: the gradient is float32 of shape (3,), the tensor float32 of shape (2,)"
    with pytest.raises(TypeError, match="grad: expected a tensor or None, got int"):
        x.grad = 3


def test_shapes_that_do_not_broadcast_are_named_axis_by_axis():
    with pytest.raises(mt.ShapeError) as caught:
        mt.ones(2, 3) + mt.ones(2, 4)
    assert str(caught.value) == (
        "add: the shapes do not broadcast together: axis -1 is 3 long in the first and 4 in the second\n"
        "  first  (-2, -1) = (2, 3)\n"
        "  second (-2, -1) = (2, 4)"
    )


def test_the_default_dtype_can_be_set_and_set_back():
    mt.set_default_dtype(mt.float64)
    try:
        assert mt.tensor(1.0).dtype == mt.zeros(1).dtype == (mt.arange(3) / 2).dtype == mt.float64
    finally:
        mt.set_default_dtype(mt.float32)
    with pytest.raises(TypeError, match="the default dtype is float16, float32 or float64, not int64"):
        mt.set_default_dtype(mt.int64)


def test_a_hook_that_answers_something_else_is_refused():
    x = mt.ones(2, requires_grad=True)
    for place in (x, x * 2):
        for answer, error, message in (
            (mt.ones(3), RuntimeError, "a hook returned float32 of shape (3,), the gradient is float32 of shape (2,)"),
            (5, TypeError, "a hook returns a tensor or None, got int"),
        ):
            handle = place.register_hook(lambda gradient, answer=answer: answer)
            with pytest.raises(error) as caught:
                (place * 1).sum().backward()
            assert str(caught.value) == message
            handle.remove()
    assert x.grad is None


def test_a_hook_may_write_to_the_gradient_without_touching_another():
    x, z = mt.ones(2, requires_grad=True), mt.ones(2, requires_grad=True)
    x.register_hook(lambda gradient: gradient.mul_(10))
    (x + z).sum().backward()
    assert (x.grad.tolist(), z.grad.tolist()) == ([10.0, 10.0], [1.0, 1.0])


def test_hooks_record_nothing_unless_the_graph_is_wanted():
    x = mt.tensor([3.0], requires_grad=True)
    modes = []
    x.register_hook(lambda gradient: modes.append(mt.is_grad_enabled()))
    (x * x).backward()
    mt.autograd.grad(x * x, x, create_graph=True)
    assert modes == [False, True]


def test_a_gradient_is_recorded_under_no_grad_where_that_was_asked_for():
    x = mt.tensor([3.0], requires_grad=True)
    y = x * x * x
    with mt.no_grad():
        (first,) = mt.autograd.grad(y, x, create_graph=True)
    (second,) = mt.autograd.grad(first, x)
    assert second.tolist() == [18.0]
