"""Workers: who they are, how far ahead they work, what they share, and what they are told once or at each pass."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import random
import threading
import time
from functools import partial
from itertools import islice

import numpy as np
import pytest

import minitensor as mt
from loader_samples import Augmented, AugmentedStream, Listed, WhoReads, passes
from minitensor import threads
from minitensor.blas import one_blas_thread
from minitensor.data import DataLoader, IterableDataset, get_worker_info

KINDS = ["process", "thread"]


class Asking(Listed):
    """Each sample is what a function returns where it is called."""

    def __getitem__(self, index):
        return self.samples[index]()


@pytest.mark.parametrize("kind", KINDS)
def test_batches_go_to_the_workers_in_turn(kind):
    loader = DataLoader(WhoReads(), 2, num_workers=3, worker_type=kind)
    assert [batch.tolist() for batch in loader] == [[0, 0], [1, 1], [2, 2], [0, 0], [1, 1], [2, 2]]
    assert get_worker_info() is None
    assert [batch.tolist() for batch in DataLoader(WhoReads(), 12)] == [[-1] * 12]


@pytest.mark.parametrize("kind", KINDS)
def test_a_worker_knows_its_number_seed_and_dataset(kind):
    def who():
        info = get_worker_info()
        return info.id, info.num_workers, str(info.seed), [len(info.dataset)], mt.initial_seed() == info.seed

    mt.manual_seed(3)
    loader = DataLoader(Asking([who] * 4), None, num_workers=2, worker_type=kind, persistent_workers=True)
    generator = np.random.default_rng(3)
    for _ in range(2):
        seed = int(generator.integers(2**63))
        own = kind == "process"
        assert list(loader) == [(k % 2, 2, str(seed + k % 2), [4], own) for k in range(4)]


def test_a_process_knows_who_it_is_in_all_its_threads():
    def elsewhere():
        found = []
        thread = threading.Thread(target=lambda: found.append(get_worker_info().id))
        thread.start()
        thread.join()
        return found[0]

    assert list(DataLoader(Asking([elsewhere] * 4), None, num_workers=2)) == [0, 1, 0, 1]


def test_older_generators_begin_anew_in_each_process_and_pass():
    def drawn():
        return random.random(), np.random.random()  # noqa: NPY002 (it is about the older one)

    def numbers(**options):
        mt.manual_seed(3)
        loader = DataLoader(Asking([drawn] * 6), None, num_workers=2, **options)
        return [list(loader) for _ in range(2)]

    before = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    first = numbers()
    assert numbers() == first
    assert numbers(persistent_workers=True) == first
    assert len({number for one in first for pair in one for number in pair}) == 24
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before  # noqa: NPY002


@pytest.mark.parametrize("kind", KINDS)
def test_worker_init_fn_is_called_once_in_each_worker(kind):
    called = {}

    def begin(worker):
        called[worker] = called.get(worker, 0) + 1, mt.rand(1).item()

    class Told(Listed):
        def __getitem__(self, index):
            return [get_worker_info().id, *called[get_worker_info().id]]

    mt.manual_seed(3)
    loader = DataLoader(Told([0] * 4), None, num_workers=2, worker_type=kind, worker_init_fn=begin, persistent_workers=True)
    first, second = list(loader), list(loader)
    assert first == second
    seed = np.random.default_rng(3).integers(2**63)
    numbers = [np.random.default_rng([seed, 3, worker]).random(1, np.float32).item() for worker in (0, 1)]
    assert first == [[k % 2, 1, numbers[k % 2]] for k in range(4)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("factor", "most"), [(None, 4), (1, 2), (3, 6)])
def test_workers_are_ahead_by_the_prefetch_factor(kind, factor, most, tmp_path):
    class Noting(Listed):
        def __getitem__(self, index):
            (tmp_path / str(index)).touch()
            return index

    loader = DataLoader(Noting([0] * 20), 1, num_workers=2, worker_type=kind, prefetch_factor=factor)
    batches = iter(loader)
    for given in range(1, 5):
        next(batches)
        for _ in range(1000):
            if len(list(tmp_path.iterdir())) >= given + most:
                break
            time.sleep(0.01)
        time.sleep(0.05)
        assert len(list(tmp_path.iterdir())) == given + most
    batches.close()


@pytest.mark.parametrize("kind", KINDS)
def test_out_of_order_a_batch_does_not_wait_for_a_slow_one(kind, tmp_path):
    class Waiting(Listed):
        def __getitem__(self, index):
            while index == 0 and not (tmp_path / "go").exists():
                time.sleep(0.01)
            return index

    loader = DataLoader(Waiting([0] * 6), 1, num_workers=2, worker_type=kind, in_order=False)
    batches = iter(loader)
    first = [next(batches).item() for _ in range(4)]
    (tmp_path / "go").touch()
    assert 0 not in first
    assert sorted(first + [batch.item() for batch in batches]) == list(range(6))


@pytest.mark.parametrize("kind", KINDS)
def test_several_passes_over_one_loader_at_once(kind):
    for stays in (False, True):
        loader = DataLoader(Augmented(12), 2, True, num_workers=2, worker_type=kind, persistent_workers=stays)
        mt.manual_seed(3)
        one, other = iter(loader), iter(loader)
        both = list(zip(one, other, strict=True))
        mt.manual_seed(3)
        plain = DataLoader(Augmented(12), 2, True)
        expected = list(zip(list(plain), list(plain), strict=True))
        assert repr(both) == repr(expected)
        assert len(passes(loader)) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_pass_that_is_left_early_leaves_nothing_for_the_next(kind):
    for stays in (False, True):
        loader = DataLoader(range(40), 2, num_workers=2, worker_type=kind, persistent_workers=stays)
        for early in (0, 1, 5):
            assert [batch.tolist() for batch in islice(loader, early)] == [[2 * k, 2 * k + 1] for k in range(early)]
        assert sum(len(batch) for batch in loader) == 40


class Noted(Listed):
    """Its samples take some time, but for the first one, and are noted as files."""

    def __getitem__(self, index):
        (self.samples / str(index)).touch()
        time.sleep(0.05 if index else 0.0)
        return index

    def __len__(self):
        return 400


@pytest.mark.parametrize("kind", KINDS)
def test_what_nobody_wants_any_more_is_given_up(kind, tmp_path):
    """In the middle of a batch: when the workers end, and when those that stay begin another pass."""
    loader = DataLoader(Noted(tmp_path), batch_sampler=[[0], range(1, 400)], num_workers=1, worker_type=kind)
    for _batch in loader:
        break
    assert len(list(tmp_path.iterdir())) < 400
    batches = [[0], range(1, 400)]
    loader = DataLoader(
        Noted(tmp_path), batch_sampler=batches, num_workers=1, worker_type=kind, persistent_workers=True, timeout=60
    )
    next(iter(loader))
    del batches[1]
    assert [batch.tolist() for batch in loader] == [[0]]
    assert len(list(tmp_path.iterdir())) < 400


@pytest.mark.parametrize("kind", KINDS)
def test_no_threads_are_left(kind):
    before = threading.active_count()
    for _ in range(3):
        list(DataLoader(range(10), 2, num_workers=3, worker_type=kind))
        for _batch in DataLoader(range(10), 2, num_workers=3, worker_type=kind):
            break
    assert threading.active_count() == before


@pytest.mark.parametrize("kind", KINDS)
def test_workers_compute_on_one_thread(kind):
    def computing():
        with one_blas_thread:
            pass
        parts = len(threads.shares(1000))
        return [parts, 1 if kind == "thread" else mt.get_num_threads()]

    before = mt.get_num_threads()
    mt.set_num_threads(3)
    try:
        mt.ones(1000, 1000) @ mt.ones(1000, 1000)  # whose threads a forked process doesn't have
        loader = DataLoader(Asking([computing] * 4), None, num_workers=2, worker_type=kind)
        assert list(loader) == [[1, 1]] * 4
        assert len(threads.shares(1000)) == 3
        assert mt.get_num_threads() == 3
    finally:
        mt.set_num_threads(before)


@pytest.mark.parametrize("kind", KINDS)
def test_samples_can_be_computed_with_networks_and_matrices(kind):
    """After the program itself has computed on several threads, whose locks and threads a forked process has not."""
    before = mt.get_num_threads()
    mt.set_num_threads(2)
    try:
        conv, x = mt.nn.Conv2d(8, 16, 3), mt.rand(16, 8, 32, 32)
        expected = conv(x).detach()

        class Convolved(Listed):
            def __getitem__(self, index):
                with mt.no_grad():
                    return conv(x[index : index + 1])[0] + 0 * (np.ones((200, 200)) @ np.ones((200, 200))).sum().item()

        loader = DataLoader(Convolved([0] * 16), 4, num_workers=2, worker_type=kind)
        found = mt.cat(list(loader))
    finally:
        mt.set_num_threads(before)
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_loader_is_read_in_any_thread(kind):
    found = []
    loader = DataLoader(range(10), 2, num_workers=2, worker_type=kind)
    thread = threading.Thread(target=lambda: found.extend(batch.tolist() for batch in loader))
    thread.start()
    thread.join()
    assert found == [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]


class Shared(IterableDataset):
    """Shares its numbers out among the workers, as PyTorch's documentation has it."""

    def __iter__(self):
        info = get_worker_info()
        if info is None:
            return iter(range(3, 7))
        share = -(-4 // info.num_workers)
        start = 3 + info.id * share
        return iter(range(start, min(start + share, 7)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_stream_is_read_by_one_worker(kind):
    for number in (0, 1, 3):
        assert [x.tolist() for x in DataLoader(Shared(), 3, num_workers=number, worker_type=kind)] == [[3, 4, 5], [6]]
        loader = DataLoader(AugmentedStream(7), 2, num_workers=number, worker_type=kind, persistent_workers=number > 0)
        assert [batch[0].tolist() for _ in range(2) for batch in loader] == 2 * [[0, 1], [2, 3], [4, 5], [6]]


def test_batches_larger_than_any_buffer_arrive_whole():
    """Arrays of all sorts of dtypes and layouts, empty ones, many in one batch, and other things."""

    def large():
        array = np.random.default_rng(0).random((300, 1000))
        return {
            "large": mt.from_numpy(array),
            "transposed": mt.from_numpy(array.T),
            "strided": mt.from_numpy(array[::3, ::7]),
            "empty": mt.zeros(0, 3),
            "scalar": mt.tensor(2.5),
            "many": [mt.tensor([k, k]) for k in range(3000)],
            "others": ["text", None, 1 + 2j, {"set"}],
            "array": array.astype(np.float16),
        }

    expected = pickle.dumps(large())
    for batch in DataLoader(Asking([large] * 5), None, num_workers=2, collate_fn=lambda sample: sample):
        assert pickle.dumps(batch) == expected
        batch["large"][0, 0] = 3.0  # memory of its own, which can be written to
        assert batch["array"].flags.writeable


def test_a_loader_can_be_pickled_and_copied():
    loader = DataLoader(Listed([1, 2, 3]), 2, num_workers=1, persistent_workers=True)
    list(loader)
    again = pickle.loads(pickle.dumps(loader))
    assert [batch.tolist() for batch in again] == [[1, 2], [3]]


def test_loaders_nest_in_threads_and_not_in_processes():
    def inner(number, kind):
        return [x.item() for x in DataLoader([1, 2], num_workers=number, worker_type=kind)]

    for number, kind in ((0, "process"), (1, "thread")):
        assert list(DataLoader(Asking([partial(inner, number, kind)]), None, num_workers=1)) == [[1, 2]]
    with pytest.raises(
        RuntimeError, match=r"^DataLoader: this is a worker process itself, which can't have others: here num_"
    ):
        list(DataLoader(Asking([lambda: inner(1, "process")]), None, num_workers=1))
    assert list(DataLoader(Asking([lambda: inner(1, "process")]), None, num_workers=1, worker_type="thread")) == [[1, 2]]


def test_the_context_of_processes_is_a_name_or_an_object():
    for context in ("spawn", multiprocessing.get_context("spawn")):
        loader = DataLoader(Listed([1, 2]), num_workers=1, multiprocessing_context=context)
        assert loader.multiprocessing_context.get_start_method() == "spawn"
        assert [batch.item() for batch in loader] == [1, 2]
    forked = DataLoader(Asking([os.getpid]), None, num_workers=1)
    assert forked.multiprocessing_context.get_start_method() == "fork"
    assert list(forked) != [os.getpid()]


@pytest.mark.parametrize("kind", KINDS)
def test_timeout_says_what_is_late(kind):
    waits, leave = os.pipe()

    class Slow(Listed):
        def __getitem__(self, index):
            if index >= 3:
                os.read(waits, 1)
            return index

    batches = iter(DataLoader(Slow([0] * 8), 1, num_workers=2, worker_type=kind, timeout=1))
    assert [next(batches).item() for _ in range(3)] == [0, 1, 2]
    who = r"worker 1 \(process \d+\)" if kind == "process" else r"worker 1 \(a thread\)"
    message = rf"^DataLoader: batch 3 has not come within the timeout of 1 seconds: {who} has it in hand$"
    with pytest.raises(RuntimeError, match=message):
        next(batches)
    assert list(batches) == []
    os.write(leave, b"nobody has waited for this but the threads")
    os.close(leave)
