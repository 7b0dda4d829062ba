"""Sets of samples."""

from __future__ import annotations

from typing import Any

from minitensor.errors import ShapeError
from minitensor.tensor import Tensor


class Dataset:
    """What a loader reads from: samples by their number, and how many there are.

    A base for one's own; whatever has `__getitem__` and `__len__` will do as well.

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

    def __getitem__(self, index: Any) -> Any:
        """Return one sample."""
        raise NotImplementedError(f"{type(self).__name__}: a dataset defines __getitem__(index): one sample")

    def __len__(self) -> int:
        """Return how many samples there are."""
        raise NotImplementedError(f"{type(self).__name__}: a dataset defines __len__(): how many samples there are")


class TensorDataset(Dataset):
    """Tensors side by side: sample i is the tuple of their i-th entries.

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
