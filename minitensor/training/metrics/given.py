"""The metrics that somebody asks for, by name, as objects or as functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from math import nan
from typing import Any

import numpy as np

from minitensor.errors import ShapeError
from minitensor.grad_mode import no_grad
from minitensor.training.metrics.accuracy import Accuracy, TopK
from minitensor.training.metrics.base import Metric, words_of
from minitensor.training.metrics.mean import Mean
from minitensor.training.metrics.precision import F1, Precision, Recall
from minitensor.training.metrics.regression import MeanAbsoluteError, MeanSquaredError

Given = str | Metric | Callable[[Any, Any], Any]

NAMED: dict[str, Callable[[str], Metric]] = {
    "accuracy": lambda name: Accuracy(name=name),
    "precision": lambda name: Precision(name=name),
    "recall": lambda name: Recall(name=name),
    "f1": lambda name: F1(name=name),
    "mean_absolute_error": MeanAbsoluteError,
    "mae": MeanAbsoluteError,
    "mean_squared_error": MeanSquaredError,
    "mse": MeanSquaredError,
}
RESERVED = ("epoch", "loss", "lr", "seconds")  # columns of a history


class FunctionMetric(Metric):
    """The mean of a function over samples.

    Parameters
    ----------
    function : callable
        Takes the output and the target of a batch, and returns one number, its mean over the batch's samples.
    name : str
        What it is called in tables.

    Examples
    --------
    >>> import minitensor as mt
    >>> bias = FunctionMetric(lambda output, target: (output - target).mean(), "bias")
    >>> bias.update(mt.tensor([1.0, 2.0]), mt.tensor([0.0, 0.0]))
    >>> bias.update(mt.tensor([3.0]), mt.tensor([0.0]))
    >>> bias.compute()
    2.0
    """

    def __init__(self, function: Callable[[Any, Any], Any], name: str) -> None:
        self._function = function
        super().__init__(name)

    def reset(self) -> None:
        """Forget what was seen."""
        self._mean = Mean()

    def update(self, output: Any, target: Any, /) -> None:
        """Take in a batch; it weighs as many samples as the target's first axis has.

        Raises
        ------
        ShapeError
            The function returns more than one number.
        """
        samples = next((len(one) for one in (target, output) if getattr(one, "shape", ())), 1)
        with no_grad():
            value = self._function(output, target) if samples else nan
        number = np.asarray(value, np.float64)
        if number.size != 1:
            raise ShapeError(
                f"{self.name}: a metric's function returns one number, the mean over the samples, "
                f"and this one the shape {number.shape}: try .mean()"
            )
        self._mean.update(number, samples)

    def compute(self) -> float:
        """The mean over all samples; NaN where there were none."""
        return self._mean.compute()

    def state_dict(self) -> dict[str, Any]:
        """The sums so far."""
        return self._mean.state_dict()

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from what `state_dict` returned."""
        self._mean.load_state_dict(state_dict)


def as_metrics(metrics: Given | Iterable[Given] | Mapping[str, Given] | None) -> dict[str, Metric]:
    """The metrics that are asked for, by name.

    Parameters
    ----------
    metrics : Metric, str, callable, list of these, dict of these, or None
        A name is one of "accuracy", "precision", "recall", "f1", "mean_absolute_error" or "mae", "mean_squared_error" or
        "mse", and "top_5" for any number. A function takes the output and the target of a batch, and returns one number,
        its mean over the samples. In a dict the keys are what the metrics are called, as their `name` says then.

    Returns
    -------
    dict of Metric

    Raises
    ------
    ValueError
        There is no such name; two metrics have one name; a name is that of a column of a history.
    TypeError
        Something is no metric.

    Examples
    --------
    >>> as_metrics(["accuracy", TopK(5)])
    {'accuracy': Accuracy(nan), 'top_5': TopK(nan)}
    >>> list(as_metrics({"mse": "mean_squared_error", "bias": lambda output, target: (output - target).mean()}))
    ['mse', 'bias']
    """
    if metrics is None:
        return {}
    pairs: list[tuple[Any, Any]]
    if isinstance(metrics, Mapping):
        pairs = list(metrics.items())
    elif isinstance(metrics, (str, Metric)) or callable(metrics):
        pairs = [(None, metrics)]
    elif isinstance(metrics, Iterable):
        pairs = [(None, one) for one in metrics]
    else:
        raise TypeError(f"metrics: expected a list of metrics, or a dict of them by name, got {type(metrics).__name__}")
    found: dict[str, Metric] = {}
    for key, given in pairs:
        metric, name = _metric(given, key)
        _check_name(name, found)
        if any(metric is other for other in found.values()):
            raise ValueError(f"metrics: {name!r} is the same object as another one: each counts for itself")
        found[name] = metric
    return found


def _metric(given: Any, key: str | None) -> tuple[Metric, str]:
    """A metric, and what it is called."""
    if isinstance(given, Mean):
        raise TypeError("metrics: Mean is of numbers, not of outputs and targets: give a function that returns the number")
    if isinstance(given, Metric):
        given.name = given.name if key is None else key
        return given, given.name
    if isinstance(given, str):
        name = given if key is None else key
        top = re.fullmatch(r"top_?([1-9]\d*)", given)
        if top:
            return TopK(int(top[1]), name=name), name
        if given not in NAMED:
            raise ValueError(f"metrics: there is no {given!r}: choose among {', '.join(map(repr, NAMED))}, 'top_5'")
        return NAMED[given](name), name
    if isinstance(given, type):
        raise TypeError(f"metrics: {given.__name__} is a class: make an object of it, {given.__name__}()")
    if not callable(given):
        raise TypeError(f"metrics: expected a Metric, a name or a function, got {type(given).__name__}")
    name = key or getattr(given, "__name__", None) or words_of(type(given).__name__)
    if name == "<lambda>":
        raise ValueError(
            'metrics: a lambda has no name: give it one in a dict, metrics={"bias": lambda output, target: ...}'
        )
    return FunctionMetric(given, name), name


def _check_name(name: Any, others: Mapping[str, Metric]) -> None:
    if not isinstance(name, str) or not name:
        raise TypeError(f"metrics: a name is a string that is not empty, got {name!r}")
    if name in RESERVED or name.startswith("validation_"):
        raise ValueError(f"metrics: {name!r} is a column that every history has: call the metric something else")
    if name in others:
        raise ValueError(f"metrics: two are called {name!r}: give them names, as in Accuracy(name={name + '_2'!r})")
