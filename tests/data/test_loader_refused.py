"""What a loader refuses: when it is built, and samples that make no batch."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
from loader_samples import AugmentedStream, Listed
from minitensor.data import DataLoader, TensorDataset, default_collate


def numbers(length):
    """Return a dataset of pairs (i, 10 * i)."""
    return TensorDataset(mt.arange(length), mt.arange(length) * 10)


def message(error_type, call):
    """Return the whole text of the error that the call raises."""
    with pytest.raises(error_type) as error:
        call()
    return str(error.value)


# What to build a loader of, by place and by name; what it is; and what is said.
DATA, STREAM = numbers(3), AugmentedStream(3)
OWN_ORDER = "DataLoader: an iterable dataset comes in its own order, and takes no"
WHOLE = "DataLoader: batch_sampler says what a batch is, and leaves nothing to"
FOR_WORKERS = "that is for workers, and num_workers is 0"
REFUSED = [
    (
        (iter([1]),),
        {},
        TypeError,
        "DataLoader: a dataset has __getitem__ and __len__, or is an IterableDataset: "
        "list_iterator is an iterator, which gives its samples once only",
    ),
    ((3,), {}, TypeError, "DataLoader: a dataset has __getitem__ and __len__, or is an IterableDataset: int has neither"),
    ((DATA, 0), {}, ValueError, "DataLoader: batch_size is 1 or more, got 0"),
    ((DATA, 2.0), {}, TypeError, "DataLoader: batch_size is an integer, got 2.0"),
    ((DATA, True), {}, TypeError, "DataLoader: batch_size is an integer, got True"),
    ((DATA, 2, "yes"), {}, TypeError, "DataLoader: shuffle is True or False, got 'yes'"),
    ((DATA,), {"drop_last": 1}, TypeError, "DataLoader: drop_last is True or False, got 1"),
    ((DATA,), {"sampler": 3}, TypeError, "DataLoader: sampler is an iterable, which gives indices, got int"),
    ((DATA,), {"batch_sampler": 3}, TypeError, "DataLoader: batch_sampler is an iterable, which gives indices, got int"),
    ((STREAM, 1, True), {}, ValueError, f"{OWN_ORDER} shuffle"),
    ((STREAM,), {"sampler": [1]}, ValueError, f"{OWN_ORDER} sampler"),
    ((STREAM,), {"batch_sampler": [[1]]}, ValueError, f"{OWN_ORDER} batch_sampler"),
    (
        (DATA, 1, True),
        {"sampler": [1]},
        ValueError,
        "DataLoader: the order is either that of sampler or random by shuffle, got both",
    ),
    ((DATA, 2), {"batch_sampler": [[1]]}, ValueError, f"{WHOLE} batch_size"),
    ((DATA, None), {"batch_sampler": [[1]]}, ValueError, f"{WHOLE} batch_size"),
    ((DATA, 1, True), {"batch_sampler": [[1]], "drop_last": True}, ValueError, f"{WHOLE} shuffle, drop_last"),
    ((DATA,), {"batch_sampler": [[1]], "sampler": [1]}, ValueError, f"{WHOLE} sampler"),
    (
        (DATA, None),
        {"drop_last": True},
        ValueError,
        "DataLoader: with batch_size=None samples come one by one, and there is no last batch to drop",
    ),
    ((DATA,), {"num_workers": -1}, ValueError, "DataLoader: num_workers is 0 or more, got -1"),
    ((DATA,), {"num_workers": 1.5}, TypeError, "DataLoader: num_workers is an integer, got 1.5"),
    ((DATA,), {"worker_type": "fiber"}, ValueError, 'DataLoader: worker_type is "process" or "thread", got \'fiber\''),
    ((DATA,), {"timeout": "1"}, TypeError, "DataLoader: timeout is a number of seconds, got '1'"),
    ((DATA,), {"timeout": -1}, ValueError, "DataLoader: timeout is a number of seconds, 0 for no limit, got -1"),
    ((DATA,), {"timeout": float("nan")}, ValueError, "DataLoader: timeout is a number of seconds, 0 for no limit, got nan"),
    ((DATA,), {"timeout": 1}, ValueError, f"DataLoader: timeout: {FOR_WORKERS}"),
    ((DATA,), {"prefetch_factor": 2}, ValueError, f"DataLoader: prefetch_factor: {FOR_WORKERS}"),
    ((DATA,), {"persistent_workers": True}, ValueError, f"DataLoader: persistent_workers: {FOR_WORKERS}"),
    ((DATA,), {"multiprocessing_context": "fork"}, ValueError, f"DataLoader: multiprocessing_context: {FOR_WORKERS}"),
    ((DATA,), {"prefetch_factor": 0, "num_workers": 1}, ValueError, "DataLoader: prefetch_factor is 1 or more, got 0"),
    (
        (DATA,),
        {"persistent_workers": 1, "num_workers": 1},
        TypeError,
        "DataLoader: persistent_workers is True or False, got 1",
    ),
    ((DATA,), {"in_order": 1}, TypeError, "DataLoader: in_order is True or False, got 1"),
    (
        (DATA,),
        {"multiprocessing_context": "fork", "num_workers": 1, "worker_type": "thread"},
        ValueError,
        "DataLoader: multiprocessing_context is for processes, and worker_type is 'thread'",
    ),
    (
        (DATA,),
        {"multiprocessing_context": "spoon", "num_workers": 1},
        ValueError,
        "DataLoader: multiprocessing_context is one of fork, forkserver, spawn, got 'spoon'",
    ),
    (
        (DATA,),
        {"multiprocessing_context": 3, "num_workers": 1},
        TypeError,
        "DataLoader: multiprocessing_context is a name, or multiprocessing.get_context(name), got int",
    ),
    ((DATA,), {"collate_fn": 3}, TypeError, "DataLoader: collate_fn is a function, got int"),
    ((DATA,), {"worker_init_fn": "x"}, TypeError, "DataLoader: worker_init_fn is a function, got str"),
    ((DATA, 1, True), {"generator": 3}, TypeError, "generator: expected mt.Generator or numpy.random.Generator, got int"),
]


@pytest.mark.parametrize(("given_in_order", "given_by_name", "error_type", "said"), REFUSED)
def test_refused_loaders(given_in_order, given_by_name, error_type, said):
    """Each when it is built, by its whole message."""
    assert message(error_type, lambda: DataLoader(*given_in_order, **given_by_name)) == said


def test_samples_that_do_not_fit_each_other_are_refused():
    """Shapes, or the number of parts."""
    assert message(mt.ShapeError, lambda: default_collate([mt.ones(2), mt.ones(3)])) == (
        "DataLoader: sample 0 of the batch has the shape (2,), sample 1 (3,): "
        "transforms may pad or crop them, or collate_fn make something else"
    )
    assert message(ValueError, lambda: default_collate([(1, 2), (1, 2, 3)])) == (
        "DataLoader: the samples of a batch need the same number of parts, got 2 and 3"
    )
    assert message(ValueError, lambda: default_collate([{"a": 1}, {"a": 1, "b": 2}])) == (
        "DataLoader: the samples of a batch need the same keys, got ['a'] and ['a', 'b']"
    )


@pytest.mark.parametrize("dataset", [Listed([1, 2, 3]), TensorDataset(mt.arange(3))])
def test_a_batch_of_nothing_is_refused(dataset):
    for empty in ([], np.arange(0)):
        loader = DataLoader(dataset, batch_sampler=[[0], empty])
        with pytest.raises(
            ValueError, match=r"^default_collate: a batch is of one sample or more, got none: a batch_sampler"
        ):
            list(loader)


def test_what_is_meant_as_rows_is_refused_with_the_way_out():
    x, y = mt.zeros(4, 3), mt.zeros(4)
    assert message(TypeError, lambda: DataLoader((x, y), 2)) == (
        "DataLoader: a tuple of tensors (4, 3), (4,) is 2 samples: TensorDataset(*tensors) has rows"
    )
    assert message(TypeError, lambda: DataLoader({"x": x, "y": y}, 2)) == (
        "DataLoader: a dict of other keys than 0, 1, 2 has no samples by number: "
        "StackDataset(**parts) has, or a sampler says the keys"
    )
    assert [batch.shape for batch in DataLoader((x, x), 2)] == [(2, 4, 3)]
    assert list(DataLoader({0: "a", 1: "b"}, 2)) == [["a", "b"]]
