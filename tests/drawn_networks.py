"""Networks and graphs that several tests draw."""

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn


class Block(nn.Module):
    """Two convolutions and a way around them."""

    def __init__(self, channels):
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        return F.relu(x + self.conv2(F.relu(self.norm(self.conv1(x)))))


class Residual(nn.Module):
    """A stem, blocks of the same structure, and a classifier."""

    def __init__(self, blocks=4, channels=4):
        self.stem = nn.Conv2d(1, channels, 3, stride=2)
        self.blocks = nn.Sequential(*[Block(channels) for _ in range(blocks)])
        self.fc = nn.Linear(channels, 10)

    def forward(self, x):
        return self.fc(self.blocks(self.stem(x)).mean((2, 3)))


def constant_parameters(model):
    """The same numbers everywhere, on every version of NumPy."""
    for parameter in model.parameters():
        with mt.no_grad():
            parameter.copy_((mt.arange(parameter.numel()) % 7 - 3).reshape(parameter.shape) / 8)
    return model


def small_loss():
    """A convolution, what follows it, and a loss: (loss, model)."""
    model = constant_parameters(nn.Sequential(nn.Conv2d(1, 2, 3, stride=2), nn.ReLU(), nn.Flatten(), nn.Linear(18, 3)))
    image = mt.arange(49.0).reshape(1, 1, 7, 7) / 49
    return F.cross_entropy(model(image), mt.tensor([1])), model
