"""Shows that every primitive in the registry keeps its promises, whoever added it: it is found, checked and reported by name."""

from __future__ import annotations

import warnings
from importlib import import_module
from itertools import combinations, product
from pkgutil import iter_modules

import numpy as np
import pytest

import minitensor as mt
from minitensor import ops
from minitensor.autograd import grad, gradcheck, gradgradcheck
from minitensor.kernels import time_kernels
from minitensor.kernels.registry import serving_gradients
from minitensor.primitive import primitives
from minitensor.tape import Node
from minitensor.testing.samples import samples
from primitive_calls import (
    argument_names,
    as_tensors,
    differentiable_samples,
    in_dtype,
    is_float,
    kept_by,
    same_bits,
    upstream,
    wanted,
)

for family in iter_modules(ops.__path__):  # those of layers are loaded when they are first asked for
    import_module(f"{ops.__name__}.{family.name}")

# Those that are here when the tests are collected: what a test or an example adds later is its own affair.
NAMES = sorted(primitives)
DIFFERENTIABLE = [name for name in NAMES if primitives[name].rules]
FUSED = [name for name in DIFFERENTIABLE if serving_gradients(name)]
# Floats that only choose where a gradient goes: nothing flows through them.
WITHOUT_RULE = {("max_pool_spread", "x"), ("max_pool_spread", "highest")}
CLOSE = {"eps": 1e-5, "atol": 1e-7, "rtol": 1e-6}


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_does(name):
    doc = primitives[name].__doc__
    assert doc
    assert doc.strip()


@pytest.mark.parametrize("name", NAMES)
def test_it_has_samples_and_words_for_each(name):
    found = samples(name)
    assert found
    for sample in found:
        label = primitives[name].label(sample.parameters)
        assert isinstance(label, str)
        assert label


def test_a_primitive_without_samples_is_an_error_that_says_so():
    message = "the primitive 'nobody' has no samples: write some in testing/samples, with @samples_for('nobody')"
    with pytest.raises(LookupError) as error:
        samples("nobody")
    assert str(error.value) == message


@pytest.mark.parametrize("name", NAMES)
def test_samples_are_the_same_at_every_call_and_new_arrays(name):
    for first, second in zip(samples(name), samples(name), strict=True):
        for a, b in zip(first.args, second.args, strict=True):
            assert same_bits(a, b)
            assert not np.shares_memory(a, b)


@pytest.mark.parametrize("name", NAMES)
def test_it_has_a_rule_and_a_formula_or_answers_with_what_has_no_gradient(name):
    primitive = primitives[name]
    assert set(primitive.formulas) == set(primitive.rules)
    assert all(formula.startswith("d") and "=" in formula for formula in primitive.formulas.values())
    for sample in samples(name):
        result = primitive(*sample.args, **sample.parameters)
        if not primitive.rules:
            assert result.dtype.kind in "biu"
            continue
        for argument, array in zip(argument_names(name, sample), sample.args, strict=True):
            assert argument in primitive.rules or not is_float(array) or (name, argument) in WITHOUT_RULE


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_its_samples_put_every_rule_to_the_test(name):
    """A sample without elements, or of float32 alone, would let a wrong rule pass."""
    tested = {
        argument_names(name, sample)[place]
        for sample in differentiable_samples(name)
        for place in wanted(name, sample)
        if sample.args[place].size > 1 and primitives[name](*sample.args, **sample.parameters).size
    }
    assert tested == set(primitives[name].rules)


@pytest.mark.parametrize("name", NAMES)
def test_results_are_arrays_apart_from_their_inputs_unless_they_are_views(name):
    primitive = primitives[name]
    for sample in samples(name):
        result = primitive(*sample.args, **sample.parameters)
        assert type(result) is np.ndarray
        if not primitive.views:
            assert not any(np.shares_memory(result, one) for one in sample.args)


@pytest.mark.parametrize("name", [name for name in NAMES if primitives[name].views])
def test_a_view_counts_the_writes_to_the_memory_that_it_shares(name):
    for sample in samples(name):
        x = mt.from_numpy(sample.args[0])
        y = primitives[name](x, **sample.parameters)
        assert y.numel() == 0 or (y._version is x._version) == np.shares_memory(y.numpy(), x.numpy())


@pytest.mark.parametrize("name", NAMES)
def test_tensors_and_arrays_give_the_same_bits_and_nothing_is_recorded_without_need(name):
    primitive = primitives[name]
    for sample in samples(name):
        result = primitive(*as_tensors(name, sample, places=[]), **sample.parameters)
        assert isinstance(result, mt.Tensor)
        assert same_bits(result.numpy(), primitive(*sample.args, **sample.parameters))
        assert result.grad_fn is None


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_gradients_are_those_of_finite_differences(name):
    for sample in differentiable_samples(name):
        tensors = as_tensors(name, sample)
        assert gradcheck(lambda *args, p=sample.parameters: primitives[name](*args, **p), tensors, **CLOSE)


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_gradients_of_gradients_are_those_of_finite_differences(name):
    for sample in differentiable_samples(name):
        tensors = as_tensors(name, sample)
        result = primitives[name](*tensors, **sample.parameters)
        v = mt.from_numpy(upstream(result)).requires_grad_()
        assert gradgradcheck(lambda *args, p=sample.parameters: primitives[name](*args, **p), tensors, v, **CLOSE)


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_each_gradient_on_its_own_can_be_differentiated(name):
    """By every argument and by v: a rule that is right only beside the others would not show in their sum."""
    for sample in differentiable_samples(name):
        for place in wanted(name, sample):
            tensors = as_tensors(name, sample)
            v = mt.from_numpy(upstream(primitives[name](*sample.args, **sample.parameters))).requires_grad_()

            def gradient(*args, p=sample.parameters, place=place):
                *arguments, v = args
                result = primitives[name](*arguments, **p)
                return grad(result, arguments[place], v, create_graph=True)

            assert gradcheck(gradient, [*tensors, v], **CLOSE)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_rules_give_the_same_bits_on_arrays_and_on_tensors_and_leave_their_inputs_alone(name, dtype):
    for sample in samples(name):
        arrays = in_dtype(sample, dtype)
        before = [np.array(one) for one in arrays.args]
        tensors = [
            mt.from_numpy(one).requires_grad_(place in wanted(name, arrays)) if isinstance(one, np.ndarray) else one
            for place, one in enumerate(arrays.args)
        ]
        for one in arrays.args:
            if isinstance(one, np.ndarray):
                one.flags.writeable = False  # whoever writes to an input is stopped here
        result = primitives[name](*tensors, **sample.parameters)
        node, value = result.grad_fn, np.array(result.numpy())
        v = upstream(value)
        v.flags.writeable = False
        assert [index for index, _ in node.plan.rules] == wanted(name, arrays)
        for index, rule in node.plan.rules:
            on_arrays = rule(v, kept_by(node), node.parameters)
            on_tensors = rule(mt.from_numpy(v), kept_by(node, mt.from_numpy), node.parameters)
            assert isinstance(on_tensors, mt.Tensor)
            assert same_bits(on_arrays, on_tensors.numpy()), (index, sample)
        leaves = [tensors[place] for place in wanted(name, arrays)]
        plain = [grad(result, leaf, mt.from_numpy(v), retain_graph=True)[0] for leaf in leaves]
        recorded = grad(result, leaves, mt.from_numpy(v), create_graph=True)
        for one, other, leaf in zip(plain, recorded, leaves, strict=True):
            assert same_bits(one.numpy(), other.numpy())
            assert (one.dtype, one.shape) == (leaf.dtype, leaf.shape)
        assert all(same_bits(one, old) for one, old in zip(arrays.args, before, strict=True))
        assert same_bits(result.numpy(), value)


@pytest.mark.parametrize("name", [name for name in DIFFERENTIABLE if primitives[name].broadcasts])
def test_of_two_dtypes_each_gradient_keeps_its_own(name):
    for sample in samples(name):
        places = wanted(name, sample)
        if len(places) < 2 or name == "matmul":
            continue
        for dtypes in ((np.float16, np.float32), (np.float64, np.float16)):
            of = dict(zip(places, dtypes, strict=True))
            tensors = [
                mt.from_numpy(one.astype(of[place])).requires_grad_() if place in of else one
                for place, one in enumerate(sample.args)
            ]
            result = primitives[name](*tensors, **sample.parameters)
            gradients = grad(result, [tensors[place] for place in places], mt.from_numpy(upstream(result)))
            assert [one.dtype for one in gradients] == [np.dtype(one) for one in dtypes]


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_no_rule_runs_for_an_argument_that_needs_no_gradient(name):
    """Neither where the argument requires none, nor where it does and nobody asks for it."""
    for sample in samples(name):
        places = wanted(name, sample)
        for only in places:
            for required in ([only], places):
                tensors = as_tensors(name, sample, required)
                result = primitives[name](*tensors, **sample.parameters)
                called = count_calls(result.grad_fn)
                grad(result, tensors[only], mt.from_numpy(upstream(result)))
                assert called == [only]


def count_calls(node: Node) -> list[int]:
    """Have a node's rules leave their argument's position in the list that this returns."""
    called: list[int] = []

    def counting(index, rule):
        def run(*args):
            called.append(index)
            return rule(*args)

        return run

    node.plan = node.plan._replace(rules=tuple((index, counting(index, rule)) for index, rule in node.plan.rules))
    return called


class Noting(tuple):
    """What a node keeps, with the positions that were read."""

    def __init__(self, _):
        self.read = set()

    def __getitem__(self, key):
        self.read |= set(range(*key.indices(len(self)))) if isinstance(key, slice) else {key}
        return super().__getitem__(key)


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_what_no_rule_names_is_not_kept(name):
    """A saved array is one that some rule of a wanted argument names, and each is kept once."""
    for sample in samples(name):
        for only in wanted(name, sample):
            node = primitives[name](*as_tensors(name, sample, [only]), **sample.parameters).grad_fn
            kept = Noting(node.saved)
            for _, rule in node.plan.rules:
                rule(upstream(np.empty(node.shape, node.dtype)), kept, node.parameters)
            assert kept.read == set(range(len(kept)))
            assert len(set(node.plan.capture)) == len(node.plan.capture)


@pytest.mark.parametrize("name", FUSED)
def test_no_more_is_kept_for_fused_gradients_than_the_rules_name(name):
    """The engine `reference` has the rules alone."""
    for sample in samples(name):
        for required in subsets(wanted(name, sample)):
            plan = primitives[name](*as_tensors(name, sample, required), **sample.parameters).grad_fn.plan
            with mt.use_engine("reference"):
                by_rules = primitives[name](*as_tensors(name, sample, required), **sample.parameters).grad_fn.plan
            assert (plan.capture, by_rules.fused) == (by_rules.capture, None)


@pytest.mark.parametrize("name", FUSED)
def test_fused_gradients_are_those_of_the_rules_for_any_two_arguments_or_more(name):
    """To a few units in the last place of the largest, of integers exactly; the rules run where one leaf alone is asked for."""
    for sample, dtype in product(samples(name), (np.float64, np.float32)):
        arrays = in_dtype(sample, dtype)
        for places in subsets(wanted(name, arrays)):
            for required in {places, tuple(wanted(name, arrays))}:
                tensors = as_tensors(name, arrays, required)
                result = primitives[name](*tensors, **sample.parameters)
                v, leaves = whole_upstream(result), [tensors[place] for place in places]
                heard = []
                with time_kernels(lambda kernel, seconds, answer, heard=heard: heard.append(kernel)):
                    fused = grad(result, leaves, v, retain_graph=True)
                serves = result.grad_fn.plan.fused is not None
                assert serves or required == places != tuple(wanted(name, arrays))
                assert (f"{name}_gradients" in heard) == serves
                for one, leaf in zip(fused, leaves, strict=True):
                    (by_rule,) = grad(result, leaf, v, retain_graph=True)
                    assert_equal_to_the_last_places(one.numpy(), by_rule.numpy(), are_whole(arrays.args))


def subsets(places):
    return [chosen for size in range(2, len(places) + 1) for chosen in combinations(places, size)]


def whole_upstream(result):
    """A gradient of small integers to begin with: what is computed of integers is exact then."""
    drawn = np.random.default_rng(0).integers(-3, 4, result.shape)
    return mt.from_numpy(np.asarray(drawn, result.dtype))


def are_whole(arrays):
    return all(np.array_equal(one, np.round(one)) for one in arrays)


def assert_equal_to_the_last_places(one, other, whole):
    assert (one.dtype, one.shape) == (other.dtype, other.shape)
    if whole and are_whole([other]):
        np.testing.assert_array_equal(one, other)
    else:
        largest = np.abs(other, where=np.isfinite(other), out=np.zeros_like(other)).max(initial=0)
        np.testing.assert_allclose(one, other, rtol=0, atol=8 * np.finfo(one.dtype).eps * largest)


@pytest.mark.parametrize("name", NAMES)
def test_neither_the_result_nor_the_gradients_warn(name):
    """In float16, where overflow and underflow are near: what becomes inf or nan does so in silence."""
    for sample in samples(name):
        tensors = as_tensors(name, in_dtype(sample, np.float16))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = primitives[name](*tensors, **sample.parameters)
            if result.requires_grad:
                result.backward(mt.from_numpy(np.full(result.shape, 60000, result.dtype)))
