"""Shows that DOT holds every node, edge and frame, that every label comes out of it as it went in, and that it never varies."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import pygraphviz
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minitensor.viz.dot import SHAPES, dot_source
from minitensor.viz.elements import GraphData, GraphEdge, GraphNode, Group, Saved, Statistics
from minitensor.viz.palette import ALARM, COLOURS, INK
from minitensor.viz.render import render
from minitensor.viz.words import printable

ROOT = Path(__file__).resolve().parents[2]
SVG, TITLE = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}title"

LABELS = [
    "<b>x</b>", "<", ">", "a < b > c", "<x", "{a|b}", "|", 'say "hi"', '"', '\\"', "back\\slash", "\\", "\\\\", "ends\\", "\\N", "\\G",
    "\\E \\T \\H \\L", "\\l", "\\n", "\\r", "\\\\N", "two\nlines", "\n", "a\\\nb", "&amp;", "&", "&lt;b&gt;", "&#65;", "&amp;amp;", "&nosuch;",
    "日本語", "Привет", "שלום", "مرحبا", "🙂", "👩\u200d💻", "e\u0301", "node", "digraph", "1.5", "", " ", "a -> b", "-->", "]]>",
    "/* c */", "// c", "# c", "%s {0}", "'", "a;b", "\ufeff", "tab\there", "\x00\x1b", "\u202egnp", "\ud800",
]  # fmt: skip


def leaf(number, label="x", **fields):
    return GraphNode(f"n{number}", "input", label, **fields)


def picture(*nodes, edges=(), groups=(), direction="forward", notes=()):
    return GraphData(direction, tuple(nodes), tuple(edges), tuple(groups), tuple(notes))


def parsed(data, **options):
    return pygraphviz.AGraph(string=dot_source(data, **options))


def shown(attribute, times=1):
    """What Graphviz makes of a label or a tooltip, by its documentation: escapes, `times` over, then entities."""
    for _ in range(times):
        attribute = re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], attribute)
    return html.unescape(attribute)


def texts(element):
    """The lines that stand in an SVG element. Graphviz writes every other of several spaces as one that does not break."""
    return "\n".join((line.text or "").replace("\xa0", " ") for line in element.iter(f"{SVG}text"))


def as_drawn(label):
    """The lines of a label as the drawing has them: an empty one among others is a space, which is as tall."""
    lines = printable(label).replace("\xa0", " ").split("\n")
    return "\n".join(line or " " for line in lines) if len(lines) > 1 else lines[0]


def drawn(data):
    """The drawing, and its elements by the titles that Graphviz gives them: the names of nodes and clusters."""
    root = ET.fromstring(render(dot_source(data), "svg"))
    groups = [group for group in root.iter(f"{SVG}g") if group.find(f"{SVG}title") is not None]
    return {"picture": root, **{group.find(f"{SVG}title").text: group for group in groups}}


def residual():
    """relu(x * w) + x in a block, its gradients, and every other kind of node."""
    groups = (
        Group("g0", None, "block: Block", "module", "block"),
        Group("g1", "g0", "block.act: ReLU", "module", "block.act"),
        Group("g2", None, "gradient of block: Block", "backward", "block"),
        Group("g3", "g2", "dA = dY where Y > 0", "gradient", of="n4"),
    )
    nodes = (
        GraphNode("n0", "input", "x", (3,), "float32"),
        GraphNode("n1", "parameter", "block.w", (3,), "float32", "g0", elements=3),
        GraphNode("n2", "buffer", "block.mean", (3,), "float32", "g0", elements=3),
        GraphNode("n3", "operation", "mul", (3,), "float32", "g0", saved=(Saved("a", (3,), "float32", 12, 0, 12),)),
        GraphNode("n4", "operation", "relu", (3,), "float32", "g1"),
        GraphNode("n5", "operation", "add", (3,), "float32", "g0", name="y", output=True),
        GraphNode("n6", "input", "dY", (3,), "float32"),
        GraphNode("n7", "gradient", "gt", (3,), "bool", "g3", formula="dA = dY where Y > 0", of="n4", of_label="relu", argument="x"),
        GraphNode("n8", "gradient", "where", (3,), "float32", "g3", formula="dA = dY where Y > 0", of="n4", of_label="relu", argument="x"),
        GraphNode("n9", "gradient", "mul", (3,), "float32", "g2", formula="dB = dY * A", of="n3", of_label="mul", argument="b"),
    )  # fmt: skip
    edges = [("n0", "n3", "a"), ("n1", "n3", "b"), ("n3", "n4", "x"), ("n4", "n5", "a"), ("n0", "n5", "b"),
             ("n4", "n7", "a"), ("n7", "n8", "condition"), ("n6", "n8", "x"), ("n8", "n9", "a"), ("n0", "n9", "b")]  # fmt: skip
    return picture(*nodes, edges=[GraphEdge(*edge) for edge in edges], groups=groups, direction="both")


def test_a_small_graph_reads_like_this():
    nodes = (
        leaf(0, "x", shape=(3,), dtype="float32"),
        GraphNode("n1", "operation", "mul", (3,), "float32", "g0", output=True),
    )
    data = picture(
        *nodes,
        edges=[GraphEdge("n0", "n1", "a"), GraphEdge("n0", "n1", "b")],
        groups=[Group("g0", None, "Square", "module")],
    )
    assert dot_source(data) == (
        'digraph "forward graph: 1 operation" {\n'
        '\tgraph [bgcolor=transparent compound=true fontcolor="#767676" fontname="Helvetica,Arial,sans-serif" fontsize=11 labeljust=l nodesep=0.25 ranksep=0.35]\n'
        '\tnode [color="#0072b2" fillcolor="#dcebf5" fontcolor="#1a1a1a" fontname="Helvetica,Arial,sans-serif" fontsize=11 margin="0.14,0.07" shape=box style="rounded,filled"]\n'
        '\tedge [arrowsize=0.7 color="#767676"]\n'
        '\tn0 [label="x\\n(3,) float32" color="#009e73" fillcolor="#dcf1ea" margin="0.04,0.02" shape=ellipse style=filled tooltip="x\\n(3,) float32"]\n'
        "\tsubgraph cluster_g0 {\n"
        '\t\tcolor="#767676" fontcolor="#767676" label=Square labelloc=t style=rounded tooltip=Square\n'
        '\t\tn1 [label="mul\\n(3,) float32" penwidth=2.5 tooltip="mul\\n(3,) float32"]\n'
        "\t}\n"
        '\tn0 -> n1 [tooltip="a of mul"]\n'
        '\tn0 -> n1 [tooltip="b of mul"]\n'
        "}\n"
    )


def test_every_node_and_edge_is_there_as_often_as_it_is():
    data = residual()
    graph = parsed(data)
    assert set(graph.nodes()) == {node.id for node in data.nodes}
    flow = [edge for edge in graph.edges() if edge.attr["style"] != "dashed"]
    seen = Counter((edge[1], edge[0]) if edge.attr["dir"] == "back" else (edge[0], edge[1]) for edge in flow)
    assert seen == Counter((edge.source, edge.target) for edge in data.edges)


def test_an_edge_that_stands_twice_is_drawn_twice():
    data = picture(
        leaf(0), GraphNode("n1", "operation", "mul"), edges=[GraphEdge("n0", "n1", "a"), GraphEdge("n0", "n1", "b")]
    )
    assert len(parsed(data).edges()) == 2
    assert render(dot_source(data), "svg").count(b"n0&#45;&gt;n1</title>") == 2


def test_frames_stand_within_the_frames_of_their_parents():
    def tree(graph):
        return {inner.name: (set(inner.nodes()), tree(inner)) for inner in graph.subgraphs()}

    assert tree(parsed(residual())) == {
        "cluster_g0": ({"n1", "n2", "n3", "n4", "n5"}, {"cluster_g1": ({"n4"}, {})}),
        "cluster_g2": ({"n7", "n8", "n9"}, {"cluster_g3": ({"n7", "n8"}, {})}),
    }


def test_frames_stand_in_the_order_of_the_groups():
    groups = [Group(f"g{i}", None if i < 3 else "g1", f"group {i}", "module") for i in range(6)]
    names = re.findall(r"subgraph (\w+)", dot_source(picture(*(leaf(i, group=f"g{i}") for i in range(6)), groups=groups)))
    assert names == [f"cluster_g{i}" for i in (0, 1, 3, 4, 5, 2)]


def test_frames_can_stand_a_thousand_deep():
    groups = [Group(f"g{i}", f"g{i - 1}" if i else None, f"depth {i}", "module") for i in range(1000)]
    assert dot_source(picture(leaf(0, group="g999"), groups=groups)).count("subgraph") == 1000


def test_in_both_directions_each_formula_is_tied_to_its_operation_once():
    graph = parsed(residual())
    ties = [edge for edge in graph.edges() if edge.attr["style"] == "dashed"]
    assert [(*edge, edge.attr["lhead"], edge.attr["arrowhead"]) for edge in ties] == [
        ("n3", "n9", "", "none"),
        ("n4", "n7", "cluster_g3", "none"),
    ]


def test_in_both_directions_the_backward_pass_runs_upwards_beside_the_forward_pass():
    drawing = drawn(residual())
    height = {}
    for name, element in drawing.items():
        if re.fullmatch(r"n\d+", name):
            height[name] = float(element.find(f".//{SVG}text").get("y"))
    assert height["n3"] < height["n4"] < height["n5"]
    assert height["n9"] < height["n8"] < height["n7"]
    assert abs(height["n3"] - height["n9"]) < 30


def test_one_direction_alone_has_no_ties_and_runs_downwards():
    data = residual()
    source = dot_source(GraphData("backward", data.nodes, data.edges, data.groups))
    assert "dashed" not in source
    assert "dir=" not in source


@pytest.mark.parametrize("kind", COLOURS)
def test_a_kind_has_a_shape_and_colours_of_its_own(kind):
    graph = parsed(picture(GraphNode("n0", kind, "a")))
    attributes = graph.get_node("n0").attr
    assert (attributes["fillcolor"], attributes["color"], attributes["fontcolor"]) == COLOURS[kind]
    assert {key: attributes[key] for key in SHAPES[kind]} == SHAPES[kind]
    assert len({tuple(sorted(shape.items())) for shape in SHAPES.values()}) == len(SHAPES)


def test_the_page_shows_through_and_edges_have_the_grey_for_both():
    graph = parsed(residual())
    assert graph.graph_attr["bgcolor"] == "transparent"
    assert graph.edge_attr["color"] == INK
    assert {frame.graph_attr["fontcolor"] for frame in graph.subgraphs()} == {INK}


def test_nan_has_a_heavy_red_border_and_words():
    graph = parsed(picture(leaf(0, value=Statistics(1.0, 4, 0, 100)), leaf(1)))
    attributes = graph.get_node("n0").attr
    assert (attributes["color"], attributes["penwidth"]) == (ALARM, "4")
    assert attributes["label"] == "x\\nNaN: 4 of 100"


def test_tooltips_say_what_labels_leave_out():
    graph = parsed(residual())
    assert graph.get_node("n3").attr["label"] == "mul\\n(3,) float32"
    assert shown(graph.get_node("n3").attr["tooltip"]) == "mul\n(3,) float32\nkeeps a 12 B"
    assert graph.get_node("n8").attr["label"] == "where\\n(3,) float32"
    assert shown(graph.get_node("n8").attr["tooltip"]) == "dA = dY where Y > 0\nwhere\n(3,) float32\ngradient of x of relu"
    graph = parsed(residual(), saved=True)
    assert graph.get_node("n3").attr["label"].endswith("keeps a 12 B")


def test_labels_are_plain():
    data = picture(
        *(leaf(i, label, name=label) for i, label in enumerate(LABELS)), groups=[Group("g0", None, "<b>x</b>", "module")]
    )
    source = dot_source(data)
    assert not re.search(r"=\s*<", source)
    assert "record" not in source


@pytest.mark.parametrize("label", LABELS, ids=ascii)
def test_a_label_comes_out_of_dot_as_it_went_in(label):
    data = picture(
        leaf(0, label, group="g0"),
        GraphNode("n1", "operation", label),
        edges=[GraphEdge("n0", "n1", label)],
        groups=[Group("g0", None, label, "module")],
    )
    graph = parsed(data)
    assert shown(graph.get_node("n0").attr["label"] or "") == as_drawn(label)
    assert shown(graph.get_node("n1").attr["tooltip"] or "", times=2) == as_drawn(label)
    assert shown(graph.subgraphs()[0].graph_attr["label"] or "") == as_drawn(label)


@pytest.fixture(scope="module")
def every_label():
    """One drawing in which each label is that of a node, a frame, an edge's argument, and a note."""
    count = len(LABELS)
    nodes = [leaf(i, label, group=f"g{i}") for i, label in enumerate(LABELS)]
    edges = [GraphEdge(f"n{i}", f"n{count}", label) for i, label in enumerate(LABELS)]
    groups = [Group(f"g{i}", None, label, "module") for i, label in enumerate(LABELS)]
    return drawn(picture(*nodes, GraphNode(f"n{count}", "operation", "cat"), edges=edges, groups=groups, notes=LABELS))


@pytest.mark.parametrize("index", range(len(LABELS)), ids=lambda index: ascii(LABELS[index]))
def test_a_label_stands_in_the_drawing_as_it_is(every_label, index):
    expected = printable(LABELS[index])
    node, frame, edge = (every_label[name] for name in (f"n{index}", f"cluster_g{index}", f"n{index}->n{len(LABELS)}"))
    assert texts(node) == texts(frame) == as_drawn(LABELS[index])
    tooltips = [link.get(TITLE).replace("\xa0", " ") for element in (node, frame) for link in element.iter(f"{SVG}a")]
    assert set(tooltips) == ({as_drawn(LABELS[index])} if expected else set())
    told = expected.replace("\n", "\\n") or "an argument"
    assert edge.find(f".//{SVG}a").get(TITLE).replace("\xa0", " ") == f"{told} of cat"


def test_notes_stand_below_the_picture_as_they_are(every_label):
    lines = [line or " " for label in LABELS for line in printable(label).split("\n")]
    assert texts(every_label["picture"]).split("\n")[: len(lines)] == lines


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    st.lists(
        st.text(st.one_of(st.characters(codec=None), st.sampled_from('\\&<>"{}|nNlrGLETH;#\n')), max_size=12),
        min_size=1,
        max_size=8,
    )
)
def test_any_label_stands_in_the_drawing_as_it_is(labels):
    drawing = drawn(picture(*(leaf(i, label) for i, label in enumerate(labels))))
    assert [texts(drawing[f"n{i}"]) for i in range(len(labels))] == [as_drawn(label) for label in labels]


def test_the_text_is_the_same_on_every_run():
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import test_dot; sys.stdout.reconfigure(encoding='utf-8'); "
        "print(test_dot.dot_source(test_dot.residual(), saved=True, values=True), end='')"
    )
    expected = dot_source(residual(), saved=True, values=True)
    for seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", code, str(Path(__file__).parent)],
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert done.stdout.replace("\r\n", "\n") == expected
