"""What is shown of a picture: depths, repeated blocks, segments, limits; every edge of the whole has its place."""

import itertools

import networkx
import pytest

import minitensor as mt
from drawn_networks import Residual, small_loss
from minitensor import nn
from minitensor.viz.collapse import closed, for_page, visible
from minitensor.viz.segments import MOST, with_segments
from minitensor.viz.words import saved_bytes


def chain(length):
    x = mt.ones(2, requires_grad=True)
    y = x
    for _ in range(length):
        y = y * 1.5
    return mt.viz.graph(y)


def loss_of(model, **options):
    image = mt.ones(2, 1, 9, 9)
    return mt.viz.graph(model(image).sum(), model, **options)


def ancestors(data, group):
    tree = {one.id: one.parent for one in data.groups}
    found = []
    while group is not None:
        found.append(group)
        group = tree[group]
    return found


def assert_sound(data):
    """Ids are unique, edges and groups lead to what is there, parents come first, no group is empty."""
    ids = [element.id for element in (*data.nodes, *data.groups)]
    assert len(set(ids)) == len(ids)
    nodes = {node.id for node in data.nodes}
    assert {edge.source for edge in data.edges} | {edge.target for edge in data.edges} <= nodes
    seen = {None}
    for group in data.groups:
        assert group.parent in seen
        seen.add(group.id)
    assert {node.group for node in data.nodes} <= seen
    assert {node.of for node in data.nodes} - {None} <= nodes
    inhabited = set(itertools.chain.from_iterable(ancestors(data, node.group) for node in data.nodes))
    assert inhabited == {group.id for group in data.groups}


def assert_nothing_lost(view, shown):
    """Counts, kept bytes, outputs, NaN marks and seconds of the whole are in what is shown."""
    assert saved_bytes(shown.nodes) == view.saved_bytes
    assert any(node.output for node in shown.nodes)
    for total in (
        lambda node: node.count if node.kind in ("operation", "gradient", "group") else 0,
        lambda node: node.elements,
        lambda node: node.value.nan if node.value else 0,
        lambda node: node.seconds or 0,
    ):
        assert sum(map(total, shown.nodes)) == pytest.approx(sum(map(total, view.nodes)))


@pytest.mark.parametrize("depth", [None, 1, 2, 3])
def test_what_only_one_of_the_repeated_blocks_says_is_not_lost(depth):
    model = Residual(blocks=6)
    with mt.no_grad():
        model.blocks[4].conv2.bias.fill_(float("nan"))
    with mt.viz.record():
        y = model(mt.ones(2, 1, 9, 9))
    view = mt.viz.graph(y, model, saved=True)
    assert_nothing_lost(view, visible(view.data, depth, 500))
    assert "NaN" in view.text()
    assert "NaN" in view.dot
    small = mt.viz.graph(model.blocks(mt.ones(2, 4, 9, 9)), model.blocks)
    assert any(node.output for node in small.shown.nodes)  # it is in the last block


def test_blocks_that_differ_in_a_number_are_no_run():
    class Scaled(nn.Module):
        def __init__(self, scale):
            self.linear, self.scale = nn.Linear(2, 2), scale

        def forward(self, x):
            return self.linear(x) * self.scale

    model = nn.Sequential(*[Scaled(0.1 * number) for number in range(1, 5)])
    assert [group for group in mt.viz.graph(model(mt.ones(1, 2)), model).groups if group.kind == "repeat"] == []


def test_a_module_that_is_called_again_and_again_is_shown_soundly():
    layer = nn.Linear(2, 2)
    model = nn.Sequential(layer)
    state = mt.ones(1, 2)
    for _ in range(600):
        state = mt.tanh(layer(state))
    for direction in ("forward", "both"):
        view = mt.viz.graph(state.sum(), model, direction=direction)
        assert_sound(view.shown)
        assert_nothing_lost(view, view.shown)
        assert all(node.of != node.id for node in view.shown.nodes)


def test_no_segment_holds_both_what_goes_forward_and_what_goes_back():
    x = mt.ones(2, requires_grad=True)
    y = x
    for number in range(2_000):
        y = (y * float(number)).tanh()
    data = with_segments(mt.viz.graph(y.sum(), direction="both").data)
    assert_sound(data)
    kinds = {}
    for node in data.nodes:
        for group in ancestors(data, node.group):
            if node.kind in ("operation", "gradient") and group.startswith("top"):
                kinds.setdefault(group, set()).add(node.kind)
    assert {len(found) for found in kinds.values()} == {1}


@pytest.mark.parametrize("direction", ["forward", "backward", "both"])
@pytest.mark.parametrize("depth", [None, 1, 2, 3])
@pytest.mark.parametrize("max_nodes", [1, 10, 50, 10_000])
def test_what_is_shown_hangs_together(direction, depth, max_nodes):
    view = loss_of(Residual(), direction=direction)
    assert_sound(view.data)
    shown = visible(view.data, depth, max_nodes)
    assert_sound(shown)
    operations = sum(node.kind in ("operation", "gradient") for node in view.nodes)
    assert sum(node.count for node in shown.nodes if node.kind in ("operation", "gradient", "group")) == operations


def test_a_depth_of_one_shows_the_outermost_modules_as_nodes():
    shown = loss_of(Residual(), depth=1).shown
    assert [node.label for node in shown.nodes] == [
        "image", "stem: Conv2d", "blocks: Sequential", "mean over (2, 3)", "fc: Linear", "sum over (0, 1)",
    ]  # fmt: skip
    group = shown.nodes[2]
    model = Residual()
    assert group.elements == sum(parameter.numel() for parameter in model.blocks.parameters())
    assert (group.kind, group.shape, group.dtype) == ("group", (2, 4, 4, 4), "float32")
    assert [(edge.source, edge.target) for edge in shown.edges] == [(a.id, b.id) for a, b in itertools.pairwise(shown.nodes)]


def test_a_depth_of_two_shows_the_modules_of_modules():
    labels = [node.label for node in loss_of(Residual(blocks=2), depth=2).shown.nodes if node.kind == "group"]
    assert labels == ["blocks.0: Block", "blocks.1: Block"]


def test_repeated_blocks_are_shown_once_with_their_number():
    view = loss_of(Residual(blocks=12))
    assert [(group.title, group.repeat) for group in view.groups if group.kind == "repeat"] == [
        ("blocks.0 … blocks.11: Block", 12)
    ]
    assert sum(node.operation in ("conv", "conv_bias") for node in view.nodes) == 25
    assert sum(node.operation in ("conv", "conv_bias") for node in view.shown.nodes) == 3
    assert "blocks.0 … blocks.11: Block" in view.dot
    assert "x12" in view.dot
    assert "x12" in view.text()
    collapsed = loss_of(Residual(blocks=12), depth=2)
    assert "blocks.0 … blocks.11: Block x12" in [node.label for node in collapsed.shown.nodes]


def test_two_blocks_are_shown_both():
    view = loss_of(Residual(blocks=2))
    assert {group.kind for group in view.groups} == {"module"}
    assert len(view.shown.nodes) == len(view.nodes)


def test_blocks_that_differ_in_a_shape_are_no_run():
    model = Residual(blocks=5)
    model.blocks[2].conv1 = nn.Conv2d(4, 4, 5, padding=2, bias=False)
    assert [group.kind for group in loss_of(model).groups if group.kind == "repeat"] == []


def test_blocks_side_by_side_that_do_not_feed_each_other_are_no_run():
    class Wide(nn.Module):
        def __init__(self):
            self.ways = nn.ModuleList([nn.Sequential(nn.Linear(3, 3), nn.ReLU()) for _ in range(4)])

        def forward(self, x):
            return sum(way(x) for way in self.ways)

    model = Wide()
    view = mt.viz.graph(model(mt.ones(2, 3)), model)
    assert [group for group in view.groups if group.kind == "repeat"] == []


def test_blocks_within_repeated_blocks_fold_too():
    class Stage(nn.Module):
        def __init__(self):
            self.steps = nn.Sequential(*[nn.Sequential(nn.Linear(3, 3), nn.ReLU()) for _ in range(3)])

        def forward(self, x):
            return self.steps(x)

    model = nn.Sequential(*[Stage() for _ in range(4)])
    view = mt.viz.graph(model(mt.ones(2, 3)), model)
    assert sorted(group.repeat for group in view.groups if group.kind == "repeat") == [3, 3, 3, 3, 4]
    assert sum(node.operation == "relu" for node in view.shown.nodes) == 1
    (relu,) = [node for node in view.shown.nodes if node.operation == "relu"]
    assert relu.count == 12


def test_a_module_that_is_called_twice_has_a_frame_for_each_call():
    layer = nn.Linear(3, 3)
    model = nn.Sequential(layer, nn.ReLU(), layer)
    x = mt.ones(1, 3)
    view = mt.viz.graph(model(x), model, depth=1)
    calls = ["0: Linear (call 1 of 2)", "1: ReLU", "0: Linear (call 2 of 2)"]
    assert [node.label for node in view.shown.nodes if node.kind == "group"] == calls
    assert {node.label for node in view.shown.nodes if node.kind != "group"} == {
        "x",
        "0.weight = 2.weight",
        "0.bias = 2.bias",
    }
    groups = [node.id for node in view.shown.nodes if node.kind == "group"]
    assert {(edge.source, edge.target) for edge in view.shown.edges} >= set(itertools.pairwise(groups))


@pytest.mark.parametrize("direction", ["forward", "both"])
def test_a_recurrent_network_is_drawn_without_a_cycle(direction):
    class Cell(nn.Module):
        def __init__(self):
            self.inner, self.state = nn.Linear(2, 2), nn.Linear(2, 2)

        def forward(self, x, state):
            return mt.tanh(self.inner(x) + self.state(state))

    class Recurrent(nn.Module):
        def __init__(self):
            self.cell = Cell()

        def forward(self, xs):
            state = mt.zeros(1, 2)
            for x in xs:
                state = self.cell(x, state)
            return state

    model, xs = Recurrent(), [mt.full((1, 2), float(step)) for step in range(6)]
    view = mt.viz.graph(model(xs).sum(), model, direction=direction)
    for shown in (view.shown, closed(view.data, 1), closed(view.data, 2)):
        assert_sound(shown)
        graph = networkx.DiGraph((edge.source, edge.target) for edge in shown.edges)
        assert networkx.is_directed_acyclic_graph(graph)
    titles = [group.title for group in view.groups if group.path == "cell" and group.kind == "module"]
    assert titles == [f"cell: Cell (call {call} of 6)" for call in range(1, 7)]


# Limits


def test_above_the_limit_the_depth_is_chosen_and_said():
    view = loss_of(Residual(), max_nodes=10)
    assert len(view.shown.nodes) <= 10
    (note,) = view.shown.notes
    assert note == (
        f"{sum(node.kind == 'operation' for node in view.nodes)} operations are more than one picture shows: what stands "
        f"2 deep is drawn as one node, {len(view.shown.nodes)} nodes in all. depth=... and max_nodes=... choose otherwise"
    )
    assert note in view.text()


def test_a_long_chain_is_shown_in_segments_in_order():
    view = chain(100_000)
    assert len(view.nodes) == 100_001
    shown = view.shown
    assert len(shown.nodes) <= 500
    assert_sound(shown)
    assert sum(node.count for node in shown.nodes) == 100_000 + sum(node.kind == "input" for node in shown.nodes)
    assert [(edge.source, edge.target) for edge in shown.edges] == [(a.id, b.id) for a, b in itertools.pairwise(shown.nodes)]
    assert "100,000 operations" in view.text()
    assert len(view.dot.splitlines()) < 2_000


def test_segments_hold_so_many_at_most():
    data = for_page(chain(5_000).data)
    inside = [*(node.group for node in data.nodes), *(group.parent for group in data.groups)]
    assert max(inside.count(group) for group in set(inside)) <= MOST
    assert len(data.nodes) == 5_001
    assert_sound(data)


def test_a_page_of_a_small_graph_is_given_everything_as_it_is():
    data = mt.viz.graph(small_loss()[0]).data
    assert for_page(data) is data


def test_a_page_of_a_huge_graph_says_what_it_leaves_out():
    data = for_page(chain(30_000).data)
    assert len(data.nodes) <= 20_000
    assert data.notes
    assert_sound(data)


def test_closing_drops_no_edge_between_what_is_shown():
    view = mt.viz.graph(*small_loss(), direction="both")
    for depth in (1, 2):
        shown = closed(view.data, depth)
        tree = {group.id: ancestors(view.data, group.id)[::-1] for group in view.groups}
        place = {
            node.id: (tree[node.group][depth - 1] if node.group and len(tree[node.group]) >= depth else node.id)
            for node in view.nodes
        }
        expected = {(place[e.source], place[e.target]) for e in view.edges} - {(one, one) for one in place.values()}
        assert {(edge.source, edge.target) for edge in shown.edges} == expected
