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
from minitensor.geometry.pool import PoolGeometry, Windows, adaptive_windows, windows_of
from minitensor.geometry.resampling import AxisMap, axis_map

__all__ = [
    "AxisMap",
    "ConvGeometry",
    "IntOrInts",
    "Ints",
    "Padding",
    "Pairs",
    "PoolGeometry",
    "Windows",
    "adaptive_windows",
    "axis_map",
    "dilated",
    "int_of",
    "output_padding_for",
    "output_padding_of",
    "padding_pairs",
    "pool_padding_of",
    "refuse_empty",
    "tuple_of",
    "windows_of",
]
