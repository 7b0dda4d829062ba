"""One framework in a process of its own: reads a request per line as JSON, and answers with one.

{"about": true} asks for the version, {"conv": name, "backward": bool} or {"model": name} prepares a job, {"seconds": s} runs
that job for so long, and twice at least. Used by `peers.py`: worker.py FRAMEWORK THREADS
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from cases import CONVS, MODELS
from frameworks import Job, framework

WARM_UP = 3  # runs before the first that counts


def times_of(job: Job, seconds: float) -> list[float]:
    """What each run took, for as many runs as there is time for, two at least."""
    times: list[float] = []
    until = time.perf_counter() + seconds
    while len(times) < 2 or time.perf_counter() < until:
        begin = time.perf_counter()
        job.run()
        times.append(job.scale * (time.perf_counter() - begin))
    return times


def main() -> None:
    """Answer until there are no more requests."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a framework prints goes to standard error, out of the answers' way
    here = framework(sys.argv[1], int(sys.argv[2]))
    job: Job | None = None

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        nonlocal job
        if "about" in request:
            return {"version": here.version}
        if "seconds" in request and job is not None:
            return {"times": times_of(job, request["seconds"])}
        job = None
        job = (
            here.conv(CONVS[request["conv"]], request["backward"])
            if "conv" in request
            else here.model(MODELS[request["model"]])
        )
        for _ in range(WARM_UP):
            job.run()
        return {}

    for line in sys.stdin:
        try:
            said = answer(json.loads(line))
        except Exception as error:  # one case that a framework cannot run does not end the others
            said = {"error": f"{type(error).__name__}: {error}"[:200]}
        answers.write(json.dumps(said) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
