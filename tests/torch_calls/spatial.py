"""Calls of what pads, resizes and rearranges: pad, unfold, fold, interpolate, pixel_shuffle, their layers, Flatten, Unflatten.

Left out, as they differ on purpose:

- circular padding with more cells than negative padding has left on that axis: PyTorch answers with memory that nobody wrote to;
- reflection and replication that take away more cells than there are, on several axes (PyTorch reads beyond the array);
- padding layers with another number of amounts than two for each axis: refused when they are built, where PyTorch pads other axes;
- other layers with arguments that fit no input: refused when they are built, in PyTorch when they are called;
- interpolate of uint8 in the modes bilinear and bicubic (integer arithmetic in PyTorch), and of or to nothing in mode area;
- mode nearest with a scale factor between 1 and 2, or above 2, where the sizes stay or double all the same: PyTorch's
  values (for signals and volumes) and gradients are those of different maps there; ours are of that of the gradients;
- mode bicubic and antialias with a scale factor between 1 and 2 where sizes stay: likewise, ours are of the map of the values;
- antialias to a width of 1, where PyTorch answers with the first row in all rows, and of integers (PyTorch lets them pass where
  all sizes stay);
- pixel_unshuffle of an empty batch, which PyTorch returns as it is;
- layers without channels, which `channel_shuffle` and `pixel_shuffle` let pass.
"""

from __future__ import annotations

from collections.abc import Iterator

from torch_calls.call import Call
from torch_calls.draw import RNG, pick
from torch_calls.spatial_columns import flat, fold, shuffle, unfold
from torch_calls.spatial_draw import ints
from torch_calls.spatial_padding import pad_copies, pad_layer, pad_value
from torch_calls.spatial_sampling import affine, interpolate, sample, upsample


def calls(rng: RNG) -> Iterator[Call]:
    """Yield calls without end."""
    kinds = [
        pad_value,
        pad_copies,
        pad_copies,
        pad_layer,
        unfold,
        fold,
        *[interpolate] * 4,
        upsample,
        shuffle,
        flat,
        sample,
        affine,
        alone,
    ]
    while True:
        yield pick(rng, *kinds)(rng)


def alone(rng: RNG) -> Call:
    """Layers that are built and not called."""
    two = ints(rng, 1, 3, 2)
    text = pick(
        rng,
        f"nn.Unfold({two})",
        f"nn.Unfold({two[0]}, dilation={two}, padding=1, stride=2)",
        f"nn.Fold({two}, {two[1]})",
        f"nn.Fold(8, 2, dilation={two}, padding={two}, stride=2)",
        f"nn.Flatten({two[0]})",
        f"nn.Unflatten({two[0]}, {two})",
        f"nn.ZeroPad2d({two[0]})",
        f"nn.ConstantPad3d({two[0]}, 0.5)",
        f"nn.Upsample({two}, mode='bicubic', align_corners=True)",
        f"nn.UpsamplingBilinear2d(scale_factor={two[0]})",
    )
    return Call(text, {})
