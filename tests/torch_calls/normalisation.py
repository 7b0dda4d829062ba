"""Calls of all normalisations, as functions and as layers.

Left out, because minitensor differs on purpose:
- an eps below 0, which PyTorch's batch_norm alone refuses, and layers for no channels: they are refused when a layer is built;
- parameters of another dtype beside a float16 input, and in rms_norm, beyond what both take;
- local_response_norm of int64, whose squares PyTorch averages without their fraction;
- instance_norm with running statistics of another dtype than the input's, which PyTorch takes there and in no other function;
- instance_norm of an empty batch, for which PyTorch makes running statistics NaN and refuses a weight; batch_norm of one without
  statistics in evaluation, which it takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, chance, distinct, pick
from torch_calls.layer_draw import given, in_one_dtype, named, placed, sizes, word


def calls(rng: RNG) -> Iterator[Call]:
    """Return an endless stream of calls."""
    channels = (batch_norm, batch_norm, batch_norm_layer, instance_norm, instance_norm_layer)
    makers = (*channels, layer_norm, layer_norm, rms_norm, group_norm, group_norm, local_response_norm, wrong)
    while True:
        yield pick(rng, *makers)(rng)


def names(mt: ModuleType) -> dict[str, Any]:
    """Return what the calls of this family use besides the modules."""

    def after(layer: Any, *batches: Any) -> Any:
        """Run the layer over batches, without recording, and return it."""
        with mt.no_grad():
            for batch in batches:
                layer(batch)
        return layer

    return {"after": after}


def leaves(inputs: dict[str, np.ndarray]) -> tuple[str, ...]:
    """Return all names but the running statistics'."""
    return tuple(name for name in inputs if name not in ("m", "v"))


def affine(rng: RNG, *shape: int) -> dict[str, np.ndarray]:
    """Draw a weight and a bias, or one of them, or none."""
    return {name: distinct(rng, *shape) for name in "wb" if chance(rng, 0.6)}


def running(rng: RNG, channels: int) -> dict[str, np.ndarray]:
    """Draw a running mean and a running variance."""
    return {"m": distinct(rng, channels), "v": distinct(rng, channels, low=0.3)}


def at_times_broken(rng: RNG, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the inputs, seldom with one of another dtype or size; of an empty batch PyTorch looks at nothing else."""
    if inputs["x"].size == 0 or chance(rng, 0.95):
        return inputs
    name = pick(rng, *leaves(inputs))
    array = inputs[name]
    other = array.astype(pick(rng, np.float32, np.float64))
    return inputs | {name: pick(rng, array.astype(np.int64), other, np.concatenate([array, array]))}


def settings(rng: RNG, own: bool) -> str:
    """Write some of eps and momentum; an eps of 0 where the statistics are not the input's own."""
    momentum = word(rng, "||, momentum=0.3|, momentum=0.0|, momentum=1.0")
    return momentum + word(rng, "||, eps=1e-3|, eps=0.1|, eps=1e-5" + ("" if own else "|, eps=0"))


def batch_norm(rng: RNG) -> Call:
    """Draw a batch normalisation, with running statistics or without."""
    n, c = pick(rng, 0, 1, 2, 3, 4, 5), pick(rng, 1, 2, 3)
    training = chance(rng, 0.65)
    tracked = chance(rng, 0.7) or (n == 0 and not training)
    inputs = {"x": distinct(rng, n, c, *sizes(rng, pick(rng, 0, 1, 2, 3)))}
    inputs |= (running(rng, c) if tracked else {}) | affine(rng, c)
    text = "m, v" if tracked else "None, None"
    if chance(rng, 0.5):
        text += given(inputs, weight="w", bias="b") + (", training=True" if training else "")
    else:
        text += "".join(f", {name if name in inputs else None}" for name in "wb") + f", {training}"
    inputs = at_times_broken(rng, in_one_dtype(rng, inputs))
    return Call(f"F.batch_norm(x, {text}{settings(rng, training)})", inputs, leaves(inputs))


def batch_norm_layer(rng: RNG) -> Call:
    """Draw a layer that is run once, several times or in evaluation, printed, or asked for its state."""
    rank, c = pick(rng, 1, 2, 3), pick(rng, 1, 2, 3)
    shape = (pick(rng, 2, 3, 4), c, *(sizes(rng, rank) if rank > 1 or chance(rng, 0.6) else ()))
    inputs = {"x": distinct(rng, *shape), "w": distinct(rng, c), "b": distinct(rng, c)}
    text = word(rng, "|, eps=1e-3|, 1e-3, 0.3|, momentum=None|, affine=False|, track_running_stats=False|, bias=False")
    layer = f"nn.BatchNorm{rank}d({c}{text}, dtype=mt.float64)"
    whole = layer if "affine" in text or "bias" in text else placed(layer, inputs, weight="w", bias="b")
    expression = pick(
        rng,
        f"{whole}(x)",
        f"{whole}(x)",
        f"after({whole}, x, x * 2, x + 1)",
        f"after({whole}, x, x * 2).eval()(x)",
        f"{whole}.eval()(x)",
        layer,
        f"after({layer}, x).state_dict()",
        f"nn.BatchNorm{pick(rng, 1, 2, 3)}d({pick(rng, 2, 3)}, dtype=mt.float64)(x)",
    )
    return Call(expression, named(expression, inputs), ("x", "w", "b"))


def instance_norm(rng: RNG) -> Call:
    """Draw an instance normalisation, with running statistics or without."""
    c, own = pick(rng, 1, 2, 3), chance(rng, 0.7)
    inputs = {"x": distinct(rng, pick(rng, 1, 2, 3), c, *sizes(rng, pick(rng, 1, 2, 3)))}
    inputs |= (running(rng, c) if chance(rng, 0.5) else {}) | affine(rng, c)
    text = (", m, v" if "m" in inputs else "") + given(inputs, weight="w", bias="b")
    text += "" if own else ", use_input_stats=False"
    inputs = at_times_broken(rng, in_one_dtype(rng, inputs))
    if "m" in inputs and inputs["x"].dtype.kind == "f":
        inputs["x"] = inputs["x"].astype(inputs["m"].dtype)
    return Call(f"F.instance_norm(x{text}{settings(rng, own)})", inputs, leaves(inputs))


def instance_norm_layer(rng: RNG) -> Call:
    """Draw a layer for samples with or without a batch."""
    rank, c = pick(rng, 1, 2, 3), pick(rng, 1, 2, 3)
    channels = c + int(chance(rng, 0.08))
    inputs = {"x": distinct(rng, *pick(rng, (2, c), (1, c), (c,), (3, c)), *sizes(rng, rank)), "w": distinct(rng, channels)}
    tracked = ", track_running_stats=True"
    text = word(rng, f"|, affine=True|{tracked}|, momentum=None{tracked}|, 1e-3, 0.3, True, True|, affine=True, bias=False")
    layer = f"nn.InstanceNorm{rank}d({channels}{text}, dtype=mt.float64)"
    whole = placed(layer, inputs, weight="w") if "affine" in text or "0.3" in text else layer
    expression = pick(rng, f"{whole}(x)", f"{whole}(x)", f"after({whole}, x)", f"after({whole}, x, x * 2).eval()(x)", layer)
    return Call(expression, named(expression, inputs), ("x", "w"))


def layer_norm(rng: RNG) -> Call:
    """Draw a layer normalisation over some last axes."""
    shape = tuple(int(one) for one in rng.integers(1, 6, int(rng.integers(1, 5))))
    if chance(rng, 0.08):
        shape = (0, *shape[1:])
    last = shape[-int(rng.integers(1, len(shape) + 1)) :]
    inputs = {"x": distinct(rng, *shape)} | affine(rng, *last)
    eps = word(rng, "||, eps=1e-3|, eps=0.1")
    text = str(pick(rng, last, last, list(last)))
    if chance(rng, 0.65) or 0 in shape:
        inputs = at_times_broken(rng, in_one_dtype(rng, inputs))
        return Call(f"F.layer_norm(x, {text}{given(inputs, weight='w', bias='b')}{eps})", inputs, leaves(inputs))
    told = "" if "b" in inputs else ", bias=False" if "w" in inputs else pick(rng, "", ", elementwise_affine=False")
    layer = f"nn.LayerNorm({last[0] if len(last) == 1 else text}{eps}{told}, dtype=mt.float64)"
    expression = layer if chance(rng, 0.15) else f"{placed(layer, inputs, weight='w', bias='b')}(x)"
    return Call(expression, named(expression, inputs), leaves(inputs))


def rms_norm(rng: RNG) -> Call:
    """Draw a division by the root mean square over some last axes; at times of numbers so small that the eps counts."""
    shape = tuple(int(one) for one in rng.integers(1, 6, int(rng.integers(1, 5))))
    last = shape[-int(rng.integers(1, len(shape) + 1)) :]
    inputs = {"x": distinct(rng, *shape)} | ({"w": distinct(rng, *last)} if chance(rng, 0.6) else {})
    eps = word(rng, "||, eps=1e-3|, eps=0.1|, eps=0|, eps=None")
    if chance(rng, 0.6):
        inputs, order = in_one_dtype(rng, inputs), 2
        if chance(rng, 0.1):
            inputs, order = {name: array.astype(np.float32) * np.float32(1e-3) for name, array in inputs.items()}, 1
        return Call(f"F.rms_norm(x, {last}{given(inputs, weight='w')}{eps})", inputs, leaves(inputs), order)
    layer = f"nn.RMSNorm({last[0] if len(last) == 1 else last}{eps}, dtype=mt.float64)"
    expression = layer if chance(rng, 0.15) else f"{placed(layer, inputs, weight='w')}(x)"
    return Call(expression, named(expression, inputs), leaves(inputs))


def group_norm(rng: RNG) -> Call:
    """Draw a group normalisation, at times with a number of groups that does not divide the channels."""
    groups = pick(rng, 1, 2, 3)
    c = groups * pick(rng, 1, 2, 3) + int(chance(rng, 0.08))
    inputs = {"x": distinct(rng, pick(rng, 0, 1, 1, 2, 3), c, *sizes(rng, pick(rng, 0, 1, 2, 3)))} | affine(rng, c)
    eps = word(rng, "||, eps=1e-3|, eps=0.1")
    if chance(rng, 0.65):
        inputs = at_times_broken(rng, in_one_dtype(rng, inputs))
        return Call(f"F.group_norm(x, {groups}{given(inputs, weight='w', bias='b')}{eps})", inputs, leaves(inputs))
    told = "" if "w" in inputs or "b" in inputs else word(rng, "|, affine=False|, bias=False")
    layer = f"nn.GroupNorm({groups}, {c}{eps}{told}, dtype=mt.float64)"
    expression = layer if chance(rng, 0.15) else f"{placed(layer, inputs, weight='w', bias='b')}(x)"
    return Call(expression, named(expression, inputs), leaves(inputs))


def local_response_norm(rng: RNG) -> Call:
    """Draw a normalisation across channels."""
    x = distinct(rng, pick(rng, 0, 1, 2), pick(rng, 1, 2, 5), *sizes(rng, pick(rng, 1, 2, 3)))
    text = word(rng, "1|2|3|4|7") + word(rng, "|, 0.1|, alpha=0.5, beta=1.5|, k=2.0|, 1.0, 0.5, 3|, beta=1|, alpha=1")
    layer = f"nn.LocalResponseNorm({text})"
    expression = pick(rng, f"F.local_response_norm(x, {text})", f"F.local_response_norm(x, {text})", f"{layer}(x)", layer)
    return Call(expression, in_one_dtype(rng, {"x": x}))


WRONG = """
F.batch_norm(x, None, None)
F.batch_norm(x, m, None)
F.batch_norm(x, None, v, training=True)
F.batch_norm(x, q, q)
F.batch_norm(x, m, v, weight=q)
F.batch_norm(x, m, v, w, q)
F.batch_norm(x, m, v, training=1)
F.batch_norm(x, m, v, training=True, eps=0)
F.batch_norm(x, m, v, eps=-1e-3)
F.batch_norm(x, m, v, momentum=None)
F.batch_norm(x[:1].reshape(1, -1), None, None, training=True)
F.batch_norm(w, m, v)
nn.BatchNorm1d(-1)(x)
nn.BatchNorm1d(2.5)(x)
nn.BatchNorm2d(5, dtype=mt.float64)(x)
nn.BatchNorm1d(3)(x.double())
nn.BatchNorm1d(3, eps=-1.0, dtype=mt.float64)(x)
F.instance_norm(x, m, None)
F.instance_norm(x, use_input_stats=False)
F.instance_norm(x, use_input_stats=0)
F.instance_norm(x, weight=q)
F.instance_norm(x.reshape(-1, 1, 1))
F.instance_norm(w)
nn.InstanceNorm1d(4, affine=True, dtype=mt.float64)(x)
nn.InstanceNorm3d(3)(x)
F.layer_norm(x, 4)
F.layer_norm(x, ())
F.layer_norm(x, (7,))
F.layer_norm(x, (2.0,))
F.layer_norm(x, x.shape, w)
F.layer_norm(x, (x.shape[-1],), None, mt.ones(9, dtype=mt.float64))
F.layer_norm(x, (x.shape[-1],), eps=None)
nn.LayerNorm(-1)(x)
nn.LayerNorm(9, dtype=mt.float64)(x)
nn.LayerNorm(2.5)(x)
F.rms_norm(x, 4)
F.rms_norm(x, ())
F.rms_norm(x, (7,))
F.rms_norm(x, x.shape, w)
F.group_norm(x, 0)
F.group_norm(x, 2)
F.group_norm(x, -3)
F.group_norm(x, 3.0)
F.group_norm(x, 3, q)
F.group_norm(x, 3, w, q)
F.group_norm(x.reshape(1, -1), x.numel())
F.group_norm(w, 1)
nn.GroupNorm(2, 3)
nn.GroupNorm(0, 3)
nn.GroupNorm(3, 6, dtype=mt.float64)(x)
F.local_response_norm(x, 0)
F.local_response_norm(x, -2)
F.local_response_norm(x, 2.0)
F.local_response_norm(w, 2)
""".strip().split("\n")


def wrong(rng: RNG) -> Call:
    """Draw a call that PyTorch refuses, if not of every input."""
    x = distinct(rng, *pick(rng, (2, 3, 4), (2, 3, 4, 2), (2, 3)))
    inputs = {"x": (x * 3).astype(np.int64) if chance(rng, 0.1) else x, "w": distinct(rng, 3), "q": distinct(rng, 2)}
    expression = pick(rng, *WRONG)
    return Call(expression, named(expression, inputs | running(rng, 3)))
