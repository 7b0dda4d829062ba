"""What is recorded within `record()`: lines, values, gradients, time; and outside it, nothing."""

import gc
import json
import math
import os
import threading
import weakref
from pathlib import Path

import numpy as np
import pytest

import minitensor as mt
from drawn_networks import small_loss
from minitensor.viz.record import recording_of

HERE = os.path.relpath(__file__)


def line_of(text):
    """The number of this file's first line that has the text."""
    return next(number for number, line in enumerate(Path(__file__).read_text().splitlines(), 1) if text in line)


def test_each_operation_has_the_users_line():
    x = mt.ones(2, requires_grad=True)
    with mt.viz.record():
        y = x.exp()  # the first line
        z = (y * 3).sum()  # the second line
    lines = [node.line for node in mt.viz.graph(z).nodes if node.kind == "operation"]
    first, second = line_of("# the first line"), line_of("# the second line")
    assert lines == [f"{HERE}:{first}", f"{HERE}:{second}", f"{HERE}:{second}"]


def test_values_and_gradients_have_their_norms():
    x = mt.tensor([3.0, 4.0], dtype=mt.float64, requires_grad=True)
    with mt.viz.record():
        y = x * 2
        z = (y * y).sum()
        z.backward()
    nodes = {node.label: node for node in mt.viz.graph(z).nodes}
    node = next(one for one in mt.viz.graph(z).nodes if one.name == "y")
    assert node.value == mt.viz.Statistics(10.0, 0, 0, 2)
    assert node.gradient == mt.viz.Statistics(20.0, 0, 0, 2)  # dz/dy = 2 y
    assert nodes["sum over (0,)"].gradient == mt.viz.Statistics(1.0, 0, 0, 1)


def test_nan_and_infinite_elements_are_counted_and_the_norm_is_that_of_the_rest():
    x = mt.tensor([0.0, -1.0, 3.0, 16.0], requires_grad=True)
    with mt.viz.record(), np.errstate(all="ignore"):
        y = mt.log(x).exp() / x
        y.sum().backward()
    logarithm = next(node for node in mt.viz.graph(y).nodes if node.operation == "log")
    assert (logarithm.value.nan, logarithm.value.inf, logarithm.value.size) == (1, 1, 4)
    assert math.isclose(logarithm.value.norm, math.hypot(math.log(3), math.log(16)), rel_tol=1e-6)
    assert logarithm.gradient.nan == 2
    assert "NaN: 1 of 4" in mt.viz.graph(y).text()


def test_kernels_are_timed_forward_and_backward():
    loss, _ = small_loss()
    assert all(node.seconds is None and node.backward_seconds is None for node in mt.viz.graph(loss).nodes)
    with mt.viz.record():
        loss, _ = small_loss()
        loss.backward()
    nodes = [node for node in mt.viz.graph(loss).nodes if node.kind == "operation"]
    assert all(node.seconds > 0 for node in nodes)
    assert next(node for node in nodes if node.operation == "conv_bias").backward_seconds > 0


def test_outside_the_block_nothing_is_recorded():
    x = mt.ones(2, requires_grad=True)
    before = x * 2
    with mt.viz.record():
        inside = x * 2
    after = x * 2
    assert [recording_of(y.grad_fn) is not None for y in (before, inside, after)] == [False, True, False]
    assert not hasattr(after.grad_fn, "recording")


def test_a_block_that_ends_in_an_error_leaves_nothing_behind():
    x = mt.ones(2, requires_grad=True)
    with pytest.raises(ZeroDivisionError), mt.viz.record():
        _ = 1 / 0
    assert recording_of((x * 2).grad_fn) is None


def test_other_threads_are_not_recorded():
    x = mt.ones(2, requires_grad=True)
    answers = []
    with mt.viz.record():
        other = threading.Thread(target=lambda: answers.append(x * 2))
        other.start()
        other.join()
    assert recording_of(answers[0].grad_fn) is None


def test_blocks_within_each_other_and_one_block_twice_record():
    x = mt.ones(2, requires_grad=True)
    recorder = mt.viz.record()
    for _ in range(2):
        with recorder, mt.viz.record():
            assert recording_of((x * 2).grad_fn) is not None
    assert recording_of((x * 2).grad_fn) is None


def test_recording_holds_no_memory_once_the_graph_is_dropped():
    x = mt.ones(2, requires_grad=True)
    with mt.viz.record():
        constant = mt.ones(2)
        y = (x * constant).exp()
        node, kept = weakref.ref(y.grad_fn), weakref.ref(constant)
        gc.disable()
        try:
            del y, constant
            assert node() is None
            assert kept() is None
        finally:
            gc.enable()


def test_the_answers_are_the_same_inside_and_outside():
    outside, model = small_loss()
    outside.backward()
    with mt.viz.record():
        inside, other = small_loss()
        inside.backward()
    assert inside.item() == outside.item()
    for one, another in zip(model.parameters(), other.parameters(), strict=True):
        np.testing.assert_array_equal(one.grad.numpy(), another.grad.numpy())


def test_numbers_and_arrays_that_no_rule_keeps_are_seen():
    x, offset = mt.ones(2, requires_grad=True), mt.tensor([1.0, 2.0])
    with mt.viz.record():
        y = x + offset + 3
    view = mt.viz.graph(y)
    assert [node.label for node in view.nodes] == ["x", "offset", "add", "add"]
    assert view.nodes[3].constants == {"b": "3"}
    assert [node.label for node in mt.viz.graph(x + offset + 3).nodes] == ["x", "add", "add"]


def test_drawing_a_backward_graph_keeps_what_was_recorded_of_the_forward_pass():
    with mt.viz.record():
        loss, model = small_loss()
        loss.backward(retain_graph=True)
        first = mt.viz.graph(loss, model)
        both = mt.viz.graph(loss, model, direction="both")
    forward = [
        (node.line, node.value, node.gradient, node.backward_seconds) for node in first.nodes if node.kind == "operation"
    ]
    again = [
        (node.line, node.value, node.gradient, node.backward_seconds) for node in both.nodes if node.kind == "operation"
    ]
    assert forward == again
    assert all(node.value is not None for node in both.nodes if node.kind == "gradient")


def test_values_without_recording_are_those_of_the_arrays_at_hand():
    x = mt.tensor([3.0, 4.0], requires_grad=True)
    view = mt.viz.graph((x.exp() + 1).sum(), values=True)
    assert view.nodes[0].value == mt.viz.Statistics(5.0, 0, 0, 2)
    known = [node.operation for node in view.nodes if node.kind == "operation" and node.value is not None]
    assert known == ["exp"]  # exp keeps its result


def test_a_file_elsewhere_is_named_alone_and_a_notebooks_cell_as_a_cell(tmp_path, monkeypatch):
    x = mt.ones(2, requires_grad=True)
    names = {"x": x}
    with mt.viz.record():
        exec(compile("a = x.exp()", "/somewhere/else/train.py", "exec"), names)
        exec(compile("b = x.exp()", "/tmp/ipykernel_17/3186498337.py", "exec"), names)
    monkeypatch.chdir(tmp_path)
    assert [mt.viz.graph(names[one]).nodes[1].line for one in "ab"] == ["train.py:1", "cell:1"]


def test_after_a_backward_pass_that_fails_nothing_more_is_counted_to_it():
    x = mt.ones(2, requires_grad=True)
    with mt.viz.record():
        y = x.exp()
        z = y * 2

        def fails(_):
            raise ZeroDivisionError

        y.register_hook(fails)
        with pytest.raises(ZeroDivisionError):
            z.sum().backward(retain_graph=True)
        before = recording_of(z.grad_fn).backward_seconds
        x.exp()
        assert recording_of(z.grad_fn).backward_seconds == before


def test_what_a_hook_takes_is_not_counted_to_an_operation():
    x = mt.ones(2, requires_grad=True)
    ran = []
    with mt.viz.record() as recorder:
        y = x * 2
        y.register_hook(lambda _: ran.append(len(recorder._going_back)))
        (y * 3).sum().backward()
    assert ran == [0]


def test_a_decorated_function_is_recorded():
    x = mt.ones(2, requires_grad=True)

    @mt.viz.record()
    def double():
        return x * 2

    assert recording_of(double().grad_fn) is not None
    assert recording_of((x * 2).grad_fn) is None


def test_a_buffer_that_is_met_through_a_view_has_its_name():
    class Shifted(mt.nn.Module):
        def __init__(self):
            self.register_buffer("shift", mt.ones(2))

        def forward(self, x):
            return x + self.shift.reshape(1, 2)

    model = mt.nn.Sequential(Shifted())
    x = mt.ones(3, 2, requires_grad=True)
    with mt.viz.record():
        y = model(x)
    (buffer,) = [node for node in mt.viz.graph(y, model).nodes if node.kind == "buffer"]
    assert (buffer.label, buffer.shape) == ("0.shift", (2,))


def test_the_running_statistics_of_a_normalisation_have_their_names():
    model = mt.nn.Sequential(mt.nn.BatchNorm1d(2)).eval()
    with mt.viz.record():
        y = model(mt.ones(3, 2, requires_grad=True))
    buffers = [node for node in mt.viz.graph(y, model).nodes if node.kind == "buffer"]
    assert [(one.label, one.shape) for one in buffers] == [("0.running_mean", (2,)), ("0.running_var", (2,))]


def test_a_norm_whose_square_overflows_is_right_and_the_json_is_valid():
    x = mt.tensor([3e200, 4e200], dtype=mt.float64, requires_grad=True)
    view = mt.viz.graph(x * 2, values=True)
    assert math.isclose(view.nodes[0].value.norm, 5e200)
    json.loads(view.json(), parse_constant=pytest.fail)
