"""What `lens` answers with: the page about one convolution."""

from __future__ import annotations

import os
import tempfile
import webbrowser
from html import escape
from pathlib import Path
from typing import Any

from minitensor.viz.lens.case import Case, case_of
from minitensor.viz.lens.gif import write_gif
from minitensor.viz.lens.steps import WAYS
from minitensor.viz.offline import offline_page

# In this order they are one script: a file uses what those before it define.
SCRIPTS = (
    "arrays.js",
    "geometry.js",
    "form.js",
    "rules.js",
    "checks.js",
    "store.js",
    "address.js",
    "words.js",
    "links.js",
    "cells.js",
    "room.js",
    "grids.js",
    "sum.js",
    "verdict.js",
    "settings.js",
    "linked.js",
    "sketch.js",
    "scatter.js",
    "gather.js",
    "matrix.js",
    "weight.js",
    "remainder.js",
    "predict.js",
    "player.js",
    "main.js",
)
MODES = ("linked", "scatter", "gather", "matrix", "weight", "remainder", "predict")


# What the page shows where nothing else is said.
USUAL: dict[str, Any] = {
    "rank": 2, "transposed": False, "batch": 1, "inChannels": 1, "outChannels": 1, "groups": 1, "bias": True,
    "size": [7, 7], "kernel": [3, 3], "stride": [2, 2], "dilation": [1, 1], "padding": [[1, 1], [1, 1]],
    "paddingMode": "zeros", "outputPadding": [0, 0],
}  # fmt: skip


def lens_page() -> str:
    """The page without a case of its own, which is told one by its address.

    Examples
    --------
    >>> "<title>the lens</title>" in lens_page()
    True
    """
    return _page({"given": USUAL, "arrays": None}, "linked", "the lens")


def _page(case: dict[str, Any], mode: str, title: str) -> str:
    return offline_page("lens/page", "lens", SCRIPTS, {**case, "seed": 1, "mode": mode}, title)


def lens(conv_layer_or_call: Any, x: Any, grad: Any = None, *, mode: str = "linked") -> Lens:
    """A page about one convolution with real numbers, and how its gradients come about.

    It shows X, W, b, Y and their gradients cell by cell: what a cell is made of lights up, with the sum written out. It
    steps through dX by scattering, by gathering (the transposed convolution) and by the convolution's matrix, and through
    dW; compares each with finite differences; and computes anew when a number or a setting is changed.

    Parameters
    ----------
    conv_layer_or_call : Conv1d to ConvTranspose3d, or callable
        A layer; or a function that convolves x once: `lambda x: F.conv2d(x, weight, stride=2)`.
    x : Tensor or array_like, shape (N, C, *spatial) or (C, *spatial)
        What is convolved.
    grad : Tensor or array_like, of the output's shape, optional
        dY, the gradient that arrives at the output; ones unless given, as for `y.sum().backward()`.
    mode : {'linked', 'scatter', 'gather', 'matrix', 'weight', 'remainder', 'predict'}
        What the page shows first.

    Returns
    -------
    Lens
        With `html()`, `save(path)`, `show()`, and `gif(path)` for slides.

    Raises
    ------
    TypeError
        It is neither a convolution nor something that can be called.
    ValueError
        The call does not convolve just once, the convolution is too large to be looked at, or there is no such mode.
    ShapeError
        `x` does not fit it, or `grad` does not fit its output.

    References
    ----------
    V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning", 2016, arXiv:1603.07285, whose pictures
    show one channel and one direction at a time.

    Examples
    --------
    >>> import minitensor as mt
    >>> view = lens(mt.nn.Conv2d(1, 1, 3, stride=2, padding=1), mt.randn(1, 1, 7, 7))
    >>> view
    Lens(conv2d 3x3: (1, 1, 7, 7) -> (1, 1, 4, 4))
    >>> view.html().splitlines()[0]
    '<!DOCTYPE html>'
    """
    if mode not in MODES:
        raise ValueError(f"lens: mode is one of {', '.join(MODES)}, got {mode!r}")
    return Lens(case_of(conv_layer_or_call, x, grad), mode)


class Lens:
    """The page about one convolution: what `lens` answers with.

    Parameters
    ----------
    case : Case
    mode : str
        What is shown first.
    """

    def __init__(self, case: Case, mode: str = "linked") -> None:
        self.case, self.mode = case, mode

    def html(self) -> str:
        """The page, in one text that asks nobody for anything."""
        return _page(self.case.to_dict(), self.mode, self.title)

    @property
    def title(self) -> str:
        """What the page is called."""
        given = self.case.given
        kind = "conv_transpose" if given["transposed"] else "conv"
        return f"the lens: {kind}{given['rank']}d {'x'.join(map(str, given['kernel']))}"

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to a file.

        Parameters
        ----------
        path : str or Path
            Ends in .html; or in .gif for an animation, as `gif` writes it.

        Raises
        ------
        ValueError
            It has another ending.
        FileNotFoundError
            The folder is not there.
        """
        path = Path(path)
        if path.suffix.lower() == ".gif":
            return self.gif(path, self.mode if self.mode in WAYS else "gather")
        _check_place(path, ".html", "save: a lens is an .html file, or a .gif file")
        path.write_text(self.html(), encoding="utf-8")
        return path

    def gif(self, path: str | os.PathLike[str], mode: str = "gather", *, seconds_per_step: float = 0.7) -> Path:
        """Write an animation for slides: a gradient that fills up step by step.

        Parameters
        ----------
        path : str or Path
            Ends in .gif.
        mode : {'gather', 'scatter', 'weight'}
            dX by the transposed convolution, dX by spreading W, or dW.
        seconds_per_step : float
            How long each step is seen, the last one three times as long.

        Raises
        ------
        ValueError
            It has another ending, there is no such mode, or the case is too large for an animation.
        FileNotFoundError
            The folder is not there.
        ModuleNotFoundError
            Pillow is not installed: it comes with `minitensor[viz]`.
        """
        path = Path(path)
        _check_place(path, ".gif", "lens.gif: an animation is a .gif file")
        write_gif(self.case, path, mode, seconds_per_step)
        return path

    def show(self) -> Path:
        """Open the page in a browser, and return where it was written: a file for the time being."""
        path = self.save(Path(tempfile.mkdtemp(prefix="lens-"), "lens.html"))
        webbrowser.open(path.as_uri())
        return path

    def _repr_html_(self) -> str:
        page = escape(self.html(), quote=True)
        return (
            f'<iframe srcdoc="{page}" style="width: 100%; height: 760px; border: 0" title="{escape(self.title)}"></iframe>'
        )

    def __repr__(self) -> str:
        x, y = self.case.arrays["X"], self.case.arrays["dY"]
        shapes = " -> ".join(str(array.shape) for array in (x, y) if array is not None)
        return f"Lens({self.title.removeprefix('the lens: ')}: {shapes})"


def _check_place(path: Path, ending: str, words: str) -> None:
    if path.suffix.lower() != ending:
        raise ValueError(f"{words}, got {path.name!r}")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"save: there is no folder {str(path.parent)!r} to write {path.name!r} to")
