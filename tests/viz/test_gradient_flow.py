"""Shows that the gradients of a network's parameters are drawn as large as they are, and that missing ones are named."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import minitensor as mt
from minitensor import nn
from minitensor.viz import gradient_flow


def network():
    mt.manual_seed(1)
    model = nn.Sequential(nn.Conv1d(1, 3, 3), nn.ReLU(), nn.Flatten(), nn.Linear(18, 2)).double()
    (model(mt.randn(5, 1, 8, dtype=mt.float64)) ** 2).sum().backward()
    return model


def drawn(ax):
    """Each line's numbers by its label, in the order of the rows."""
    return {line.get_label(): np.asarray(line.get_xdata()) for line in ax.lines}


def test_each_parameter_has_its_mean_its_maximum_and_its_ratio():
    model = network()
    ax = gradient_flow(model)
    assert isinstance(ax, Axes)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["0.weight", "0.bias", "3.weight", "3.bias"]
    numbers = drawn(ax)
    gradients = [parameter.grad.numpy() for parameter in model.parameters()]
    np.testing.assert_allclose(numbers["mean |∂L/∂w|"], [abs(one).mean() for one in gradients], rtol=1e-12)
    np.testing.assert_allclose(numbers["max |∂L/∂w|"], [abs(one).max() for one in gradients], rtol=1e-12)
    ratios = [np.linalg.norm(parameter.grad.numpy()) / np.linalg.norm(parameter.numpy()) for parameter in model.parameters()]
    np.testing.assert_allclose(numbers["‖∂L/∂w‖ / ‖w‖"], ratios, rtol=1e-12)


def test_the_scale_is_logarithmic_and_the_first_layer_at_the_top():
    ax = gradient_flow(network())
    assert ax.get_xscale() == "log"
    low, high = ax.get_ylim()
    assert low > high
    assert len(ax.get_legend().get_texts()) == 3


def test_what_cannot_be_drawn_is_written():
    model = network()
    model[0].weight.grad = None
    model[0].bias.grad = mt.zeros_like(model[0].bias)
    model[3].bias.grad = mt.tensor([np.nan, 0.5], dtype=mt.float64)
    texts = {round(text.xy[1]): text.get_text().strip() for text in gradient_flow(model).texts}
    assert texts == {0: "no gradient", 1: "the gradient is 0", 3: "1 of 2 are NaN or infinite"}
    model[3].bias.grad = mt.tensor([np.nan, np.inf], dtype=mt.float64)
    assert "the gradient is not finite" in [text.get_text().strip() for text in gradient_flow(model).texts]


def test_gradients_near_the_ends_of_the_range_have_their_ratio():
    model = nn.Linear(2, 1, bias=False).double()
    with mt.no_grad():
        model.weight.copy_(mt.tensor([[3.0, 4.0]]))
    model.weight.grad = mt.tensor([[3e-200, 4e-200]], dtype=mt.float64)
    assert drawn(gradient_flow(model))["‖∂L/∂w‖ / ‖w‖"][0] == pytest.approx(1e-200, rel=1e-12)


def test_a_parameter_of_zeros_has_no_ratio():
    model = nn.Linear(2, 1, bias=False)
    with mt.no_grad():
        model.weight.zero_()
    model.weight.grad = mt.ones(1, 2)
    assert np.isnan(drawn(gradient_flow(model))["‖∂L/∂w‖ / ‖w‖"][0])


def test_it_goes_into_axes_that_are_given():
    ax = Figure().add_subplot()
    assert gradient_flow(network(), ax=ax) is ax


def test_a_figure_of_its_own_shows_itself_in_a_notebook():
    assert gradient_flow(network())._repr_png_().startswith(b"\x89PNG")


@pytest.mark.parametrize("model", [nn.Linear(3, 2), nn.ReLU()])
def test_without_a_backward_pass_it_says_so(model):
    with pytest.raises(
        RuntimeError,
        match=rf"no parameter of {type(model).__name__} has a gradient: draw after loss.backward\(\) and before",
    ):
        gradient_flow(model)


def test_what_is_no_module_is_refused_in_words():
    with pytest.raises(TypeError, match="gradient_flow: model is a Module, got ndarray"):
        gradient_flow(np.ones(3))
