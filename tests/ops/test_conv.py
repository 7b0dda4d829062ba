"""Shows that the six rules of convolution, and all that follows from them, are the derivatives of one explicit matrix.

A convolution of one sample is a product with a matrix M whose rows are the output's cells and whose columns the input's: an
entry is w[o,c,k] where the tap k connects the two, and 0 where none does. `taps` finds the connections with loops, cell by
cell, from the geometry's numbers alone. With them the trilinear form is T(g, x, w) = sum over n of g[n] @ M(w) @ x[n], and
its three derivatives are

    dT/dg = M(w) @ x        dT/dx = M(w).T @ g        dT/dw = the products g[n,o,p] * x[n,c,i], summed for each tap

All arrays hold small integers, so that everything is equal without a tolerance.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minitensor as mt
from minitensor.geometry import ConvGeometry
from minitensor.kernels import registry
from minitensor.ops.conv import conv, conv_transpose, conv_weight_grad
from minitensor.testing.geometries import conv_cases

engines = pytest.mark.parametrize("engine", ["reference", "numpy"])
primitives = pytest.mark.parametrize("primitive", [conv, conv_transpose, conv_weight_grad], ids=lambda p: p.name)
some = settings(max_examples=200, derandomize=True, deadline=None)

# What each primitive is the derivative in; its arguments are the other two, in this order.
RESULT = {conv: "g", conv_transpose: "x", conv_weight_grad: "w"}
ARGUMENTS = {conv: "xw", conv_transpose: "gw", conv_weight_grad: "xg"}


def taps(geometry, w):
    """For each output cell (o, p) and input cell (c, i), where in w.ravel() the tap between them lies; -1 for none."""
    groups, out, size = geometry.groups, len(w), w.shape[1]
    found = np.full((out, *geometry.out_spatial, groups * size, *geometry.in_spatial), -1)
    for o, c in product(range(out), range(size)):
        channel = o // (out // groups) * size + c
        for p in product(*map(range, geometry.out_spatial)):
            for k in product(*map(range, geometry.kernel)):
                along = zip(p, k, geometry.stride, geometry.dilation, geometry.pad_lo, strict=True)
                i = tuple(s * at + d * tap - lo for at, tap, s, d, lo in along)
                if all(0 <= at < length for at, length in zip(i, geometry.in_spatial, strict=True)):
                    found[(o, *p, channel, *i)] = np.ravel_multi_index((o, c, *k), w.shape)
    return found.reshape(out * int(np.prod(geometry.out_spatial)), -1)


def derivative(of, taps, g, x, w):
    """dT/dg, dT/dx or dT/dw, in the shape of g, x or w; the one that it is the derivative in tells its shape alone."""
    matrix = np.where(taps >= 0, w.ravel()[taps], 0)  # (out cells, in cells)
    g_rows, x_rows = g.reshape(-1, len(taps)), x.reshape(-1, taps.shape[1])  # (n, out cells), (n, in cells)
    if of == "g":
        return (x_rows @ matrix.T).reshape(g.shape)
    if of == "x":
        return (g_rows @ matrix).reshape(x.shape)
    products = g_rows.T @ x_rows
    return np.bincount(taps[taps >= 0], products[taps >= 0], w.size).astype(w.dtype).reshape(w.shape)


def assert_is(tensor, expected):
    """Equal in shape, dtype and every element."""
    np.testing.assert_array_equal(np.asarray(tensor), expected, strict=True)


def integers_like(array, seed):
    return np.random.default_rng(seed).integers(-3, 4, array.shape).astype(np.float64)


@engines
@primitives
@some
@given(case=conv_cases(most_samples=2), seed=st.integers(0, 99))
def test_values_and_gradients_of_both_orders_are_those_of_the_matrix(engine, primitive, case, seed):
    """The value, both rules, and the gradients of each rule on its own, in all that it depends on."""
    arrays, connections = {"g": case.g, "x": case.x, "w": case.w}, taps(case.geometry, case.w)
    result, arguments = RESULT[primitive], ARGUMENTS[primitive]
    arrays[result] = integers_like(arrays[result], seed)  # from here on what arrives at the result
    leaves = {name: mt.tensor(array, requires_grad=True) for name, array in arrays.items()}

    def expected(of, **changed):
        return derivative(of, connections, **{**arrays, **changed})

    with mt.use_engine(engine):
        value = primitive(*(leaves[name] for name in arguments), geometry=case.geometry)
        assert_is(value, expected(result))
        for name, other in (arguments, arguments[::-1]):
            (gradient,) = mt.autograd.grad(value, leaves[name], leaves[result], create_graph=True)
            assert_is(gradient, expected(name))
            direction = integers_like(arrays[name], seed + 1)
            second = mt.autograd.grad(gradient, [leaves[other], leaves[result]], mt.tensor(direction))
            for of, found in zip((other, result), second, strict=True):
                assert_is(found, expected(of, **{name: direction}))


@engines
@some
@given(case=conv_cases())
def test_the_three_primitives_are_adjoint_to_each_other_exactly(engine, case):
    geometry, x, w, g = case.geometry, *(mt.tensor(array) for array in case[1:])
    with mt.use_engine(engine):
        by_g = (g * conv(x, w, geometry=geometry)).sum()
        by_x = (conv_transpose(g, w, geometry=geometry) * x).sum()
        by_w = (conv_weight_grad(x, g, geometry=geometry) * w).sum()
    assert by_g.item() == by_x.item() == by_w.item()


@engines
@some
@given(case=conv_cases(most_samples=2))
def test_rules_answer_the_same_on_arrays_and_on_tensors(engine, case):
    arrays = {"g": case.g, "x": case.x, "w": case.w}
    with mt.use_engine(engine):
        for primitive in (conv, conv_transpose, conv_weight_grad):
            first, second = ARGUMENTS[primitive]
            for argument, other in zip(primitive.arguments, (second, first), strict=True):
                given_arrays = arrays[RESULT[primitive]], arrays[other]
                rule = primitive.rules[argument]
                plain = rule(*given_arrays, case.geometry)
                assert type(plain) is np.ndarray
                assert_is(rule(*map(mt.tensor, given_arrays), case.geometry), plain)


# What is kept, and what is not computed


def one_case():
    """A geometry, an input and a weight that fit it."""
    geometry = ConvGeometry.from_conv((7, 6), 3, stride=2, padding=1)
    return geometry, mt.randn(2, 3, 7, 6), mt.randn(4, 3, 3, 3)


@pytest.mark.parametrize(
    ("x_learns", "w_learns", "kept"), [(True, False, "w"), (False, True, "x"), (True, True, "wx"), (False, False, None)]
)
def test_only_what_a_gradient_needs_is_kept(x_learns, w_learns, kept):
    """With a frozen weight the input is not kept alive, with an input that learns nothing the weight is not."""
    geometry, x, w = one_case()
    y = conv(x.requires_grad_(x_learns), w.requires_grad_(w_learns), geometry=geometry)
    if kept is None:
        assert y.grad_fn is None
    else:
        names = {id(x.numpy()): "x", id(w.numpy()): "w"}
        assert "".join(names[id(array)] for array in y.grad_fn.saved) == kept


def test_no_gradient_is_computed_for_an_input_that_needs_none(monkeypatch):
    geometry, x, w = one_case()
    y = conv(x, w.requires_grad_(), geometry=geometry)
    monkeypatch.setitem(registry.active, "conv_transpose", None)  # a call would fail
    y.sum().backward()
    assert w.grad.shape == w.shape


def test_backward_frees_what_was_kept():
    geometry, x, w = one_case()
    y = conv(x.requires_grad_(), w.requires_grad_(), geometry=geometry)
    y.sum().backward()
    assert y.grad_fn.saved is None


# What a picture of the graph shows


@pytest.mark.parametrize(
    ("options", "label"),
    [
        ({"kernel": 5}, "conv2d 5x5"),
        ({"kernel": (3, 1), "stride": 2}, "conv2d 3x1 /2"),
        ({"kernel": 3, "stride": (1, 2), "dilation": 2}, "conv2d 3x3 /1x2 dilation 2x2"),
        ({"kernel": 1, "groups": 4}, "conv2d 1x1 groups 4"),
    ],
)
def test_label_names_what_matters(options, label):
    assert conv.label({"geometry": ConvGeometry.from_conv((9, 9), **options)}) == label


def test_each_gradient_has_its_formula():
    assert conv.formulas == {"x": "dX = conv_transpose(dY, W)", "w": "dW = conv_weight_grad(X, dY)"}
    assert conv_transpose.formulas == {"g": "dG = conv(dY, W)", "w": "dW = conv_weight_grad(dY, G)"}
    assert conv_weight_grad.formulas == {"x": "dX = conv_transpose(G, dY)", "g": "dG = conv(X, dY)"}
