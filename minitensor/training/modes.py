"""Whether modules train or are tested, and which parameters learn: kept, put back, and said by name for a checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


def modes_of(model: Module) -> dict[str, list[str]]:
    """The names of the modules that are in evaluation mode, and of the parameters that require no gradient."""
    return {
        "in_evaluation": [name for name, module in model.named_modules() if not module.training],
        "frozen": [name for name, parameter in model.named_parameters() if not parameter.requires_grad],
    }


def set_modes(model: Module, modes: dict[str, Any]) -> None:
    """Have all modules and parameters as they were when `modes_of` answered these."""
    in_evaluation, frozen = set(modes["in_evaluation"]), set(modes["frozen"])
    for name, module in model.named_modules():
        module.training = name not in in_evaluation
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name not in frozen
