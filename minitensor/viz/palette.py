"""The colours of a picture: those of Okabe and Ito, which people with any kind of colour vision can tell apart.

A node has its hue as its border and a light tint of it as its fill, with dark text (contrast at least 13), so it reads on a
page of any colour. What stands on the page itself has one grey: edges, frames, and the titles of frames. It is the lightest
with a contrast of 4.5 on white, as text needs; that leaves 3.7 on #1e1e1e and 4.6 on black. Shapes, words and dashes say
again what a colour says. Okabe and Ito, "Color Universal Design", 2008.
"""

from __future__ import annotations

from typing import NamedTuple

from minitensor.viz.elements import Kind


class Colours(NamedTuple):
    """What a node is painted with.

    Attributes
    ----------
    fill, line, font : str
        As "#rrggbb": of its inside, its border, and its text.
    """

    fill: str
    line: str
    font: str


INK = "#767676"  # edges, frames and their titles
ALARM = "#e00000"  # the border of what has values that are NaN or infinite
DARK = "#1a1a1a"

COLOURS: dict[Kind, Colours] = {
    "operation": Colours("#dcebf5", "#0072b2", DARK),
    "gradient": Colours("#fbe7dc", "#d55e00", DARK),
    "parameter": Colours("#fdf1d9", "#e69f00", DARK),
    "buffer": Colours("#f8ebf2", "#cc79a7", DARK),
    "input": Colours("#dcf1ea", "#009e73", DARK),
    "value": Colours("#f2f2f2", "#8c8c8c", DARK),
    "group": Colours("#e4e4e4", "#5c5c5c", DARK),
}
