"""A loss or a gradient that is not finite stops a run before the step, and everything is as before it."""

from __future__ import annotations

import re

import numpy as np
import pytest

import minitensor as mt
from minitensor import nn, training


class Log(nn.Module):
    """Makes NaN of what is below 0; its batch normalisation counts what comes."""

    def __init__(self):
        self.norm = nn.BatchNorm1d(3)
        self.layer = nn.Linear(3, 1)

    def forward(self, x):
        return self.layer(self.norm(x)).exp() + x.sum(dim=1, keepdim=True).log()


@pytest.mark.parametrize("accumulate", [1, 2])
def test_a_loss_that_is_nan_stops_the_run_before_the_step_and_names_the_operation(accumulate):
    mt.manual_seed(0)
    model = Log()
    trainer = training.Trainer(model, nn.MSELoss(), mt.optim.Adam(model.parameters(), lr=0.1), progress=False,
                               accumulate=accumulate)  # fmt: skip
    good = (mt.rand(4, 3), mt.rand(4, 1))
    trainer.fit([good] * 2)
    before = {name: tensor.numpy().tobytes() for name, tensor in model.state_dict().items()}
    with pytest.raises(training.NotFiniteError) as caught:
        trainer.fit([good, (-good[0], good[1])] if accumulate == 2 else [(-good[0], good[1])])
    text = str(caught.value)
    assert text.startswith(
        f"batch {accumulate} of epoch 2: the loss is NaN: the first NaN is made in the forward pass, by log\n"
    )
    assert re.search(r"line +\S*test_trainer_not_finite.py:\d+: return self.layer.*log\(\)", text)
    assert {name: tensor.numpy().tobytes() for name, tensor in model.state_dict().items()} == before
    assert all(parameter.grad is None for parameter in model.parameters())
    assert trainer.step == 2 // accumulate
    assert trainer.epoch == len(trainer.history) == 1
    trainer.fit([good] * 2)  # it can go on
    assert trainer.history["epoch"] == [1, 2]


def test_the_buffers_of_a_loss_are_put_back_when_it_is_nan():
    class Counted(nn.Module):
        def __init__(self):
            self.register_buffer("batches", mt.zeros(()))
            self.register_buffer("seen", mt.zeros(()))

        def forward(self, output, target):
            self.batches += 1
            self.seen = self.seen + len(target)  # another tensor takes its place
            return (output - target).square().mean()

    model, loss = nn.Linear(3, 1), Counted()
    trainer = training.Trainer(model, loss, mt.optim.SGD(model.parameters(), lr=0.0), progress=False)
    good = (mt.ones(4, 3), mt.ones(4, 1))
    with pytest.raises(training.NotFiniteError):
        trainer.fit([good, good, (good[0], mt.full((4, 1), float("nan")))])
    assert (loss.batches.item(), loss.seen.item()) == (2, 8)


def test_a_gradient_that_is_infinite_stops_the_run_too_with_what_is_drawn_drawn_again():
    class Root(nn.Module):
        def __init__(self):
            self.layer, self.drop = nn.Linear(3, 1, bias=False), nn.Dropout(0.5)

        def forward(self, x):
            return self.drop(self.layer(x)).square().sum(dim=1, keepdim=True).sqrt()  # of 0 where all is dropped

    model = Root()
    before = model.layer.weight.numpy().copy()
    trainer = training.Trainer(model, nn.L1Loss(), mt.optim.SGD(model.parameters(), lr=0.0), progress=False)
    mt.manual_seed(0)
    with pytest.raises(
        training.NotFiniteError, match=r"of epoch 1: the gradient of the parameter 'layer.weight' is NaN: .*sqrt"
    ):
        trainer.fit([(mt.ones(2, 3), mt.ones(2, 1))] * 50)
    np.testing.assert_array_equal(model.layer.weight.numpy(), before)


def test_gradients_that_are_large_and_finite_are_let_through():
    model = nn.Linear(1, 1, bias=False)
    trainer = training.Trainer(
        model,
        lambda output, target: output.sum() * 1e30 + target.sum(),
        mt.optim.SGD(model.parameters(), lr=0.0),
        progress=False,
    )
    assert len(trainer.fit([(mt.ones(1, 1), mt.zeros(1))])) == 1


def test_the_loss_of_a_validation_may_be_nan():
    model = Log()
    trainer = training.Trainer(model, nn.MSELoss(), mt.optim.SGD(model.parameters(), lr=0.1), progress=False)
    good = (mt.rand(4, 3), mt.rand(4, 1))
    history = trainer.fit([good], [(-good[0], good[1])])
    assert history[-1]["validation_loss"] != history[-1]["validation_loss"]
