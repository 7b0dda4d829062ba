"""Calls of the losses.

Left out, as they differ on purpose:
- layers that refuse an argument when they are built, where PyTorch refuses it at the first call;
- second derivatives of two dtypes at once, of which PyTorch forms some in float32;
- l1_loss of integers alone, of which PyTorch has sums, and of other losses not;
- the gradient of kl_div with respect to a target of 0: nan in PyTorch, that of t * (log 1 - x) here;
- binary_cross_entropy in float64 at 0 and 1, where PyTorch's least divisor is 1e-12 in float32, and second derivatives there;
- averages of nothing, where PyTorch divides by 0, refuses, or answers with what is in memory;
- indices of uint8 for (N, C, H, W), which PyTorch takes in other shapes alone, and for class weights the shape (1, C);
- cross_entropy of probabilities with a negative label_smoothing, which PyTorch refuses of class indices alone;
- second derivatives of triplet losses of vectors without elements.
"""

from __future__ import annotations

from collections.abc import Iterator

from torch_calls.call import Call
from torch_calls.draw import RNG, distinct, pick
from torch_calls.loss_classes import classes, margins, probabilities, several_classes
from torch_calls.loss_numbers import binary, gaussian, likelihood, logits, numbers, weighted_numbers
from torch_calls.loss_pairs import cosine, own_distance, ranking, signs_of, triplet


def calls(rng: RNG) -> Iterator[Call]:
    """Yield calls without end."""
    while True:
        yield pick(
            rng, numbers, numbers, numbers, weighted_numbers, likelihood, gaussian, gaussian, binary, binary, logits, logits,
            signs_of, ranking, cosine, triplet, triplet, own_distance, classes, classes, classes, probabilities, margins,
            several_classes, layer_alone,
        )(rng)  # fmt: skip


def layer_alone(rng: RNG) -> Call:
    """A loss that is built and not called: what it prints and holds."""
    w = distinct(rng, 3)
    line = pick(
        rng, "nn.MSELoss()", "nn.L1Loss(reduction='sum')", "nn.SmoothL1Loss(beta=0.5)", "nn.HuberLoss('none', 2.0)", "nn.BCELoss(w)",
        "nn.BCELoss()", "nn.BCEWithLogitsLoss(w, pos_weight=w)", "nn.BCEWithLogitsLoss(pos_weight=w)", "nn.KLDivLoss(log_target=True)",
        "nn.HingeEmbeddingLoss(0.5)", "nn.MarginRankingLoss(0.5)", "nn.CosineEmbeddingLoss(0.5)", "nn.TripletMarginLoss(0.5, 1)",
        "nn.TripletMarginLoss(margin=0)", "nn.TripletMarginWithDistanceLoss()", "nn.TripletMarginWithDistanceLoss(margin=-1.0)",
        "nn.PoissonNLLLoss(False, True)", "nn.GaussianNLLLoss(full=True)", "nn.GaussianNLLLoss(True)", "nn.NLLLoss(w)", "nn.NLLLoss()",
        "nn.CrossEntropyLoss(w, label_smoothing=0.5)", "nn.CrossEntropyLoss(ignore_index=1)", "nn.MultiMarginLoss(2, 0.5, w)",
        "nn.MultiMarginLoss(3)", "nn.MultiMarginLoss(weight=w.reshape(1, 3))", "nn.MultiLabelMarginLoss()", "nn.SoftMarginLoss()",
        "nn.MultiLabelSoftMarginLoss(w)", "nn.CrossEntropyLoss([1.0, 2.0])",
    )  # fmt: skip
    return Call(line, {"w": w} if "w" in line.split("(")[1] else {}, ())
