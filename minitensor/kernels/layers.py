"""The kernels of layers and of their losses, in every engine: loaded together when the first of their primitives is made."""

from minitensor.kernels import reference
from minitensor.kernels.numpy_ import activation, columns, conv, embedding, linear, loss, norm, pool, resample

__all__ = ["activation", "columns", "conv", "embedding", "linear", "loss", "norm", "pool", "reference", "resample"]
