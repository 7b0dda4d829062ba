"""The layers of a model by the names of their paths: finding one, and seeing what it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from minitensor.nn.conv_nd import ConvNd, ConvTransposeNd
from minitensor.nn.module import Module
from minitensor.tensor import Tensor


def check_model(model: Any, function: str) -> None:
    """Raise a TypeError where it is no Module."""
    if not isinstance(model, Module):
        raise TypeError(f"{function}: model is a Module, got {type(model).__name__}")


def find_layer(model: Module, path: str, function: str) -> Module:
    """The module at a path, such as "features.0"; the model itself is at "".

    Raises
    ------
    TypeError, ValueError
        The path is no string, or nothing is there.

    Examples
    --------
    >>> import minitensor as mt
    >>> find_layer(mt.nn.Sequential(mt.nn.ReLU()), "1", "feature_maps")
    Traceback (most recent call last):
        ...
    ValueError: feature_maps: Sequential has no layer '1'; it has '0'
    """
    if not isinstance(path, str):
        raise TypeError(f"{function}: a layer is named by its path, as in model.named_modules(), got {type(path).__name__}")
    modules = dict(model.named_modules(remove_duplicate=False))
    if path not in modules:
        paths = [repr(one) for one in modules if one]
        known = ", ".join(paths[:20]) + (f" and {len(paths) - 20} more" if len(paths) > 20 else "") or "none"
        raise ValueError(f"{function}: {type(model).__name__} has no layer {path!r}; it has {known}")
    return modules[path]


def convolutions(model: Module) -> dict[str, Module]:
    """The convolutions of a model, transposed ones too, by their paths.

    Examples
    --------
    >>> import minitensor as mt
    >>> convolutions(mt.nn.Sequential(mt.nn.ReLU(), mt.nn.Conv1d(1, 2, 3)))
    {'1': Conv1d(1, 2, kernel_size=(3,), stride=(1,))}
    """
    return {path: module for path, module in model.named_modules() if isinstance(module, (ConvNd, ConvTransposeNd))}


@contextmanager
def answers_of(layers: Mapping[str, Module], cut: bool = False) -> Iterator[list[tuple[str, Tensor]]]:
    """Within a `with` block, note what layers answer: their paths and tensors, a pair for each call, in order.

    What is noted stays as it is, whatever the model does to the answer afterwards. An answer that is no tensor is left out.

    Parameters
    ----------
    layers : mapping of str to Module
    cut : bool
        Whether each answer is to be a leaf that requires grad, so that gradients arrive there and go no further.
    """
    found: list[tuple[str, Tensor]] = []

    def note(path: str, output: Any) -> Any:
        if not isinstance(output, Tensor):
            return None
        kept = output.detach().requires_grad_() if cut else output
        found.append((path, kept))
        return kept.clone()

    with ExitStack() as hooks:
        for path, module in layers.items():
            hooks.enter_context(module.register_forward_hook(lambda _module, _args, output, path=path: note(path, output)))
        yield found
