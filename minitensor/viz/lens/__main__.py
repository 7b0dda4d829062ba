"""The command line: `python -m minitensor.viz.lens --rank 2 --size 7 --kernel 3 --stride 2 -o lens.html`."""

from __future__ import annotations

import argparse
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from minitensor import nn
from minitensor.creation import randint
from minitensor.grad_mode import no_grad
from minitensor.random import manual_seed
from minitensor.tensor import Tensor
from minitensor.viz.lens.steps import WAYS
from minitensor.viz.lens.view import MODES, Lens, lens

CONVOLUTIONS: dict[bool, tuple[Any, ...]] = {
    False: (nn.Conv1d, nn.Conv2d, nn.Conv3d),
    True: (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, and return the exit status: 2 where that cannot be done, with a line that says why."""
    given = _parser().parse_args(arguments)
    try:
        view = _lens(given)
        paths = []
        if given.gif is not None:
            paths.append(view.gif(given.gif, given.mode if given.mode in WAYS else "gather"))
        if given.output is not None or not paths:
            paths.append(view.save(given.output or "lens.html"))
    except (ValueError, OSError, ImportError) as error:
        print(f"minitensor.viz.lens: {error}", file=sys.stderr)  # noqa: T201
        return 2
    print(*paths, sep="\n")  # noqa: T201
    if given.open:
        webbrowser.open(paths[-1].resolve().as_uri())
    return 0


def _lens(given: argparse.Namespace) -> Lens:
    manual_seed(given.seed)
    rank = given.rank
    several = {name: _each(getattr(given, name), rank, name) for name in ("kernel", "stride", "padding", "dilation")}
    options: dict[str, Any] = {
        "stride": several["stride"],
        "padding": several["padding"],
        "dilation": several["dilation"],
        "groups": given.groups,
        "bias": not given.no_bias,
    }
    if not given.transposed and any(given.output_padding):
        raise ValueError("--output-padding belongs to --transposed")
    if given.transposed:
        options["output_padding"] = _each(given.output_padding, rank, "output-padding")
    else:
        options["padding_mode"] = given.padding_mode
    make = CONVOLUTIONS[given.transposed][rank - 1]
    layer = make(given.in_channels, given.out_channels, several["kernel"], **options).double()
    layer.load_state_dict({name: _tenths(*value.shape) for name, value in layer.state_dict().items()})
    x = _tenths(given.batch, given.in_channels, *_each(given.size, rank, "size"))
    with no_grad():
        out_shape = layer(x).shape
    return lens(layer, x, _tenths(*out_shape), mode=given.mode)


def _tenths(*shape: int) -> Tensor:
    """Numbers from -2 to 2 with one decimal, which can be added in one's head."""
    return randint(-20, 21, shape).double() / 10


def _each(values: list[int], rank: int, name: str) -> tuple[int, ...]:
    """One number for every axis, or one for each."""
    if len(values) not in (1, rank):
        raise ValueError(f"--{name} takes one number, or one for each of the {rank} axes, got {len(values)}")
    return tuple(values) * (rank if len(values) == 1 else 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m minitensor.viz.lens",
        usage="%(prog)s [options] [-o FILE]",
        description="Write a page about one convolution with real numbers, and how its gradients come about: one "
        "file, which a browser opens by itself. Its numbers are tenths.",
        epilog="For example, a remainder: --rank 1 --size 17 --kernel 5 --stride 3 --padding 2 --mode remainder",
    )
    sizes = parser.add_argument_group("sizes", "one number for every axis, or one for each: --size 7 9")
    sizes.add_argument("--rank", type=int, choices=(1, 2, 3), default=2, help="how many spatial axes there are (2)")
    for name, usual, words in (
        ("size", 7, "of the input"),
        ("kernel", 3, "of the kernel"),
        ("stride", 1, "from one window to the next"),
        ("padding", 0, "cells added on both sides"),
        ("dilation", 1, "from one tap to the next"),
        ("output-padding", 0, "of a transposed convolution"),
    ):
        sizes.add_argument(f"--{name}", type=int, nargs="+", default=[usual], metavar="N", help=f"{words} ({usual})")
    channels = parser.add_argument_group("channels")
    for name, words in (
        ("in-channels", "channels in"),
        ("out-channels", "channels out"),
        ("groups", "groups of channels"),
        ("batch", "samples"),
    ):
        channels.add_argument(f"--{name}", type=int, default=1, metavar="N", help=f"{words} (1)")
    kind = parser.add_argument_group("kind")
    kind.add_argument("--transposed", action="store_true", help="a transposed convolution")
    modes = ("zeros", "reflect", "replicate", "circular")
    kind.add_argument("--padding-mode", choices=modes, default="zeros", help="what the padding holds (zeros)")
    kind.add_argument("--no-bias", action="store_true", help="without a bias")
    kind.add_argument("--seed", type=int, default=0, metavar="N", help="of the numbers (0)")
    page = parser.add_argument_group("page")
    page.add_argument("--mode", choices=MODES, default="linked", help="what is shown first (linked)")
    page.add_argument("-o", "--output", type=Path, metavar="FILE", help="the page to write (lens.html)")
    page.add_argument("--gif", type=Path, metavar="FILE", help="an animation of gather, scatter or weight, for slides")
    page.add_argument("--open", action="store_true", help="open it in a browser")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
