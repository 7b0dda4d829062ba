"""What looks rows up in a table."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitensor.dtypes import Array
from minitensor.kernels.registry import kernel


@kernel("numpy")
def embedding(weight: Any, *, index: Array, factor: Array | None) -> Any:  # noqa: ARG001 (the gradient's)
    """The rows of a table that the index names; `factor` is what the gradient of each of them is multiplied by."""
    return np.take(weight, index, 0)
