"""Parametrisations: a layer's weight that is computed from what is learned, each time that it is read.

`register_parametrization(layer, "weight", module)` puts `module(original)` in the weight's place. What is learned moves to
`layer.parametrizations.weight.original`, or to `original0`, `original1`, ... where the module takes several tensors. The
layer is then of a class of its own, whose weight is a property.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minitensor.grad_mode import no_grad
from minitensor.nn.container import ModuleDict, ModuleList
from minitensor.nn.module import Module
from minitensor.nn.parameter import Parameter
from minitensor.tensor import Tensor

if TYPE_CHECKING:
    from collections.abc import Sequence


class ParametrizationList(ModuleList):
    """The parametrisations of one tensor, one after the other, and what the first is given. As PyTorch's class of this name.

    Parameters
    ----------
    modules : sequence of Module
        Each takes a tensor and returns one. The first may have a method `right_inverse`, which finds what it must be given
        to return a certain tensor; where that is a tuple of tensors, it takes as many.
    original : Tensor
        What is parametrised; a Parameter stays one.
    unsafe : bool
        Whether the result may be of another shape or dtype.

    Attributes
    ----------
    original : Parameter or Tensor
        What the first module is given; `original0`, `original1`, ... where it takes several.

    Raises
    ------
    ValueError
        A module returns no tensor, or one of another shape or dtype.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.utils.parametrizations.weight_norm(mt.nn.Linear(3, 2))
    >>> layer.parametrizations.weight
    ParametrizationList(
      (0): _WeightNorm()
    )
    >>> layer.parametrizations.weight().shape
    (2, 3)
    """

    def __init__(self, modules: Sequence[Module], original: Tensor, unsafe: bool = False) -> None:
        if not modules:
            raise ValueError("ParametrizationList: one parametrisation is needed at least")
        super().__init__(modules)
        self.unsafe = unsafe
        inverse = self._inverse(original)
        self.is_tensor = isinstance(inverse, Tensor)
        self.ntensors = 1 if isinstance(inverse, Tensor) else len(inverse)
        learned = isinstance(original, Parameter)
        for name, tensor in zip(self._names(), (inverse,) if isinstance(inverse, Tensor) else inverse, strict=True):
            if tensor is original:
                kept: Tensor = original
            else:
                kept = Parameter(tensor.detach(), original.requires_grad) if learned else tensor.detach()
            self.register_parameter(name, kept) if isinstance(kept, Parameter) else self.register_buffer(name, kept)
        if not unsafe:
            _check_result(self(), original, "the tensor")

    def forward(self) -> Tensor:
        """The parametrised tensor."""
        first, *others = self
        result: Tensor = first(*[getattr(self, name) for name in self._names()])
        for module in others:
            result = module(result)
        return result

    def right_inverse(self, value: Tensor) -> None:
        """Set what is learned so that the result is `value`, as far as the parametrisations can tell how.

        Raises
        ------
        RuntimeError
            One of them has no `right_inverse`.
        ValueError
            It answers other tensors than there are.
        """
        for module in self:
            if not hasattr(module, "right_inverse"):
                raise RuntimeError(f"{type(module).__name__} has no right_inverse: the tensor cannot be assigned to")
        inverse = self._inverse(value)
        tensors = (inverse,) if isinstance(inverse, Tensor) else inverse
        if len(tensors) != self.ntensors:
            raise ValueError(f"right_inverse: expected {self.ntensors} tensors, got {len(tensors)}")
        with no_grad():
            for name, tensor in zip(self._names(), tensors, strict=True):
                getattr(self, name).data = tensor.detach().clone()

    def _names(self) -> list[str]:
        """What the tensors that are learned are called."""
        return ["original"] if self.is_tensor else [f"original{place}" for place in range(self.ntensors)]

    def _inverse(self, value: Tensor) -> Tensor | tuple[Tensor, ...]:
        """What the first module is to be given, from the last one backward."""
        found: Any = value
        with no_grad():
            for module in reversed(list(self)):
                if hasattr(module, "right_inverse"):
                    found = module.right_inverse(found)
        if isinstance(found, Tensor):
            return found
        if isinstance(found, (tuple, list)) and all(isinstance(one, Tensor) for one in found):
            return tuple(found)
        raise ValueError(f"right_inverse: expected a tensor or a tuple of them, got {type(found).__name__}")


def register_parametrization(module: Module, tensor_name: str, parametrization: Module, *, unsafe: bool = False) -> Module:
    """Let a parameter or buffer of a module be computed by another module, as PyTorch's function of this name.

    Parameters
    ----------
    module : Module
        The layer.
    tensor_name : str
        The name of its parameter or buffer; one that is parametrised already passes this parametrisation, too.
    parametrization : Module
        Takes the tensor and returns the one that takes its place. A method `right_inverse`, if it has one, is asked for what
        to begin with.
    unsafe : bool
        Whether the result may be of another shape or dtype.

    Returns
    -------
    Module
        The layer, now of a class that is called Parametrized...

    Raises
    ------
    ValueError
        The module has no such tensor; the parametrisation returns no tensor, or one of another shape or dtype.

    Examples
    --------
    >>> import minitensor as mt
    >>> class Symmetric(mt.nn.Module):
    ...     def forward(self, x):
    ...         return (x + x.T) / 2
    >>> layer = mt.nn.utils.parametrize.register_parametrization(mt.nn.Linear(3, 3), "weight", Symmetric())
    >>> bool((layer.weight == layer.weight.T).all())
    True
    >>> [name for name, _ in layer.named_parameters()]
    ['bias', 'parametrizations.weight.original']
    """
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        listed = _lists(module)[tensor_name]
        if not unsafe:
            current = getattr(module, tensor_name)
            _check_result(parametrization(current), current, f"module.{tensor_name}")
        listed.append(parametrization)
        listed.unsafe = listed.unsafe or unsafe
        return module
    original = vars(module).get(tensor_name)
    if not isinstance(original, Parameter) and tensor_name not in module._buffer_names:
        raise ValueError(f"{type(module).__name__} has no parameter or buffer named {tensor_name!r} to be parametrised")
    if original is None:
        raise ValueError(f"{type(module).__name__}.{tensor_name} is None: there is nothing to be parametrised")
    listed = ParametrizationList([parametrization], original, unsafe)
    delattr(module, tensor_name)
    module._buffer_names.pop(tensor_name, None)
    if not is_parametrized(module):
        _give_class(module)
        module.add_module("parametrizations", ModuleDict())
    _lists(module)[tensor_name] = listed
    _give_property(module, tensor_name)
    return module


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Whether a module has parametrisations: of the tensor of that name or, without one, of any. As PyTorch's function.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.utils.parametrizations.weight_norm(mt.nn.Linear(3, 2))
    >>> is_parametrized(layer), is_parametrized(layer, "bias")
    (True, False)
    """
    listed = _lists(module)
    return isinstance(listed, ModuleDict) and (bool(len(listed)) if tensor_name is None else tensor_name in listed)


def remove_parametrizations(module: Module, tensor_name: str, leave_parametrized: bool = True) -> Module:
    """Make a parametrised tensor a plain parameter or buffer again, as PyTorch's function of this name.

    Parameters
    ----------
    module : Module
    tensor_name : str
    leave_parametrized : bool
        Whether it keeps the value that it has; else the one from which that was computed.

    Returns
    -------
    Module
        The layer; of its old class, where no other parametrisation is left.

    Raises
    ------
    ValueError
        The tensor is not parametrised; or it is computed from several, and none of them can take its place.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.utils.parametrizations.weight_norm(mt.nn.Linear(3, 2))
    >>> remove_parametrizations(layer, "weight")
    Linear(in_features=3, out_features=2, bias=True)
    """
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"{type(module).__name__} has no parametrisation of {tensor_name!r}")
    listed = _lists(module)[tensor_name]
    if not leave_parametrized and not listed.is_tensor:
        raise ValueError(
            f"{type(module).__name__}.{tensor_name} is computed from {listed.ntensors} tensors, and none of them can take "
            "its place: leave_parametrized=True keeps the value that it has"
        )
    value = getattr(module, tensor_name)
    if listed.is_tensor:
        restored = listed.original
        if leave_parametrized:
            restored.data = value.detach()
    else:
        restored = Parameter(value.detach()) if value.requires_grad else value.detach()
    delattr(type(module), tensor_name)
    del _lists(module)[tensor_name]
    if not is_parametrized(module):
        delattr(module, "parametrizations")
        module.__class__ = type(module).__bases__[0]
    if isinstance(restored, Parameter):
        module.register_parameter(tensor_name, restored)
    else:
        module.register_buffer(tensor_name, restored)
    return module


def type_before_parametrizations(module: Module) -> type:
    """The class of a module as it was, or is, without parametrisations. As PyTorch's function of this name.

    Examples
    --------
    >>> import minitensor as mt
    >>> type_before_parametrizations(mt.nn.utils.parametrizations.weight_norm(mt.nn.Linear(3, 2))).__name__
    'Linear'
    """
    return type(module).__bases__[0] if is_parametrized(module) else type(module)


def _check_result(result: Any, before: Tensor, name: str) -> None:
    """Raise a ValueError where a parametrisation returns no tensor, or one of another shape or dtype than before."""
    if not isinstance(result, Tensor):
        raise ValueError(f"a parametrisation returns a tensor, got {type(result).__name__}")
    for what, is_now, was in (("dtype", result.dtype, before.dtype), ("shape", result.shape, before.shape)):
        if is_now != was:
            raise ValueError(
                f"a parametrisation keeps the {what}: {name} had {was}, and would have {is_now}; unsafe=True lets it change"
            )


def _lists(module: Module) -> Any:
    """The parametrisations of a module by the name of the tensor, or None."""
    return vars(module).get("parametrizations")


def _give_class(module: Module) -> None:
    """Give the module a class of its own, which can have properties."""
    base = type(module)
    own = {"__reduce_ex__": _reduce, "__module__": base.__module__, "__doc__": base.__doc__}
    module.__class__ = type(f"Parametrized{base.__name__}", (base,), own)


def _give_property(module: Module, tensor_name: str) -> None:
    """Let a tensor's name stand for what its parametrisations compute; what is assigned to it goes through their inverses.

    A property must be the class's, which is why the module has one of its own.
    """

    def read(self: Module) -> Tensor:
        result: Tensor = _lists(self)[tensor_name]()
        return result

    def assign(self: Module, value: Tensor) -> None:
        _lists(self)[tensor_name].right_inverse(value)

    setattr(type(module), tensor_name, property(read, assign))


def _reduce(module: Module, _protocol: Any) -> tuple[Any, ...]:
    """What copying and pickling keep: the class as it was, and which tensors are parametrised."""
    return _rebuilt, (type_before_parametrizations(module), tuple(_lists(module))), module.__getstate__()


def _rebuilt(base: type[Module], tensor_names: tuple[str, ...]) -> Module:
    """A parametrised module without its state, which Python adds."""
    module = base.__new__(base)
    _give_class(module)
    for name in tensor_names:
        _give_property(module, name)
    return module
