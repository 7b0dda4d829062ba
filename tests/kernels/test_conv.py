"""Shows that every engine's convolution and its two adjoints are the derivatives of one trilinear form."""

from __future__ import annotations

import threading
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate

from minitensor.geometry import ConvGeometry
from minitensor.kernels import reference
from minitensor.kernels.numpy_ import conv as numpy_conv
from minitensor.testing.geometries import ConvCase, conv_cases

engines = pytest.mark.parametrize("engine", [reference, numpy_conv], ids=["reference", "numpy"])
many = settings(max_examples=400, derandomize=True, deadline=None)
some = settings(max_examples=100, derandomize=True, deadline=None)


def three(engine, case: ConvCase):
    """All that the three primitives answer on one case."""
    geometry, x, w, g = case
    return (
        engine.conv(x, w, geometry=geometry),
        engine.conv_transpose(g, w, geometry=geometry),
        engine.conv_weight_grad(x, g, geometry=geometry),
    )


def assert_same(found, expected):
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_array_equal(a, b, strict=True)


def case_of(geometry: ConvGeometry, samples: int, channels: int, out_channels: int, dtype=np.float64) -> ConvCase:
    """Integers that fit a geometry; the channels are those of one group."""
    rng = np.random.default_rng(0)
    return ConvCase(
        geometry,
        rng.integers(-3, 4, (samples, geometry.groups * channels, *geometry.in_spatial)).astype(dtype),
        rng.integers(-3, 4, (geometry.groups * out_channels, channels, *geometry.kernel)).astype(dtype),
        rng.integers(-3, 4, (samples, geometry.groups * out_channels, *geometry.out_spatial)).astype(dtype),
    )


# The formula, from independent sources


def written_sum(case: ConvCase):
    """The trilinear form T as it is written, in Python's numbers, and what stands beside each factor."""
    (in_spatial, kernel, out_spatial, stride, dilation, lo, _, groups), x, w, g = case
    y, x_grad, w_grad = np.zeros_like(g), np.zeros_like(x), np.zeros_like(w)
    axes = range(len(kernel))
    for n, o, c in product(range(len(x)), range(len(w)), range(w.shape[1])):
        channel = o // (len(w) // groups) * w.shape[1] + c
        for p in product(*map(range, out_spatial)):
            for k in product(*map(range, kernel)):
                i = tuple(stride[a] * p[a] + dilation[a] * k[a] - lo[a] for a in axes)
                if all(0 <= i[a] < in_spatial[a] for a in axes):
                    y[(n, o, *p)] += x[(n, channel, *i)] * w[(o, c, *k)]
                    x_grad[(n, channel, *i)] += g[(n, o, *p)] * w[(o, c, *k)]
                    w_grad[(o, c, *k)] += g[(n, o, *p)] * x[(n, channel, *i)]
    return y, x_grad, w_grad


@some
@given(conv_cases(most_samples=1))
def test_reference_is_the_sum_as_it_is_written(case):
    assert_same(three(reference, case), written_sum(case))


@many
@given(conv_cases())
def test_reference_equals_scipys_correlation_of_padded_inputs_with_dilated_kernels(case):
    geometry, x, w, _ = case
    padded = np.pad(x, [(0, 0), (0, 0), *zip(geometry.pad_lo, geometry.pad_hi, strict=True)])
    extent = [d * (k - 1) + 1 for k, d in zip(geometry.kernel, geometry.dilation, strict=True)]
    dilated = np.zeros((*w.shape[:2], *extent))
    dilated[(..., *(slice(None, None, d) for d in geometry.dilation))] = w
    steps = tuple(slice(0, (out - 1) * s + 1, s) for out, s in zip(geometry.out_spatial, geometry.stride, strict=True))
    expected = np.zeros((len(x), len(w), *geometry.out_spatial))
    for n, o, c in product(range(len(x)), range(len(w)), range(w.shape[1])):
        channel = o // (len(w) // geometry.groups) * w.shape[1] + c
        expected[n, o] += correlate(padded[n, channel], dilated[o, c], mode="valid", method="direct")[steps]
    np.testing.assert_array_equal(reference.conv(x, w, geometry=geometry), expected)


@engines
@many
@given(conv_cases())
def test_the_three_primitives_are_adjoint_to_each_other_exactly(engine, case):
    y, x_grad, w_grad = three(engine, case)
    assert np.vdot(case.g, y) == np.vdot(x_grad, case.x) == np.vdot(w_grad, case.w)


@engines
@some
@given(conv_cases(), st.randoms(use_true_random=False))
def test_a_finite_difference_of_step_one_is_the_gradient_exactly(engine, case, random):
    geometry, x, w, g = case
    _, x_grad, w_grad = three(engine, case)

    def value(x, w):
        return np.vdot(g, engine.conv(x, w, geometry=geometry))

    for array, grad, moved in ((x, x_grad, lambda step: value(x + step, w)), (w, w_grad, lambda step: value(x, w + step))):
        if array.size:
            at = tuple(random.randrange(size) for size in array.shape)
            step = np.zeros(array.shape)
            step[at] = 1
            assert moved(step) - value(x, w) == grad[at]


@many
@given(conv_cases())
def test_numpy_equals_reference(case):
    assert_same(three(numpy_conv, case), three(reference, case))


# Known numbers


@engines
def test_known_numbers(engine):
    x = np.arange(24.0).reshape(2, 3, 4)
    y = engine.conv(x, np.ones((1, 3, 3)), geometry=ConvGeometry.from_conv((4,), 3))
    assert y.tolist() == [[[45, 54]], [[153, 162]]]

    x = np.arange(384.0).reshape(2, 3, 4, 4, 4)
    y = engine.conv(x, np.ones((1, 3, 3, 3, 3)), geometry=ConvGeometry.from_conv((4, 4, 4), 3))
    assert y[0].tolist() == [[[[6885, 6966], [7209, 7290]], [[8181, 8262], [8505, 8586]]]]
    assert (y[1] - y[0] == 15552).all()

    geometry = ConvGeometry.from_transpose((3,), 3)
    assert engine.conv_transpose(np.array([[[0.0, 1, 2]]]), np.ones((1, 2, 3)), geometry=geometry).tolist() == [
        [[0, 1, 3, 3, 2], [0, 1, 3, 3, 2]]
    ]


@engines
def test_the_kernel_is_not_flipped(engine):
    geometry = ConvGeometry.from_conv((4,), 3, padding=2)
    y = engine.conv(np.array([[[1.0, 0, 0, 0]]]), np.array([[[1.0, 2, 3]]]), geometry=geometry)
    assert y.tolist() == [[[3, 2, 1, 0, 0, 0]]]


@engines
def test_a_cell_that_the_naive_transposed_size_forgets_has_its_gradient(engine):
    geometry = ConvGeometry.from_conv((17,), 5, stride=3, padding=2)
    x = engine.conv_transpose(np.ones((1, 1, 6)), np.ones((1, 1, 5)), geometry=geometry)
    assert x.tolist() == [[[1, 2, 2, 1, 2, 2, 1, 2, 2, 1, 2, 2, 1, 2, 2, 1, 1]]]


@engines
def test_cells_that_no_window_reads_have_gradient_zero(engine):
    at_end = ConvGeometry.from_conv((8,), 3, stride=3)
    x = engine.conv_transpose(np.ones((1, 1, 2)), np.ones((1, 1, 3)), geometry=at_end)
    assert x.tolist() == [[[1, 1, 1, 1, 1, 1, 0, 0]]]
    between = ConvGeometry.from_conv((8,), 2, stride=3)
    x = engine.conv_transpose(np.ones((1, 1, 3)), np.ones((1, 1, 2)), geometry=between)
    assert x.tolist() == [[[1, 1, 0, 1, 1, 0, 1, 1]]]


@engines
def test_output_padding_beyond_the_stride(engine):
    geometry = ConvGeometry.from_transpose((4,), 3, dilation=3, output_padding=2)
    g, w = np.array([[[1.0, 2, 3, 4]]]), np.array([[[1.0, 10, 100]]])
    x = engine.conv_transpose(g, w, geometry=geometry)
    assert x.tolist() == [[[1, 2, 3, 14, 20, 30, 140, 200, 300, 400, 0, 0]]]
    assert engine.conv(x, w, geometry=geometry).shape == (1, 1, 4)


@engines
def test_groups_are_convolutions_side_by_side(engine):
    case = case_of(ConvGeometry.from_conv((6, 5), (3, 2), stride=(2, 1), padding=1, groups=2), 2, 2, 3)
    alone = case.geometry._replace(groups=1)
    halves = [engine.conv(case.x[:, 2 * i : 2 * i + 2], case.w[3 * i : 3 * i + 3], geometry=alone) for i in range(2)]
    np.testing.assert_array_equal(engine.conv(case.x, case.w, geometry=case.geometry), np.concatenate(halves, axis=1))


# Memory and dtypes


@engines
@some
@given(conv_cases())
def test_inputs_are_left_as_they_were_and_results_are_memory_of_their_own(engine, case):
    before = [array.copy() for array in case[1:]]
    results = three(engine, case)
    kept = [result.copy() for result in results]
    again = three(engine, case)
    assert_same(case[1:], before)
    assert_same(results, kept)
    arrays = [*case[1:], *results, *again]
    for i, result in enumerate(arrays):
        assert result.flags.writeable
        assert not any(np.shares_memory(result, other) for other in arrays[:i])


@engines
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_results_have_the_dtype_of_the_inputs(engine, dtype):
    geometry = ConvGeometry.from_conv((6,), 3, stride=2, padding=1)
    assert [result.dtype for result in three(engine, case_of(geometry, 2, 2, 2, dtype))] == [dtype] * 3


@engines
@some
@given(conv_cases())
def test_float16_is_computed_in_float32_and_rounded_once(engine, case):
    rough = case.geometry, *((array / 7).astype(np.float16) for array in case[1:])
    exact = three(engine, ConvCase(case.geometry, *(array.astype(np.float32) for array in rough[1:])))
    assert_same(three(engine, ConvCase(*rough)), [array.astype(np.float16) for array in exact])


@engines
def test_float16_sums_do_not_stall(engine):
    geometry = ConvGeometry.from_conv((2,), 1)
    ones = np.ones((1, 3000, 2), np.float16)  # a sum in float16 stops at 2048
    assert engine.conv(ones, np.ones((1, 3000, 1), np.float16), geometry=geometry).tolist() == [[[3000, 3000]]]
    x = engine.conv_transpose(ones, np.ones((3000, 1, 1), np.float16), geometry=geometry)
    assert x.tolist() == [[[3000, 3000]]]
    many_samples = np.ones((3000, 1, 2), np.float16)
    assert engine.conv_weight_grad(many_samples, many_samples, geometry=geometry).tolist() == [[[6000]]]


@engines
def test_what_is_too_large_is_infinite_without_a_warning(engine):
    geometry = ConvGeometry.from_conv((1,), 1)
    large = np.full((1, 1, 1), 60000, np.float16)
    assert [result.item() for result in three(engine, ConvCase(geometry, large, large, large))] == [np.inf] * 3


@engines
def test_an_empty_batch_has_a_weight_gradient_of_zeros(engine):
    case = case_of(ConvGeometry.from_conv((6, 5), 3), 0, 2, 4)
    y, x_grad, w_grad = three(engine, case)
    assert (y.shape, x_grad.shape) == ((0, 4, 4, 3), (0, 2, 6, 5))
    np.testing.assert_array_equal(w_grad, np.zeros((4, 2, 3, 3)), strict=True)


def test_threads_do_not_share_a_workspace():
    case = case_of(ConvGeometry.from_conv((20, 20), 3, padding=1), 4, 8, 8)
    expected = three(numpy_conv, case)
    found = []
    barrier = threading.Barrier(4)

    def work():
        barrier.wait()
        found.extend(three(numpy_conv, case) for _ in range(10))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 40
    for results in found:
        assert_same(results, expected)
