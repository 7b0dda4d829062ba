"""Pages that a browser opens by itself, without asking anybody for anything: one text with data, style and script in it."""

from __future__ import annotations

import json
import math
import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any


def offline_page(folder: str, name: str, scripts: Sequence[str], data: Any, title: str, carried: str = "") -> str:
    """The HTML of a page that is put together from the files of a folder.

    The page's own policy forbids each request, and each script but its own, whatever a label says.

    Parameters
    ----------
    folder : str
        Within this package: "page".
    name : str
        Of the template and the style: name.html, name.css. The template has `{{title}}`, `{{style}}`, `{{data}}`,
        `{{script}}` and `{{policy}}` where these belong.
    scripts : sequence of str
        Files that are one script in this order: each uses what those before it define.
    data : object
        What the script reads as JSON.
    title : str
        What the page is called.
    carried : str
        Another page of this kind that this one can open by itself, where the template has `{{carried}}`: as a document of
        the browser's own, which is held to this page's policy too, so that this one allows what the other consists of.

    Examples
    --------
    >>> offline_page("page", "graph", [], {}, "an empty page").splitlines()[0]
    '<!DOCTYPE html>'
    """
    style = _file(folder, f"{name}.css")
    script = "(() => {\n" + '"use strict";\n' + "\n".join(_file(folder, one) for one in scripts) + "})();\n"
    scripts_allowed, styles_allowed = (
        [_hash_of(text), *_allowed(carried, kind)] for text, kind in ((script, "script"), (style, "style"))
    )
    policy = (
        f"default-src 'none'; script-src {' '.join(scripts_allowed)}; style-src {' '.join(styles_allowed)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    parts = {
        "policy": policy,
        "title": escape(_well_formed(title)),
        "style": style,
        "data": script_json(data),
        "script": script,
        "carried": f'<script id="carried" type="application/json">{script_json(carried)}</script>\n' if carried else "",
    }
    # All in one pass, so that nothing that was filled in is looked at again.
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], _file(folder, f"{name}.html"))


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


def _allowed(page: str, kind: str) -> list[str]:
    """The scripts, or the styles, that a page's policy allows, as it names them."""
    return re.findall(rf"{kind}-src ([^;]+);", page)[:1]


def _file(folder: str, name: str) -> str:
    return files("minitensor.viz").joinpath(folder, name).read_text(encoding="utf-8")
