"""A summary finds the layers wherever they are held, takes every kind of input, and prints as a table."""

from __future__ import annotations

import json
import re
from collections import OrderedDict

import numpy as np

import minitensor as mt
from minitensor import nn
from minitensor.viz.summary import summary

# What a model may be


class Pieces(nn.Module):
    """Layers in a list, in a dict and in a ModuleDict, a parameter of its own, one layer that is not called, three outputs."""

    def __init__(self):
        self.steps = [nn.Linear(3, 4), [nn.Linear(4, 4)]]
        self.heads = {"a": nn.Linear(4, 2), "b": nn.Linear(4, 1)}
        self.named = nn.ModuleDict({"relu": nn.ReLU(), "idle": nn.Sequential(nn.Linear(9, 9))})
        self.scale = nn.Parameter(mt.ones(4))

    def forward(self, x):
        x = self.named["relu"](self.steps[1][0](self.steps[0](x)) * self.scale)
        return {"a": self.heads["a"](x), "both": (self.heads["b"](x), [x])}


def test_layers_in_lists_and_dicts_have_dotted_paths():
    found = summary(Pieces(), (5, 3))
    assert [(row.path, row.depth, row.call, row.output_shape, row.parameters, row.counted) for row in found.rows] == [
        ("", 0, 1, {"a": (5, 2), "both": ((5, 1), ((5, 4),))}, 145, 4),
        ("steps.0", 1, 1, (5, 4), 16, 16),
        ("steps.1.0", 1, 1, (5, 4), 20, 20),
        ("named", 1, 0, None, 90, 0),
        ("named.relu", 2, 1, (5, 4), 0, 0),
        ("named.idle", 2, 0, None, 90, 0),
        ("named.idle.0", 3, 0, None, 90, 90),
        ("heads.a", 1, 1, (5, 2), 10, 10),
        ("heads.b", 1, 1, (5, 1), 5, 5),
    ]
    assert found.multiply_adds == 5 * (16 + 20 + 10 + 5)
    assert found.output_bytes == 2 * 5 * (4 + 4 + 2 + 1) * 4
    assert json.loads(json.dumps(found.to_dict()))["rows"][1]["output_shape"] == [5, 4]


def test_a_layer_of_ones_own_counts_by_its_parameters_names():
    class Cell(nn.Module):
        def __init__(self):
            self.weight_ih, self.gain, self.weight = (
                nn.Parameter(mt.ones(4, 3)),
                nn.Parameter(mt.ones(4)),
                nn.Parameter(mt.ones(4, 4)),
            )

        def forward(self, x):
            return (x @ self.weight_ih.T * self.gain) @ self.weight

    found = summary(Cell(), (5, 7, 3))
    assert (found.total_parameters, found.multiply_adds) == (32, 5 * 7 * 12 + 5 * 16)


def test_a_convolution_of_ones_own_counts_as_one():
    class Pointwise(nn.Conv2d):
        pass

    class MyConv(nn.Module):
        def __init__(self):
            self.weight = nn.Parameter(mt.ones(4, 3, 1, 1))

        def forward(self, x):
            return nn.functional.conv2d(x, self.weight)

    assert summary(Pointwise(3, 4, 1), (2, 3, 5, 6)).multiply_adds == 2 * 30 * 16
    assert summary(MyConv(), (2, 3, 5, 6)).multiply_adds == 2 * 30 * 12


def test_a_tied_weight_counts_once():
    model = nn.Sequential(nn.Linear(6, 6, bias=False), nn.Linear(6, 6))
    model[1].weight = model[0].weight
    found = summary(model, (2, 6))
    assert (found.total_parameters, found.parameter_bytes) == (42, 168)
    assert [(row.parameters, row.counted) for row in found.rows] == [(42, 0), (36, 36), (42, 6)]
    assert found.multiply_adds == 2 * (36 + 42)


def test_a_layer_that_two_modules_hold_stands_where_it_was_called():
    shared = nn.Linear(3, 3)
    model = nn.Sequential(OrderedDict(a=nn.Sequential(shared), b=nn.Sequential(nn.Tanh(), shared)))
    rows = summary(model, (2, 3)).rows
    assert [(row.path, row.call, row.counted) for row in rows] == [
        ("", 1, 0),
        ("a", 1, 0),
        ("a.0", 1, 12),
        ("b", 1, 0),
        ("b.0", 1, 0),
        ("b.1", 2, 0),
    ]


def test_a_model_that_catches_a_layers_error_goes_on():
    class Cautious(nn.Module):
        def __init__(self):
            self.wrong = nn.Sequential(nn.Linear(4, 2))
            self.right = nn.Linear(3, 2)

        def forward(self, x):
            try:
                return self.wrong(x)
            except mt.ShapeError:
                return self.right(x)

    rows = summary(Cautious(), (5, 3)).rows
    assert [(row.path, row.output_shape) for row in rows] == [
        ("", (5, 2)),
        ("wrong", None),
        ("wrong.0", None),
        ("right", (5, 2)),
    ]


def test_a_model_without_parameters():
    found = summary(nn.Sequential(nn.ReLU(), nn.Flatten()), (2, 3, 4))
    assert (
        found.total_parameters,
        found.trainable_parameters,
        found.multiply_adds,
        found.output_bytes,
        found.parameter_bytes,
    ) == (0,) * 5
    assert found.input_bytes == 96


def test_a_thousand_layers_and_two_hundred_levels():
    flat = summary(nn.Sequential(*[nn.Linear(2, 2) for _ in range(1000)]), (1, 2))
    assert (len(flat.rows), flat.total_parameters, flat.multiply_adds) == (1001, 6000, 6000)
    assert "└─ 999" in str(flat)
    model = nn.Linear(2, 2)
    for _ in range(200):
        model = nn.Sequential(model)
    deep = summary(model, (1, 2))
    assert (deep.rows[-1].depth, deep.rows[-1].path) == (200, ".".join("0" * 200))


# The input


class Pair(nn.Module):
    def __init__(self):
        self.left, self.right = nn.Linear(3, 2), nn.Linear(4, 2)

    def forward(self, x, y, times=1):
        return self.left(x) + self.right(y) * times


def test_several_inputs_are_sizes_arguments_or_keywords():
    x, y = mt.ones(5, 3), np.ones((5, 4), np.float32)
    for found in (summary(Pair(), [(5, 3), (5, 4)]), summary(Pair(), ((5, 3), (5, 4))), summary(Pair(), input_data=[x, y])):
        assert (found.rows[0].input_shape, found.rows[0].output_shape) == (((5, 3), (5, 4)), (5, 2))
        assert (found.input_bytes, found.multiply_adds) == (140, 5 * 8 + 5 * 10)
    assert summary(Pair(), input_data={"y": y, "x": x, "times": 3}).rows[0].input_shape == {"y": (5, 4), "x": (5, 3)}
    assert summary(nn.Linear(4, 2), input_data=y).rows[0].input_shape == (5, 4)


def test_batch_dim_adds_an_axis_of_length_1():
    assert summary(nn.Conv2d(1, 2, 3), (1, 8, 8), batch_dim=0).rows[0].output_shape == (1, 2, 6, 6)
    assert summary(nn.Identity(), (4, 3), batch_dim=2).rows[0].output_shape == (4, 3, 1)
    assert summary(Pair(), [(3,), (4,)], batch_dim=0).rows[0].input_shape == ((1, 3), (1, 4))


def test_the_input_is_of_the_parameters_dtype_unless_another_is_given():
    class Show(nn.Module):
        def forward(self, *inputs):
            seen.extend((one.dtype, one.any().item()) for one in inputs)

    seen = []
    summary(nn.Sequential(nn.Linear(3, 3).double(), Show()), (2, 3))
    summary(Show(), [(2,), (3,)], dtypes=[mt.int64, mt.float16])
    summary(Show(), (2,), dtypes="bool")
    assert seen == [(mt.float64, True), (mt.int64, False), (mt.float16, True), (np.dtype(bool), False)]


# How it prints


class Small(nn.Module):
    def __init__(self):
        self.features = nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2))
        self.hidden = [nn.Linear(1176, 32), nn.Linear(32, 32)]
        self.heads = nn.ModuleDict({"digit": nn.Linear(32, 10), "idle": nn.Linear(32, 2)})
        self.hidden[0].requires_grad_(False)
        self.features[0].bias.requires_grad_(False)

    def forward(self, x):
        x = self.hidden[0](self.features(x).flatten(1))
        x = self.hidden[1](self.hidden[1](x))
        return {"digit": self.heads["digit"](x), "hidden": (x, x)}


def test_it_prints_as_a_table():
    assert str(summary(Small(), (2, 1, 28, 28))) == (
        """\
Small, called with (2, 1, 28, 28)

path         layer                   kernel  output shape                                  parameters  multiply-adds
────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
(model)      Small                           {digit: (2, 10), hidden: [(2, 32), (2, 32)]}           -              -
├─ features  Sequential                      (2, 6, 14, 14)                                         -              -
│  ├─ 0      Conv2d (partly frozen)  5x5     (2, 6, 28, 28)                                       156        244,608
│  ├─ 1      ReLU                            (2, 6, 28, 28)                                         -              -
│  └─ 2      MaxPool2d               2x2     (2, 6, 14, 14)                                         -              -
├─ hidden.0  Linear (frozen)                 (2, 32)                                           37,664         75,328
├─ hidden.1  Linear                          (2, 32)                                            1,056          2,112
├─ hidden.1  Linear                          (2, 32)                                         (shared)          2,112
└─ heads     ModuleDict                                                                             -              -
   ├─ digit  Linear                          (2, 10)                                              330            660
   └─ idle   Linear                          not called                                            66              -
────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
parameters                                 39,272    39.3 k
trainable parameters                        1,602     1.6 k
multiply-adds                             324,820   324.8 k
bytes of the input                          6,272    6.3 kB
bytes of the outputs and their gradients   76,960   77.0 kB
bytes of the parameters                   157,088  157.1 kB
bytes in all                              240,320  240.3 kB"""
    )


def test_depth_folds_what_lies_below():
    assert str(summary(Small(), (2, 1, 28, 28), depth=1)) == (
        """\
Small, called with (2, 1, 28, 28)

path         layer                       kernel  output shape                                  parameters  multiply-adds
────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
(model)      Small                               {digit: (2, 10), hidden: [(2, 32), (2, 32)]}           -              -
├─ features  Sequential (partly frozen)          (2, 6, 14, 14)                                       156        244,608
├─ hidden.0  Linear (frozen)                     (2, 32)                                           37,664         75,328
├─ hidden.1  Linear                              (2, 32)                                            1,056          2,112
├─ hidden.1  Linear                              (2, 32)                                         (shared)          2,112
└─ heads     ModuleDict                                                                               396            660
────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
parameters                                 39,272    39.3 k
trainable parameters                        1,602     1.6 k
multiply-adds                             324,820   324.8 k
bytes of the input                          6,272    6.3 kB
bytes of the outputs and their gradients   76,960   77.0 kB
bytes of the parameters                   157,088  157.1 kB
bytes in all                              240,320  240.3 kB"""
    )


def test_names_stay_on_their_line_and_columns_below_each_other():
    layers = {"头<b>&\n\"'": nn.Identity(), "e\u0301": nn.Identity()}

    class Named(nn.Module):
        def __init__(self):
            self.layers = layers

        def forward(self, x):
            for layer in layers.values():
                x = layer(x)
            return x

    found = summary(Named(), (2,))
    lines = str(found).split("\n")[5:7]
    assert lines == [
        "├─ layers.头<b>&\\n\"'  Identity          (2,)                   -              -",
        "└─ layers.e\u0301           Identity          (2,)                   -              -",
    ]
    html = found._repr_html_()
    assert "layers.头&lt;b&gt;&amp;\\n&quot;&#x27;</td>" in html
    assert set(re.findall(r"<(\w+)", html)) == {"table", "caption", "thead", "tbody", "tr", "th", "td"}


def test_the_html_holds_what_the_text_does():
    found = summary(Small(), (2, 1, 28, 28))
    cells = re.sub(r"<[^>]*>", " ", found._repr_html_()).split()
    assert cells == [word for word in str(found).split() if not set(word) <= set("│├└─")]
