"""A convolution with its numbers as plain data, for the page: of a layer, or of any call that convolves once."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from minitensor.creation import as_tensor
from minitensor.errors import ShapeError
from minitensor.geometry import ConvGeometry, padding_pairs
from minitensor.grad_mode import enable_grad, no_grad
from minitensor.nn.conv_nd import ConvNd, ConvTransposeNd
from minitensor.observer import Observer
from minitensor.tape import Node
from minitensor.tensor import Tensor
from minitensor.viz.unchanged import unchanged

Numbers = NDArray[np.float64]

# What the page can show at once: products, cells of all arrays together, and the largest of each setting.
MOST_TERMS = 150_000
MOST_CELLS = 6_000
LARGEST = {"batch": 4, "channels": 64, "groups": 64, "size": 256, "kernel": 64, "stride": 32, "dilation": 32, "padding": 64}

CONVOLUTIONS = ("conv", "conv_bias", "conv_transpose")  # the primitives


class Case(NamedTuple):
    """One convolution.

    Attributes
    ----------
    given : dict
        Its settings, by the names that the page has for them.
    arrays : dict
        "X", "W", "b" (or None) and "dY", float64.
    """

    given: dict[str, Any]
    arrays: dict[str, Numbers | None]

    def to_dict(self) -> dict[str, Any]:
        """As the page reads it."""
        flat = {name: None if array is None else array.ravel().tolist() for name, array in self.arrays.items()}
        return {"given": self.given, "arrays": flat}


def case_of(convolution: Any, x: Any, grad: Any = None) -> Case:
    """The case of a convolution of `x`, where `grad` arrives at its output; ones unless given.

    Raises
    ------
    TypeError
        It is neither a convolution nor something that can be called.
    ValueError
        It does not convolve just once, or it is too large to be looked at, or there is nothing to look at.
    ShapeError
        `x` does not fit it, or `grad` does not fit its output.
    """
    if isinstance(convolution, (ConvNd, ConvTransposeNd)):
        case, out_shape = _of_layer(
            convolution, x if isinstance(x, Tensor) else as_tensor(x, dtype=convolution.weight.dtype)
        )
    elif callable(convolution):
        case, out_shape = _of_call(convolution, as_tensor(x))
    else:
        found = type(convolution).__name__
        raise TypeError(f"lens: expected a convolution layer, or a function that convolves x once, got {found}")
    _check_extent(case.given, out_shape)
    return Case(case.given, {**case.arrays, "dY": _arriving(grad, out_shape)})


def _of_layer(layer: ConvNd | ConvTransposeNd, x: Tensor) -> tuple[Case, tuple[int, ...]]:
    batched = x if x.ndim == layer.rank + 2 else x.unsqueeze(0)
    with unchanged(layer), no_grad():
        out_shape = layer(batched).shape
    transposed = isinstance(layer, ConvTransposeNd)
    pairs = padding_pairs(layer.padding, layer.kernel_size, layer.stride, layer.dilation, "lens")
    weight = _numbers(layer.weight)
    if isinstance(layer, ConvNd) and layer.conv_mode == "convolution":
        weight = np.flip(weight, axis=tuple(range(2, weight.ndim)))  # as it is laid on the input
    given = {
        "rank": layer.rank,
        "transposed": transposed,
        "batch": batched.shape[0],
        "inChannels": layer.in_channels,
        "outChannels": layer.out_channels,
        "groups": layer.groups,
        "size": list(batched.shape[2:]),
        "kernel": list(layer.kernel_size),
        "stride": list(layer.stride),
        "dilation": list(layer.dilation),
        "padding": [list(pair) for pair in pairs],
        "paddingMode": layer.padding_mode,
        "outputPadding": list(layer.output_padding),
        "bias": layer.bias is not None,
    }
    bias = None if layer.bias is None else _numbers(layer.bias)
    return Case(given, {"X": _numbers(batched), "W": weight, "b": bias}), out_shape


class _Convolutions(Observer):
    """Notes each convolution, with the arrays that went into it."""

    def __init__(self) -> None:
        self.found: list[tuple[Node, tuple[Any, ...], tuple[int, ...]]] = []

    def recorded(self, node: Node, arguments: tuple[Any, ...], result: Any) -> None:
        """Note it if it is one."""
        if node.name in CONVOLUTIONS:
            self.found.append((node, tuple(np.asarray(argument) for argument in arguments), np.shape(result)))


def _of_call(function: Callable[[Tensor], Any], x: Tensor) -> tuple[Case, tuple[int, ...]]:
    """The case of the one convolution in a call; a padding with copies before it is part of its input."""
    with enable_grad(), _Convolutions() as seen:
        function(x.detach().requires_grad_())
    if len(seen.found) != 1:
        raise ValueError(f"lens: the call is to convolve x once, and there were {len(seen.found)} convolutions of it")
    node, (image, weight, *bias), out_shape = seen.found[0]
    geometry: ConvGeometry = node.parameters["geometry"]
    transposed = node.name == "conv_transpose"
    given = settings_of(geometry, transposed, image.shape, out_shape)
    arrays = {"X": image, "W": weight, "b": bias[0] if bias else None}
    given["bias"] = bool(bias)
    return Case(given, {name: None if one is None else one.astype(np.float64) for name, one in arrays.items()}), out_shape


def settings_of(
    geometry: ConvGeometry, transposed: bool, in_shape: tuple[int, ...], out_shape: tuple[int, ...]
) -> dict[str, Any]:
    """The settings of a convolution by its geometry, with zeros around its input and without a bias."""
    pairs = [list(pair) for pair in zip(geometry.pad_lo, geometry.pad_hi, strict=True)]
    naive = [
        (out - 1) * stride + dilation * (kernel - 1) + 1 - lo - hi
        for out, stride, dilation, kernel, lo, hi in zip(
            geometry.out_spatial, geometry.stride, geometry.dilation, geometry.kernel, geometry.pad_lo, geometry.pad_hi,
            strict=True,
        )
    ]  # fmt: skip
    rest = [size - least for size, least in zip(geometry.in_spatial, naive, strict=True)]
    return {
        "rank": geometry.rank,
        "transposed": transposed,
        "batch": in_shape[0],
        "inChannels": in_shape[1],
        "outChannels": out_shape[1],
        "groups": geometry.groups,
        "size": list(in_shape[2:]),
        "kernel": list(geometry.kernel),
        "stride": list(geometry.stride),
        "dilation": list(geometry.dilation),
        "padding": pairs,
        "paddingMode": "zeros",
        "outputPadding": rest if transposed else [0] * geometry.rank,
        "bias": False,
    }


def _arriving(grad: Any, shape: tuple[int, ...]) -> Numbers:
    if grad is None:
        return np.ones(shape)
    numbers = np.asarray(grad.numpy() if isinstance(grad, Tensor) else grad, np.float64)
    if numbers.shape not in (shape, shape[1:]):
        raise ShapeError(f"lens: the convolution answers {shape}, and grad has the shape {numbers.shape}")
    return numbers.reshape(shape)


def _numbers(tensor: Tensor) -> Numbers:
    return np.array(tensor.detach().numpy(), np.float64)


def _check_extent(given: dict[str, Any], out_shape: tuple[int, ...]) -> None:
    """Refuse what is more than a page can show."""
    in_shape = (given["batch"], given["inChannels"], *given["size"])
    small, across = (in_shape, out_shape[1]) if given["transposed"] else (out_shape, in_shape[1])
    taps = across // given["groups"] * prod(given["kernel"])  # of each channel of the small side
    terms, cells = prod(small) * taps, prod(in_shape) + prod(out_shape) + small[1] * taps
    if prod(in_shape) * prod(out_shape) == 0:
        raise ValueError(f"lens: there is nothing to look at: x is {in_shape}, and the convolution answers {out_shape}")
    for words, found, most in (("products", terms, MOST_TERMS), ("numbers", cells, MOST_CELLS)):
        if found > most:
            raise ValueError(
                f"lens: this convolution has {found} {words}, and up to {most} can be looked at: "
                "take one sample, fewer channels, or a piece of x, x[:1, :, :8, :8]"
            )
    named = {
        "batch": given["batch"],
        "channels": max(given["inChannels"], given["outChannels"]),
        "groups": given["groups"],
        "padding": max(max(pair) for pair in given["padding"]),
        **{name: max(given[name]) for name in ("size", "kernel", "stride", "dilation")},
    }
    for name, value in named.items():
        if value > LARGEST[name]:
            raise ValueError(f"lens: up to {name} {LARGEST[name]} can be looked at, got {value}")
