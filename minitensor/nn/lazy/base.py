"""What all lazy layers are."""

from __future__ import annotations

from typing import Any, ClassVar

from minitensor.nn.module import Module
from minitensor.nn.uninitialized import Uninitialized
from minitensor.tensor import Tensor


class Lazy(Module):
    """A layer that learns its sizes from its first input."""

    cls_to_become: ClassVar[type[Module]]

    def forward(self, input: Tensor, *args: Any, **kwargs: Any) -> Any:
        """Learn the sizes from the input, become a plain layer, and compute."""
        self.initialize_parameters(input)
        self.__class__ = self.cls_to_become  # type: ignore[assignment]
        return self.forward(input, *args, **kwargs)

    def initialize_parameters(self, input: Tensor) -> None:
        """Give the parameters and buffers that have no shape yet that which `input` asks for, and draw them."""
        raise NotImplementedError(f"{type(self).__name__}: a lazy layer defines initialize_parameters(input)")

    def has_uninitialized_params(self) -> bool:
        """Whether a parameter or buffer has no shape yet."""
        own = (*self.parameters(recurse=False), *self.buffers(recurse=False))
        return any(isinstance(tensor, Uninitialized) for tensor in own)

    def _materialize(self, **shapes: tuple[int, ...]) -> None:
        """Give shapes to those of the named parameters and buffers that are there and have none."""
        for name, shape in shapes.items():
            held = getattr(self, name)
            if isinstance(held, Uninitialized):
                held.materialize(shape)
