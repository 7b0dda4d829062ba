"""The losses are their formulas, written out element by element in NumPy, with gradients right to the second order."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn


def cross_entropy_by_hand(x, target, weight, ignore_index, reduction, smoothing):
    """Loop over the samples and positions: the documented formula, for class indices and for probabilities."""
    axis = 0 if x.ndim == 1 else 1
    classes = x.shape[axis]
    rows = np.moveaxis(x, axis, -1).reshape(-1, classes)
    weight = np.ones(classes) if weight is None else weight
    soft = target.shape == x.shape
    targets = np.moveaxis(target, axis, -1).reshape(-1, classes) if soft else target.reshape(-1)
    losses, counts = [], []
    for row, wanted in zip(rows, targets, strict=True):
        logs = row - special.logsumexp(row)
        if not soft and wanted == ignore_index:
            losses.append(0.0)
            counts.append(0.0)
            continue
        p = wanted if soft else np.eye(classes)[wanted]
        own = 1.0 if soft else weight[wanted]
        hard = -(weight * p * logs).sum()
        losses.append((1 - smoothing) * hard - smoothing / classes * (weight * logs).sum())
        counts.append(own)
    shape = np.moveaxis(x, axis, -1).shape[:-1]
    return {
        "none": np.array(losses).reshape(shape),
        "sum": np.sum(losses),
        "mean": np.sum(losses) / (np.sum(counts) if counts else np.nan),
    }[reduction]


@settings(deadline=None)
@given(
    spatial=st.lists(st.integers(1, 3), max_size=3), batch=st.integers(0, 4), classes=st.integers(1, 4),
    weighted=st.booleans(), smoothing=st.sampled_from([0.0, 0.1, 1.0]), soft=st.booleans(),
    reduction=st.sampled_from(["none", "sum", "mean"]), seed=st.integers(0, 999),
)  # fmt: skip
def test_cross_entropy_is_the_formula(spatial, batch, classes, weighted, smoothing, reduction, soft, seed):
    """Any rank, with and without a batch, weights, ignored places, smoothing and reduction."""
    draw = np.random.default_rng(seed)
    lead = (batch,) if batch or spatial else ()
    shape = (*lead, classes, *spatial)
    x = draw.normal(0, 3, shape)
    target = draw.dirichlet(np.ones(classes), (*lead, *spatial)) if soft else draw.integers(0, classes, (*lead, *spatial))
    target = np.moveaxis(target, -1, len(lead)) if soft else np.asarray(target)
    weight = draw.uniform(0.5, 2, classes) if weighted else None
    ignore = 0 if classes > 1 and not soft else -100
    if not soft and target.size and (target == ignore).all():
        ignore = -100
    if 0 in shape and reduction == "mean":
        return
    answer = F.cross_entropy(
        mt.tensor(x), mt.tensor(target), None if weight is None else mt.tensor(weight), ignore_index=ignore,
        reduction=reduction, label_smoothing=smoothing,
    )  # fmt: skip
    expected = cross_entropy_by_hand(x, target, weight, ignore, reduction, smoothing)
    np.testing.assert_allclose(answer.numpy(), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("reduction", "weighted"), list(itertools.product(["none", "sum", "mean"], [False, True])))
def test_nll_loss_picks_log_probabilities(reduction, weighted):
    """Cross entropy without its softmax."""
    x = np.random.default_rng(0).normal(size=(5, 4))
    target, weight = np.array([0, 3, 2, 2, 1]), np.array([1.0, 2.0, 0.5, 3.0])
    own = weight[target] if weighted else np.ones(5)
    losses = np.where(target == 1, 0, -x[np.arange(5), target] * own)
    expected = {"none": losses, "sum": losses.sum(), "mean": losses.sum() / own[target != 1].sum()}[reduction]
    options = {"ignore_index": 1, "reduction": reduction}
    weights = mt.tensor(weight) if weighted else None
    answer = F.nll_loss(mt.tensor(x), mt.tensor(target), weights, **options)
    np.testing.assert_allclose(answer.numpy(), expected, rtol=1e-12)
    module = nn.NLLLoss(weights, **options)
    assert mt.equal(module(mt.tensor(x), mt.tensor(target)), answer)


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 4, 3)])
@pytest.mark.parametrize("soft", [False, True])
def test_cross_entropy_gradients_of_both_orders(shape, soft):
    """Finite differences, in the logits, the probabilities and the classes' weights."""
    draw = np.random.default_rng(3)
    x, w = mt.tensor(draw.normal(size=shape), requires_grad=True), mt.tensor(draw.uniform(0.5, 2, 4), requires_grad=True)
    options = {"label_smoothing": 0.2}
    if soft:
        p = mt.tensor(draw.uniform(size=shape), requires_grad=True)
        inputs = (x, p, w)
        function = lambda x, p, w: F.cross_entropy(x, p, w, **options)  # noqa: E731
    else:
        target = mt.tensor(draw.integers(0, 2, (*shape[:1], *shape[2:]) if len(shape) > 1 else ()))
        inputs = (x, w)
        function = lambda x, w: F.cross_entropy(x, target, w, **options)  # noqa: E731
    assert mt.autograd.gradcheck(function, inputs)
    assert mt.autograd.gradgradcheck(function, inputs)


def test_cross_entropy_of_large_logits_is_exact():
    """No overflow, no loss of digits: log(1 + exp(-1000)) is 0, and the other way round it is 1000."""
    logits = mt.tensor([[1000.0, 0.0], [1000.0, 0.0]])
    assert F.cross_entropy(logits, mt.tensor([0, 1]), reduction="none").tolist() == [0, 1000]


def test_nothing_to_average_is_nan():
    """All ignored, or an empty batch, as in PyTorch; the sum is 0."""
    x = mt.randn(2, 3)
    ignored = mt.tensor([-100, -100])
    assert np.isnan(F.cross_entropy(x, ignored).item())
    assert F.cross_entropy(x, ignored, reduction="sum").item() == 0
    assert np.isnan(F.cross_entropy(mt.zeros(0, 3), mt.zeros(0, dtype=mt.int64)).item())
    assert np.isnan(F.mse_loss(mt.zeros(0), mt.zeros(0)).item())


def test_an_ignored_place_is_ignored_whatever_its_logits():
    """Also where they are infinite; its gradient is 0."""
    x = mt.tensor([[0.0, 0.0], [-np.inf, 0.0]], requires_grad=True)
    loss = F.nll_loss(x, mt.tensor([0, 0]) - mt.tensor([0, 100]))
    loss.backward()
    assert loss.item() == 0
    assert x.grad.tolist() == [[-1, 0], [0, 0]]


def test_uint8_class_indices_are_taken():
    """As MNIST's files have them."""
    x = mt.randn(2, 3)
    assert mt.equal(F.cross_entropy(x, mt.tensor([2, 0], dtype=mt.uint8)), F.cross_entropy(x, mt.tensor([2, 0])))


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
def test_mse_and_l1_are_their_formulas(reduction):
    """With integer targets too; functions and modules."""
    x, t = np.array([[1.0, -2.0], [0.5, 4.0]]), np.array([[1, 1], [0, 2]])
    reduce = {"none": lambda a: a, "sum": np.sum, "mean": np.mean}[reduction]
    for function, module, losses in [
        (F.mse_loss, nn.MSELoss, (x - t) ** 2),
        (F.l1_loss, nn.L1Loss, np.abs(x - t)),
    ]:
        answer = function(mt.tensor(x), mt.tensor(t), reduction=reduction)
        np.testing.assert_array_equal(answer.numpy(), reduce(losses))
        assert mt.equal(module(reduction=reduction)(mt.tensor(x), mt.tensor(t)), answer)


def test_mse_and_l1_gradients():
    """2 (x - t) / n and sign(x - t) / n, with 0 where they are equal; the target has the opposite one."""
    x, t = mt.tensor([3.0, 1.0], requires_grad=True), mt.tensor([1.0, 1.0], requires_grad=True)
    assert [g.tolist() for g in mt.autograd.grad(F.mse_loss(x, t), (x, t))] == [[2, 0], [-2, 0]]
    assert [g.tolist() for g in mt.autograd.grad(F.l1_loss(x, t), (x, t))] == [[0.5, 0], [-0.5, 0]]


@pytest.mark.parametrize(("loss", "name"), [(F.mse_loss, "mse_loss"), (nn.L1Loss(), "l1_loss")])
def test_shapes_that_broadcast_are_warned_of(loss, name):
    """The slip of (N, 1) against (N,): the whole warning, and PyTorch's answer."""
    x, t = mt.zeros(3, 1), mt.tensor([1.0, 2.0, 3.0])
    expected = (
        rf"^{name}: the input's shape is \(3, 1\), the target's \(3,\): they are broadcast to \(3, 3\), which compares "
        r"elements that are no pairs: give both one shape, for example with target\.reshape\(3, 1\)$"
    )
    with pytest.warns(UserWarning, match=expected):
        answer = loss(x, t)
    assert answer.item() == pytest.approx({"mse_loss": 14 / 3, "l1_loss": 2}[name])


def test_weights_of_classes_are_buffers():
    """They go where the module goes, and are in its state dict, as in PyTorch."""
    loss = nn.CrossEntropyLoss(mt.ones(3)).double()
    assert loss.weight.dtype == mt.float64
    assert list(loss.state_dict()) == ["weight"]
    assert list(nn.CrossEntropyLoss().state_dict()) == []
    x, t = mt.randn(2, 3, dtype=mt.float64), mt.tensor([0, 2])
    assert mt.equal(loss(x, t), F.cross_entropy(x, t))
    smooth = nn.CrossEntropyLoss(label_smoothing=0.1, reduction="sum")
    assert mt.equal(smooth(x, t), F.cross_entropy(x, t, label_smoothing=0.1, reduction="sum"))
    assert repr(smooth) == "CrossEntropyLoss()"
