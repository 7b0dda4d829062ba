"""Calls of all poolings, as functions and as layers.

Left out, because minitensor differs on purpose:
- windows that read nothing but padding, which a dilation makes: PyTorch answers -inf with a place outside of the input;
- max_pool1d of integers, which PyTorch refuses without `return_indices` alone;
- float16 in avg_pool3d and lp_pool3d, which PyTorch does not have; lp_pool of truth values, which it counts;
- inputs without channels, and an empty axis averaged to 1, where PyTorch's 1d, 2d and 3d differ from each other;
- the second order of lp_pool where a window's sum is 0: PyTorch has NaN there;
- tuples of one as the kernel of lp_pool, which PyTorch takes for an infinite norm alone;
- negative paddings, kernels of 0 and outputs without cells in max_unpool, and the dtype of an empty batch, which PyTorch does
  not check.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, chance, distinct, pick, ties

INTEGERS = (np.int64, np.int32, np.uint8, np.int8)


def calls(rng: RNG) -> Iterator[Call]:
    """Return an endless stream of calls."""
    makers = (max_pool, max_pool, avg_pool, avg_pool, adaptive_pool, adaptive_pool, lp_pool, max_unpool, wrong)
    while True:
        yield pick(rng, *makers)(rng)


def spatial(rng: RNG, rank: int, low: int = 1) -> tuple[int, ...]:
    """Draw the sizes of an input; smaller in more dimensions."""
    return tuple(int(size) for size in rng.integers(low, (12, 8, 6)[rank - 1], rank))


def batch(rng: RNG) -> tuple[int, ...]:
    """Draw the sizes of N and C, or of C alone."""
    return pick(rng, (2, 3), (1, 2), (2, 1), (0, 2), (3,), (1,), (2, 2), (2, 2))


def values(rng: RNG, *shape: int, low: float = -2.0) -> np.ndarray:
    """Draw an input: mostly distinct numbers, sometimes ties, NaN and infinities."""
    x = ties(rng, *shape) if chance(rng, 0.2) else distinct(rng, *shape, low=low)
    if x.size and chance(rng, 0.1):
        for special in (np.nan, -np.inf, np.nan, np.inf):
            x[tuple(int(rng.integers(size)) for size in shape)] = special
    return x.astype(np.float32) if chance(rng, 0.15) else x


def written(rng: RNG, sizes: tuple[int, ...]) -> str:
    """Write sizes as an int where they are all the same, else as a tuple or a list."""
    if len(set(sizes)) == 1 and chance(rng, 0.7):
        return str(sizes[0]) if chance(rng, 0.8) else f"({sizes[0]},)"
    return str(sizes) if chance(rng, 0.8) else str(list(sizes))


def windows(rng: RNG, size: tuple[int, ...], *, dilated: bool) -> dict[str, str]:
    """Draw a kernel with some of stride, padding, dilation and ceil_mode, no window of which reads padding alone."""
    rank = len(size)
    same = chance(rng, 0.4)

    def drawn(low: int, high: int) -> tuple[int, ...]:
        one = [int(k) for k in rng.integers(low, high + 1, rank)]
        return tuple(one[:1] * rank if same else one)

    kernel = tuple(min(k, s + int(chance(rng, 0.05))) for k, s in zip(drawn(1, 4), size, strict=True))
    dilation = drawn(1, 3) if dilated and chance(rng, 0.4) else (1,) * rank
    if chance(rng, 0.95):
        dilation = tuple(d if d * (k - 1) < s else 1 for d, k, s in zip(dilation, kernel, size, strict=True))
    padding = tuple(
        int(rng.integers(0, k // 2 + 1)) if d == 1 or s > 2 * d else 0
        for k, d, s in zip(kernel, dilation, size, strict=True)
    )
    found = {"kernel_size": written(rng, kernel)}
    if chance(rng, 0.6):
        found["stride"] = written(rng, drawn(1, 4)) if chance(rng, 0.9) else pick(rng, "None", "()", "[]")
    if any(padding) and chance(rng, 0.7):
        found["padding"] = written(rng, padding)
    if any(d > 1 for d in dilation):
        found["dilation"] = written(rng, dilation)
    if chance(rng, 0.5):
        found["ceil_mode"] = pick(rng, "True", "False")
    return found


def arguments(given: dict[str, str], names: tuple[str, ...], rng: RNG) -> str:
    """Write arguments as they are typed: in their order without names as far as they go, at times, else by name."""
    parts = []
    positional = chance(rng, 0.6)
    for name in names:
        if name not in given:
            positional = False
            continue
        positional = positional and chance(rng, 0.8)
        parts.append(given[name] if positional else f"{name}={given[name]}")
    return ", ".join(parts)


FUNCTION = ("kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices")
LAYER = ("kernel_size", "stride", "padding", "dilation", "return_indices", "ceil_mode")


def max_pool(rng: RNG) -> Call:
    """Draw a max pooling: of numbers, and at times of integers."""
    rank = pick(rng, 1, 2, 3)
    size = spatial(rng, rank)
    given = windows(rng, size, dilated=True)
    x = values(rng, *batch(rng), *size)
    if rank > 1 and chance(rng, 0.08):
        x = rng.integers(0, 9, x.shape).astype(pick(rng, *INTEGERS, np.bool_))
    if chance(rng, 0.4):
        given["return_indices"] = pick(rng, "True", "True", "False")
    if chance(rng, 0.35):
        return Call(f"nn.MaxPool{rank}d({arguments(given, LAYER, rng)})(x)", {"x": x})
    name = f"F.max_pool{rank}d_with_indices" if chance(rng, 0.15) else f"F.max_pool{rank}d"
    return Call(f"{name}(x, {arguments(given, FUNCTION, rng)})", {"x": x})


def avg_pool(rng: RNG) -> Call:
    """Draw an average pooling: of numbers, and at times of integers."""
    rank = pick(rng, 1, 2, 3)
    size = spatial(rng, rank)
    given = windows(rng, size, dilated=False)
    x = values(rng, *batch(rng), *size)
    if x.size and chance(rng, 0.08):
        x = rng.integers(-20, 20, x.shape).astype(pick(rng, *INTEGERS, np.int64, np.int64, np.bool_))
    if chance(rng, 0.4):
        given["count_include_pad"] = pick(rng, "True", "False")
    if rank > 1 and chance(rng, 0.3):
        given["divisor_override"] = pick(rng, "1", "3", "7", "None", "-2")
    order = ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override")
    text = arguments(given, order, rng)
    return Call(f"nn.AvgPool{rank}d({text})(x)" if chance(rng, 0.4) else f"F.avg_pool{rank}d(x, {text})", {"x": x})


def adaptive_pool(rng: RNG) -> Call:
    """Draw an adaptive pooling to sizes below, equal to and above the input's."""
    rank = pick(rng, 1, 2, 3)
    size = spatial(rng, rank)
    x = values(rng, *batch(rng), *size)
    if x.size and chance(rng, 0.04):
        x = rng.integers(0, 9, x.shape).astype(pick(rng, *INTEGERS))
    wanted: list[int | None] = [
        int(rng.integers(0, s + 3)) if chance(rng, 0.1) else int(rng.integers(1, s + 3)) for s in size
    ]
    if rank > 1:
        wanted = [None if chance(rng, 0.2) else one for one in wanted]
    text = str(tuple(wanted)) if chance(rng, 0.8) else str(list(wanted))
    if chance(rng, 0.3):
        text = str(int(rng.integers(1, 5)))
    if chance(rng, 0.4):
        return Call(pick(rng, f"F.adaptive_avg_pool{rank}d(x, {text})", f"nn.AdaptiveAvgPool{rank}d({text})(x)"), {"x": x})
    told = pick(rng, "", "", ", True", ", return_indices=True", ", return_indices=False")
    with_indices = f"F.adaptive_max_pool{rank}d_with_indices(x, {text})"
    function, layer = f"F.adaptive_max_pool{rank}d(x, {text}{told})", f"nn.AdaptiveMaxPool{rank}d({text}{told})(x)"
    return Call(pick(rng, function, function, layer, layer, with_indices), {"x": x})


def lp_pool(rng: RNG) -> Call:
    """Draw a power-average pooling; broken and odd powers meet positive numbers."""
    rank = pick(rng, 1, 2, 3)
    size = spatial(rng, rank)
    given = windows(rng, size, dilated=False)
    kernel = tuple(int(rng.integers(1, min(s, 3) + 1)) for s in size)
    given["kernel_size"] = str(min(kernel)) if rank == 1 or chance(rng, 0.5) else str(kernel)
    given.pop("padding", None)
    norm = pick(rng, "1", "2", "2.0", "3", "4", "1.5", "-1", "-2.0", "0.5", "float('inf')", "-float('inf')")
    x = distinct(rng, *batch(rng), *size, low=-2.0 if norm in ("2", "2.0", "4", "float('inf')", "-float('inf')") else 0.0)
    if norm in ("2", "2.0", "4") and chance(rng, 0.1):
        x = np.abs(np.round(x)) * (x > 0)  # windows of zeros
    elif norm in ("2", "3", "4") and x.size and chance(rng, 0.1):
        x = rng.integers(1, 9, x.shape)
    order = 2 if (x != 0).all() else 1
    given["norm_type"] = norm
    text = arguments(given, ("norm_type", "kernel_size", "stride", "ceil_mode"), rng)
    return Call(
        f"nn.LPPool{rank}d({text})(x)" if chance(rng, 0.4) else f"F.lp_pool{rank}d(x, {text})", {"x": x}, order=order
    )


def max_unpool(rng: RNG) -> Call:
    """Draw an unpooling: of a max pooling's places, which may be named twice, or of drawn ones."""
    rank = pick(rng, 1, 2, 3)
    size = spatial(rng, rank, 2)
    if chance(rng, 0.4):
        kernel, stride = int(rng.integers(1, 3)), pick(rng, None, 1, 2)
        x = distinct(rng, *pick(rng, (2, 2), (2,)), *size)
        pool = f"F.max_pool{rank}d(x, {kernel}, {stride}, return_indices=True)"
        module = (
            f"nn.MaxUnpool{rank}d({kernel}, {stride})(*{pool}, output_size={pick(rng, 'x.shape', f'x.shape[-{rank}:]')})"
        )
        return Call(module, {"x": x})
    kernel, stride = (tuple(map(int, rng.integers(1, 4, rank))) for _ in range(2))
    padding = tuple(int(rng.integers(0, k // 2 + 1)) for k in kernel)
    usual = [(n - 1) * s + k - 2 * p for n, k, s, p in zip(size, kernel, stride, padding, strict=True)]
    out = [max(o + int(rng.integers(1 - s, s)), 1) + 9 * int(chance(rng, 0.02)) for o, s in zip(usual, stride, strict=True)]
    text = f"{written_unpool(rng, kernel)}, {written_unpool(rng, stride)}, {written_unpool(rng, padding)}"
    given = chance(rng, 0.4)
    cells, count = int(np.prod(out if given else usual)), int(np.prod(size))
    text += f", output_size={tuple(out)}" if given else ""
    shape = (*batch(rng), *size)
    places = np.zeros((*shape[:-rank], count), np.int64)
    for place in np.ndindex(shape[:-rank]):
        places[place] = rng.permutation(cells)[:count] if cells >= count else rng.integers(0, cells, count)
    if places.size and chance(rng, 0.04):
        places.flat[0] = pick(rng, -1, cells)
    x, i = distinct(rng, *shape), places.reshape(shape)
    if x.size and chance(rng, 0.03):
        i = i.astype(np.int32)
    if x.size and chance(rng, 0.03):
        x = rng.integers(0, 9, shape)
    if given or chance(rng, 0.5):
        return Call(f"F.max_unpool{rank}d(x, i, {text})", {"x": x, "i": i})
    return Call(f"nn.MaxUnpool{rank}d({text})(x, i)", {"x": x, "i": i})


def written_unpool(rng: RNG, sizes: tuple[int, ...]) -> str:
    """Write sizes as an int where they are all the same, else as a tuple: unpooling takes no tuple of one in 2-D."""
    return str(sizes[0]) if len(set(sizes)) == 1 and chance(rng, 0.7) else str(sizes)


def wrong(rng: RNG) -> Call:
    """Draw a call that PyTorch refuses, or a layer that is printed."""
    rank = pick(rng, 1, 2, 3)
    name, layer = pick(rng, ("max_pool", "MaxPool"), ("avg_pool", "AvgPool"))
    adaptive, adaptive_layer = pick(rng, ("adaptive_max_pool", "AdaptiveMaxPool"), ("adaptive_avg_pool", "AdaptiveAvgPool"))
    size = spatial(rng, rank, 3)
    x = distinct(rng, *pick(rng, (2, 2), (2,)), *size)
    if chance(rng, 0.2):
        x = distinct(rng, *pick(rng, size, (1, 2, 2, *size), (2, 2, *size[:-1], 0), size[1:], (2, 2, 0, *size[1:])))
    bad = pick(rng, "0", "-1", "(2, 2, 2, 2)", "2.0", "True", "None", "()", "'2'", "40", "(2, 2)", "(3, 3, 3)")
    expressions = (
        f"F.{name}{rank}d(x, {bad})",
        f"nn.{layer}{rank}d({bad})(x)",
        f"F.{name}{rank}d(x, 3, {pick(rng, '0', '-1', '(1, 1, 1, 1)', '1.5', 'True')})",
        f"F.{name}{rank}d(x, 2, padding={pick(rng, '2', '-1', '(1, 1, 1, 1)', 'None', '0.5')})",
        f"F.{name}{rank}d(x, 2, ceil_mode={pick(rng, '1', 'None', '0', repr('yes'))})",
        f"F.max_pool{rank}d(x, 2, dilation={pick(rng, '0', '-1', '(1, 1, 1, 1)', '30', 'None')})",
        f"F.max_pool{rank}d(x, 3, 1, 2, 2)",
        f"F.avg_pool{rank}d(x, 2, count_include_pad={pick(rng, '1', 'None')})",
        f"F.avg_pool{rank}d(x, 2, divisor_override={pick(rng, '0', '1.5', 'True')})",
        f"F.{adaptive}{rank}d(x, {pick(rng, '-1', '(2, 2, 2, 2)', 'None', '2.5', 'True', '()', '(None,)', '(2,)', '(2, 2)')})",
        f"nn.{adaptive_layer}{rank}d({pick(rng, '-1', '(2, 2, 2, 2)', '2.5', '()')})(x)",
        f"F.lp_pool{rank}d(x, {pick(rng, '0', 'None', repr('2'))}, 2)",
        f"F.lp_pool{rank}d(x, 2, {pick(rng, '0', '(2,)', '(2, 2)', '(2, 2, 2)', '50')})",
        f"F.max_unpool{rank}d(x, x, 2)",
        f"F.max_unpool{rank}d(x, mt.zeros(1, 1, dtype=mt.int64), 2)",
        f"F.max_unpool{rank}d(x, x.long() * 0, 2, output_size={pick(rng, '5', '(1, 2, 3, 4, 5, 6)', '()')})",
        f"F.max_unpool{rank}d(x, x.long() * 0, {pick(rng, '(2, 2, 2, 2)', '2, 2, 40')})",
    )
    printed = (
        f"nn.MaxPool{rank}d({pick(rng, '2', '(3,)', '3, 2, 1', '2, ceil_mode=True', '2, dilation=2, return_indices=True')})",
        f"nn.AvgPool{rank}d({pick(rng, '2', '(3,)', '3, 2, 1', '2, ceil_mode=True', '3, count_include_pad=False')})",
        f"nn.LPPool{rank}d({pick(rng, '2, 3', '1.5, 2, stride=1', '2, 3, ceil_mode=True')})",
        f"nn.MaxUnpool{rank}d({pick(rng, '2', '3, 2', '3, stride=1, padding=1')})",
        f"nn.AdaptiveAvgPool{rank}d({pick(rng, '2', '1')})",
        f"nn.AdaptiveMaxPool{rank}d({pick(rng, '2', '1, True')})",
    )
    return Call(pick(rng, *expressions) if chance(rng, 0.85) else pick(rng, *printed), {"x": x})
