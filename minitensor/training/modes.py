"""Whether a network trains or is tested, put back as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minitensor.nn import Module


class keep_modes:
    """Put `training` back, module by module, when a `with` block ends.

    Parameters
    ----------
    model : Module
        With all modules below.
    """

    def __init__(self, model: Module) -> None:
        self._model = model

    def __enter__(self) -> None:
        self._before = [(module, module.training) for module in self._model.modules()]

    def __exit__(self, *error: object) -> None:
        for module, training in self._before:
            module.training = training
