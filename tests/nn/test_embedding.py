"""Embeddings are rows of their table, with a gradient for each time that a row was asked for."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn

TABLE = np.array([[0.0, 1.0], [3.0, 4.0], [6.0, 8.0], [0.5, 0.0]])


@pytest.mark.parametrize("index", [3, [1, 1, 0], [[2, 0], [0, 3]], np.zeros((0, 2), int)])
@pytest.mark.parametrize("dtype", [mt.int64, mt.int32])
def test_it_is_the_tables_rows(index, dtype):
    """Of any shape of indices; the gradient counts how often each row was asked for."""
    weight = mt.tensor(TABLE, requires_grad=True)
    index = mt.tensor(index, dtype=dtype)
    y = F.embedding(index, weight)
    np.testing.assert_array_equal(y.detach().numpy(), TABLE[index.numpy()])
    y.sum().backward()
    counts = np.bincount(index.numpy().reshape(-1), minlength=4)
    np.testing.assert_array_equal(weight.grad.numpy(), np.repeat(counts[:, np.newaxis], 2, 1))


def test_gradients_of_both_orders():
    """Finite differences; the gradient is linear in what arrives, with scale and padding too where the value's is asked."""
    weight = mt.tensor(TABLE, requires_grad=True)
    assert mt.autograd.gradcheck(lambda w: F.embedding(mt.tensor([[1, 2], [2, 2]]), w), weight)
    v = mt.ones(3, 2, dtype=mt.float64, requires_grad=True)
    y = F.embedding(mt.tensor([1, 2, 2]), weight, padding_idx=1, scale_grad_by_freq=True)
    (gradient,) = mt.autograd.grad(y, weight, v, create_graph=True)
    assert gradient.tolist() == [[0, 0], [0, 0], [1, 1], [0, 0]]
    (second,) = mt.autograd.grad(gradient.sum(), v)
    assert second.tolist() == [[0, 0], [0.5, 0.5], [0.5, 0.5]]


def test_padding_has_a_value_and_no_gradient():
    """Counted from the end where it is negative."""
    weight = mt.tensor(TABLE, requires_grad=True)
    y = F.embedding(mt.tensor([3, 0]), weight, padding_idx=-1)
    assert y.tolist() == [[0.5, 0], [0, 1]]
    y.sum().backward()
    assert weight.grad.tolist() == [[1, 1], [0, 0], [0, 0], [0, 0]]


def test_long_rows_are_shortened_in_the_table():
    """Those that were asked for and are too long, by the norm that is given; under the parameter's eyes."""
    layer = nn.Embedding.from_pretrained(mt.tensor(TABLE), freeze=False, max_norm=5.5)
    y = layer(mt.tensor([0, 2]))
    np.testing.assert_allclose(y.detach().numpy(), [[0, 1], [3.3, 4.4]], rtol=1e-6)
    np.testing.assert_allclose(layer.weight.detach().numpy(), [[0, 1], [3, 4], [3.3, 4.4], [0.5, 0]], rtol=1e-6)
    y.sum().backward()
    assert layer.weight.grad.tolist() == [[1, 1], [0, 0], [1, 1], [0, 0]]
    table = mt.tensor(TABLE)
    F.embedding(mt.tensor([1]), table, max_norm=3.5, norm_type=1)
    np.testing.assert_allclose(table.numpy()[1], [1.5, 2.0], rtol=1e-6)


def test_backward_finds_the_index_as_it_was():
    """Writing to it afterwards changes nothing."""
    weight, index = mt.tensor(TABLE, requires_grad=True), mt.tensor([0, 1])
    y = F.embedding(index, weight)
    index.fill_(3)
    y.sum().backward()
    assert weight.grad.tolist() == [[1, 1], [1, 1], [0, 0], [0, 0]]


def test_float16_is_summed_in_float32():
    """2049 ones would stop at 2048."""
    weight = mt.ones(1, 1, dtype=mt.float16, requires_grad=True)
    F.embedding(mt.zeros(2050, dtype=mt.int64), weight).sum().backward()
    assert weight.grad.item() == 2050


def test_the_layer():
    """What it holds, draws, prints."""
    mt.manual_seed(0)
    layer = nn.Embedding(1000, 8, padding_idx=-1)
    assert layer.padding_idx == 999
    assert not layer.weight[999].any()
    drawn = layer.weight.detach().numpy()[:999]
    assert abs(drawn.mean()) < 5 / np.sqrt(drawn.size)
    assert abs(drawn.var() - 1) < 5 * np.sqrt(2 / drawn.size)
    assert list(layer.state_dict()) == ["weight"]
    assert repr(layer) == "Embedding(1000, 8, padding_idx=999)"
    full = nn.Embedding(4, 3, 1, 2.0, 1.0, True)
    assert repr(full) == "Embedding(4, 3, padding_idx=1, max_norm=2.0, norm_type=1.0, scale_grad_by_freq=True)"
    assert layer(mt.zeros(2, 0, dtype=mt.int64)).shape == (2, 0, 8)


def test_from_pretrained_shares_the_memory_and_freezes():
    """Unless it is told not to."""
    table = mt.tensor(TABLE)
    layer = nn.Embedding.from_pretrained(table, padding_idx=0)
    assert not layer.weight.requires_grad
    assert np.shares_memory(layer.weight.numpy(), table.numpy())
    assert layer.weight[0].tolist() == [0, 1]
    assert nn.Embedding.from_pretrained(table, freeze=False).weight.requires_grad


def test_one_hot():
    """The largest class is learned; rows of the identity otherwise."""
    x = mt.tensor([[0, 2], [1, 1]])
    assert F.one_hot(x).tolist() == np.eye(3)[x.numpy()].tolist()
    assert F.one_hot(x, 5).shape == (2, 2, 5)
    assert F.one_hot(x).dtype == mt.int64
    assert F.one_hot(mt.zeros(0, dtype=mt.int64), 3).shape == (0, 3)


def test_bilinear_is_its_formula():
    """An einsum, with and without a batch; gradients to the second order."""
    draw = np.random.default_rng(0)
    x1, x2, w, b = (draw.normal(size=shape) for shape in ((2, 3, 4), (2, 3, 5), (6, 4, 5), (6,)))
    expected = np.einsum("nmi,kij,nmj->nmk", x1, w, x2) + b
    answer = F.bilinear(*map(mt.tensor, (x1, x2, w, b)))
    np.testing.assert_allclose(answer.numpy(), expected, rtol=1e-12, atol=1e-12)
    single = F.bilinear(*map(mt.tensor, (x1[0, 0], x2[0, 0], w)))
    np.testing.assert_allclose(single.numpy(), expected[0, 0] - b, rtol=1e-12, atol=1e-12)
    leaves = [mt.tensor(a, requires_grad=True) for a in (x1[0, :2], x2[0, :2], w[:2], b[:2])]
    assert mt.autograd.gradcheck(F.bilinear, leaves)
    assert mt.autograd.gradgradcheck(F.bilinear, leaves)
    layer = nn.Bilinear(4, 5, 6)
    assert layer(mt.ones(0, 4), mt.ones(0, 5)).shape == (0, 6)
    assert abs(layer.weight.detach().numpy()).max() <= 0.5
    assert repr(nn.Bilinear(4, 5, 6, bias=False)) == "Bilinear(in1_features=4, in2_features=5, out_features=6, bias=False)"
    assert layer.half()(mt.ones(2, 4).half(), mt.ones(2, 5).half()).dtype == mt.float16


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.embedding(mt.tensor([[0, 4]]), mt.tensor(TABLE)), "embedding: input[0, 1] is 4, the 4 rows are 0 to 3"),
        (lambda: F.embedding(mt.tensor(-1), mt.tensor(TABLE)), "embedding: the input is -1, the 4 rows are 0 to 3"),
        (lambda: F.embedding(mt.tensor([0.0]), mt.tensor(TABLE)), "embedding: indices are int64 or int32, the input is float32: try x.long()"),
        (lambda: F.embedding(mt.tensor([0]), mt.ones(3)), "embedding: the weight is a table (V, D), got the shape (3,)"),
        (lambda: nn.Embedding(4, 2, padding_idx=4), "Embedding: padding_idx is one of the 4 rows, -4 to 3, got 4"),
        (lambda: nn.Embedding(4, 2, sparse=True), "Embedding: sparse=True is not supported: gradients are dense, leave it out"),
        (lambda: nn.Embedding(4, 2, _weight=mt.ones(4, 3)), "Embedding: the weight has the shape (4, 3), the sizes say (4, 2)"),
        (lambda: nn.Embedding(-1, 2), "Embedding: num_embeddings must be at least 0, got -1"),
        (lambda: nn.Embedding.from_pretrained(mt.ones(3)), "from_pretrained: the embeddings are a table (V, D), got the shape (3,)"),
        (lambda: F.one_hot(mt.tensor([0, 3]), 3), "one_hot: the 3 classes are 0 to 2, got 3"),
        (lambda: F.one_hot(mt.tensor([-1])), "one_hot: classes are 0 or more, got -1"),
        (lambda: F.one_hot(mt.tensor([1.0])), "one_hot: classes are int64, got float32: try x.long()"),
        (
            lambda: F.one_hot(mt.zeros(0, dtype=mt.int64)),
            "one_hot: of no classes num_classes cannot be learned: give 1 or more, got -1",
        ),
        (
            lambda: F.bilinear(mt.ones(2, 3), mt.ones(2, 5), mt.ones(1, 4, 5)),
            "bilinear: input1 has 3 features, the weight expects 4\n"
            "  input1 (..., in1)      = (2, 3)\n  input2 (..., in2)      = (2, 5)\n  weight (out, in1, in2) = (1, 4, 5)",
        ),
        (
            lambda: F.bilinear(mt.ones(2, 4), mt.ones(3, 5), mt.ones(1, 4, 5)),
            "bilinear: the inputs have not as many rows each\n"
            "  input1 (..., in1)      = (2, 4)\n  input2 (..., in2)      = (3, 5)\n  weight (out, in1, in2) = (1, 4, 5)",
        ),
        (lambda: nn.Bilinear(0, 3, 4), "Bilinear: in1_features must be at least 1, got 0"),
    ],
)  # fmt: skip
def test_messages_are_the_answer(call, message):
    """The whole of it."""
    with pytest.raises((ValueError, TypeError, IndexError)) as error:
        call()
    assert str(error.value) == message
