"""Writes golden/torch_calls_<family>.npz: some of a family's calls, with PyTorch's answers.

    python tests/torch_calls/record.py pooling [another family ...]

Of the first 2,000 calls of the stream it keeps small ones: of each function as many that PyTorch answers, and one that it refuses,
as make some hundred calls in all.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import torch

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

from torch_calls.call import Call, Outcome, evaluate, head_of
from torch_calls.family import calls_of, names_of
from torch_calls.recording import path_of, save

DRAWN, CALLS, LARGEST = 2000, 100, 400


def chosen(family: str) -> list[tuple[Call, Outcome]]:
    """Return the calls that are kept: of each function the first ones that are small enough."""
    names = names_of(family, torch)
    stream = list(calls_of(family, DRAWN))
    heads = [head_of(call.expression) for call in stream]
    share = max(2, round(CALLS / len(set(heads))))
    answered, refused, kept, seen = Counter(), Counter(), [], set()
    for largest in (LARGEST, 10 * LARGEST, 10**9):  # a function that has no small calls is kept with a large one
        for number, (call, head) in enumerate(zip(stream, heads, strict=True)):
            done = answered[head] >= (share if largest == LARGEST else 1) and refused[head] >= 1
            size = sum(array.size for array in call.inputs.values())
            if done or number in seen or size > largest:
                continue
            outcome = evaluate(call, torch, names)
            count, limit = (refused, 1) if outcome.refusal else (answered, share)
            size += sum(array.size for array in outcome.values.values() if not isinstance(array, str))
            if count[head] < limit and (size <= 4 * largest or count is refused):
                count[head] += 1
                seen.add(number)
                kept.append((number, call, outcome))
    return [(call, outcome) for _, call, outcome in sorted(kept, key=lambda item: item[0])]


if __name__ == "__main__":
    torch.set_num_threads(1)
    for family in sys.argv[1:]:
        recorded = chosen(family)
        save(family, recorded)
        refusals = sum(bool(outcome.refusal) for _, outcome in recorded)
        print(
            f"{path_of(family).name}: {len(recorded)} calls, {refusals} of them refused, {path_of(family).stat().st_size} bytes"
        )
