"""A Module finds what it holds, in PyTorch's order, converts it, copies it and prints it as PyTorch does."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref

import numpy as np
import pytest

import minitensor as mt
from minitensor import nn
from minitensor.grad_mode import mode


class Scale(nn.Module):
    """One parameter, one persistent and one passing buffer; it does not call the base class's __init__."""

    def __init__(self, size=2):
        self.weight = nn.Parameter(mt.ones(size))
        self.register_buffer("mean", mt.zeros(size))
        self.register_buffer("last", mt.zeros(size), persistent=False)

    def forward(self, x):
        return x * self.weight - self.mean


class Net(nn.Module):
    """Children and parameters as attributes, in a list, a tuple and a dict, one child and one parameter held twice."""

    def __init__(self):
        super().__init__()
        self.first = Scale()
        self.layers = [nn.Linear(2, 3), [nn.Linear(3, 2)]]
        self.gain = nn.Parameter(mt.ones(1))
        self.heads = {"a": nn.Linear(2, 1), "b": (nn.ReLU(), nn.Parameter(mt.zeros(1)))}
        self.again = self.first
        self.tied = nn.Linear(2, 3)
        self.tied.weight = self.layers[0].weight
        self.words = ["not", "a", "module", 3]


def names(pairs):
    return [name for name, _ in pairs]


def test_parameters_are_found_own_first_then_childrens_and_shared_ones_once():
    """The order and names, worked out by hand from PyTorch's rule."""
    net = Net()
    assert names(net.named_parameters()) == [
        "gain", "heads.b.1", "first.weight", "layers.0.weight", "layers.0.bias", "layers.1.0.weight", "layers.1.0.bias",
        "heads.a.weight", "heads.a.bias", "tied.bias",
    ]  # fmt: skip
    assert names(net.named_parameters(prefix="net", recurse=False)) == ["net.gain", "net.heads.b.1"]
    every = names(net.named_parameters(remove_duplicate=False))
    assert "again.weight" in every
    assert "tied.weight" in every
    assert [id(p) for p in net.parameters()] == [id(p) for _, p in net.named_parameters()]


def test_buffers_and_modules_are_found():
    """Buffers by registration; modules in plain lists, tuples and dicts; shared ones once."""
    net = Net()
    assert names(net.named_buffers()) == ["first.mean", "first.last"]
    assert names(net.named_buffers(remove_duplicate=False)) == ["first.mean", "first.last", "again.mean", "again.last"]
    assert len(list(net.buffers())) == 2
    assert names(net.named_children()) == ["first", "layers.0", "layers.1.0", "heads.a", "heads.b.0", "tied"]
    assert names(net.named_modules()) == ["", "first", "layers.0", "layers.1.0", "heads.a", "heads.b.0", "tied"]
    assert names(net.named_modules(prefix="net", remove_duplicate=False))[:3] == ["net", "net.first", "net.layers.0"]
    assert "again" in names(net.named_modules(remove_duplicate=False))
    assert next(net.modules()) is net
    assert next(net.children()) is net.first
    assert names(net.named_modules(memo={net.first})) == ["", "layers.0", "layers.1.0", "heads.a", "heads.b.0", "tied"]


def test_a_module_that_holds_its_parent_is_walked_once():
    """A cycle ends, also where duplicates are wanted."""
    net = Net()
    net.first.parent = [net]
    assert "first.parent.0" not in names(net.named_modules())
    assert "first.weight" in net.state_dict()


def test_members_are_got_by_dotted_name():
    """The objects themselves; the empty name is the module."""
    net = Net()
    assert net.get_submodule("") is net
    assert net.get_submodule("layers.1.0") is net.layers[1][0]
    assert net.get_parameter("heads.b.1") is net.heads["b"][1]
    assert net.get_parameter("tied.weight") is net.layers[0].weight
    assert net.get_buffer("again.mean") is net.first.mean


def test_a_typo_is_pythons_own_attribute_error():
    """There is no __getattr__ that could hide it."""
    with pytest.raises(AttributeError, match=r"^'Scale' object has no attribute 'wieght'"):
        Scale().wieght  # noqa: B018
    assert "__getattr__" not in {name for kind in nn.Module.__mro__ for name in vars(kind)}


def test_a_parameter_is_replaced_by_a_parameter_a_module_or_none():
    """And what was a buffer becomes a parameter when it is assigned one."""
    scale = Scale()
    scale.weight = nn.Parameter(mt.zeros(2))
    scale.weight = None
    assert list(scale.parameters()) == []
    scale.mean = mt.ones(2)
    assert scale.get_buffer("mean") is scale.mean
    scale.mean = nn.Parameter(mt.ones(2))
    assert names(scale.named_buffers()) == ["last"]
    assert names(scale.named_parameters()) == ["mean"]
    scale.last = None
    assert names(scale.named_buffers()) == []


def test_registering_is_assigning():
    """Parameters, modules and buffers by name."""
    module = nn.Module()
    module.register_parameter("w", nn.Parameter(mt.ones(1)))
    module.register_parameter("none", None)
    module.register_module("m", nn.ReLU())
    module.add_module("m", nn.Tanh())
    module.register_buffer("b", None)
    assert module.none is None
    assert names(module.named_parameters()) == ["w"]
    assert isinstance(module.m, nn.Tanh)
    assert list(module.buffers()) == []


def test_training_is_set_everywhere_and_a_childs_own_train_is_called():
    """Train and eval answer with the module."""

    class Frozen(nn.Module):
        def train(self, mode=True):  # noqa: ARG002 (the base class's)
            return super().train(False)

    net = nn.Sequential(nn.Dropout(), nn.Sequential(nn.ReLU(), Frozen()))
    assert net.training
    assert net.eval() is net
    assert not any(module.training for module in net.modules())
    net.train()
    assert [module.training for module in net.modules()] == [True, True, True, True, False]


def test_gradients_are_asked_for_and_dropped():
    """Both ways to drop them: None, and zeros."""
    layer = nn.Linear(2, 2)
    layer(mt.ones(1, 2)).sum().backward()
    layer.zero_grad(set_to_none=False)
    assert layer.weight.grad.tolist() == [[0, 0], [0, 0]]
    layer.zero_grad()
    assert layer.weight.grad is None
    assert layer.requires_grad_(False) is layer
    assert not layer.weight.requires_grad


def test_apply_calls_children_first():
    """The module itself comes last."""
    seen = []
    net = nn.Sequential(nn.ReLU(), nn.Sequential(nn.Tanh()))
    assert net.apply(lambda module: seen.append(type(module).__name__)) is net
    assert seen == ["ReLU", "Tanh", "Sequential", "Sequential"]


@pytest.mark.parametrize(
    ("convert", "dtype"),
    [
        (lambda m: m.to(mt.float64), mt.float64),
        (lambda m: m.to("cpu", "float16"), mt.float16),
        (lambda m: m.to(mt.ones(1, dtype=mt.float64)), mt.float64),
        (lambda m: m.to(device="cpu", dtype=mt.float64), mt.float64),
        (lambda m: m.to("cpu"), mt.float32),
        (lambda m: m.double(), mt.float64),
        (lambda m: m.half(), mt.float16),
        (lambda m: m.double().float(), mt.float32),
        (lambda m: m.cpu(), mt.float32),
    ],
)
def test_conversion_keeps_the_parameter_objects(convert, dtype):
    """Floating parameters, buffers and gradients are converted; integers stay; an optimiser's references hold."""
    module = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
    module(mt.arange(4.0).reshape(2, 2)).sum().backward()
    before = list(module.parameters())
    assert convert(module) is module
    assert all(a is b for a, b in zip(module.parameters(), before, strict=True))
    assert {p.dtype for p in module.parameters()} == {p.grad.dtype for p in module.parameters()} == {dtype}
    assert module[1].running_mean.dtype == dtype
    assert module[1].num_batches_tracked.dtype == mt.int64
    assert all(p.is_leaf and p.requires_grad for p in module.parameters())


@pytest.mark.parametrize("make", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))], ids=["deepcopy", "pickle"])
def test_copies_are_whole_and_apart(make):
    """Classes, ties, buffers and what belongs to them are kept; memory is not shared."""
    net = Net().eval()
    twin = make(net)
    assert type(twin) is Net
    assert not twin.first.training
    assert twin.tied.weight is twin.layers[0].weight
    assert twin.again is twin.first
    assert type(twin.gain) is nn.Parameter
    assert names(twin.state_dict().items()) == names(net.state_dict().items())
    with mt.no_grad():
        twin.gain.fill_(5.0)
    assert net.gain.item() == 1
    assert twin.first(mt.ones(2)).tolist() == [1, 1]


def test_a_shallow_copy_shares_tensors_but_not_names():
    """A buffer registered on the copy is none of the original's."""
    scale = Scale()
    twin = copy.copy(scale)
    assert twin.weight is scale.weight
    twin.register_buffer("new", mt.ones(1))
    assert names(scale.named_buffers()) == ["mean", "last"]


def test_what_runs_is_recorded_with_the_module_as_its_scope():
    """Nested, restored afterwards, also after an error; held weakly."""
    inner, outer = nn.Linear(2, 2), nn.Module()
    outer.inner = inner
    outer.forward = lambda x: inner(x) * 2
    y = outer(mt.ones(1, 2))
    assert y.grad_fn.scope.module() is outer
    assert y.grad_fn.inputs[0].scope.module() is inner
    assert y.grad_fn.inputs[0].scope.around.module() is outer
    assert mode.scope is None
    with pytest.raises(mt.ShapeError):
        inner(mt.ones(1, 3))
    assert mode.scope is None


def test_a_module_is_freed_at_once():
    """No cycle keeps it, and no graph."""
    gc.disable()
    try:
        layer = nn.Linear(2, 2)
        layer.register_full_backward_hook(lambda *_: None)
        y = layer(mt.ones(1, 2, requires_grad=True))
        seen = weakref.ref(layer)
        del y, layer
        assert seen() is None
    finally:
        gc.enable()


def test_repr_is_pytorchs_layout():
    """Recorded from PyTorch: nesting, a module's own words before its children, lines within lines."""

    class Block(nn.Module):
        def __init__(self):
            self.body = nn.Sequential(nn.Linear(1, 2), nn.ReLU(inplace=True))
            self.pool = nn.Flatten()

        def extra_repr(self):
            return "kind=a\nsize=2"

    assert repr(Block()) == (
        "Block(\n"
        "  kind=a\n"
        "  size=2\n"
        "  (body): Sequential(\n"
        "    (0): Linear(in_features=1, out_features=2, bias=True)\n"
        "    (1): ReLU(inplace=True)\n"
        "  )\n"
        "  (pool): Flatten(start_dim=1, end_dim=-1)\n"
        ")"
    )
    assert repr(nn.Module()) == "Module()"


def test_parameter_is_a_leaf_whose_results_are_plain_tensors():
    """It shares memory with its data, prints as PyTorch's, and copies keep the class."""
    data = mt.zeros(2)
    parameter = nn.Parameter(data)
    assert repr(parameter) == "Parameter containing:\ntensor([0., 0.], requires_grad=True)"
    assert np.shares_memory(parameter.numpy(), data.numpy())
    assert type(parameter * 1) is mt.Tensor
    assert type(parameter.detach()) is mt.Tensor
    assert type(copy.deepcopy(parameter)) is type(pickle.loads(pickle.dumps(parameter))) is nn.Parameter
    assert nn.Parameter(mt.ones(2, requires_grad=True) * 2).is_leaf
    assert not nn.Parameter(mt.ones(2), requires_grad=False).requires_grad
    assert nn.Parameter().shape == (0,)


def test_an_error_within_a_network_ends_with_the_path_of_its_layer():
    model = mt.nn.Sequential(mt.nn.Sequential(mt.nn.Conv2d(1, 2, 3), mt.nn.ReLU()), mt.nn.Conv2d(3, 4, 3))
    for _ in range(2):  # what one call leaves behind is not in the way of the next
        with pytest.raises(mt.ShapeError) as caught:
            model(mt.ones(1, 1, 8, 8))
        lines = str(caught.value).splitlines()
        assert lines[0] == "conv2d: the input has 2 channels, the weight expects 3"
        assert lines[-1] == "  in the layer '1', Conv2d"
    with pytest.raises(TypeError, match=r"in the layer '0\.0', Conv2d$"):
        model(mt.ones(1, 1, 8, 8, dtype=mt.float64))
    with pytest.raises(mt.ShapeError) as alone:
        model[1](mt.ones(1, 1, 8, 8))
    assert "in the layer" not in str(alone.value)


def test_a_layer_without_arguments_refuses_them():
    with pytest.raises(TypeError) as caught:
        mt.nn.Tanh(3, inplace=True)
    assert str(caught.value) == "Tanh takes no arguments, got 3, inplace"
