"""MNIST and Fashion-MNIST, in the format in which they were published.

The checksums are those of TensorFlow Datasets (url_checksums/mnist.txt, fashion_mnist.txt), which Keras has too.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from minitensor.data.datasets.download import RemoteFile
from minitensor.data.datasets.vision.base import VisionDataset, reading
from minitensor.data.datasets.vision.idx import read_idx
from minitensor.dtypes import Array


def _files(*checked: tuple[str, int]) -> dict[str, tuple[RemoteFile, ...]]:
    """What sets of this format consist of: four files with the same names, each with its SHA-256 and size."""
    train_images, train_labels, test_images, test_labels = checked
    return {
        "train": (
            RemoteFile("train-images-idx3-ubyte.gz", *train_images),
            RemoteFile("train-labels-idx1-ubyte.gz", *train_labels),
        ),
        "test": (
            RemoteFile("t10k-images-idx3-ubyte.gz", *test_images),
            RemoteFile("t10k-labels-idx1-ubyte.gz", *test_labels),
        ),
    }


class MNIST(VisionDataset):
    """70,000 handwritten digits, 28 x 28 pixels. As torchvision's `MNIST`.

    60,000 are for training and 10,000 for the test. The first time the files, 12 MB, come from the net, by pooch; from then
    on they are read from the disk, and checked. Files that torchvision has downloaded into the same root are used.

    Source: LeCun, Bottou, Bengio and Haffner, "Gradient-Based Learning Applied to Document Recognition" (1998).

    Parameters
    ----------
    root : path, optional
        Where the files are kept, in MNIST/raw. Left out, the directory that the environment variable MINITENSOR_DATA names,
        or else pooch's cache directory for minitensor.
    train : bool
        The samples for training, or those for the test.
    transform : callable, optional
        What an image goes through each time that it is asked for: see `minitensor.data.transforms`.
    target_transform : callable, optional
        What a label goes through.
    download : bool
        Whether files may come from the net if they are not there, or are damaged.

    Attributes
    ----------
    images : Tensor
        All images: uint8, 0 (paper) to 255 (ink), with axes (N, C, H, W) = (N, 1, 28, 28).
    labels : Tensor
        All labels: int64, with axis (N,).
    classes : tuple of str
        The names of the classes, by label.

    Raises
    ------
    DownloadError
        No mirror had a file, or there is no network.
    FileNotFoundError
        A file is not there, and `download` is False.
    FileFormatError
        A file is not what it should be.
    ModuleNotFoundError
        pooch is not installed, and is needed.

    Examples
    --------
    >>> from minitensor.data import DataLoader, transforms
    >>> from minitensor.data.datasets import MNIST
    >>> def batches_to_train_on():
    ...     dataset = MNIST("data", transform=transforms.RandomCrop(28, padding=2))
    ...     return DataLoader(dataset, batch_size=64, shuffle=True)  # of images (64, 1, 28, 28) and labels (64,)
    >>> MNIST.classes[7], MNIST.samples["test"]
    ('7 - seven', 10000)
    """

    mirrors = (
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "http://yann.lecun.com/exdb/mnist/",
    )
    files: ClassVar[dict[str, tuple[RemoteFile, ...]]] = _files(
        ("440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", 9_912_422),
        ("3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", 28_881),
        ("8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", 1_648_877),
        ("f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", 4_542),
    )
    samples: ClassVar[dict[str, int]] = {"train": 60_000, "test": 10_000}
    folder = "MNIST/raw"
    classes = (
        "0 - zero",
        "1 - one",
        "2 - two",
        "3 - three",
        "4 - four",
        "5 - five",
        "6 - six",
        "7 - seven",
        "8 - eight",
        "9 - nine",
    )

    def read(self, paths: Sequence[Path], split: str) -> tuple[Array, Array]:
        """See `VisionDataset`."""
        samples, name = self.samples[split], type(self).__name__
        images_path, labels_path = paths
        with reading(name, images_path):
            images = read_idx(images_path, (samples, 28, 28))
        with reading(name, labels_path):
            labels = read_idx(labels_path, (samples,))
        return images[:, None], labels  # (n, c, h, w), (n,)


class FashionMNIST(MNIST):
    """70,000 pictures of clothes, 28 x 28 pixels in grey, in the format of MNIST. As torchvision's `FashionMNIST`.

    See `MNIST`, which has the same arguments; the files are 30 MB, in FashionMNIST/raw.

    Source: Xiao, Rasul and Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms"
    (2017).

    Examples
    --------
    >>> from minitensor.data.datasets import FashionMNIST
    >>> FashionMNIST.classes[9], FashionMNIST.samples["train"]
    ('Ankle boot', 60000)
    """

    mirrors = (
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    )
    files: ClassVar[dict[str, tuple[RemoteFile, ...]]] = _files(
        ("3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", 26_421_880),
        ("a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", 29_515),
        ("346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", 4_422_102),
        ("67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", 5_148),
    )
    folder = "FashionMNIST/raw"
    classes = (
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    )
