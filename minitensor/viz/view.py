"""The picture of a graph, in whatever form it is asked for."""

from __future__ import annotations

import json
import tempfile
import webbrowser
from functools import cached_property
from pathlib import Path
from typing import Any

from minitensor.viz.collapse import for_page, visible
from minitensor.viz.dot import dot_source
from minitensor.viz.elements import GraphData, GraphEdge, GraphNode, Group
from minitensor.viz.html import page
from minitensor.viz.render import RenderingError, render
from minitensor.viz.text import as_text
from minitensor.viz.words import counted, saved_bytes


class GraphView:
    """The picture of a computation graph: what `minitensor.viz.graph` answers with.

    `nodes`, `edges` and `groups` are everything, and so are `json()` and `to_networkx()`; the page of `html()` collapses and
    expands. `dot`, `text()` and the pictures show it collapsed to the depth that was asked for.

    Attributes
    ----------
    data : GraphData
        Everything.
    shown : GraphData
        What the pictures and the text show of it.

    Examples
    --------
    >>> import minitensor as mt
    >>> a = mt.tensor([1.0, 2.0], requires_grad=True)
    >>> view = mt.viz.graph((a * a).sum())
    >>> view
    <forward graph: 2 operations, 1 tensor, 3 edges>
    >>> [(edge.source, edge.target, edge.argument) for edge in view.edges]
    [('n0', 'n1', 'a'), ('n0', 'n1', 'b'), ('n1', 'n2', 'a')]
    """

    def __init__(self, data: GraphData, *, depth: int | None, saved: bool, values: bool, max_nodes: int, title: str) -> None:
        self.data = data
        self.title = title
        self._depth, self._saved, self._values, self._max_nodes = depth, saved, values, max_nodes

    @property
    def nodes(self) -> tuple[GraphNode, ...]:
        """Every node, in the order in which they were computed."""
        return self.data.nodes

    @property
    def edges(self) -> tuple[GraphEdge, ...]:
        """Every edge, in the order of what they lead to."""
        return self.data.edges

    @property
    def groups(self) -> tuple[Group, ...]:
        """The frames: modules, gradients of several operations, repeated blocks."""
        return self.data.groups

    @property
    def saved_bytes(self) -> int:
        """How many bytes the operations keep for their gradients; arrays that share memory count once."""
        return saved_bytes(self.nodes)

    @cached_property
    def shown(self) -> GraphData:
        """What the pictures and the text show of the whole."""
        return visible(self.data, self._depth, self._max_nodes)

    @cached_property
    def dot(self) -> str:
        """The picture as DOT, the language of Graphviz."""
        return dot_source(self.shown, saved=self._saved, values=self._values)

    def text(self) -> str:
        """The picture as a list of operations."""
        return as_text(self.shown, saved=self._saved, values=self._values)

    def json(self, indent: int | None = None) -> str:
        """Everything as JSON: nodes, edges, groups, notes.

        Parameters
        ----------
        indent : int, optional
            As in `json.dumps`.
        """
        return json.dumps(self.data.to_dict(), ensure_ascii=False, allow_nan=False, indent=indent)

    def svg(self, timeout: float = 60) -> str:
        """The picture as SVG.

        Parameters
        ----------
        timeout : float
            Seconds after which the layout is given up.

        Raises
        ------
        RenderingError
            Neither the program `dot` nor the package pygraphviz is there, or it fails.
        TimeoutError
            The layout takes too long.
        """
        return render(self.dot, "svg", timeout).decode()

    def png(self, timeout: float = 60) -> bytes:
        """The picture as the bytes of a PNG file; see `svg` for what can go wrong."""
        return render(self.dot, "png", timeout)

    def html(self) -> str:
        """A page in one file, to be opened in a browser: it collapses and expands, searches and highlights."""
        return page(for_page(self.data), self.title)

    def save(self, path: str | Path) -> Path:
        """Write the picture to a file, in the format that its ending says.

        Parameters
        ----------
        path : str or Path
            Ends in .html, .svg, .png, .pdf, .dot, .gv, .json or .txt.

        Returns
        -------
        Path

        Raises
        ------
        ValueError
            The ending is none of these.
        FileNotFoundError
            The folder is not there.
        """
        path = Path(path)
        forms: dict[str, Any] = {
            ".html": self.html,
            ".svg": self.svg,
            ".png": self.png,
            ".pdf": lambda: render(self.dot, "pdf"),
            ".dot": lambda: self.dot,
            ".gv": lambda: self.dot,
            ".json": self.json,
            ".txt": self.text,
        }
        form = forms.get(path.suffix.lower())
        if form is None:
            raise ValueError(f"save: the file's ending says the format, one of {', '.join(forms)}; got {path.name!r}")
        if not path.parent.is_dir():
            raise FileNotFoundError(f"save: there is no folder {str(path.parent)!r} to write {path.name!r} to")
        content = form()
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace"))
        return path

    def show(self) -> Path:
        """Open the page in a browser, and return where it was written: a file for the time being."""
        folder = Path(tempfile.mkdtemp(prefix="graph-"))
        path = self.save(folder / "graph.html")
        webbrowser.open(path.as_uri())
        return path

    def to_networkx(self) -> Any:
        """The graph as a `networkx.MultiDiGraph`, with what is known of nodes and edges as their attributes.

        Raises
        ------
        ModuleNotFoundError
            networkx is not installed.
        """
        try:
            import networkx
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError("to_networkx needs networkx: pip install networkx") from error
        whole = self.data.to_dict()
        graph = networkx.MultiDiGraph(direction=whole["direction"], groups=whole["groups"], notes=whole["notes"])
        graph.add_nodes_from((node.pop("id"), node) for node in whole["nodes"])
        graph.add_edges_from((edge["source"], edge["target"], {"argument": edge["argument"]}) for edge in whole["edges"])
        return graph

    def __repr__(self) -> str:
        operations = sum(node.kind in ("operation", "gradient") for node in self.nodes)
        counts = ((operations, "operation"), (len(self.nodes) - operations, "tensor"), (len(self.edges), "edge"))
        return f"<{self.data.direction} graph: {', '.join(counted(count, noun) for count, noun in counts)}>"

    def __str__(self) -> str:
        return self.text()

    def _repr_svg_(self) -> str | None:
        """For notebooks: the picture, or nothing where it cannot be rendered."""
        try:
            return self.svg()
        except (RenderingError, TimeoutError):
            return None

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:  # noqa: ARG002
        """For notebooks: the picture where it can be rendered, and the text in any case."""
        picture = self._repr_svg_()
        return {"text/plain": self.text()} | ({"image/svg+xml": picture} if picture is not None else {})
