"""Shows that kept memory changes how often the system is asked for pages and nothing else, and that training needs no more of them."""

from __future__ import annotations

import gc
import resource
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import minitensor as mt
from minitensor import memory, nn

GLIBC = memory.c_library() is not None

TRAIN = """
import hashlib, numpy as np, minitensor as mt
from minitensor import nn, optim
mt.manual_seed(0)
model = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4096, 5))
optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
x, target = mt.randn(32, 3, 32, 32), mt.arange(32) % 5
for _ in range(5):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(x), target).backward()
    optimizer.step()
"""


@pytest.fixture(autouse=True)
def _kept_as_before():
    yield
    memory.keep_memory()


def outcome_of(code, **environment):
    """What a new process prints."""
    root = str(Path(__file__).resolve().parent.parent)
    variables = {"PATH": "", "PYTHONPATH": root, "OMP_NUM_THREADS": "1", **environment}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=variables)
    return done.stdout.strip() if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def message_of(error, call):
    """The whole text of the error that a call raises."""
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


PAGES = """
import resource, numpy as np, minitensor as mt
def pages_mapped_by(call):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    call()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
"""


def pages_of(code):
    """The numbers of pages that a new process had to map, as its code prints them: another's memory is full of holes."""
    return [int(number) for number in outcome_of(PAGES + code).split()]


def test_the_function_says_whether_the_c_library_can_be_told():
    assert mt.keep_memory() is GLIBC
    assert mt.keep_memory(10**12) is GLIBC
    assert mt.keep_memory(0) is GLIBC


def test_a_limit_that_is_none_is_refused():
    expected = "keep_memory: the limit is an integer, a number of bytes, got 1.5"
    assert message_of(TypeError, lambda: mt.keep_memory(1.5)) == expected
    assert message_of(TypeError, lambda: mt.keep_memory(True)) == expected.replace("1.5", "True")
    assert message_of(ValueError, lambda: mt.keep_memory(-1)) == "keep_memory: the limit is 0 bytes or more, got -1"


@pytest.mark.parametrize("said", ["-1", "1e9", "no"])
def test_a_limit_that_the_environment_cannot_mean_is_refused(said):
    expected = f"ValueError: MINITENSOR_KEEP_MEMORY: a number of bytes, 0 or more, got {said!r}"
    assert outcome_of("import minitensor", MINITENSOR_KEEP_MEMORY=said) == expected


def test_another_c_library_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda _: object())  # knows no name, as musl and macOS know none of these
    assert mt.keep_memory() is False
    monkeypatch.setattr(memory.os, "name", "nt")
    monkeypatch.setattr(memory.ctypes, "CDLL", None)
    assert mt.keep_memory() is False


def test_kept_memory_is_not_mapped_again_and_without_it_goes_back_at_once():
    """Where the C library is glibc; another maps pages as it likes."""
    kept, given_back = pages_of("""
def write_and_drop():
    for _ in range(50): np.empty(2**20, np.uint8).fill(1)
write_and_drop()
print(pages_mapped_by(write_and_drop))
mt.keep_memory(0)
print(pages_mapped_by(write_and_drop))
""")
    assert not GLIBC or (kept < 50 and given_back >= 50 * 2**20 // resource.getpagesize())


def test_the_limit_is_the_most_that_is_kept():
    """Where the C library is glibc."""
    beyond, within = pages_of("""
def hold_and_drop():
    held = [np.ones(2**20, np.uint8) for _ in range(32)]
for limit in (2**23, 2**27):
    mt.keep_memory(limit)
    hold_and_drop()
    print(pages_mapped_by(hold_and_drop))
""")
    assert not GLIBC or (beyond >= 24 * 2**20 // resource.getpagesize() and within < 100)


def test_training_gives_the_same_bytes_with_kept_memory_and_without():
    say = TRAIN + "print(hashlib.sha256(b''.join(p.detach().numpy().tobytes() for p in model.parameters())).hexdigest())"
    assert outcome_of(say, MINITENSOR_KEEP_MEMORY="0") == outcome_of(say)


def test_a_step_of_training_maps_no_new_pages():
    say = TRAIN + (
        "import resource\ndef step():\n    optimizer.zero_grad()\n    nn.functional.cross_entropy(model(x), target).backward()\n"
        "    optimizer.step()\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt\nfor _ in range(20): step()\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)"
    )
    assert not GLIBC or int(outcome_of(say)) < 20 * 20 < int(outcome_of(say, MINITENSOR_KEEP_MEMORY="0"))


def test_memory_is_flat_over_ten_thousand_steps():
    """Without the garbage collector: what a step leaves behind would stay."""
    model = nn.Sequential(nn.Conv1d(1, 2, 8), nn.ReLU(), nn.Flatten())
    optimizer = mt.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    x, target = mt.ones(2, 1, 8), mt.tensor([0, 1])

    def steps(count):
        for _ in range(count):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x), target).backward()
            optimizer.step()

    gc.collect()
    gc.disable()
    try:
        steps(2_000)  # until Python's own lists of free objects are full
        blocks, peak = sys.getallocatedblocks(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        steps(8_000)
        assert sys.getallocatedblocks() - blocks < 100
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < 2**10  # kilobytes
    finally:
        gc.enable()


def test_nothing_that_somebody_can_still_see_is_written_to_again():
    """Results, views of them, gradients of a retained graph, what hooks saw and another thread's results, through more steps."""
    held = []

    def hold(*tensors):
        held.extend((t.detach().numpy(), t.detach().numpy().copy()) for t in tensors)

    def steps():
        model = nn.Sequential(
            nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 4, 1)
        )
        for scale in range(1, 6):
            x = (mt.randn(3, 2, 8, 8) * scale).requires_grad_()
            hidden = model[0](x)
            hidden.register_hook(lambda grad: hold(grad, grad[1:, :, ::2]))
            y = model[1:](hidden)
            loss = (y * y).mean()
            loss.backward(retain_graph=True)
            hold(x, hidden, hidden[1:], hidden.flatten(), y, y.permute(1, 0, 2, 3), x.grad)
            hold(*mt.autograd.grad(loss, [x, hidden]), *(parameter.grad for parameter in model.parameters()))
            model.zero_grad()

    others = [threading.Thread(target=steps) for _ in range(2)]
    for other in others:
        other.start()
    steps()
    for other in others:
        other.join()
    assert len(held) > 200
    assert all(np.array_equal(array, copy) for array, copy in held)
