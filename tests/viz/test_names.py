"""What tensors and modules are called in a picture, where their names come from, and what it notes where one is not known."""

import gc
import weakref

import numpy as np

import minitensor as mt
import minitensor.nn.functional as F
from drawn_networks import small_loss
from minitensor import nn


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
