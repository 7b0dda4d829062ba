"""Memory: what arrays leave behind is kept for the arrays to come.

Memory that is new to a process is mapped page by page as it is first written to, which takes longer than most arithmetic on
it. A training step frees as much as it allocates, so it could use the same pages for ever; but the C library gives large
pieces back to the system at once. glibc can be told not to, and then a step maps no new page at all. That took 0.82 to 0.90
of the time of small networks (which had mapped 1,100 to 2,200 pages a step), on NumPy 2.4 and 1.26. Networks with arrays of
more than 8 MB ran as before, since glibc adapts itself to the first of them. Huge pages (the tunable hugetlb=1) made it 0.97
to 1.0 of that, too little for what they take. A pool of buffers of our own could save no more, and would have to find out
when nobody sees a buffer any more; who calls `free` knows.

This is about where the C library gets its memory from and nothing else: each array is NumPy's own, and is freed when nobody
refers to it. Other C libraries (musl, macOS's, Windows's) are left as they are.
"""

from __future__ import annotations

import ctypes
import operator
import os

# mallopt's names for what it sets, from glibc's malloc.h
TRIM_THRESHOLD = -1
MMAP_THRESHOLD = -3
AS_GLIBC_BEGINS = 128 * 2**10  # both of them
# Larger arrays are mapped and given back each for itself: the most that glibc lets one choose.
LARGEST_KEPT = 32 * 2**20
# 64 MB, where glibc's own adaptation ends, are too few: VGG-like layers on a batch of 128 mapped 6,500 pages a step again.
LIMIT = 2**30
MOST = 2**31 - 1  # mallopt takes a C int


def keep_memory(limit: int = LIMIT) -> bool:
    """Keep memory that arrays leave behind for the arrays to come, which saves the time to map it again.

    It is so from the import on, with a limit of 1 GiB or of as many bytes as the environment variable
    ``MINITENSOR_KEEP_MEMORY`` says; ``MINITENSOR_KEEP_MEMORY=0`` leaves the C library as it is.

    Parameters
    ----------
    limit : int
        How many bytes of free memory the process may keep, up to 2 GiB. With 0 what is free goes back to the system now, and
        from then on large arrays do as soon as they are free.

    Returns
    -------
    bool
        Whether the C library is one that can be told, which is glibc: others are left as they are.

    Raises
    ------
    TypeError, ValueError
        The limit is not an integer, or is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> could = mt.keep_memory(2**28)
    >>> could == mt.keep_memory()
    True
    """
    if isinstance(limit, bool) or not hasattr(limit, "__index__"):
        raise TypeError(f"keep_memory: the limit is an integer, a number of bytes, got {limit!r}")
    wanted = operator.index(limit)
    if wanted < 0:
        raise ValueError(f"keep_memory: the limit is 0 bytes or more, got {wanted}")
    library = c_library()
    if library is None:
        return False
    library.mallopt(TRIM_THRESHOLD, min(wanted, MOST) or AS_GLIBC_BEGINS)
    library.mallopt(MMAP_THRESHOLD, LARGEST_KEPT if wanted else AS_GLIBC_BEGINS)
    if not wanted:
        library.malloc_trim(ctypes.c_size_t(0))
    return True


def c_library() -> ctypes.CDLL | None:
    """The process's C library if it is glibc."""
    if os.name != "posix":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "gnu_get_libc_version") and hasattr(library, "mallopt") else None


def begin() -> None:
    """Keep memory as the environment says."""
    said = os.environ.get("MINITENSOR_KEEP_MEMORY") or str(LIMIT)
    if not said.isdecimal():
        raise ValueError(f"MINITENSOR_KEEP_MEMORY: a number of bytes, 0 or more, got {said!r}")
    if int(said):
        keep_memory(int(said))


begin()
