"""Shows that a product of matrices is the same whether BLAS's threads, one of ours or several work it out."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
from minitensor import blas, threads
from minitensor.kernels.numpy_ import linalg

SHAPES = [
    ((300, 20), (20, 7)),
    ((7, 20), (20, 300)),
    ((1, 500), (500, 40)),
    ((5, 30, 20), (5, 20, 6)),
    ((5, 30, 20), (20, 6)),
    ((30, 20), (5, 20, 6)),
    ((1, 30, 20), (5, 20, 6)),
    ((2, 1, 30, 20), (3, 20, 6)),
    ((2, 3, 30, 20), (2, 1, 20, 6)),
    ((400, 30), (30,)),
    ((30,), (30, 400)),
    ((20000,), (20000,)),
    ((0, 20), (20, 300)),
    ((300, 0), (0, 300)),
]


@pytest.fixture(autouse=True)
def _number_given_back():
    before = mt.get_num_threads()
    yield
    mt.set_num_threads(before)


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("share", [100, 10**9])
@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("dtype", ["float64", "int64", "float16"])
def test_the_product_is_numpys_however_many_threads_share_it(monkeypatch, number, share, shapes, dtype):
    monkeypatch.setattr(threads, "SHARE", share)
    mt.set_num_threads(number)
    rng = np.random.default_rng(0)
    a, b = (rng.integers(-1, 2, shape).astype(dtype) for shape in shapes)  # small integers: exact in every order
    expected = np.matmul(a.astype("int64"), b.astype("int64"))
    found = linalg.matmul(a, b)
    assert found.dtype == a.dtype
    assert np.array_equal(found, expected)
    assert np.array_equal(
        linalg.matmul(a, b[..., ::-1]) if b.ndim > 1 else found, expected[..., ::-1] if b.ndim > 1 else expected
    )


def test_products_keep_blas_to_one_thread_and_give_it_back(monkeypatch):
    libraries = blas.blas_libraries()
    before = [library.get_num_threads() for library in libraries]
    inside = []

    def counted(*operands, **parameters):
        inside.extend(library.get_num_threads() for library in libraries)
        return real(*operands, **parameters)

    real = np.matmul
    monkeypatch.setattr(linalg.np, "matmul", counted)
    try:
        for library in libraries:
            library.set_num_threads(2)
        linalg.matmul(np.ones((200, 100)), np.ones((100, 50)))
        assert inside == [1] * len(libraries)
        assert [library.get_num_threads() for library in libraries] == [2] * len(libraries)
    finally:
        for library, count in zip(libraries, before, strict=True):
            library.set_num_threads(count)
