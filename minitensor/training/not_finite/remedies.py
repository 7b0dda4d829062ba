"""Why an operation makes NaN or infinity of finite numbers, and what helps: a sentence or two for each that is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from minitensor.training.not_finite.search import Step

Remedy: TypeAlias = Callable[[Step], str]

LARGE = 1e3  # operands from here on are worth a word where their product is too large
LOGARITHM = (
    "Keep its argument above 0, as with x.clamp(min=1e-6); or let log_softmax, logsigmoid or cross_entropy take the "
    "logarithm: they work on the scores, before softmax or sigmoid."
)
WHERE = (
    "As its gradient 0 arrives, as where a mask leaves the operation's result out, and 0 times NaN or infinity is NaN. Make "
    "the argument safe before the operation, as in where(x > 0, x, 1).sqrt(), not its result after it."
)
ROOT = "Add a small number before the root: (x + 1e-12).sqrt(). The standard deviation of equal numbers is such a root, too."
DIVERGES = (
    "Where numbers grow like that, training diverges as a rule: try a lower learning rate, max_grad_norm=1.0, or inputs "
    "scaled to about 1."
)


def remedy_of(step: Step, silent: bool) -> str:
    """What there is to say of a step; "" where nothing is known.

    Parameters
    ----------
    step : Step
    silent : bool
        Whether it is in a gradient that nothing should have come of, as 0 arrived there.
    """
    known = (FORWARD if step.argument is None else BACKWARD).get(step.name) if step.argument != "" else None
    told = known(step) if known is not None else ""
    if silent:
        return f"{told.partition('. ')[0]}. {WHERE}" if told else WHERE
    return told or _overflow(step)


def _overflow(step: Step) -> str:
    """What to say where finite numbers became infinite and nothing else explains it."""
    if step.because is not None:
        return ""
    dtype, largest = step.result.dtype, f"{np.finfo(step.result.dtype).max:.4g}"
    if dtype == np.float16:
        return f"The largest {dtype} is {largest}: compute this in float32, as with x.float(), or keep the numbers smaller."
    great = max((max(-one.low, one.high) for one in step.operands.values()), default=0.0)
    return f"The largest {dtype} is {largest}, and the operands reach {great:.2g}. {DIVERGES}" if great >= LARGE else ""


# Forward: the operands are called as the primitive's arguments


def _log(step: Step) -> str:
    a = step.operands["a"]
    if a.low < 0:
        return f"The logarithm of a negative number is NaN. {LOGARITHM}"
    return f"The logarithm of 0 is minus infinity. {LOGARITHM}" if a.zeros else ""


def _log1p(step: Step) -> str:
    low = step.operands["a"].low
    return "log(1 + x) is NaN for x below -1, and minus infinity at -1: clamp x, to -1 + 1e-6 at least." if low <= -1 else ""


def _sqrt(step: Step) -> str:
    if step.operands["a"].low >= 0:
        return ""
    return (
        "The square root of a negative number is NaN. Rounding brings what should be 0 below it: try x.clamp(min=0).sqrt()."
    )


def _div(step: Step) -> str:
    a, b = step.operands["a"], step.operands["b"]
    if b.zeros and not b.shape:
        return "The divisor is 0: is it how many are left of something, and none are?"
    if b.zeros:
        return "0 / 0 is NaN, and any other number over 0 is infinite. Add a small number to the divisor, or clamp it."
    return "Infinity over infinity is NaN." if a.inf and b.inf else ""


def _pow(step: Step) -> str:
    a, b = step.operands["a"], step.operands["b"]
    if step.result.nan and a.low < 0:
        return "A negative number to a power that is not whole is NaN: take the power of x.abs(), or of x.clamp(min=0)."
    return "0 to a negative power is infinite: add a small number to the base." if a.zeros and b.low < 0 else ""


def _exp(step: Step) -> str:
    bound = float(np.log(np.finfo(step.result.dtype).max)) / (np.log(2) if step.name == "exp2" else 1)
    if step.operands["a"].high < 0.99 * bound:
        return ""
    return (
        f"{step.name} of more than {bound:.4g} is beyond the largest {step.result.dtype}. Take the greatest number off "
        "first, as in x - x.max(), or use softmax, log_softmax or logsumexp, which do so; or clamp x."
    )


def _within_one(step: Step) -> str:
    return f"{step.name} is of numbers from -1 to 1: clamp its argument, to a little less on both sides."


def _acosh(step: Step) -> str:
    return "acosh is of numbers from 1 on: x.clamp(min=1)." if step.operands["a"].low < 1 else ""


def _mean(step: Step) -> str:
    return "" if step.operands["a"].size else "The mean of no numbers is NaN: is the batch empty, or everything masked?"


def _softmax(step: Step) -> str:
    if not step.operands["a"].inf:
        return ""
    return (
        f"A row that is minus infinity throughout has no {step.name}, nor has one with plus infinity: let a mask leave "
        "something in each row."
    )


def _product(step: Step) -> str:
    return "0 times infinity is NaN." if _meets_infinity(step) else ""


def _sum(step: Step) -> str:
    return "Infinity minus infinity is NaN." if _meets_infinity(step) else ""


def _meets_infinity(step: Step) -> bool:
    return bool(step.result.nan) and any(one.inf for one in step.operands.values())


def _cast(step: Step) -> str:
    dtype = step.result.dtype
    return f"The largest {dtype} is {np.finfo(dtype).max:.4g}: scale the numbers down, or stay in the wider dtype."


FORWARD: dict[str, Remedy] = {
    "log": _log, "log2": _log, "log10": _log, "log1p": _log1p, "sqrt": _sqrt, "div": _div, "pow": _pow,
    "exp": _exp, "exp2": _exp, "expm1": _exp, "sinh": _exp, "cosh": _exp, "asin": _within_one, "acos": _within_one,
    "atanh": _within_one, "acosh": _acosh, "mean": _mean, "softmax": _softmax, "log_softmax": _softmax, "mul": _product,
    "sub": _sum, "add": _sum, "sum": _sum, "cast": _cast,
}  # fmt: skip


# Backward: the operands are dY and what the rule was given of the arguments and the result Y


def _at_zero(operand: str, text: str) -> Remedy:
    """`text`, where the operand of this name has zeros."""

    def remedy(step: Step) -> str:
        return text if operand in step.operands and step.operands[operand].zeros else ""

    return remedy


def _at_one(step: Step) -> str:
    return f"The derivative of {step.name} at -1 and 1 is infinite. Clamp its argument to a little less."


_log_at_zero = _at_zero("a", f"The derivative of the logarithm at 0 is infinite. {LOGARITHM}")
BACKWARD: dict[str, Remedy] = {
    "sqrt": _at_zero("Y", f"The derivative of the square root at 0 is infinite. {ROOT}"),
    "log": _log_at_zero, "log2": _log_at_zero, "log10": _log_at_zero,
    "div": _at_zero("b", "The divisor is 0. Add a small number to it, or clamp it."),
    "pow": _at_zero("a", "The derivative at 0 of a power below 1 is infinite. Add a small number to the base."),
    "hypot": _at_zero("Y", "hypot has no derivative where both arguments are 0. Add a small number to one of them."),
    "asin": _at_one, "acos": _at_one, "atanh": _at_one, "acosh": _at_one,
}  # fmt: skip
