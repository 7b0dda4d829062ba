"""The lens as an animation: its steps end at the library's gradients, and its frames are few, large enough to read, and small files."""

import re
import sys
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

import minitensor as mt
from lens_cases import answers, drawn
from minitensor import nn
from minitensor.viz.lens import lens
from minitensor.viz.lens.case import Case
from minitensor.viz.lens.gif import MOST_STEPS
from minitensor.viz.lens.steps import count_of, steps_of

WAYS = [("gather", "dX"), ("scatter", "dX"), ("weight", "dW")]


@pytest.fixture(scope="module")
def view():
    mt.manual_seed(0)
    return lens(nn.Conv2d(1, 1, 3, stride=2, padding=1), mt.randn(1, 1, 5, 6), mt.randn(1, 1, 3, 3))


@pytest.mark.parametrize(("way", "name"), WAYS)
@pytest.mark.parametrize("seed", range(20))
def test_the_last_step_holds_the_library_s_gradient(way, name, seed):
    given, arrays = drawn(seed)
    case = Case(given, arrays)
    steps = list(steps_of(case, way))
    assert len(steps) == count_of(case, way)
    shape = arrays["X" if name == "dX" else "W"].shape
    planes = steps[-1].grids[-1].numbers
    expected = answers(given, arrays)[name].reshape(*shape[:2], -1, *(1, *shape[2:])[-2:])
    channels = planes.shape[0] // expected.shape[2]
    last = expected[-1, -channels:].reshape(planes.shape)
    np.testing.assert_allclose(np.nan_to_num(planes), last, rtol=1e-10, atol=1e-10)


def test_a_gradient_fills_up_cell_by_cell(view):
    filled = [int((~np.isnan(step.grids[-1].numbers)).sum()) for step in steps_of(view.case, "gather")]
    assert filled == list(range(1, 31))


def test_the_window_meets_the_cells_that_the_sum_has(view):
    for step in steps_of(view.case, "gather"):
        stage, kernel, _ = step.grids
        taps = {tap: kernel.numbers[place] for place, tap in kernel.rings.items()}
        total = sum(stage.numbers[place] * taps[tap] for place, tap in stage.rings.items())
        (place,) = step.grids[2].rings
        assert step.grids[2].numbers[place] == pytest.approx(total)


@pytest.mark.parametrize(("mode", "frames"), [("gather", 30), ("scatter", 9), ("weight", 9)])
def test_there_is_a_frame_for_each_step_and_the_last_stays(view, tmp_path, mode, frames):
    path = view.gif(tmp_path / "steps.gif", mode, seconds_per_step=0.5)
    with Image.open(path) as picture:
        assert (picture.format, picture.n_frames, picture.info["loop"]) == ("GIF", frames, 0)
        times, sizes = [], set()
        for frame in range(frames):
            picture.seek(frame)
            times.append(picture.info["duration"])
            sizes.add(picture.size)
    assert times == [500] * (frames - 1) + [1500]
    ((width, height),) = sizes
    assert 600 <= width <= 1600
    assert 250 <= height <= 800
    assert path.stat().st_size < 15_000 * frames


def test_a_frame_shows_what_stays_as_well_as_what_changes(view, tmp_path):
    with Image.open(view.gif(tmp_path / "steps.gif", "scatter")) as picture:
        whole = [np.asarray(frame.convert("RGB")) for frame in frames_of(picture)]
    for frame in whole:
        assert tuple(frame[0, 0]) == (255, 255, 255)
        assert (frame != 255).any(-1).sum() > 10_000  # grids, numbers and words, in each frame
    assert all((before != now).any() for before, now in pairwise(whole))


def frames_of(picture):
    for frame in range(picture.n_frames):
        picture.seek(frame)
        yield picture.copy()


def test_slices_of_three_axes_stand_beside_each_other(tmp_path):
    view = lens(nn.Conv3d(1, 1, 2), mt.randn(1, 1, 3, 3, 3))
    step = next(steps_of(view.case, "gather"))
    assert [grid.numbers.shape for grid in step.grids] == [(4, 4, 4), (2, 2, 2), (3, 3, 3)]
    assert view.gif(tmp_path / "cube.gif").exists()


def test_save_writes_an_animation_too(tmp_path):
    view = lens(nn.Conv1d(1, 1, 2), mt.ones(1, 1, 4), mode="scatter")
    with Image.open(view.save(tmp_path / "x.gif")) as picture:
        assert picture.n_frames == 3
    with Image.open(lens(nn.Conv1d(1, 1, 2), mt.ones(1, 1, 4)).save(tmp_path / "y.GIF")) as picture:
        assert picture.n_frames == 4


REFUSED = [
    ({"mode": "matrix"}, "lens.gif: mode is one of gather, scatter, weight, got 'matrix'"),
    ({"seconds_per_step": 0}, "lens.gif: seconds_per_step is from 0.02 to 60, got 0"),
]


@pytest.mark.parametrize(("options", "words"), REFUSED)
def test_what_cannot_be_animated_is_refused_in_words(view, tmp_path, options, words):
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        view.gif(tmp_path / "x.gif", **options)
    assert list(tmp_path.iterdir()) == []


def test_another_ending_and_a_missing_folder_are_refused(view, tmp_path):
    with pytest.raises(ValueError, match=r"^lens.gif: an animation is a .gif file, got 'x.png'$"):
        view.gif(tmp_path / "x.png")
    with pytest.raises(FileNotFoundError, match=r"^save: there is no folder '.*nowhere' to write 'x.gif' to$"):
        view.gif(tmp_path / "nowhere" / "x.gif")


def test_an_animation_that_is_too_long_or_too_large_is_refused(tmp_path):
    long = lens(nn.Conv2d(1, 1, 3), mt.ones(1, 1, 21, 21))
    words = f"lens.gif: 441 steps are too many, an animation has up to {MOST_STEPS}: take a smaller case"
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        long.gif(tmp_path / "x.gif")
    wide = lens(nn.Conv2d(1, 16, 1), mt.ones(1, 1, 15, 15))
    with pytest.raises(
        ValueError, match=r"^lens.gif: a frame of \d+ x \d+ pixels is too large: take fewer channels or a smaller size$"
    ):
        wide.gif(tmp_path / "x.gif")


def test_without_pillow_it_says_how_to_get_it(view, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(ModuleNotFoundError, match=r"lens.gif needs pillow: pip install 'minitensor\[viz\]'"):
        view.gif(tmp_path / "x.gif")
