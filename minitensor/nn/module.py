"""The Module: what every layer and every network is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from weakref import ref

from numpy.typing import DTypeLike

from minitensor import dtypes
from minitensor.creation import zeros_like
from minitensor.device import check_device
from minitensor.dtypes import as_dtype
from minitensor.errors import ShapeError
from minitensor.grad_mode import mode
from minitensor.nn.attributes import Attributes
from minitensor.nn.hooks import Hookable
from minitensor.nn.state_dict import Stateful
from minitensor.nn.uninitialized import Uninitialized
from minitensor.tape import Call
from minitensor.tensor import Tensor

if TYPE_CHECKING:
    from typing_extensions import Self


class Module(Attributes, Stateful, Hookable):
    """A part of a network: its parameters, buffers and children are its attributes, `forward` is what it computes.

    Parameters, and modules within modules, are found where they are: as attributes, and in lists, tuples and dicts that are
    attributes. A buffer is a tensor that belongs to the module's state and is not learned; it is named with
    `register_buffer`. As PyTorch's `nn.Module`, but that a subclass need not call `super().__init__()`, and that plain lists
    and dicts of modules are seen.

    Attributes
    ----------
    training : bool
        Whether layers such as Dropout and BatchNorm behave as in training; set it with `train()` and `eval()`.

    Examples
    --------
    >>> import minitensor as mt
    >>> class Net(mt.nn.Module):
    ...     def __init__(self):
    ...         self.layers = [mt.nn.Linear(3, 4), mt.nn.Linear(4, 2)]
    ...     def forward(self, x):
    ...         first, second = self.layers
    ...         return second(first(x).relu())
    >>> net = Net()
    >>> net(mt.ones(5, 3)).shape
    (5, 2)
    >>> [name for name, _ in net.named_parameters()]
    ['layers.0.weight', 'layers.0.bias', 'layers.1.weight', 'layers.1.bias']
    """

    training: bool = True

    _reference: ref[Module]

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Create the bookkeeping here, so that a subclass need not call `super().__init__()`."""
        if (args or kwargs) and cls.__init__ is object.__init__:
            raise TypeError(f"{cls.__name__} takes no arguments, got {', '.join([*map(repr, args), *kwargs])}")
        module = super().__new__(cls)
        vars(module).update(_buffer_names={}, _reference=ref(module))
        return module

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the answer: subclasses say how.

        Raises
        ------
        NotImplementedError
            The class does not.
        """
        raise NotImplementedError(f"{type(self).__name__} has no forward: define `def forward(self, input)` in the class")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute `forward`, with the hooks around it; what is recorded belongs to this module."""
        now = mode.now
        before = now.scope
        now.scope = Call(self._reference, before)
        try:
            if self._hooks is None:
                return self.forward(*args, **kwargs)
            return self._hooks.call(self, args, kwargs)
        except (ShapeError, TypeError) as error:
            _name_layer(error, self, outermost=before is None)
            raise
        finally:
            now.scope = before

    def __getstate__(self) -> dict[str, Any]:
        state = {name: value for name, value in vars(self).items() if name != "_reference"}
        return {**state, "_buffer_names": dict(self._buffer_names)}

    # What holds for all of it

    def train(self, mode: bool = True) -> Self:
        """Set `training`, here and in all modules below; returns the module itself.

        Raises
        ------
        ValueError
            The mode is not True or False.
        """
        if not isinstance(mode, bool):
            raise ValueError(f"train: mode is True or False, got {mode!r}")
        self.training = mode
        for child in self.children():
            child.train(mode)
        return self

    def eval(self) -> Self:
        """Set `training` to False, here and in all modules below; returns the module itself."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Ask for gradients of all parameters or, with `requires_grad` False, no longer; returns the module itself."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Drop the gradients of all parameters or, with `set_to_none` False, set them to 0."""
        for parameter in self.parameters():
            if parameter.grad is not None:
                parameter.grad = None if set_to_none else zeros_like(parameter.grad)

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call `fn` with each module below, and with this one last; returns the module itself.

        Examples
        --------
        >>> import minitensor as mt
        >>> def start(module):
        ...     if isinstance(module, mt.nn.Linear):
        ...         mt.nn.init.zeros_(module.bias)
        >>> mt.nn.Sequential(mt.nn.Linear(3, 2)).apply(start)[0].bias.tolist()
        [0.0, 0.0]
        """
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def to(self, *args: Any, dtype: DTypeLike | None = None, device: Any = None, non_blocking: bool = False) -> Self:  # noqa: ARG002
        """Convert the floating parameters and buffers, and the parameters' gradients, to another dtype.

        Parameters
        ----------
        *args : dtype, device or Tensor
            In any order; of a tensor, its dtype is meant.
        dtype : dtype, optional
            A floating one.
        device : str, optional
            "cpu".
        non_blocking : bool
            Taken, and of no effect.

        Returns
        -------
        Module
            Itself: the parameters stay the same objects.

        Raises
        ------
        TypeError
            The dtype is not a floating one.
        ValueError
            The device is not the CPU.

        Examples
        --------
        >>> import minitensor as mt
        >>> mt.nn.Linear(3, 2).to(mt.float64).weight.dtype
        dtype('float64')
        """
        for argument in args:
            if isinstance(argument, Tensor):
                dtype = argument.dtype
            elif isinstance(argument, str) and not _names_dtype(argument):
                device = argument
            elif argument is not None:
                dtype = argument
        check_device(device)
        wanted = None if dtype is None else as_dtype(dtype)
        if wanted is not None:
            if wanted.kind != "f":
                raise TypeError(f"{type(self).__name__}.to: a module is of a floating dtype, got {wanted}")
            for tensor in (*self.parameters(), *self.buffers()):
                _convert(tensor, wanted)
        return self

    def cpu(self) -> Self:
        """Return itself: it is on the CPU already."""
        return self

    def cuda(self, device: Any = None) -> Self:  # noqa: ARG002 (PyTorch's)
        """Refused with a ValueError, whatever the `device` is: it is on the CPU, and stays there."""
        return self.to("cuda")

    def half(self) -> Self:
        """Convert the floating parameters and buffers to float16."""
        return self.to(dtypes.float16)

    def float(self) -> Self:
        """Convert the floating parameters and buffers to float32."""
        return self.to(dtypes.float32)

    def double(self) -> Self:
        """Convert the floating parameters and buffers to float64."""
        return self.to(dtypes.float64)

    # How it prints

    def extra_repr(self) -> str:
        """What is printed between a layer's brackets; subclasses say it."""
        return ""

    def __repr__(self) -> str:
        return represent(self, [(name, repr(child)) for name, child in self._children()])


def represent(module: Module, children: list[tuple[str, str]]) -> str:
    """A module's name with its own words and its children's lines between the brackets."""
    name, words = type(module).__name__, module.extra_repr()
    if not children and "\n" not in words:
        return f"{name}({words})"
    lines = words.split("\n") if words else []
    lines += [f"({child}): {text}".replace("\n", "\n  ") for child, text in children]
    return f"{name}(\n  " + "\n  ".join(lines) + "\n)"


def _name_layer(error: Exception, module: Module, outermost: bool) -> None:
    """Let an error that arises within a network end with the path of its layer."""
    arose_in: Module = vars(error).setdefault("layer", module)  # the innermost module comes by first
    if not outermost:
        return
    del vars(error)["layer"]
    path = next((name for name, one in module.named_modules() if one is arose_in), "")
    if path and error.args:
        error.args = (f"{error.args[0]}\n  in the layer {path!r}, {type(arose_in).__name__}", *error.args[1:])


def _convert(tensor: Tensor, dtype: Any) -> None:
    """Let a floating tensor hold its values in another dtype, and its gradient too."""
    if isinstance(tensor, Uninitialized):
        tensor.convert(dtype)
        return
    if not tensor.is_floating_point() or tensor.dtype == dtype:
        return
    gradient = tensor.grad
    tensor.data = tensor.detach().to(dtype)
    if gradient is not None:
        tensor.grad = gradient.detach().to(dtype)


def _names_dtype(word: str) -> bool:
    return word in {str(dtype) for dtype in dtypes.SUPPORTED}
