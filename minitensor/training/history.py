"""The history of a training run: a table with a row for each epoch."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from html import escape
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeAlias

from minitensor.tables import aligned
from minitensor.training.cells import Value, number_of, read, written
from minitensor.training.curves import draw_curves
from minitensor.training.direction import Mode, direction

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Row: TypeAlias = dict[str, Value]

FIRST, LAST = 5, 15  # of a long run the rows that are printed
FORMATS = {"seconds": ".2f", "lr": ".4g"}  # of these columns' numbers; for the others, see `cells.written`


class History:
    """A table with a row for each epoch, and a column for each number that is known of it.

    Printed, it is a table, which of a long run shows the first and the last epochs. A row may lack a number, as where a
    validation set is looked at in every tenth epoch: None stands there.

    Examples
    --------
    >>> history = History()
    >>> history.append({"epoch": 1, "loss": 2.302585, "validation_loss": 2.25, "lr": 0.1})
    >>> history.append({"epoch": 2, "loss": 0.75, "validation_loss": 1.125, "lr": 0.01})
    >>> print(history)
    epoch    loss  validation_loss    lr
    ────────────────────────────────────
        1  2.3026            2.250   0.1
        2  0.7500            1.125  0.01
    >>> history["loss"], history[-1]["lr"], len(history)
    ([2.302585, 0.75], 0.01, 2)
    >>> history.best("validation_loss")["epoch"]
    2
    """

    def __init__(self) -> None:
        self._columns: dict[str, list[Value]] = {}
        self._length = 0

    def append(self, row: Mapping[str, Any]) -> None:
        """Add the `row` of an epoch: numbers, or None, by the names of their columns. New names make new columns.

        Raises
        ------
        TypeError
            A name is no string, or a value is neither a number nor None.
        ValueError
            The row is empty, or a name is, or it has letters that cannot be printed.
        """
        values = {_checked_name(name): _number(value, name) for name, value in row.items()}
        if not values:
            raise ValueError("History.append: the row is empty")
        for name in values:
            self._columns.setdefault(name, [None] * self._length)
        for name, column in self._columns.items():
            column.append(values.get(name))
        self._length += 1

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in the order in which they came."""
        return tuple(self._columns)

    def __getitem__(self, key: str | int) -> Any:
        """A column by its name, as a list; a row by its number, as a dict."""
        if isinstance(key, str):
            return list(self._column(key))
        row = {name: column[key] for name, column in self._columns.items()}
        if not row:
            raise IndexError("History: there are no rows yet")
        return row

    def _column(self, name: str) -> list[Value]:
        if name not in self._columns:
            raise KeyError(
                f"History: there is no column {name!r}, only {', '.join(map(repr, self._columns)) or 'nothing yet'}"
            )
        return self._columns[name]

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Row]:
        return (self[number] for number in range(self._length))

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __eq__(self, other: object) -> bool:
        return self._columns == other._columns if isinstance(other, History) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it changes

    def best(self, name: str, mode: Mode | None = None) -> Row:
        """The row where a column is best, lowest or highest; of equal ones the first. None and NaN do not count.

        Parameters
        ----------
        name : str
            The column.
        mode : {'min', 'max'}, optional
            Whether the lowest number is the best or the highest; without it the name says it, where it has "loss" or
            "accuracy", say, in it.

        Raises
        ------
        KeyError
            There is no such column.
        ValueError
            There is no number in it, or no such mode; or none is given, and the name does not say it.
        """
        column, mode = self._column(name), direction(name, mode, "History.best")
        values = [(number, value) for number, value in enumerate(column) if value is not None and value == value]
        if not values:
            raise ValueError(f"History.best: there is no number in {name!r} yet")
        number, _ = (min if mode == "min" else max)(values, key=lambda pair: pair[1])
        row: Row = self[number]
        return row

    # Files

    def state_dict(self) -> dict[str, list[Value]]:
        """The columns by name, for `mt.save`."""
        return {name: list(column) for name, column in self._columns.items()}

    def load_state_dict(self, state_dict: Mapping[str, list[Value]]) -> None:
        """Take over what `state_dict` returned; what was there before is gone.

        Raises
        ------
        ValueError
            The columns of `state_dict` have different lengths. Nothing has changed then.
        """
        columns = {_checked_name(name): [_number(one, name) for one in column] for name, column in state_dict.items()}
        if len({len(column) for column in columns.values()}) > 1:
            lengths = ", ".join(f"{name!r} {len(column)}" for name, column in columns.items())
            raise ValueError(f"History: the columns have different lengths: {lengths}")
        self._columns = columns
        self._length = len(next(iter(columns.values()), []))

    def to_csv(self, path: str | PathLike[str]) -> None:
        """Write all rows to the file `path`, as comma-separated values below a line of names.

        Each float is written with as many digits as it takes to read it again as it is; None is left empty.
        """
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(self._columns)
            for row in self:
                writer.writerow(["" if value is None else repr(value) for value in row.values()])

    @classmethod
    def read_csv(cls, path: str | PathLike[str]) -> History:
        """The history that `to_csv` wrote to the file `path`.

        Raises
        ------
        ValueError
            The file is of something else; the message says which line.
        """
        with open(path, newline="", encoding="utf-8") as file:
            reader = csv.reader(file)
            names = next(reader, [])
            if len(set(names)) < len(names):
                raise ValueError(f"{path}: two columns have the same name: {', '.join(names)}")
            rows = []
            for cells in reader:
                place = f"{path}, line {reader.line_num}"
                if not cells:
                    continue
                if len(cells) != len(names):
                    raise ValueError(f"{place}: {len(names)} columns have names, and there are {len(cells)} cells")
                rows.append([read(cell, f"{place}, {name!r}") for name, cell in zip(names, cells, strict=True)])
        history = cls()
        history.load_state_dict({name: [row[place] for row in rows] for place, name in enumerate(names)})
        return history

    # To be seen

    def plot(self, *names: str, ax: Axes | None = None) -> Axes:
        """Draw columns over the epochs; of each, the validation's is drawn with it, dashed, and the best epoch is marked.

        The best is the lowest of a loss or an error, and the highest of an accuracy, a precision and the like; of the
        validation set, where there is one. A loss that falls through two powers of ten or more has a logarithmic axis.

        Parameters
        ----------
        *names : str
            The columns: "loss", unless something else is named.
        ax : matplotlib Axes, optional
            Where to draw; a new figure, unless it is given.

        Returns
        -------
        matplotlib Axes
            It is not shown: a notebook does that itself, and `ax.figure.savefig("loss.png")` keeps it.

        Raises
        ------
        KeyError
            There is no such column.
        ModuleNotFoundError
            matplotlib is not installed.
        """
        curves: dict[str, list[tuple[str, list[Value]]]] = {}
        for name in names or ("loss",):
            shown = [one for one in (name, f"validation_{name}") if one in self._columns]
            curves[name] = [(one, self._column(one)) for one in shown or [name]]
        epochs: Any = self._columns.get("epoch") or range(1, self._length + 1)
        return draw_curves(list(epochs), curves, ax)

    def __str__(self) -> str:
        if not self._columns:
            return "History: no epochs yet"
        head, *body = aligned([self.columns, *self._lines()])
        rule = "─" * max(map(len, [head, *body]))
        return "\n".join([head, rule, *body])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        """The table for a notebook."""
        lines = [self._html(self.columns, "th"), *(self._html(line, "td") for line in self._lines())]
        return "\n".join(["<table>", "<thead>", lines[0], "</thead>", "<tbody>", *lines[1:], "</tbody>", "</table>"])

    @staticmethod
    def _html(cells: tuple[str, ...], tag: str) -> str:
        return "<tr>" + "".join(f'<{tag} style="text-align: right">{escape(cell)}</{tag}>' for cell in cells) + "</tr>"

    def _lines(self) -> list[tuple[str, ...]]:
        """The cells of the rows that are printed, with a row of dots for those that are not."""
        columns = []
        hidden = self._length > FIRST + LAST + 1
        for name, column in self._columns.items():
            shown = [*column[:FIRST], *column[-LAST:]] if hidden else column
            cells = written(shown, FORMATS.get(name))
            columns.append([*cells[:FIRST], "…", *cells[FIRST:]] if hidden else cells)
        return list(zip(*columns, strict=True))


def _checked_name(name: Any) -> str:
    if not isinstance(name, str):
        raise TypeError(f"History: a column's name is a string, got {type(name).__name__}: {name!r:.60}")
    if not name or not name.isprintable():
        raise ValueError(f"History: a column's name has letters that can be printed, got {name!r:.60}")
    return name


def _number(value: Any, name: str) -> Value:
    """An int, a float or None: what is kept of a value."""
    number = number_of(value)
    if number is not None or value is None:
        return number
    raise TypeError(f"History: {name!r} is to be a number or None, got {type(value).__name__}: {value!r:.60}")
