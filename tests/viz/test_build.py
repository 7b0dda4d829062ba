"""A picture's nodes and edges are the tape's; what cannot be drawn is refused in words."""

import random

import numpy as np
import pytest

import minitensor as mt
from drawn_networks import Residual
from drawn_tape import assert_equals_tape, tape_of
from minitensor.tape import Node


def random_graph(rng):
    """A graph with shared subexpressions, a*a, views and several outputs, and what came out of it."""
    tensors = [mt.tensor(np.ones((2, 6)), requires_grad=rng.random() < 0.8) for _ in range(3)] + [
        mt.ones(2, 6, dtype=mt.float64).requires_grad_()
    ]
    for _ in range(rng.randint(3, 40)):
        a, b = rng.choice(tensors), rng.choice(tensors)
        kind = rng.randrange(9)
        if kind == 0:
            new = [a * a]
        elif kind == 1:
            new = [a + b]
        elif kind == 2:
            new = [a.reshape(6, 2).permute(1, 0)]
        elif kind == 3:
            new = [mt.cat([part.exp() for part in a.split(2, 1)], 1)]
        elif kind == 4:
            new = [a.flip(0)[:, :] * 0.5]
        elif kind == 5:
            new = [mt.cat([a, b, a], 0)[1:3]]
        elif kind == 6:
            new = [a.sum(0) + b]
        elif kind == 7:
            new = [row.expand(2, 6) for row in a.unbind(0)]
        else:
            new = [mt.where(a > b, a, b)]
        tensors += new
    recorded = [tensor for tensor in tensors if tensor.grad_fn is not None]
    return rng.sample(recorded, min(len(recorded), rng.randint(1, 3)))


@pytest.mark.parametrize("seed", range(60))
def test_nodes_and_edges_equal_the_tapes_on_generated_graphs(seed):
    outputs = random_graph(random.Random(seed))
    if outputs:
        assert_equals_tape(mt.viz.graph(outputs), *outputs)


@pytest.mark.parametrize("seed", range(20))
def test_nodes_and_edges_of_the_gradients_equal_the_tapes(seed):
    outputs = [output.sum() for output in random_graph(random.Random(seed))]
    leaves = [edge for edge, _, _ in tape_of(*outputs)[1] if not isinstance(edge, Node)]
    leaves = list({id(leaf): leaf for leaf in leaves}.values())
    seeds = [mt.ones_like(output).requires_grad_() for output in outputs]
    gradients = [
        one for one in mt.autograd.grad(outputs, leaves, seeds, create_graph=True, allow_unused=True) if one is not None
    ]
    assert_equals_tape(mt.viz.graph(gradients), *gradients)
    both = [
        (node.operation, node.shape) for node in mt.viz.graph(outputs, direction="both").nodes if node.kind == "gradient"
    ]
    alone = [
        (node.operation, node.shape) for node in mt.viz.graph(outputs, direction="backward").nodes if node.kind == "gradient"
    ]
    again = [(node.name, node.shape) for node in tape_of(*gradients)[0] if node.forward is not None]
    assert both == alone == again


def test_nodes_and_edges_of_a_residual_network_equal_the_tapes():
    model = Residual(blocks=3)
    loss = model(mt.ones(2, 1, 9, 9)).sum()
    nodes, edges = tape_of(loss)
    view = mt.viz.graph(loss, model)
    assert sum(node.kind == "operation" for node in view.nodes) == len(nodes)
    constants = {node.id for node in view.nodes if node.kind == "input"}
    assert sum(edge.source not in constants for edge in view.edges) == len(edges)


def test_a_square_has_two_edges_and_one_leaf():
    a = mt.ones(2, requires_grad=True)
    view = mt.viz.graph(a * a)
    assert [(edge.source, edge.target, edge.argument) for edge in view.edges] == [("n0", "n1", "a"), ("n0", "n1", "b")]


def test_a_leaf_alone_is_a_graph_of_one_node():
    a = mt.ones(2, requires_grad=True)
    (node,) = mt.viz.graph(a).nodes
    assert (node.kind, node.label, node.shape, node.output) == ("input", "a", (2,), True)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x: mt.viz.graph(3), TypeError, "graph: output is a tensor, or a sequence or a dict of tensors, got int"),
        (lambda x: mt.viz.graph([]), TypeError, "graph: output is a tensor, or a sequence or a dict of tensors, got an empty one"),
        (lambda x: mt.viz.graph([x, 1]), TypeError, "graph: output is a tensor, or a sequence or a dict of tensors, got int"),
        (lambda x: mt.viz.graph({"a": None}), TypeError, "graph: output is a tensor, or a sequence or a dict of tensors, got NoneType"),
        (lambda x: mt.viz.graph({}), TypeError, "graph: output is a tensor, or a sequence or a dict of tensors, got an empty one"),
        (lambda x: mt.viz.graph({0: x}), TypeError, "graph: names are strings for tensors, {'image': x}, got int for Tensor"),
        (
            lambda x: mt.viz.graph(mt.ones(2, 3)), RuntimeError,
            "graph: nothing was recorded for this tensor of shape (2, 3), since nothing that it was computed from requires grad. "
            "Compute it outside of no_grad, from parameters or a tensor with requires_grad=True",
        ),
        (lambda x: mt.viz.graph(x, x), TypeError, "graph: model is a Module, got Tensor"),
        (lambda x: mt.viz.graph(x, direction="up"), ValueError, "graph: direction is \"forward\", \"backward\" or \"both\", got 'up'"),
        (lambda x: mt.viz.graph(x, depth=0), ValueError, "graph: depth is 1 or more, got 0"),
        (lambda x: mt.viz.graph(x, depth=1.5), TypeError, "graph: depth is a whole number, got float"),
        (lambda x: mt.viz.graph(x, max_nodes=0), ValueError, "graph: max_nodes is 1 or more, got 0"),
        (lambda x: mt.viz.graph(x, names={"a": 1}), TypeError, "graph: names are strings for tensors, {'image': x}, got str for int"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_in_words(call, error, message):
    with pytest.raises(error) as caught:
        call(mt.ones(2, requires_grad=True) * 2)
    assert str(caught.value) == message
