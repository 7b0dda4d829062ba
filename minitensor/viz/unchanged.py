"""Running a model and leaving no trace: what looks at a network must not change it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from minitensor.nn.module import Module
from minitensor.random import keep_rng_state
from minitensor.tensor import Tensor


@contextmanager
def unchanged(model: Module, inputs: Iterable[Tensor] = ()) -> Iterator[None]:
    """Let a model evaluate within a `with` block, and put back afterwards what may have changed, also after an error.

    That is the attributes of all its modules, `training` among them; its parameters and buffers and the inputs, with their
    gradients; and the random generator that all share.

    Parameters
    ----------
    model : Module
    inputs : iterable of Tensor

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.BatchNorm1d(2)
    >>> with unchanged(layer):
    ...     print(layer.training)
    False
    >>> layer.training
    True
    """
    attributes = [value for module in model.modules() for value in (vars(module), *vars(module).values())]
    entries = [(value, value.copy()) for value in attributes if isinstance(value, (list, dict))]
    tensors = [*inputs, *model.parameters(), *(value for value in attributes if isinstance(value, Tensor))]
    tensors += [one.grad for one in tensors if one.grad is not None]
    slots = ("_array", "_node", "_version", "_grad", "_requires_grad")
    kept = [
        (one, [getattr(one, slot) for slot in slots], one._version[0], one._array.copy())
        for one in {id(one): one for one in tensors}.values()
    ]
    try:
        with keep_rng_state():
            for module in model.modules():
                module.training = False
            yield
    finally:
        for value, entry in entries:
            value.clear()
            if isinstance(value, list):
                value.extend(entry)
            else:
                value.update(entry)
        for one, values, version, content in kept:
            for slot, held in zip(slots, values, strict=True):
                setattr(one, slot, held)
            one._version[0] = version  # the memory holds again what it held then
            if one._array.flags.writeable:
                one._array[...] = content
