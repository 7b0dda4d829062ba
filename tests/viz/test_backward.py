"""A picture of the backward pass: formulas, what belongs to what, and that drawing it changes nothing."""

import numpy as np
import pytest

import minitensor as mt
from drawn_networks import small_loss
from drawn_tape import assert_equals_tape, tape_of
from minitensor import nn


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_convolutions_gradient_is_written_as_the_theorem(rank):
    x = mt.ones(1, 2, *(7,) * rank, requires_grad=True)
    layer = getattr(nn, f"Conv{rank}d")(2, 3, 3, stride=2)
    view = mt.viz.graph(layer(x).sum(), layer, direction="both")
    conv = next(node for node in view.nodes if node.operation == "conv_bias")
    formulas = {node.argument: (node.formula, node.operation, node.name) for node in view.nodes if node.of == conv.id}
    assert formulas == {
        "x": ("dX = conv_transpose(dY, W)", "conv_transpose", "x.grad"),
        "w": ("dW = conv_weight_grad(X, dY)", "conv_weight_grad", "weight.grad"),
        "b": ("db = sum dY", "sum", "bias.grad"),
    }


def test_a_transposed_convolutions_gradient_is_written_as_the_theorem():
    layer = nn.ConvTranspose2d(2, 3, 3)
    x = mt.ones(1, 2, 4, 4, requires_grad=True)
    formulas = [node.formula for node in mt.viz.graph(layer(x).sum(), layer, direction="backward").nodes]
    assert {"dG = conv(dY, W)", "dW = conv_weight_grad(dY, G)", "db = sum dY"} <= set(formulas)


def test_every_gradient_is_tied_to_its_operation_and_every_operation_has_its_gradient():
    loss, model = small_loss()
    view = mt.viz.graph(loss, model, direction="both")
    forward = {node.id for node in view.nodes if node.kind == "operation"}
    assert {node.of for node in view.nodes if node.kind == "gradient"} <= forward
    silent = [node.label for node in view.nodes if node.id in forward - {node.of for node in view.nodes}]
    assert silent == []


def test_the_gradients_of_all_leaves_are_the_outputs_of_the_backward_graph():
    loss, model = small_loss()
    view = mt.viz.graph(loss, model, direction="backward")
    names = sorted(name for node in view.nodes if node.output for name in node.name.split(", "))
    assert names == sorted(f"{name}.grad" for name, _ in model.named_parameters())


def test_operations_of_one_formula_stand_in_one_frame():
    x = mt.ones(2, 3, requires_grad=True)
    view = mt.viz.graph(mt.softmax(x, 1).sum(), direction="backward")
    (frame,) = [group for group in view.groups if group.title == "dA = Y * (dY - sum(Y * dY))"]
    inside = [node.operation for node in view.nodes if node.group == frame.id]
    assert inside == ["mul", "sum", "sub", "mul"]


def test_a_gradient_that_arrives_by_two_ways_is_drawn_as_their_sum():
    x = mt.ones(2, requires_grad=True)
    y = x * 2
    view = mt.viz.graph((y.exp() * y.log()).sum(), direction="both")
    (total,) = [node for node in view.nodes if node.formula == "the sum of what arrives"]
    assert total.of_label == "mul"
    assert total.of == next(node.id for node in view.nodes if node.name == "y")


@pytest.mark.parametrize("direction", ["backward", "both"])
def test_drawing_leaves_gradients_and_graph_as_they_were(direction):
    loss, model = small_loss()
    weight = model[0].weight
    weight.grad = mt.full(weight.shape, 5.0)
    before = [(node, node.saved, node.versions, node.hooks, node.scope) for node in tape_of(loss)[0]]
    drawn = mt.viz.graph(loss, model, direction=direction, values=True)
    assert weight.grad.tolist() == mt.full(weight.shape, 5.0).tolist()
    assert [parameter.grad is None for parameter in model.parameters()] == [False, True, True, True]
    after = [(node, node.saved, node.versions, node.hooks, node.scope) for node in tape_of(loss)[0]]
    assert all(
        one is other for first, second in zip(before, after, strict=True) for one, other in zip(first, second, strict=True)
    )
    loss.backward()  # the graph is whole
    again, other = small_loss()
    again.backward()
    np.testing.assert_array_equal(weight.grad.numpy() - 5, other[0].weight.grad.numpy())
    assert drawn.nodes


def test_double_backward_draws_and_belongs_to_the_first():
    x = mt.tensor([2.0], requires_grad=True)
    (first,) = mt.autograd.grad((x**3).sum(), x, create_graph=True)
    view = mt.viz.graph(first.sum())
    assert {node.kind for node in view.nodes if node.operation == "pow"} == {"gradient"}
    second = mt.viz.graph(first.sum(), direction="both")
    assert any(node.of_label == "pow" for node in second.nodes if node.kind == "gradient")
    assert_equals_tape(mt.viz.graph(first, names={"leaf": x}), first)


@pytest.mark.parametrize("gradients", [True, False])
def test_one_output_twice_begins_with_the_sum_of_two_seeds(gradients):
    x = mt.ones(2, requires_grad=True)
    y = x * 2
    with mt.set_grad_enabled(gradients):
        view = mt.viz.graph([y, y], direction="both")
    (total,) = [node for node in view.nodes if node.operation == "add"]
    assert (total.kind, total.formula, total.of_label) == ("gradient", "the sum of what arrives", "mul")


def test_what_hooks_do_is_part_of_the_backward_pass():
    x = mt.ones(2, requires_grad=True)
    x.register_hook(lambda gradient: gradient * 5)
    y = x * x
    y.register_hook(lambda gradient: gradient * 7)
    view = mt.viz.graph(y.sum(), direction="both")
    hooked = [(node.operation, node.name) for node in view.nodes if node.formula == "a hook's answer"]
    assert ("mul", "x.grad") in hooked
    assert sum(operation == "mul" for operation, _ in hooked) == 2
    assert [node.operation for node in view.nodes if node.kind == "operation"] == ["mul", "sum"]


def test_retained_gradients_are_as_they_were():
    x = mt.ones(2, requires_grad=True)
    y = x * 2
    y.retain_grad()
    mt.viz.graph(y.sum(), direction="both")
    assert y.grad is None


def test_several_outputs_begin_with_a_gradient_each():
    x = mt.ones(2, requires_grad=True)
    view = mt.viz.graph([x * 2, x.exp()], direction="backward")
    assert sorted(node.label for node in view.nodes if node.kind == "input") == ["seed 1", "seed 2"]


def test_a_backward_graph_draws_under_no_grad_too():
    x = mt.ones(2, requires_grad=True)
    y = (x * x).sum()
    with mt.no_grad():
        assert any(node.formula == "dA = dY * B" for node in mt.viz.graph(y, direction="backward").nodes)
