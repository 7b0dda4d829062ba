"""minitensor: a small autograd framework on NumPy with convolution at its heart.

`tensor` is the array that remembers, `primitive`, `tape`, `walk` are how; `ops` are the operations with their gradients, of
which `ops/conv.py` is the page to read first; `kernels` compute them; `nn`, `optim` and `data` train networks with them, and
`viz` draws them.
"""

from __future__ import annotations

from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from minitensor import autograd as autograd
from minitensor import dtypes as dtypes
from minitensor.autograd import enable_grad as enable_grad
from minitensor.autograd import is_grad_enabled as is_grad_enabled
from minitensor.autograd import no_grad as no_grad
from minitensor.autograd import set_grad_enabled as set_grad_enabled
from minitensor.creation import *
from minitensor.device import device as device
from minitensor.dtypes import *
from minitensor.errors import ShapeError as ShapeError
from minitensor.functions.compare import *
from minitensor.functions.drawing import *
from minitensor.functions.index import *
from minitensor.functions.linalg import *
from minitensor.functions.math import *
from minitensor.functions.reduce import *
from minitensor.functions.shape import *
from minitensor.kernels import current_engine as current_engine
from minitensor.kernels import engines as engines
from minitensor.kernels import use_engine as use_engine
from minitensor.memory import keep_memory as keep_memory
from minitensor.random import Generator as Generator
from minitensor.random import manual_seed as manual_seed
from minitensor.tensor import Tensor as Tensor
from minitensor.threads import get_num_threads as get_num_threads
from minitensor.threads import set_num_threads as set_num_threads

if _TYPE_CHECKING:  # the parts that are loaded when they are first asked for
    from minitensor import data as data
    from minitensor import interop as interop
    from minitensor import nn as nn
    from minitensor import optim as optim
    from minitensor import testing as testing
    from minitensor import utils as utils
    from minitensor import viz as viz
    from minitensor.profiler import profile as profile
    from minitensor.viz import summary as summary

__version__ = "0.1.0"

# PyTorch's other names for dtypes
bool = dtypes.bool_
half, float, double = dtypes.float16, dtypes.float32, dtypes.float64
short, int, long = dtypes.int16, dtypes.int32, dtypes.int64


def __getattr__(name: str) -> _Any:
    """Load a part when it is first asked for: so importing takes little longer than importing NumPy."""
    if name in {"data", "interop", "nn", "optim", "testing", "utils", "viz"}:
        return _import_module(f"minitensor.{name}")
    if name == "summary":
        return _import_module("minitensor.viz").summary
    if name == "profile":
        return _import_module("minitensor.profiler").profile
    raise AttributeError(f"module 'minitensor' has no attribute {name!r}")
