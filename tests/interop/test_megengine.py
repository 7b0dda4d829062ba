"""Whole state dicts in MegEngine's layout: one that MegEngine wrote is read and answers the same, and all go there and back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import minitensor as mt
from minitensor.errors import ShapeError
from minitensor.interop.megengine import state_dict_from_megengine, state_dict_to_megengine
from saved_objects import said

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
RECORDED = GOLDEN / "megengine_state.npz"  # MegEngine 1.13: np.savez("...", **net.state_dict())


def recorded():
    answer = mt.load(GOLDEN / "megengine_answer.npz")
    model = eval(bytes(answer["model"].numpy()).decode(), {"nn": mt.nn})
    return model, answer["input"], answer["output"]


def test_a_state_dict_that_megengine_wrote_loads_by_name_and_the_model_answers_the_same():
    model, x, y = recorded()
    model.load_state_dict(state_dict_from_megengine(mt.load(RECORDED), model))
    np.testing.assert_allclose(model[0].eval()(x).numpy(), y.numpy(), rtol=1e-4, atol=1e-5)


def test_what_is_written_has_the_names_shapes_and_bytes_of_megengines_own():
    model, _, _ = recorded()
    theirs = dict(np.load(RECORDED))
    model.load_state_dict(state_dict_from_megengine(theirs, model))
    ours = {name: tensor.numpy() for name, tensor in state_dict_to_megengine(model).items()}
    assert said(dict(sorted(ours.items()))) == said(dict(sorted(theirs.items())))


nn = mt.nn
MODELS = {
    "convolutions": lambda: nn.Sequential(nn.Conv1d(4, 6, 3, groups=2), nn.Conv2d(6, 6, (3, 2), groups=6), nn.Conv3d(2, 4, 2, groups=2, bias=False), nn.Conv2d(3, 5, 1)),
    "transposed": lambda: nn.Sequential(nn.ConvTranspose1d(4, 6, 3, groups=2), nn.ConvTranspose2d(6, 12, 2, groups=3), nn.ConvTranspose3d(2, 4, 2)),
    "norms": lambda: nn.Sequential(nn.BatchNorm1d(3), nn.BatchNorm2d(4, affine=False), nn.BatchNorm3d(2), nn.GroupNorm(2, 4), nn.LayerNorm((2, 3)), nn.InstanceNorm2d(3, affine=True)),
    "others": lambda: nn.ModuleDict({"a": nn.Linear(3, 2), "b": nn.ModuleList([nn.Embedding(4, 2), nn.PReLU(), nn.PReLU(3)])}),
    "one layer": lambda: nn.Conv2d(2, 4, 3, groups=2),
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_a_models_state_goes_to_a_file_in_megengines_layout_and_back_unchanged(name, tmp_path):
    model, other = MODELS[name](), MODELS[name]()
    for tensor in model.state_dict().values():
        tensor.copy_(mt.randn(tensor.shape) if tensor.is_floating_point() else tensor + 5)
    mt.save(state_dict_to_megengine(model), tmp_path / "model.npz")
    state = state_dict_from_megengine(mt.load(tmp_path / "model.npz"), other)
    assert str(other.load_state_dict(state)) == "<All keys matched successfully>"
    kept = {name: tensor for name, tensor in model.state_dict().items() if not name.endswith("num_batches_tracked")}
    assert said({name: other.state_dict()[name] for name in kept}) == said(kept)


def test_a_tied_weight_is_under_both_names():
    layer = nn.Conv2d(2, 2, 1, groups=2)
    state = state_dict_to_megengine(nn.Sequential(layer, layer))
    assert state["0.weight"].shape == state["1.weight"].shape == (2, 1, 1, 1, 1)


def test_batch_norm_in_the_shape_of_the_layer_is_read_and_the_count_is_the_modules_own():
    layer = nn.BatchNorm2d(2)
    layer.num_batches_tracked.fill_(4)
    names = ("weight", "bias", "running_mean", "running_var")
    state = {name: np.full((1, 2, 1, 1), number, np.float32) for number, name in enumerate(names)}
    layer.load_state_dict(state_dict_from_megengine(state, layer))
    assert [getattr(layer, name).tolist() for name in names] == [[number] * 2 for number in range(4)]
    assert int(layer.num_batches_tracked) == 4


def test_a_value_of_another_layout_is_refused_with_its_name_and_the_model_stays():
    model = nn.Sequential(nn.Conv2d(4, 6, 3, groups=2), nn.BatchNorm2d(6))
    state = state_dict_to_megengine(model)
    cases = {
        "0.weight": (mt.zeros(6, 2, 3, 3), "0.weight: conv_weight_from_megengine: the weight's first axis is 6, groups is 2"),
        "0.bias": (mt.zeros(6), "0.bias: bias_from_megengine: the bias is (1, out, 1...), one number for each channel, not (6,)"),
        "1.running_mean": (mt.zeros(5), "1.running_mean: BatchNorm2d: running_mean is (6,), the state dict has (5,)"),
    }  # fmt: skip
    for name, (value, message) in cases.items():
        with pytest.raises(ShapeError) as error:
            state_dict_from_megengine({**state, name: value}, model)
        assert str(error.value).split("\n")[0] == message


def test_names_that_the_model_does_not_have_and_names_that_are_missing_are_told_by_load_state_dict():
    model = nn.Sequential(nn.Conv2d(4, 6, 3))
    state = {"0.weight": np.zeros((6, 4, 3, 3), np.float32), "head.weight": np.zeros((2, 2), np.float32)}
    with pytest.raises(RuntimeError, match=r"missing: 0\.bias\n  unexpected: head\.weight"):
        model.load_state_dict(state_dict_from_megengine(state, model))
