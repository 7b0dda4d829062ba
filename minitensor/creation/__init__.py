"""Creating tensors: from data, filled with a number, counted, or drawn at random; under PyTorch's names."""

from minitensor.creation.data import as_tensor, from_numpy, tensor
from minitensor.creation.drawn import rand, rand_like, randint, randn, randn_like, randperm
from minitensor.creation.filled import empty, empty_like, full, full_like, ones, ones_like, zeros, zeros_like
from minitensor.creation.rows import arange, eye, linspace

__all__ = [
    "arange",
    "as_tensor",
    "empty",
    "empty_like",
    "eye",
    "from_numpy",
    "full",
    "full_like",
    "linspace",
    "ones",
    "ones_like",
    "rand",
    "rand_like",
    "randint",
    "randn",
    "randn_like",
    "randperm",
    "tensor",
    "zeros",
    "zeros_like",
]
