"""Short videos of shapes that move, whose motion is what is to be told."""

from __future__ import annotations

import numpy as np

from minitensor.creation import from_numpy
from minitensor.data.datasets.generated.arguments import amount, between, draw_labels, whole
from minitensor.data.datasets.generated.drawing import DRAWN, coverage, placed
from minitensor.dtypes import Array, float32
from minitensor.random import Generator, numpy_generator
from minitensor.tensor import Tensor

MOTIONS = ("left", "right", "up", "down", "growing", "shrinking", "clockwise", "anticlockwise")
# Which way each goes, in the order of the names
_WAYS = {
    "x": np.array([-1, 1, 0, 0, 0, 0, 0, 0]),
    "y": np.array([0, 0, -1, 1, 0, 0, 0, 0]),
    "size": np.array([0, 0, 0, 0, 1, -1, 0, 0]),
    "angle": np.array([0, 0, 0, 0, 0, 0, 1, -1]),
}
_TOLD_BY_A_TURN = ("semicircle", "crescent", "triangle", "square", "star", "cross", "arrow", "heart")
_SMALLEST, _LARGEST = 0.18, 0.4  # radii, as parts of the frame's size
_TOGETHER = 32  # videos are drawn so many at a time, which stay in the processor's cache


def make_moving_shapes(
    samples: int,
    frames: int = 8,
    size: int = 24,
    *,
    noise: float = 0.1,
    generator: Generator | np.random.Generator | None = None,
) -> tuple[Tensor, Tensor]:
    """Videos of a shape that moves left, right, up or down, grows, shrinks, or turns clockwise or anticlockwise.

    **No frame tells the motion.** Place, size and angle are uniform in any frame of any class: what leaves the frame on one
    side comes back on the other, and what has become as large as can be is small again. Played backwards a video is one of
    another class, so it is the order of the frames that tells. A network of convolutions over time and space learns them:
    `examples/train_videos.py`.

    Parameters
    ----------
    samples : int
        N, how many.
    frames : int
        T, how many pictures a video has; 2 or more.
    size : int
        H and W, in pixels; 16 or more.
    noise : float
        Its standard deviation, anew in each frame.
    generator : Generator or numpy.random.Generator, optional
        Where they are drawn from; left out, the one that all share.

    Returns
    -------
    videos : Tensor
        float32, from 0 to 1 in steps of 1/255, with axes (N, C, T, H, W) = (samples, 1, frames, size, size).
    labels : Tensor
        int64, with axis (N,): places in `MOTIONS`, each as often as any other.

    Raises
    ------
    TypeError, ValueError
        An argument is no number, or too small.

    Examples
    --------
    >>> import minitensor as mt
    >>> videos, labels = make_moving_shapes(100, generator=mt.Generator().manual_seed(0))
    >>> videos.shape, MOTIONS[labels[0].item()]
    ((100, 1, 8, 24, 24), 'down')
    """
    samples = whole("make_moving_shapes", "samples", samples, 1)
    frames = whole("make_moving_shapes", "frames", frames, 2)
    size = whole("make_moving_shapes", "size", size, 16)
    noise = amount("make_moving_shapes", "noise", noise)
    rng = numpy_generator(generator)
    labels = draw_labels(rng, samples, len(MOTIONS))
    videos = np.empty((samples, frames, size, size), float32)  # (n, t, h, w)
    for start in range(0, samples, _TOGETHER):
        part = labels[start : start + _TOGETHER]
        drawn = _drawn(rng, part, frames, size)
        drawn += np.float32(noise) * rng.standard_normal(drawn.shape, dtype=np.float32)
        videos[start : start + _TOGETHER] = np.rint(np.clip(drawn, 0, 1) * np.float32(255)) / np.float32(255)
    return from_numpy(videos[:, None]), from_numpy(labels)  # (n, 1, t, h, w)


def _drawn(rng: np.random.Generator, labels: Array, frames: int, size: int) -> Array:
    """The videos without noise, (n, t, h, w)."""
    count = len(labels)
    # How far each goes from frame to frame: place in frames' sizes, size in ranges of sizes, angle in turns
    speed = between(rng, 0.04, 0.09, count, 1)
    step = speed * (np.arange(frames) - (frames - 1) / 2)  # (n, t)
    x, y, growth, turn = (rng.random((count, 1)) + way[labels, None] * step for way in _WAYS.values())
    radius = size * _SMALLEST * (_LARGEST / _SMALLEST) ** (growth - np.floor(growth))
    angle = 2 * np.pi * turn
    kind = rng.integers(len(_TOLD_BY_A_TURN), size=count)
    ground = between(rng, 0.15, 0.85, count)
    contrast = np.where(ground < 0.5, 1, -1) * between(rng, 0.3, 0.5, count)

    def of_pixels(values: Array) -> Array:
        return values.astype(float32)[..., None, None]  # (n, t, 1, 1)

    pixels, half = np.arange(size, dtype=float32), np.float32(size / 2)
    covered = np.empty((count, frames, size, size), float32)
    for index, name in enumerate(_TOLD_BY_A_TURN):
        mine = np.flatnonzero(kind == index)
        # From each pixel to the nearest of the shape's places, which repeat from frame's width to frame's width
        right = (pixels - size * of_pixels(x[mine])) % np.float32(size) - half
        down = (pixels[:, None] - size * of_pixels(y[mine])) % np.float32(size) - half
        turned = of_pixels(np.cos(angle[mine])), of_pixels(np.sin(angle[mine]))
        covered[mine] = coverage(placed(DRAWN[name], right, down, of_pixels(radius[mine]), turned))
    return (of_pixels(ground[:, None]) + covered * of_pixels(contrast[:, None])).astype(float32)
