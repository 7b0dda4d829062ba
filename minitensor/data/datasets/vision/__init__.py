"""Labelled images from the net, in the formats in which they were published: MNIST, Fashion-MNIST and CIFAR-10.

`base` is what they have in common, `idx`, `cifar_binary` and `tar` read the formats, and `download`, one level up, gets the
files.
"""

from minitensor.data.datasets.vision.base import VisionDataset
from minitensor.data.datasets.vision.cifar10 import CIFAR10
from minitensor.data.datasets.vision.mnist import MNIST, FashionMNIST

__all__ = ["CIFAR10", "FashionMNIST", "MNIST", "VisionDataset"]
