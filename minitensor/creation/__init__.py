"""Creating tensors: from data, filled with a number, counted, or drawn at random; under PyTorch's names."""

from typing import TYPE_CHECKING

from minitensor.creation.data import as_tensor, from_numpy, tensor
from minitensor.later import later

if TYPE_CHECKING:
    from minitensor.creation.distributions import normal, randint_like
    from minitensor.creation.dlpack import from_dlpack
    from minitensor.creation.drawn import rand, rand_like, randint, randn, randn_like, randperm
    from minitensor.creation.filled import empty, empty_like, full, full_like, ones, ones_like, zeros, zeros_like
    from minitensor.creation.rows import arange, eye, linspace, logspace, tril_indices, triu_indices

__all__ = [
    "arange",
    "as_tensor",
    "empty",
    "empty_like",
    "eye",
    "from_dlpack",
    "from_numpy",
    "full",
    "full_like",
    "linspace",
    "logspace",
    "normal",
    "ones",
    "ones_like",
    "rand",
    "rand_like",
    "randint",
    "randint_like",
    "randn",
    "randn_like",
    "randperm",
    "tensor",
    "tril_indices",
    "triu_indices",
    "zeros",
    "zeros_like",
]

__getattr__, __dir__ = later(
    __name__,
    {
        "minitensor.creation.distributions": "normal randint_like",
        "minitensor.creation.dlpack": "from_dlpack",
        "minitensor.creation.drawn": "rand rand_like randint randn randn_like randperm",
        "minitensor.creation.filled": "empty empty_like full full_like ones ones_like zeros zeros_like",
        "minitensor.creation.rows": "arange eye linspace logspace tril_indices triu_indices",
    },
)
