"""Writes pictures/lens.png and pictures/lens_*.png: the lens in each of its modes, in a browser.

Run it as `python docs/make_lens_pictures.py`; it needs Pillow, Playwright and Chromium.
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

import minitensor as mt
from minitensor import nn
from minitensor.viz import Lens, lens

PICTURES = Path(__file__).resolve().parent / "pictures"


def tenths(*shape: int) -> mt.Tensor:
    """Numbers from -2 to 2 with one decimal."""
    return mt.randint(-20, 21, shape).double() / 10


def view(layer: nn.Module, *shape: int) -> Lens:
    """The lens of a layer whose numbers are tenths."""
    mt.manual_seed(1)
    layer = layer.double()
    layer.load_state_dict({name: tenths(*value.shape) for name, value in layer.state_dict().items()})
    x = tenths(*shape)
    return lens(layer, x, tenths(*layer(x).shape))


def main() -> None:
    """Take the pictures."""
    image = view(nn.Conv2d(1, 1, 3, stride=2, padding=1), 1, 1, 7, 7)
    signal = view(nn.Conv1d(1, 1, 5, stride=3, padding=2), 1, 1, 17)
    shots: dict[str, tuple[Lens, dict[str, Any], int]] = {
        "lens": (image, {"target": {"name": "dX", "cell": 24}}, 760),
        "lens_scatter": (image, {"mode": "scatter", "step": 6}, 760),
        "lens_gather": (image, {"mode": "gather", "step": 24}, 760),
        "lens_matrix": (image, {"mode": "matrix", "step": 24}, 800),
        "lens_weight": (image, {"mode": "weight", "step": 5}, 800),
        "lens_remainder": (signal, {"mode": "remainder", "target": {"name": "dX", "cell": 16}}, 700),
        "lens_predict": (image, {"mode": "predict"}, 640),
        "lens_broken": (image, {"broken": "flip", "target": {"name": "dX", "cell": 24}}, 800),
    }
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=path)
        for name, (shown, state, height) in shots.items():
            page = browser.new_page(viewport={"width": 1280, "height": height}, color_scheme="light")
            page.goto(shown.save(Path(folder, f"{name}.html")).as_uri())
            page.evaluate("(state) => lens.change(state)", state)
            if name == "lens_predict":  # two of the cells that are asked for, and one that is not
                answer(page)
            page.wait_for_selector("#check:not([data-verdict=checking])")
            picture = Image.open(io.BytesIO(page.screenshot()))
            picture.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
                PICTURES / f"{name}.png", optimize=True
            )
        browser.close()


def answer(page: Any) -> None:
    """Choose a cell too many and one too few, and let it be marked."""
    asked = int(page.locator('.cell[data-mark="asked"]').get_attribute("data-cell"))
    page.evaluate("(cell) => lens.change({ mode: 'linked', target: { name: 'dX', cell } })", asked)
    reach = page.evaluate("lens.lit().dY")
    page.evaluate("lens.change({ mode: 'predict', target: null })")
    wrong = next(cell for cell in range(16) if cell not in reach)
    for cell in [*reach[: max(1, len(reach) - 1)], wrong]:
        page.locator(f'.cell[data-array="dY"][data-cell="{cell}"]').click()
    page.get_by_role("button", name="Mark my answer").click()
    page.mouse.move(0, 0)


if __name__ == "__main__":
    main()
