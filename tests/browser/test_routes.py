"""Wires from one column to the other run around the boxes that they have nothing to do with."""

import pytest

import minitensor as mt
from drawn_networks import constant_parameters

# For each wire that passes behind a box that is neither its source nor its target: source, target, that box. Wires are
# looked at every two pixels.
HIDDEN = """() => {
    const boxes = [...document.querySelectorAll("#world .box")].map((box) => {
        const { e: x, f: y } = box.transform.baseVal[0].matrix;
        const { width, height } = box.querySelector(".shape").getBBox();
        return { id: box.dataset.id, x, y, width, height };
    });
    const found = new Set();
    for (const line of document.querySelectorAll("#world .wire")) {
        const { source, target } = line.dataset;
        for (let at = 0; at <= line.getTotalLength(); at += 2) {
            const { x, y } = line.getPointAtLength(at);
            for (const box of boxes) {
                const isOwn = box.id === source || box.id === target;
                const isIn = x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height;
                if (isIn && !isOwn) found.add(`${source} ${target} ${box.id}`);
            }
        }
    }
    return [...found];
}"""
CROSSING = "() => document.querySelectorAll('#world .wire.crosses').length"


@pytest.fixture(scope="module")
def convolution():
    """The picture of the README: a convolution, in both directions."""
    layer = constant_parameters(mt.nn.Conv2d(1, 4, 5, stride=2))
    x = mt.ones(1, 1, 28, 28, requires_grad=True)
    return mt.viz.graph(layer(x).relu().sum(), layer, direction="both")


@pytest.mark.parametrize("address", ["", "#open=all"])
def test_no_wire_of_a_convolution_passes_behind_a_foreign_box(show, convolution, address):
    page = show(convolution.html(), address)
    assert page.evaluate(CROSSING) > 0
    assert page.evaluate(HIDDEN) == []


@pytest.mark.parametrize("address", ["", "#open=all"])
def test_no_wire_of_a_residual_network_passes_behind_a_foreign_box(show, residual, address):
    page = show(residual["both"].html(), address)
    assert page.evaluate(CROSSING) > 0
    assert page.evaluate(HIDDEN) == []
