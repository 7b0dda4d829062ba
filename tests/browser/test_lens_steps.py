"""What the lens steps through: each way to a gradient, slices of three axes, the remainder, and questions that are marked."""

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
NUMBERS = """() => {
  const arrays = lens.state().arrays;
  return { given: lens.state().given, arrays: Object.fromEntries(Object.entries(arrays).map(([name, one]) => [name, one && { shape: one.shape, data: Array.from(one.data) }])) };
}"""


@pytest.fixture
def page(show):
    page = show(mt.viz.lens(mt.nn.Conv2d(1, 1, 2), mt.ones(1, 1, 3, 3)).html())
    page.evaluate("(given) => lens.set(given)", GIVEN)
    return page


def test_the_player_plays_to_the_end_and_the_slider_leads_anywhere(page):
    page.evaluate("(given) => lens.set(given)", {**GIVEN, "rank": 1, "size": [5], "inChannels": 1, "outChannels": 1})
    page.evaluate("lens.change({ mode: 'scatter' })")
    steps = len(page.evaluate("lens.results().dY"))
    assert page.locator("#player .place").inner_text() == f"1 of {steps}"
    page.get_by_label("step", exact=True).fill(str(steps - 2))
    assert page.locator("#player .place").inner_text() == f"{steps - 1} of {steps}"
    page.get_by_role("button", name="Play (p)").click()
    until(page, "!lens.state().playing")
    assert page.evaluate("lens.state().step") == steps - 1
    page.get_by_role("button", name="First step (Home)").click()
    assert page.evaluate("lens.state().step") == 0
    page.get_by_role("button", name="Step on (.)").click()
    page.get_by_role("button", name="Step on (.)").click()
    page.get_by_role("button", name="Step back (,)").click()
    assert page.evaluate("lens.state().step") == 1


@pytest.mark.parametrize("transposed", [False, True])
def test_each_way_fills_the_gradient_step_by_step(page, transposed):
    page.evaluate("(given) => lens.set(given)", {**GIVEN, "transposed": transposed})
    for mode, name in (("scatter", "dX"), ("gather", "dX"), ("matrix", "dX"), ("weight", "dW")):
        page.evaluate("(mode) => lens.change({ mode })", mode)
        found = page.evaluate(
            """(name) => {
          const wrong = [];
          const steps = Number(document.querySelector("#player input").max) + 1;
          for (let step = 0; step < steps; step += 1) {
            lens.change({ step });
            const said = document.querySelector("#player .words").textContent;
            if (/NaN|undefined/.test(document.querySelector("#stage").textContent) || said === "") wrong.push(step);
          }
          return { wrong, steps };
        }""",
            name,
        )
        assert found["wrong"] == []
        assert found["steps"] == len(page.evaluate("lens.results()")["dY" if mode == "scatter" else name])


def ask(page):
    """What is asked for, and the cells that reach it."""
    cell = int(page.locator('.cell[data-mark="asked"]').get_attribute("data-cell"))
    page.evaluate("(cell) => lens.hover('dX', cell)", cell)
    assert page.locator(".cell.lit").count() == 0  # a question does not show its answer
    assert page.locator("#sum [data-term]").count() == 0
    page.evaluate("lens.hover(null)")
    given, arrays = page.evaluate(NUMBERS).values()
    ones = {name: None if one is None else np.ones(one["shape"]) for name, one in arrays.items()}
    reach = []
    for at in range(ones["dY"].size):
        probe = np.zeros(ones["dY"].size)
        probe[at] = 1
        if answers(given, {**ones, "b": None, "dY": probe.reshape(ones["dY"].shape)})["dX"][cell] != 0:
            reach.append(at)
    return cell, reach


def pick(page, cells):
    for cell in cells:
        page.locator(f'g.cell[data-array="dY"][data-cell="{cell}"]').click()
    page.get_by_role("button", name="Mark my answer").click()


def test_a_prediction_is_marked_and_counted(page):
    page.evaluate("lens.change({ mode: 'predict' })")
    _, reach = ask(page)
    pick(
        page, [*reach, 0 if 0 not in reach else reach[-1] + 1, 0 if 0 not in reach else reach[-1] + 1]
    )  # chosen, and no more
    assert page.locator("#marked").inner_text().startswith("✓ Right")
    page.get_by_role("button", name="Another question").click()
    while len(ask(page)[1]) < 2:
        pick(page, ask(page)[1])
        page.get_by_role("button", name="Another question").click()
    right = page.locator(".question p").first.inner_text()
    _, reach = ask(page)
    wrong = next(at for at in range(100) if at not in reach)
    pick(page, [reach[0], wrong])
    marks = {
        mark: [int(one.get_attribute("data-cell")) for one in page.locator(f'.cell[data-mark="{mark}"]').all()]
        for mark in ("hit", "wrong", "missed")
    }
    assert marks == {"hit": [reach[0]], "wrong": [wrong], "missed": reach[1:]}
    words = page.locator("#marked").inner_text()
    assert (
        words
        == f"✗ Not quite: 1 of {len(reach)} found, 1 chosen that does not reach it (crossed), {len(reach) - 1} missed (ringed)."
    )
    count, asked = right.split("? ")[1].split(" of ")
    expected = f"{count} of {int(asked.split()[0]) + 1} right so far."
    assert page.locator(".question p").first.inner_text().endswith(expected)
    page.evaluate("lens.hover('dX', 0)")  # afterwards the links are seen
    assert page.locator("#sum [data-total]").count() == 1


def test_slices_follow_what_is_lit(page):
    cube = {**GIVEN, "rank": 3, "size": [4, 3, 3], "kernel": [2, 2, 2], "stride": [1], "dilation": [1], "padding": [[0, 0]]}
    page.evaluate("(given) => lens.set(given)", cube)
    for name, cell in (("dX", 3 * 9 + 4), ("Y", 2 * 4), ("dX", 0), ("dW", 4)):
        page.evaluate("([name, cell]) => lens.hover(name, cell)", [name, cell])
        assert page.locator(f'.cell.target[data-array="{name}"][data-cell="{cell}"]').count() == 1
        for array, cells in page.evaluate("lens.lit()").items():
            assert page.locator(f'.cell.lit[data-array="{array}"]').count() > 0, (name, cell, array)
            depths = page.locator(f'[data-name="{array}"] .has-lit').count()
            assert array == "b" or 1 <= depths <= len(cells)
    page.locator('[data-name="X"] [data-slice="3"]').click()  # what the reader wants to see stays in sight
    assert page.locator('[data-name="X"] [data-slice="3"]').get_attribute("aria-pressed") == "true"


def test_the_remainder_of_seventeen_five_three_two_is_one_and_has_a_real_gradient(page):
    case = {
        **GIVEN, "rank": 1, "size": [17], "kernel": [5], "stride": [3], "dilation": [1], "padding": [[2, 2]],
        "inChannels": 1, "outChannels": 1, "outputPadding": [0],
    }  # fmt: skip
    page.evaluate("(given) => lens.set(given)", case)
    page.evaluate("lens.change({ mode: 'remainder' })")
    derivation = page.locator(".derivation")
    assert (derivation.get_attribute("data-output-padding"), derivation.get_attribute("data-unread")) == ("1", "0")
    assert "Output padding = H − naive = 17 − 16 = 1." in derivation.inner_text()  # noqa: RUF001
    added = page.locator('.cell[data-mark="added"]')
    assert [added.get_attribute("data-array"), added.get_attribute("data-cell")] == ["dX", "16"]
    assert abs(page.evaluate("lens.results().dX[16]")) > 0
    page.evaluate(
        "(given) => lens.set(given)", {**case, "rank": 2, "size": [17, 9], "kernel": [2, 2], "padding": [[0, 0]] * 2}
    )
    hatched = page.locator('.cell[data-array="X"][data-mark="unread"]').evaluate_all(
        "(all) => all.map((one) => Number(one.dataset.cell))"
    )
    image, weight = mt.ones(1, 1, 17, 9, requires_grad=True), mt.ones(1, 1, 2, 2)
    mt.nn.functional.conv2d(image, weight, stride=3).sum().backward()
    assert hatched == np.flatnonzero(image.grad.numpy() == 0).tolist()
