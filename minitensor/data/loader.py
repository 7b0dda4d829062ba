"""From samples to batches."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from minitensor.creation import as_tensor, tensor
from minitensor.data.dataset import TensorDataset
from minitensor.functions.shape import stack
from minitensor.random import Generator, numpy_generator
from minitensor.tensor import Tensor


class DataLoader:
    """The batches of a dataset, in order or in a random one: a new one at each pass.

    Parameters
    ----------
    dataset : Dataset
        Or anything else with `__getitem__` and `__len__`.
    batch_size : int
        How many samples a batch has; the last may have fewer.
    shuffle : bool
        Whether the order is random.
    collate_fn : callable, optional
        Makes a batch of a list of samples; as `default_collate`.
    drop_last : bool
        Whether to leave out a last batch that has fewer samples.
    num_workers : int
        0: the batches are made in this process.
    pin_memory : bool
        Taken, and of no effect: there is no other memory.
    generator : Generator or numpy.random.Generator, optional
        Where the order comes from; the one that `manual_seed` sets if it is not given.

    Raises
    ------
    TypeError, ValueError
        The dataset has no length, the batch size is not an integer of 1 or more, or the generator is none.

    Examples
    --------
    >>> import minitensor as mt
    >>> dataset = mt.data.TensorDataset(mt.arange(10.0), mt.arange(10))
    >>> loader = mt.data.DataLoader(dataset, batch_size=4, shuffle=True, generator=mt.Generator().manual_seed(0))
    >>> [len(x) for x, y in loader]
    [4, 4, 2]
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int = 1,
        shuffle: bool = False,
        *,
        collate_fn: Callable[[list[Any]], Any] | None = None,
        drop_last: bool = False,
        num_workers: int = 0,
        pin_memory: bool = False,  # noqa: ARG002 (PyTorch's: there is no other memory to bring it to)
        generator: Generator | np.random.Generator | None = None,
    ) -> None:
        if not (hasattr(dataset, "__len__") and hasattr(dataset, "__getitem__")):
            raise TypeError(f"DataLoader: a dataset has __len__ and __getitem__, {type(dataset).__name__} lacks one")
        try:
            self.batch_size = operator.index(batch_size)
        except TypeError:
            raise TypeError(f"DataLoader: batch_size is an integer, got {batch_size!r}") from None
        if self.batch_size < 1:
            raise ValueError(f"DataLoader: batch_size is 1 or more, got {batch_size}")
        if num_workers != 0:
            raise ValueError(f"DataLoader: batches are made in this process, num_workers is 0, got {num_workers}")
        if generator is not None:
            numpy_generator(generator)  # refuses what is none
        self.dataset, self.shuffle, self.drop_last = dataset, shuffle, drop_last
        self.collate_fn, self.generator = collate_fn, generator

    def __len__(self) -> int:
        whole, rest = divmod(len(self.dataset), self.batch_size)
        return whole + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[Any]:
        samples = len(self.dataset)
        order = numpy_generator(self.generator).permutation(samples) if self.shuffle else np.arange(samples)
        for number in range(len(self)):
            yield self._batch(order[number * self.batch_size : (number + 1) * self.batch_size])

    def _batch(self, indices: np.ndarray[Any, np.dtype[np.intp]]) -> Any:
        if self.collate_fn is None and type(self.dataset) is TensorDataset:
            return self.dataset[indices]  # all samples at once, and a copy: what is done to a batch leaves the dataset alone
        samples = [self.dataset[index] for index in indices.tolist()]
        return (default_collate if self.collate_fn is None else self.collate_fn)(samples)


def default_collate(batch: Sequence[Any]) -> Any:
    """Stack samples along a new first axis, each part of them on its own.

    Parameters
    ----------
    batch : sequence
        Tensors, arrays or numbers; or tuples, lists or dicts of these, all alike. Anything else stays in a list.

    Returns
    -------
    Tensor, or a tuple, list or dict of these
        Python's floats become the default dtype.

    Raises
    ------
    ShapeError
        Tensors or arrays differ in shape.
    ValueError
        Samples differ in how many parts they have.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.data.default_collate([(mt.ones(2), 3), (mt.zeros(2), 4)])
    (tensor([[1., 1.],
            [0., 0.]]), tensor([3, 4]))
    """
    first = batch[0]
    if isinstance(first, (Tensor, np.ndarray)):
        return stack([as_tensor(sample) for sample in batch])
    if isinstance(first, np.generic):
        return tensor(np.array(batch))
    if isinstance(first, (int, float)):
        return tensor(list(batch))
    if isinstance(first, dict):
        return {key: default_collate([sample[key] for sample in batch]) for key in first}
    if isinstance(first, (tuple, list)):
        sizes = sorted({len(sample) for sample in batch})
        if len(sizes) > 1:
            found = f"got {sizes[0]} and {sizes[-1]}"
            raise ValueError(f"DataLoader: the samples of a batch need the same number of parts, {found}")
        parts = [default_collate(part) for part in zip(*batch, strict=True)]
        make = type(first)
        return make(*parts) if hasattr(first, "_fields") else make(parts)  # a namedtuple takes its parts one by one
    return list(batch)
