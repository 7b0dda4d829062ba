"""A summary's numbers are torchinfo's, row by row, and those that are printed add up to them.

`golden/record_torchinfo.py` says what was recorded, and builds in PyTorch the networks that are built here.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from minitensor import nn
from minitensor.viz.summary import summary

RECORDED = json.loads((Path(__file__).parents[1] / "golden" / "torchinfo.json").read_text(encoding="utf-8"))


class Block(nn.Module):
    def __init__(self, in_channels, out_channels, stride):
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
        y = self.relu(self.bn1(self.conv1(x)))
        return self.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


class ResNet(nn.Module):
    def __init__(self):
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU())
        self.stages = nn.ModuleList([nn.Sequential(Block(8, 8, 1), Block(8, 8, 1)), nn.Sequential(Block(8, 16, 2))])
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(16, 10)

    def forward(self, x):
        x = self.stem(x)
        for stage in self.stages:
            x = stage(x)
        return self.fc(self.pool(x).flatten(1))


class Autoencoder(nn.Module):
    def __init__(self):
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
        return self.decoder(self.encoder(x))


class Recurrent(nn.Module):
    def __init__(self):
        self.inward = nn.Linear(12, 20)
        self.again = nn.Linear(20, 20)
        self.tanh = nn.Tanh()
        self.outward = nn.Linear(20, 5, bias=False)

    def forward(self, x):
        x = self.inward(x)
        for _ in range(3):
            x = self.tanh(self.again(x))
        return self.outward(x)


def lenet():
    return nn.Sequential(
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


def signals():
    return nn.Sequential(
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


def volumes():
    return nn.Sequential(
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


NETWORKS = {
    "lenet": lenet,
    "resnet": ResNet,
    "signals": signals,
    "volumes": volumes,
    "autoencoder": Autoencoder,
    "recurrent": Recurrent,
}


def summary_of(name):
    return summary(NETWORKS[name](), tuple(RECORDED[name]["input"]))


@pytest.mark.parametrize("name", NETWORKS)
def test_each_row_is_torchinfos(name):
    def expected(row):
        spatial = len(row["output_shape"]) - 2
        kernel = [row["kernel"]] * spatial if isinstance(row["kernel"], int) else row["kernel"]
        return {
            **row,
            "kernel": kernel,
            "input_shape": row["input_shape"] or None,
            "output_shape": row["output_shape"] or None,
        }

    def found(row):
        of_row = {key: list(value) if isinstance(value, tuple) else value for key, value in vars(row).items()}
        return {key: value for key, value in of_row.items() if key not in ("counted", "call")} | {"repeated": row.call > 1}

    assert [found(row) for row in summary_of(name).rows] == [expected(row) for row in RECORDED[name]["rows"]]


@pytest.mark.parametrize("name", NETWORKS)
def test_the_totals_are_torchinfos(name):
    found, recorded = summary_of(name), RECORDED[name]
    for total in (
        "total_parameters",
        "trainable_parameters",
        "multiply_adds",
        "input_bytes",
        "output_bytes",
        "parameter_bytes",
    ):
        assert getattr(found, total) == recorded[total], total


@pytest.mark.parametrize("depth", [None, 0, 1, 2])
@pytest.mark.parametrize("name", NETWORKS)
def test_the_printed_columns_add_up_to_the_totals(name, depth):
    found = summary(NETWORKS[name](), RECORDED[name]["input"], depth=depth)
    table = str(found).split("\n")
    rules = [place for place, line in enumerate(table) if line.startswith("─")]
    ends = [line.split()[-2:] for line in table[rules[0] + 1 : rules[1]]]
    parameters, multiply_adds = (
        sum(int(cell.replace(",", "")) for cell in column if cell[0].isdigit()) for column in zip(*ends, strict=True)
    )
    assert (parameters, multiply_adds) == (RECORDED[name]["total_parameters"], RECORDED[name]["multiply_adds"])
    assert sum(row.counted for row in found.rows) == found.total_parameters


def test_the_multiply_adds_of_a_convolution_are_those_of_its_loops():
    (row,) = summary(nn.Conv2d(6, 4, (3, 2), stride=2, groups=2, bias=False), (5, 6, 9, 8)).rows
    n, h, w, out_channels, in_channels_of_a_group, taps = 5, 4, 4, 4, 3, 3 * 2
    assert row.output_shape == (n, out_channels, h, w)
    assert row.multiply_adds == n * h * w * out_channels * in_channels_of_a_group * taps


@pytest.mark.parametrize(
    ("model", "size", "expected"),
    [
        (nn.Linear(3, 4), (5, 7, 3), 5 * 7 * 16),  # torchinfo: 5 * 16
        (nn.Linear(3, 4), (3,), 16),  # torchinfo: 4 * 16
        (nn.Conv2d(2, 3, 3), (2, 10, 9), 8 * 7 * 57),  # torchinfo: 3 * 7 * 57
        (nn.ConvTranspose1d(2, 3, 3), (2, 8), 10 * 21),  # torchinfo: 3 * 21
    ],
)
def test_multiply_adds_count_the_rows_and_cells_that_torchinfo_misses(model, size, expected):
    assert summary(model, size).multiply_adds == expected
