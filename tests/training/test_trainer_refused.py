"""What a Trainer cannot work with is refused in words: its arguments when it is built, a batch when it comes."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
from minitensor import nn, training

MODEL = nn.Linear(3, 2)
OTHER = nn.Linear(4, 2)
LOSS = nn.CrossEntropyLoss()
SGD = mt.optim.SGD(MODEL.parameters(), lr=0.1)
SCHEDULER = mt.optim.lr_scheduler
BATCH = (mt.ones(4, 3), mt.zeros(4, dtype=mt.int64))


def build(model=MODEL, loss=LOSS, optimizer=SGD, **options):
    return training.Trainer(model, loss, optimizer, progress=False, **options)


def text_of(call):
    with pytest.raises((TypeError, ValueError, IndexError)) as caught:
        call()
    return f"{type(caught.value).__name__}: {caught.value}"


BUILT = {
    "model": (lambda: build(model=LOSS.forward), "TypeError: Trainer: model is an nn.Module, got method"),
    "class of a model": (
        lambda: build(model=nn.Linear),
        "TypeError: Trainer: model is an nn.Module, got the class Linear: make an object of it, Linear(...)",
    ),
    "loss": (
        lambda: build(loss="cross_entropy"),
        "TypeError: Trainer: loss is called with (output, target), as nn.CrossEntropyLoss() is, got 'cross_entropy'",
    ),
    "class of a loss": (
        lambda: build(loss=nn.MSELoss),
        "TypeError: Trainer: loss is called with (output, target), as nn.CrossEntropyLoss() is, "
        "got the class MSELoss: make an object of it, MSELoss(...)",
    ),
    "optimizer": (lambda: build(optimizer="adam"), "TypeError: Trainer: optimizer is an optimiser, got 'adam'"),
    "optimizer of another model": (
        lambda: build(optimizer=mt.optim.SGD([*OTHER.parameters(), MODEL.weight], lr=0.1)),
        "ValueError: Trainer: 2 of the 3 tensors of the optimiser are not the model's parameters, the first of shape (2, 4): "
        "make the optimiser of this model's parameters(), after the model is made",
    ),
    "metric": (
        lambda: build(metrics=[training.Accuracy]),
        "TypeError: metrics: Accuracy is a class: make an object of it, Accuracy()",
    ),
    "metrics that are a number": (
        lambda: build(metrics=3),
        "TypeError: metrics: expected a list of metrics, or a dict of them by name, got int",
    ),
    "name of no metric": (
        lambda: build(metrics=["acc"]),
        "ValueError: metrics: there is no 'acc': choose among 'accuracy', 'precision', 'recall', 'f1', 'mean_absolute_error', "
        "'mae', 'mean_squared_error', 'mse', 'top_5'",
    ),
    "two metrics of a name": (
        lambda: build(metrics=[training.Accuracy(), training.Accuracy()]),
        "ValueError: metrics: two are called 'accuracy': give them names, as in Accuracy(name='accuracy_2')",
    ),
    "metric called loss": (
        lambda: build(metrics=[training.Accuracy(name="loss")]),
        "ValueError: metrics: 'loss' is a column that every history has: call the metric something else",
    ),
    "callback": (
        lambda: build(callbacks=[print]),
        "TypeError: Trainer: each of callbacks is a Callback, got builtin_function_or_method",
    ),
    "class of a callback": (
        lambda: build(callbacks=[training.EarlyStopping]),
        "TypeError: Trainer: each of callbacks is a Callback, got the class EarlyStopping: make an object of it, "
        "EarlyStopping(...)",
    ),
    "scheduler": (lambda: build(scheduler=0.1), "TypeError: Trainer: scheduler is an LRScheduler, got float"),
    "scheduler of another": (
        lambda: build(scheduler=SCHEDULER.StepLR(mt.optim.SGD(MODEL.parameters(), lr=0.1), 1)),
        "ValueError: Trainer: the scheduler is of another optimiser",
    ),
    "interval": (
        lambda: build(scheduler_interval="batch"),
        "ValueError: Trainer: scheduler_interval is 'epoch' or 'step', got 'batch'",
    ),
    "plateau by step": (
        lambda: build(scheduler=SCHEDULER.ReduceLROnPlateau(SGD), scheduler_interval="step"),
        "ValueError: Trainer: ReduceLROnPlateau watches a number of each epoch: scheduler_interval='epoch'",
    ),
    "accumulate": (lambda: build(accumulate=0), "ValueError: Trainer: accumulate is 1 or more, got 0"),
    "accumulate of a half": (lambda: build(accumulate=1.5), "TypeError: Trainer: accumulate is an int, got 1.5"),
    "clipping": (
        lambda: build(max_grad_norm=-1),
        "ValueError: Trainer: max_grad_norm is a number above 0, or None, got -1",
    ),
    "progress": (
        lambda: training.Trainer(MODEL, LOSS, SGD, progress="bar"),
        "TypeError: Trainer: progress is True or False, got 'bar'",
    ),
}


@pytest.mark.parametrize("case", BUILT)
def test_an_argument_is_refused_when_the_trainer_is_built(case):
    call, message = BUILT[case]
    assert text_of(call) == message


WAY_OUT = "mt.data.DataLoader(mt.data.TensorDataset(x, y), batch_size=64) makes batches of tensors x and y"
CALLED = {
    "no epochs": (lambda: build().fit([BATCH], epochs=0), "ValueError: fit: epochs is 1 or more, got 0"),
    "epochs of a half": (lambda: build().fit([BATCH], epochs=1.5), "TypeError: fit: epochs is an int, got 1.5"),
    "validation as epochs": (
        lambda: build().fit([BATCH], None, [BATCH]),
        f"TypeError: fit: epochs is an int, got [{BATCH!r}]",
    ),
    "resume from nowhere": (
        lambda: build().fit([BATCH], resume=True),
        "ValueError: fit: resume=True goes on from a checkpoint: pass checkpoint=, the path that it is saved to",
    ),
    "tensor": (
        lambda: build().fit(BATCH[0]),
        f"TypeError: fit: expected batches, got one Tensor of shape (4, 3): {WAY_OUT}",
    ),
    "tuple of tensors": (
        lambda: build().evaluate(BATCH),
        f"TypeError: evaluate: expected batches, got a tuple of 2 tensors: {WAY_OUT}",
    ),
    "dataset": (
        lambda: build().predict(mt.data.TensorDataset(*BATCH)),
        "TypeError: predict: TensorDataset gives samples, not batches: mt.data.DataLoader(dataset, batch_size=64)",
    ),
    "number": (
        lambda: build().fit(3),
        "TypeError: fit: expected an iterable of batches, got int: a DataLoader is best, a list will do",
    ),
    "validation": (
        lambda: build().fit([BATCH], 3),
        "TypeError: fit, validation: expected an iterable of batches, got int: a DataLoader is best, a list will do",
    ),
    "function": (
        lambda: build().fit(lambda: [BATCH]),
        "TypeError: fit: expected an iterable of batches, got function: call it, or write a class with __iter__",
    ),
    "generator": (
        lambda: build().fit((one for one in [BATCH]), epochs=2),
        "ValueError: fit: generator gives its batches once, and 2 epochs need them 2 times: "
        "pass a DataLoader, a list, or an object whose __iter__ begins anew",
    ),
    "nothing": (lambda: build().fit([]), "ValueError: fit: the data have no batches"),
    "nothing in the end": (lambda: build().fit(iter([])), "ValueError: fit: the data have no batches in epoch 1"),
    "no samples": (
        lambda: build().fit(mt.data.DataLoader(mt.data.TensorDataset(mt.ones(0, 3)), 4)),
        "ValueError: fit: the data have no batches: the dataset has no samples",
    ),
    "less than one batch": (
        lambda: build().fit(mt.data.DataLoader(mt.data.TensorDataset(*BATCH), 5, drop_last=True)),
        "ValueError: fit: the data have no batches: 4 samples are less than one batch of 5, and drop_last leaves it out",
    ),
    "nothing to validate": (
        lambda: build().fit([BATCH], []),
        "ValueError: fit, validation: the data have no batches",
    ),
    "nothing to validate in the end": (
        lambda: build().fit([BATCH], iter([])),
        "ValueError: validation: the data have no batches",
    ),
    "nothing to evaluate": (lambda: build().evaluate([]), "ValueError: evaluate: the data have no batches"),
    "nothing to predict": (lambda: build().predict([]), "ValueError: predict: the data have no batches"),
    "batch of one": (
        lambda: build().fit([BATCH[0]]),
        "TypeError: a batch is (input, target) or (*inputs, target), got Tensor (4, 3) float32: "
        "for another one override Trainer.compute_loss\n  in batch 1 of epoch 1: Tensor (4, 3) float32",
    ),
    "batch of names": (
        lambda: build().fit([{"x": BATCH[0], "y": np.ones(4)}]),
        "TypeError: a batch is (input, target) or (*inputs, target), got {'x': Tensor (4, 3) float32, 'y': ndarray (4,) "
        "float64}: for another one override Trainer.compute_loss\n"
        "  in batch 1 of epoch 1: {'x': Tensor (4, 3) float32, 'y': ndarray (4,) float64}",
    ),
    "shape": (
        lambda: build().fit([BATCH, (mt.ones(4, 5), BATCH[1])]),
        "ShapeError: linear: the input has 5 features, the weight expects 3\n"
        "  input  (N, in)   = (4, 5)\n"
        "  weight (out, in) = (2, 3)\n"
        "  in batch 2 of epoch 1: Tensor (4, 5) float32, Tensor (4,) int64",
    ),
    "evaluated shape": (
        lambda: build().evaluate([(mt.ones(4, 5), BATCH[1])]),
        "ShapeError: linear: the input has 5 features, the weight expects 3\n"
        "  input  (N, in)   = (4, 5)\n"
        "  weight (out, in) = (2, 3)\n"
        "  in batch 1 of the evaluation: Tensor (4, 5) float32, Tensor (4,) int64",
    ),
    "label": (
        lambda: build().fit([BATCH, (BATCH[0], mt.full((4,), 2))]),
        "IndexError: cross_entropy: target[0] is 2, the 2 classes are 0 to 1\n"
        "  in batch 2 of epoch 1: Tensor (4, 3) float32, Tensor (4,) int64",
    ),
    "label of the validation": (
        lambda: build().fit([BATCH], [(BATCH[0], mt.full((4,), 2))]),
        "IndexError: cross_entropy: target[0] is 2, the 2 classes are 0 to 1\n"
        "  in batch 1 of the validation of epoch 1: Tensor (4, 3) float32, Tensor (4,) int64",
    ),
    "metric": (
        lambda: build(loss=lambda output, target: output.mean(), metrics=["accuracy"]).fit([(BATCH[0], mt.ones(5))]),
        "ShapeError: accuracy: the target's shape (5,) is not that of class labels\n"
        "  output       (N, C) = (4, 2)\n"
        "  class labels (N)    = (4,)\n"
        "  in batch 1 of epoch 1: Tensor (4, 3) float32, Tensor (5,) float32",
    ),
    "predicted shape": (
        lambda: build().predict([mt.ones(4, 3), mt.ones(4, 5)]),
        "ShapeError: linear: the input has 5 features, the weight expects 3\n"
        "  input  (N, in)   = (4, 5)\n"
        "  weight (out, in) = (2, 3)\n"
        "  in batch 2 of the prediction: Tensor (4, 5) float32",
    ),
    "loss of many": (
        lambda: build(loss=nn.CrossEntropyLoss(reduction="none")).fit([BATCH]),
        "ValueError: the loss is to be one number, got Tensor (4,) float32: take its mean, or reduction='mean' of the loss\n"
        "  in batch 1 of epoch 1: output Tensor (4, 2) float32, target Tensor (4,) int64",
    ),
    "loss that is a number": (
        lambda: build(loss=lambda output, target: 1.0).fit([BATCH]),
        "TypeError: the loss is to be a Tensor of one number, got float\n"
        "  in batch 1 of epoch 1: output Tensor (4, 2) float32, target Tensor (4,) int64",
    ),
    "loss without gradient": (
        lambda: build(loss=lambda output, target: LOSS(output, target).detach()).fit([BATCH]),
        "ValueError: the loss has no gradient: it does not depend on a parameter that requires grad, or it was computed under "
        "no_grad, detached, or made of numbers\n"
        "  in batch 1 of epoch 1: output Tensor (4, 2) float32, target Tensor (4,) int64",
    ),
    "plateau of no column": (
        lambda: build(scheduler=SCHEDULER.ReduceLROnPlateau(SGD), scheduler_monitor="validation_loss").fit([BATCH]),
        "ValueError: fit: scheduler_monitor is 'validation_loss', and the history has epoch, loss, lr, seconds",
    ),
}


@pytest.mark.parametrize("case", CALLED)
def test_what_is_wrong_is_said_with_the_batch_and_its_shapes(case):
    call, message = CALLED[case]
    assert text_of(call) == message


def test_an_answer_of_ones_own_that_is_no_triple_is_refused():
    class Wrong(training.Trainer):
        def compute_loss(self, batch):
            return self.loss(self.model(batch[0]), batch[1])

    trainer = Wrong(MODEL, LOSS, SGD, progress=False)
    message = text_of(lambda: trainer.fit([BATCH]))
    assert message == "TypeError: compute_loss: expected (loss, output, target), got Tensor () float32"
