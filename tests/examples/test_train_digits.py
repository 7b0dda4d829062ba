"""The first example does what it says: it learns, saves, repeats to the byte, refuses in words, and stops at Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import minitensor as mt
from minitensor.data import load_digits

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "examples" / "train_digits.py"
NAMES = {
    "0.weight": (32, 1, 3, 3),
    "1.weight": (32,), "1.bias": (32,), "1.running_mean": (32,), "1.running_var": (32,), "1.num_batches_tracked": (),
    "4.weight": (64, 32, 3, 3),
    "5.weight": (64,), "5.bias": (64,), "5.running_mean": (64,), "5.running_var": (64,), "5.num_batches_tracked": (),
    "9.weight": (10, 256), "9.bias": (10,),
}  # fmt: skip
PICTURES = ["answers.png", "confusion.png", "curves.png"]


def start(directory, *arguments):
    """Begin the program in a directory; warnings are errors."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-W", "error", str(SCRIPT), *arguments]
    return subprocess.Popen(
        command, cwd=directory, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )


def run(directory, *arguments):
    """Run the program to its end; return the exit code and what it printed."""
    process = start(directory, *arguments)
    output, errors = process.communicate()
    return process.returncode, output, errors


def accuracy_of(output):
    """Return the test accuracy that was printed, in per cent."""
    return float(re.search(r"^Test accuracy: ([\d.]+)% of 359 digits$", output, re.MULTILINE)[1])


def confusion_of(output):
    """Return the table that was printed, (true digit, answer)."""
    rows = re.findall(r"^(\d) +((?: +\d+){10})$", output, re.MULTILINE)
    assert [digit for digit, _ in rows] == list("0123456789")
    return np.array([[int(entry) for entry in row.split()] for _, row in rows])


def weights_of(path):
    """Return the arrays of a file, read without pickle."""
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


@pytest.fixture(scope="module")
def short_run(tmp_path_factory):
    """Two epochs with seed 1: the directory, the exit code and what was printed."""
    directory = tmp_path_factory.mktemp("short")
    return directory, *run(directory, "--epochs", "2", "--seed", "1", "--out", "weights.npz", "--target", "90")


def test_two_epochs_read_nine_of_ten_test_digits(short_run):
    """Each epoch has its line with loss and accuracy; the table adds up to the accuracy and to the test digits' counts."""
    _, code, output, errors = short_run
    assert code == 0, errors
    assert accuracy_of(output) > 90
    for epoch in ("epoch 1/2", "epoch 2/2"):
        assert re.search(rf"{epoch}: 23/23 batches .*, loss [\d.]+, accuracy [\d.]+, .*validation_accuracy [\d.]+", errors)
    table = confusion_of(output)
    np.testing.assert_array_equal(table.sum(axis=1), np.bincount(load_digits("test")[1].numpy()))
    assert f"{table.trace() / 359:.2%}" == f"{accuracy_of(output):.2f}%"


def test_saved_weights_are_those_that_were_tested(short_run):
    """By name and shape; and in a network built from them here they read as many digits."""
    directory, _, output, _ = short_run
    weights = weights_of(directory / "weights.npz")
    assert {name: array.shape for name, array in weights.items()} == NAMES
    assert sorted(path.name for path in directory.iterdir()) == ["weights", "weights.npz"]
    assert sorted(path.name for path in (directory / "weights").iterdir()) == PICTURES
    conv, norm, pool = mt.nn.functional.conv2d, mt.nn.functional.batch_norm, mt.nn.functional.max_pool2d
    x, labels = load_digits("test")
    w = {name: mt.tensor(array) for name, array in weights.items()}
    for k in (0, 4):
        x = conv(x, w[f"{k}.weight"], padding=1)
        x = norm(x, *[w[f"{k + 1}.{name}"] for name in ("running_mean", "running_var", "weight", "bias")])
        x = pool(x.relu(), 2)
    answers = (x.flatten(1) @ w["9.weight"].T + w["9.bias"]).argmax(dim=1)
    assert (answers == labels).sum().item() == confusion_of(output).trace()


def test_same_seed_gives_the_same_bytes_and_another_does_not(short_run, tmp_path):
    """The file as a whole, and every array."""
    directory, *_ = short_run
    for name, seed in (("same.npz", "1"), ("other.npz", "2")):
        assert run(tmp_path, "--epochs", "2", "--seed", seed, "--out", name, "--target", "0")[0] == 0
    assert (tmp_path / "same.npz").read_bytes() == (directory / "weights.npz").read_bytes()
    assert not np.array_equal(weights_of(tmp_path / "other.npz")["0.weight"], weights_of(tmp_path / "same.npz")["0.weight"])


def test_a_missed_target_is_exit_code_1_and_the_weights_are_saved_all_the_same(tmp_path):
    code, output, _ = run(tmp_path, "--epochs", "1", "--target", "99.9")
    assert code == 1
    assert output.endswith("That is less than the target of 99.9%\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["digits", "digits.npz"]


def test_weights_can_be_safetensors_and_pictures_are_drawn_where_they_are_asked_for(tmp_path):
    code, output, errors = run(
        tmp_path, "--epochs", "1", "--target", "0", "--out", "weights.safetensors", "--pictures", "in/here"
    )
    assert code == 0, errors
    assert output.endswith("The pictures are in in/here\n")
    assert sorted(path.name for path in (tmp_path / "in" / "here").iterdir()) == [
        "answers.png",
        "confusion.png",
        "curves.png",
    ]
    assert {name: tensor.shape for name, tensor in mt.load(tmp_path / "weights.safetensors").items()} == NAMES


def test_interrupt_saves_what_was_learnt(tmp_path):
    """SIGINT after the first epoch: no traceback, exit code 130, the test's result, and a file that can be read."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # in a background job it is ignored
    process = start(tmp_path, "--epochs", "1000")
    signal.signal(signal.SIGINT, before)
    try:
        seen = ""
        while "epoch 1/1000" not in seen:  # which is said at its end
            character = process.stderr.read(1)
            assert character, seen
            seen += character
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate()
    finally:
        process.kill()
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert "\nStopped early: what was learnt so far is tested and kept.\n" in output
    assert accuracy_of(output) > 50
    assert {name: array.shape for name, array in weights_of(tmp_path / "digits.npz").items()} == NAMES
    assert sorted(path.name for path in tmp_path.iterdir()) == ["digits", "digits.npz"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--epochs", "0"], "argument --epochs: expected 1 or more, got 0"),
        (["--epochs", "many"], "argument --epochs: invalid int value: 'many'"),
        (["--batch-size", "-3"], "argument --batch-size: expected 1 or more, got -3"),
        (["--lr", "0"], "argument --lr: expected a number above 0, got 0.0"),
        (["--lr", "nan"], "argument --lr: expected a number above 0, got nan"),
        (["--seed", "-1"], "argument --seed: expected 0 or more, got -1"),
        (["--out", "."], "argument --out: . is not a file"),
        (["--out", "weights.pt"], "argument --out: expected a name that ends in .npz or .safetensors, got weights.pt"),
        (["--pictures", "/dev/null"], "argument --pictures: cannot write in /dev/null: File exists"),
        (["--out", "missing/weights.npz"], "argument --out: cannot write in missing: No such file or directory"),
        (["--unknown"], "unrecognized arguments: --unknown"),
    ],
    ids=" ".join,
)
def test_wrong_arguments_are_refused_before_anything_is_done(tmp_path, arguments, expected):
    """In words, with exit code 2, and nothing is written."""
    code, output, errors = run(tmp_path, *arguments)
    assert code == 2
    assert errors.splitlines()[-1] == f"train_digits.py: error: {expected}"
    assert not output
    assert not list(tmp_path.iterdir())
