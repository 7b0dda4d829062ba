"""From samples to a batch: stacking what can be stacked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from minitensor.creation import as_tensor, from_numpy, tensor
from minitensor.dtypes import SUPPORTED
from minitensor.errors import ShapeError
from minitensor.functions.shape import stack
from minitensor.tensor import Tensor


def default_collate(batch: Sequence[Any]) -> Any:
    """Stack samples along a new first axis, each part of them on its own.

    Parameters
    ----------
    batch : sequence
        Tensors, arrays or numbers; or tuples, lists or dicts of these, all alike. Anything else, such as strings, stays in a
        list.

    Returns
    -------
    Tensor, or a tuple, list or dict of these
        Python's floats become the default dtype.

    Raises
    ------
    ShapeError
        Tensors or arrays differ in shape.
    ValueError
        There are no samples, or they differ in how many parts or in which keys they have.
    TypeError
        Arrays are of a dtype that tensors don't have.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.data.default_collate([(mt.ones(2), 3), (mt.zeros(2), 4)])
    (tensor([[1., 1.],
            [0., 0.]]), tensor([3, 4]))
    >>> mt.data.default_collate([{"name": "a", "size": 1.5}, {"name": "b", "size": 2.0}])
    {'name': ['a', 'b'], 'size': tensor([1.5000, 2.0000])}

    References
    ----------
    As PyTorch's `torch.utils.data.default_collate`, but tuples stay tuples.
    """
    if not len(batch):
        raise ValueError(
            "default_collate: a batch is of one sample or more, got none: a batch_sampler gives indices for each"
        )
    first = batch[0]
    if isinstance(first, (Tensor, np.ndarray)):
        return _stacked(batch)
    if isinstance(first, (str, bytes)):  # those of NumPy, too
        return list(batch)
    if isinstance(first, np.generic):
        return tensor(np.array(batch))
    if isinstance(first, (int, float)):
        numbers = np.array(batch)
        return from_numpy(numbers) if numbers.dtype in (np.int64, np.bool_) else tensor(list(batch))
    if isinstance(first, Mapping):
        if others := [set(sample) for sample in batch if set(sample) != set(first)]:
            found = f"got {sorted(map(str, first))} and {sorted(map(str, others[0]))}"
            raise ValueError(f"DataLoader: the samples of a batch need the same keys, {found}")
        return _like(first, {key: default_collate([sample[key] for sample in batch]) for key in first})
    if isinstance(first, (tuple, list)):
        sizes = sorted({len(sample) for sample in batch})
        if len(sizes) > 1:
            found = f"got {sizes[0]} and {sizes[-1]}"
            raise ValueError(f"DataLoader: the samples of a batch need the same number of parts, {found}")
        return _like(first, [default_collate(part) for part in zip(*batch, strict=True)])
    return list(batch)


def default_convert(data: Any) -> Any:
    """Make tensors of the arrays in one sample, and leave all else as it is.

    What a `DataLoader` does with each sample where `batch_size` is None. As PyTorch's `torch.utils.data.default_convert`.

    Parameters
    ----------
    data : object
        A sample, or a tuple, list or dict of its parts.

    Returns
    -------
    object

    Examples
    --------
    >>> import numpy as np
    >>> default_convert((np.zeros(2), [np.float32(1.5)], "name", 3))
    (tensor([0., 0.], dtype=float64), [tensor(1.5000)], 'name', 3)
    """
    if isinstance(data, (str, bytes)):
        return data
    if isinstance(data, (np.ndarray, np.generic)):
        return as_tensor(data) if data.dtype in SUPPORTED else data
    if isinstance(data, Mapping):
        return _like(data, {key: default_convert(value) for key, value in data.items()})
    if isinstance(data, (tuple, list)):
        return _like(data, [default_convert(part) for part in data])
    return data


def _stacked(samples: Sequence[Any]) -> Tensor:
    """Tensors or arrays along a new first axis; at once where they are alike and none has a history."""
    arrays = [_plain(sample) for sample in samples]
    first = arrays[0]
    if first is None or first.ndim == 0:
        return _with_history(samples)
    if all(array is not None and array.shape == first.shape and array.dtype == first.dtype for array in arrays):
        return from_numpy(np.concatenate(arrays).reshape(len(arrays), *first.shape))  # (n, ...)
    return _with_history(samples)


def _with_history(samples: Sequence[Any]) -> Tensor:
    """Tensors or arrays along a new first axis, of whatever kinds."""
    tensors = [as_tensor(sample) for sample in samples]
    for number, one in enumerate(tensors):
        if one.shape != tensors[0].shape:
            found = f"sample 0 of the batch has the shape {tuple(tensors[0].shape)}, sample {number} {tuple(one.shape)}"
            raise ShapeError(f"DataLoader: {found}: transforms may pad or crop them, or collate_fn make something else")
    return stack(tensors)


def _plain(sample: Any) -> Any:
    """The array of a sample that no gradient goes to."""
    if isinstance(sample, Tensor):
        return None if sample.requires_grad else sample._array
    return sample if isinstance(sample, np.ndarray) else None


def _like(first: Any, parts: Any) -> Any:
    """What has these parts, of the kind of `first`; a plain dict, list or tuple where that kind can't be made of them."""
    kind: Callable[..., Any] = type(first)
    try:
        return kind(*parts) if hasattr(first, "_fields") else kind(parts)  # a namedtuple takes its parts one by one
    except TypeError:
        return tuple(parts) if isinstance(first, tuple) else parts
