"""Why an object cannot be stored, where it is in what was to be saved, and what to save in its place."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from enum import Enum
from typing import Any, TypeAlias

import numpy as np

Path: TypeAlias = tuple[Any, ...]

STORED = (
    "stored are dicts with str or int keys, lists, tuples, None, bool, int, float, str, tensors, arrays and NumPy numbers"
)


def spelled(path: Path) -> str:
    """A path as it is written in Python.

    Examples
    --------
    >>> spelled(("optimizer", "param_groups", 0, "lr"))
    'optimizer.param_groups[0].lr'
    >>> spelled(("a b", 3))
    "['a b'][3]"
    >>> spelled(())
    'the object'
    """
    words = (f".{key}" if isinstance(key, str) and re.fullmatch(r"[\w.]+", key) else f"[{key!r}]" for key in path)
    return "".join(words).removeprefix(".") or "the object"


def refusal(value: Any, path: Path) -> str:
    """The sentence for a value that cannot be stored."""
    where, kind = spelled(path), type(value).__name__
    return f"save: {where} is {_article(kind)} {kind}, which cannot be stored: {_way_out(value)}"


def _article(noun: str) -> str:
    return "an" if noun[:1].lower() in "aeiou" else "a"


def _way_out(value: Any) -> str:
    for answers, words in _WAYS_OUT:
        if answers(value):
            return words
    for base in (dict, list, tuple, str, int, float):
        if isinstance(value, base):
            return f"store {base.__name__}(...) of it"
    return STORED


_WAYS_OUT: list[tuple[Callable[[Any], bool], str]] = [
    (lambda value: isinstance(value, type), "a class is code: build it again when loading"),
    (lambda value: hasattr(value, "state_dict"), "store its state_dict(), which load_state_dict of another one takes"),
    (lambda value: hasattr(value, "get_state"), "store its get_state()"),
    (callable, "a function is code: leave it out, and give it again when loading"),
    (lambda value: isinstance(value, (set, frozenset)), "store a list: sorted(...)"),
    (lambda value: isinstance(value, (bytes, bytearray, memoryview)), "store np.frombuffer(..., np.uint8)"),
    (lambda value: isinstance(value, (os.PathLike, np.dtype)), "store str(...) of it"),
    (lambda value: isinstance(value, Enum), "store its value"),
    (lambda value: hasattr(value, "_asdict"), "store its _asdict()"),
    (lambda value: isinstance(value, np.ndarray), "store np.asarray(...) of it"),
    (lambda value: hasattr(value, "__next__"), "store a list: list(...)"),
]  # fmt: skip
