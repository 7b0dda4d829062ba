"""The sizes of windows: `ConvGeometry`, `PoolGeometry`, and the checks of what they are described with."""

from minitensor.geometry.arguments import (
    IntOrInts,
    Ints,
    Padding,
    Pairs,
    dilated,
    int_of,
    output_padding_of,
    padding_pairs,
    pool_padding_of,
    tuple_of,
)
from minitensor.geometry.conv import ConvGeometry, output_padding_for, refuse_empty
from minitensor.geometry.pool import PoolGeometry

__all__ = [
    "ConvGeometry",
    "IntOrInts",
    "Ints",
    "Padding",
    "Pairs",
    "PoolGeometry",
    "dilated",
    "int_of",
    "output_padding_for",
    "output_padding_of",
    "padding_pairs",
    "pool_padding_of",
    "refuse_empty",
    "tuple_of",
]
