"""Shows that every engine's cross entropy is the formula, and stays finite where its steps would not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from minitensor.kernels import reference
from minitensor.kernels.numpy_ import loss as numpy_loss

engines = pytest.mark.parametrize("engine", [reference, numpy_loss], ids=["reference", "numpy"])


@engines
@pytest.mark.parametrize(("shape", "axis"), [((6, 5), 1), ((4,), 0), ((2, 3, 4, 2), 1), ((3, 1), 1)])
def test_it_is_scipys_log_softmax_at_the_labels(engine, shape, axis):
    rng = np.random.default_rng(0)
    a = rng.standard_normal(shape) * 3
    index = rng.integers(0, shape[axis], (*shape[:axis], 1, *shape[axis + 1 :]))
    chosen = np.zeros(shape)
    np.put_along_axis(chosen, index, 1.0, axis)
    for divisor in (1, 7):
        y = engine.cross_entropy(a, index=index, axis=axis, divisor=divisor)
        assert type(y) is np.ndarray
        np.testing.assert_allclose(y, -(log_softmax(a, axis) * chosen).sum() / divisor, rtol=1e-13)
        gradient = engine.cross_entropy_grad(a, index=index, axis=axis, divisor=divisor)
        np.testing.assert_allclose(gradient, (softmax(a, axis) - chosen) / divisor, rtol=1e-12, atol=1e-15)


@engines
def test_logits_of_any_size_overflow_nothing(engine):
    """log(1 + e^-2000) is 0, and 2000 is the loss of the other label."""
    a = np.array([[1000, -1000], [1000, -1000]], np.float32)
    where = {"index": np.array([[0], [1]]), "axis": 1, "divisor": 1}
    assert engine.cross_entropy(a, **where).tolist() == 2000
    assert engine.cross_entropy_grad(a, **where).tolist() == [[0, 0], [1, -1]]


@engines
def test_float16_is_summed_in_float32(engine):
    """4096 losses of log 2 are 2839.1; in float16 a sum would stop at 2048."""
    a, index = np.zeros((4096, 2), np.float16), np.zeros((4096, 1), np.int64)
    total = engine.cross_entropy(a, index=index, axis=1, divisor=1)
    assert (total.dtype, total) == (np.float16, np.float16(4096 * np.log(2)))
    gradient = engine.cross_entropy_grad(a, index=index, axis=1, divisor=2)
    assert (gradient.dtype, gradient[0].tolist()) == (np.float16, [-0.25, 0.25])
