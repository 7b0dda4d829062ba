"""Transforms of samples, with torchvision's names: what a signal, an image or a volume goes through before it is a batch's.

Each takes one sample with axes (C, *spatial), as a Tensor or an ndarray; `Compose` puts several together.
"""

from minitensor.data.transforms.base import RandomTransform, Transform
from minitensor.data.transforms.colour import ColorJitter, Grayscale
from minitensor.data.transforms.compose import Compose, Lambda, RandomApply, RandomChoice, RandomOrder
from minitensor.data.transforms.crop import CenterCrop, Pad, RandomCrop
from minitensor.data.transforms.erase import Cutout, RandomErasing
from minitensor.data.transforms.flip import RandomFlip, RandomHorizontalFlip, RandomVerticalFlip
from minitensor.data.transforms.resize import Resize
from minitensor.data.transforms.rotate import RandomAffine, RandomRotation
from minitensor.data.transforms.shift import RandomShift
from minitensor.data.transforms.values import GaussianNoise, Normalize, RandomGain, ToTensor

__all__ = [
    "Transform",
    "RandomTransform",
    "Compose",
    "RandomApply",
    "RandomChoice",
    "RandomOrder",
    "Lambda",
    "ToTensor",
    "Normalize",
    "Pad",
    "CenterCrop",
    "RandomCrop",
    "Resize",
    "RandomFlip",
    "RandomHorizontalFlip",
    "RandomVerticalFlip",
    "RandomRotation",
    "RandomAffine",
    "RandomShift",
    "RandomGain",
    "GaussianNoise",
    "ColorJitter",
    "Grayscale",
    "RandomErasing",
    "Cutout",
]
