"""The page is one file that asks nobody for anything, and no label gets out of the place where it stands."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

import minitensor as mt
from drawn_networks import small_loss
from minitensor.viz import GraphData, GraphEdge, GraphNode, Group, Statistics
from minitensor.viz.html import SCRIPTS, page
from minitensor.viz.offline import script_json

HOSTILE = [
    "</script><script>alert(1)</script>", "<!--", "-->", "<!-- <script>", "]]>", "</style>", "</title><b>", "\u2028\u2029",
    "{{data}} {{script}} \\1 \\g<0>", "&quot;&amp;", "'\"\\", "\x00\x1f", "\ud800",
]  # fmt: skip


class Outline(HTMLParser):
    """The elements of a page with their attributes, and the text of its scripts, style and title."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts, self.open = [], {}, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.open = (tag, dict(attrs).get("id"))

    def handle_endtag(self, _tag):
        self.open = None

    def handle_data(self, data):
        if self.open is not None:
            self.texts[self.open] = self.texts.get(self.open, "") + data

    def attributes(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def graph(*labels):
    nodes = tuple(GraphNode(f"n{number}", "operation", label, (2,), "float32") for number, label in enumerate(labels))
    edges = tuple(GraphEdge(f"n{number}", f"n{number + 1}", "a") for number in range(len(labels) - 1))
    return GraphData("forward", nodes, edges)


def data_of(text):
    return json.loads(Outline(text).texts["script", "data"])


def test_the_page_holds_all_of_the_data():
    loss, model = small_loss()
    view = mt.viz.graph(loss, model, direction="both")
    assert data_of(page(view.data, "a step")) == json.loads(json.dumps(view.data.to_dict()))


@pytest.mark.parametrize("label", HOSTILE)
def test_no_label_ends_the_script_or_begins_a_comment(label):
    data = GraphData("forward", graph(label, label).nodes, (), (Group("g0", None, label, "module", label),), (label,))
    text = page(data, label)
    outline, plain = Outline(text), Outline(page(graph(), "a title"))
    assert outline.elements == plain.elements
    written = json.loads(outline.texts["script", "data"])
    assert {node["label"] for node in written["nodes"]} == {label}
    assert (written["groups"][0]["title"], written["notes"]) == (label, [label])
    assert outline.texts["title", None] == label.replace("\ud800", "?")
    text.encode()


@given(st.text() | st.sampled_from(HOSTILE))
def test_json_within_a_script_is_plain_ascii_and_reads_back(text):
    written = script_json({text: [text, 1.5, None, True]})
    assert written.isascii()
    assert not set("<>&") & set(written)
    assert json.loads(written) == {text: [text, 1.5, None, True]}


def test_what_json_has_no_number_for_is_written_in_words():
    node = GraphNode("n0", "operation", "log", value=Statistics(float("inf"), 0, 3, 3), seconds=float("nan"))
    written = data_of(page(GraphData("forward", (node,), ()), "infinite"))["nodes"][0]
    assert (written["value"]["norm"], written["seconds"]) == ("inf", "nan")


def test_nothing_in_it_points_outside():
    outline = Outline(page(graph("exp"), "offline"))
    for tag, attributes in outline.elements:
        assert tag not in {"base", "iframe", "img", "object", "embed", "form"}
        assert not {"src", "action", "ping", "background"} & set(attributes)
        assert all(not name.startswith("on") and name != "style" for name in attributes), "the policy would refuse it"
    assert [link["rel"] for link in outline.attributes("link")] == ["icon"]
    assert all(link["href"].startswith("data:") for link in outline.attributes("link"))
    style = outline.texts["style", None]
    assert "@import" not in style
    assert re.findall(r"url\(([^)]*)\)", style) == ["#arrow-faint", "#arrow-lit", "#arrow-faint", "#arrow-lit"]


def test_its_policy_allows_its_own_script_and_style_by_their_hashes_and_nothing_else():
    outline = Outline(page(graph("exp"), "policy"))
    policy = next(
        meta["content"] for meta in outline.attributes("meta") if meta.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for rule, element in (("script-src", ("script", None)), ("style-src", ("style", None))):
        digest = sha256(outline.texts[element].encode()).digest()
        assert rules[rule] == f"'sha256-{b64encode(digest).decode()}'"
    assert rules["img-src"] == "data:"
    assert set(rules) == {"default-src", "script-src", "style-src", "img-src", "base-uri", "form-action"}


def test_the_same_graph_is_the_same_page():
    loss, model = small_loss()
    view = mt.viz.graph(loss, model)
    assert view.html() == view.html()


def test_every_script_of_the_package_is_in_the_page_and_each_fits_a_few_screens():
    from importlib.resources import files

    folder = files("minitensor.viz") / "page"
    scripts = {file.name for file in folder.iterdir() if file.name.endswith(".js")}
    assert scripts == set(SCRIPTS)
    text = page(graph("exp"), "scripts")
    for name in SCRIPTS:
        source = (folder / name).read_text(encoding="utf-8")
        assert source in text
        assert len(source.splitlines()) <= 350
        assert not re.search(
            r"innerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|fetch\(|XMLHttpRequest|import\(", source
        )


def test_functions_of_the_scripts_have_names_of_their_own():
    text = page(graph("exp"), "names")
    names = re.findall(r"^(?:function|const|let) (\w+)", text, re.MULTILINE)
    assert sorted(names) == sorted(set(names))
