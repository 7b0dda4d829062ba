"""Views of weights and images by group."""

from __future__ import annotations

from minitensor.dtypes import Array


def weights_by_group(w: Array, groups: int) -> Array:
    """Weights (group*o, c, *kernel) as (group, o, c, *kernel)."""
    return w.reshape(groups, len(w) // groups, *w.shape[1:])


def images_by_group(images: Array, groups: int) -> Array:
    """Images (n, group*c, *spatial) as (n, group, c, *spatial)."""
    return images.reshape(len(images), groups, images.shape[1] // groups, *images.shape[2:])
