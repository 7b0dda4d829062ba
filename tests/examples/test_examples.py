"""The other examples refuse in words, end early at Ctrl-C, say whether their target is reached, and are short.

That each learns is tested by running it, `python examples/NAME.py --quick`, which takes too long for here: see .ci/run.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import minitensor as mt
from minitensor import training
from minitensor.data.datasets import SHAPES, DownloadError
from minitensor.viz import signal_grid

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
NAMES = ["autoencode_digits", "train_cifar10", "train_videos", "train_waveforms", "what_a_filter_looks_for"]
every_example = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(scope="module")
def support():
    """The module that the examples share."""
    spec = importlib.util.spec_from_file_location("support", EXAMPLES / "support.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def start(directory, name, *arguments):
    """Begin an example in a directory; warnings are errors."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-W", "error", str(EXAMPLES / f"{name}.py"), *arguments]
    return subprocess.Popen(
        command, cwd=directory, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )


def run(directory, name, *arguments):
    process = start(directory, name, *arguments)
    output, errors = process.communicate()
    return process.returncode, output, errors


def test_there_are_no_others():
    assert sorted(path.stem for path in EXAMPLES.glob("*.py")) == sorted([*NAMES, "support", "train_digits"])


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_each_is_short_and_says_in_its_first_line_what_it_does(path):
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) < 120
    first = ast.get_docstring(ast.parse(source)).splitlines()[0]
    assert path.stem == "support" or re.fullmatch(rf".*: `python examples/{path.stem}\.py( .*)?`\.", first)


@every_example
def test_each_has_a_target_and_a_short_form_with_a_lower_one(name):
    tree = ast.parse((EXAMPLES / f"{name}.py").read_text(encoding="utf-8"))
    pairs = [node for node in ast.walk(tree) if isinstance(node, ast.IfExp) and ast.unparse(node.test) == "options.quick"]
    pairs = [
        [ast.literal_eval(one) for one in (node.body, node.orelse)] for node in pairs if isinstance(node.body, ast.Tuple)
    ]
    assert pairs
    for quick, whole in pairs:
        *quick_amounts, quick_target = quick
        *amounts, target = whole
        assert all(less <= more for less, more in zip(quick_amounts, amounts, strict=True))
        assert quick_target < target or (name == "autoencode_digits" and quick_target > target)  # of an error


@every_example
def test_wrong_arguments_are_refused_before_anything_is_done(tmp_path, name):
    refused = {
        ("--seed", "-1"): "argument --seed: expected 0 or more, got -1",
        ("--out", "/dev/null"): "argument --out: cannot write in /dev/null: File exists",
    }
    for arguments, message in refused.items():
        code, output, errors = run(tmp_path, name, *arguments)
        assert (code, output) == (2, "")
        assert errors.splitlines()[-1] == f"{name}.py: error: {message}"
    assert not list(tmp_path.iterdir())


def test_data_that_are_not_offered_are_refused(tmp_path):
    code, output, errors = run(tmp_path, "train_cifar10", "--data", "imagenet")
    assert (code, output) == (2, "")
    assert "argument --data: invalid choice: 'imagenet'" in errors


def test_photographs_are_learnt_where_they_are_and_shapes_where_they_are_not(monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    example = importlib.import_module("train_cifar10")

    class Photographs:
        classes = ("cat", "dog")
        error = None

        def __init__(self, *, train, download):
            asked.append((train, download))
            if self.error:
                raise self.error
            self.train = train

        def tensors(self):
            return mt.zeros(5 if self.train else 3, 3, 32, 32), mt.zeros(5 if self.train else 3, dtype=mt.int64)

    monkeypatch.setattr(example, "CIFAR10", Photographs)
    cases = {
        ("auto", None): (5, 3, ("cat", "dog"), [(True, False), (False, False)], ""),
        ("cifar10", None): (5, 3, ("cat", "dog"), [(True, True), (False, True)], ""),
        ("auto", FileNotFoundError("gone")): (4000, 1000, SHAPES, [(True, False)], "CIFAR-10 is not on this machine"),
        ("auto", ModuleNotFoundError("no pooch")): (4000, 1000, SHAPES, [(True, False)], "no pooch"),
        ("cifar10", DownloadError("no network")): (4000, 1000, SHAPES, [(True, True)], "no network"),
        ("shapes", None): (4000, 1000, SHAPES, [], ""),
    }
    for (data, error), (count, test_count, names, wanted, words) in cases.items():
        asked, Photographs.error = [], error
        train, test, found = example.read_data(SimpleNamespace(data=data, quick=True))
        assert (len(train), len(test), found, asked) == (count, test_count, names, wanted)
        said = capsys.readouterr().out
        assert said.startswith(words)
        assert said.endswith("Learning from generated shapes.\n") == (found is SHAPES)


def test_ctrl_c_ends_the_training_and_what_was_learnt_is_tested_and_drawn(tmp_path):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # in a background job it is ignored
    process = start(tmp_path, "train_waveforms", "--quick")
    signal.signal(signal.SIGINT, before)
    try:
        seen = ""
        while "epoch 1/5" not in seen:
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
    assert re.search(r"^Test accuracy: [\d.]+%, and the target is at least 80%", output, re.MULTILINE)
    pictures = ["answers.png", "confusion.png", "curves.png", "filters.png"]
    assert sorted(path.name for path in (tmp_path / "train_waveforms").iterdir()) == pictures


@pytest.mark.parametrize(
    ("value", "lower", "interrupted", "code", "word"),
    [
        (0.9, False, False, 0, "reached"),
        (0.89, False, False, 1, "MISSED"),
        (float("nan"), False, False, 1, "MISSED"),
        (0.9, True, False, 0, "reached"),
        (0.91, True, False, 1, "MISSED"),
        (float("nan"), True, False, 1, "MISSED"),
        (0.95, False, True, 130, "reached"),
        (0.2, False, True, 130, "MISSED"),
    ],
)
def test_the_verdict_is_an_exit_code(support, capsys, value, lower, interrupted, code, word):
    run = support.UntilCtrlC()
    run.interrupted = interrupted
    assert support.verdict("Accuracy", value, 0.9, run, Path("here"), lower) == code
    bound = "at most" if lower else "at least"
    assert f"Accuracy: {value:.2%}, and the target is {bound} 90%: {word}\n" in capsys.readouterr().out


def test_only_ctrl_c_is_taken_for_an_early_end(support, capsys):
    with support.UntilCtrlC() as run:
        pass
    assert not run.interrupted
    with support.UntilCtrlC() as run:
        raise KeyboardInterrupt
    assert run.interrupted
    assert "Stopped early" in capsys.readouterr().out
    with pytest.raises(ValueError, match="no"), support.UntilCtrlC() as run:
        raise ValueError("no")
    assert not run.interrupted


def test_without_matplotlib_the_program_says_so_at_its_beginning(support, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["example.py"])
    monkeypatch.setattr(support, "find_spec", lambda _: None)
    with pytest.raises(SystemExit) as ended:
        support.read_arguments(support.parser_for("example", "An example."))
    assert ended.value.code == 2
    assert "error: the pictures need matplotlib: pip install 'minitensor[train]'" in capsys.readouterr().err


def test_the_seed_is_set_and_the_directory_made(support, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "argv", ["example.py", "--seed", "3", "--out", str(tmp_path / "a" / "b")])
    options = support.read_arguments(support.parser_for("example", "An example."))
    assert mt.initial_seed() == 3
    assert options.out.is_dir()
    assert not options.quick


def test_pictures_of_few_answers_and_of_no_epochs(support, tmp_path):
    """All right, all wrong, and a history without rows, as after an early Ctrl-C."""
    signals, labels = mt.zeros(3, 1, 16), mt.tensor([0, 1, 1])
    for wrong in (0, 1):
        support.save_answers(signal_grid, signals, (labels + wrong) % 2, labels, ["a", "b"], tmp_path / f"{wrong}.png")
    support.save_curves(training.History(), ["loss"], tmp_path / "curves.png")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.png", "1.png"]


def test_the_opposite_of_a_motion_is_its_neighbour():
    source = (EXAMPLES / "train_videos.py").read_text(encoding="utf-8")
    function = next(one for one in ast.parse(source).body if isinstance(one, ast.FunctionDef) and one.name == "opposite")
    namespace = {"Tensor": mt.Tensor}
    exec(ast.unparse(function), namespace)
    names = np.array(mt.data.datasets.MOTIONS)
    pairs = {("left", "right"), ("up", "down"), ("growing", "shrinking"), ("clockwise", "anticlockwise")}
    both = pairs | {(second, first) for first, second in pairs}
    assert set(zip(names, names[namespace["opposite"](mt.arange(8)).numpy()], strict=True)) == both
