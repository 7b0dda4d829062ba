"""Where what two libraries make of a call differs."""

from __future__ import annotations

import numpy as np

from torch_calls.call import Call, Outcome

TOLERANCES = {
    "float64": 1e-9,
    "float32": 2e-4,
    "float16": 4e-3,
}  # relative to the largest magnitude, which counts as 1 at least


def difference(call: Call, expected: Outcome, found: Outcome) -> str:
    """Return in words where `found` is not what is `expected`, and "" where it is."""
    if found.refusal and not expected.refusal:
        return f"refused what PyTorch answers: {found.refusal}" + (f"\n  at {found.clumsy}" if found.clumsy else "")
    if expected.refusal and not found.refusal:
        return f"answered what PyTorch refuses: {expected.refusal.splitlines()[0]}\n{_shown(found)}"
    if expected.refusal:
        changed = [key for key in found.values if key.startswith("after ")]
        if changed:
            return f"refused after it had changed {', '.join(changed)}"
        return f"refused, but not in words of its own: {found.refusal}\n  at {found.clumsy}" if found.clumsy else ""
    for key in [*expected.values, *(key for key in found.values if key not in expected.values)]:
        wrong = _differs(key, expected, found)
        if wrong:
            return wrong
    if min(expected.order, call.order) > found.order:
        return f"gradient of order {found.order + 1} refused: {found.clumsy}"
    return ""


def is_finite(call: Call, outcome: Outcome) -> bool:
    """Whether all numbers of a call and of its outcome are finite, so that nothing is to be warned about."""
    arrays = [*call.inputs.values(), *(a for a in outcome.values.values() if not isinstance(a, str))]
    return all(np.isfinite(a).all() for a in arrays)


def _differs(key: str, expected: Outcome, found: Outcome) -> str:
    word = key.split(" ", 1)[0]
    left, right = expected.values.get(key.removeprefix("recorded ")), found.values.get(key)
    if word == "recorded" and right is None:
        return ""
    if word in ("grad", "recorded", "second"):
        if (1 if word == "grad" else 2) > min(expected.order, found.order):
            return ""
        if left is None or right is None:  # a gradient that is not there is zero
            other = right if left is None else left
            left, right = (np.zeros_like(other) if one is None else one for one in (left, right))
    if left is None or right is None:
        return f"{key}: PyTorch has {_text(left)}, minitensor {_text(right)}"
    if isinstance(left, str) or isinstance(right, str):
        same = isinstance(left, str) and isinstance(right, str) and left == right
        return "" if same else f"{key}: PyTorch has {_text(left)}, minitensor {_text(right)}"
    for what, one, other in (("shape", left.shape, right.shape), ("dtype", left.dtype, right.dtype)):
        if one != other:
            return f"{key}: PyTorch's {what} is {one}, minitensor's {other}"
    return _numbers_differ(key, left, right)


def _numbers_differ(key: str, left: np.ndarray, right: np.ndarray) -> str:
    if left.dtype.kind != "f":
        return "" if np.array_equal(left, right) else f"{key}: PyTorch has {_text(left)}, minitensor {_text(right)}"
    one, other = left.astype(np.float64), right.astype(np.float64)
    finite = np.isfinite(one)
    scale = np.abs(one[finite]).max(initial=1.0)
    with np.errstate(invalid="ignore"):
        close = np.where(
            finite,
            np.abs(one - other) <= TOLERANCES[left.dtype.name] * scale,
            (one == other) | np.isnan(one) & np.isnan(other),
        )
    if close.all():
        return ""
    place = tuple(int(i) for i in np.argwhere(~close)[0])
    first = f"first at {place}: {float(left[place])!r} in PyTorch, {float(right[place])!r} in minitensor"
    how_many = f"{int((~close).sum())} of {close.size} numbers differ"
    return f"{key}: {how_many}, {first}\n  PyTorch    {_text(left)}\n  minitensor {_text(right)}"


def _text(value: np.ndarray | str | None) -> str:
    if value is None or isinstance(value, str):
        return "nothing" if value is None else value
    return np.array2string(value, precision=6, threshold=24, edgeitems=4, separator=", ").replace("\n", "")


def _shown(found: Outcome) -> str:
    return "\n".join(f"  {key} = {_text(value)}" for key, value in found.values.items() if key.startswith("y"))
