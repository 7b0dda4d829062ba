"""A browser for the tests of the page: Chromium, in which nothing but the page itself may be asked for."""

import os
import shutil
from pathlib import Path

import pytest

import minitensor as mt
import minitensor.nn.functional as F
from drawn_networks import Block, constant_parameters
from minitensor import nn

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PAGE = Path(mt.__file__).parent / "viz" / "page"


@pytest.fixture(scope="session")
def chromium():
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        pytest.fail("the tests of the page need playwright: pip install -e '.[test,browser]'", pytrace=False)
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None or not Path(path).exists():
        pytest.fail(
            "the tests of the page need Chromium: 'apt install chromium' on Debian, or CHROMIUM=/path/to/chromium",
            pytrace=False,
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def show(chromium, tmp_path):
    """Open a page's HTML: `show(text, address="", **options)`. Afterwards: no request but for the file, nothing on the console."""
    opened = []

    def show(text, address="", **options):
        path = tmp_path / f"page{len(opened)}.html"
        path.write_text(text, encoding="utf-8")
        context = chromium.new_context(
            **{"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", "offline": True, **options}
        )
        context.set_default_timeout(20_000)
        said, requests = [], []
        context.on("request", lambda request: requests.append(request.url))
        context.route(lambda url: not url.startswith(path.as_uri()), lambda route: route.abort())
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        opened.append((context, path, said, requests))
        page.goto(path.as_uri() + address)
        page.wait_for_selector("html[data-ready]")
        return page

    yield show
    for context, path, said, requests in opened:
        context.close()
        assert said == []
        assert {url.partition("#")[0] for url in requests} == {path.as_uri()}


@pytest.fixture(scope="session")
def script(chromium):
    """A blank page that has the functions of the page's script that know nothing of a page."""
    page = chromium.new_page()
    for name in ("graph.js", "layers.js", "order.js", "place.js", "layout.js", "routes.js", "wires.js"):
        page.add_script_tag(content=(PAGE / name).read_text(encoding="utf-8"))
    yield page
    page.close()


class Staged(nn.Module):
    """A residual network of 50 layers: a stem, three stages of eight blocks of two convolutions, a classifier."""

    def __init__(self):
        self.stem = nn.Conv2d(3, 4, 3, padding=1)
        self.stage1, self.stage2, self.stage3 = (nn.Sequential(*[Block(4) for _ in range(8)]) for _ in range(3))
        self.fc = nn.Linear(4, 10)

    def forward(self, x):
        x = F.max_pool2d(self.stage1(self.stem(x)), 2)
        x = self.stage3(F.max_pool2d(self.stage2(x), 2))
        return self.fc(x.mean((2, 3)))


@pytest.fixture(scope="session")
def residual():
    """Views of the residual network's loss: forward, backward, both."""
    model = constant_parameters(Staged())
    image = (mt.arange(2.0 * 3 * 8 * 8) % 11 - 5).reshape(2, 3, 8, 8)
    loss = F.cross_entropy(model(image), mt.tensor([1, 2]))
    return {direction: mt.viz.graph(loss, model, direction=direction) for direction in ("forward", "backward", "both")}


@pytest.fixture(scope="session")
def small():
    """A convolution and its loss, in both directions, with what `record` sees."""
    conv = constant_parameters(nn.Conv2d(1, 2, 3))
    image = mt.arange(36.0).reshape(1, 1, 6, 6).requires_grad_()
    with mt.viz.record():
        loss = F.relu(conv(image)).mean()
    return mt.viz.graph(loss, conv, direction="both")
