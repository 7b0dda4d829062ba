"""Lazy layers learn their sizes from the first input, and are plain layers from then on."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import minitensor as mt
from minitensor import nn

CASES = [
    (lambda: nn.LazyLinear(4), (2, 3), lambda: nn.Linear(3, 4)),
    (lambda: nn.LazyLinear(4, bias=False), (3,), lambda: nn.Linear(3, 4, bias=False)),
    (lambda: nn.LazyConv1d(4, 3, stride=2), (2, 3, 7), lambda: nn.Conv1d(3, 4, 3, stride=2)),
    (lambda: nn.LazyConv2d(4, (3, 1), groups=2), (2, 6, 5, 5), lambda: nn.Conv2d(6, 4, (3, 1), groups=2)),
    (lambda: nn.LazyConv2d(4, 3, padding="same", padding_mode="circular"), (3, 5, 5), lambda: nn.Conv2d(3, 4, 3, padding="same", padding_mode="circular")),
    (lambda: nn.LazyConv3d(2, 2, bias=False), (2, 3, 3, 3, 3), lambda: nn.Conv3d(3, 2, 2, bias=False)),
    (lambda: nn.LazyConvTranspose1d(4, 3, 2, 1, 1), (2, 3, 5), lambda: nn.ConvTranspose1d(3, 4, 3, 2, 1, 1)),
    (lambda: nn.LazyConvTranspose2d(4, 3, groups=2), (2, 6, 4, 4), lambda: nn.ConvTranspose2d(6, 4, 3, groups=2)),
    (lambda: nn.LazyConvTranspose3d(2, 2), (3, 2, 2, 2), lambda: nn.ConvTranspose3d(3, 2, 2)),
    (lambda: nn.LazyBatchNorm1d(), (4, 3), lambda: nn.BatchNorm1d(3)),
    (lambda: nn.LazyBatchNorm2d(affine=False), (4, 3, 2, 2), lambda: nn.BatchNorm2d(3, affine=False)),
    (lambda: nn.LazyBatchNorm3d(track_running_stats=False, bias=False), (4, 3, 2, 2, 2), lambda: nn.BatchNorm3d(3, track_running_stats=False, bias=False)),
    (lambda: nn.LazyInstanceNorm1d(), (4, 3, 5), lambda: nn.InstanceNorm1d(3, affine=True, track_running_stats=True)),
    (lambda: nn.LazyInstanceNorm2d(affine=False), (3, 5, 2), lambda: nn.InstanceNorm2d(3, affine=False, track_running_stats=True)),
    (lambda: nn.LazyInstanceNorm3d(0.1), (4, 3, 2, 2, 2), lambda: nn.InstanceNorm3d(3, 0.1, affine=True, track_running_stats=True)),
]  # fmt: skip


@pytest.mark.parametrize(("lazy", "shape", "plain"), CASES)
def test_the_first_call_makes_it_the_plain_layer(lazy, shape, plain):
    """Of the same class, state, looks and draws; its parameters are the objects that an attribute held before."""
    x = mt.from_numpy(np.random.default_rng(0).normal(size=shape).astype(np.float32)).requires_grad_()
    layer = lazy()
    weight = layer.weight
    assert type(layer).__name__.startswith("Lazy")
    mt.manual_seed(0)
    answer = layer(x)
    mt.manual_seed(0)
    expected = plain()
    assert type(layer) is type(expected)
    assert layer.weight is weight
    assert weight is None or type(weight) is nn.Parameter
    assert mt.equal(answer, expected(x))
    assert repr(layer) == repr(expected)
    assert [(name, value.shape) for name, value in layer.state_dict().items()] == [
        (name, value.shape) for name, value in expected.state_dict().items()
    ]
    assert all(mt.equal(one, other) for one, other in zip(layer.parameters(), expected.parameters(), strict=True))
    answer.sum().backward()
    assert all(parameter.grad is not None for parameter in layer.parameters())


def test_before_the_call_nothing_can_be_asked_of_a_parameter():
    """But its dtype; the message is the answer, in an optimiser too."""
    model = nn.Sequential(nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(2))
    message = (
        "UninitializedParameter: its shape is not known before its layer has been called: call the model once with an input, and "
        "then make an optimiser, count its parameters or set their values"
    )
    for call in (
        lambda: mt.optim.SGD(model.parameters(), lr=0.1),
        lambda: sum(parameter.numel() for parameter in model.parameters()),
        lambda: model[0].weight.shape,
        lambda: model[0].weight + 1,
        lambda: mt.ones(2, 2) @ model[3].weight,
        lambda: nn.init.zeros_(model[0].weight),
        lambda: model[0].weight.numpy(),
    ):
        with pytest.raises(RuntimeError) as error:
            call()
        assert str(error.value) == message
    assert model[0].weight.dtype == mt.float32
    assert model[0].weight.requires_grad
    assert [type(value).__name__ for value in model[1].state_dict().values()] == [
        "UninitializedParameter", "UninitializedParameter", "UninitializedBuffer", "UninitializedBuffer", "Tensor",
    ]  # fmt: skip
    model(mt.ones(2, 3, 8, 8))
    mt.optim.SGD(model.parameters(), lr=0.1)
    assert repr(model[3]) == "Linear(in_features=144, out_features=2, bias=True)"


def test_reprs_before_the_call():
    """PyTorch's, with 0 for what is not known."""
    assert repr(nn.LazyLinear(2)) == "LazyLinear(in_features=0, out_features=2, bias=True)"
    assert repr(nn.LazyConv2d(4, 3, 2)) == "LazyConv2d(0, 4, kernel_size=(3, 3), stride=(2, 2))"
    assert repr(nn.LazyLinear(2).weight) == "<UninitializedParameter>"
    assert repr(nn.LazyBatchNorm1d().running_mean) == "<UninitializedBuffer>"


def test_a_state_dict_gives_the_shapes():
    """What is loaded is kept at the first call, which learns the sizes from it; on either side a layer may be lazy still."""
    trained = nn.Sequential(nn.Linear(5, 3), nn.BatchNorm1d(3))
    trained(mt.randn(4, 5))
    model = nn.Sequential(nn.LazyLinear(3), nn.LazyBatchNorm1d())
    model.load_state_dict(trained.state_dict())
    assert type(model[0]) is nn.LazyLinear
    assert not model[0].has_uninitialized_params()
    x = mt.randn(4, 5)
    assert mt.equal(model.eval()(x), trained.eval()(x))
    assert repr(model) == repr(trained)
    early = nn.LazyConv1d(2, 3)
    assert str(early.load_state_dict(nn.LazyConv1d(2, 3).state_dict())) == "<All keys matched successfully>"
    assert early.has_uninitialized_params()
    early.load_state_dict(nn.Conv1d(6, 2, 3).state_dict(), assign=True)
    assert early(mt.ones(1, 6, 5)).shape == (1, 2, 3)
    assert early.in_channels == 6


def test_a_state_dict_that_does_not_fit_changes_nothing():
    """Neither a layer that is lazy, nor one that is not and is given no shapes."""
    layer = nn.LazyLinear(3)
    with pytest.raises(RuntimeError, match=r"nothing was loaded\n  missing: bias\n"):
        layer.load_state_dict({"weight": mt.ones(3, 2)})
    assert layer.has_uninitialized_params()
    with pytest.raises(RuntimeError, match="weight has no shape in the state dict: its lazy layer had not been called"):
        nn.Linear(2, 3).load_state_dict(layer.state_dict())


def test_another_number_of_features_is_refused_afterwards():
    """It is a plain layer then."""
    layer = nn.LazyLinear(3)
    layer(mt.ones(2, 5))
    with pytest.raises(mt.ShapeError, match=r"^linear: the input has 4 features, the weight expects 5"):
        layer(mt.ones(2, 4))


def test_dtypes_copies_and_pickles():
    """All before the first call."""
    layer = nn.LazyConv2d(4, 3).double()
    twin = pickle.loads(pickle.dumps(copy.deepcopy(layer)))
    assert twin.weight is not layer.weight
    assert twin(mt.ones(1, 2, 3, 3, dtype=mt.float64)).dtype == mt.float64
    assert layer.has_uninitialized_params()
    assert nn.LazyLinear(2, dtype=mt.float16)(mt.ones(1, 2).half()).dtype == mt.float16
    frozen = nn.LazyLinear(2).requires_grad_(False)
    frozen(mt.ones(1, 2))
    assert not frozen.weight.requires_grad


@pytest.mark.parametrize(
    ("layer", "x", "message"),
    [
        (nn.LazyLinear(3), mt.ones(2, 3, dtype=mt.float64), "LazyLinear: the input is float64, the weight is float32: convert one, for example with x.float() or layer.double()"),
        (nn.LazyLinear(3), mt.ones(2, 0), "LazyLinear: the input must be (..., in) with one feature at least, got (2, 0)"),
        (nn.LazyConv2d(4, 3), mt.ones(3, 3), "LazyConv2d: the input must be (N, C, H, W) or, without a batch, (C, H, W), got the shape (3, 3): for one sample of one channel try x.unsqueeze(0)"),
        (nn.LazyConv1d(4, 1, groups=2), mt.ones(1, 3, 3), "LazyConv1d: groups must divide the channels of the input, got groups=2 and 3 channels"),
        (nn.LazyBatchNorm2d(), mt.ones(2, 3, 4), "LazyBatchNorm2d: the input must be (N, C, H, W), got the shape (2, 3, 4)"),
    ],
)  # fmt: skip
def test_a_first_input_that_does_not_fit_changes_nothing(layer, x, message):
    """The whole message; the layer is lazy still."""
    with pytest.raises((ValueError, TypeError)) as error:
        layer(x)
    assert str(error.value) == message
    assert layer.has_uninitialized_params()


def test_what_is_wrong_in_the_constructor_is_said_there():
    """As for the plain layers."""
    with pytest.raises(ValueError, match=r"^LazyConv2d: out_channels must be at least 1, got 0$"):
        nn.LazyConv2d(0, 3)
    with pytest.raises(ValueError, match=r"^LazyLinear: out_features must be at least 1, got 0$"):
        nn.LazyLinear(0)
    with pytest.raises(ValueError, match=r"^Conv2d: in_channels must be at least 1, got 0$"):
        nn.Conv2d(0, 3, 3)


def test_an_error_of_the_first_call_ends_with_the_layers_path():
    """As that of every layer."""
    with pytest.raises(TypeError, match=r"\n  in the layer '1', LazyLinear$"):
        nn.Sequential(nn.Identity(), nn.LazyLinear(3))(mt.ones(2, 3, dtype=mt.int64))
