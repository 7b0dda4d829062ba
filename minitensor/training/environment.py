"""What the last bits of a run depend on besides its state: the libraries, the engine and the threads."""

from __future__ import annotations

import functools
import platform
import sys

import numpy as np

from minitensor.blas import blas_libraries
from minitensor.kernels import current_engine
from minitensor.threads import get_num_threads

# What distinguishes one BLAS from another; the architecture is the processor that its kernels are for.
BLAS = ("internal_api", "version", "architecture")


def environment() -> dict[str, str]:
    """What it is now, by name."""
    return {
        "minitensor": sys.modules["minitensor"].__version__,
        "NumPy": np.__version__,
        "Python": platform.python_version(),
        "machine": platform.machine(),
        "BLAS": _blas(),
        "engine": current_engine(),
        "threads": str(get_num_threads()),
    }


@functools.cache
def _blas() -> str:
    """Which BLAS the process has loaded; it stays the same."""
    found = {" ".join(str(info.get(key, "")) for key in BLAS) for info in (one.info() for one in blas_libraries())}
    return ", ".join(sorted(found)) or "unknown"


def differences(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """What is not as it was, in words: "NumPy 2.4.0 (was 1.26.4)"."""
    return [f"{name} {now[name]} (was {before.get(name, 'unknown')})" for name in now if before.get(name) != now[name]]
