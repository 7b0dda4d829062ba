"""Datasets that several tests of the loader read: importable, as a process that is not forked needs them."""

from __future__ import annotations

import minitensor as mt
from minitensor.data import Dataset, IterableDataset, Sampler, get_worker_info

WORKERS = [(0, "process"), (1, "process"), (2, "process"), (3, "process"), (1, "thread"), (2, "thread"), (3, "thread")]
KINDS = [(0, "process"), (2, "process"), (2, "thread")]


def own(seed=4):
    return mt.Generator().manual_seed(seed)


class Lazy(Sampler):
    """Draws at each step, and does not say how many steps there are."""

    def __init__(self, length, generator=None):
        self.length, self.generator = length, generator

    def __iter__(self):
        for _ in range(self.length):
            yield mt.randint(0, 20, (1,), generator=self.generator).item()


class Listed(Dataset):
    """The samples of a list."""

    def __init__(self, samples):
        self.samples = samples

    def __getitem__(self, index):
        return self.samples[index]

    def __len__(self):
        return len(self.samples)


class Augmented(Dataset):
    """Samples with noise: of the generator that all share, of one of their own, and of the number that each sample is."""

    def __init__(self, length, generator=None):
        self.length, self.generator = length, generator

    def __getitem__(self, index):
        shared = mt.randn(3), mt.rand(2)
        return index, *shared, mt.rand(2, generator=self.generator)

    def __len__(self):
        return self.length


class AugmentedStream(IterableDataset):
    """The same, one after the other; it counts how many samples it has given in each process."""

    def __init__(self, length, generator=None):
        self.length, self.generator = length, generator
        self.given = 0

    def __iter__(self):
        for index in range(self.length):
            self.given += 1
            yield index, mt.randn(3), mt.rand(2, generator=self.generator)


class WhoReads(Dataset):
    """Each sample is the number of the worker that reads it, or -1."""

    def __getitem__(self, index):
        info = get_worker_info()
        return -1 if info is None else info.id

    def __len__(self):
        return 12


class Odd(Exception):  # noqa: N818 (its constructor is what matters)
    """An exception with a constructor of its own."""

    def __init__(self, code, *, place):
        super().__init__(f"code {code} at {place}")
        self.code = code


class Failing(Dataset):
    """All samples are their number, but one that raises."""

    def __init__(self, error, at=5, length=12):
        self.error, self.at, self.length = error, at, length

    def __getitem__(self, index):
        if index == self.at:
            raise self.error
        return index

    def __len__(self):
        return self.length


def content(batch):
    """Everything in a batch, by the byte."""
    if isinstance(batch, mt.Tensor):
        return batch.shape, str(batch.dtype), batch.numpy().tobytes()
    if isinstance(batch, dict):
        return {key: content(value) for key, value in batch.items()}
    if isinstance(batch, (tuple, list)):
        return type(batch), [content(part) for part in batch]
    return batch


def passes(loader, count=2):
    """Everything in some passes."""
    return [[content(batch) for batch in loader] for _ in range(count)]
