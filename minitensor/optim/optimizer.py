"""What every optimiser is: groups of parameters with their options, a state for each parameter, and the step over them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from copy import deepcopy
from itertools import islice
from typing import Any, TypeAlias

import numpy as np

from minitensor.dtypes import Array, accumulation_dtype, widened
from minitensor.grad_mode import enable_grad
from minitensor.optim.arguments import listed, plain, way_out
from minitensor.tensor import Tensor, as_array

Options: TypeAlias = dict[str, Any]
State: TypeAlias = dict[str, Any]
Parameters: TypeAlias = Iterable[Tensor] | Iterable[dict[str, Any]]

# How PyTorch's optimisers compute, which their state dicts say too: accepted when one is loaded, and of no effect.
SWITCHES = ("foreach", "fused", "capturable", "differentiable", "decoupled_weight_decay")

# What schedules leave in the groups.
SCHEDULED = ("initial_lr", "max_lr", "min_lr", "base_momentum", "max_momentum")

# What a state holds that is a number, not one for each element.
NUMBERS = ("eta", "mu", "mu_product")


class Optimizer:
    """The base of all optimisers; as PyTorch's `optim.Optimizer`.

    One's own optimiser defines `update`, the step of one parameter, and `check`, which refuses options; or `step` itself.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        What is to be optimised: `model.parameters()`, or groups, each a dict with "params" and the options that are its own.
    defaults : dict
        The options of the groups that do not give their own.

    Attributes
    ----------
    param_groups : list of dict
        Each group's parameters under "params", and its options, which may be set at any time: `group["lr"] = 0.01`.
    state : dict
        What is remembered of each parameter, by name.

    Raises
    ------
    TypeError
        `params` is a module, a single tensor, or holds something other than tensors.
    ValueError
        There are no parameters; one is no leaf, or is there twice; an option is out of its range.

    Examples
    --------
    >>> import minitensor as mt
    >>> w, b = mt.ones(2, requires_grad=True), mt.ones(1, requires_grad=True)
    >>> optimizer = mt.optim.SGD([{"params": [w]}, {"params": [b], "lr": 1.0}], lr=0.5)
    >>> optimizer.zero_grad()
    >>> ((w * 3).sum() + b).backward()
    >>> optimizer.step()
    >>> w, b
    (tensor([-0.5000, -0.5000], requires_grad=True), tensor([0.], requires_grad=True))
    """

    def __init__(self, params: Parameters, defaults: Options) -> None:
        self.defaults = defaults
        self._stepped = False  # schedules ask for it
        self.state: defaultdict[Tensor, State] = defaultdict(dict)
        self.param_groups: list[Options] = []
        groups = listed(params, self._name)
        if not groups:
            raise ValueError(f"{self._name}: there are no parameters to optimise")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    @property
    def _name(self) -> str:
        return type(self).__name__

    def check(self, options: Options) -> None:
        """Refuse the options of a group that are out of their range; done when a group is added and before each step."""

    @staticmethod
    def update(parameter: Array, grad: Array, state: State, *args: Any, **options: Any) -> None:
        """Take one step of one `parameter` with the gradient `grad`, in its own memory; `state` is what is remembered of it.

        `options` are those of its group, by keyword; `args` is empty.
        """
        raise NotImplementedError("an optimiser defines update, the step of one parameter, or step itself")

    def add_param_group(self, param_group: Options) -> None:
        """Optimise further parameters, with options of their own.

        Parameters
        ----------
        param_group : dict
            "params", a tensor or an iterable of them, and options; what is missing is taken from the defaults.

        Raises
        ------
        TypeError, ValueError
            As when the optimiser is made; nothing has changed then.
        """
        name = self._name
        if not isinstance(param_group, dict) or "params" not in param_group:
            raise TypeError(f'{name}: a parameter group is a dict with the key "params", got {type(param_group).__name__}')
        given = param_group["params"]
        parameters = [given] if isinstance(given, Tensor) else listed(given, name)
        known = {id(parameter) for group in self.param_groups for parameter in group["params"]}
        for number, parameter in enumerate(parameters):
            if not isinstance(parameter, Tensor):
                found = f"parameter {number} is of type {type(parameter).__name__}"
                raise TypeError(f"{name}: only tensors are optimised, {found}{way_out(parameter)}")
            found = f"parameter {number} of shape {parameter.shape}"
            if parameter.grad_fn is not None:
                raise ValueError(
                    f"{name}: {found} is no leaf but the result of {parameter.grad_fn.name}: "
                    "optimise the tensor that it was computed from, or .detach() it"
                )
            if id(parameter) in known:
                raise ValueError(f"{name}: {found} is listed twice")
            known.add(id(parameter))
        group = {**param_group, "params": parameters}
        group.update((option, value) for option, value in self.defaults.items() if option not in group)
        self.check(self._options(group))
        self.param_groups.append(group)

    def _options(self, group: Options) -> Options:
        """A group's options as plain Python values, so that a NumPy number or a 0-d tensor promotes nothing."""
        return {option: plain(group[option]) for option in self.defaults}

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or set them to 0.

        Parameters
        ----------
        set_to_none : bool
            Whether `grad` becomes None: then a parameter that the next backward does not reach is left alone by `step`.
        """
        for parameter in (parameter for group in self.param_groups for parameter in group["params"]):
            if set_to_none or parameter.grad is None:
                parameter.grad = None
            else:
                if parameter.grad.requires_grad:
                    parameter.grad = parameter.grad.detach()
                parameter.grad.zero_()

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change each parameter that has a gradient, in its own memory.

        For a float16 parameter the arithmetic and the state are in float32: the square of a small gradient is 0 in float16.

        Parameters
        ----------
        closure : callable, optional
            Works out the loss and its gradients again, and returns the loss.

        Returns
        -------
        object
            What the closure answers; None without one.

        Raises
        ------
        TypeError, ValueError
            An option has been set to what is out of its range.
        RuntimeError
            A parameter's memory is read-only. No parameter has changed then, nor any state.
        """
        self._stepped = True
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        due = []
        for group in self.param_groups:
            parameters = [parameter for parameter in group["params"] if parameter.grad is not None]
            options = self._options(group)
            self.check(options)
            for parameter in parameters:
                self._check_parameter(parameter)
            due.append((options, parameters))
        with np.errstate(all="ignore"):  # a gradient that is not finite shows in the parameter, as everywhere
            for options, parameters in due:
                for parameter in parameters:
                    self._step_one(parameter, options)
        return loss

    def _check_parameter(self, parameter: Tensor) -> None:
        """Refuse what a step could not write to, before the first parameter is written to."""
        grad = parameter.grad
        if not parameter._array.flags.writeable:
            found = f"the memory of a parameter of shape {parameter.shape}"
            raise RuntimeError(f"{self._name}: {found} is read-only: optimise a clone()")
        if grad is not None and (grad.shape != parameter.shape or grad.dtype != parameter.dtype):
            found = f"a parameter is {parameter.dtype} of shape {parameter.shape}"
            its = f"its gradient {grad.dtype} of shape {grad.shape}"
            raise RuntimeError(f"{self._name}: {found}, {its}: was its data replaced after backward? Call zero_grad() first")
        for name, value in self.state.get(parameter, {}).items():
            if isinstance(value, Tensor) and value.shape != parameter.shape:
                found = f"a parameter has the shape {parameter.shape}, its {name} {value.shape}"
                raise RuntimeError(f"{self._name}: {found}: was its data replaced? Make a new optimiser")

    def _step_one(self, parameter: Tensor, options: Options) -> None:
        array, grad = parameter._array, parameter.grad._array  # type: ignore[union-attr]  # it has one
        state = self.state.get(parameter, {})
        wide = widened(array)
        self.update(wide, widened(grad), state, **options)
        if wide is not array:
            array[...] = wide
        parameter._version[0] += 1
        if state:
            self.state[parameter] = state

    def state_dict(self) -> dict[str, Any]:
        """The state and the groups, with numbers in the parameters' place: 0, 1, 2, ... through all groups.

        The tensors in it are the optimiser's own, which the next step writes to: `copy.deepcopy` keeps a moment.

        Returns
        -------
        dict
            "state", a dict from each parameter's number to what is remembered of it, and "param_groups".
        """
        parameters = [parameter for group in self.param_groups for parameter in group["params"]]
        state = {number: dict(self.state[one]) for number, one in enumerate(parameters) if one in self.state}
        groups, numbers = [], iter(range(len(parameters)))
        for group in self.param_groups:
            groups.append({**_without_params(group), "params": list(islice(numbers, len(group["params"])))})
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over a copy of what `state_dict` returned: the next step is then the one that would have followed.

        Raises
        ------
        ValueError
            The groups are of other sizes, or what is remembered is not of its parameter's shape. Nothing has changed then.
        """
        saved = deepcopy(state_dict["param_groups"])
        there, here = ([len(group["params"]) for group in groups] for groups in (saved, self.param_groups))
        if there != here:
            raise ValueError(f"{self._name}: the state dict has groups of {there} parameters, the optimiser has {here}")
        known = {"params", *SWITCHES, *SCHEDULED, *(option for group in self.param_groups for option in group)}
        unknown = sorted({option for group in saved for option in group} - known)
        if unknown:
            raise ValueError(f"{self._name}: the state dict is another optimiser's: it has {', '.join(unknown)}")
        groups = [{**own, **new, "params": own["params"]} for own, new in zip(self.param_groups, saved, strict=True)]
        for group in groups:
            self.check(self._options(group))
        numbers = [number for group in saved for number in group["params"]]
        parameters = [parameter for group in groups for parameter in group["params"]]
        state: defaultdict[Tensor, State] = defaultdict(dict)
        for number, parameter in zip(numbers, parameters, strict=True):
            if number in state_dict["state"]:
                loaded = state_dict["state"][number]
                state[parameter] = {key: self._loaded(key, value, number, parameter) for key, value in loaded.items()}
        self.param_groups, self.state = groups, state

    def _loaded(self, key: str, value: Any, number: int, parameter: Tensor) -> Any:
        """A copy of one entry of a state: a count or a number as Python's, an array in the dtype that is computed in."""
        if key == "step":
            return int(value)
        if key in NUMBERS:
            return float(value)
        if not hasattr(value, "shape"):
            return deepcopy(value)
        if np.shape(value) != parameter.shape:
            raise ValueError(
                f"{self._name}: the state dict's {key} of parameter {number} has the shape {np.shape(value)}, "
                f"the parameter has {parameter.shape}"
            )
        return Tensor._box(as_array(np.asarray(value), accumulation_dtype(parameter.dtype)), None, [0])

    def __repr__(self) -> str:
        lines = [f"{self._name} ("]
        for number, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {number}")
            lines += [f"    {option}: {value}" for option, value in sorted(_without_params(group).items())]
        return "\n".join([*lines, ")"])


def buffer(state: State, name: str, parameter: Array, value: float = 0) -> Array:
    """The array of a parameter's shape that its state keeps under `name`; of one `value` where there was none yet."""
    if name not in state:
        state[name] = Tensor._box(np.full(parameter.shape, value, parameter.dtype), None, [0])
    array: Array = state[name]._array
    return array


def _without_params(group: Options) -> Options:
    return {option: value for option, value in group.items() if option != "params"}
