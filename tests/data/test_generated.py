"""The generated sets are what they say, the same everywhere, and not to be told apart without learning."""

from __future__ import annotations

import hashlib
import re

import numpy as np
import pytest

import minitensor as mt
from minitensor import nn
from minitensor.data.datasets import MOTIONS, SHAPES, WAVEFORMS, make_moving_shapes, make_shapes, make_waveforms
from minitensor.data.datasets.generated.drawing import DRAWN, coverage, polygon, segment

SETS = {
    "waveforms": (make_waveforms, WAVEFORMS, (1, 128)),
    "shapes": (make_shapes, SHAPES, (3, 32, 32)),
    "moving_shapes": (make_moving_shapes, MOTIONS, (1, 8, 24, 24)),
}
every_set = pytest.mark.parametrize(("make", "names", "shape"), SETS.values(), ids=SETS)


def drawn(make, samples, seed=0, **settings):
    return [part.numpy() for part in make(samples, generator=mt.Generator().manual_seed(seed), **settings)]


@every_set
def test_axes_dtypes_and_labels_of_which_each_is_as_frequent(make, names, shape):
    inputs, labels = make(5 * len(names) + 1)
    assert (inputs.shape, inputs.dtype) == ((5 * len(names) + 1, *shape), mt.float32)
    assert (labels.shape, labels.dtype) == ((5 * len(names) + 1,), mt.int64)
    assert sorted(np.bincount(labels.numpy(), minlength=len(names)).tolist()) == [5] * (len(names) - 1) + [6]
    assert len(set(names)) == len(names)
    assert not inputs.requires_grad


def test_other_sizes():
    assert make_waveforms(3, 50)[0].shape == (3, 1, 50)
    assert make_shapes(3, 48)[0].shape == (3, 3, 48, 48)
    assert make_moving_shapes(3, 5, 16)[0].shape == (3, 1, 5, 16, 16)


# Of 300 samples each, made by NumPy 1.26 and 2.4: inputs and labels
CHECKSUMS = {
    "waveforms": "63e246a3b057fe2e",
    "shapes": "48c263fdf3a15936",
    "moving_shapes": "00eb7c79d2056eee",
}


@pytest.mark.parametrize("name", SETS)
def test_the_bytes_are_the_same_on_every_machine(name):
    digest = hashlib.sha256(b"".join(part.tobytes() for part in drawn(SETS[name][0], 300)))
    assert digest.hexdigest()[:16] == CHECKSUMS[name]


@pytest.mark.parametrize("make", [make_waveforms, make_shapes, make_moving_shapes])
def test_the_generator_says_what_is_drawn_and_else_the_one_that_all_share(make):
    first, labels = drawn(make, 20, seed=5)
    assert [first.tobytes(), labels.tobytes()] == [part.tobytes() for part in drawn(make, 20, seed=5)]
    assert drawn(make, 20, seed=6)[0].tobytes() != first.tobytes()
    assert make(20, generator=np.random.default_rng(5))[0].numpy().tobytes() == first.tobytes()
    mt.manual_seed(5)
    assert make(20)[0].numpy().tobytes() == first.tobytes()
    assert make(20)[0].numpy().tobytes() != first.tobytes()


@pytest.mark.parametrize("make", [make_shapes, make_moving_shapes])
def test_pixels_are_bytes_divided_by_255(make):
    pixels = drawn(make, 50)[0]
    assert pixels.min() >= 0
    assert pixels.max() <= 1
    np.testing.assert_array_equal(pixels, np.rint(pixels * 255).astype(np.float32) / np.float32(255))
    assert len(np.unique(pixels)) == 256


REFUSED = {
    "samples=0": (lambda: make_waveforms(0), ValueError, "make_waveforms: samples is 1 or more, got 0"),
    "samples=2.5": (lambda: make_shapes(2.5), TypeError, "make_shapes: samples is an integer, got 2.5"),
    "length": (lambda: make_waveforms(1, 31), ValueError, "make_waveforms: length is 32 or more, got 31"),
    "size": (lambda: make_shapes(1, 8), ValueError, "make_shapes: size is 16 or more, got 8"),
    "clutter": (lambda: make_shapes(1, clutter=-1), ValueError, "make_shapes: clutter is 0 or more, got -1"),
    "frames": (lambda: make_moving_shapes(1, 1), ValueError, "make_moving_shapes: frames is 2 or more, got 1"),
    "noise=-1": (
        lambda: make_shapes(1, noise=-1),
        ValueError,
        "make_shapes: noise is a finite number of 0 or more, got -1.0",
    ),
    "noise=nan": (
        lambda: make_waveforms(1, noise=float("nan")),
        ValueError,
        "make_waveforms: noise is a finite number of 0 or more, got nan",
    ),
    "noise=much": (
        lambda: make_moving_shapes(1, noise="much"),
        TypeError,
        "make_moving_shapes: noise is a number, got 'much'",
    ),
    "generator": (
        lambda: make_shapes(1, generator=3),
        TypeError,
        "generator: expected mt.Generator or numpy.random.Generator, got int",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_made_is_refused_in_words(case):
    call, error, message = REFUSED[case]
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        call()


# --- how hard they are


def nearest_mean(inputs, labels, test_inputs, test_labels):
    """How many test samples are nearest to the mean of their own class."""
    rows, tests = inputs.reshape(len(inputs), -1), test_inputs.reshape(len(test_inputs), -1)
    means = np.stack([rows[labels == label].mean(0) for label in np.unique(labels)])
    return (((means**2).sum(1) - 2 * tests @ means.T).argmin(1) == test_labels).mean()


def linear(inputs, labels, test_inputs, test_labels):
    """How many test samples a linear classifier, fitted by least squares with a ridge, names as they are."""
    rows, tests = (part.reshape(len(part), -1) - inputs.mean() for part in (inputs, test_inputs))
    scores = tests @ rows.T @ np.linalg.solve(rows @ rows.T + 100 * np.eye(len(rows)), np.eye(labels.max() + 1)[labels])
    return (scores.argmax(1) == test_labels).mean()


@pytest.mark.parametrize("classify", [nearest_mean, linear])
@pytest.mark.parametrize("name", SETS)
def test_without_learning_features_they_are_told_apart_hardly_better_than_by_chance(name, classify):
    make, names, _ = SETS[name]
    inputs, labels = drawn(make, 2000)
    assert classify(inputs[:1000], labels[:1000], inputs[1000:], labels[1000:]) < 2.0 / len(names)


def test_a_small_network_learns_waveforms():
    mt.manual_seed(0)
    signals, labels = make_waveforms(2500)
    model = nn.Sequential(
        nn.Conv1d(1, 16, 9, stride=2, padding=4), nn.BatchNorm1d(16), nn.ReLU(),
        nn.Conv1d(16, 32, 9, stride=2, padding=4), nn.BatchNorm1d(32), nn.ReLU(),
        nn.Conv1d(32, 32, 9, stride=2, padding=4), nn.BatchNorm1d(32), nn.ReLU(),
        nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(32, 8),
    )  # fmt: skip
    optimizer = mt.optim.Adam(model.parameters(), lr=0.01)
    for step in range(6 * 40):
        part = slice(step % 40 * 50, step % 40 * 50 + 50)
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(signals[part]), labels[part]).backward()
        optimizer.step()
    model.eval()
    with mt.no_grad():
        right = model(signals[2000:]).argmax(1) == labels[2000:]
    assert right.float().mean().item() > 0.7


# --- waveforms


def of_class(name, **settings):
    signals, labels = drawn(make_waveforms, 400, noise=0, **settings)
    return signals[labels == WAVEFORMS.index(name), 0]


def crossings(signal):
    """Where a signal goes through the middle between its ends."""
    middle = (signal.max() + signal.min()) / 2
    return np.flatnonzero(np.diff(np.sign(signal - middle)) != 0)


def test_noise_is_added_with_its_standard_deviation():
    clean, _ = drawn(make_waveforms, 500, noise=0)
    noisy, _ = drawn(make_waveforms, 500, noise=0.7)
    assert abs((noisy - clean).std() - 0.7) < 0.01
    assert abs((noisy - clean).mean()) < 0.01
    np.testing.assert_array_equal(noisy * 4096, np.rint(noisy * 4096))


def test_a_sine_bends_in_proportion_to_its_height():
    for signal in of_class("sine", length=512):
        height = signal - (signal.max() + signal.min()) / 2
        assert np.corrcoef(height[1:-1], np.diff(signal, 2))[0, 1] < -0.99


def test_squares_and_pulses_have_two_values_and_their_share_of_the_higher():
    for name, share in ("square", 0.5), ("pulses", 0.2):
        signals = of_class(name)
        assert {len(np.unique(signal)) for signal in signals} == {2}
        high = signals > (signals.max(1) + signals.min(1))[:, None] / 2
        assert abs(high.mean() - share) < 0.02


def test_a_triangle_goes_as_fast_up_as_down_and_a_sawtooth_falls_at_once():
    slopes = np.diff(of_class("triangle"), axis=1)
    assert np.median(np.abs(slopes) / np.abs(slopes).max(1, keepdims=True)) > 0.98
    assert abs((slopes > 0).mean() - 0.5) < 0.02
    slopes = np.diff(of_class("sawtooth"), axis=1)
    assert 0.9 < (slopes > 0).mean() < 0.97
    assert (slopes.min(1) < -4 * slopes.max(1)).all()


def test_chirps_go_through_the_middle_ever_more_often_or_ever_less():
    for name, sign in ("rising chirp", -1), ("falling chirp", 1):
        for signal in of_class(name, length=1024):
            gaps = np.diff(crossings(signal))
            assert np.polyfit(np.arange(len(gaps)), gaps, 1)[0] * sign > 0, name


def test_a_beat_swells_and_fades():
    for signal in of_class("beat", length=1024):
        height = np.abs(signal - (signal.max() + signal.min()) / 2)
        peaks = height[1:-1][(height[1:-1] > height[:-2]) & (height[1:-1] > height[2:])]
        assert peaks.min() < 0.6 * peaks.max()


# --- shapes


def plane(width=401, reach=1.4):
    line = np.linspace(-reach, reach, width, dtype=np.float32)
    return line[None, :], line[:, None], 2 * reach / (width - 1)


def shoelace(corners):
    x, y = np.array(corners).T
    return abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def overlap(a, b, d):
    """The area that two discs share, whose radii are a and b and whose middles are d apart."""
    first, second = (d * d + a * a - b * b) / (2 * d), (d * d + b * b - a * a) / (2 * d)
    return (
        a * a * np.arccos(first / a) - first * np.sqrt(a * a - first**2)
        + b * b * np.arccos(second / b) - second * np.sqrt(b * b - second**2)
    )  # fmt: skip


AREAS = {
    "circle": np.pi * 0.9**2,
    "semicircle": np.pi / 2,
    "crescent": np.pi - overlap(1, 0.8, 0.55),
    "triangle": 3 * np.sqrt(3) / 4,
    "square": 2.0,
    "pentagon": 2.5 * np.sin(2 * np.pi / 5),
    "star": 5 * 0.42 * np.sin(np.pi / 5),
    "cross": 4 * 0.66 - 0.66**2,
    "arrow": shoelace(DRAWN["arrow"].keywords["corners"]),
    "heart": shoelace(DRAWN["heart"].keywords["corners"]),
}


@pytest.mark.parametrize("name", SHAPES)
def test_what_is_covered_is_as_large_as_the_shape(name):
    x, y, step = plane()
    assert abs(coverage(DRAWN[name](x, y) / step).sum() * step**2 / AREAS[name] - 1) < 0.005


@pytest.mark.parametrize("name", ["triangle", "square", "pentagon", "star", "cross", "arrow", "heart"])
def test_the_distance_to_a_polygon_is_that_to_the_nearest_of_many_points_on_it(name):
    corners = np.array(DRAWN[name].keywords["corners"])
    part = np.linspace(0, 1, 400)[:, None, None]
    on_it = (corners + part * (np.roll(corners, -1, axis=0) - corners)).reshape(-1, 2)
    x, y, _ = plane(23)
    places = np.stack(np.broadcast_arrays(x, y), axis=-1)
    nearest = np.sqrt(((places[:, :, None] - on_it) ** 2).sum(-1)).min(-1)
    np.testing.assert_allclose(np.abs(DRAWN[name](x, y)), nearest, atol=2e-3)


def test_the_distance_to_a_segment():
    ends = np.float32(3), np.float32(4)
    for place, distance in ((3, 4), 0), ((1.5, 2), 0), ((-3, -4), 5), ((6, 8), 5), ((4, -3), 5), ((7, 1), 5):
        assert segment(*np.float32(place), *ends) == distance


def test_a_point_is_inside_a_polygon_with_an_edge_that_lies_level():
    x, y = np.float32([[0.5, 1.5]]), np.float32([[0.5], [0.5]])
    square = [(0, 0), (1, 0), (1, 1), (0, 1)]
    np.testing.assert_array_equal(polygon(np.broadcast_to(x, (2, 2)), y, square), [[-0.5, 0.5]] * 2)


def test_a_shape_stands_out_from_what_is_behind_it():
    """Without strokes and noise, the shape's brightness differs from its surroundings by 0.1 at least, nearly everywhere."""
    images, _ = drawn(make_shapes, 200, clutter=0, noise=0)
    grey = images.mean(1)
    spread = grey.max((1, 2)) - grey.min((1, 2))
    assert np.quantile(spread, 0.02) > 0.15


def test_clutter_and_noise_change_what_is_behind():
    plain, strokes, noisy = (drawn(make_shapes, 64, **one)[0] for one in (
        {"clutter": 0, "noise": 0}, {"clutter": 8, "noise": 0}, {"clutter": 0, "noise": 0.2},
    ))  # fmt: skip
    edges = [np.abs(np.diff(images, axis=3)).mean() for images in (plain, strokes, noisy)]
    assert edges[0] < edges[1] < edges[2]
