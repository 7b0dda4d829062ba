"""Calls of layers whose weight is parametrised, and of convolutions that batch normalisation is fused into.

Left out:
- the second order of weight_norm along the first and the last axis, which is wrong in PyTorch 2.13 (its own gradgradcheck of
  `torch._weight_norm` fails there).
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

from torch_calls.call import Call
from torch_calls.draw import RNG, chance, distinct, pick
from torch_calls.layer_draw import named, placed, sizes, word


def calls(rng: RNG) -> Iterator[Call]:
    """Return an endless stream of calls."""
    while True:
        yield pick(rng, weight_norm, weight_norm, parametrised, fused, fused, wrong)(rng)


def names(mt: ModuleType) -> dict[str, Any]:
    """Return what the calls of this family use besides the modules."""

    class Symmetric(mt.nn.Module):
        """The mean of a matrix and its transpose."""

        def forward(self, x: Any) -> Any:
            return (x + x.T) / 2

    class Scaled(mt.nn.Module):
        """Three times as large."""

        def forward(self, x: Any) -> Any:
            return x * 3

        def right_inverse(self, x: Any) -> Any:
            return x / 3

    class Narrowed(mt.nn.Module):
        """Of another shape, which is refused."""

        def forward(self, x: Any) -> Any:
            return x[:1]

    utils = mt.nn.utils
    return {
        "P": utils.parametrize,
        "fusion": utils.fusion,
        "normalised": utils.parametrizations.weight_norm,
        "Symmetric": Symmetric,
        "Scaled": Scaled,
        "Narrowed": Narrowed,
        "keys": lambda layer: str([name for name, _ in layer.named_parameters()]),
    }


def weight_norm(rng: RNG) -> Call:
    """Draw a layer with its magnitude g and direction v given: run, removed, or printed."""
    dim, form = pick(
        rng, ("", (3, 1, 1)), (", 0", (3, 1, 1)), (", dim=1", (1, 4, 1)), (", dim=2", (1, 1, 2)), (", dim=None", ())
    )
    inputs = {"x": distinct(rng, 2, 4, *sizes(rng, 1, 2)), "g": distinct(rng, *form, low=0.5), "v": distinct(rng, 3, 4, 2)}
    inputs["b"] = distinct(rng, 3)
    dim = dim if dim in ("", ", 0") else f", name='weight'{dim}"
    dim = dim.replace(", 0", ", 'weight', 0")
    layer = f"normalised(nn.Conv1d(4, 3, 2, dtype=mt.float64){dim})"
    weights = {"parametrizations__weight__original0": "g", "parametrizations__weight__original1": "v", "bias": "b"}
    whole = placed(layer, inputs, **weights)
    removed = f"P.remove_parametrizations({whole}, 'weight')"
    expression = pick(
        rng, f"{whole}(x)", f"{whole}(x)", f"{whole}.weight", f"{removed}.weight", removed, f"keys({layer})", layer
    )
    order = 0 if "remove" in expression else 1 if form in ((3, 1, 1), (1, 1, 2)) else 2
    return Call(expression, named(expression, inputs), tuple(inputs), order)


def parametrised(rng: RNG) -> Call:
    """Draw a layer with one or two parametrisations."""
    inputs = {"x": distinct(rng, 2, 3), "w": distinct(rng, 3, 3)}
    layer = f"P.register_parametrization(nn.Linear(3, 3, dtype=mt.float64), 'weight', {word(rng, 'Symmetric()|Scaled()')})"
    if chance(rng, 0.3):
        layer = f"P.register_parametrization({layer}, 'weight', Scaled())"
    whole = placed(layer, inputs, parametrizations__weight__original="w", bias="b")
    expression = pick(
        rng,
        f"{whole}.weight",
        f"P.is_parametrized({layer}, {word(rng, '''None|'weight'|'bias' ''')})",
        f"keys({layer})",
        f"keys(P.remove_parametrizations({layer}, 'weight', {word(rng, 'True|False')}))",
        f"P.type_before_parametrizations({layer}).__name__",
        layer,
    )
    return Call(expression, named(expression, inputs), ("x", "w"))


def fused(rng: RNG) -> Call:
    """Draw a convolution with the batch normalisation that follows it, or its weight and bias."""
    rank = pick(rng, 1, 2, 3)
    inputs = {"x": distinct(rng, 2, 4, *sizes(rng, rank, 2)), "w": distinct(rng, 3, 4, *[2] * rank), "b": distinct(rng, 3)}
    inputs |= {"m": distinct(rng, 3), "v": distinct(rng, 3, low=0.3), "s": distinct(rng, 3)}
    bias = chance(rng, 0.5)
    conv = f"nn.Conv{rank}d(4, 3, 2, padding=1{'' if bias else ', bias=False'}, dtype=mt.float64)"
    conv = placed(conv, inputs, weight="w", **({"bias": "b"} if bias else {}))
    norm = f"nn.BatchNorm{rank}d(3{word(rng, '|, eps=0.1|, affine=False')}, dtype=mt.float64)"
    whole = placed(norm, inputs, running_mean="m", running_var="v", **({} if "affine" in norm else {"weight": "s"}))
    both = f"fusion.fuse_conv_bn_eval({conv}.eval(), {whole}.eval())"
    weights = (
        f"fusion.fuse_conv_bn_weights(w, {'b' if bias else None}, m, v, 1e-3, {word(rng, 's|None')}, {word(rng, 'b|None')})"
    )
    linear = f"fusion.fuse_linear_bn_weights(w.flatten(1), {'b' if bias else None}, m, v, 1e-3, s, b)"
    expression = pick(rng, f"{both}(x)", f"{both}(x)", both, f"{both}.weight", f"{both}.bias", weights, linear)
    return Call(expression, named(expression, inputs), ("x",))


WRONG = """
fusion.fuse_conv_bn_eval(nn.Conv1d(2, 3, 1), nn.BatchNorm1d(3).eval())
fusion.fuse_conv_bn_eval(nn.Conv1d(2, 3, 1).eval(), nn.BatchNorm1d(3))
fusion.fuse_conv_bn_eval(nn.Conv1d(2, 3, 1).eval(), nn.BatchNorm1d(4).eval())
fusion.fuse_conv_bn_eval(nn.Conv1d(2, 3, 1).eval(), nn.BatchNorm1d(3, track_running_stats=False).eval())
fusion.fuse_linear_bn_eval(nn.Linear(2, 3).eval(), nn.BatchNorm1d(3))
P.register_parametrization(nn.Linear(3, 3), 'weights', Symmetric())
P.register_parametrization(nn.Linear(3, 3), 'weight', Narrowed())
P.remove_parametrizations(nn.Linear(3, 3), 'weight')
P.remove_parametrizations(normalised(nn.Linear(3, 3)), 'bias')
P.remove_parametrizations(normalised(nn.Linear(3, 3)), 'weight', leave_parametrized=False)
normalised(nn.Linear(3, 3), 'weights')
normalised(nn.Linear(3, 3), dim=4)
""".strip().split("\n")


def wrong(rng: RNG) -> Call:
    """Draw a call that PyTorch refuses."""
    return Call(pick(rng, *WRONG), {})
