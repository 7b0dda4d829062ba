"""What is timed, the same for every framework: single convolutions, and training steps of small networks."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray


class Conv(NamedTuple):
    """A convolution over x (batch, in_channels, *spatial) with equal sizes along every axis, in float32."""

    batch: int
    in_channels: int
    spatial: tuple[int, ...]
    out_channels: int
    kernel: int
    stride: int = 1
    padding: int = 0
    groups: int = 1

    def arrays(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The input, and the weight (out_channels, in_channels / groups, *kernel)."""
        generator = np.random.default_rng(0)
        x = generator.standard_normal((self.batch, self.in_channels, *self.spatial), dtype=np.float32)
        kernel = (self.kernel,) * len(self.spatial)
        return x, generator.standard_normal((self.out_channels, self.in_channels // self.groups, *kernel), dtype=np.float32)

    def multiply_adds(self) -> int:
        """How often the definition multiplies, forward."""
        positions = self.batch * prod(out_lengths(self.spatial, self.kernel, self.stride, self.padding))
        taps = prod([self.kernel] * len(self.spatial))
        return positions * self.out_channels * (self.in_channels // self.groups) * taps


CONVS = {
    "digits_first": Conv(64, 1, (8, 8), 32, 3, padding=1),
    "mnist_first": Conv(32, 1, (28, 28), 32, 3, padding=1),
    "lenet_5x5": Conv(32, 6, (14, 14), 16, 5),
    "mnist_mid": Conv(32, 32, (28, 28), 64, 3, padding=1),
    "cifar_mid": Conv(32, 64, (16, 16), 64, 3, padding=1),
    "resnet_56": Conv(8, 64, (56, 56), 64, 3, padding=1),
    "resnet_28": Conv(8, 128, (28, 28), 128, 3, padding=1),
    "resnet_14": Conv(8, 256, (14, 14), 256, 3, padding=1),
    "resnet_stem": Conv(4, 3, (224, 224), 64, 7, stride=2, padding=3),
    "pointwise": Conv(8, 64, (56, 56), 128, 1),
    "strided": Conv(8, 64, (56, 56), 128, 3, stride=2, padding=1),
    "grouped": Conv(8, 64, (28, 28), 64, 3, padding=1, groups=4),
    "depthwise": Conv(8, 64, (56, 56), 64, 3, padding=1, groups=64),
    "conv1d_audio": Conv(16, 32, (2048,), 64, 9, padding=4),
    "conv1d_long_kernel": Conv(8, 16, (4096,), 16, 65, padding=32),
    "conv3d_video": Conv(4, 16, (8, 28, 28), 32, 3, padding=1),
}


class Convolve(NamedTuple):
    """A layer of convolution with a bias."""

    out_channels: int
    kernel: int
    stride: int = 1
    padding: int = 0


class Normalize(NamedTuple):
    """Batch normalisation with a scale and a shift, in training."""


class Rectify(NamedTuple):
    """relu."""


class MaxPool(NamedTuple):
    """The largest of each window, side by side."""

    kernel: int


class GlobalAverage(NamedTuple):
    """The mean over all positions, whose axes stay with length 1."""


class Flatten(NamedTuple):
    """All axes but the batch as one."""


class Connect(NamedTuple):
    """A linear layer with a bias."""

    out_features: int


Layer: TypeAlias = "Convolve | Normalize | Rectify | MaxPool | GlobalAverage | Flatten | Connect"


class Model(NamedTuple):
    """A network that classifies: a step is forward, cross-entropy, backward, and SGD with momentum."""

    batch: int
    input_shape: tuple[int, ...]  # (channels, *spatial)
    classes: int
    layers: Sequence[Layer]

    def arrays(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """A batch, and its labels."""
        generator = np.random.default_rng(0)
        x = generator.standard_normal((self.batch, *self.input_shape), dtype=np.float32)
        return x, generator.integers(0, self.classes, self.batch)

    def multiply_adds(self) -> int:
        """How often convolutions and linear layers multiply in a step: forward, and as often again for each gradient."""
        channels, *spatial = self.input_shape
        total = 0
        for layer in self.layers:
            if isinstance(layer, (Convolve, Connect)):
                products = 3 if total else 2  # the first layer's input needs no gradient
                if isinstance(layer, Convolve):
                    case = Conv(self.batch, channels, tuple(spatial), *layer)
                    total += products * case.multiply_adds()
                    spatial, channels = out_lengths(spatial, layer.kernel, layer.stride, layer.padding), layer.out_channels
                else:
                    total += products * self.batch * channels * layer.out_features
                    channels = layer.out_features
            elif isinstance(layer, MaxPool):
                spatial = [length // layer.kernel for length in spatial]
            elif isinstance(layer, GlobalAverage):
                spatial = [1] * len(spatial)
            elif isinstance(layer, Flatten):
                channels, spatial = channels * prod(spatial), []
        return total


def out_lengths(spatial: Sequence[int], kernel: int, stride: int, padding: int) -> list[int]:
    """The lengths of a convolution's output."""
    return [(length + 2 * padding - kernel) // stride + 1 for length in spatial]


def _block(out_channels: int) -> list[Layer]:
    return [Convolve(out_channels, 3, padding=1), Normalize(), Rectify()]


MODELS = {
    "digits_cnn": Model(
        64,
        (1, 8, 8),
        10,
        [
            *(Convolve(32, 3, padding=1), Rectify(), Convolve(64, 3, padding=1), Rectify(), MaxPool(2)),
            *(Flatten(), Connect(10)),
        ],
    ),
    "lenet5": Model(
        64,
        (1, 28, 28),
        10,
        [
            *(Convolve(6, 5, padding=2), Rectify(), MaxPool(2), Convolve(16, 5), Rectify(), MaxPool(2)),
            *(Flatten(), Connect(120), Rectify(), Connect(84), Rectify(), Connect(10)),
        ],
    ),
    "vgg_small": Model(
        32,
        (3, 32, 32),
        10,
        [
            *(*_block(32), *_block(32), MaxPool(2), *_block(64), *_block(64), MaxPool(2), *_block(128)),
            *(GlobalAverage(), Flatten(), Connect(10)),
        ],
    ),
    "audio_1d": Model(
        32,
        (1, 4096),
        8,
        [
            *(Convolve(16, 9, 4, 4), Rectify(), Convolve(32, 9, 4, 4), Rectify(), Convolve(64, 9, 4, 4), Rectify()),
            *(GlobalAverage(), Flatten(), Connect(8)),
        ],
    ),
    "video_3d": Model(
        8,
        (1, 8, 24, 24),
        4,
        [
            *(Convolve(16, 3, padding=1), Rectify(), MaxPool(2), Convolve(32, 3, padding=1), Rectify()),
            *(GlobalAverage(), Flatten(), Connect(4)),
        ],
    ),
}
