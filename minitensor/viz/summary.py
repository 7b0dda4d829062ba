"""What a model consists of, layer by layer, and what one forward pass costs: `summary(model, input_size)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minitensor.creation import rand, tensor, zeros
from minitensor.dtypes import as_dtype, get_default_dtype
from minitensor.geometry import int_of
from minitensor.nn.module import Module
from minitensor.tensor import Tensor
from minitensor.viz.summary_run import Call, expected_axes, run, tensors_in
from minitensor.viz.summary_table import Row, Summary

__all__ = ["Row", "Summary", "summary"]


def summary(
    model: Module,
    input_size: Sequence[Any] | None = None,
    *,
    input_data: Any = None,
    batch_dim: int | None = None,
    depth: int | None = None,
    dtypes: DTypeLike | Sequence[DTypeLike] | None = None,
) -> Summary:
    """List a model's layers with their kernels, output shapes, parameters and multiply-adds.

    The model runs once, in evaluation mode and without recording, on random numbers from [0, 1) that are the same every
    time. It is left as it was, with its buffers, gradients and hooks, and so is the shared random generator.

    What is counted as multiply-adds is what torchinfo counts. Each layer without layers in it has, for each of its calls,

        the sum over its parameters of size(parameter) * times

    where the times that a weight or a bias is used are, for an output y,

    - in a convolution, transposed or not, the cells of y without the channels: N*H*W of (N, C, H, W). A class is a
      convolution if it, or one that it is derived from, has "Conv" in its name.
    - in Linear, the rows of y: N of (N, F).
    - in all other layers, batch normalisation too, the length of y's first axis: N.
    - if the parameter's name only contains "weight" or "bias", as "weight_ih" does, the product of the first two: N*T of
      (N, T, F). Parameters with other names count 0 times.

    So parameters are counted, and nothing that works without them: no activation, no pooling.

    Where torchinfo miscounts, the answers are others: without a batch axis (it takes the first axis for that), for a Linear
    on (N, T, F) (it counts N rows and not N*T), for a convolution's subclass without "Conv" in its name, for a parameter
    that two layers hold (it counts both), and in the bytes of outputs of several tensors (it counts one of them) and of
    parameters that a module holds beside layers (it leaves them out).

    Parameters
    ----------
    model : Module
    input_size : tuple of int, or a list of such tuples
        The input's shape, the batch axis included; or that of each of several inputs.
    input_data : Tensor, list or dict, optional
        What the model is called with instead: the input, the list of its arguments, or the dict of its keyword arguments.
    batch_dim : int, optional
        Where to put a batch axis of length 1 into each input size that is without.
    depth : int, optional
        How many levels below the model are printed; one row then stands for what is in it. All, unless given.
    dtypes : dtype or list of dtype, optional
        The inputs' dtypes: the parameters' floating dtype, unless given. Integers and booleans are all 0.

    Returns
    -------
    Summary
        Prints as a table. Its rows and totals are attributes.

    Raises
    ------
    TypeError
        The model is no Module, or the input's size or data are of another type.
    ValueError
        A size is below 1, or the arguments do not go together.
    ShapeError
        The model does not fit the input's shape: the error names the layer.
    RuntimeError
        The model's forward pass raised any other error: the error names the layer that was reached last.

    Examples
    --------
    >>> import minitensor as mt
    >>> model = mt.nn.Sequential(mt.nn.Conv2d(1, 8, 5), mt.nn.ReLU(), mt.nn.Flatten(), mt.nn.Linear(4608, 10))
    >>> report = summary(model, (32, 1, 28, 28))
    >>> print(report)
    Sequential, called with (32, 1, 28, 28)
    <BLANKLINE>
    path     layer       kernel  output shape     parameters  multiply-adds
    ───────────────────────────────────────────────────────────────────────
    (model)  Sequential          (32, 10)                  -              -
    ├─ 0     Conv2d      5x5     (32, 8, 24, 24)         208      3,833,856
    ├─ 1     ReLU                (32, 8, 24, 24)           -              -
    ├─ 2     Flatten             (32, 4608)                -              -
    └─ 3     Linear              (32, 10)             46,090      1,474,880
    ───────────────────────────────────────────────────────────────────────
    parameters                                   46,298    46.3 k
    trainable parameters                         46,298    46.3 k
    multiply-adds                             5,308,736     5.3 M
    bytes of the input                          100,352  100.4 kB
    bytes of the outputs and their gradients  1,182,208    1.2 MB
    bytes of the parameters                     185,192  185.2 kB
    bytes in all                              1,467,752    1.5 MB
    >>> report.rows[1].path, report.rows[1].kernel, report.rows[1].output_shape
    ('0', (5, 5), (32, 8, 24, 24))
    >>> report.multiply_adds == (8 * 25 + 8) * 32 * 24 * 24 + (4608 * 10 + 10) * 32
    True

    References
    ----------
    torchinfo 1.8, `torchinfo.summary`.
    """
    if not isinstance(model, Module):
        raise TypeError(f"summary: the model is a Module, got {type(model).__name__}")
    levels = None if depth is None else int_of(depth, "depth", "summary", 0)
    args, kwargs = _inputs(model, input_size, input_data, batch_dim, dtypes)
    root = run(model, args, kwargs)
    calls = list(root.walk())
    parameters = list(model.parameters())
    return Summary(
        model=type(model).__name__,
        rows=_rows(calls),
        total_parameters=sum(parameter.numel() for parameter in parameters),
        trainable_parameters=sum(parameter.numel() for parameter in parameters if parameter.requires_grad),
        multiply_adds=sum(call.multiply_adds for call in calls),
        input_bytes=sum(one.nbytes for one in tensors_in([args, kwargs])),
        output_bytes=2 * sum(call.output_bytes for call in calls if call.is_layer and any(call.module.named_parameters())),
        parameter_bytes=sum(parameter.nbytes for parameter in parameters),
        depth=levels,
    )


def _rows(calls: list[Call]) -> tuple[Row, ...]:
    """A row for each call; each parameter is counted in the first row of a layer that holds it itself."""
    rows: list[Row] = []
    counted: set[int] = set()
    for call in calls:
        module = call.module
        held = {id(one): one.numel() for one in module.parameters(recurse=False) if id(one) not in counted}
        counted.update(held)
        rows.append(
            Row(
                path=call.path,
                layer=type(module).__name__,
                depth=call.depth,
                kernel=_kernel(module),
                input_shape=call.input_shape,
                output_shape=call.output_shape,
                parameters=sum(one.numel() for one in module.parameters()),
                trainable=sum(one.numel() for one in module.parameters() if one.requires_grad),
                multiply_adds=sum(one.multiply_adds for one in call.walk()),
                counted=sum(held.values()),
                call=call.number,
            )
        )
    return tuple(rows)


def _kernel(module: Module) -> tuple[int, ...] | None:
    """The kernel's sizes: one for each spatial axis, where the layer says how many there are."""
    size = getattr(module, "kernel_size", None)
    if isinstance(size, int):
        return (size,) * getattr(module, "rank", 1)
    return tuple(size) if isinstance(size, (tuple, list)) else None


# The input


def _inputs(
    model: Module, input_size: Any, input_data: Any, batch_dim: int | None, dtypes: Any
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What the model is called with."""
    if input_size is not None and input_data is not None:
        raise ValueError("summary: pass input_size or input_data, not both")
    if input_size is not None:
        return _made(model, input_size, batch_dim, dtypes), {}
    if input_data is None:
        axes = expected_axes(model)
        size = f"({', '.join(axes[1])}), as the layer {axes[0]!r} expects it" if axes else "the tuple of its axes' lengths"
        raise TypeError(f"summary: input_size is missing: pass input_size={size}, or an input as input_data")
    for name, value in (("batch_dim", batch_dim), ("dtypes", dtypes)):
        if value is not None:
            raise ValueError(f"summary: {name} goes with input_size; input_data is taken as it is")
    if isinstance(input_data, Mapping):
        return (), {name: _as_tensor(value) for name, value in input_data.items()}
    if isinstance(input_data, (list, tuple)):
        return tuple(map(_as_tensor, input_data)), {}
    if tensors_in(_as_tensor(input_data)):
        return (_as_tensor(input_data),), {}
    raise TypeError(
        "summary: input_data is a tensor, a list of the model's arguments or a dict of its keyword arguments, "
        f"got {type(input_data).__name__}"
    )


def _as_tensor(value: Any) -> Any:
    return tensor(value) if isinstance(value, np.ndarray) else value


def _made(model: Module, input_size: Any, batch_dim: int | None, dtypes: Any) -> tuple[Tensor, ...]:
    """An input of each size."""
    sizes = [_with_batch(size, batch_dim) for size in _sizes(input_size)]
    floating = (one.dtype for one in model.parameters() if one.is_floating_point())
    wanted = next(floating, get_default_dtype()) if dtypes is None else dtypes
    each = wanted if isinstance(wanted, (list, tuple)) else [wanted] * len(sizes)
    if len(each) != len(sizes):
        raise ValueError(f"summary: dtypes needs one entry for each input: {len(sizes)} in all, got {len(each)}")
    generator = np.random.default_rng(0)
    return tuple(
        rand(size, dtype=dtype, generator=generator) if dtype.kind == "f" else zeros(size, dtype=dtype)
        for size, dtype in zip(sizes, map(as_dtype, each), strict=True)
    )


def _sizes(input_size: Any) -> list[tuple[int, ...]]:
    """The size of each input, checked."""
    sequences = (tuple, list)
    several = isinstance(input_size, sequences) and all(isinstance(size, sequences) for size in input_size)
    sizes = [tuple(size) if isinstance(size, sequences) else size for size in (input_size if several else [input_size])]
    if not sizes or any(not isinstance(size, tuple) or any(isinstance(one, sequences) for one in size) for size in sizes):
        raise TypeError(
            "summary: input_size is the tuple of the axes' lengths, as in (32, 1, 28, 28), or a list of such tuples, "
            f"one for each input, got {input_size!r}"
        )
    return [tuple(_length(one, size) for one in size) for size in sizes]


def _length(length: Any, size: tuple[Any, ...]) -> int:
    """An axis's length, checked."""
    if isinstance(length, bool) or not isinstance(length, (int, np.integer)) or length < 1:
        raise ValueError(f"summary: the lengths in input_size are whole numbers from 1 on, got {length!r} in {size}")
    return int(length)


def _with_batch(size: tuple[int, ...], batch_dim: int | None) -> tuple[int, ...]:
    """The size with an axis of length 1 where the batch belongs."""
    if batch_dim is None:
        return size
    axis = int_of(batch_dim, "batch_dim", "summary", 0)
    if axis > len(size):
        raise ValueError(f"summary: batch_dim must be from 0 to {len(size)} for the input size {size}, got {axis}")
    return (*size[:axis], 1, *size[axis:])
