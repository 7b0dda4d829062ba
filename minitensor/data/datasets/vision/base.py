"""What sets of labelled images have in common: where they are kept, what a sample is, how they print."""

from __future__ import annotations

import operator
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from gzip import BadGzipFile
from pathlib import Path
from typing import Any, ClassVar

from minitensor.creation import from_numpy
from minitensor.data.dataset import Dataset
from minitensor.data.datasets.download import RemoteFile, data_directory, obtain
from minitensor.data.transforms.base import checked_callable
from minitensor.data.transforms.values import unit_range
from minitensor.dtypes import Array, int64
from minitensor.serialization.errors import FileFormatError, MalformedError
from minitensor.tensor import Tensor

INSTEAD = "Or use what needs none: minitensor.data.load_digits(), minitensor.data.datasets.make_shapes(samples)"


class VisionDataset(Dataset):
    """Images with labels, of which the files come from the net once: see `MNIST`, which has the arguments.

    A set of one's own defines the attributes below and `read`. Mirrors of one's own can be set in the class itself.

    Attributes
    ----------
    mirrors : tuple of str
        Addresses of the files, up to their names, in the order in which they are tried.
    timeouts : tuple of (float, float)
        For how many seconds a mirror may take until it is connected, and until it sends its next bytes.
    files : dict
        For "train" and "test" the files that are needed: their names, SHA-256 and sizes.
    samples : dict
        For "train" and "test" how many there are.
    folder : str
        Where the files are in the root directory.
    classes : tuple of str
        The names of the classes, by label.

    Examples
    --------
    >>> from minitensor.data.datasets import MNIST
    >>> class OurMNIST(MNIST):
    ...     mirrors = ("http://files.example/mnist/", *MNIST.mirrors)
    """

    mirrors: tuple[str, ...]
    timeouts: tuple[float, float] = (5, 30)
    files: ClassVar[dict[str, tuple[RemoteFile, ...]]]
    samples: ClassVar[dict[str, int]]
    folder: str
    classes: tuple[str, ...]

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        train: bool = True,
        transform: Callable[[Any], Any] | None = None,
        target_transform: Callable[[Any], Any] | None = None,
        download: bool = True,
    ) -> None:
        name = type(self).__name__
        self.root, self.train = data_directory(root, name), bool(train)
        self.transform = transform and checked_callable(name, "transform", transform)
        self.target_transform = target_transform and checked_callable(name, "target_transform", target_transform)
        split = self.split
        paths = obtain(
            self.files[split],
            self.root / self.folder,
            self.mirrors,
            name,
            download=download,
            timeouts=self.timeouts,
            instead=INSTEAD,
        )
        images, labels = self.read(paths, split)
        with reading(name, paths[-1]):
            self._check_labels(labels)
        self.images, self.labels = from_numpy(images), from_numpy(labels.astype(int64))

    def read(self, paths: Sequence[Path], split: str) -> tuple[Array, Array]:
        """Read the images, (N, C, H, W), and the labels, (N,), both uint8.

        Parameters
        ----------
        paths : sequence of Path
            Where the files are that `files` has for the split.
        split : str
            "train" or "test".
        """
        raise NotImplementedError(f"{type(self).__name__}: a set of images defines read(paths, split)")

    @property
    def split(self) -> str:
        """Which part it is: "train" or "test"."""
        return "train" if self.train else "test"

    @property
    def class_to_idx(self) -> dict[str, int]:
        """For each class its label."""
        return {name: label for label, name in enumerate(self.classes)}

    def tensors(self) -> tuple[Tensor, Tensor]:
        """All images as float32 from 0 to 1, (N, C, H, W), and all labels, (N,), without the transforms.

        Where no transform is wanted, batches of ``TensorDataset(*dataset.tensors())`` are made much faster than others. The
        images take four times the memory of `images`: 188 MB for MNIST, 614 MB for CIFAR-10.
        """
        return from_numpy(unit_range(self.images.numpy())), self.labels

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        """Return a sample: the image, float32 from 0 to 1 with axes (C, H, W), and the label, an int."""
        try:
            place = operator.index(index)
        except TypeError:
            every = "dataset.images[…] and dataset.labels[…] take slices and arrays"
            raise TypeError(f"{type(self).__name__}: an index is an int, got {index!r}: {every}") from None
        if not -len(self) <= place < len(self):
            raise IndexError(f"{type(self).__name__}: index {place} is out of range, there are {len(self)} samples")
        image: Any = from_numpy(unit_range(self.images._array[place]))
        label: Any = int(self.labels._array[place])
        if self.transform is not None:
            image = self.transform(image)
        if self.target_transform is not None:
            label = self.target_transform(label)
        return image, label

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        lines = [
            f"Dataset {type(self).__name__}",
            f"    Number of datapoints: {len(self)}",
            f"    Root location: {self.root}",
            f"    Split: {self.split.capitalize()}",
        ]
        for what, transform in (("Transform", self.transform), ("Target transform", self.target_transform)):
            if transform is not None:
                lines.append(f"    {what}: " + repr(transform).replace("\n", "\n    "))
        return "\n".join(lines)

    def _check_labels(self, labels: Array) -> None:
        if labels.max(initial=0) >= len(self.classes):
            place = int(labels.argmax())
            raise MalformedError(f"sample {place} has the label {labels[place]}, there are {len(self.classes)} classes")


@contextmanager
def reading(purpose: str, path: Path) -> Iterator[None]:
    """Say what is wrong with a file, and what to do.

    Raises
    ------
    FileFormatError
        Reading it, within the `with` block, has found something.
    """
    try:
        yield
    except (MalformedError, EOFError, zlib.error, BadGzipFile) as error:
        reason = "it ends too early" if isinstance(error, EOFError) else str(error)
        raise FileFormatError(f"{purpose}: {path}: {reason}: delete the file, and it is downloaded again") from error
