"""Batch normalisation folded into the layer before it: in evaluation both are affine, and two such maps are one."""

from __future__ import annotations

import copy
from typing import Any, TypeVar, cast

from minitensor.creation import ones_like, zeros_like
from minitensor.errors import ShapeError
from minitensor.grad_mode import no_grad
from minitensor.nn.conv_nd import ConvNd, ConvTransposeNd
from minitensor.nn.linear import Linear
from minitensor.nn.module import Module
from minitensor.nn.norm.batch import _BatchNorm
from minitensor.nn.parameter import Parameter
from minitensor.ops import elementwise
from minitensor.ops.elementwise import widened
from minitensor.tensor import Tensor

_Layer = TypeVar("_Layer", bound=Module)


def fuse_conv_bn_eval(conv: _Layer, bn: Module, transpose: bool = False) -> _Layer:
    """Fold a batch normalisation into the convolution before it, as PyTorch's `nn.utils.fusion.fuse_conv_bn_eval`.

    weight' = weight * s,  bias' = (bias - running_mean) * s + bn.bias,  s = bn.weight / sqrt(running_var + eps)

    with one s for each output channel.

    Parameters
    ----------
    conv : Conv1d to Conv3d, or ConvTranspose1d to ConvTranspose3d
        In evaluation mode, as is `bn`.
    bn : BatchNorm1d to BatchNorm3d
        For the convolution's output channels, with running statistics.
    transpose : bool
        Not needed: whether a convolution is transposed, and in how many groups, is known from the layer.

    Returns
    -------
    Module
        A new convolution that answers what both did; the two stay as they are.

    Raises
    ------
    TypeError
        One of them is another layer.
    RuntimeError
        One of them is in training mode, or there are no running statistics.
    ShapeError
        The normalisation is for another number of channels.
    ValueError
        `transpose` is True, and the convolution is not transposed.

    Examples
    --------
    >>> import minitensor as mt
    >>> conv, bn = mt.nn.Conv2d(3, 8, 3).eval(), mt.nn.BatchNorm2d(8).eval()
    >>> x = mt.randn(2, 3, 9, 9)
    >>> mt.allclose(fuse_conv_bn_eval(conv, bn)(x), bn(conv(x)), atol=1e-5)
    True
    """
    operation = "fuse_conv_bn_eval"
    _check(operation, conv, (ConvNd, ConvTransposeNd), "a convolution", bn)
    if transpose and not isinstance(conv, ConvTransposeNd):
        raise ValueError(f"{operation}: transpose=True is for a transposed convolution, got {type(conv).__name__}")
    return _fused(operation, conv, bn, fuse_conv_bn_weights, isinstance(conv, ConvTransposeNd))


def fuse_linear_bn_eval(linear: _Layer, bn: Module) -> _Layer:
    """Fold a batch normalisation into the Linear layer before it, as PyTorch's `nn.utils.fusion.fuse_linear_bn_eval`.

    The formulas and the errors are those of `fuse_conv_bn_eval`.

    Examples
    --------
    >>> import minitensor as mt
    >>> linear, bn = mt.nn.Linear(3, 8).eval(), mt.nn.BatchNorm1d(8).eval()
    >>> x = mt.randn(2, 3)
    >>> mt.allclose(fuse_linear_bn_eval(linear, bn)(x), bn(linear(x)), atol=1e-5)
    True
    """
    _check("fuse_linear_bn_eval", linear, (Linear,), "a Linear layer", bn)
    return _fused("fuse_linear_bn_eval", linear, bn, fuse_linear_bn_weights)


def fuse_conv_bn_weights(
    conv_w: Tensor,
    conv_b: Tensor | None,
    bn_rm: Tensor,
    bn_rv: Tensor,
    bn_eps: float,
    bn_w: Tensor | None,
    bn_b: Tensor | None,
    transpose: bool = False,
) -> tuple[Parameter, Parameter]:
    """The weight and the bias of `fuse_conv_bn_eval`, as PyTorch's function of this name.

    Parameters
    ----------
    conv_w : Tensor, shape (out, in/groups, *kernel); for a transposed convolution (in, out/groups, *kernel)
        There may be several groups: the channels that the others have are out = groups * out/groups.
    conv_b : Tensor, shape (out,), or None
    bn_rm, bn_rv : Tensor, shape (out,)
        The running mean and variance.
    bn_eps : float
    bn_w, bn_b : Tensor, shape (out,), or None
    transpose : bool
        Whether the convolution is transposed.

    Returns
    -------
    tuple of Parameter
        The weight and the bias, in the convolution's dtypes.

    Examples
    --------
    >>> import minitensor as mt
    >>> weight, bias = fuse_conv_bn_weights(mt.ones(2, 1, 3), None, mt.zeros(2), mt.ones(2) * 3, 1., None, None)
    >>> weight.detach().reshape(2, 3), bias.tolist()
    (tensor([[0.5000, 0.5000, 0.5000],
            [0.5000, 0.5000, 0.5000]]), [0.0, 0.0])
    """
    with no_grad():
        scale = _scale(bn_rv, bn_eps, bn_w)
        wide = widened(conv_w)
        if transpose:  # (group, in of the group, out of the group, cell) times (group, 1, out of the group, 1)
            groups = len(scale) // conv_w.shape[1]
            grouped = wide.reshape(groups, conv_w.shape[0] // groups, conv_w.shape[1], -1)
            weight = (grouped * scale.reshape(groups, 1, conv_w.shape[1], 1)).reshape(conv_w.shape)
        else:
            weight = wide * scale.reshape(-1, *[1] * (conv_w.ndim - 1))
        return _parameter(weight, conv_w), _bias(scale, conv_w, conv_b, bn_rm, bn_b)


def fuse_linear_bn_weights(
    linear_w: Tensor,
    linear_b: Tensor | None,
    bn_rm: Tensor,
    bn_rv: Tensor,
    bn_eps: float,
    bn_w: Tensor | None,
    bn_b: Tensor | None,
) -> tuple[Parameter, Parameter]:
    """The weight (out, in) and the bias (out,) of `fuse_linear_bn_eval`, as PyTorch's function of this name.

    The arguments are as in `fuse_conv_bn_weights`, with `linear_w` (out, in) and `linear_b` (out,) in the place of the
    convolution's.

    Examples
    --------
    >>> import minitensor as mt
    >>> weight, bias = fuse_linear_bn_weights(mt.ones(1, 2), None, mt.ones(1), mt.ones(1) * 3, 1., None, None)
    >>> weight.tolist(), bias.tolist()
    ([[0.5, 0.5]], [-0.5])
    """
    return fuse_conv_bn_weights(linear_w, linear_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b)


def _check(operation: str, layer: Module, kinds: tuple[type, ...], words: str, bn: Module) -> None:
    """Raise an error in words where a layer and a batch normalisation cannot become one."""
    if not isinstance(layer, kinds):
        raise TypeError(f"{operation}: expected {words}, got {type(layer).__name__}")
    if not isinstance(bn, _BatchNorm):
        raise TypeError(f"{operation}: expected a batch normalisation behind it, got {type(bn).__name__}")
    if layer.training or bn.training:
        raise RuntimeError(f"{operation}: only in evaluation is batch normalisation an affine map: call .eval() on both")
    if bn.running_mean is None or bn.running_var is None:
        raise RuntimeError(f"{operation}: the batch normalisation has no running statistics: track_running_stats=False")


def _fused(operation: str, layer: _Layer, bn: Any, weights: Any, *transposed: bool) -> _Layer:
    """A copy of the layer with the weight and the bias of both."""
    plain: Any = layer  # a convolution or a Linear layer: `_check` has seen to it
    channels = plain.out_features if isinstance(plain, Linear) else plain.out_channels
    if bn.num_features != channels:
        raise ShapeError(f"{operation}: the layer has {channels} outputs, the batch normalisation is for {bn.num_features}")
    fused = copy.deepcopy(plain)
    fused.weight, fused.bias = weights(
        plain.weight, plain.bias, bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias, *transposed
    )
    return cast(_Layer, fused)


def _scale(bn_rv: Tensor, bn_eps: float, bn_w: Tensor | None) -> Tensor:
    """What each output is multiplied by (out)."""
    weight = ones_like(bn_rv) if bn_w is None else bn_w
    scale: Tensor = widened(weight) / (widened(bn_rv) + bn_eps).sqrt()
    return scale


def _bias(scale: Tensor, weight: Tensor, bias: Tensor | None, bn_rm: Tensor, bn_b: Tensor | None) -> Parameter:
    """The bias of both (out), which is learned where the layer's was."""
    before = zeros_like(bn_rm) if bias is None else bias
    fused = (widened(before) - widened(bn_rm)) * scale
    fused = fused if bn_b is None else fused + widened(bn_b)
    return Parameter(elementwise.cast(fused, dtype=(weight if bias is None else bias).dtype), before.requires_grad)


def _parameter(fused: Tensor, weight: Tensor) -> Parameter:
    return Parameter(elementwise.cast(fused, dtype=weight.dtype), weight.requires_grad)
