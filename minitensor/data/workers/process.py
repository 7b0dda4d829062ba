"""A worker process, seen from within."""

from __future__ import annotations

import multiprocessing
import os
import selectors
import signal
import socket
import threading
import time
import traceback
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from minitensor.blas import one_blas_thread
from minitensor.data.workers import wire
from minitensor.data.workers.failure import Failure
from minitensor.data.workers.messages import Reply
from minitensor.data.workers.work import Inbox, Role, work
from minitensor.grad_mode import Now, mode
from minitensor.threads import set_num_threads


def serve(role: Role, end: socket.socket, inherited: list[socket.socket]) -> None:
    """Work until the other end of the socket is closed.

    Two threads see to the socket: one listens, so that the loader never waits to be heard and the end of its process is
    noticed during the longest sample; one sends, so that the next batch is begun while the last one is on its way.

    Parameters
    ----------
    role : Role
    end : socket
    inherited : list of socket
        The loader's ends, which a forked process has and must not keep open.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all processes: it is for the main program to end them
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # not what the main program does then
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    for other in inherited:
        other.close()
    mode.now = Now()  # nobody watches here
    set_num_threads(1)
    one_blas_thread.__enter__()
    inbox = Inbox()
    outbox: SimpleQueue[list[Any]] = SimpleQueue()
    for task, box in ((_listen, inbox), (_talk, outbox)):
        threading.Thread(target=task, args=(end, box), daemon=True).start()
    name = f"DataLoader worker {role.id} (process {os.getpid()})"
    work(role, name, inbox, _sender(outbox, name))


def _sender(outbox: SimpleQueue[list[Any]], name: str) -> Callable[[Reply], None]:
    """What puts a reply into the outbox, ready to be sent."""

    def reply(message: Reply) -> None:
        if message.failure is not None:
            message = message._replace(failure=message.failure.sendable())
        try:
            buffers = wire.packed(message)
        except MemoryError:
            raise
        except Exception as error:
            unsendable = TypeError(
                f"the batch can't be sent to the main process, since a part of it can't be pickled: {error}; "
                'collate_fn may make Tensors or arrays of it, and worker_type="thread" sends nothing'
            ).with_traceback(error.__traceback__)
            failure = Failure.of(unsendable, name, f"sending batch {message.number}")
            buffers = wire.packed(message._replace(batch=None, failure=failure))
        outbox.put(buffers)

    return reply


def _listen(end: socket.socket, inbox: Inbox) -> None:
    """Bring what comes over the socket to the inbox, until it is closed or the loader's process is gone."""
    parent = multiprocessing.parent_process(), os.getppid()
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(end, selectors.EVENT_READ)
            while True:
                while not selector.select(1.0):  # another forked process may keep the socket open
                    if is_gone(*parent):
                        os._exit(1)
                inbox.put(wire.receive(end))
    except (EOFError, OSError):
        inbox.close()
    except BaseException:  # as of an index that can't be unpickled here
        traceback.print_exc()
        os._exit(1)
    while not is_gone(*parent):  # it waits until this process has done with its sample
        time.sleep(0.1)
    os._exit(1)


def is_gone(parent: Any, its_id: int) -> bool:
    """Whether the loader's process has ended: one that has forked this one, or one that has had it forked by another."""
    return os.getppid() != its_id or not (parent is None or parent.is_alive())


def _talk(end: socket.socket, outbox: SimpleQueue[list[Any]]) -> None:
    """Send what is in the outbox."""
    try:
        while True:
            wire.send(end, outbox.get())
    except OSError:  # nobody listens any more
        return
