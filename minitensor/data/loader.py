"""The loader: a dataset's batches, one pass after the other."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Generic

import numpy as np

from minitensor.data import workers
from minitensor.data.arguments import check_functions, check_order, check_workers, checked_flag, is_stream, number_of_samples
from minitensor.data.collate import default_collate, default_convert
from minitensor.data.fetch import EndOfStreamError, Job, maker_of
from minitensor.data.order import Task, samplers_of, tasks_of, tasks_of_stream
from minitensor.data.passes import Pass
from minitensor.data.progress import Progress, check_state, generators_of, set_states, states_of
from minitensor.random import Generator as RandomGenerator
from minitensor.random import numpy_generator

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    Batch = TypeVar("Batch", default=Any)
else:
    from typing import TypeVar

    Batch = TypeVar("Batch")

FIXED = (
    "dataset",
    "batch_size",
    "sampler",
    "batch_sampler",
    "drop_last",
    "collate_fn",
    "num_workers",
    "worker_type",
    "generator",
)


class DataLoader(Generic[Batch]):
    """The batches of a dataset, in order or in a random one: a new one at each pass.

    Workers, processes or threads, can make the batches beside the program. What is drawn at random, the order and what the
    dataset does to its samples, is the same at any number of workers of either type, and after a pass was broken off and
    resumed: see Notes. As PyTorch's `torch.utils.data.DataLoader`.

    Parameters
    ----------
    dataset : Dataset or IterableDataset
        Or anything else with `__getitem__` and `__len__`, or that can be iterated over more than once.
    batch_size : int, optional
        How many samples a batch has; the last may have fewer. None: samples come one by one.
    shuffle : bool, optional
        Whether the order is random.
    sampler : Sampler or iterable, optional
        Which sample comes next, where that is not said by `shuffle`.
    batch_sampler : Sampler or iterable, optional
        Which samples make the next batch, instead of all of the above.
    num_workers : int
        0: the batches are made in this process, when they are wanted.
    collate_fn : callable, optional
        Makes a batch of a list of samples; as `default_collate`. With `batch_size=None` it is given one sample, and is
        `default_convert` if it is not given.
    pin_memory : bool
        Taken, and of no effect: there is no other memory.
    drop_last : bool
        Whether to leave out a last batch that has fewer samples.
    timeout : float
        How many seconds to wait for a batch from the workers; 0 for no limit.
    worker_init_fn : callable, optional
        Each worker calls it with its number, from 0 on, before its first batch.
    multiprocessing_context : str or multiprocessing context, optional
        How worker processes start: "fork", "spawn" or "forkserver". It is "fork" on Linux, where the dataset and the
        functions need not be picklable then, and Python's own choice on other systems.
    generator : Generator or numpy.random.Generator, optional
        Where the seed of each pass comes from; the one that `manual_seed` sets if it is not given.
    prefetch_factor : int, optional
        How many batches for each worker are made before they are wanted; 2 if it is not given.
    persistent_workers : bool
        Whether the workers stay when a pass ends, to make the next one. They keep the dataset as it was when they began;
        only generators that it holds go where the program's go.
    pin_memory_device : str
        Taken, and of no effect.
    in_order : bool
        Whether a batch of the workers waits for those before it.
    worker_type : str
        "process"; or "thread", for a dataset that waits for files or lets go of Python's lock, as NumPy and decoders do.
        Threads share the dataset, and it costs nothing to bring a batch from them.

    Raises
    ------
    TypeError, ValueError
        The dataset has no samples by number and can't be iterated over, or only once; an argument is of no use or
        contradicts another one.
    RuntimeError
        While it is read: a worker has died, or a batch has not come within `timeout`. What the dataset or a function raises
        in a worker arrives as the same type, its message with the worker's traceback.

    Notes
    -----
    When a pass begins, one integer is drawn from the generator: its seed. From it follow the order (of a sampler that has a
    generator of its own, from that one) and, with a sample's position in the pass, what minitensor's generators draw for the
    sample. Python's `random` and NumPy's `np.random` begin anew in each worker process, from the seed and the worker's
    number, and so are not the same at another number of workers. An IterableDataset is read by one worker.

    Worker processes compute on one thread each, leave Ctrl-C to the main program, and end with the pass, or when nobody
    reads it any more, or with the program, however it ends.

    Examples
    --------
    >>> import minitensor as mt
    >>> dataset = mt.data.TensorDataset(mt.arange(10.0), mt.arange(10))
    >>> loader = mt.data.DataLoader(dataset, batch_size=4, shuffle=True, generator=mt.Generator().manual_seed(0))
    >>> [len(x) for x, y in loader]
    [4, 4, 2]

    Broken off, and resumed by another loader:

    >>> batches = iter(loader)
    >>> first = next(batches)
    >>> state, rest = loader.state_dict(), [y.tolist() for x, y in batches]
    >>> other = mt.data.DataLoader(dataset, batch_size=4, shuffle=True, generator=mt.Generator())
    >>> other.load_state_dict(state)
    >>> [y.tolist() for x, y in other] == rest
    True
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Iterable[Any] | None = None,
        batch_sampler: Iterable[Any] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[Any], Batch] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], Any] | None = None,
        multiprocessing_context: Any = None,
        generator: RandomGenerator | np.random.Generator | None = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
        worker_type: str = "process",
    ) -> None:
        stream = is_stream(dataset)
        check_order(stream, batch_size, shuffle, sampler, batch_sampler, drop_last)
        check_workers(num_workers, worker_type, timeout, multiprocessing_context, prefetch_factor, persistent_workers)
        check_functions(collate_fn=collate_fn, worker_init_fn=worker_init_fn)
        checked_flag("DataLoader", "in_order", in_order)
        if generator is not None:
            numpy_generator(generator)  # refuses what is none
        if batch_sampler is not None:
            batch_size, sampler = None, getattr(batch_sampler, "sampler", None)
        elif not stream:
            sampler, batch_sampler = samplers_of(dataset, batch_size, shuffle, sampler, drop_last)
        batched = batch_size is not None or batch_sampler is not None
        by_processes = num_workers > 0 and worker_type == "process"
        self.dataset, self.batch_size, self.drop_last = dataset, batch_size, drop_last
        self.sampler, self.batch_sampler, self.generator = sampler, batch_sampler, generator
        self.collate_fn: Callable[[Any], Any] = collate_fn or (default_collate if batched else default_convert)
        self.num_workers, self.worker_type, self.worker_init_fn = num_workers, worker_type, worker_init_fn
        self.multiprocessing_context = workers.context_of(multiprocessing_context) if by_processes else None
        self.timeout, self.in_order, self.persistent_workers = timeout, in_order, persistent_workers
        self.prefetch_factor = (prefetch_factor or 2) if num_workers else None
        self.pin_memory, self.pin_memory_device = pin_memory, pin_memory_device
        self._job = Job(dataset, stream, batch_size, drop_last, self.collate_fn, batched, self._generators())
        self._progress: Progress | None = None
        self._to_resume: Progress | None = None
        self._crew: workers.Crew | None = None  # the workers that stay

    def __len__(self) -> int:
        """How many batches a pass has; of a stream, if the dataset has a length."""
        if not self._job.stream:
            return number_of_samples(self.sampler if self.batch_sampler is None else self.batch_sampler)
        samples = number_of_samples(self.dataset)
        whole, rest = divmod(samples, self.batch_size or 1)
        return whole + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Pass[Batch]:
        progress, self._to_resume = self._to_resume or self._new_pass(), None
        self._progress = progress
        return Pass(self._batches(progress), partial(self._state, progress), partial(self._is_over, progress))

    def state_dict(self, new_pass: bool = False) -> dict[str, Any]:
        """How far the pass has come that began last: `load_state_dict` goes on there, in this loader or in one like it.

        What counts is which batches were given out, not which the workers have made already. After a whole pass, or before
        the first, the state is that of a loader which begins a new one. `iter(loader).state_dict()` is of that pass.

        Parameters
        ----------
        new_pass : bool
            Whether passes that were begun are left out of account: what is loaded then gives what this loader's next `iter`
            gives, a new pass (or, if a state was loaded and not gone on with yet, the rest of that one).

        Returns
        -------
        dict
            Of integers, of what kind of loader it is of, and of the states of generators: that of the loader's own and
            those of its samplers' own. Where the seeds of passes come from the generator that all share, that one's state
            (`mt.get_rng_state()`) goes with it.

        Examples
        --------
        >>> import minitensor as mt
        >>> loader = mt.data.DataLoader(range(10), batch_size=2)
        >>> for batch in loader:
        ...     if 4 in batch.tolist():
        ...         state = loader.state_dict()
        >>> loader.load_state_dict(state)
        >>> list(loader)
        [tensor([6, 7]), tensor([8, 9])]
        """
        return self._state(self._to_resume or (None if new_pass else self._progress))

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on where another loader was when `state_dict` was called there: the next `iter` gives the rest of that pass.

        Batches that were given out already are not made again; of an IterableDataset their samples are read, and dropped. If
        there are no others, the next pass begins.

        Parameters
        ----------
        state_dict : dict
            What `state_dict` returned, of a loader with as many samples and the same order, batch size, `drop_last` and
            generators; the number and type of workers may differ.

        Raises
        ------
        TypeError, ValueError
            It is something else, or of another loader. Nothing has changed then.
        """
        generators = self._generators()
        check_state(state_dict, self._kind(), len(generators))
        at_start = state_dict["generators_at_start"]
        set_states(generators, at_start, state_dict["generators"])
        self._progress = self._to_resume = None
        if (seed := state_dict["pass_seed"]) is not None:
            self._to_resume = Progress(seed, at_start, state_dict["batches"], state_dict["ahead"], state_dict["drawn"])

    def _kind(self) -> dict[str, Any]:
        """What another loader must have in common with this one to go on with its passes."""
        samples = None
        with suppress(TypeError, NotImplementedError):  # there is no length
            samples = None if self._job.stream else number_of_samples(self.dataset)
        order = self.batch_sampler if self.sampler is None else self.sampler
        return {
            "samples": samples,
            "batch_size": self.batch_size,
            "drop_last": self.drop_last,
            "order": None if order is None else type(order).__name__,
            "stream": self._job.stream,
            "generator": self.generator is not None,
        }

    def _state(self, progress: Progress | None) -> dict[str, Any]:
        """What `state_dict` says of a pass; of none, where it is over."""
        now = states_of(self._generators())
        if progress is None or self._is_over(progress):
            progress = None
        return {
            "of": self._kind(),
            "pass_seed": None if progress is None else progress.seed,
            "batches": 0 if progress is None else progress.batches,
            "ahead": [] if progress is None else sorted(progress.ahead),
            "drawn": 0 if progress is None else progress.drawn,
            "generators_at_start": now if progress is None else progress.generator_states,
            "generators": now,
        }

    def _new_pass(self) -> Progress:
        seed = int(numpy_generator(self.generator).integers(2**63))
        return Progress(seed, states_of(self._generators()))

    def _batches(self, progress: Progress) -> Generator[Batch]:
        """The rest of a pass; a whole new one if there is no rest of one that is resumed."""
        while True:
            yield from self._workers_batches(progress) if self.num_workers else self._own_batches(progress)
            progress.ended = True
            if not progress.resumed:
                return
            progress.become(self._new_pass())

    def _own_batches(self, progress: Progress) -> Iterator[Batch]:
        """Make the batches here, when they are wanted."""
        maker = maker_of(self._job, progress.start())
        with suppress(EndOfStreamError):
            for task in self._tasks(progress):
                yield progress.give(task.number, maker.make(task))

    def _workers_batches(self, progress: Progress) -> Iterator[Batch]:
        """Have the workers make them ahead."""
        crew = self._crew
        if crew is None or not crew.is_free():
            crew = workers.Crew(self._job, self)
            if self.persistent_workers and (self._crew is None or not self._crew.is_alive()):
                self._crew = crew
        yield from crew.deliver(progress, self._tasks(progress), stays=crew is self._crew)

    def _tasks(self, progress: Progress) -> Iterator[Task]:
        if self._job.stream:
            return tasks_of_stream(progress.batches)
        source: Any = self.sampler if self.batch_sampler is None else self.batch_sampler
        return progress.rest(tasks_of(source, progress.seed, self._job.batched), self._generators())

    def _generators(self) -> list[Any]:
        return generators_of(self, self.batch_sampler)

    def _is_over(self, progress: Progress) -> bool:
        """Whether all batches were given out, as far as that is known."""
        if progress.ended or self._job.stream:  # what a stream says of its length may be wrong
            return progress.ended
        with suppress(TypeError, NotImplementedError):  # there is no length
            return progress.batches >= len(self)
        return False

    def __setattr__(self, name: str, value: Any) -> None:
        if name in FIXED and "_crew" in vars(self):
            raise ValueError(f"DataLoader: {name} is said when a loader is built, and stays: build another one")
        super().__setattr__(name, value)

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_crew": None}  # workers stay where they are
