"""What the tests of saving share: objects in files that are in memory, and whether two objects are the same to the byte."""

from __future__ import annotations

import io
import struct

import numpy as np

import minitensor as mt

FORMATS = ("npz", "safetensors")


def file_of(obj, format):
    """The bytes of the file that an object is saved to."""
    file = io.BytesIO()
    mt.save(obj, file, format=format)
    return file.getvalue()


def loaded(data):
    """The object in a file of these bytes."""
    return mt.load(io.BytesIO(data))


def kept(obj, format):
    """The object after it was saved and loaded."""
    return loaded(file_of(obj, format))


def said(obj):
    """All of an object in comparable form: types, keys in their order, dtypes, shapes and bytes."""
    kind = type(obj).__name__
    if isinstance(obj, dict):
        return kind, [(said(key), said(value)) for key, value in obj.items()]
    if isinstance(obj, (list, tuple)):
        return kind, [said(value) for value in obj]
    if isinstance(obj, (mt.Tensor, np.ndarray, np.generic)):
        array = np.asarray(obj)
        return kind, array.dtype.str, array.shape, array.tobytes()
    if isinstance(obj, float):
        return kind, struct.pack(">d", obj)
    return kind, obj


def small_model():
    """A module with parameters, running statistics and a count."""
    return mt.nn.Sequential(mt.nn.Conv2d(1, 2, 2), mt.nn.BatchNorm2d(2), mt.nn.Linear(2, 2))
