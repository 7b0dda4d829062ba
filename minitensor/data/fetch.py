"""Making batches: samples are read, each with random numbers of its own, and collated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from minitensor.data.collate import default_collate
from minitensor.data.combined import Subset
from minitensor.data.dataset import TensorDataset, gathered
from minitensor.data.order import COLLATE, ORDER, SAMPLE, Start, Task
from minitensor.data.progress import real
from minitensor.dtypes import Array
from minitensor.random import Generator, seeded


class Job(NamedTuple):
    """What a loader's batches are made of: all that a worker needs to know.

    Attributes
    ----------
    dataset : Dataset
    stream : bool
        Whether it is read from its beginning to its end, and not by number.
    batch_size : int or None
        Of a stream; None where samples come one by one.
    drop_last : bool
        Of a stream: whether a last batch that has fewer samples is left out.
    collate_fn : callable
        Makes a batch of a list of samples, or of one sample where they come one by one.
    batched : bool
        Whether they don't.
    generators : list of Generator
        Those of the loader and of its samplers.
    """

    dataset: Any
    stream: bool
    batch_size: int | None
    drop_last: bool
    collate_fn: Callable[[Any], Any]
    batched: bool
    generators: list[Generator | np.random.Generator]


class EndOfStreamError(Exception):
    """There are no more samples."""


class Drawing(seeded):
    """Within a `with` block, what is drawn follows from the pass and from what it is drawn for.

    Parameters
    ----------
    seed : int
        Of the pass.
    twins : dict
        For a generator that moves during a pass, by its id, one that stands where it stood when the pass began.
    """

    def __init__(self, seed: int, twins: dict[int, np.random.Generator]) -> None:
        super().__init__(seed)
        self._seed, self._twins = seed, twins

    def at(self, *place: int) -> Drawing:
        """Go to what the next numbers are for, and return itself."""
        self._seeds = (self._seed, *place)
        if self._generators:
            self._generators = {}
        return self

    def instead_of(self, generator: np.random.Generator | None) -> np.random.Generator:
        """What stands for a generator."""
        return super().instead_of(self._twins.get(id(generator), generator))


class Maker:
    """Makes the batches of one pass.

    Parameters
    ----------
    job : Job
    start : Start
    pause : callable, optional
        Called before each sample: it may raise, if nobody wants the batch any more.

    Attributes
    ----------
    where : str
        What it is doing, for an error's message, with a place for `index`.
    index : object
        To which sample or batch.
    drawing : Drawing
    """

    def __init__(self, job: Job, start: Start, pause: Callable[[], None] | None = None) -> None:
        self.job, self.pause = job, pause
        self.where = "the dataset"
        self.index: Any = None
        self.drawing = Drawing(start.seed, twins_of(job.generators, start.generator_states))

    def make(self, task: Task) -> Any:
        """Return the batch."""
        samples = self.samples(task)
        self.where, self.index = "collate_fn for batch {!r}", task.number
        with self.drawing.at(COLLATE, task.number):
            return self.job.collate_fn(samples if self.job.batched else samples[0])

    def samples(self, task: Task) -> list[Any]:
        """Read the samples of a batch."""
        raise NotImplementedError(f"{type(self).__name__}: a maker of batches defines samples(task)")


class FromIndices(Maker):
    """Makes batches of samples by their number."""

    def __init__(self, job: Job, start: Start, pause: Callable[[], None] | None = None) -> None:
        super().__init__(job, start, pause)
        self._whole = whole_batches(job.dataset) if job.batched and job.collate_fn is default_collate else None

    def make(self, task: Task) -> Any:
        """Return the batch: at once, of a TensorDataset."""
        if self._whole is not None:
            indices = np.asarray(task.indices)
            if indices.dtype.kind in "iu" and indices.ndim == 1 and indices.size:
                self.where, self.index = "batch {!r} of the dataset", task.number
                return self._whole(indices)
        return super().make(task)

    def samples(self, task: Task) -> list[Any]:
        """Read the samples of a batch."""
        dataset = self.job.dataset
        indices = task.indices.tolist() if isinstance(task.indices, np.ndarray) else task.indices
        if not self.job.batched:
            indices = [task.indices]
        elif hasattr(dataset, "__getitems__"):  # PyTorch's way for a dataset to read a batch at once
            self.where, self.index = "batch {!r} of the dataset", task.number
            with self.drawing.at(SAMPLE, task.position):
                return list(dataset.__getitems__(list(indices)))
        self.where, samples = "dataset[{!r}]", []
        with self.drawing as drawing:
            for position, index in enumerate(indices, task.position):
                if self.pause is not None:
                    self.pause()
                self.index = index
                drawing.at(SAMPLE, position)
                samples.append(dataset[index])
        return samples


class FromStream(Maker):
    """Makes batches of the samples that come next."""

    def __init__(self, job: Job, start: Start, pause: Callable[[], None] | None = None) -> None:
        super().__init__(job, start, pause)
        self._size = job.batch_size or 1
        self._position = 0
        with self.drawing.at(ORDER):
            self._rest: Iterator[Any] = iter(job.dataset)
        found = sum(len(self._read()) for _ in range(start.skip))
        if found <= (start.skip - 1) * self._size:
            there = f"the dataset has only {-(-found // self._size)}"
            raise ValueError(f"load_state_dict: {start.skip} batches were given out already, and {there}")

    def samples(self, task: Task) -> list[Any]:  # noqa: ARG002 (of a stream it is always the next ones)
        """Read the samples of the next batch."""
        samples = self._read()
        if not samples or (self.job.drop_last and len(samples) < self._size):
            raise EndOfStreamError
        return samples

    def _read(self) -> list[Any]:
        """The next samples, as many as a batch has or as there are."""
        self.where, samples = "sample {!r} of the dataset", []
        with self.drawing as drawing:
            for position in range(self._position, self._position + self._size):
                if self.pause is not None:
                    self.pause()
                self.index = position
                drawing.at(SAMPLE, position)
                try:
                    samples.append(next(self._rest))
                except StopIteration:
                    break
        self._position += len(samples)
        return samples


def maker_of(job: Job, start: Start, pause: Callable[[], None] | None = None) -> Maker:
    """What makes the batches of a pass; of a stream, those that are not skipped."""
    return (FromStream if job.stream else FromIndices)(job, start, pause)


def twins_of(
    generators: list[Generator | np.random.Generator], states: list[dict[str, Any]]
) -> dict[int, np.random.Generator]:
    """For each generator, by the id of NumPy's, another one in the state that is given."""
    twins = {}
    for generator, state in zip(generators, states, strict=True):
        moving = real(generator)
        twin = np.random.Generator(type(moving.bit_generator)(0))
        twin.bit_generator.state = state
        twins[id(moving)] = twin
    return twins


def whole_batches(dataset: Any) -> Callable[[Array], Any] | None:
    """What reads a batch at one go by an array of indices: of a TensorDataset, and of a Subset of one."""
    if type(dataset) is TensorDataset:
        return lambda indices: gathered(dataset, indices)
    if type(dataset) is Subset and (whole := whole_batches(dataset.dataset)) is not None:
        chosen = np.asarray(dataset.indices)
        if chosen.dtype.kind in "iu" and chosen.ndim == 1:
            return lambda indices: whole(chosen[indices])
    return None
