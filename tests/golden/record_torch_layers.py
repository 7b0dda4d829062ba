"""Writes torch_layers.npz: what PyTorch (CPU, float64) answers for the layers beside the convolutions.

A case is one line of Python that both libraries understand ("F.max_pool2d(x, 2)", "mt.maximum(x, y)"), and it is its own
name. The file holds

- "cases": a JSON list of {"expression", "leaves", "arrays"}, where "arrays" lists [name, dtype, shape] of what follows;
- "values": all arrays of all cases, one after another, flat, in that order, as float64;
- "promotion": a JSON table of result dtypes, {"array + array": {"bool": {"uint8": "uint8", ...}, ...}, ...}, null where
  PyTorch refuses the operands.

The arrays of a case: the tensors that its expression names; y, the answer (and "indices", where the answer is a pair); g,
what arrives at y; for each leaf k its gradient "gk" and a direction "vk"; and the second order "hk", the gradient of the
sum over k of sum(gk * vk) with respect to the leaf k or to g, where it is not zero by structure. "after m" is the
buffer m after the call. The cases of BatchNorm modules have "steps": the module is called with x0, x1, x2 in training and
then with x2 in evaluation, "y0" to "y3" are the answers, "after mean 0", "after var 0", "after count 0" ... the buffers.
"""

from __future__ import annotations

import json
import operator
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
SIZES = {1: (10,), 2: (8, 7), 3: (6, 5, 4)}
DTYPES = ("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64")
OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "<": operator.lt,
    "==": operator.eq,
}
SCALARS = {"bool": True, "int": 2, "float": 2.5}

rng = np.random.default_rng(20261121)
cases: list[dict] = []
values: list[np.ndarray] = []


def draw(*shape, low=-8, high=8):
    """Return multiples of 1/8 from low/8 to high/8; a narrow range makes ties."""
    return rng.integers(low, high + 1, shape) / 8


def add(case, arrays):
    """Append a case, with its arrays as numbers."""
    arrays = {name: a.numpy(force=True) if isinstance(a, torch.Tensor) else np.asarray(a) for name, a in arrays.items()}
    case["arrays"] = [[name, a.dtype.name, a.shape] for name, a in arrays.items()]
    cases.append(case)
    values.extend(a.astype(np.float64).ravel() for a in arrays.values())


def record(expression, leaves="x", after=(), order=2, **inputs):
    """Record one expression: its answer, its gradients in the leaves, and the gradients of those."""
    tensors = {name: torch.tensor(np.asarray(a)) for name, a in inputs.items()}
    for k in leaves:
        tensors[k].requires_grad_()
    y = eval(expression, {"mt": torch, "F": torch.nn.functional, **tensors})
    arrays = dict(inputs)
    y, *indices = y if isinstance(y, tuple) else (y,)
    arrays |= {"y": y} | ({"indices": indices[0]} if indices else {})
    arrays |= {f"after {name}": tensors[name] for name in after}
    g = torch.tensor(draw(*y.shape) + 1 / 16, requires_grad=True)
    v = {k: torch.tensor(draw(*np.shape(inputs[k]))) for k in leaves}
    first = dict(zip(leaves, torch.autograd.grad(y, [tensors[k] for k in leaves], g, create_graph=True), strict=True))
    arrays |= {"g": g} | {f"g{k}": gradient for k, gradient in first.items()}
    if order == 2:
        wanted = [*(tensors[k] for k in leaves), g]
        second = torch.autograd.grad(sum((first[k] * v[k]).sum() for k in leaves), wanted, allow_unused=True)
        arrays |= {f"v{k}": direction for k, direction in v.items()}
        arrays |= {f"h{k}": h for k, h in zip([*leaves, "g"], second, strict=True) if h is not None}
    add({"expression": expression, "leaves": list(leaves)}, arrays)


def record_steps(expression, *shape):
    """Record three training steps of a normalisation module and one call in evaluation."""
    module = eval(expression, {"mt": torch})
    inputs = {f"x{i}": draw(*shape) for i in range(3)}
    arrays = dict(inputs)
    for i in range(4):
        module.train(i < 3)
        arrays[f"y{i}"] = module(torch.tensor(inputs[f"x{min(i, 2)}"])).detach()
        if module.running_mean is not None:
            arrays |= {
                f"after mean {i}": module.running_mean.clone(),
                f"after var {i}": module.running_var.clone(),
                f"after count {i}": module.num_batches_tracked.clone(),
            }
    add({"expression": expression, "leaves": [], "steps": 4}, arrays)


def pooling():
    """Max, average and adaptive average pooling; the inputs of max pooling are full of ties."""
    for d, sizes in SIZES.items():

        def ties(*lead, sizes=sizes):
            return draw(*lead, *sizes, low=-2, high=2)

        for options in (
            "2",
            "3, stride=2",
            "3, stride=1, padding=1",
            "2, stride=2, dilation=2",
            "3, stride=3, ceil_mode=True",
            "2, stride=3, padding=1, ceil_mode=True",
            "3, stride=2, padding=1, dilation=2, ceil_mode=True",
        ):
            record(f"F.max_pool{d}d(x, {options}, return_indices=True)", x=ties(1, 2))
        record(f"F.max_pool{d}d(x, 3, 2)", x=ties(2, 1))
        record(f"F.max_pool{d}d(x, 2, 1)", x=ties(2))  # no batch axis
        for options in (
            "2",
            "3, stride=2",
            "3, stride=2, padding=1",
            "3, stride=2, padding=1, count_include_pad=False",
            "3, stride=3, ceil_mode=True",
            "2, stride=3, padding=1, ceil_mode=True",
            "3, stride=3, padding=1, ceil_mode=True, count_include_pad=False",
        ):
            record(f"F.avg_pool{d}d(x, {options})", x=draw(1, 2, *sizes))
        if d > 1:
            record(f"F.avg_pool{d}d(x, 2, divisor_override=3)", x=draw(1, 2, *sizes))
            record(f"F.avg_pool{d}d(x, 3, stride=2, padding=1, ceil_mode=True, divisor_override=5)", x=draw(1, 2, *sizes))
        record(f"F.avg_pool{d}d(x, 2, 1)", x=draw(2, *sizes))
        for output in {1: ("4", "1", "12"), 2: ("(3, 4)", "(None, 3)", "5", "1"), 3: ("(4, 2, 3)", "(2, None, 3)", "1")}[d]:
            record(f"F.adaptive_avg_pool{d}d(x, {output})", x=draw(1, 2, *sizes))
        record(f"F.adaptive_avg_pool{d}d(x, 3)", x=draw(2, *sizes))
    record(
        "F.max_pool2d(x, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2), return_indices=True)",
        x=draw(1, 2, 8, 7, low=-2, high=2),
    )
    record(
        "F.max_pool3d(x, (1, 2, 3), stride=(1, 2, 1), padding=(0, 1, 1), return_indices=True)",
        x=draw(1, 2, 4, 5, 4, low=-2, high=2),
    )
    record("F.avg_pool2d(x, (3, 2), stride=(2, 1), padding=(1, 0))", x=draw(1, 2, 8, 7))


def normalisation():
    """Batch normalisation with its running statistics."""
    for shape in ([5, 3], [2, 3, 4], [2, 3, 3, 2], [2, 3, 2, 2, 2]):

        def arrays(shape=shape):
            affine = {"w": draw(3) + 1, "b": draw(3)}
            return {"x": draw(*shape)} | affine | {"m": draw(3), "v": draw(3, low=4)}

        record("F.batch_norm(x, m, v, w, b, training=True)", "xwb", "mv", **arrays())
        record("F.batch_norm(x, m, v, w, b, training=True, momentum=0.3, eps=1e-3)", "xwb", "mv", **arrays())
        record("F.batch_norm(x, m, v, w, b, training=False, eps=1e-2)", "xwb", "mv", **arrays())
        record("F.batch_norm(x, m, v)", "x", "mv", **{k: a for k, a in arrays().items() if k in "xmv"})
        record("F.batch_norm(x, m, v, training=True)", "x", "mv", **{k: a for k, a in arrays().items() if k in "xmv"})
        record("F.batch_norm(x, None, None, w, b, True)", "xwb", **{k: a for k, a in arrays().items() if k in "xwb"})
    for d, shape in ((1, [4, 3]), (1, [2, 3, 4]), (2, [2, 3, 3, 2]), (3, [2, 3, 2, 2, 2])):
        for options in ("", ", momentum=None", ", momentum=0.3, eps=1e-3", ", track_running_stats=False", ", affine=False"):
            record_steps(f"mt.nn.BatchNorm{d}d(3{options}, dtype=mt.float64)", *shape)


def losses():
    """Cross entropy, squared error, and the two softmaxes."""
    target = [2, 0, 4, 2, 1]
    for options in (
        "",
        "reduction='sum'",
        "reduction='none'",
        "ignore_index=2",
        "ignore_index=2, reduction='none'",
        "label_smoothing=0.1",
        "label_smoothing=0.1, ignore_index=2",
        "label_smoothing=0.2, reduction='none'",
        "label_smoothing=0.2, reduction='sum'",
    ):
        comma = ", " if options else ""
        record(f"F.cross_entropy(x, t{comma}{options})", x=draw(5, 6), t=target)
        record(f"F.cross_entropy(x, t, weight=w{comma}{options})", x=draw(5, 6), t=target, w=draw(6, low=1))
    record("F.cross_entropy(x, t)", x=draw(5, 6), t=[-100, 0, -100, 2, 1])
    record("F.cross_entropy(x, t)", order=1, x=draw(2, 6), t=[-100, -100])  # nothing is left to average
    record("F.cross_entropy(x, t, reduction='sum')", x=draw(2, 6), t=[-100, -100])
    record("F.cross_entropy(x, t)", x=draw(6), t=4)  # no batch axis
    record("F.cross_entropy(x, t, reduction='none', label_smoothing=0.1)", x=draw(6), t=4)
    for options in (
        "",
        ", reduction='sum'",
        ", reduction='none'",
        ", label_smoothing=0.1",
        ", ignore_index=3",
        ", weight=w",
        ", weight=w, reduction='none'",
    ):
        weight = {"w": draw(4, low=1)} if "weight" in options else {}
        record(f"F.cross_entropy(x, t{options})", x=draw(2, 4, 3, 2), t=rng.integers(0, 4, (2, 3, 2)), **weight)
    record("F.cross_entropy(x, t)", x=draw(2, 4, 3), t=rng.integers(0, 4, (2, 3)))
    for options in (
        "",
        ", reduction='sum'",
        ", reduction='none'",
        ", label_smoothing=0.1",
        ", weight=w",
        ", weight=w, label_smoothing=0.1, reduction='none'",
    ):
        weight = {"w": draw(4, low=1)} if "weight" in options else {}
        record(f"F.cross_entropy(x, p{options})", "xp", x=draw(3, 4), p=draw(3, 4, low=0), **weight)
    record("F.cross_entropy(x, p)", "xp", x=draw(2, 4, 3), p=draw(2, 4, 3, low=0))
    record("F.cross_entropy(x, p)", "xp", x=draw(4), p=draw(4, low=0))
    for options in ("", ", reduction='sum'", ", reduction='none'"):
        record(f"F.mse_loss(x, t{options})", "xt", x=draw(3, 4), t=draw(3, 4))
    for name in ("softmax", "log_softmax"):
        for dim in (0, 1, 2, -1):
            record(f"F.{name}(x, dim={dim})", x=draw(2, 3, 4))
        record(f"F.{name}(x, dim=1)", x=[[1000.0, 0.0, -1000.0], [1000.0, 1000.0, 999.0]])  # exp overflows


def layers():
    """Linear and the pointwise nonlinearities."""
    for shape in ([2, 3], [3], [2, 4, 3], [0, 3]):
        record("F.linear(x, w, b)", "xwb", x=draw(*shape), w=draw(5, 3), b=draw(5))
        record("F.linear(x, w)", "xw", x=draw(*shape), w=draw(5, 3))
    record("F.relu(x)", x=[-1.0, -0.0, 0.0, 0.5, 2.0])
    record("mt.relu(x)", x=draw(3, 4))
    for name in ("sigmoid", "tanh"):
        record(f"mt.{name}(x)", x=draw(3, 4))
        record(f"mt.{name}(x)", x=[-800.0, -30.0, 0.0, 30.0, 800.0])


def elementwise():
    """Pointwise operations at the points where their derivative is a choice."""
    edges = [-1.0, -0.5, 0.0, 0.5, 1.0]
    record("x.abs()", x=edges)
    for bounds in ("-0.5, 0.5", "min=-0.5", "max=0.5", "min=0.5, max=-0.5"):
        record(f"x.clamp({bounds})", x=edges)
    for name in ("maximum", "minimum"):
        record(f"mt.{name}(x, z)", "xz", x=draw(4, 5, low=-2, high=2), z=draw(5, low=-2, high=2))
    for exponent in ("1", "2", "3"):
        record(f"x ** {exponent}", x=[0.0, 0.5, 2.0])
    for exponent in ("0", "0.5", "-1", "1.5"):
        record(f"x ** {exponent}", order=1, x=[0.0, 0.5, 2.0])
    for exponent in ("0.5", "-1", "1.5", "-2"):
        record(f"x ** {exponent}", x=[0.25, 0.5, 2.0])
    record("x ** z", "xz", x=[0.5, 1.0, 2.0], z=[2.0, -1.0, 0.5])
    record("x ** z", "xz", order=1, x=[0.0, 0.0, 0.0], z=[0.0, 1.0, 2.0])
    record("2 ** x", x=edges)
    record("0 ** x", order=1, x=[0.0, 1.0, 2.0])
    record("x.sqrt()", order=1, x=[0.0, 0.25, 4.0])
    record("x.sqrt()", x=[0.25, 0.5, 4.0])
    record("mt.where(c, x, z)", "xz", x=draw(3, 4), z=draw(4), c=draw(3, 4) > 0)
    record("mt.where(x > 0, x, 0.0)", x=draw(3, 4))
    for name in ("+", "-", "*", "/"):
        record(f"x {name} z", "xz", x=draw(3, 1, 4), z=draw(2, 1, low=1))
    record("mt.exp(x)", x=draw(5))
    record("mt.log(x)", x=draw(5, low=1))


def reductions():
    """Reductions: sums, products, extremes with ties, norms at 0."""

    def ties():
        return draw(3, 4, low=-1, high=1)

    for name in ("max", "min"):
        record(f"x.{name}()", x=ties())
        for options in ("dim=1", "dim=0", "dim=0, keepdim=True"):
            record(f"x.{name}({options})", x=ties())
        for options in ("dim=1", "dim=(0, 1)", "dim=-1, keepdim=True", ""):
            record(f"x.a{name}({options})", x=ties())
    one, two = np.array([0.5, 0.0, 2.0, -1.0]), np.array([0.0, 0.5, 0.0, 3.0])
    for x in (one, two, np.array([0.5, 2.0, -1.0])):
        record("x.prod()", x=x)
    record("x.prod(dim=1)", x=np.stack([one, two, one + 1, 0 * one]))
    record("x.prod(dim=0, keepdim=True)", x=np.stack([one, two, one + 1]))
    for name in ("sum", "mean"):
        for options in ("", "dim=0", "dim=(0, 2)", "dim=-1, keepdim=True"):
            record(f"x.{name}({options})", x=draw(2, 3, 4))
    for name in ("var", "std"):
        for options in ("", "dim=0", "dim=(0, 2)", "dim=1, unbiased=False", "dim=(1, 2), correction=0, keepdim=True"):
            record(f"x.{name}({options})", x=draw(3, 4, 2))
    for options in ("", "dim=1", "p=1", "p=1, dim=1", "dim=0, keepdim=True", "p=3, dim=1"):
        record(f"x.norm({options})", x=draw(3, 4))
    for options in ("", "dim=1", "p=1"):
        record(f"x.norm({options})", order=1, x=np.zeros((3, 4)))
    record("x.norm(dim=1)", order=1, x=[[0.0, 0.0], [3.0, 4.0]])


def indexing():
    """Every kind of index, with repeated positions."""
    for index in ("0", "-1", "1:3", "::2", ":, 1", "..., -1", "None", ":, None, 2", "1, ..., 0", "0, 1, 2", "1:1"):
        record(f"x[{index}]", x=draw(3, 4, 5))
    for index in ("i", ":, i", "i, j", "i, :, j", ":, i, j", "i, 1:3", "..., i", "i[:, None], j"):
        record(f"x[{index}]", x=draw(3, 4, 5), i=[2, 0, 2], j=[1, 1, 3])
    record("x[c]", x=draw(3, 4), c=draw(3, 4) > 0)
    record("x[c]", x=draw(3, 4), c=[True, False, True])
    record("x[[0, 0, 2]]", x=draw(3, 4))


def promotion():
    """Return the dtypes of PyTorch's results, for arrays, 0-d tensors and Python numbers."""

    def name(function, left, right):
        try:
            return str(function(left, right).dtype).removeprefix("torch.")
        except RuntimeError:  # such as subtracting a bool
            return None

    arrays = {dtype: torch.ones(2, dtype=getattr(torch, dtype)) for dtype in DTYPES}
    kinds = {"array": arrays, "0-d": {dtype: a[0] for dtype, a in arrays.items()}, "number": SCALARS}
    return {
        f"{left} {symbol} {right}": {
            a: {b: name(function, x, z) for b, z in kinds[right].items()} for a, x in kinds[left].items()
        }
        for symbol, function in OPERATORS.items()
        for left in kinds
        for right in kinds
        if (left, right) != ("number",) * 2
    }


if __name__ == "__main__":
    for family in (pooling, normalisation, losses, layers, elementwise, reductions, indexing):
        family()
    flat = np.concatenate(values)
    np.savez_compressed(HERE / "torch_layers.npz", cases=json.dumps(cases), values=flat, promotion=json.dumps(promotion()))
    print(len(cases), "cases,", flat.size, "values")
