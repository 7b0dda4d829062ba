"""The command line: `python -m minitensor.viz FILE.py:function -o graph.html` draws what a function returns."""

from __future__ import annotations

import argparse
import importlib.util
import inspect
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from types import FrameType, FunctionType
from typing import Any

from minitensor.nn import Module
from minitensor.viz.draw import drawn
from minitensor.viz.record import record
from minitensor.viz.render import RenderingError
from minitensor.viz.view import GraphView


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw what a function returns, and return the exit status: 2 where that cannot be done, with a line that says why.

    The function is called without arguments. It returns a tensor, several, a dict of named ones, one of these with the
    model, or a `GraphView`.
    """
    given = _parser().parse_args(arguments)
    try:
        function = _load(given.function)
    except (OSError, ValueError) as error:
        return _refused(error)
    with record() if given.values else nullcontext():
        answer, variables = _call(function)
        try:
            view = _draw(answer, variables, given)
            print(view if given.output is None else view.save(given.output))  # noqa: T201
        except BrokenPipeError:  # whoever reads has read enough
            sys.stderr.close()
        except (RenderingError, TimeoutError, OSError, TypeError, ValueError, RuntimeError) as error:
            return _refused(error)
    return 0


def _refused(error: Exception) -> int:
    print(f"minitensor.viz: {error}", file=sys.stderr)  # noqa: T201
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m minitensor.viz", description="Draw the computation graph of what a function returns."
    )
    parser.add_argument(
        "function", metavar="FILE.py:function",
        help="called without arguments; returns a tensor or, so that it is drawn with its names, (tensor, model)",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--output",
        help="where to write: .html, .svg, .png, .pdf, .dot, .json or .txt; left out, it is printed as text",
    )  # fmt: skip
    parser.add_argument("--direction", choices=("forward", "backward", "both"), default="forward")
    parser.add_argument("--depth", type=int, help="draw modules that stand so deep as single nodes")
    parser.add_argument("--saved", action="store_true", help="show what each operation keeps for its gradient")
    parser.add_argument("--values", action="store_true", help="record the run: norms, NaN, time and lines")
    parser.add_argument("--max-nodes", type=int, default=500, help="above so many nodes a picture is collapsed")
    return parser


def _call(function: Any) -> tuple[Any, dict[str, Any]]:
    """What a function returns, and its variables then, which name the tensors."""
    variables: dict[str, Any] = {}

    def look(frame: FrameType, event: str, _: object) -> None:
        if event == "return" and frame.f_code is function.__code__:
            variables.update(frame.f_locals)

    sys.setprofile(look)
    try:
        return function(), variables
    finally:
        sys.setprofile(None)


def _draw(answer: Any, variables: dict[str, Any], given: argparse.Namespace) -> GraphView:
    """The picture of what the function returned."""
    if isinstance(answer, GraphView):
        return answer
    model = None
    if isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[1], Module):
        answer, model = answer
    return drawn(
        answer, model, variables, direction=given.direction, depth=given.depth, saved=given.saved, values=given.values,
        max_nodes=given.max_nodes,
    )  # fmt: skip


def _load(place: str) -> Any:
    """The function that FILE.py:function names."""
    file, colon, name = place.rpartition(":")
    if not colon or not file or not name:
        raise ValueError(f"name a file and a function in it, as in model.py:loss; got {place!r}")
    path = Path(file)
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {file!r}")
    name_in_python = f"drawn_{path.stem}"  # of its own, lest json.py stand in for the standard library's
    spec = importlib.util.spec_from_file_location(name_in_python, path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{file!r} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.resolve().parent))  # so that it can import what lies beside it
    sys.modules[name_in_python] = module
    spec.loader.exec_module(module)
    function = getattr(module, name, None)
    if not isinstance(function, FunctionType):
        own = [
            key for key, one in vars(module).items() if isinstance(one, FunctionType) and one.__module__ == name_in_python
        ]
        wrong = (
            f"{file} has no function {name!r}" if function is None else f"{name} in {file} is a {type(function).__name__}"
        )
        raise ValueError(f"{wrong}; its functions: {', '.join(own) or 'none'}")
    needed = [one.name for one in inspect.signature(function).parameters.values() if one.default is one.empty]
    if needed and not {"args", "kwargs"} & set(needed):
        raise ValueError(f"{name} is called without arguments, and needs {', '.join(needed)}")
    return function


if __name__ == "__main__":
    sys.exit(main())
