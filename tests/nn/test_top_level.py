"""The functions of layers that are at the top level: those that PyTorch has there, with its arguments in its order."""

import inspect

import pytest

import minitensor as mt
from minitensor.nn import functional as F
from minitensor.nn.functional import top_level

# The first arguments of PyTorch 2.13's operators of these names; `self` and `train` are called `input` and `training` here.
ARGUMENTS = {
    "adaptive_avg_pool1d": "input output_size",
    "alpha_dropout": "input p training",
    "avg_pool1d": "input kernel_size stride padding ceil_mode count_include_pad",
    "bilinear": "input1 input2 weight bias",
    "celu": "input alpha",
    "celu_": "input alpha",
    "channel_shuffle": "input groups",
    "conv1d": "input weight bias stride padding dilation groups",
    "conv2d": "input weight bias stride padding dilation groups",
    "conv3d": "input weight bias stride padding dilation groups",
    "conv_transpose1d": "input weight bias stride padding output_padding groups dilation",
    "conv_transpose2d": "input weight bias stride padding output_padding groups dilation",
    "conv_transpose3d": "input weight bias stride padding output_padding groups dilation",
    "cosine_similarity": "x1 x2 dim eps",
    "dropout": "input p training",
    "feature_alpha_dropout": "input p training",
    "group_norm": "input num_groups weight bias eps",
    "hardshrink": "input lambd",
    "layer_norm": "input normalized_shape weight bias eps",
    "max_pool1d": "input kernel_size stride padding dilation ceil_mode",
    "max_pool1d_with_indices": "input kernel_size stride padding dilation ceil_mode",
    "max_pool2d": "input kernel_size stride padding dilation ceil_mode",
    "max_pool3d": "input kernel_size stride padding dilation ceil_mode",
    "pairwise_distance": "x1 x2 p eps keepdim",
    "pixel_shuffle": "input upscale_factor",
    "pixel_unshuffle": "input downscale_factor",
    "prelu": "input weight",
    "relu_": "input",
    "rms_norm": "input normalized_shape weight eps",
    "rrelu": "input lower upper training",
    "rrelu_": "input lower upper training",
    "selu": "input",
    "selu_": "input",
    "threshold": "input threshold value",
    "threshold_": "input threshold value",
}


def test_all_of_them_are_the_functions_of_layers():
    assert set(top_level.__all__) == set(ARGUMENTS)
    assert {name for name in ARGUMENTS if getattr(mt, name) is not getattr(F, name)} == set()
    assert set(ARGUMENTS) <= set(dir(mt))


@pytest.mark.parametrize("name", ARGUMENTS)
def test_its_arguments_begin_as_pytorchs_do(name):
    wanted = ARGUMENTS[name].split()
    assert list(inspect.signature(getattr(mt, name)).parameters)[: len(wanted)] == wanted


@pytest.mark.parametrize(
    "name", ["batch_norm", "instance_norm", "embedding", "adaptive_max_pool1d", "kl_div", "cross_entropy"]
)
def test_what_pytorch_has_there_in_another_way_or_not_at_all_is_not_there(name):
    assert not hasattr(mt, name)
    assert hasattr(F, name)
