"""Shows memory shared by DLPack, in both directions, and what is not handed on."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt

TWO_ONE = np.lib.NumpyVersion(np.__version__) >= "2.1.0"  # the NumPy that knows the protocol's version 1


class Exporter:
    """Another library's tensor: it knows DLPack and nothing of NumPy."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, **asked):
        return self.array.__dlpack__(**asked)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


@pytest.mark.parametrize("dtype", [mt.float16, mt.float32, mt.float64, mt.int8, mt.uint8, mt.int32, mt.int64])
def test_another_library_shares_the_memory(dtype):
    x = mt.arange(6).reshape(2, 3).T.to(dtype)
    array = np.from_dlpack(x)
    np.testing.assert_array_equal(array, x.numpy())
    assert array.dtype == dtype
    x[0, 0] = 9
    assert array[0, 0] == 9


@pytest.mark.parametrize("source", [lambda array: array, mt.from_numpy, Exporter])
def test_the_memory_of_another_is_shared(source):
    array = np.arange(6.0).reshape(2, 3)
    x = mt.from_dlpack(source(array))
    assert (type(x), x.requires_grad, x.tolist()) == (mt.Tensor, False, array.tolist())
    array[1, 2] = 7
    assert x[1, 2].item() == 7
    copied = mt.from_dlpack(source(array), copy=True)
    array[1, 2] = 8
    assert copied[1, 2].item() == 7


def test_what_is_written_to_the_tensor_shows_in_the_array():
    array = np.zeros(3)
    mt.from_dlpack(array).add_(1)
    assert array.tolist() == [1, 1, 1]


def test_the_device_is_the_cpu():
    assert tuple(mt.ones(2).__dlpack_device__()) == (1, 0)
    with pytest.raises(ValueError, match="minitensor computes on the CPU"):
        mt.from_dlpack(np.ones(2), device="cuda")


def test_what_requires_grad_is_refused():
    leaf = mt.ones(2, requires_grad=True)
    message = "DLPack: this tensor requires grad, and gradients do not reach another library: use .detach()"
    for tensor in (leaf, leaf * 2):
        for call in (mt.Tensor.__dlpack__, np.from_dlpack, mt.from_dlpack):
            with pytest.raises(BufferError) as caught:
                call(tensor)
            assert str(caught.value) == message
        assert np.shares_memory(np.from_dlpack(tensor.detach()), tensor.numpy())


def test_memory_that_is_read_only_stays_so():
    array = np.ones(2)
    array.flags.writeable = False
    x = mt.from_dlpack(array)
    with pytest.raises(RuntimeError, match="add_: the memory is read-only"):
        x.add_(1)
    with pytest.raises(BufferError, match="readonly"):
        x.__dlpack__()  # without a version there is no way to say so
    if TWO_ONE:
        assert not np.from_dlpack(x).flags.writeable


def test_an_older_protocol_is_spoken_where_a_newer_one_is_known():
    assert "dltensor" in repr(mt.ones(2).__dlpack__(max_version=(1, 0)))


def test_what_does_not_know_the_protocol_is_refused_in_words():
    with pytest.raises(TypeError) as caught:
        mt.from_dlpack([1.0])
    assert str(caught.value) == "from_dlpack: list does not know DLPack: use mt.tensor(...), which copies"
    with pytest.raises(TypeError, match="there are no tensors of dtype complex64"):
        mt.from_dlpack(np.ones(2, np.complex64))
