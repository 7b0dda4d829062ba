"""What a sample of a primitive is called with, and what is compared afterwards: for the tests over the registry."""

from __future__ import annotations

import numpy as np

import minitensor as mt
from minitensor.primitive import primitives
from minitensor.testing.samples import Sample, samples


def is_float(argument):
    return isinstance(argument, np.ndarray) and argument.dtype.kind == "f"


def argument_names(name, sample):
    """For each argument of a call the name that its rule has."""
    primitive = primitives[name]
    return primitive.arguments * len(sample.args) if primitive.variadic else primitive.arguments


def wanted(name, sample):
    """The positions of the arguments that a gradient can be asked for."""
    names = argument_names(name, sample)
    return [place for place, one in enumerate(sample.args) if is_float(one) and names[place] in primitives[name].rules]


def as_tensors(name, sample, places=None):
    """The arguments as leaves, of which those at `places` (all that can) require grad; numbers stay numbers."""
    places = wanted(name, sample) if places is None else places
    return [
        mt.from_numpy(one).requires_grad_(place in places) if isinstance(one, np.ndarray) else one
        for place, one in enumerate(sample.args)
    ]


def differentiable_samples(name):
    """The samples in float64 throughout: finite differences of less precision say nothing."""
    return [sample for sample in samples(name) if primitives[name](*sample.args, **sample.parameters).dtype == np.float64]


def upstream(result, seed=0):
    """A gradient to begin with, of the result's shape and dtype."""
    return np.asarray(np.random.default_rng(seed).standard_normal(result.shape)).astype(result.dtype)


def kept_by(node, box=lambda array: array):
    """What a node keeps for its rules, with the arrays among it boxed."""
    saved = list(node.saved)
    for position, _ in node.plan.arrays:
        saved[position] = box(saved[position]) if isinstance(saved[position], np.ndarray) else saved[position]
    return tuple(saved)


def same_bits(a, b):
    a, b = np.asarray(a), np.asarray(b)
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def in_dtype(sample, dtype):
    return Sample(tuple(one.astype(dtype) if is_float(one) else one for one in sample.args), sample.parameters)
