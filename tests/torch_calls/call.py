"""A call: one line of Python that PyTorch and minitensor both understand, and what either library answers to it.

The answer of a call is evaluated to its second order. With y the tensors that the line answers with, c a cotangent for each of
them and d a direction for each leaf,

- "grad x" is the gradient of sum(c * y) with respect to the leaf x;
- "second x" and "second cotangent of y" are the gradients of the sum over the leaves of sum(grad * d), with respect to the
  leaf x and to c.

Cotangents and directions follow from the text of the call, so that a recording need not keep them.
"""

from __future__ import annotations

import ast
import hashlib
import linecache
import math
import warnings
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np


class Call(NamedTuple):
    """One line, with its inputs.

    Its names: `mt` (minitensor, or torch), `F`, `nn`, `optim`, the inputs, `using` (see there), and what the family's
    `names(mt)` returns, if it has such a function.
    """

    expression: str
    inputs: dict[str, np.ndarray]  # they become tensors of that dtype
    leaves: tuple[str, ...] = ("x",)  # those that require grad; names that are no floating input are passed over
    order: int = 2  # how many orders of gradient are compared


class Outcome(NamedTuple):
    """What a library makes of a call.

    `values` has "y" (or "y[0]", "y['a']", ... where the answer is a tuple, list or dict): an array, or a text for what is not one;
    "requires grad y"; "after x", where the call has changed its input; and the gradients (see the module).
    """

    values: dict[str, np.ndarray | str]
    refusal: str = ""  # the error, where there is one
    order: int = 2  # up to which order there are gradients
    clumsy: str = ""  # where a refusal comes from, if not from a `raise` of the library


def evaluate(call: Call, mt: ModuleType, names: dict[str, Any] | None = None, *, strict: bool = False) -> Outcome:
    """Return what the library `mt` makes of a call; with `strict` a warning of NumPy about numbers is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if strict:
            warnings.simplefilter("error", RuntimeWarning)
        mt.manual_seed(0)
        leaves = leaves_of(call)
        inputs = {k: mt.tensor(np.array(a)) for k, a in call.inputs.items()}
        for k in leaves:
            inputs[k].requires_grad_()
        spaces = {"mt": mt, "nn": mt.nn, "F": mt.nn.functional, "optim": mt.optim, "using": using}
        try:
            answer = eval(compile(call.expression, "<call>", "eval"), {**spaces, **(names or {}), **inputs})
        except Exception as error:
            return Outcome(_changed(call, inputs), f"{type(error).__name__}: {error}", 0, _origin(error, mt))
        tensors: dict[str, Any] = {}
        values: dict[str, np.ndarray | str] = {}
        for key, part in _parts("y", answer, mt.Tensor):
            if isinstance(part, mt.Tensor):
                tensors[key] = part
                values[key] = np.array(part.detach().numpy())
                values[f"requires grad {key}"] = str(part.requires_grad)
            else:
                values[key] = part
        values |= _changed(call, inputs)
        order, refusal = _gradients(call, mt, {k: inputs[k] for k in leaves}, tensors, values)
        return Outcome(values, order=order, clumsy=refusal)


def leaves_of(call: Call) -> tuple[str, ...]:
    """Return the names of the inputs that require grad."""
    return tuple(k for k in call.leaves if k in call.inputs and np.asarray(call.inputs[k]).dtype.kind == "f")


def using(module: Any, **tensors: Any) -> Any:
    """Put tensors in the place of a module's parameters or buffers and return the module.

    So gradients with respect to them can be asked for: `using(nn.Linear(3, 2), weight=w, bias=b)(x)`. A name within a child is
    written with two underscores: `using(nn.Sequential(nn.Linear(3, 2)), **{"0__weight": w})`.
    """
    for path, tensor in tensors.items():
        *parents, name = path.split("__")
        owner = module
        for parent in parents:
            owner = getattr(owner, parent)
        delattr(owner, name)
        setattr(owner, name, tensor)
    return module


def signs(text: str, shape: tuple[int, ...]) -> np.ndarray:
    """Return numbers between -2 and 2 that follow from a text alone: odd multiples of 1/128, exact in any floating dtype."""
    stream = hashlib.shake_128(text.encode()).digest(max(1, math.prod(shape)))
    return ((2.0 * np.frombuffer(stream, np.uint8)[: math.prod(shape)] - 255) / 128).reshape(shape)


def functions_of(expression: str) -> list[str]:
    """Return the functions that a line calls, in the order in which they are written: "F.relu", "nn.GELU", "Tensor.tril"."""
    found = []
    for node in ast.walk(ast.parse(expression, mode="eval")):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            path = ast.unparse(node.func)
            name = path if path.split(".")[0] in ("mt", "F", "nn", "optim") else f"Tensor.{node.func.attr}"
            found.append((node.func.end_lineno, node.func.end_col_offset, name))
    return [name for _, _, name in sorted(found)]


def head_of(expression: str) -> str:
    """Return the function that a line is about: the first one of a module's that is written, or the first method."""
    names = functions_of(expression)
    tree = ast.parse(expression, mode="eval").body
    return next(iter([*(name for name in names if not name.startswith("Tensor.")), *names, type(tree).__name__]))


def _parts(key: str, answer: Any, tensor_class: type) -> Iterator[tuple[str, Any]]:
    """What an answer is made of, with names: tensors, and texts for all that is none."""
    if isinstance(answer, tensor_class):
        yield key, answer
    elif hasattr(answer, "state_dict") and hasattr(answer, "named_modules"):  # a module: what it prints and holds
        yield key, repr(answer)
        yield (
            f"{key}.state_dict()",
            "\n".join(f"{k} {tuple(a.shape)} {_word(a.dtype)}" for k, a in answer.state_dict().items()),
        )
    elif isinstance(answer, dict):
        yield f"{key} keys", repr(list(answer))
        for k, part in answer.items():
            yield from _parts(f"{key}[{k!r}]", part, tensor_class)
    elif isinstance(answer, (tuple, list)) and any(isinstance(part, (tensor_class, tuple, list, dict)) for part in answer):
        yield f"{key} length", str(len(answer))
        for i, part in enumerate(answer):
            yield from _parts(f"{key}[{i}]", part, tensor_class)
    elif isinstance(answer, tuple):
        yield key, f"({', '.join(map(_word, answer))})"
    else:
        yield key, _word(answer)


def _word(value: Any) -> str:
    """A value as text, dtypes without the name of the library."""
    return repr(value) if isinstance(value, (str, float)) else str(value).removeprefix("torch.")


def _changed(call: Call, inputs: dict[str, Any]) -> dict[str, np.ndarray | str]:
    after = {k: np.array(inputs[k].detach().numpy()) for k in call.inputs}
    return {f"after {k}": a for k, a in after.items() if a.tobytes() != np.asarray(call.inputs[k]).tobytes()}


def _gradients(
    call: Call, mt: ModuleType, leaves: dict[str, Any], tensors: dict[str, Any], values: dict[str, np.ndarray | str]
) -> tuple[int, str]:
    """Add the gradients to the values; return up to which order there are any, and the error that ends them."""
    results = {k: y for k, y in tensors.items() if y.requires_grad}
    if not call.order or not leaves:
        return 0, ""

    def given(text: str, like: Any) -> Any:
        return mt.tensor(signs(f"{call.expression} {text}", tuple(like.shape)).astype(_word(like.dtype)))

    def gradients(of: list[Any], sources: dict[str, Any], cotangents: list[Any], **options: Any) -> dict[str, Any]:
        found = mt.autograd.grad(of, list(sources.values()), cotangents, allow_unused=True, **options) if of else ()
        return dict(zip(sources, found or [None] * len(sources), strict=True))

    def keep(word: str, sources: dict[str, Any], found: dict[str, Any]) -> None:
        for k, gradient in found.items():
            same = sources[k] if gradient is None else gradient
            array = np.array(same.detach().numpy())
            values[f"{word} {k}"] = np.zeros_like(array) if gradient is None else array

    order = 0
    cotangents = {k: given(k, y).requires_grad_() for k, y in results.items()}
    try:
        ys, cs = list(results.values()), list(cotangents.values())
        keep("grad", leaves, gradients(ys, leaves, [c.detach() for c in cs], retain_graph=True))
        order = 1
        if call.order > 1:
            first = gradients(ys, leaves, cs, create_graph=True)
            keep("recorded grad", leaves, first)  # the same, by the way that higher orders take
            traced = {k: g for k, g in first.items() if g is not None and g.requires_grad}
            sources = leaves | {f"cotangent of {k}": c for k, c in cotangents.items()}
            keep(
                "second",
                sources,
                gradients(list(traced.values()), sources, [given(f"along {k}", g) for k, g in traced.items()]),
            )
            order = 2
    except Exception as error:
        return order, f"{type(error).__name__}: {error}"
    return order, ""


def _origin(error: Exception, mt: ModuleType) -> str:
    """Where an error comes from, if not from a `raise` of the library `mt`: an error in words of its own leaves nothing to say."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    file, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
    if file == "<call>" and isinstance(error, TypeError):  # an argument too many or too few
        return ""
    text = linecache.getline(file, line).strip()
    package = str(mt.__file__).removesuffix("__init__.py")
    spoken = file.startswith(package) and text.startswith("raise") and trace.tb_frame.f_code.co_name != "__getattr__"
    return "" if spoken else f"{file}:{line}: {text}"


Calls = Callable[[np.random.Generator], Iterator[Call]]
