"""A confusion matrix as a table and as a picture, and what `metrics=` may be."""

from __future__ import annotations

import math

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import minitensor as mt
from minitensor.errors import ShapeError
from minitensor.training import Accuracy, ConfusionMatrix, Mean, MeanAbsoluteError, TopK
from minitensor.training.metrics import as_metrics

ANIMALS = ["cat", "dog", "猫"]


@pytest.fixture(autouse=True)
def _agg():
    with mpl.rc_context({"backend": "agg"}):
        yield
        pyplot.close("all")


def animals():
    matrix = ConfusionMatrix(ANIMALS)
    matrix.update(mt.tensor([0] * 12 + [1, 2, 2]), mt.tensor([0] * 11 + [1, 1, 2, 0]))
    return matrix


def test_the_table_is_aligned_in_a_terminal_whatever_the_names_letters():
    assert str(animals()).split("\n") == [
        "true \\ predicted  cat  dog  猫",
        "─" * 29,
        "cat                11    0   1",
        "dog                 1    1   0",
        "猫                  0    0   1",
    ]
    assert repr(animals()) == "ConfusionMatrix(3 classes, 15 samples, accuracy 0.8667)"


def test_the_table_has_a_column_of_what_was_not_predicted_where_there_is_any():
    matrix = ConfusionMatrix()
    matrix.update(mt.tensor([math.nan, 1.0]), mt.tensor([0, 1]))
    assert str(matrix).split("\n") == [
        "true \\ predicted  0  1  NaN",
        "─" * 27,
        "0                 0  0    1",
        "1                 0  1    0",
    ]
    assert [label.get_text() for label in matrix.plot().get_xticklabels()] == ["0", "1", "NaN"]


def texts_of(ax):
    return [[text.get_text() for text in ax.texts[row * 3 : row * 3 + 3]] for row in range(3)]


def test_the_picture_has_the_counts_the_names_and_what_was_right():
    ax = animals().plot(ax=Figure().subplots())
    assert isinstance(ax, Axes)
    assert texts_of(ax) == [["11", "0", "1"], ["1", "1", "0"], ["0", "0", "1"]]
    assert [label.get_text() for label in ax.get_yticklabels()] == ANIMALS
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title()) == (
        "predicted class",
        "true class",
        "15 samples, 86.7 % right",
    )
    np.testing.assert_allclose(ax.images[0].get_array(), [[11 / 12, 0, 1 / 12], [0.5, 0.5, 0], [0, 0, 1]])


def test_the_picture_shows_shares_on_demand():
    ax = animals().plot(Figure().subplots(), normalize=True)
    assert texts_of(ax) == [["91.7", "0", "8.3"], ["50.0", "50.0", "0"], ["0", "0", "100.0"]]
    assert ax.get_title() == "15 samples, 86.7 % right; in % of the true class"


def test_numbers_can_be_read_on_their_cells():
    """A contrast of 4.5 to 1, as WCAG asks for, but for zeros, which recede."""

    def luminance(colour):
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in mpl.colors.to_rgb(colour))
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    generator = np.random.default_rng(0)
    matrix = ConfusionMatrix(12)
    matrix.update(mt.tensor(generator.integers(0, 12, 3000) % 7), mt.tensor(generator.integers(0, 12, 3000) % 5))
    matrix.update(mt.tensor([7] * 55 + [8] * 45), mt.tensor([7] * 100))
    for shares in ([7] * 70 + [8] * 30, [7] * 56 + [8] * 44):
        matrix.update(mt.tensor(shares), mt.tensor([8] * 100))
    ax = matrix.plot(Figure().subplots())
    image = ax.images[0]
    for text in ax.texts:
        if text.get_text() != "0":
            column, row = text.get_position()
            levels = sorted([luminance(image.cmap(image.norm(image.get_array()[row, column]))), luminance(text.get_color())])
            assert (levels[1] + 0.05) / (levels[0] + 0.05) >= 4.5


def test_many_classes_have_a_scale_of_colours_and_every_few_names():
    matrix = ConfusionMatrix(100)
    matrix.update(mt.tensor(np.arange(100)), mt.tensor(np.arange(100)))
    ax = matrix.plot()
    assert len(ax.texts) == 0
    assert [label.get_text() for label in ax.get_yticklabels()][:3] == ["0", "4", "8"]
    assert len(ax.figure.axes) == 2


def test_a_class_without_samples_and_a_matrix_without_any_can_be_drawn():
    matrix = ConfusionMatrix(3)
    assert matrix.plot().get_title() == "no samples"
    matrix.update(mt.tensor([0, 1]), mt.tensor([0, 0]))
    assert [text.get_text() for text in matrix.plot(normalize=True).texts] == ["50.0", "50.0", "0"]


def test_without_an_axes_there_is_a_figure_that_pyplot_knows_and_does_not_show(monkeypatch):
    monkeypatch.setattr(pyplot, "show", lambda: pytest.fail("shown"))
    ax = animals().plot()
    assert pyplot.fignum_exists(ax.figure.number)


# What metrics= may be


def bias(output, target):
    return (output - target).mean()


def test_metrics_are_asked_for_by_name_as_objects_and_as_functions():
    metrics = as_metrics(["accuracy", "top_3", "top5", TopK(2), "mae", bias, mt.nn.L1Loss()])
    assert [type(one).__name__ for one in metrics.values()] == [
        "Accuracy", "TopK", "TopK", "TopK", "MeanAbsoluteError", "FunctionMetric", "FunctionMetric",
    ]  # fmt: skip
    assert list(metrics) == [one.name for one in metrics.values()]
    assert list(metrics) == ["accuracy", "top_3", "top5", "top_2", "mae", "bias", "l1_loss"]
    assert [metrics[name].k for name in ("top_3", "top5", "top_2")] == [3, 5, 2]


def test_one_alone_none_and_a_dict_with_names_of_ones_own_will_do():
    own = MeanAbsoluteError()
    assert list(as_metrics("accuracy")) == ["accuracy"]
    assert as_metrics(own) == {"mean_absolute_error": own}
    assert list(as_metrics(bias)) == ["bias"]
    assert as_metrics(None) == as_metrics([]) == {}
    named = as_metrics({"error": own, "right": "accuracy", "off": lambda output, target: 1.0})
    assert [one.name for one in named.values()] == list(named) == ["error", "right", "off"]


def test_a_function_is_averaged_over_samples_not_batches():
    metric = as_metrics({"off": bias})["off"]
    metric.update(mt.tensor([[1.0], [3.0]], requires_grad=True), mt.zeros(2, 1))
    metric.update(mt.tensor([[8.0]]), mt.zeros(1, 1))
    metric.update(mt.zeros(0, 1), mt.zeros(0, 1))
    assert metric.compute() == 4.0
    other = as_metrics({"off": bias})["off"]
    other.load_state_dict(metric.state_dict())
    assert other.compute() == 4.0
    assert other(mt.tensor([2.0]), mt.tensor([0.0])) == 2.0
    counted = as_metrics({"seen": lambda output, target: len(output["a"])})["seen"]
    counted.update({"a": mt.zeros(5)}, None)
    assert counted.compute() == 5.0


def same_twice():
    accuracy = Accuracy()
    return as_metrics({"a": accuracy, "b": accuracy})


REFUSED = {
    "an unknown name": (
        lambda: as_metrics(["acuracy"]), ValueError,
        "metrics: there is no 'acuracy': choose among 'accuracy', 'precision', 'recall', 'f1', 'mean_absolute_error', 'mae', "
        "'mean_squared_error', 'mse', 'top_5'",
    ),
    "a class": (lambda: as_metrics([Accuracy]), TypeError, "metrics: Accuracy is a class: make an object of it, Accuracy()"),
    "a mean of numbers": (
        lambda: as_metrics([Mean()]), TypeError,
        "metrics: Mean is of numbers, not of outputs and targets: give a function that returns the number",
    ),
    "a number": (lambda: as_metrics([3]), TypeError, "metrics: expected a Metric, a name or a function, got int"),
    "a number alone": (
        lambda: as_metrics(3), TypeError, "metrics: expected a list of metrics, or a dict of them by name, got int"
    ),
    "a lambda without a name": (
        lambda: as_metrics([lambda output, target: 0]), ValueError,
        'metrics: a lambda has no name: give it one in a dict, metrics={"bias": lambda output, target: ...}',
    ),
    "the same name": (
        lambda: as_metrics([TopK(3), "top_3"]), ValueError,
        "metrics: two are called 'top_3': give them names, as in Accuracy(name='top_3_2')",
    ),
    "the same object": (same_twice, ValueError, "metrics: 'b' is the same object as another one: each counts for itself"),
    "a column that is taken": (
        lambda: as_metrics({"loss": "mse"}), ValueError,
        "metrics: 'loss' is a column that every history has: call the metric something else",
    ),
    "the validation's name": (
        lambda: as_metrics({"validation_mse": "mse"}), ValueError,
        "metrics: 'validation_mse' is a column that every history has: call the metric something else",
    ),
    "no name": (lambda: as_metrics({3: "mse"}), TypeError, "metrics: a name is a string that is not empty, got 3"),
    "a function of many numbers": (
        lambda: as_metrics({"off": lambda output, target: output})["off"](mt.zeros(3), mt.zeros(3)), ShapeError,
        "off: a metric's function returns one number, the mean over the samples, and this one the shape (3,): try .mean()",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_metric_is_refused_in_words(case):
    call, kind, message = REFUSED[case]
    with pytest.raises(kind) as error:
        call()
    assert type(error.value) is kind
    assert str(error.value) == message
