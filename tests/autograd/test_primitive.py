"""Adding a primitive of one's own: what is accepted, what is refused, and that everything then works on it."""

import numpy as np
import pytest

import minitensor as mt
from minitensor.primitive import forget, primitives


@pytest.fixture(autouse=True)
def _forget_what_a_test_adds():
    assert mt.nn  # with the primitives of layers
    before = set(primitives)
    yield
    for name in set(primitives) - before:
        forget(name)


def hypotenuse():
    @mt.autograd.primitive
    def hypotenuse(a, b, *, scale=1.0):
        """The root scale * sqrt(a^2 + b^2)."""
        return scale * np.sqrt(a * a + b * b)

    mt.autograd.defvjp(
        hypotenuse,
        {"a": "dA = dY * scale^2 * A / Y", "b": "dB = dY * scale^2 * B / Y"},
        a=lambda v, a, y, scale: v * scale**2 * a / y,
        b=lambda v, b, y, scale: v * scale**2 * b / y,
    )
    return hypotenuse


def test_it_has_gradients_of_every_order_and_runs_on_arrays():
    operation = hypotenuse()
    a, b = (
        mt.tensor([3.0, 1.0], dtype=mt.float64, requires_grad=True),
        mt.tensor([4.0, 2.0], dtype=mt.float64, requires_grad=True),
    )
    assert operation(a, b)[0].item() == 5.0
    assert type(operation(a.numpy(), b.numpy())) is np.ndarray
    assert mt.autograd.gradcheck(lambda a, b: operation(a, b, scale=2.0), (a, b))
    assert mt.autograd.gradgradcheck(operation, (a, b))
    assert operation.__doc__ == "The root scale * sqrt(a^2 + b^2)."
    assert repr(operation) == "<primitive hypotenuse(a, b, scale)>"


def test_a_name_is_taken_once_but_a_cell_may_run_again():
    first, second = hypotenuse(), hypotenuse()
    assert primitives["hypotenuse"] is second
    assert first is not second

    def kernel(a):
        return a + 0

    kernel.__name__ = "hypotenuse"
    with pytest.raises(ValueError, match="the engine 'numpy' has a kernel named 'hypotenuse' already"):
        mt.autograd.primitive(kernel)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"a": lambda v: v}, "defvjp: triple has the arguments ('a', 'b'), rules were given for ('a',)"),
        ({"a": lambda v: v, "b": lambda v: v, "c": lambda v: v}, "defvjp: triple has the arguments ('a', 'b'), rules were given for ('a', 'b', 'c')"),
        ({"a": lambda g: g, "b": None}, "defvjp: the rule of triple for 'a' begins with v, not ('g',)"),
        ({"a": lambda v, q: v, "b": None}, "defvjp: the rule of triple for 'a' asks for 'q', which is neither an argument nor a parameter: those are a, b, factor"),
    ],
)  # fmt: skip
def test_rules_are_checked_when_they_are_declared(rules, message):
    @mt.autograd.primitive
    def triple(a, b, *, factor=3):
        return a * factor + b

    with pytest.raises(TypeError) as caught:
        mt.autograd.defvjp(triple, **rules)
    assert str(caught.value) == message
    assert triple.rules == {}


def test_without_rules_its_result_requires_no_grad():
    @mt.autograd.primitive
    def count(a):
        return np.asarray(a.size)

    assert not count(mt.ones(3, requires_grad=True)).requires_grad


def test_a_variadic_rule_is_told_its_arguments_position():
    @mt.autograd.primitive
    def weighted(*arrays):
        return sum(k * array for k, array in enumerate(arrays, 1))

    mt.autograd.defvjp(weighted, arrays=lambda v, position: v * (position + 1))
    tensors = [mt.ones(2, requires_grad=True) for _ in range(3)]
    weighted(*tensors).sum().backward()
    assert [one.grad.tolist() for one in tensors] == [[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]


@pytest.mark.parametrize("name", ["v", "y", "position", "shapes", "x_shape", "x_dtype"])
def test_names_that_a_rule_asks_for_otherwise_are_refused_and_nothing_is_registered(name):
    namespace = {}
    exec(f"def clashing({name}):\n    return {name} + 1", namespace)
    for _ in range(2):
        with pytest.raises(ValueError, match="means something else in a rule") as caught:
            mt.autograd.primitive(namespace["clashing"])
    assert (
        str(caught.value) == f"primitive: clashing names something {name!r}, which means something else in a rule: rename it"
    )


def test_what_is_no_plain_function_is_refused_and_nothing_is_registered():
    with pytest.raises(TypeError) as caught:
        mt.autograd.primitive(np.cbrt)
    assert str(caught.value) == "primitive: the kernel is a function defined with def, got ufunc: wrap it in one"

    @mt.autograd.primitive
    def cbrt(a):
        return np.cbrt(a)

    with pytest.raises(TypeError, match="no plain function of positional parameters"):
        mt.autograd.defvjp(cbrt, a=lambda v, *, y: v / y)
