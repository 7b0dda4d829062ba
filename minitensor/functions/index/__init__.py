"""What reads and writes elements by their place, under PyTorch's names."""

from minitensor.functions.index.masks import argwhere, masked_fill, masked_scatter, masked_select, nonzero
from minitensor.functions.index.reading import gather, index_select, take, take_along_dim
from minitensor.functions.index.writing import index_add, index_copy, index_fill, scatter, scatter_add

__all__ = [
    "argwhere", "gather", "index_add", "index_copy", "index_fill", "index_select", "masked_fill", "masked_scatter",
    "masked_select", "nonzero", "scatter", "scatter_add", "take", "take_along_dim",
]  # fmt: skip
