"""Shows that drawings come from `dot` or from pygraphviz, that neither runs on when it should not, and what is said without them."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import textwrap
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from minitensor.viz import render as module
from minitensor.viz.dot import dot_source
from minitensor.viz.elements import GraphData, GraphEdge, GraphNode
from minitensor.viz.render import RenderingError, render

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"
SMALL = 'digraph "a title" { a -> b }'

# A program that takes a lock, says so, starts another that holds the lock too, and waits.
HANGING = """
    import fcntl, pathlib, subprocess, sys, time
    here = pathlib.Path(__file__).parent
    lock = open(here / "lock", "w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], pass_fds=[lock.fileno()])
    (here / "ready").touch()
    time.sleep(600)
"""


@pytest.fixture
def no_dot(tmp_path, monkeypatch):
    """A PATH without any program."""
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))


@pytest.fixture
def fake_dot(tmp_path, monkeypatch):
    """A function that puts a program called `dot`, of this Python source, on the PATH."""

    def write(source):
        program = tmp_path / "dot"
        program.write_text(f"#!{sys.executable}\n{textwrap.dedent(source)}", encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        return program

    return write


def wait_for(happens):
    """Wait until a thing happens; fail where it never does."""
    for _ in range(1200):
        if happens():
            return
        time.sleep(0.05)
    pytest.fail("it never happened")


def is_free(path):
    """Whether nobody holds the lock on a file: a process's locks end with it."""
    with open(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def picture():
    nodes = (
        GraphNode("n0", "input", "日本語 <b>"),
        GraphNode("n1", "operation", "conv2d 5x5 /2", (32, 16, 12, 12), "float32"),
    )
    return dot_source(GraphData("forward", nodes, (GraphEdge("n0", "n1", "x"),)))


def test_dot_is_asked_first_and_reads_the_graph_from_its_input(fake_dot):
    fake_dot("import sys; sys.stdout.write(' '.join(sys.argv[1:]) + '|' + sys.stdin.read())")
    assert render("digraph { é }", "pdf") == "-Tpdf|digraph { é }".encode()
    assert render("digraph {}", "png") == b"-Tpng -Gdpi=144 -Gsize=60,60|digraph {}"


def test_the_path_may_have_spaces_and_the_graph_anything(tmp_path, monkeypatch):
    folder = tmp_path / "a folder; $(touch broken) 'x'"
    folder.mkdir()
    program = folder / "dot"
    program.write_text(f"#!{sys.executable}\nimport sys; print(sys.stdin.read(), end='')")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    assert render("$(touch broken) `x` '\"", "pdf") == b"$(touch broken) `x` '\""
    assert not (Path.cwd() / "broken").exists()


def test_more_than_a_pipe_holds_goes_in_and_out(fake_dot):
    fake_dot("import sys; sys.stdout.write(sys.stdin.read() * 2)")
    assert render("x" * 1_000_000, "pdf") == b"x" * 2_000_000


def test_a_failure_shows_what_dot_said(fake_dot):
    program = fake_dot("import sys; sys.stderr.write('Error: <stdin>: syntax error in line 1 é'); sys.exit(3)")
    with pytest.raises(RenderingError) as info:
        render("digraph {", "svg")
    assert str(info.value) == (
        f"{program} gave no drawing, and ended with 3. What .html(), .text(), .json() and .dot give needs neither.\nError: <stdin>: syntax error in line 1 é"
    )


def test_an_empty_answer_is_a_failure(fake_dot):
    fake_dot("")
    with pytest.raises(RenderingError, match=r"gave no drawing, and ended with 0(.|\n)*It said nothing"):
        render(SMALL, "png")


def test_warnings_of_a_success_stay_unsaid(fake_dot, capfd):
    fake_dot("import sys; sys.stderr.write('Warning: font'); sys.stdout.write('drawing')")
    assert render(SMALL, "pdf") == b"drawing"
    assert capfd.readouterr() == ("", "")


def test_a_program_that_cannot_be_started_is_a_failure_in_words(tmp_path, monkeypatch):
    program = tmp_path / "dot"
    program.write_bytes(b"\x7fnot a program")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RenderingError, match=r"could not be started: (.|\n)*\.text\(\)"):
        render(SMALL, "svg")


def test_the_time_limit_ends_the_program_and_all_that_it_started(fake_dot, tmp_path):
    fake_dot(HANGING)
    with pytest.raises(TimeoutError) as info:
        render(SMALL, "svg", timeout=3)
    assert str(info.value) == (
        "the layout took longer than 3 s and was ended. Draw less, with depth=1; or take .html(), which lays out only what is "
        "open, or .text() or .dot, which need no layout"
    )
    assert (tmp_path / "ready").exists()
    wait_for(lambda: is_free(tmp_path / "lock"))


def test_the_time_limit_ends_what_a_program_left_behind(fake_dot, tmp_path):
    fake_dot(HANGING.rsplit("time.sleep", 1)[0])  # it ends at once; the one that it started holds its output open
    with pytest.raises(TimeoutError):
        render(SMALL, "svg", timeout=3)
    wait_for(lambda: is_free(tmp_path / "lock"))


def test_an_interrupt_leaves_nothing_running(fake_dot, tmp_path):
    fake_dot(HANGING)
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from minitensor.viz.render import render; print(1, flush=True); render('digraph {{}}', 'svg')"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as parent:
        wait_for((tmp_path / "ready").exists)
        parent.send_signal(signal.SIGINT)
        said = parent.communicate()[1]
    assert b"KeyboardInterrupt" in said
    wait_for(lambda: is_free(tmp_path / "lock"))


@pytest.mark.usefixtures("no_dot")
def test_pygraphviz_draws_where_there_is_no_dot(capfd):
    drawing = ET.fromstring(render(picture(), "svg"))
    assert [text.text for text in drawing.iter(f"{SVG}text")] == ["日本語 <b>", "conv2d 5x5 /2", "(32, 16, 12, 12) float32"]
    assert render(picture(), "png").startswith(b"\x89PNG\r\n\x1a\n")
    assert render(picture(), "pdf").startswith(b"%PDF-")
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("no_dot")
def test_a_png_has_144_dots_an_inch():
    def pixels(source):
        return int.from_bytes(render(source, "png")[16:20], "big")

    boxes = ['digraph { graph [pad=0]; a [shape=box, label="", fixedsize=true, width=%d] }' % width for width in (2, 5)]  # noqa: UP031
    assert pixels(boxes[1]) - pixels(boxes[0]) == 3 * 144


@pytest.mark.usefixtures("no_dot")
def test_an_svg_can_stand_in_a_page_and_says_what_it_is():
    svg = render(picture(), "svg")
    assert svg.startswith(b"<svg ")
    assert not any(word in svg for word in (b"<!DOCTYPE", b"<?xml", b"http://www.w3.org/Graphics"))
    drawing = ET.fromstring(svg)
    assert drawing.get("role") == "img"
    assert drawing[0].tag == f"{SVG}title"
    assert drawing[0].text == "forward graph: 1 operation"
    assert svg.count(b"forward graph: 1 operation") == 1


@pytest.mark.usefixtures("no_dot")
def test_the_page_shows_through():
    drawing = ET.fromstring(render(picture(), "svg"))
    whole = drawing.find(f"{SVG}g")
    assert [
        shape for shape in whole if shape.tag == f"{SVG}polygon" and shape.get("fill") not in ("none", "transparent")
    ] == []


def test_an_svg_without_a_title_stays_without_one(fake_dot):
    fake_dot('print(\'<?xml version="1.0"?><svg width="1"><g class="node"><title>a</title></g></svg>\')')
    assert render(SMALL, "svg") == b'<svg role="img" width="1"><g class="node"><title>a</title></g></svg>\n'


@pytest.mark.usefixtures("no_dot")
def test_what_pygraphviz_says_of_a_failure_is_shown():
    with pytest.raises(RenderingError, match=r"pygraphviz gave no drawing(.|\n)*syntax error in line 1"):
        render("digraph {", "svg")


@pytest.mark.usefixtures("no_dot")
def test_the_time_limit_holds_for_pygraphviz(monkeypatch):
    children = []

    class Recorded(subprocess.Popen):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            children.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    crowd = "digraph {" + ";".join(f"{i} -> {i * 7919 % 3001}; {i} -> {i * 104729 % 3001}" for i in range(3000)) + "}"
    with pytest.raises(TimeoutError, match=r"longer than 0\.2 s"):
        render(crowd, "svg", timeout=0.2)
    assert [child.returncode for child in children] == [-signal.SIGKILL]


@pytest.mark.usefixtures("no_dot")
def test_modules_that_hide_the_standard_librarys_do_not_reach_the_child(tmp_path, monkeypatch):
    for name in ("re", "html", "tempfile", "shlex", "warnings"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('the wrong module')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert render(SMALL, "svg").startswith(b"<svg")


@pytest.mark.usefixtures("no_dot")
def test_pygraphviz_is_found_where_the_parent_finds_it(tmp_path, monkeypatch):
    package = tmp_path / "odd place" / "pygraphviz"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(
        "class AGraph:\n    def __init__(self, string): pass\n    def draw(self, **options): return b'drawn there'"
    )
    monkeypatch.delitem(sys.modules, "pygraphviz", raising=False)
    monkeypatch.syspath_prepend(package.parent)
    bare = subprocess.run(
        [sys.executable, "-I", "-S", *module._command("pdf")[2:]], input=b"", capture_output=True, check=True
    )
    assert bare.stdout == b"drawn there"


@pytest.mark.usefixtures("no_dot")
def test_without_either_the_error_says_what_helps(monkeypatch):
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    with pytest.raises(RenderingError) as info:
        render(SMALL, "svg")
    assert str(info.value) == (
        "drawing needs pygraphviz or the `dot` program, and neither is here: `pip install pygraphviz`, or `apt install graphviz`. "
        "What .html(), .text(), .json() and .dot give needs neither."
    )
    assert isinstance(info.value, RuntimeError)


@pytest.mark.usefixtures("no_dot")
def test_a_folder_that_is_called_pygraphviz_is_not_pygraphviz(tmp_path, monkeypatch):
    (tmp_path / "pygraphviz").mkdir()
    monkeypatch.delitem(sys.modules, "pygraphviz", raising=False)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(RenderingError, match="neither is here"):
        render(SMALL, "svg")


@pytest.mark.parametrize("form", ["gif", "SVG", "", "svg -o x"])
def test_other_formats_are_refused(form):
    with pytest.raises(ValueError, match="the format is one of svg, png, pdf, not"):
        render(SMALL, form)


def test_nothing_of_the_engine_is_loaded_into_this_process():
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from minitensor.viz.render import render; render('digraph {{}}', 'svg'); print('pygraphviz' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "PATH": ""}
    )
    assert (done.stdout, done.stderr) == ("False\n", "")
