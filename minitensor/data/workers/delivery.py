"""Having workers make the batches of a pass: some ahead of what is given out, and in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from time import monotonic
from typing import Any

import numpy as np

from minitensor.data.order import Task
from minitensor.data.progress import Progress, states_of
from minitensor.data.workers.messages import Begin, Reply, Settings, Wanted
from minitensor.data.workers.processes import Processes, WorkerDiedError
from minitensor.data.workers.threads import Threads
from minitensor.random import Generator

Workers = Processes | Threads


class Delivery:
    """The batches of one pass.

    Parameters
    ----------
    workers : Workers
    run : int
        Another one for each pass that these workers make.
    progress : Progress
        How far the pass is: it is told of each batch that is given out.
    tasks : iterator of Task
    ahead : int
        How many batches are asked for before they are wanted, for each worker.
    in_order : bool
        Whether a batch waits for those before it.
    held : list of Generator
        Those that the dataset and the functions hold, if workers that stay have copies of them.
    timeout : float
        Seconds to wait for a batch; 0 for no limit.

    Raises
    ------
    RuntimeError
        A worker has died, or a batch has not come within the timeout. And whatever a worker raised.
    """

    def __init__(
        self,
        workers: Workers,
        run: int,
        progress: Progress,
        tasks: Iterator[Task],
        *,
        ahead: int,
        in_order: bool,
        timeout: float,
        held: list[Generator | np.random.Generator],
    ) -> None:
        self._progress = progress
        self._workers, self._run, self._tasks, self._in_order = workers, run, tasks, in_order
        self._begin = Begin(run, progress.start(), Settings.here(), states_of(held))
        self._most, self._timeout = ahead * len(workers), timeout
        self._sent: dict[int, int] = {}  # numbers of batches that were asked for and not given out: by whom each is made
        self._arrived: dict[int, Reply] = {}  # those that are made

    def __iter__(self) -> Iterator[Any]:
        try:
            for worker in range(len(self._workers)):
                self._workers.send(worker, self._begin)
            self._ask()
            while self._sent:
                number = self._wait()
                if self._arrived[number].ended:
                    self._tasks = iter(())
                    self._take(number)
                    continue
                yield self._progress.give(number, self._take(number))  # and keeps it no longer than who asked for it
        except WorkerDiedError as died:
            raise RuntimeError(f"DataLoader: {died}") from None

    def _take(self, number: int) -> Any:
        """Return a batch that is made, and ask for another one."""
        del self._sent[number]
        reply = self._arrived.pop(number)
        if reply.failure is not None:
            raise reply.failure.error()
        self._ask()
        return reply.batch

    def _ask(self) -> None:
        """Ask for batches until enough are on their way."""
        while len(self._sent) < self._most and (task := next(self._tasks, None)) is not None:
            worker = self._worker_for(task.number)
            self._sent[task.number] = worker
            self._workers.send(worker, Wanted(self._run, task))

    def _worker_for(self, number: int) -> int:
        """Who makes a batch: each in turn, so that a run is like the last; out of order, who has least to do."""
        if self._in_order:
            return number % len(self._workers)
        busy = Counter(worker for number, worker in self._sent.items() if number not in self._arrived)
        return min(range(len(self._workers)), key=lambda worker: busy[worker])

    def _wait(self) -> int:
        """Wait for the next batch, and return its number."""
        deadline = monotonic() + self._timeout if self._timeout else None
        while True:
            for number in self._sent:
                if number in self._arrived:
                    return number
                if self._in_order:
                    break
            reply = self._workers.receive(None if deadline is None else max(0.0, deadline - monotonic()))
            if reply is None:
                late = self._too_late()
                self._workers.close(grace=0)
                raise RuntimeError(late)
            if reply.run == self._run:
                self._arrived[reply.number] = reply

    def _too_late(self) -> str:
        number, worker = next(iter(self._sent.items()))
        found = f"{self._workers.name(worker)} has it in hand"
        return f"DataLoader: batch {number} has not come within the timeout of {self._timeout:g} seconds: {found}"
