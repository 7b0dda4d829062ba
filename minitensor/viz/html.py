"""The picture as a page, which collapses and expands, searches and highlights by itself."""

from __future__ import annotations

from minitensor.viz.elements import GraphData
from minitensor.viz.lens.view import lens_page
from minitensor.viz.offline import offline_page

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
    "reduce.js",
    "lens.js",
    "draw.js",
    "camera.js",
    "overview.js",
    "panel.js",
    "search.js",
    "controls.js",
)


def page(data: GraphData, title: str) -> str:
    """The HTML of a page that shows a graph: see `offline_page`. It carries the lens if there is a convolution.

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
    carried = lens_page() if any(node.convolution is not None for node in data.nodes) else ""
    return offline_page("page", "graph", SCRIPTS, data.to_dict(), title, carried)
