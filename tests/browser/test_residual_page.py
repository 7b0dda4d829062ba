"""The page of a residual network of 50 layers: it collapses and expands, finds, highlights, and leaves nothing out."""

import itertools
import json
import re

import pytest

from minitensor.viz import GraphData, GraphEdge, GraphNode
from minitensor.viz.html import page as html_of

BOXES = "() => [...document.querySelectorAll('#world [data-id]')].map((box) => box.dataset.id)"
BRIGHT = "() => [...document.querySelectorAll('#world .box:is(.lit, .selected)')].map((box) => box.dataset.id)"


def boxes(page):
    return set(page.evaluate(BOXES))


def of_name(page, name):
    """The box or the frame's title that a screen reader calls so."""
    return page.get_by_role("application").get_by_role("button", name=re.compile("^" + re.escape(name)))


def expand(page, name):
    of_name(page, name).first.focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize("direction", ["forward", "backward", "both"])
def test_everything_expands_and_collapses_to_the_top_modules_and_back(show, residual, direction):
    view = residual[direction]
    page = show(view.html())
    at_first = boxes(page)
    assert len(at_first) < len(view.nodes) / 10
    page.get_by_role("button", name="Expand all").click()
    assert boxes(page) == {element.id for element in (*view.nodes, *view.groups)}
    drawn = page.evaluate("() => document.querySelectorAll('#world .wire').length")
    assert drawn == len({(edge.source, edge.target) for edge in view.edges})
    page.get_by_role("button", name="Top modules").click()
    assert boxes(page) == at_first


def test_the_top_modules_are_the_models_own_parts_and_a_click_opens_one_after_the_other(show, residual):
    page = show(residual["forward"].html())
    for name in ("stem: Conv2d", "stage1: Sequential", "stage2: Sequential", "stage3: Sequential", "fc: Linear"):
        assert of_name(page, name).get_attribute("aria-expanded") == "false"
    assert of_name(page, "stage1.0").count() == 0
    of_name(page, "stage2: Sequential").dblclick()
    assert of_name(page, "stage2: Sequential").get_attribute("aria-expanded") == "true"
    repeat = of_name(page, "stage2.0 …")
    assert repeat.get_attribute("aria-expanded") == "false"
    assert "8 times" in repeat.get_attribute("aria-label")
    assert "\u00d78" in repeat.text_content()
    repeat.dblclick()
    assert of_name(page, "stage2.7: Block").count() == 1
    of_name(page, "stage2: Sequential").click()
    assert of_name(page, "stage2.7: Block").count() == 0
    assert of_name(page, "stage2: Sequential").get_attribute("aria-expanded") == "false"


def test_search_finds_a_parameter_opens_what_is_around_it_and_selects_it(show, residual):
    page = show(residual["forward"].html())
    page.keyboard.press("/")
    page.keyboard.type("stage2.5.conv2.weight")
    assert page.get_by_role("option").all_text_contents()[0].startswith("stage2.5.conv2.weight")
    page.keyboard.press("Enter")
    box = of_name(page, "stage2.5.conv2.weight")
    assert box.get_attribute("aria-pressed") == "true"
    assert box.evaluate("(box) => document.activeElement === box")
    assert page.locator("#panel h2").text_content() == "stage2.5.conv2.weight"
    for group in ("stage2: Sequential", "stage2.5: Block", "stage2.5.conv2: Conv2d"):
        assert of_name(page, group).get_attribute("aria-expanded") == "true"
    inside = box.bounding_box()
    assert 0 <= inside["x"] <= 960
    assert 0 <= inside["y"] <= 800


def test_search_tells_how_many_there_are_and_takes_the_one_that_is_pointed_at(show, residual):
    page = show(residual["forward"].html())
    field = page.get_by_role("combobox", name="Search the graph")
    field.fill("conv1.weight")
    assert page.locator("#found").text_content() == "24 matches"
    page.keyboard.press("ArrowDown")
    options = page.get_by_role("option")
    assert [option.get_attribute("aria-selected") for option in options.all()[:3]] == ["false", "true", "false"]
    assert field.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    wanted = options.nth(1).locator(".title").text_content()
    page.keyboard.press("Enter")
    assert page.locator("#panel h2").text_content() == wanted
    field.fill("no such thing")
    assert page.locator("#found").text_content() == "no matches"
    field.fill("stage3")
    options.nth(2).click()
    assert field.get_attribute("aria-expanded") == "false"
    assert page.locator("#panel h2").text_content().startswith("stage3")


def test_a_selected_node_keeps_bright_what_it_depends_on_and_what_depends_on_it(show, residual):
    view = residual["forward"]
    chosen = next(node for node in view.nodes if node.label == "stage2.3.conv1.weight")
    page = show(view.html(), f"#open=all&select={chosen.id}")
    bright = {chosen.id}
    for near, far in (("target", "source"), ("source", "target")):
        waiting = [chosen.id]
        while waiting:
            here = waiting.pop()
            after = {getattr(edge, far) for edge in view.edges if getattr(edge, near) == here} - bright
            bright |= after
            waiting.extend(after)
    assert set(page.evaluate(BRIGHT)) == bright
    page.keyboard.press("Escape")
    assert page.evaluate(BRIGHT) == []
    assert "selecting" not in page.locator("#picture").get_attribute("class")


def test_a_module_and_its_gradients_open_together_and_stand_at_one_height(show, residual):
    page = show(residual["both"].html())
    expand(page, "fc: Linear")
    assert of_name(page, "gradient of fc: Linear").get_attribute("aria-expanded") == "true"
    middles = []
    for name in ("stage1: Sequential", "gradient of stage1: Sequential"):
        where = of_name(page, name).locator(".shape").bounding_box()
        middles.append(where["y"] + where["height"] / 2)
    assert middles[0] == pytest.approx(middles[1], abs=0.5)


def test_the_address_keeps_what_is_open_and_selected(show, residual):
    text = residual["both"].html()
    page = show(text)
    expand(page, "stage1: Sequential")
    expand(page, "stage1.0 …")
    of_name(page, "stage1.3: Block").focus()
    page.keyboard.press("Space")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert of_name(page, "stage1.3: Block").get_attribute("aria-pressed") == "true"
    again = show(text, page.evaluate("location.hash"))
    assert boxes(again) == boxes(page)
    assert again.locator("#panel h2").text_content() == "stage1.3: Block"
    again.evaluate("location.hash = '#open=top'")
    again.wait_for_function("() => document.querySelectorAll('#world [data-id]').length < 60")


def test_the_same_graph_is_the_same_drawing(show, residual):
    text = residual["both"].html()
    first, second = (show(text, "#open=all").evaluate("() => document.getElementById('world').innerHTML") for _ in range(2))
    assert first == second


FACTS = (
    "() => Object.fromEntries([...document.querySelectorAll('#panel dt')].map((name) => [name.textContent, "
    "name.nextSibling.textContent]))"
)


def test_the_panel_counts_the_whole_graph(show, residual):
    view = residual["forward"]
    facts = show(view.html()).evaluate(FACTS)
    parameters = [node for node in view.nodes if node.kind == "parameter"]
    assert facts["Operations"] == f"{sum(node.kind == 'operation' for node in view.nodes):,}"
    assert facts["Parameters"] == f"{sum(node.elements for node in parameters):,} in {len(parameters)} arrays"
    kept = {one.storage: one.held for node in view.nodes for one in node.saved}
    number, unit = re.match(r"([\d.]+) (\w+)", facts["Keeps"]).groups()
    assert float(number) * {"kB": 1e3, "MB": 1e6}[unit] == pytest.approx(sum(kept.values()), rel=0.005)


def test_the_panel_counts_what_a_page_was_given_closed(show):
    nodes = (
        GraphNode("n0", "input", "x", (3,), "float32"),
        GraphNode("top-0", "group", "steps 1 to 400", (3,), "float32", count=399, elements=1200),
        GraphNode("n401", "operation", "sum", (), "float32", output=True),
        GraphNode("top-1", "group", "steps 402 to 902", (3,), "float32", count=501, backward=True),
        GraphNode("g1", "group", "gradient of fc", (3,), "float32", count=20, backward=True),
    )
    ends = itertools.pairwise(node.id for node in nodes)
    data = GraphData("both", nodes, tuple(GraphEdge(source, target, "a") for source, target in ends))
    facts = show(html_of(data, "closed")).evaluate(FACTS)
    assert facts == {
        "Operations": "400",
        "Gradients": "521",
        "Inputs": "1",
        "Parameters": "1,200",
        "This page": "5 nodes, of which 3 stand for several",
    }


def test_a_selected_module_stands_out_as_a_frame_after_everything_is_expanded(show, residual):
    page = show(residual["forward"].html())
    stage = of_name(page, "stage2: Sequential")
    stage.focus()
    page.keyboard.press("Space")
    for button in ("#all", "#fit"):
        page.locator(button).click()
    frame = page.locator("#world .frame.selected")
    assert frame.count() == 1
    place, inside = frame.bounding_box(), of_name(page, "stage2.3.conv1.weight").locator(".shape").bounding_box()
    assert place["y"] < inside["y"]
    assert inside["y"] + inside["height"] < place["y"] + place["height"]
    of_module = [node.id for node in residual["forward"].nodes if node.label.startswith("stage2.")]
    assert set(of_module) <= set(page.evaluate(BRIGHT))
    page.keyboard.press("Escape")
    assert frame.count() == 0


def test_a_long_chain_without_modules_opens_in_steps(show):
    import minitensor as mt

    x = mt.ones(3, requires_grad=True)
    y = x
    for _ in range(5000):
        y = y * 1.01
    view = mt.viz.graph(y.sum())
    page = show(view.html())
    assert len(boxes(page)) < 100
    page.keyboard.press("/")
    page.keyboard.type(view.nodes[-1].label)
    page.keyboard.press("Enter")
    assert page.locator("#panel .chip").text_content() == "operation, output"


def test_what_is_written_is_the_data_of_the_view(show, residual):
    view = residual["both"]
    written = show(view.html()).evaluate("() => JSON.parse(document.getElementById('data').textContent)")
    assert [node["id"] for node in written["nodes"]] == [node.id for node in view.nodes]
    assert written["edges"] == json.loads(json.dumps(view.data.to_dict()["edges"]))
