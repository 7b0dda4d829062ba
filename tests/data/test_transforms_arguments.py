"""What transforms refuse, when they are made and when they are called, by the whole message; and how they print."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
from minitensor.data import transforms
from minitensor.data.transforms import (
    CenterCrop,
    ColorJitter,
    Compose,
    Cutout,
    GaussianNoise,
    Grayscale,
    Lambda,
    Normalize,
    Pad,
    RandomAffine,
    RandomChoice,
    RandomCrop,
    RandomErasing,
    RandomFlip,
    RandomGain,
    RandomHorizontalFlip,
    RandomOrder,
    RandomRotation,
    RandomShift,
    ToTensor,
)
from minitensor.errors import ShapeError


def message(error_type, call):
    """Return the whole text of the error that the call raises."""
    with pytest.raises(error_type) as error:
        call()
    return str(error.value)


REPRS = {
    "Normalize(mean=(0.5, 0.25), std=0.5)": lambda: Normalize([0.5, 0.25], 0.5),
    "Pad(padding=(1, 2), fill=0, padding_mode='edge')": lambda: Pad([1, 2], padding_mode="edge"),
    "RandomCrop(size=(32, 32), padding=4, pad_if_needed=False, fill=0, padding_mode='constant')": lambda: RandomCrop(
        (32, 32), 4
    ),
    "RandomHorizontalFlip(p=0.5)": RandomHorizontalFlip,
    "RandomFlip(p=0.1, axis=1)": lambda: RandomFlip(0.1, 1),
    "RandomRotation(degrees=(-15, 15), interpolation='nearest', expand=False, center=None, fill=0)": lambda: RandomRotation(
        15
    ),
    "RandomAffine(degrees=(0, 9), translate=None, scale=(1, 2), shear=(-5, 5), interpolation='nearest', fill=0, center=None)": lambda: (
        RandomAffine((0, 9), scale=(1, 2), shear=5)
    ),
    "RandomShift(shift=0.1, mode='wrap', fill=0, axis=-1)": lambda: RandomShift(0.1),
    "RandomErasing(p=0.5, scale=(0.02, 0.33), ratio=(0.3, 3.3), value='random')": lambda: RandomErasing(value="random"),
    "Cutout(length=16, n_holes=1, fill=0)": lambda: Cutout(16),
    "ColorJitter(brightness=None, contrast=None, saturation=None, hue=(-0.1, 0.1))": lambda: ColorJitter(hue=0.1),
    "Compose(\n    ToTensor()\n    RandomChoice(\n        p=[0.25, 0.75]\n        Grayscale(num_output_channels=1)\n        Lambda(neg)\n    )\n)": lambda: (
        Compose([ToTensor(), RandomChoice([Grayscale(), Lambda(mt.neg)], [1, 3])])
    ),
    "Compose(\n)": lambda: Compose([]),
    "RandomOrder(\n    Pad(padding=1, fill=0, padding_mode='constant')\n)": lambda: RandomOrder([Pad(1)]),
}


@pytest.mark.parametrize("text", REPRS)
def test_repr_says_the_arguments(text):
    assert repr(REPRS[text]()) == text


# What is refused when a transform is made, and in which words
REFUSED = {
    "Normalize: std divides, and must not be 0, got (1, 0)": (ValueError, lambda: Normalize((0, 0), (1, 0))),
    "Normalize: mean has 2 values, std has 3": (ValueError, lambda: Normalize((0, 0), (1, 1, 1))),
    "Normalize: mean must be a number, got 'red'": (TypeError, lambda: Normalize("red", 1)),
    "Normalize: mean must be finite, got nan": (ValueError, lambda: Normalize(float("nan"), 1)),
    "Normalize: mean has no entries": (ValueError, lambda: Normalize([], 1)),
    "Pad: padding must be an int or a sequence of ints, got 1.5": (TypeError, lambda: Pad(1.5)),
    "Pad: padding must be 0 or more, got -1": (ValueError, lambda: Pad((1, -1))),
    "Pad: padding has no entries": (ValueError, lambda: Pad(())),
    "Pad: padding_mode must be one of 'constant', 'edge', 'reflect', 'symmetric', got 'zeros'": (
        ValueError,
        lambda: Pad(1, padding_mode="zeros"),
    ),
    "CenterCrop: size must be 1 or more, got 0": (ValueError, lambda: CenterCrop(0)),
    "RandomCrop: size must be an int or a sequence of ints, got None": (TypeError, lambda: RandomCrop(None)),
    "RandomHorizontalFlip: p must be from 0 to 1, got 1.5": (ValueError, lambda: RandomHorizontalFlip(1.5)),
    "RandomFlip: axis 0 has the channels: give 1 for the first spatial axis, -1 for the last": (
        ValueError,
        lambda: RandomFlip(axis=0),
    ),
    "RandomFlip: axis must be an int, got 'H'": (TypeError, lambda: RandomFlip(axis="H")),
    "RandomRotation: degrees must be 0 or more, and finite, got -5": (ValueError, lambda: RandomRotation(-5)),
    "RandomRotation: degrees must be (least, greatest), got (9, 3)": (ValueError, lambda: RandomRotation((9, 3))),
    "RandomRotation: interpolation must be one of 'nearest', 'bilinear', got 'cubic'": (
        ValueError,
        lambda: RandomRotation(5, "cubic"),
    ),
    "RandomRotation: center must be two numbers, along x and along y, got 3": (
        TypeError,
        lambda: RandomRotation(5, center=3),
    ),
    "RandomRotation: expand=True keeps all of the image, about whatever it turns: leave center out": (
        ValueError,
        lambda: RandomRotation(5, expand=True, center=(1, 1)),
    ),
    "RandomAffine: translate must be from 0 to 1, got 3": (ValueError, lambda: RandomAffine(0, translate=(0, 3))),
    "RandomAffine: scale must be above 0, got (0, 1)": (ValueError, lambda: RandomAffine(0, scale=(0, 1))),
    "RandomAffine: shear must be two numbers (least, greatest), got (1, 2, 3)": (
        TypeError,
        lambda: RandomAffine(0, shear=(1, 2, 3)),
    ),
    "RandomShift: shift must be from 0 to 1, got 1.5": (ValueError, lambda: RandomShift(1.5)),
    "RandomShift: shift must be 0 or more, got -3": (ValueError, lambda: RandomShift(-3)),
    "RandomGain: gain must be above 0, got (0, 1)": (ValueError, lambda: RandomGain((0, 1))),
    "RandomGain: gain must be two numbers (least, greatest), got 2": (TypeError, lambda: RandomGain(2)),
    "GaussianNoise: sigma must be 0 or more, and finite, got -1": (ValueError, lambda: GaussianNoise(sigma=-1)),
    "RandomErasing: scale must be from 0 to 1, got 2": (ValueError, lambda: RandomErasing(scale=(0, 2))),
    "RandomErasing: ratio must be above 0, got (0, 1)": (ValueError, lambda: RandomErasing(ratio=(0, 1))),
    "RandomErasing: value must be a number, one for each channel, or 'random', got 'noise'": (
        ValueError,
        lambda: RandomErasing(value="noise"),
    ),
    "Cutout: n_holes must be an int, got 1.0": (TypeError, lambda: Cutout(3, 1.0)),
    "ColorJitter: hue must be from 0 to 0.5, got 0.7": (ValueError, lambda: ColorJitter(hue=0.7)),
    "ColorJitter: brightness must be 0 or more, and finite, got -1": (ValueError, lambda: ColorJitter(brightness=(-1, 1))),
    "Grayscale: num_output_channels must be 1 or 3, got 2": (ValueError, lambda: Grayscale(2)),
    "Compose: transforms must be a list of callables, got Pad": (TypeError, lambda: Compose(Pad(1))),
    "Compose: transforms[1] must be a transform or a function, got 3": (TypeError, lambda: Compose([Pad(1), 3])),
    "Compose: transforms[0] is the class ToTensor: make one of it, ToTensor(…)": (TypeError, lambda: Compose([ToTensor])),
    "RandomChoice: there are no transforms to choose from": (ValueError, lambda: RandomChoice([])),
    "RandomChoice: p needs one entry for each of the transforms, 1, got 2": (
        ValueError,
        lambda: RandomChoice([Pad(1)], [1, 2]),
    ),
    "RandomChoice: one entry of p at least must be above 0, got [0]": (ValueError, lambda: RandomChoice([Pad(1)], [0])),
    "Lambda: lambd must be a transform or a function, got 3": (TypeError, lambda: Lambda(3)),
    "generator: expected mt.Generator or numpy.random.Generator, got int": (TypeError, lambda: RandomCrop(3, generator=3)),
}


@pytest.mark.parametrize("text", REFUSED)
def test_arguments_are_refused_when_a_transform_is_made(text):
    error, call = REFUSED[text]
    assert message(error, call) == text


# What does not fit the sample that a transform is called with
MISFITS = {
    "RandomCrop: the crop has W = 32, the input 28\n"
    "  input (C, H, W) = (1, 40, 28)\n"
    "  crop  (H, W)    = (32, 32)\n"
    "  Give a smaller size, more padding, or pad_if_needed=True": lambda: RandomCrop(32)(mt.zeros(1, 40, 28)),
    "RandomCrop: the crop has L = 9, the padded input 7\n"
    "  input (C, L) = (1, 5)\n"
    "  crop  (L)    = (9,)\n"
    "  Give a smaller size, more padding, or pad_if_needed=True": lambda: RandomCrop(9, padding=1)(mt.zeros(1, 5)),
    "CenterCrop: the crop has H = 5, the input 4\n"
    "  input (C, H, W) = (1, 4, 9)\n"
    "  crop  (H, W)    = (5, 5)\n"
    "  Give a smaller size, or enlarge the input first: Pad(padding)": lambda: CenterCrop(5)(mt.zeros(1, 4, 9)),
    "CenterCrop: size=(2, 2) is for 2 spatial axes (H, W), the input has 1 spatial axis (L)\n"
    "  input (C, L) = (1, 9)": lambda: CenterCrop((2, 2))(mt.zeros(1, 9)),
    "Pad: padding has 3 entries, an input with 2 spatial axes (H, W) takes 2 or 4\n  input (C, H, W) = (1, 4, 9)": lambda: (
        Pad((1, 2, 3))(mt.zeros(1, 4, 9))
    ),
    "Pad: the input has 1 channel, fill has 3 values\n  input (C, H, W) = (1, 4, 9)": lambda: Pad(1, (1, 2, 3))(
        mt.zeros(1, 4, 9)
    ),
    "Pad: padding_mode='edge' copies cells, and there are none\n  input (C, L) = (1, 0)": lambda: Pad(
        1, padding_mode="edge"
    )(mt.zeros(1, 0)),
    "Normalize: the input has 4 channels, mean has 3 values\n  input (C, H, W) = (4, 2, 2)": lambda: Normalize(
        (0, 0, 0), (1, 1, 1)
    )(mt.zeros(4, 2, 2)),
    "RandomFlip: axis=3 is not among its spatial axes, 1 to 2\n  input (C, H, W) = (1, 2, 2)": lambda: RandomFlip(axis=3)(
        mt.zeros(1, 2, 2)
    ),
    "RandomShift: axis=-2 is not among its spatial axes, 1 to 1\n  input (C, L) = (1, 2)": lambda: RandomShift(1, axis=-2)(
        mt.zeros(1, 2)
    ),
    "RandomRotation: an image without pixels cannot be turned\n  input (C, H, W) = (1, 0, 2)": lambda: RandomRotation(9)(
        mt.zeros(1, 0, 2)
    ),
    "Cutout: length needs one entry for each of the spatial axes (H, W), got 1\n  input (C, H, W) = (1, 2, 2)": lambda: (
        Cutout((3,))(mt.zeros(1, 2, 2))
    ),
    "Cutout: there is no cell that a hole could have its centre at\n  input (C, L) = (1, 0)": lambda: Cutout(3)(
        mt.zeros(1, 0)
    ),
    "ColorJitter: the input has 4 channels, colours have 3 (red, green, blue), grey has 1\n"
    "  input (C, H, W) = (4, 2, 2)": lambda: ColorJitter(0.1)(mt.zeros(4, 2, 2)),
    "ToTensor: the input must be (H, W, C) or (H, W), got the shape (4,)": lambda: ToTensor()(np.zeros(4)),
}


@pytest.mark.parametrize("text", MISFITS)
def test_a_sample_that_does_not_fit_is_refused_with_its_shape(text):
    assert message(ShapeError, MISFITS[text]) == text


@pytest.mark.parametrize(
    "transform", [Normalize(0, 1), GaussianNoise(), RandomGain(), ColorJitter(0.1), Grayscale()], ids=repr
)
def test_whole_numbers_are_refused_where_fractions_come_of_them(transform):
    name = type(transform).__name__
    assert message(TypeError, lambda: transform(mt.zeros(3, 4, 4, dtype=mt.uint8))) == (
        f"{name}: the input must be of floats, got uint8: a picture of uint8 is divided by 255 first, as ToTensor does it"
    )


@pytest.mark.parametrize("fill", [0.5, 300, -1, 300.5, -1e30, (0, 0, 256)])
def test_a_fill_that_the_dtype_does_not_have_is_refused(fill):
    text = f"Pad: the input is of uint8, which has no fill={fill}"
    assert message(ValueError, lambda: Pad(1, fill)(mt.zeros(3, 4, 4, dtype=mt.uint8))) == text


def test_the_package_offers_what_it_lists():
    for name in transforms.__all__:
        assert issubclass(getattr(transforms, name), transforms.Transform)
    with pytest.raises(
        NotImplementedError, match=r"^Transform: a transform defines apply\(array\), which returns an array$"
    ):
        transforms.Transform()(mt.zeros(1, 2))
