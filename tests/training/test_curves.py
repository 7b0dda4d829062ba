"""Curves of a history: what is drawn with what, the best epoch, and axes that can be read."""

from __future__ import annotations

import math

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.figure import Figure

from histories import history_of, losses
from minitensor.training.curves import COLOURS


@pytest.fixture(autouse=True)
def _agg():
    with mpl.rc_context({"backend": "agg"}):
        yield
        pyplot.close("all")


def curves(ax):
    """The curves by label: the points, and how they are drawn. The ring of the best is left out."""
    return {
        line.get_label(): (list(map(tuple, line.get_xydata().tolist())), line.get_linestyle())
        for line in ax.lines
        if not line.get_label().startswith("best")
    }


def best_of(ax):
    return [line.get_label() for line in ax.lines if line.get_label().startswith("best")]


RUN = history_of(
    {"epoch": 1, "loss": 2.0, "accuracy": 0.2},
    {"epoch": 2, "loss": 1.0, "accuracy": 0.5, "validation_loss": 1.5, "validation_accuracy": 0.5},
    {"epoch": 3, "loss": 0.5, "accuracy": 0.75},
    {"epoch": 4, "loss": 0.25, "accuracy": 0.9, "validation_loss": 1.75, "validation_accuracy": 0.6},
)


def test_the_loss_is_drawn_with_that_of_the_validation_dashed_and_its_best_epoch_marked():
    ax = RUN.plot()
    assert curves(ax) == {
        "loss": ([(1, 2.0), (2, 1.0), (3, 0.5), (4, 0.25)], "-"),
        "validation loss": ([(2, 1.5), (4, 1.75)], "--"),
    }
    assert best_of(ax) == ["best: 1.5 in epoch 2"]
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("epoch", "loss", "linear")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["loss", "validation loss", *best_of(ax)]


def test_of_an_accuracy_the_highest_is_the_best_and_of_a_rate_there_is_none():
    assert best_of(RUN.plot("accuracy")) == ["best: 0.6 in epoch 4"]
    assert best_of(losses(1.0, 2.0, lr=0.1).plot("lr")) == []
    assert best_of(losses(2.0, 1.0, math.nan).plot()) == ["best: 1 in epoch 2"]


def test_several_names_share_an_axes_each_in_a_colour_of_its_own():
    ax = RUN.plot("loss", "accuracy", ax=Figure().subplots())
    colours = [line.get_color() for line in ax.lines if not line.get_label().startswith("best")]
    assert colours[0] == colours[1] != colours[2] == colours[3]
    assert list(curves(ax)) == ["loss", "validation loss", "accuracy", "validation accuracy"]
    assert ax.get_ylabel() == ""


def test_a_second_run_on_the_same_axes_has_other_colours():
    ax = losses(2.0, 1.0).plot()
    again = losses(3.0, 1.5).plot(ax=ax)
    assert again is ax
    first, second = (line.get_color() for line in ax.lines if not line.get_label().startswith("best"))
    assert first != second


@pytest.mark.parametrize(
    ("name", "values", "scale"),
    [
        ("loss", (10.0, 1.0, 0.1), "log"),
        ("loss", (1.0, 0.02), "linear"),
        ("loss", (10.0, 1.0, 0.0), "linear"),
        ("loss", (10.0, -1.0, 0.1), "linear"),
        ("accuracy", (0.001, 0.9), "linear"),
        ("lr", (1e-2, 1e-5), "log"),
        ("loss", (math.inf, 1.0, math.nan), "linear"),
    ],
)
def test_what_falls_through_decades_has_a_logarithmic_axis(name, values, scale):
    history = history_of(*({"epoch": place, name: value} for place, value in enumerate(values, 1)))
    assert history.plot(name).get_yscale() == scale


def test_epochs_are_whole_numbers_on_the_axis_also_where_there_is_one():
    for count in (1, 2, 3, 7, 400):
        ax = losses(*np.linspace(2, 1, count).tolist()).plot()
        ax.figure.canvas.draw()
        ticks = [tick for tick in ax.get_xticks() if ax.get_xlim()[0] <= tick <= ax.get_xlim()[1]]
        assert ticks
        assert all(tick == round(tick) for tick in ticks)


def test_few_epochs_have_markers_and_one_can_be_seen():
    (one,) = losses(2.0).plot().lines
    assert (one.get_marker(), one.get_markersize()) == ("o", 7)
    assert losses(*[1.0, 0.5] * 20).plot().lines[0].get_marker() == ""


def test_the_validation_alone_and_epochs_without_a_number_can_be_drawn():
    assert list(curves(RUN.plot("validation_accuracy"))) == ["validation accuracy"]
    history = history_of({"loss": 2.0}, {"loss": 1.0})
    assert curves(history.plot())["loss"][0] == [(1, 2.0), (2, 1.0)]
    empty = history_of({"epoch": 1, "loss": None})
    empty.plot().figure.canvas.draw()


def test_a_picture_is_not_shown_and_pyplot_knows_it(monkeypatch):
    monkeypatch.setattr(pyplot, "show", lambda: pytest.fail("shown"))
    assert pyplot.fignum_exists(RUN.plot().figure.number)


def test_colours_can_be_told_apart_without_red_or_green():
    """Machado, Oliveira and Fernandes (2009), severity 1: the colours of two names, for protanopes and deuteranopes."""
    protan = [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    deutan = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    colours = np.array([mpl.colors.to_rgb(colour) for colour in COLOURS[:4]]) ** 2.2
    for matrix in (np.eye(3), protan, deutan):
        seen = np.clip(colours @ np.array(matrix).T, 0, 1) ** (1 / 2.2)
        for place, one in enumerate(seen):
            for other in seen[:place]:
                assert np.linalg.norm(one - other) > 0.15
