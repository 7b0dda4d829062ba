"""Shapes that move do what their class is called after."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

import minitensor as mt
from minitensor.data.datasets import MOTIONS, make_moving_shapes


def drawn(make, samples, seed=0, **settings):
    return [part.numpy() for part in make(samples, generator=mt.Generator().manual_seed(seed), **settings)]


def moving(name):
    videos, labels = drawn(make_moving_shapes, 400, frames=4, size=32, noise=0)
    videos = videos[labels == MOTIONS.index(name), 0]
    ground = np.median(videos, axis=(1, 2, 3), keepdims=True)
    return np.abs(videos - ground)  # (n, t, h, w), 0 but for the shape


def middles(masses):
    """Where the shapes stand, in frames' sizes: the mean on a circle, as frames have no edges; (n, t) of y and of x."""
    size = masses.shape[-1]
    turn = np.exp(2j * np.pi * np.arange(size) / size)
    return [np.angle((masses.sum(axis) * turn).sum(-1)) / (2 * np.pi) for axis in (3, 2)]


def advance(places):
    """How far something goes from frame to frame on a circle of length 1, (n,)."""
    return ((np.diff(places) + 0.5) % 1 - 0.5).mean(1)


@pytest.mark.parametrize(("name", "axis", "sign"), [("left", 1, -1), ("right", 1, 1), ("up", 0, -1), ("down", 0, 1)])
def test_what_moves_goes_its_way_and_keeps_its_size(name, axis, sign):
    masses = moving(name)
    along, across = (advance(middles(masses)[k]) for k in (axis, 1 - axis))
    assert (along * sign).min() > 0.03
    assert (along * sign).max() < 0.1
    assert np.abs(across).max() < 0.01
    areas = masses.sum((2, 3))
    assert (areas.max(1) / areas.min(1)).max() < 1.05


@pytest.mark.parametrize(("name", "sign"), [("growing", 1), ("shrinking", -1)])
def test_what_grows_or_shrinks_does_so_at_each_step_but_one_at_most(name, sign):
    masses = moving(name)
    steps = np.diff(np.log(masses.sum((2, 3)))) * sign
    assert ((steps > 0).sum(1) >= 2).all()
    assert (steps < 0).any()  # for some, what was largest is small again
    assert max(np.abs(advance(middle)).max() for middle in middles(masses)) < 0.03


@pytest.mark.parametrize(("name", "sign"), [("clockwise", -1), ("anticlockwise", 1)])
def test_what_turns_is_found_again_turned_that_way(name, sign):
    """SciPy's rotate, which turns anticlockwise as the picture is seen, makes the next frame of the one before."""
    masses = moving(name)
    size = masses.shape[-1]
    found = []
    for video, *middle in zip(masses, *middles(masses), strict=True):
        back = [round(size / 2 - place[0] * size) for place in middle]
        first, second = (np.roll(frame, back, (0, 1))[1:, 1:] for frame in video[:2])
        close = {
            angle: np.corrcoef(ndimage.rotate(first, angle, reshape=False, order=1).ravel(), second.ravel())[0, 1]
            for angle in (-22, 22)
        }
        found.append(max(close, key=close.get) * sign)
    assert np.mean(np.array(found) > 0) > 0.95


def test_each_frame_is_as_likely_in_every_class():
    """The pixels' mean and spread, and the shape's size, are alike in the first and the last frame of each class."""
    videos, labels = drawn(make_moving_shapes, 4000, frames=3, size=16, noise=0)
    for frame in (videos[:, 0, 0], videos[:, 0, -1]):
        inside = np.abs(frame - np.median(frame, axis=(1, 2), keepdims=True)).sum((1, 2))
        classes = [labels == label for label in range(len(MOTIONS))]
        for values, spread in (frame.mean((1, 2)), 0.03), (inside, 3.0), (frame.std((1, 2)), 0.02):
            means = [values[mine].mean() for mine in classes]
            assert max(means) - min(means) < spread
