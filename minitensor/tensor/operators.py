"""What +, *, == and the like mean between a Tensor and another Tensor, an ndarray or a number.

For anything else an operator returns NotImplemented, as Python wants it, so that the other side is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.functions import linalg
from minitensor.primitive import Primitive
from minitensor.tape import Traced

if TYPE_CHECKING:
    from minitensor.tensor.core import Tensor

Operator = Callable[["Tensor", Any], "Tensor"]
OPERANDS = (Traced, int, float, np.ndarray, np.generic)


def binary(primitive: Primitive) -> Operator:
    """The operator that has the tensor on its left."""

    def operator(self: Tensor, other: Any) -> Tensor:
        return primitive(self, other) if isinstance(other, OPERANDS) else NotImplemented

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
    return linalg.matmul(self, other) if isinstance(other, (Traced, np.ndarray)) else NotImplemented  # type: ignore[arg-type]


def rmatmul(self: Tensor, other: Any) -> Tensor:
    """The matrix product other @ self."""
    return linalg.matmul(other, self) if isinstance(other, np.ndarray) else NotImplemented  # type: ignore[arg-type]
