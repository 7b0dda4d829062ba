"""Shows that functions take NumPy's names of arguments, refuse what is no tensor, and are the same as methods and functions."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import minitensor as mt
from minitensor.functions import arguments


def message_of(error, call):
    """The whole text of the error that a call raises."""
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


OF_TENSORS = [
    name
    for name in dir(mt)
    if getattr(getattr(mt, name), "__wrapped__", None) and getattr(mt, name).__module__.startswith("minitensor.functions")
]
WITH_DIM = [name for name in OF_TENSORS if "dim" in inspect.signature(getattr(mt, name)).parameters]


def test_there_are_many_of_them():
    assert len(OF_TENSORS) > 120
    assert {"sum", "softmax", "sort", "gather", "cat", "unsqueeze"} <= set(WITH_DIM)


@pytest.mark.parametrize("names", [{"dim": 1, "keepdim": True}, {"axis": 1, "keepdims": True}, {"axis": 1, "keepdim": True}])
def test_axis_and_keepdims_stand_for_dim_and_keepdim(names):
    x = mt.tensor([[1.0, 5.0], [3.0, 2.0]])
    assert mt.sum(x, **names).tolist() == [[6.0], [5.0]]
    assert x.amax(**names).tolist() == [[5.0], [3.0]]
    assert x.max(**names).indices.tolist() == [[1], [0]]
    assert mt.cat([x, x], axis=1).shape == mt.cat([x, x], dim=1).shape == (2, 4)


def test_a_name_beside_the_other_is_refused():
    message = "sum: 'axis' is NumPy's name for 'dim': give one of them"
    assert message_of(TypeError, lambda: mt.sum(mt.ones(2), dim=0, axis=0)) == message


@pytest.mark.parametrize("name", [name for name in OF_TENSORS if name not in ("cat", "concat", "concatenate", "stack")])
def test_a_list_in_the_place_of_a_tensor_is_refused_in_words(name):
    function = getattr(mt, name)
    said = f"{function.__name__}: expected a tensor, got list: convert it with mt.tensor(...)"
    needed = [one for one in inspect.signature(function).parameters.values() if one.default is one.empty]
    count = sum(one.kind is one.POSITIONAL_OR_KEYWORD for one in needed)
    assert message_of(TypeError, lambda: function([1.0, 2.0], *[0] * (count - 1))) == said
    first = next(iter(inspect.signature(function).parameters))
    assert message_of(TypeError, lambda: function(**{first: [1.0, 2.0]})) == said


def test_an_ndarray_is_taken_and_answered_with_an_ndarray():
    for answer in (
        mt.exp(np.zeros(2)),
        mt.sum(np.ones((2, 3)), axis=0),
        mt.sort(np.array([2.0, 1.0])).values,
        mt.roll(np.eye(2), 1),
    ):
        assert type(answer) is np.ndarray


def test_what_a_function_is_called_with_is_found_by_its_signature():
    assert list(inspect.signature(mt.sum).parameters) == ["input", "dim", "keepdim", "dtype"]
    assert arguments.numpy_names(mt.stack).__doc__ == mt.stack.__doc__


SPREAD = {"reshape", "permute", "tile", "flip"}  # whose numbers may be written one by one
OWN = {
    "dtypes",
    "data",
    "bool",
    "float",
    "double",
    "half",
    "int",
    "long",
    "short",
    "cuda",
    "device",
    "dtype",
    "is_floating_point",
    "numel",
    "relu_",
    "where",
}
SHARED = sorted(name for name in dir(mt) if hasattr(mt.Tensor, name) and not name.startswith("_") and name not in OWN)


@pytest.mark.parametrize("name", SHARED)
def test_a_method_is_the_function_of_its_name(name):
    method, function = inspect.getattr_static(mt.Tensor, name), getattr(mt, name)
    assert (method.__wrapped__ if name in SPREAD else method) is function


@pytest.mark.parametrize(
    "call",
    [
        lambda x: (x.reshape(3, 2), x.reshape((3, 2)), x.reshape(shape=(3, 2)), x.reshape([3, 2])),
        lambda x: (x.permute(1, 0), x.permute((1, 0)), x.permute(dims=(1, 0)), x.permute(-1, 0)),
        lambda x: (x[:, :1].expand(2, 4), x[:, :1].expand((2, 4)), x[:, :1].expand(-1, 4), x[:, :1].expand(size=(2, 4))),
        lambda x: (x.repeat(2, 1), x.repeat((2, 1)), x.repeat(repeats=[2, 1])),
        lambda x: (x.tile(2), x.tile((2,)), x.tile(dims=(1, 2))),
        lambda x: (x.flip(0, 1), x.flip((0, 1)), x.flip(dims=(0, 1)), x.flip([1, 0])),
        lambda x: (x.new_zeros(2, 3), x.new_zeros((2, 3)), x.new_zeros([2, 3])),
    ],
)
def test_sizes_are_written_one_by_one_or_as_one_sequence(call):
    first, *others = call(mt.arange(6).reshape(2, 3))
    assert all(mt.equal(first, one) for one in others)
