"""Writes torchinfo.json: what torchinfo says of six networks in PyTorch.

The file holds for each network, by name,

- "input": the input's size;
- "rows": a list of {"path", "layer", "depth", "kernel", "input_shape", "output_shape", "parameters", "trainable",
  "multiply_adds", "repeated"}, in torchinfo's order. "parameters" and "trainable" are of the module with all below it,
  "multiply_adds" of a module that holds others is the sum over the layers below, "repeated" is torchinfo's "(recursive)";
- "total_parameters", "trainable_parameters", "multiply_adds", "input_bytes", "output_bytes" (forward and backward pass),
  "parameter_bytes".

torchinfo asks Python for the size of the input's storage as an object, which is the bytes and a header: the header, the
size of an empty storage, is taken off.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from torch import nn
from torchinfo import summary

HERE = Path(__file__).parent


class Block(nn.Module):
    """Two convolutions with batch normalisation, and a shortcut."""

    def __init__(self, in_channels, out_channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.relu = nn.ReLU()
        self.shortcut = nn.Sequential()
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False), nn.BatchNorm2d(out_channels)
            )

    def forward(self, x):
        """Compute relu(bn2(conv2(relu(bn1(conv1(x))))) + shortcut(x))."""
        y = self.relu(self.bn1(self.conv1(x)))
        return self.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


class ResNet(nn.Module):
    """A stem, three blocks in two stages, and a head."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU())
        self.stages = nn.ModuleList([nn.Sequential(Block(8, 8, 1), Block(8, 8, 1)), nn.Sequential(Block(8, 16, 2))])
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(16, 10)

    def forward(self, x):
        """Map (N, 3, H, W) to (N, 10)."""
        x = self.stem(x)
        for stage in self.stages:
            x = stage(x)
        return self.fc(self.pool(x).flatten(1))


class Autoencoder(nn.Module):
    """Convolutions down, transposed convolutions up; the encoder is frozen."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 8, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.ReLU()
        )
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(16, 8, 3, stride=2, padding=1, output_padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(8, 2, 2, stride=2, groups=2),
            nn.Sigmoid(),
        )
        self.encoder.requires_grad_(False)

    def forward(self, x):
        """Map (N, 1, H, W) to (N, 2, H, W)."""
        return self.decoder(self.encoder(x))


class Recurrent(nn.Module):
    """A layer that is called three times."""

    def __init__(self):
        super().__init__()
        self.inward = nn.Linear(12, 20)
        self.again = nn.Linear(20, 20)
        self.tanh = nn.Tanh()
        self.outward = nn.Linear(20, 5, bias=False)

    def forward(self, x):
        """Map (N, 12) to (N, 5)."""
        x = self.inward(x)
        for _ in range(3):
            x = self.tanh(self.again(x))
        return self.outward(x)


def networks():
    """Return the networks by name, each with its input's size."""
    lenet = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Conv2d(6, 16, (5, 3)),
        nn.Tanh(),
        nn.MaxPool2d(2, stride=2),
        nn.Flatten(),
        nn.Linear(480, 84),
        nn.Tanh(),
        nn.Dropout(0.5),
        nn.Linear(84, 10),
    )
    signals = nn.Sequential(
        nn.Conv1d(4, 16, 5, padding=4, dilation=2),
        nn.BatchNorm1d(16),
        nn.ReLU(),
        nn.Conv1d(16, 32, 3, stride=2, groups=4),
        nn.MaxPool1d(3),
        nn.Conv1d(32, 32, 3, padding=2, dilation=2, groups=32, bias=False),
        nn.AdaptiveAvgPool1d(1),
        nn.Flatten(),
        nn.Linear(32, 3),
        nn.Softmax(1),
    )
    volumes = nn.Sequential(
        nn.Conv3d(1, 4, 3, padding=1),
        nn.BatchNorm3d(4, affine=False),
        nn.ReLU(),
        nn.MaxPool3d((1, 2, 2)),
        nn.Conv3d(4, 8, (1, 3, 3), stride=(1, 2, 2), bias=False),
        nn.BatchNorm3d(8),
        nn.AvgPool3d(2),
        nn.Flatten(),
        nn.Linear(24, 2),
    )
    return {
        "lenet": (lenet, (32, 1, 28, 28)),
        "resnet": (ResNet(), (2, 3, 16, 12)),
        "signals": (signals, (8, 4, 50)),
        "volumes": (volumes, (3, 1, 6, 16, 14)),
        "autoencoder": (Autoencoder(), (4, 1, 20, 16)),
        "recurrent": (Recurrent(), (7, 12)),
    }


def path_of(layer):
    """Return the dotted name; the model's own is empty."""
    names = []
    while layer.parent_info is not None:
        names.insert(0, layer.var_name)
        layer = layer.parent_info
    return ".".join(names)


def row_of(layer):
    """Return what torchinfo knows of one call."""
    leaves = [layer] if layer.is_leaf_layer else [child for child in layer.children if child.is_leaf_layer]
    return {
        "path": path_of(layer),
        "layer": layer.class_name,
        "depth": layer.depth,
        "kernel": layer.kernel_size,
        "input_shape": layer.input_size,
        "output_shape": layer.output_size,
        "parameters": layer.num_params,
        "trainable": layer.trainable_params,
        "multiply_adds": sum(leaf.macs for leaf in leaves),
        "repeated": layer.is_recursive,
    }


def record(model, size):
    """Return what torchinfo says of a network."""
    found = summary(model, size, verbose=0, device="cpu", depth=10)
    return {
        "input": size,
        "rows": [row_of(layer) for layer in found.summary_list],
        "total_parameters": found.total_params,
        "trainable_parameters": found.trainable_params,
        "multiply_adds": found.total_mult_adds,
        "input_bytes": found.total_input - sys.getsizeof(torch.empty(0).untyped_storage()),
        "output_bytes": found.total_output_bytes,
        "parameter_bytes": found.total_param_bytes,
    }


if __name__ == "__main__":
    recorded = {name: record(model, size) for name, (model, size) in networks().items()}
    text = json.dumps(recorded).replace(' {"path"', '\n{"path"').replace('[{"path"', '[\n{"path"')  # a row on each line
    (HERE / "torchinfo.json").write_text(text + "\n", encoding="utf-8")
    print(sum(len(one["rows"]) for one in recorded.values()), "rows of", len(recorded), "networks")
