"""Pictures of computation graphs: `graph` draws one, `record` keeps what its structure does not say, `summary` is a table.

`build` reads the tape into the plain data of `elements`, `collapse` chooses what is shown of it, and each format is written
by a file of its own: `dot` (drawn by `render`), `text`, `html`. Of the data itself `image_grid`, `signal_grid` and
`video_grid` make pictures, which need matplotlib. `conv_matrix` is a convolution as a matrix.
Of a network `filters`, `feature_maps`, `saliency`, `receptive_field` and `gradient_flow` make pictures.
"""

from typing import TYPE_CHECKING

from minitensor.later import later
from minitensor.viz.draw import graph
from minitensor.viz.elements import GraphData, GraphEdge, GraphNode, Group, Saved, Statistics
from minitensor.viz.lens import Lens, lens
from minitensor.viz.record import record
from minitensor.viz.render import RenderingError
from minitensor.viz.summary import Summary, summary
from minitensor.viz.view import GraphView

if TYPE_CHECKING:
    from minitensor.viz.answers import feature_maps
    from minitensor.viz.attribution import saliency_map
    from minitensor.viz.flow import gradient_flow
    from minitensor.viz.images import image_grid, signal_grid, video_grid
    from minitensor.viz.matrix import conv_matrix
    from minitensor.viz.receptive import ReceptiveField, receptive_field
    from minitensor.viz.saliencies import saliency
    from minitensor.viz.weights import filters

__all__ = [
    "GraphData",
    "GraphEdge",
    "GraphNode",
    "GraphView",
    "Group",
    "Lens",
    "ReceptiveField",
    "RenderingError",
    "Saved",
    "Statistics",
    "Summary",
    "conv_matrix",
    "feature_maps",
    "filters",
    "gradient_flow",
    "graph",
    "image_grid",
    "lens",
    "receptive_field",
    "record",
    "saliency",
    "saliency_map",
    "signal_grid",
    "summary",
    "video_grid",
]

_PLACES = {
    "minitensor.viz.answers": "feature_maps",
    "minitensor.viz.attribution": "saliency_map",
    "minitensor.viz.flow": "gradient_flow",
    "minitensor.viz.images": "image_grid signal_grid video_grid",
    "minitensor.viz.matrix": "conv_matrix",
    "minitensor.viz.receptive": "ReceptiveField receptive_field",
    "minitensor.viz.saliencies": "saliency",
    "minitensor.viz.weights": "filters",
}
__getattr__, __dir__ = later(__name__, _PLACES)
