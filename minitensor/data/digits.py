"""Handwritten digits, 8 by 8 pixels: small enough to come with the package, hard enough to tell networks apart.

The file `digits.csv.gz` is the test set of "Optical Recognition of Handwritten Digits", E. Alpaydin and C. Kaynak, UCI
Machine Learning Repository, https://doi.org/10.24432/C50P49, licensed under CC BY 4.0. A line is one sample: 64 pixels from
0 (paper) to 16 (ink), row by row, and the digit.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np

from minitensor.creation import from_numpy
from minitensor.dtypes import float32, int64
from minitensor.tensor import Tensor


def load_digits(split: str | None = None) -> tuple[Tensor, Tensor]:
    """1797 handwritten digits, as images and labels.

    Every fifth sample, where index % 5 == 4, is for the test: 359 of them. The other 1438 are for training.

    Parameters
    ----------
    split : str, optional
        "train" or "test"; all samples if it is not given.

    Returns
    -------
    images : Tensor
        float32, from 0 (paper) to 1 (ink), with axes (N, C, H, W) = (N, 1, 8, 8).
    labels : Tensor
        int64, the digits 0 to 9, with axis (N,).

    Raises
    ------
    ValueError
        There is no such split.

    Examples
    --------
    >>> images, labels = load_digits("train")
    >>> images.shape, labels[:10].tolist()
    ((1438, 1, 8, 8), [0, 1, 2, 3, 5, 6, 7, 8, 0, 1])
    """
    if split not in (None, "train", "test"):
        raise ValueError(f'load_digits: split is "train", "test" or None for all samples, got {split!r}')
    with gzip.open(Path(__file__).with_name("digits.csv.gz"), "rt", encoding="ascii") as file:
        table = np.loadtxt(file, delimiter=",", dtype=np.uint8)  # (sample, 64 pixels and the label)
    is_test = np.arange(len(table)) % 5 == 4
    if split is not None:
        table = table[is_test if split == "test" else ~is_test]
    images = table[:, :64].reshape(-1, 1, 8, 8).astype(float32)  # (n, c, h, w)
    return from_numpy(images / 16), from_numpy(table[:, 64].astype(int64))
