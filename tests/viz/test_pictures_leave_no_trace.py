"""Shows that a network is the same before and after it was looked at, also where looking failed."""

import numpy as np
import pytest

import minitensor as mt
from minitensor import nn
from minitensor.viz import feature_maps, filters, gradient_flow, receptive_field, saliency, saliency_map


class Restless(nn.Module):
    """A network that draws random numbers, counts its calls, and keeps what it saw."""

    def __init__(self):
        self.layers = nn.Sequential(
            nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.Dropout(0.5), nn.Conv2d(4, 4, 3)
        )
        self.head = nn.Linear(64, 3)
        self.calls, self.seen = 0, []
        self.fails = False

    def forward(self, x):
        self.calls += 1
        self.seen.append(x.shape)
        y = self.layers(x) + mt.rand(1).item()
        if self.fails:
            raise ZeroDivisionError
        return self.head(y.flatten(1))


def state(model, x):
    """Everything about a model that may be looked at: as bytes, numbers and identities."""
    tensors = {**dict(model.named_parameters()), **dict(model.named_buffers()), "x": x}
    return {
        "values": {name: one.numpy().tobytes() for name, one in tensors.items()},
        "identities": {name: id(one) for name, one in tensors.items()},
        "gradients": {name: None if one.grad is None else one.grad.numpy().tobytes() for name, one in tensors.items()},
        "versions": {name: one._version[0] for name, one in tensors.items()},
        "wanted": {name: one.requires_grad for name, one in tensors.items()},
        "modes": [module.training for module in model.modules()],
        "hooks": [
            0 if module._hooks is None else len(module._hooks.forward) + len(module._hooks.full_backward)
            for module in model.modules()
        ],
        "calls": (model.calls, list(model.seen)),
        "random": mt.get_rng_state(),
        "observers": mt.grad_mode.mode.observers,
        "recorded": mt.is_grad_enabled(),
    }


LOOKS = {
    "filters": lambda model, x: filters(model.layers[0]),
    "feature_maps": lambda model, x: feature_maps(model, x),
    "saliency": lambda model, x: saliency(model, x),
    "gradient": lambda model, x: saliency_map(model, x),
    "guided": lambda model, x: saliency_map(model, x, method="guided"),
    "grad_cam": lambda model, x: saliency_map(model, x, method="grad_cam"),
    "receptive_field": lambda model, x: receptive_field(model, "layers.4", input_size=x.shape).plot(x),
    "gradient_flow": lambda model, x: gradient_flow(model),
}


@pytest.fixture
def trained():
    """A network in training mode, with gradients, running statistics, and a frozen parameter."""
    mt.manual_seed(4)
    model, x = Restless(), mt.rand(1, 1, 8, 8)
    model(mt.rand(8, 1, 8, 8)).sum().backward()
    model.head.bias.requires_grad_(False)
    model.layers[3].eval()
    return model, x


@pytest.mark.parametrize("look", LOOKS)
def test_looking_changes_nothing(look, trained):
    model, x = trained
    before = state(model, x)
    first = LOOKS[look](model, x)
    assert state(model, x) == before
    assert first is not None


@pytest.mark.parametrize("look", ["feature_maps", "gradient", "guided", "grad_cam", "receptive_field"])
def test_looking_changes_nothing_where_the_model_fails(look, trained):
    model, x = trained
    model.fails = True
    before = state(model, x)
    with pytest.raises(ZeroDivisionError):
        LOOKS[look](model, x)
    assert state(model, x) == before


def test_a_guided_pass_leaves_later_gradients_alone(trained):
    model, x = trained
    model.eval()
    expected = saliency_map(model, x, 0).numpy()
    saliency_map(model, x, 0, "guided")
    np.testing.assert_array_equal(saliency_map(model, x, 0).numpy(), expected)
