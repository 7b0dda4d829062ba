"""The Tensor: an array that remembers where it came from."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minitensor.device import CPU, device
from minitensor.dtypes import Array, get_default_dtype
from minitensor.errors import ShapeError
from minitensor.functions.arguments import axis_of
from minitensor.grad_mode import mode
from minitensor.ops.elementwise import clone
from minitensor.tape import Node, Traced
from minitensor.tensor import gradients
from minitensor.tensor.data import as_array
from minitensor.tensor.methods import Methods
from minitensor.walk import run_hooks

new = object.__new__


class Tensor(Methods, Traced):
    """An n-dimensional array that records what is computed from it, so that gradients can be worked out.

    `mt.tensor(data)` is the way to make one: it keeps an ndarray's dtype. `mt.Tensor(data)` converts to the default dtype.

    Parameters
    ----------
    data : array_like, optional
        Numbers, nested lists of numbers, an ndarray or a Tensor; copied.
    *sizes : int
        Refused: an empty tensor of these sizes is `mt.empty(*sizes)`.
    dtype : dtype, optional
        The default dtype, unless given.
    requires_grad : bool
        Whether gradients are wanted for it.

    Raises
    ------
    TypeError
        Sizes are given instead of data.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> loss = (x * x).sum()
    >>> loss.backward()
    >>> x.grad
    tensor([2., 4., 6.])

    What it is:

    >>> x.shape, x.dtype, x.device
    ((3,), dtype('float32'), device(type='cpu'))
    >>> x.ndim, x.dim(), x.size(), x.size(0), x.numel()
    (1, 1, (3,), 3, 3)
    >>> x.element_size(), x.nbytes, x.is_floating_point()
    (4, 12, True)

    What the tape knows of it:

    >>> x.requires_grad, x.is_leaf, x.grad_fn
    (True, True, None)
    >>> loss.requires_grad, loss.is_leaf, loss.grad_fn
    (True, False, <sum>)
    >>> x.detach(), x.data
    (tensor([1., 2., 3.]), tensor([1., 2., 3.]))
    >>> mt.zeros(2).requires_grad_()
    tensor([0., 0.], requires_grad=True)
    """

    __slots__ = ("_grad", "_hooks")

    _grad: Tensor | None
    _hooks: dict[int, Callable[[Any], Any]] | None

    def __init__(self, data: Any = (), *sizes: int, dtype: DTypeLike | None = None, requires_grad: bool = False) -> None:
        if sizes or isinstance(data, int):
            wanted = ", ".join(map(str, (data, *sizes)))
            raise TypeError(
                f"mt.Tensor({wanted}): expected the data of a tensor. For one of this shape write mt.zeros({wanted}) or "
                f"mt.empty({wanted}); for these numbers write mt.tensor([{wanted}])"
            )
        self._start(as_array(data, get_default_dtype() if dtype is None else dtype), None, [0])
        if requires_grad:
            self.requires_grad = True

    def _start(self, array: Array, node: Node | None, version: list[int]) -> None:
        """Fill all the slots: every tensor begins here."""
        self._array = array
        self._node = node
        self._version = version
        self._view_of = None
        self._requires_grad = False
        self._grad = None
        self._hooks = None

    @staticmethod
    def _box(array: Array, node: Node | None, version: list[int]) -> Tensor:
        tensor = new(Tensor)  # as `_start`, which would take as long again
        tensor._array = array
        tensor._node = node
        tensor._version = version
        tensor._view_of = tensor._grad = tensor._hooks = None
        tensor._requires_grad = False
        return tensor

    # What it is

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return self._array.ndim

    def size(self, dim: int | None = None) -> Any:
        """The length of each axis, or of the axis `dim`."""
        if dim is None:
            return self._array.shape
        if self._array.ndim == 0:
            raise IndexError(f"size: dim {dim} is out of range: the tensor has no axes")
        return self._array.shape[axis_of(dim, self._array.ndim, "size")]

    def dim(self) -> int:
        """How many axes there are."""
        return self._array.ndim

    def numel(self) -> int:
        """How many elements there are."""
        return self._array.size

    nelement, ndimension = numel, dim  # PyTorch's other names

    def element_size(self) -> int:
        """The bytes of one element."""
        return self._array.itemsize

    @property
    def nbytes(self) -> int:
        """The bytes of all elements."""
        return self._array.nbytes

    @property
    def device(self) -> device:
        """Where it is: on the CPU."""
        return CPU

    is_cpu, is_cuda, is_mps = True, False, False

    def is_floating_point(self) -> bool:
        """Whether its elements are floating-point numbers."""
        return self._array.dtype.kind == "f"

    # What the tape knows of it

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow here: it was asked for, or it was computed from something that asked."""
        return self._requires_grad or self._node is not None

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        if wanted and self._array.dtype.kind != "f":
            raise RuntimeError(
                f"requires_grad: only floating-point tensors have gradients, this one is {self.dtype}: "
                "convert it with .float()"
            )
        if self._node is not None:
            if not wanted:
                raise RuntimeError(
                    f"requires_grad: this tensor is the result of {self._node.name}, and follows what it was computed from. "
                    "Use .detach() for one that does not"
                )
            return
        self._requires_grad = bool(wanted)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Ask for a gradient or, with `requires_grad` False, no longer; returns the tensor itself."""
        self.requires_grad = requires_grad
        return self

    @property
    def grad_fn(self) -> Node | None:
        """The recorded operation that made it; None for a leaf."""
        return self._node

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made it: then `backward` leaves its gradient in `grad`."""
        return self._node is None

    @property
    def grad(self) -> Tensor | None:
        """The gradient that has been collected here; None before there is one."""
        return self._grad

    @grad.setter
    def grad(self, gradient: Tensor | None) -> None:
        if gradient is not None:
            if not isinstance(gradient, Tensor):
                raise TypeError(f"grad: expected a tensor or None, got {type(gradient).__name__}")
            if gradient.shape != self.shape or gradient.dtype != self.dtype:
                raise ShapeError(
                    f"grad: the gradient is {gradient.dtype} of shape {gradient.shape}, "
                    f"the tensor {self.dtype} of shape {self.shape}"
                )
        self._grad = gradient

    def backward(
        self,
        gradient: Tensor | None = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Sequence[Tensor] | None = None,
    ) -> None:
        """Work out the gradient of this tensor and add it to the `grad` of each leaf that it was computed from.

        Parameters
        ----------
        gradient : Tensor, optional
            Where to begin, of this tensor's shape; 1 for a scalar.
        retain_graph : bool, optional
            Keep what was saved, so that backward can run again; as `create_graph`, unless given.
        create_graph : bool
            Record the gradient's own operations, for gradients of a higher order.
        inputs : sequence of Tensor, optional
            Collect gradients in these alone.

        Raises
        ------
        RuntimeError
            There is nothing to differentiate, the graph was freed, or an array that is needed was written to since.
        ShapeError
            `gradient` has another shape.

        Examples
        --------
        >>> import minitensor as mt
        >>> w = mt.tensor([3.0], requires_grad=True)
        >>> (w ** 2).backward()
        >>> w.grad
        tensor([6.])
        """
        gradients.backward([self], [gradient], retain_graph=retain_graph, create_graph=create_graph, inputs=inputs)

    def _collect(self, gradient: Tensor) -> None:
        """Keep a gradient in memory of its own, or as it is where it was recorded."""
        self._grad = _own(gradient) if self._grad is None else self._grad + gradient

    def _hooked(self, gradient: Tensor) -> Tensor:
        shown: Tensor = run_hooks(self._hooks, _own(gradient)) if self._hooks else gradient
        return shown

    def detach(self) -> Tensor:
        """The same memory without its history: nothing flows back through it."""
        bare = self._box(self._array, None, self._version)
        bare._view_of = self._view_of or weakref.ref(self)
        return bare

    @property
    def data(self) -> Tensor:
        """The same memory without its history; what is assigned to it takes the memory's place."""
        return self.detach()

    @data.setter
    def data(self, value: Tensor) -> None:
        if not isinstance(value, Tensor):
            raise TypeError(f"data: expected a tensor, got {type(value).__name__}")
        if self.requires_grad and value.dtype.kind != "f":
            raise TypeError(f"data: this tensor requires grad, and {value.dtype} has no gradients: convert it with .float()")
        self._version[0] += 1  # what was kept of the old memory is no longer this tensor's
        self._array = value._array
        self._version = value._version

    # What Python asks of an object

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if self._array.ndim == 0 else format(repr(self), spec)

    def __len__(self) -> int:
        if self._array.ndim == 0:
            raise TypeError("a tensor without axes has no length")
        return int(self._array.shape[0])

    def __iter__(self) -> Iterator[Tensor]:
        if self._array.ndim == 0:
            raise TypeError("a tensor without axes cannot be iterated over")
        return iter(self.unbind(0))

    def __contains__(self, value: Any) -> bool:
        return bool((self._array == (value._array if isinstance(value, Traced) else value)).any())

    def __bool__(self) -> bool:
        if self._array.size != 1:
            raise ValueError(
                f"the truth of a tensor of shape {self.shape} is not one value: "
                "ask for .any() or .all(), or compare with `is`"
            )
        return bool(self._array.item())

    def __int__(self) -> int:
        return int(self.item())

    def __float__(self) -> float:
        return float(self.item())

    def __index__(self) -> int:
        if self._array.size != 1 or self._array.dtype.kind not in "iu":
            raise TypeError(
                f"only an integer tensor of one element is an index, this one is {self.dtype} of shape {self.shape}"
            )
        return int(self._array.item())


def _own(gradient: Tensor) -> Tensor:
    """A gradient in memory that nobody else holds, recorded where gradients are."""
    if mode.grad_enabled and gradient.requires_grad:
        return clone(gradient)
    return Tensor._box(np.array(gradient._array), None, [0])
