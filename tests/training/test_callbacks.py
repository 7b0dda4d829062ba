"""Early stopping and best weights, on sequences of numbers that are made up."""

from __future__ import annotations

import os

import numpy as np
import pytest

import minitensor as mt
from minitensor import nn, training

NAN = float("nan")


class Made(training.Metric):
    """Answers with the next of some numbers, whatever it is told."""

    def __init__(self, values, name):
        self.values = list(values)
        super().__init__(name)

    def reset(self):
        pass

    def update(self, output, target, /):
        pass

    def compute(self):
        return self.values.pop(0)


class MadeTrainer(training.Trainer):
    """A model of one weight that is the number of steps; the metric says what is made up."""

    def __init__(self, values, callbacks, name="accuracy", **options):
        model = nn.Linear(1, 1, bias=False)
        nn.init.zeros_(model.weight)
        super().__init__(
            model,
            lambda output, target: -output.sum() + target.sum() * 0,  # whose gradient is -1
            mt.optim.SGD(model.parameters(), lr=1.0),
            metrics=[Made(values, name)],
            callbacks=callbacks,
            progress=False,
            **options,
        )

    def run(self, epochs=100, **options):
        return self.fit([(mt.ones(1, 1), mt.zeros(1, 1))], epochs=epochs, **options)


@pytest.mark.parametrize(
    ("values", "options", "epochs"),
    [
        ([1, 2, 3, 3, 3, 9], {"patience": 2}, 5),
        ([1, 2, 1, 3, 2, 2, 9], {"patience": 2}, 6),
        ([5, 4, 3, 2, 9], {"patience": 3}, 4),
        ([5, 4, 4, 3, 3, 3, 0], {"patience": 2, "mode": "min"}, 6),
        ([1.0, 1.4, 1.6, 1.9, 2.0, 9], {"patience": 2, "min_delta": 0.5}, 5),
        ([1, NAN, NAN, 9], {"patience": 2}, 3),
        ([NAN, 1, 0, 9], {"patience": 1}, 1),
        ([1, 1, 9], {"patience": 1}, 2),
    ],
    ids=str,
)  # fmt: skip
def test_training_stops_when_nothing_became_better_for_as_long_as_the_patience(values, options, epochs):
    stopping = training.EarlyStopping("accuracy", **options)
    trainer = MadeTrainer(values, [stopping])
    assert len(trainer.run()) == epochs
    assert trainer.stopped == (
        f"accuracy has not become better for {stopping.patience} epoch{'s' if stopping.patience > 1 else ''}"
    )
    seen = [value for value in values[:epochs] if value == value]
    if stopping.min_delta == 0:
        assert stopping.best == (min(seen) if stopping.mode == "min" else max(seen)) if seen else stopping.best is None


def test_a_new_fit_waits_from_anew_and_keeps_the_best():
    trainer = MadeTrainer([3, 2, 2, 2, 2, 2], [training.EarlyStopping("accuracy", patience=2)])
    assert len(trainer.run()) == 3
    assert len(trainer.run()) == 5


@pytest.mark.parametrize(
    ("monitor", "mode"),
    [
        ("validation_loss", "min"),
        ("mean_absolute_error", "min"),
        ("accuracy", "max"),
        ("validation_top5", "max"),
        ("f1", "max"),
        ("mae", "min"),
        ("stop_loss", "min"),
        ("validation_auc", "max"),
        ("top-5 accuracy", "max"),
    ],
)
def test_the_name_says_what_is_better(monitor, mode):
    assert training.EarlyStopping(monitor).mode == training.BestWeights(monitor).mode == mode


def test_the_weights_of_the_best_epoch_are_put_back():
    best = training.BestWeights("accuracy")
    trainer = MadeTrainer([1, 3, NAN, 3, 2], [best])
    trainer.run(epochs=5)
    assert (best.best, best.epoch) == (3, 2)  # the first of equal ones
    assert trainer.model.weight.item() == 2


def test_a_smaller_number_may_be_the_better_one():
    trainer = MadeTrainer([4, 1, 2], [training.BestWeights("accuracy", mode="min")])
    trainer.run(epochs=3)
    assert trainer.model.weight.item() == 2


def test_without_a_number_the_last_weights_stay():
    best = training.BestWeights("accuracy")
    trainer = MadeTrainer([NAN, NAN], [best])
    trainer.run(epochs=2)
    assert trainer.model.weight.item() == 2
    assert best.weights is None


@pytest.mark.parametrize("ending", [".npz", ".safetensors"])
def test_the_best_weights_are_in_their_file_as_soon_as_they_are_known(tmp_path, ending):
    path = tmp_path / f"best{ending}"

    class Look(training.Callback):
        def on_epoch_end(self, trainer, row):  # noqa: ARG002
            found.append(mt.load(path)["weight"].item())

    found = []
    trainer = MadeTrainer([1, 2, 1], [training.BestWeights("accuracy", path=path), Look()])
    trainer.run(epochs=3)
    assert found == [1, 2, 2]
    assert os.listdir(tmp_path) == [f"best{ending}"]


def test_after_an_error_the_best_weights_can_be_put_back():
    best = training.BestWeights("accuracy")

    class Fail(training.Callback):
        def on_epoch_end(self, trainer, row):  # noqa: ARG002
            if trainer.epoch == 3:
                raise RuntimeError("failed")

    trainer = MadeTrainer([1, 2, 1], [best, Fail()])
    with pytest.raises(RuntimeError, match="failed"):
        trainer.run()
    assert trainer.model.weight.item() == 3
    best.put_back(trainer.model)
    assert trainer.model.weight.item() == 2


REFUSED = {
    "no int": (lambda: training.EarlyStopping(patience=1.5), "EarlyStopping: patience is an int of 1 or more, got 1.5"),
    "no patience": (lambda: training.EarlyStopping(patience=0), "EarlyStopping: patience is an int of 1 or more, got 0"),
    "delta": (lambda: training.EarlyStopping(min_delta=-1), "EarlyStopping: min_delta is a number, 0 or more, got -1"),
    "mode": (lambda: training.BestWeights(mode="least"), "BestWeights: mode is 'min' or 'max', got 'least'"),
    "name": (
        lambda: training.BestWeights("scale"),
        "BestWeights: is a smaller or a larger scale better? Say mode='min' or mode='max'",
    ),
    "ending": (
        lambda: training.BestWeights(path="weights.pt"),
        "BestWeights: path ends in .npz or .safetensors, got 'weights.pt'",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_wrong_arguments_are_refused_in_words(case):
    call, message = REFUSED[case]
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the whole message is compared)
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize("kind", [training.EarlyStopping, training.BestWeights])
def test_a_column_that_there_will_not_be_is_refused_before_anything_is_trained(kind):
    trainer = MadeTrainer([1], [kind()])
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the whole message is compared)
        trainer.run()
    assert str(caught.value) == (
        f"{kind.__name__}: the history has no column 'validation_loss', it has epoch, loss, accuracy, lr, seconds: "
        "fit needs validation data for it"
    )
    assert trainer.step == 0


def test_a_path_that_cannot_be_written_is_refused_at_once(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        training.BestWeights(path=tmp_path / "missing" / "best.npz")
    assert str(caught.value) == f"[Errno 2] BestWeights: cannot write in {tmp_path}/missing: No such file or directory"
    (tmp_path / "best.npz").mkdir()
    with pytest.raises(IsADirectoryError):
        training.BestWeights(path=tmp_path / "best.npz")


def test_the_weights_that_are_kept_are_a_copy():
    best = training.BestWeights("accuracy")
    trainer = MadeTrainer([2, 1], [best])
    trainer.run(epochs=2)
    kept = best.weights["weight"].numpy().copy()
    trainer.metrics[0].values = [0]
    trainer.run(epochs=1)
    np.testing.assert_array_equal(best.weights["weight"].numpy(), kept)
