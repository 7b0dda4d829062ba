"""The lens computes what the library computes, lights exactly the cells that a sum has, and sees a broken rule."""

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

import minitensor as mt
from lens_cases import answers, contributors, drawn, flat

EVERY_CELL = """(names) => names.map((name) => {
  const seen = [];
  const count = lens.results()[name].length;
  for (let cell = 0; cell < count; cell += 1) {
    lens.hover(name, cell);
    const lit = {};
    for (const square of document.querySelectorAll(".cell.lit")) (lit[square.dataset.array] ??= []).push(Number(square.dataset.cell));
    const inSight = {};
    for (const [array, cells] of Object.entries(lens.lit())) {
      inSight[array] = cells.filter((one) => document.querySelector(`[data-array="${array}"][data-cell="${one}"].cell`) !== null);
    }
    const terms = [...document.querySelectorAll("#sum [data-term]")].map((term) => Number(term.dataset.value));
    seen.push({ lit, inSight, all: lens.lit(), terms, total: Number(document.querySelector("#sum [data-total]").dataset.total) });
  }
  return seen;
})"""


@pytest.fixture
def page(show):
    """The page about some convolution; a test puts its own in."""
    return show(mt.viz.lens(mt.nn.Conv2d(1, 1, 3), mt.ones(1, 1, 4, 4)).html())


def put(page, given, arrays):
    page.evaluate("([given, arrays]) => lens.set(given, arrays)", [given, flat(arrays)])


def settled(page):
    """The verdict, when all finite differences are known."""
    page.wait_for_selector("#check:is([data-verdict=right], [data-verdict=wrong])")
    return page.locator("#check").get_attribute("data-verdict")


def test_what_the_page_computes_equals_the_library_on_200_cases(page):
    cases = [drawn(seed) for seed in range(200)]
    computed = page.evaluate(
        "(cases) => cases.map(([given, arrays]) => lens.compute(given, arrays))",
        [[given, flat(arrays)] for given, arrays in cases],
    )
    for seed, ((given, arrays), found) in enumerate(zip(cases, computed, strict=True)):
        expected = answers(given, arrays)
        for name, values in expected.items():
            np.testing.assert_allclose(found[name], values, rtol=1e-12, atol=1e-12, err_msg=f"{seed} {name} {given}")
        for way, name in (("scatter", "dX"), ("gather", "dX"), ("matrix", "dX"), ("correlate", "dW")):
            np.testing.assert_allclose(
                found["ways"][way], expected[name], rtol=1e-12, atol=1e-12, err_msg=f"{seed} {way} {given}"
            )


@pytest.mark.parametrize("seed", range(30))
def test_each_cell_lights_what_brute_force_finds_and_its_terms_add_up(page, seed):
    rank = 1 + seed % 3
    given, arrays = drawn(
        1000 + seed, rank=rank, transposed=False, modes=["zeros"], groups=(1, 2)[seed % 2], batch=1, remainder=True
    )
    if seed % 5 == 4:  # depthwise
        given, arrays = drawn(2000 + seed, rank=rank, transposed=False, modes=["zeros"], groups=3, batch=1, remainder=True)
    put(page, given, arrays)
    expected, sets = answers(given, arrays), contributors(given, arrays)
    names = ["dX", "dW", "Y"]
    for name, cells in zip(names, page.evaluate(EVERY_CELL, names), strict=True):
        assert len(cells) == expected[name].size
        for cell, seen in enumerate(cells):
            for factor, hits in sets[name].items():
                assert sorted(seen["all"].get(factor, [])) == np.flatnonzero(hits[:, cell]).tolist(), (name, cell, factor)
            others = {"b"} if name == "Y" and given["bias"] else set()
            assert set(seen["all"]) <= set(sets[name]) | others
            assert {one: sorted(lit) for one, lit in seen["lit"].items()} == {
                one: sorted(lit) for one, lit in seen["inSight"].items() if lit
            }
            assert abs(sum(seen["terms"]) - expected[name][cell]) <= 1e-9 * max(1, abs(expected[name][cell]))
            assert abs(seen["total"] - expected[name][cell]) <= 1e-9 * max(1, abs(expected[name][cell]))
    assert settled(page) == "right"


BROKEN = {"flip": ("dX", "gather"), "swap": ("dW", "correlate"), "output_padding": ("dX", "gather")}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_turns_the_check_red_and_names_the_first_wrong_cell(page, rule):
    given = {
        "rank": 2, "transposed": False, "batch": 1, "groups": 1, "inChannels": 1, "outChannels": 2, "bias": True, "size": [17, 9],
        "kernel": [5, 3], "stride": [3, 2], "dilation": [1, 2], "padding": [[2, 2], [1, 1]], "paddingMode": "zeros", "outputPadding": [0, 0],
    }  # fmt: skip
    page.evaluate("(given) => lens.set(given)", given)
    assert settled(page) == "right"
    page.get_by_label("mistake").select_option(rule)
    assert settled(page) == "wrong"
    name, way = BROKEN[rule]
    row = page.locator(f"#check tr[data-gradient={name}][data-way={way}]")
    assert float(row.get_attribute("data-error")) > 1e-3
    state = page.evaluate("lens.results()")
    page.get_by_label("mistake").select_option("")
    assert settled(page) == "right"
    right = page.evaluate("lens.results()")
    first = int(np.flatnonzero(np.abs(np.subtract(state[name], right[name])) > 1e-9)[0])
    page.get_by_label("mistake").select_option(rule)
    assert settled(page) == "wrong"
    shape = {"dX": (1, 1, 17, 9), "dW": (2, 1, 5, 3)}[name]
    index = ", ".join(map(str, np.unravel_index(first, shape)))
    assert f"first wrong cell: {name}[{index}]" in row.inner_text()


def test_the_numbers_of_the_layer_are_those_of_the_page(show):
    mt.manual_seed(0)
    layer, x, grad = mt.nn.Conv2d(2, 4, 3, stride=2, padding=1, groups=2), mt.randn(1, 2, 7, 7), mt.randn(1, 4, 4, 4)
    found = show(mt.viz.lens(layer, x, grad).html()).evaluate("lens.results()")
    image = x.double().requires_grad_()
    double = mt.nn.Conv2d(2, 4, 3, stride=2, padding=1, groups=2).double()
    double.load_state_dict(layer.state_dict())
    y = double(image)
    y.backward(grad.double())
    for name, tensor in (("Y", y), ("dX", image.grad), ("dW", double.weight.grad), ("db", double.bias.grad)):
        np.testing.assert_allclose(found[name], tensor.detach().numpy().ravel(), rtol=1e-12, atol=1e-12)


def serious(page):
    found = Axe().run(page).response["violations"]
    return [
        (one["id"], [node["html"][:200] for node in one["nodes"]][:2])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("mode", ["linked", "scatter", "gather", "matrix", "weight", "remainder", "predict"])
@pytest.mark.parametrize(("size", "scheme"), [((1280, 800), "light"), ((390, 844), "dark")])
def test_axe_finds_nothing_serious(show, mode, size, scheme):
    view = mt.viz.lens(mt.nn.Conv2d(1, 2, 3, stride=3), mt.ones(1, 1, 8, 8), mode=mode)
    page = show(view.html(), viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    settled(page)
    assert serious(page) == []
    page.evaluate("lens.hover('dX', 0)")
    assert serious(page) == []


VERDICTS = """(cases) => cases.map(([given, arrays]) => [null, "flip", "swap", "output_padding"].map((broken) => {
  const { rows, identity } = lens.judge(given, arrays, broken);
  return Math.max(identity.error, ...rows.map((row) => row.worst));
}))"""


def test_the_check_knows_right_from_wrong_among_large_and_tiny_numbers(page):
    given = {
        "rank": 2, "transposed": False, "batch": 1, "groups": 1, "inChannels": 1, "outChannels": 2, "bias": True, "size": [8, 9],
        "kernel": [3, 2], "stride": [2, 3], "dilation": [1, 2], "padding": [[1, 1], [1, 0]], "paddingMode": "zeros", "outputPadding": [0, 0],
    }  # fmt: skip
    line = {
        **given, "rank": 1, "size": [8], "kernel": [3], "stride": [2], "dilation": [1], "padding": [[1, 1]], "outputPadding": [0],
    }  # fmt: skip
    cases = []
    for one in (line, given):
        page.evaluate("(given) => lens.set(given)", one)
        arrays = page.evaluate("Object.entries(lens.state().arrays).map(([name, one]) => [name, Array.from(one.data)])")
        for name, value in (("X", 1e7), ("X", 1e8), ("X", 1e200), ("W", 1e9), ("b", 1e8), ("dY", 1e9), ("X", 1e-9)):
            other = {key: [*values] for key, values in arrays}
            other[name][0] = value
            cases.append([one, other])
        cases += [[one, {key: [scale * value for value in values] for key, values in arrays}] for scale in (1e-9, 1e9)]
    # of every kind: a mistake may do nothing there
    cases += [[one, flat(numbers)] for one, numbers in map(drawn, range(60))]
    verdicts = page.evaluate(VERDICTS, cases)
    assert max(right for right, *_ in verdicts) <= 1e-9
    assert min(min(wrong) for _, *wrong in verdicts[:18]) > 1e-9  # red
    page.evaluate("([given, arrays]) => lens.set(given, arrays)", cases[0])
    assert settled(page) == "right"
