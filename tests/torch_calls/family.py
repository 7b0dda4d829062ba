"""The families of calls: the files of this folder that have a function `calls`."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from torch_calls.call import Call

HERE = Path(__file__).resolve().parent


def families() -> list[str]:
    """Return the names of all families."""
    return sorted(path.stem for path in HERE.glob("*.py") if "\ndef calls(" in path.read_text(encoding="utf-8"))


def calls_of(family: str, count: int, seed: int = 0) -> Iterator[Call]:
    """Return the first calls of a family's stream; the same for the same seed."""
    rng = np.random.default_rng([seed, zlib.crc32(family.encode())])
    return islice(import_module(f"torch_calls.{family}").calls(rng), count)


def names_of(family: str, mt: ModuleType) -> dict[str, Any]:
    """Return the names that a family adds to those of every call."""
    module = import_module(f"torch_calls.{family}")
    return module.names(mt) if hasattr(module, "names") else {}
