"""Shows that the colours can be read on white and on dark pages, and told apart by people of any colour vision."""

from itertools import combinations
from typing import get_args

import numpy as np
import pytest

from minitensor.viz.elements import Kind
from minitensor.viz.palette import ALARM, COLOURS, INK

WHITE, DARK = "#ffffff", "#1e1e1e"

# What a colour becomes without one kind of cone, in linear RGB: Machado, Oliveira and Fernandes, "A Physiologically-based
# Model for Simulation of Color Vision Deficiency", 2009, severity 1.
VISIONS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "all cones": np.eye(3),
}


def linear(colour):
    """The linear RGB of "#rrggbb"."""
    values = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(first, second):
    """WCAG 2's contrast ratio, from 1 to 21."""
    dark, light = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (first, second))
    return (light + 0.05) / (dark + 0.05)


def lab(rgb):
    """CIELAB of linear RGB, whose distances are about those that are seen."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(rgb, 0, 1)
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in xyz / [0.95047, 1.0, 1.08883])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_the_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_every_kind_of_node_has_its_colours():
    assert set(COLOURS) == set(get_args(Kind))
    assert (
        len({colours.line for colours in COLOURS.values()})
        == len({colours.fill for colours in COLOURS.values()})
        == len(COLOURS)
    )


@pytest.mark.parametrize("kind", COLOURS)
def test_text_in_a_node_reads_on_its_fill(kind):
    assert contrast(COLOURS[kind].font, COLOURS[kind].fill) >= 13


@pytest.mark.parametrize("kind", COLOURS)
def test_a_node_stands_out_from_a_dark_page_by_its_fill(kind):
    assert contrast(COLOURS[kind].fill, DARK) >= 12


def test_edges_and_titles_read_on_white_and_on_dark():
    assert contrast(INK, WHITE) == pytest.approx(4.54, abs=0.005)
    assert contrast(INK, DARK) == pytest.approx(3.67, abs=0.005)
    assert contrast(INK, "#000000") == pytest.approx(4.62, abs=0.005)


def test_no_lighter_grey_reads_on_white():
    assert contrast("#777777", WHITE) < 4.5


def test_what_marks_nan_is_seen_on_white_and_on_dark():
    assert contrast(ALARM, WHITE) >= 3
    assert contrast(ALARM, DARK) >= 3


@pytest.mark.parametrize("vision", VISIONS)
def test_the_hues_can_be_told_apart(vision):
    seen = {
        kind: lab(VISIONS[vision] @ linear(colours.line))
        for kind, colours in COLOURS.items()
        if kind not in ("value", "group")
    }
    for first, second in combinations(seen, 2):
        assert np.linalg.norm(seen[first] - seen[second]) > 15, (first, second)
