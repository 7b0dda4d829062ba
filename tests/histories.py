"""Histories of a few rows, for the tests of tables and of curves."""

from minitensor.training import History


def history_of(*rows):
    history = History()
    for row in rows:
        history.append(row)
    return history


def losses(*values, **others):
    return history_of(*({"epoch": place, "loss": value, **others} for place, value in enumerate(values, 1)))
