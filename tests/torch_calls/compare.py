"""Runs a family's calls in PyTorch and in minitensor and reports where they differ, the shortest first.

    python tests/torch_calls/compare.py pooling --calls 2000 --seed 0

With `--only max_pool` only calls whose line holds that text are run; with `--all` every difference is shown, not three of each
function. The exit status is 1 where there is a difference.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from pathlib import Path

import torch

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

import minitensor
from torch_calls.call import Call, evaluate, head_of
from torch_calls.difference import difference, is_finite
from torch_calls.family import calls_of, names_of


def shown(call: Call) -> str:
    """Return a call with its inputs, as they would be typed."""
    lines = [f"  {call.expression}"]
    for name, array in call.inputs.items():
        text = repr(array.tolist()) if array.size <= 24 else f"shape {array.shape}"
        lines.append(f"    {name} = {text}, {array.dtype.name}{', requires grad' if name in call.leaves else ''}")
    return "\n".join(lines)


def main() -> int:
    """Compare, report, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("family")
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="")
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)

    its_names, our_names = names_of(options.family, torch), names_of(options.family, minitensor)
    ran, refused, found = Counter(), Counter(), defaultdict(list)
    for call in calls_of(options.family, options.calls, options.seed):
        if options.only not in call.expression:
            continue
        head = head_of(call.expression)
        expected = evaluate(call, torch, its_names)
        order = min(call.order, expected.order)
        strict = not expected.refusal and is_finite(call, expected)
        ours = evaluate(call._replace(order=order), minitensor, our_names, strict=strict)
        ran[head] += 1
        refused[head] += bool(expected.refusal)
        wrong = difference(call, expected, ours)
        if wrong:
            size = sum(array.size for array in call.inputs.values())
            found[head].append((len(call.expression) + size, f"{shown(call)}\n    {wrong}".replace("\n  ", "\n    ")))
    for head, differences in sorted(found.items(), key=lambda item: min(item[1])):
        print(f"{head}: {len(differences)} of {ran[head]} calls differ")
        for _, text in sorted(differences)[: None if options.all else 3]:
            print(text)
        print()
    print(f"{'calls':>6} {'refused':>8} {'differ':>7}")
    for head in sorted(ran):
        print(f"{ran[head]:6} {refused[head]:8} {len(found[head]):7}  {head}")
    total = sum(map(len, found.values()))
    print(f"{ran.total():6} {refused.total():8} {total:7}  in all")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
