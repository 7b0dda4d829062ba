"""A picture's nodes and edges are the tape's; names, formulas, what is kept and what belongs together are right."""

import gc
import random
import weakref

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from drawn_networks import Residual, small_loss
from minitensor import nn
from minitensor.tape import Node


def tape_of(*tensors):
    """Nodes in the order of recording and edges (source, node, argument), walked through PyTorch's `next_functions`."""
    found, waiting = [], [tensor.grad_fn for tensor in tensors]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Node) and not any(node is one for one in found):
            found.append(node)
            waiting += node.next_functions
    found.sort(key=lambda node: node.sequence)
    edges = [
        (edge, node, node.primitive.argument(index))
        for node in found
        for index, edge in enumerate(node.next_functions)
        if edge is not None
    ]
    return found, edges


def assert_equals_tape(view, *tensors):
    nodes, edges = tape_of(*tensors)
    drawn = [node for node in view.nodes if node.kind in ("operation", "gradient")]
    assert [(node.operation, node.shape, node.dtype) for node in drawn] == [
        (node.name, node.shape, str(node.dtype)) for node in nodes
    ]
    ids = {id(node): element.id for node, element in zip(nodes, drawn, strict=True)}
    kinds = {node.id: node.kind for node in view.nodes}
    leaves = {}  # each leaf has one node, and each such node one leaf
    of_tape = [
        edge
        for edge in view.edges
        if kinds[edge.source] in ("operation", "gradient", "parameter") or edge.source in leaf_ids(view)
    ]
    assert len(of_tape) == len(edges)
    for drawn_edge, (source, target, argument) in zip(of_tape, edges, strict=True):
        assert (drawn_edge.target, drawn_edge.argument) == (ids[id(target)], argument)
        if isinstance(source, Node):
            assert drawn_edge.source == ids[id(source)]
        else:
            assert leaves.setdefault(id(source), drawn_edge.source) == drawn_edge.source
    assert len(set(leaves.values())) == len(leaves)


def leaf_ids(view):
    """The inputs that are leaves of the tape: in these tests they are named "leaf"."""
    return {node.id for node in view.nodes if node.kind == "input" and node.label.startswith("leaf")}


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


# Names


def test_parameters_have_their_dotted_names_and_modules_their_frames():
    loss, model = small_loss()
    view = mt.viz.graph(loss, model)
    assert [node.label for node in view.nodes if node.kind == "parameter"] == [name for name, _ in model.named_parameters()]
    titles = {group.id: group.title for group in view.groups}
    assert {node.label: titles[node.group] for node in view.nodes if node.kind == "parameter"} == {
        "0.weight": "0: Conv2d", "0.bias": "0: Conv2d", "3.weight": "3: Linear", "3.bias": "3: Linear",
    }  # fmt: skip


def test_a_tied_weight_has_both_its_names():
    model = nn.Module()
    model.first, model.second = nn.Linear(3, 3, bias=False), nn.Linear(3, 3, bias=False)
    model.second.weight = model.first.weight
    y = model.second(model.first(mt.ones(1, 3)))
    assert [node.label for node in mt.viz.graph(y, model).nodes if node.kind == "parameter"] == [
        "first.weight = second.weight"
    ]


def test_a_buffer_that_an_operation_meets_has_its_dotted_name():
    class Scaled(nn.Module):
        def __init__(self):
            self.register_buffer("scale", mt.tensor([2.0, 3.0]))
            self.weight = nn.Parameter(mt.ones(2))

        def forward(self, x):
            return x * self.scale * self.weight

    model = nn.Sequential(Scaled())
    x = mt.ones(2, requires_grad=True)
    nodes = {node.label: node for node in mt.viz.graph(model(x), model).nodes}
    assert nodes["0.scale"].kind == "buffer"
    assert nodes["0.weight"].kind == "parameter"


def test_names_come_from_the_user_then_the_model_then_variables():
    weight = mt.ones(3, requires_grad=True)
    picture = mt.ones(3)
    product = weight * picture
    view = mt.viz.graph(product.sum(), names={"image": picture})
    assert [node.label for node in view.nodes] == ["weight", "image", "mul", "sum over (0,)"]
    assert view.nodes[2].name == "product"


def test_what_has_no_name_is_numbered_or_called_what_it_is():
    def loss():
        first, second = mt.ones(2, 2, requires_grad=True), mt.ones(2, 2, requires_grad=True)
        return (first * second * mt.full((2, 2), 3.0))[mt.tensor([0, 1]), mt.tensor([1, 0])].sum()

    assert [node.label for node in mt.viz.graph(loss()).nodes if node.kind == "input"] == ["leaf 1", "leaf 2", "constant"]


def test_outputs_of_a_dict_are_named():
    x = mt.ones(2, requires_grad=True)
    view = mt.viz.graph({"total": x.sum(), "largest": x.max()})
    assert [node.name for node in view.nodes if node.output] == ["total", "largest"]


def test_without_the_model_the_one_that_all_ran_in_gives_the_names():
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    given, found = mt.viz.graph(model(mt.ones(1, 2)), model), mt.viz.graph(model(mt.ones(1, 2)))
    assert (found.nodes, found.groups) == (given.nodes, given.groups)


def test_modules_without_a_model_are_known_by_their_class():
    first, second = nn.Linear(2, 2), nn.Linear(2, 2)
    view = mt.viz.graph(second(first(mt.ones(1, 2))))
    assert [group.title for group in view.groups] == ["Linear", "Linear 2"]
    assert [node.label for node in view.nodes if node.kind == "parameter"] == [
        "Linear.weight", "Linear.bias", "Linear 2.weight", "Linear 2.bias",
    ]  # fmt: skip


def test_labels_carry_the_parameters_and_numbers():
    x = mt.ones(1, 1, 9, 9, requires_grad=True)
    view = mt.viz.graph(F.conv2d(x * 2, mt.ones(1, 1, 5, 5), stride=2, dilation=(1, 2)))
    assert [node.label for node in view.nodes if node.kind == "operation"] == ["mul", "conv2d 5x5 /2 dilation 1x2"]
    assert view.nodes[1].constants == {"b": "2"}


def test_a_module_that_is_not_the_models_has_a_frame_of_its_own():
    class Model(nn.Module):
        def __init__(self):
            self.Linear = nn.Linear(2, 2)

        def forward(self, x):
            return self.Linear(x)

    model, other = Model(), nn.Linear(2, 2)
    view = mt.viz.graph(other(model(mt.ones(1, 2))), model)
    assert [group.title for group in view.groups] == ["Linear: Linear", "Linear"]
    parameters = [node for node in view.nodes if node.kind == "parameter"]
    assert len({node.group for node in parameters}) == 2


def test_a_users_name_puts_nothing_into_a_frame():
    model = nn.Sequential(nn.Linear(2, 2))
    x = mt.ones(1, 2, requires_grad=True)
    nodes = {node.label: node for node in mt.viz.graph(model(x), model, names={"0.image": x}).nodes}
    assert nodes["0.image"].group is None


def test_a_users_name_for_a_parameter_leaves_it_one():
    model = nn.Sequential(nn.Linear(2, 2, bias=False))
    node = mt.viz.graph(model(mt.ones(1, 2)), model, names={"the weight": model[0].weight}).nodes[0]
    assert (node.label, node.kind, node.group) == ("the weight", "parameter", "g0")


def test_a_tensor_without_axes_keeps_its_name():
    x, temperature = mt.ones(2, requires_grad=True), mt.tensor(2.0)
    assert mt.viz.graph(x / temperature).nodes[1].constants == {"b": "temperature = 2"}


def test_an_array_has_the_name_of_its_variable_and_a_part_of_it_has_not():
    x, picture = mt.ones(2, requires_grad=True), np.ones((2, 2), np.float32)
    assert [node.label for node in mt.viz.graph(x * picture).nodes] == ["x", "picture", "mul"]
    assert [node.label for node in mt.viz.graph(x * mt.from_numpy(picture)[:, 0]).nodes] == ["x", "constant", "mul"]


def test_an_argument_of_which_nothing_is_known_says_so():
    x = mt.ones(2, requires_grad=True)
    assert mt.viz.graph(x + 3).nodes[1].constants == {"b": "?"}


def test_names_are_those_around_a_comprehension():
    x = mt.ones(2, requires_grad=True)
    views = [mt.viz.graph(y) for y in (x * 2, x.exp())]
    assert [view.nodes[0].label for view in views] == ["x", "x"]


def test_what_the_picture_cannot_tell_is_noted():
    def loss():
        model = nn.Linear(2, 2)
        return model(mt.ones(1, 2)).sum()

    x = mt.ones(1, 2)
    assert mt.viz.graph(loss()).data.notes == (
        "modules that ran are gone, and their names with them: keep the model in a variable",
    )
    model, other = nn.Linear(2, 2), nn.Linear(2, 2)
    view = mt.viz.graph(model(x), other, names={"image": mt.ones(3)})
    assert view.data.notes == (
        "names: 'image' is not in the graph, as far as it is known",
        "nothing of the model is in this graph: another one made it",
    )
    assert all(note in view.text() for note in view.data.notes)
    assert mt.viz.graph(model(x), model).data.notes == ()


def test_a_picture_keeps_nothing_of_the_graph_alive():
    def draw():
        gc.disable()
        try:
            x = mt.ones(2, requires_grad=True)
            y = (x * 2).exp()
            node, kept = weakref.ref(y.grad_fn), weakref.ref(y)
            views = [mt.viz.graph(y, direction=direction) for direction in ("forward", "backward", "both")]
            del y
            return node() is None and kept() is None and len(views) == 3
        finally:
            gc.enable()

    assert draw()


# What is kept


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


# Backward


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


# Refusals


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
