"""The block whose time is measured."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import TextIO

from minitensor.grad_mode import Context
from minitensor.nn import Module
from minitensor.profiler.averages import Average, By, averages
from minitensor.profiler.events import Recorder
from minitensor.profiler.names import name_owners
from minitensor.profiler.slices import Slice, slices_of
from minitensor.profiler.table import table_of
from minitensor.profiler.trace import chrome_trace


class profile(Context):
    """Measure where the time of a `with` block or of a decorated function goes, by operation and by module.

    When the block ends, also by an error, two tables are printed. Each second of the block is in one row of each: a module's
    row is without the modules that it calls, an operation is the kernel that computes it, and what a gradient's rules do
    outside of kernels is a row of its own. The lines below are what no operation took: the time of Python, for the greater
    part, in modules, in the walk back over the tape, and in the rest of the block. `docs/profiling.md` reads an example.

    It is the time of the clock on the wall, and of the thread that entered the block. Measuring adds one to two microseconds
    for each operation, each of its gradients and each call of a module; most of that is in the lines below. Blocks may be
    nested. As PyTorch's `torch.profiler.profile` for the CPU.

    Parameters
    ----------
    model : Module, optional
        Whose dotted names the modules have; without it those of the outermost module that is called.
    show : bool
        Whether the tables are printed when the block ends.
    file : text file, optional
        Where to; standard output by default.

    Attributes
    ----------
    seconds : float
        How long the block took.

    Raises
    ------
    TypeError
        The model is no Module.
    RuntimeError
        The same object is entered while its block runs, or asked while it does or before; its block ends in another thread.

    Examples
    --------
    >>> import minitensor as mt
    >>> model = mt.nn.Sequential(mt.nn.Conv2d(1, 4, 3, bias=False), mt.nn.ReLU())
    >>> image = mt.ones(2, 1, 8, 8)
    >>> with mt.profile(show=False) as prof:
    ...     for _ in range(3):
    ...         model(image).sum().backward()
    >>> [(row.name, row.calls, row.bytes) for row in prof.key_averages() if row.name in ("conv", "conv_weight_grad")]
    [('conv', 3, 3456), ('conv_weight_grad', 3, 432)]
    >>> [(row.name, row.calls) for row in prof.key_averages(by="module") if row.counted]
    [('Sequential', 3), ('0 (Conv2d)', 3), ('1 (ReLU)', 3)]
    >>> prof.export_chrome_trace("/tmp/trace.json")  # doctest: +SKIP
    """

    def __init__(self, model: Module | None = None, *, show: bool = True, file: TextIO | None = None) -> None:
        if not (model is None or isinstance(model, Module)):
            raise TypeError(f"profile: the model is a Module, got {type(model).__name__}")
        self._model, self._show, self._file = model, show, file
        self._clock = time.perf_counter
        self._recorder: Recorder | None = None
        self._slices: list[Slice] = []
        self._thread = 0

    def _again(self) -> profile:
        return profile(self._model, show=self._show, file=self._file)

    def __enter__(self) -> profile:
        if self._recorder is not None:
            raise RuntimeError("profile: this one's block is running already: make another one for a block within it")
        self._thread = threading.get_native_id()
        self._recorder, self._slices = Recorder(self._clock).__enter__(), []
        self._begin = self._clock()
        return self

    def __exit__(self, *error: object) -> None:
        end = self._clock()
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return
        recorder.__exit__(*error)
        self._slices = slices_of(recorder.events, self._begin, end)
        name_owners(self._slices, self._model)
        if self._show:
            (self._file or sys.stdout).write(f"{self}\n")

    @property
    def seconds(self) -> float:
        """How long the block took."""
        return self._ended()[0].seconds

    def key_averages(self, by: By = "operation") -> list[Average]:
        """The rows of a table as data, in the order in which they first ran; their seconds add up to the block's.

        Parameters
        ----------
        by : str
            "operation" or "module".

        Returns
        -------
        list of Average
            (name, counted, calls, seconds, forward, backward, kernels, bytes), and `mean`.

        Raises
        ------
        ValueError
            It is by something else.
        """
        return averages(self._ended(), by)

    def table(self, by: By = "operation", sort_by: str | None = None, rows: int | None = 20) -> str:
        """One of the tables.

        Parameters
        ----------
        by : str
            "operation" or "module".
        sort_by : str, optional
            "total", "mean", "calls", "forward", "backward", "bytes", the greatest first; "name"; or "order", in which they
            first ran. By default operations are sorted by "total", modules by "order".
        rows : int or None
            At most so many are shown, and the others as one; None for all.

        Raises
        ------
        ValueError
            Another word is given, or a negative number of rows.
        """
        order = sort_by if sort_by is not None else "total" if by == "operation" else "order"
        return table_of(self.key_averages(by), by, order, rows)

    def export_chrome_trace(self, path: str | os.PathLike[str]) -> None:
        """Write the block as a time line for chrome://tracing or https://ui.perfetto.dev.

        Modules, kernels, rules and steps are slices, one within the other; a kernel has its result's shape, dtype and bytes.

        Parameters
        ----------
        path : str or path
            Where to: a name that ends in .json.
        """
        text = chrome_trace(self._ended(), os.getpid(), self._thread)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def __repr__(self) -> str:
        if not self._slices or self._recorder is not None:
            return f"<profile, {'running' if self._recorder is not None else 'not yet entered'}>"
        return f"{self.table('operation')}\n\n{self.table('module', rows=None)}"

    def _ended(self) -> list[Slice]:
        if self._recorder is not None or not self._slices:
            raise RuntimeError("profile: there is nothing to tell before its block has ended")
        return self._slices
