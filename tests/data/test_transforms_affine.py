"""Rotations and other affine maps: equal to SciPy's, to PyTorch's where they are recorded, and exact for quarter turns."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

import minitensor as mt
from minitensor.data.transforms import RandomAffine, RandomRotation
from minitensor.data.transforms.warp import inverse_matrix, warp, whole_size

IMAGE = np.arange(1.0, 13.0).reshape(1, 3, 4)

# PyTorch 2.13: grid_sample of IMAGE less the fill, with padding_mode="zeros" and align_corners=False, and the fill added, at
# the grid of torchvision's affine map with its matrix for these arguments
RECORDED = [
    (
        {"angle": -30},
        "bilinear",
        0.5,
        [[0.9611, 2.3272, 4.9689, 5.4319], [2.201, 5.067, 7.933, 10.799], [3.9796, 8.0311, 9.2805, 4.6466]],
    ),
    ({"angle": -30}, "nearest", 0, [[0, 3, 3, 8], [1, 6, 7, 12], [5, 10, 10, 0]]),
    (
        {"angle": 20, "translate": (1, -1), "scale": 1.5, "shear": (10, -20), "center": (-1, 0.5)},
        "bilinear",
        -1.0,
        [[4.008, 6.8902, 5.6121, 4.3341], [3.587, 9.3879, 8.1098, 6.8318], [-0.9924, 3.8934, 9.2771, 9.3295]],
    ),
]


@pytest.mark.parametrize(("arguments", "interpolation", "fill", "expected"), RECORDED)
def test_maps_are_torchvisions(arguments, interpolation, fill, expected):
    result = warp(IMAGE, inverse_matrix(**arguments), (3, 4), interpolation, fill)
    np.testing.assert_allclose(result[0], expected, atol=6e-5)  # they are recorded to four places


small = st.floats(-60, 60)


@given(
    st.integers(1, 9), st.integers(1, 9), st.floats(-360, 360), small, small, st.floats(0.2, 3),
    st.tuples(st.floats(-3, 3), st.floats(-3, 3)), st.tuples(st.integers(-3, 3), st.integers(-3, 3)), st.floats(-2, 2),
)  # fmt: skip
def test_bilinear_maps_are_scipys(height, width, angle, shear_x, shear_y, scale, center, translate, fill):
    """`affine_transform` of order 1, for which a constant goes on around the image, in coordinates (row, column)."""
    image = np.random.default_rng(height * 10 + width).random((2, height, width))
    (a, b, c), (d, e, f) = matrix = inverse_matrix(angle, translate, scale, (shear_x, shear_y), center)
    size = height + 2, width + 1
    middle, target = np.array([height - 1, width - 1]) / 2, np.array([size[0] - 1, size[1] - 1]) / 2
    turn = np.array([[e, d], [b, a]])
    offset = np.array([f, c]) + middle - turn @ target
    result = warp(image, matrix, size, "bilinear", fill)
    for channel, one in zip(result, image, strict=True):
        expected = ndimage.affine_transform(one, turn, offset, size, order=1, mode="grid-constant", cval=fill)
        np.testing.assert_allclose(channel, expected, atol=1e-9)


@given(st.floats(-360, 360), small, small, st.floats(0.2, 3), st.tuples(st.floats(-3, 3), st.floats(-3, 3)))
def test_the_matrix_is_the_inverse_of_the_product_that_is_documented(angle, shear_x, shear_y, scale, center):
    """C R S H C^-1 from its factors, then T, inverted by NumPy."""
    turn, along_x, along_y = np.radians([angle, shear_x, shear_y])
    rotation = np.array([[math.cos(turn), -math.sin(turn), 0], [math.sin(turn), math.cos(turn), 0], [0, 0, 1]])
    shears = np.array([[1, 0, 0], [-math.tan(along_y), 1, 0], [0, 0, 1]]) @ [
        [1, -math.tan(along_x), 0],
        [0, 1, 0],
        [0, 0, 1],
    ]
    to_centre, moved = np.eye(3), np.eye(3)
    to_centre[:2, 2], moved[:2, 2] = center, (2, -3)
    forward = moved @ to_centre @ rotation @ np.diag([scale, scale, 1]) @ shears @ np.linalg.inv(to_centre)
    found = inverse_matrix(angle, (2, -3), scale, (shear_x, shear_y), center)
    np.testing.assert_allclose(found, np.linalg.inv(forward)[:2], atol=1e-9)


@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "int64", "bool"])
@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
def test_quarter_turns_are_anticlockwise_and_exact(dtype, interpolation):
    """As numpy.rot90; of an image that is not square, with expand=True."""
    image = (np.random.default_rng(0).random((3, 4, 7)) * 200).astype(dtype)
    for quarters in (-1, 0, 1, 2, 3):
        turn = RandomRotation((90 * quarters, 90 * quarters), interpolation, expand=True)
        np.testing.assert_array_equal(turn(image), np.rot90(image, quarters, axes=(1, 2)))


def test_a_volume_turns_plane_by_plane():
    volume = np.random.default_rng(0).random((2, 3, 5, 6))
    result = RandomRotation((20, 20), "bilinear", fill=(1, 2))(volume)
    for depth in range(3):
        np.testing.assert_array_equal(result[:, depth], RandomRotation((20, 20), "bilinear", fill=(1, 2))(volume[:, depth]))


def test_an_image_in_the_colour_of_the_fill_stays_that_colour():
    """That of torchvision would be darker or lighter at the edge, where it mixes the fill in twice."""
    image = np.full((2, 6, 9), 0.25)
    image[1] = 0.5
    result = RandomRotation(180, "bilinear", fill=(0.25, 0.5), expand=True)(image)
    np.testing.assert_allclose(result[0], 0.25, atol=1e-15)
    np.testing.assert_allclose(result[1], 0.5, atol=1e-15)


def test_expand_holds_all_of_the_image_as_torchvision_does():
    """3 x 4 by 45 degrees: both sides are 7 / sqrt 2 = 4.95, from -0.97 to 3.97 along y and from -0.47 to 4.47 along x."""
    assert whole_size(inverse_matrix(-45), 3, 4) == (5, 6)
    assert whole_size(inverse_matrix(-90), 3, 4) == (4, 3)
    assert whole_size(inverse_matrix(-180), 3, 4) == (3, 4)


def test_rounding_of_whole_numbers_is_to_the_nearest():
    """Half a pixel to the right: means of neighbours, halves to even ones."""
    image = np.array([[[0, 1, 4, 255]]], np.uint8)
    result = warp(image, ((1, 0, -0.5), (0, 1, 0)), (1, 4), "bilinear", 0)
    assert result.tolist() == [[[0, 0, 2, 130]]]


def test_the_centre_stays_where_it_is():
    """Given from the upper left corner of the image: (0.5, 0.5) is the middle of the first pixel."""
    image = np.zeros((1, 5, 5))
    image[0, 0, 0] = 1
    np.testing.assert_array_equal(RandomRotation((90, 90), center=(0.5, 0.5))(image), image)
    assert RandomRotation((90, 90))(image)[0, 4, 0] == 1


def test_angles_are_drawn_uniformly():
    """Seen from where a bright patch goes, that was to the right of the middle."""
    image = np.zeros((1, 201, 201))
    image[0, 98:103, 178:183] = 1
    turn, angles = RandomRotation((-30, 60), generator=mt.Generator().manual_seed(0)), []
    for _ in range(150):
        row, column = np.argwhere(turn(image)[0]).mean(axis=0) - 100
        angles.append(math.degrees(math.atan2(-row, column)))  # anticlockwise is up
    assert -31 < min(angles) < -28
    assert 58 < max(angles) < 61
    assert abs(np.mean(angles) - 15) < 4 * 90 / math.sqrt(12 * 150)


def test_an_affine_map_draws_within_its_bounds():
    """Moves by whole pixels: from -2 to 2 along x, and from -1.5 to 1.5 along y, which rounds to -1, 0 and 1."""
    image = np.zeros((1, 15, 20))
    image[0, 7, 10] = 1
    move, found = RandomAffine(0, translate=(0.1, 0.1), generator=mt.Generator().manual_seed(0)), set()
    for _ in range(300):
        ((row, column),) = np.argwhere(move(image)[0])
        found.add((int(column) - 10, int(row) - 7))
    assert found == {(x, y) for x in range(-2, 3) for y in range(-1, 2)}
    scaled = RandomAffine(0, scale=(2, 3), generator=mt.Generator().manual_seed(0))
    lit = [int(scaled(image).sum()) for _ in range(200)]
    assert set(lit) == {6, 9}  # 3 rows about the middle one, and 2 or 3 columns
    leaning = RandomAffine(0, shear=(45, 45))(np.eye(1, 1)[None] * np.ones((1, 9, 1)) * np.eye(9)[4])
    assert [int(row.argmax()) for row in leaning[0]] == [8, 7, 6, 5, 4, 3, 2, 1, 0]
