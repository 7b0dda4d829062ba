"""Workers that are processes of their own."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import selectors
import signal
import socket
import sys
import threading
import warnings
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from math import inf
from time import monotonic
from typing import Any

from minitensor.blas import one_blas_thread
from minitensor.data.workers import wire
from minitensor.data.workers.closing import Closing
from minitensor.data.workers.messages import Begin, Reply, Wanted
from minitensor.data.workers.process import serve
from minitensor.data.workers.work import Role

GRACE = 2.0  # seconds for what a worker is doing when it is to end

_starting = threading.Lock()  # what is forked meanwhile would hold the ends of others


class WorkerDiedError(RuntimeError):
    """A worker process has ended that should not have."""


class Processes(Closing):
    """Worker processes, each at the other end of a socket.

    A worker that is to end, or whose parent is gone, finds its socket closed. Nothing is left behind, since there is nothing
    but the processes and the sockets: no semaphores, no shared memory.

    Parameters
    ----------
    roles : list of Role
    context : multiprocessing context
        How processes are started.

    Raises
    ------
    TypeError
        Processes are not forked, and the dataset or a function can't be sent to them.
    RuntimeError
        This is a worker process itself.
    """

    def __init__(self, roles: list[Role], context: Any) -> None:
        if multiprocessing.current_process().daemon:
            raise RuntimeError(
                "DataLoader: this is a worker process itself, which can't have others: "
                'here num_workers is 0, or worker_type is "thread"'
            )
        self._processes: list[Any] = []
        self._ends: list[socket.socket] = []
        self._selector = selectors.DefaultSelector()
        self._ready: deque[int] = deque()
        self.ends_by(_end, os.getpid(), self._processes, self._ends, self._selector, grace=GRACE)
        with one_blas_thread:
            pass  # finds out once what each worker would have to find out
        try:
            for role in roles:
                self._start(role, context)
        except BaseException:
            self.close(grace=0)
            raise

    def _start(self, role: Role, context: Any) -> None:
        forks = context.get_start_method() == "fork"
        with _starting:
            ours, theirs = wire.pair()
            self._ends.append(ours)
            inherited = list(self._ends) if forks else []
            process = context.Process(
                target=serve, args=(role, theirs, inherited), name=f"DataLoader worker {role.id}", daemon=True
            )
            try:
                with _no_interrupt(), _quiet_fork():
                    process.start()
                    self._processes.append(process)
            except (AttributeError, TypeError, pickle.PicklingError) as error:
                if forks:
                    raise
                raise TypeError(
                    f"DataLoader: processes that start by {context.get_start_method()!r} are sent the dataset and the "
                    f"functions by pickle, and these can't be: {error}; "
                    'multiprocessing_context="fork" and worker_type="thread" do without'
                ) from error
            finally:
                theirs.close()
        self._selector.register(ours, selectors.EVENT_READ, role.id)

    def __len__(self) -> int:
        return len(self._processes)

    def send(self, worker: int, message: Begin | Wanted) -> None:
        """Tell a worker something: it is always listening."""
        try:
            wire.send(self._ends[worker], wire.packed(message))
        except OSError:
            raise self._died(worker) from None

    def receive(self, timeout: float | None) -> Reply | None:
        """Wait for the next reply of any worker; None if there is none within so many seconds."""
        deadline = monotonic() + (inf if timeout is None else timeout)
        while not self._ready:
            rest = max(0.0, deadline - monotonic())
            self._ready.extend([key.data for key, _ in self._selector.select(min(rest, GRACE))])
            if not self._ready:
                for worker, process in enumerate(self._processes):
                    if not process.is_alive():  # and something that it began keeps its socket open
                        raise self._died(worker)
                if rest < GRACE:
                    return None
        worker = self._ready.popleft()
        try:
            reply: Reply = wire.receive(self._ends[worker])
        except (EOFError, OSError):
            raise self._died(worker) from None
        return reply

    def alive(self) -> bool:
        """Whether all of them are."""
        return self._end.alive and all(process.is_alive() for process in self._processes)

    def name(self, worker: int) -> str:
        """What to call a worker in a message."""
        return f"worker {worker} (process {self._processes[worker].pid})"

    def _died(self, worker: int) -> WorkerDiedError:
        process = self._processes[worker]
        process.join(1)
        code = process.exitcode
        if code is None:
            return WorkerDiedError(f"{self.name(worker)} has closed its connection")
        if code >= 0:
            how = f"has ended with exit code {code}: what it wrote to the standard error says why"
            return WorkerDiedError(f"{self.name(worker)} {how}")
        hint = {
            signal.SIGKILL: ": so does a system that runs out of memory",
            signal.SIGSEGV: ": a library has gone wrong",
            signal.SIGBUS: ": a library has gone wrong, or the disk or the shared memory is full",
        }.get(-code, "")
        return WorkerDiedError(f"{self.name(worker)} was killed by {signal.Signals(-code).name}{hint}")


def _end(owner: int, processes: list[Any], ends: list[socket.socket], selector: Any, grace: float) -> None:
    """End processes, and wait for them, through an interrupt too: they leave nothing behind."""
    if os.getpid() != owner:  # a forked copy of the owner
        return
    interrupt, deadline = None, monotonic() + grace
    while ends or processes:
        try:
            _close(ends)
            _wait_for(processes, deadline)
        except KeyboardInterrupt as error:
            interrupt, deadline = error, 0.0
    selector.close()
    if interrupt is not None:
        try:
            raise interrupt
        finally:
            del interrupt  # its traceback refers to this frame


def _close(ends: list[socket.socket]) -> None:
    """Close sockets, whose other ends find them closed, whoever else has inherited these."""
    while ends:
        with suppress(OSError):
            ends[-1].shutdown(socket.SHUT_RDWR)
        ends[-1].close()
        ends.pop()


def _wait_for(processes: list[Any], deadline: float) -> None:
    """Wait until processes have ended, and from the deadline on end them."""
    while processes:
        with suppress(ValueError):  # it was closed already, before an interrupt
            processes[-1].join(max(0.0, deadline - monotonic()))
            processes[-1].kill()
            processes[-1].join()
            processes[-1].close()
        processes.pop()


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Keep Ctrl-C from a process that does not know yet how to ignore it; it comes afterwards."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _quiet_fork() -> Iterator[None]:
    """Keep Python from warning of other threads if they are minitensor's: they wait for work, and are begun anew."""
    others = [one for one in threading.enumerate() if one is not threading.current_thread()]
    if sys.version_info < (3, 12) or not others or any(one.name != "minitensor" for one in others):
        yield
        return
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "This process .* is multi-threaded, use of fork", DeprecationWarning)
        yield
