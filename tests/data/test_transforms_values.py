"""What transforms do to values: ranges, noise, gain and colours, against formulas, colorsys and the laws of their draws."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import minitensor as mt
from minitensor.data.transforms import (
    ColorJitter,
    Compose,
    GaussianNoise,
    Grayscale,
    Lambda,
    Normalize,
    RandomApply,
    RandomChoice,
    RandomGain,
    RandomOrder,
    ToTensor,
)
from minitensor.data.transforms.colour import brightened, contrasted, saturated, turned


class Picture:
    """What Pillow's pictures offer to NumPy."""

    def __init__(self, array):
        self.__array_interface__ = array.__array_interface__
        self.array = array


def test_a_picture_becomes_a_tensor_from_0_to_1():
    """Channels first, float32; each of the 256 values as float32 has it."""
    picture = np.arange(256, dtype=np.uint8).reshape(8, 16, 2)
    for one in (picture, Picture(picture), picture.copy(order="F"), picture[::-1][::-1]):
        result = ToTensor()(one)
        assert isinstance(result, mt.Tensor)
        assert result.dtype == mt.float32
        expected = (picture.transpose(2, 0, 1) / np.float32(255)).astype(np.float32)
        np.testing.assert_array_equal(result.numpy(), expected)
    result.zero_()
    assert picture.any()


def test_values_of_another_dtype_stay_what_they_are():
    for dtype in ("float64", "float32", "int64", "bool"):
        picture = np.array([[[3, 0], [1, 2]]], dtype)
        result = ToTensor()(picture)
        assert result.dtype == picture.dtype
        np.testing.assert_array_equal(result.numpy(), picture.transpose(2, 0, 1))
        assert not np.shares_memory(result.numpy(), picture)


def test_a_grey_picture_gets_an_axis_and_a_tensor_passes():
    assert ToTensor()(np.zeros((2, 3), np.uint8)).shape == (1, 2, 3)
    x = mt.zeros(2, 3, dtype=mt.uint8)
    assert ToTensor()(x) is x
    with pytest.raises(TypeError, match=r"^ToTensor: expected an ndarray or a picture of Pillow's, got list$"):
        ToTensor()([[1]])


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_normalising_subtracts_the_mean_and_divides_by_the_deviation(rank, dtype):
    """One call after another with other channels and dtypes, so that nothing kept from one is used for the other."""
    normalize = Normalize((0.5,), (0.25,))
    each = Normalize((0.1, 0.2), (0.3, 0.4))
    for kind in (dtype, "float32", dtype):
        array = np.random.default_rng(0).random((2, *[3] * rank)).astype(kind)
        expected = (array - np.array(0.5, kind)) / np.array(0.25, kind)
        np.testing.assert_array_equal(normalize(array), expected)
        np.testing.assert_array_equal(normalize(array[:1]), expected[:1])
        columns = [np.array(one, kind).reshape(2, *[1] * rank) for one in ((0.1, 0.2), (0.3, 0.4))]
        np.testing.assert_array_equal(each(array), (array - columns[0]) / columns[1])


def test_noise_is_normal_with_the_mean_and_deviation_that_are_given():
    for dtype in (np.float32, np.float64):
        result = GaussianNoise(0.5, 2.0, clip=False, generator=mt.Generator().manual_seed(0))(np.full((4, 2500), 3.0, dtype))
        assert stats.kstest(result.ravel(), stats.norm(3.5, 2.0).cdf).pvalue > 0.01
    half = GaussianNoise(0, 1.0, clip=False, generator=mt.Generator().manual_seed(0))(np.zeros((1, 1000), np.float16))
    assert abs(float(half.astype(float).std()) - 1) < 4 / np.sqrt(2000)


def test_noise_is_clipped_to_the_range_of_images_unless_told_otherwise():
    result = GaussianNoise(sigma=1.0)(np.full((1, 1000), 0.5))
    assert result.min() == 0
    assert result.max() == 1
    assert GaussianNoise(sigma=1.0, clip=False)(np.full((1, 1000), 0.5)).max() > 1


def test_a_gain_is_uniform_in_its_logarithm_and_one_for_the_whole_sample():
    gain, signal = RandomGain((0.5, 2.0), generator=mt.Generator().manual_seed(0)), np.array([[1.0, -2.0], [4.0, 0.0]])
    gains = []
    for _ in range(500):
        result = gain(signal)
        np.testing.assert_array_equal(result, signal * result[0, 0])
        gains.append(result[0, 0])
    assert stats.kstest(np.log2(gains), stats.uniform(-1, 2).cdf).pvalue > 0.01


pixels = st.lists(st.tuples(*[st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.7, 0.9, 1.0])] * 3), min_size=1, max_size=12)


@given(pixels, st.floats(-0.5, 0.5))
def test_hues_turn_as_in_colorsys(colours, part):
    image = np.array(colours).T  # (c, pixel)
    expected = [
        colorsys.hsv_to_rgb((hue + part) % 1, saturation, value)
        for hue, saturation, value in (colorsys.rgb_to_hsv(*colour) for colour in colours)
    ]
    np.testing.assert_allclose(turned(image, part), np.array(expected).T, atol=1e-12)


def test_brightness_contrast_and_saturation_are_mixtures_with_black_grey_and_the_grey_image():
    image = np.random.default_rng(0).random((3, 4, 5))
    grey = 0.2989 * image[0] + 0.587 * image[1] + 0.114 * image[2]
    for factor in (0.0, 0.4, 1.0, 1.7):
        np.testing.assert_allclose(brightened(image, factor), np.clip(factor * image, 0, 1))
        np.testing.assert_allclose(contrasted(image, factor), np.clip(factor * image + (1 - factor) * grey.mean(), 0, 1))
        np.testing.assert_allclose(saturated(image, factor), np.clip(factor * image + (1 - factor) * grey, 0, 1))
    np.testing.assert_allclose(Grayscale()(image), grey[None])
    np.testing.assert_array_equal(Grayscale(3)(image)[2], Grayscale()(image)[0])


def test_a_grey_image_has_no_saturation_and_no_hue():
    image = np.random.default_rng(0).random((1, 4, 5))
    assert ColorJitter(saturation=0.5, hue=0.5)(image) is image
    assert Grayscale()(image) is image
    assert Grayscale(3)(image).shape == (3, 4, 5)
    np.testing.assert_allclose(ColorJitter(contrast=(0, 0))(image), image.mean())


def test_jitter_draws_its_factors_and_their_order():
    """Brightness 0.5 and contrast 2 in both orders: clip(2 x - m), with m the mean of the image that contrast gets."""
    image = np.random.default_rng(0).random((1, 4, 4))
    jitter = ColorJitter((0.5, 0.5), (2, 2), generator=mt.Generator().manual_seed(0))
    first = np.clip(2 * (image / 2) - (image / 2).mean(), 0, 1)
    last = np.clip(2 * image - image.mean(), 0, 1) / 2
    count = sum(np.allclose(jitter(image), first) for _ in range(200))
    assert 70 < count < 130
    assert any(np.allclose(jitter(image), last) for _ in range(20))
    brightness = ColorJitter(0.5, generator=mt.Generator().manual_seed(0))
    factors = [brightness(np.full((1, 1, 1), 0.25)).item() * 4 for _ in range(500)]
    assert stats.kstest(factors, stats.uniform(0.5, 1).cdf).pvalue > 0.01


def test_transforms_are_put_together():
    """All in their order; with a probability; one by weights; in each order as often."""
    double, more = Lambda(lambda x: x * 2), Lambda(lambda x: x + 1)
    one = np.ones((1, 1))
    assert Compose([double, more])(one).item() == 3
    assert Compose([])(one) is one
    apply = RandomApply([double, more], 0.25, generator=mt.Generator().manual_seed(0))
    assert abs(sum(apply(one).item() == 3 for _ in range(2000)) - 500) < 4 * np.sqrt(2000 * 0.25 * 0.75)
    never = Lambda(lambda x: x * np.nan)
    choice = RandomChoice([double, never, Lambda(lambda x: x)], [3, 0, 1], generator=mt.Generator().manual_seed(0))
    results = [choice(one).item() for _ in range(2000)]
    assert abs(results.count(2) - 1500) < 4 * np.sqrt(2000 * 0.25 * 0.75)
    assert results.count(1) == 2000 - results.count(2)
    order = RandomOrder([double, more], generator=mt.Generator().manual_seed(0))
    assert abs(sum(order(one).item() == 3 for _ in range(2000)) - 1000) < 4 * np.sqrt(2000 * 0.25)


def test_a_chain_takes_what_is_no_sample_too():
    """The first transform decides what it takes: here the name of a picture."""
    pictures = {"a": np.full((2, 2), 255, np.uint8)}
    chain = Compose([Lambda(pictures.__getitem__), ToTensor()])
    assert chain("a").tolist() == [[[1.0, 1.0], [1.0, 1.0]]]
