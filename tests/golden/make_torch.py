"""Writes torch.npz: what PyTorch (CPU, float64) answers for the convolution family. Run it with PyTorch installed.

For case N the file holds, under "N/<name>": the inputs x, w, b and g (the gradient that arrives at the output), and
PyTorch's y, gx, gw, gb; and for the second order, with the directions vx and vw, the gradients of
sum(gx*vx) + sum(gw*vw) with respect to x, w and g: hx, hw, hg, where PyTorch gives them. "cases" is a JSON list of the
calls.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

CASES = []


def case(op, x, w, bias=True, **options):
    """List a call: the operation, the shapes of its input and weight, and its options."""
    CASES.append({"op": op, "x": x, "w": w, "bias": bias, "options": options})


for d, sizes in ((1, (9,)), (2, (7, 6)), (3, (5, 6, 4))):
    op, two, one = f"conv{d}d", [2] * d, [1] * d
    case(op, [2, 3, *sizes], [4, 3, *[3] * d])
    case(op, [2, 3, *sizes], [4, 3, *[3] * d], bias=False, padding=1)
    case(op, [2, 3, *sizes], [4, 3, *[3] * d], stride=2)  # sizes that the stride does not divide
    case(op, [2, 3, *sizes], [4, 3, *[3] * d], stride=2, padding=1)
    case(op, [2, 3, *sizes], [4, 3, *[2] * d], stride=3, padding=2)
    case(op, [2, 3, *sizes], [4, 3, *two], dilation=2)
    case(op, [2, 4, *sizes], [6, 2, *two], groups=2, padding=1)
    case(op, [2, 4, *sizes], [8, 1, *two], groups=4, stride=2)  # depthwise, multiplier 2
    case(op, [2, 4, *sizes], [4, 1, *[3] * d], groups=4, padding=2, dilation=2, stride=2)
    case(op, [2, 3, *sizes], [4, 3, *one])
    case(op, [2, 3, *sizes], [4, 3, *[3] * d], padding="same")
    case(op, [2, 3, *sizes], [4, 3, *two], padding="same")  # even kernel: the extra cell is at the end
    case(op, [2, 3, *sizes], [4, 3, *two], padding="same", dilation=3)
    case(op, [2, 3, *sizes], [4, 3, *[3] * d], padding="valid", stride=2)
    case(op, [3, *sizes], [4, 3, *[3] * d], padding=1)  # no batch axis
    case(op, [0, 3, *sizes], [4, 3, *[3] * d], padding=1)  # empty batch
    case(op, [1, 3, *sizes], [4, 3, *sizes])  # the kernel covers the input
    transposed = f"conv_transpose{d}d"
    small = [4, 3, 5][:d]
    case(transposed, [2, 3, *small], [3, 4, *[3] * d])
    case(transposed, [2, 3, *small], [3, 4, *[3] * d], stride=2, padding=1)
    case(transposed, [2, 3, *small], [3, 4, *[3] * d], stride=2, padding=1, output_padding=1)
    case(transposed, [2, 4, *small], [4, 3, *two], groups=2, stride=3, output_padding=2)
    case(transposed, [2, 4, *small], [4, 1, *two], groups=4, dilation=2, padding=1, bias=False)
    case(transposed, [3, *small], [3, 4, *[3] * d], dilation=2, stride=2, output_padding=1)
case("conv2d", [2, 4, 9, 10], [6, 2, 2, 3], groups=2, stride=[2, 3], padding=[1, 2], dilation=[3, 1])
case("conv2d", [1, 16, 9, 8], [33, 16, 3, 5], stride=[2, 1], padding=[4, 2])
case("conv2d", [1, 16, 9, 8], [33, 16, 3, 5], stride=[2, 1], padding=[4, 2], dilation=[3, 1])
case("conv3d", [1, 2, 5, 6, 7], [4, 2, 1, 2, 3], stride=[1, 2, 3], padding=[0, 1, 2], dilation=[2, 1, 1])
case("conv_transpose1d", [1, 2, 4], [2, 3, 3], dilation=3, output_padding=2)  # output_padding above the stride
case("conv_transpose2d", [1, 2, 4, 3], [2, 3, 3, 2], stride=[2, 1], dilation=[4, 3], padding=[1, 2], output_padding=[3, 2])
case("conv_transpose3d", [1, 2, 3, 4, 3], [2, 3, 2, 1, 2], stride=1, dilation=3, output_padding=[2, 0, 1])
case("conv2d", [2, 3, 5, 6], [4, 3, 1, 1], padding=2)  # padding beyond the kernel
case("conv1d", [2, 3, 8], [4, 3, 3], stride=3)  # the last two cells are read by no window
case("conv1d", [2, 3, 17], [4, 3, 5], stride=3, padding=2)  # the remainder, read by the last window
case("conv2d", [1, 2, 9, 9], [2, 2, 2, 2], stride=4)  # gaps between the windows
case("conv_transpose2d", [1, 4, 4, 5], [4, 2, 3, 2], stride=[3, 2], padding=[1, 0], output_padding=[2, 1], groups=2)
for d, sizes in ((1, (9,)), (2, (7, 6)), (3, (5, 6, 4))):
    for mode in ("reflect", "replicate", "circular"):
        pads = list(range(1, d + 1))
        case(f"Conv{d}d", [2, 3, *sizes], [4, 3, *[3] * d], padding=pads, padding_mode=mode)
        case(f"Conv{d}d", [2, 3, *sizes], [4, 3, *[2] * d], padding=1, stride=2, padding_mode=mode, dilation=2)
        case(f"Conv{d}d", [2, 3, *sizes], [4, 3, *[2] * d], padding="same", padding_mode=mode)

rng, arrays = np.random.default_rng(20261120), {}


def draw(shape):
    """Return multiples of 1/8 between -1 and 1."""
    return torch.tensor(rng.integers(-8, 9, shape).astype(np.float64) / 8, requires_grad=True)


for number, c in enumerate(CASES):
    x, w, options = draw(c["x"]), draw(c["w"]), dict(c["options"])
    out = c["w"][0] if not c["op"].startswith("conv_t") else c["w"][1] * options.get("groups", 1)
    b = draw([out]) if c["bias"] else None
    if c["op"].startswith("Conv"):
        layer = getattr(torch.nn, c["op"])(c["w"][1], out, tuple(c["w"][2:]), dtype=torch.float64, **options)
        y = torch.func.functional_call(layer, {"weight": w, "bias": b}, x)
    else:
        y = getattr(torch.nn.functional, c["op"])(x, w, b, **options)
    g = draw(list(y.shape))
    leaves = [t for t in (x, w, b) if t is not None]
    gx, gw, *gb = torch.autograd.grad(y, leaves, g, create_graph=True)
    vx, vw = draw(c["x"]), draw(c["w"])
    second = torch.autograd.grad((gx * vx).sum() + (gw * vw).sum(), (x, w, g), allow_unused=True)
    named = {"x": x, "w": w, "g": g, "y": y, "gx": gx, "gw": gw, "vx": vx, "vw": vw}
    named |= {"b": b, "gb": gb[0]} if b is not None else {}
    named |= {k: t for k, t in zip(("hx", "hw", "hg"), second, strict=True) if t is not None}
    arrays |= {f"{number}/{k}": t.detach().numpy() for k, t in named.items()}
np.savez_compressed(Path(__file__).with_name("torch.npz"), cases=json.dumps(CASES), **arrays)
print(len(CASES), "cases")
