"""Datasets made of others: parts of one, several one behind the other, and several side by side."""

from __future__ import annotations

import math
import operator
import warnings
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any

from minitensor.data.dataset import Dataset, IterableDataset
from minitensor.random import Generator, numpy_generator


class Subset(Dataset):
    """Some of a dataset's samples, in an order of one's own. As PyTorch's `torch.utils.data.Subset`.

    Parameters
    ----------
    dataset : Dataset
    indices : sequence
        For each sample of this one, which sample of the dataset it is.

    Examples
    --------
    >>> import minitensor as mt
    >>> part = mt.data.Subset(["a", "b", "c", "d"], [3, 1])
    >>> len(part), part[0], part[-1]
    (2, 'd', 'b')
    """

    def __init__(self, dataset: Any, indices: Sequence[Any]) -> None:
        self.dataset, self.indices = dataset, indices

    def __getitem__(self, index: Any) -> Any:
        """Return one sample."""
        return self.dataset[self.indices[index]]

    def __len__(self) -> int:
        return len(self.indices)


class ConcatDataset(Dataset):
    """Datasets one behind the other: the samples of the first, then those of the second. As PyTorch's `ConcatDataset`.

    Parameters
    ----------
    datasets : iterable of Dataset
        One at least, each with a length.

    Attributes
    ----------
    datasets : list of Dataset
    cumulative_sizes : list of int
        Where each of them ends.

    Raises
    ------
    ValueError
        There are none.
    TypeError
        One is an IterableDataset: those are chained with `ChainDataset`.

    Examples
    --------
    >>> import minitensor as mt
    >>> both = mt.data.ConcatDataset(["ab", "cde"])
    >>> len(both), both[1], both[2], both[-1], both.cumulative_sizes
    (5, 'b', 'c', 'e', [2, 5])
    """

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = list(datasets)
        if not self.datasets:
            raise ValueError("ConcatDataset: expected one dataset at least")
        for number, dataset in enumerate(self.datasets):
            if isinstance(dataset, IterableDataset):
                raise TypeError(f"ConcatDataset: dataset {number} is an IterableDataset: put those into a ChainDataset")
        self.cumulative_sizes = list(accumulate(map(len, self.datasets)))

    def __getitem__(self, index: Any) -> Any:
        """Return one sample."""
        place, length = operator.index(index), len(self)
        if not -length <= place < length:
            raise IndexError(f"ConcatDataset: index {place} is out of range for {length} samples")
        place %= length
        number = bisect_right(self.cumulative_sizes, place)
        return self.datasets[number][place - (self.cumulative_sizes[number - 1] if number else 0)]

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]


class StackDataset(Dataset):
    """Datasets side by side: sample i is the tuple, or the dict, of their samples i. As PyTorch's `StackDataset`.

    Parameters
    ----------
    *args : Dataset
        For tuples; of one length.
    **kwargs : Dataset
        For dicts; of one length.

    Raises
    ------
    ValueError
        There are none, or of both kinds, or their lengths differ.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.data.StackDataset("abc", [1, 2, 3])[1], mt.data.StackDataset(letter="abc", number=[1, 2, 3])[1]
    (('b', 2), {'letter': 'b', 'number': 2})
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if bool(args) == bool(kwargs):
            found = "both" if args else "none"
            raise ValueError(f"StackDataset: expected datasets, for tuples, or datasets with names, for dicts: got {found}")
        self.datasets: tuple[Any, ...] | dict[str, Any] = args or kwargs
        sizes = [len(dataset) for dataset in (args or kwargs.values())]
        if len(set(sizes)) > 1:
            raise ValueError(f"StackDataset: the datasets need one number of samples, they have {sizes}")
        self._length = sizes[0]

    def __getitem__(self, index: Any) -> Any:
        """Return one sample."""
        if isinstance(self.datasets, dict):
            return {name: dataset[index] for name, dataset in self.datasets.items()}
        return tuple([dataset[index] for dataset in self.datasets])

    def __len__(self) -> int:
        return self._length


class ChainDataset(IterableDataset):
    """Iterable datasets one behind the other. As PyTorch's `torch.utils.data.ChainDataset`.

    Parameters
    ----------
    datasets : iterable of IterableDataset
        They are not begun before their turn.

    Raises
    ------
    TypeError
        One can't be iterated over.

    Examples
    --------
    >>> import minitensor as mt
    >>> list(mt.data.ChainDataset([range(2), range(3)]))
    [0, 1, 0, 1, 2]
    """

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = list(datasets)
        for number, dataset in enumerate(self.datasets):
            if not hasattr(dataset, "__iter__"):
                found = f"dataset {number}, of type {type(dataset).__name__}, has no __iter__"
                raise TypeError(f"ChainDataset: {found}: put datasets that have samples by number into a ConcatDataset")

    def __iter__(self) -> Iterator[Any]:
        for dataset in self.datasets:
            yield from dataset

    def __len__(self) -> int:
        return sum(map(len, self.datasets))


def random_split(dataset: Any, lengths: Sequence[Any], generator: Generator | Any | None = None) -> list[Subset]:
    """Divide a dataset into parts, each of samples at random, so that every sample is in one of them.

    As PyTorch's `torch.utils.data.random_split`: of fractions, each part has as many whole samples as its fraction holds,
    and what is left over goes to the first parts, one sample to each in turn.

    Parameters
    ----------
    dataset : Dataset
    lengths : sequence of int, or of float
        How many samples each part has: they add up to the dataset's length. Or fractions, which add up to 1.
    generator : Generator or numpy.random.Generator, optional
        Where the order comes from; the one that `manual_seed` sets if it is not given.

    Returns
    -------
    list of Subset

    Raises
    ------
    ValueError
        The lengths don't add up, or one of them is negative or, of fractions, not between 0 and 1.

    Examples
    --------
    >>> import minitensor as mt
    >>> images, labels = mt.data.load_digits()
    >>> train, validation = mt.data.random_split(mt.data.TensorDataset(images, labels), [0.9, 0.1])
    >>> len(train), len(validation)
    (1618, 179)
    """
    total = len(dataset)
    wanted = _counts(total, lengths) if math.isclose(math.fsum(lengths), 1) else list(lengths)
    try:
        sizes = [operator.index(length) for length in wanted]
    except TypeError:
        found = f"got {list(lengths)}, whose sum is {math.fsum(lengths):g}"
        raise ValueError(f"random_split: lengths are integers, or fractions whose sum is 1: {found}") from None
    if sum(sizes) != total or min(sizes, default=0) < 0:
        found = f"the dataset has {total}, the lengths are {sizes}, in all {sum(sizes)}"
        raise ValueError(f"random_split: the lengths, each 0 or more, add up to the number of samples: {found}")
    for part, size in enumerate(sizes):
        if size == 0:
            warnings.warn(f"random_split: part {part} of {total} samples, {list(lengths)}, is empty", stacklevel=2)
    order = numpy_generator(generator).permutation(total).tolist()
    return [Subset(dataset, order[start:end]) for start, end in pairwise(accumulate(sizes, initial=0))]


def _counts(total: int, fractions: Sequence[Any]) -> list[int]:
    """How many of `total` samples each fraction makes, the rest shared out from the first part on."""
    for part, fraction in enumerate(fractions):
        if not 0 <= fraction <= 1:
            raise ValueError(f"random_split: a fraction is between 0 and 1, that of part {part} is {fraction}")
    counts = [math.floor(total * fraction) for fraction in fractions]
    for left_over in range(total - sum(counts)):
        counts[left_over % len(counts)] += 1
    return counts
