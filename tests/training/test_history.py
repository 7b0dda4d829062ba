"""The history: rows and columns, the table as it prints, and files that come back as they were."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minitensor as mt
from histories import history_of, losses
from minitensor.training import History

TWO = history_of({"epoch": 1, "loss": 2.5}, {"epoch": 2, "loss": 1.5, "validation_loss": 2.0})


# Rows and columns


def test_rows_have_all_columns_and_none_where_nothing_is_known():
    assert list(TWO) == [
        {"epoch": 1, "loss": 2.5, "validation_loss": None},
        {"epoch": 2, "loss": 1.5, "validation_loss": 2.0},
    ]
    assert TWO["validation_loss"] == [None, 2.0]
    assert TWO[-1] == TWO[1]
    assert (len(TWO), TWO.columns, "loss" in TWO, "lr" in TWO) == (2, ("epoch", "loss", "validation_loss"), True, False)


def test_what_is_asked_for_is_a_copy():
    history = losses(1.0)
    history["loss"].append(3.0)
    history[0]["loss"] = 4.0
    assert history == losses(1.0)
    assert history != losses(2.0)


def test_numbers_of_tensors_and_of_numpy_become_pythons():
    history = history_of({"a": mt.tensor(0.5), "b": np.float32(0.1), "c": np.int64(3), "d": None})
    assert [type(value) for value in history[0].values()] == [float, float, int, type(None)]
    assert history["b"] == [float(np.float32(0.1))]


def test_the_best_row_is_the_first_of_equal_ones_and_nan_is_none():
    history = losses(math.nan, 2.0, 1.0, 1.0, math.inf)
    history.append({"epoch": 6})
    assert history.best("loss")["epoch"] == 3
    assert history.best("loss", "max")["epoch"] == 5


def test_what_is_best_the_name_says():
    history = history_of({"accuracy": 0.9, "loss": 2.0}, {"accuracy": 0.5, "loss": 1.0})
    found = [history.best("accuracy"), history.best("loss"), history.best("accuracy", "min")]
    assert [row["loss"] for row in found] == [2.0, 1.0, 1.0]


REFUSED = {
    "a word": (
        lambda: history_of({"loss": "low"}), TypeError, "History: 'loss' is to be a number or None, got str: 'low'"
    ),
    "a truth value": (lambda: history_of({"loss": True}), TypeError, "History: 'loss' is to be a number or None, got bool: True"),
    "a matrix": (
        lambda: history_of({"matrix": mt.zeros(2)}), TypeError,
        "History: 'matrix' is to be a number or None, got Tensor: tensor([0., 0.])",
    ),
    "a name that is no string": (
        lambda: history_of({3: 1.0}), TypeError, "History: a column's name is a string, got int: 3"
    ),
    "a name of two lines": (
        lambda: history_of({"a\nb": 1.0}), ValueError, "History: a column's name has letters that can be printed, got 'a\\nb'"
    ),
    "no name": (
        lambda: history_of({"": 1.0}), ValueError, "History: a column's name has letters that can be printed, got ''"
    ),
    "an empty row": (lambda: history_of({}), ValueError, "History.append: the row is empty"),
    "an unknown column": (
        lambda: TWO["los"], KeyError, "History: there is no column 'los', only 'epoch', 'loss', 'validation_loss'"
    ),
    "a column of nothing": (lambda: History()["loss"], KeyError, "History: there is no column 'loss', only nothing yet"),
    "a row of nothing": (lambda: History()[0], IndexError, "History: there are no rows yet"),
    "the best of nothing": (
        lambda: losses(math.nan).best("loss"), ValueError, "History.best: there is no number in 'loss' yet"
    ),
    "the best in no way": (
        lambda: TWO.best("loss", "lowest"), ValueError, "History.best: mode is 'min' or 'max', got 'lowest'"
    ),
    "the best of what says nothing": (
        lambda: TWO.best("epoch"), ValueError,
        "History.best: is a smaller or a larger epoch better? Say mode='min' or mode='max'",
    ),
    "columns of different lengths": (
        lambda: History().load_state_dict({"a": [1, 2], "b": [1]}), ValueError,
        "History: the columns have different lengths: 'a' 2, 'b' 1",
    ),
    "a curve of nothing": (lambda: History().plot(), KeyError, "History: there is no column 'loss', only nothing yet"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_history_is_refused_in_words(case):
    call, kind, message = REFUSED[case]
    with pytest.raises(kind) as error:
        call()
    assert type(error.value) is kind
    assert error.value.args[0] == message


def test_a_refused_row_leaves_the_history_as_it_was():
    history = losses(1.0)
    with pytest.raises(TypeError):
        history.append({"epoch": 2, "new": 3.0, "loss": "low"})
    assert history == losses(1.0)


# As text


def test_numbers_are_rounded_alike_and_none_is_a_dash():
    history = history_of(
        {"epoch": 1, "loss": 2.302585093, "accuracy": 0.1, "validation_loss": None, "lr": 0.1, "seconds": 12.345},
        {"epoch": 2, "loss": 0.00001234, "accuracy": 0.25, "validation_loss": math.nan, "lr": 0.00625, "seconds": 8.0},
        {"epoch": 10, "loss": 0.0, "accuracy": 1.0, "validation_loss": 123.456, "lr": 1e-05, "seconds": 0.0321},
    )
    assert str(history).split("\n") == [
        "epoch      loss  accuracy  validation_loss       lr  seconds",
        "─" * 60,
        "    1    2.3026      0.10                -      0.1    12.35",
        "    2  1.23e-05      0.25              nan  0.00625     8.00",
        "   10    0.0000      1.00           123.46    1e-05     0.03",
    ]
    assert repr(history) == str(history)


def test_large_and_infinite_numbers_stay_readable():
    history = history_of(*({"x": value} for value in (1e30, 123456789.0, -5.0, math.inf, -math.inf)))
    assert str(history).split("\n")[2:] == ["    1e+30", "123456789", "       -5", "      inf", "     -inf"]


def test_a_long_run_is_cut_in_the_middle_and_a_middling_one_is_not():
    long, middling = losses(*np.linspace(1, 0.5, 40).tolist()), losses(*[0.5] * 21)
    lines = str(long).split("\n")
    assert [line.split()[0] for line in lines[2:]] == [*"12345", "…", *map(str, range(26, 41))]
    assert len(str(middling).split("\n")) == 23
    assert len(str(losses(*[0.5] * 22)).split("\n")) == 23
    assert str(History()) == "History: no epochs yet"


def test_the_table_of_a_notebook_has_the_same_cells_escaped():
    html = history_of({"epoch": 1, "a<b": 0.5})._repr_html_()
    assert html.split("\n") == [
        "<table>",
        "<thead>",
        '<tr><th style="text-align: right">epoch</th><th style="text-align: right">a&lt;b</th></tr>',
        "</thead>",
        "<tbody>",
        '<tr><td style="text-align: right">1</td><td style="text-align: right">0.5</td></tr>',
        "</tbody>",
        "</table>",
    ]
    assert History()._repr_html_() == "<table>\n<thead>\n<tr></tr>\n</thead>\n<tbody>\n</tbody>\n</table>"


# Files

values = st.none() | st.integers() | st.floats()
names = st.text(min_size=1, max_size=6).filter(str.isprintable)


@settings(deadline=None)
@given(rows=st.lists(st.dictionaries(names, values, min_size=1, max_size=4), max_size=5))
def test_a_file_comes_back_as_it_was_written_to_the_last_bit(rows, tmp_path_factory):
    history = history_of(*rows)
    path = tmp_path_factory.mktemp("history") / "history.csv"
    history.to_csv(path)
    again = History.read_csv(path)
    assert repr(again.state_dict()) == repr(history.state_dict())  # so that nan equals nan, and 1.0 not 1
    assert len(again) == len(history)


@settings(deadline=None)
@given(rows=st.lists(st.dictionaries(names, values, min_size=1, max_size=4), max_size=5))
def test_a_state_comes_back_as_it_was(rows):
    history, again = history_of(*rows), losses(3.0)
    again.load_state_dict(history.state_dict())
    assert repr(list(again)) == repr(list(history))
    assert len(again) == len(history)


def test_a_file_is_plain_and_whole(tmp_path):
    losses(*[0.1] * 3, validation_loss=None).to_csv(tmp_path / "history.csv")
    assert (tmp_path / "history.csv").read_bytes() == b"epoch,loss,validation_loss\n1,0.1,\n2,0.1,\n3,0.1,\n"
    losses(*[0.5] * 100).to_csv(str(tmp_path / "long.csv"))
    assert len((tmp_path / "long.csv").read_text().splitlines()) == 101


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("epoch,loss\n1,0.5\n2,low\n", "{path}, line 3, 'loss': expected a number, got 'low'"),
        ("epoch,loss\n1,0.5,3\n", "{path}, line 2: 2 columns have names, and there are 3 cells"),
        ("loss,loss\n1,0.5\n", "{path}: two columns have the same name: loss, loss"),
    ],
)
def test_a_file_of_something_else_is_refused_in_words(tmp_path, text, message):
    path = tmp_path / "history.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError) as error:  # noqa: PT011  # compared as a whole
        History.read_csv(path)
    assert str(error.value) == message.format(path=path)


def test_an_edited_file_with_blank_lines_and_windows_endings_is_read(tmp_path):
    path = tmp_path / "history.csv"
    path.write_bytes(b"epoch,loss\r\n1,0.5\r\n\r\n2,0.25\r\n\r\n")
    assert History.read_csv(path) == losses(0.5, 0.25)
