"""A module's state as a dictionary of tensors, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from minitensor.grad_mode import no_grad
from minitensor.nn.members import Members, joined
from minitensor.nn.uninitialized import Uninitialized
from minitensor.tensor import Tensor


class IncompatibleKeys(NamedTuple):
    """What `load_state_dict` answers.

    Attributes
    ----------
    missing_keys : list of str
        Names in the module that the state dict does not have.
    unexpected_keys : list of str
        Names in the state dict that the module does not have.
    """

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


class Stateful(Members):
    """The state dict's part of a module's methods."""

    _may_be_missing: tuple[str, ...] = ()  # which of its own buffers keep their values where a state dict lacks them

    def state_dict(self, *, prefix: str = "", keep_vars: bool = False) -> dict[str, Tensor]:
        """The parameters and persistent buffers by name; a tensor that is held twice stands under both names.

        Parameters
        ----------
        prefix : str
            Stands before each name, as it is: end it with a dot.
        keep_vars : bool
            Whether the parameters themselves are answered, and not detached tensors that share their memory.

        Examples
        --------
        >>> import minitensor as mt
        >>> layer = mt.nn.Linear(3, 2)
        >>> list(layer.state_dict(prefix="head."))
        ['head.weight', 'head.bias']
        """
        state: dict[str, Tensor] = {}
        for path, module in self.named_modules(remove_duplicate=False):
            before = f"{prefix}{path}." if path else prefix
            held: list[tuple[str, Tensor]] = list(module.named_parameters(recurse=False, remove_duplicate=False))
            held += [(name, buffer) for name, buffer in module.named_buffers(recurse=False, remove_duplicate=False)
                     if module._buffer_names[name]]  # fmt: skip
            state.update((before + name, tensor if keep_vars else tensor.detach()) for name, tensor in held)
        return state

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False) -> IncompatibleKeys:
        """Copy a state dict's values into the parameters and buffers of the same names, or change nothing and say why.

        Parameters
        ----------
        state_dict : mapping of str to Tensor
            Its values are converted to the module's dtypes.
        strict : bool
            Whether every name must be in both; `num_batches_tracked`, which old files of PyTorch lack, need not be.
        assign : bool
            Whether the memory of the values is taken over, with their dtypes, and nothing is copied.

        Returns
        -------
        IncompatibleKeys
            The names that are in one of the two only.

        Raises
        ------
        TypeError
            It is no mapping.
        RuntimeError
            It does not fit: names are missing or unexpected, or a value has another shape or is no tensor.

        Examples
        --------
        >>> import minitensor as mt
        >>> layer = mt.nn.Linear(3, 2)
        >>> layer.load_state_dict(mt.nn.Linear(3, 2).state_dict())
        <All keys matched successfully>
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"load_state_dict: expected names with their tensors, got {type(state_dict).__name__}")
        own = self.state_dict(keep_vars=True)
        modules = self.named_modules(remove_duplicate=False)
        optional = {joined(path, name) for path, module in modules for name in module._may_be_missing}
        missing = [name for name in own if name not in state_dict and name not in optional]
        unexpected = [str(name) for name in state_dict if name not in own]
        pairs = [(name, tensor, state_dict[name]) for name, tensor in own.items() if name in state_dict]
        problems = [problem for name, tensor, value in pairs if (problem := _misfit(name, tensor, value, assign))]
        if strict and missing:
            problems.append(f"missing: {', '.join(missing)}")
        if strict and unexpected:
            problems.append(f"unexpected: {', '.join(unexpected)}")
        if problems:
            way_out = "\n  strict=False loads the names that are in both" if strict and (missing or unexpected) else ""
            raise RuntimeError(
                f"load_state_dict: the state dict does not fit {type(self).__name__}, and nothing was loaded\n  "
                + "\n  ".join(problems)
                + way_out
            )
        with no_grad():
            for _, tensor, value in pairs:
                if isinstance(value, Uninitialized):
                    continue  # then the module's own is without a shape too
                if isinstance(tensor, Uninitialized):
                    tensor.materialize(value.shape)
                if assign:
                    tensor.data, tensor.grad = value, None
                else:
                    tensor.copy_(value)
        return IncompatibleKeys(missing, unexpected)


def _misfit(name: str, tensor: Tensor, value: Any, assign: bool) -> str | None:
    """Why a value cannot be loaded."""
    if not isinstance(value, Tensor):
        return f"{name} is a {type(value).__name__} in the state dict, expected a tensor"
    if isinstance(value, Uninitialized) and not isinstance(tensor, Uninitialized):
        return f"{name} has no shape in the state dict: its lazy layer had not been called"
    if isinstance(tensor, Uninitialized):
        return None
    if value.shape != tensor.shape:
        return f"{name} has the shape {value.shape} in the state dict, {tensor.shape} in the module"
    if assign and value.is_floating_point() != tensor.is_floating_point():
        return f"{name} is {value.dtype} in the state dict, {tensor.dtype} in the module"
    if not assign and not tensor.numpy().flags.writeable:
        return f"{name} is read-only in the module: pass assign=True"
    return None
