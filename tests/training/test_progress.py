"""What is shown while a network trains: a bar for each epoch in a terminal, a line for each elsewhere, nothing if asked."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import struct
import sys
import termios
from pathlib import Path

import pytest
import tqdm.auto

import minitensor as mt
from minitensor import nn, training
from minitensor.training import progress

ROOT = Path(__file__).parents[2]
BATCHES = [(mt.ones(4, 3), mt.zeros(4, dtype=mt.int64))] * 5


def make(shown=True, **options):
    mt.manual_seed(0)
    model = nn.Linear(3, 2)
    optimizer = mt.optim.SGD(model.parameters(), lr=0.1)
    return training.Trainer(
        model, nn.CrossEntropyLoss(), optimizer, metrics=[training.Accuracy()], progress=shown, **options
    )  # fmt: skip


def use(trainer):
    trainer.fit(BATCHES, BATCHES[:2], epochs=2)
    trainer.evaluate(BATCHES)
    trainer.predict(BATCHES)


def test_without_a_terminal_each_epoch_has_a_line(capsys):
    use(make())
    output, errors = capsys.readouterr()
    assert output == ""
    lines = errors.splitlines()
    number = r"\d\.\d{4}"
    values = f"loss {number}, accuracy {number}, validation_loss {number}, validation_accuracy {number}"
    assert len(lines) == 2
    for epoch, line in enumerate(lines, 1):
        assert re.fullmatch(rf"epoch {epoch}/2: 5/5 batches in \d\.\d s, {values}", line)


def test_a_long_epoch_without_a_terminal_has_a_line_a_minute(capsys, monkeypatch):
    clock = iter(range(0, 10000, 25))
    monkeypatch.setattr(progress, "time", type("Clock", (), {"monotonic": staticmethod(lambda: next(clock))}))
    make().fit(iter(BATCHES))  # of which nobody knows how many there are
    lines = [line.split(",")[0] for line in capsys.readouterr().err.splitlines()]
    assert lines == [
        "epoch 1/1: 3 batches in 100.0 s",
        "epoch 1/1: 5 batches in 175.0 s",
        "epoch 1/1: 5 batches in 200.0 s",  # its end
    ]


def test_nothing_is_shown_if_nothing_is_asked_for(capsys):
    use(make(shown=False))
    assert capsys.readouterr() == ("", "")


PROGRAM = """
import sys
sys.path.insert(0, "tests/training")
import test_progress
test_progress.use(test_progress.make())
"""


def screen(text):
    """Return the lines that a terminal ends with: it knows the newline, the return, and one line up."""
    lines, row, column = [[]], 0, 0
    for part in re.findall(r"\x1b\[A|.", text, re.S):
        if part == "\x1b[A":
            row -= 1
        elif part == "\n":
            row += 1
            lines += [[]] * (row == len(lines))
        elif part == "\r":
            column = 0
        else:
            lines[row] = [*lines[row][:column], part, *lines[row][column + 1 :]]
            column += 1
    return ["".join(line).strip() for line in lines]


def shown_in_a_terminal(columns, start_program):
    """Return what a terminal of so many columns is sent."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))  # rows, columns
    process = start_program("-W", "error", "-c", PROGRAM, cwd=ROOT, stderr=theirs)
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    assert process.communicate()[0] == ""
    assert process.returncode == 0, shown
    return shown.decode()


VALUES = r"loss \d.\d+, accuracy \d.\d+, validation_loss \d.\d+, validation_accuracy \d.\d+"
SHORT = VALUES.replace("validation", "val")


def test_in_a_terminal_each_epoch_has_a_bar_and_the_validation_one_that_goes(start_program):
    text = shown_in_a_terminal(150, start_program)
    for epoch in (1, 2):
        assert re.search(rf"epoch {epoch}/2: 100%\|█+\| 5/5 \[.*, {VALUES}\]", text), text
    assert "validation:" in text
    assert "evaluate:" in text
    assert "predict:" in text
    assert [line[:9] for line in screen(text) if line] == ["epoch 1/2", "epoch 2/2"]  # what stays


def test_in_a_narrow_terminal_words_are_shortened_and_nothing_vanishes(start_program):
    """First the words, then the bar goes, then there are several lines."""
    lines = [line for line in screen(shown_in_a_terminal(130, start_program)) if line]
    assert [bool(re.fullmatch(rf"epoch ./2: 100%\|█+.?\| 5/5 \[.*, {SHORT}\]", line)) for line in lines] == [True] * 2, lines
    lines = [line for line in screen(shown_in_a_terminal(80, start_program)) if line]
    assert [bool(re.fullmatch(rf"epoch ./2: {SHORT}", line)) for line in lines] == [True] * 2, lines
    lines = [line for line in screen(shown_in_a_terminal(50, start_program)) if line]
    assert len(lines) == 4, lines
    assert all(len(line) < 50 for line in lines)
    for first, second in (lines[:2], lines[2:]):
        assert re.fullmatch(rf"epoch ./2: {SHORT}", f"{first} {second}"), lines


def test_a_terminal_of_no_columns_has_lines(start_program):
    lines = shown_in_a_terminal(0, start_program).splitlines()
    assert [bool(re.fullmatch(rf"epoch ./2: 5/5 batches in .* s, {VALUES}", line)) for line in lines] == [True] * 2, lines


def test_in_a_notebook_there_are_bars_too(monkeypatch, capsys):
    made = []

    class Widget(tqdm.std.tqdm):
        """Stands for tqdm's bar of a notebook."""

        def __init__(self, **options):
            made.append(options)
            super().__init__(**options, file=io.StringIO())

    Widget.__module__ = "tqdm.notebook"
    monkeypatch.setattr(tqdm.auto, "tqdm", Widget)
    make().fit(BATCHES, epochs=2)
    assert [(options["desc"], options["total"]) for options in made] == [("epoch 1/2", 5), ("epoch 2/2", 5)]
    assert capsys.readouterr().err == ""


def test_why_a_run_ended_early_is_said(capsys):
    class Best(training.BestWeights):
        """The first epoch is the best."""

        def on_epoch_end(self, trainer, row):
            super().on_epoch_end(trainer, {**row, "loss": float(trainer.epoch)})

    class Two(training.Callback):
        def on_epoch_end(self, trainer, row):  # noqa: ARG002
            if trainer.epoch == 2:
                trainer.stop("two are enough")

    trainer = make(callbacks=[Best("loss"), Two()])
    trainer.fit(BATCHES, epochs=3)
    lines = capsys.readouterr().err.splitlines()
    assert lines[2:] == ["stopped after epoch 2 of 3: two are enough", "weights of epoch 1 put back: the best loss, 1"]
    trainer.fit(BATCHES, epochs=1)
    assert len(capsys.readouterr().err.splitlines()) == 2  # its epoch, and the weights


def test_a_program_without_a_console_trains(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    use(make())


def test_a_bar_is_closed_after_an_error(monkeypatch):
    closed = []
    monkeypatch.setattr(progress.LinesBar, "close", lambda bar: closed.append(bar.title))
    with pytest.raises(TypeError):
        make().fit([BATCHES[0], 3])
    assert closed == ["epoch 1/1"]


def test_a_resumed_epoch_is_shown_from_where_it_was(tmp_path, capsys):
    class Stop(training.Callback):
        def on_step_end(self, trainer):
            if trainer.step == 4:
                raise RuntimeError("stop")

    checkpoint = training.Checkpoint(tmp_path / "run.npz", every_steps=3)
    with pytest.raises(RuntimeError, match=r"^stop$"):
        make(shown=False, callbacks=[Stop()]).fit(BATCHES, checkpoint=checkpoint)
    make().fit(BATCHES, checkpoint=checkpoint, resume=True)
    first, second = capsys.readouterr().err.splitlines()
    assert first == "resumed in epoch 1, after 3 steps"
    assert second.startswith("epoch 1/1: 5/5 batches")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0.0000"), (0.12345, "0.1235"), (123.456, "123.4560"), (1e-5, "1e-05"), (123456.7, "1.23e+05"), (3, "3"), (float("nan"), "nan")],
)  # fmt: skip
def test_numbers_are_short(value, text):
    assert progress.number(value) == text
