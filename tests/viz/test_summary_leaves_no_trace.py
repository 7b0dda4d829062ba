"""A summary refuses in words what does not go, and leaves the model as it was, whatever the model does."""

from __future__ import annotations

import pytest

import minitensor as mt
from minitensor import nn
from minitensor.viz.summary import summary


def network():
    return nn.Sequential(
        nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU()),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(384, 10),
    )


def refused(*arguments, **keywords):
    with pytest.raises((TypeError, ValueError, RuntimeError)) as caught:
        summary(*arguments, **keywords)
    return f"{type(caught.value).__name__}: {caught.value}"


SIZE_MESSAGE = "TypeError: summary: input_size is the tuple of the axes' lengths, as in (32, 1, 28, 28), or a list of such tuples, one for each input, got "


@pytest.mark.parametrize(
    ("arguments", "keywords", "message"),
    [
        ((mt.ones(2), (2,)), {}, "TypeError: summary: the model is a Module, got Tensor"),
        ((network(),), {}, "TypeError: summary: input_size is missing: pass input_size=(N, 3, H, W), as the layer '0.0' expects it, or an input as input_data"),
        ((nn.ReLU(),), {}, "TypeError: summary: input_size is missing: pass input_size=the tuple of its axes' lengths, or an input as input_data"),
        ((nn.ReLU(), (2,)), {"input_data": mt.ones(2)}, "ValueError: summary: pass input_size or input_data, not both"),
        ((nn.ReLU(), 784), {}, SIZE_MESSAGE + "784"),
        ((nn.ReLU(), ()), {}, SIZE_MESSAGE + "()"),
        ((nn.ReLU(), [(2, 3), 4]), {}, SIZE_MESSAGE + "[(2, 3), 4]"),
        ((network(), (-1, 1, 28, 28)), {}, "ValueError: summary: the lengths in input_size are whole numbers from 1 on, got -1 in (-1, 1, 28, 28)"),
        ((network(), (0, 1, 28, 28)), {}, "ValueError: summary: the lengths in input_size are whole numbers from 1 on, got 0 in (0, 1, 28, 28)"),
        ((nn.ReLU(), (2, 3.0)), {}, "ValueError: summary: the lengths in input_size are whole numbers from 1 on, got 3.0 in (2, 3.0)"),
        ((nn.ReLU(), (2,)), {"depth": -1}, "ValueError: summary: depth must be at least 0, got -1"),
        ((nn.ReLU(), (2,)), {"batch_dim": 2}, "ValueError: summary: batch_dim must be from 0 to 1 for the input size (2,), got 2"),
        ((nn.ReLU(), (2,)), {"dtypes": [mt.float32] * 2}, "ValueError: summary: dtypes needs one entry for each input: 1 in all, got 2"),
        ((nn.ReLU(),), {"input_data": mt.ones(2), "batch_dim": 0}, "ValueError: summary: batch_dim goes with input_size; input_data is taken as it is"),
        ((nn.ReLU(),), {"input_data": 5}, "TypeError: summary: input_data is a tensor, a list of the model's arguments or a dict of its keyword arguments, got int"),
    ],
)  # fmt: skip
def test_what_does_not_go_is_refused_in_words(arguments, keywords, message):
    assert refused(*arguments, **keywords) == message


def test_an_error_within_names_the_layer_and_the_input_size():
    assert refused(network(), (2, 1, 16, 12)) == (
        "ShapeError: summary: Sequential stopped in the layer '0.0', Conv2d, on the input size (2, 1, 16, 12)\n"
        "  ShapeError: conv2d: the input has 1 channels, the weight expects 3\n"
        "    input  (N, C, H, W)             = (2, 1, 16, 12)\n"
        "    weight (out, in/groups, kH, kW) = (8, 3, 3, 3)"
    )


def test_an_error_within_says_that_the_batch_axis_is_missing():
    model = nn.Sequential(nn.Conv2d(1, 6, 5), nn.Flatten(), nn.Linear(3456, 10))
    assert refused(model, (1, 28, 28)) == (
        "ShapeError: summary: Sequential stopped in the layer '2', Linear, on the input size (1, 28, 28)\n"
        "  ShapeError: linear: the input has 576 features, the weight expects 3456\n"
        "    input  (N, in)   = (6, 576)\n"
        "    weight (out, in) = (10, 3456)\n"
        "  The layer '0' expects (N, 1, H, W), and this size has one axis less: input_size counts the batch too. "
        "Pass batch_dim=0 to add it"
    )


class Stops(nn.Module):
    """Changes all that it can reach, and then cannot go on."""

    def __init__(self):
        self.norm, self.log = nn.BatchNorm1d(3), []
        self.register_buffer("calls", mt.tensor(0))

    def forward(self, x):
        x = self.norm(x)
        self.log.append(x)
        self.seen = x
        self.training = True
        self.calls += 1
        self.norm.running_mean += 1
        self.norm.running_var = mt.zeros(3)
        self.norm.weight.copy_(mt.rand(3))
        self.norm.bias.grad += 1
        self.norm.bias.requires_grad_(False)
        mt.manual_seed(5)
        x.mul_(2)
        raise KeyError("nothing here")


def test_an_error_between_the_layers_names_the_one_before():
    model = Stops()
    model.norm.bias.grad = mt.zeros(3)
    assert (
        refused(model, (2, 3))
        == "RuntimeError: summary: Stops stopped in its own forward, after the layer 'norm', BatchNorm1d, on the input size (2, 3)\n  KeyError: 'nothing here'"
    )
    assert refused(nn.Sequential(nn.Identity(), nn.Module()), (2, 3)) == (
        "RuntimeError: summary: Sequential stopped in the layer '1', Module, on the input size (2, 3)\n"
        "  NotImplementedError: Module has no forward: define `def forward(self, input)` in the class"
    )


# What is left behind


def state_of(model):
    tensors = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    return (
        {name: (id(one), one.dtype, one.numpy().tobytes(), one.requires_grad, one._version[0]) for name, one in tensors.items()},
        {name: (id(one.grad), one.grad.numpy().tobytes()) for name, one in tensors.items() if one.grad is not None},
        {path: {name: repr(value) for name, value in vars(module).items()} for path, module in model.named_modules()},
        {path: [(id(hook)) for table in vars(module._hooks).values() for hook in table.values()] for path, module in model.named_modules() if module._hooks},
        repr(mt.random.numpy_generator().bit_generator.state),
    )  # fmt: skip


def test_nothing_is_changed():
    model = network()
    model(mt.randn(2, 3, 16, 12)).sum().backward()
    model.train()
    model[0].eval()
    model[1].register_forward_hook(lambda module, args, output: output * 2)
    before = state_of(model)
    summary(model, (2, 3, 16, 12))
    assert state_of(model) == before
    refused(model, (2, 1, 16, 12))
    assert state_of(model) == before


def test_nothing_is_changed_by_a_model_that_tries():
    model, x = Stops(), mt.ones(2, 3)
    model.norm.bias.grad = mt.zeros(3)
    before = state_of(model)
    refused(model, input_data=x)
    assert state_of(model) == before
    assert x.tolist() == [[1.0] * 3] * 2
    assert mt.is_grad_enabled()


def test_a_graph_that_waits_for_backward_still_can():
    model = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3), nn.Linear(3, 1))
    loss = model(mt.randn(4, 3)).sum()
    summary(model, (4, 3))
    loss.backward()
    assert model[0].weight.grad is not None


def test_a_source_of_random_numbers_that_nobody_used_stays_unused(monkeypatch):
    monkeypatch.setattr(mt.random, "_shared", None)

    class Draws(nn.Module):
        def forward(self, x):
            return x + mt.rand(2)

    summary(Draws(), (2,))
    assert mt.random._shared is None


def test_hooks_of_the_users_do_what_they_do():
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
    model[0].register_forward_hook(lambda module, args, output: output[:, :2])
    assert summary(model, (5, 3)).rows[1].output_shape == (5, 2)
