"""Calls of the activations: relu and its kind, the smooth ones, the softmax and its kind.

Left out, as they differ on purpose:
- the gradient of hardsigmoid at nan: 0 in PyTorch, 1/6 here, as it passes at nan in all the others; and in float64, where
  PyTorch multiplies by a sixth in float32;
- hardtanh_ with min_val above max_val, which PyTorch refuses in hardtanh alone;
- softmax of integers without elements, which PyTorch takes;
- second derivatives of prelu at 0, where PyTorch takes the element to be on neither side, and here it is below, as in the first;
- second derivatives of mish beyond 80, which are nan in PyTorch and 0 here;
- layers that are built with arguments that they refuse: PyTorch refuses most of them at the first call.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, arguments, chance, distinct, pick

# Each function of one tensor, its module, whether it has `inplace`, and its other arguments.
SIMPLE = {
    "relu": ("ReLU", True, {}),
    "relu6": ("ReLU6", True, {}),
    "leaky_relu": ("LeakyReLU", True, {"negative_slope": (0.1, 0.0, 1.5, -0.5, 2)}),
    "elu": ("ELU", True, {"alpha": (0.5, 2, 1.7)}),
    "selu": ("SELU", True, {}),
    "celu": ("CELU", True, {"alpha": (0.5, 2, -1.5, 0)}),
    "gelu": ("GELU", False, {"approximate": ("none", "tanh", "tanh", "erf")}),
    "silu": ("SiLU", True, {}),
    "mish": ("Mish", True, {}),
    "sigmoid": ("Sigmoid", False, {}),
    "tanh": ("Tanh", False, {}),
    "softplus": ("Softplus", False, {"beta": (2, 0.5, -1.0), "threshold": (1.0, 2, 1000.0)}),
    "softsign": ("Softsign", False, {}),
    "hardtanh": ("Hardtanh", True, {"min_val": (-2.0, -1, 0.25, 2.0), "max_val": (1, 0.75, 1.5)}),
    "hardswish": ("Hardswish", True, {}),
    "hardsigmoid": ("Hardsigmoid", True, {}),
    "logsigmoid": ("LogSigmoid", False, {}),
    "tanhshrink": ("Tanhshrink", False, {}),
    "softshrink": ("Softshrink", False, {"lambd": (0.25, 1, 0, -1.0)}),
    "hardshrink": ("Hardshrink", False, {"lambd": (0.25, 1, 0, -1.0)}),
    "rrelu": ("RReLU", True, {"lower": (0.1, 0.2, 0.4), "upper": (0.5, 0.25)}),
}

# Where the derivative jumps, with the default arguments.
KINKS = {"hardswish": (-3.0, 3.0), "hardsigmoid": (-3.0, 3.0), "relu6": (0.0, 6.0), "softplus": (20.0,), "softshrink": (-0.5, 0.5),
         "hardshrink": (-0.5, 0.5), "hardtanh": (-1.0, 1.0)}  # fmt: skip
ONLY_ONCE = ("hardsigmoid",)  # PyTorch has no second derivative of it
IN_PLACE = ("relu_", "elu_", "selu_", "celu_", "leaky_relu_", "hardtanh_", "rrelu_")


def calls(rng: RNG) -> Iterator[Call]:
    """Yield calls without end."""
    while True:
        yield pick(
            rng, simple, simple, simple, simple, special, special, integers, in_place, prelu, prelu, threshold, softmax,
            softmax, glu, layer_alone, drawn, error_function,
        )(rng)  # fmt: skip


def shape_of(rng: RNG, least: int = 0) -> tuple[int, ...]:
    """Return a shape of up to four axes, sometimes with an empty one."""
    return tuple(int(n) for n in rng.integers(0 if chance(rng, 0.1) else 1, 4, rng.integers(least, 5)))


def floats(rng: RNG, *shape: int) -> np.ndarray:
    """Return numbers near the bends, or large ones."""
    dtype = pick(rng, np.float64, np.float64, np.float64, np.float32)
    high = pick(rng, 2.0, 4.0, 8.0, 30.0)
    return distinct(rng, *shape, low=-high, high=high, dtype=dtype)


def written(rng: RNG, name: str, options: str, *, inplace: bool) -> str:
    """Return a function or its module with its arguments; one that is to write in place gets what is not a leaf."""
    module = SIMPLE[name][0]
    x = "x * 1.5" if inplace and chance(rng, 0.8) else "x"
    if inplace:
        options += ", inplace=True"
    return f"F.{name}({x}{options})" if chance(rng, 0.5) else f"nn.{module}({options.removeprefix(', ')})({x})"


def simple(rng: RNG) -> Call:
    """A function of one tensor, with random arguments."""
    name = pick(rng, *SIMPLE)
    _, has_inplace, choices = SIMPLE[name]
    options = arguments(rng, **choices)
    x = floats(rng, *shape_of(rng))
    if name == "hardsigmoid":
        x = x.astype(np.float32)
    if "approximate" not in options and "min_val=2" not in options and chance(rng, 0.03):
        options += ", depth=3"  # there is no such argument
    expression = written(rng, name, options, inplace=has_inplace and chance(rng, 0.25))
    if name == "rrelu" and expression.startswith("nn."):
        expression = expression.replace("lower=0.4", "lower=0.25")  # above upper it is refused when the layer is built
        expression = expression.replace(")(x", ").eval()(x", 1)
    return Call(expression, {"x": x}, order=1 if name in ONLY_ONCE else 2)


def special(rng: RNG) -> Call:
    """At the kinks, at nan, and far away."""
    name = pick(rng, *SIMPLE)
    numbers = [*KINKS.get(name, (0.0,)), 0.0, 1000.0, -1000.0, *((np.nan,) if name != "hardsigmoid" else ())]
    if name == "mish":
        numbers = [min(number, 60.0) for number in numbers]
    x = np.array(numbers, np.float32 if name == "hardsigmoid" else pick(rng, np.float64, np.float32))
    options = ", approximate='tanh'" if name == "gelu" and chance(rng, 0.5) else ""
    expression = (
        f"F.{name}(x{options})"
        if chance(rng, 0.6)
        else f"nn.{SIMPLE[name][0]}({options[2:]}){'.eval()' if name == 'rrelu' else ''}(x)"
    )
    return Call(expression, {"x": x}, order=1 if name in ONLY_ONCE else 2)


def integers(rng: RNG) -> Call:
    """Of integers and truth values: most are refused."""
    name = pick(rng, *SIMPLE)
    dtype = pick(rng, np.int64, np.int32, np.uint8, np.bool_)
    x = rng.integers(0 if dtype is np.uint8 else -4, 9, shape_of(rng, 1)).astype(dtype)
    return Call(
        f"F.{name}(x)" if chance(rng, 0.7) else f"nn.{SIMPLE[name][0]}(){'.eval()' if name == 'rrelu' else ''}(x)", {"x": x}
    )


def in_place(rng: RNG) -> Call:
    """The functions that end in _, of a leaf, of what was recorded, or of a tensor that requires no gradient."""
    name = pick(rng, *IN_PLACE)
    options = arguments(rng, 0.4, **({"min_val": (-2.0, 0.5)} if name == "hardtanh_" else SIMPLE[name[:-1]][2]))
    leaves = ("x",) if chance(rng, 0.7) else ()
    x = "x * 2" if leaves and chance(rng, 0.85) else "x"
    return Call(f"F.{name}({x}{options})", {"x": floats(rng, *shape_of(rng))}, leaves)


def prelu(rng: RNG) -> Call:
    """Prelu with one slope, one for each channel, or another number of them."""
    x = floats(rng, *shape_of(rng, 0 if chance(rng, 0.3) else 1))
    order = 2
    if chance(rng, 0.1) and x.size:
        x.reshape(-1)[0], order = 0.0, 1
    channels = x.shape[1] if x.ndim > 1 else 1
    count = pick(rng, 1, channels, channels, channels + 1 if chance(rng, 0.3) else channels)
    shape = pick(rng, (count,), (count,), (count,), (), (count, 1)) if chance(rng, 0.3) else (count,)
    slopes = distinct(rng, *shape, dtype=np.float32 if chance(rng, 0.05) else x.dtype)
    inputs = {"x": x, "w": slopes}
    if slopes.ndim == 1 and chance(rng, 0.4):
        return Call(f"using(nn.PReLU({count}), weight=w)(x)", inputs, ("x", "w"), order)
    return Call("F.prelu(x, w)", inputs, ("x", "w"), order)


def threshold(rng: RNG) -> Call:
    """threshold, also exactly at it, and of integers."""
    x = pick(rng, floats, floats, lambda rng, *shape: rng.integers(-4, 5, shape).astype(pick(rng, np.float64, np.int64)))(
        rng, *shape_of(rng)
    )
    given = f"{pick(rng, 0.5, 1, -2.0, 0)}, {pick(rng, 0.0, 3, -7.5)}"
    if chance(rng, 0.2):
        return Call(f"F.threshold_({'x * 2' if chance(rng, 0.8) else 'x'}, {given})", {"x": x})
    inplace, x_text = (", inplace=True", "x * 2") if chance(rng, 0.2) else ("", "x")
    return Call(pick(rng, f"F.threshold({x_text}, {given}{inplace})", f"nn.Threshold({given}{inplace})({x_text})"), {"x": x})


def softmax(rng: RNG) -> Call:
    """softmax, softmin, log_softmax and their modules, with and without an axis, with a dtype, of integers."""
    name, module = pick(
        rng, ("softmax", "Softmax"), ("softmin", "Softmin"), ("log_softmax", "LogSoftmax"), ("softmax", "Softmax2d")
    )
    x = floats(rng, *shape_of(rng)) if chance(rng, 0.9) else rng.integers(0, 5, rng.integers(1, 4, rng.integers(1, 4)))
    if x.size and x.dtype.kind == "f" and chance(rng, 0.1):
        x.reshape(-1)[0] = pick(rng, 1000.0, -1000.0, -np.inf)
    if module == "Softmax2d":
        return Call("nn.Softmax2d()(x)", {"x": x})
    dim = int(rng.integers(-x.ndim - chance(rng, 0.1), max(x.ndim, 1) + chance(rng, 0.1)))
    if chance(rng, 0.3):
        return Call(f"nn.{module}({dim if chance(rng, 0.8) else ''})(x)", {"x": x})
    options = arguments(rng, 0.8, dim=(dim,))
    dtype = pick(rng, "float32", "float64", "int64" if x.size else "float64") if chance(rng, 0.3) else ""
    options += f", dtype=mt.{dtype}" if dtype else ""
    return Call(f"F.{name}(x{options})", {"x": x}, order=0 if dtype == "float32" else 2)


def glu(rng: RNG) -> Call:
    """Glu and its module along any axis, some of odd length."""
    x = floats(rng, *(2 * n if chance(rng, 0.8) else n for n in shape_of(rng)))
    dim = arguments(rng, 0.7, dim=(int(rng.integers(-x.ndim - 1, x.ndim + 1)) if chance(rng, 0.1) else -1, 0))
    return Call(f"F.glu(x{dim})" if chance(rng, 0.5) else f"nn.GLU({dim[2:]})(x)", {"x": x})


def drawn(rng: RNG) -> Call:
    """Rrelu in training where the draw shows nowhere: one slope only, or nothing that is negative."""
    x = floats(rng, *shape_of(rng))
    if chance(rng, 0.5):
        return Call(f"F.rrelu(x, 0.25, 0.25, training=True{', inplace=True' if chance(rng, 0.2) else ''})", {"x": x})
    return Call("nn.RReLU()(x)", {"x": np.abs(x) + 1})


def error_function(rng: RNG) -> Call:
    """mt.erf and Tensor.erf."""
    x = floats(rng, *shape_of(rng)) if chance(rng, 0.8) else rng.integers(-3, 4, shape_of(rng))
    return Call(pick(rng, "mt.erf(x)", "x.erf()"), {"x": x})


def layer_alone(rng: RNG) -> Call:
    """A layer that is built and not called: what it prints and holds."""
    name = pick(rng, *SIMPLE, "prelu", "threshold", "glu", "softmax")
    if name in SIMPLE:
        module, has_inplace, choices = SIMPLE[name]
        fine = {
            k: [v for v in values if v not in ("erf", 2.0, -1.0, 0.4) and not (name == "celu" and v == 0)]
            for k, values in choices.items()
        }
        options = arguments(rng, 0.4, **fine, **({"inplace": (True, False)} if has_inplace else {}))
        return Call(f"nn.{module}({options[2:]})", {})
    given = {
        "prelu": f"nn.PReLU({pick(rng, '', '3', '2, init=0.5', '-1', 'num_parameters=2, dtype=mt.float64')})",
        "threshold": f"nn.Threshold({pick(rng, '0.5, 1', '1, 2, inplace=True', '1')})",
        "glu": f"nn.GLU({pick(rng, '', '1')})",
        "softmax": f"nn.{pick(rng, 'Softmax', 'Softmin', 'LogSoftmax')}({pick(rng, '', '1', 'dim=-1')})",
    }
    return Call(given[name], {})
