"""Workers: processes or threads that make a loader's batches beside the program.

`crew` has the workers of a loader, and `delivery` asks them for the batches of a pass and gives them out in order. `work` is
what a worker does, in a process (`processes` from outside, `process` from within, `wire` between them) or in a thread
(`threads`), by the same `messages`; `failure` brings exceptions; `info` tells a worker who it is.
"""

from typing import TYPE_CHECKING

from minitensor.later import later

if TYPE_CHECKING:
    from minitensor.data.workers.crew import Crew, context_of
    from minitensor.data.workers.info import WorkerInfo, get_worker_info

__all__ = ["Crew", "WorkerInfo", "context_of", "get_worker_info"]

__getattr__, __dir__ = later(
    __name__,
    {
        "minitensor.data.workers.crew": "Crew context_of",
        "minitensor.data.workers.info": "WorkerInfo get_worker_info",
    },
)
