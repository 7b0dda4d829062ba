"""The losses are SciPy's distributions, or their formulas written out in NumPy element by element."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import spatial, special, stats

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn

RNG = np.random.default_rng(5)
X, T = RNG.normal(size=(4, 3)), RNG.normal(size=(4, 3))
P, Q = RNG.uniform(0.05, 0.95, (4, 3)), RNG.uniform(0.05, 0.95, (4, 3))
SIGNS = np.array([1.0, -1.0, -1.0, 1.0])
COUNTS = RNG.integers(0, 6, (4, 3))
APART = np.abs(X - T)


def hinge(a):
    return np.maximum(a, 0)


def multi_margin(x, target, power, margin, weight):
    """Loop over the samples and classes: the documented formula."""
    losses = []
    for (
        row,
        t,
    ) in zip(x, target, strict=True):
        others = [max(0.0, margin - row[t] + row[c]) ** power for c in range(len(row)) if c != t]
        losses.append(weight[t] * sum(others) / len(row))
    return np.array(losses)


def multilabel_margin(x, target):
    """Loop over the samples, the labels before the first -1 and the other classes."""
    losses = []
    for row, labels in zip(x, target, strict=True):
        meant = list(labels[: list(labels).index(-1)]) if -1 in labels else list(labels)
        losses.append(
            sum(max(0.0, 1 - row[t] + row[c]) for t in meant for c in range(len(row)) if c not in meant) / len(row)
        )
    return np.array(losses)


CASES = {
    "SmoothL1Loss": ({"beta": 0.5}, (X, T), np.where(APART < 0.5, APART**2, APART - 0.25)),
    "HuberLoss": ({"delta": 0.5}, (X, T), special.huber(0.5, APART)),
    "BCELoss": ({}, (P, Q), special.xlogy(Q, 1 / P) + special.xlogy(1 - Q, 1 / (1 - P))),
    "BCEWithLogitsLoss": ({}, (X, Q), -Q * special.log_expit(X) - (1 - Q) * special.log_expit(-X)),
    "KLDivLoss": ({}, (np.log(P), Q), special.rel_entr(Q, P)),
    "KLDivLoss of logarithms": ({"log_target": True}, (np.log(P), np.log(Q)), special.rel_entr(Q, P)),
    "PoissonNLLLoss": ({}, (X, COUNTS), -stats.poisson.logpmf(COUNTS, np.exp(X)) - special.gammaln(COUNTS + 1)),
    "PoissonNLLLoss of rates": (
        {"log_input": False, "eps": 0.0}, (P, COUNTS), -stats.poisson.logpmf(COUNTS, P) - special.gammaln(COUNTS + 1),
    ),
    "GaussianNLLLoss": ({"full": True}, (X, T, P), -stats.norm.logpdf(T, X, np.sqrt(P))),
    "HingeEmbeddingLoss": ({"margin": 1.5}, (P[:, 0], SIGNS), np.where(SIGNS == 1, P[:, 0], hinge(1.5 - P[:, 0]))),
    "MarginRankingLoss": ({"margin": 0.5}, (X[:, 0], T[:, 0], SIGNS), hinge(0.5 - SIGNS * (X - T)[:, 0])),
    "CosineEmbeddingLoss": (
        {"margin": 0.1}, (X, T, SIGNS),
        np.array([d if s == 1 else max(0, 0.9 - d) for x, t, s in zip(X, T, SIGNS, strict=True) for d in [spatial.distance.cosine(x, t)]]),
    ),
    "TripletMarginLoss": (
        {"margin": 2.0, "p": 3, "eps": 0.0}, (X, T, P),
        hinge(2 + np.array([spatial.distance.minkowski(x, t, 3) - spatial.distance.minkowski(x, n, 3) for x, t, n in zip(X, T, P, strict=True)])),
    ),
    "TripletMarginWithDistanceLoss": (
        {"swap": True, "distance_function": lambda a, b: (a - b).abs().amax(-1)}, (X, T, P),
        hinge(1 + np.abs(X - T).max(-1) - np.minimum(np.abs(X - P).max(-1), np.abs(T - P).max(-1))),
    ),
    "SoftMarginLoss": ({}, (X[:, 0], SIGNS), np.log1p(np.exp(-SIGNS * X[:, 0]))),
    "MultiLabelSoftMarginLoss": ({}, (X, Q), (-Q * special.log_expit(X) - (1 - Q) * special.log_expit(-X)).mean(-1)),
    "MultiMarginLoss": (
        {"p": 2, "margin": 0.5, "weight": mt.tensor([1.0, 2.0, 0.5], dtype=mt.float64)}, (X, np.array([0, 2, 1, 1])),
        multi_margin(X, [0, 2, 1, 1], 2, 0.5, [1.0, 2.0, 0.5]),
    ),
    "MultiLabelMarginLoss": (
        {}, (X, np.array([[2, 0, -1], [-1, 0, 1], [0, 1, 2], [1, -1, -1]])),
        multilabel_margin(X, [[2, 0, -1], [-1, 0, 1], [0, 1, 2], [1, -1, -1]]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize("name", CASES)
@pytest.mark.filterwarnings("ignore:kl_div")
def test_losses_are_their_formulas(name, reduction):
    """Of modules; the functions are what they call."""
    options, arguments, losses = CASES[name]
    reduce = {"none": lambda a: a, "sum": np.sum, "mean": np.mean}[reduction]
    module = getattr(nn, name.split()[0])(**options, reduction=reduction)
    answer = module(*map(mt.tensor, arguments))
    np.testing.assert_allclose(answer.numpy(), reduce(losses), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("name", CASES)
def test_gradients_of_both_orders(name):
    """Finite differences, in all floating operands that have a gradient."""
    options, arguments, _ = CASES[name]
    module = getattr(nn, name.split()[0])(**options, reduction="sum")
    signed = name in ("HingeEmbeddingLoss", "MarginRankingLoss", "CosineEmbeddingLoss", "SoftMarginLoss", "MultiMarginLoss")
    inputs = [mt.tensor(a) for a in arguments]
    learned = [x.requires_grad_() for x in (inputs[:-1] if signed else inputs) if x.is_floating_point()]
    rest = inputs[len(learned) :]
    assert mt.autograd.gradcheck(lambda *x: module(*x, *rest), learned)
    assert mt.autograd.gradgradcheck(lambda *x: module(*x, *rest), learned)


def test_batchmean_divides_by_the_first_axis():
    """The sum over its length: the divergence of each sample, averaged."""
    answer = F.kl_div(mt.tensor(np.log(P)), mt.tensor(Q), reduction="batchmean")
    assert answer.item() == pytest.approx(special.rel_entr(Q, P).sum() / 4)


def test_weights_of_elements():
    """Mse and l1 divide by the sum of the weights, huber by their number; the binary ones weight each element."""
    x, t, w = (mt.tensor(a) for a in (X, T, P))
    for function, losses, count in [
        (F.mse_loss, APART**2, P.sum()),
        (F.l1_loss, APART, P.sum()),
        (F.huber_loss, special.huber(1, APART), 12),
    ]:
        assert function(x, t, weight=w).item() == pytest.approx((losses * P).sum() / count)
        np.testing.assert_allclose(function(x, t, weight=w, reduction="none").numpy(), losses * P, rtol=1e-12)
    weighted = F.binary_cross_entropy_with_logits(x, mt.tensor(Q), w[0], reduction="none", pos_weight=w[1])
    expected = P[0] * (-P[1] * Q * special.log_expit(X) - (1 - Q) * special.log_expit(-X))
    np.testing.assert_allclose(weighted.numpy(), expected, rtol=1e-12)


def test_binary_losses_of_certain_predictions():
    """Probabilities of exactly 0 and 1 cost at most 100; logits cost what they are."""
    x, t = mt.tensor([0.0, 1.0, 0.0, 1.0], requires_grad=True), mt.tensor([0.0, 1.0, 1.0, 0.0])
    loss = F.binary_cross_entropy(x, t, reduction="none")
    assert loss.tolist() == [0, 0, 100, 100]
    loss.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), [0, 0, -1e12, 1e12], rtol=1e-6)
    logits = mt.tensor([1000.0, -1000.0], requires_grad=True)
    loss = F.binary_cross_entropy_with_logits(logits, mt.tensor([0.0, 1.0]), reduction="none")
    assert loss.tolist() == [1000, 1000]
    loss.sum().backward()
    assert logits.grad.tolist() == [1, -1]


def test_the_least_variance_is_not_seen_by_the_gradient():
    """As in PyTorch: the value is that of eps, the gradient that of its formula there."""
    var = mt.tensor([1e-9], dtype=mt.float64, requires_grad=True)
    loss = F.gaussian_nll_loss(mt.zeros(1, dtype=mt.float64), mt.zeros(1, dtype=mt.float64), var, eps=0.5)
    assert loss.item() == pytest.approx(0.5 * np.log(0.5))
    loss.backward()
    assert var.grad.item() == pytest.approx(1.0)


@pytest.mark.parametrize("name", CASES)
def test_float16_empty_batches_layouts_and_inputs(name):
    """float16 stays float16, nothing sums to 0, transposed operands are answered like their copies and left alone."""
    options, arguments, losses = CASES[name]
    if "weight" in options:
        options = {**options, "weight": None}
    module = getattr(nn, name.split()[0])(**options, reduction="none")
    half = [mt.tensor(a).half() if a.dtype.kind == "f" else mt.tensor(a) for a in arguments]
    answer = module(*half)
    assert answer.dtype == mt.float16
    if "MultiMargin" not in name:
        np.testing.assert_allclose(answer.float().numpy(), losses, rtol=0.05, atol=0.02)
    summed = getattr(nn, name.split()[0])(**options, reduction="sum")
    assert summed(*(mt.tensor(a[:0]) for a in arguments)).item() == 0
    turned = [mt.from_numpy(np.array(a.T, order="C")).T for a in arguments]
    before = [x.clone() for x in turned]
    np.testing.assert_array_equal(module(*turned).numpy(), module(*map(mt.tensor, arguments)).numpy())
    assert all(mt.equal(x, kept) for x, kept in zip(turned, before, strict=True))


def test_weights_are_buffers_and_distances_children():
    """They go where the loss goes; what the loss does not learn is no parameter."""
    loss = nn.BCEWithLogitsLoss(mt.ones(3), pos_weight=mt.ones(3)).double()
    assert list(loss.state_dict()) == ["weight", "pos_weight"]
    assert loss.pos_weight.dtype == mt.float64
    assert list(loss.parameters()) == []
    for module in (nn.BCELoss(mt.ones(2)), nn.MultiMarginLoss(weight=mt.ones(2)), nn.MultiLabelSoftMarginLoss(mt.ones(2))):
        assert list(module.state_dict()) == ["weight"]
    distance = nn.Linear(2, 1)
    assert list(nn.TripletMarginWithDistanceLoss(distance_function=distance).parameters()) == list(distance.parameters())
    assert (
        repr(nn.TripletMarginWithDistanceLoss())
        == "TripletMarginWithDistanceLoss(\n  (distance_function): PairwiseDistance()\n)"
    )
