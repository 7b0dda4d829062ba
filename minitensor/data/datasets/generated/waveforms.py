"""Signals of several forms, in noise."""

from __future__ import annotations

import numpy as np

from minitensor.creation import from_numpy
from minitensor.data.datasets.generated.arguments import amount, between, draw_labels, whole
from minitensor.dtypes import Array, float32
from minitensor.random import Generator, numpy_generator
from minitensor.tensor import Tensor

WAVEFORMS = ("sine", "triangle", "square", "sawtooth", "pulses", "beat", "rising chirp", "falling chirp")
_STEPS = 4096  # to one: values are rounded to that


def make_waveforms(
    samples: int,
    length: int = 128,
    *,
    noise: float = 0.4,
    generator: Generator | np.random.Generator | None = None,
) -> tuple[Tensor, Tensor]:
    """Signals of eight forms, whose frequency, phase, amplitude and level are random, in noise.

    A signal is ``level + amplitude * form(f t + p) + noise``, t going from 0 to 1 along it, with f from 4 to 9 periods and a
    phase p. The chirps begin with a third of the frequency that they end with, or the other way round; the beat is a tone
    that swells and fades. As any phase is as likely as any other, every place has the same mean in all classes: there is
    nothing for a linear classifier to find. A convolutional network learns them: `examples/train_waveforms.py`.

    Parameters
    ----------
    samples : int
        N, how many.
    length : int
        L, how many values each has; 32 or more.
    noise : float
        The noise's standard deviation; amplitudes are between 0.6 and 1.4.
    generator : Generator or numpy.random.Generator, optional
        Where they are drawn from; left out, the one that all share.

    Returns
    -------
    signals : Tensor
        float32, with axes (N, C, L) = (samples, 1, length).
    labels : Tensor
        int64, with axis (N,): places in `WAVEFORMS`, each as often as any other.

    Raises
    ------
    TypeError, ValueError
        An argument is no number, or too small.

    Examples
    --------
    >>> import minitensor as mt
    >>> signals, labels = make_waveforms(100, generator=mt.Generator().manual_seed(0))
    >>> signals.shape, WAVEFORMS[labels[0].item()]
    ((100, 1, 128), 'sawtooth')
    """
    samples = whole("make_waveforms", "samples", samples, 1)
    length = whole("make_waveforms", "length", length, 32)
    noise = amount("make_waveforms", "noise", noise)
    rng = numpy_generator(generator)
    labels = draw_labels(rng, samples, len(WAVEFORMS))
    frequency, phase = between(rng, 4, 9, samples, 1), between(rng, 0, 1, samples, 1)
    level, amplitude = between(rng, -0.5, 0.5, samples, 1), between(rng, 0.6, 1.4, samples, 1)
    time = np.arange(length) / length  # (l,)
    signals = np.empty((samples, length))  # (n, l)
    for label, name in enumerate(WAVEFORMS):
        mine = labels == label
        signals[mine] = level[mine] + amplitude[mine] * _form(name, frequency[mine], phase[mine], time)
    signals += noise * rng.standard_normal(signals.shape)
    signals = np.rint(signals * _STEPS) / _STEPS
    return from_numpy(signals.astype(float32)[:, None]), from_numpy(labels)  # (n, 1, l)


def _form(name: str, frequency: Array, phase: Array, time: Array) -> Array:
    """The values of one form, about from -1 to 1: frequency and phase (n, 1), time (l,), the answer (n, l)."""
    cycles = frequency * time + phase
    part = cycles - np.floor(cycles)  # of the period, from 0 to 1
    values: Array
    if name == "triangle":
        values = 4 * np.abs(part - 0.5) - 1
    elif name == "square":
        values = np.where(part < 0.5, 1.0, -1.0)
    elif name == "sawtooth":
        values = 2 * part - 1
    elif name == "pulses":
        values = np.where(part < 0.2, 1.6, -0.4)
    elif name == "rising chirp":  # from half of the frequency to three halves of it
        values = _sine(frequency * (time / 2 + time * time / 2) + phase)
    elif name == "falling chirp":
        values = _sine(frequency * (3 * time / 2 - time * time / 2) + phase)
    elif name == "beat":
        values = 1.4 * _sine(cycles) * _sine(frequency * time / 5 + 3 * phase)
    else:
        values = _sine(cycles)
    return values


def _sine(cycles: Array) -> Array:
    return np.sin(2 * np.pi * cycles)
