"""What makes one number of many, under PyTorch's names: `dim` says over which axes, `keepdim` whether they stay."""

from minitensor.functions.reduce.counting import bincount, bucketize, histc, isin, searchsorted, unique
from minitensor.functions.reduce.extremes import amax, amin, aminmax, argmax, argmin, max, min
from minitensor.functions.reduce.norms import cdist, dist, norm
from minitensor.functions.reduce.order import argsort, kthvalue, median, mode, sort, topk
from minitensor.functions.reduce.quantiles import quantile
from minitensor.functions.reduce.results import MinAndMax, ValuesAndIndices
from minitensor.functions.reduce.scans import cummax, cummin, cumprod, cumsum, diff
from minitensor.functions.reduce.softmax import log_softmax, logsumexp, softmax
from minitensor.functions.reduce.spread import std, std_mean, var, var_mean
from minitensor.functions.reduce.sums import mean, nanmean, nansum, prod, sum
from minitensor.functions.reduce.truth import all, any, count_nonzero

__all__ = [
    "MinAndMax", "ValuesAndIndices", "all", "amax", "amin", "aminmax", "any", "argmax", "argmin", "argsort", "bincount",
    "bucketize", "cdist", "count_nonzero", "cummax", "cummin", "cumprod", "cumsum", "diff", "dist", "histc", "isin",
    "kthvalue", "log_softmax", "logsumexp", "max", "mean", "median", "min", "mode", "nanmean", "nansum", "norm", "prod",
    "quantile", "searchsorted", "softmax", "sort", "std", "std_mean", "sum", "topk", "unique", "var", "var_mean",
]  # fmt: skip
