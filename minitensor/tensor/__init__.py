"""The Tensor: `core` is what it is and what the tape knows of it, `methods` the table of what can be asked of it."""

from minitensor.tensor.core import Tensor
from minitensor.tensor.data import as_array
from minitensor.tensor.hooks import RemovableHandle

__all__ = ["RemovableHandle", "Tensor", "as_array"]
