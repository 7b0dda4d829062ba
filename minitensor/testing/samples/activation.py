"""The samples of `ops.activation`: each operand's layout, on both sides of every kink."""

from __future__ import annotations

import numpy as np

from minitensor.testing.samples.registry import Sample, away, calls, layouts, samples_for


@samples_for("erf", "silu", "mish", "logsigmoid", "hardswish")
def _anywhere(rng: np.random.Generator) -> list[Sample]:
    return calls([*layouts(away(rng)), away(rng)((3,)) * 2])


@samples_for("leaky_relu")
def _leaky_relu(rng: np.random.Generator) -> list[Sample]:
    arrays = layouts(away(rng))
    return calls(arrays, slope=0.1) + calls(arrays[:3], slope=2.5) + calls(arrays[:3], slope=0.0)


@samples_for("prelu")
def _prelu(rng: np.random.Generator) -> list[Sample]:
    draw = away(rng)
    shapes = [((2, 3, 2), (3, 1)), ((4,), (1,)), ((0, 2), (2,)), ((), ())]
    return calls([(draw(a), draw(slope)) for a, slope in shapes])


@samples_for("elu")
def _elu(rng: np.random.Generator) -> list[Sample]:
    arrays = layouts(away(rng))
    return calls(arrays, alpha=1.0, scale=1.0, rate=1.0) + calls(arrays[:3], alpha=2.0, scale=1.5, rate=0.5)


@samples_for("gelu")
def _gelu(rng: np.random.Generator) -> list[Sample]:
    return calls(layouts(away(rng)), approximate="none") + calls(layouts(away(rng)), approximate="tanh")


@samples_for("softplus")
def _softplus(rng: np.random.Generator) -> list[Sample]:
    arrays = layouts(away(rng))
    return calls(arrays, beta=1.0, threshold=20.0) + calls(arrays[:3], beta=2.0, threshold=3.0)


@samples_for("hardtanh")
def _hardtanh(rng: np.random.Generator) -> list[Sample]:
    arrays = layouts(away(rng))
    return calls(arrays, low=-1.0, high=2.0) + calls(arrays[:3], low=0, high=6)
