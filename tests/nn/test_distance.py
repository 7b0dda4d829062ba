"""Cosine similarity and pairwise distance are their formulas, and `normalize` divides by a norm of at least eps."""

from __future__ import annotations

import math

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).uniform(0.3, 2, shape)


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_cosine_similarity_by_numpy(dim):
    x, y = drawn(3, 4, 5), drawn(3, 4, 5, seed=1)
    expected = (x * y).sum(dim) / np.linalg.norm(x, axis=dim) / np.linalg.norm(y, axis=dim)
    np.testing.assert_allclose(F.cosine_similarity(mt.tensor(x), mt.tensor(y), dim).numpy(), expected, rtol=1e-12)


def test_cosine_similarity_broadcasts_and_promotes():
    x, y = mt.tensor([3.0, 4.0]), mt.tensor([[4, 3], [-6, -8]])
    found = F.cosine_similarity(x, y)
    assert found.dtype == mt.float32
    np.testing.assert_allclose(found.numpy(), [0.96, -1.0], rtol=1e-6)


def test_cosine_similarity_of_zeros_is_zero_with_a_finite_gradient():
    """The length is eps in the division, and the gradient that of a vector of that length: recorded from PyTorch."""
    x = mt.zeros(1, 2, requires_grad=True)
    y = F.cosine_similarity(x, mt.tensor([[3.0, 4.0]]), eps=0.5)
    y.sum().backward()
    assert y.tolist() == [0]
    np.testing.assert_allclose(x.grad.numpy(), [[1.2, 1.6]], rtol=1e-6)


@pytest.mark.parametrize("p", [1.0, 2.0, 3.0, math.inf])
def test_pairwise_distance_by_numpy(p):
    x, y = drawn(3, 4, 5), drawn(4, 5, seed=1)
    found = F.pairwise_distance(mt.tensor(x), mt.tensor(y), p)
    np.testing.assert_allclose(found.numpy(), np.linalg.norm(x - y + 1e-6, p, axis=-1), rtol=1e-12)
    assert F.pairwise_distance(mt.tensor(x), mt.tensor(y), p, keepdim=True).shape == (3, 4, 1)


@pytest.mark.parametrize("p", [1.0, 2.0, 2.5, math.inf])
@pytest.mark.parametrize("dim", [0, 1, (0, 1)])
def test_normalize_by_numpy(p, dim):
    x = drawn(3, 4)
    size = np.sum(np.abs(x) ** p, axis=dim, keepdims=True) ** (1 / p) if p < math.inf else np.max(x, axis=dim, keepdims=True)
    np.testing.assert_allclose(F.normalize(mt.tensor(x), p, dim).numpy(), x / size, rtol=1e-12)


def test_normalize_divides_by_eps_at_least_and_writes_to_out():
    x, out = mt.tensor([[0.3, 0.4], [0.0, 0.0]]), mt.empty(2, 2)
    assert F.normalize(x, eps=1.0, out=out) is out
    np.testing.assert_allclose(out.numpy(), [[0.3, 0.4], [0, 0]], rtol=1e-6)
    np.testing.assert_allclose(x.numpy(), [[0.3, 0.4], [0, 0]], rtol=1e-6)


@pytest.mark.parametrize("function", [F.cosine_similarity, F.pairwise_distance, lambda x, y: F.normalize(x * y)])
def test_gradients_of_both_orders_by_differences(function):
    x, y = (mt.tensor(drawn(2, 3, seed=seed), requires_grad=True) for seed in (0, 1))
    assert mt.autograd.gradcheck(function, (x, y))
    assert mt.autograd.gradgradcheck(function, (x, y))


def test_float16_and_an_empty_batch():
    x = mt.full((2, 3), 200.0, dtype=mt.float16)
    for function in (F.cosine_similarity, F.pairwise_distance):
        assert function(x, x).dtype == mt.float16
        assert function(x[:0], x[:0]).shape == (0,)
    np.testing.assert_allclose(F.cosine_similarity(x, x).numpy(), 1, rtol=2e-3)


def test_layers_are_the_functions():
    x, y = mt.randn(3, 4), mt.randn(3, 4)
    assert mt.equal(nn.CosineSimilarity(0, 0.1)(x, y), F.cosine_similarity(x, y, 0, 0.1))
    assert mt.equal(nn.PairwiseDistance(1.0, 0.1, True)(x, y), F.pairwise_distance(x, y, 1.0, 0.1, True))
    assert [repr(nn.CosineSimilarity()), repr(nn.PairwiseDistance())] == ["CosineSimilarity()", "PairwiseDistance()"]


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (
            lambda: F.cosine_similarity(mt.ones(2, 3), mt.ones(2, 4)),
            mt.ShapeError,
            "cosine_similarity: the shapes do not broadcast together\n  x1 (0, 1) = (2, 3)\n  x2 (0, 1) = (2, 4)",
        ),
        (
            lambda: F.cosine_similarity(mt.tensor([[1]]), mt.tensor([[2]])),
            TypeError,
            "cosine_similarity: one of x1 and x2 must be floating-point, got int64 and int64: try x1.float()",
        ),
        (lambda: nn.CosineSimilarity(eps=-1), ValueError, "CosineSimilarity: eps is 0 or more, got -1"),
        (
            lambda: F.pairwise_distance(mt.ones(2), mt.ones(2), "fro"),
            TypeError,
            "pairwise_distance: p is a number, got 'fro'",
        ),
        (
            lambda: F.pairwise_distance(mt.ones(2), [1.0, 2.0]),
            TypeError,
            "pairwise_distance: the x2 must be a Tensor, got list: convert it with mt.tensor(...)",
        ),
        (
            lambda: F.normalize(mt.ones(2, 2, requires_grad=True), out=mt.empty(2, 2)),
            RuntimeError,
            "normalize: what is written to `out` has no gradient: leave it out, or use mt.no_grad()",
        ),
        (lambda: F.normalize(mt.ones(2, 2), eps=None), TypeError, "normalize: eps is a number, got None"),
    ],
)
def test_what_is_refused(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message
