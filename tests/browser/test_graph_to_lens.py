"""From a convolution in the graph's page to its lens: by its sign, a double click, a key or the panel, and with its own geometry."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn


@pytest.fixture(scope="module")
def network():
    """Strides that leave a remainder, groups, dilation, a transposed convolution, and sizes that are too large to be looked at."""
    mt.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(3, 16, 7, stride=3, padding=2), nn.ReLU(),
        nn.Conv2d(16, 16, (3, 1), padding=(2, 0), dilation=(2, 1), groups=16, bias=False), nn.ReLU(),
        nn.ConvTranspose2d(16, 4, 3, stride=2, padding=1, output_padding=1),
    )  # fmt: skip
    return mt.viz.graph(model(mt.randn(2, 3, 60, 62)).mean(), model, direction="both", values=False)


@pytest.fixture
def opened(show, network):
    """The network's page, and what opens a lens from it: `opened(action)` answers with the lens's page."""
    page = show(network.html(), "#open=all")
    requests = []
    page.context.on("request", lambda request: requests.append(request.url))

    def lens(action):
        said = []
        page.context.on("console", lambda message: said.append(message.text))
        page.context.on("weberror", lambda error: said.append(str(error.error)))
        with page.context.expect_page() as found:
            action(page)
        tab = found.value
        tab.wait_for_selector("html[data-ready]")
        tab.wait_for_selector("#check[data-verdict=right]")
        assert said == []
        assert all(url.startswith("blob:") for url in requests), requests
        requests.clear()
        return tab

    return page, lens


def box(page, node):
    return page.locator(f".box[data-id={node.id}]")


def given(tab):
    return tab.evaluate("lens.state().given")


def convolutions(view):
    return [node for node in view.data.nodes if node.convolution is not None]


def test_the_data_of_a_convolution_have_its_geometry_and_nothing_that_says_nothing(network):
    assert [node.convolution for node in convolutions(network)] == [
        {
            "rank": 2, "batch": 2, "inChannels": 3, "outChannels": 16, "size": [60, 62], "kernel": [7, 7], "stride": [3, 3],
            "padding": [[2, 2], [2, 2]], "bias": True,
        },
        {
            "rank": 2, "batch": 2, "inChannels": 16, "outChannels": 16, "groups": 16, "size": [20, 20], "kernel": [3, 1],
            "stride": [1, 1], "dilation": [2, 1], "padding": [[2, 2], [0, 0]],
        },
        {
            "rank": 2, "transposed": True, "batch": 2, "inChannels": 16, "outChannels": 4, "size": [20, 20], "kernel": [3, 3],
            "stride": [2, 2], "padding": [[1, 1], [1, 1]], "outputPadding": [1, 1],
        },
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(3))
def test_the_lens_has_the_kernel_stride_dilation_padding_groups_and_remainder_of_the_node(opened, network, number):
    _, lens = opened
    node = convolutions(network)[number]
    found = given(lens(lambda page: box(page, node).locator("[data-lens]").click()))
    whole = {
        "dilation": [1, 1],
        "groups": 1,
        "outputPadding": [0, 0],
        "transposed": False,
        "bias": False,
        **node.convolution,
    }
    for name in ("rank", "transposed", "kernel", "stride", "dilation", "padding", "groups", "outputPadding", "bias"):
        assert found[name] == whole[name], name
    for axis in range(2):
        assert whole["transposed"] or (whole["size"][axis] - found["size"][axis]) % whole["stride"][axis] == 0
        assert 1 <= found["size"][axis] <= min(9, whole["size"][axis])
    assert found["batch"] == 1


def test_the_lens_says_what_was_reduced(opened, network):
    _, lens = opened
    node = convolutions(network)[0]
    tab = lens(lambda page: box(page, node).dblclick())
    assert tab.locator("#about").inner_text() == (
        "conv2d 7x7 /3, reduced to 9x8 of 60x62 cells, 1 of 2 samples, 1 of 3 channels in, 1 of 16 channels out"
    )
    tab.get_by_label("stride, height").fill("1")  # another case, which is not the node's
    assert tab.locator("#about").is_hidden()


def test_a_click_on_the_box_selects_it_and_the_panel_has_a_button(opened, network):
    page, lens = opened
    node = convolutions(network)[1]
    box(page, node).click(position={"x": 12, "y": 12})
    assert box(page, node).get_attribute("aria-pressed") == "true"
    assert len(page.context.pages) == 1
    assert "1 of 2 samples" in page.locator("#panel .note").inner_text()
    tab = lens(lambda page: page.get_by_role("button", name="Open its lens").click())
    assert given(tab)["groups"] == 16


def test_the_key_l_opens_the_lens_of_the_box_with_the_focus(opened, network):
    page, lens = opened
    box(page, convolutions(network)[2]).focus()
    assert given(lens(lambda page: page.keyboard.press("l")))["transposed"] is True
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("l")  # nothing has the focus, nothing is selected
    assert len(page.context.pages) == 2


def test_a_gradient_opens_the_lens_of_its_convolution_where_that_gradient_is_shown(opened, network):
    _, lens = opened
    first = convolutions(network)[1]
    gradients = [node for node in network.data.nodes if node.of == first.id]
    for argument, mode in (("x", "gather"), ("w", "weight")):
        node = next(node for node in gradients if node.argument == argument)
        tab = lens(lambda page, node=node: box(page, node).locator("[data-lens]").click())
        assert tab.evaluate("lens.state().mode") == mode


def test_a_collapsed_module_with_one_convolution_has_its_sign(show, network):
    page = show(network.html())
    page.get_by_role("button", name="Top modules").click()
    group = page.get_by_role("button", name=re.compile("^0: Conv2d"))
    assert group.locator("[data-lens]").count() == 1
    assert page.get_by_role("button", name=re.compile("^1: ReLU")).locator("[data-lens]").count() == 0


def test_a_graph_without_convolutions_carries_no_lens(show):
    a = mt.ones(3, requires_grad=True)
    without = mt.viz.graph((a * a).sum()).html()
    with_one = mt.viz.graph(F.conv1d(mt.ones(1, 1, 5), mt.ones(1, 1, 3, requires_grad=True)).sum()).html()
    assert len(with_one) - len(without) > 50_000
    page = show(without)
    assert page.locator("[data-lens]").count() == 0
    assert page.evaluate("document.getElementById('carried')") is None


def test_what_no_lens_can_show_has_no_sign(show):
    weight = mt.ones(1, 1, 65, requires_grad=True)
    page = show(mt.viz.graph(F.conv1d(mt.ones(1, 1, 70), weight).sum()).html())
    assert page.locator("[data-lens]").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_panel_with_the_lens(show, network, scheme):
    node = convolutions(network)[0]
    page = show(network.html(), f"#open=all&select={node.id}", color_scheme=scheme)
    assert page.get_by_role("button", name="Open its lens").is_visible()
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
