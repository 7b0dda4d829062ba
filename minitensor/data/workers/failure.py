"""How an exception comes from a worker to the main program: its type, and its traceback as text."""

from __future__ import annotations

import pickle
import traceback
from functools import partial
from typing import Any, NamedTuple


class Failure(NamedTuple):
    """An exception that a worker caught.

    Attributes
    ----------
    kind : type
        Of the exception.
    message : str
        What it said, where it was raised, and the worker's traceback.
    """

    kind: type[BaseException]
    message: str

    @classmethod
    def of(cls, error: BaseException, worker: str, where: str) -> Failure:
        """What is to be said of an exception, by which worker, doing what."""
        lines = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        said = f"{error}\n\nThis was raised in {worker}, by {where}:\n\n{lines}".rstrip()
        if isinstance(error, StopIteration):  # which would end an iteration without a word
            return cls(RuntimeError, f"StopIteration: {said}")
        return cls(type(error), said)

    def sendable(self) -> Failure:
        """The same with a type that can be sent to another process: the exception's own, or else the next of its bases."""
        for kind in self.kind.__mro__:
            try:
                if pickle.loads(pickle.dumps(kind)) is kind:
                    return Failure(kind, self.message)
            except Exception:  # as of a class that a function defines
                continue
        return Failure(RuntimeError, self.message)

    def error(self) -> BaseException:
        """An exception of that type, with that message, however it is otherwise made."""
        for make in (self.kind, partial(_with_message, self.kind)):
            try:
                error = make(self.message)
                if str(error) == self.message:
                    return error
            except Exception:  # whatever such a constructor makes of a message
                continue
        return RuntimeError(f"{self.kind.__name__}: {self.message}")


def _with_message(kind: type[BaseException], message: str) -> BaseException:
    """An exception of a subclass that shows the message, and is made without the type's own constructor."""
    members = {
        "__init__": lambda self, *args: None,  # noqa: ARG005
        "__str__": lambda self: message,  # noqa: ARG005
        "__module__": kind.__module__,
        "__qualname__": kind.__qualname__,
    }
    built_in: Any = next(base for base in kind.__mro__ if base.__module__ == "builtins")
    error: BaseException = built_in.__new__(type(kind.__name__, (kind,), members))
    error.args = (message,)
    return error
