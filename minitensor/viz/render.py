"""From DOT to a drawing: by the `dot` program where there is one, else by pygraphviz, whose wheels carry the same engine.

Either runs in a process of its own, so that a layout that takes too long can be ended.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, get_args

Format = Literal["svg", "png", "pdf"]

# What a format is drawn with: a PNG has half as many dots again as Graphviz would give it, and at most 8,640 each way: a
# larger one takes many seconds, and few programs show it.
_OPTIONS: dict[str, tuple[str, ...]] = {"png": ("-Gdpi=144", "-Gsize=60,60")}
_WITHOUT = "What .html(), .text(), .json() and .dot give needs neither."


class RenderingError(RuntimeError):
    """A picture that could not be drawn, with what the drawing program said or what helps.

    Examples
    --------
    >>> render("digraph {", "svg")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    minitensor.viz.render.RenderingError: ...
    """


def render(source: str, format: Format, timeout: float = 60) -> bytes:
    """Draw a graph.

    Parameters
    ----------
    source : str
        A graph in DOT.
    format : {"svg", "png", "pdf"}
    timeout : float
        How many seconds the layout may take.

    Returns
    -------
    bytes
        The file. An SVG has no document type, so that it can stand in a page, and its title says what it shows.

    Raises
    ------
    ValueError
        If the format is another one.
    RenderingError
        If there is neither the `dot` program nor pygraphviz, or if it fails: then with what it said.
    TimeoutError
        If the layout takes longer; nothing of it runs on.
    """
    if format not in get_args(Format):
        raise ValueError(f"render: the format is one of {', '.join(get_args(Format))}, not {format!r}")
    drawing = _run(_command(format), source.encode("utf-8"), timeout)
    return _for_pages(drawing) if format == "svg" else drawing


def _command(format: Format) -> list[str]:
    """The program that draws, with its arguments: DOT on its standard input, the drawing on its standard output."""
    program = shutil.which("dot")
    if program is not None:
        return [program, f"-T{format}", *_OPTIONS.get(format, ())]
    spec = find_spec("pygraphviz")
    if spec is None or spec.origin is None:
        raise RenderingError(
            f"drawing needs pygraphviz or the `dot` program, and neither is here: "
            f"`pip install pygraphviz`, or `apt install graphviz`. {_WITHOUT}"
        )
    # Isolated, so that no module beside layout.py and none of the user's hides one of the standard library.
    layout, packages = Path(__file__).with_name("layout.py"), Path(spec.origin).parent.parent
    return [sys.executable, "-I", str(layout), str(packages), format, *_OPTIONS.get(format, ())]


def _run(command: list[str], source: bytes, timeout: float) -> bytes:
    """What a program answers. However this ends, neither it nor what it started runs on."""
    name = "pygraphviz" if command[0] == sys.executable else command[0]
    try:
        # In a session of its own, and so a process group, which can be ended as a whole.
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
    except OSError as error:
        raise RenderingError(f"{name} could not be started: {error}. {_WITHOUT}") from error
    with child:
        try:
            drawing, said = child.communicate(source, timeout)
        except subprocess.TimeoutExpired:
            raise TimeoutError(
                f"the layout took longer than {timeout:g} s and was ended. Draw less, with depth=1; or take .html(), which "
                f"lays out only what is open, or .text() or .dot, which need no layout"
            ) from None
        finally:
            _end(child)
    if child.returncode or not drawing:
        words = said.decode("utf-8", "replace").strip() or "It said nothing."
        raise RenderingError(f"{name} gave no drawing, and ended with {child.returncode}. {_WITHOUT}\n{words}")
    return drawing


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a process that still runs, and all that it started."""
    if child.returncode is None:  # nobody has waited for it, so its number is still its own
        if os.name == "posix":
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()


def _for_pages(svg: bytes) -> bytes:
    """An SVG as it can stand in a page: without declarations, and with its title where a screen reader looks for it."""
    drawing = svg[max(svg.find(b"<svg"), 0) :].replace(b"<svg", b'<svg role="img"', 1)
    title = re.search(rb'(?<=class="graph")([^>]*>\s*)(<title>.*?</title>\s*)', drawing, re.S)
    if title is None:
        return drawing
    drawing = drawing[: title.start(2)] + drawing[title.end(2) :]
    start, end, inside = drawing.partition(b">")
    return start + end + b"\n" + title[2].rstrip() + inside
