"""Pictures of computation graphs: `graph` draws one, `record` keeps what its structure does not say, `summary` is a table.

`build` reads the tape into the plain data of `elements`, `collapse` chooses what is shown of it, and each format is written
by a file of its own: `dot` (drawn by `render`), `text`, `html`. Of the data itself `image_grid`, `signal_grid` and
`video_grid` make pictures, which need matplotlib. `conv_matrix` is a convolution as a matrix.
"""

from typing import TYPE_CHECKING

from minitensor.later import later
from minitensor.viz.draw import graph
from minitensor.viz.elements import GraphData, GraphEdge, GraphNode, Group, Saved, Statistics
from minitensor.viz.record import record
from minitensor.viz.render import RenderingError
from minitensor.viz.summary import Summary, summary
from minitensor.viz.view import GraphView

if TYPE_CHECKING:
    from minitensor.viz.images import image_grid, signal_grid, video_grid
    from minitensor.viz.matrix import conv_matrix

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
    "conv_matrix",
    "graph",
    "image_grid",
    "record",
    "signal_grid",
    "summary",
    "video_grid",
]

_PLACES = {
    "minitensor.viz.images": "image_grid signal_grid video_grid",
    "minitensor.viz.matrix": "conv_matrix",
}
__getattr__, __dir__ = later(__name__, _PLACES)
