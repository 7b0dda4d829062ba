"""What makes one number of many, under PyTorch's names: `dim` says over which axes, `keepdim` whether they stay."""

from minitensor.functions.reduce.selection import ValuesAndIndices, amax, amin, argmax, argmin, argsort, max, min, sort
from minitensor.functions.reduce.softmax import log_softmax, logsumexp, softmax
from minitensor.functions.reduce.sums import all, any, cumsum, mean, norm, prod, std, sum, var

__all__ = [
    "ValuesAndIndices",
    "all",
    "amax",
    "amin",
    "any",
    "argmax",
    "argmin",
    "argsort",
    "cumsum",
    "log_softmax",
    "logsumexp",
    "max",
    "mean",
    "min",
    "norm",
    "prod",
    "softmax",
    "sort",
    "std",
    "sum",
    "var",
]
