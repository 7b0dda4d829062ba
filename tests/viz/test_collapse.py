"""What is shown of a picture: depths, repeated blocks, segments, limits; every edge of the whole has its place."""

import itertools

import pytest
from drawn_networks import Residual, small_loss

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn
from minitensor.viz.collapse import closed, for_page, visible
from minitensor.viz.segments import MOST


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
    assert sum(node.operation == "conv" for node in view.nodes) == 25
    assert sum(node.operation == "conv" for node in view.shown.nodes) == 3
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


def test_a_module_that_is_called_twice_is_one_frame():
    layer = nn.Linear(3, 3)
    model = nn.Sequential(layer, nn.ReLU(), layer)
    view = mt.viz.graph(model(mt.ones(1, 3)), model, depth=1)
    assert [node.label for node in view.shown.nodes] == ["0: Linear", "constant", "1: ReLU"]
    assert {(edge.source, edge.target) for edge in view.shown.edges} >= {("g0", "g1"), ("g1", "g0")}


# Limits


def test_above_the_limit_the_depth_is_chosen_and_said():
    view = loss_of(Residual(), max_nodes=12)
    assert len(view.shown.nodes) <= 12
    (note,) = view.shown.notes
    assert note == (
        f"{sum(node.kind == 'operation' for node in view.nodes)} operations are more than one picture shows: what stands "
        f"1 deep is drawn as one node, {len(view.shown.nodes)} nodes in all. depth=... and max_nodes=... choose otherwise"
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


def test_a_recorded_group_sums_what_its_operations_say():
    model = Residual()
    with mt.viz.record():
        loss = F.mse_loss(model(mt.ones(2, 1, 9, 9)), mt.zeros(2, 10))
    whole, shown = mt.viz.graph(loss, model), mt.viz.graph(loss, model, depth=1).shown
    blocks = next(node for node in shown.nodes if node.label == "blocks: Sequential")
    inside = [node for node in visible(whole.data, None, 10_000).nodes if node.label.startswith("conv2d") and node.group]
    assert blocks.seconds > max(node.seconds for node in inside[1:])
