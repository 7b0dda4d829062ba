"""The file that keeps calls and PyTorch's answers to them.

- "calls": a JSON list of {"expression", "leaves", "order", "refused", "reached", "texts", "inputs", "arrays"}; the last two list
  [name, dtype, shape];
- "bytes": all arrays of all calls, inputs first, one after another, flat, as float64, of which the most significant bytes come
  first, then the next ones, and so on (which compresses better).

Floating-point answers are rounded to 36 bits of mantissa (1.5e-11 of themselves), and gradients that are zero are left out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from torch_calls.call import Call, Outcome, leaves_of

FOLDER = Path(__file__).resolve().parents[1] / "golden"


def path_of(family: str) -> Path:
    """Return where a family's recording is kept."""
    return FOLDER / f"torch_calls_{family}.npz"


def save(family: str, recorded: Sequence[tuple[Call, Outcome]]) -> None:
    """Write a family's calls and what PyTorch answers to them."""
    entries, numbers = [], [np.zeros(0)]
    for call, outcome in recorded:
        kept = {k: a for k, a in outcome.values.items() if not k.startswith("recorded ")}
        texts = {k: a for k, a in kept.items() if isinstance(a, str)}
        answers = {
            k: a
            for k, a in kept.items()
            if not isinstance(a, str) and not (k.startswith(("grad ", "second ")) and not a.any())
        }
        arrays = {k: np.asarray(a) for k, a in call.inputs.items()}
        entries.append(
            {
                "expression": call.expression,
                "leaves": leaves_of(call),
                "order": call.order,
                "refused": outcome.refusal.split("\n")[0][:200],
                "reached": outcome.order,
                "texts": texts,
                "inputs": [[k, a.dtype.name, a.shape] for k, a in arrays.items()],
                "arrays": [[k, a.dtype.name, a.shape] for k, a in answers.items()],
            }
        )
        numbers += [a.astype(np.float64).ravel() for a in arrays.values()]
        numbers += [_rounded(a.astype(np.float64)).ravel() for a in answers.values()]
    planes = np.concatenate(numbers).astype(">f8").view(np.uint8).reshape(-1, 8).T  # (byte, number)
    np.savez_compressed(path_of(family), calls=json.dumps(entries), bytes=np.ascontiguousarray(planes))


def load(family: str) -> list[tuple[Call, Outcome]]:
    """Return a family's calls and what PyTorch answered to them."""
    with np.load(path_of(family)) as file:
        entries, planes = json.loads(str(file["calls"])), file["bytes"]
    numbers = np.ascontiguousarray(planes.T).view(">f8").ravel()
    start = 0

    def take(names: list[list]) -> dict[str, np.ndarray]:
        nonlocal start
        found = {}
        for name, dtype, shape in names:
            end = start + int(np.prod(shape))
            found[name] = numbers[start:end].astype(dtype).reshape(shape)
            start = end
        return found

    recorded = []
    for entry in entries:
        call = Call(entry["expression"], take(entry["inputs"]), tuple(entry["leaves"]), entry["order"])
        recorded.append((call, Outcome(take(entry["arrays"]) | entry["texts"], entry["refused"], entry["reached"])))
    return recorded


def _rounded(array: np.ndarray) -> np.ndarray:
    mantissa, exponent = np.frexp(array)
    return np.ldexp(np.round(mantissa * 2.0**36) / 2.0**36, exponent)
