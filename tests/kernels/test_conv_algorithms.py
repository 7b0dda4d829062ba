"""Shows that every algorithm of the numpy engine's convolution computes the same, however its work is cut up, and which one is chosen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import minitensor as mt
from minitensor import threads
from minitensor.geometry import ConvGeometry
from minitensor.kernels import reference
from minitensor.kernels.numpy_ import conv as numpy_conv
from minitensor.kernels.numpy_.conv import choice, direct, lines, pointwise, products, spectrum, sweep, winograd
from minitensor.testing.geometries import ConvCase, conv_cases

many = settings(max_examples=300, derandomize=True, deadline=None)
some = settings(max_examples=100, derandomize=True, deadline=None)


def three(by, case: ConvCase):
    """All that an algorithm answers on one case."""
    geometry, x, w, g = case
    return by.conv(x, w, None, geometry), by.conv_transpose(g, w, geometry), by.conv_weight_grad(x, g, geometry)


def expected(case: ConvCase):
    """What the reference answers on it."""
    geometry, x, w, g = case
    return (
        reference.conv(x, w, geometry=geometry),
        reference.conv_transpose(g, w, geometry=geometry),
        reference.conv_weight_grad(x, g, geometry=geometry),
    )


def assert_same(found, expected):
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_array_equal(a, b, strict=True)


def integers(geometry: ConvGeometry, samples: int, channels: int, out_channels: int) -> ConvCase:
    """Integers that fit a geometry; the channels are those of one group."""
    rng = np.random.default_rng(0)
    return ConvCase(
        geometry,
        rng.integers(-3, 4, (samples, geometry.groups * channels, *geometry.in_spatial)).astype(np.float64),
        rng.integers(-3, 4, (geometry.groups * out_channels, channels, *geometry.kernel)).astype(np.float64),
        rng.integers(-3, 4, (samples, geometry.groups * out_channels, *geometry.out_spatial)).astype(np.float64),
    )


@pytest.fixture(scope="module", autouse=True)
def _forget_plans():
    """Plans that were made under other costs are not for the tests that follow."""
    yield
    forget_plans()


def forget_plans():
    lines.plan_of.cache_clear()
    lines.adjoint_plan_of.cache_clear()


# The direct algorithm, however its work is laid out


@pytest.mark.parametrize("row", [0, 1e9], ids=["rows", "flat runs"])
@pytest.mark.parametrize("spreads", [True, False], ids=["spreading", "gathering"])
@many
@given(case=conv_cases())
def test_runs_may_be_flat_or_rows_and_a_transposed_convolution_may_spread_or_gather(row, spreads, case):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "ROW", row)
        patch.setattr(lines, "PRODUCT", 0 if row else 1)
        patch.setattr(direct, "spreads", lambda *_: spreads)
        forget_plans()
        assert_same(three(direct, case), expected(case))


@many
@given(conv_cases(), st.integers(1, 40), st.integers(1, 8), st.sampled_from([0, 200, 10**6]))
def test_the_work_may_be_cut_into_blocks_of_samples_and_pieces_of_a_sample(case, budget, least, small):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweep, "COLUMN_BYTES", 8 * budget)
        patch.setattr(sweep, "LEAST_POSITIONS", least)
        patch.setattr(products, "SMALL_PRODUCT", small)
        patch.setattr(products, "SMALL_COLUMN", min(small, 2**10))
        assert_same(three(direct, case), expected(case))


@many
@given(conv_cases())
def test_both_gradients_come_from_the_columns_of_one_sweep(case):
    geometry, x, w, g = case
    assert_same(direct.gradients(g, x, w, geometry), expected(case)[1:])


def test_zeros_between_rows_are_stored_once():
    image = lines.plan_of(ConvGeometry.from_conv((28, 28), 3, padding=1), 1, 1).layout.shape
    volume = lines.plan_of(ConvGeometry.from_conv((8, 28, 28), 3, padding=1), 1, 1).layout.shape
    assert image[1:] == (29,)
    assert volume[1:] == (29, 29)


def test_rows_of_a_matrix_do_not_stand_a_multiple_of_four_kilobytes_apart():
    matrix = lines.matrices("columns", 1, 3, 2, 512, np.dtype(np.float32))
    assert matrix.shape == (1, 3, 2, 512)
    assert matrix.strides[1] % 4096
    assert matrix.strides[2] == 512 * 4


# The others, each on the geometries that it is for


@many
@given(conv_cases(), st.booleans())
def test_a_kernel_of_one_tap_is_a_matrix_product(case, grouped):
    rank, groups = case.geometry.rank, case.geometry.groups if grouped else 1
    case = integers(ConvGeometry.from_conv(case.geometry.in_spatial, (1,) * rank, groups=groups), len(case.x), 3, 2)
    assert_same(three(pointwise, case), expected(case))


@pytest.mark.parametrize("block", [8, 2**22])
@many
@given(case=conv_cases(), groups=st.integers(1, 2))
def test_tiles_of_three_taps_are_exact_on_small_integers(block, case, groups):
    before = case.geometry
    fit = tuple(max(size, 3 - lo - hi) for size, lo, hi in zip(before.in_spatial, before.pad_lo, before.pad_hi, strict=True))
    padding = tuple(zip(before.pad_lo, before.pad_hi, strict=True))
    case = integers(ConvGeometry.from_conv(fit, 3, padding=padding, groups=groups), len(case.x), 3, 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(winograd, "BLOCK_BYTES", block)
        assert_same(three(winograd, case), expected(case))
        assert_same(winograd.gradients(case.g, case.x, case.w, case.geometry), expected(case)[1:])


def test_tiles_are_as_accurate_as_the_sums_themselves():
    rng = np.random.default_rng(0)
    geometry = ConvGeometry.from_conv((14, 14), 3, padding=1)
    x, w, g = (rng.standard_normal(shape) for shape in ((2, 64, 14, 14), (64, 64, 3, 3), (2, 64, 14, 14)))
    right = three(direct, ConvCase(geometry, x, w, g))
    for dtype, error in ((np.float32, 1e-6), (np.float64, 3e-15)):
        found = three(winograd, ConvCase(geometry, *(array.astype(dtype) for array in (x, w, g))))
        for a, b in zip(found, right, strict=True):
            assert a.dtype == dtype
            assert np.abs(a - b).max() <= error * np.abs(b).max()


@pytest.mark.parametrize("block", [8, 2**22])
@some
@given(
    size=st.integers(1, 60), taps=st.integers(1, 20), pad=st.tuples(st.integers(0, 25), st.integers(0, 25)),
    samples=st.integers(0, 3), groups=st.integers(1, 3), channels=st.tuples(st.integers(1, 3), st.integers(1, 3)),
)  # fmt: skip
def test_transforms_are_right_within_their_rounding(block, size, taps, pad, samples, groups, channels):
    assume(size + sum(pad) >= taps)
    case = integers(ConvGeometry.from_conv((size,), taps, padding=(pad,), groups=groups), samples, *channels)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spectrum, "BLOCK_BYTES", block)
        for found, right in zip(three(spectrum, case), expected(case), strict=True):
            np.testing.assert_allclose(found, right, rtol=0, atol=1e-11)


@pytest.mark.parametrize(("dtype", "error"), [(np.float32, 2e-6), (np.float64, 2e-15)])
def test_the_error_of_transforms_relative_to_the_largest_value(dtype, error):
    rng = np.random.default_rng(0)
    geometry = ConvGeometry.from_conv((4096,), 65, padding=32)
    x, w, g = (rng.standard_normal(shape) for shape in ((2, 16, 4096), (16, 16, 65), (2, 16, 4096)))
    right = three(direct, ConvCase(geometry, x, w, g))
    found = three(spectrum, ConvCase(geometry, *(array.astype(dtype) for array in (x, w, g))))
    for a, b in zip(found, right, strict=True):
        assert a.dtype == dtype
        assert np.abs(a - b).max() <= error * np.abs(b).max()


@pytest.mark.parametrize("by", [direct, pointwise, spectrum, winograd], ids=lambda by: by.__name__.rpartition(".")[2])
def test_a_bias_is_added_to_each_output_channel(by):
    case = integers(ConvGeometry.from_conv((9,), 1 if by is pointwise else 3), 2, 3, 5)
    bias = np.arange(1.0, len(case.w) + 1)
    found = by.conv(case.x, case.w, bias, case.geometry)
    np.testing.assert_allclose(found, expected(case)[0] + bias[:, None], rtol=0, atol=1e-12 if by is spectrum else 0)


@many
@given(conv_cases())
def test_a_bias_is_one_more_term_of_the_sum(case):
    geometry, x, w, _ = case
    bias = np.arange(1.0, len(w) + 1)
    found = numpy_conv.conv_bias(x, w, bias, geometry=geometry)
    np.testing.assert_array_equal(found, reference.conv_bias(x, w, bias, geometry=geometry), strict=True)
    offsets = bias.reshape(-1, *(1,) * geometry.rank)
    np.testing.assert_array_equal(found, reference.conv(x, w, geometry=geometry) + offsets)


# Threads


SHARED = {
    direct: ConvGeometry.from_conv((6, 5), (3, 2), stride=(2, 1), padding=1),
    pointwise: ConvGeometry.from_conv((6, 5), 1),
    winograd: ConvGeometry.from_conv((6, 5), 3, padding=1),
    spectrum: ConvGeometry.from_conv((40,), 9, padding=4),
}


@pytest.fixture
def number_of_threads(request):
    before = mt.get_num_threads()
    mt.set_num_threads(request.param)
    yield request.param
    mt.set_num_threads(before)


@pytest.mark.parametrize("number_of_threads", [2, 3], indirect=True)
@pytest.mark.parametrize("by", SHARED, ids=lambda by: by.__name__.rpartition(".")[2])
def test_threads_share_the_samples(by, number_of_threads):
    case = integers(SHARED[by], 7, 2, 3)
    assert len(threads.shares(len(case.x))) == number_of_threads
    for found, right in zip((*three(by, case), *by.gradients(case.g, case.x, case.w, case.geometry)),
                            (*expected(case), *expected(case)[1:]), strict=True):  # fmt: skip
        np.testing.assert_allclose(found, right, rtol=0, atol=1e-11 if by is spectrum else 0)


# The choice


@pytest.mark.parametrize(
    ("geometry", "channels", "out_channels", "samples", "chosen"),
    [
        (ConvGeometry.from_conv((28, 28), 3, padding=1), 32, 32, 8, direct),
        (ConvGeometry.from_conv((28, 28), 3, padding=1), 32, 64, 8, winograd),
        (ConvGeometry.from_conv((28, 28), 5, padding=2), 32, 64, 8, direct),
        (ConvGeometry.from_conv((28, 28), 3, padding=1, stride=2), 32, 64, 8, direct),
        (ConvGeometry.from_conv((28, 28), 3, padding=2, dilation=2), 32, 64, 8, direct),
        (ConvGeometry.from_conv((8, 8), 3, padding=1), 512, 512, 1, direct),
        (ConvGeometry.from_conv((8, 8), 3, padding=1), 512, 512, 8, winograd),
        (ConvGeometry.from_conv((56, 56), 3, padding=1), 32, 64, 8, direct),
        (ConvGeometry.from_conv((56, 56), 3, padding=1), 64, 64, 8, winograd),
        (ConvGeometry.from_conv((4, 12, 12), 3, padding=1), 16, 32, 8, winograd),
        (ConvGeometry.from_conv((8, 28, 28), 3, padding=1), 16, 32, 8, direct),
        (ConvGeometry.from_conv((2048,), 3, padding=1), 256, 256, 8, direct),
        (ConvGeometry.from_conv((56, 56), 1), 64, 128, 8, pointwise),
        (ConvGeometry.from_conv((56, 56), 1, stride=2), 64, 128, 8, direct),
        (ConvGeometry.from_conv((56, 56), 1, padding=1), 64, 128, 8, direct),
        (ConvGeometry.from_conv((56, 56), 3, padding=1, groups=64), 1, 1, 8, direct),
        (ConvGeometry.from_conv((4096,), 65, padding=32), 16, 16, 8, spectrum),
        (ConvGeometry.from_conv((64,), 33, padding=16), 64, 64, 1, direct),
        (ConvGeometry.from_conv((4096,), 65, padding=32, stride=2), 16, 16, 8, direct),
        (ConvGeometry.from_conv((4096,), 65, padding=64, dilation=2), 16, 16, 8, direct),
        (ConvGeometry.from_conv((2048,), 9, padding=4), 32, 64, 8, direct),
        (ConvGeometry.from_conv((4096,), 65, padding=32), 1, 1, 8, direct),
    ],
)
def test_the_algorithm_that_is_chosen(geometry, channels, out_channels, samples, chosen):
    assert choice.algorithm(geometry, channels, out_channels, samples) is chosen


@many
@given(conv_cases(), st.sets(st.integers(0, 1), min_size=1))
def test_whatever_is_chosen_is_what_the_rules_answer(case, wanted):
    geometry, x, w, g = case
    flags = tuple(place in wanted for place in range(2))
    found = numpy_conv.conv_gradients(g, x, w, wanted=flags, geometry=geometry)
    for place, right in enumerate(expected(case)[1:]):
        if flags[place]:
            np.testing.assert_array_equal(found[place], right, strict=True)
        else:
            assert found[place] is None


WIDE = {
    direct: (ConvGeometry.from_conv((6,), 3), 2, 3),
    pointwise: (ConvGeometry.from_conv((5, 6), 1), 2, 3),
    winograd: (ConvGeometry.from_conv((16, 16), 3, padding=1), 64, 64),
    spectrum: (ConvGeometry.from_conv((2048,), 65, padding=32), 16, 16),
}


@pytest.mark.parametrize("by", WIDE, ids=lambda by: by.__name__.rpartition(".")[2])
def test_the_kernels_answer_by_the_algorithm_of_choice(by):
    geometry, channels, out_channels = WIDE[by]
    case = integers(geometry, 2, channels, out_channels)
    assert choice.algorithm(geometry, channels, out_channels, 2) is by
    right = three(direct, case)
    together = numpy_conv.conv_gradients(case.g, case.x, case.w, wanted=(True, True), geometry=geometry)
    alone = (
        numpy_conv.conv(case.x, case.w, geometry=geometry),
        numpy_conv.conv_transpose(case.g, case.w, geometry=geometry),
        numpy_conv.conv_weight_grad(case.x, case.g, geometry=geometry),
    )
    for found, expected_one in zip((*alone, *together), (*right, *right[1:]), strict=True):
        assert found.flags.c_contiguous
        np.testing.assert_allclose(found, expected_one, rtol=0, atol=1e-9)


@pytest.mark.parametrize("by", [winograd, spectrum], ids=lambda by: by.__name__.rpartition(".")[2])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_stays_where_the_formula_has_it(by, value):
    geometry, channels, out_channels = WIDE[by]
    case = integers(geometry, 2, channels, out_channels)
    assert choice.algorithm(geometry, channels, out_channels, 2) is by
    case.x[(1, 0, *(4,) * geometry.rank)] = value
    with np.errstate(invalid="ignore"):
        found = numpy_conv.conv(case.x, case.w, geometry=geometry)
        np.testing.assert_array_equal(found, direct.conv(case.x, case.w, None, geometry))
    assert 0 < np.isnan(found).sum() + np.isinf(found).sum() < found[1].size
