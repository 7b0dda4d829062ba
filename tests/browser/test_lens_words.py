"""The words of the lens' modes say what is true: of dY as it is padded, of formulas, of mistakes, and of the matrix."""

import re

import numpy as np
import pytest

import minitensor as mt
from lens_lines import LINE, some_geometries


@pytest.fixture
def page(show):
    return show(mt.viz.lens(mt.nn.Conv1d(1, 1, 3), mt.ones(1, 1, 9)).html())


GATHERED = """(cases) => cases.map((given) => {
  lens.set(given);
  const planes = document.querySelector("#figure .planes");
  return {
    words: document.querySelector("#player .words").textContent,
    squares: [...planes.querySelectorAll(".square")].map((square) => square.classList.contains("held")),
    outputs: lens.results().dY.length,
  };
})"""


@pytest.mark.parametrize("kind", [{}, {"transposed": True}, {"paddingMode": "replicate"}])
def test_gather_says_how_many_zeros_stand_at_either_end(page, kind):
    page.evaluate("lens.change({ mode: 'gather' })")
    cases = some_geometries(120, **kind)
    cut = 0
    for given, seen in zip(cases, page.evaluate(GATHERED, cases), strict=True):
        s = 1 if given["transposed"] else given["stride"][0]
        spread = (seen["outputs"] - 1) * s + 1
        words = seen["words"].split("At the ends of ")[1]
        count = {"first": 0, "last": 0}
        for which, number in re.findall(r"the (first|last)(?: (\d+))? cells? cut off", words):
            count[which] = -int(number or 1)
        for side, which in (("before", "first"), ("after", "last")):
            found = re.search(rf"(\d+) zeros? {side}", words)
            assert (found is None) == (count[which] < 0), (given, words)
            count[which] = int(found[1]) if found else count[which]
        length = len(seen["squares"])
        assert count["first"] + spread + count["last"] == length, (given, words)
        lies = range(count["first"], count["first"] + spread, s)
        held = [at for at in range(length) if at in lies]
        assert held == np.flatnonzero(seen["squares"]).tolist(), (given, words)
        assert ("folded back" in words) == ("paddingMode" in kind)
        cut += min(count.values()) < 0
    assert cut > 0 or "paddingMode" in kind


def formula(page, name):
    page.evaluate("(name) => lens.hover(name, 0)", name)
    return page.locator("#sum .formula").inner_text()


def test_the_formula_names_the_channels_of_a_group_and_the_copies(page):
    page.evaluate("(given) => lens.set(given)", {**LINE, "groups": 2, "inChannels": 6, "outChannels": 4, "bias": True})
    group = "in group g = ⌊o / 2⌋, c = 3·g + c′"  # noqa: RUF001
    for name, parts in {
        "Y": ["over c′, k", "X[n, c,", "W[o,c′,k]"], "dX": ["dX[n,c,i]", "W[o,c′,k]"], "dW": ["dW[o,c′,k]", "X[n, c,"],  # noqa: RUF001
    }.items():  # fmt: skip
        assert all(part in formula(page, name) for part in [*parts, group])
    assert "g =" not in formula(page, "db")
    page.evaluate("(given) => lens.set(given)", {**LINE, "groups": 2, "inChannels": 6, "outChannels": 4, "transposed": True})
    for name, part in {"Y": "W[c,o′,k]", "dX": "over o′, k", "dW": "dW[c,o′,k]"}.items():  # noqa: RUF001
        assert part in formula(page, name)
        assert "in group g = ⌊c / 3⌋, o = 2·g + o′" in formula(page, name)  # noqa: RUF001
    page.evaluate("(given) => lens.set(given)", {**LINE, "padding": [[1, 1]], "paddingMode": "reflect"})
    for name in ("Y", "dW"):
        assert "X̃[n, c," in formula(page, name)
        assert "X̃ is X with its padding (reflect)" in formula(page, name)
    assert "at i or at a copy of it" in formula(page, "dX")


def words_of(page, mode, broken, **given):
    page.evaluate("([given, mode]) => { lens.set(given); lens.change({ mode }); }", [{**LINE, **given}, mode])
    page.evaluate("(broken) => lens.change({ broken, step: 1 })", broken)
    return page.locator("#lead").inner_text() + page.locator("#player .words").inner_text()


def test_under_a_broken_rule_the_words_of_each_mode_stay_true(page):
    words = words_of(page, "matrix", None)
    assert words_of(page, "matrix", "flip") == words
    assert "by mistake not flipped" in words_of(page, "gather", "flip")
    assert "flipped by mistake" in words_of(page, "gather", "flip", transposed=True)
    assert "lie 1 apart on X (the dilation, by mistake not traded)" in words_of(page, "weight", "swap")
    assert "lie 2 apart on X (the stride, now a dilation)" in words_of(page, "weight", None)


HARMLESS = [
    ("output_padding", {}, "the remainder is 0"),
    ("output_padding", {"size": [10], "padding": [[0, 1]], "paddingMode": "reflect", "stride": [3]}, "end of the padded"),
    ("output_padding", {"size": [10]}, "no window reads what is left out"),
    ("output_padding", {"transposed": True}, "there is no output padding"),
    ("output_padding", {"transposed": True, "kernel": [1], "outputPadding": [1]}, "no cell of X reaches"),
    ("swap", {"dilation": [2]}, "stride and dilation are equal"),
    ("flip", {"kernel": [1]}, "the kernel is the same when it is flipped"),
]


def test_a_mistake_that_changes_nothing_is_said_to_change_nothing(page):
    for broken, given, reason in HARMLESS:
        page.evaluate("(given) => lens.set(given)", {**LINE, **given})
        page.evaluate("(broken) => lens.change({ broken })", broken)
        page.wait_for_selector("#check[data-verdict=right]")
        verdict = page.locator("#check .verdict").inner_text()
        assert "This mistake makes no difference here" in verdict
        assert reason in verdict, (broken, given)
    page.evaluate("lens.change({ broken: null })")
    page.wait_for_selector("#check[data-verdict=right]")
    assert "mistake" not in page.locator("#check .verdict").inner_text()


def test_the_lines_of_the_matrix_follow_the_cell_that_is_looked_at(page):
    page.evaluate("(given) => lens.set(given)", {**LINE, "bias": True})
    page.evaluate("lens.change({ mode: 'matrix' })")
    lines = page.locator("#figure .line")
    places = "(all) => all.map((one) => [one.dataset.line, Number(one.dataset.at)])"
    for name, cell, column, row in (("X", 4, 4, -1), ("dX", 2, 2, -1), ("Y", 1, -1, 1), ("dY", 3, -1, 3), ("W", 0, -1, -1)):
        page.locator(f'.cell[data-array="{name}"][data-cell="{cell}"]').hover()
        assert dict(lines.evaluate_all(places)) == {"column": column, "row": row}
    page.locator('.entry[data-row="1"][data-column="3"]').hover()
    assert dict(lines.evaluate_all(places)) == {"column": 3, "row": 1}
    assert "Y = M X + b," in page.locator("#lead").inner_text()
    page.evaluate("(given) => lens.set(given)", LINE)
    assert "Y = M X, " in page.locator("#lead").inner_text()


def test_scatter_counts_a_cell_once_that_two_taps_lead_to(page):
    page.evaluate("(given) => lens.set(given)", {**LINE, "padding": [[1, 1]], "paddingMode": "reflect"})
    page.evaluate("lens.change({ mode: 'scatter' })")
    assert "times W to 2 cells of dX, in 3 products" in page.locator("#player .words").inner_text()
    page.evaluate("lens.change({ step: 1 })")
    assert page.locator("#player .words").inner_text().endswith("times W to 3 cells of dX.")


def test_marks_are_heard_too(page):
    page.evaluate("(given) => lens.set(given)", {**LINE, "size": [10], "kernel": [2], "stride": [3], "padding": [[0, 1]]})
    page.evaluate("lens.change({ mode: 'remainder' })")
    for cell in page.locator('#arrays .cell[data-array="X"], #arrays .cell[data-array="dX"]').all():
        mark, label = cell.get_attribute("data-mark"), cell.get_attribute("aria-label")
        assert ("met by no window" in label, "added by the output padding" in label) == (mark == "unread", mark == "added")
    page.evaluate("lens.change({ mode: 'linked' })")
    assert page.locator('.cell[aria-label*="met by"]').count() == 0


def test_during_a_question_enter_picks_and_opens_no_field(page):
    page.evaluate("lens.change({ mode: 'predict' })")
    cell = page.locator('.cell[data-array="dY"][data-cell="0"]')
    cell.focus()
    page.keyboard.press("Enter")
    assert cell.get_attribute("data-mark") == "picked"
    assert "chosen" in cell.get_attribute("aria-label")
    cell.dblclick()  # chosen no more, and chosen again
    assert cell.get_attribute("data-mark") == "picked"
    assert page.locator(".editor").count() == 0
    page.get_by_role("button", name="Mark my answer").click()
    cell.focus()
    page.keyboard.press("Enter")
    assert page.locator(".editor").count() == 1
