"""Nothing serious for axe: light and dark, wide and narrow, collapsed, expanded, selected, searching."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe


def serious(page):
    """What axe calls serious or critical, and where."""
    found = Axe().run(page).response["violations"]
    return [
        (one["id"], [node["target"] for node in one["nodes"]][:3])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
@pytest.mark.parametrize("direction", ["forward", "both"])
def test_axe_finds_nothing_serious(show, residual, scheme, size, direction):
    page = show(residual[direction].html(), color_scheme=scheme, viewport={"width": size[0], "height": size[1]})
    assert serious(page) == []
    page.get_by_role("button", name=re.compile("^stage1: Sequential")).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    assert serious(page) == []
    page.get_by_role("combobox").fill("conv1.weight")
    assert serious(page) == []


def test_axe_finds_nothing_serious_with_everything_open_and_a_gradient_selected(show, residual):
    view = residual["both"]
    gradient = next(node for node in view.nodes if node.formula and "conv_weight_grad" in node.formula)
    assert serious(show(view.html(), f"#open=all&select={gradient.id}")) == []


def test_each_node_has_a_role_and_says_what_it_is(show, small):
    page = show(small.html())
    for node in small.nodes:
        box = page.locator(f"[data-id={node.id}]")
        if box.count() == 1:
            assert box.get_attribute("role") == "button"
            name = box.get_attribute("aria-label")
            assert node.label in name
            assert node.kind in name
            assert node.formula is None or node.formula in name
