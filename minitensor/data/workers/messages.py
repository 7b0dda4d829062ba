"""What a loader and its workers say to each other."""

from __future__ import annotations

from typing import Any, NamedTuple

from minitensor.data.order import Start, Task
from minitensor.data.workers.failure import Failure
from minitensor.dtypes import get_default_dtype, set_default_dtype
from minitensor.grad_mode import mode
from minitensor.kernels import current_engine, use_engine


class Settings(NamedTuple):
    """What a batch depends on beside its samples, as it is where the loader is read."""

    grad_enabled: bool
    default_dtype: str
    engine: str

    @classmethod
    def here(cls) -> Settings:
        """Those of this thread."""
        return cls(mode.grad_enabled, str(get_default_dtype()), current_engine())

    def set(self, *, own_process: bool) -> None:
        """Make them those of this thread, and of the process if it is a worker's own."""
        mode.grad_enabled = self.grad_enabled
        if own_process:
            set_default_dtype(self.default_dtype)
            if current_engine() != self.engine:
                use_engine(self.engine)


class Begin(NamedTuple):
    """A pass begins, and whatever is not done of the one before is given up.

    Attributes
    ----------
    run : int
        Which one, of those that these workers make.
    start : Start
    settings : Settings
    held : list of dict
        Where the generators stand that the dataset and the functions hold, for processes that have copies of them.
    """

    run: int
    start: Start
    settings: Settings
    held: list[dict[str, Any]]


class Wanted(NamedTuple):
    """A batch is to be made."""

    run: int
    task: Task


class Reply(NamedTuple):
    """A batch, or why there is none.

    Attributes
    ----------
    run, number : int
        The pass and the batch.
    batch : object
    failure : Failure or None
    ended : bool
        Whether there are no more samples.
    """

    run: int
    number: int
    batch: Any = None
    failure: Failure | None = None
    ended: bool = False
