"""A model's state dict in MegEngine's layout.

What differs from the layout here, by the kind of the layer that a tensor belongs to:

| tensor                            | here                | MegEngine                                                       |
|-----------------------------------|---------------------|-----------------------------------------------------------------|
| weight and bias of a convolution  |                     | see `minitensor.interop.megengine.parameters`                   |
| weight of a PReLU                 | (channels,)         | (1,) for one channel, else (1, channels, 1, 1)                  |
| those of batch normalisation      | (channels,)         | (1, channels, 1, 1) in the layer, (channels,) in the state dict |
| weight and bias of a LayerNorm    | (*normalized_shape) | the same in the layer, one axis in the state dict               |
| `num_batches_tracked`             | ()                  | there is none                                                   |

All else has the same names and shapes. What is no parameter is not converted: MegEngine's momentum of 0.9 is 0.1 here.

References
----------
MegEngine, commit 47952c0 (2024), in `imperative/python/megengine/module`: `_infer_weight_shape` and `_infer_bias_shape`
of conv.py, `_BatchNorm` of batchnorm.py, `PReLU` of activation.py, `state_dict` and its loading in module.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np

from minitensor.creation import from_numpy
from minitensor.dtypes import Array
from minitensor.errors import ShapeError
from minitensor.interop.megengine.parameters import (
    bias_from_megengine,
    bias_to_megengine,
    conv_weight_from_megengine,
    conv_weight_to_megengine,
)
from minitensor.nn.activation import PReLU
from minitensor.nn.conv_nd import ConvNd, ConvTransposeNd
from minitensor.nn.module import Module
from minitensor.nn.norm import GroupNorm, LayerNorm
from minitensor.nn.norm.channels import ChannelNorm
from minitensor.tensor import Tensor

COUNT = "num_batches_tracked"


def state_dict_to_megengine(module: Module) -> dict[str, Tensor]:
    """A module's state dict as MegEngine's module of the same layers answers it; `state_dict_from_megengine` undoes it.

    Parameters
    ----------
    module : Module
        What is converted follows from the kinds of its layers.

    Returns
    -------
    dict of str to Tensor
        Each in MegEngine's shape, sharing the module's memory; without `num_batches_tracked`.

    Examples
    --------
    >>> import minitensor as mt
    >>> state = state_dict_to_megengine(mt.nn.Sequential(mt.nn.Conv2d(4, 6, 3, groups=2), mt.nn.PReLU(6)))
    >>> {name: value.shape for name, value in state.items()}
    {'0.weight': (2, 3, 2, 3, 3), '0.bias': (1, 6, 1, 1), '1.weight': (1, 6, 1, 1)}
    """
    owners = _owners(module)
    own = {name: tensor for name, tensor in module.state_dict().items() if owners[name][1] != COUNT}
    return {name: from_numpy(_to_megengine(*owners[name], tensor._array)) for name, tensor in own.items()}


def state_dict_from_megengine(state_dict: Mapping[str, Any], module: Module) -> dict[str, Tensor]:
    """What a module's `load_state_dict` takes, from the state dict of MegEngine's module of the same layers.

    Parameters
    ----------
    state_dict : mapping of str to array_like
        As MegEngine's `state_dict()` answers it, or what `mt.load` reads of a file with that. Batch normalisation's may have
        the shape (1, channels, 1, 1) too.
    module : Module
        It says which layer each name is of, and gives its own `num_batches_tracked`. It is not changed.

    Returns
    -------
    dict of str to Tensor
        In the shapes of the layers here. A name that the module does not have stays as it is: `load_state_dict` tells of it.

    Raises
    ------
    ShapeError
        A value has not the layout that its layer asks for: its name is said.

    Examples
    --------
    >>> import minitensor as mt
    >>> model = mt.nn.Sequential(mt.nn.Conv2d(4, 6, 3, groups=2), mt.nn.BatchNorm2d(6))
    >>> model.load_state_dict(state_dict_from_megengine(state_dict_to_megengine(model), model))
    <All keys matched successfully>
    """
    owners = _owners(module)
    state = {name: tensor for name, tensor in module.state_dict().items() if owners[name][1] == COUNT}
    for name, value in state_dict.items():
        array = np.asarray(value)
        try:
            state[name] = from_numpy(_from_megengine(*owners[name], array) if name in owners else array)
        except ShapeError as error:
            raise ShapeError(f"{name}: {error}") from None
    return state


def _owners(module: Module) -> dict[str, tuple[Module, str]]:
    """For each name in the state dict the layer that it belongs to, and its name there."""
    owners = {}
    for path, layer in module.named_modules(remove_duplicate=False):
        names = [name for name, _ in layer.named_parameters(recurse=False, remove_duplicate=False)]
        names += [name for name, _ in layer.named_buffers(recurse=False, remove_duplicate=False)]
        owners.update({f"{path}.{name}" if path else name: (layer, name) for name in names})
    return owners


def _to_megengine(layer: Module, name: str, array: Array) -> Array:
    if isinstance(layer, (ConvNd, ConvTransposeNd)) and name == "weight":
        return conv_weight_to_megengine(array, layer.groups, layer.transposed)
    if isinstance(layer, (ConvNd, ConvTransposeNd)) and name == "bias":
        return bias_to_megengine(array, layer.rank)
    if isinstance(layer, PReLU) and array.size > 1:
        return array.reshape(1, -1, 1, 1)  # (c,) -> (1, c, 1, 1)
    return array.reshape(-1) if isinstance(layer, LayerNorm) else array  # (*normalized_shape) -> (numbers,)


def _from_megengine(layer: Module, name: str, array: Array) -> Array:
    if isinstance(layer, (ConvNd, ConvTransposeNd)) and name == "weight":
        return conv_weight_from_megengine(array, layer.groups, layer.transposed)
    if isinstance(layer, (ConvNd, ConvTransposeNd)) and name == "bias":
        return bias_from_megengine(array)
    if isinstance(layer, (PReLU, ChannelNorm, GroupNorm, LayerNorm)):
        own: tuple[int, ...] = getattr(layer, name).shape
        if array.size != prod(own):
            raise ShapeError(f"{type(layer).__name__}: {name} is {own}, the state dict has {array.shape}")
        return array.reshape(own)  # (1, c, 1, 1) -> (c,), or (numbers,) -> (*normalized_shape)
    return array
