"""Shows what is said of a node: its lines, sizes and times in words, and what cannot be shown as escapes."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minitensor.viz.elements import GraphData, GraphNode, Saved, Statistics
from minitensor.viz.words import (
    contents_words,
    counted,
    duration,
    is_marked,
    lines_of,
    number,
    one_line,
    printable,
    saved_bytes,
    saved_words,
    size,
    statistics_words,
    time_words,
    title_of,
)

many = settings(max_examples=300, derandomize=True, deadline=None)
# every character that there is, halves of surrogate pairs included, and often those that need care
TEXT = st.text(st.one_of(st.characters(codec=None), st.sampled_from("\t\n\r\x00\x1b\x85\u2028\u202e\ud800\ufffe\\&<\">'")))


def conv(**fields):
    return GraphNode("n1", "operation", "conv2d 5x5 /2", shape=(32, 16, 12, 12), dtype="float32", **fields)


def test_an_operation_says_its_label_then_its_shape():
    assert lines_of(conv(), saved=True, values=True) == ["conv2d 5x5 /2", "(32, 16, 12, 12) float32"]


def test_a_name_and_constants_stand_with_the_label():
    node = GraphNode("n1", "operation", "mul", shape=(), dtype="float64", name="loss", constants={"b": "2", "c": "0.5"})
    assert lines_of(node, saved=False, values=False) == ["loss: mul  b = 2, c = 0.5", "() float64"]


def test_a_gradient_says_its_formula_first_unless_the_frame_around_it_does():
    node = GraphNode("n1", "gradient", "conv_transpose2d 5x5 /2", formula="dX = conv_transpose(dY, W)")
    assert lines_of(node, saved=False, values=False) == ["dX = conv_transpose(dY, W)", "conv_transpose2d 5x5 /2"]
    assert lines_of(node, saved=False, values=False, titled=True) == ["conv_transpose2d 5x5 /2"]
    named = GraphNode("n1", "gradient", "sum", formula="db = sum dY", name="bias.grad")
    assert lines_of(named, saved=False, values=False) == ["bias.grad: db = sum dY", "sum"]


def test_everything_that_is_known_has_its_line():
    node = conv(
        saved=(Saved("x", (4,), "float32", 1_234_567, 0, 1_234_567), Saved("y", (2,), "float32", 8, 1, 8)),
        value=Statistics(2.5, 4, 0, 100),
        gradient=Statistics(0.125, 0, 1, 100),
        seconds=4.2e-4,
        backward_seconds=1.1e-3,
        line="train.py:12",
    )
    assert lines_of(node, saved=True, values=True)[2:] == [
        "keeps x 1.23 MB, y 8 B",
        "norm 2.5 of the finite",
        "NaN: 4 of 100",
        "gradient norm 0.125 of the finite",
        "gradient Inf: 1 of 100",
        "420 µs, backward 1.1 ms",
        "train.py:12",
    ]


def test_what_is_not_asked_for_is_not_said_but_nan_always_is():
    node = conv(saved=(Saved("x", (4,), "float32", 16, 0, 16),), value=Statistics(2.5, 4, 0, 100))
    assert lines_of(node, saved=False, values=False)[2:] == ["NaN: 4 of 100"]


def test_a_group_says_what_is_in_it():
    node = GraphNode("g1", "group", "blocks.0 … blocks.11 x12", count=1200, elements=1234)
    assert lines_of(node, saved=False, values=False) == ["blocks.0 … blocks.11 x12", "1,200 operations, 1,234 parameters"]
    assert contents_words(GraphNode("g1", "group", "relu", count=1)) == "1 operation"


def test_a_group_keeps_the_sum_of_its_arrays_shared_memory_counted_once():
    kept = (
        Saved("x", (4,), "float32", 16, 0, 16),
        Saved("y", (2,), "float32", 8, 0, 16),
        Saved("a", (1,), "float32", 4, 1, 4),
    )
    assert saved_words(GraphNode("g1", "group", "block", saved=kept)) == "keeps 2 arrays, 20 B"
    assert saved_bytes([conv(saved=kept), conv(saved=kept[:2])]) == 20
    assert saved_words(conv()) == ""


def test_a_label_with_a_line_feed_takes_two_lines():
    assert lines_of(GraphNode("n0", "input", "a\nb\r\nc\rd"), saved=False, values=False) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("nbytes", "words"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (1234, "1.23 kB"), (999_499, "999 kB"), (999_500, "1 MB"), (2_500_000_000, "2.5 GB"), (7 * 10**15, "7,000 TB")],
)  # fmt: skip
def test_sizes_have_three_digits_and_a_unit(nbytes, words):
    assert size(nbytes) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0, "0 µs"), (1e-6, "1 µs"), (9.996e-4, "1 ms"), (0.25, "250 ms"), (75.0, "75 s"), (12345.0, "12,300 s")],
)
def test_times_have_three_digits_and_a_unit(seconds, words):
    assert duration(seconds) == words


@many
@given(st.integers(1, 10**15))
def test_a_size_in_words_is_within_half_a_hundredth_of_itself(nbytes):
    amount, unit = size(nbytes).split(" ")
    assert float(amount.replace(",", "")) * 1000 ** ("B", "kB", "MB", "GB", "TB").index(unit) == pytest.approx(
        nbytes, rel=0.005
    )


def test_times_say_what_is_known():
    assert time_words(conv()) == ""
    assert time_words(conv(backward_seconds=1.0)) == "backward 1 s"


def test_numbers_and_counts():
    assert [number(value) for value in (0.0, 1234567.0, float("nan"))] == ["0", "1.235e+06", "nan"]
    assert [counted(count, "array") for count in (0, 1, 1000)] == ["0 arrays", "1 array", "1,000 arrays"]


def test_what_is_not_finite_marks_a_node():
    clean, broken = Statistics(1.0, 0, 0, 4), Statistics(1.0, 0, 1, 4)
    assert not is_marked(conv(value=clean, gradient=clean))
    assert not is_marked(conv())
    assert is_marked(conv(value=broken))
    assert is_marked(conv(value=clean, gradient=broken))
    assert statistics_words(Statistics(1.0, 1200, 3, 4000), norm=False) == ["NaN: 1,200 of 4,000", "Inf: 3 of 4,000"]
    assert statistics_words(None, norm=True) == []


def test_a_title_counts_operations_and_parameters():
    nodes = (
        GraphNode("n0", "parameter", "weight", elements=1000),
        GraphNode("n1", "operation", "mul"),
        GraphNode("g0", "group", "block", count=7, elements=500),
        GraphNode("n2", "gradient", "mul"),
    )
    assert title_of(GraphData("forward", nodes, ())) == "forward graph: 9 operations, 1,500 parameters"
    assert title_of(GraphData("both", nodes[1:2], ())) == "forward and backward graph: 1 operation"
    assert title_of(GraphData("backward", nodes, ())) == "backward graph: 9 operations"


@many
@given(TEXT)
def test_what_is_printable_is_xml_and_its_lines_are_lines(text):
    shown = printable(text)
    assert ET.fromstring(f"<a>{shown.replace('&', '&amp;').replace('<', '&lt;')}</a>").text == (shown or None)
    assert "\n".join(shown.splitlines()) == shown.removesuffix("\n")
    assert printable(shown) == shown


@many
@given(TEXT)
def test_one_line_is_one_line(text):
    assert len(one_line(text).splitlines()) <= 1


@pytest.mark.parametrize(
    "text", ["a<b>", "x|{y}", 'say "hi"', "back\\slash", "\\N", "&amp;", "日本語", "🙂", "שלום", "e\u0301", "a\u200db", ""]
)
def test_what_can_be_shown_stays_as_it_is(text):
    assert printable(text) == one_line(text) == text
