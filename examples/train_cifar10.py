"""Name what is in small photographs, with a residual network: `python examples/train_cifar10.py --data cifar10`.

A residual block answers with its input and something added to it: y = x + f(x). Before it has learnt anything it does
little harm, and the gradient reaches the first layers past all that lie between. Where the block halves the image, a
convolution of one pixel takes x along. The network has seven layers of convolutions in three such blocks.

CIFAR-10 is 60,000 photographs, 170 MB to be downloaded once. Without them, or where there is no network, the same network
learns to name ten generated shapes, which have the same format: after half a minute some 97 % of them.
"""

from __future__ import annotations

import argparse

from minitensor import Tensor, nn, optim, training
from minitensor.data import DataLoader, TensorDataset
from minitensor.data.datasets import CIFAR10, SHAPES, make_shapes
from minitensor.viz import image_grid
from support import UntilCtrlC, parser_for, read_arguments, save_answers, save_confusion, save_curves, verdict


class ResidualBlock(nn.Module):
    """Two convolutions of three by three pixels, and a way past them: (n, in, h, w) to (n, out, h / stride, w / stride)."""

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        self.convolutions = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
        )
        self.past = nn.Sequential()  # as it is
        if stride > 1 or in_channels != out_channels:
            self.past = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False), nn.BatchNorm2d(out_channels)
            )

    def forward(self, x: Tensor) -> Tensor:
        """Add what the convolutions find to what came."""
        y: Tensor = self.past(x) + self.convolutions(x)
        return y.relu()


def make_network() -> nn.Sequential:
    """Build the network: images (n, 3, 32, 32) in, a score for each of ten classes (n, 10) out."""
    return nn.Sequential(
        nn.InstanceNorm2d(3),  # no image is brighter or more colourful than another: that is not what is asked for
        nn.Conv2d(3, 16, 5, stride=2, padding=2, bias=False),  # (n, 16, 16, 16)
        nn.BatchNorm2d(16),
        nn.ReLU(),
        ResidualBlock(16, 16),
        ResidualBlock(16, 32, stride=2),  # (n, 32, 8, 8)
        ResidualBlock(32, 64, stride=2),  # (n, 64, 4, 4)
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(64, 10),
    )


def read_data(options: argparse.Namespace) -> tuple[TensorDataset, TensorDataset, tuple[str, ...]]:
    """Data to learn from and for the test, and the names of the classes: CIFAR-10, or shapes where it is not to be had."""
    if options.data != "shapes":
        try:
            train, test = (CIFAR10(train=train, download=options.data == "cifar10").tensors() for train in (True, False))
            return TensorDataset(*train), TensorDataset(*test), CIFAR10.classes
        except (OSError, ModuleNotFoundError) as error:
            only_missing = options.data == "auto" and isinstance(error, FileNotFoundError)
            print("CIFAR-10 is not on this machine; --data cifar10 downloads it." if only_missing else error)
    print("Learning from generated shapes.")
    train, test = make_shapes(4000 if options.quick else 8000), make_shapes(1000)
    return TensorDataset(*train), TensorDataset(*test), SHAPES


def main() -> int:
    """Train, test and draw."""
    parser = parser_for("train_cifar10", __doc__)
    parser.add_argument("--data", choices=["auto", "cifar10", "shapes"], default="auto", help="auto: CIFAR-10 if it is here")
    options = read_arguments(parser)
    train, test, names = read_data(options)
    if names is SHAPES:
        epochs, target = (5, 0.7) if options.quick else (6, 0.95)
    else:
        epochs, target = (1, 0.35) if options.quick else (4, 0.55)
    batches, test_batches = DataLoader(train, batch_size=64, shuffle=True), DataLoader(test, batch_size=250)

    model = make_network()
    optimizer = optim.AdamW(model.parameters(), lr=0.01, weight_decay=0.01)
    schedule = optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.01, total_steps=epochs * len(batches))
    accuracy, confusion = training.Accuracy(), training.ConfusionMatrix(names)
    trainer = training.Trainer(
        model, nn.CrossEntropyLoss(), optimizer, metrics=[accuracy, confusion], scheduler=schedule, scheduler_interval="step"
    )
    with UntilCtrlC() as run:
        trainer.fit(batches, test_batches, epochs)
    reached = trainer.evaluate(test_batches)["accuracy"]

    save_curves(trainer.history, ["loss", "accuracy"], options.out / "curves.png")
    save_confusion(confusion, options.out / "confusion.png")
    images, labels = test.tensors
    answers = trainer.predict(test_batches).argmax(dim=1)
    save_answers(image_grid, images, answers, labels, names, options.out / "answers.png", columns=8)
    return verdict("Test accuracy", reached, target, run, options.out)


if __name__ == "__main__":
    raise SystemExit(main())
