"""Which part of an input a score depends on: gradients with respect to the input, and to what a layer answered."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, NamedTuple

import numpy as np

from minitensor import autograd
from minitensor.dtypes import Array
from minitensor.errors import ShapeError
from minitensor.grad_mode import enable_grad
from minitensor.nn.module import Module
from minitensor.observer import Observer
from minitensor.ops.elementwise import relu
from minitensor.tape import Node
from minitensor.tensor import RemovableHandle, Tensor
from minitensor.viz.layers import answers_of, check_model, convolutions, find_layer
from minitensor.viz.unchanged import unchanged

METHODS = ("gradient", "guided", "grad_cam")


def saliency_map(
    model: Module,
    x: Tensor,
    target: int | Sequence[int] | Tensor | None = None,
    method: str = "gradient",
    layer: str | None = None,
) -> Tensor:
    """How much a score depends on each part of the input.

    With S for a sample's score:

    - ``"gradient"``: dS/dX, as it is (Simonyan et al.).
    - ``"guided"``: the same, with another rule for each ReLU: it lets a gradient pass where its input was positive, as ever,
      and the gradient is positive, too (guided backpropagation, Springenberg et al.): dA = max(dY, 0) where A > 0.
    - ``"grad_cam"``: with A[k] for the maps that a layer answered, max(sum over k of alpha[k] * A[k], 0), where alpha[k] is
      the average of dS/dA[k] over the map (Selvaraju et al.).

    The model evaluates, and is left as it was, with its hooks, its gradients and the state of the random generator. The rule
    of a ReLU is changed on the tape of this one pass, wherever it is computed (`nn.ReLU`, `F.relu`, `x.relu()`).

    Parameters
    ----------
    model : Module
        From inputs (N, ...) to scores (N, K), best those before a softmax; or (N, K, *), of which the sum over * is a score.
    x : Tensor, shape (N, C, *spatial)
        The inputs.
    target : int, sequence of int or Tensor, optional
        The number of the score, one for all samples or one for each; left out, each sample's highest.
    method : {"gradient", "guided", "grad_cam"}
    layer : str, optional
        For Grad-CAM, the path of the layer, whose last call counts; left out, the convolution that ran last.

    Returns
    -------
    Tensor
        Of x's shape; for Grad-CAM (N, *spatial) of the layer's answer.

    Raises
    ------
    TypeError, ValueError
        An argument is not what it should be; there is no such layer; the model has no ReLU to guide through.
    ShapeError
        The model does not answer with scores, or the layer not with maps.
    RuntimeError
        No gradient leads from the score to the input.

    References
    ----------
    K. Simonyan, A. Vedaldi and A. Zisserman, "Deep Inside Convolutional Networks", 2013; J. T. Springenberg, A. Dosovitskiy,
    T. Brox and M. Riedmiller, "Striving for Simplicity: The All Convolutional Net", 2014; R. R. Selvaraju, M. Cogswell, A.
    Das, R. Vedantam, D. Parikh and D. Batra, "Grad-CAM", 2016.

    Examples
    --------
    A linear model's gradient is its weight:

    >>> import minitensor as mt
    >>> model = mt.nn.Linear(3, 2)
    >>> mt.equal(saliency_map(model, mt.rand(1, 3), target=1), model.weight[1:].detach())
    True
    """
    return explained("saliency_map", model, x, target, method, layer).map


class Explained(NamedTuple):
    """What was found of some samples.

    Attributes
    ----------
    map : Tensor
        As `saliency_map` answers.
    targets : ndarray of int64, axes (n)
        The numbers of the scores.
    scores : ndarray, axes (n)
    layer : str
        The path of Grad-CAM's layer, else "".
    """

    map: Tensor
    targets: Array
    scores: Array
    layer: str


def explained(function: str, model: Module, x: Any, target: Any, method: str, layer: str | None) -> Explained:
    """What `saliency_map` answers, and the scores that it is about."""
    check_model(model, function)
    if not isinstance(x, Tensor):
        raise TypeError(f"{function}: x is a Tensor, got {type(x).__name__}")
    if x.ndim < 2 or 0 in x.shape:
        raise ShapeError(f"{function}: x is (N, C, ...), none of them 0, got the shape {x.shape}")
    if method not in METHODS:
        raise ValueError(f"{function}: method is one of {', '.join(map(repr, METHODS))}, got {method!r}")
    if layer is not None and method != "grad_cam":
        raise ValueError(f'{function}: a layer is for method="grad_cam", got {method!r}')
    if method != "grad_cam" and not x.is_floating_point():
        raise TypeError(f"{function}: there is no gradient for x, which is of {x.dtype}: try x.float()")
    with unchanged(model, [x]), enable_grad():
        if method == "grad_cam":
            return _grad_cam(function, model, x, target, layer)
        start = x.detach().requires_grad_()
        guide = _Guide()
        with guide if method == "guided" else nullcontext():
            output = model(start.clone())  # so a layer that works in place may begin
        if method == "guided" and not guide.met:
            raise ValueError(
                f"{function}: guided backpropagation is about ReLUs, and {type(model).__name__} has none: "
                'try method="gradient"'
            )
        targets, scores = _scores(function, output, len(x), target)
        return Explained(_gradient(function, scores, start, "the input"), targets, scores.detach().numpy(), "")


def _grad_cam(function: str, model: Module, x: Tensor, target: Any, layer: str | None) -> Explained:
    layers = convolutions(model) if layer is None else {layer: find_layer(model, layer, function)}
    if not layers:
        raise ValueError(f"{function}: {type(model).__name__} has no convolution: name a layer that answers with maps")
    with answers_of(layers, cut=True) as answers:
        output = model(x.detach())
    if not answers:
        names = ", ".join(map(repr, layers))
        raise ValueError(f"{function}: the model did not call {names}, or it answered with no tensor")
    path, maps = answers[-1]
    targets, scores = _scores(function, output, len(x), target)
    if maps.ndim < 3 or len(maps) != len(x):
        raise ShapeError(f"{function}: Grad-CAM needs maps (N, K, *spatial), the layer {path!r} answered with {maps.shape}")
    gradient = _gradient(function, scores, maps, f"what the layer {path!r} answers")
    spatial = tuple(range(2, maps.ndim))
    alpha = gradient.mean(dim=spatial, keepdim=True)  # (n, k, 1, ...)
    found = (alpha * maps.detach()).sum(dim=1).relu()  # (n, *spatial)
    return Explained(found.detach(), targets, scores.detach().numpy(), path)


def _gradient(function: str, scores: Tensor, start: Tensor, name: str) -> Tensor:
    """The gradient of the scores, each sample's with respect to its own part of `start`."""
    if scores.requires_grad:
        found: Tensor | None = autograd.grad(scores.sum(), start, allow_unused=True)[0]
        if found is not None:
            return found
    raise RuntimeError(f"{function}: no gradient leads from the score to {name}: is it computed under no_grad?")


def _scores(function: str, output: Any, count: int, target: Any) -> tuple[Array, Tensor]:
    """Which score of each sample is meant, and the scores (n)."""
    if not isinstance(output, Tensor):
        raise TypeError(f"{function}: the model is to answer with a tensor of scores, got {type(output).__name__}")
    if output.ndim < 1 or len(output) != count or not output.numel():
        raise ShapeError(
            f"{function}: the model is to answer with scores (N, K), here of N={count} inputs, got the shape {output.shape}"
        )
    classes = output.shape[1] if output.ndim > 1 else 1
    scores = output.reshape(count, classes, -1).sum(dim=2)  # (n, k)
    targets: Array = np.argmax(scores.detach().numpy(), axis=1) if target is None else np.asarray(target)
    if targets.dtype.kind not in "iu" or targets.shape not in ((), (count,)):
        raise TypeError(f"{function}: target is a score's number, or one for each of the {count} inputs, got {target!r}")
    if targets.min() < 0 or targets.max() >= classes:
        raise ValueError(f"{function}: there are {classes} scores, 0 to {classes - 1}, got the target {target!r}")
    targets = np.broadcast_to(targets, (count,)).astype(np.int64)
    return targets, scores[np.arange(count), targets]


class _Guide(Observer):
    """Lets through every ReLU that is recorded the gradients alone that are positive."""

    def __init__(self) -> None:
        self.met = False

    def recorded(self, node: Node, arguments: tuple[Any, ...], result: Array) -> None:  # noqa: ARG002
        """Hang a hook on the node, as a hook on its result would: what arrives there meets it before the ReLU's own rule."""
        if node.primitive is relu:
            self.met = True
            node.hooks = {}
            RemovableHandle(node.hooks, Tensor.relu)
