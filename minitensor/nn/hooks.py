"""Hooks: functions that are called before and after a module's forward pass, and when a gradient has come through it."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from minitensor.ops.shape import alias
from minitensor.tensor import RemovableHandle, Tensor

if TYPE_CHECKING:
    from minitensor.nn.module import Module

Table: TypeAlias = "OrderedDict[int, tuple[Callable[..., Any], bool]]"  # each hook, and whether it takes the keywords too
Gradients: TypeAlias = "tuple[Tensor | None, ...]"


class Hooks:
    """The hooks of one module, in the order in which they are called."""

    def __init__(self) -> None:
        self.forward_pre: Table = OrderedDict()
        self.forward: Table = OrderedDict()
        self.full_backward: Table = OrderedDict()

    def call(self, module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run the module's forward pass, with the hooks around it."""
        for hook, with_kwargs in list(self.forward_pre.values()):
            if with_kwargs:
                answer = hook(module, args, kwargs)
                if answer is not None:
                    args, kwargs = _arguments(answer)
            else:
                answer = hook(module, args)
                if answer is not None:
                    args = answer if isinstance(answer, tuple) else (answer,)
        if not self.full_backward:
            return self._after(module, args, kwargs, module.forward(*args, **kwargs))
        passage = _Passage(module, [hook for hook, _ in self.full_backward.values()])
        args = passage.enter(args)
        return passage.leave(self._after(module, args, kwargs, module.forward(*args, **kwargs)))

    def _after(self, module: Module, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> Any:
        for hook, with_kwargs in list(self.forward.values()):
            answer = hook(module, args, kwargs, output) if with_kwargs else hook(module, args, output)
            output = output if answer is None else answer
        return output


class Hookable:
    """The registering of hooks, as a module's methods."""

    _hooks: Hooks | None = None

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, args)` before each forward pass; the arguments that it answers, if it does, are used instead.

        Parameters
        ----------
        hook : callable
            Returns None, one argument, or a tuple of them.
        prepend : bool
            Whether it is called before the hooks that are there already.
        with_kwargs : bool
            Whether it is called as `hook(module, args, kwargs)` and returns None or (args, kwargs).

        Returns
        -------
        RemovableHandle
            Its `remove()` takes the hook away.

        Examples
        --------
        >>> import minitensor as mt
        >>> layer = mt.nn.Identity()
        >>> handle = layer.register_forward_pre_hook(lambda module, args: args[0] + 1)
        >>> layer(mt.zeros(2))
        tensor([1., 1.])
        """
        return _registered(self._own_hooks().forward_pre, hook, prepend, with_kwargs)

    def register_forward_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, args, output)` after each forward pass; what it answers, if it does, is the output instead.

        Parameters
        ----------
        hook : callable
        prepend : bool
            Whether it is called before the hooks that are there already.
        with_kwargs : bool
            Whether it is called as `hook(module, args, kwargs, output)`.

        Returns
        -------
        RemovableHandle
            Its `remove()` takes the hook away.

        Examples
        --------
        >>> import minitensor as mt
        >>> layer = mt.nn.Linear(3, 4)
        >>> handle = layer.register_forward_hook(lambda module, args, output: print(args[0].shape, output.shape))
        >>> answer = layer(mt.zeros(2, 3))
        (2, 3) (2, 4)
        >>> handle.remove()
        """
        return _registered(self._own_hooks().forward, hook, prepend, with_kwargs)

    def register_full_backward_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` when the gradients of the module's inputs are worked out.

        Both are tuples with an entry for each positional argument and for each output: None for what is no tensor, and where
        no gradient arrives. Where no input requires grad, it is called as soon as the outputs' gradients are there.

        Parameters
        ----------
        hook : callable
            The gradients that it answers, if it does, are passed on instead of grad_input.
        prepend : bool
            Whether it is called before the hooks that are there already.

        Returns
        -------
        RemovableHandle
            Its `remove()` takes the hook away.

        Examples
        --------
        >>> import minitensor as mt
        >>> layer = mt.nn.ReLU()
        >>> handle = layer.register_full_backward_hook(lambda module, grad_input, grad_output: print(grad_input))
        >>> layer(mt.tensor([-1.0, 2.0], requires_grad=True)).sum().backward()
        (tensor([0., 1.]),)
        """
        return _registered(self._own_hooks().full_backward, hook, prepend, False)

    def _own_hooks(self) -> Hooks:
        if self._hooks is None:
            self._hooks = Hooks()
        return self._hooks


class _Passage:
    """One forward pass whose gradients are to be shown to hooks.

    Each tensor that goes in or out passes two aliases. The tape is walked back from the latest node to the first, so the
    second aliases of all have shown what arrives at them before the first alias of any is reached: there, all gradients
    are known, and the hooks are called. A gradient that reaches the inputs and has not come through the outputs, as the
    second derivative's does, is not shown.
    """

    def __init__(self, module: Module, hooks: list[Callable[..., Any]]) -> None:
        self.module = module
        self.hooks = hooks
        self.grad_input: list[Tensor | None] = []
        self.grad_output: list[Tensor | None] = []
        self.answer: Gradients | None = None
        self.input_wanted = False

    def enter(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Let the inputs pass."""
        self.input_wanted = any(isinstance(value, Tensor) and value.requires_grad for value in args)
        self.grad_input = [None] * len(args)
        return _through(args, self._at_input, self._keep_input)

    def leave(self, output: Any) -> Any:
        """Let the outputs pass."""
        if not isinstance(output, (Tensor, tuple)):
            name = type(self.module).__name__
            warnings.warn(
                f"{name}: a full backward hook is for outputs that are a tensor or a tuple of them; this one is a "
                f"{type(output).__name__}, and the hook is not called",
                stacklevel=4,
            )
            return output
        outputs = output if isinstance(output, tuple) else (output,)
        self.grad_output = [None] * len(outputs)
        passed = _through(outputs, self._at_output, self._keep_output)
        return passed if isinstance(output, tuple) else passed[0]

    def _keep_output(self, place: int, gradient: Tensor) -> None:
        self._begin()
        self.grad_output[place] = gradient

    def _at_output(self, _place: int, _gradient: Tensor) -> None:
        if not self.input_wanted and self.answer is None:
            self._call()

    def _keep_input(self, place: int, gradient: Tensor) -> None:
        self._begin()
        self.grad_input[place] = gradient

    def _at_input(self, place: int, _gradient: Tensor) -> Tensor | None:
        if self.answer is None and any(gradient is not None for gradient in self.grad_output):
            self._call()
        return None if self.answer is None else self.answer[place]

    def _begin(self) -> None:
        """Forget an earlier walk over the same graph, whose gradients the hooks have seen."""
        if self.answer is not None:
            self.answer = None
            self.grad_input = [None] * len(self.grad_input)
            self.grad_output = [None] * len(self.grad_output)

    def _call(self) -> None:
        gradients: Gradients = tuple(self.grad_input)
        for hook in self.hooks:
            answer = hook(self.module, gradients, tuple(self.grad_output))
            if answer is not None:
                gradients = self._checked(answer, len(gradients))
        self.answer = gradients

    def _checked(self, answer: Any, count: int) -> Gradients:
        name = type(self.module).__name__
        gradients = answer if isinstance(answer, tuple) else (answer,)
        if len(gradients) != count:
            raise RuntimeError(f"full backward hook of {name}: it answered {len(gradients)} gradients for {count} inputs")
        if not self.input_wanted and any(gradient is not None for gradient in gradients):
            raise RuntimeError(
                f"full backward hook of {name}: it returned a gradient, and no input requires one: answer None"
            )
        return gradients


def _through(
    values: tuple[Any, ...], first: Callable[[int, Tensor], Any], second: Callable[[int, Tensor], Any]
) -> tuple[Any, ...]:
    """Lead the tensors through two aliases each: all first ones, then all second ones, with a hook on every alias."""
    for watch in (first, second):
        values = tuple(_watched(value, place, watch) for place, value in enumerate(values))
    return values


def _watched(value: Any, place: int, watch: Callable[[int, Tensor], Any]) -> Any:
    if not isinstance(value, Tensor):
        return value
    passed = alias(value)
    if passed.requires_grad:
        passed.register_hook(lambda gradient: watch(place, gradient))
    return passed


def _arguments(answer: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if not (isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[1], dict)):
        raise RuntimeError(f"forward pre-hook with kwargs: it returns None or (args, kwargs), got a {type(answer).__name__}")
    args, kwargs = answer
    return args if isinstance(args, tuple) else (args,), kwargs


def _registered(table: Table, hook: Callable[..., Any], prepend: bool, with_kwargs: bool) -> RemovableHandle:
    if not callable(hook):
        raise TypeError(f"a hook is a function, got {type(hook).__name__}")
    handle = RemovableHandle(table, (hook, with_kwargs))
    if prepend:
        table.move_to_end(next(reversed(table)), last=False)
    return handle
