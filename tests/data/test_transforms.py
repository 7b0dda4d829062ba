"""What all transforms keep to: dtype, type and input unchanged, draws of the given generator, no gradient, copies."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import minitensor as mt
from minitensor.data.transforms import (
    CenterCrop,
    ColorJitter,
    Compose,
    Cutout,
    GaussianNoise,
    Grayscale,
    Normalize,
    Pad,
    RandomAffine,
    RandomApply,
    RandomChoice,
    RandomCrop,
    RandomErasing,
    RandomFlip,
    RandomGain,
    RandomHorizontalFlip,
    RandomOrder,
    RandomRotation,
    RandomShift,
    RandomVerticalFlip,
    Resize,
)
from minitensor.errors import ShapeError
from minitensor.random import seeded

SHAPES = {1: (3, 20), 2: (3, 12, 10), 3: (3, 4, 8, 6)}

# Each transform, the ranks that it is for, and the dtypes
FLOATS, ALL = "float16 float32 float64", "float16 float32 float64 uint8 int16 int64 bool"
EVERY = {
    "Normalize": (lambda **_: Normalize((0.1, 0.2, 0.3), (1.0, 2.0, 3.0)), (1, 2, 3), FLOATS),
    "Pad": (lambda **_: Pad(2, 1), (1, 2, 3), ALL),
    "Pad reflect": (lambda **_: Pad(2, padding_mode="reflect"), (1, 2, 3), ALL),
    "CenterCrop": (lambda **_: CenterCrop(3), (1, 2, 3), ALL),
    "CenterCrop of all": (lambda **_: CenterCrop((12, 10)), (2,), ALL),
    "Resize": (lambda **_: Resize(7), (1, 2, 3), ALL),
    "Resize nearest": (lambda **_: Resize(2, "nearest"), (1, 2, 3), ALL),
    "RandomCrop": (lambda **named: RandomCrop(4, padding=1, **named), (1, 2, 3), ALL),
    "RandomCrop edge": (lambda **named: RandomCrop(9, padding=4, padding_mode="edge", **named), (1, 2, 3), ALL),
    "RandomFlip": (lambda **named: RandomFlip(0.5, 1, **named), (1, 2, 3), ALL),
    "RandomHorizontalFlip": (lambda **named: RandomHorizontalFlip(**named), (1, 2, 3), ALL),
    "RandomVerticalFlip": (lambda **named: RandomVerticalFlip(**named), (2, 3), ALL),
    "RandomRotation": (lambda **named: RandomRotation(40, **named), (2, 3), ALL),
    "RandomRotation bilinear": (lambda **named: RandomRotation(40, "bilinear", expand=True, **named), (2, 3), ALL),
    "RandomAffine": (
        lambda **named: RandomAffine(9, (0.1, 0.2), (0.9, 1.1), (1, 2, 3, 4), "bilinear", **named),
        (2, 3),
        ALL,
    ),
    "RandomShift": (lambda **named: RandomShift(0.3, **named), (1, 2, 3), ALL),
    "RandomGain": (lambda **named: RandomGain(**named), (1, 2, 3), FLOATS),
    "GaussianNoise": (lambda **named: GaussianNoise(0.2, 0.3, **named), (1, 2, 3), FLOATS),
    "RandomErasing": (lambda **named: RandomErasing(0.8, **named), (2, 3), ALL),
    "RandomErasing random": (lambda **named: RandomErasing(0.8, value="random", **named), (2, 3), FLOATS),
    "Cutout": (lambda **named: Cutout(3, 2, **named), (1, 2, 3), ALL),
    "ColorJitter": (lambda **named: ColorJitter(0.3, 0.3, 0.3, 0.2, **named), (1, 2, 3), FLOATS),
    "Grayscale": (lambda **_: Grayscale(), (1, 2, 3), FLOATS),
    "RandomApply": (lambda **named: RandomApply([Pad(1)], **named), (1, 2, 3), ALL),
    "RandomChoice": (lambda **named: RandomChoice([Pad(1), Pad(2)], **named), (1, 2, 3), ALL),
    "RandomOrder": (lambda **named: RandomOrder([Pad(1), CenterCrop(3)], **named), (1, 2, 3), ALL),
    "Compose": (lambda **_: Compose([Pad(1), CenterCrop(3)]), (1, 2, 3), ALL),
}
CASES = [(name, rank, dtype) for name, (_, ranks, dtypes) in EVERY.items() for rank in ranks for dtype in dtypes.split()]
DRAWING = [name for name, (make, ranks, _) in EVERY.items() if getattr(make(), "generator", 0) is None]


def sample(rank, dtype="float32"):
    """Numbers from 0 to 1, or whole ones from 0 to 255."""
    drawn = np.random.default_rng(rank).random(SHAPES[rank])
    return (drawn if dtype.startswith("float") else drawn * (2 if dtype == "bool" else 255)).astype(dtype)


def message(error_type, call):
    """Return the whole text of the error that the call raises."""
    with pytest.raises(error_type) as error:
        call()
    return str(error.value)


@pytest.mark.parametrize(("name", "rank", "dtype"), CASES)
def test_dtype_and_type_are_kept_and_the_input_stays_as_it_is(name, rank, dtype):
    """For ndarrays and Tensors, of which the results are equal; what comes back new shares no memory."""
    array = sample(rank, dtype)
    before, generator = array.copy(), mt.Generator()
    transform = EVERY[name][0](generator=generator)
    for seed in range(4):
        generator.manual_seed(seed)
        of_array = transform(array)
        generator.manual_seed(seed)
        tensor = mt.from_numpy(array)
        of_tensor = transform(tensor)
        assert isinstance(of_array, np.ndarray)
        assert isinstance(of_tensor, mt.Tensor)
        assert of_array.dtype == of_tensor.dtype == array.dtype
        np.testing.assert_array_equal(of_array, of_tensor.numpy())
        np.testing.assert_array_equal(array, before)
        assert of_array is array or not np.shares_memory(of_array, array)
        assert (of_array is array) == (of_tensor is tensor)
        assert of_array.flags.c_contiguous
        assert of_array.flags.writeable


@pytest.mark.parametrize("name", EVERY)
def test_memory_of_any_layout_gives_the_same(name):
    """Backwards and with gaps, and read-only."""
    make, ranks, _ = EVERY[name]
    array = sample(ranks[-1])
    gaps = np.repeat(array, 2, axis=-1)[..., ::2]
    backwards = np.flip(np.flip(array).copy())
    fixed = array.copy()
    fixed.setflags(write=False)
    expected = make(generator=mt.Generator().manual_seed(5))(array)
    for one in (gaps, backwards, fixed):
        np.testing.assert_array_equal(make(generator=mt.Generator().manual_seed(5))(one), expected)


@pytest.mark.parametrize("name", DRAWING)
def test_draws_follow_from_the_generator(name):
    """One's own, NumPy's, or the one that manual_seed sets; within `seeded`, from its seeds alone."""
    make, ranks, _ = EVERY[name]
    array = sample(ranks[-1])

    def run(transform):
        return [transform(array) for _ in range(8)]

    expected = run(make(generator=mt.Generator().manual_seed(3)))
    mt.manual_seed(3)
    for again in (run(make(generator=np.random.default_rng(3))), run(make())):
        for one, other in zip(again, expected, strict=True):
            np.testing.assert_array_equal(one, other)
    assert any(one.shape != expected[0].shape or not np.array_equal(one, expected[0]) for one in expected[1:])
    transform, in_blocks = make(generator=mt.Generator()), []
    for _ in range(2):
        with seeded(4, 9):
            in_blocks.append(run(transform))
    for one, other in zip(*in_blocks, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", EVERY)
def test_no_gradient_is_recorded(name):
    make, ranks, _ = EVERY[name]
    x = mt.from_numpy(sample(ranks[-1])).requires_grad_()
    for _ in range(6):
        result = make()(x)
        assert not result.requires_grad or (result is x and name == "RandomApply")  # which did not apply anything


@pytest.mark.parametrize("name", EVERY)
def test_a_transform_can_be_copied_and_sent_to_another_process(name):
    make, ranks, _ = EVERY[name]
    array = sample(ranks[-1])
    transform = make()
    for again in (copy.deepcopy(transform), pickle.loads(pickle.dumps(transform))):
        assert repr(again) == repr(transform)
        mt.manual_seed(1)
        expected = transform(array)
        mt.manual_seed(1)
        np.testing.assert_array_equal(again(array), expected)


@pytest.mark.parametrize(
    "name", [name for name in EVERY if not name.startswith(("Compose", "RandomApply", "RandomC", "RandomO"))]
)
def test_what_is_no_sample_is_refused(name):
    make, ranks, _ = EVERY[name]
    transform = make()
    kind = type(transform).__name__
    assert message(TypeError, lambda: transform([1, 2])) == f"{kind}: expected a Tensor or an ndarray, got list"
    needed = "(C, L), (C, H, W) or (C, D, H, W)" if ranks[0] == 1 else "(C, H, W) or (C, D, H, W)"
    if name != "CenterCrop of all":
        assert message(ShapeError, lambda: transform(np.zeros(3, np.float32))) == (
            f"{kind}: the input needs {needed}, got 1 axis\n  input (C) = (3,)"
        )


def test_only_transforms_of_images_refuse_signals():
    for name, (make, ranks, _) in EVERY.items():
        if ranks[0] == 2 and name != "CenterCrop of all":
            text = message(ShapeError, lambda make=make: make()(mt.zeros(3, 20)))
            assert text.endswith("got 2 axes\n  input (C, L) = (3, 20)"), name
