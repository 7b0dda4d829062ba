"""Convolutions among the nodes of the tape: the settings that the lens opens one with."""

from __future__ import annotations

from typing import Any

from minitensor.geometry import ConvGeometry
from minitensor.tape import Node
from minitensor.viz.kept import constant_of
from minitensor.viz.lens.case import CONVOLUTIONS, settings_of

# What is left out where it says nothing.
_USUAL: dict[str, Any] = {"transposed": False, "groups": 1, "paddingMode": "zeros", "bias": False}


def convolution_of(node: Node) -> dict[str, Any] | None:
    """The settings of a convolution by the names that the lens has for them, without those that say nothing.

    None for any other node, and where a backward pass has freed all that is known of its input.
    """
    if node.name not in CONVOLUTIONS:
        return None
    in_shape = _shape_of(node, 0)
    if in_shape is None:
        return None
    geometry: ConvGeometry = node.parameters["geometry"]
    settings = settings_of(geometry, node.name == "conv_transpose", in_shape, node.shape)
    settings["bias"] = node.name == "conv_bias"
    idle = {**_USUAL, "dilation": [1] * geometry.rank, "outputPadding": [0] * geometry.rank}
    return {name: value for name, value in settings.items() if value != idle.get(name)}


def _shape_of(node: Node, argument: int) -> tuple[int, ...] | None:
    """The shape of an argument: of what it was computed from, else of what is kept of it."""
    edge = node.inputs[argument]
    if edge is not None:
        return tuple(edge.shape)
    known = constant_of(node, argument)
    if known is None:
        return None
    return tuple(known[0] if isinstance(known, tuple) else known.shape)
