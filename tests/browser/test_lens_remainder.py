"""What the lens says of the remainder, of an empty sum and of what was padded, is what counting the cells finds."""

import re

import numpy as np
import pytest

import minitensor as mt
from lens_lines import LINE, some_geometries

SHOWN = """(cases) => cases.map((given) => {
  lens.set(given);
  const box = document.querySelector(".derivation");
  const marked = {};
  for (const cell of document.querySelectorAll('#arrays .cell:not([data-mark=""])')) {
    for (const mark of cell.dataset.mark.split(" ")) ((marked[cell.dataset.array] ??= {})[mark] ??= []).push(Number(cell.dataset.cell));
  }
  return { counts: { ...box.dataset }, text: box.textContent, marked };
})"""


@pytest.fixture
def page(show):
    return show(mt.viz.lens(mt.nn.Conv1d(1, 1, 3), mt.ones(1, 1, 9), mode="remainder").html())


def read_by(given):
    """Of one axis: for each cell of the large side how often a window reads it, and the sizes (large, small)."""
    (size,), (k,), (s,), (d,), ((low, high),) = (given[name] for name in ("size", "kernel", "stride", "dilation", "padding"))
    span = d * (k - 1) + 1
    if given["transposed"]:
        small, large = size, (size - 1) * s + span - low - high + given["outputPadding"][0]
    else:
        small, large = (size + low + high - span) // s + 1, size
    mode = {"zeros": "constant", "replicate": "edge", "circular": "wrap", "reflect": "reflect"}[given["paddingMode"]]
    fill = {"constant_values": -1} if mode == "constant" else {}
    padded = np.pad(np.arange(large), (low, high), mode=mode, **fill)
    times = np.zeros(large, int)
    for p in range(small):
        for tap in range(k):
            if padded[p * s + tap * d] >= 0:
                times[padded[p * s + tap * d]] += 1
    return times, large, small


def number_in(pattern, text):
    found = re.search(pattern, text)
    return None if found is None else int(found[1])


def test_the_numbers_about_a_convolution_are_those_of_counting(page):
    cases = some_geometries(240)
    for given, seen in zip(cases, page.evaluate(SHOWN, cases), strict=True):
        times, large, small = read_by(given)
        (s,), (low, high) = given["stride"], given["padding"][0]
        span = given["dilation"][0] * (given["kernel"][0] - 1) + 1
        spanned = {p * s + at - low for p in range(small) for at in range(span)}
        unread = np.flatnonzero(times == 0).tolist()
        beyond = [cell for cell in unread if cell > max(spanned)]
        taps = [cell for cell in unread if cell in spanned]
        output_padding = large - ((small - 1) * s + span - low - high)
        added = list(range(max(0, large - output_padding), large))
        real = [cell for cell in added if times[cell] > 0]
        expected = {
            "axes": 0, "outputPadding": output_padding, "unread": len(unread), "beyond": len(beyond), "taps": len(taps),
            "windows": len(unread) - len(beyond) - len(taps), "added": len(added), "real": len(real),
        }  # fmt: skip
        assert {name: int(value) for name, value in seen["counts"].items()} == expected, given
        text = seen["text"]
        assert number_in(r"Beyond the last window: [^=]*= [^=]*= (\d+)", text) == len(beyond)
        low_or_high, first, second = re.search(r"(min|max)\((\d+), (\d+ − \d+)\)", text).groups()  # noqa: RUF001
        minuend, subtrahend = map(int, second.split(" − "))  # noqa: RUF001
        assert {"min": min, "max": max}[low_or_high](int(first), minuend - subtrahend) == len(beyond)
        assert number_in(r"Unread in all: (\d+)", text) == len(unread)
        assert number_in(r"(\d+) (?:is|are) read by a window", text) == (len(real) or None)
        assert seen["marked"].get("X", {}).get("unread", []) == unread
        assert seen["marked"].get("dX", {}).get("added", []) == real


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_with_copies_what_is_unread_is_counted_and_nothing_is_called_lost(page, mode):
    cases = some_geometries(60, paddingMode=mode)
    for given, seen in zip(cases, page.evaluate(SHOWN, cases), strict=True):
        unread = np.flatnonzero(read_by(given)[0] == 0).tolist()
        assert seen["marked"].get("X", {}).get("unread", []) == unread, given
        assert f"Unread: {'none' if unread == [] else 'cell'}" in seen["text"]
        assert "added" not in seen["marked"].get("dX", {})
        assert "real gradient" not in seen["text"]
    assert any("which no window reads: leaving" in seen["text"] for seen in page.evaluate(SHOWN, cases))


def test_the_numbers_about_a_transposed_convolution_are_those_of_counting(page):
    cases = some_geometries(160, transposed=True)
    beyond = 0
    for given, seen in zip(cases, page.evaluate(SHOWN, cases), strict=True):
        times, large, _ = read_by(given)
        (s,), (d,), ((low, high),), (op,) = (given[name] for name in ("stride", "dilation", "padding", "outputPadding"))
        span = d * (given["kernel"][0] - 1) + 1
        added = list(range(max(0, large - op), large))
        real = [cell for cell in added if times[cell] > 0]
        unread = np.flatnonzero(times == 0).tolist()
        for name in ("Y", "dY"):
            assert seen["marked"].get(name, {}).get("unread", []) == unread, given
            assert seen["marked"].get(name, {}).get("added", []) == added
        assert (int(seen["counts"]["unread"]), int(seen["counts"]["real"])) == (len(unread), len(real))
        text = seen["text"]
        assert number_in(r"Reached by no cell of X: (\d+)", text) == len(unread)
        back = (large + low + high - span) // s + 1
        said = number_in(r"would bring it to (\d+)", text)
        assert said == (None if back == given["size"][0] else back)
        beyond += said is not None
        sizes = re.search(r"Sizes from (\d+) to (\d+) all", text)
        for size in range(int(sizes[1]), int(sizes[2]) + 1) if sizes else ():
            assert (size + low + high - span) // s + 1 == given["size"][0]
    assert beyond > 5


def test_an_empty_sum_says_why_it_is_empty(page):
    def said(given, name, cell):
        page.evaluate("(given) => lens.set(given)", {**LINE, **given})
        page.evaluate("([name, cell]) => lens.hover(name, cell)", [name, cell])
        return page.locator("#sum").inner_text()

    cut = {"transposed": True, "kernel": [1], "stride": [2], "padding": [[1, 1]], "size": [4]}
    assert "The padding cuts off all cells of Y" in said(cut, "dX", 0)
    assert "the padding cuts off all cells of Y" in said(cut, "X", 0)
    assert "no cell of X reaches" in said(cut, "dY", 0)
    assert "No window reads this cell" in said({"kernel": [1]}, "dX", 1)
    assert "no window reads this cell" in said({"kernel": [1]}, "X", 1)
