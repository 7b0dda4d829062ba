"""What computes: kernels on ndarrays alone, one table of them per engine.

`reference` spells the formulas out in loops, `numpy_` computes the same fast. `registry` knows the engines and which one
computes now; the environment variable ``MINITENSOR_ENGINE`` names the one to begin with. The kernels of `layers` are loaded
when the first of them is asked for.
"""

import os

from minitensor.kernels import numpy_, registry
from minitensor.kernels.registry import (
    active,
    add_kernel,
    current_engine,
    engines,
    kernel,
    numpy_kernel,
    time_kernels,
    use_engine,
)

__all__ = [
    "active",
    "add_kernel",
    "current_engine",
    "engines",
    "kernel",
    "numpy_",
    "numpy_kernel",
    "registry",
    "time_kernels",
    "use_engine",
]


registry.load_on_demand("minitensor.kernels.layers")

if _name := os.environ.get("MINITENSOR_ENGINE"):
    try:
        use_engine(_name)
    except ValueError as error:
        raise ValueError(f"MINITENSOR_ENGINE: {error}") from None
