"""BLAS, which multiplies NumPy's matrices, kept to one thread while minitensor multiplies.

BLAS has threads of its own, and they get in the way of ours: OpenBLAS's wait for their next product in a loop that keeps a
processor busy for some milliseconds. On a busy machine a training step of a small network took up to 16 times as long so.
What is multiplied outside of minitensor uses as many threads as before.
"""

from __future__ import annotations

import threading
from typing import Any


def blas_libraries() -> list[Any]:
    """What sets the number of threads of each BLAS that the process has loaded."""
    try:
        import threadpoolctl  # only who multiplies large matrices pays for loading it
    except ImportError:  # BLAS then keeps the number that its environment variables gave it
        return []
    return list(threadpoolctl.ThreadpoolController().select(user_api="blas").lib_controllers)


class _OneBlasThread:
    """A context in which BLAS keeps to the thread that asks it, however many threads it may use outside.

    Its number of threads is the process's own: the first to enter sets it to 1, the last to leave sets it back.
    """

    def __init__(self) -> None:
        self._libraries: list[Any] | None = None
        self._before: list[tuple[Any, int]] = []  # what was set to 1, and what it was
        self.begin_anew()

    def begin_anew(self) -> None:
        """Be as if nobody were inside."""
        self._restore()
        self._inside = 0
        self._changing = threading.Lock()

    def __enter__(self) -> None:
        with self._changing:
            if not self._inside:
                self._limit()
            self._inside += 1  # last: who is kept from entering, by an interrupt, never leaves

    def __exit__(self, *error: object) -> None:
        with self._changing:
            self._inside -= 1
            if not self._inside:
                self._restore()

    def _limit(self) -> None:
        if self._libraries is None:
            self._libraries = blas_libraries()
        try:
            for library in self._libraries:
                before = library.get_num_threads()
                if before != 1:
                    self._before.append((library, before))
                    library.set_num_threads(1)
        except BaseException:
            self._restore()
            raise

    def _restore(self) -> None:
        while self._before:
            library, before = self._before[-1]
            library.set_num_threads(before)
            self._before.pop()


one_blas_thread = _OneBlasThread()
