"""Seeded convolutions for the tests of the lens: settings and numbers as the page has them, and the library's answers."""

from __future__ import annotations

import numpy as np

import minitensor as mt
import minitensor.nn.functional as F

MODES = ["zeros", "reflect", "replicate", "circular"]


def drawn(seed, *, rank=None, groups=None, transposed=None, modes=MODES, batch=2, remainder=False):
    """Settings of a convolution that can be computed; with `remainder`, of one whose windows do not come out even."""
    generator = np.random.default_rng(seed)

    def one(low, high):
        return int(generator.integers(low, high + 1))

    while True:
        axes = rank or one(1, 3)
        backward = bool(one(0, 1)) if transposed is None else transposed
        parts = groups or one(1, 2)
        given = {
            "rank": axes, "transposed": backward, "batch": one(1, batch), "groups": parts, "bias": bool(one(0, 1)),
            "inChannels": parts * one(1, 2), "outChannels": parts * one(1, 2),
            "size": [one(3, 4 if axes == 3 else 7) for _ in range(axes)],
            "kernel": [one(1, 2 if axes == 3 else 3) for _ in range(axes)],
            "stride": [one(1, 3) for _ in range(axes)],
            "dilation": [one(1, 2) for _ in range(axes)],
            "padding": [[pad, pad] for pad in (one(0, 2) for _ in range(axes))],
            "paddingMode": "zeros" if backward else modes[one(0, len(modes) - 1)],
            "outputPadding": [one(0, 1) if backward else 0 for _ in range(axes)],
        }  # fmt: skip
        rests = [
            (h + 2 * p[0] - d * (k - 1) - 1) % s
            for h, k, s, d, p in zip(
                *(given[name] for name in ("size", "kernel", "stride", "dilation", "padding")), strict=True
            )
        ]
        if remainder and not any(rests):
            continue
        try:
            return given, numbers_of(given, generator)
        except ValueError:
            continue


def numbers_of(given, generator):
    """X, W, b and dY for settings; raises where they cannot be computed."""
    size, kernel, parts = given["size"], given["kernel"], given["groups"]
    first, second = given["outChannels"], given["inChannels"]
    if given["transposed"]:
        first, second = second, first
    arrays = {
        "X": generator.standard_normal((given["batch"], given["inChannels"], *size)),
        "W": generator.standard_normal((first, second // parts, *kernel)),
        "b": generator.standard_normal(given["outChannels"]) if given["bias"] else None,
    }
    arrays["dY"] = generator.standard_normal(forward(given, arrays)[0].shape)
    return arrays


def forward(given, arrays):
    """The output, and the leaves that it was computed from by the library."""
    leaves = {name: None if array is None else mt.tensor(array, requires_grad=True) for name, array in arrays.items()}
    rank, pads = given["rank"], [pair[0] for pair in given["padding"]]
    options = {"stride": tuple(given["stride"]), "dilation": tuple(given["dilation"]), "groups": given["groups"]}
    x, weight, bias = leaves["X"], leaves["W"], leaves["b"]
    if given["transposed"]:
        function = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)[rank - 1]
        y = function(x, weight, bias, padding=tuple(pads), output_padding=tuple(given["outputPadding"]), **options)
        return y, leaves
    if given["paddingMode"] != "zeros":
        x = F.pad(x, [pad for one in reversed(pads) for pad in (one, one)], mode=given["paddingMode"])
        pads = [0] * rank
    return (F.conv1d, F.conv2d, F.conv3d)[rank - 1](x, weight, bias, padding=tuple(pads), **options), leaves


def answers(given, arrays):
    """Y, dX, dW and db as the library computes them, flat."""
    y, leaves = forward(given, {name: arrays[name] for name in ("X", "W", "b")})
    y.backward(mt.tensor(arrays["dY"]))
    found = {"Y": y.detach(), "dX": leaves["X"].grad, "dW": leaves["W"].grad}
    if arrays["b"] is not None:
        found["db"] = leaves["b"].grad
    return {name: tensor.numpy().ravel() for name, tensor in found.items()}


def flat(arrays):
    """The arrays as the page takes them."""
    return {name: None if array is None else array.ravel().tolist() for name, array in arrays.items()}


def contributors(given, arrays):
    """For each cell of Y, dX and dW the cells of each factor that its sum has, found with arrays of zeros and a single one."""
    ones = {name: None if array is None else np.ones_like(array) for name, array in arrays.items()}
    found = {"Y": {"X": [], "W": []}, "dX": {"dY": [], "W": []}, "dW": {"dY": [], "X": []}}
    for factor in ("X", "W", "dY"):
        for cell in range(ones[factor].size):
            probe = np.zeros(ones[factor].size)
            probe[cell] = 1
            given_now = {**ones, "b": None, factor: probe.reshape(ones[factor].shape)}
            reached = answers(given, given_now)
            for name, factors in found.items():
                if factor in factors:
                    factors[factor].append(reached[name] != 0)
    return {name: {factor: np.array(hits) for factor, hits in factors.items()} for name, factors in found.items()}
