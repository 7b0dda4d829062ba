"""Writes megengine.npz or oneflow.npz: what the framework named on the command line answers on the CPU (float32).

For case N: the inputs x, w, b in that framework's own layout, its output y, and, with a gradient of ones at the
output, gx, gw and gb. "cases" is a JSON list of the layers' arguments. MegEngine's weights of a grouped layer are
(groups, out/groups, in/groups, *kernel) and its bias (1, out, 1...); OneFlow's are PyTorch's. Needs Python 3.10.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

CASES = []


def case(layer, x, kernel=3, **options):
    """List a layer from 4 to 8 channels, and the shape of its input."""
    CASES.append({"layer": layer, "x": x, "in": 4, "out": 8, "kernel": kernel, "options": options})


for d, sizes in ((1, [9]), (2, [7, 6]), (3, [5, 6, 4])):
    for options in (
        {},
        {"padding": 1},
        {"stride": 2},
        {"stride": 2, "padding": 1},
        {"dilation": 2},
        {"bias": False},
        {"groups": 2},
        {"groups": 4, "padding": 1, "stride": 2},
    ):
        kernel = 2 if d == 3 and "dilation" in options else 3  # a dilated kernel of 3 is larger than the last axis
        case(f"Conv{d}d", [2, 4, *sizes], kernel, **options)
framework, arrays, kept = sys.argv[1], {}, []
rng = np.random.default_rng(7)
if framework == "megengine":
    import megengine as mge
    import megengine.module
    from megengine.autodiff import GradManager

    for d, sizes in ((1, [9]), (2, [7, 6])):
        for mode in ("reflect", "replicate"):
            case(f"Conv{d}d", [2, 4, *sizes], padding=2, padding_mode=mode)
    case("ConvTranspose2d", [2, 4, 5, 4], stride=2, padding=1)
    case("ConvTranspose3d", [2, 4, 3, 4, 5], stride=2, padding=1)
else:
    import oneflow as flow

    case("Conv1d", [2, 4, 9], padding="same")
    case("Conv1d", [4, 9], padding="valid")
    for d, sizes in ((1, [4]), (2, [4, 5]), (3, [3, 4, 5])):
        case(f"ConvTranspose{d}d", [2, 4, *sizes], stride=2, padding=1, output_padding=1)


def draw(shape):
    """Return multiples of 1/8 between -1 and 1."""
    return (rng.integers(-8, 9, tuple(shape)) / 8).astype(np.float32)


for c in CASES:
    name = str(len(kept))
    try:
        if framework == "megengine":
            layer = getattr(mge.module, c["layer"])(c["in"], c["out"], c["kernel"], **c["options"])
            x = mge.Parameter(draw(c["x"]))
            tensors = {"x": x, "w": layer.weight}
            layer.weight[...] = mge.tensor(draw(layer.weight.shape))
            if layer.bias is not None:
                layer.bias[...] = mge.tensor(draw(layer.bias.shape))
                tensors["b"] = layer.bias
            manager = GradManager().attach(list(tensors.values()))
            with manager:
                y = layer(x)
                manager.backward(y.sum())
            found = {k: t.numpy() for k, t in tensors.items()} | {"y": y.numpy()}
        else:
            layer = getattr(flow.nn, c["layer"])(c["in"], c["out"], c["kernel"], **c["options"])
            x = flow.tensor(draw(c["x"]), requires_grad=True)
            tensors = {"x": x, "w": layer.weight} | ({"b": layer.bias} if layer.bias is not None else {})
            with flow.no_grad():
                for key in ("w", "b"):
                    if key in tensors:
                        tensors[key].copy_(flow.tensor(draw(tensors[key].shape)))
            y = layer(x)
            y.sum().backward()
            found = {k: t.detach().numpy() for k, t in tensors.items()} | {"y": y.detach().numpy()}
        found |= {f"g{k}": t.grad.numpy() for k, t in tensors.items()}
    except Exception as error:
        print("left out:", c, type(error).__name__, str(error)[:100])
        continue
    kept.append(c)
    arrays |= {f"{name}/{k}": np.array(v) for k, v in found.items()}
np.savez_compressed(Path(__file__).with_name(f"{framework}.npz"), cases=json.dumps(kept), **arrays)
print(len(kept), "of", len(CASES), "cases")
