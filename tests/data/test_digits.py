"""The digits are all there, scaled, and split in the same way for everybody."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest

import minitensor as mt
from minitensor.data import load_digits


def test_all_samples_have_their_shapes_and_dtypes():
    """1797 images of one channel, between 0 and 1 in steps of 1/16; labels 0 to 9."""
    images, labels = load_digits()
    assert isinstance(images, mt.Tensor)
    assert (images.shape, images.dtype) == ((1797, 1, 8, 8), mt.float32)
    assert (labels.shape, labels.dtype) == ((1797,), mt.int64)
    np.testing.assert_array_equal(np.unique(images.numpy()) * 16, np.arange(17))
    assert not images.requires_grad
    assert not labels.requires_grad


def test_counts_and_checksums_are_those_of_the_data_set():
    """The counts of each digit as UCI publishes them for the test set (optdigits.names), and the sums of all bytes."""
    images, labels = load_digits()
    assert np.bincount(labels.numpy()).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    label_bytes = labels.numpy().astype(np.uint8).tobytes()
    assert hashlib.sha256(label_bytes).hexdigest() == "8ba4f891220f5e4c9c819638d1602d74b83618f167043c6da52a2a247841ddf0"
    pixel_bytes = (images.numpy() * 16).astype(np.uint8).tobytes()
    assert hashlib.sha256(pixel_bytes).hexdigest() == "8f26b2bd9d135c256808f68f14fdabddde6d9c7f869ae419704b051f0f14b3b3"


def test_first_sample_is_a_zero():
    """Its rows as they stand in the file: a ring of ink."""
    images, labels = load_digits()
    assert labels[0].item() == 0
    rows = [[0, 0, 5, 13, 9, 1, 0, 0], [0, 0, 13, 15, 10, 15, 5, 0], [0, 3, 15, 2, 0, 11, 8, 0]]
    assert (images[0, 0, :3] * 16).tolist() == rows


def test_splits_are_disjoint_complete_and_hold_every_digit():
    """Every fifth sample, the fourth from 0 on, is for the test; both parts keep the order."""
    images, labels = (part.numpy() for part in load_digits())
    train_images, train_labels = (part.numpy() for part in load_digits("train"))
    test_images, test_labels = (part.numpy() for part in load_digits("test"))
    assert (len(train_images), len(test_images)) == (1438, 359)
    np.testing.assert_array_equal(test_images, images[4::5])
    np.testing.assert_array_equal(test_labels, labels[4::5])
    np.testing.assert_array_equal(train_images, np.delete(images, np.s_[4::5], axis=0))
    np.testing.assert_array_equal(train_labels, np.delete(labels, np.s_[4::5]))
    assert np.bincount(test_labels, minlength=10).min() > 20


def test_each_call_answers_with_memory_of_its_own():
    """What is done to one answer does not show in the next."""
    load_digits()[0].zero_()
    assert load_digits()[0].sum().item() > 0


def test_unknown_split_is_refused():
    """By the whole message."""
    with pytest.raises(ValueError) as error:  # noqa: PT011  # compared as a whole
        load_digits("valid")
    assert str(error.value) == 'load_digits: split is "train", "test" or None for all samples, got \'valid\''


def test_import_of_minitensor_leaves_the_data_alone():
    """Neither the package's data part nor gzip is loaded before it is used."""
    code = "import sys, numpy; before = set(sys.modules); import minitensor; print(*sorted(set(sys.modules) - before))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"gzip", "csv", "minitensor.data", "minitensor.data.digits", "minitensor.utils"} & set(loaded)
