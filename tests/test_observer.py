"""Observers hear what is recorded and what goes back, in order; with none, nothing is told to anybody."""

import threading

import pytest

import minitensor as mt
from minitensor.grad_mode import mode
from minitensor.kernels import active, add_kernel, time_kernels
from minitensor.kernels.registry import remove_kernel
from minitensor.observer import Observer, user_line
from minitensor.tape import Derivation


class Diary(Observer):
    def __init__(self):
        self.entries = []

    def recorded(self, node, arguments, result):
        self.entries.append(("recorded", node.name, len(arguments), result.shape))

    def arrived(self, node, gradient):
        self.entries.append(("arrived", node.name, gradient.shape))

    def answered(self, node, index, gradient):
        self.entries.append(("answered", node.name, index, gradient.shape))

    def left(self, node):
        self.entries.append(("left", node.name))


def test_an_observer_hears_of_operations_and_of_gradients_in_order():
    a, b = mt.ones(2, 3, requires_grad=True), mt.ones(3, requires_grad=True)
    with Diary() as diary:
        (a * b).sum().backward()
    assert diary.entries == [
        ("recorded", "mul", 2, (2, 3)),
        ("recorded", "sum", 1, ()),
        ("arrived", "sum", ()),
        ("answered", "sum", 0, (2, 3)),
        ("left", "sum"),
        ("arrived", "mul", (2, 3)),
        ("answered", "mul", 0, (2, 3)),
        ("answered", "mul", 1, (3,)),
        ("left", "mul"),
    ]


def test_two_observers_hear_the_same_and_the_block_ends_with_both_gone():
    a = mt.ones(2, requires_grad=True)
    with Diary() as outer, Diary() as inner:
        a.exp()
    a.log()
    assert outer.entries == inner.entries == [("recorded", "exp", 1, (2,))]
    assert mode.observers == ()


def test_an_observer_is_gone_after_an_error_and_hears_nothing_of_other_threads():
    a = mt.ones(2, requires_grad=True)
    diary = Diary()

    def fails():
        with diary:
            other = threading.Thread(target=a.exp)
            other.start()
            other.join()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert diary.entries == []
    assert mode.observers == ()


def test_blocks_may_end_in_any_order_and_one_observer_may_watch_twice():
    def generator():
        with Diary():
            yield

    running = generator()
    next(running)
    with Diary() as outer:
        running.close()
        assert mode.observers == (outer,)
        with outer:
            assert mode.observers == (outer, outer)
    assert mode.observers == ()


def raised_elsewhere(call):
    """What a call raises in another thread, or None."""
    raised = []

    def elsewhere():
        try:
            call()
        except BaseException as error:
            raised.append(error)

    other = threading.Thread(target=elsewhere)
    other.start()
    other.join()
    return raised[0] if raised else None


def test_a_block_that_ends_in_another_thread_says_so_and_is_over():
    with Diary() as outer:
        left = Diary()
        left.__enter__()
        error = raised_elsewhere(lambda: left.__exit__(None, None, None))
        assert type(error) is RuntimeError
        assert str(error).startswith("the block of an observer, as of a profile, ends in the thread that it began in: this")
        assert mode.observers == (outer,)
    assert mode.observers == ()


@pytest.mark.parametrize("kind", [mt.viz.record, mt.autograd.detect_anomaly])
def test_whoever_watches_is_gone_wherever_its_block_ends(kind):
    before = dict(active)
    watching = kind()
    watching.__enter__()
    assert type(raised_elsewhere(lambda: watching.__exit__(None, None, None))) is RuntimeError
    assert mode.observers == ()
    assert {name: active[name] for name in before} == before


def test_an_observer_decorates_functions_and_generators():
    seen = []

    @Diary()
    def function():
        seen.append(len(mode.observers))

    @Diary()
    def generator():
        yield len(mode.observers)
        yield len(mode.observers)

    function()
    for count in generator():
        seen += [count, len(mode.observers)]
    assert seen == [1, 1, 0, 1, 0]


def test_an_operation_is_left_when_its_rule_fails_too():
    x = mt.ones(2, requires_grad=True)
    y = x.exp()
    y.grad_fn.saved = ()  # the rule will not find what it needs
    with Diary() as diary, pytest.raises(IndexError):
        y.sum().backward()
    assert diary.entries[-2:] == [("arrived", "exp", (2,)), ("left", "exp")]


def test_what_a_gradient_records_says_which_argument_of_which_operation_it_belongs_to():
    a, b = mt.tensor(2.0, requires_grad=True), mt.tensor(3.0, requires_grad=True)
    y = a * b
    first, second = mt.autograd.grad(y, (a, b), mt.tensor(1.0, requires_grad=True), create_graph=True)
    assert first.grad_fn.scope == Derivation(y.grad_fn, 0, "rule")
    assert second.grad_fn.scope == Derivation(y.grad_fn, 1, "rule")
    assert first.grad_fn.forward is y.grad_fn


def test_a_sum_of_what_arrives_says_so():
    a = mt.tensor(2.0, requires_grad=True)
    y = a * a
    (gradient,) = mt.autograd.grad(y, a, create_graph=True)
    assert gradient.grad_fn.name == "add"
    assert gradient.grad_fn.scope == Derivation(y.grad_fn, 1, "sum")


def test_what_a_hook_records_belongs_to_the_node_that_has_the_hook():
    a = mt.tensor(2.0, requires_grad=True)
    middle = a * 3
    middle.register_hook(lambda gradient: gradient * 5)
    (gradient,) = mt.autograd.grad(middle.exp(), a, create_graph=True)
    (hooked,) = [edge for edge in gradient.grad_fn.inputs if edge is not None]
    assert hooked.scope == Derivation(middle.grad_fn, None, "hook")


def test_the_user_line_is_this_one():
    path, number = user_line()
    assert path == __file__
    assert number == test_the_user_line_is_this_one.__code__.co_firstlineno + 1


def test_timed_kernels_are_told_of_with_their_results_and_the_engine_is_as_before_afterwards():
    heard = []
    before = dict(active)
    with time_kernels(lambda name, seconds, result: heard.append((name, seconds >= 0, result.shape))):
        mt.ones(2, 3).exp().sum(1)
        with mt.use_engine("reference"):
            mt.nn.functional.conv1d(mt.ones(1, 1, 4), mt.ones(1, 1, 3))
    assert heard == [("exp", True, (2, 3)), ("sum", True, (2,)), ("conv", True, (1, 1, 2))]
    assert {name: active[name] for name in before} == before


def test_kernels_of_other_threads_are_not_told_of():
    heard = []
    with time_kernels(lambda name, seconds, result: heard.append(name)):
        other = threading.Thread(target=mt.ones(2).exp)
        other.start()
        other.join()
    assert heard == []


def test_a_kernel_that_is_added_while_somebody_times_is_timed_too():
    heard = []
    with time_kernels(lambda name, seconds, result: heard.append(name)):
        add_kernel("halved_for_a_test", lambda a: a / 2)
        active["halved_for_a_test"](mt.ones(2).numpy())
    assert heard == ["halved_for_a_test"]
    remove_kernel("halved_for_a_test")
    assert "halved_for_a_test" not in active
