"""Primitives: the operations that know their own gradient.

A primitive is polymorphic. Given ndarrays it runs its kernel and returns an ndarray. Given a Tensor among them it does
the same, wraps the answer in a Tensor and, where a gradient is wanted, leaves a node on the tape. Its gradient is one rule
for each array argument, declared by the argument's name:

    defvjp(mul, a=lambda v, b: v * b,
                b=lambda v, a: v * a)

A rule turns v, the gradient that arrives at the result, into the gradient of its argument. **The names of a rule's
parameters are the list of what the tape keeps for it**: another argument, the result `y`, `<argument>_shape`,
`<argument>_dtype`, or one of the primitive's keyword parameters. The rules run on ndarrays or, when a gradient of the
gradient is wanted, on Tensors: they use primitives, operators and shapes only, so the same text serves both.

Where an engine has a kernel that works out several of the gradients together (see `registry.gradients`), it stands in for
the rules of a first-order gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, overload
from weakref import ref

from numpy import asarray, ndarray

from minitensor.dtypes import Array
from minitensor.grad_mode import mode
from minitensor.kernels import registry
from minitensor.kernels.registry import active
from minitensor.kernels.signature import named_by, signature_of
from minitensor.plan import Plan, Rule, plan_of, sources_of
from minitensor.tape import Edge, Node, Traced

if TYPE_CHECKING:
    from minitensor.tensor import Tensor

Label = Callable[[dict[str, Any]], str]

primitives: dict[str, Primitive] = {}


def _forget_plans() -> None:
    for one in primitives.values():
        one._plans.clear()


registry.followers.append(_forget_plans)  # another engine may have gradients that need other arrays


class Primitive:
    """An operation with a kernel and, where it has gradients, a rule for each of its array arguments.

    Parameters
    ----------
    name : str
        The name of its kernel in the registry, whose signature it has: arrays positional, parameters by keyword.
    broadcasts : bool
        Whether its arguments are broadcast together: then the tape sums each gradient back to its argument's shape.
    views : bool
        Whether its result may share memory with its first argument.
    label : callable, optional
        From the parameters to a few words for a picture of the graph; its name, where there is none.

    Attributes
    ----------
    arguments : tuple of str
        The names of its array arguments; a variadic primitive has one, for all.
    parameters : tuple of str
        The names of its keyword parameters.
    variadic : bool
        Whether it takes any number of arrays.
    rules : dict of callables
        By argument; empty where nothing is differentiable.
    formulas : dict of str
        By argument, its gradient as a formula, for pictures.

    Examples
    --------
    >>> from minitensor.ops.elementwise import mul
    >>> mul, mul.arguments, list(mul.rules)
    (<primitive mul(a, b)>, ('a', 'b'), ['a', 'b'])
    """

    def __init__(self, name: str, *, broadcasts: bool = False, views: bool = False, label: Label | None = None) -> None:
        if name in primitives:
            raise ValueError(f"a primitive named {name!r} exists already")
        kernel = registry.numpy_kernel(name)
        self.name = self.__name__ = name
        self.__doc__ = kernel.__doc__
        self.broadcasts = broadcasts
        self.views = views
        self.arguments, self.parameters, self.variadic, self.defaults = signature_of(kernel)
        self.rules: dict[str, Rule] = {}
        self.formulas: dict[str, str] = {}
        self._label = label
        self._plans: dict[int, Plan] = {}  # by the `kinds` of a call's arguments
        primitives[name] = self

    def __repr__(self) -> str:
        return f"<primitive {self.name}({', '.join((*self.arguments, *self.parameters))})>"

    def argument(self, index: int) -> str:
        """The name of the array argument at `index`."""
        return f"{self.arguments[0]}[{index}]" if self.variadic else self.arguments[index]

    def label(self, parameters: dict[str, Any]) -> str:
        """A few words for one call: the name and what matters of its parameters."""
        return self._label(parameters) if self._label is not None else self.name

    @overload
    def __call__(self, *args: Array, **parameters: Any) -> Array: ...
    @overload
    def __call__(self, *args: Tensor | Any, **parameters: Any) -> Tensor: ...

    def __call__(self, *args: Any, **parameters: Any) -> Any:
        """Compute, and record where a gradient is wanted.

        Parameters
        ----------
        *args : ndarray, Tensor or number
        **parameters
            As the kernel names them.
        """
        tensor = None
        arrays: list[Any] = []
        edges: list[Edge] = []
        kinds = 1  # and after it a digit for each argument: 0 is no tensor, 1 a tensor, 2 one that wants a gradient
        for argument in args:
            if isinstance(argument, Traced):
                tensor = argument
                edge = argument._node or (argument if argument._requires_grad else None)
                arrays.append(argument._array)
                edges.append(edge)
                kinds = 3 * kinds + (1 if edge is None else 2)
            else:
                arrays.append(argument)
                edges.append(None)
                kinds = 3 * kinds
        kernel = active[self.name]
        result = kernel(*arrays, **parameters) if parameters else kernel(*arrays)
        if tensor is not None:
            return self.answer(tensor, args, arrays, edges, kinds, parameters, result)
        return result if type(result) is ndarray else asarray(result)

    def answer(
        self,
        tensor: Traced,
        args: tuple[Any, ...],
        arrays: Sequence[Any],
        edges: Sequence[Edge],
        kinds: int,
        parameters: dict[str, Any],
        result: Any,
    ) -> Any:
        """Make the tensor of what the kernel answered, as `tensor` boxes it, with a node where it is to be recorded."""
        if type(result) is not ndarray:
            result = asarray(result)  # NumPy returns a scalar where the result has no axes
        shared = self.views and _shares(result, args[0])
        version = args[0]._version if shared else [0]
        node = None
        plan = self._plans.get(kinds) or self._planned(kinds, args, edges)
        now = mode.now
        if plan.rules and now.grad_enabled and result.dtype.kind == "f":
            if len(parameters) != len(self.parameters):
                parameters = {**self.defaults, **parameters}
            saved, versions = plan.save(args, arrays, result, version)
            node = Node(self, plan, tuple(edges), saved, versions, parameters, result, now.scope)
            for observer in now.observers:
                observer.recorded(node, args, result)
        answer = tensor._box(result, node, version)
        if shared:
            answer._view_of = args[0]._view_of or ref(args[0])
        return answer

    def _planned(self, kinds: int, args: tuple[Any, ...], edges: Sequence[Edge]) -> Plan:
        """Work out, once for arguments of these kinds, what to keep of them."""
        traced, wanted = [isinstance(argument, Traced) for argument in args], [edge is not None for edge in edges]
        self._plans[kinds] = plan = plan_of(self, traced, wanted)
        return plan


def _shares(result: Array, argument: Any) -> bool:
    if not isinstance(argument, Traced):
        return False
    base, array = result.base, argument._array
    return result is array or (base is not None and (base is array or base is array.base))


def primitive(kernel: registry.Kernel) -> Primitive:
    """Make a function of ndarrays a primitive of that name: decorate it, then give it its rules with `defvjp`.

    Defined again at the same place, as when a notebook's cell runs twice, it takes the place of the earlier one.

    Parameters
    ----------
    kernel : callable
        Takes ndarrays (positional) and parameters (keyword-only), returns one new ndarray, and leaves what it is
        given as it was.

    Raises
    ------
    TypeError
        It is no plain function.
    ValueError
        A primitive of that name exists elsewhere already, or an argument has a name that rules use otherwise.

    Examples
    --------
    >>> import minitensor as mt
    >>> @mt.autograd.primitive
    ... def cube(a):
    ...     return a * a * a
    >>> mt.autograd.defvjp(cube, a=lambda v, a: v * 3 * a * a)
    >>> x = mt.tensor([1.0, 2.0], requires_grad=True)
    >>> mt.autograd.grad(cube(x).sum(), x)
    (tensor([ 3., 12.]),)
    >>> mt.autograd.gradgradcheck(cube, x.double())
    True
    """
    signature_of(kernel)
    name = kernel.__name__
    if name in primitives and _place(registry.numpy_kernel(name)) == _place(kernel):
        forget(name)  # the same cell of a notebook, run again
    registry.add_kernel(name, kernel)
    return Primitive(name)


def forget(name: str) -> None:
    """Take a primitive out of the registry; what was recorded with it still goes backward."""
    del primitives[name]
    registry.remove_kernel(name)


def _place(kernel: Any) -> tuple[str, str]:
    return kernel.__module__, kernel.__qualname__


def defvjp(operation: Primitive, formulas: dict[str, str] | None = None, /, **rules: Rule | None) -> None:
    """Declare a primitive's gradient: for each of its array arguments a rule, or None where it has no gradient.

    Parameters
    ----------
    operation : Primitive
    formulas : dict of str, optional
        For each argument, the gradient as a formula, for pictures: {"a": "dA = dY * B"}.
    **rules
        By argument name. A rule takes v, the gradient that arrives at the result, and after it whatever it names of: the
        arguments, the result `y`, `<argument>_shape`, `<argument>_dtype`, the keyword parameters. The rule of a variadic
        primitive takes v, the position of its argument, and may name `shapes` and all the arguments.

    Raises
    ------
    TypeError
        A rule is missing, or one names something that the primitive does not have.

    Examples
    --------
    >>> import minitensor as mt
    >>> @mt.autograd.primitive
    ... def scaled(a, *, by=1.0):
    ...     return a * by
    >>> mt.autograd.defvjp(scaled, a=lambda v, by: v * by)
    >>> x = mt.ones(2, requires_grad=True)
    >>> scaled(x, by=3.0).sum().backward()
    >>> x.grad
    tensor([3., 3.])
    """
    if set(operation.arguments) != set(rules):
        raise TypeError(
            f"defvjp: {operation.name} has the arguments {operation.arguments}, rules were given for {tuple(rules)}"
        )
    for argument, rule in rules.items():
        if rule is None:
            continue
        code = getattr(rule, "__code__", None)
        if code is None or code.co_kwonlyargcount:
            raise TypeError(
                f"defvjp: the rule of {operation.name} for {argument!r} is no plain function of positional parameters"
            )
        names = named_by(rule)
        first = ("v", "position") if operation.variadic else ("v",)
        if names[: len(first)] != first:
            raise TypeError(
                f"defvjp: the rule of {operation.name} for {argument!r} begins with {', '.join(first)}, not {names}"
            )
        for name in names[len(first) :]:
            if sources_of(operation, name, 1) is None and name not in operation.parameters:
                raise TypeError(
                    f"defvjp: the rule of {operation.name} for {argument!r} asks for {name!r}, which is neither an argument "
                    f"nor a parameter: those are {', '.join((*operation.arguments, *operation.parameters))}"
                )
    operation.rules = {argument: rule for argument, rule in rules.items() if rule is not None}
    operation.formulas = dict(formulas or {})
    operation._plans.clear()
