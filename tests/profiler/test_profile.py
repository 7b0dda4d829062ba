"""A profile hears all that its thread runs in its block, prints it, writes it, and leaves everything as it was."""

import gc
import io
import json
import threading
import weakref

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn
from minitensor.grad_mode import mode
from minitensor.kernels import active


class Net(nn.Module):
    def __init__(self):
        self.features = nn.Sequential(nn.Conv2d(1, 2, 3, bias=False), nn.ReLU())
        self.head = nn.Linear(2 * 6 * 6, 3)

    def forward(self, x):
        return self.head(self.features(x).flatten(1))


def step(net, optimizer):
    optimizer.zero_grad()
    loss = F.cross_entropy(net(mt.ones(4, 1, 8, 8)), mt.tensor([0, 1, 2, 0]))
    loss.backward()
    optimizer.step()
    return loss


@pytest.fixture
def net():
    return Net()


@pytest.fixture
def prof(net):
    optimizer = mt.optim.SGD(net.parameters(), lr=0.1)
    with mt.profile(show=False) as prof:
        step(net, optimizer)
        step(net, optimizer)
    return prof


def row(prof, name, by="operation"):
    return next(one for one in prof.key_averages(by) if one.name == name)


def test_each_operation_has_its_calls_and_bytes(prof):
    conv, weight_grad = row(prof, "conv"), row(prof, "conv_weight_grad")
    assert (conv.calls, conv.bytes) == (2, 2 * 4 * (4 * 2 * 6 * 6))
    assert (weight_grad.calls, weight_grad.bytes) == (2, 2 * 4 * (2 * 1 * 3 * 3))
    assert conv.forward == conv.seconds == conv.kernels > 0
    assert conv.backward == 0
    assert weight_grad.backward == weight_grad.seconds > 0
    assert conv.mean == conv.seconds / 2
    assert row(prof, "SGD.step").calls == 2


def test_each_module_has_its_path_calls_and_both_directions(prof):
    rows = [one for one in prof.key_averages("module") if one.counted]
    assert [(one.name, one.calls) for one in rows] == [
        ("Net", 2),
        ("features (Sequential)", 2),
        ("features.0 (Conv2d)", 2),
        ("features.1 (ReLU)", 2),
        ("head (Linear)", 2),
        ("SGD.step", 2),
    ]
    conv = row(prof, "features.0 (Conv2d)", "module")
    assert conv.forward > 0
    assert conv.backward > 0
    assert conv.bytes == row(prof, "conv").bytes + row(prof, "conv_weight_grad").bytes


@pytest.mark.parametrize("by", ["operation", "module"])
def test_the_rows_add_up_to_the_block(prof, by):
    rows = prof.key_averages(by)
    assert sum(one.seconds for one in rows) == pytest.approx(prof.seconds, rel=1e-9)
    assert min(one.seconds for one in rows) > -1e-9


def test_views_write_nothing():
    with mt.profile(show=False) as prof:
        mt.ones(2, 3).reshape(6)
    assert [(one.name, one.calls, one.bytes) for one in prof.key_averages() if one.counted] == [("reshape", 1, 0)]


def test_evaluation_without_recording_is_measured_too(net):
    with mt.profile(show=False) as prof, mt.no_grad():
        net(mt.ones(1, 1, 8, 8))
    assert row(prof, "features.0 (Conv2d)", "module").calls == 1
    assert not any(one.backward for one in prof.key_averages())


def test_a_gradient_of_a_gradient_belongs_to_the_module_of_the_first():
    layer = nn.Conv1d(1, 1, 2, bias=False)
    x = mt.ones(1, 1, 4).requires_grad_()
    with mt.profile(show=False) as prof:
        (gradient,) = mt.autograd.grad((layer(x) ** 2).sum(), x, create_graph=True)
        (gradient**2).sum().backward()
    assert row(prof, "Conv1d", "module").backward > 0
    assert sum(one.seconds for one in prof.key_averages("module")) == pytest.approx(prof.seconds, rel=1e-9)


def test_a_forward_pass_before_the_block_still_gives_its_backward_its_modules(net):
    loss = net(mt.ones(1, 1, 8, 8)).sum()
    with mt.profile(show=False) as prof:
        loss.backward()
    assert [(one.name, one.calls) for one in prof.key_averages("module") if one.counted] == [
        ("Net", 0),
        ("head (Linear)", 0),
        ("features (Sequential)", 0),
        ("features.1 (ReLU)", 0),
        ("features.0 (Conv2d)", 0),
    ]


def test_a_kernel_that_answers_with_several_gradients_is_counted_as_one_call():
    with mt.profile(show=False) as prof:
        prof._recorder._ran("pair_gradients", 0.0, (np.ones(3), None, np.ones((2, 2), np.float32)))
    assert (row(prof, "pair_gradients").calls, row(prof, "pair_gradients").bytes) == (1, 24 + 16)


def test_both_tables_are_printed_when_the_block_ends(net, capsys):
    with mt.profile(net):
        net.features(mt.ones(1, 1, 8, 8))
    printed = capsys.readouterr().out
    assert printed.startswith("operation ")
    assert "\n\nmodule " in printed
    assert "features.0 (Conv2d)" in printed


def test_they_are_printed_to_a_file_also_after_an_error(net):
    file = io.StringIO()
    prof = mt.profile(file=file)
    with pytest.raises(mt.ShapeError), prof:
        net(mt.ones(1, 1, 9, 9))
    assert file.getvalue() == f"{prof}\n"
    assert row(prof, "conv").calls == 1


def test_an_error_within_a_module_ends_its_slice(net):
    with mt.profile(show=False) as prof:
        with pytest.raises(mt.ShapeError):
            net(mt.ones(1, 2, 8, 8))
        net(mt.ones(1, 1, 8, 8))
    calls = [one for one in prof._slices if one.kind == "module" and one.owner == "Net"]
    assert len(calls) == 2
    assert calls[0].end <= calls[1].begin


def test_a_profile_within_another_sees_its_own_part():
    with mt.profile(show=False) as outer:
        mt.ones(2).exp()
        with mt.profile(show=False) as inner:
            mt.ones(2).log()
    assert [one.name for one in outer.key_averages() if one.counted] == ["exp", "log"]
    assert [one.name for one in inner.key_averages() if one.counted] == ["log"]


def test_only_the_thread_of_the_block_is_measured(net):
    def elsewhere():
        optimizer = mt.optim.SGD(net.parameters(), lr=0.1)
        step(net, optimizer)

    with mt.profile(show=False) as prof:
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert [one.name for one in prof.key_averages()] == ["the rest of the block"]


def test_nothing_is_watched_before_and_after():
    plain = nn.Module.__call__, mt.optim.Optimizer.step, dict(active)
    with mt.profile(show=False), mt.profile(show=False):
        assert nn.Module.__call__ is not plain[0]
    assert (nn.Module.__call__, mt.optim.Optimizer.step, dict(active)) == plain
    with pytest.raises(mt.ShapeError), mt.profile(show=False):
        mt.ones(2, 3) @ mt.ones(2)
    assert (nn.Module.__call__, mt.optim.Optimizer.step, dict(active)) == plain
    assert mode.observers == ()


def test_a_block_that_is_left_in_another_thread_says_so_and_watches_no_longer(net):
    plain = nn.Module.__call__, mt.optim.Optimizer.step, dict(active)
    prof, raised = mt.profile(show=False), []
    prof.__enter__()

    def leave():
        try:
            prof.__exit__(None, None, None)
        except RuntimeError as error:
            raised.append(str(error))

    other = threading.Thread(target=leave)
    other.start()
    other.join()
    assert len(raised) == 1
    assert raised[0].startswith("the block of an observer, as of a profile, ends in the thread that it began in")
    assert (nn.Module.__call__, mt.optim.Optimizer.step, dict(active)) == plain
    assert mode.observers == ()
    with pytest.raises(RuntimeError, match="there is nothing to tell"):
        prof.table()
    with prof:  # it can begin anew
        net(mt.ones(1, 1, 8, 8))
    assert row(prof, "conv").calls == 1


def test_training_is_the_same_with_a_profile_and_without():
    def trained(context):
        mt.manual_seed(0)
        net = Net()
        optimizer = mt.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
        with context:
            for _ in range(3):
                step(net, optimizer)
        return [parameter.numpy().tobytes() for parameter in net.parameters()]

    assert trained(mt.profile(show=False)) == trained(mt.enable_grad())


def test_an_ended_profile_keeps_no_model_and_no_graph():
    net = Net()
    gone = weakref.ref(net)
    with mt.profile(show=False) as prof:
        net(mt.ones(1, 1, 8, 8)).sum().backward()
    gc.disable()
    try:
        del net
        assert gone() is None
    finally:
        gc.enable()
    assert row(prof, "features.0 (Conv2d)", "module").calls == 1


def test_it_decorates_a_function(capsys):
    @mt.profile()
    def run():
        return mt.ones(2).exp()

    run()
    run()
    assert capsys.readouterr().out.count("exp") == 2


def test_the_same_profile_measures_another_block_anew():
    prof = mt.profile(show=False)
    for _ in range(2):
        with prof:
            mt.ones(2).exp()
        assert row(prof, "exp").calls == 1


def test_an_empty_block_has_tables_too():
    with mt.profile(show=False) as prof:
        pass
    assert [one.name for one in prof.key_averages()] == ["the rest of the block"]
    assert prof.table("module").splitlines()[-1].startswith("the block")


def test_the_trace_nests_within_its_thread(prof, tmp_path):
    path = tmp_path / "trace.json"
    prof.export_chrome_trace(path)
    events = json.loads(path.read_text(encoding="utf-8"))["traceEvents"]
    slices = [event for event in events if event["ph"] == "X"]
    assert all(event.keys() >= {"name", "ph", "ts", "dur", "pid", "tid", "cat"} for event in slices)
    assert all(event["ts"] >= 0 and event["dur"] >= 0 for event in slices)
    open_ends = []
    for event in slices:  # as they begin: each lies within all that are still open
        while open_ends and open_ends[-1] <= event["ts"]:
            open_ends.pop()
        assert not open_ends or event["ts"] + event["dur"] <= open_ends[-1] + 0.002  # rounded to nanoseconds
        open_ends.append(event["ts"] + event["dur"])
    names = [event["name"] for event in slices]
    assert {"Net", "features.0 (Conv2d)", "conv", "gradients of features.0 (Conv2d)", "rules of conv", "SGD.step"} <= set(
        names
    )


def test_what_cannot_be_done_is_said():
    prof = mt.profile(show=False)
    nothing = "profile: there is nothing to tell before its block has ended"
    with pytest.raises(RuntimeError, match=nothing):
        prof.table()
    assert repr(prof) == "<profile, not yet entered>"
    with prof:
        assert repr(prof) == "<profile, running>"
        with pytest.raises(RuntimeError, match=nothing):
            prof.export_chrome_trace("never.json")
        with pytest.raises(
            RuntimeError, match="profile: this one's block is running already: make another one for a block within it"
        ):
            prof.__enter__()
    with pytest.raises(TypeError, match="profile: the model is a Module, got Tensor"):
        mt.profile(mt.ones(2))
    with pytest.raises(ValueError, match=r'profile: by is "operation" or "module", got \'layer\''):
        prof.key_averages("layer")
    with pytest.raises(ValueError, match=r"profile: sort_by is one of 'total', .* got 'speed'"):
        prof.table(sort_by="speed")
    with pytest.raises(ValueError, match="profile: the number of rows is at least 0, got -1"):
        prof.table(rows=-1)
