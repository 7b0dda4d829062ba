"""What +, *, == and the like mean between a Tensor and another Tensor, an ndarray or a number.

For anything else an operator returns NotImplemented, as Python wants it, so that the other side is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import asarray

from minitensor import functions
from minitensor.kernels.quiet import silence
from minitensor.kernels.registry import active
from minitensor.ops import elementwise as ops
from minitensor.primitive import Primitive
from minitensor.tape import Traced

if TYPE_CHECKING:
    from minitensor.tensor.core import Tensor

Operator = Callable[["Tensor", Any], "Tensor"]
OPERANDS = (float, int, Traced, np.ndarray, np.generic)


def binary(primitive: Primitive) -> Operator:
    """The operator that has the tensor on its left: what calling the primitive does, without a loop over the arguments."""
    name, answer = primitive.name, primitive.answer
    converts = primitive is not ops.pow  # whose rule is a shorter one for a number

    def operator(self: Tensor, other: Any) -> Any:
        first, second, right = self._array, other, None
        left = self._node or (self if self._requires_grad else None)
        kinds = 12 if left is None else 15  # in base 3, as in a call of the primitive: 110 or 120
        if type(other) is float:
            if converts and first.dtype.kind == "f":
                second = silence().run(asarray, other, first.dtype)  # here, so that the gradient has no need to
        elif isinstance(other, Traced):
            second = other._array
            right = other._node or (other if other._requires_grad else None)
            kinds += 1 if right is None else 2
        elif not isinstance(other, OPERANDS):
            return NotImplemented
        result = active[name](first, second)
        return answer(self, (self, other), (first, second), (left, right), kinds, {}, result)

    return operator


def reflected(primitive: Primitive) -> Operator:
    """The operator that has the tensor on its right."""

    def operator(self: Tensor, other: Any) -> Tensor:
        return primitive(other, self) if isinstance(other, OPERANDS) else NotImplemented

    return operator


def both(primitive: Primitive) -> tuple[Operator, Operator]:
    """An operator and its reflection: __add__ and __radd__."""
    return binary(primitive), reflected(primitive)


def unary(primitive: Primitive) -> Callable[[Tensor], Tensor]:
    """The operator in front of a tensor."""

    def operator(self: Tensor) -> Tensor:
        return primitive(self)

    return operator


def pos(self: Tensor) -> Tensor:
    """The tensor itself."""
    return self


def matmul(self: Tensor, other: Any) -> Tensor:
    """The matrix product self @ other."""
    return functions.linalg.matmul(self, other) if isinstance(other, (Traced, np.ndarray)) else NotImplemented  # type: ignore[arg-type]


def rmatmul(self: Tensor, other: Any) -> Tensor:
    """The matrix product other @ self."""
    return functions.linalg.matmul(other, self) if isinstance(other, np.ndarray) else NotImplemented  # type: ignore[arg-type]
