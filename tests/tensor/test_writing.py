"""Writing in place: to memory where nothing is recorded, by standing for the result where it is, refused where it would be lost."""

import numpy as np
import pytest

import minitensor as mt


def leaf(*values):
    return mt.tensor(values, dtype=mt.float64, requires_grad=True)


def test_under_no_grad_a_parameter_is_written_to_in_its_own_memory():
    w = leaf(1.0, 2.0)
    memory = w.numpy()
    (w * w).sum().backward()
    with mt.no_grad():
        w -= 0.1 * w.grad
    assert w.numpy() is memory
    assert w.requires_grad
    assert w.is_leaf
    assert memory.tolist() == [0.8, 1.6]


@pytest.mark.parametrize(
    "write",
    [
        lambda w: w.__iadd__(1), lambda w: w.__isub__(1), lambda w: w.__imul__(2), lambda w: w.__itruediv__(2), lambda w: w.__ipow__(2),
        lambda w: w.add_(1), lambda w: w.mul_(2), lambda w: w.zero_(), lambda w: w.fill_(3), lambda w: w.copy_(mt.zeros(2)),
        lambda w: w.clamp_(0, 1), lambda w: w.__setitem__(0, 5.0),
    ],
)  # fmt: skip
def test_a_leaf_that_requires_grad_is_not_written_to_while_recording(write):
    w = leaf(1.0, 2.0)
    with pytest.raises(RuntimeError, match="this leaf requires grad, and a write in place would be lost to the tape"):
        write(w)
    assert w.tolist() == [1.0, 2.0]
    assert w._version == [0]


def test_the_refusal_names_the_operation_and_the_way_out():
    w = leaf(1.0)
    with pytest.raises(RuntimeError) as caught:
        w += 1
    assert str(caught.value) == (
        "+=: this leaf requires grad, and a write in place would be lost to the tape. "
        "Update parameters inside `with mt.no_grad():`, or make a new tensor"
    )


def test_a_residual_connection_may_be_written_with_augmented_assignment():
    x = leaf(1.0, 2.0)
    out = x * 3
    kept = out
    out += x
    (out * out).sum().backward()
    assert kept.tolist() == [3.0, 6.0]
    assert x.grad.tolist() == [32.0, 64.0]


def test_a_running_total_of_losses_records():
    w, total = leaf(2.0), mt.zeros(1, dtype=mt.float64)
    for k in range(3):
        total += w * k
    total.backward()
    assert w.grad.item() == 3.0


def test_an_index_assignment_to_a_recorded_tensor_makes_it_stand_for_the_result():
    x, v = leaf(1.0, 2.0, 3.0), leaf(10.0)
    y = x * x
    before = y.numpy()
    y[1] = v[0] * 2
    assert y.tolist() == [1.0, 20.0, 9.0]
    assert before.tolist() == [1.0, 4.0, 9.0]
    y.sum().backward()
    assert x.grad.tolist() == [2.0, 0.0, 6.0]
    assert v.grad.tolist() == [2.0]


def test_a_plain_tensor_that_is_filled_with_recorded_values_records():
    w, out = leaf(1.0, 2.0), mt.zeros(2, 2, dtype=mt.float64)
    for row in range(2):
        out[row] = w * (row + 1)
    (out * out).sum().backward()
    assert w.grad.tolist() == [10.0, 20.0]


@pytest.mark.parametrize(
    ("name", "arguments", "factor"), [("add_", (5,), 1), ("mul_", (5,), 5), ("neg_", (), -1), ("fill_", (5,), 0)]
)
def test_methods_in_place_on_a_recorded_tensor_have_the_gradient_of_what_they_do(name, arguments, factor):
    x = leaf(1.0, 2.0)
    y = x * 2
    assert getattr(y, name)(*arguments) is y
    if factor:
        y.sum().backward()
        assert x.grad.tolist() == [2.0 * factor] * 2
    else:
        (gradient,) = mt.autograd.grad(y.sum(), x, allow_unused=True)
        assert gradient is None or gradient.tolist() == [0.0, 0.0]


def test_backward_through_an_array_that_was_written_to_since_names_the_operation():
    x = leaf(1.0, 2.0)
    h = x.detach().clone()
    y = (x * h).sum()
    h[0] = 5.0
    with pytest.raises(RuntimeError) as caught:
        y.backward()
    assert str(caught.value) == (
        "backward through mul: an array of shape (2,) or one of its inputs was needed for the gradient and has been written to "
        "in place since (version 1, kept at version 0). Write to a clone(), or use the form that makes a new tensor"
    )
    assert x.grad is None


@pytest.mark.parametrize(
    "view", [lambda t: t[0], lambda t: t.reshape(-1), lambda t: t.T, lambda t: t.detach(), lambda t: t[:, 1:].squeeze()]
)
def test_views_share_memory_and_version(view):
    base = mt.zeros(2, 2)
    seen = view(base)
    seen += 1
    assert base.sum().item() == seen.numel()
    assert seen._version is base._version
    assert base._version == [1]


def test_a_copy_has_a_version_of_its_own():
    base = mt.zeros(2, 2)
    for copy in (base.clone(), base[[0, 1]], base.sum(()), base.T.reshape(-1), base + 0, base.to(mt.float64)):
        copy += 1
        assert base._version == [0]
        assert base.sum().item() == 0


def test_a_result_that_is_kept_for_the_gradient_is_watched_too():
    x = leaf(1.0)
    y = x.exp()
    with mt.no_grad():
        y += 1
    with pytest.raises(RuntimeError, match="backward through exp: an array of shape"):
        y.backward()


def test_what_does_not_fit_is_refused_before_anything_is_written():
    x = mt.zeros(2, 3)
    with pytest.raises(mt.ShapeError) as caught:
        x += mt.ones(4, 2, 3)
    assert str(caught.value) == "+=: the result of shape (4, 2, 3) does not fit into the tensor, whose shape is (2, 3)"
    with pytest.raises(TypeError) as refused:
        mt.zeros(2, dtype=mt.int64).add_(0.5)
    assert str(refused.value) == "add_: the result is float32 and cannot be kept in a tensor of int64"
    with pytest.raises(mt.ShapeError, match=r"a value of shape \(4, 3\) does not fit into \(2, 3\)|does not fit"):
        x[:] = mt.ones(4, 2, 3)
    with pytest.raises(RuntimeError) as repeated:
        mt.zeros(1).expand(3).add_(1)
    assert str(repeated.value) == "add_: the memory is read-only, or repeated by expand(): write to a clone()"
    assert x.sum().item() == 0
    assert x._version == [0]


def test_an_index_that_is_not_there_is_named():
    x = mt.zeros(2, 3)
    with pytest.raises(IndexError) as caught:
        x[5] = 1
    assert str(caught.value) == "index [5] into the shape (2, 3): index 5 is out of bounds for axis 0 with size 2"


def test_copy_converts_and_broadcasts():
    x = mt.zeros(2, 3)
    assert x.copy_(mt.arange(3)) is x
    assert x.tolist() == [[0.0, 1.0, 2.0]] * 2
    assert x.dtype == mt.float32


def test_double_backward_sees_writes_between_the_orders():
    x = leaf(3.0)
    y = (x * x * x).sum()
    (first,) = mt.autograd.grad(y, x, create_graph=True)
    with mt.no_grad():
        x += 1
    with pytest.raises(RuntimeError, match="written to in place since"):
        mt.autograd.grad(first, x)


def test_assigning_to_data_replaces_the_memory():
    w = leaf(1.0, 2.0)
    w.data = mt.tensor([5.0, 6.0], dtype=mt.float64)
    assert w.requires_grad
    assert w.tolist() == [5.0, 6.0]
    w.data[0] = 9.0
    assert w.tolist() == [9.0, 6.0]
    assert np.shares_memory(w.numpy(), w.data.numpy())


@pytest.mark.parametrize(
    "write",
    [
        lambda y, v: y[0].__setitem__(0, v), lambda y, v: y[0].zero_(), lambda y, v: y[:, 0].mul_(5), lambda y, v: y.t().__setitem__(0, v),
        lambda y, v: y.view(-1).__setitem__(0, v), lambda y, v: y.detach().__setitem__(0, v),
    ],
)  # fmt: skip
def test_a_recorded_write_through_a_view_is_refused_rather_than_lost(write):
    x = mt.ones(2, 2, requires_grad=True)
    y = x * 1
    with pytest.raises(RuntimeError) as caught:
        write(y, x[0, 0])
    assert str(caught.value).endswith(
        ": this tensor is a view of another, of shape (2, 2), which a recorded write through the view would not reach. "
        "Write to that tensor itself (y[0, 1] = v, not y[0][1] = v), or to a clone()"
    )
    assert y.tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_a_view_of_a_leaf_is_not_written_to_while_recording():
    w = mt.ones(2, 2, requires_grad=True)
    with pytest.raises(RuntimeError, match=r"add_: this tensor is a view of another, of shape \(2, 2\)"):
        w[0].add_(1)
    with mt.no_grad():
        w[0].add_(1)
    assert w.tolist() == [[2.0, 2.0], [1.0, 1.0]]


def test_a_view_whose_base_is_gone_is_like_any_other_tensor():
    x = mt.ones(2, requires_grad=True)
    out = mt.zeros(4).view(2, 2)
    out[0] = x * 3
    out.sum().backward()
    assert x.grad.tolist() == [3.0, 3.0]


def test_copying_from_a_leaf_records_and_shares_nothing():
    x, y = mt.tensor([1.0, 2.0], requires_grad=True), mt.zeros(2)
    y.copy_(x)
    (y * y).sum().backward()
    assert x.grad.tolist() == [2.0, 4.0]
    assert not np.shares_memory(x.numpy(), y.numpy())


def test_copying_an_array_over_a_recorded_tensor_cuts_its_history():
    x = mt.tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    y.copy_(np.zeros(2, np.float32))
    assert mt.autograd.grad((y * y).sum() + (x * 0).sum(), x)[0].tolist() == [0.0, 0.0]


def test_an_integer_tensor_takes_values_without_their_history():
    x, y = mt.tensor([1.5, 2.5], requires_grad=True), mt.zeros(2, dtype=mt.int64)
    y[:] = x
    assert (y.tolist(), y.requires_grad, x.long().requires_grad, (x > 2).requires_grad) == ([1, 2], False, False, False)


@pytest.mark.parametrize(
    ("write", "error", "message"),
    [
        (lambda t: t.fill_(300), OverflowError, "the number 300 does not fit into uint8: convert first, for example with .long()"),
        (lambda t: t.clamp_(-1, 3), OverflowError, "the number -1 does not fit into uint8: convert first, for example with .long()"),
        (lambda t: t.fill_(None), TypeError, "tensor: real numbers or booleans are expected, got NoneType (None)"),
        (lambda t: t.__setitem__(0, "a"), TypeError, "tensor: real numbers or booleans are expected, got dtype <U1"),
        (lambda t: t.copy_(mt.ones(3)), mt.ShapeError, "copy_: a value of shape (3,) does not fit into the shape (2,)"),
        (lambda t: t.__setitem__(0, mt.ones(3)), mt.ShapeError, "[0] =: a value of shape (3,) does not fit into the shape ()"),
        (lambda t: t.fill_(mt.ones(2)), mt.ShapeError, "fill_: one value is expected, got one of shape (2,)"),
        (lambda t: t * np.array([1j]), TypeError, "there are no tensors of dtype complex128: use one of float16, float32, float64, "
                                                  "uint8, int8, int16, int32, int64, bool"),
        (lambda t: t // 0, ZeroDivisionError, "floor_divide: an integer is divided by zero"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_refused_the_same_with_every_numpy(write, error, message):
    t = mt.tensor([1, 2], dtype=mt.uint8)
    with pytest.raises(error) as caught:
        write(t)
    assert str(caught.value) == message
    assert t.tolist() == [1, 2]


def test_view_does_not_copy():
    x = mt.arange(6).reshape(2, 3)
    with pytest.raises(RuntimeError, match=r"the memory of this tensor of shape \(3, 2\) is not in order"):
        x.T.view(6)
    assert x.T.reshape(6).tolist() == [0, 3, 1, 4, 2, 5]
