"""The layout: nothing overlaps, wires run down, what can be straight is straight, the same graph always looks the same."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

LAY_OUT = """([root, edges, ties]) => {
    const items = layOut(root, edges, ties ?? []);
    const paths = pathsOf(edges, items);
    const sizes = [...items.values()].map(({ id, x, y, width, height, parent }) => ({ id, x, y, width, height, parent: parent?.id ?? null }));
    return { items: sizes, paths };
}"""


def box(name, order, side="forward", small=False, width=100, height=40):
    return {"id": name, "order": order, "side": side, "small": small, "begins": False, "width": width, "height": height}


def frame(name, order, *children, side="forward"):
    return {
        "id": name,
        "order": order,
        "side": side,
        "small": False,
        "begins": False,
        "minWidth": 80,
        "children": list(children),
    }


def laid_out(script, children, pairs, ties=()):
    """Each item by its name, and the path of each edge."""
    root = {"id": None, "order": 0, "side": "forward", "small": False, "children": list(children)}
    edges = [{"source": source, "target": target} for source, target in pairs]
    said = script.evaluate(LAY_OUT, [root, edges, list(ties)])
    return {item["id"]: item for item in said["items"]}, said["paths"]


def middle(item):
    return item["x"] + item["width"] / 2


def overlap(a, b):
    return (
        a["x"] < b["x"] + b["width"] and b["x"] < a["x"] + a["width"]
        and a["y"] < b["y"] + b["height"] and b["y"] < a["y"] + a["height"]
    )  # fmt: skip


def ends(path):
    """Where a path begins and where it ends."""
    x, y = 0.0, 0.0
    start = None
    for command, numbers in re.findall(r"([MLCQV])([^MLCQV]*)", path):
        values = [float(number) for number in numbers.replace(",", " ").split()]
        x, y = (x, values[0]) if command == "V" else values[-2:]
        start = start or (x, y)
    return start, (x, y)


def touches(point, item):
    x, y = point
    on_x = item["x"] - 1 <= x <= item["x"] + item["width"] + 1
    return on_x and item["y"] - 1 <= y <= item["y"] + item["height"] + 1


@st.composite
def trees(draw):
    """Boxes of all sizes, some in frames within frames, edges between any two of them, circles included."""
    count = draw(st.integers(2, 16))
    sizes = st.tuples(st.integers(40, 300), st.integers(20, 120))
    boxes = []
    for number in range(count):
        width, height = draw(sizes)
        boxes.append(box(f"n{number}", number, small=draw(st.booleans()), width=width, height=height))
    frames = [frame(f"g{number}", number) for number in range(draw(st.integers(0, 4)))]
    children = []
    for number, one in enumerate(frames):
        draw(st.sampled_from([children, *(earlier["children"] for earlier in frames[:number])])).append(one)
    for one in boxes:
        draw(st.sampled_from([children, *(other["children"] for other in frames)])).append(one)
    names = st.integers(0, count - 1)
    pairs = draw(st.lists(st.tuples(names, names).filter(lambda pair: pair[0] != pair[1]), max_size=30, unique=True))
    return children, [(f"n{source}", f"n{target}") for source, target in pairs]


@settings(max_examples=150, deadline=None)
@given(trees())
def test_nothing_overlaps_frames_hold_their_content_and_wires_end_at_their_boxes(script, tree):
    children, pairs = tree
    items, paths = laid_out(script, children, pairs)
    for a in items.values():
        for b in items.values():
            if a["id"] != b["id"] and a["parent"] == b["parent"] and None not in (a["id"], b["id"]):
                assert not overlap(a, b)
        if a["parent"] is not None:
            around = items[a["parent"]]
            assert around["x"] <= a["x"]
            assert a["x"] + a["width"] <= around["x"] + around["width"]
            assert around["y"] < a["y"]
            assert a["y"] + a["height"] <= around["y"] + around["height"]
    for (source, target), path in zip(pairs, paths, strict=True):
        start, end = ends(path)
        assert touches(start, items[source])
        assert touches(end, items[target])


@settings(max_examples=80, deadline=None)
@given(trees())
def test_the_same_graph_looks_the_same(script, tree):
    assert laid_out(script, *tree) == laid_out(script, *tree)


@settings(max_examples=80, deadline=None)
@given(st.integers(2, 14), st.data())
def test_without_circles_every_wire_runs_down(script, count, choice):
    ends_ = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] < pair[1])
    pairs = [(f"n{a}", f"n{b}") for a, b in choice.draw(st.lists(ends_, max_size=30, unique=True))]
    items, _ = laid_out(script, [box(f"n{number}", number) for number in range(count)], pairs)
    for source, target in pairs:
        assert items[source]["y"] + items[source]["height"] < items[target]["y"]


def test_a_residual_block_has_a_straight_spine_and_its_parameters_beside_it(script):
    names = ["x", "conv1", "relu", "conv2", "add", "last"]
    children = [box(name, number, width=60 + 20 * number) for number, name in enumerate(names)]
    children += [box("w1", 7, small=True), box("w2", 8, small=True)]
    pairs = [*itertools.pairwise(names), ("x", "add"), ("w1", "conv1"), ("w2", "conv2")]
    items, paths = laid_out(script, children, pairs)
    assert len({round(middle(items[name]), 3) for name in names}) == 1
    straight = re.compile(r"M[-\d.]+ [-\d.]+(V[-\d.]+)+")
    assert all(straight.fullmatch(path) for path in paths[:5])
    for parameter, operation in (("w1", "conv1"), ("w2", "conv2")):
        beside = items[parameter]
        assert beside["x"] + beside["width"] < items[operation]["x"]
        assert beside["y"] + beside["height"] / 2 == items[operation]["y"] + items[operation]["height"] / 2


def test_what_is_worked_out_of_parameters_alone_stands_beside_the_spine(script):
    inside = [box("weight", 0, small=True), box("permute", 1), box("matmul", 2), box("bias", 3, small=True), box("add", 4)]
    children = [{**box("x", -1, small=True), "begins": True}, frame("linear", 1, *inside), box("relu", 5)]
    pairs = [
        ("weight", "permute"),
        ("x", "matmul"),
        ("permute", "matmul"),
        ("matmul", "add"),
        ("bias", "add"),
        ("add", "relu"),
    ]
    items, _ = laid_out(script, children, pairs)
    assert len({round(middle(items[name]), 3) for name in ("x", "matmul", "add", "relu")}) == 1
    assert items["permute"]["x"] > middle(items["matmul"])


def test_where_wires_part_what_leaves_the_frame_goes_straight_on(script):
    inside = [box(name, number) for number, name in enumerate(("dw", "db", "dx", "dw2"), 1)]
    pairs = [("dy", "dw"), ("dw", "dw2"), ("dy", "db"), ("dy", "dx"), ("dx", "next")]
    items, _ = laid_out(script, [box("dy", 0), frame("g", 1, *inside), box("next", 9)], pairs)
    assert len({round(middle(items[name]), 3) for name in ("dy", "dx", "next")}) == 1


def test_the_spine_stays_straight_through_frames(script):
    blocks = [frame(f"g{n}", 2 * n, box(f"a{n}", 2 * n, width=80 + 30 * n), box(f"b{n}", 2 * n + 1)) for n in range(4)]
    line = [name for n in range(4) for name in (f"a{n}", f"b{n}")]
    items, _ = laid_out(script, blocks, [*itertools.pairwise(line)])
    assert len({round(middle(items[name]), 3) for name in line}) == 1


def test_crossings_are_counted_and_those_that_can_be_are_avoided(script):
    prepare = """([upper, lower, pairs]) => {
        const row = (size, rank) => Array.from({ length: size }, (_, order) => ({ key: `${rank} ${order}`, kind: "item", rank, order }));
        const layers = [row(upper, 0), row(lower, 1)];
        const segments = pairs.map(([a, b]) => ({ from: layers[0][a], to: layers[1][b], outX: 0.5, inX: 0.5 }));
        layers.forEach((layer) => layer.forEach((one, place) => Object.assign(one, { place, ups: [], downs: [] })));
        segments.forEach((one) => { one.from.downs.push(one); one.to.ups.push(one); });
        const before = crossings(layers);
        order(layers, segments);
        return [before, crossings(layers)];
    }"""
    assert script.evaluate(prepare, [3, 3, [[0, 2], [1, 1], [2, 0]]]) == [3, 0]
    assert script.evaluate(prepare, [2, 2, [[0, 0], [0, 1], [1, 0], [1, 1]]]) == [1, 1]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=20, unique=True))
def test_the_count_of_crossings_is_that_of_all_pairs(script, pairs):
    said = script.evaluate(
        """(pairs) => {
            const layers = [0, 1].map((rank) => Array.from({ length: 6 }, (_, place) => ({ rank, place, ups: [], downs: [] })));
            for (const [a, b] of pairs) {
                const segment = { from: layers[0][a], to: layers[1][b], outX: 0.5, inX: 0.5 };
                segment.from.downs.push(segment);
                segment.to.ups.push(segment);
            }
            return crossings(layers);
        }""",
        pairs,
    )
    assert said == sum(a < c and b > d for a, b in pairs for c, d in pairs)


def test_gradients_run_up_beside_their_operations(script):
    forward = [box(f"f{number}", number) for number in range(5)]
    backward = [box(f"b{number}", 10 - number, side="backward", height=70) for number in range(5)]
    pairs = [(f"f{n}", f"f{n + 1}") for n in range(4)] + [(f"b{n + 1}", f"b{n}") for n in range(4)] + [("f2", "b2")]
    items, paths = laid_out(script, forward + backward, pairs, ties=[(f"b{n}", f"f{n}") for n in range(5)])
    for number in range(5):
        operation, gradient = items[f"f{number}"], items[f"b{number}"]
        assert operation["x"] + operation["width"] < gradient["x"]
        assert operation["y"] + operation["height"] / 2 == gradient["y"] + gradient["height"] / 2
    assert ends(paths[4])[0][1] > ends(paths[4])[1][1]


def test_a_free_wire_is_one_curve_and_a_hindered_one_goes_around(script):
    forward = [box("f0", 0), box("f1", 1), box("f2", 2), box("f3", 3)]  # f1, f2 and f3 stand side by side below f0
    backward = [box("b0", 9, side="backward"), box("b1", 8, side="backward")]
    pairs = [("f0", "f1"), ("f0", "f2"), ("f0", "f3"), ("b1", "b0"), ("f0", "b0"), ("f1", "b1"), ("f2", "b1")]
    items, paths = laid_out(script, forward + backward, pairs)
    assert items["f1"]["y"] == items["f3"]["y"]
    row = sorted(("f1", "f2", "f3"), key=lambda name: items[name]["x"])
    for (source, target), path in zip(pairs[4:], paths[4:], strict=True):
        is_free = source == "f0" or source == row[-1]
        assert ("Q" in path) != is_free
        start, end = ends(path)
        assert touches(start, items[source])
        assert touches(end, items[target])


def test_wires_that_enter_one_box_from_the_other_column_enter_below_each_other(script):
    forward = [box(f"f{number}", number) for number in range(4)]
    pairs = [*itertools.pairwise(f"f{number}" for number in range(4)), *((f"f{number}", "b") for number in range(4))]
    items, paths = laid_out(script, [*forward, box("b", 9, side="backward")], pairs)
    heights = [ends(path)[1][1] for path in paths[3:]]
    assert heights == pytest.approx([items["b"]["y"] + 8 * number for number in (1, 2, 3, 4)], abs=0.1)


def test_a_chain_of_thousands_with_a_parameter_that_all_share_is_laid_out(script):
    names = [f"n{number}" for number in range(3000)]
    children = [box("w", 0, small=True), *(box(name, number) for number, name in enumerate(names))]
    pairs = [*itertools.pairwise(names), *(("w", name) for name in names)]
    items, _ = laid_out(script, children, pairs)
    assert len({round(middle(items[name]), 3) for name in names}) == 1
