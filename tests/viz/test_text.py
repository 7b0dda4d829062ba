"""Shows how a picture reads as text: a line for each operation, columns that stand below each other, whatever the names are."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minitensor.viz.elements import GraphData, GraphEdge, GraphNode, Group, Saved, Statistics
from minitensor.viz.text import aligned, as_text, display_width, references

TEXT = st.text(st.one_of(st.characters(codec=None), st.sampled_from("\t\n\r\x00\x1b\x85\u2028\u202e\ud800日🙂e\u0301%")))


def edges(*triples):
    return tuple(GraphEdge(*triple) for triple in triples)


def test_a_forward_pass_reads_like_this():
    nodes = (
        GraphNode("n0", "input", "x", (32, 1, 28, 28), "float32"),
        GraphNode("n1", "parameter", "features.0.weight", (16, 1, 5, 5), "float32", "g1", elements=400),
        GraphNode("n2", "buffer", "features.1.mean", (16,), "float32", "g2", elements=16),
        GraphNode("n3", "operation", "conv2d 5x5 /2", (32, 16, 12, 12), "float32", "g1"),
        GraphNode("n4", "operation", "sub", (32, 16, 12, 12), "float32", "g2"),
        GraphNode("n5", "operation", "mul", (32, 16, 12, 12), "float32", constants={"b": "0.5"}),
        GraphNode("n6", "operation", "sum over (0, 1, 2, 3)", (), "float32", name="loss", output=True),
    )
    flow = edges(
        ("n0", "n3", "x"), ("n1", "n3", "w"), ("n3", "n4", "a"), ("n2", "n4", "b"), ("n4", "n5", "a"), ("n5", "n6", "x")
    )
    groups = (
        Group("g0", None, "features: Sequential", "module"),
        Group("g1", "g0", "features.0: Conv2d", "module"),
        Group("g2", "g0", "features.1: Centre", "module"),
    )
    data = GraphData("forward", nodes, flow, groups, ("drawn to a depth of 3",))
    assert as_text(data) == (
        "forward graph: 4 operations, 400 parameters\n"
        "\n"
        "inputs\n"
        "  x                  (32, 1, 28, 28)  float32\n"
        "parameters\n"
        "  features.0.weight  (16, 1, 5, 5)    float32\n"
        "buffers\n"
        "  features.1.mean    (16,)            float32\n"
        "\n"
        "features: Sequential\n"
        "  features.0: Conv2d\n"
        "    %1 = conv2d 5x5 /2 (x, features.0.weight)  (32, 16, 12, 12)  float32\n"
        "  features.1: Centre\n"
        "    %2 = sub (%1, features.1.mean)             (32, 16, 12, 12)  float32\n"
        "%3 = mul (%2, b = 0.5)                         (32, 16, 12, 12)  float32\n"
        "loss = sum over (0, 1, 2, 3) (%3)              ()                float32\n"
        "\n"
        "note: drawn to a depth of 3\n"
    )


def test_a_backward_pass_has_its_formulas_beside_it():
    nodes = (
        GraphNode("n0", "input", "dY", (4, 2), "float32"),
        GraphNode("n1", "value", "relu", (4, 3), "float32"),
        GraphNode("n2", "value", "relu", (4, 3), "float32"),
        GraphNode(
            "n3", "gradient", "permute (1, 0)", (3, 4), "float32", "g1", formula="dB = A^T @ dY", of="n9", of_label="matmul"
        ),
        GraphNode("n4", "gradient", "matmul", (3, 2), "float32", "g1", formula="dB = A^T @ dY", of="n9", of_label="matmul"),
        GraphNode("n5", "gradient", "where", (4, 3), "float32", formula="dA = dY where Y > 0", of="n2", of_label="relu"),
        GraphNode("n6", "gradient", "odd", (4, 3), "float32", argument="x", of_label="custom"),
    )
    flow = edges(("n1", "n3", "x"), ("n3", "n4", "a"), ("n0", "n4", "b"), ("n2", "n5", "a"), ("n5", "n6", "a"))
    groups = (
        Group("g0", None, "gradient of head: Linear", "backward"),
        Group("g1", "g0", "dB = A^T @ dY", "gradient"),
    )
    assert as_text(GraphData("backward", nodes, flow, groups)) == (
        "backward graph: 4 operations\n"
        "\n"
        "inputs\n"
        "  dY         (4, 2)  float32\n"
        "values of the forward pass\n"
        "  %1 = relu  (4, 3)  float32\n"
        "  %2 = relu  (4, 3)  float32\n"
        "\n"
        "gradient of head: Linear\n"
        "  dB = A^T @ dY  of matmul\n"
        "    %3 = permute (1, 0) (%1)  (3, 4)  float32\n"
        "    %4 = matmul (%3, dY)      (3, 2)  float32\n"
        "%5 = where (%2)               (4, 3)  float32  dA = dY where Y > 0  of %2\n"
        "%6 = odd (%5)                 (4, 3)  float32  gradient of x        of custom\n"
    )


def test_what_was_recorded_stands_in_columns_of_its_own():
    kept = (Saved("x", (4,), "float32", 16_000, 0, 16_000), Saved("y", (4,), "float32", 16_000, 1, 16_000))
    nodes = (
        GraphNode("n0", "input", "x", (4,), "float32", value=Statistics(2.0, 0, 0, 4)),
        GraphNode(
            "n1",
            "operation",
            "exp",
            (4,),
            "float32",
            saved=kept,
            seconds=1.5e-3,
            line="train.py:12",
            value=Statistics(3.25, 1, 0, 4),
        ),
        GraphNode("n2", "operation", "neg", (4,), "float32", seconds=2e-6, line="train.py:9"),
    )
    data = GraphData("forward", nodes, edges(("n0", "n1", "x"), ("n1", "n2", "x")))
    assert as_text(data, saved=True, values=True).splitlines()[2:] == [
        "inputs",
        "  x  (4,)  float32  norm 2",
        "",
        "%1 = exp (x)   (4,)  float32  keeps x 16 kB, y 16 kB  norm 3.25 of the finite, NaN: 1 of 4  1.5 ms  train.py:12",
        "%2 = neg (%1)  (4,)  float32                                                                2 µs    train.py:9",
    ]
    assert as_text(data, saved=True).splitlines()[0] == "forward graph: 2 operations, 32 kB kept for the gradient"
    assert as_text(data).splitlines()[5] == "%1 = exp (x)   (4,)  float32  NaN: 1 of 4  1.5 ms  train.py:12"


def test_a_collapsed_group_stands_in_brackets_with_what_is_in_it():
    nodes = (
        GraphNode("n0", "input", "x", (4,), "float32"),
        GraphNode("g0", "group", "blocks.0 … blocks.11: Block x12", (4,), "float32", count=48, elements=1200),
    )
    lines = as_text(GraphData("forward", nodes, edges(("n0", "g0", "x")))).splitlines()
    assert lines[0] == "forward graph: 48 operations, 1,200 parameters"
    assert lines[-1] == "%1 = [blocks.0 … blocks.11: Block x12] (x)  (4,)  float32  48 operations, 1,200 parameters"


def test_a_module_that_is_entered_again_says_so():
    groups = Group("g0", None, "a", "module"), Group("g1", "g0", "a.b", "module"), Group("g2", None, "c", "module")
    nodes = tuple(
        GraphNode(f"n{i}", "operation", "op", group=group) for i, group in enumerate(["g1", "g2", "g1", "g0", "g1"])
    )
    assert as_text(GraphData("forward", nodes, (), groups)).splitlines()[2:] == [
        "a",
        "  a.b",
        "    %1 = op ()",
        "c",
        "  %2 = op ()",
        "a  (continued)",
        "  a.b  (continued)",
        "    %3 = op ()",
        "  %4 = op ()",
        "  a.b  (continued)",
        "    %5 = op ()",
    ]


def test_what_is_called_alike_is_told_apart_by_numbers():
    nodes = (
        GraphNode("n0", "input", "mask"),
        GraphNode("n1", "input", "mask"),
        GraphNode("n2", "input", "%1"),
        GraphNode("n3", "input", "x"),
        GraphNode("n4", "operation", "relu"),
        GraphNode("n5", "operation", "relu", name="y"),
        GraphNode("n6", "parameter", "weight", name="w"),
        GraphNode("n7", "input", ""),
    )
    assert references(nodes) == {"n0": "%1", "n1": "%2", "n2": "%3", "n3": "x", "n4": "%4", "n5": "y", "n6": "w", "n7": "%5"}
    assert as_text(GraphData("forward", nodes, ())).splitlines()[2:] == [
        "inputs", "  %1 = mask", "  %2 = mask", "  %3 = %1", "  x", "  %5 =", "parameters", "  w  = weight", "", "%4 = relu ()", "y  = relu ()",
    ]  # fmt: skip


def test_an_argument_that_is_given_twice_stands_twice():
    nodes = GraphNode("n0", "input", "a"), GraphNode("n1", "operation", "mul")
    assert as_text(GraphData("forward", nodes, edges(("n0", "n1", "a"), ("n0", "n1", "b")))).endswith("%1 = mul (a, a)\n")


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("abc", 3),
        ("日本語", 6),
        ("Привет", 6),
        ("🙂", 2),
        ("e\u0301", 1),
        ("a\u200db", 2),
        ("\uff71", 1),
        ("\uff21", 2),
    ],
)
def test_wide_characters_take_two_columns_and_joining_ones_none(text, width):
    assert display_width(text) == width


def test_columns_stand_below_each_other_for_wide_names_too():
    lines = aligned([("日本", "x", ""), ("e\u0301", "y", ""), ("abcdef", "", "")])
    assert lines == ["日本    x", "e\u0301       y", "abcdef"]


def test_a_very_long_cell_does_not_move_the_columns_after_it():
    assert aligned([("a", "(3,)", "float32"), ("b" * 100, "(3,)", "float32")]) == [
        "a  (3,)  float32",
        "b" * 100 + "  (3,)  float32",
    ]


@settings(max_examples=200, derandomize=True, deadline=None)
@given(TEXT, TEXT, TEXT)
def test_a_node_is_one_line_whatever_it_is_called(label, name, title):
    groups = (Group("g0", None, title, "module"),)
    nodes = (
        GraphNode("n0", "input", label, name=name or None),
        GraphNode("n1", "operation", label, group="g0", line=title, constants={"b": label}),
        GraphNode("n2", "gradient", label, group="g0", formula=title, of_label=name),
    )
    text = as_text(GraphData("both", nodes, edges(("n0", "n1", "x")), groups, (label,)))
    assert len(text.splitlines()) == text.count("\n") == 10
    text.encode()


def test_a_line_feed_is_shown_as_its_escape():
    text = as_text(GraphData("forward", (GraphNode("n0", "input", 'two\nlines\t<b>\\ & "|{日本\x1b'),), ()))
    assert text.endswith('inputs\n  two\\nlines\\t<b>\\ & "|{日本\\x1b\n')


def test_a_hundred_thousand_operations_are_listed():
    count = 100_000
    nodes = tuple(GraphNode(f"n{i}", "operation", "relu", (4,), "float32", f"g{i // 100}") for i in range(count))
    groups = tuple(Group(f"g{i}", None, f"layer {i}", "module") for i in range(count // 100))
    flow = tuple(GraphEdge(f"n{i}", f"n{i + 1}", "x") for i in range(count - 1))
    lines = as_text(GraphData("forward", nodes, flow, groups)).splitlines()
    assert len(lines) == 2 + count + count // 100
    assert lines[-1] == "  %100000 = relu (%99999)  (4,)  float32"
    assert re.fullmatch(r"  %7 +  ?= relu \(%6\) +\(4,\)  float32", lines[9])
