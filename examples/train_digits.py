"""Teach a small convolutional network to read handwritten digits: `python examples/train_digits.py`.

Two convolutions find strokes and what strokes make up, a linear layer names the digit. After a few seconds about 99 % of
the test digits, which the network has not seen, are read correctly; the table shows what the others were taken for. Where
matplotlib is installed, pictures show the curves, the table, and digits that were read right and wrong. Ctrl-C ends the
training early and keeps what was learnt.
"""

from __future__ import annotations

import argparse
import tempfile
from importlib.util import find_spec
from pathlib import Path

import minitensor as mt
from minitensor import nn, training
from minitensor.data import DataLoader, TensorDataset, load_digits
from support import UntilCtrlC, check_directory, check_matplotlib, save_answers, save_confusion, save_curves

DIGITS = [str(digit) for digit in range(10)]


def make_network() -> nn.Sequential:
    """Build the network: images (n, 1, 8, 8) in, a score for each of the ten digits (n, 10) out."""
    return nn.Sequential(
        nn.Conv2d(1, 32, kernel_size=3, padding=1, bias=False),  # (n, 32, 8, 8)
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.MaxPool2d(2),  # (n, 32, 4, 4)
        nn.Conv2d(32, 64, kernel_size=3, padding=1, bias=False),  # (n, 64, 4, 4)
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.MaxPool2d(2),  # (n, 64, 2, 2)
        nn.Flatten(),  # (n, 256)
        nn.Linear(256, 10),
    )


def read_arguments() -> argparse.Namespace:
    """Read the command line, and refuse what cannot work before the training rather than after it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=12, help="passes over the training images (12)")
    parser.add_argument("--batch-size", type=int, default=64, help="images per step (64)")
    parser.add_argument("--lr", type=float, default=3e-3, help="learning rate, which falls to 0 (0.003)")
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers: the same, the same weights (0)")
    parser.add_argument("--out", type=Path, default=Path("digits.npz"), help="file for the weights (digits.npz)")
    parser.add_argument("--pictures", type=Path, help="directory for the pictures (named after the file for the weights)")
    parser.add_argument("--target", type=float, default=98.5, help="per cent below which the exit code is 1 (98.5)")
    options = parser.parse_args()
    for name, value, low in ("epochs", options.epochs, 1), ("batch-size", options.batch_size, 1), ("seed", options.seed, 0):
        if value < low:
            parser.error(f"argument --{name}: expected {low} or more, got {value}")
    if not 0 < options.lr < float("inf"):
        parser.error(f"argument --lr: expected a number above 0, got {options.lr}")
    if options.out.exists() and not options.out.is_file():
        parser.error(f"argument --out: {options.out} is not a file")
    if options.out.suffix not in (".npz", ".safetensors"):
        parser.error(f"argument --out: expected a name that ends in .npz or .safetensors, got {options.out}")
    try:
        tempfile.TemporaryFile(dir=options.out.parent).close()
    except OSError as error:
        parser.error(f"argument --out: cannot write in {options.out.parent}: {error.strerror}")
    if options.pictures is not None:
        check_matplotlib(parser)
    elif find_spec("matplotlib"):
        options.pictures = options.out.with_suffix("")
    if options.pictures is not None:
        check_directory(parser, "--pictures", options.pictures)
    return options


def main() -> int:
    """Train, test and save; answer with the exit code: 0, 1 where the target is missed, 130 after Ctrl-C."""
    options = read_arguments()
    mt.manual_seed(options.seed)
    model = make_network()
    batches = DataLoader(TensorDataset(*load_digits("train")), options.batch_size, shuffle=True)
    test_batches = DataLoader(TensorDataset(*load_digits("test")), batch_size=359)
    optimizer = mt.optim.AdamW(model.parameters(), lr=options.lr)
    schedule = mt.optim.lr_scheduler.LinearLR(optimizer, start_factor=1.0, end_factor=0.0, total_iters=options.epochs)
    loss, read_as = nn.CrossEntropyLoss(label_smoothing=0.1), training.ConfusionMatrix(DIGITS, name="read as")
    trainer = training.Trainer(model, loss, optimizer, metrics=[training.Accuracy(), read_as], scheduler=schedule)
    with UntilCtrlC() as run:
        trainer.fit(batches, test_batches, options.epochs)

    accuracy = 100 * trainer.evaluate(test_batches)["accuracy"]
    print(f"\nTest accuracy: {accuracy:.2f}% of 359 digits\n\n{read_as}")
    mt.save(model.state_dict(), options.out)
    print(f"\nThe weights are in {options.out}")
    if options.pictures is not None:
        images, labels = load_digits("test")
        answers = trainer.predict(test_batches).argmax(dim=1)
        save_curves(trainer.history, ["loss", "accuracy"], options.pictures / "curves.png")
        save_confusion(read_as, options.pictures / "confusion.png")
        save_answers(mt.viz.image_grid, images, answers, labels, DIGITS, options.pictures / "answers.png", columns=8)
        print(f"The pictures are in {options.pictures}")
    else:
        print("There are no pictures, which need matplotlib: pip install matplotlib")
    if accuracy < options.target:
        print(f"That is less than the target of {options.target}%")
    return 130 if run.interrupted else int(accuracy < options.target)


if __name__ == "__main__":
    raise SystemExit(main())
