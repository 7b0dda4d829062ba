"""Batch normalisation folded into the convolutions of a network that is done with learning."""

from __future__ import annotations

import copy
from collections import Counter
from itertools import pairwise
from typing import TypeVar

from minitensor.nn.container import Sequential
from minitensor.nn.conv_nd import ConvNd, ConvTransposeNd
from minitensor.nn.linear import Identity
from minitensor.nn.module import Module
from minitensor.nn.norm.batch import _BatchNorm
from minitensor.nn.utils.fusion import fuse_conv_bn_eval

_Network = TypeVar("_Network", bound=Module)


def fuse_conv_bn(module: _Network, bn: Module | None = None) -> _Network:
    """Fold batch normalisation into the convolutions before it: a network that answers the same, with less to compute.

    Where a batch normalisation follows a convolution in a Sequential, at any depth, the convolution of the answer does what
    both did, and an Identity stands in the normalisation's place, so that all others keep their names. What a `forward` of
    your own calls one after the other is not to be seen from outside: fuse these by hand,
    `model.conv1, model.bn1 = fuse_conv_bn(model.conv1, model.bn1), nn.Identity()`.

    Parameters
    ----------
    module : Module
        A network; or, with `bn`, a convolution.
    bn : Module, optional
        The batch normalisation that follows the convolution.

    Returns
    -------
    Module
        A new one; what was given stays as it is.

    Raises
    ------
    RuntimeError
        One of them is in training mode, or a normalisation has no running statistics.
    TypeError
        With `bn`: they are no convolution and no batch normalisation.
    ShapeError
        A normalisation is for another number of channels than the convolution before it has.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor import nn
    >>> model = nn.Sequential(nn.Conv2d(3, 8, 3, bias=False), nn.BatchNorm2d(8), nn.ReLU()).eval()
    >>> fuse_conv_bn(model)
    Sequential(
      (0): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))
      (1): Identity()
      (2): ReLU()
    )

    References
    ----------
    For one pair: PyTorch's `torch.nn.utils.fusion.fuse_conv_bn_eval`.
    """
    if bn is not None:
        return fuse_conv_bn_eval(module, bn)
    fused = copy.deepcopy(module)
    uses = Counter(one for _, one in fused.named_modules(remove_duplicate=False))
    for sequence in [one for one in fused.modules() if isinstance(one, Sequential)]:
        for (place, layer), (next_place, follower) in pairwise(sequence._children()):
            shared = uses[layer] > 1 or uses[follower] > 1  # what is used elsewhere must stay what it is
            if isinstance(layer, (ConvNd, ConvTransposeNd)) and isinstance(follower, _BatchNorm) and not shared:
                setattr(sequence, place, fuse_conv_bn_eval(layer, follower))
                setattr(sequence, next_place, Identity())
    return fused
