"""The lens by keyboard, by touch and by ear: roving focus, keys of the player, what is announced, focus that is never lost."""

import pytest

import minitensor as mt
from waiting import until

GIVEN = {
    "rank": 2, "transposed": False, "batch": 1, "groups": 1, "inChannels": 2, "outChannels": 1, "bias": True, "size": [5, 4],
    "kernel": [3, 2], "stride": [2, 1], "dilation": [1, 1], "padding": [[1, 1], [0, 0]], "paddingMode": "zeros",
    "outputPadding": [0, 0],
}  # fmt: skip
CUBE = {**GIVEN, "rank": 3, "size": [3, 3, 4], "kernel": [2, 2, 2], "stride": [1, 1, 1], "padding": [[0, 0]] * 3}
FOCUS = "() => document.activeElement.closest?.('g.cell')?.dataset ?? null"


@pytest.fixture
def page(show):
    page = show(mt.viz.lens(mt.nn.Conv2d(1, 1, 2), mt.ones(1, 1, 3, 3)).html())
    page.evaluate("(given) => lens.set(given)", GIVEN)
    return page


def cell(page, name, number):
    return page.locator(f'g.cell[data-array="{name}"][data-cell="{number}"]')


def focus(page):
    """The array and the cell that have the focus; None where no cell has."""
    found = page.evaluate(FOCUS)
    return None if found is None else (found["array"], int(found["cell"]))


def state(page, name):
    return page.evaluate("(name) => lens.state()[name]", name)


def test_tab_goes_from_array_to_array_and_each_remembers_its_cell(page):
    cell(page, "X", 0).focus()
    page.keyboard.press("ArrowRight")
    visited = []
    for _ in range(8):
        visited.append(focus(page))
        page.keyboard.press("Tab")
    assert visited == [("X", 1)] + [(name, 0) for name in ("W", "b", "Y", "dX", "dW", "db", "dY")]
    assert page.evaluate("document.activeElement.className") == "factor"  # what the sum of dY says stays, and can be gone to
    for _ in range(8):
        page.keyboard.press("Shift+Tab")
    assert focus(page) == ("X", 1)
    stops = page.evaluate("[...document.querySelectorAll('g.cell[tabindex=\"0\"]')].map((one) => one.dataset.array)")
    assert sorted(stops) == sorted(["X", "W", "b", "Y", "dX", "dW", "db", "dY"])


def test_arrows_stay_in_the_array_and_lead_on_into_the_next_channel(page):
    cell(page, "X", 0).focus()
    walk = [
        ("ArrowUp", 0),
        ("ArrowDown", 4),
        ("End", 7),
        ("ArrowRight", 24),
        ("ArrowLeft", 7),
        ("Home", 4),
        ("ArrowLeft", 4),
    ]
    for key, expected in walk:  # two channels of 5 x 4
        page.keyboard.press(key)
        assert focus(page) == ("X", expected), key
    assert cell(page, "X", 4).get_attribute("tabindex") == "0"
    assert page.locator('g.cell[data-array="X"][tabindex="0"]').count() == 1


def test_the_cell_with_the_focus_is_lit_and_space_holds_it(page):
    cell(page, "dX", 5).focus()
    lit = page.locator(".cell.lit").count()
    assert lit > 0
    assert cell(page, "dX", 5).get_attribute("aria-selected") == "false"
    page.keyboard.press("Space")
    assert state(page, "target") == {"name": "dX", "cell": 5}
    assert cell(page, "dX", 5).get_attribute("aria-selected") == "true"
    page.locator("#anew").focus()
    assert page.locator(".cell.lit").count() == lit
    page.keyboard.press("Escape")
    assert state(page, "target") is None
    assert page.locator(".cell.lit").count() == 0


def test_what_was_only_looked_at_is_let_go_with_the_focus(page):
    cell(page, "dX", 5).focus()
    page.locator("#anew").focus()
    assert page.locator(".cell.lit").count() == 0


def test_enter_edits_a_given_number_and_holds_one_that_is_computed(page):
    cell(page, "W", 3).focus()
    page.keyboard.press("Enter")
    editor = page.locator(".editor")
    assert editor.get_attribute("aria-label") == "new number for W[0, 0, 1, 1]"
    page.keyboard.type("0.5")
    page.keyboard.press("Enter")
    until(page, "lens.results().W[3] === 0.5")
    assert focus(page) == ("W", 3)
    page.keyboard.press("Enter")
    page.keyboard.type("7")
    page.keyboard.press("Escape")
    assert (focus(page), page.evaluate("lens.results().W[3]"), editor.count()) == (("W", 3), 0.5, 0)
    cell(page, "Y", 1).focus()
    page.keyboard.press("Enter")
    assert (state(page, "target"), editor.count()) == ({"name": "Y", "cell": 1}, 0)


def test_leaving_the_editor_by_tab_takes_the_number_and_the_focus_goes_on(page):
    cell(page, "X", 2).focus()
    page.keyboard.press("F2")
    page.keyboard.type("9")
    page.keyboard.press("Tab")
    until(page, "lens.results().X[2] === 9")
    assert page.evaluate("document.activeElement !== document.body")
    page.locator("#anew").focus()
    assert page.locator(".editor").count() == 0


def test_the_tabs_follow_the_arrow_keys(page):
    page.get_by_role("tab", name="Linked cells").focus()
    modes = []
    for key in ["ArrowRight", "ArrowRight", "End", "ArrowRight", "ArrowLeft", "Home"]:
        page.keyboard.press(key)
        modes.append(state(page, "mode"))
        assert page.evaluate("document.activeElement.dataset.mode") == modes[-1]
    assert modes == ["scatter", "gather", "predict", "linked", "predict", "linked"]
    assert page.locator("[role=tab][tabindex='0']").count() == 1
    panel = page.get_by_role("tabpanel")
    assert panel.get_attribute("aria-labelledby") == "tab-linked"


@pytest.mark.parametrize("mode", ["scatter", "gather", "matrix", "weight"])
def test_the_keys_of_the_player_step_play_and_pause(page, mode):
    page.evaluate("(mode) => lens.change({ mode })", mode)
    for _ in range(3):
        page.keyboard.press(".")
    page.keyboard.press(",")
    assert state(page, "step") == 2
    target = page.evaluate("document.querySelector('.cell.target').dataset.cell")
    page.locator(f'g.cell[data-array="{"dW" if mode == "weight" else "dX"}"]').first.focus()
    page.keyboard.press(".")  # the step is seen again, although a cell has the focus
    page.keyboard.press(",")
    assert page.evaluate("document.querySelector('.cell.target').dataset.cell") == target
    page.keyboard.press("p")
    assert state(page, "playing") is True
    assert page.get_by_role("button", name="Pause (p)").count() == 1
    assert page.locator("#player .words").get_attribute("aria-live") == "off"
    page.keyboard.press("p")
    assert state(page, "playing") is False
    assert page.locator("#player .words").get_attribute("aria-live") == "polite"
    page.keyboard.press("p")
    page.keyboard.press("Escape")
    assert state(page, "playing") is False


def test_keys_of_the_player_are_letters_within_a_field(page):
    page.evaluate("lens.change({ mode: 'scatter' })")
    cell(page, "W", 0).focus()
    page.keyboard.press("Enter")
    page.keyboard.type(".5")
    page.keyboard.press("Enter")
    until(page, "lens.results().W[0] === 0.5")
    assert state(page, "step") == 0


def test_the_focus_is_never_lost_when_something_is_drawn_anew(page):
    cell(page, "dY", 2).focus()
    page.evaluate("lens.change({ seed: 5 })")
    assert focus(page) == ("dY", 2)
    page.evaluate("lens.change({ mode: 'matrix' })")
    assert focus(page) == ("dY", 2)
    page.locator("#matrix").focus()
    page.keyboard.press(".")
    assert page.evaluate("document.activeElement.id") == "matrix"
    page.get_by_label("axes").focus()
    page.get_by_label("axes").select_option("3")
    assert page.evaluate("document.activeElement.name") == "rank"
    page.get_by_label("padding after differs").focus()
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.name") == "apart"
    page.evaluate("lens.change({ mode: 'linked', target: { name: 'dX', cell: 0 } })")
    factor = page.locator("#sum .factor").first
    factor.focus()
    page.evaluate("lens.hover('dX', 0)")
    assert page.evaluate("document.activeElement.classList.contains('factor')")
    page.evaluate("lens.hover('b', 0)")
    assert page.evaluate("document.activeElement !== document.body")


def test_what_is_announced_is_a_sentence_and_not_each_term(page):
    page.evaluate("(given) => lens.set(given)", {**GIVEN, "size": [9, 9], "kernel": [5, 5], "inChannels": 4})
    cell(page, "Y", 0).focus()
    until(page, "document.querySelector('#said').textContent !== ''")
    said = page.locator("#said").text_content()
    terms = page.locator("#sum [data-term]").count()
    assert terms > 70
    assert said == f"Y[0, 0, 0, 0] is {page.locator('#sum [data-total]').inner_text()}, the sum of {terms} terms."
    assert page.locator("#said").get_attribute("role") == "status"
    assert page.locator("#sum, #sum *").evaluate_all("(all) => all.filter((one) => one.ariaLive !== null).length") == 0
    page.evaluate("lens.hover('b', 0)")
    until(page, "document.querySelector('#said').textContent.startsWith('b[0]')")
    cells = len(page.evaluate("lens.results().Y"))
    assert page.locator("#said").text_content() == f"b[0] goes into {cells} of Y."


def test_grids_have_rows_of_cells_with_names_and_counts(page):
    shapes = page.evaluate("""() => [...document.querySelectorAll("[role=grid]")].map((grid) => [
      grid.getAttribute("aria-label"), Number(grid.ariaRowCount), Number(grid.ariaColCount),
      [...grid.children].map((row) => [row.getAttribute("role"), row.querySelectorAll(":scope > [role=gridcell][aria-label]").length])])""")
    named = {label: (rows, columns) for label, rows, columns, _ in shapes}
    assert named["X, n=0 c=1"] == (5, 4)
    assert named["W, o=0 c=1"] == (3, 2)
    assert named["Y, n=0 o=0"] == (3, 3)
    assert all(found == [["row", columns]] * rows for _, rows, columns, found in shapes)
    expected = f"X[0, 0, 0, 1] = {page.evaluate('lens.results().X[1]')}".replace("-", "\N{MINUS SIGN}")
    assert cell(page, "X", 1).get_attribute("aria-label") == expected


def test_page_up_and_down_lead_through_the_depth(page):
    page.evaluate("(given) => lens.set(given)", CUBE)
    cell(page, "X", 0).focus()
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    assert focus(page) == ("X", 24)
    page.keyboard.press("PageDown")
    assert focus(page) == ("X", 24)
    page.keyboard.press("PageUp")
    assert focus(page) == ("X", 12)
    assert page.locator('[data-name="X"] [data-slice="1"]').get_attribute("aria-pressed") == "true"
    page.locator('[data-name="X"] [data-slice="2"]').focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.slice") == "2"


def test_a_tap_holds_a_cell_and_another_lets_it_go(show):
    html = mt.viz.lens(mt.nn.Conv2d(1, 1, 3, stride=2, padding=1), mt.ones(1, 1, 7, 7)).html()
    page = show(html, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    square = cell(page, "X", 8)
    square.tap()
    assert state(page, "target") == {"name": "X", "cell": 8}
    panel = page.locator("#sum").bounding_box()
    assert panel["y"] + panel["height"] <= 845  # the sum is in sight below what was touched
    assert page.locator(".cell.fed").count() > 0
    page.get_by_role("button", name="Change it").tap()
    page.locator(".editor").fill("3")
    page.keyboard.press("Enter")
    until(page, "lens.results().X[8] === 3")
    square.tap()
    assert state(page, "target") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(("motion", "seconds"), [("reduce", "0s"), ("no-preference", "0.12s")])
def test_nothing_moves_for_who_wants_no_motion(show, motion, seconds):
    page = show(mt.viz.lens(mt.nn.Conv1d(1, 1, 2), mt.ones(1, 1, 3)).html(), reduced_motion=motion)
    assert page.evaluate("getComputedStyle(document.querySelector('.cell text')).transitionDuration") == seconds
