"""Whatever a label says is shown as it is, and does nothing."""

import pytest

from minitensor.viz import GraphData, GraphEdge, GraphNode, Group
from minitensor.viz.html import page as html_of

LABELS = [
    "a < b > c", "{a|b}", "say \"x\" or 'y'", "back\\slash \\n", "two\nlines", "Схема 卷积 αβ مرحبا", "</script><script>window.broken = 1</script>",
    "<!-- <script>", "]]>", "<img src=x onerror=window.broken=1>", "&amp; &lt;b&gt;", "\u2028 \u2029", "${window.broken = 1}", "%s {{data}} \\1 $&",
]  # fmt: skip


@pytest.fixture
def page(show):
    groups = (Group("g0", None, LABELS[0], "module", "p"), Group("g1", "g0", LABELS[6], "module", "p.q"))
    nodes = [
        GraphNode(f"n{number}", "operation" if number % 2 else "parameter", label, (2,), "float32", group=("g1" if number > 8 else None), constants={label: label})
        for number, label in enumerate(LABELS)
    ]  # fmt: skip
    nodes.append(GraphNode("n99", "gradient", LABELS[1], formula=LABELS[9], name=LABELS[6], line=LABELS[4]))
    edges = tuple(GraphEdge(f"n{number}", f"n{number + 1}", LABELS[6]) for number in range(len(LABELS) - 1))
    return show(html_of(GraphData("forward", tuple(nodes), edges, groups, tuple(LABELS)), LABELS[6]))


def test_labels_reach_the_picture_the_panel_and_the_screen_reader_unchanged(page):
    for number, label in enumerate(LABELS):
        box = page.locator(f"[data-id=n{number}]")
        assert box.get_attribute("aria-label").startswith(label)
        box.focus()
        page.keyboard.press("Space")
        assert page.locator("#panel h2").text_content() == label
        drawn = "".join(box.locator("text").all_text_contents())
        first = label.split("\n")[0]
        beginning = drawn.split("…")[0]
        assert drawn.startswith(first) or first.startswith(beginning)
        assert len(beginning) >= 5 or drawn.startswith(first)
        page.keyboard.press("Space")


def test_nothing_of_it_becomes_markup_or_runs(page):
    assert page.evaluate("() => window.broken") is None
    assert page.evaluate("() => document.scripts.length") == 2
    assert page.locator("#world img, #panel img, #notes b, #notes img, #world script").count() == 0
    assert page.get_by_role("heading", level=1).text_content() == LABELS[6]
    assert page.title() == LABELS[6]
    assert page.locator("#notes p").all_text_contents() == LABELS


def test_the_list_of_matches_shows_labels_as_they_are(page):
    page.keyboard.press("/")
    page.keyboard.type("<img")
    assert page.get_by_role("option").first.locator(".title").text_content() == LABELS[9]
    page.keyboard.press("Enter")
    assert page.evaluate("() => window.broken") is None


def test_a_long_label_is_cut_in_the_box_and_whole_in_the_panel(show):
    label = "convolution " * 40
    page = show(html_of(GraphData("forward", (GraphNode("n0", "operation", label),), ()), "long"))
    drawn = page.locator("[data-id=n0] text").text_content()
    assert drawn.endswith("…")
    assert label.startswith(drawn[:-1])
    text, box = (page.locator(f"[data-id=n0] {part}").bounding_box() for part in ("text", ".shape"))
    assert text["x"] > box["x"]
    assert text["x"] + text["width"] < box["x"] + box["width"]
    page.locator("[data-id=n0]").click()
    assert page.locator("#panel h2").text_content() == label


def test_the_policy_of_the_page_forbids_requests_and_foreign_scripts(chromium, tmp_path):
    (tmp_path / "page.html").write_text(html_of(GraphData("forward", (GraphNode("n0", "operation", "exp"),), ()), "policy"))
    page = chromium.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    said = page.evaluate(
        """async () => {
            const broken = [];
            document.addEventListener("securitypolicyviolation", (event) => broken.push(event.effectiveDirective));
            await fetch("https://example.org/").catch(() => {});
            const image = new Image();
            image.src = "https://example.org/picture.png";
            const script = document.createElement("script");
            script.textContent = "window.broken = 1";
            document.body.append(script);
            await new Promise((done) => setTimeout(done, 100));
            return [broken.sort(), window.broken ?? null];
        }"""
    )
    page.close()
    assert said == [["connect-src", "img-src", "script-src-elem"], None]
