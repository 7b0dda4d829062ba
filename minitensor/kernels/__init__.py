"""What computes: kernels on ndarrays alone, one table of them per engine.

`reference` spells the formulas out in loops, `numpy_` computes the same fast. `registry` knows the engines and which one
computes now; the environment variable ``MINITENSOR_ENGINE`` names the one to begin with. The kernels of `layers` are loaded
when the first of them is asked for.
"""

import os
from importlib import import_module

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


class KernelsOnDemand(dict[str, registry.Kernel]):
    """The kernels of the engine "numpy", which has one for every primitive: those of layers come when one is not there."""

    def __contains__(self, name: object) -> bool:
        if not super().__contains__(name):
            import_module("minitensor.kernels.layers")
        return super().__contains__(name)

    def __missing__(self, name: str) -> registry.Kernel:
        if name not in self:
            raise KeyError(name)
        return self[name]


registry._engines["numpy"] = KernelsOnDemand(registry._engines["numpy"])

if _name := os.environ.get("MINITENSOR_ENGINE"):
    try:
        use_engine(_name)
    except ValueError as error:
        raise ValueError(f"MINITENSOR_ENGINE: {error}") from None
