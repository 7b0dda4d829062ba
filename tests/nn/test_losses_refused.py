"""What students write into a loss by mistake, and the whole message that answers it; the warnings too."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn

A, B = mt.zeros(4, 3), mt.zeros(4)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: F.binary_cross_entropy(mt.tensor([[0.5, 1.5]]), mt.ones(1, 2)),
            "binary_cross_entropy: input[0, 1] is 1.5, a probability is from 0 to 1: pass it through sigmoid first, or pass logits to "
            "binary_cross_entropy_with_logits",
        ),
        (
            lambda: F.binary_cross_entropy(mt.tensor(np.nan), mt.tensor(1.0)),
            "binary_cross_entropy: the input is nan, a probability is from 0 to 1: pass it through sigmoid first, or pass logits to "
            "binary_cross_entropy_with_logits",
        ),
        (
            lambda: F.binary_cross_entropy(mt.ones(2), mt.tensor([1, 0])),
            "binary_cross_entropy: the target must be floating-point, got int64: try target.float()",
        ),
        (
            lambda: F.binary_cross_entropy_with_logits(mt.ones(2), mt.tensor([1, 0])),
            "binary_cross_entropy_with_logits: the target must be floating-point, got int64: try target.float()",
        ),
        (
            lambda: F.binary_cross_entropy_with_logits(mt.zeros(4, 1), B),
            "binary_cross_entropy_with_logits: the input and the target differ in shape: give both one shape, for example with "
            "target.reshape(4, 1)\n  input  (0, 1) = (4, 1)\n  target (0)    = (4,)",
        ),
        (
            lambda: F.binary_cross_entropy_with_logits(A, A, pos_weight=mt.ones(4)),
            "binary_cross_entropy_with_logits: the pos_weight of shape (4,) does not broadcast to the shape (4, 3) of the losses",
        ),
        (
            lambda: F.huber_loss(A, mt.zeros(3, 4)),
            "huber_loss: the input and the target differ in shape: give both one shape, for example with target.reshape(4, 3)\n"
            "  input  (0, 1) = (4, 3)\n  target (0, 1) = (3, 4)",
        ),
        (lambda: F.mse_loss(A, A, weight=mt.ones(3)), "mse_loss: the weight has the shape (3,), and needs the input's, (4, 3)"),
        (lambda: F.mse_loss(A, A, reduction="batchmean"), "mse_loss: reduction is 'none', 'mean' or 'sum', got 'batchmean'"),
        (lambda: F.kl_div(A, A, reduction="avg"), "kl_div: reduction is 'none', 'mean', 'sum' or 'batchmean', got 'avg'"),
        (lambda: F.kl_div(A, A.long()), "kl_div: the target must be floating-point, got int64: try target.float()"),
        (lambda: nn.SmoothL1Loss(beta=-1), "SmoothL1Loss: beta is 0 or more, got -1"),
        (lambda: nn.HuberLoss(delta=0), "HuberLoss: delta is above 0, got 0"),
        (lambda: nn.TripletMarginLoss(margin=0), "TripletMarginLoss: the margin is above 0, got 0"),
        (lambda: nn.MultiMarginLoss(p=3), "MultiMarginLoss: p is 1 or 2, got 3"),
        (lambda: nn.BCELoss([1.0]), "register_buffer: 'weight' is to be a tensor or None, got list"),
        (lambda: nn.KLDivLoss(reduction=None), "KLDivLoss: reduction is 'none', 'mean', 'sum' or 'batchmean', got None"),
        (
            lambda: F.multi_margin_loss(A, mt.tensor([0, 1, 2, 3])),
            "multi_margin_loss: target[3] is 3, the 3 classes are 0 to 2",
        ),
        (
            lambda: F.cross_entropy(A, mt.tensor([1, 2, 3, 1])),
            "cross_entropy: target[2] is 3, the 3 classes are 0 to 2: for classes counted from 1 try target - 1",
        ),
        (
            lambda: F.multi_margin_loss(A, mt.tensor([0, 1])),
            "multi_margin_loss: the target's shape (2,) is not that of class indices\n  input   (N, C) = (4, 3)\n  classes (N)    = (4,)",
        ),
        (
            lambda: F.multilabel_margin_loss(A, B.long()),
            "multilabel_margin_loss: each row of the target has the classes of a row of the input, and then -1\n"
            "  input  (N, C) = (4, 3)\n  target (?)    = (4,)",
        ),
        (
            lambda: F.margin_ranking_loss(A, A, B),
            "margin_ranking_loss: the operands have different numbers of axes\n"
            "  input1 (0, 1) = (4, 3)\n  input2 (0, 1) = (4, 3)\n  target (0)    = (4,)",
        ),
        (
            lambda: F.cosine_embedding_loss(A, A, A),
            "cosine_embedding_loss: the inputs are (N, D) with a target (N,), or (D,) with a target without axes\n"
            "  input1 (0, 1) = (4, 3)\n  input2 (0, 1) = (4, 3)\n  target (0, 1) = (4, 3)",
        ),
        (
            lambda: F.cosine_embedding_loss(A, A, mt.ones(3)),
            "cosine_embedding_loss: the pairs and the target differ in shape: give the target one entry for each pair\n"
            "  pairs  (0) = (4,)\n  target (0) = (3,)",
        ),
        (
            lambda: F.triplet_margin_loss(A, A, mt.zeros(4, 2)),
            "triplet_margin_loss: the anchor, the positive and the negative differ in shape: give all one shape\n"
            "  anchor   (0, 1) = (4, 3)\n  positive (0, 1) = (4, 3)\n  negative (0, 1) = (4, 2)",
        ),
        (lambda: F.gaussian_nll_loss(B, B, -B - 1), "gaussian_nll_loss: a variance is 0 or more, var has -1.0"),
        (
            lambda: F.gaussian_nll_loss(A, A, mt.ones(2)),
            "gaussian_nll_loss: var has the input's shape, that without its last axis, or one axis of length 1\n"
            "  input (0, 1) = (4, 3)\n  var   (0)    = (2,)",
        ),
        (lambda: F.l1_loss(A, A > 0), "l1_loss: the target must be of numbers, got bool: try target.float()"),
        (lambda: F.huber_loss(A.long(), A), "huber_loss: the input must be floating-point, got int64: try x.float()"),
        (lambda: F.hinge_embedding_loss(A, A, "1"), "hinge_embedding_loss: margin is a number, got '1'"),
    ],
)  # fmt: skip
def test_messages_are_the_answer(call, message):
    """Before anything is computed."""
    with pytest.raises((ValueError, TypeError, IndexError)) as error:
        call()
    assert str(error.value) == message


@pytest.mark.parametrize(
    "name", ["mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "poisson_nll_loss", "hinge_embedding_loss", "kl_div"]
)
def test_shapes_that_broadcast_are_warned_of(name):
    """The slip of (N, 1) against (N,): the whole warning, at the line that called."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        getattr(F, name)(mt.ones(3, 1), mt.ones(3), reduction="sum")
    assert [str(one.message) for one in caught] == [
        f"{name}: the input's shape is (3, 1), the target's (3,): they are broadcast to (3, 3), which compares elements that are "
        "no pairs: give both one shape, for example with target.reshape(3, 1)"
    ]
    assert caught[0].category is UserWarning
    assert caught[0].filename == __file__


def test_the_average_divergence_is_warned_of():
    """The whole warning; 'batchmean' has none."""
    expected = "^kl_div: reduction='mean' divides by the number of elements: the divergence is what 'batchmean' answers$"
    with pytest.warns(UserWarning, match=expected):
        F.kl_div(A, mt.ones(4, 3))
    F.kl_div(A, mt.ones(4, 3), reduction="batchmean")
