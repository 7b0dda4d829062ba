"""JSON of a file that nobody vouches for: what is too long, too deep or of too many parts is refused early."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NoReturn

from minitensor.serialization.errors import MalformedError, amount

LONGEST = 16_000_000  # bytes; in memory, ten times that if it is one text of wide characters
MOST_PARTS = 1 << 20  # values, lists and dicts: each costs up to 200 bytes of memory, which its few characters do not show


def oversized(text: bytes | bytearray) -> str | None:
    """Why a text is not read; None if it is."""
    if len(text) > LONGEST:
        return f"has {amount(len(text))}, more than {amount(LONGEST)}"
    parts = text.count(b"{") + text.count(b"[") + text.count(b",")
    return f"has {parts} parts, more than {MOST_PARTS}" if parts > MOST_PARTS else None


def parse(text: bytes | bytearray, what: str, build: Callable[[list[tuple[str, Any]]], Any]) -> Any:
    """Read JSON text.

    Parameters
    ----------
    text : bytes
        UTF-8.
    what : str
        What it is in the file: "the header".
    build : callable
        Makes the value of an object from its keys and values, the innermost objects first.

    Raises
    ------
    MalformedError
        It is no JSON, or too much of it.
    """
    reason = oversized(text)
    if reason is not None:
        raise MalformedError(f"is damaged or no such file: {what} {reason}")
    try:
        return json.loads(text.decode("utf-8"), object_pairs_hook=build, parse_int=_integer, parse_constant=_refused)
    except RecursionError:
        raise MalformedError(f"is damaged or no such file: {what} is nested too deeply") from None
    except ValueError:
        raise MalformedError(f"is damaged or no such file: {what} is no JSON") from None


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A dict of keys and values, where no key is there twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedError(f"is damaged: one of {', '.join(found)!r:.80} is in it twice")
    return found


def _integer(digits: str) -> int:
    if len(digits) > 20:  # what is longer is stored in another way, and reading it takes the square of its length
        raise MalformedError("is damaged or no such file: it has an integer of more than 20 digits")
    return int(digits)


def _refused(name: str) -> NoReturn:
    raise MalformedError(f"is damaged or no such file: it has the number {name}, which is no JSON")
