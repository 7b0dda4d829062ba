"""A state dict holds every name, shares memory, and is loaded wholly or not at all."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
from minitensor import nn


class Net(nn.Module):
    """A tied weight, a batch normalisation, a buffer that is not kept."""

    def __init__(self):
        self.encoder = nn.Linear(3, 3, bias=False)
        self.norm = nn.BatchNorm1d(3)
        self.decoder = nn.Linear(3, 3)
        self.decoder.weight = self.encoder.weight
        self.register_buffer("noise", mt.zeros(1), persistent=False)


NAMES = ["encoder.weight", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var", "norm.num_batches_tracked",
         "decoder.weight", "decoder.bias"]  # fmt: skip


def values(module):
    return {name: tensor.tolist() for name, tensor in module.state_dict().items()}


def test_names_are_in_pytorchs_order_with_both_of_a_tied_weight():
    """Own parameters, own persistent buffers, then the children's."""
    assert list(Net().state_dict()) == NAMES
    assert list(Net().state_dict(prefix="net.")) == ["net." + name for name in NAMES]


def test_tensors_are_detached_and_share_memory():
    """With keep_vars they are the parameters themselves."""
    net = Net()
    state = net.state_dict()
    assert type(state["encoder.weight"]) is mt.Tensor
    assert not state["encoder.weight"].requires_grad
    with mt.no_grad():
        net.encoder.weight.fill_(7.0)
    assert state["decoder.weight"][0, 0].item() == 7
    assert net.state_dict(keep_vars=True)["norm.weight"] is net.norm.weight


def test_loading_copies_values_in_place():
    """The parameters stay the same objects in the same memory; the answer prints as PyTorch's."""
    net, other = Net(), Net()
    memory = net.encoder.weight.numpy()
    answer = net.load_state_dict(other.state_dict())
    assert repr(answer) == str(answer) == "<All keys matched successfully>"
    assert answer == ([], [])
    assert values(net) == values(other)
    assert net.encoder.weight.numpy() is memory
    assert not np.shares_memory(memory, other.encoder.weight.numpy())
    assert net.encoder.weight.requires_grad


def test_loading_converts_to_the_modules_dtype():
    """float64 values into float32 parameters."""
    net = Net()
    net.load_state_dict(Net().double().state_dict())
    assert net.encoder.weight.dtype == mt.float32
    assert net.norm.num_batches_tracked.dtype == mt.int64


def test_assigning_takes_over_memory_and_dtype():
    """And the parameters stay the same objects."""
    net, other = Net(), Net().double()
    weight = net.encoder.weight
    net.load_state_dict(other.state_dict(), assign=True)
    assert net.encoder.weight is weight
    assert weight.dtype == mt.float64
    assert weight.numpy() is other.encoder.weight.numpy()
    assert weight.requires_grad


def test_not_strict_loads_what_is_in_both_and_names_the_rest():
    """Missing and unexpected names, in order."""
    net = Net()
    state = {"norm.bias": mt.ones(3), "head.weight": mt.ones(1)}
    answer = net.load_state_dict(state, strict=False)
    assert answer.missing_keys == [name for name in NAMES if name not in ("norm.bias", "norm.num_batches_tracked")]
    assert answer.unexpected_keys == ["head.weight"]
    assert repr(answer) == f"IncompatibleKeys(missing_keys={answer.missing_keys}, unexpected_keys=['head.weight'])"
    assert net.norm.bias.tolist() == [1, 1, 1]


def refused(net, state, **options):
    """The message, after a check that nothing at all was changed."""
    before, versions = values(net), [tensor._version[0] for tensor in net.state_dict(keep_vars=True).values()]
    with pytest.raises(RuntimeError) as error:
        net.load_state_dict(state, **options)
    assert values(net) == before
    assert [tensor._version[0] for tensor in net.state_dict(keep_vars=True).values()] == versions
    return str(error.value)


def test_what_does_not_fit_is_named_and_changes_nothing():
    """Missing, unexpected, of another shape, no tensor: all at once, the whole message."""
    net = Net()
    state = {name: tensor + 1 for name, tensor in net.state_dict().items()}
    del state["norm.running_mean"], state["decoder.bias"]
    state |= {"head.weight": mt.ones(1), "norm.weight": mt.ones(4), "norm.bias": np.ones(3)}
    assert refused(net, state) == (
        "load_state_dict: the state dict does not fit Net, and nothing was loaded\n"
        "  norm.weight has the shape (4,) in the state dict, (3,) in the module\n"
        "  norm.bias is a ndarray in the state dict, expected a tensor\n"
        "  missing: norm.running_mean, decoder.bias\n"
        "  unexpected: head.weight\n"
        "  strict=False loads the names that are in both"
    )
    assert refused(net, {"norm.weight": mt.ones(3, 1)}, strict=False) == (
        "load_state_dict: the state dict does not fit Net, and nothing was loaded\n"
        "  norm.weight has the shape (3, 1) in the state dict, (3,) in the module"
    )
    assert refused(net, {"norm.weight": mt.ones(3, dtype=mt.int64)}, strict=False, assign=True) == (
        "load_state_dict: the state dict does not fit Net, and nothing was loaded\n"
        "  norm.weight is int64 in the state dict, float32 in the module"
    )


def test_read_only_memory_is_refused_before_anything_is_written():
    """A later parameter that cannot be written to keeps the earlier ones from being loaded."""
    net = Net()
    frozen = np.ones(3, np.float32)
    frozen.flags.writeable = False
    net.decoder.bias = nn.Parameter(mt.from_numpy(frozen))
    assert refused(net, Net().state_dict()) == (
        "load_state_dict: the state dict does not fit Net, and nothing was loaded\n"
        "  decoder.bias is read-only in the module: pass assign=True"
    )


def test_only_a_mapping_is_loaded():
    """A list of tensors has no names."""
    with pytest.raises(TypeError, match=r"^load_state_dict: expected names with their tensors, got list$"):
        Net().load_state_dict([mt.ones(3)])


def test_a_state_without_the_count_of_batches_as_old_files_of_pytorch_have_it_leaves_the_count_as_it_is():
    """PyTorch takes a plain dict for one of those, and fills the count in, for each of the layers that have one."""
    net, other = (nn.Sequential(nn.BatchNorm1d(3), nn.InstanceNorm1d(2, track_running_stats=True)) for _ in range(2))
    net.train()[0](mt.randn(4, 3))
    state = {name: tensor for name, tensor in net.state_dict().items() if not name.endswith("num_batches_tracked")}
    other[0].num_batches_tracked.fill_(7)
    answer = other.load_state_dict(state)
    assert (answer.missing_keys, answer.unexpected_keys) == ([], [])
    assert other[0].num_batches_tracked.item() == 7
    assert other[0].running_mean.tolist() == net[0].running_mean.tolist()
    del state["0.running_mean"]
    with pytest.raises(RuntimeError, match=r"missing: 0\.running_mean\n"):
        other.load_state_dict(state)


def test_a_layer_alone_needs_no_count_of_batches_either():
    layer = nn.BatchNorm2d(2)
    state = layer.state_dict()
    del state["num_batches_tracked"]
    layer.load_state_dict(state)
    assert layer.num_batches_tracked.item() == 0
