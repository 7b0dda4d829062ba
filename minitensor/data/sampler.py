"""Samplers: in which order a loader reads the samples, and which of them make a batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Sized
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic

import numpy as np

from minitensor.data.arguments import checked_flag, checked_integer, number_of_samples
from minitensor.dtypes import Array
from minitensor.random import Generator, numpy_generator

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    Index = TypeVar("Index", default=Any, covariant=True)
else:
    from typing import TypeVar

    Index = TypeVar("Index", covariant=True)


class Sampler(Generic[Index]):
    """An order: one's own defines `__iter__`, which gives the index of one sample after the other, and `__len__`.

    Any iterable will do for a loader. What is drawn in its `__iter__` without a generator is the same after resuming a pass.
    As PyTorch's `torch.utils.data.Sampler`.

    Examples
    --------
    >>> import minitensor as mt
    >>> class Backwards(mt.data.Sampler):
    ...     def __init__(self, data_source):
    ...         self.data_source = data_source
    ...     def __iter__(self):
    ...         return reversed(range(len(self.data_source)))
    ...     def __len__(self):
    ...         return len(self.data_source)
    >>> list(mt.data.DataLoader("abc", sampler=Backwards("abc"), batch_size=2))
    [['c', 'b'], ['a']]
    """

    def __iter__(self) -> Iterator[Index]:
        raise NotImplementedError(f"{type(self).__name__}: a sampler defines __iter__(): the indices of samples in order")


class WholeOrder(Sampler[int]):
    """A sampler that draws the order of a whole pass at once."""

    def draw(self) -> Array:
        """Return the indices of a pass."""
        raise NotImplementedError(f"{type(self).__name__}: such a sampler defines draw()")

    def __iter__(self) -> Iterator[int]:
        indices: list[int] = self.draw().tolist()
        return iter(indices)


class SequentialSampler(WholeOrder):
    """From the first sample to the last. As PyTorch's `torch.utils.data.SequentialSampler`.

    Parameters
    ----------
    data_source : Dataset

    Examples
    --------
    >>> import minitensor as mt
    >>> list(mt.data.SequentialSampler("abc"))
    [0, 1, 2]
    """

    def __init__(self, data_source: Sized) -> None:
        self.data_source = data_source

    def draw(self) -> Array:
        """Return 0, 1, 2 and so on."""
        return np.arange(number_of_samples(self.data_source))

    def __len__(self) -> int:
        return number_of_samples(self.data_source)


class RandomSampler(WholeOrder):
    """Each sample once, in a random order; or any of them at each draw. As PyTorch's `torch.utils.data.RandomSampler`.

    Parameters
    ----------
    data_source : Dataset
    replacement : bool
        Whether a sample that was drawn can be drawn again.
    num_samples : int, optional
        How many are drawn; as many as there are if it is not given. Of more than there are, without replacement, one whole
        order follows another.
    generator : Generator or numpy.random.Generator, optional
        Where the order comes from. In a loader, what has no generator of its own follows the loader's.

    Raises
    ------
    TypeError, ValueError
        `num_samples` is no integer, or negative, or the generator is none.

    Examples
    --------
    >>> import minitensor as mt
    >>> sorted(mt.data.RandomSampler("abcd"))
    [0, 1, 2, 3]
    >>> len(list(mt.data.RandomSampler("abcd", replacement=True, num_samples=10)))
    10
    """

    def __init__(
        self,
        data_source: Sized,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Generator | np.random.Generator | None = None,
    ) -> None:
        checked_flag("RandomSampler", "replacement", replacement)
        if num_samples is not None:
            num_samples = checked_integer("RandomSampler", "num_samples", num_samples, 0)
        numpy_generator(generator)  # refuses what is none
        self.data_source, self.replacement, self.generator = data_source, replacement, generator
        self._num_samples = num_samples

    @property
    def num_samples(self) -> int:
        """How many are drawn."""
        return number_of_samples(self.data_source) if self._num_samples is None else self._num_samples

    def draw(self) -> Array:
        """Return a new order."""
        samples, wanted = number_of_samples(self.data_source), self.num_samples
        if wanted and not samples:
            raise ValueError(f"RandomSampler: {wanted} samples are to be drawn, and there are none")
        generator = numpy_generator(self.generator)
        if self.replacement:
            return generator.integers(samples, size=wanted) if wanted else np.arange(0)
        orders = [generator.permutation(samples) for _ in range(0, wanted, samples or 1)]
        return np.concatenate(orders)[:wanted] if orders else np.arange(0)

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(WholeOrder):
    """Some samples, each once, in a random order. As PyTorch's `torch.utils.data.SubsetRandomSampler`.

    Parameters
    ----------
    indices : sequence of int
        Which.
    generator : Generator or numpy.random.Generator, optional
        As in `RandomSampler`.

    Examples
    --------
    >>> import minitensor as mt
    >>> sorted(mt.data.SubsetRandomSampler([5, 7, 3]))
    [3, 5, 7]
    """

    def __init__(self, indices: Sequence[int], generator: Generator | np.random.Generator | None = None) -> None:
        numpy_generator(generator)  # refuses what is none
        self.indices, self.generator = indices, generator

    def draw(self) -> Array:
        """Return a new order."""
        return np.asarray(self.indices, np.intp)[numpy_generator(self.generator).permutation(len(self.indices))]

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(WholeOrder):
    """Samples as often as their weights say, for classes of unequal size. As PyTorch's `WeightedRandomSampler`.

    Sample i is drawn with probability weights[i] / sum(weights).

    Parameters
    ----------
    weights : sequence of float, ndarray or Tensor
        One for each sample, 0 or more.
    num_samples : int
        How many are drawn.
    replacement : bool
        Whether a sample that was drawn can be drawn again.
    generator : Generator or numpy.random.Generator, optional
        As in `RandomSampler`.

    Raises
    ------
    TypeError, ValueError
        Weights that are negative, not finite, or all 0; more samples without replacement than have a weight above 0; no
        integer number of samples of 1 or more.

    Examples
    --------
    >>> import minitensor as mt
    >>> set(mt.data.WeightedRandomSampler([0.2, 0.0, 0.8], num_samples=100)) <= {0, 2}
    True
    """

    def __init__(
        self,
        weights: Any,
        num_samples: int,
        replacement: bool = True,
        generator: Generator | np.random.Generator | None = None,
    ) -> None:
        self.num_samples = checked_integer("WeightedRandomSampler", "num_samples", num_samples, 1)
        checked_flag("WeightedRandomSampler", "replacement", replacement)
        self.weights = np.asarray(weights, np.float64)  # (sample,)
        if self.weights.ndim != 1:
            found = f"got an array of shape {self.weights.shape}"
            raise ValueError(f"WeightedRandomSampler: weights are one number for each sample, {found}")
        if not (np.isfinite(self.weights).all() and (self.weights >= 0).all() and self.weights.any()):
            raise ValueError("WeightedRandomSampler: weights are finite, 0 or more, and not all 0")
        positive = np.count_nonzero(self.weights)
        if not replacement and positive < self.num_samples:
            found = f"{self.num_samples} are to be drawn, {positive} weights are above 0"
            raise ValueError(f"WeightedRandomSampler: without replacement a sample is drawn once: {found}")
        numpy_generator(generator)  # refuses what is none
        self.replacement, self.generator = replacement, generator

    def draw(self) -> Array:
        """Return new indices."""
        probabilities = self.weights / self.weights.sum()
        generator = numpy_generator(self.generator)
        return generator.choice(len(probabilities), self.num_samples, replace=self.replacement, p=probabilities)

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler[list[int]]):
    """The indices of one batch after the other, of another sampler's order. As PyTorch's `torch.utils.data.BatchSampler`.

    Parameters
    ----------
    sampler : Sampler, or iterable
    batch_size : int
        How many samples a batch has.
    drop_last : bool
        Whether to leave out a last batch that has fewer.

    Raises
    ------
    TypeError, ValueError
        The batch size is not an integer of 1 or more, or `drop_last` is not True or False.

    Examples
    --------
    >>> import minitensor as mt
    >>> list(mt.data.BatchSampler(mt.data.SequentialSampler("abcdefg"), batch_size=3, drop_last=False))
    [[0, 1, 2], [3, 4, 5], [6]]
    """

    def __init__(self, sampler: Iterable[Any], batch_size: int, drop_last: bool) -> None:
        self.batch_size = checked_integer("BatchSampler", "batch_size", batch_size, 1)
        checked_flag("BatchSampler", "drop_last", drop_last)
        self.sampler, self.drop_last = sampler, drop_last

    def __iter__(self) -> Iterator[list[int]]:
        indices = iter(self.sampler)
        while batch := list(islice(indices, self.batch_size)):
            if len(batch) == self.batch_size or not self.drop_last:
                yield batch

    def arrays(self) -> Iterator[Array]:
        """The same as arrays, cut out of the order at once: of a `WholeOrder`."""
        order = self.sampler.draw()  # type: ignore[attr-defined]
        end = len(order) - len(order) % self.batch_size if self.drop_last else len(order)
        for start in range(0, end, self.batch_size):
            yield order[start : start + self.batch_size]

    def __len__(self) -> int:
        whole, rest = divmod(number_of_samples(self.sampler), self.batch_size)
        return whole + (rest > 0 and not self.drop_last)


def index_batches(batch_sampler: Iterable[Any]) -> Iterator[Any]:
    """What a batch sampler gives, as arrays where that is all the same."""
    if type(batch_sampler) is not BatchSampler:
        return iter(batch_sampler)
    whole = getattr(type(batch_sampler.sampler), "__iter__", None) is WholeOrder.__iter__
    return batch_sampler.arrays() if whole else iter(batch_sampler)
