"""A copy of a model whose gradients tell what is connected with what: nothing cancels, and nothing is cut off."""

from __future__ import annotations

from copy import deepcopy
from math import prod
from typing import Any

import numpy as np

from minitensor.creation import from_numpy
from minitensor.dtypes import Array
from minitensor.geometry import Ints
from minitensor.nn.module import Module
from minitensor.observer import Observer
from minitensor.ops.elementwise import relu
from minitensor.ops.pool import max_pool, pool_spread
from minitensor.ops.reduce import amax
from minitensor.tape import Node
from minitensor.tensor import Tensor


def positive_copy(model: Module) -> Module:
    """A copy of a model that evaluates in float64, with positive weights, about 1 in all for an output, and no biases."""
    random = np.random.default_rng(1)
    probe = deepcopy(model).double().eval()
    for name, tensor in [*probe.named_parameters(), *probe.named_buffers()]:
        last = name.rpartition(".")[2]
        if isinstance(tensor, Tensor) and tensor.is_floating_point():
            if "bias" in last or last == "running_mean":
                value: Any = 0.0
            elif tensor.ndim < 2:
                value = 1.0
            else:
                value = random.uniform(0.5, 1.5, tensor.shape) / prod(tensor.shape[1:])
            tensor.requires_grad_(False)
            tensor.copy_(from_numpy(np.broadcast_to(value, tensor.shape).astype(np.float64)))
    return probe


class EverythingPasses(Observer):
    """In the graph that is recorded, lets gradients pass where the values decide: each cell could have been chosen."""

    def recorded(self, node: Node, arguments: tuple[Any, ...], result: Array) -> None:  # noqa: ARG002
        """Give the node, and no other, a rule without a choice."""
        rule = _WITHOUT_CHOICE.get(node.name)
        if rule is not None:
            node.plan = node.plan._replace(rules=((0, rule),), fused=None)


def _over_axes(v: Any, shape: Ints, parameters: dict[str, Any]) -> Any:
    kept = tuple(1 if axis in parameters["axis"] else length for axis, length in enumerate(shape))
    return np.broadcast_to(v.reshape(kept), shape)


_WITHOUT_CHOICE = {
    relu.name: lambda v, _saved, _parameters: v,
    max_pool.name: lambda v, _saved, parameters: pool_spread(v, geometry=parameters["geometry"]),
    amax.name: lambda v, saved, parameters: _over_axes(v, saved[0].shape, parameters),
}
