"""What a worker does, in a process or in a thread: it takes what is wanted from its inbox, and replies."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import Any, NamedTuple

import numpy as np

from minitensor.data.fetch import EndOfStreamError, Job, Maker, maker_of
from minitensor.data.order import WORKER
from minitensor.data.progress import set_states
from minitensor.data.workers.failure import Failure
from minitensor.data.workers.held import generators_held_by
from minitensor.data.workers.info import WorkerInfo, set_worker_info
from minitensor.data.workers.messages import Begin, Reply, Wanted
from minitensor.random import manual_seed, seeded


class GivenUpError(Exception):
    """Nobody wants the batch any more."""


class Inbox:
    """What is wanted of a worker.

    Attributes
    ----------
    run : int or None
        The pass that begins or began last, which may be ahead of what the worker has come to; None if the worker is to end.
    """

    def __init__(self) -> None:
        self.run: int | None = -1
        self._waiting: SimpleQueue[Begin | Wanted | None] = SimpleQueue()

    def put(self, message: Begin | Wanted) -> None:
        """Tell the worker something."""
        if isinstance(message, Begin):
            self.run = message.run
        self._waiting.put(message)

    def close(self) -> None:
        """Tell it to end, and to give up what it is doing."""
        self.run = None
        self._waiting.put(None)

    def __iter__(self) -> Iterator[Begin | Wanted]:
        while (message := self._waiting.get()) is not None and self.run is not None:
            yield message


class Role(NamedTuple):
    """Which worker this is, and what it is for.

    Attributes
    ----------
    id, num_workers : int
    own_process : bool
        Whether it is a process, and no thread.
    job : Job
    init : callable or None
        The loader's `worker_init_fn`.
    stays : bool
        Whether it is a process that makes more passes than one.
    """

    id: int
    num_workers: int
    own_process: bool
    job: Job
    init: Callable[[int], Any] | None
    stays: bool


def work(role: Role, name: str, inbox: Inbox, reply: Callable[[Reply], None]) -> None:
    """Reply to what is wanted until the inbox is closed.

    Parameters
    ----------
    role : Role
    name : str
        For messages.
    inbox : Inbox
    reply : callable
        Sends a `Reply`.
    """
    run, maker, failure = -1, None, None
    init = role.init
    held = generators_held_by(role.job.dataset, role.job.collate_fn) if role.stays else []

    def pause() -> None:
        if inbox.run != run:
            raise GivenUpError

    for message in inbox:
        if isinstance(message, Begin):
            run, maker, failure = message.run, None, None
            where = "worker_init_fn"
            try:
                _prepare(role, message)
                if len(held) == len(message.held):  # else pickling has changed the dataset
                    set_states(held, message.held)
                if init is not None:
                    with seeded(message.start.seed, WORKER, role.id):
                        init(role.id)
                    init = None
                where = "the dataset, to begin with"
                maker = maker_of(role.job, message.start, pause)
            except GivenUpError:
                continue
            except BaseException as error:  # which would end the worker without a word
                failure = Failure.of(error, name, where)
        elif message.run == inbox.run:
            try:
                reply(failed(message, failure) if maker is None else _made(maker, message, name))
            except GivenUpError:
                continue


def failed(message: Wanted, failure: Failure | None) -> Reply:
    """The reply where there is no batch."""
    return Reply(message.run, message.task.number, failure=failure)


def _made(maker: Maker, message: Wanted, name: str) -> Reply:
    """The reply with the batch, or with what kept it from being made."""
    run, task = message
    try:
        return Reply(run, task.number, maker.make(task))
    except GivenUpError:
        raise
    except EndOfStreamError:
        return Reply(run, task.number, ended=True)
    except BaseException as error:  # SystemExit, too: it is for the main program to end
        return failed(message, Failure.of(error, name, maker.where.format(maker.index)))


def _prepare(role: Role, begin: Begin) -> None:
    """Seed and set what is the worker's own, and say who it is."""
    seed = begin.start.seed + role.id
    set_worker_info(WorkerInfo(role.id, role.num_workers, seed, role.job.dataset), everywhere=role.own_process)
    begin.settings.set(own_process=role.own_process)
    if role.own_process:
        manual_seed(seed)
        random.seed(seed)
        np.random.seed(np.random.SeedSequence(seed).generate_state(4))  # noqa: NPY002 (what older code draws from)
