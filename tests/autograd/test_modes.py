"""Grad modes as contexts and decorators, and the search for the operation that made a NaN."""

import pytest

import minitensor as mt


def recorded():
    return (mt.ones(1, requires_grad=True) * 2).requires_grad


def test_contexts_nest_and_restore():
    assert recorded()
    with mt.no_grad():
        assert not recorded()
        with mt.enable_grad():
            assert recorded()
        assert not recorded()
        with mt.set_grad_enabled(True):
            assert recorded()
        assert not recorded()
    assert recorded()


def test_a_mode_is_restored_after_an_error():
    with pytest.raises(KeyError), mt.no_grad():
        raise KeyError
    assert mt.is_grad_enabled()


def test_decorators_with_and_without_brackets():
    @mt.no_grad()
    def with_brackets():
        return recorded()

    @mt.no_grad
    def without():
        return recorded()

    @mt.set_grad_enabled(False)
    def switched():
        return recorded()

    assert [with_brackets(), without(), switched(), recorded()] == [False, False, False, True]
    assert with_brackets.__name__ == "with_brackets"


def test_a_decorated_generator_holds_the_mode_only_while_it_runs():
    @mt.no_grad()
    def generate():
        for _ in range(2):
            yield recorded()

    for inside in generate():
        assert not inside
        assert recorded()


def test_inference_mode_records_nothing_and_with_false_it_records_again():
    with mt.inference_mode():
        assert not recorded()
        with mt.inference_mode(False):
            assert recorded()
        assert not recorded()
    with mt.no_grad(), mt.inference_mode(mode=False):
        assert recorded()

    @mt.inference_mode()
    def with_brackets():
        return recorded()

    @mt.inference_mode(False)
    def recording():
        return recorded()

    @mt.inference_mode
    def without():
        return recorded()

    with mt.no_grad():
        assert [with_brackets(), recording(), without(), recorded()] == [False, True, False, False]
    with pytest.raises(TypeError, match="inference_mode: a function to decorate is expected"):
        mt.inference_mode(1)


def test_set_grad_enabled_holds_without_a_with_block():
    mt.set_grad_enabled(False)
    try:
        assert not recorded()
    finally:
        mt.set_grad_enabled(True)
    assert recorded()


def test_detect_anomaly_names_the_operation_its_argument_and_its_line():
    x = mt.tensor([0.0, 1.0], requires_grad=True)
    with mt.autograd.detect_anomaly():
        y = mt.sqrt(x) * mt.tensor([0.0, 1.0])
        with pytest.raises(RuntimeError) as caught:
            y.sum().backward()
    text = str(caught.value)
    assert text.startswith("detect_anomaly: the gradient of sqrt for its argument 'a' is NaN (recorded at ")
    assert "test_modes.py:" in text
    assert "already" not in text
    assert x.grad is None


def test_detect_anomaly_says_where_the_forward_pass_was_nan_already():
    x = mt.tensor([-1.0], requires_grad=True)
    with pytest.raises(RuntimeError, match="its result was NaN already in the forward pass"), mt.autograd.detect_anomaly():
        mt.log(x).exp().backward()


def test_without_it_nan_is_an_answer_like_any_other():
    x = mt.tensor([0.0], requires_grad=True)
    (mt.sqrt(x) * 0).backward()
    assert mt.isnan(x.grad).item()


def test_one_context_may_be_entered_twice():
    context = mt.no_grad()
    with context, context:
        assert not recorded()
    assert recorded()


def test_a_decorated_generator_is_thrown_what_its_caller_throws():
    @mt.no_grad()
    def patient():
        try:
            yield 1
        except KeyError:
            yield recorded()

    generator = patient()
    next(generator)
    assert generator.throw(KeyError()) is False
    with pytest.raises(TypeError, match="no_grad: a function to decorate is expected, or nothing, got int"):
        mt.no_grad(5)


def test_an_engine_chosen_earlier_is_the_one_inside_the_block():
    chosen = mt.use_engine("reference")
    mt.use_engine("numpy")
    with chosen:
        assert mt.current_engine() == "reference"
    assert mt.current_engine() == "numpy"
