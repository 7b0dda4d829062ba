"""What is drawn as one node knows whether it stands for the forward pass or for the backward pass."""

import pytest

import minitensor as mt
from drawn_networks import small_loss
from minitensor.viz.collapse import closed, for_page
from minitensor.viz.segments import MOST, with_segments


def long_chain(steps=6 * MOST):
    """A loss that takes more steps than stand side by side, outside of any module."""
    y = x = mt.ones(2, requires_grad=True)
    for _ in range(steps):
        y = y * 2
    return y.sum(), x


def sides(data):
    """The closed groups' titles by whether they say that they are of a backward pass."""
    found = {
        side: [node.label for node in data.nodes if node.kind == "group" and node.backward is side] for side in (False, True)
    }
    return found[False], found[True]


def test_segments_say_which_pass_they_are_of():
    loss, _ = long_chain()
    data = with_segments(mt.viz.graph(loss, direction="both").data)
    segments = [group for group in data.groups if group.kind == "segment"]
    for segment in segments:
        kinds = {node.kind for node in data.nodes if node.group == segment.id}
        assert "gradient" not in kinds if not segment.backward else "operation" not in kinds
    assert [segment.backward for segment in segments] == [False] * 7 + [True] * 7


def test_closed_segments_say_it_too():
    loss, _ = long_chain()
    forward, backward = sides(closed(with_segments(mt.viz.graph(loss, direction="both").data), 1))
    assert forward[0] == f"steps 1 to {MOST}"
    assert backward[0].startswith(f"steps {6 * MOST + 2} to ")
    assert len(forward) == len(backward) == 7


@pytest.mark.parametrize("direction", ["forward", "backward", "both"])
def test_closed_modules_and_their_gradients_are_told_apart(direction):
    loss, model = small_loss()
    forward, backward = sides(closed(mt.viz.graph(loss, model, direction=direction).data, 1))
    assert bool(forward) == (direction != "backward")
    assert bool(backward) == (direction != "forward")
    assert not any("gradient" in label for label in forward)


def test_the_pages_data_says_it_where_it_is_so():
    loss, _ = long_chain()
    groups = for_page(mt.viz.graph(loss, direction="both").data).to_dict()["groups"]
    assert {group.get("backward", "not said") for group in groups} == {True, "not said"}
