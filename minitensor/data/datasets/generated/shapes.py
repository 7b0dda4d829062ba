"""Coloured shapes among clutter: ten classes in the format of CIFAR-10."""

from __future__ import annotations

import numpy as np

from minitensor.creation import from_numpy
from minitensor.data.datasets.generated.arguments import amount, between, draw_labels, turns, whole
from minitensor.data.datasets.generated.drawing import DRAWN, coverage, placed, segment
from minitensor.dtypes import Array, float32
from minitensor.random import Generator, numpy_generator
from minitensor.tensor import Tensor

SHAPES = tuple(DRAWN)
_TOGETHER = 64  # pictures are drawn so many at a time, which stay in the processor's cache


def make_shapes(
    samples: int,
    size: int = 32,
    *,
    clutter: int = 4,
    noise: float = 0.05,
    generator: Generator | np.random.Generator | None = None,
) -> tuple[Tensor, Tensor]:
    """Pictures of ten shapes in colours, of random place, size and angle, filled or in outline, among strokes and noise.

    Half of the strokes lie behind the shape, half of them across it. It is light on a dark ground or dark on a light one;
    neither colour nor brightness tell which shape it is, nor does any pixel by itself: the mean of each class is a plain
    grey. A convolutional network learns them: `examples/train_cifar10.py`.

    Parameters
    ----------
    samples : int
        N, how many.
    size : int
        H and W, in pixels; 16 or more.
    clutter : int
        How many strokes there are.
    noise : float
        Its standard deviation.
    generator : Generator or numpy.random.Generator, optional
        Where they are drawn from; left out, the one that all share.

    Returns
    -------
    images : Tensor
        float32, from 0 to 1 in steps of 1/255, with axes (N, C, H, W) = (samples, 3, size, size).
    labels : Tensor
        int64, with axis (N,): places in `SHAPES`, each as often as any other.

    Raises
    ------
    TypeError, ValueError
        An argument is no number, or too small.

    Examples
    --------
    >>> import minitensor as mt
    >>> images, labels = make_shapes(100, generator=mt.Generator().manual_seed(0))
    >>> images.shape, SHAPES[labels[0].item()]
    ((100, 3, 32, 32), 'semicircle')
    """
    samples = whole("make_shapes", "samples", samples, 1)
    size = whole("make_shapes", "size", size, 16)
    clutter = whole("make_shapes", "clutter", clutter, 0)
    noise = amount("make_shapes", "noise", noise)
    rng = numpy_generator(generator)
    labels = draw_labels(rng, samples, len(SHAPES))
    images = np.empty((samples, 3, size, size), float32)  # (n, c, h, w)
    for start in range(0, samples, _TOGETHER):
        part = labels[start : start + _TOGETHER]
        drawn = _background(rng, len(part), size)
        shape_colour = _contrasting(rng, drawn)
        for _ in range(clutter // 2):
            _add_stroke(rng, drawn)
        _paint(drawn, coverage(_distance(rng, part, size)), shape_colour)
        for _ in range(clutter - clutter // 2):
            _add_stroke(rng, drawn)
        drawn += np.float32(noise) * rng.standard_normal(drawn.shape, dtype=np.float32)
        images[start : start + _TOGETHER] = np.rint(np.clip(drawn, 0, 1) * np.float32(255)) / np.float32(255)
    return from_numpy(images), from_numpy(labels)


def _single(values: Array) -> Array:
    """Of a number for each picture, (n,), what goes with its pixels: (n, 1, 1) float32."""
    return values.astype(float32)[:, None, None]


def _background(rng: np.random.Generator, count: int, size: int) -> Array:
    """Pictures in which one colour goes over to another, (n, c, h, w)."""
    colours = between(rng, 0.1, 0.9, count, 3, 1, 1).astype(float32)
    change = between(rng, -0.4, 0.4, count, 3, 1, 1).astype(float32)
    cosine, sine = turns(rng, count, 1, 1, 1)
    place = (np.arange(size, dtype=float32) - np.float32((size - 1) / 2)) / np.float32(size)
    background: Array = colours + change * (cosine * place + sine * place[:, None])
    return background


def _contrasting(rng: np.random.Generator, background: Array) -> Array:
    """For each picture a colour that is lighter than its middle where that is dark, and darker else, (n, c, 1, 1)."""
    middle = background[:, :, background.shape[2] // 2, background.shape[3] // 2]  # (n, c)
    brightness = (middle[:, :1] + middle[:, 1:2] + middle[:, 2:]) / np.float32(3)
    away = np.where(brightness < 0.5, np.float32(1), np.float32(-1))
    colours: Array = middle + away * between(rng, 0.2, 0.7, *middle.shape).astype(float32)
    return colours[:, :, None, None]


def _distance(rng: np.random.Generator, labels: Array, size: int) -> Array:
    """The distances, in pixels, to the shapes or to the lines of their outlines, (n, h, w)."""
    count = len(labels)
    radius = between(rng, 0.22, 0.4, count) * size
    room = size - 1.8 * radius  # a shape's corners may reach over the edge a little
    x, y = (0.9 * radius + room * rng.random(count) for _ in range(2))
    turn = turns(rng, count)
    line = between(rng, 0.6, 1.3, count) * size / 32  # half the width of an outline
    is_outline = rng.random(count) < 0.5
    pixels = np.arange(size, dtype=float32)
    distance = np.empty((count, size, size), float32)
    for label in np.unique(labels):
        mine = np.flatnonzero(labels == label)
        right, down = pixels - _single(x[mine]), pixels[:, None] - _single(y[mine])
        turned = turn[0][mine, None, None], turn[1][mine, None, None]
        distance[mine] = placed(DRAWN[SHAPES[label]], right, down, _single(radius[mine]), turned)
    return np.where(_single(is_outline) > 0, np.abs(distance) - _single(line), distance)


def _add_stroke(rng: np.random.Generator, images: Array) -> None:
    """Draw a straight line of a colour of its own over each picture."""
    count, _, size, _ = images.shape
    x, y = (_single(between(rng, 0, size, count)) for _ in range(2))
    length, width = _single(between(rng, 0.1, 0.5, count) * size), _single(between(rng, 0.3, 1.0, count) * size / 32)
    cosine, sine = turns(rng, count, 1, 1)
    pixels = np.arange(size, dtype=float32)
    distance = segment(pixels - x, pixels[:, None] - y, length * cosine, length * sine) - width
    _paint(images, coverage(distance), between(rng, 0, 1, count, 3, 1, 1).astype(float32))


def _paint(images: Array, covered: Array, colour: Array) -> None:
    """Lay a colour (n, c, 1, 1) over what of the pictures (n, c, h, w) is covered (n, h, w)."""
    images += covered[:, None] * (colour - images)
