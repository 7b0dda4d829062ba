"""What is saved comes back as it was, in types, values and bytes, in both formats; and others can read it."""

from __future__ import annotations

import io
import json
from collections import Counter, OrderedDict, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors import numpy as safetensors_numpy

import minitensor as mt
from saved_objects import FORMATS, file_of, kept, loaded, said, small_model

DTYPES = ("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64")
each_format = pytest.mark.parametrize("format", FORMATS)

arrays = hnp.arrays(
    st.sampled_from([*DTYPES, "uint16", "uint32", "uint64"]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
)
tensors = hnp.arrays(st.sampled_from(DTYPES), hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3)).map(
    mt.tensor
)
numbers = hnp.from_dtype(np.dtype("float32")) | hnp.from_dtype(np.dtype("int16")) | st.booleans().map(np.bool_)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | tensors | arrays | numbers
keys = st.text(st.characters() | st.sampled_from("$./\\\0#"), max_size=4) | st.integers()
objects = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple) | st.dictionaries(keys, inner, max_size=3)
    ),
    max_leaves=8,
)


@each_format
@settings(max_examples=150, deadline=None)
@given(obj=objects)
def test_any_nesting_comes_back_as_it_was(format, obj):
    assert said(kept(obj, format)) == said(obj)


@each_format
@settings(max_examples=100, deadline=None)
@given(state=st.dictionaries(st.text(max_size=6), tensors, max_size=5))
def test_a_dict_of_names_and_tensors_comes_back_in_its_order(format, state):
    assert said(kept(state, format)) == said(state)


def laid_out():
    base = mt.arange(24.0).reshape(2, 3, 4)
    tied = mt.ones(2, 2)
    return {
        "transposed": base.transpose(0, 2),
        "every other": base[:, ::2],
        "reversed": mt.from_numpy(np.arange(5)[::-1]),
        "broadcast": mt.zeros(1, 3).expand(4, 3),
        "column-major": mt.from_numpy(np.asfortranarray(np.arange(6.0).reshape(2, 3))),
        "no axes": mt.tensor(2.5, dtype=mt.float16),
        "empty": mt.zeros(0, 3, dtype=mt.int8),
        "one name of two": tied,
        "the other": tied,
        "booleans": mt.tensor([True, False]),
    }


@each_format
def test_views_and_layouts_are_written_as_they_read(format):
    state = laid_out()
    assert said(kept(state, format)) == said(state)


def test_other_readers_find_the_same_names_and_elements():
    state = laid_out()
    expected = said({name: tensor.numpy() for name, tensor in state.items()})
    numpys = np.load(io.BytesIO(file_of(state, "npz")))
    assert said({name: numpys[name] for name in numpys.files}) == expected
    read = safetensors_numpy.load(file_of(state, "safetensors"))
    assert said({name: read[name] for name in state}) == expected
    assert set(read) == set(state)


def test_the_arrays_of_a_nested_object_have_names_that_tell_their_path():
    checkpoint = {
        "model": {"conv.weight": mt.ones(2)},
        "optimizer": {"state": {0: {"exp_avg": mt.zeros(1)}}},
        "lists": [mt.ones(1)],
    }
    names = ["model.conv.weight", "optimizer.state.0.exp_avg", "lists.0"]
    assert sorted(safetensors_numpy.load(file_of(checkpoint, "safetensors"))) == sorted(names)
    archive = np.load(io.BytesIO(file_of(checkpoint, "npz")))
    assert archive.files == [*names, "structure.json"]
    assert json.loads(archive["structure.json"])["lists"] == [{"$tensor": "lists.0"}]


def test_data_stands_aligned_in_safetensors():
    state = {
        "byte": mt.ones(3, dtype=mt.uint8),
        "double": mt.ones(2, dtype=mt.float64),
        "half": mt.ones(1, dtype=mt.float16),
    }
    data = file_of(state, "safetensors")
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    assert length % 8 == 0
    assert [header[name]["data_offsets"][0] for name in ("double", "half", "byte")] == [0, 16, 18]


@each_format
def test_parameters_come_back_as_plain_tensors_that_can_be_written_to(format):
    state = small_model().state_dict(keep_vars=True)
    back = kept(state, format)
    assert {type(tensor) for tensor in back.values()} == {mt.Tensor}
    assert not any(tensor.requires_grad for tensor in back.values())
    for tensor in back.values():
        tensor.zero_()


@each_format
def test_ordered_and_default_dicts_come_back_as_dicts(format):
    assert said(kept(OrderedDict(a=1, b=defaultdict(int, c=2)), format)) == said({"a": 1, "b": {"c": 2}})


@each_format
def test_arrays_of_the_other_byte_order_keep_their_values(format):
    array = np.arange(3, dtype=">i4")
    (back,) = kept([array], format)
    assert back.tolist() == [0, 1, 2]
    assert back.dtype == np.int32


@each_format
def test_the_same_object_gives_the_same_bytes(format):
    checkpoint = {"model": laid_out(), "epoch": 3, "rng": {"state": 2**100}, "counts": Counter([3, 3, 5])}
    assert file_of(checkpoint, format) == file_of(checkpoint, format)
    assert file_of(kept(checkpoint, format), format) == file_of(checkpoint, format)


@each_format
def test_long_lists_of_numbers_take_the_room_of_arrays_and_come_back_as_lists(format):
    losses, steps, mixed = [0.1 * step for step in range(5000)], list(range(5000)), [1, 2.0] * 1000
    obj = {
        "losses": [*losses, float("nan"), -0.0],
        "steps": steps,
        "mixed": mixed,
        "large": [2**63, *steps],
        "flags": [True] * 2000,
    }
    data = file_of(obj, format)
    assert said(loaded(data)) == said(obj)
    assert len(file_of({"losses": losses}, format)) < 8 * len(losses) + 600


OPTIMIZERS = [
    name for name in dir(mt.optim) if isinstance(getattr(mt.optim, name), type) and name not in ("Optimizer", "LBFGS")
]


@each_format
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimisers_state_goes_through_unchanged(name, format):
    weight = mt.ones(2, 3, requires_grad=True)
    optimizer = getattr(mt.optim, name)([weight], lr=0.1)
    for _ in range(2):
        (weight**2).sum().backward()
        optimizer.step()
    state = optimizer.state_dict()
    back = kept(state, format)
    assert said(back) == said(state)
    optimizer.load_state_dict(back)
    assert said(optimizer.state_dict()) == said(state)


@each_format
def test_schedules_and_random_states_go_through_unchanged(format):
    optimizer = mt.optim.SGD([mt.ones(1, requires_grad=True)], lr=0.1)
    schedules = mt.optim.lr_scheduler
    for schedule in (
        schedules.StepLR(optimizer, 2),
        schedules.MultiStepLR(optimizer, [2, 5]),
        schedules.LambdaLR(optimizer, lambda step: 0.9**step),
        schedules.CosineAnnealingLR(optimizer, 5),
        schedules.ReduceLROnPlateau(optimizer),
        schedules.OneCycleLR(optimizer, 1.0, 10),
        mt.Generator().manual_seed(3),
    ):
        state = schedule.get_state() if isinstance(schedule, mt.Generator) else schedule.state_dict()
        assert said(kept(state, format)) == said(state)
    assert said(kept(mt.get_rng_state(), format)) == said(mt.get_rng_state())


@each_format
@pytest.mark.parametrize("read", [str, lambda path: path], ids=["str", "Path"])
def test_a_path_is_a_text_or_a_path_and_pytorchs_call_works(tmp_path, format, read):
    model, path = small_model(), read(tmp_path / f"model.{format}")
    mt.save(model.state_dict(), path)
    state = mt.load(path, map_location="cpu", weights_only=True)
    assert said(state) == said(model.state_dict())
    assert said(mt.load(path, "cpu")) == said(mt.load(path, map_location=mt.device("cpu"))) == said(state)


def test_the_ending_may_be_in_capitals_and_the_content_decides_when_loading(tmp_path):
    mt.save({"a": mt.ones(1)}, tmp_path / "MODEL.NPZ")
    (tmp_path / "MODEL.NPZ").rename(tmp_path / "model.part1")
    assert mt.load(tmp_path / "model.part1")["a"].tolist() == [1.0]
    mt.save({"a": mt.ones(2)}, tmp_path / "model.part1", format="safetensors")
    assert mt.load(tmp_path / "model.part1")["a"].tolist() == [1.0, 1.0]


@each_format
def test_a_file_that_is_open_is_read_from_where_it_stands(format):
    data = file_of({"a": mt.ones(2)}, format)
    file = io.BytesIO(b"before" + data)
    file.seek(6)
    assert said(mt.load(file)) == said({"a": mt.ones(2)})


def test_arrays_that_numpy_wrote_are_read():
    given = {
        "plain": np.ones((2, 3), np.float32),
        "fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        "u": np.arange(3, dtype=np.uint16),
    }
    given |= {"swapped": np.arange(3, dtype=">i2"), "scalar": np.float64(3), "empty": np.zeros((0, 2))}
    for write in (np.savez, np.savez_compressed):
        file = io.BytesIO()
        write(file, **given)
        back = loaded(file.getvalue())
        assert {name: value.tolist() for name, value in back.items()} == {
            name: value.tolist() for name, value in given.items()
        }
        assert {name for name, value in back.items() if isinstance(value, np.ndarray)} == {"u"}
