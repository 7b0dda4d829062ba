"""minitensor: a small autograd framework on NumPy with convolution at its heart.

`tensor` is the array that remembers, `primitive`, `tape`, `walk` are how; `ops` are the operations with their gradients, of
which `ops/conv.py` is the page to read first; `kernels` compute them; `nn`, `optim` and `data` train networks with them, and
`viz` draws them.
"""

from __future__ import annotations

from math import e as e
from math import inf as inf
from math import nan as nan
from math import pi as pi
from typing import TYPE_CHECKING as _TYPE_CHECKING

from numpy import dtype as dtype

from minitensor import autograd as autograd
from minitensor import dtypes as dtypes
from minitensor.autograd import enable_grad as enable_grad
from minitensor.autograd import is_grad_enabled as is_grad_enabled
from minitensor.autograd import no_grad as no_grad
from minitensor.autograd import set_grad_enabled as set_grad_enabled
from minitensor.creation import tensor as tensor
from minitensor.device import device as device
from minitensor.device import get_default_device as get_default_device
from minitensor.device import set_default_device as set_default_device
from minitensor.dtypes import *
from minitensor.errors import ShapeError as ShapeError
from minitensor.grad_mode import inference_mode as inference_mode
from minitensor.kernels import current_engine as current_engine
from minitensor.kernels import engines as engines
from minitensor.kernels import use_engine as use_engine
from minitensor.later import later as _later
from minitensor.memory import keep_memory as keep_memory
from minitensor.random import Generator as Generator
from minitensor.random import get_rng_state as get_rng_state
from minitensor.random import initial_seed as initial_seed
from minitensor.random import manual_seed as manual_seed
from minitensor.random import set_rng_state as set_rng_state
from minitensor.tensor import Tensor as Tensor
from minitensor.threads import get_num_threads as get_num_threads
from minitensor.threads import set_num_threads as set_num_threads

if _TYPE_CHECKING:  # what is loaded when it is first asked for
    from minitensor import data as data
    from minitensor import interop as interop
    from minitensor import nn as nn
    from minitensor import optim as optim
    from minitensor import serialization as serialization
    from minitensor import testing as testing
    from minitensor import training as training
    from minitensor import utils as utils
    from minitensor import viz as viz
    from minitensor.accelerators import accelerator as accelerator
    from minitensor.accelerators import backends as backends
    from minitensor.accelerators import cuda as cuda
    from minitensor.creation import *
    from minitensor.functions.compare import *
    from minitensor.functions.drawing import *
    from minitensor.functions.index import *
    from minitensor.functions.linalg import *
    from minitensor.functions.math import *
    from minitensor.functions.reduce import *
    from minitensor.functions.shape import *
    from minitensor.limits import finfo as finfo
    from minitensor.limits import iinfo as iinfo
    from minitensor.nn.functional.top_level import *
    from minitensor.profiler import profile as profile
    from minitensor.serialization import load as load
    from minitensor.serialization import save as save
    from minitensor.tensor.printing import set_printoptions as set_printoptions
    from minitensor.viz import summary as summary

__version__ = "0.1.0"

# PyTorch's other names for dtypes
bool = dtypes.bool_
half, float, double = dtypes.float16, dtypes.float32, dtypes.float64
short, int, long = dtypes.int16, dtypes.int32, dtypes.int64

newaxis = None

# Where the functions are, by family
_FUNCTIONS = {
    "minitensor.creation": """
        arange as_tensor empty empty_like eye from_dlpack from_numpy full full_like linspace logspace normal ones
        ones_like rand rand_like randint randint_like randn randn_like randperm tril_indices triu_indices zeros
        zeros_like
    """,
    "minitensor.functions.compare": "allclose equal is_floating_point is_tensor isclose numel",
    "minitensor.functions.drawing": "bernoulli multinomial",
    "minitensor.functions.index": """
        argwhere gather index_add index_copy index_fill index_select masked_fill masked_scatter masked_select nonzero
        scatter scatter_add take take_along_dim
    """,
    "minitensor.functions.linalg": """
        addbmm addmm addmv addr baddbmm bmm diag diag_embed diagonal dot einsum inner matmul mm mv outer tensordot
        trace tril triu
    """,
    "minitensor.functions.math": """
        abs absolute acos acosh add addcdiv addcmul arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin asinh
        atan atan2 atanh bitwise_and bitwise_not bitwise_or bitwise_xor ceil clamp clamp_max clamp_min clip cos cosh
        deg2rad div divide eq erf exp exp2 expm1 fix floor floor_divide fmax fmin fmod frac ge greater greater_equal
        gt hypot isfinite isinf isnan isneginf isposinf le lerp less less_equal log log10 log1p log2 logaddexp
        logical_and logical_not logical_or logical_xor logit lt maximum minimum mul multiply nan_to_num ne neg
        negative not_equal pow rad2deg reciprocal relu remainder round rsqrt sigmoid sign sin sinh sqrt square sub
        subtract tan tanh true_divide trunc where xlogy
    """,
    "minitensor.functions.reduce": """
        MinAndMax ValuesAndIndices all amax amin aminmax any argmax argmin argsort bincount bucketize cdist
        count_nonzero cummax cummin cumprod cumsum diff dist histc isin kthvalue log_softmax logsumexp max mean median
        min mode nanmean nansum norm prod quantile searchsorted softmax sort std std_mean sum topk unique var var_mean
    """,
    "minitensor.functions.shape": """
        atleast_1d atleast_2d atleast_3d broadcast_tensors broadcast_to cartesian_prod cat chunk clone column_stack
        concat concatenate dstack flatten flip fliplr flipud hstack meshgrid moveaxis movedim narrow permute ravel
        repeat_interleave reshape roll rot90 row_stack select split squeeze stack swapaxes swapdims t tensor_split
        tile transpose unbind unflatten unsqueeze vstack
    """,
}
_LAYERS = {
    "minitensor.nn.functional.top_level": """
        adaptive_avg_pool1d alpha_dropout avg_pool1d bilinear celu celu_ channel_shuffle conv1d conv2d conv3d
        conv_transpose1d conv_transpose2d conv_transpose3d cosine_similarity dropout feature_alpha_dropout group_norm
        hardshrink layer_norm max_pool1d max_pool1d_with_indices max_pool2d max_pool3d pairwise_distance pixel_shuffle
        pixel_unshuffle prelu relu_ rms_norm rrelu rrelu_ selu selu_ threshold threshold_
    """
}
_PARTS = ("data", "interop", "nn", "optim", "serialization", "testing", "training", "utils", "viz")
_PLACES = {f"minitensor.{part}": part for part in _PARTS}
_OTHERS = {
    "minitensor.accelerators": "accelerator backends cuda",
    "minitensor.limits": "finfo iinfo",
    "minitensor.profiler": "profile",
    "minitensor.serialization": "serialization load save",
    "minitensor.tensor.printing": "set_printoptions",
    "minitensor.viz": "viz summary",
}

if not _TYPE_CHECKING:  # a type checker finds the names itself
    __all__ = [name for name in globals() if not name.startswith("_") and name != "annotations"]
    __all__ += " ".join(_FUNCTIONS.values()).split()
    __getattr__, __dir__ = _later(__name__, {**_FUNCTIONS, **_LAYERS, **_PLACES, **_OTHERS})
