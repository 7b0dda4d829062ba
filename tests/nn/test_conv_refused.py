"""Shows what convolution refuses, before anything is computed, and that each message says what is wrong and the way out."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn
from minitensor.kernels import registry


def refused(kind, message, call, *args, **kwargs):
    """The call raises exactly this error, with exactly this text."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 (the type and the whole text are compared)
        call(*args, **kwargs)
    assert type(caught.value) is kind
    assert str(caught.value) == message


# When a layer is built


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"in_channels": 3, "groups": 2},
            "groups must divide in_channels and out_channels, got groups=2, in_channels=3, out_channels=6",
        ),
        (
            {"out_channels": 5, "groups": 2},
            "groups must divide in_channels and out_channels, got groups=2, in_channels=4, out_channels=5",
        ),
        ({"in_channels": 0}, "in_channels must be at least 1, got 0"),
        ({"out_channels": -6}, "out_channels must be at least 1, got -6"),
        ({"in_channels": 4.0}, "in_channels must be an int, got 4.0"),
        ({"groups": 0}, "groups must be at least 1, got 0"),
        ({"groups": True}, "groups must be an int, got True"),
        ({"kernel_size": 0}, "kernel_size must be at least 1, got 0"),
        ({"kernel_size": 3.5}, "kernel_size must be an int or a tuple of 2 ints, got 3.5"),
        ({"kernel_size": (3,)}, "kernel_size needs one entry per spatial axis, the outermost first: 2 in all, got (3,)"),
        (
            {"kernel_size": (3, 3, 3)},
            "kernel_size needs one entry per spatial axis, the outermost first: 2 in all, got (3, 3, 3)",
        ),
        ({"stride": 0}, "stride must be at least 1, got 0"),
        ({"stride": (1, 2, 3)}, "stride needs one entry per spatial axis, the outermost first: 2 in all, got (1, 2, 3)"),
        ({"dilation": (1, 0)}, "dilation must be at least 1, got (1, 0)"),
        ({"padding": -1}, "padding must be at least 0, got -1"),
        ({"padding": (1,)}, "padding needs one entry per spatial axis, the outermost first: 2 in all, got (1,)"),
    ],
)
@pytest.mark.parametrize("layer", [nn.Conv2d, nn.ConvTranspose2d])
def test_bad_arguments_are_refused_when_the_layer_is_built(layer, options, message):
    arguments = {"in_channels": 4, "out_channels": 6, "kernel_size": 3, **options}
    refused(ValueError, f"{layer.__name__}: {message}", layer, **arguments)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"padding": "full"}, "padding must be 'same', 'valid', an int or a tuple, got 'full'"),
        ({"padding": "same", "stride": 2}, "padding='same' keeps the size, which needs stride 1, got stride (2, 2)"),
        (
            {"padding_mode": "mirror"},
            "padding_mode must be one of 'zeros', 'reflect', 'replicate', 'circular', got 'mirror'",
        ),
        ({"conv_mode": "flip"}, "conv_mode must be one of 'cross_correlation', 'convolution', got 'flip'"),
        ({"compute_mode": "float64"}, "compute_mode must be one of 'default', 'float32', got 'float64'"),
    ],
)
def test_bad_arguments_of_a_convolution(options, message):
    refused(ValueError, f"Conv2d: {message}", nn.Conv2d, 4, 6, 3, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"padding_mode": "reflect"},
            "padding_mode must be 'zeros', got 'reflect': the padding of a transposed convolution cuts cells off its output",
        ),
        (
            {"output_padding": 1},
            "output_padding must be smaller than the stride or the dilation, "
            "got output_padding (1, 1), stride (1, 1), dilation (1, 1)",
        ),
        (
            {"output_padding": (1, 3), "stride": 2, "dilation": (1, 3)},
            "output_padding must be smaller than the stride or the dilation, "
            "got output_padding (1, 3), stride (2, 2), dilation (1, 3)",
        ),
        ({"output_padding": -1}, "output_padding must be at least 0, got -1"),
        ({"padding": "same"}, "padding must be an int or a tuple of 2 ints, got 'same'"),
    ],
)
def test_bad_arguments_of_a_transposed_convolution(options, message):
    refused(ValueError, f"ConvTranspose2d: {message}", nn.ConvTranspose2d, 4, 6, 3, **options)


def test_a_tuple_for_conv1d_has_one_entry():
    assert nn.Conv1d(1, 1, (3,)).kernel_size == (3,)
    refused(
        ValueError,
        "Conv1d: kernel_size needs one entry per spatial axis, the outermost first: 1 in all, got (3, 3)",
        nn.Conv1d, 1, 1, (3, 3),
    )  # fmt: skip


def test_there_is_no_other_device():
    message = "there is no device 'cuda' here: minitensor computes on the CPU (device='cpu', or none)"
    refused(ValueError, message, nn.Conv2d, 1, 1, 3, device="cuda")


# When it is called: channels and axes


@pytest.mark.parametrize(
    ("layer", "shape", "axes", "kernel", "order"),
    [
        (nn.Conv1d(4, 6, 5), (8, 50, 4), "N, C, L", "kL", "0, 2, 1"),
        (nn.Conv1d(4, 6, 5), (50, 4), "C, L", "kL", "1, 0"),
        (nn.Conv2d(4, 6, 5), (8, 50, 50, 4), "N, C, H, W", "kH, kW", "0, 3, 1, 2"),
        (nn.Conv2d(4, 6, 5), (50, 50, 4), "C, H, W", "kH, kW", "2, 0, 1"),
        (nn.Conv3d(4, 6, 5), (8, 50, 9, 9, 4), "N, C, D, H, W", "kD, kH, kW", "0, 4, 1, 2, 3"),
        (nn.Conv3d(4, 6, 5), (50, 9, 9, 4), "C, D, H, W", "kD, kH, kW", "3, 0, 1, 2"),
    ],
)
def test_channels_last_data_is_recognised(layer, shape, axes, kernel, order):
    weight = f"(out, in/groups, {kernel})"
    message = (
        f"conv{layer.rank}d: the input has 50 channels, the weight expects 4\n"
        f"  input  {'(' + axes + ')':{len(weight)}} = {shape}\n"
        f"  weight {weight} = {layer.weight.shape}\n"
        f"  This looks like channels-last data: try x.permute({order})"
    )
    refused(mt.ShapeError, message, layer, mt.zeros(shape))
    assert layer(mt.zeros(shape).permute(*map(int, order.split(", ")))).ndim == len(shape)


def test_wrong_channels_without_a_likely_way_out():
    message = (
        "conv2d: the input has 3 channels, the weight expects 4, 2 in each of 2 groups\n"
        "  input  (N, C, H, W)             = (8, 3, 32, 32)\n"
        "  weight (out, in/groups, kH, kW) = (6, 2, 5, 5)"
    )
    refused(mt.ShapeError, message, nn.Conv2d(4, 6, 5, groups=2), mt.zeros(8, 3, 32, 32))
    message = (
        "conv_transpose2d: the input has 3 channels, the weight expects 4\n"
        "  input  (N, C, H, W)             = (8, 3, 32, 32)\n"
        "  weight (in, out/groups, kH, kW) = (4, 3, 5, 5)"
    )
    refused(mt.ShapeError, message, nn.ConvTranspose2d(4, 6, 5, groups=2), mt.zeros(8, 3, 32, 32))


def test_images_without_a_channel_axis():
    message = (
        "conv2d: the input has 32 channels, the weight expects 1\n"
        "  input  (C, H, W)                = (32, 28, 28)\n"
        "  weight (out, in/groups, kH, kW) = (6, 1, 5, 5)\n"
        "  This was read as one sample: for a batch of samples of one channel try x.unsqueeze(1)"
    )
    refused(mt.ShapeError, message, nn.Conv2d(1, 6, 5), mt.zeros(32, 28, 28))
    message = (
        "conv2d: the input must be (N, C, H, W) or, without a batch, (C, H, W), got the shape (28, 28): "
        "for one sample of one channel try x.unsqueeze(0)"
    )
    refused(mt.ShapeError, message, nn.Conv2d(1, 6, 5), mt.zeros(28, 28))


@pytest.mark.parametrize("name", ["conv3d", "conv_transpose3d"])
def test_wrong_number_of_axes(name):
    message = f"{name}: the input must be (N, C, D, H, W) or, without a batch, (C, D, H, W), got the shape (3, 8)"
    refused(mt.ShapeError, message, getattr(F, name), mt.zeros(3, 8), mt.zeros(3, 3, 1, 1, 1))


# When it is called: dtypes


def test_uint8_images():
    layer = nn.Conv2d(3, 6, 5)
    message = "conv2d: the input must be floating-point, got uint8: try x.float() / 255"
    refused(TypeError, message, layer, mt.tensor(np.zeros((8, 3, 32, 32), np.uint8)))
    message = "conv2d: the input must be floating-point, got uint8: try x.permute(0, 3, 1, 2).float() / 255"
    refused(TypeError, message, layer, mt.tensor(np.zeros((8, 32, 32, 3), np.uint8)))
    message = "conv2d: the input must be floating-point, got uint8: try x.permute(2, 0, 1).float() / 255"
    refused(TypeError, message, layer, mt.tensor(np.zeros((32, 32, 3), np.uint8)))


@pytest.mark.parametrize("dtype", [mt.int64, mt.int32, mt.bool])
def test_integers_and_truth_values(dtype):
    message = f"conv1d: the input must be floating-point, got {dtype}: try x.float()"
    refused(TypeError, message, nn.Conv1d(1, 1, 1), mt.zeros(1, 1, 4, dtype=dtype))
    message = f"conv1d: the weight must be floating-point, got {dtype}: try weight.float()"
    refused(TypeError, message, F.conv1d, mt.zeros(1, 1, 4), mt.zeros(1, 1, 1, dtype=dtype))


def test_dtypes_that_differ():
    message = (
        "conv2d: the input is float64, the weight is float32: convert one, for example with x.float() or layer.double()"
    )
    x = mt.tensor(np.random.default_rng(0).standard_normal((8, 3, 32, 32)))
    refused(TypeError, message, nn.Conv2d(3, 6, 5), x)
    assert nn.Conv2d(3, 6, 5)(x.float()).dtype == mt.float32
    assert nn.Conv2d(3, 6, 5).double()(x).dtype == mt.float64
    message = "conv1d: the input is float32, the bias is float16: convert one, for example with x.half() or layer.float()"
    refused(TypeError, message, F.conv1d, mt.zeros(1, 1, 4), mt.zeros(1, 1, 1), mt.zeros(1, dtype=mt.float16))


@pytest.mark.parametrize(
    ("value", "name"), [(np.zeros((1, 1, 4), np.float32), "ndarray"), ([[[1.0]]], "list"), (None, "NoneType")]
)
def test_other_than_tensors(value, name):
    message = f"conv1d: the input must be a Tensor, got {name}: convert it with mt.tensor(...)"
    refused(TypeError, message, nn.Conv1d(1, 1, 1), value)


def test_the_stride_in_the_place_of_the_bias():
    message = "conv1d: the bias must be a Tensor, got int: convert it with mt.tensor(...)"
    refused(TypeError, message, F.conv1d, mt.zeros(1, 1, 4), mt.zeros(1, 1, 1), 2)


# When it is called: weight, bias and groups


@pytest.mark.parametrize(
    ("weight", "bias", "groups", "message"),
    [
        ((6, 2, 3), None, 1, "the weight must be (out, in/groups, kH, kW), got the shape (6, 2, 3)"),
        ((5, 2, 3, 3), None, 2, "groups=2 does not divide the weight's 5 output channels"),
        ((0, 4, 3, 3), None, 1, "the weight has no channels"),
        ((6, 4, 3, 3), (4,), 1, "the bias must have the shape (6,), one entry for each output channel, got (4,)"),
        ((6, 4, 3, 3), (1, 6), 1, "the bias must have the shape (6,), one entry for each output channel, got (1, 6)"),
    ],
)
def test_weight_and_bias_that_do_not_fit(weight, bias, groups, message):
    x = mt.zeros(2, 4, 8, 8)
    if len(weight) == 4:
        message += f"\n  input  (N, C, H, W)             = {x.shape}\n  weight (out, in/groups, kH, kW) = {weight}"
    bias = None if bias is None else mt.zeros(bias)
    refused(mt.ShapeError, f"conv2d: {message}", F.conv2d, x, mt.zeros(weight), bias, groups=groups)


def test_groups_that_do_not_divide_a_transposed_convolutions_input():
    message = (
        "conv_transpose1d: groups=2 does not divide the weight's 3 input channels\n"
        "  input  (N, C, L)            = (2, 3, 8)\n"
        "  weight (in, out/groups, kL) = (3, 4, 5)"
    )
    refused(mt.ShapeError, message, F.conv_transpose1d, mt.zeros(2, 3, 8), mt.zeros(3, 4, 5), groups=2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"stride": 0}, "stride must be at least 1, got 0"),
        ({"groups": 0}, "groups must be at least 1, got 0"),
        ({"padding": "full"}, "padding must be 'same', 'valid', an int or a tuple, got 'full'"),
        ({"padding": "same", "stride": 2}, "padding='same' keeps the size, which needs stride 1, got stride (2,)"),
    ],
)
def test_functions_refuse_bad_arguments_too(options, message):
    refused(ValueError, f"conv1d: {message}", F.conv1d, mt.zeros(1, 1, 8), mt.zeros(1, 1, 3), **options)


# When it is called: sizes


def test_a_kernel_larger_than_the_padded_input():
    message = (
        "conv2d: the dilated kernel (9, 3) is larger than the padded input (8, 34)\n"
        "  input    (H, W) = (8, 32)\n"
        "  kernel   (H, W) = (5, 3)\n"
        "  dilation (H, W) = (2, 1)\n"
        "  Use a smaller kernel or dilation, or more padding"
    )
    for mode in ("zeros", "replicate"):
        layer = nn.Conv2d(3, 6, (5, 3), padding=(0, 1), dilation=(2, 1), padding_mode=mode)
        refused(mt.ShapeError, message, layer, mt.zeros(1, 3, 8, 32))


@pytest.mark.parametrize("name", ["conv2d", "conv_transpose2d"])
def test_spatial_axes_without_cells(name):
    message = f"{name}: the input has no cells along W\n  input (H, W) = (8, 0)"
    refused(mt.ShapeError, message, getattr(F, name), mt.zeros(2, 3, 8, 0), mt.zeros(3, 3, 1, 1))


def test_a_transposed_output_without_cells():
    message = (
        "conv_transpose1d: the output would have the sizes (-1,), below 1\n"
        "  input   (L) = (1,)\n"
        "  kernel  (L) = (3,)\n"
        "  padding (L) = (2,)\n"
        "  Padding cuts cells off a transposed output: use less of it"
    )
    refused(mt.ShapeError, message, nn.ConvTranspose1d(1, 1, 3, padding=2), mt.zeros(1, 1, 1))


@pytest.mark.parametrize("size", [(16, 17), (17, 19), (2, 4, 16, 17), 16])
def test_an_output_size_out_of_range(size):
    got = (16, 16) if size == 16 else size[-2:]
    message = (
        f"conv_transpose2d: output_size must be from (17, 17) to (18, 18), got {got}\n"
        "  input  (H, W) = (8, 8)\n"
        "  kernel (H, W) = (3, 3)\n"
        "  stride (H, W) = (2, 2)"
    )
    refused(mt.ShapeError, message, nn.ConvTranspose2d(3, 4, 3, stride=2), mt.zeros(2, 3, 8, 8), output_size=size)


def test_an_output_size_of_another_length():
    message = "conv_transpose2d: output_size must be (H, W) or (N, C, H, W), got (4, 17, 18)"
    refused(ValueError, message, nn.ConvTranspose2d(3, 4, 3, stride=2), mt.zeros(2, 3, 8, 8), output_size=(4, 17, 18))


def test_padding_with_more_copies_than_there_are_cells():
    x = mt.zeros(1, 1, 3)
    message = (
        "conv1d: reflect padding must be smaller than the axis, got padding (3, 3) for axis -1 of length 3: "
        "the input's shape is (1, 1, 3)"
    )
    refused(mt.ShapeError, message, nn.Conv1d(1, 1, 3, padding=3, padding_mode="reflect"), x)
    message = (
        "conv1d: circular padding must be at most the length of the axis, got padding (4, 4) for axis -1 of length 3: "
        "the input's shape is (1, 1, 3)"
    )
    refused(mt.ShapeError, message, nn.Conv1d(1, 1, 3, padding=4, padding_mode="circular"), x)
    assert nn.Conv1d(1, 1, 3, padding=3, padding_mode="circular")(x).shape == (1, 1, 7)
    assert nn.Conv1d(1, 1, 3, padding=9, padding_mode="replicate")(x).shape == (1, 1, 19)


def test_what_is_refused_computes_nothing(monkeypatch):
    """Every check runs before the first kernel, of padding, too."""
    layer = nn.Conv2d(3, 6, 3, padding=2, padding_mode="circular")
    x = mt.zeros(2, 4, 8, 8)
    monkeypatch.setattr(registry, "active", {})  # whoever looks for a kernel fails
    with pytest.raises(mt.ShapeError, match="4 channels"):
        layer(x)
