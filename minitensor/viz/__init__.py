"""Pictures of computation graphs: `graph` draws one, `record` keeps what its structure does not say, `summary` is a table.

`build` reads the tape into the plain data of `elements`, `collapse` chooses what is shown of it, and each format is written
by a file of its own: `dot` (drawn by `render`), `text`, `html`.
"""

from minitensor.viz.draw import graph
from minitensor.viz.elements import GraphData, GraphEdge, GraphNode, Group, Saved, Statistics
from minitensor.viz.record import record
from minitensor.viz.render import RenderingError
from minitensor.viz.summary import Summary, summary
from minitensor.viz.view import GraphView

__all__ = [
    "GraphData",
    "GraphEdge",
    "GraphNode",
    "GraphView",
    "Group",
    "RenderingError",
    "Saved",
    "Statistics",
    "Summary",
    "graph",
    "record",
    "summary",
]
