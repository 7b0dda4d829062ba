"""The steps of a gradient as an animation for slides, drawn by Pillow."""

from __future__ import annotations

from colorsys import hls_to_rgb
from itertools import pairwise
from math import ceil, gcd, prod
from pathlib import Path
from typing import Any

import numpy as np

from minitensor.extras import extra
from minitensor.viz.lens.case import Case
from minitensor.viz.lens.steps import WAYS, Grid, Step, count_of, steps_of

MOST_STEPS = 400
MOST_PIXELS = 2_000_000  # of one frame
MARGIN, GAP, BETWEEN = 24, 44, 14  # around all, between grids, between planes
TITLE, WORDS = 34, 44  # the lines above a grid and below all
CLEAR = 255  # the palette's colour of what stays as it was
SHADES = 8  # of a colour, from 0 to the largest number
HOLD = 3  # the last step stays so many times longer

# The page's colours, by day.
PAPER, LINE = (255, 255, 255), (200, 206, 214)
TEXT, QUIET, ZERO, TARGET = (26, 29, 33), (90, 98, 109), (238, 240, 243), (26, 29, 33)
POSITIVE, NEGATIVE = (86, 180, 233), (232, 146, 90)

Color = tuple[int, int, int]


def write_gif(case: Case, path: Path, mode: str, seconds_per_step: float) -> None:
    """Write the steps of a gradient as an animation.

    Raises
    ------
    ValueError
        There is no such mode, the time is not above 0, or the animation would be too long or too large.
    ModuleNotFoundError
        Pillow is not installed.
    """
    if mode not in WAYS:
        raise ValueError(f"lens.gif: mode is one of {', '.join(WAYS)}, got {mode!r}")
    if not 0.02 <= seconds_per_step <= 60:
        raise ValueError(f"lens.gif: seconds_per_step is from 0.02 to 60, got {seconds_per_step}")
    count = count_of(case, mode)
    if count > MOST_STEPS:
        raise ValueError(f"lens.gif: {count} steps are too many, an animation has up to {MOST_STEPS}: take a smaller case")
    steps = list(steps_of(case, mode))
    painter = _Painter(case, steps)
    frames = [painter.frame(step) for step in steps]
    palette = painter.palette()
    first, *others = painter.changes([frame.quantize(palette=palette, dither=0) for frame in frames])
    milliseconds = round(seconds_per_step * 1000)
    times = [milliseconds] * (count - 1) + [HOLD * milliseconds]
    kept = {"transparency": CLEAR, "disposal": 1, "optimize": False, "interlace": False}
    first.save(path, format="GIF", save_all=True, append_images=others, duration=times, loop=0, **kept)


class _Painter:
    """Draws steps of one size."""

    def __init__(self, case: Case, steps: list[Step]) -> None:
        self._image, self._draw, font = (
            extra(f"PIL.{name}", "lens.gif", "viz") for name in ("Image", "ImageDraw", "ImageFont")
        )
        self._taps = prod(case.given["kernel"])
        grids = steps[-1].grids
        widest = sum(grid.numbers.shape[0] * grid.numbers.shape[2] for grid in grids)
        self._side = 52 if widest <= 26 else 44 if widest <= 40 else 36
        self._small, self._large = (font.load_default(size) for size in (round(self._side * 0.36), 20))
        self._largest = [_largest([step.grids[place].numbers for step in steps]) for place in range(len(grids))]
        # For each place its planes beside each other, as large as any step needs them.
        widths = [max(self._width(step.grids[place]) for step in steps) for place in range(len(grids))]
        rows = max(step.grids[place].numbers.shape[1] for step in steps for place in range(len(grids)))
        titles = [ceil(self._large.getlength(grid.title)) for grid in grids]
        self._widths = [max(pair) for pair in zip(widths, titles, strict=True)]
        words = max(ceil(self._large.getlength(step.words)) for step in steps)
        width = 2 * MARGIN + max(sum(self._widths) + GAP * (len(grids) - 1), words)
        self.size = (width, 2 * MARGIN + TITLE + rows * self._side + WORDS)
        if prod(self.size) > MOST_PIXELS:
            extent = f"{self.size[0]} x {self.size[1]}"
            raise ValueError(f"lens.gif: a frame of {extent} pixels is too large: take fewer channels or a smaller size")

    def _width(self, grid: Grid) -> int:
        planes, columns = int(grid.numbers.shape[0]), int(grid.numbers.shape[2])
        return planes * columns * self._side + BETWEEN * (planes - 1) + 2

    def frame(self, step: Step) -> Any:
        """The picture of a step."""
        image = self._image.new("RGB", self.size, PAPER)
        draw = self._draw.Draw(image)
        left = MARGIN
        for grid, width, largest in zip(step.grids, self._widths, self._largest, strict=True):
            draw.text((left, MARGIN), grid.title, TEXT, self._large)
            self._grid(draw, grid, left, MARGIN + TITLE, largest)
            left += width + GAP
        draw.text((MARGIN, self.size[1] - MARGIN), step.words, QUIET, self._large, anchor="ls")
        return image

    def _grid(self, draw: Any, grid: Grid, left: int, top: int, largest: float) -> None:
        side = self._side
        columns = grid.numbers.shape[2]
        rings = []
        for (plane, row, column), value in np.ndenumerate(grid.numbers):
            x, y = left + plane * (columns * side + BETWEEN) + column * side, top + row * side
            box = (x, y, x + side, y + side)
            draw.rectangle(box, _fill(value, largest, bool(grid.zeros[plane, row, column])), LINE)
            if not np.isnan(value):
                colour = QUIET if grid.zeros[plane, row, column] else TEXT
                draw.text((x + side / 2, y + side / 2), _short(value), colour, self._small, anchor="mm")
            tap = grid.rings.get((plane, row, column))
            if tap is not None:
                rings.append((box, TARGET if tap < 0 else self._colour(tap)))
        for (x0, y0, x1, y1), colour in rings:
            draw.rectangle((x0 + 2, y0 + 2, x1 - 2, y1 - 2), None, colour, 4)

    def _colour(self, tap: int) -> Color:
        """The colour of a tap, as the page has it in links.js."""
        taps = self._taps
        hues, place = (ceil(taps / 3), tap // 3) if taps > 12 else (taps, tap)
        leap = max(1, round(hues * 0.38))
        while gcd(leap, hues) > 1:
            leap += 1
        saturation, lightness = ((80, 45), (70, 64), (95, 32))[tap % 3] if taps > 12 else (75, 45)
        hue = round(place * leap * 360 / hues + 10) % 360
        red, green, blue = hls_to_rgb(hue / 360, lightness / 100, saturation / 100)
        return round(red * 255), round(green * 255), round(blue * 255)

    def palette(self) -> Any:
        """One palette for all frames, so that only what changes has to be kept: the colours, and what letters blend with."""
        taps = [self._colour(tap) for tap in range(min(self._taps, 64))]
        grounds = [PAPER, ZERO, *(_shade(sign * step) for step in range(1, SHADES + 1) for sign in (1, -1))]
        blends = [_mixed(ground, ink, part) for ground in grounds for ink in (TEXT, QUIET) for part in (0.35, 0.7)]
        colours = [TEXT, QUIET, LINE, *taps, *grounds, *blends]
        palette = self._image.new("P", (1, 1))
        palette.putpalette([part for colour in colours for part in colour])
        return palette

    def changes(self, frames: list[Any]) -> list[Any]:
        """The frames, of each but the first only what differs from the one before."""
        pixels = [np.asarray(frame) for frame in frames]
        found = [frames[0]]
        for before, now in pairwise(pixels):
            image = self._image.fromarray(np.where(now == before, np.uint8(CLEAR), now))
            image.putpalette(frames[0].getpalette())
            found.append(image)
        return found


def _largest(arrays: list[Any]) -> float:
    return max(float(np.nanmax(np.abs(array), initial=0.0)) for array in arrays)


def _fill(value: float, largest: float, zero: bool) -> Color:
    """The ground of a cell: bluer above 0, redder below, the stronger the further."""
    if zero:
        return ZERO
    if np.isnan(value) or largest == 0:
        return PAPER
    return _shade(round(SHADES * float(value) / largest))


def _shade(step: int) -> Color:
    return _mixed(PAPER, NEGATIVE if step < 0 else POSITIVE, 0.8 * min(1.0, abs(step) / SHADES))


def _mixed(ground: Color, ink: Color, part: float) -> Color:
    red, green, blue = (round(under + (over - under) * part) for under, over in zip(ground, ink, strict=True))
    return red, green, blue


def _short(value: float) -> str:
    """A number in up to five letters."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    if text in ("0", "-0"):
        return "0" if value == 0 else "0.0"
    return text if len(text) <= 5 else f"{value:.0f}" if abs(value) < 10_000 else f"{value:.0e}".replace("e+0", "e")
