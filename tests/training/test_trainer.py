"""The Trainer computes what a loop written by hand computes, byte for byte, and puts back what it borrows."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
from minitensor import nn, training
from minitensor.data import DataLoader
from trained_networks import LOSS, bytes_of, dataset, make, trainer_of


def test_fit_takes_the_steps_of_a_loop_written_by_hand():
    model, optimizer, loader = make()
    losses, answers = [], []
    for _ in range(3):
        total = right = seen = 0
        for x, y in loader:
            optimizer.zero_grad()
            output = model(x)
            loss = LOSS(output, y)
            loss.backward()
            optimizer.step()
            total, seen = total + loss.item() * len(y), seen + len(y)
            right += (output.argmax(dim=1) == y).sum().item()
        losses.append(total / seen)
        answers.append(right / seen)
    expected = bytes_of(model, optimizer)

    model, optimizer, loader = make()
    history = trainer_of(model, optimizer, metrics=[training.Accuracy()]).fit(loader, epochs=3)
    assert bytes_of(model, optimizer) == expected
    assert history["loss"] == losses
    assert history["accuracy"] == answers
    assert history["epoch"] == [1, 2, 3]
    assert history["lr"] == [0.01] * 3
    assert all(seconds > 0 for seconds in history["seconds"])
    assert history.columns == ("epoch", "loss", "accuracy", "lr", "seconds")


def test_a_second_fit_goes_on_where_the_first_ended():
    model, optimizer, loader = make()
    whole = trainer_of(model, optimizer).fit(loader, epochs=3)
    expected = bytes_of(model, optimizer)
    model, optimizer, loader = make()
    trainer = trainer_of(model, optimizer)
    trainer.fit(loader, epochs=1)
    parts = trainer.fit(loader, epochs=2)
    assert bytes_of(model, optimizer) == expected
    assert parts["loss"] == whole["loss"]
    assert parts["epoch"] == [1, 2, 3]
    assert (trainer.epoch, trainer.step) == (3, 18)


def test_evaluate_and_predict_are_in_evaluation_mode_and_change_nothing():
    model, optimizer, _ = make()
    before = bytes_of(model, optimizer)
    test = dataset(10, seed=2)
    loader = DataLoader(test, batch_size=4)
    metrics = [training.Accuracy(), training.ConfusionMatrix(3)]
    trainer = trainer_of(model, optimizer, metrics=metrics)
    found = trainer.evaluate(loader)
    output = trainer.predict(loader)
    assert model.training
    assert bytes_of(model, optimizer) == before
    assert not output.requires_grad

    model.eval()
    with mt.no_grad():
        pieces = [(model(x), y) for x, y in loader]
    total = sum(LOSS(answer, y).item() * len(y) for answer, y in pieces)
    assert found["loss"] == total / 10
    expected = mt.cat([answer for answer, _ in pieces])
    assert output.numpy().tobytes() == expected.numpy().tobytes()
    labels = mt.cat([y for _, y in pieces])
    assert found["accuracy"] == (expected.argmax(dim=1) == labels).sum().item() / 10
    assert found["confusion_matrix"].sum().item() == 10
    assert metrics[1].compute().tolist() == found["confusion_matrix"].tolist()  # it holds what it counted last


def test_the_validation_of_fit_is_what_evaluate_answers_and_leaves_the_training_metrics_alone():
    model, optimizer, loader = make()
    test = DataLoader(dataset(10, seed=2), batch_size=4)
    trainer = trainer_of(model, optimizer, metrics=[training.Accuracy(), training.ConfusionMatrix(3)])
    history = trainer.fit(loader, test, epochs=2)
    found = trainer.evaluate(test)
    assert history[-1]["validation_loss"] == found["loss"]
    assert history[-1]["validation_accuracy"] == found["accuracy"]
    assert history.columns == (
        "epoch", "loss", "accuracy", "validation_loss", "validation_accuracy", "lr", "seconds"
    )  # fmt: skip

    model, optimizer, loader = make()
    alone = trainer_of(model, optimizer, metrics=[training.Accuracy()]).fit(loader, epochs=2)
    assert (alone["loss"], alone["accuracy"]) == (history["loss"], history["accuracy"])


def test_the_modes_of_all_modules_are_put_back():
    model, optimizer, loader = make()
    model.eval()
    model[4].train()
    modes = [module.training for module in model.modules()]
    trainer = trainer_of(model, optimizer)
    trainer.fit(loader, loader)
    assert [module.training for module in model.modules()] == modes
    with pytest.raises(RuntimeError, match="broken"):
        trainer.fit(broken())
    assert [module.training for module in model.modules()] == modes


def broken():
    raise RuntimeError("broken")
    yield


class Frozen(training.Callback):
    """Keeps the statistics of a batch normalisation as they are."""

    def on_fit_begin(self, trainer):
        trainer.model[1].eval()


def test_a_module_that_a_callback_froze_stays_frozen_through_the_validation():
    model, optimizer, loader = make()
    trainer_of(model, optimizer, callbacks=[Frozen()]).fit(loader, loader, epochs=2)
    assert model[1].num_batches_tracked.item() == 0
    assert model[1].training


class Autoencoder(training.Trainer):
    """Batches of inputs alone, under a name."""

    def compute_loss(self, batch):
        output = self.model(batch["x"])
        return (output - batch["x"]).square().mean(), output, batch["x"]

    def compute_output(self, batch):
        return self.model(batch["x"])


def test_a_loss_of_ones_own_takes_batches_of_any_kind():
    mt.manual_seed(0)
    model = nn.Linear(3, 3)
    trainer = Autoencoder(model, nn.MSELoss(), mt.optim.Adam(model.parameters(), lr=0.1), progress=False,
                          metrics=[training.MeanAbsoluteError()])  # fmt: skip
    batches = [{"x": mt.randn(5, 3)} for _ in range(4)]
    history = trainer.fit(batches, batches, epochs=30)
    assert history[-1]["loss"] < history[0]["loss"] / 2
    assert trainer.evaluate(batches)["mean_absolute_error"] == history[-1]["validation_mean_absolute_error"]
    assert trainer.predict(batches).shape == (20, 3)


class Sum(nn.Module):
    """Of two inputs the sum and the difference."""

    def __init__(self):
        self.layer = nn.Linear(2, 1)

    def forward(self, x, y):
        return self.layer(x + y), self.layer(x - y)


def test_several_inputs_and_several_outputs():
    model = Sum()

    def loss(outputs, target):
        return ((outputs[0] - target) ** 2 + (outputs[1] - target) ** 2).mean()

    trainer = training.Trainer(model, loss, mt.optim.SGD(model.parameters(), lr=0.01), progress=False)
    batches = [(np.ones((4, 2), np.float32), np.ones((4, 2), np.float32), np.ones((4, 1), np.float32))] * 2  # arrays will do
    trainer.fit(batches)
    total, difference = trainer.predict(batches)
    assert total.shape == difference.shape == (8, 1)


def test_what_the_loss_has_to_learn_is_trained_too():
    class Scaled(nn.Module):
        def __init__(self):
            self.scale = nn.Parameter(mt.ones(1))

        def forward(self, output, target):
            return ((output * self.scale - target) ** 2).mean()

    model, loss = nn.Linear(2, 1), Scaled()
    trainer = training.Trainer(model, loss, mt.optim.SGD([*model.parameters(), *loss.parameters()], lr=0.1), progress=False)
    trainer.fit([(mt.ones(4, 2), mt.ones(4, 1))] * 3)
    assert loss.scale.item() != 1
    assert trainer.state_dict()["loss"]["scale"].item() == loss.scale.item()


def test_a_generator_serves_for_one_epoch():
    model, optimizer, loader = make()
    trainer = trainer_of(model, optimizer)
    assert len(trainer.fit(batch for batch in loader)) == 1


def test_a_stop_within_an_epoch_ends_it_with_its_validation_and_leaves_the_data_open():
    class Short(training.Callback):
        def on_step_end(self, trainer):
            if trainer.step % 10 == 0:
                trainer.stop("enough")

    model, optimizer, loader = make()
    endless = (batch for _ in range(1000) for batch in loader)
    trainer = trainer_of(model, optimizer, callbacks=[Short()])
    trainer.fit(endless, loader)
    assert trainer.stopped == "enough"
    assert trainer.history[-1]["validation_loss"] > 0
    trainer.fit(endless, loader)  # it goes on with the rest
    assert (trainer.step, len(trainer.history)) == (20, 2)


def test_callbacks_are_called_in_order_with_the_numbers_that_are_due():
    calls = []

    class Note(training.Callback):
        def __init__(self, name):
            self.name = name

        def on_fit_begin(self, trainer):
            calls.append((self.name, "fit begin", trainer.epoch, trainer.step))

        def on_epoch_begin(self, trainer):
            calls.append((self.name, "epoch begin", trainer.epoch, trainer.step))

        def on_step_end(self, trainer):
            calls.append((self.name, "step end", trainer.epoch, trainer.step))

        def on_epoch_end(self, trainer, row):
            assert trainer.history[-1] == row
            calls.append((self.name, "epoch end", trainer.epoch, trainer.step))

        def on_fit_end(self, trainer):
            calls.append((self.name, "fit end", trainer.epoch, trainer.step))

    model, optimizer, loader = make()
    trainer_of(model, optimizer, callbacks=[Note("a"), Note("b")], accumulate=4).fit(loader, epochs=2)
    expected = [("fit begin", 0, 0)]
    for epoch in (1, 2):
        expected += [
            ("epoch begin", epoch, 2 * epoch - 2),
            ("step end", epoch, 2 * epoch - 1),
            ("step end", epoch, 2 * epoch),
        ]
        expected += [("epoch end", epoch, 2 * epoch)]
    expected += [("fit end", 2, 4)]
    assert calls == [(name, *call) for call in expected for name in "ab"]


def test_a_stop_before_an_epoch_begins_leaves_it_out():
    class Never(training.Callback):
        def on_epoch_begin(self, trainer):
            if trainer.epoch == 2:
                trainer.stop("one is enough")

    model, optimizer, loader = make()
    trainer = trainer_of(model, optimizer, callbacks=[Never()])
    assert len(trainer.fit(loader, epochs=5)) == 1
    assert (trainer.epoch, trainer.stopped) == (1, "one is enough")


def test_metrics_are_taken_by_name_as_functions_and_in_a_dict():
    """As objects they count the same."""
    mt.manual_seed(0)
    data = [(mt.randn(8, 3), mt.randint(4, (8,))) for _ in range(3)]
    model = nn.Linear(3, 4)

    def largest(output, target):  # noqa: ARG001
        return output.amax()

    given = {"right": "accuracy", "among three": training.TopK(3), "largest": largest}
    trainers = [
        training.Trainer(
            model, nn.CrossEntropyLoss(), mt.optim.SGD(model.parameters(), lr=0.1), metrics=metrics, progress=False
        )
        for metrics in ("accuracy", ["accuracy", largest], given)
    ]
    one, several, named = (trainer.evaluate(data) for trainer in trainers)
    assert list(named) == ["loss", "right", "among three", "largest"]
    assert one["accuracy"] == several["accuracy"] == named["right"] <= named["among three"]
    assert several["largest"] == named["largest"] > 0
