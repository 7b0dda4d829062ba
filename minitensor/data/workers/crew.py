"""The workers of a loader: for one pass, or for one after the other."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from minitensor.data.fetch import Job
from minitensor.data.order import Task
from minitensor.data.progress import Progress
from minitensor.data.workers.delivery import Delivery, Workers
from minitensor.data.workers.held import generators_held_by
from minitensor.data.workers.processes import Processes
from minitensor.data.workers.threads import Threads
from minitensor.data.workers.work import Role

if TYPE_CHECKING:
    from minitensor.data.loader import DataLoader


class Crew:
    """Workers that make one pass at a time.

    Parameters
    ----------
    job : Job
    loader : DataLoader
        Whose arguments say how many there are, and of which kind.
    """

    def __init__(self, job: Job, loader: DataLoader[Any]) -> None:
        count = 1 if job.stream else loader.num_workers
        by_threads = loader.worker_type == "thread"
        copies = loader.persistent_workers and not by_threads
        self._held = generators_held_by(job.dataset, job.collate_fn) if copies else []
        roles = [Role(worker, count, not by_threads, job, loader.worker_init_fn, copies) for worker in range(count)]
        self._workers: Workers = Threads(roles) if by_threads else Processes(roles, loader.multiprocessing_context)
        self._ahead, self._in_order, self._timeout = loader.prefetch_factor or 2, loader.in_order, loader.timeout
        self._runs = 0
        self._busy = False

    def deliver(self, progress: Progress, tasks: Iterator[Task], *, stays: bool) -> Iterator[Any]:
        """The rest of a pass; after it, or when nobody reads on, the workers end, if they don't stay."""
        self._runs += 1
        self._busy = True
        try:
            yield from Delivery(
                self._workers,
                self._runs,
                progress,
                tasks,
                ahead=self._ahead,
                in_order=self._in_order,
                timeout=self._timeout,
                held=self._held,
            )
        except GeneratorExit:  # nobody reads on: what they still do for this pass is given up when the next one begins
            raise
        except BaseException:  # a reply may be read half
            stays = False
            raise
        finally:
            self._busy = False
            if not stays:
                self._workers.close()

    def is_free(self) -> bool:
        """Whether the next pass can be theirs."""
        return not self._busy and self.is_alive()

    def is_alive(self) -> bool:
        """Whether all of them are."""
        return self._workers.alive()


def context_of(given: Any) -> Any:
    """The multiprocessing context that is asked for; None for the one that starts processes best here.

    Forking takes a hundredth of the time that a new Python takes, and nothing needs to be picklable. On macOS the system's
    own libraries don't survive it, so it is Python's choice there.
    """
    methods = multiprocessing.get_all_start_methods()
    if given is None:
        return multiprocessing.get_context("fork" if "fork" in methods and sys.platform != "darwin" else None)
    if isinstance(given, str):
        if given not in methods:
            raise ValueError(f"DataLoader: multiprocessing_context is one of {', '.join(sorted(methods))}, got {given!r}")
        return multiprocessing.get_context(given)
    if not (hasattr(given, "Process") and hasattr(given, "get_start_method")):
        found = f"got {type(given).__name__}"
        raise TypeError(f"DataLoader: multiprocessing_context is a name, or multiprocessing.get_context(name), {found}")
    return given
