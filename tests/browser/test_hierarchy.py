"""What the page shows of a graph, and what it finds in it, against the same worked out in Python."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minitensor.viz import GraphData, GraphEdge, GraphNode, Group


@st.composite
def graphs(draw):
    """Nodes in nested groups, edges from earlier nodes to later ones, some twice."""
    groups = []
    for number in range(draw(st.integers(0, 6))):
        parent = draw(st.sampled_from([None, *(group.id for group in groups)]))
        groups.append(Group(f"g{number}", parent, f"part {number}", "module", f"p{number}"))
    homes = st.sampled_from([None, *(group.id for group in groups)])
    count = draw(st.integers(1, 14))
    kinds = st.sampled_from(["operation", "parameter"])
    nodes = [GraphNode(f"n{number}", draw(kinds), f"op{number}", group=draw(homes)) for number in range(count)]
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] < pair[1])
    pairs = draw(st.lists(ends, max_size=25)) if count > 1 else []
    edges = [GraphEdge(f"n{source}", f"n{target}", "x") for source, target in pairs]
    return GraphData("forward", tuple(nodes), tuple(edges), tuple(groups))


def chain(data, node):
    """The groups around a node, from the outermost."""
    parent = {group.id: group.parent for group in data.groups}
    found = []
    group = node.group
    while group is not None:
        found.insert(0, group)
        group = parent[group]
    return found


def shown(data, expanded):
    """For each node its box, and the edges between boxes with how many each stands for."""
    owner = {}
    for node in data.nodes:
        closed = [group for group in chain(data, node) if group not in expanded]
        owner[node.id] = closed[0] if closed else node.id
    edges = {}
    for edge in data.edges:
        pair = owner[edge.source], owner[edge.target]
        if pair[0] != pair[1]:
            edges[pair] = edges.get(pair, 0) + 1
    return owner, edges


@settings(max_examples=100, deadline=None)
@given(graphs(), st.data())
def test_a_collapsed_group_stands_for_all_that_is_in_it(script, data, choice):
    expanded = set(choice.draw(st.lists(st.sampled_from([group.id for group in data.groups])))) if data.groups else set()
    owner, edges = shown(data, expanded)
    said = script.evaluate(
        """([data, expanded]) => {
            const view = visible(readGraph(data), new Set(expanded));
            return [[...view.owner], view.edges.map((edge) => [edge.source, edge.target, edge.parts.length]), view.boxes];
        }""",
        [data.to_dict(), sorted(expanded)],
    )
    assert dict(said[0]) == owner
    assert {(source, target): count for source, target, count in said[1]} == edges
    assert set(owner.values()) <= set(said[2])


@settings(max_examples=100, deadline=None)
@given(graphs(), st.data())
def test_up_and_down_lead_to_everything_before_and_after(script, data, choice):
    start = choice.draw(st.sampled_from([node.id for node in data.nodes]))
    for way, (near, far) in {"up": ("target", "source"), "down": ("source", "target")}.items():
        found, waiting = set(), [start]
        while waiting:
            here = waiting.pop()
            after = {getattr(edge, far) for edge in data.edges if getattr(edge, near) == here} - found
            found |= after
            waiting.extend(after)
        said = script.evaluate("([data, id, way]) => [...reach(readGraph(data), id, way)]", [data.to_dict(), start, way])
        assert set(said) == found


@settings(max_examples=60, deadline=None)
@given(graphs(), st.data())
def test_the_address_tells_what_was_expanded_and_selected(script, data, choice):
    expanded = choice.draw(st.sets(st.sampled_from([group.id for group in data.groups]))) if data.groups else set()
    selected = choice.draw(st.sampled_from([None, *(node.id for node in data.nodes)]))
    said = script.evaluate(
        """([data, expanded, selected]) => {
            const graph = readGraph(data);
            const state = readAddress(graph, "#" + writeAddress(graph, new Set(expanded), selected));
            return [[...state.expanded], state.selected];
        }""",
        [data.to_dict(), sorted(expanded), selected],
    )
    assert (set(said[0]), said[1]) == (expanded, selected)


@pytest.mark.parametrize(
    "address", ["#open=nothing,,%E0%A4%A&select=n99", "#", "#select", "#open=__proto__&select=constructor"]
)
def test_an_address_that_tells_nothing_is_let_be(script, address):
    data = GraphData("forward", (GraphNode("n0", "operation", "exp"),), ())
    said = script.evaluate("([data, text]) => readAddress(readGraph(data), text).selected", [data.to_dict(), address])
    assert said is None


def test_the_page_opens_at_the_top_modules_of_a_large_graph_and_opens_all_of_a_small_one(script):
    def network(blocks):
        groups = [Group("g0", None, "net: Net", "module", "net"), Group("r0", "g0", "net.0 … net.9", "repeat", "net.0", 10)]
        groups += [Group(f"g{number + 1}", "r0", f"net.{number}: Block", "module", f"net.{number}") for number in range(10)]
        groups += [Group("g99", None, "head: Linear", "module", "head")]
        nodes = [GraphNode(f"n{number}", "operation", "relu", group=f"g{number % 10 + 1}") for number in range(blocks)]
        nodes += [GraphNode(f"h{number}", "operation", "relu", group="g99") for number in range(70)]
        return GraphData("forward", tuple(nodes), (), tuple(groups)).to_dict()

    opened = "(data) => [...initialGroups(readGraph(data))].sort()"
    assert script.evaluate(opened, network(10)) == []
    small = GraphData(
        "forward", (GraphNode("n0", "operation", "relu", group="g1"),), (),
        (Group("g0", None, "net", "module", "net"), Group("g1", "g0", "net.a", "module", "net.a")),
    )  # fmt: skip
    assert script.evaluate(opened, small.to_dict()) == ["g0", "g1"]


def test_repeated_blocks_and_the_operations_of_a_formula_begin_collapsed(script):
    groups = (
        Group("r0", None, "0 … 1", "repeat", "0", 2), Group("g0", "r0", "0: Block", "module", "0"),
        Group("g1", None, "dA = dY * B", "gradient"), Group("g2", None, "head: Linear", "module", "head"),
    )  # fmt: skip
    nodes = tuple(GraphNode(f"n{number}", "operation", "relu", group=group.id) for number, group in enumerate(groups))
    data = GraphData("backward", nodes, (), groups)
    assert script.evaluate("(data) => [...initialGroups(readGraph(data))]", data.to_dict()) == ["g2"]


SOUGHT = GraphData(
    "both",
    (
        GraphNode("n0", "parameter", "layer1.0.conv2.weight", (4, 4, 3, 3), "float32", group="g0"),
        GraphNode("n1", "operation", "conv2d 3x3", (1,), "float32", operation="conv", line="train.py:12", group="g0"),
        GraphNode("n2", "operation", "mean over (0,)", (), "float32", name="loss"),
        GraphNode("n3", "gradient", "conv_transpose2d 3x3", formula="dX = conv_transpose(dY, W)", of="n1"),
    ),
    (GraphEdge("n0", "n1", "w"), GraphEdge("n1", "n2", "a")),
    (Group("g0", None, "layer1.0.conv2: Conv2d", "module", "layer1.0.conv2"),),
)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("conv2.weight", "n0"),
        ("LOSS", "n2"),
        ("dX", "n3"),
        ("train.py:12", "n1"),
        ("conv2d", "g0"),
        ("mean over", "n2"),
        ("weight layer1", "n0"),
    ],
)
def test_search_finds_labels_names_formulas_and_lines(script, query, first):
    found = script.evaluate(
        "([data, query]) => search(readGraph(data), query).map((match) => match.id)", [SOUGHT.to_dict(), query]
    )
    assert first in found[:2]


@pytest.mark.parametrize("query", ["", "   ", "convolution of the third kind", "constructor"])
def test_search_for_nothing_or_for_what_is_not_there_finds_nothing(script, query):
    assert script.evaluate("([data, query]) => search(readGraph(data), query)", [SOUGHT.to_dict(), query]) == []


def test_an_operation_is_written_with_the_letters_of_its_arguments(script):
    nodes = (
        GraphNode("n0", "input", "x"),
        GraphNode("n1", "parameter", "w"),
        GraphNode("n2", "operation", "conv2d", operation="conv"),
    )
    data = GraphData("forward", nodes, (GraphEdge("n0", "n2", "x"), GraphEdge("n1", "n2", "w")))
    written = "(data) => formulaOf(readGraph(data).nodes[2])"
    assert script.evaluate(written, data.to_dict()) == "Y = conv(X, W)"
    data = json.loads(json.dumps(data.to_dict()).replace('"argument": "x"', '"argument": "condition"'))
    assert script.evaluate(written, data) == "Y = conv(condition, W)"
