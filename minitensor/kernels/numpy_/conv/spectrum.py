"""Convolution of signals with long kernels, by the Fourier transform.

A correlation is a product of spectra: Y = X * conj(W), frequency by frequency, for signals that go around in a circle. A
long signal is cut into blocks that overlap by the kernel's length less one, so that what goes around falls on positions that
are thrown away: overlap-save. Over channels it is a product of small matrices for each frequency:

    Y (frequency, o, block) = conj(W) (frequency, o, c) @ X (frequency, c, block)
    dW (frequency, o, c)    = conj(G) (frequency, o, block) @ X (frequency, block, c)

The transposed convolution is a correlation of g with the kernel in reverse. What goes through a transform and back is off by
the rounding errors of a sum of all the block's cells: for float32 within 2e-6 of the largest value, for float64 within
2e-15. It is the largest value that counts: beside it small ones lose their digits, and silence is not 0. What is not finite
spoils its whole block.

References
----------
A. V. Oppenheim and R. W. Schafer, "Discrete-Time Signal Processing", 3rd edition, 2010, section 8.7: overlap-save.
"""

from __future__ import annotations

from functools import lru_cache, partial
from math import log2
from typing import Any

import numpy as np

from minitensor import threads
from minitensor.dtypes import Array
from minitensor.geometry import ConvGeometry
from minitensor.kernels.numpy_.conv.grouped import weights_by_group

EXACT = False  # results are the sums as they are written but for rounding, where all is finite

# The samples whose blocks are transformed at a time: they should stay in the cache.
BLOCK_BYTES = 2**22


def conv(x: Array, w: Array, bias: Array | None, geometry: ConvGeometry) -> Array:
    """The convolution, with the bias added where there is one."""
    y = _correlate(x, weights_by_group(w, geometry.groups), geometry.pad_lo[0], geometry.out_spatial[0])
    if bias is not None:
        np.add(y, bias[:, None], out=y)
    return y


def conv_transpose(g: Array, w: Array, geometry: ConvGeometry) -> Array:
    """The transposed convolution."""
    reverse = weights_by_group(w, geometry.groups)[..., ::-1].swapaxes(1, 2)  # (group, c, o, tap)
    return _correlate(g, reverse, geometry.kernel[0] - 1 - geometry.pad_lo[0], geometry.in_spatial[0])


def conv_weight_grad(x: Array, g: Array, geometry: ConvGeometry) -> Array:
    """The weight's gradient."""
    taps, groups, out = geometry.kernel[0], geometry.groups, geometry.out_spatial[0]
    length = transform_length(taps, out)
    keep = length - taps + 1
    shape = (length // 2 + 1, groups, g.shape[1] // groups, x.shape[1] // groups)
    shares = threads.shares(len(x))
    spectra = np.zeros((len(shares), *shape), np.result_type(x.dtype, np.complex64))

    def work(samples: slice, spectrum: Array) -> None:
        for some in _few(samples, x.shape[1] + g.shape[1], out, x.itemsize):
            seen = _spectra(_blocks(x[some], geometry.pad_lo[0], keep, length, out), groups)
            arrived = _spectra(_blocks(g[some], 0, keep, keep, out), groups, length)
            spectrum += np.matmul(arrived.conj(), seen.swapaxes(2, 3))  # (frequency, group, o, c)

    threads.run([partial(work, samples, spectrum) for samples, spectrum in zip(shares, spectra, strict=True)])
    grad = np.fft.irfft(np.moveaxis(np.add.reduce(spectra), 0, 3), length)[..., :taps]  # (group, o, c, tap)
    return np.ascontiguousarray(grad.reshape(g.shape[1], shape[3], taps), x.dtype)


def gradients(g: Array, x: Array, w: Array, geometry: ConvGeometry) -> list[Array]:
    """Both gradients: they have nothing in common."""
    return [conv_transpose(g, w, geometry), conv_weight_grad(x, g, geometry)]


def _correlate(x: Array, w: Array, before: int, out: int) -> Array:
    """Slide w (group, o, c, tap) over signals x (n, group*c, cell) that begin `before` cells later, at `out` positions."""
    groups, channels, _, taps = w.shape
    length = transform_length(taps, out)
    keep = length - taps + 1
    weight = np.moveaxis(np.fft.rfft(w, length), 3, 0).conj().astype(np.result_type(x.dtype, np.complex64))
    y = np.empty((len(x), groups * channels, out), x.dtype)

    def work(samples: slice) -> None:
        for some in _few(samples, x.shape[1] + groups * channels, out, x.itemsize):
            spectra = np.matmul(weight, _spectra(_blocks(x[some], before, keep, length, out), groups))
            spectra = spectra.reshape(len(weight), groups * channels, some.stop - some.start, -1)
            blocks = np.fft.irfft(np.ascontiguousarray(np.moveaxis(spectra, (0, 2), (3, 0))), length)  # (n, o, block, cell)
            signals = blocks[..., :keep].reshape(some.stop - some.start, groups * channels, -1)
            y[some] = signals[..., :out]

    threads.run([partial(work, samples) for samples in threads.shares(len(x))])
    return y


@lru_cache(maxsize=512)
def transform_length(taps: int, positions: int) -> int:
    """The length of the transforms with the least work for each position; of the lengths 2^n and 3 * 2^n."""
    lengths = [factor << power for power in range(3, 24) for factor in (2, 3)]
    longer = [length for length in lengths if length >= 2 * taps]
    return min(longer, key=lambda length: -(-positions // (length - taps + 1)) * length * log2(length))


def _blocks(x: Array, before: int, step: int, length: int, positions: int) -> Array:
    """Blocks (n, c, block, cell) of signals with zeros around them: they begin `before` cells before x, a step apart."""
    count = -(-positions // step)
    padded = np.zeros((*x.shape[:2], (count - 1) * step + length), x.dtype)
    first, last = max(0, -before), min(x.shape[2], padded.shape[2] - before)
    padded[..., before + first : before + last] = x[..., first:last]
    item = x.itemsize
    return np.ndarray((*x.shape[:2], count, length), x.dtype, padded, 0, (*padded.strides[:2], step * item, item))


def _spectra(blocks: Array, groups: int, length: int | None = None) -> Array:
    """The spectra (frequency, group, c, n*block) of blocks (n, group*c, block, cell)."""
    samples, channels, count, _ = blocks.shape
    spectra: Any = np.fft.rfft(blocks, length).astype(np.result_type(blocks.dtype, np.complex64), copy=False)
    ordered = np.ascontiguousarray(spectra.transpose(3, 1, 0, 2))  # (frequency, group*c, n, block)
    return ordered.reshape(len(ordered), groups, channels // groups, samples * count)


def _few(samples: slice, channels: int, positions: int, item: int) -> list[slice]:
    """Slices of the samples whose signals are within the budget."""
    step = max(BLOCK_BYTES // max(channels * positions * item, 1), 1)
    return [slice(start, min(start + step, samples.stop)) for start in range(samples.start, samples.stop, step)]
