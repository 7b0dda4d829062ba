"""Shows that the matrix of a convolution, written down from its geometry, is the convolution, and its transpose the gradient."""

import sys

import numpy as np
import pytest
from scipy import signal, sparse

import minitensor as mt
import minitensor.nn.functional as F
from minitensor.errors import ShapeError
from minitensor.geometry import ConvGeometry
from minitensor.ops import conv as ops
from minitensor.viz import conv_matrix

WAYS = {
    "conv": [mt.nn.Conv1d, mt.nn.Conv2d, mt.nn.Conv3d],
    "transposed": [mt.nn.ConvTranspose1d, mt.nn.ConvTranspose2d, mt.nn.ConvTranspose3d],
}


def random_geometry(seed):
    """A convolution drawn at random, with the channels that go in and come out."""
    rng = np.random.default_rng(seed)
    rank, groups = 1 + seed % 3, int(rng.choice([1, 1, 2, 3]))
    kernel, stride, dilation = (rng.integers(1, 4, rank) for _ in range(3))
    padding = [tuple(pair) for pair in rng.integers(0, 3, (rank, 2)).tolist()]
    least = np.maximum(1, dilation * (kernel - 1) + 1 - np.sum(padding, axis=1))
    size = least + rng.integers(0, [0, 14, 6, 4][rank], rank)  # what is left over is a remainder, as often as not
    geometry = ConvGeometry.from_conv(
        tuple(size.tolist()), tuple(kernel.tolist()), stride=tuple(stride.tolist()), padding=padding,
        dilation=tuple(dilation.tolist()), groups=groups,
    )  # fmt: skip
    return geometry, groups * int(rng.integers(1, 3)), groups * int(rng.integers(1, 3)), rng


def random_layer(seed, way):
    """A layer drawn at random, the sizes of an input for it, and what draws its values."""
    rng = np.random.default_rng(1000 + seed)
    rank, groups = 1 + seed % 3, int(rng.choice([1, 2]))
    mode = "zeros" if way == "transposed" else ["zeros", "reflect", "replicate", "circular"][seed // 3 % 4]
    stride, dilation = rng.integers(1, 4, rank), rng.integers(1, 3, rank)
    options = {
        "stride": tuple(stride.tolist()),
        "dilation": tuple(dilation.tolist()),
        "padding": tuple(rng.integers(0, 3, rank).tolist()),
    }
    if way == "transposed":
        options["output_padding"] = tuple(int(rng.integers(0, max(pair))) for pair in zip(stride, dilation, strict=True))
    else:
        options |= {"padding_mode": mode, "conv_mode": ["cross_correlation", "convolution"][seed % 2]}
    channels = groups * rng.integers(1, 3, 2)
    layer = WAYS[way][rank - 1](
        *channels.tolist(), tuple(rng.integers(1, 4, rank).tolist()), groups=groups, bias=False, dtype=mt.float64, **options
    )
    return layer, tuple(rng.integers(5, [0, 14, 9, 7][rank], rank).tolist()), rng


@pytest.mark.parametrize("first", range(0, 200, 20))
def test_the_matrix_is_the_convolution_and_its_transpose_the_gradient(first):
    seen = set()
    for seed in range(first, first + 20):
        geometry, in_channels, out_channels, rng = random_geometry(seed)
        weight = rng.standard_normal((out_channels, in_channels // geometry.groups, *geometry.kernel))
        x = mt.tensor(rng.standard_normal((1, in_channels, *geometry.in_spatial)), requires_grad=True)
        y = ops.conv(x, mt.tensor(weight), geometry=geometry)
        dy = rng.standard_normal(y.shape)
        y.backward(mt.tensor(dy))
        matrix = conv_matrix(geometry, weight=weight)
        assert matrix.shape == (dy.size, x.numel())
        np.testing.assert_allclose(matrix @ x.numpy().ravel(), y.numpy().ravel(), rtol=0, atol=1e-12)
        np.testing.assert_allclose(matrix.T @ dy.ravel(), x.grad.numpy().ravel(), rtol=0, atol=1e-12)
        seen |= {("remainder", any(geometry.unread_at_end)), ("groups", geometry.groups), ("rank", geometry.rank)}
    assert {
        *(("remainder", is_there) for is_there in (True, False)),
        *(("rank", rank) for rank in (1, 2, 3)),
        ("groups", 2),
    } <= seen


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("first", range(0, 60, 12))
def test_a_layers_matrix_is_the_layer_and_its_transpose_the_gradient(way, first):
    for seed in range(first, first + 12):
        layer, sizes, rng = random_layer(seed, way)
        x = mt.tensor(rng.standard_normal((1, layer.in_channels, *sizes)), requires_grad=True)
        y = layer(x)
        dy = rng.standard_normal(y.shape)
        y.backward(mt.tensor(dy))
        matrix = conv_matrix(layer, sizes)
        np.testing.assert_allclose(matrix @ x.numpy().ravel(), y.numpy().ravel(), rtol=0, atol=1e-12)
        np.testing.assert_allclose(matrix.T @ dy.ravel(), x.grad.numpy().ravel(), rtol=0, atol=1e-12)
        thin = conv_matrix(layer, sizes, sparse=True)
        assert isinstance(thin, sparse.csr_array)
        np.testing.assert_allclose(thin.toarray(), matrix, rtol=0, atol=1e-14)  # copies are added up in another order


def test_it_is_what_scipy_correlates():
    rng = np.random.default_rng(5)
    image, kernel = rng.standard_normal((7, 6)), rng.standard_normal((3, 2))
    geometry = ConvGeometry.from_conv((7, 6), (3, 2), stride=2)
    expected = signal.correlate2d(image, kernel, mode="valid")[::2, ::2]
    np.testing.assert_allclose(
        conv_matrix(geometry, weight=kernel[None, None]) @ image.ravel(), expected.ravel(), atol=1e-12
    )


def test_a_small_matrix_by_hand():
    geometry = ConvGeometry.from_conv((6,), 2, stride=3, dilation=2, padding=((1, 0),))
    expected = [[0, 5, 0, 0, 0, 0], [0, 0, 4, 0, 5, 0]]  # windows begin at -1 and 2; cells 0, 3 and 5 are read by none
    assert conv_matrix(geometry, weight=[[[4, 5]]]).tolist() == expected


def test_replicated_cells_add_up_in_one_entry():
    layer = mt.nn.Conv1d(1, 1, 3, padding=2, padding_mode="replicate", bias=False)
    with mt.no_grad():
        layer.weight.copy_(mt.tensor([[[1.0, 2.0, 4.0]]]))
    expected = [[7, 0, 0], [3, 4, 0], [1, 2, 4], [0, 1, 6], [0, 0, 7]]
    assert conv_matrix(layer, 3).tolist() == expected


def test_the_matrix_has_the_weights_dtype():
    geometry = ConvGeometry.from_conv((4,), 2)
    for dtype in (np.int64, np.float16, np.float32, np.float64):
        weight = np.ones((1, 1, 2), dtype)
        assert conv_matrix(geometry, weight=weight).dtype == dtype
        assert conv_matrix(geometry, weight=weight, sparse=True).dtype == (np.float32 if dtype == np.float16 else dtype)


def test_a_parameter_that_requires_grad_serves_as_the_weight():
    weight = mt.randn(3, 2, 2, 2, requires_grad=True)
    x = mt.randn(1, 2, 4, 4)
    matrix = conv_matrix(ConvGeometry.from_conv((4, 4), 2), weight=weight)
    np.testing.assert_allclose(matrix @ x.numpy().ravel(), F.conv2d(x, weight).numpy().ravel(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: conv_matrix(mt.nn.Linear(2, 2)), TypeError, "expected a convolution layer or a ConvGeometry, got Linear"),
        (lambda: conv_matrix(mt.nn.Conv2d(1, 1, 3)), TypeError, r"pass in_spatial, the sizes of the input of this Conv2d: \(H, W\)"),
        (lambda: conv_matrix(mt.nn.Conv2d(1, 1, 3), (5,)), ValueError, "2 in all"),
        (lambda: conv_matrix(mt.nn.Conv2d(1, 1, 3), 2), ShapeError, r"the dilated kernel \(3, 3\) is larger than the padded input \(2, 2\)"),
        (lambda: conv_matrix(mt.nn.Conv1d(1, 1, 3), 5, weight=np.ones((1, 1, 3))), ValueError, "weight is for a geometry"),
        (lambda: conv_matrix(ConvGeometry.from_conv((5,), 3)), TypeError, "a geometry has no weight"),
        (lambda: conv_matrix(ConvGeometry.from_conv((5,), 3), 5, weight=np.ones((1, 1, 3))), ValueError, r"this geometry has its own: \(5,\)"),
        (lambda: conv_matrix(ConvGeometry.from_conv((5,), 3), weight=np.ones((1, 3))), ShapeError, r"got the shape \(1, 3\)"),
        (lambda: conv_matrix(ConvGeometry.from_conv((5,), 3), weight=np.ones((1, 1, 2))), ShapeError, r"with the kernel \(3,\)"),
        (lambda: conv_matrix(ConvGeometry.from_conv((5,), 3, groups=2), weight=np.ones((3, 1, 3))), ShapeError, "groups=2 does not divide the 3 outputs"),
        (lambda: conv_matrix(mt.nn.Conv1d(1, 1, 3, padding=5, padding_mode="reflect"), 5), ShapeError, "reflect padding must be smaller"),
        (lambda: conv_matrix(mt.nn.LazyConv1d(1, 3), 5), RuntimeError, "call the model once with an input"),
    ],
)  # fmt: skip
def test_what_has_no_matrix_is_refused_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_dense_matrix_needs_no_scipy(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy", None)
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)
    layer = mt.nn.Conv1d(1, 1, 2)
    assert conv_matrix(layer, 3).shape == (2, 3)
    with pytest.raises(ModuleNotFoundError, match=r"conv_matrix\(sparse=True\) needs scipy: pip install"):
        conv_matrix(layer, 3, sparse=True)
