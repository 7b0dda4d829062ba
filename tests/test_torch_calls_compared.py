"""The comparison of calls with PyTorch finds what is wrong: in values, shapes, dtypes, gradients, refusals and changed inputs."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
from torch_calls import recording
from torch_calls.call import Call, Outcome, evaluate, functions_of, head_of, signs
from torch_calls.difference import difference
from torch_calls.draw import distinct

X = np.array([[0.5, -1.5], [2.0, 0.25]])
CALL = Call("mt.exp(x).sum(1)", {"x": X})
OUTCOME = evaluate(CALL, mt)


def changed(key, value):
    return OUTCOME._replace(values=OUTCOME.values | {key: value})


def test_outcome_has_value_and_gradients_to_the_second_order():
    rows = np.exp(X)
    cotangent = signs(f"{CALL.expression} y", (2,))[:, None]
    along = signs(f"{CALL.expression} along x", (2, 2))
    expected = {
        "y": rows.sum(1),
        "grad x": rows * cotangent,
        "recorded grad x": rows * cotangent,
        "second x": rows * cotangent * along,
        "second cotangent of y": (rows * along).sum(1),
    }
    assert OUTCOME.values.pop("requires grad y", "True") == "True"
    assert set(OUTCOME.values) == set(expected)
    for key, value in expected.items():
        np.testing.assert_allclose(OUTCOME.values[key], value, rtol=1e-14)
    assert difference(CALL, OUTCOME, OUTCOME) == ""


@pytest.mark.parametrize("key", ["y", "grad x", "recorded grad x", "second x", "second cotangent of y"])
def test_a_number_that_is_off_is_found(key):
    wrong = OUTCOME.values[key].copy()
    wrong[0] += 1e-7
    assert difference(CALL, OUTCOME, changed(key, wrong)).startswith(f"{key}: ")
    wrong[0] = np.nan
    assert "nan in minitensor" in difference(CALL, OUTCOME, changed(key, wrong))


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("y", OUTCOME.values["y"][None], "y: PyTorch's shape is (2,), minitensor's (1, 2)"),
        ("y", OUTCOME.values["y"].astype(np.float32), "y: PyTorch's dtype is float64, minitensor's float32"),
        ("y", "(2,)", "y: PyTorch has"),
        ("y[1]", OUTCOME.values["y"], "y[1]: PyTorch has nothing"),
        ("after x", X, "after x: PyTorch has nothing"),
    ],
)
def test_another_answer_is_found(key, value, words):
    assert difference(CALL, OUTCOME, changed(key, value)).startswith(words)


def test_a_gradient_that_is_missing_counts_as_zero():
    without = OUTCOME._replace(values={key: value for key, value in OUTCOME.values.items() if key != "grad x"})
    assert difference(CALL, OUTCOME, without).startswith("grad x: 4 of 4 numbers differ")
    zero = np.zeros((2, 2))
    none = OUTCOME._replace(values=OUTCOME.values | {"grad x": zero, "recorded grad x": zero})
    assert difference(CALL, without, none) == ""


def test_gradients_that_one_library_refuses_are_found():
    assert difference(CALL, OUTCOME, OUTCOME._replace(order=1, clumsy="no rule")) == "gradient of order 2 refused: no rule"
    assert difference(CALL, OUTCOME._replace(order=1), OUTCOME._replace(order=1)) == ""


@pytest.mark.parametrize(
    ("expected", "found", "words"),
    [
        (Outcome({}, "ValueError: no"), OUTCOME, "answered what PyTorch refuses: ValueError: no"),
        (OUTCOME, Outcome({}, "ValueError: no"), "refused what PyTorch answers: ValueError: no"),
        (Outcome({}, "ValueError: no"), Outcome({"after x": X}, "ShapeError: no"), "refused after it had changed after x"),
        (Outcome({}, "ValueError: no"), Outcome({}, "IndexError: 3", 0, "there"), "refused, but not in words of its own"),
        (Outcome({}, "ValueError: no"), Outcome({}, "ShapeError: the input is too short"), ""),
    ],
)
def test_refusals_are_compared(expected, found, words):
    text = difference(CALL, expected, found)
    assert text.startswith(words)
    assert bool(text) == bool(words)


def test_an_error_that_nobody_raised_on_purpose_is_told_from_a_refusal():
    assert evaluate(Call("mt.ones(2).reshape(3)", {}), mt).clumsy == ""
    assert evaluate(Call("mt.no_such_function(x)", {"x": X}), mt).clumsy != ""
    assert evaluate(Call("x.numpy()[7]", {"x": X}), mt).clumsy != ""


def test_answers_of_all_kinds_are_taken_apart():
    values = evaluate(Call("({'a': x}, [x.shape, x.dtype], x.dim(), nn.Linear(2, 3))", {"x": X}, ()), mt).values
    assert values["y[1][0]"] == "(2, 2)"
    assert values["y[1][1]"] == "float64"
    assert values["y[2]"] == "2"
    assert values["y[3]"] == "Linear(in_features=2, out_features=3, bias=True)"
    assert values["y[3].state_dict()"] == "weight (3, 2) float32\nbias (3,) float32"
    np.testing.assert_array_equal(values["y[0]['a']"], X)


def test_what_a_line_is_about_is_read_from_it():
    assert head_of("using(nn.Linear(3, 2), weight=w)(x.abs()).sum()") == "nn.Linear"
    assert head_of("x.abs().sum()") == "Tensor.abs"
    assert head_of("x[1:]") == "Subscript"
    assert functions_of("F.max_unpool2d(*F.max_pool2d(x, 2), 2)") == ["F.max_unpool2d", "F.max_pool2d"]


def test_a_recording_is_read_as_it_was_written(tmp_path, monkeypatch):
    monkeypatch.setattr(recording, "FOLDER", tmp_path)
    refused = Call("F.relu(i)", {"i": np.array([True, False])}, ())
    recording.save("some", [(CALL, OUTCOME), (refused, Outcome({}, "RuntimeError: no\nmore", 0))])
    (call, outcome), (second, refusal) = recording.load("some")
    assert (call.expression, call.leaves, call.order) == (CALL.expression, ("x",), 2)
    np.testing.assert_array_equal(call.inputs["x"], X)
    assert call.inputs["x"].dtype == X.dtype
    assert difference(CALL, outcome, OUTCOME) == ""
    np.testing.assert_allclose(outcome.values["y"], OUTCOME.values["y"], rtol=1e-11)
    assert second.inputs["i"].tolist() == [True, False]
    assert second.inputs["i"].dtype == np.bool_
    assert refusal.refusal == "RuntimeError: no"


@pytest.mark.parametrize("shape", [(), (0,), (5,), (3, 40)])
def test_drawn_numbers_are_distinct_and_not_at_a_kink(shape):
    drawn = distinct(np.random.default_rng(0), *shape)
    assert drawn.shape == shape
    assert len(set(drawn.ravel())) == drawn.size
    assert np.all(drawn != np.round(drawn))
    assert np.all(np.abs(drawn) < 2)
