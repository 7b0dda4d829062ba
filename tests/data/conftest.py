"""Small sets of photographs, in files as large ones have."""

from __future__ import annotations

import pytest

from served_files import placed, small_cifar, small_mnist


@pytest.fixture
def mnist(tmp_path):
    """A class like MNIST whose files are there."""
    return placed(small_mnist([]), tmp_path, "MNIST/raw")


@pytest.fixture
def cifar(tmp_path):
    """A class like CIFAR10 whose file is there."""
    return placed(small_cifar([]), tmp_path, "")
