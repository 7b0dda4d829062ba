"""Sets of data to train on: pictures from the net, kept in a cache, and sets that are generated, which need no net."""

from typing import TYPE_CHECKING

from minitensor.later import later

if TYPE_CHECKING:
    from minitensor.data.datasets.download import DownloadError, RemoteFile
    from minitensor.data.datasets.generated import (
        MOTIONS,
        SHAPES,
        WAVEFORMS,
        make_moving_shapes,
        make_shapes,
        make_waveforms,
    )
    from minitensor.data.datasets.vision import CIFAR10, MNIST, FashionMNIST, VisionDataset

__all__ = [
    "MNIST",
    "FashionMNIST",
    "CIFAR10",
    "VisionDataset",
    "RemoteFile",
    "DownloadError",
    "MOTIONS",
    "SHAPES",
    "WAVEFORMS",
    "make_moving_shapes",
    "make_shapes",
    "make_waveforms",
]

__getattr__, __dir__ = later(
    __name__,
    {
        "minitensor.data.datasets.download": "DownloadError RemoteFile",
        "minitensor.data.datasets.vision": "CIFAR10 FashionMNIST MNIST VisionDataset",
        "minitensor.data.datasets.generated": "MOTIONS SHAPES WAVEFORMS make_moving_shapes make_shapes make_waveforms",
    },
)
