"""CIFAR-10, in its binary version: that for Python is a pickle, which can run code when it is read.

The checksum is that of TensorFlow Datasets (url_checksums/cifar10.txt); the authors publish the MD5 of the same file,
c32a1d4ab5d03f1284b67883e8d87530.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from minitensor.data.datasets.download import RemoteFile
from minitensor.data.datasets.vision.base import VisionDataset, reading
from minitensor.data.datasets.vision.cifar_binary import read_batches
from minitensor.dtypes import Array

_ARCHIVE = RemoteFile(
    "cifar-10-binary.tar.gz", "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd", 170_052_171
)


class CIFAR10(VisionDataset):
    """60,000 photographs of ten kinds of things, 32 x 32 pixels in colour. As torchvision's `CIFAR10`.

    50,000 are for training and 10,000 for the test. See `MNIST`, which has the same arguments. The file is 170 MB, in the
    root directory itself; torchvision keeps its own there, which is another one.

    Source: Krizhevsky, "Learning Multiple Layers of Features from Tiny Images" (2009).

    Attributes
    ----------
    images : Tensor
        All images: uint8, red, green and blue from 0 to 255, with axes (N, C, H, W) = (N, 3, 32, 32).
    labels : Tensor
        All labels: int64, with axis (N,).
    classes : tuple of str
        The names of the classes, by label.

    Examples
    --------
    >>> from minitensor.data.datasets import CIFAR10, DownloadError, make_shapes
    >>> CIFAR10.classes[:3]
    ('airplane', 'automobile', 'bird')
    >>> def images_and_labels():
    ...     try:
    ...         return CIFAR10().tensors()
    ...     except DownloadError:  # the same format, and no network needed
    ...         return make_shapes(5000)
    """

    mirrors = (
        "https://www.cs.toronto.edu/~kriz/",
        "https://cave.cs.toronto.edu/kriz/",
        "https://mindspore-website.obs.cn-north-4.myhuaweicloud.com/notebook/datasets/",
    )
    files: ClassVar[dict[str, tuple[RemoteFile, ...]]] = {"train": (_ARCHIVE,), "test": (_ARCHIVE,)}
    samples: ClassVar[dict[str, int]] = {"train": 50_000, "test": 10_000}
    folder = ""
    classes = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")

    def read(self, paths: Sequence[Path], split: str) -> tuple[Array, Array]:
        """See `VisionDataset`."""
        names = [f"data_batch_{number}.bin" for number in range(1, 6)] if split == "train" else ["test_batch.bin"]
        with reading(type(self).__name__, paths[0]):
            return read_batches(paths[0], names, self.samples[split])
