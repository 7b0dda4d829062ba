"""The picture in each of its forms: files, JSON, networkx, notebooks, and the DOT that is the same on every run."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import networkx
import pygraphviz
import pytest

import minitensor as mt
from drawn_networks import Residual, constant_parameters, small_loss
from minitensor.viz import render as rendering

GOLDEN = Path(__file__).parent.parent / "golden" / "dot"
NASTY = "a<b>{c}|d\"e'\\f\nläßt 卷积 αβ \\N &amp; </script>"


def drawn_texts(svg):
    """What stands in an SVG's nodes, a line for each text element."""
    root = ElementTree.fromstring(svg)
    return ["".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text")]


def square():
    a = mt.arange(4.0).requires_grad_()
    return mt.viz.graph((a * a).sum())


def training_step():
    loss, model = small_loss()
    return mt.viz.graph(loss, model, direction="both", saved=True)


def residual():
    model = constant_parameters(Residual(blocks=3))
    image = mt.ones(2, 1, 9, 9)
    return mt.viz.graph(model(image).mean(), model)


GOLDEN_VIEWS = {"square": square, "training_step": training_step, "residual": residual}


@pytest.mark.parametrize("name", GOLDEN_VIEWS)
def test_dot_equals_the_golden_file(name):
    assert GOLDEN_VIEWS[name]().dot == (GOLDEN / f"{name}.dot").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", GOLDEN_VIEWS)
def test_dot_is_the_same_twice_in_one_process(name):
    assert GOLDEN_VIEWS[name]().dot == GOLDEN_VIEWS[name]().dot


def test_an_svg_of_a_loss_parses_and_holds_every_operation_and_parameter():
    loss, model = small_loss()
    view = mt.viz.graph(loss, model)
    texts = drawn_texts(view.svg())
    for name, _ in model.named_parameters():
        assert name in texts
    labels = {node.label for node in view.nodes if node.kind == "operation"}
    assert all(any(label in text for text in texts) for label in labels)


def test_each_ending_writes_its_format(tmp_path):
    view = square()
    begins = {
        "html": b"<!DOCTYPE html>", "svg": b"<svg", "png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF", "dot": b"digraph", "gv": b"digraph",
        "json": b'{"direction"', "txt": b"forward graph",
    }  # fmt: skip
    for ending, beginning in begins.items():
        path = view.save(tmp_path / f"picture.{ending}")
        assert path == tmp_path / f"picture.{ending}"
        assert path.read_bytes().lower().startswith(beginning.lower()), ending


def test_another_ending_is_refused_before_anything_is_drawn(tmp_path):
    with pytest.raises(ValueError, match="ending") as caught:
        square().save(tmp_path / "picture.bmp")
    assert str(caught.value) == (
        "save: the file's ending says the format, one of .html, .svg, .png, .pdf, .dot, .gv, .json, .txt; got 'picture.bmp'"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_said():
    with pytest.raises(FileNotFoundError, match="there is no folder 'nowhere' to write"):
        square().save("nowhere/picture.txt")


def test_json_holds_everything_and_nothing_idle():
    view = residual()
    data = json.loads(view.json())
    assert [node["id"] for node in data["nodes"]] == [node.id for node in view.nodes]
    assert [(edge["source"], edge["target"], edge["argument"]) for edge in data["edges"]] == [
        (edge.source, edge.target, edge.argument) for edge in view.edges
    ]
    assert [group["id"] for group in data["groups"]] == [group.id for group in view.groups]
    conv = next(node for node in data["nodes"] if node.get("operation") in ("conv", "conv_bias"))
    assert conv["label"] == "conv2d 3x3 /2"
    assert conv["shape"] == [2, 4, 4, 4]
    assert conv["saved"][0]["nbytes"] == 2 * 81 * 4
    assert "line" not in conv
    assert "formula" not in conv


def test_networkx_has_the_same_nodes_and_edges():
    view = mt.viz.graph(*small_loss(), direction="both")
    graph = view.to_networkx()
    assert isinstance(graph, networkx.MultiDiGraph)
    assert list(graph) == [node.id for node in view.nodes]
    assert sorted((a, b, data["argument"]) for a, b, data in graph.edges(data=True)) == sorted(
        (edge.source, edge.target, edge.argument) for edge in view.edges
    )
    assert networkx.is_directed_acyclic_graph(graph)
    order = {node.id: place for place, node in enumerate(view.nodes)}
    assert all(order[a] < order[b] for a, b in graph.edges())


def test_a_notebook_is_given_the_picture_and_the_text():
    view = square()
    assert view._repr_svg_() == view.svg()
    assert view._repr_mimebundle_() == {"text/plain": view.text(), "image/svg+xml": view.svg()}


def test_a_notebook_is_given_the_text_where_nothing_can_draw(monkeypatch):
    def without(*_):
        raise mt.viz.RenderingError("there is no dot")

    monkeypatch.setattr(rendering, "_command", without)
    view = square()
    assert view._repr_svg_() is None
    assert view._repr_mimebundle_() == {"text/plain": view.text()}


def test_show_opens_the_page(monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    path = square().show()
    assert opened == [path.as_uri()]
    assert path.read_text(encoding="utf-8") == square().html()


def test_a_view_says_how_much_it_holds():
    assert repr(square()) == "<forward graph: 2 operations, 1 tensor, 3 edges>"
    assert str(square()) == square().text()


@pytest.mark.parametrize("form", ["dot", "text", "json", "svg", "html"])
def test_names_of_any_letters_are_rendered_as_they_are(form):
    x = mt.ones(2, requires_grad=True)
    view = mt.viz.graph({NASTY: x.exp()}, names={NASTY + "2": x})
    if form == "svg":
        texts = "\n".join(drawn_texts(view.svg()))
        assert NASTY in texts
        assert NASTY + "2" in texts
    elif form == "json":
        data = json.loads(view.json())
        assert [data["nodes"][0]["label"], data["nodes"][1]["name"]] == [NASTY + "2", NASTY]
    elif form == "html":
        (data,) = re.findall(r"<script[^>]*application/json[^>]*>(.*?)</script>", view.html(), re.S)
        nodes = json.loads(data)["nodes"]
        assert [nodes[0]["label"], nodes[1]["name"]] == [NASTY + "2", NASTY]
    elif form == "text":
        assert NASTY.replace("\n", "\\n") + "2" in view.text()
    else:
        graph = pygraphviz.AGraph(string=view.dot)
        assert "卷积" in graph.get_node("n0").attr["label"]


# The command line

SCRIPT = """
import minitensor as mt
from minitensor import nn

def loss():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU())
    return model(mt.ones(1, 1, 5, 5)).sum(), model

def several():
    x = mt.ones(2, requires_grad=True)
    return {"double": x * 2, "square": x * x}

def view():
    return mt.viz.graph(loss()[0])

def unnamed():
    return mt.ones(2, requires_grad=True).sum()

def fails():
    raise ValueError("inside the user's function")

def nothing():
    return None

def needs(x):
    return x

number = 3
"""


def run(tmp_path, *arguments):
    (tmp_path / "model.py").write_text(SCRIPT)
    return subprocess.run(
        [sys.executable, "-m", "minitensor.viz", *arguments], capture_output=True, text=True, cwd=tmp_path, check=False
    )


def test_the_command_line_draws_what_a_function_returns(tmp_path):
    done = run(tmp_path, "model.py:loss", "-o", "graph.html", "--direction", "both")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "graph.html", "")
    page = (tmp_path / "graph.html").read_text(encoding="utf-8")
    assert "dW = conv_weight_grad(X, dY)" in page
    assert "0.weight" in page


def test_the_command_line_prints_the_text_unless_a_file_is_named(tmp_path):
    done = run(tmp_path, "model.py:several")
    assert (done.returncode, done.stderr) == (0, "")
    assert "double = mul" in done.stdout
    done = run(tmp_path, "model.py:view")
    assert "conv2d 3x3" in done.stdout


def test_the_command_line_names_tensors_after_the_functions_variables(tmp_path):
    done = run(tmp_path, "model.py:several")
    assert "(x, b = 2)" in done.stdout


def test_the_command_line_gives_no_names_of_its_own(tmp_path):
    done = run(tmp_path, "model.py:unnamed")
    assert "\n%1 = sum over (0,) (leaf 1) " in done.stdout


def test_the_command_line_records_values(tmp_path):
    done = run(tmp_path, "model.py:loss", "--values", "--saved", "--depth", "3")
    assert "model.py:7" in done.stdout
    assert "keeps" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["model.py"], "minitensor.viz: name a file and a function in it, as in model.py:loss; got 'model.py'"),
        (["other.py:loss"], "minitensor.viz: there is no file 'other.py'"),
        (["model.py:los"], "minitensor.viz: model.py has no function 'los'; its functions: loss, several, view, unnamed, fails, nothing, needs"),
        (["model.py:needs"], "minitensor.viz: needs is called without arguments, and needs x"),
        (["model.py:number"], "minitensor.viz: number in model.py is a int; its functions: loss, several, view, unnamed, fails, nothing, needs"),
        (["model.py:nothing"], "minitensor.viz: graph: output is a tensor, or a sequence or a dict of tensors, got NoneType"),
        (["model.py:loss", "-o", "graph.bmp"], "minitensor.viz: save: the file's ending says the format, one of .html, .svg, .png, .pdf, .dot, .gv, .json, .txt; got 'graph.bmp'"),
        (["model.py:loss", "--depth", "0"], "minitensor.viz: graph: depth is 1 or more, got 0"),
    ],
)  # fmt: skip
def test_the_command_line_refuses_in_one_line(tmp_path, arguments, message):
    done = run(tmp_path, *arguments)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (2, "", message)


def test_an_error_of_the_users_function_is_shown_whole(tmp_path):
    done = run(tmp_path, "model.py:fails")
    assert done.returncode == 1
    assert "in fails" in done.stderr
    assert "ValueError: inside the user's function" in done.stderr
