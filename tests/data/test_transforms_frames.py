"""Padding, cropping, flipping and shifting give what NumPy's pad, roll and slices give, at places equally likely."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minitensor as mt
from minitensor.data.transforms import (
    CenterCrop,
    Cutout,
    Pad,
    RandomCrop,
    RandomErasing,
    RandomFlip,
    RandomHorizontalFlip,
    RandomShift,
    RandomVerticalFlip,
)
from minitensor.data.transforms.window import window

MODES = ("constant", "edge", "reflect", "symmetric", "wrap")
shapes = st.lists(st.integers(1, 6), min_size=1, max_size=3)


def numbered(*shape):
    """Cells with numbers of their own, from 1 on."""
    return np.arange(1, np.prod(shape) + 1).reshape(shape)


@given(st.data(), shapes, st.sampled_from(MODES))
def test_a_window_is_a_part_of_what_numpy_pads(data, spatial, mode):
    """Windows within, across the edges and beyond them; no cells along an axis are a window too."""
    array = numbered(2, *spatial)
    starts = [data.draw(st.integers(-15, length + 9)) for length in spatial]
    sizes = [data.draw(st.integers(0, 12)) for _ in spatial]
    padded = np.pad(
        array, [(0, 0), *[(30, 30)] * len(spatial)], mode=mode, **({"constant_values": 7} if mode == "constant" else {})
    )
    expected = padded[
        (slice(None), *[slice(30 + start, 30 + start + size) for start, size in zip(starts, sizes, strict=True)])
    ]
    result = window(array, starts, sizes, mode, 7)
    np.testing.assert_array_equal(result, expected)
    assert not np.shares_memory(result, array)


PADDINGS = {
    "all sides": (2, [(2, 2), (2, 2)]),
    "one for all": ((3,), [(3, 3), (3, 3)]),
    "left and right, top and bottom": ((1, 2), [(2, 2), (1, 1)]),
    "left, top, right, bottom": ((1, 2, 3, 4), [(2, 4), (1, 3)]),
    "none": (0, [(0, 0), (0, 0)]),
    "before and after": ((1, 2), [(1, 2)]),
    "of a signal": ((3,), [(3, 3)]),
    "each axis of a volume": ((1, 2, 3), [(3, 3), (2, 2), (1, 1)]),
    "left, top, front, right, bottom, back": ((1, 2, 3, 4, 5, 6), [(3, 6), (2, 5), (1, 4)]),
}


@pytest.mark.parametrize("mode", MODES[:-1])
@pytest.mark.parametrize("padding", PADDINGS)
def test_padding_is_that_of_numpy_with_the_last_axis_first(padding, mode):
    given_, widths = PADDINGS[padding]
    array = numbered(2, *[8] * len(widths))
    np.testing.assert_array_equal(Pad(given_, padding_mode=mode)(array), np.pad(array, [(0, 0), *widths], mode=mode))


def test_each_channel_can_be_filled_with_a_number_of_its_own():
    padded = Pad(1, fill=(10, 20))(numbered(2, 1, 1))
    np.testing.assert_array_equal(
        padded, [[[10, 10, 10], [10, 1, 10], [10, 10, 10]], [[20, 20, 20], [20, 2, 20], [20, 20, 20]]]
    )


@pytest.mark.parametrize(("length", "size", "start"), [(4, 2, 1), (5, 2, 2), (7, 4, 2), (6, 1, 2), (8, 1, 4), (3, 3, 0)])
def test_the_middle_is_where_torchvision_has_it(length, size, start):
    """Its start is round((length - size) / 2), with halves rounded to even numbers."""
    signal = numbered(2, length)
    np.testing.assert_array_equal(CenterCrop(size)(signal), signal[:, start : start + size])


def test_a_crop_has_a_size_for_each_axis():
    volume = numbered(1, 4, 6, 8)
    np.testing.assert_array_equal(CenterCrop((2, 4, 6))(volume), volume[:, 1:3, 1:5, 1:7])
    np.testing.assert_array_equal(CenterCrop([4])(volume), volume[:, :, 1:5, 2:6])


@given(st.integers(0, 2**32), shapes, st.integers(0, 3), st.integers(1, 9), st.sampled_from(MODES[:-1]))
def test_a_random_crop_is_a_window_of_the_padded_sample(seed, spatial, padding, size, mode):
    """Of one that is padded as far as the crop needs, on either side."""
    array = numbered(2, *spatial)
    missing = [max(size - length - 2 * padding, 0) for length in spatial]
    result = RandomCrop(size, padding, pad_if_needed=True, padding_mode=mode, generator=np.random.default_rng(seed))(array)
    padded = np.pad(array, [(0, 0), *[(padding + lack, padding + lack) for lack in missing]], mode=mode)
    windows = np.lib.stride_tricks.sliding_window_view(padded, result.shape)
    assert (windows == result).all(axis=tuple(range(windows.ndim - result.ndim, windows.ndim))).any()


def frequencies(results):
    """How often each result comes, as whole numbers."""
    return Counter(np.asarray(result).tobytes() for result in results)


def test_each_place_of_a_crop_is_as_likely():
    """9 places of a 3 x 3 crop in 5 x 5: chi-squared with 8 degrees of freedom, below its 99.9 % quantile."""
    crop, image = RandomCrop(3, generator=mt.Generator().manual_seed(0)), numbered(1, 5, 5)
    counts = frequencies(crop(image) for _ in range(1800))
    assert len(counts) == 9
    assert sum((count - 200) ** 2 / 200 for count in counts.values()) < 26.12


def test_a_crop_of_all_draws_nothing():
    generator = mt.Generator().manual_seed(0)
    before, image = generator.get_state(), numbered(1, 3, 3)
    np.testing.assert_array_equal(RandomCrop(3, generator=generator)(image), image)
    assert generator.get_state() == before


FLIPS = {
    "horizontal": (RandomHorizontalFlip, (slice(None), slice(None), slice(None, None, -1))),
    "vertical": (RandomVerticalFlip, (slice(None), slice(None, None, -1))),
    "of an axis": (lambda p, **named: RandomFlip(p, 1, **named), (slice(None), slice(None, None, -1))),
}


@pytest.mark.parametrize("name", FLIPS)
def test_a_flip_turns_one_axis_round_as_often_as_it_is_to(name):
    make, places = FLIPS[name]
    image = numbered(2, 3, 4)
    np.testing.assert_array_equal(make(1.0)(image), image[places])
    assert make(0.0)(image) is image
    flip = make(0.25, generator=mt.Generator().manual_seed(0))
    turned = sum(flip(image) is not image for _ in range(2000))
    assert abs(turned - 500) < 4 * np.sqrt(2000 * 0.25 * 0.75)  # within four standard deviations


def test_a_flip_of_a_signal_is_time_reversal_and_one_of_a_volume_is_along_the_axis_that_is_named():
    np.testing.assert_array_equal(RandomFlip(1.0)(numbered(2, 3)), [[3, 2, 1], [6, 5, 4]])
    volume = numbered(1, 2, 3, 4)
    np.testing.assert_array_equal(RandomFlip(1.0, axis=-3)(volume), volume[:, ::-1])
    np.testing.assert_array_equal(RandomVerticalFlip(1.0)(volume), volume[:, :, ::-1])


@pytest.mark.parametrize("mode", MODES)
def test_a_shift_moves_by_each_number_of_cells_as_often(mode):
    """-2 to 2: with 'wrap', what numpy.roll gives; else a part of what numpy.pad gives."""
    signal = numbered(2, 6)
    padded = np.pad(signal, [(0, 0), (2, 2)], mode=mode)
    expected = {padded[:, 2 - shift : 8 - shift].tobytes() for shift in range(-2, 3)}
    if mode == "wrap":
        assert expected == {np.roll(signal, shift, axis=-1).tobytes() for shift in range(-2, 3)}
    shift = RandomShift(2, mode, generator=mt.Generator().manual_seed(0))
    counts = frequencies(shift(signal) for _ in range(1000))
    assert set(counts) == expected
    assert sum((count - 200) ** 2 / 200 for count in counts.values()) < 18.47  # chi-squared, 4 degrees of freedom, 99.9 %


def test_a_shift_by_a_part_of_the_axis_is_rounded_down_and_moves_no_other_axis():
    image, shift = numbered(1, 5, 4), RandomShift(0.5, axis=1, generator=mt.Generator().manual_seed(0))
    found = frequencies(shift(image) for _ in range(200))
    assert set(found) == {np.roll(image, step, axis=1).tobytes() for step in range(-2, 3)}


def holes(result, image):
    """Where cells were overwritten, as the corners of the box around them: (first, last + 1) along each axis."""
    places = np.argwhere((result != image).any(axis=0))
    return [(int(low), int(high) + 1) for low, high in zip(places.min(axis=0), places.max(axis=0), strict=True)]


@pytest.mark.parametrize("shape", [(2, 20), (2, 12, 15), (2, 6, 7, 8)])
def test_a_hole_is_a_square_around_a_cell_and_cut_off_at_the_edge(shape):
    """All of the box is overwritten, in each channel; along an axis it is [c - 2, c + 2) for each cell c."""
    image, cutout = numbered(*shape), Cutout(4, fill=(-1, -2), generator=mt.Generator().manual_seed(0))
    seen = [set() for _ in shape[1:]]
    for _ in range(400):
        result = cutout(image)
        box = holes(result, image)
        for axis, bounds in enumerate(box):
            seen[axis].add(bounds)
        inside = (slice(None), *[slice(*bounds) for bounds in box])
        expected = image.copy()
        expected[inside] = np.reshape([-1, -2], (2, *[1] * len(box)))
        np.testing.assert_array_equal(result, expected)
    for bounds, size in zip(seen, shape[1:], strict=True):
        assert bounds == {(max(centre - 2, 0), min(centre + 2, size)) for centre in range(size)}


def test_holes_have_the_sides_and_the_number_that_are_given():
    image = np.ones((1, 40, 40))
    result = Cutout((3, 40), 1, generator=mt.Generator().manual_seed(3))(image)
    (top, bottom), _ = holes(result, image)
    assert bottom - top == 3
    assert Cutout(3, 0)(image).all()
    areas = [int((Cutout(2, 3, generator=mt.Generator().manual_seed(seed))(image) == 0).sum()) for seed in range(200)]
    assert max(areas) == 12
    assert min(areas) < 12


def test_erased_rectangles_have_the_areas_and_the_ratios_that_are_given():
    """Up to the rounding of their sides to whole pixels."""
    image, erase = (
        np.ones((3, 100, 80)),
        RandomErasing(1.0, (0.05, 0.2), (0.5, 2.0), generator=mt.Generator().manual_seed(0)),
    )
    areas, ratios = [], []
    for _ in range(300):
        result = erase(image)
        (top, bottom), (left, right) = holes(result, image)
        assert not result[:, top:bottom, left:right].any()
        assert result.sum() == 3 * (8000 - (bottom - top) * (right - left))
        areas.append((bottom - top) * (right - left) / 8000)
        ratios.append((bottom - top) / (right - left))
    assert 0.045 < min(areas) < 0.06
    assert 0.19 < max(areas) < 0.21
    assert 0.47 < min(ratios) < 0.55
    assert 1.8 < max(ratios) < 2.1
    assert abs(np.mean(areas) - 0.125) < 4 * 0.15 / np.sqrt(12 * 300)  # uniform
    assert abs(np.mean(np.log(ratios))) < 4 * np.log(4) / np.sqrt(12 * 300)  # the logarithm is


def test_what_is_written_is_a_number_for_each_channel_or_noise():
    image = np.full((2, 50, 50), 9.0)
    result = RandomErasing(1.0, (0.3, 0.33), (1, 1), (4, 5), generator=mt.Generator().manual_seed(0))(image)
    assert [sorted(set(channel.ravel().tolist())) for channel in result] == [[4, 9], [5, 9]]
    noise = RandomErasing(1.0, (0.3, 0.33), (1, 1), "random", generator=mt.Generator().manual_seed(0))(image)
    drawn = noise[noise != 9]
    assert abs(drawn.mean()) < 4 / np.sqrt(drawn.size)
    assert abs(drawn.std() - 1) < 4 / np.sqrt(2 * drawn.size)


def test_erasing_leaves_alone_what_no_rectangle_fits_and_is_as_likely_as_it_is_to_be():
    tall = np.ones((1, 100, 2))
    assert RandomErasing(1.0, (0.5, 0.5), (1, 1))(tall) is tall
    image, erase = np.ones((1, 30, 30)), RandomErasing(0.25, generator=mt.Generator().manual_seed(0))
    erased = sum(erase(image) is not image for _ in range(2000))
    assert abs(erased - 500) < 4 * np.sqrt(2000 * 0.25 * 0.75)


def test_a_rectangle_goes_through_all_of_a_volume():
    volume = np.ones((1, 4, 20, 20))
    result = RandomErasing(1.0, generator=mt.Generator().manual_seed(0))(volume)
    assert (result == result[:, :1]).all()
    assert not result.all()
