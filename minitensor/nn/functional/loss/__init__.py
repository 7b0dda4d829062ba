"""Losses: how far answers are from what they should be, as one number.

`regression.py` compares numbers, `likelihood.py` distributions, `binary.py` yes and no, `margin.py` pairs,
`triplet.py` triplets, `classes.py` the scores of classes. Those of the cross entropy are in `functional/classification.py`.
"""

from minitensor.nn.functional.loss.binary import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    multilabel_soft_margin_loss,
    soft_margin_loss,
)
from minitensor.nn.functional.loss.classes import multi_margin_loss, multilabel_margin_loss
from minitensor.nn.functional.loss.likelihood import gaussian_nll_loss, kl_div, poisson_nll_loss
from minitensor.nn.functional.loss.margin import (
    cosine_embedding_loss,
    hinge_embedding_loss,
    margin_ranking_loss,
)
from minitensor.nn.functional.loss.regression import huber_loss, l1_loss, mse_loss, smooth_l1_loss
from minitensor.nn.functional.loss.triplet import triplet_margin_loss, triplet_margin_with_distance_loss

__all__ = [
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "cosine_embedding_loss", "gaussian_nll_loss",
    "hinge_embedding_loss", "huber_loss", "kl_div", "l1_loss", "margin_ranking_loss", "mse_loss", "multi_margin_loss",
    "multilabel_margin_loss", "multilabel_soft_margin_loss", "poisson_nll_loss", "smooth_l1_loss", "soft_margin_loss",
    "triplet_margin_loss", "triplet_margin_with_distance_loss",
]  # fmt: skip
