"""The order of a pass: which samples make the next batch, the same at any number of workers.

A pass has one seed, which the loader draws when it begins. From it follows all that is drawn without a generator of its own:
the order from (seed, 0), a sample's augmentation from (seed, 1, its position in the pass), what collating draws from
(seed, 2, the batch's number), and what a worker's `worker_init_fn` draws from (seed, 3, the worker's number).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any, NamedTuple

from minitensor.data.sampler import BatchSampler, RandomSampler, SequentialSampler, index_batches
from minitensor.random import seeded

ORDER, SAMPLE, COLLATE, WORKER = range(4)


class Start(NamedTuple):
    """Where a pass starts.

    Attributes
    ----------
    seed : int
    generator_states : list of dict
        Where the generators of the loader and of its samplers stood.
    skip : int
        Of a stream, how many batches are left out.
    """

    seed: int
    generator_states: list[dict[str, Any]]
    skip: int


class Task(NamedTuple):
    """A batch to be made.

    Attributes
    ----------
    number : int
        How many batches of the pass come before it.
    position : int
        How many samples of the pass come before its first one.
    indices : ndarray, list, or one index
        Of its samples; one where samples come one by one; None where the samples are those that come next.
    """

    number: int
    position: int
    indices: Any


def samplers_of(
    dataset: Any, batch_size: int | None, shuffle: bool | None, sampler: Iterable[Any] | None, drop_last: bool
) -> tuple[Iterable[Any], Iterable[Any] | None]:
    """Which sample comes next, and which of them make a batch; None for the second where they come one by one."""
    if sampler is None:
        if isinstance(dataset, Mapping) and dataset and 0 not in dataset:
            found = "a dict of other keys than 0, 1, 2 has no samples by number"
            raise TypeError(f"DataLoader: {found}: StackDataset(**parts) has, or a sampler says the keys")
        sampler = RandomSampler(dataset) if shuffle else SequentialSampler(dataset)
    return sampler, None if batch_size is None else BatchSampler(sampler, batch_size, drop_last)


def tasks_of(source: Iterable[Any], seed: int, batched: bool) -> Iterator[Task]:
    """The batches of a pass, as a batch sampler says; or, not batched, samples one by one, as a sampler says.

    A sampler that has a generator of its own draws from that one, whatever the seed.
    """
    drawing = seeded(seed, ORDER, all_generators=False)
    with drawing:
        rest = index_batches(source) if batched else iter(source)
    position = 0
    for number in count():
        with drawing:  # a sampler may draw at each step
            try:
                indices = next(rest)
            except StopIteration:
                return
        if batched and not hasattr(indices, "__len__"):
            indices = list(indices)
        yield Task(number, position, indices)
        position += len(indices) if batched else 1


def tasks_of_stream(first: int) -> Iterator[Task]:
    """One batch after the other, from the one of number `first` on."""
    return (Task(number, 0, None) for number in count(first))
