"""How much memory a picture says is kept for gradients: what the arrays have, each counted once."""

import numpy as np
import pytest

import minitensor as mt
from drawn_networks import small_loss
from drawn_tape import tape_of


def test_saved_bytes_are_those_of_the_arrays():
    loss, model = small_loss()
    view = mt.viz.graph(loss, model)
    nodes, _ = tape_of(loss)
    drawn = [node for node in view.nodes if node.kind == "operation"]
    kept = []
    for node, element in zip(nodes, drawn, strict=True):
        arrays = [saved for saved in node.saved if isinstance(saved, np.ndarray)]
        kept += arrays
        assert [(one.shape, one.dtype, one.nbytes) for one in element.saved] == [
            (array.shape, str(array.dtype), array.nbytes) for array in arrays
        ]
    apart = []  # the arrays that share no memory with one before
    for array in sorted(kept, key=lambda array: -array.nbytes):
        if not any(np.shares_memory(array, other) for other in apart):
            apart.append(array)
    assert view.saved_bytes == sum(array.nbytes for array in apart)


def test_two_halves_of_an_array_keep_all_of_it_and_a_repeated_one_no_more_than_it_has():
    x = mt.ones(1000, requires_grad=True)
    y = x * 1.0
    assert mt.viz.graph((y[:500] * y[500:]).sum()).saved_bytes == 4000
    one = mt.ones(1, requires_grad=True).expand(1000, 1000)
    assert mt.viz.graph((one * one).sum()).saved_bytes == 4


def test_an_array_that_two_operations_keep_counts_once():
    x = mt.ones(1000, dtype=mt.float64).requires_grad_()
    view = mt.viz.graph((x * x).sum() + (x * x).sum())
    assert view.saved_bytes == 8000


def test_after_a_backward_pass_the_forward_graph_still_draws_and_nothing_is_kept():
    x = mt.ones(3, requires_grad=True)
    y = (x * x).sum()
    y.backward()
    view = mt.viz.graph(y)
    assert [node.label for node in view.nodes] == ["x", "mul", "sum over (0,)"]
    assert view.saved_bytes == 0


def test_a_backward_graph_of_a_freed_graph_is_refused_in_words():
    x = mt.ones(3, requires_grad=True)
    y = (x * x).sum()
    y.backward()
    with pytest.raises(RuntimeError, match="graph: a backward pass has freed what the gradients need"):
        mt.viz.graph(y, direction="backward")
