"""Operations with one backward for all their arguments: PyTorch's `autograd.Function`.

A primitive has a rule for each argument, which names what it needs (see `primitive`). A Function has one `backward`, which
finds what `forward` left in their context. On the tape each is one node.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from itertools import accumulate
from math import prod
from typing import Any
from weakref import ref

from minitensor.functions.shape import cat
from minitensor.grad_mode import mode, no_grad
from minitensor.kernels.signature import named_by, undecorated
from minitensor.plan import Plan, Versions
from minitensor.primitive import Primitive
from minitensor.tape import Derivation, Node
from minitensor.tensor import Tensor


class FunctionCtx:
    """What a Function's `forward` leaves to its `backward`: tensors that it saves, and attributes of any name.

    Attributes
    ----------
    needs_input_grad : tuple of bool
        For each argument of `apply`, whether a gradient is wanted for it.
    saved_tensors : tuple of Tensor or None
        In `backward`, what `forward` gave to `save_for_backward`.
    """

    saved_tensors: tuple[Tensor | None, ...] = ()
    _to_save: tuple[Tensor | None, ...] = ()
    _constant: tuple[Any, ...] = ()

    def __init__(self, needs_input_grad: tuple[bool, ...]) -> None:
        self.needs_input_grad = needs_input_grad

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keep these `tensors`: arguments, results, and what was worked out on the way, which counts as a constant."""
        for one in tensors:
            if not (one is None or isinstance(one, Tensor)):
                kind = type(one).__name__
                raise TypeError(f"save_for_backward: expected tensors or None, got {kind}: make it an attribute of ctx")
        self._to_save = tensors

    def mark_non_differentiable(self, *args: Tensor) -> None:
        """Say which results, `args`, have no gradient: `backward` gets None for them, as for what is not of floats."""
        self._constant = args

    def set_materialize_grads(self, value: bool) -> None:
        """Of no effect, whatever the `value`: for a result that nothing depends on, `backward` gets zeros."""


class Function:
    """An operation with a backward of one's own: subclass it, and call the subclass's `apply`. As PyTorch's.

    What `forward` gives to `ctx.save_for_backward` is kept on the tape until `backward` finds it in `ctx.saved_tensors`.
    Gradients of higher order follow where `backward` computes with Tensors. `primitive` is the way to make an operation of
    ndarrays, with a rule for each argument.

    Examples
    --------
    >>> import minitensor as mt
    >>> class Exp(mt.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         y = x.exp()
    ...         ctx.save_for_backward(y)
    ...         return y
    ...     @staticmethod
    ...     def backward(ctx, grad_output):
    ...         (y,) = ctx.saved_tensors
    ...         return grad_output * y
    >>> x = mt.tensor([0.0, 1.0], dtype=mt.float64, requires_grad=True)
    >>> Exp.apply(x)
    tensor([1.0000, 2.7183], dtype=float64, grad_fn=<Exp>)
    >>> mt.autograd.gradcheck(Exp.apply, x), mt.autograd.gradgradcheck(Exp.apply, x)
    (True, True)
    """

    def __init__(self) -> None:
        name = type(self).__name__
        raise TypeError(f"{name}: a Function is not made, its methods are static: call {name}.apply(...)")

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """Compute the results from `args`: ctx and the arguments, or these alone where there is a `setup_context`.

        Nothing is recorded meanwhile. `kwargs` are never given.
        """
        raise NotImplementedError("a Function has a static method forward(ctx, ...), which its subclass writes")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        """Fill `ctx` from the `inputs` and the `output` of `forward`, where a subclass does that apart from it."""
        raise NotImplementedError("setup_context(ctx, inputs, output) is what a subclass writes")

    @staticmethod
    def backward(*args: Any, **kwargs: Any) -> Any:
        """Turn `args`, ctx and a gradient for each result, into one for each argument of `apply`; None where there is none.

        `kwargs` are never given.
        """
        raise NotImplementedError("a Function has a static method backward(ctx, ...), which its subclass writes")

    @classmethod
    def apply(cls, *args: Any) -> Any:
        """Compute `forward` of `args`, and record it where a gradient is wanted for one of them."""
        context = FunctionCtx(tuple([isinstance(one, Tensor) and one.requires_grad for one in args]))
        with no_grad():
            if cls.setup_context is Function.setup_context:
                output = cls.forward(context, *args)
            else:
                output = cls.forward(*args)
                cls.setup_context(context, args, output)
        if not (mode.grad_enabled and any(context.needs_input_grad)):
            return output
        answers = _Call(cls, context, args).record(args, output if isinstance(output, tuple) else (output,))
        return answers if isinstance(output, tuple) else answers[0]


class _Call(Primitive):
    """One call of a Function: what its node has in the place of a primitive. It is the node that holds tensors, not this.

    Attributes
    ----------
    places : list of int
        Where tensors stand among the arguments.
    likes : dict of (shape, dtype)
        Of each result that has a gradient, by its number among the outputs.
    cut : list of int or None
        For each tensor that is kept, which of these results it is.
    held : list of str
        The attributes of the context that are results; they are kept last.
    """

    def __init__(self, function: type[Function], context: FunctionCtx, args: tuple[Any, ...]) -> None:
        named = named_by(undecorated(function.forward))[function.setup_context is Function.setup_context :]  # without ctx
        names = [*named, *(f"argument {place}" for place in range(len(named), len(args)))]
        self.function, self.context, self.count = function, context, len(args)
        self.places = [place for place, one in enumerate(args) if isinstance(one, Tensor)]
        self.name = self.__name__ = function.__name__
        self.arguments = tuple([names[place] for place in self.places])
        self.parameters, self.rules, self.formulas, self._label = (), {}, {}, None
        self.broadcasts, self.views, self.variadic = False, False, False

    def record(self, args: tuple[Any, ...], outputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """What `forward` returned, with a node behind the results that have a gradient."""
        constant, self.context._constant = self.context._constant, ()
        found = {
            number: one
            for number, one in enumerate(outputs)
            if isinstance(one, Tensor) and one.is_floating_point() and _place(one, constant) is None
        }
        if not found:
            return outputs
        self.outputs, self.likes = len(outputs), {number: (one.shape, one.dtype) for number, one in found.items()}
        tensors, results = [args[place] for place in self.places], list(found.values())
        with no_grad():  # a node has one result: several are joined end to end
            whole = results[0] if len(results) == 1 else cat([one.reshape(-1) for one in results])
        plan, saved, versions = self._keep(tensors, results, whole)
        edges = tuple([one._edge() for one in tensors])
        node = Node(self, plan, edges, saved, versions, {}, whole._array, mode.scope)
        for observer in mode.observers:
            observer.recorded(node, tuple(tensors), whole._array)
        answer = Tensor._box(whole._array, node, whole._version)
        answer._view_of = whole._view_of if _place(whole, tensors) is None else ref(whole)
        parts = dict(zip(found, self._parts(answer), strict=True))
        return tuple([parts.get(number, one) for number, one in enumerate(outputs)])

    def _keep(self, tensors: list[Tensor], results: list[Tensor], whole: Tensor) -> tuple[Plan, tuple[Any, ...], Versions]:
        """The plan of the way back, what is kept for it (arrays; of constants, the tensors), and the versions of that."""
        held = {name: one for name, one in vars(self.context).items() if _place(one, results) is not None}
        kept, self.held = (*self.context._to_save, *held.values()), list(held)
        self.context._to_save = ()
        sources = [(_place(one, tensors), _place(one, results)) for one in kept]
        self.cut = [result if argument is None else None for argument, result in sources]
        owners = [one if result is None else whole for one, result in zip(kept, self.cut, strict=True)]
        arrays = {position: source[0] for position, source in enumerate(sources) if source != (None, None)}
        saved = tuple([one._array if position in arrays else one for position, one in enumerate(owners)])
        versions = tuple([(place, one._version, one._version[0]) for place, one in enumerate(owners) if one is not None])
        rules = tuple([(index, self.function.backward) for index, one in enumerate(tensors) if one.requires_grad])
        plan = Plan((), tuple(arrays.items()), lambda *_: ((), ()), rules, fused=self.gradients)
        return plan, saved, versions

    def _parts(self, whole: Tensor) -> list[Tensor]:
        """The results that are joined in `whole`, or their gradients."""
        if len(self.likes) == 1:
            return [whole]
        likes = self.likes.values()
        ends = accumulate(prod(shape) for shape, _ in likes)
        return [whole[e - prod(shape) : e].reshape(shape).to(dtype) for e, (shape, dtype) in zip(ends, likes, strict=True)]

    def gradients(
        self, node: Node, gradient: Any, saved: Sequence[Any], _wanted: Any, create_graph: bool
    ) -> tuple[Any, ...]:
        """What `backward` answers, for each of the tensors that were given: see `Plan.fused`."""
        if create_graph:
            mode.scope = Derivation(node, None, "rule")
        kept: list[Any] = [one if one is None else _boxed(one) for one in saved]
        kept = [one if result is None else self._parts(one)[result] for one, result in zip(kept, self.cut, strict=True)]
        context = copy.copy(self.context)  # a walk in another thread has its own
        context.saved_tensors = tuple(kept[: len(kept) - len(self.held)])
        vars(context).update(zip(reversed(self.held), reversed(kept), strict=False))
        arrived = dict(zip(self.likes, self._parts(_boxed(gradient)), strict=True))
        answer = self.function.backward(context, *[arrived.get(number) for number in range(self.outputs)])
        answers = answer if isinstance(answer, tuple) else (answer,)
        if len(answers) < self.count or any(one is not None for one in answers[self.count :]):
            raise RuntimeError(
                f"{self.name}.backward returned {len(answers)} gradients for {self.count} arguments: return one for each, "
                "None where there is none"
            )
        chosen = [None if edge is None else answers[place] for place, edge in zip(self.places, node.inputs, strict=True)]
        for argument, one in zip(self.arguments, chosen, strict=True):
            if not (one is None or isinstance(one, Tensor)):
                kind = type(one).__name__
                raise TypeError(f"{self.name}.backward returned a {kind} for {argument!r}: expected a tensor or None")
        return tuple([one if one is None or create_graph else one._array for one in chosen])


def _place(one: Any, among: Sequence[Any]) -> int | None:
    """Where this very object stands, or None."""
    return next((place for place, other in enumerate(among) if other is one), None)


def _boxed(value: Any) -> Tensor:
    return value if isinstance(value, Tensor) else Tensor._box(value, None, [0])
