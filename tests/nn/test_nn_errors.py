"""What is refused is refused in words that are the answer: each message whole."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn
from minitensor.nn import init

X = mt.zeros(5, 6)  # logits of five samples, six classes
LABELS = mt.zeros(5, dtype=mt.int64)


class Empty(nn.Module):
    """It has no forward."""


def with_members():
    module = nn.Module()
    module.weight = nn.Parameter(mt.ones(1))
    module.register_buffer("mean", mt.ones(1))
    return module


LAYERS = {
    "features without axes": (
        lambda: F.linear(mt.tensor(1.0), mt.ones(2, 3)), mt.ShapeError,
        "linear: the input must be (..., in), got a tensor without axes",
    ),
    "another number of features": (
        lambda: nn.Linear(3, 2)(mt.ones(5, 4)), mt.ShapeError,
        "linear: the input has 4 features, the weight expects 3\n"
        "  input  (N, in)   = (5, 4)\n"
        "  weight (out, in) = (2, 3)",
    ),
    "images into a linear layer": (
        lambda: nn.Linear(784, 10)(mt.ones(32, 1, 28, 28)), mt.ShapeError,
        "linear: the input has 28 features, the weight expects 784\n"
        "  input  (..., in) = (32, 1, 28, 28)\n"
        "  weight (out, in) = (10, 784)\n"
        "  To make one row of each sample try x.flatten(1)",
    ),
    "a weight of another rank": (
        lambda: F.linear(mt.ones(3), mt.ones(3)), mt.ShapeError, "linear: the weight must be (out, in), got the shape (3,)",
    ),
    "a bias of another length": (
        lambda: F.linear(mt.ones(3), mt.ones(2, 3), mt.ones(3)), mt.ShapeError,
        "linear: the bias needs one entry for each of the 2 outputs, got the shape (3,)\n"
        "  input  (in)      = (3,)\n"
        "  weight (out, in) = (2, 3)",
    ),
    "another dtype": (
        lambda: nn.Linear(3, 2)(mt.ones(5, 3, dtype=mt.float64)), TypeError,
        "linear: the input is float64, the weight is float32: convert one, for example with x.float() or layer.double()",
    ),
    "integers": (
        lambda: nn.Linear(3, 2)(mt.ones(5, 3, dtype=mt.int64)), TypeError,
        "linear: the input must be floating-point, got int64: try x.float()",
    ),
    "an ndarray": (
        lambda: nn.Linear(3, 2)(np.ones((5, 3))), TypeError,
        "linear: the input must be a Tensor, got ndarray: convert it with mt.tensor(...)",
    ),
    "no features": (lambda: nn.Linear(0, 2), ValueError, "Linear: in_features must be at least 1, got 0"),
    "half a feature": (lambda: nn.Linear(2, 2.5), ValueError, "Linear: out_features must be an int, got 2.5"),
    "no channels": (lambda: nn.BatchNorm1d(0), ValueError, "BatchNorm1d: num_features must be at least 1, got 0"),
    "a negative eps": (lambda: nn.BatchNorm1d(3, eps=-1), ValueError, "BatchNorm1d: eps is 0 or more, got -1"),
    "axes for another BatchNorm": (
        lambda: nn.BatchNorm2d(3)(mt.ones(4, 3)), mt.ShapeError,
        "BatchNorm2d: the input must be (N, C, H, W), got the shape (4, 3)",
    ),
    "axes for no BatchNorm1d": (
        lambda: nn.BatchNorm1d(3)(mt.ones(4, 3, 2, 2)), mt.ShapeError,
        "BatchNorm1d: the input must be (N, C) or (N, C, L), got the shape (4, 3, 2, 2)",
    ),
    "another number of channels": (
        lambda: nn.BatchNorm2d(3)(mt.ones(4, 2, 5, 5)), mt.ShapeError,
        "batch_norm: the input has 2 channels, the running_mean is for 3\n"
        "  input        (N, C, H, W) = (4, 2, 5, 5)\n"
        "  running_mean (C)          = (3,)",
    ),
    "one value per channel": (
        lambda: nn.BatchNorm1d(3)(mt.ones(1, 3)), mt.ShapeError,
        "batch_norm: expected more than one value per channel when training: the variance of one value is 0\n"
        "  input (N, C) = (1, 3)\n"
        "  Use batches of two samples or more (drop_last=True leaves out a last batch of one), or model.eval()",
    ),
    "no running statistics": (
        lambda: F.batch_norm(mt.ones(4, 3), None, None), ValueError,
        "batch_norm: training=False needs running_mean and running_var; training=True takes the input's own statistics",
    ),
    "half of the running statistics": (
        lambda: F.batch_norm(mt.ones(4, 3), mt.ones(3), None), ValueError,
        "batch_norm: running_mean and running_var go together: give both or neither",
    ),
    "no batch axis": (
        lambda: F.batch_norm(mt.ones(3), None, None), mt.ShapeError,
        "batch_norm: the input must be (N, C) or (N, C, *spatial), got the shape (3,)",
    ),
    "a probability of 1.5": (lambda: nn.Dropout(1.5), ValueError, "Dropout: p is a probability, from 0 to 1, got 1.5"),
    "a negative probability": (
        lambda: F.dropout(mt.ones(2), -0.1), ValueError, "dropout: p is a probability, from 0 to 1, got -0.1",
    ),
    "dropout of integers": (
        lambda: F.dropout(mt.ones(2, dtype=mt.int64)), TypeError,
        "dropout: the input must be floating-point, got int64: try x.float()",
    ),
    "an axis that is not there": (
        lambda: nn.Softmax(2)(mt.ones(2, 3)), IndexError,
        "softmax: dim 2 is out of range: of 2 axes, it is one from -2 to 1",
    ),
}  # fmt: skip

LOSSES = {
    "a class that is not there": (
        lambda: F.cross_entropy(X, mt.tensor([0, 1, 2, 6, -1])), IndexError,
        "cross_entropy: target[3] is 6, the 6 classes are 0 to 5",
    ),
    "classes counted from 1": (
        lambda: F.cross_entropy(X, mt.tensor([1, 2, 3, 4, 6])), IndexError,
        "cross_entropy: target[4] is 6, the 6 classes are 0 to 5: for classes counted from 1 try target - 1",
    ),
    "a class in an image": (
        lambda: F.nll_loss(mt.zeros(1, 2, 2, 2), mt.tensor([[[0, 1], [-1, 0]]])), IndexError,
        "nll_loss: target[0, 1, 0] is -1, the 2 classes are 0 to 1",
    ),
    "a class without a batch": (
        lambda: F.cross_entropy(mt.zeros(3), mt.tensor(3)), IndexError,
        "cross_entropy: the target is 3, the 3 classes are 0 to 2",
    ),
    "floating class indices": (
        lambda: F.cross_entropy(X, LABELS.float()), TypeError,
        "cross_entropy: class indices must be int64, the target is float32: try target.long(); "
        "probabilities have the input's shape, (5, 6)",
    ),
    "int32 class indices": (
        lambda: F.nll_loss(X, LABELS.int()), TypeError,
        "nll_loss: class indices must be int64, the target is int32: try target.long()",
    ),
    "integer one-hot targets": (
        lambda: F.cross_entropy(X, mt.zeros(5, 6, dtype=mt.int64)), mt.ShapeError,
        "cross_entropy: the target has the shape of probabilities, which are floating-point, and is int64\n"
        "  input         (N, C) = (5, 6)\n"
        "  class indices (N)    = (5,)\n"
        "  probabilities (N, C) = (5, 6)\n"
        "  Of ones and zeros, target.argmax(1) makes class indices; as probabilities pass target.float()",
    ),
    "one axis too many": (
        lambda: F.cross_entropy(X, LABELS.reshape(5, 1)), mt.ShapeError,
        "cross_entropy: the target's shape (5, 1) is not that of class indices or of probabilities\n"
        "  input         (N, C) = (5, 6)\n"
        "  class indices (N)    = (5,)\n"
        "  probabilities (N, C) = (5, 6)\n"
        "  Class indices have no axis for the classes: try target.squeeze(1)",
    ),
    "another batch": (
        lambda: F.nll_loss(X, mt.zeros(4, dtype=mt.int64)), mt.ShapeError,
        "nll_loss: the target's shape (4,) is not that of class indices\n"
        "  input         (N, C) = (5, 6)\n"
        "  class indices (N)    = (5,)",
    ),
    "logits without axes": (
        lambda: F.cross_entropy(mt.tensor(1.0), mt.tensor(0)), mt.ShapeError,
        "cross_entropy: the input must be (N, C), (C,) or (N, C, *spatial), got a tensor without axes",
    ),
    "a weight for other classes": (
        lambda: F.cross_entropy(X, LABELS, mt.ones(5)), mt.ShapeError,
        "cross_entropy: the weight needs one entry for each of the 6 classes, got the shape (5,)",
    ),
    "a weight of another dtype": (
        lambda: F.cross_entropy(X, LABELS, mt.ones(6, dtype=mt.float64)), TypeError,
        "cross_entropy: the input is float32, the weight is float64: convert one, for example with x.double() "
        "or layer.float()",
    ),
    "a smoothing of 2": (
        lambda: nn.CrossEntropyLoss(label_smoothing=2), ValueError,
        "CrossEntropyLoss: label_smoothing is from 0 to 1, got 2",
    ),
    "a smoothing below 0": (
        lambda: F.cross_entropy(X, LABELS, label_smoothing=-0.5), ValueError,
        "cross_entropy: label_smoothing is from 0 to 1, got -0.5",
    ),
    "a class to ignore beside probabilities": (
        lambda: F.cross_entropy(X, mt.zeros(5, 6), ignore_index=0), ValueError,
        "cross_entropy: ignore_index=0 is for class indices, the target has probabilities",
    ),
    "an unknown reduction": (
        lambda: nn.MSELoss(reduction="avg"), ValueError, "MSELoss: reduction is 'none', 'mean' or 'sum', got 'avg'",
    ),
    "an unknown reduction of a function": (
        lambda: F.cross_entropy(X, LABELS, reduction="avg"), ValueError,
        "cross_entropy: reduction is 'none', 'mean' or 'sum', got 'avg'",
    ),
    "shapes that do not broadcast": (
        lambda: F.mse_loss(mt.zeros(2, 3), mt.zeros(3, 2)), mt.ShapeError,
        "mse_loss: the input and the target differ in shape: give both one shape, for example with target.reshape(2, 3)\n"
        "  input  (0, 1) = (2, 3)\n"
        "  target (0, 1) = (3, 2)",
    ),
    "a target that is no tensor": (
        lambda: F.l1_loss(mt.zeros(2), [1.0, 2.0]), TypeError,
        "l1_loss: the target must be a Tensor, got list: convert it with mt.tensor(...)",
    ),
    "two integer tensors": (
        lambda: F.mse_loss(LABELS, LABELS), TypeError,
        "mse_loss: the input must be floating-point, got int64: try x.float()",
    ),
}  # fmt: skip

MODULES = {
    "no forward": (
        lambda: Empty()(1), NotImplementedError, "Empty has no forward: define `def forward(self, input)` in the class",
    ),
    "a tensor where a parameter is": (
        lambda: setattr(with_members(), "weight", mt.ones(1)), TypeError,
        "Module.weight is a Parameter and cannot become a Tensor: wrap it in nn.Parameter(...), "
        "or write its values with .copy_() under mt.no_grad()",
    ),
    "a number where a child is": (
        lambda: setattr(nn.Sequential(nn.ReLU()), "0", 3), TypeError,
        "Sequential.0 is a module (ReLU) and cannot become a int: assign a Module or None, or delete it first, with del",
    ),
    "a list where a child is": (
        lambda: setattr(nn.Sequential(nn.ReLU()), "0", [nn.ReLU()]), TypeError,
        "Sequential.0 is a module (ReLU) and cannot become a list: assign a Module or None, or delete it first, with del",
    ),
    "a number where a buffer is": (
        lambda: setattr(with_members(), "mean", 3.0), TypeError,
        "Module.mean is a buffer and cannot become a float: assign a tensor or None",
    ),
    "a parameter of an ndarray": (
        lambda: nn.Parameter(np.ones(2)), TypeError,
        "Parameter: expected a tensor, got ndarray: make one with mt.tensor(...)",
    ),
    "a parameter of integers": (
        lambda: nn.Parameter(mt.tensor([1])), RuntimeError,
        "requires_grad: only floating-point tensors have gradients, this one is int64: convert it with .float()",
    ),
    "a buffer that is no tensor": (
        lambda: nn.Module().register_buffer("b", 1), TypeError, "register_buffer: 'b' is to be a tensor or None, got int",
    ),
    "a plain tensor as a parameter": (
        lambda: nn.Module().register_parameter("w", mt.ones(1)), TypeError,
        "register_parameter: 'w' is to be a Parameter or None, got Tensor: wrap it in nn.Parameter(...)",
    ),
    "a function as a module": (
        lambda: nn.Module().add_module("f", mt.relu), TypeError, "add_module: 'f' is to be a Module or None, got function",
    ),
    "a name with a dot": (
        lambda: nn.Module().register_buffer("a.b", None), KeyError,
        "\"register_buffer: the name is a word without a dot, got 'a.b'\"",
    ),
    "a name that is no string": (
        lambda: nn.Module().add_module(0, nn.ReLU()), TypeError, "add_module: the name is a string, got int",
    ),
    "a name that is taken": (
        lambda: with_members().register_parameter("forward", None), KeyError,
        "\"register_parameter: Module has an attribute 'forward' already\"",
    ),
    "a submodule that is not there": (
        lambda: nn.Sequential(nn.ReLU()).get_submodule("0.1"), AttributeError, "Sequential has no module named '0.1'",
    ),
    "a parameter that is not there": (
        lambda: with_members().get_parameter("bias"), AttributeError, "Module has no parameter named 'bias'",
    ),
    "a buffer that is not there": (
        lambda: with_members().get_buffer("weight"), AttributeError, "Module has no buffer named 'weight'",
    ),
    "a mode that is no truth value": (
        lambda: nn.Module().train("yes"), ValueError, "train: mode is True or False, got 'yes'",
    ),
    "an integer module": (
        lambda: nn.Linear(2, 2).to(mt.int64), TypeError, "Linear.to: a module is of a floating dtype, got int64",
    ),
    "another device": (
        lambda: nn.Linear(2, 2).to("cuda"), ValueError,
        "there is no device 'cuda' here: minitensor computes on the CPU (device='cpu', or none)",
    ),
}  # fmt: skip

INITS = {
    "bounds in the wrong order": (
        lambda: init.uniform_(mt.empty(2), 1, 0), ValueError,
        "uniform_: the lower bound a is not above b, got a=1 and b=0",
    ),
    "truncation to nothing": (
        lambda: init.trunc_normal_(mt.empty(2), a=1, b=1), ValueError,
        "trunc_normal_: the lower bound a is below b, got a=1 and b=1",
    ),
    "a negative deviation": (
        lambda: init.normal_(mt.empty(2), std=-1), ValueError, "normal_: the standard deviation is 0 or more, got -1",
    ),
    "a deviation of 0 to truncate": (
        lambda: init.trunc_normal_(mt.empty(2), std=0), ValueError,
        "trunc_normal_: the standard deviation is more than 0, got 0",
    ),
    "integers to draw": (
        lambda: init.normal_(mt.zeros(2, dtype=mt.int64)), TypeError,
        "normal_: the tensor must be floating-point, got int64",
    ),
    "a bias with a fan": (
        lambda: init.kaiming_uniform_(mt.empty(2)), mt.ShapeError,
        "fan in and fan out are those of a weight (out, in, *kernel), got the shape (2,)",
    ),
    "an unknown mode": (
        lambda: init.kaiming_normal_(mt.empty(2, 2), mode="fan"), ValueError,
        "kaiming: mode is 'fan_in' or 'fan_out', got 'fan'",
    ),
    "an unknown nonlinearity": (
        lambda: init.calculate_gain("swish"), ValueError,
        "calculate_gain: nonlinearity is one of 'linear', 'conv2d', 'sigmoid', 'tanh', 'relu', 'selu', 'leaky_relu', "
        "got 'swish'",
    ),
    "a slope that is no number": (
        lambda: init.calculate_gain("leaky_relu", True), ValueError,
        "calculate_gain: the negative slope is a number, got True",
    ),
    "an identity that is no matrix": (
        lambda: init.eye_(mt.empty(2, 2, 2)), mt.ShapeError, "eye_: the identity is a matrix, got the shape (2, 2, 2)",
    ),
    "an orthogonal vector": (
        lambda: init.orthogonal_(mt.empty(2)), mt.ShapeError,
        "orthogonal_: the tensor must have two axes at least, got the shape (2,)",
    ),
    "a kernel without axes": (
        lambda: init.dirac_(mt.empty(2, 2)), mt.ShapeError,
        "dirac_: the tensor must be (out, in/groups, *kernel), got the shape (2, 2)",
    ),
    "groups that do not divide": (
        lambda: init.dirac_(mt.empty(3, 2, 3), groups=2), ValueError, "dirac_: the 3 outputs are not divisible by groups=2",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("call", "kind", "message"), [pytest.param(*case, id=name) for name, case in (LAYERS | LOSSES | MODULES | INITS).items()]
)
def test_what_is_refused_is_refused_in_these_words(call, kind, message):
    """The class and the whole text."""
    with pytest.raises(kind) as error:
        call()
    assert error.type is kind
    assert str(error.value) == message
