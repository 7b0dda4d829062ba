"""Tables of text."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import combining, east_asian_width


def aligned(lines: Sequence[Sequence[str]], left: int = 0) -> list[str]:
    r"""Lines of cells in columns, the first `left` of them flush left and the others flush right.

    Examples
    --------
    >>> print(*aligned([["epoch", "loss"], ["1", "2.5"], ["10", "0.25"]]), sep="\n")
    epoch  loss
        1   2.5
       10  0.25
    """
    widths = [max(map(width_of, column)) for column in zip(*lines, strict=True)]
    texts = []
    for line in lines:
        cells = []
        for place, (cell, width) in enumerate(zip(line, widths, strict=True)):
            space = " " * (width - width_of(cell))
            cells.append(cell + space if place < left else space + cell)
        texts.append("  ".join(cells).rstrip())
    return texts


def width_of(text: str) -> int:
    """How many columns of a terminal a text takes: East Asian letters take two, combining marks none.

    Examples
    --------
    >>> width_of("cat"), width_of("猫")
    (3, 2)
    """
    if text.isascii():
        return len(text)
    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text)
