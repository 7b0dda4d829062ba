"""Mouse, keys, theme, phone and paper; and the theorem beside a convolution."""

import re

import pytest

from minitensor.viz import GraphData, GraphEdge, GraphNode, Statistics
from minitensor.viz.html import page as html_of


def camera(page):
    """Where the picture stands, and how large it is: x, y, scale."""
    numbers = re.findall(r"-?[\d.]+", page.locator("#world").get_attribute("transform"))
    return [float(number) for number in numbers]


def node(page, name):
    return page.get_by_role("application").get_by_role("button", name=re.compile("^" + re.escape(name)))


def focused(page):
    return page.evaluate("() => document.activeElement.getAttribute('aria-label')")


def chosen(page):
    return page.evaluate(
        "() => [...document.querySelectorAll('#world [aria-pressed=true]')].map((box) => box.getAttribute('aria-label'))"
    )


@pytest.fixture
def chain():
    """X -> exp -> mul -> sum, with a parameter at mul."""
    nodes = (
        GraphNode("n0", "input", "x", (3,), "float32"),
        GraphNode("n1", "operation", "exp", (3,), "float32", operation="exp"),
        GraphNode("n2", "parameter", "scale", (3,), "float32", elements=3),
        GraphNode("n3", "operation", "mul", (3,), "float32", operation="mul", line="train.py:7", seconds=0.0015),
        GraphNode("n4", "operation", "sum", (), "float32", operation="sum", output=True, name="loss"),
    )
    edges = (GraphEdge("n0", "n1", "a"), GraphEdge("n1", "n3", "a"), GraphEdge("n2", "n3", "b"), GraphEdge("n3", "n4", "a"))
    return html_of(GraphData("forward", nodes, edges), "a chain")


def test_dragging_moves_the_picture_and_selects_nothing(show, chain):
    page = show(chain)
    x, y, scale = camera(page)
    where = node(page, "exp").bounding_box()
    page.mouse.move(where["x"] + 10, where["y"] + 10)
    page.mouse.down()
    page.mouse.move(where["x"] + 60, where["y"] + 40, steps=4)
    page.mouse.up()
    assert camera(page) == pytest.approx([x + 50, y + 30, scale], abs=0.1)
    assert chosen(page) == []


def test_the_wheel_zooms_about_the_pointer(show, chain):
    page = show(chain)
    box = node(page, "mul")
    before = box.locator(".shape").bounding_box()
    page.mouse.move(before["x"], before["y"])
    page.mouse.wheel(0, -300)
    page.wait_for_function(
        "(width) => document.querySelector('[data-id=n3] .shape').getBoundingClientRect().width > 1.2 * width",
        arg=before["width"],
    )
    after = box.locator(".shape").bounding_box()
    assert (after["x"], after["y"]) == pytest.approx((before["x"], before["y"]), abs=3)


def test_two_fingers_zoom(show, chain):
    page = show(chain, has_touch=True)
    scale = camera(page)[2]
    page.evaluate(
        """() => {
            const svg = document.getElementById("picture");
            svg.setPointerCapture = () => {};
            const send = (type, id, x) => svg.dispatchEvent(new PointerEvent(type, { pointerId: id, pointerType: "touch", clientX: x, clientY: 300, bubbles: true }));
            send("pointerdown", 1, 300);
            send("pointerdown", 2, 400);
            for (let x = 400; x <= 500; x += 10) send("pointermove", 2, x);
            send("pointerup", 1, 300);
            send("pointerup", 2, 500);
        }"""
    )
    assert camera(page)[2] == pytest.approx(2 * scale, rel=0.02)


def test_keys_fit_zoom_and_move(show, chain):
    page = show(chain)
    at_first = camera(page)
    page.keyboard.press("+")
    assert camera(page)[2] == pytest.approx(1.25 * at_first[2], rel=1e-3)
    page.keyboard.press("-")
    assert camera(page) == pytest.approx(at_first, rel=1e-3, abs=0.1)
    page.locator("#picture").focus()
    page.keyboard.press("ArrowDown")
    assert camera(page)[1] == pytest.approx(at_first[1] - 60, abs=0.1)
    page.keyboard.press("f")
    fitted = page.locator("#world").bounding_box()
    stage = page.locator("#picture").bounding_box()
    assert fitted["x"] >= stage["x"]
    assert fitted["y"] >= stage["y"]
    assert fitted["y"] + fitted["height"] <= stage["y"] + stage["height"]


def test_arrow_keys_lead_along_the_wires_and_enter_and_escape_select_and_let_go(show, chain):
    page = show(chain)
    page.locator("#picture").focus()
    page.keyboard.press("Tab")
    assert focused(page).startswith("x, input")
    for key, name in [
        ("ArrowDown", "exp"),
        ("ArrowDown", "mul"),
        ("ArrowLeft", "scale"),
        ("ArrowRight", "mul"),
        ("ArrowDown", "loss, sum"),
        ("ArrowUp", "mul"),
    ]:
        page.keyboard.press(key)
        assert focused(page).startswith(name)
    page.keyboard.press("Enter")
    assert chosen(page) == ["mul, operation, (3,), float32"]
    assert page.locator("#said").text_content() == "mul, operation, (3,), float32. Selected. 3 before it, 1 after it."
    page.keyboard.press("Escape")
    assert chosen(page) == []


def test_tab_leads_into_the_picture_once_and_out_of_it(show, chain):
    page = show(chain)
    page.locator("#picture").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert focused(page).startswith("exp")
    assert page.locator("#world [tabindex='0']").count() == 1


def test_a_click_keeps_the_details_and_hovering_shows_them(show, chain):
    page = show(chain)
    page.mouse.move(5, 400)
    node(page, "mul").hover()
    assert page.locator("#panel h2").text_content() == "mul"
    assert page.locator("#world .wire.near").count() == 3
    facts = page.locator("#panel dl").text_content()
    assert "train.py:7" in facts
    assert "1.5 ms" in facts
    page.mouse.move(5, 400)
    assert page.locator("#panel h2").text_content() == "Forward pass"
    node(page, "mul").click()
    node(page, "exp").hover()
    assert page.locator("#panel h2").text_content() == "mul"
    page.get_by_role("complementary").get_by_role("button", name="exp").click()
    assert page.locator("#panel h2").text_content() == "exp"
    assert chosen(page) == ["exp, operation, (3,), float32"]


def test_a_convolution_shows_its_theorem_whose_lines_lead_to_its_gradients(show, small):
    page = show(small.html())
    node(page, "conv2d 3x3, operation").click()
    lines = page.locator(".theorem li")
    assert lines.all_text_contents() == [
        "Y = conv_bias(X, W, B)",
        "dX = conv_transpose(dY, W)",
        "dW = conv_weight_grad(X, dY)",
        "db = sum dY",
    ]
    tied = page.locator("#world .box.kin").evaluate_all("(boxes) => boxes.map((box) => box.getAttribute('aria-label'))")
    assert len(tied) == 3
    assert sum("conv" in name for name in tied) == 2
    assert page.locator("#world .tie").count() == 3
    lines.get_by_role("button", name="dW = conv_weight_grad(X, dY)").click()
    assert page.locator("#panel .chip").text_content().startswith("gradient")
    assert lines.all_text_contents()[0] == "Y = conv_bias(X, W, B)"
    lines.get_by_role("button", name="Y = conv_bias(X, W, B)").click()
    assert page.locator("#panel h2").text_content() == "conv2d 3x3"


def test_all_ties_can_be_shown(show, small):
    page = show(small.html())
    assert page.locator("#world .tie").count() == 0
    page.get_by_label("all ties").check()
    tied = {(one.of, one.formula) for one in small.nodes if one.of}
    assert page.locator("#world .tie").count() >= len(tied)


def test_values_that_are_not_finite_are_marked(show):
    nodes = (
        GraphNode(
            "n0",
            "operation",
            "log",
            (4,),
            "float32",
            value=Statistics(2.5, 1, 2, 4),
            gradient=Statistics(float("inf"), 0, 0, 4),
        ),
        GraphNode("n1", "operation", "exp", (4,), "float32", value=Statistics(2.5, 0, 0, 4)),
    )
    page = show(html_of(GraphData("forward", nodes, (GraphEdge("n0", "n1", "a"),)), "trouble"))
    assert page.locator("#world .badge").all_text_contents() == ["NaN Inf"]
    assert node(page, "log").get_attribute("aria-label").endswith("has NaN or infinite values")
    node(page, "log").click()
    assert "norm of the finite elements 2.5" in page.locator("#panel").text_content()
    assert "norm of the finite elements 2.5" in node(page, "log").text_content()
    assert "NaN: 1 of 4" in page.locator("#panel").text_content()
    assert "Inf: 2 of 4" in page.locator("#panel").text_content()


def test_of_an_array_without_finite_elements_no_norm_is_told(show):
    seen = [Statistics(0.0, 1, 2, 3), Statistics(0.0, 0, 0, 3), Statistics(0.0, 0, 0, 0)]
    nodes = tuple(GraphNode(f"n{at}", "operation", "log", (3,), "float32", value=one) for at, one in enumerate(seen))
    text = html_of(GraphData("forward", nodes, ()), "nothing finite")
    for at, (norms, marks) in enumerate([(0, 1), (1, 0), (1, 0)]):
        page = show(text, f"#select=n{at}")
        for place in (page.locator("#panel"), page.locator(f"#world [data-id=n{at}]")):
            assert place.text_content().count("norm") == norms
        assert page.locator("#panel").text_content().count("NaN: 1 of 3") == marks


def test_an_array_that_is_used_twice_says_so(show):
    nodes = (GraphNode("n0", "operation", "exp", (3,), "float32"), GraphNode("n1", "operation", "mul", (3,), "float32"))
    page = show(html_of(GraphData("forward", nodes, (GraphEdge("n0", "n1", "a"), GraphEdge("n0", "n1", "b"))), "a * a"))
    assert page.locator("#world .times").all_text_contents() == ["\u00d72"]


def test_notes_stand_above_the_picture(show):
    data = GraphData("forward", (GraphNode("n0", "operation", "exp"),), (), (), ("12 operations are <b>more</b> than fit",))
    page = show(html_of(data, "notes"))
    assert page.get_by_role("note").text_content() == "12 operations are <b>more</b> than fit"


def test_light_and_dark_follow_the_system_until_one_is_chosen(show, chain):
    ground = "() => getComputedStyle(document.body).backgroundColor"
    light, dark = (show(chain, color_scheme=scheme) for scheme in ("light", "dark"))
    colours = light.evaluate(ground), dark.evaluate(ground)
    assert colours[0] != colours[1]
    dark.get_by_role("button", name="Dark colours").click()
    assert dark.evaluate(ground) == colours[0]
    assert dark.get_by_role("button", name="Dark colours").get_attribute("aria-pressed") == "false"
    dark.get_by_role("button", name="Dark colours").click()
    assert dark.evaluate(ground) == colours[1]


def test_on_a_phone_nothing_is_wider_than_the_page_and_the_details_come_from_below(show, residual):
    page = show(residual["both"].html(), viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390
    assert not page.get_by_role("complementary").is_visible()
    node(page, "stem: Conv2d").tap()
    panel = page.get_by_role("complementary").bounding_box()
    assert panel["width"] == 390
    assert panel["y"] > 844 / 2
    page.get_by_role("button", name="Expand", exact=True).tap()
    assert node(page, "stem: Conv2d").get_attribute("aria-expanded") == "true"


def test_the_overview_shows_where_the_sight_is_and_leads_elsewhere(show, residual):
    page = show(residual["forward"].html(), "#open=all")
    overview = page.locator("#overview")
    assert overview.is_visible()
    before = camera(page)
    where = overview.bounding_box()
    page.mouse.click(where["x"] + where["width"] / 2, where["y"] + where["height"] * 0.9)
    assert camera(page)[1] < before[1] - 1000
    page.get_by_role("button", name="Fit").click()
    assert not overview.is_visible()


def test_on_paper_is_the_whole_picture_without_the_controls(show, residual):
    page = show(residual["forward"].html(), "#open=all")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert not page.get_by_role("toolbar").is_visible()
    assert not page.get_by_role("complementary").is_visible()
    whole, paper = page.locator("#world").bounding_box(), page.locator("#picture").bounding_box()
    assert paper["x"] - 1 <= whole["x"]  # half a line's width
    assert whole["x"] + whole["width"] <= paper["x"] + paper["width"] + 1
    assert paper["y"] - 1 <= whole["y"]
    assert whole["y"] + whole["height"] <= paper["y"] + paper["height"] + 1
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert page.locator("#picture").get_attribute("viewBox") is None


def test_with_motion_the_picture_glides_to_where_it_would_jump(show, residual):
    text = residual["forward"].html()
    places = []
    for motion in ("no-preference", "reduce"):
        page = show(text, "#open=all", reduced_motion=motion)
        page.get_by_role("button", name="Fit").click()
        page.wait_for_function("() => document.getElementById('world').getBoundingClientRect().height <= innerHeight")
        if motion == "no-preference":
            page.wait_for_timeout(400)
        places.append(camera(page))
    assert places[0] == pytest.approx(places[1], abs=0.1)
