"""The picture as a page: one file that a browser opens by itself, without asking anybody for anything."""

from __future__ import annotations

import json
import math
import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any

from minitensor.viz.elements import GraphData

# In this order they are one script: a file uses what those before it define.
SCRIPTS = (
    "graph.js",
    "layers.js",
    "order.js",
    "place.js",
    "layout.js",
    "routes.js",
    "wires.js",
    "boxes.js",
    "draw.js",
    "camera.js",
    "overview.js",
    "panel.js",
    "search.js",
    "controls.js",
)


def page(data: GraphData, title: str) -> str:
    """The HTML of a page that shows a graph: it collapses and expands, searches and highlights.

    Everything is in this one text: the data, the style and the script. The page's own policy forbids each request, and each
    script but its own, whatever a label says.

    Parameters
    ----------
    data : GraphData
        All of it; the page itself chooses what to show first.
    title : str
        What the page is called.

    Examples
    --------
    >>> text = page(GraphData("forward", (), ()), "an empty graph")
    >>> text.splitlines()[0], "<title>an empty graph</title>" in text
    ('<!DOCTYPE html>', True)
    """
    style = _file("graph.css")
    script = "(() => {\n" + '"use strict";\n' + "\n".join(_file(name) for name in SCRIPTS) + "})();\n"
    policy = (
        f"default-src 'none'; script-src {_hash_of(script)}; style-src {_hash_of(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    parts = {
        "policy": policy,
        "title": escape(_well_formed(title)),
        "style": style,
        "data": script_json(data.to_dict()),
        "script": script,
    }
    # All in one pass, so that nothing that was filled in is looked at again.
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], _file("graph.html"))


def script_json(value: Any) -> str:
    r"""JSON that can stand within `<script>`: no text in it ends the script or begins a comment, and it is all ASCII.

    Infinity and NaN, which JSON has no words for, become strings.

    Examples
    --------
    >>> script_json({"label": "</script>", "norm": float("inf")})
    '{"label":"\\u003c/script\\u003e","norm":"inf"}'
    """
    text = json.dumps(_finite(value), allow_nan=False, separators=(",", ":"))  # not ASCII is escaped, U+2028 too
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _finite(value: Any) -> Any:
    """The same with each number that JSON cannot write as a string."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _well_formed(text: str) -> str:
    """The text without halves of surrogate pairs, which no file can be written with."""
    return text.encode("utf-16", "replace").decode("utf-16", "replace")


def _hash_of(text: str) -> str:
    """How a page's policy names a script or a style that it allows."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _file(name: str) -> str:
    return (files("minitensor.viz") / "page" / name).read_text(encoding="utf-8")
