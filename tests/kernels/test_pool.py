"""Shows that every engine's pooling kernels find, sum and spread over the windows that they should."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from minitensor.geometry import PoolGeometry
from minitensor.kernels import reference
from minitensor.kernels.numpy_ import pool as numpy_pool
from minitensor.testing.geometries import pool_cases

engines = pytest.mark.parametrize("engine", [reference, numpy_pool], ids=["reference", "numpy"])
many = settings(max_examples=300, derandomize=True, deadline=None)


def windows_of(x, geometry: PoolGeometry, fill: float):
    """NumPy's own windows (n, c, *out_spatial, *kernel) over x with `fill` around it."""
    extent = [d * (k - 1) + 1 for k, d in zip(geometry.kernel, geometry.dilation, strict=True)]
    sizes = zip(geometry.in_spatial, geometry.out_spatial, geometry.stride, geometry.pad, extent, strict=True)
    border = [(pad, max(0, (out - 1) * s + e - pad - size)) for size, out, s, pad, e in sizes]
    padded = np.pad(x, [(0, 0), (0, 0), *border], constant_values=fill)
    axes = tuple(range(2, x.ndim))
    windows = sliding_window_view(padded, extent, axes)
    steps = [slice(0, (out - 1) * s + 1, s) for out, s in zip(geometry.out_spatial, geometry.stride, strict=True)]
    return windows[(slice(None), slice(None), *steps, *(slice(None, None, d) for d in geometry.dilation))]


def with_infinities_and_nan(x):
    return np.select([x == -2, x == -1, x == 2], [-np.inf, np.nan, np.inf], x)


def kernel_axes(geometry: PoolGeometry) -> tuple[int, ...]:
    return tuple(range(-geometry.rank, 0))


@engines
@many
@given(pool_cases())
def test_argmax_points_at_the_first_maximum(engine, case):
    geometry, x, _ = case
    index = engine.pool_argmax(x, geometry=geometry)
    windows = windows_of(x, geometry, -np.inf)
    numbers = windows_of(np.arange(np.prod(geometry.in_spatial)).reshape(1, 1, *geometry.in_spatial), geometry, -1)
    highest = windows.max(kernel_axes(geometry), keepdims=True)
    first = np.where(windows == highest, numbers, np.iinfo(np.int64).max).min(kernel_axes(geometry))
    np.testing.assert_array_equal(index, first, strict=True)


@many
@given(pool_cases())
def test_numpys_argmax_equals_reference_with_infinities_and_nan(case):
    geometry, x, _ = case
    x = with_infinities_and_nan(x)
    found = numpy_pool.pool_argmax(x, geometry=geometry)
    np.testing.assert_array_equal(found, reference.pool_argmax(x, geometry=geometry), strict=True)


@engines
@many
@given(pool_cases(), st.booleans())
def test_the_maximum_is_that_of_the_windows(engine, case, strange):
    geometry, x, _ = case
    if strange:
        x = with_infinities_and_nan(x)
    highest = windows_of(x, geometry, -np.inf).max(kernel_axes(geometry))
    np.testing.assert_array_equal(engine.max_pool(x, geometry=geometry), highest, strict=True)


@engines
@many
@given(pool_cases(), st.booleans())
def test_what_arrives_at_a_maximum_is_added_to_the_cell_that_argmax_names(engine, case, strange):
    """Small integers are added, so equal cells are many and the sums are exact."""
    geometry, x, g = case
    if strange:
        x = with_infinities_and_nan(x)
    expected = np.zeros((*x.shape[:2], np.prod(geometry.in_spatial, dtype=int)))
    index = reference.pool_argmax(x, geometry=geometry)
    for at in np.ndindex(index.shape):
        expected[(*at[:2], index[at])] += g[at]
    highest = reference.max_pool(x, geometry=geometry)
    spread = engine.max_pool_spread(g, x, highest, geometry=geometry)
    np.testing.assert_array_equal(spread, expected.reshape(x.shape), strict=True)


@pytest.mark.parametrize("kernel", [2, 100])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_infinities_and_nan_arrive_as_they_are_and_leave_the_other_cells_at_zero(dtype, kernel):
    """On windows of few cells, and on tiles of many."""
    geometry = PoolGeometry.from_pool((3 * kernel,), kernel)
    g = np.array([[[np.inf, np.nan, -np.inf]]], dtype)
    x = np.ones((1, 1, 3 * kernel), dtype)
    highest = numpy_pool.max_pool(x, geometry=geometry)
    spread = numpy_pool.max_pool_spread(g, x, highest, geometry=geometry)
    expected = np.zeros_like(x)
    expected[..., ::kernel] = g
    np.testing.assert_array_equal(spread, expected, strict=True)


@pytest.mark.parametrize("dtype", [np.int8, np.int64, np.float16, np.float64])
def test_a_window_of_very_many_cells_has_a_maximum(dtype):
    x = np.random.default_rng(0).permutation(120).reshape(1, 1, 3, 40).astype(dtype)
    for kernel in ((1, 40), (3, 40)):
        highest = numpy_pool.max_pool(x, geometry=PoolGeometry.from_pool((3, 40), kernel))
        expected = x.max(3 if kernel[0] == 1 else (2, 3), keepdims=True)
        np.testing.assert_array_equal(highest, expected, strict=True)


@engines
@many
@given(pool_cases())
def test_sum_adds_the_cells_of_each_window(engine, case):
    geometry, x, _ = case
    expected = windows_of(x, geometry, 0).sum(kernel_axes(geometry))
    np.testing.assert_array_equal(engine.pool_sum(x, geometry=geometry), expected, strict=True)


@engines
@many
@given(pool_cases())
def test_spread_is_the_adjoint_of_sum_exactly(engine, case):
    geometry, x, g = case
    spread = engine.pool_spread(g, geometry=geometry)
    assert spread.shape == x.shape
    assert np.vdot(g, engine.pool_sum(x, geometry=geometry)) == np.vdot(spread, x)


@engines
@many
@given(pool_cases())
def test_inputs_are_left_as_they_were_and_results_are_memory_of_their_own(engine, case):
    geometry, x, g = case
    before = x.copy(), g.copy()
    results = [
        engine.pool_argmax(x, geometry=geometry),
        engine.max_pool(x, geometry=geometry),
        engine.max_pool_spread(g, x, engine.max_pool(x, geometry=geometry), geometry=geometry),
        engine.pool_sum(x, geometry=geometry),
        engine.pool_spread(g, geometry=geometry),
    ]
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(g, before[1])
    for result in results:
        assert result.flags.writeable
        assert not np.shares_memory(result, x)
        assert not np.shares_memory(result, g)


@engines
def test_ties_and_nan_are_pytorchs(engine):
    line = PoolGeometry.from_pool((4,), 4)
    nan = np.nan
    for values, expected in (
        ([3, 5, 5, 1], 1),
        ([1, nan, nan, 5], 2),
        ([nan, 1, 2, 3], 0),
        ([-np.inf] * 4, 0),
        ([-np.inf, np.inf, np.inf, 0], 1),
    ):
        assert engine.pool_argmax(np.array([[values]], np.float32), geometry=line).tolist() == [[[expected]]]


@engines
def test_a_window_of_minus_infinity_points_at_its_first_cell_and_never_at_padding(engine):
    square = PoolGeometry.from_pool((3, 3), 3, stride=1, padding=1)
    index = engine.pool_argmax(np.full((1, 1, 3, 3), -np.inf), geometry=square)
    assert index.tolist() == [[[[0, 0, 1], [0, 0, 1], [3, 3, 4]]]]


@engines
def test_integers_have_a_maximum(engine):
    x = np.array([[[-128, -128, 7, 7]]], np.int8)
    index = engine.pool_argmax(x, geometry=PoolGeometry.from_pool((4,), 2))
    assert index.tolist() == [[[0, 2]]]


@engines
def test_float16_is_summed_in_float32(engine):
    values = np.array([[[2048, 1, 1]]], np.float16)  # in float16, 2048 + 1 is 2048
    y = engine.pool_sum(values, geometry=PoolGeometry.from_pool((3,), 3))
    assert (y.dtype, y.tolist()) == (np.float16, [[[2050]]])
    x = engine.pool_spread(values, geometry=PoolGeometry.from_pool((5,), 3, stride=1))
    assert (x.dtype, x.tolist()) == (np.float16, [[[2048, 2048, 2050, 2, 1]]])  # 2049 is halfway: rounded to even


@engines
def test_what_is_too_large_is_infinite_without_a_warning(engine):
    large = np.full((1, 1, 2), 60000, np.float16)
    assert engine.pool_sum(large, geometry=PoolGeometry.from_pool((2,), 2)).tolist() == [[[np.inf]]]
    overlapping = PoolGeometry.from_pool((3,), 2, stride=1)
    assert engine.pool_spread(large, geometry=overlapping).tolist() == [[[60000, np.inf, 60000]]]
    x, highest = np.array([[[0, 1, 0]]], np.float16), np.ones((1, 1, 2), np.float16)
    assert engine.max_pool_spread(large, x, highest, geometry=overlapping).tolist() == [[[0, np.inf, 0]]]


@engines
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_sums_have_the_dtype_of_the_input(engine, dtype):
    geometry = PoolGeometry.from_pool((5, 4), 2)
    assert engine.pool_sum(np.ones((1, 2, 5, 4), dtype), geometry=geometry).dtype == dtype
    assert engine.pool_spread(np.ones((1, 2, 2, 2), dtype), geometry=geometry).dtype == dtype


@engines
@many
@given(st.data())
def test_adaptive_sum_adds_the_cells_between_the_floor_and_the_ceiling_and_is_its_own_adjoint(engine, data):
    """Against sums of slices; <g, sum of x> = <sum of g, x> exactly, on small integers."""
    rank = data.draw(st.integers(1, 3))
    sizes, spatial = (data.draw(st.tuples(*[st.integers(1, 6)] * rank)) for _ in range(2))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    x, g = (rng.integers(-3, 4, (2, 1, *form)).astype(float) for form in (sizes, spatial))
    y = engine.adaptive_sum(x, spatial=spatial)
    for p in np.ndindex(spatial):
        window = [slice(at * s // o, -(-(at + 1) * s // o)) for at, s, o in zip(p, sizes, spatial, strict=True)]
        np.testing.assert_array_equal(y[(..., *p)], x[(..., *window)].sum(tuple(range(2, x.ndim))))
    assert np.vdot(g, y) == np.vdot(engine.adaptive_sum(g, spatial=sizes), x)


@engines
def test_adaptive_sum_of_nothing_to_nothing_and_of_float16(engine):
    assert engine.adaptive_sum(np.ones((0, 2, 5)), spatial=(3,)).shape == (0, 2, 3)
    assert engine.adaptive_sum(np.ones((1, 2, 5)), spatial=(0,)).shape == (1, 2, 0)
    assert engine.adaptive_sum(np.ones((1, 1, 0)), spatial=(2,)).tolist() == [[[0, 0]]]
    y = engine.adaptive_sum(np.array([[[2048, 1, 1]]], np.float16), spatial=(1,))
    assert (y.dtype, y.tolist()) == (np.float16, [[[2050]]])


@engines
def test_adaptive_sum_to_the_same_size_is_memory_of_its_own(engine):
    x = np.ones((1, 1, 3))
    assert not np.shares_memory(engine.adaptive_sum(x, spatial=(3,)), x)
