"""Shows that affine_grid and grid_sample read images where their formulas say, with gradients, and refuse the rest in words."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


IDENTITY = {2: np.eye(3)[None, :2], 3: np.eye(4)[None, :3]}


@pytest.mark.parametrize("mode", ["bilinear", "nearest", "bicubic"])
@pytest.mark.parametrize("padding_mode", ["zeros", "border", "reflection"])
@pytest.mark.parametrize("align_corners", [True, False])
def test_the_identity_reads_every_cell_in_its_place(mode, padding_mode, align_corners):
    for shape in ((1, 3, 4, 5), (1, 2, 3, 4, 2)):
        rank = len(shape) - 2
        if mode == "bicubic" and rank == 3:
            continue
        x = drawn(*shape)
        grid = F.affine_grid(mt.tensor(IDENTITY[rank]), shape, align_corners)
        y = F.grid_sample(mt.tensor(x), grid, mode, padding_mode, align_corners)
        np.testing.assert_allclose(y.numpy(), x, rtol=0, atol=1e-12)


def test_a_resizing_grid_is_interpolate():
    """The identity's grid of another size, read bilinearly up to the border."""
    x = mt.tensor(drawn(1, 2, 4, 5))
    for align_corners in (True, False):
        grid = F.affine_grid(mt.tensor(IDENTITY[2]), (1, 2, 7, 3), align_corners)
        y = F.grid_sample(x, grid, padding_mode="border", align_corners=align_corners)
        expected = F.interpolate(x, (7, 3), mode="bilinear", align_corners=align_corners)
        np.testing.assert_allclose(y.numpy(), expected.numpy(), rtol=0, atol=1e-12)


def test_affine_grid_is_the_map_of_each_centre():
    theta = drawn(2, 2, 3)
    grid = F.affine_grid(mt.tensor(theta), (2, 1, 3, 4)).numpy()
    for h, w in np.ndindex(3, 4):
        place = np.array([(2 * w + 1) / 4 - 1, (2 * h + 1) / 3 - 1, 1])
        np.testing.assert_allclose(grid[:, h, w], theta @ place, rtol=1e-12)
    corners = F.affine_grid(mt.tensor(theta), (2, 1, 3, 4), align_corners=True).numpy()
    np.testing.assert_allclose(corners[:, 0, -1], theta @ np.array([1, -1, 1]), rtol=1e-12)


def test_beyond_the_image_there_are_zeros_the_border_or_the_mirrored_image():
    x = mt.tensor([[[[1.0, 2.0, 4.0]]]])

    def at(position, padding_mode, align_corners):
        """Read at a position among the cells."""
        place = position - 1 if align_corners else (2 * position + 1) / 3 - 1
        grid = mt.tensor([[[[place, 0.0]]]])
        return round(F.grid_sample(x, grid, padding_mode=padding_mode, align_corners=align_corners).item(), 4)

    assert [at(p, "zeros", True) for p in (-1.5, -0.5, 2.5, 3.5)] == [0, 0.5, 2, 0]
    assert [at(p, "border", False) for p in (-1.5, -0.5, 2.5, 3.5)] == [1, 1, 4, 4]
    assert [at(p, "reflection", True) for p in (-1.5, -0.5, 2.5, 3.5, 5.5)] == [3, 1.5, 3, 1.5, 3]
    assert [at(p, "reflection", False) for p in (-1.5, -1, 3, 3.5, 5)] == [1.5, 1, 4, 3, 1]


@pytest.mark.parametrize("padding_mode", ["zeros", "border", "reflection"])
@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
def test_gradients_and_those_of_gradients_are_those_of_finite_differences(mode, padding_mode):
    x = mt.tensor(drawn(1, 1, 3, 4), requires_grad=True)
    grid = mt.tensor(np.random.default_rng(3).uniform(-1.4, 1.4, (1, 2, 3, 2)), requires_grad=True)

    def function(x, grid):
        return F.grid_sample(x, grid, mode, padding_mode, False)

    assert mt.autograd.gradcheck(function, [x, grid])
    assert mt.autograd.gradgradcheck(function, [x, grid])


def test_nearest_has_no_gradient_by_the_grid():
    x, grid = mt.tensor(drawn(1, 1, 3, 4), requires_grad=True), mt.tensor(drawn(1, 2, 2, 2), requires_grad=True)
    y = F.grid_sample(x, grid, mode="nearest")
    found = mt.autograd.grad(y.sum(), [x, grid], allow_unused=True)
    assert found[0].sum().item() <= 4
    assert found[1] is None


def test_places_that_are_not_finite_read_nothing():
    x = mt.ones(1, 1, 2, 2)
    grid = mt.tensor([[[[float("nan"), 0.0], [float("inf"), 0.0], [0.0, 1e30], [0.0, 0.0]]]])
    assert F.grid_sample(x, grid, mode="nearest").flatten().tolist() == [0, 0, 0, 1]
    assert F.grid_sample(x, grid).flatten().tolist() == [0, 0, 0, 1]


def test_dtypes_empty_batches_and_empty_grids():
    for dtype in (mt.float16, mt.float32):
        y = F.grid_sample(mt.ones(1, 2, 3, 3, dtype=dtype), mt.zeros(1, 2, 2, 2, dtype=dtype))
        assert (y.dtype, y.shape) == (dtype, (1, 2, 2, 2))
        assert F.affine_grid(mt.zeros(1, 2, 3, dtype=dtype), (1, 1, 2, 2)).dtype == dtype
    assert F.grid_sample(mt.ones(0, 2, 3, 3), mt.zeros(0, 2, 2, 2)).shape == (0, 2, 2, 2)
    assert F.grid_sample(mt.ones(1, 2, 3, 3), mt.zeros(1, 0, 2, 2)).shape == (1, 2, 0, 2)


X, GRID = mt.ones(1, 1, 2, 3), mt.zeros(1, 4, 4, 2)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (
            lambda: F.grid_sample(X, GRID.double()),
            TypeError,
            "grid_sample: the input is float32, the grid is float64: convert one, for example with x.double() or layer.float()",
        ),
        (
            lambda: F.grid_sample(X, GRID, "cubic"),
            ValueError,
            "grid_sample: mode must be 'bilinear', 'nearest' or 'bicubic', got 'cubic'",
        ),
        (
            lambda: F.grid_sample(X, GRID, padding_mode="constant"),
            ValueError,
            "grid_sample: padding_mode must be 'zeros', 'border' or 'reflection', got 'constant'",
        ),
        (
            lambda: F.grid_sample(X, GRID, align_corners=1),
            TypeError,
            "grid_sample: align_corners must be True, False or None, got 1",
        ),
        (
            lambda: F.grid_sample(X, mt.zeros(2, 4, 4, 2)),
            mt.ShapeError,
            "grid_sample: to images (N, C, H, W) belongs a grid (N, H_out, W_out, 2), to volumes (N, C, D, H, W) a grid "
            "(N, D_out, H_out, W_out, 3), got the shapes (1, 1, 2, 3) and (2, 4, 4, 2)",
        ),
        (
            lambda: F.grid_sample(mt.ones(1, 1, 0, 3), GRID),
            mt.ShapeError,
            "grid_sample: the input has no cells\n  input (N, C, H, W) = (1, 1, 0, 3)",
        ),
        (
            lambda: F.grid_sample(mt.ones(1, 1, 2, 2, 2), mt.zeros(1, 1, 1, 1, 3), "bicubic"),
            mt.ShapeError,
            "grid_sample: mode='bicubic' is for images (N, C, H, W), got the shape (1, 1, 2, 2, 2)",
        ),
        (
            lambda: F.affine_grid(mt.ones(2, 2, 3), (1, 1, 4, 4)),
            mt.ShapeError,
            "affine_grid: for the size (1, 1, 4, 4) theta must be of the shape (1, 2, 3), got (2, 2, 3)",
        ),
        (
            lambda: F.affine_grid(mt.ones(2, 2, 3), (2, 4, 4)),
            ValueError,
            "affine_grid: size is (N, C, H, W) or (N, C, D, H, W), got (2, 4, 4)",
        ),
        (
            lambda: F.affine_grid(mt.ones(2, 2, 3), (2, 1, 0, 4)),
            ValueError,
            "affine_grid: size must be at least 1, got (2, 1, 0, 4)",
        ),
        (
            lambda: F.affine_grid(mt.arange(3), (1, 1, 2, 2)),
            TypeError,
            "affine_grid: the theta must be floating-point, got int64: try theta.float()",
        ),
    ],
)
def test_what_is_refused(call, kind, message):
    with pytest.raises(Exception) as caught:  # noqa: PT011 (the type and the whole text are compared)
        call()
    assert type(caught.value) is kind
    assert str(caught.value) == message
