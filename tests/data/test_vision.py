"""MNIST, Fashion-MNIST and CIFAR-10: samples, transforms, and whole sets."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import minitensor as mt
from minitensor.data import DataLoader, TensorDataset
from minitensor.data.datasets import CIFAR10, MNIST, FashionMNIST, VisionDataset
from minitensor.data.transforms import Compose, Normalize, RandomCrop, RandomHorizontalFlip
from served_files import (
    MNIST_NAMES,
    digits,
    photographs,
)

IMAGES, LABELS = MNIST_NAMES["train"]


def message(error_type, call):
    """Return the whole text of the error that the call raises."""
    with pytest.raises(error_type) as error:
        call()
    return str(error.value)


@pytest.mark.parametrize("train", [True, False])
def test_samples_are_images_from_0_to_1_and_labels(train, mnist, tmp_path):
    images, labels = digits(12, 1) if train else digits(5, 2)
    dataset = mnist(tmp_path, train)
    assert len(dataset) == len(labels)
    for index in range(-len(labels), len(labels)):
        image, label = dataset[index]
        assert image.shape == (1, 28, 28)
        assert image.dtype == mt.float32
        np.testing.assert_array_equal(image.numpy()[0], images[index] / np.float32(255))
        assert type(label) is int
        assert label == labels[index]
    assert dataset.images.dtype == mt.uint8
    np.testing.assert_array_equal(dataset.images.numpy(), images[:, None])
    assert dataset.labels.dtype == mt.int64
    np.testing.assert_array_equal(dataset.labels.numpy(), labels)


@pytest.mark.parametrize("train", [True, False])
def test_colours_come_before_rows_and_batches_in_their_order(train, cifar, tmp_path):
    """Though the archive has its files in another order."""
    images, labels = photographs(10, 3) if train else photographs(4, 4)
    dataset = cifar(tmp_path, train)
    np.testing.assert_array_equal(dataset.images.numpy(), images)
    np.testing.assert_array_equal(dataset.labels.numpy(), labels)
    np.testing.assert_array_equal(dataset[1][0].numpy(), images[1] / np.float32(255))


def test_transforms_are_applied_each_time_and_the_set_stays_as_it_is(cifar, tmp_path):
    chain = Compose([RandomCrop(32, padding=4), RandomHorizontalFlip(), Normalize((0.5, 0.5, 0.5), (0.25, 0.25, 0.25))])
    dataset = cifar(tmp_path, transform=chain, target_transform=str)
    before = dataset.images.numpy().copy()
    plain = cifar(tmp_path)
    for _ in range(3):
        mt.manual_seed(4)
        image, label = dataset[2]
        mt.manual_seed(4)
        np.testing.assert_array_equal(image.numpy(), chain(plain[2][0]).numpy())
        assert label == str(plain[2][1])
    image.zero_()
    plain[2][0].zero_()
    np.testing.assert_array_equal(dataset.images.numpy(), before)
    np.testing.assert_array_equal(plain.images.numpy(), before)


def test_all_of_a_set_at_once(mnist, tmp_path):
    """As batches without a transform have it, which are made much faster of it."""
    dataset = mnist(tmp_path)
    images, labels = dataset.tensors()
    assert images.dtype == mt.float32
    whole = next(iter(DataLoader(dataset, batch_size=12)))
    fast = next(iter(DataLoader(TensorDataset(images, labels), batch_size=12)))
    for one, other, expected in zip(whole, fast, (images, labels), strict=True):
        np.testing.assert_array_equal(one.numpy(), expected.numpy())
        np.testing.assert_array_equal(other.numpy(), expected.numpy())


def test_a_set_ends_and_says_what_an_index_is(mnist, tmp_path):
    dataset = mnist(tmp_path)
    assert len(list(dataset)) == 12
    assert message(IndexError, lambda: dataset[12]) == "MNIST: index 12 is out of range, there are 12 samples"
    assert message(IndexError, lambda: dataset[-13]) == "MNIST: index -13 is out of range, there are 12 samples"
    assert dataset[np.int64(3)][1] == dataset[3][1]
    assert message(TypeError, lambda: dataset[1:3]) == (
        "MNIST: an index is an int, got slice(1, 3, None): dataset.images[…] and dataset.labels[…] take slices and arrays"
    )


def test_a_set_can_be_shortened(mnist, tmp_path):
    """By setting its images and labels, as people do with torchvision's."""
    dataset = mnist(tmp_path)
    dataset.images, dataset.labels = dataset.images[:4], dataset.labels[:4]
    assert len(dataset) == len(list(dataset)) == 4


def test_classes_and_their_labels():
    assert MNIST.classes[3] == "3 - three"
    assert FashionMNIST.classes[:2] == ("T-shirt/top", "Trouser")
    assert CIFAR10.classes[6] == "frog"


def test_repr_says_what_it_is(mnist, tmp_path):
    dataset = mnist(tmp_path, False, Compose([RandomCrop(28, 2), Normalize(0.5, 0.5)]), target_transform=str)
    assert repr(dataset) == (
        "Dataset MNIST\n"
        "    Number of datapoints: 5\n"
        f"    Root location: {tmp_path}\n"
        "    Split: Test\n"
        "    Transform: Compose(\n"
        "        RandomCrop(size=28, padding=2, pad_if_needed=False, fill=0, padding_mode='constant')\n"
        "        Normalize(mean=0.5, std=0.5)\n"
        "    )\n"
        "    Target transform: <class 'str'>"
    )
    assert dataset.class_to_idx["1 - one"] == 1


def test_a_set_can_be_sent_to_another_process(mnist, tmp_path):
    dataset = mnist(tmp_path, transform=Normalize(0.5, 0.5))
    again = MNIST.__new__(MNIST)
    again.__dict__.update(pickle.loads(pickle.dumps(dataset.__dict__)))
    np.testing.assert_array_equal(again[3][0].numpy(), dataset[3][0].numpy())


def test_arguments_are_refused(tmp_path):
    expected = "MNIST: transform must be a transform or a function, got 3"
    assert message(TypeError, lambda: MNIST(tmp_path, transform=3)) == expected
    told = message(TypeError, lambda: MNIST(tmp_path, transform=Normalize))
    assert told.startswith("MNIST: transform is the class Normalize: make one of it, Normalize(…)")


def test_a_set_of_ones_own_needs_a_reader(tmp_path):
    own = type("Own", (VisionDataset,), {"mirrors": (), "files": {"train": ()}, "folder": "", "samples": {"train": 0}})
    assert message(NotImplementedError, lambda: own(tmp_path)) == "Own: a set of images defines read(paths, split)"
