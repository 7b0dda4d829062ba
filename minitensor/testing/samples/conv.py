"""The samples of `ops.conv`: remainders, unequal padding, dilation, groups, one to three axes, an empty batch."""

from __future__ import annotations

import numpy as np

from minitensor.geometry import ConvGeometry
from minitensor.testing.samples.registry import Sample, away, samples_for

CONVOLUTIONS = [
    (1, 1, 2, ConvGeometry.from_conv((5,), 3)),
    (2, 2, 2, ConvGeometry.from_conv((8,), 3, stride=3, padding=((2, 0),), groups=2)),
    (2, 2, 1, ConvGeometry.from_conv((5, 4), (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2))),
    (1, 1, 2, ConvGeometry.from_transpose((3, 2), (2, 3), stride=2, output_padding=1)),
    (1, 1, 1, ConvGeometry.from_conv((3, 3, 2), (2, 1, 2), padding=(0, 2, 1), stride=(1, 2, 1))),
    (0, 1, 1, ConvGeometry.from_conv((4,), 2)),
]  # samples, input channels, output channels, geometry


def _convolved(rng: np.random.Generator, first: str, second: str) -> list[Sample]:
    found = []
    for n, c, o, geometry in CONVOLUTIONS:
        arrays = {
            "x": away(rng)((n, c, *geometry.in_spatial)),
            "w": away(rng)((o, c // geometry.groups, *geometry.kernel)),
            "g": away(rng)((n, o, *geometry.out_spatial)),
        }
        found.append(Sample((arrays[first], arrays[second]), {"geometry": geometry}))
    return found


def _with_bias(rng: np.random.Generator) -> list[Sample]:
    plain = _convolved(rng, "x", "w")
    return [Sample((*sample.args, away(rng)((len(sample.args[1]),))), sample.parameters) for sample in plain]


samples_for("conv")(lambda rng: _convolved(rng, "x", "w"))
samples_for("conv_bias")(_with_bias)
samples_for("conv_transpose")(lambda rng: _convolved(rng, "g", "w"))
samples_for("conv_weight_grad")(lambda rng: _convolved(rng, "x", "g"))
