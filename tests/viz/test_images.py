"""Grids of images, signals and videos: values as colours, titles, places, and refusals in words."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import minitensor as mt
from minitensor.viz import image_grid, signal_grid, video_grid

ROOT = Path(__file__).resolve().parents[2]


def shown(figure):
    """The bytes of each picture, (H, W, 3)."""
    return [ax.images[0].get_array() for ax in figure.axes]


def test_values_from_0_to_1_are_grey_and_keep_their_brightness():
    pictures = shown(image_grid(mt.tensor([[[0.2, 0.4], [0.6, 1.0]]])))
    assert pictures[0].shape == (2, 2, 3)
    np.testing.assert_array_equal(pictures[0], np.repeat([[[51], [102]], [[153], [255]]], 3, axis=2))


def test_bytes_are_shown_as_they_are():
    pictures = np.arange(2 * 3 * 4 * 5, dtype=np.uint8).reshape(2, 3, 4, 5)
    np.testing.assert_array_equal(shown(image_grid(pictures)), pictures.transpose(0, 2, 3, 1))


def test_values_beyond_are_scaled_all_images_alike():
    first, second = shown(image_grid(mt.tensor([[[-2.0, 0.0]], [[1.0, 3.0]]])))
    assert first[0, :, 0].tolist() == [0, 102]
    assert second[0, :, 0].tolist() == [153, 255]


@pytest.mark.parametrize("values", [[[[5.0, 5.0]]], [[[7, 7]]], [[[-1.0, -1.0]]]])
def test_one_value_everywhere_is_black_or_white(values):
    assert len(np.unique(shown(image_grid(np.array(values)))[0])) == 1


def test_three_channels_are_red_green_and_blue_and_booleans_black_and_white():
    red = np.zeros((1, 3, 2, 2), np.float32)
    red[0, 0] = 1
    assert shown(image_grid(red))[0][0, 0].tolist() == [255, 0, 0]
    assert shown(image_grid(np.array([[[True, False]]])))[0][0, :, 0].tolist() == [255, 0]


def test_what_is_not_a_number_is_magenta_and_infinities_are_the_ends():
    values = np.array([[[0.5, np.nan, np.inf, -np.inf]]])
    assert shown(image_grid(values))[0][0].tolist() == [[128] * 3, [255, 0, 255], [255] * 3, [0] * 3]
    assert shown(image_grid(np.full((1, 3, 1, 1), np.nan)))[0].tolist() == [[[255, 0, 255]]]


def test_titles_and_frames_are_blue_and_vermilion_for_right_and_wrong():
    figure = image_grid(mt.zeros(3, 1, 4, 4), titles=[7, "b", "two\nlines"], colours=[True, False, "green"])
    assert [ax.get_title() for ax in figure.axes] == ["7", "b", "two\nlines"]
    assert [to_hex(ax.title.get_color()).upper() for ax in figure.axes] == ["#0072B2", "#D55E00", "#008000"]
    assert [to_hex(ax.spines["left"].get_edgecolor()).upper() for ax in figure.axes] == ["#0072B2", "#D55E00", "#008000"]
    figure = image_grid(mt.zeros(2, 4, 4), titles=mt.tensor([3, 4]), colours=mt.tensor([1, 2]) == 1)
    assert [(ax.get_title(), to_hex(ax.title.get_color()).upper()) for ax in figure.axes] == [
        ("3", "#0072B2"),
        ("4", "#D55E00"),
    ]
    assert {to_hex(ax.title.get_color()) for ax in image_grid(mt.zeros(2, 4, 4), titles="ab").axes} == {"#000000"}


def places(figure):
    """Row and column of each picture, counted from the top left."""
    boxes = [ax.get_position() for ax in figure.axes]
    rows, columns = (sorted({round(box, 6) for box in boxes}) for boxes in ([-b.y0 for b in boxes], [b.x0 for b in boxes]))
    return [(rows.index(round(-box.y0, 6)), columns.index(round(box.x0, 6))) for box in boxes]


def test_rows_are_filled_from_the_top_left():
    assert places(image_grid(mt.zeros(5, 4, 4), columns=3)) == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]
    assert places(image_grid(mt.zeros(9, 4, 4)))[-1] == (2, 2)
    assert places(image_grid(mt.zeros(2, 4, 4), columns=10))[-1] == (0, 1)
    assert places(image_grid(mt.zeros(1, 4, 4))) == [(0, 0)]


def test_pixels_are_square_and_nothing_overlaps_or_leaves_the_figure():
    for figure in (
        image_grid(mt.zeros(7, 3, 10, 20), titles=["a", "b", "c", *["d\ne"] * 4], columns=3),
        video_grid(mt.zeros(3, 1, 4, 10, 20), titles=["a"] * 3),
    ):
        figure.draw_without_rendering()
        width, height = figure.get_size_inches()
        boxes = [ax.get_tightbbox() for ax in figure.axes]
        for index, box in enumerate(boxes):
            assert 0 <= box.x0 < box.x1 <= figure.bbox.x1
            assert 0 <= box.y0 < box.y1 <= figure.bbox.y1
            assert not any(other.overlaps(box) for other in boxes[:index])
        for ax, picture in zip(figure.axes, shown(figure), strict=True):
            place = ax.get_position()
            ratio = (place.height * height / picture.shape[0]) / (place.width * width / picture.shape[1])
            assert ratio == pytest.approx(1)


def test_a_figure_of_a_size_of_ones_own_keeps_pixels_square():
    figure = image_grid(mt.zeros(2, 4, 4), figsize=(7, 2))
    assert figure.get_size_inches().tolist() == [7, 2]
    assert [ax.get_aspect() for ax in figure.axes] == [1.0, 1.0]


def test_signals_are_lines_to_one_scale():
    signals = np.stack([np.zeros((2, 9)), np.full((2, 9), 10.0)])
    figure = signal_grid(mt.tensor(signals), titles="ab", colours=[False, None])
    assert [len(ax.lines) for ax in figure.axes] == [2, 2]
    np.testing.assert_array_equal(figure.axes[1].lines[0].get_ydata(), [10] * 9)
    assert {(ax.get_xlim(), ax.get_ylim()) for ax in figure.axes} == {((0, 8), (-0.5, 10.5))}
    assert len(signal_grid(np.full((3, 4), np.nan)).axes) == 3


def test_a_video_is_the_row_of_its_frames_with_white_between():
    videos = np.arange(2 * 3 * 2 * 2, dtype=np.uint8).reshape(2, 1, 3, 2, 2)  # (n, c, t, h, w)
    first, second = (picture[:, :, 0].tolist() for picture in shown(video_grid(videos)))
    assert first == [[0, 1, 255, 4, 5, 255, 8, 9], [2, 3, 255, 6, 7, 255, 10, 11]]
    assert second == [[12, 13, 255, 16, 17, 255, 20, 21], [14, 15, 255, 18, 19, 255, 22, 23]]
    np.testing.assert_array_equal(shown(video_grid(videos[:, 0]))[1][:, :, 0], second)
    colours = np.zeros((1, 3, 2, 2, 2), np.uint8)
    colours[:, 2, 1] = 200
    assert shown(video_grid(colours))[0][0].tolist() == [[0] * 3] * 2 + [[255] * 3] + [[0, 0, 200]] * 2


def test_a_notebook_shows_the_figure_and_pyplot_does_not_know_of_it():
    code = (
        "import sys, minitensor as mt; figure = mt.viz.image_grid(mt.zeros(2, 4, 4)); "
        "print(figure._repr_png_()[:4], 'matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "b'\\x89PNG' False\n"


def test_it_can_be_saved_in_any_format():
    figure = image_grid(mt.rand(2, 3, 4, 4))
    assert isinstance(figure, Figure)
    for ending, start in ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("svg", b"<?xml"):
        file = io.BytesIO()
        figure.savefig(file, format=ending)
        assert file.getvalue().startswith(start)


REFUSED = {
    "axes": (
        lambda: image_grid(mt.zeros(4, 4)),
        "image_grid: expected (N, C, H, W) or (N, H, W), none of them 0, got the shape (4, 4)",
    ),
    "none": (
        lambda: image_grid(mt.zeros(0, 1, 4, 4)),
        "image_grid: expected (N, C, H, W) or (N, H, W), none of them 0, got the shape (0, 1, 4, 4)",
    ),
    "channels": (
        lambda: image_grid(mt.zeros(2, 4, 4, 3)),
        "image_grid: expected one channel or three, (N, C, H, W) = (2, 4, 4, 3) has 4",
    ),
    "titles": (
        lambda: image_grid(mt.zeros(2, 4, 4), titles=["a"]),
        "image_grid: titles has 1 entries, and there are 2 pictures",
    ),
    "colours": (
        lambda: signal_grid(mt.zeros(2, 4), colours=[True] * 3),
        "signal_grid: colours has 3 entries, and there are 2 pictures",
    ),
    "columns": (lambda: image_grid(mt.zeros(2, 4, 4), columns=0), "image_grid: columns is 1 or more, got 0"),
    "video": (
        lambda: video_grid(mt.zeros(2, 4, 4)),
        "video_grid: expected (N, C, T, H, W) or (N, T, H, W), none of them 0, got the shape (2, 4, 4)",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_drawn_is_refused_in_words(case):
    call, message = REFUSED[case]
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()


def test_without_matplotlib_the_message_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ModuleNotFoundError, match=r"^image_grid needs matplotlib: pip install 'minitensor\[viz\]'"):
        image_grid(mt.zeros(1, 4, 4))


def test_dollars_in_a_title_are_dollars():
    for figure in (image_grid(mt.zeros(1, 4, 4), titles=[r"$\foo$ for 5$"]), signal_grid(mt.zeros(1, 4), titles=["$x$"])):
        figure.savefig(io.BytesIO())
        assert figure.axes[0].get_title() in (r"$\foo$ for 5$", "$x$")


def test_the_largest_numbers_are_scaled_too():
    assert shown(image_grid(mt.tensor([[[-1e308, 0.0, 1e308]]], dtype=mt.float64)))[0][0, :, 0].tolist() == [0, 128, 255]


def test_columns_are_an_integer():
    with pytest.raises(TypeError, match=r"^image_grid: columns is an integer, got 1\.5$"):
        image_grid(mt.zeros(2, 4, 4), columns=1.5)
