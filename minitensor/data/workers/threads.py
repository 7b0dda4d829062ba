"""Workers that are threads of this process: for datasets that wait, or let go of Python's lock as NumPy does."""

from __future__ import annotations

import threading
from queue import Empty, SimpleQueue
from time import monotonic

from minitensor.data.workers.closing import Closing
from minitensor.data.workers.messages import Begin, Reply, Wanted
from minitensor.data.workers.work import Inbox, Role, work
from minitensor.threads import working_alone

GRACE = 2.0  # seconds for what a worker is doing when it is to end


class Threads(Closing):
    """Worker threads, with the same words as `Processes`.

    Parameters
    ----------
    roles : list of Role
    """

    def __init__(self, roles: list[Role]) -> None:
        self._replies: SimpleQueue[Reply] = SimpleQueue()
        self._inboxes = [Inbox() for _ in roles]
        self._threads = [
            threading.Thread(
                target=_serve, args=(role, inbox, self._replies), name=f"DataLoader worker {role.id}", daemon=True
            )
            for role, inbox in zip(roles, self._inboxes, strict=True)
        ]
        self.ends_by(_end, self._inboxes, self._threads, grace=GRACE)
        for thread in self._threads:
            thread.start()

    def __len__(self) -> int:
        return len(self._threads)

    def send(self, worker: int, message: Begin | Wanted) -> None:
        """Tell a worker something."""
        self._inboxes[worker].put(message)

    def receive(self, timeout: float | None) -> Reply | None:
        """Wait for the next reply of any worker; None if there is none within so many seconds."""
        try:
            return self._replies.get(timeout=timeout)
        except Empty:
            return None

    def alive(self) -> bool:
        """Whether they can work: not in a forked copy of the process."""
        return self._end.alive and all(thread.is_alive() for thread in self._threads)

    def name(self, worker: int) -> str:
        """What to call a worker in a message."""
        return f"worker {worker} (a thread)"


def _serve(role: Role, inbox: Inbox, replies: SimpleQueue[Reply]) -> None:
    with working_alone():  # the workers share the processors already
        work(role, f"DataLoader worker {role.id} (a thread)", inbox, replies.put)


def _end(inboxes: list[Inbox], workers: list[threading.Thread], grace: float) -> None:
    for inbox in inboxes:
        inbox.close()
    deadline = monotonic() + grace
    for worker in workers:
        if worker is not threading.current_thread():
            worker.join(max(0.0, deadline - monotonic()))
