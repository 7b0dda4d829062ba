"""The command line: `python -m minitensor.viz.lens --rank 2 --size 7 --kernel 3 --stride 2 -o lens.html`."""

from __future__ import annotations

import argparse
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from minitensor import nn
from minitensor.creation import randn
from minitensor.random import manual_seed
from minitensor.viz.lens.view import MODES, lens

CONVOLUTIONS: dict[bool, tuple[Any, ...]] = {
    False: (nn.Conv1d, nn.Conv2d, nn.Conv3d),
    True: (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, and return the exit status: 2 where that cannot be done, with a line that says why."""
    given = _parser().parse_args(arguments)
    try:
        path = _lens(given).save(given.output)
    except (ValueError, OSError) as error:
        print(f"minitensor.viz.lens: {error}", file=sys.stderr)  # noqa: T201
        return 2
    print(path)  # noqa: T201
    if given.open:
        webbrowser.open(path.resolve().as_uri())
    return 0


def _lens(given: argparse.Namespace) -> Any:
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
    if given.transposed:
        options["output_padding"] = _each(given.output_padding, rank, "output-padding")
    else:
        options["padding_mode"] = given.padding_mode
    make = CONVOLUTIONS[given.transposed][rank - 1]
    layer = make(given.in_channels, given.out_channels, several["kernel"], **options)
    x = randn(given.batch, given.in_channels, *_each(given.size, rank, "size"))
    answer = layer(x)
    return lens(layer, x, randn(*answer.shape), mode=given.mode)


def _each(values: list[int], rank: int, name: str) -> tuple[int, ...]:
    """One number for every axis, or one for each."""
    if len(values) not in (1, rank):
        raise ValueError(f"--{name} takes one number, or one for each of the {rank} axes, got {len(values)}")
    return tuple(values) * (rank if len(values) == 1 else 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m minitensor.viz.lens",
        description="Write a page about one convolution with real numbers, and how its gradients come about.",
    )
    parser.add_argument("--rank", type=int, choices=(1, 2, 3), default=2, help="how many spatial axes there are (2)")
    for name, usual, words in (
        ("size", 7, "of the input"),
        ("kernel", 3, "of the kernel"),
        ("stride", 1, "from one window to the next"),
        ("padding", 0, "cells added on both sides"),
        ("dilation", 1, "from one tap to the next"),
        ("output-padding", 0, "of a transposed convolution"),
    ):
        parser.add_argument(f"--{name}", type=int, nargs="+", default=[usual], metavar="N", help=f"{words} ({usual})")
    parser.add_argument("--padding-mode", choices=("zeros", "reflect", "replicate", "circular"), default="zeros")
    for name, words in (
        ("in-channels", "channels in"),
        ("out-channels", "channels out"),
        ("groups", "groups"),
        ("batch", "samples"),
    ):
        parser.add_argument(f"--{name}", type=int, default=1, metavar="N", help=f"{words} (1)")
    parser.add_argument("--transposed", action="store_true", help="a transposed convolution")
    parser.add_argument("--no-bias", action="store_true", help="without a bias")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the numbers (0)")
    parser.add_argument("--mode", choices=MODES, default="linked", help="what is shown first")
    parser.add_argument("-o", "--output", type=Path, default=Path("lens.html"), help="the file to write (lens.html)")
    parser.add_argument("--open", action="store_true", help="open it in a browser")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
