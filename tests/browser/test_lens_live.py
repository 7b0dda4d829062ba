"""The lens follows what is changed: numbers, settings, the address; and what cannot be computed is refused in words."""

import html
import json

import numpy as np
import pytest

import minitensor as mt
from lens_cases import answers
from waiting import until

GIVEN = {
    "rank": 2, "transposed": False, "batch": 1, "groups": 1, "inChannels": 2, "outChannels": 2, "bias": True, "size": [6, 5],
    "kernel": [3, 2], "stride": [2, 1], "dilation": [1, 2], "padding": [[1, 1], [0, 0]], "paddingMode": "zeros",
    "outputPadding": [0, 0],
}  # fmt: skip
SETTINGS = [
    ("size, height", "7"), ("kernel, width", "1"), ("stride, height", "3"), ("dilation, height", "2"), ("padding, width", "2"),
    ("samples", "2"), ("channels in", "4"), ("channels out", "4"), ("groups", "2"),
]  # fmt: skip
NUMBERS = """() => {
  const arrays = lens.state().arrays;
  return { given: lens.state().given, arrays: Object.fromEntries(Object.entries(arrays).map(([name, one]) => [name, one && { shape: one.shape, data: Array.from(one.data) }])) };
}"""


@pytest.fixture
def page(show):
    page = show(mt.viz.lens(mt.nn.Conv2d(1, 1, 2), mt.ones(1, 1, 3, 3)).html())
    page.evaluate("(given) => lens.set(given)", GIVEN)
    return page


def agrees(page):
    """That everything in sight is what the library computes of the numbers that the page has now."""
    found = page.evaluate(NUMBERS)
    arrays = {
        name: None if one is None else np.array(one["data"]).reshape(one["shape"]) for name, one in found["arrays"].items()
    }
    shown = page.evaluate("lens.results()")
    for name, values in answers(found["given"], arrays).items():
        np.testing.assert_allclose(shown[name], values, rtol=1e-12, atol=1e-12, err_msg=name)
    labels = page.locator('g.cell[data-array="Y"]').evaluate_all(
        "(all) => all.map((one) => one.ariaLabel.split(' = ')[1].replace('\u2212', '-'))"
    )
    np.testing.assert_allclose([float(label) for label in labels], shown["Y"], rtol=1e-5, atol=1e-6)
    page.wait_for_selector("#check[data-verdict=right]")


def test_each_setting_is_followed_at_once(page):
    for label, value in SETTINGS:
        page.get_by_label(label, exact=True).fill(value)
        agrees(page)
    page.get_by_label("filled with").select_option("circular")
    agrees(page)
    page.get_by_label("padding after differs").check()
    page.get_by_label("after, height").fill("0")
    assert page.evaluate("lens.state().given.padding") == [[1, 0], [2, 2]]
    page.wait_for_selector("#check[data-verdict=right]")
    page.get_by_label("padding after differs").uncheck()
    assert page.evaluate("lens.state().given.padding") == [[1, 1], [2, 2]]
    page.get_by_label("a bias").uncheck()
    agrees(page)
    page.get_by_label("kind").select_option("true")
    page.get_by_label("output pad., height").fill("1")
    agrees(page)
    page.get_by_label("axes").select_option("1")
    agrees(page)
    page.get_by_label("size, length").fill("2")
    page.get_by_label("axes").select_option("3")
    assert page.locator("[data-slice]").count() > 0
    page.wait_for_selector("#check[data-verdict=right]")


REFUSED = [
    ("kernel, height", "9", "axis 0: the dilated kernel spans 9 cells, the padded input has 8"),
    ("groups", "3", "groups = 3 has to divide the channels, 2 in and 2 out"),
    ("stride, height", "0", "stride, height is a whole number from 1 to 32"),
    ("size, width", "2.5", "size, width is a whole number from 1 to 256"),
    ("samples", "", "samples is a whole number from 1 to 4"),
]  # fmt: skip


def test_what_cannot_be_computed_is_said_and_nothing_is_lost(page):
    before, note = page.evaluate(NUMBERS), page.get_by_role("alert")
    for label, value, words in REFUSED:
        field = page.get_by_label(label, exact=True)
        old = field.input_value()
        field.fill(value)
        assert note.inner_text() == f"This cannot be shown: {words}."
        assert page.evaluate(NUMBERS) == before
        field.fill(old)
        assert note.is_hidden()
    field = page.get_by_label("stride, height")
    field.fill("")
    page.get_by_label("groups").focus()  # what is left empty shows what holds
    assert (field.input_value(), note.is_hidden()) == ("2", True)
    page.get_by_label("size, width").fill("256")
    before = page.evaluate(NUMBERS)
    page.get_by_label("size, height").fill("250")
    way = "take a smaller size or kernel, or fewer channels"
    expected = f"This cannot be shown: 762000 products are too many to be looked at: {way}."
    assert (note.inner_text(), page.evaluate(NUMBERS)) == (expected, before)


def test_a_number_is_edited_by_a_double_click_and_all_follows(page):
    for name in ("X", "W", "b", "dY"):
        page.locator(f'g.cell[data-array="{name}"][data-cell="1"]').dblclick()
        page.locator(".editor").fill("-3.25")
        page.keyboard.press("Enter")
        until(page, f"lens.results().{name}[1] === -3.25")
        agrees(page)


def test_new_numbers_are_tenths_and_the_same_from_the_same_seed(page):
    before = page.evaluate(NUMBERS)
    page.get_by_role("button", name="new numbers").click()
    after = page.evaluate(NUMBERS)
    for name in ("X", "W", "b", "dY"):
        data = after["arrays"][name]["data"]
        assert data != before["arrays"][name]["data"]
        assert all(float(f"{value:.1f}") == value and abs(value) <= 2 for value in data)
    agrees(page)
    page.evaluate("lens.change({ seed: 1 })")
    assert page.evaluate(NUMBERS) == before


def test_a_change_of_size_keeps_the_numbers_that_still_have_a_place(page):
    page.evaluate("lens.change({ seed: 9 })")
    before = page.evaluate("lens.results().X")
    page.get_by_label("size, height").fill("8")
    after = page.evaluate("lens.results().X")
    assert np.array(after).reshape(2, 8, 5)[:, :6].ravel().tolist() == before


def test_the_address_holds_all_of_it(show):
    mt.manual_seed(3)
    view = mt.viz.lens(mt.nn.Conv2d(2, 2, 3, padding=1, groups=2), mt.randn(1, 2, 5, 4), mt.randn(1, 2, 5, 4))
    page = show(view.html())
    page.evaluate("lens.change({ mode: 'gather', step: 3, broken: 'flip', target: { name: 'dW', cell: 2 } })")
    until(page, "location.hash.includes('broken=flip')")
    address, told = page.evaluate("location.hash"), page.evaluate(NUMBERS)
    flat_numbers = {name: None if one is None else one.ravel().tolist() for name, one in view.case.arrays.items()}
    assert {name: one["data"] for name, one in told["arrays"].items()} == flat_numbers  # to the last bit
    other = show(mt.viz.lens(mt.nn.Conv1d(1, 1, 2), mt.ones(1, 1, 3)).html(), address)
    assert other.evaluate(NUMBERS) == told
    names = ("mode", "step", "broken", "target", "seed")
    assert [other.evaluate("(name) => lens.state()[name]", name) for name in names] == [
        "gather", 3, "flip", {"name": "dW", "cell": 2}, 1,
    ]  # fmt: skip
    other.wait_for_selector("#check[data-verdict=wrong]")
    other.evaluate("(hash) => { location.hash = hash; }", "#" + page_address(GIVEN))
    until(other, "lens.state().given.size[0] === 6")
    assert other.evaluate("[lens.state().broken, lens.state().target, lens.state().mode]") == [None, None, "linked"]
    agrees(other)


def page_address(given):
    pairs = {
        name: ".".join(map(str, value)) if isinstance(value, list) else int(value) for name, value in given.items()
        if name not in ("padding", "paddingMode")
    }  # fmt: skip
    pairs["padding"] = ".".join("_".join(map(str, pair)) for pair in given["padding"])
    return "&".join(f"{name}={value}" for name, value in pairs.items())


BAD = [
    "nonsense", "rank=2&size=3.3&kernel=9.9", "rank=9&size=1e9.1e9.1e9&kernel=60.60.60&inChannels=64",
    "rank=2&size=5.5&kernel=3.3&X=AAAA", "rank=2&size=5.5&kernel=3.3&W=%", "rank=1&size=7&kernel=3&groups=5",
]  # fmt: skip
ODD = [  # what is left of them is shown
    "rank=1", "rank=1&size=abc&kernel=&stride=x&padding=z", "rank=1&size=7&kernel=3&mode=none&broken=x&step=-4&target=Q.1&seed=x",
    "rank=1&size=7&kernel=3&step=1e12&mode=scatter&target=dX.99", "rank=1&size=7&kernel=3&target=db.0&paddingMode=odd&padding=1",
]  # fmt: skip


def test_an_address_that_says_nothing_leaves_the_page_as_it_was(page):
    before = page.evaluate(NUMBERS)
    for address in BAD:
        page.evaluate("(hash) => { location.hash = hash; }", address)
        until(page, "document.querySelector('#problem') !== null && !document.querySelector('#problem').hidden")
        expected = "This cannot be shown: the address is none of this page's, or was cut off."
        assert page.get_by_role("alert").inner_text() == expected, address
        assert page.evaluate(NUMBERS) == before, address
        page.evaluate("lens.change({ problem: null })")


def test_what_an_odd_address_says_is_shown_as_far_as_it_goes(page):
    for address in ODD:
        page.evaluate("(hash) => { location.hash = hash; }", address)
        until(page, "lens.state().given.rank === 1")
        page.wait_for_selector("#check[data-verdict=right]")
        page.evaluate("(given) => lens.set(given)", GIVEN)


def test_a_bad_address_at_the_beginning_shows_the_case_of_the_page(show):
    page = show(mt.viz.lens(mt.nn.Conv1d(1, 1, 2), mt.ones(1, 1, 3)).html(), "#rank=2&size=1.1&kernel=5.5")
    assert page.evaluate("lens.state().given.size") == [3]
    assert page.get_by_role("alert").inner_text().endswith("the address is none of this page's, or was cut off.")


def test_it_works_within_a_notebook_where_it_has_no_address(show):
    text = mt.viz.lens(mt.nn.Conv1d(1, 1, 2), mt.ones(1, 1, 3))._repr_html_()
    page = show(f"<!DOCTYPE html><html lang='en' data-ready><title>a notebook</title>{text}</html>")
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="new numbers").click()
    frame.locator("#check[data-verdict=right]").wait_for()
    page.wait_for_timeout(300)  # past the time at which the address is written: nothing is said on the console
    sandboxed = html.escape(mt.viz.lens(mt.nn.Conv1d(1, 1, 2), mt.ones(1, 1, 3)).html(), quote=True)
    page = show(
        f"<!DOCTYPE html><html lang='en' data-ready><title>a notebook</title>"
        f'<iframe sandbox="allow-scripts" title="lens" srcdoc="{sandboxed}"></iframe></html>'
    )
    page.frame_locator("iframe").locator("#check[data-verdict=right]").wait_for()
    page.wait_for_timeout(300)


def test_the_page_has_the_numbers_that_python_gave_to_the_last_bit(show):
    layer, x = mt.nn.Conv1d(1, 1, 2), mt.tensor([[[0.1, 1 / 3, 1e-17]]])
    page = show(mt.viz.lens(layer, x).html())
    data = json.loads(page.locator("#data").text_content())
    assert page.evaluate("lens.results().X") == data["arrays"]["X"] == x.numpy().astype(float).ravel().tolist()
