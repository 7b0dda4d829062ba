"""What is heard becomes slices that add up to the block; tables and trace say just that, for events at times made up here."""

import json

import numpy as np
import pytest

import minitensor as mt
from minitensor.profiler.averages import averages
from minitensor.profiler.events import Answered, Arrived, Called, Ran, Returned, Stepped
from minitensor.profiler.names import name_owners
from minitensor.profiler.slices import slices_of
from minitensor.profiler.table import size, table_of
from minitensor.profiler.trace import chrome_trace
from minitensor.tape import Call

FLOAT = np.dtype("float32")
conv, relu = mt.nn.Conv2d(1, 2, 3), mt.nn.ReLU()
model = mt.nn.Sequential(conv, relu)
in_model = Call(model._reference, None)
in_conv, in_relu = Call(conv._reference, in_model), Call(relu._reference, in_model)


def ran(time, name, seconds, *shapes):
    return Ran(time, name, seconds, tuple((shape, FLOAT) for shape in shapes), 4 * sum(map(int, map(np.prod, shapes))))


# A training step, at whole seconds: two layers forward, a sum, back through all three, and the optimiser.
STEP = [
    Called(1, model),
    Called(2, conv),
    ran(7, "conv", 4, (2, 2, 6, 6)),
    Returned(8),
    Called(9, relu),
    ran(11, "relu", 1, (2, 2, 6, 6)),
    Returned(12),
    Returned(13),
    ran(15, "sum", 1, ()),
    Arrived(17, "sum", 3, None),
    ran(19, "broadcast_to", 1, (2, 2, 6, 6)),
    Answered(20),
    Arrived(21, "relu", 2, in_relu),
    Answered(24),
    Arrived(25, "conv", 1, in_conv),
    ran(31, "conv_gradients", 5, (2, 2, 3, 3), (2,)),
    Answered(32),
    Stepped(40, "SGD.step"),
    Returned(43),
]


@pytest.fixture
def slices():
    return named(STEP, 50)


def named(events, end, model=None):
    slices = slices_of(events, 0, end)
    name_owners(slices, model)
    return slices


def described(slices):
    return [(one.kind, one.name, one.begin, one.end, one.own) for one in slices]


def test_slices_lie_within_each_other_as_the_calls_did(slices):
    assert described(slices) == [
        ("block", "", 0, 50, 50 - 12 - 1 - 3 - 11 - 3),
        ("module", "", 1, 13, 12 - 6 - 3),
        ("module", "", 2, 8, 2),
        ("kernel", "conv", 3, 7, 4),
        ("module", "", 9, 12, 2),
        ("kernel", "relu", 10, 11, 1),
        ("kernel", "sum", 14, 15, 1),
        ("rules", "sum", 17, 20, 2),
        ("kernel", "broadcast_to", 18, 19, 1),
        ("gradients", "", 21, 32, 11 - 3 - 7),  # of the model
        ("gradients", "", 21, 24, 0),
        ("rules", "relu", 21, 24, 3),
        ("gradients", "", 25, 32, 0),
        ("rules", "conv", 25, 32, 2),
        ("kernel", "conv_gradients", 26, 31, 5),
        ("step", "SGD.step", 40, 43, 3),
    ]
    assert sum(one.own for one in slices) == 50


@pytest.mark.parametrize("by", ["operation", "module"])
def test_each_second_is_in_one_row(slices, by):
    rows = averages(slices, by)
    assert sum(row.seconds for row in rows) == 50
    assert sum(row.kernels for row in rows) == 4 + 1 + 1 + 1 + 5
    assert sum(row.bytes for row in rows) == sum(event.bytes for event in STEP if isinstance(event, Ran))


def test_the_table_by_operation(slices):
    rows = averages(slices, "operation")
    assert table_of(rows, "operation", "total", 5) == (
        """
operation                        calls   total ms      %    mean µs  forward ms  backward ms   bytes
────────────────────────────────────────────────────────────────────────────────────────────────────
conv_gradients                       1   5000.000   10.0  5000000.0                 5000.000   152 B
conv                                 1   4000.000    8.0  4000000.0    4000.000                576 B
rules of relu                        1   3000.000    6.0  3000000.0                 3000.000
SGD.step                             1   3000.000    6.0  3000000.0
rules of sum                         1   2000.000    4.0  2000000.0                 2000.000
────────────────────────────────────────────────────────────────────────────────────────────────────
4 more                                   5000.000   10.0               2000.000     3000.000  1.2 kB
modules, outside of kernels              7000.000   14.0               7000.000
the walk back, outside of rules          1000.000    2.0                            1000.000
the rest of the block                   20000.000   40.0
────────────────────────────────────────────────────────────────────────────────────────────────────
the block                               50000.000  100.0              13000.000    14000.000  1.9 kB
""".strip()
    )


def test_the_table_by_module(slices):
    rows = averages(slices, "module")
    assert table_of(rows, "module", "order", None) == (
        """
module                 calls   total ms      %     mean µs  forward ms  backward ms  kernels ms   bytes
───────────────────────────────────────────────────────────────────────────────────────────────────────
Sequential                 1   4000.000    8.0   4000000.0    3000.000     1000.000
0 (Conv2d)                 1  13000.000   26.0  13000000.0    6000.000     7000.000    9000.000   728 B
1 (ReLU)                   1   6000.000   12.0   6000000.0    3000.000     3000.000    1000.000   576 B
SGD.step                   1   3000.000    6.0   3000000.0
───────────────────────────────────────────────────────────────────────────────────────────────────────
outside of modules             4000.000    8.0                1000.000     3000.000    2000.000   580 B
the rest of the block         20000.000   40.0
───────────────────────────────────────────────────────────────────────────────────────────────────────
the block                     50000.000  100.0               13000.000    14000.000   12000.000  1.9 kB
""".strip()
    )


def test_the_order_of_rows_can_be_chosen(slices):
    rows = averages(slices, "module")

    def first(sort_by):
        return table_of(rows, "module", sort_by, 1).splitlines()[2].split("  ")[0]

    assert {by: first(by) for by in ("total", "forward", "backward", "bytes", "name", "order")} == {
        "total": "0 (Conv2d)",
        "forward": "0 (Conv2d)",
        "backward": "0 (Conv2d)",
        "bytes": "0 (Conv2d)",
        "name": "0 (Conv2d)",
        "order": "Sequential",
    }


def test_a_walk_ends_with_its_last_answer_though_that_shows_only_later():
    twice = [Arrived(1, "conv", 7, in_conv), Answered(2), Arrived(8, "conv", 7, in_conv), Answered(9)]
    gradients = [(one.begin, one.end) for one in slices_of(twice, 0, 10) if one.kind == "gradients"]
    assert gradients == [(1, 2), (1, 2), (8, 9), (8, 9)]


def test_what_a_rule_runs_again_counts_as_backward():
    events = [Arrived(1, "checkpoint", 1, None), Called(2, conv), ran(4, "conv", 1, (2,)), Returned(5), Answered(6)]
    assert [(one.kind, one.backward) for one in slices_of(events, 0, 7)] == [
        ("block", False),
        ("rules", True),
        ("module", True),
        ("kernel", True),
    ]


def test_what_began_before_the_block_or_outlasts_it_harms_nothing():
    events = [Answered(1), Returned(2), Called(3, conv), Arrived(4, "conv", 1, in_conv), Returned(6)]
    assert described(slices_of(events, 0, 8)) == [
        ("block", "", 0, 8, 5),
        ("module", "", 3, 6, 1),
        ("gradients", "", 4, 6, 0),
        ("gradients", "", 4, 6, 0),
        ("rules", "conv", 4, 6, 2),
    ]
    assert described(slices_of([Called(3, conv)], 0, 8)) == [("block", "", 0, 8, 3), ("module", "", 3, 8, 5)]


def test_a_kernel_never_begins_before_what_came_before_it():
    kernel = slices_of([Called(3, conv), ran(4, "conv", 1.5, (2,)), Returned(5)], 0, 6)[2]
    assert (kernel.begin, kernel.end) == (3, 4)


def test_modules_are_named_after_what_holds_them():
    first, second = mt.nn.Sequential(mt.nn.ReLU()), mt.nn.Sequential(mt.nn.ReLU(), mt.nn.Tanh())
    loss = mt.nn.MSELoss()

    def names(*modules, model=None):
        events = [event for module in modules for event in (Called(1, module), Returned(2))]
        return [one.owner for one in named(events, 3, model)[1:]]

    assert names(first, first[0], loss) == ["Sequential", "0 (ReLU)", "MSELoss"]
    assert names(first[0], second[1], first, second) == [
        "0 (ReLU)",
        "1 (Tanh)",
        "Sequential",
        "Sequential 2",
    ]
    assert names(first[0], second[0], first, second) == [
        "Sequential: 0 (ReLU)",
        "Sequential 2: 0 (ReLU)",
        "Sequential",
        "Sequential 2",
    ]
    assert names(first[0]) == ["ReLU"]
    assert names(first[0], model=first) == ["0 (ReLU)"]


def test_a_module_that_is_gone_has_a_row_still():
    reference = mt.nn.ReLU()._reference
    slices = named([Arrived(1, "relu", 1, Call(reference, None)), Answered(2)], 3)
    assert [row.name for row in averages(slices, "module")] == [
        "(a module that is gone)",
        "the rest of the block",
    ]


def test_the_trace_has_a_complete_event_for_each_slice(slices):
    trace = json.loads(chrome_trace(slices, 12, 34))
    about, *events = trace["traceEvents"]
    assert about == {"name": "process_name", "ph": "M", "ts": 0, "pid": 12, "tid": 34, "args": {"name": "minitensor"}}
    assert all((event["ph"], event["pid"], event["tid"]) == ("X", 12, 34) for event in events)
    assert [(event["name"], event["ts"], event["dur"]) for event in events[:5]] == [
        ("profile", 0, 50e6),
        ("Sequential", 1e6, 12e6),
        ("0 (Conv2d)", 2e6, 6e6),
        ("conv", 3e6, 4e6),
        ("1 (ReLU)", 9e6, 3e6),
    ]
    assert [event["name"] for event in events[9:13]] == [
        "gradients of Sequential",
        "gradients of 1 (ReLU)",
        "rules of relu",
        "gradients of 0 (Conv2d)",
    ]
    assert events[3]["args"] == {"shape": [2, 2, 6, 6], "dtype": "float32", "bytes": 576}
    assert events[14]["args"] == {"shape": [[2, 2, 3, 3], [2]], "dtype": "float32", "bytes": 152}


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"), (10**16, "10000.0 TB")],
)
def test_sizes_are_written_with_a_prefix(count, text):
    assert size(count) == text
