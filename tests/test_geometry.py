"""Shows that the geometries' sizes are those of counted windows, and what is refused, in which words."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings

from minitensor.errors import ShapeError
from minitensor.geometry import (
    ConvGeometry,
    PoolGeometry,
    dilated,
    int_of,
    output_padding_for,
    output_padding_of,
    padding_pairs,
    pool_padding_of,
    tuple_of,
)
from minitensor.testing.geometries import conv_geometries, geometries, pool_geometries, transposed_geometries

many = settings(max_examples=400, derandomize=True, deadline=None)


def refused(kind: type[Exception], call, *arguments, **options) -> str:
    """The whole text of the error that a call raises."""
    with pytest.raises(kind) as info:
        call(*arguments, **options)
    assert type(info.value) is kind
    return str(info.value)


def per_axis(geometry: ConvGeometry):
    """The geometry's numbers, axis by axis."""
    return zip(*geometry[:7], strict=True)


# Convolution


@many
@given(conv_geometries())
def test_output_sizes_are_the_windows_that_can_be_counted(geometry):
    for size, k, out, s, d, lo, hi in per_axis(geometry):
        windows = 0
        while windows * s + d * (k - 1) < size + lo + hi:  # the last cell that the next window reads
            windows += 1
        assert out == windows


@many
@given(conv_geometries())
def test_unread_cells_are_those_of_the_formula(geometry):
    for (size, k, _, s, d, lo, hi), unread in zip(per_axis(geometry), geometry.unread_at_end, strict=True):
        assert unread == min(size, max(0, (size + lo + hi - d * (k - 1) - 1) % s - hi))


@many
@given(geometries())
def test_unread_cells_are_those_after_the_last_that_any_tap_meets(geometry):
    for (size, k, out, s, d, lo, _), unread in zip(per_axis(geometry), geometry.unread_at_end, strict=True):
        last = max(p * s + t * d - lo for p, t in product(range(out), range(k)))
        assert unread == len(range(max(last + 1, 0), size))


@many
@given(transposed_geometries())
def test_transposed_sizes_are_those_of_the_written_formula(geometry):
    naive = geometry.naive_transposed_size
    for (size, k, out, s, d, lo, hi), base, extra in zip(per_axis(geometry), naive, geometry.output_padding, strict=True):
        assert base == (out - 1) * s - lo - hi + d * (k - 1) + 1
        assert size == base + extra


@many
@given(conv_geometries())
def test_transposing_with_the_geometrys_output_padding_leads_back(geometry):
    padding = tuple(zip(geometry.pad_lo, geometry.pad_hi, strict=True))
    options = {"stride": geometry.stride, "padding": padding, "dilation": geometry.dilation}
    found = output_padding_for(geometry.in_spatial, geometry.out_spatial, geometry.kernel, **options)
    assert found == geometry.output_padding
    back = ConvGeometry.from_transpose(
        geometry.out_spatial, geometry.kernel, **options, output_padding=found, groups=geometry.groups
    )
    assert back == geometry


def test_output_size_restores_every_input_of_a_grid():
    grid = product(range(13, 24), range(13, 17), range(2, 5), range(1, 5), range(1, 4), range(3))
    for height, width, kernel, dilation, stride, padding in grid:
        options = {"stride": stride, "padding": padding, "dilation": dilation}
        out = ConvGeometry.from_conv((height, width), kernel, **options).out_spatial
        output_padding = output_padding_for((height, width), out, kernel, **options)
        assert ConvGeometry.from_transpose(out, kernel, **options, output_padding=output_padding).in_spatial == (
            height,
            width,
        )


@pytest.mark.parametrize(
    ("in_spatial", "kernel", "options", "expected"),
    [
        ((50, 100), 3, {"stride": 2}, (24, 49)),
        ((50, 100), (3, 5), {"stride": (2, 1), "padding": (4, 2)}, (28, 100)),
        ((50, 100), (3, 5), {"stride": (2, 1), "padding": (4, 2), "dilation": (3, 1)}, (26, 100)),
        ((50,), 3, {"stride": 2}, (24,)),
        ((7, 8, 9), (2, 3, 4), {"padding": "same", "dilation": (1, 2, 3)}, (7, 8, 9)),
        ((7, 8), (2, 3), {"padding": "valid"}, (6, 6)),
        ((7, 8), (2, 3), {"padding": ((0, 1), 2)}, (7, 10)),
    ],
)
def test_documented_sizes(in_spatial, kernel, options, expected):
    assert ConvGeometry.from_conv(in_spatial, kernel, **options).out_spatial == expected


@pytest.mark.parametrize(
    ("in_spatial", "kernel", "options", "expected"),
    [
        ((50, 100), (3, 5), {"stride": (2, 3), "padding": (4, 2), "output_padding": (1, 2)}, (94, 300)),
        (
            (10, 50, 100),
            (3, 5, 2),
            {"stride": (3, 2, 2), "padding": (0, 4, 2), "output_padding": (2, 1, 1)},
            (32, 96, 197),
        ),
        ((4,), 3, {"dilation": 3, "output_padding": 2}, (12,)),
    ],
)
def test_documented_transposed_sizes(in_spatial, kernel, options, expected):
    geometry = ConvGeometry.from_transpose(in_spatial, kernel, **options)
    assert (geometry.in_spatial, geometry.out_spatial) == (expected, in_spatial)


def test_same_padding_puts_the_odd_cell_behind():
    assert padding_pairs("same", (4, 3, 2), (1, 1, 1), (1, 2, 3), "conv3d") == ((1, 2), (2, 2), (1, 2))


def test_a_geometry_is_a_key_that_cannot_be_changed():
    first, second = (ConvGeometry.from_conv((5, 6), 3, padding=1) for _ in range(2))
    assert {first: "plan"}[second] == "plan"
    with pytest.raises(AttributeError):
        first.groups = 2
    assert first.rank == 2


def test_numpys_integers_and_lists_are_taken():
    plain = ConvGeometry.from_conv((5, 6), (3, 2), stride=(2, 1), padding=(1, 0))
    assert ConvGeometry.from_conv((5, 6), [np.int64(3), 2], stride=[2, np.int8(1)], padding=[1, np.int32(0)]) == plain
    assert all(type(size) is int for sizes in plain[:7] for size in sizes)


def test_a_kernel_larger_than_the_padded_input_is_refused_with_both_sizes():
    assert refused(ShapeError, ConvGeometry.from_conv, (4, 9), 3, dilation=(3, 1), padding=1, operation="conv2d") == (
        "conv2d: the dilated kernel (7, 3) is larger than the padded input (6, 11)\n"
        "  input    (H, W) = (4, 9)\n"
        "  kernel   (H, W) = (3, 3)\n"
        "  dilation (H, W) = (3, 1)\n"
        "  Use a smaller kernel or dilation, or more padding"
    )


@pytest.mark.parametrize("build", [ConvGeometry.from_conv, ConvGeometry.from_transpose, PoolGeometry.from_pool])
def test_an_input_without_cells_is_refused(build):
    assert refused(ShapeError, build, (5, 0), 3, operation="layer") == (
        "layer: the input has no cells along W\n  input (H, W) = (5, 0)"
    )


def test_a_transposed_output_without_cells_is_refused():
    assert refused(ShapeError, ConvGeometry.from_transpose, (1,), 3, padding=2, operation="conv_transpose1d") == (
        "conv_transpose1d: the output would have the sizes (-1,), below 1\n"
        "  input   (L) = (1,)\n"
        "  kernel  (L) = (3,)\n"
        "  padding (L) = (2,)\n"
        "  Padding cuts cells off a transposed output: use less of it"
    )


def test_an_output_size_out_of_range_is_refused_with_the_range():
    options = {"stride": 2, "padding": 1, "operation": "conv_transpose2d"}
    expected = (
        "conv_transpose2d: output_size must be from (7, 9) to (8, 10), got {}\n"
        "  input  (H, W) = (4, 5)\n"
        "  kernel (H, W) = (3, 3)\n"
        "  stride (H, W) = (2, 2)"
    )
    assert refused(ShapeError, output_padding_for, (9, 10), (4, 5), 3, **options) == expected.format("(9, 10)")
    assert refused(ShapeError, output_padding_for, 8, (4, 5), 3, **options) == expected.format("(8, 8)")
    assert output_padding_for((7, 10), (4, 5), 3, **options) == (0, 1)


# Arguments


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"stride": 0}, "conv2d: stride must be at least 1, got 0"),
        ({"stride": (1, -2)}, "conv2d: stride must be at least 1, got (1, -2)"),
        ({"dilation": 0}, "conv2d: dilation must be at least 1, got 0"),
        ({"kernel": (0, 3)}, "conv2d: kernel_size must be at least 1, got (0, 3)"),
        ({"groups": 0}, "conv2d: groups must be at least 1, got 0"),
        ({"groups": 1.5}, "conv2d: groups must be an int, got 1.5"),
        ({"padding": -1}, "conv2d: padding must be at least 0, got -1"),
        ({"padding": ((0, -1), 2)}, "conv2d: padding must be at least 0, got ((0, -1), 2)"),
        ({"padding": "full"}, "conv2d: padding must be 'same', 'valid', an int or a tuple, got 'full'"),
        (
            {"padding": "same", "stride": (1, 2)},
            "conv2d: padding='same' keeps the size, which needs stride 1, got stride (1, 2)",
        ),
        (
            {"padding": 0.5},
            "conv2d: padding must be an int or a tuple of 2 ints or of pairs (before, after), got 0.5",
        ),
        ({"stride": True}, "conv2d: stride must be an int or a tuple of 2 ints, got True"),
        ({"stride": (2.0, 1)}, "conv2d: stride must be an int or a tuple of 2 ints, got (2.0, 1)"),
        ({"stride": "2"}, "conv2d: stride must be an int or a tuple of 2 ints, got '2'"),
        (
            {"kernel": (3, 3, 3)},
            "conv2d: kernel_size needs one entry per spatial axis, the outermost first: 2 in all, got (3, 3, 3)",
        ),
        ({"padding": (1,)}, "conv2d: padding needs one entry per spatial axis, the outermost first: 2 in all, got (1,)"),
    ],
)
def test_bad_arguments_are_refused_in_words(options, message):
    options = {"kernel": 3, **options}
    assert refused(ValueError, ConvGeometry.from_conv, (5, 6), **options, operation="conv2d") == message


def test_bad_arguments_of_a_transposed_layer_are_refused_in_words():
    def build(**options):
        return ConvGeometry.from_transpose((5, 6), 3, **options, operation="conv_transpose2d")

    assert refused(ValueError, build, padding="same") == ("conv_transpose2d: padding must be an int or a tuple, got 'same'")
    assert refused(ValueError, build, output_padding=-1) == "conv_transpose2d: output_padding must be at least 0, got -1"
    assert refused(ValueError, build, stride=(1, 3), dilation=2, output_padding=2) == (
        "conv_transpose2d: output_padding must be smaller than the stride or the dilation, "
        "got output_padding (2, 2), stride (1, 3), dilation (2, 2)"
    )


def test_layers_can_check_arguments_before_there_is_an_input():
    assert int_of(np.int64(2), "groups", "conv1d", 1) == 2
    assert tuple_of(3, 1, "kernel_size", "conv1d", 1) == (3,)
    assert refused(ValueError, tuple_of, None, 1, "kernel_size", "conv1d", 1) == (
        "conv1d: kernel_size must be an int or a tuple of 1 int, got None"
    )
    assert output_padding_of(1, (2, 2), (1, 1), "conv_transpose2d") == (1, 1)
    assert pool_padding_of((1, 0), (2, 1), "max_pool2d") == (1, 0)


# Pooling


@many
@given(pool_geometries())
def test_pooling_has_the_windows_that_can_be_counted(geometry):
    extent = dilated(geometry.kernel, geometry.dilation)
    axes = zip(geometry.in_spatial, extent, geometry.out_spatial, geometry.stride, geometry.pad, strict=True)
    for axis, (size, e, out, s, pad) in enumerate(axes):
        windows, start = 0, -pad
        while start + e <= size + pad:
            windows, start = windows + 1, start + s
        # Where the windows so far leave cells over, ceil_mode has one more, if it begins before the input's end.
        if geometry.ceil_mode and start - s + e < size + pad and start < size:
            windows += 1
        assert out == windows
        assert list(geometry.starts(axis)) == [p * s - pad for p in range(out)]


@many
@given(pool_geometries(ranks=(1, 2), most_dilation=1))
def test_counts_are_the_cells_of_each_window(geometry):
    for count_include_pad in (True, False):
        counts = geometry.counts(count_include_pad)
        assert (counts.shape, counts.dtype) == (geometry.out_spatial, np.int64)
        for p in np.ndindex(geometry.out_spatial):
            sides = []
            for axis, size in enumerate(geometry.in_spatial):
                border = geometry.pad[axis] if count_include_pad else 0
                start = geometry.starts(axis)[p[axis]]
                sides.append(sum(-border <= start + tap < size + border for tap in range(geometry.kernel[axis])))
            assert counts[p] == math.prod(sides)


def test_counts_are_pytorchs():
    # avg_pool of ones times the kernel's size, recorded from PyTorch 2: what it divided by follows from it.
    line = PoolGeometry.from_pool((6,), 3, stride=2, padding=1, ceil_mode=True)
    assert line.counts(True).tolist() == [3, 3, 3, 2]
    assert line.counts(False).tolist() == [2, 3, 3, 1]
    square = PoolGeometry.from_pool((5, 5), (3, 4), padding=1, ceil_mode=True)
    assert square.counts(True).tolist() == [[12, 9], [12, 9]]
    assert square.counts(False).tolist() == [[6, 4], [9, 6]]


@pytest.mark.parametrize(
    ("size", "kernel", "options", "expected"),
    [
        (28, 2, {}, 14),
        (7, 2, {}, 3),
        (7, 2, {"ceil_mode": True}, 4),
        (2, 3, {"stride": 1, "ceil_mode": True}, None),
        (2, 3, {"stride": 2, "ceil_mode": True}, 1),
        (1, 3, {"stride": 2, "ceil_mode": True}, None),
        (2, 5, {"stride": 5, "ceil_mode": True}, 1),
        (10, 4, {"stride": 1, "padding": 2, "dilation": 2}, 8),
        (10, 4, {"stride": 1, "padding": 2, "dilation": 3}, 5),
    ],
)
def test_pooled_sizes_are_pytorchs(size, kernel, options, expected):
    if expected is None:
        refused(ShapeError, PoolGeometry.from_pool, (size,), kernel, **options)
    else:
        assert PoolGeometry.from_pool((size,), kernel, **options).out_spatial == (expected,)


def test_the_stride_of_pooling_is_its_kernel_unless_it_is_given():
    assert PoolGeometry.from_pool((9, 8), (3, 2)).stride == (3, 2)
    assert PoolGeometry.from_pool((9, 8), (3, 2), stride=1).stride == (1, 1)


def test_what_pooling_refuses():
    def build(size, kernel, **options):
        return PoolGeometry.from_pool((size,), kernel, **options, operation="max_pool1d")

    assert refused(ValueError, build, 9, 4, padding=3) == (
        "max_pool1d: padding must be at most half of the kernel, got padding (3,) and kernel_size (4,)"
    )
    assert refused(ValueError, build, 9, 3, padding=2, dilation=2) == (
        "max_pool1d: padding must be at most half of the kernel, got padding (2,) and kernel_size (3,)"
    )
    assert refused(ValueError, build, 9, 4, stride=0) == "max_pool1d: stride must be at least 1, got 0"
    assert refused(ShapeError, build, 4, 3, dilation=2) == (
        "max_pool1d: the dilated kernel (5,) is larger than the padded input (4,)\n"
        "  input    (L) = (4,)\n"
        "  kernel   (L) = (3,)\n"
        "  dilation (L) = (2,)"
    )
    assert refused(ShapeError, build, 2, 2, dilation=3, padding=1, stride=1) == (
        "max_pool1d: window 0 along L reads nothing but padding\n  input  (L) = (2,)\n  kernel (L) = (2,)"
    )
