"""The binary version of CIFAR-10: a .tar.gz of five files to train on and one for the test, with records of 3073 bytes.

    label | 1024 bytes of red, row by row | 1024 of green | 1024 of blue

Source: Krizhevsky, "Learning Multiple Layers of Features from Tiny Images" (2009),
https://www.cs.toronto.edu/~kriz/cifar.html
"""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from minitensor.data.datasets.vision.tar import tar_members
from minitensor.dtypes import Array, uint8
from minitensor.serialization.arrays import fill
from minitensor.serialization.errors import MalformedError

FOLDER = "cifar-10-batches-bin"
IMAGE = (3, 32, 32)  # (c, h, w)
LARGEST = 1 << 26  # bytes of a file in the archive: twice what the largest has


def read_batches(path: Path, names: Sequence[str], samples: int) -> tuple[Array, Array]:
    """Read the images and labels of some of the archive's files; nothing is unpacked to the disk.

    Parameters
    ----------
    path : Path
        The .tar.gz file.
    names : sequence of str
        Of the files in it, "data_batch_1.bin".
    samples : int
        How many they have together, all as many: no more memory is used than they need, whatever the archive claims.

    Returns
    -------
    images, labels : ndarray
        uint8, (N, 3, 32, 32) and (N,).

    Raises
    ------
    MalformedError, EOFError, zlib.error, gzip.BadGzipFile
        The archive is not what it should be.
    """
    each = samples // len(names)
    records = np.empty((each, 1 + np.prod(IMAGE)), uint8)  # (n, label and pixels)
    images, labels = np.empty((samples, *IMAGE), uint8), np.empty(samples, uint8)
    starts = {f"{FOLDER}/{name}": place * each for place, name in enumerate(names)}
    with gzip.open(path, "rb") as file:
        for name, size in tar_members(file, max(records.nbytes, LARGEST)):
            if name not in starts:
                continue
            if size != records.nbytes:
                raise MalformedError(f"{name} in it should have {each:,} records of 3073 bytes, it has {size:,} bytes")
            fill(file, records.reshape(-1).data)  # (n, 3073) -> (bytes,)
            part = slice(starts[name], starts[name] + each)
            labels[part], images[part] = records[:, 0], records[:, 1:].reshape(-1, *IMAGE)  # (n, c, h, w)
            del starts[name]
            if not starts:
                return images, labels
    raise MalformedError(f"{' and '.join(starts)} {'is' if len(starts) == 1 else 'are'} not in it")
