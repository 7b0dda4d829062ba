"""The containers are lists and dicts whose entries a Module finds; the expected lines were read off PyTorch."""

from __future__ import annotations

from collections import OrderedDict

import pytest

import minitensor as mt
from minitensor import nn


def names(module):
    return [name for name, _ in module.named_children()]


def sizes(modules):
    return [module.out_features for module in modules]


def linears(*out_features):
    return [nn.Linear(1, size) for size in out_features]


def test_sequential_runs_its_modules_in_order():
    """Positional, from a mapping, and none at all."""
    model = nn.Sequential(nn.Flatten(), nn.Linear(4, 3), nn.ReLU())
    x = mt.randn(5, 2, 2)
    assert mt.equal(model(x), model[1](x.reshape(5, 4)).relu())
    assert names(model) == ["0", "1", "2"]
    named = nn.Sequential(OrderedDict(conv=nn.Identity(), act=nn.ReLU()))
    assert names(named) == ["conv", "act"]
    assert named.act is named[1]
    assert nn.Sequential()(x) is x


@pytest.mark.parametrize("kind", [nn.Sequential, lambda *modules: nn.ModuleList(modules)], ids=["Sequential", "ModuleList"])
def test_lists_behave_as_lists(kind):
    """Indexing, setting, deleting, inserting, appending, extending, adding, popping; names follow the places."""
    modules = kind(*linears(1, 2, 3, 4, 5))
    assert len(modules) == 5
    assert modules[-1].out_features == 5
    assert sizes(modules[1:3]) == [2, 3]
    assert type(modules[1:3]) is type(modules)
    assert modules[2] in modules
    assert nn.Linear(1, 3) not in modules
    modules[0] = nn.Linear(1, 9)
    del modules[1]
    assert sizes(modules) == [9, 3, 4, 5]
    del modules[1:3]
    assert sizes(modules) == [9, 5]
    assert modules.insert(1, nn.Linear(1, 7)) is modules
    assert modules.append(nn.Linear(1, 8)) is modules
    assert modules.extend(linears(6)) is modules
    modules += linears(2)
    assert sizes(modules) == [9, 7, 5, 8, 6, 2]
    assert names(modules) == ["0", "1", "2", "3", "4", "5"]
    assert modules.pop().out_features == 2
    assert modules.pop(0).out_features == 9
    both = modules + modules
    assert sizes(both) == [7, 5, 8, 6] * 2
    assert len(modules) == 4
    assert len(list(both.parameters())) == 8


def test_a_part_of_a_sequential_keeps_its_names():
    """So its state dict fits; a part of a ModuleList is numbered anew; what is appended gets a free name."""
    part = nn.Sequential(*linears(1, 2, 3))[1:]
    assert names(part) == ["1", "2"]
    part.append(nn.ReLU())
    assert names(part) == ["1", "2", "3"]
    assert names(nn.ModuleList(linears(1, 2, 3))[1:]) == ["0", "1"]


def test_module_dict_behaves_as_a_dict():
    """Keys, values, items, update, pop, clear."""
    modules = nn.ModuleDict({"a": nn.ReLU(), "b": nn.Tanh()})
    modules["c"] = nn.Sigmoid()
    modules.update([("a", nn.Identity())])
    assert list(modules) == list(modules.keys()) == names(modules) == ["a", "b", "c"]
    assert "b" in modules
    assert isinstance(modules["a"], nn.Identity)
    assert list(modules.values()) == [modules["a"], modules["b"], modules["c"]]
    assert dict(modules.items())["b"] is modules.pop("b")
    del modules["a"]
    assert len(modules) == 1
    modules.clear()
    assert not modules
    with pytest.raises(KeyError):
        modules["a"]
    with pytest.raises(KeyError):
        del modules["a"]


def test_parameter_containers_make_parameters_of_tensors():
    """They are trained; their names are places and keys."""
    parameters = nn.ParameterList([mt.zeros(2), nn.Parameter(mt.ones(3))])
    parameters.append(mt.zeros(1))
    assert [name for name, _ in parameters.named_parameters()] == ["0", "1", "2"]
    assert all(isinstance(parameter, nn.Parameter) for parameter in parameters)
    assert sum(p.numel() for p in parameters[1:]) == 4
    named = nn.ParameterDict({"scale": mt.ones(2)})
    named["shift"] = mt.zeros(2)
    assert list(named.state_dict()) == ["scale", "shift"]
    assert named["shift"].requires_grad


def test_repr_is_pytorchs():
    """Equal modules that follow each other are printed once; parameters by dtype and size."""
    assert repr(
        nn.ModuleList([*linears(4, 4), nn.ReLU(), *linears(4), nn.Sequential(nn.Tanh()), nn.Sequential(nn.Tanh())])
    ) == (
        "ModuleList(\n"
        "  (0-1): 2 x Linear(in_features=1, out_features=4, bias=True)\n"
        "  (2): ReLU()\n"
        "  (3): Linear(in_features=1, out_features=4, bias=True)\n"
        "  (4-5): 2 x Sequential(\n"
        "    (0): Tanh()\n"
        "  )\n"
        ")"
    )
    assert repr(nn.ModuleList()) == "ModuleList()"
    assert repr(nn.ModuleDict({"a": nn.Softmax(1)})) == "ModuleDict(\n  (a): Softmax(dim=1)\n)"
    assert repr(nn.ParameterList([mt.ones(2, 3), mt.ones(2)])) == (
        "ParameterList(\n"
        "    (0): Parameter containing: [float32 of size 2x3]\n"
        "    (1): Parameter containing: [float32 of size 2]\n"
        ")"
    )


def test_what_is_no_entry_is_refused():
    """By the whole message."""
    for make, kind, message in [
        (lambda: nn.Sequential([nn.ReLU()]), TypeError,
         "Sequential: expected modules one by one, got a list: write Sequential(*modules)"),
        (lambda: nn.Sequential(mt.relu), TypeError, "Sequential: expected a Module, got function"),
        (lambda: nn.ModuleList([None]), TypeError, "ModuleList: expected a Module, got NoneType"),
        (lambda: nn.ParameterList([1.0]), TypeError, "ParameterList: expected a Parameter, got float"),
        (lambda: nn.ModuleList()[0], IndexError, "ModuleList: there is no entry 0, it has 0"),
        (lambda: nn.ModuleDict({"keys": nn.ReLU()}), KeyError, "\"ModuleDict: ModuleDict has an attribute 'keys' already\""),
        (lambda: nn.ModuleDict({"a.b": nn.ReLU()}), KeyError, '"ModuleDict: the name is a word without a dot, got \'a.b\'"'),
    ]:  # fmt: skip
        with pytest.raises(kind) as error:
            make()
        assert str(error.value) == message
