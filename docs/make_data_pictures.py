"""Writes pictures/waveforms.png, shapes.png and moving_shapes.png: samples of the sets that are generated.

python docs/make_data_pictures.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import minitensor as mt
from minitensor.data.datasets import MOTIONS, SHAPES, WAVEFORMS, make_moving_shapes, make_shapes, make_waveforms
from minitensor.viz import image_grid, signal_grid, video_grid

PICTURES = Path(__file__).resolve().parent / "pictures"


def first_of_each(labels: mt.Tensor, count: int) -> list[int]:
    """Where the first few samples of each class are: the first of every class, then the second of every class."""
    classes = range(int(labels.max()) + 1)
    return np.array([np.flatnonzero(labels.numpy() == label)[:count] for label in classes]).T.ravel().tolist()


def main() -> None:
    """Draw samples of each class."""
    noisy, labels = make_waveforms(200, generator=mt.Generator().manual_seed(3))
    clean, _ = make_waveforms(200, noise=0, generator=mt.Generator().manual_seed(3))
    chosen = first_of_each(labels, 2)
    titles = [WAVEFORMS[label] for label in labels[chosen].tolist()]
    signal_grid(mt.cat([noisy, clean], 1)[chosen], titles, columns=4).savefig(PICTURES / "waveforms.png", dpi=80)

    images, labels = make_shapes(200, generator=mt.Generator().manual_seed(4))
    chosen = first_of_each(labels, 3)
    titles = [SHAPES[label] for label in labels[chosen].tolist()]
    image_grid(images[chosen], titles, columns=10).savefig(PICTURES / "shapes.png", dpi=87)

    videos, labels = make_moving_shapes(100, generator=mt.Generator().manual_seed(2))
    chosen = first_of_each(labels, 1)
    titles = [MOTIONS[label] for label in labels[chosen].tolist()]
    video_grid(videos[chosen], titles).savefig(PICTURES / "moving_shapes.png", dpi=80)


if __name__ == "__main__":
    main()
