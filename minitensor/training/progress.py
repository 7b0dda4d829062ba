"""How far it has come: a bar in a terminal or a notebook, elsewhere a line for each epoch, or nothing."""

from __future__ import annotations

import math
import os
import re
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from minitensor.tables import width_of
from minitensor.training.cells import number_of

Values = Callable[[], dict[str, Any]]

REFRESH = 0.1  # seconds between two pictures of a bar
LINES = 60.0  # seconds between two lines of a log
SPARE = 8  # by so many columns a bar may be shorter than tqdm's ten


class Bar:
    """One bar that nobody sees: what shows something extends it.

    Parameters
    ----------
    title : str
    total : int, optional
        How many batches there will be.
    initial : int
        How many there were already.
    """

    interval = math.inf

    def __init__(self, title: str, total: int | None, initial: int = 0) -> None:
        self.title, self.total, self.done = title, total, initial
        self._began = self._shown = time.monotonic()

    def advance(self, values: Values) -> None:
        """One more batch is done; the values are asked for only when it is time to show them."""
        self.done += 1
        now = time.monotonic()
        if now - self._shown >= self.interval:
            self._shown = now
            self.show(values())

    def show(self, values: dict[str, Any]) -> None:
        """Show how far it has come, with these values."""

    def finish(self, values: dict[str, Any]) -> None:
        """Show the end of it."""

    def close(self) -> None:
        """Take nothing more; what is shown stays."""


class LinesBar(Bar):
    """A line in a log when it is done, and one a minute until then."""

    interval = LINES

    def show(self, values: dict[str, Any]) -> None:
        """Write a line."""
        count = f"{self.done}/{self.total}" if self.total is not None else str(self.done)
        words = [f"{count} batches in {time.monotonic() - self._began:.1f} s", *worded(values)]
        sys.stderr.write(f"{self.title}: {', '.join(words)}\n")
        sys.stderr.flush()

    finish = show


class ScreenBar(Bar):
    """A bar of tqdm's, in a terminal or a notebook.

    Parameters
    ----------
    kind : type
        The class of tqdm's.
    leave : bool
        Whether it stays when it is closed.
    """

    interval = REFRESH

    def __init__(self, title: str, total: int | None, initial: int = 0, *, kind: Any, leave: bool = True) -> None:
        super().__init__(title, total, initial)
        self._bar = kind(desc=title, total=total, initial=initial, unit="batch", leave=leave, mininterval=0, miniters=1)
        self._columns = getattr(self._bar, "ncols", None)  # of the terminal; a notebook has none

    def show(self, values: dict[str, Any]) -> None:
        """Draw it anew; where the terminal is too narrow for the numbers beside it, without the bar itself."""
        self._bar.n = self.done
        text = next((one for one in self._texts(values) if self._fits(one)), None)
        if text is None:
            count = f"{self.done}/{self.total}" if self.total is not None else str(self.done)
            text = ", ".join([count, *worded(shortened(values))])
            self._bar.bar_format = f"{self.title}: {text}".replace("{", "{{").replace("}", "}}")
        else:
            self._bar.bar_format = None
            self._bar.set_postfix_str(text, refresh=False)
        self._bar.refresh()

    def finish(self, values: dict[str, Any]) -> None:
        """Show all numbers: in the bar's line, in one without the bar, or below each other."""
        if self._columns is None or any(self._fits(one) for one in self._texts(values)):
            self.show(values)
            return
        self._bar.leave = False
        self._bar.close()
        self._bar.write("\n".join(wrapped(f"{self.title}: ", worded(shortened(values)), self._columns)), file=sys.stderr)

    def close(self) -> None:
        """Leave the line."""
        self._bar.close()

    def _texts(self, values: dict[str, Any]) -> list[str]:
        """The numbers in words, first the long ones."""
        return [", ".join(worded(one)) for one in (values, shortened(values))]

    def _fits(self, text: str) -> bool:
        """Whether a text has its place beside a bar."""
        if self._columns is None:
            return True
        plain = {**self._bar.format_dict, "n": self.done, "postfix": text, "bar_format": None, "ncols": None}
        return width_of(str(self._bar.format_meter(**plain))) - SPARE <= int(self._columns)


class Progress:
    """Makes bars of one kind.

    Parameters
    ----------
    shown : bool
        Whether anything is shown at all.
    """

    def __init__(self, shown: bool) -> None:
        self._shown = shown and sys.stderr is not None  # a program without a console has none
        self._tqdm = _tqdm_for_screens() if self._shown else None

    def bar(self, title: str, total: int | None, initial: int = 0) -> Bar:
        """A bar that stays."""
        if self._tqdm is not None:
            return ScreenBar(title, total, initial, kind=self._tqdm)
        return (LinesBar if self._shown else Bar)(title, total, initial)

    def passing_bar(self, title: str, total: int | None) -> Bar:
        """A bar that goes when it is closed; a log has none of it."""
        return Bar(title, total) if self._tqdm is None else ScreenBar(title, total, kind=self._tqdm, leave=False)

    def say(self, text: str) -> None:
        """Write a line, above the bars."""
        if self._tqdm is not None:
            self._tqdm.write(text, file=sys.stderr)
        elif self._shown:
            sys.stderr.write(f"{text}\n")

    def say_at_once(self, text: str) -> None:
        """Write a line from within a signal's handler, which may have come in the midst of another writing."""
        if self._shown:
            with suppress(OSError, ValueError):  # a stream without a file
                os.write(sys.stderr.fileno(), f"\n{text}\n".encode())


def _tqdm_for_screens() -> Any:
    """The class of bars where somebody watches; None where a log is written."""
    from tqdm.auto import tqdm  # takes as long to load as NumPy does: only who shows bars pays

    in_notebook = any(base.__module__ == "tqdm.notebook" for base in tqdm.__mro__)
    if not in_notebook and not (sys.stderr.isatty() and _has_columns()):
        return None
    # The thread that redraws bars which have stopped: ours are drawn when there is something new.
    return type("tqdm", (tqdm,), {"monitor_interval": 0})


def _has_columns() -> bool:
    """Whether the terminal has a width: one that says 0, as of a job that is started without anybody, shows no bar."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns > 0
    except (OSError, ValueError):  # what only looks like a terminal
        return True


def worded(values: dict[str, Any]) -> list[str]:
    """Numbers by name: "loss 0.1234"; what is no number is left out."""
    return [f"{name} {number(one)}" for name, value in values.items() if (one := number_of(value)) is not None]


def shortened(values: dict[str, Any]) -> dict[str, Any]:
    """Numbers by shorter names: "val_loss" for "validation_loss"."""
    return {re.sub("^validation_", "val_", name): value for name, value in values.items()}


def wrapped(title: str, words: list[str], columns: int) -> list[str]:
    """A title and words in as many lines as it takes, those after the first below the first word.

    Examples
    --------
    >>> wrapped("epoch 1/2: ", ["loss 0.5", "accuracy 0.75", "val_loss 0.25"], 36)
    ['epoch 1/2: loss 0.5, accuracy 0.75,', '           val_loss 0.25']
    """
    lines = [title]
    for place, word in enumerate(words):
        text = word + "," * (place < len(words) - 1)
        if place and width_of(f"{lines[-1]} {text}") >= columns:
            lines.append(" " * len(title) + text)
        else:
            lines[-1] += " " * bool(place) + text
    return lines


def number(value: float) -> str:
    """A number in a few characters: "0.1234", "1.2e-05", "1234"."""
    if isinstance(value, int):
        return str(value)
    return f"{value:.4f}" if value == 0 or 1e-3 <= abs(value) < 1e4 else f"{value:.3g}"
