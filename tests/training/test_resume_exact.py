"""What else a run depends on, and its checkpoint has: modes, frozen parameters, callbacks, generators; and what it must not have."""

from __future__ import annotations

import os

import pytest

import minitensor as mt
from minitensor import nn, training
from minitensor.data import DataLoader, RandomSampler
from small_runs import DATA, BreakOff, Stop, Stream, dataset, make, outcome

VALIDATION = {"batch_size": 4, "shuffle": True}


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


def check(tmp_path, run, steps=(1, 2, 5, 6, 7, 9, 12, 13), **when):
    """Compare a run with one that is broken off after each of some steps; `run` is given callbacks and options of fit."""
    expected = outcome(run([]))
    for step in steps:
        path = tmp_path / f"{step}.npz"
        with pytest.raises(Stop):
            run([BreakOff(step + 1)], checkpoint=training.Checkpoint(path, **(when or {"every_steps": 1})))
        assert outcome(run([], checkpoint=path, resume=True)) == expected, step


# A pass that somebody else began


@pytest.mark.parametrize("which", ["train", "validation", "both"])
@pytest.mark.parametrize("every_steps", [1, 4])
def test_a_loader_that_was_looked_at_before_begins_a_new_pass(tmp_path, which, every_steps):
    def run(callbacks, **options):
        trainer = make([training.BestWeights("validation_loss"), *callbacks])
        train, validation = DATA["loader"](), DataLoader(dataset(), **VALIDATION)
        for name, loader in (("train", train), ("validation", validation)):
            if which in (name, "both"):
                next(iter(loader))
        trainer.fit(train, validation, epochs=3, **options)
        return trainer

    check(tmp_path, run, every_steps=every_steps)


@pytest.mark.parametrize("moment", ["on_step_end", "on_epoch_begin", "on_epoch_end"])
def test_a_callback_may_look_at_a_batch_of_either(tmp_path, moment):
    def run(callbacks, **options):
        train, validation = DATA["loader"](), DataLoader(dataset(), **VALIDATION)

        class Look(training.Callback):
            """Takes a batch, to draw it, say."""

        def look(*_):
            next(iter(train)), next(iter(validation))

        setattr(Look, moment, look)
        trainer = make([Look(), *callbacks])
        trainer.fit(train, validation, epochs=3, **options)
        return trainer

    check(tmp_path, run)
    check(tmp_path, run, steps=(8, 14), every_epochs=1)


@pytest.mark.parametrize("step", [8, 10, 12, 14])
def test_a_pass_that_a_callback_stopped_is_not_gone_on_with(tmp_path, step):
    class At(training.Callback):
        def on_step_end(self, trainer):
            if trainer.step == 3:
                trainer.stop("enough")

    def script(callbacks, **options):
        trainer, loader = make([At(), *callbacks]), DATA["loader"]()
        for name in "ab":
            if options:
                options["checkpoint"] = training.Checkpoint(tmp_path / f"{name}.npz", every_steps=1)
            trainer.fit(loader, epochs=2, **options)
        return trainer

    expected = outcome(script([]))
    with pytest.raises(Stop):
        script([BreakOff(step)], resume=True)
    assert outcome(script([], resume=True)) == expected
    assert script([], resume=True).step == 15


def test_a_loader_that_its_owner_had_go_on_with_a_pass_begins_with_the_rest_of_it(tmp_path):
    def run(callbacks, **options):
        trainer, loader = make(callbacks), DATA["loader"]()
        next(batches := iter(loader))
        loader.load_state_dict(batches.state_dict())
        trainer.fit(loader, epochs=3, **options)
        assert trainer.step == 17
        return trainer

    check(tmp_path, run, steps=(1, 4, 5, 9), every_steps=2)


def test_the_length_of_a_stream_may_be_wrong(tmp_path):
    class Wrong(Stream):
        def __len__(self):
            return 12

    def run(callbacks, **options):
        trainer = make(callbacks)
        trainer.fit(DataLoader(Wrong(), 4), epochs=3, **options)
        return trainer

    check(tmp_path, run, steps=(2, 3, 4, 6, 9))


def test_one_generator_may_draw_both_orders(tmp_path):
    def run(callbacks, **options):
        trainer, generator = make(callbacks), mt.Generator().manual_seed(7)
        train, validation = (DataLoader(dataset(), 4, sampler=RandomSampler(dataset(), generator=generator)) for _ in "ab")
        trainer.fit(train, validation, epochs=3, **options)
        return trainer

    check(tmp_path, run)


# What the checkpoint has


def test_modes_and_frozen_parameters_that_a_callback_set_in_an_epoch_are_kept(tmp_path):
    class Thaw(training.Callback):
        """From the second epoch on the normalisation is as it is, and the first layer learns."""

        def on_fit_begin(self, trainer):
            trainer.model[0].requires_grad_(False)

        def on_epoch_begin(self, trainer):
            if trainer.epoch == 2:
                trainer.model[1].eval()
                trainer.model[0].requires_grad_(True)

        def on_step_end(self, trainer):
            assert trainer.model[1].training is (trainer.epoch < 2)
            assert trainer.model[0].weight.requires_grad is (trainer.epoch >= 2)

    def run(callbacks, **options):
        trainer = make([Thaw(), *callbacks])
        trainer.fit(DATA["loader"](), DATA["loader"](), epochs=3, **options)
        return trainer

    check(tmp_path, run, steps=(1, 6, 7, 9, 13))


def test_a_callback_that_remembers_nothing_at_first_is_resumed(tmp_path):
    class Losses(training.Callback):
        def __init__(self):
            self.seen = {}

        def on_epoch_end(self, trainer, row):  # noqa: ARG002
            self.seen[row["epoch"]] = row["loss"]

        def state_dict(self):
            return self.seen

        def load_state_dict(self, state_dict):
            self.seen = dict(state_dict)

    def run(callbacks, **options):
        trainer = make([Losses(), *callbacks])
        trainer.fit(DATA["loader"](), epochs=3, **options)
        assert trainer.callbacks[0].seen == dict(enumerate(trainer.history["loss"], 1))
        return trainer

    check(tmp_path, run, steps=(3, 8, 14))


def test_a_generator_of_ones_own_is_kept_by_a_callback(tmp_path):
    """The recipe of docs/training.md."""

    class Keep(training.Callback):
        def __init__(self, generator):
            self.generator = generator

        def state_dict(self):
            return self.generator.get_state()

        def load_state_dict(self, state_dict):
            self.generator.set_state(state_dict)

    class Noisy(training.Trainer):
        def compute_loss(self, batch):
            x, y = batch
            output = self.model(x + mt.randn(*x.shape, generator=self.callbacks[0].generator))
            return self.loss(output, y), output, y

    def run(callbacks, **options):
        plain = make()
        keep = Keep(mt.Generator().manual_seed(3))
        trainer = Noisy(plain.model, plain.loss, plain.optimizer, callbacks=[keep, *callbacks], progress=False)
        trainer.fit(DATA["loader"](), epochs=3, **options)
        return trainer

    check(tmp_path, run, steps=(2, 6, 9))


def test_an_error_after_an_epoch_leaves_its_row_and_its_number(tmp_path):
    class Full(training.Callback):
        def on_epoch_end(self, trainer, row):  # noqa: ARG002
            if row["epoch"] == 1:
                raise OSError("disk full")

    trainer = make([Full()])
    with pytest.raises(OSError, match="disk full"):
        trainer.fit(DATA["loader"](), epochs=2, checkpoint=tmp_path / "run.npz")
    assert (trainer.epoch, len(trainer.history)) == (1, 1)
    trainer.fit(DATA["loader"](), epochs=2)
    assert trainer.history["epoch"] == [1, 2, 3]


def test_the_buffers_of_a_loss_are_kept_too(tmp_path):
    class Counted(nn.Module):
        def __init__(self):
            self.register_buffer("batches", mt.zeros(()))

        def forward(self, output, target):
            self.batches += 1
            return nn.functional.cross_entropy(output, target) + 0 * self.batches

    def run(callbacks, **options):
        plain = make()
        trainer = training.Trainer(plain.model, Counted(), plain.optimizer, callbacks=callbacks, progress=False)
        trainer.fit(DATA["loader"](), epochs=3, **options)
        assert trainer.loss.batches.item() == 18
        return trainer

    check(tmp_path, run, steps=(2, 9))
