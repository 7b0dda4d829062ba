"""Threads: how many may compute, and running the pieces of one kernel on them.

NumPy lets go of Python's lock while it works on a large array, so a kernel that cuts its work into pieces can `run` them
side by side. The calling thread takes part: it and a few workers take the pieces from one list, each the next one when it is
free, so a worker that wakes late costs nothing. The workers begin with the first run that needs them, and sleep in between.

The matrix products in these pieces come from BLAS, whose own threads would get in the way: see `blas`.
"""

from __future__ import annotations

import operator
import os
import threading
from collections import deque
from collections.abc import Callable, Sequence

import numpy as np

from minitensor.blas import one_blas_thread

Task = Callable[[], None]


def get_num_threads() -> int:
    """The number of threads that an operation may use, as PyTorch's `get_num_threads`.

    To begin with it is what the environment variable ``MINITENSOR_NUM_THREADS`` says, else ``OMP_NUM_THREADS``, else the
    number of processors that the process may use.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.get_num_threads() >= 1
    True
    """
    return _number


def set_num_threads(number: int) -> None:
    """Set the number of threads that an operation may use, as PyTorch's `set_num_threads`.

    It holds for all threads of the program, and for the matrix products in minitensor's operations too. What the program
    itself multiplies with NumPy uses as many threads as before.

    Parameters
    ----------
    number : int
        1 or more.

    Raises
    ------
    TypeError, ValueError
        The number is not an integer, or is less than 1.

    Examples
    --------
    >>> import minitensor as mt
    >>> before = mt.get_num_threads()
    >>> mt.set_num_threads(2)
    >>> mt.get_num_threads()
    2
    >>> mt.set_num_threads(before)
    """
    global _number
    if isinstance(number, bool) or not hasattr(number, "__index__"):
        raise TypeError(f"set_num_threads: the number is an integer, got {number!r}")
    wanted = operator.index(number)
    if wanted < 1:
        raise ValueError(f"set_num_threads: the number is 1 or more, got {wanted}")
    _number = wanted


def number_to_begin_with() -> int:
    """The number of threads that the environment asks for, else that of the processors."""
    if said := os.environ.get("MINITENSOR_NUM_THREADS"):
        if not said.isdecimal() or int(said) < 1:
            raise ValueError(f"MINITENSOR_NUM_THREADS: the number is an integer of 1 or more, got {said!r}")
        return int(said)
    outermost = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()  # "4,2": one number for each level of nesting
    if outermost.isdecimal() and int(outermost) >= 1:
        return int(outermost)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_number = number_to_begin_with()


# As many multiplications make a thread worth waking. On two processors (64, 1024) @ (1024, 64), of 2**22, took 1.5 times as
# long in two shares as in one, (64, 1024) @ (1024, 256), of 2**24, 0.9, and (512, 512) @ (512, 512), of 2**27, 0.55. Forward
# and back through a convolution of 2**23 took 1.6 times as long in two shares, through ones of 2**26 and more 0.6 to 0.9.
SHARE = 2**24


def shares(count: int, least: int = 1, work: int | None = None) -> list[slice]:
    """Cut range(count) into nearly equal slices, one for each thread that may take part in a run.

    Parameters
    ----------
    count : int
        How many there are to share.
    least : int
        How many make a slice worth a thread: none is shorter, unless there is but one slice.
    work : int, optional
        How many multiplications all of them take together. A slice then has enough of them to be worth a thread, too.

    Examples
    --------
    >>> import minitensor as mt
    >>> before = mt.get_num_threads()
    >>> mt.set_num_threads(3)
    >>> shares(8)
    [slice(0, 2, None), slice(2, 5, None), slice(5, 8, None)]
    >>> shares(8, least=4)
    [slice(0, 4, None), slice(4, 8, None)]
    >>> shares(8, work=1000)
    [slice(0, 8, None)]
    >>> mt.set_num_threads(before)
    """
    if _thread.alone or _number == 1:
        return [slice(0, count)]
    parts = max(1, min(_number, count // least, count if work is None else work // SHARE))
    return [slice(count * part // parts, count * (part + 1) // parts) for part in range(parts)]


def run(tasks: Sequence[Task]) -> None:
    """Run tasks, which write to memory of their own each, on as many threads as may be used, and wait for all of them.

    A task that itself calls `run` runs those tasks one after the other. If a task raises, those that nobody has begun are
    left out, and the exception arrives here with its traceback.

    Parameters
    ----------
    tasks : sequence of callable
        They take nothing, and what they answer with is dropped.
    """
    helpers = 0 if _thread.alone else min(_number, len(tasks)) - 1
    if helpers < 1:
        with one_blas_thread:
            for task in tasks:
                task()
        return
    work = _Work(tasks)
    with one_blas_thread:
        _pool.offer(work, helpers)
        work.take_part()
        work.wait()
    if work.error is not None:
        try:
            raise work.error
        finally:
            del work  # the traceback refers to this frame: a cycle, if the frame referred to the traceback


class _Thread(threading.local):
    """What a thread knows of itself: whether runs are for it alone, as in a task of another run."""

    alone: bool = False


_thread = _Thread()


class _Work:
    """The tasks of one run: those that nobody has begun, and how many are not finished."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self.error: BaseException | None = None
        self._waiting = deque(tasks)
        self._unfinished = len(tasks)
        self._counting = threading.Lock()
        self._finished = threading.Event()

    def take_part(self) -> None:
        """Run tasks until there is none that nobody has begun."""
        _thread.alone = True
        try:
            while True:
                try:
                    task = self._waiting.popleft()
                except IndexError:
                    return
                done = 1
                try:
                    task()
                except BaseException as error:
                    self.error = self.error or error
                    done += self._drop()
                finally:
                    self._count(done)
        finally:
            _thread.alone = False

    def _drop(self) -> int:
        """Leave out the tasks that nobody has begun, and return how many they are."""
        dropped = 0
        while self._waiting:
            try:
                self._waiting.popleft()
            except IndexError:  # another thread has just begun it
                break
            dropped += 1
        return dropped

    def _count(self, done: int) -> None:
        with self._counting:
            self._unfinished -= done
            if not self._unfinished:
                self._finished.set()

    def wait(self) -> None:
        """Wait for the tasks that others have begun, through an interrupt too: they write to the caller's memory."""
        while not self._finished.is_set():
            try:
                self._finished.wait()
            except BaseException as interrupt:
                self.error = self.error or interrupt


class _Pool:
    """Workers, which sleep until somebody offers them work."""

    def __init__(self) -> None:
        self._workers = 0
        self._growing = threading.Lock()
        self._offers: deque[_Work] = deque()
        self._offered = threading.Semaphore(0)

    def offer(self, work: _Work, helpers: int) -> None:
        """Wake as many workers to take part in `work`, and begin those that there are not yet."""
        with self._growing:
            while self._workers < helpers:
                threading.Thread(target=self._serve, name="minitensor", daemon=True).start()
                self._workers += 1
        self._offers.extend([work] * helpers)
        self._offered.release(helpers)

    def _serve(self) -> None:
        np.seterr(all="ignore")  # of this thread alone: kernels compute without NumPy's warnings
        while True:
            self._offered.acquire()
            self._offers.popleft().take_part()


_pool = _Pool()


class working_alone:
    """A context in which this thread's runs are for it alone: where other threads compute already.

    Examples
    --------
    >>> with working_alone():
    ...     shares(8)
    [slice(0, 8, None)]
    """

    def __enter__(self) -> None:
        self._before = _thread.alone
        _thread.alone = True

    def __exit__(self, *error: object) -> None:
        _thread.alone = self._before


class sharing:
    """A context for one kernel: its runs are shared only if it has work enough, and BLAS keeps to one thread throughout.

    Parameters
    ----------
    work : int
        How many multiplications the kernel takes.

    Examples
    --------
    >>> with sharing(work=1000):
    ...     shares(8)
    [slice(0, 8, None)]
    """

    def __init__(self, work: int) -> None:
        self._little = work < 2 * SHARE

    def __enter__(self) -> None:
        one_blas_thread.__enter__()  # first: it can be interrupted
        self._before = _thread.alone
        _thread.alone = self._before or self._little

    def __exit__(self, *error: object) -> None:
        _thread.alone = self._before
        one_blas_thread.__exit__()


def _after_fork() -> None:
    """Begin anew in a forked process: of the threads, only the one that forked lives on in it."""
    global _pool
    _pool = _Pool()
    _thread.alone = False
    one_blas_thread.begin_anew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
