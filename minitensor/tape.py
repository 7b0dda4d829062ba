"""The tape: what an operation leaves behind when it is recorded. `walk` goes back over it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias
from weakref import ref

from minitensor.dtypes import Array, DType

if TYPE_CHECKING:
    from minitensor.plan import Plan, Versions
    from minitensor.primitive import Primitive

next_sequence_number = itertools.count().__next__


class Traced:
    """What the tape must know of a tensor: its array, where it came from, and how often its storage was written to.

    Attributes
    ----------
    _array : ndarray
    _node : Node or None
        The operation that made it, where that was recorded.
    _requires_grad : bool
        For one that no operation made: whether gradients are to be collected here.
    _version : list of one int
        How often the storage was written to; the views of one storage share the list.
    _view_of : weak reference to a tensor, or None
        For a view: the tensor whose memory it looks at.
    """

    __slots__ = ("__weakref__", "_array", "_node", "_requires_grad", "_version", "_view_of")

    _array: Array
    _node: Node | None
    _requires_grad: bool
    _version: list[int]
    _view_of: ref[Any] | None

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return self._array.shape

    @property
    def dtype(self) -> DType:
        """What each element is: a NumPy dtype."""
        return self._array.dtype

    def _edge(self) -> Edge:
        """Where a gradient for this tensor goes: to its node, to itself where it is a leaf, or nowhere."""
        return self._node or (self if self._requires_grad else None)

    if TYPE_CHECKING:  # what Tensor adds

        @staticmethod
        def _box(array: Array, node: Node | None, version: list[int]) -> Any:
            """Make a tensor of what an operation answered."""

        def _collect(self, gradient: Any) -> None:
            """Add to the gradient that the tensor keeps."""

        def _hooked(self, gradient: Any) -> Any:
            """What a leaf's hooks make of its gradient."""


class Node:
    """One recorded operation: the `grad_fn` of its result.

    Attributes
    ----------
    primitive : Primitive
    inputs : tuple of Node, Tensor or None
        An edge for each array argument: the node that made it, the leaf itself, or None where no gradient is wanted.
    saved : sequence or None
        What the rules asked to keep, or what gets it again (see `utils.checkpoint`); None once a backward pass has freed it.
    versions : tuple of (int, list, int)
        For each saved array that a tensor looks at its position, the version cell, and what that said when it was saved.
    parameters : dict
        The operation's keyword arguments.
    shape, dtype
        Those of the result.
    sequence : int
        Larger than the inputs' numbers.
    scope : object
        The `Call` of a module that it was recorded in, or the `Derivation` that it is part of.
    hooks : dict of callables, or None
        Called with the gradient that arrives here.
    retained : weak reference or None
        To the result's tensor, where it wants its gradient kept.
    recording : object
        What `viz.record` saw of it; not set unless it watched.
    """

    __slots__ = (
        "__weakref__", "dtype", "hooks", "inputs", "parameters", "plan", "primitive", "recording",
        "retained", "saved", "scope", "sequence", "shape", "versions",
    )  # fmt: skip

    recording: Any

    def __init__(
        self,
        primitive: Primitive,
        plan: Plan,
        inputs: tuple[Edge, ...],
        saved: tuple[Any, ...],
        versions: Versions,
        parameters: dict[str, Any],
        result: Array,
        scope: Any,
    ) -> None:
        self.primitive = primitive
        self.plan = plan
        self.inputs = inputs
        self.saved: Sequence[Any] | None = saved
        self.versions = versions
        self.parameters = parameters
        self.shape: tuple[int, ...] = result.shape
        self.dtype: DType = result.dtype
        self.sequence = next_sequence_number()
        self.scope = scope
        self.hooks: dict[int, Callable[[Any], Any]] | None = None
        self.retained: ref[Any] | None = None

    @property
    def name(self) -> str:
        """The operation's name."""
        return self.primitive.name

    @property
    def forward(self) -> Node | None:
        """The forward node that this one belongs to, where it was recorded while a gradient was worked out."""
        return self.scope.node if isinstance(self.scope, Derivation) else None

    @property
    def next_functions(self) -> tuple[tuple[Node | AccumulateGrad | None, int], ...]:
        """What `inputs` lead to, as PyTorch shows it: each with the number of its result, which is 0; a leaf as a node."""
        return tuple([(AccumulateGrad(edge) if isinstance(edge, Traced) else edge, 0) for edge in self.inputs])

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def check_saved(self) -> None:
        """Refuse a backward pass for which what was kept is gone or changed."""
        if self.saved is None:
            raise RuntimeError(
                f"backward through {self.name} a second time: what it kept was freed by the first pass. "
                "Pass retain_graph=True to the first backward, or compute the forward pass again"
            )
        for _, cell, version in self.versions:
            if cell[0] != version:
                raise RuntimeError(
                    f"backward through {self.name}: an array of shape {self.shape} or one of its inputs was needed for the "
                    f"gradient and has been written to in place since (version {cell[0]}, kept at version {version}). "
                    "Write to a clone(), or use the form that makes a new tensor"
                )


Edge: TypeAlias = Node | Traced | None


class AccumulateGrad:
    """Where a walk along `next_functions` ends: at a leaf, which collects its gradient. As PyTorch's node of this name.

    Attributes
    ----------
    variable : Tensor
        The leaf; two of these are equal if they have the same one.
    """

    __slots__ = ("variable",)

    name = "AccumulateGrad"
    next_functions: tuple[Any, ...] = ()

    def __init__(self, variable: Traced) -> None:
        self.variable = variable

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AccumulateGrad) and other.variable is self.variable

    def __hash__(self) -> int:
        return id(self.variable)

    def __repr__(self) -> str:
        return "<AccumulateGrad>"


class Call:
    """One call of a module: what is recorded while it lasts belongs to it.

    Attributes
    ----------
    module : weak reference to Module
    around : Call, Derivation or None
        What the call is a part of.
    """

    __slots__ = ("around", "module")

    def __init__(self, module: ref[Any], around: Any) -> None:
        self.module = module
        self.around = around


class Derivation(NamedTuple):
    """What an operation belongs to that is recorded while a gradient is worked out.

    Attributes
    ----------
    node : Node
        The forward node whose gradient it is.
    argument : int or None
        Which argument of that node it is the gradient of; None where it is of all, as in a Function's backward.
    part : str
        "rule": what the argument's rule does. "sum": adding to what has arrived at the argument, or at the node itself,
        before. "hook": what the node's hooks do to the gradient that arrives.
    """

    node: Node
    argument: int | None
    part: Literal["rule", "sum", "hook"]


class _Adjust:
    """The differentiable operations that bring a gradient to its input's shape and dtype; `ops` hands them in."""

    sum_to: Callable[..., Any]
    cast: Callable[..., Any]


adjust = _Adjust()
