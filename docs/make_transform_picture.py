"""Writes pictures/transforms.png: an image and a signal, and what transforms make of them.

python docs/make_transform_picture.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import minitensor as mt
from minitensor.data.datasets import SHAPES, make_shapes
from minitensor.data.transforms import (
    CenterCrop,
    ColorJitter,
    Compose,
    Cutout,
    GaussianNoise,
    Grayscale,
    Pad,
    RandomAffine,
    RandomCrop,
    RandomErasing,
    RandomFlip,
    RandomGain,
    RandomHorizontalFlip,
    RandomRotation,
    RandomShift,
    RandomVerticalFlip,
)

PICTURE = Path(__file__).resolve().parent / "pictures" / "transforms.png"

OF_IMAGES = {
    "the image": Compose([]),
    "Pad(8)": Pad(8),
    "CenterCrop(40)": CenterCrop(40),
    "RandomCrop(64,\npadding=12)": RandomCrop(64, padding=12),
    "RandomCrop(64, padding=12,\npadding_mode='reflect')": RandomCrop(64, padding=12, padding_mode="reflect"),
    "RandomHorizontalFlip()": RandomHorizontalFlip(1.0),
    "RandomVerticalFlip()": RandomVerticalFlip(1.0),
    "RandomRotation(30,\n'bilinear')": RandomRotation(30, "bilinear"),
    "RandomRotation(30,\n'bilinear', expand=True)": RandomRotation(30, "bilinear", expand=True),
    "RandomAffine(15, (0.1, 0.1),\n(0.8, 1.2), 15, 'bilinear')": RandomAffine(15, (0.1, 0.1), (0.8, 1.2), 15, "bilinear"),
    "ColorJitter(0.4, 0.4,\n0.4, 0.2)": ColorJitter(0.4, 0.4, 0.4, 0.2),
    "Grayscale()": Grayscale(3),
    "GaussianNoise(sigma=0.15)": GaussianNoise(sigma=0.15),
    "RandomErasing()": RandomErasing(1.0),
    "Cutout(24)": Cutout(24),
}
OF_SIGNALS = {
    "the signal": Compose([]),
    "RandomFlip()": RandomFlip(1.0),
    "RandomShift(0.25)": RandomShift(0.25),
    "RandomShift(0.25, 'constant')": RandomShift(0.25, "constant"),
    "RandomGain((0.5, 2))": RandomGain((0.5, 2)),
    "GaussianNoise(\nsigma=0.1, clip=False)": GaussianNoise(sigma=0.1, clip=False),
    "RandomCrop(96)": RandomCrop(96),
    "RandomCrop(128, padding=32,\npadding_mode='reflect')": RandomCrop(128, padding=32, padding_mode="reflect"),
    "Cutout(24)": Cutout(24),
    "CenterCrop(64)": CenterCrop(64),
}


def example_image() -> mt.Tensor:
    """An arrow, of which one can see how it is turned."""
    images, labels = make_shapes(200, 64, clutter=4, noise=0.02, generator=mt.Generator().manual_seed(12))
    return images[np.flatnonzero(labels.numpy() == SHAPES.index("arrow"))[3]]


def example_signal() -> mt.Tensor:
    """A tone that swells fast and dies away slowly."""
    time = np.arange(128) / 128
    return mt.from_numpy((np.sin(2 * np.pi * 9 * time) * np.minimum(time / 0.1, np.exp(0.2 - 2 * time)))[None])  # (c, l)


def main() -> None:
    """Draw each in a field of its own, five in a row."""
    image, signal = example_image(), example_signal()
    figure = Figure(figsize=(11, 10.4), layout="constrained")
    of_images, of_signals = figure.subfigures(2, 1, height_ratios=[2.6, 1.3])
    for ax, (title, transform) in zip(of_images.subplots(3, 5).ravel(), OF_IMAGES.items(), strict=True):
        mt.manual_seed(12)
        ax.imshow(transform(image).numpy().transpose(1, 2, 0))  # (h, w, c)
        ax.set_title(title, fontsize=9)
        ax.tick_params(labelsize=7)
    for ax, (title, transform) in zip(of_signals.subplots(2, 5).ravel(), OF_SIGNALS.items(), strict=True):
        mt.manual_seed(4)
        ax.plot(transform(signal).numpy()[0], color="#0072B2", linewidth=1)
        ax.set(xlim=(0, 127), ylim=(-1.9, 1.9))
        ax.set_title(title, fontsize=9)
        ax.tick_params(labelsize=7)
    of_images.supxlabel("x in pixels", fontsize=9)
    of_images.supylabel("y in pixels", fontsize=9)
    of_signals.supxlabel("time in samples", fontsize=9)
    figure.savefig(PICTURE, dpi=80, pil_kwargs={"optimize": True})


if __name__ == "__main__":
    main()
