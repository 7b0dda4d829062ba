"""The figures that `costs.py` asks a new process for."""

from __future__ import annotations

import resource
import sys
import time
from importlib import import_module
from typing import Any

import numpy as np
from cases import MODELS
from frameworks import framework

LENGTH = 2000  # of the chain of operations
REPEATS = 15


def operation(name: str) -> float:
    """The seconds of one multiplication, recorded and gone back over: the least of several chains, by their length."""
    library: Any = import_module(name)
    if name == "torch":
        library.set_num_threads(1)
    x = library.tensor(np.ones(10, np.float32), requires_grad=True)

    def chain() -> float:
        begin = time.perf_counter()
        y = x
        for _ in range(LENGTH):
            y = y * 1.01
        y.sum().backward()
        return time.perf_counter() - begin

    return min(chain() for _ in range(REPEATS)) / LENGTH


def memory(name: str) -> int:
    """The bytes by which five training steps raise the most that the process has had in memory."""
    here = framework(name, 1)
    before = peak()
    job = here.model(MODELS["vgg_small"])
    for _ in range(5):
        job.run()
    return peak() - before


def peak() -> int:
    """The most bytes that the process has had in memory."""
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def first_step(name: str) -> None:
    """Run one training step."""
    framework(name, 1).model(MODELS["lenet5"]).run()
