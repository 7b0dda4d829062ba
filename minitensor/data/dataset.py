"""Sets of samples: what a loader reads from, by number or one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic

import numpy as np

from minitensor import data  # for what is itself made of datasets, when it is asked for
from minitensor.creation import from_numpy
from minitensor.dtypes import Array
from minitensor.errors import ShapeError
from minitensor.tensor import Tensor

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from minitensor.data.combined import ChainDataset, ConcatDataset

    Sample = TypeVar("Sample", default=Any, covariant=True)
else:
    from typing import TypeVar

    Sample = TypeVar("Sample", covariant=True)


class Dataset(Generic[Sample]):
    """Samples by their number: one's own defines `__getitem__`, and `__len__`, which says how many there are.

    Whatever has these two will do for a loader, too; this base adds `+`, which puts one dataset behind another. As PyTorch's
    `torch.utils.data.Dataset`.

    Examples
    --------
    >>> import minitensor as mt
    >>> class Squares(mt.data.Dataset):
    ...     def __len__(self):
    ...         return 5
    ...     def __getitem__(self, index):
    ...         return index, index**2
    >>> list(mt.data.DataLoader(Squares(), batch_size=3))
    [(tensor([0, 1, 2]), tensor([0, 1, 4])), (tensor([3, 4]), tensor([ 9, 16]))]
    """

    def __getitem__(self, index: Any) -> Sample:
        """Return one sample."""
        raise NotImplementedError(f"{type(self).__name__}: a dataset defines __getitem__(index): one sample")

    def __add__(self, other: Dataset[Any]) -> ConcatDataset:
        """Return this dataset with another one behind it."""
        return data.ConcatDataset([self, other])


class IterableDataset(Dataset[Sample]):
    """Samples one after the other: one's own defines `__iter__`, and `__len__` if it knows how many there are.

    For what comes as a stream, or is too large to be read in any order but its own. As PyTorch's
    `torch.utils.data.IterableDataset`, but a `DataLoader` has one worker read it, however many it may use: so each sample
    comes once, and in order, and `get_worker_info()` says that there is one worker. Code that shares the samples out by the
    number of workers runs as it is.

    Examples
    --------
    >>> import minitensor as mt
    >>> class Countdown(mt.data.IterableDataset):
    ...     def __iter__(self):
    ...         yield from [3, 2, 1]
    >>> list(mt.data.DataLoader(Countdown(), batch_size=2))
    [tensor([3, 2]), tensor([1])]
    """

    def __iter__(self) -> Iterator[Sample]:
        raise NotImplementedError(f"{type(self).__name__}: an iterable dataset defines __iter__(): an iterator over samples")

    def __add__(self, other: Dataset[Any]) -> ChainDataset:  # type: ignore[override]  # as in PyTorch: it stays a stream
        """Return this dataset with another iterable one behind it."""
        return data.ChainDataset([self, other])


class TensorDataset(Dataset[tuple[Tensor, ...]]):
    """Tensors side by side: sample i is the tuple of their i-th entries. As PyTorch's `torch.utils.data.TensorDataset`.

    A loader makes its batches by one index for all samples, which is many times as fast as sample by sample.

    Parameters
    ----------
    *tensors : Tensor
        Of one length along the first axis.

    Raises
    ------
    TypeError
        One is no tensor.
    ShapeError
        The lengths differ, or a tensor has no axes.
    ValueError
        There are no tensors.

    Examples
    --------
    >>> import minitensor as mt
    >>> dataset = mt.data.TensorDataset(mt.tensor([[1.0, 2.0], [3.0, 4.0]]), mt.tensor([0, 1]))
    >>> len(dataset), dataset[1]
    (2, (tensor([3., 4.]), tensor(1)))
    """

    def __init__(self, *tensors: Tensor) -> None:
        if not tensors:
            raise ValueError("TensorDataset: expected one tensor at least")
        for number, tensor in enumerate(tensors):
            if not isinstance(tensor, Tensor):
                found = f"argument {number} is of type {type(tensor).__name__}"
                raise TypeError(f"TensorDataset: {found}: make a tensor of it, mt.tensor(...)")
            if tensor.ndim == 0:
                raise ShapeError(f"TensorDataset: tensor {number} has no axes, and so no samples along the first")
            if len(tensor) != len(tensors[0]):
                found = f"tensor 0 has {len(tensors[0])}, tensor {number} has {len(tensor)}"
                raise ShapeError(f"TensorDataset: the tensors need one number of samples, along the first axis: {found}")
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Tensor, ...]:
        """Return a sample; with many at once for an array of indices."""
        return tuple([tensor[index] for tensor in self.tensors])

    def __len__(self) -> int:
        return self.tensors[0].shape[0]


def gathered(dataset: TensorDataset, indices: Array) -> tuple[Tensor, ...]:
    """As `dataset[indices]`, but what needs no gradient goes straight to NumPy: always a copy.

    Parameters
    ----------
    dataset : TensorDataset
    indices : ndarray
        Of integers, with axis (N,).
    """
    return tuple(
        [
            tensor[indices] if tensor.requires_grad else from_numpy(np.take(tensor._array, indices, axis=0))  # (n, ...)
            for tensor in dataset.tensors
        ]
    )
