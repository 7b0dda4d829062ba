"""Resizing: the sizes are torchvision's, and the values those of `interpolate`, rounded where they are whole numbers."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
from minitensor.data.transforms import Resize
from minitensor.errors import ShapeError
from minitensor.nn.functional import interpolate

IMAGE = np.random.default_rng(0).random((3, 12, 10))


@pytest.mark.parametrize(
    ("size", "shape", "expected"),
    [
        (5, (3, 12, 10), (6, 5)),
        (5, (3, 10, 12), (5, 6)),
        (7, (3, 12, 10), (8, 7)),
        ([5], (3, 12, 10), (6, 5)),
        ((4, 20), (3, 12, 10), (4, 20)),
        (5, (1, 40), (5,)),
        (2, (1, 4, 8, 6), (2, 4, 3)),
    ],
)
def test_one_number_is_for_the_shortest_axis_and_the_others_keep_the_proportion(size, shape, expected):
    assert Resize(size)(np.zeros(shape)).shape[1:] == expected


@pytest.mark.parametrize(("size", "antialias"), [((24, 20), True), ((5, 4), True), ((5, 4), False)])
def test_images_are_interpolated_with_all_that_a_pixel_covers(size, antialias):
    expected = interpolate(mt.tensor(IMAGE[None]), size=size, mode="bilinear", antialias=antialias)[0]
    np.testing.assert_array_equal(Resize(size, antialias=antialias)(IMAGE), expected.numpy())


def test_a_mean_of_four_pixels_by_hand_and_whole_numbers_are_rounded():
    assert Resize((1, 2), antialias=False)(np.uint8([[[0, 2, 9, 9], [4, 5, 9, 9]]])).tolist() == [[[3, 9]]]  # 11 / 4
    assert Resize((1, 2), "nearest")(np.uint8([[[1, 2, 3, 4], [5, 6, 7, 8]]])).tolist() == [[[1, 3]]]


def test_what_cannot_be_resized_is_refused():
    with pytest.raises(ShapeError, match=r"^Resize: size=\(4, 4\) is for 2 spatial axes, the input has 1\n"):
        Resize((4, 4))(np.zeros((1, 8)))
    with pytest.raises(ShapeError, match=r"^Resize: there is nothing to be resized\n"):
        Resize(4)(np.zeros((3, 0, 4)))
    with pytest.raises(ValueError, match=r"^Resize: interpolation must be one of 'bilinear', 'nearest', got 'cubic'$"):
        Resize(4, "cubic")
    with pytest.raises(TypeError, match=r"^Resize: antialias must be True or False, got 1$"):
        Resize(4, antialias=1)
