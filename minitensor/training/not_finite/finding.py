"""What was found, in words."""

from __future__ import annotations

from textwrap import wrap
from typing import NamedTuple

from minitensor.training.not_finite.remedies import remedy_of
from minitensor.training.not_finite.search import Source, Step

WIDTH = 110  # of the lines that a remedy is cut into


class Finding(NamedTuple):
    """Where the first numbers arose that are not finite; printed, it says it all.

    Attributes
    ----------
    what : str
        What was not finite in the end: "the loss is NaN", "the gradient of 'weight' is infinite".
    kind : str
        "forward" or "backward", where an operation made it; "input", "parameter" or "buffer", where it was there already;
        "number", where a constant was; "sum", where gradients add up to it; "unknown", where it came from elsewhere.
    name : str
        The operation's, or that of what had it already.
    path : str or None
        The dotted name of the module, where it is one of the model's.
    line : str
        The user's line: "train.py:12: y = mt.log(x)"; "" where it is not known.
    remedy : str
        What may help.
    text : str
        All of it.

    Examples
    --------
    >>> from minitensor import training
    >>> import minitensor as mt
    >>> x = mt.tensor([0.5, 0.0, -0.25], requires_grad=True)
    >>> finding = training.find_not_finite(lambda: mt.log(x).sum())
    >>> finding.kind, finding.name
    ('forward', 'log')
    >>> print(finding)  # doctest: +ELLIPSIS
    the loss is NaN: the first NaN is made in the forward pass, by log
      operation  log
      a          (3,) float32, from -0.25 to 0.5, 1 of 3 zero
      result     (3,) float32, 1 of 3 NaN, 1 of 3 infinite, the others -0.6931
      The logarithm of a negative number is NaN. Keep its argument above 0, ...
    """

    what: str
    kind: str
    name: str
    path: str | None
    line: str
    remedy: str
    text: str

    def __str__(self) -> str:
        return self.text


def finding_of(what: str, origin: Step | Source, steps: list[Step], learning_rate: float | None) -> Finding:
    """What to say of something that is not finite and goes back to `origin`.

    Parameters
    ----------
    what : str
        What it is, as in `Finding`.
    origin : Step or Source
        What made it; its `because` leads on.
    steps : list of Step
        All that were kept, in the order in which they ran.
    learning_rate : float or None
        To be named where it may be at fault.
    """
    chain = [origin]
    while isinstance(last := chain[-1], Step) and last.because is not None:
        chain.append(last.because)
    if isinstance(last, Source) and last.kind == "unknown":
        earlier = next((step for step in steps if step.because is None), None)  # it was written into memory that was there
        if earlier is not None:
            chain[-1] = last = earlier
    made = [one for one in chain if isinstance(one, Step)]
    if isinstance(last, Step):
        return _of_step(what, last, made)
    if last.kind == "number" and made:
        return _of_step(what, next((step for step in reversed(made) if step.result.nan), made[-1]), made)
    return _of_source(what, last, made, learning_rate)


def _of_step(what: str, step: Step, made: list[Step]) -> Finding:
    """An operation that made it: the rows that tell of it, and what became of it afterwards."""
    forward, thing = step.argument is None, "NaN" if step.result.nan else "infinity"
    head = f"the first {thing} is made in the forward pass, by {step.label}"
    if step.argument == "":
        head = f"the first {thing} is made in the backward pass, by a hook or where gradients add up at {step.label}"
    elif not forward:
        head = f"the first {thing} is made in the backward pass, by the gradient of {step.label} for {step.argument!r}"
    rows = [("operation", _called(step)), ("line", step.line)]
    if not forward:
        rows.append(("formula", step.formula))
    rows += [(name, str(values)) for name, values in step.operands.items()]
    rows.append(("result" if forward else "gradient", str(step.result)))
    rows.append(("where", step.samples))
    later = next((one for one in reversed(made) if one.result.nan), None)
    if later is not None and not step.result.nan:
        rows.append(("later", ", ".join(filter(None, [f"NaN is made of it by {_called(later)}", later.line]))))
    if forward and made and made[0].argument is not None:
        rows.append(("later", f"it does not reach the loss, but the gradient of {_called(made[0])}"))
    remedy = remedy_of(step, any(one.silent for one in made))
    text = _text(f"{what}: {head}", rows, remedy)
    return Finding(what, "forward" if forward else "backward", step.name, step.path, step.line, remedy, text)


def _of_source(what: str, source: Source, made: list[Step], learning_rate: float | None) -> Finding:
    """Something that had it already when an operation took it in."""
    state = source.values.state
    heads = {
        "input": f"the batch is {state} in {source.name}, before any operation",
        "number": f"it is the number {source.name}",
        "sum": "it is made where finite gradients add up, or by a hook of the tensor",
        "unknown": f"an operation takes in a tensor that is {state} already and that no operation made",
    }
    head = heads.get(source.kind, f"the {source.kind} {source.name!r} is {state} already, before any operation")
    rows = [(source.name, str(source.values)), ("where", source.samples)]
    user = made[-1] if made else None
    if user is not None:
        rows += [("used by", _called(user)), ("line", user.line)]
    rate = "" if learning_rate is None else f" ({learning_rate:g} now)"
    remedy = {
        "parameter": "A step of the optimiser made it so, or it came so from a file or its initialisation. After a step "
        f"that is too large, try a lower learning rate{rate}, or max_grad_norm=1.0.",
        "buffer": "Running statistics keep what a batch that was not finite left in them: load an earlier checkpoint.",
        "input": "Look at these samples in the data set: leave them out, or fill in what is missing, as nan_to_num does.",
        "unknown": "It came from outside, as from NumPy, or was written in place.",
    }.get(source.kind, "")
    path, line = (user.path, user.line) if user is not None else (None, "")
    text = _text(f"{what}: {head}", rows, remedy)
    return Finding(what, source.kind, source.name, path, line, remedy, text)


def _text(head: str, rows: list[tuple[str, str]], remedy: str) -> str:
    """The head, a table of what is known, and the remedy below."""
    shown = [(name, text) for name, text in rows if text]
    wide = max(len(name) for name, _ in shown)
    table = [f"  {name:{wide}}  {text}" for name, text in shown]
    return "\n".join([head, *table, *wrap(remedy, WIDTH, initial_indent="  ", subsequent_indent="  ")])


def _called(step: Step) -> str:
    """An operation and the module that it ran in."""
    return ", ".join(filter(None, [step.label, step.place]))
