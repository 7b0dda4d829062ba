"""Objects that go over a socket arrive as they were, arrays in memory of their own."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minitensor as mt
from loader_samples import content
from minitensor.data.workers import wire


def sent(message):
    """A message at the other end, sent by a thread, since it may be larger than what the system keeps on its way."""
    ours, theirs = wire.pair()
    with ours, theirs:
        sender = threading.Thread(target=wire.send, args=(theirs, wire.packed(message)))
        sender.start()
        found = wire.receive(ours)
        sender.join()
        return found


arrays = hnp.arrays(st.sampled_from(["f4", "i8", "u1", "?"]), hnp.array_shapes(min_dims=0, max_dims=4, min_side=0))
parts = st.one_of(
    arrays,
    arrays.map(np.transpose),
    arrays.map(lambda array: mt.from_numpy(array.copy())),
    st.integers(),
    st.text(),
    st.none(),
)


@settings(deadline=None)
@given(st.lists(st.one_of(parts, st.tuples(parts, parts), st.dictionaries(st.text(), parts)), max_size=6))
def test_messages_arrive_as_they_were(message):
    def by_the_byte(part):
        if isinstance(part, np.ndarray):
            return part.shape, part.dtype, part.tobytes()
        if isinstance(part, dict):
            return {key: by_the_byte(value) for key, value in part.items()}
        return [by_the_byte(one) for one in part] if isinstance(part, (list, tuple)) else content(part)

    assert by_the_byte(sent(message)) == by_the_byte(message)


def test_large_arrays_arrive_whole_and_can_be_written_to():
    array = np.random.default_rng(0).random(3_000_000)
    found, same = sent([array, array])
    np.testing.assert_array_equal(found, array)
    assert found is same
    found[0] = 2.0
    assert array[0] != 2.0


def test_array_memory_goes_beside_the_pickle():
    head, *buffers = wire.packed([np.zeros(1000), mt.zeros(500)])
    assert len(head) < 600
    assert [buffer.nbytes for buffer in buffers] == [8000, 2000]


def test_an_end_that_is_closed_is_the_end():
    ours, theirs = wire.pair()
    theirs.sendall(wire.packed([np.zeros(100)])[0][:20])
    theirs.close()
    with ours, pytest.raises(EOFError):
        wire.receive(ours)
