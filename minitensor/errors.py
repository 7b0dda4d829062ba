"""What can go wrong with shapes, said so that the message is the answer."""

from __future__ import annotations

from collections.abc import Sequence

SPATIAL_AXES = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}


class ShapeError(ValueError):
    """Shapes that do not fit each other, or the operation that they were given to.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.ones(2, 3) @ mt.ones(2, 3)
    Traceback (most recent call last):
        ...
    minitensor.errors.ShapeError: matmul: the first operand has 3 columns, the second has 2 rows
      first  (n, m) = (2, 3)
      second (m, p) = (2, 3)
    """


def shape_table(*rows: tuple[str, Sequence[str], Sequence[int]]) -> str:
    """Lines of shapes with their axes named, to stand below an error's first line.

    Parameters
    ----------
    *rows : tuple of (name, axes, shape)
        What the array is, the names of its axes, and its shape.

    Examples
    --------
    >>> print(shape_table(("input", ("N", "C"), (2, 3)), ("weight", ("out", "in"), (4, 5))))
      input  (N, C)    = (2, 3)
      weight (out, in) = (4, 5)
    """
    names = [name for name, _, _ in rows]
    axes = ["(" + ", ".join(axes) + ")" for _, axes, _ in rows]
    shapes = [tuple(shape) for _, _, shape in rows]
    wide, broad = max(map(len, names)), max(map(len, axes))
    return "\n".join(f"  {n:{wide}} {a:{broad}} = {s}" for n, a, s in zip(names, axes, shapes, strict=True))


def spatial_axes(rank: int) -> tuple[str, ...]:
    """The names of `rank` spatial axes, outermost first: ("H", "W") for two."""
    return SPATIAL_AXES.get(rank) or tuple(f"S{axis}" for axis in range(rank))
