"""Shows what a score depends on: gradients, guided gradients and Grad-CAM against formulas by hand, and their pictures."""

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn
from minitensor.errors import ShapeError
from minitensor.viz import saliency, saliency_map

RNG = np.random.default_rng(11)


def tensor(*shape):
    return mt.tensor(RNG.standard_normal(shape))


FORMS = {
    "module": nn.ReLU(),
    "in place": nn.ReLU(inplace=True),
    "function": F.relu,
    "method": lambda h: h.relu(),
    "method in place": lambda h: h.relu_(),
}


class TwoLayers(nn.Module):
    """W2 relu(W1 x), with the ReLU called in one of its forms."""

    def __init__(self, form):
        self.first, self.second = (
            nn.Linear(6, 9, bias=False, dtype=mt.float64),
            nn.Linear(9, 4, bias=False, dtype=mt.float64),
        )
        self.form = form

    def forward(self, x):
        return self.second(FORMS[self.form](self.first(x)))


def test_the_gradient_of_a_linear_model_is_its_weight():
    model, x = nn.Linear(6, 4, dtype=mt.float64), tensor(3, 6)
    found = saliency_map(model, x, target=[2, 0, 3])
    np.testing.assert_array_equal(found.numpy(), model.weight.numpy()[[2, 0, 3]])


@pytest.mark.parametrize("form", FORMS)
def test_gradient_and_guided_gradient_of_a_small_network_by_hand(form):
    model, x = TwoLayers(form), tensor(5, 6)
    w1, w2 = model.first.weight.numpy(), model.second.weight.numpy()
    hidden = x.numpy() @ w1.T
    up = np.broadcast_to(w2[1], hidden.shape)  # the gradient that arrives at the ReLU
    np.testing.assert_allclose(saliency_map(model, x, target=1).numpy(), np.where(hidden > 0, up, 0) @ w1, rtol=1e-12)
    guided = np.where((hidden > 0) & (up > 0), up, 0) @ w1
    np.testing.assert_allclose(saliency_map(model, x, 1, "guided").numpy(), guided, rtol=1e-12)
    np.testing.assert_allclose(saliency_map(model, x, target=1).numpy(), np.where(hidden > 0, up, 0) @ w1, rtol=1e-12)


def test_guided_through_two_relus_is_cut_at_each():
    w = [tensor(5, 4).numpy(), tensor(6, 5).numpy(), tensor(2, 6).numpy()]
    model = nn.Sequential(
        nn.Linear(4, 5, bias=False), nn.ReLU(), nn.Linear(5, 6, bias=False), nn.ReLU(), nn.Linear(6, 2, bias=False)
    ).double()
    with mt.no_grad():
        for layer, weight in zip(model[::2], w, strict=True):
            layer.weight.copy_(mt.tensor(weight))
    x = tensor(3, 4)
    first = x.numpy() @ w[0].T
    second = np.maximum(first, 0) @ w[1].T
    up = np.where(second > 0, np.maximum(w[2][0], 0), 0) @ w[1]
    expected = np.where(first > 0, np.maximum(up, 0), 0) @ w[0]
    np.testing.assert_allclose(saliency_map(model, x, 0, "guided").numpy(), expected, rtol=1e-12)


def cam_model():
    return nn.Sequential(nn.Conv2d(2, 5, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(5, 3)).double()


def test_grad_cam_before_global_average_pooling_is_the_class_activation_map():
    model, x = cam_model(), tensor(2, 2, 7, 6)
    maps = np.maximum(F.conv2d(x, model[0].weight, model[0].bias).detach().numpy(), 0)
    cells = maps.shape[2] * maps.shape[3]
    expected = np.maximum(np.einsum("k,nkhw->nhw", model[4].weight.numpy()[1], maps) / cells, 0)
    np.testing.assert_allclose(saliency_map(model, x, 1, "grad_cam", "1").numpy(), expected, rtol=1e-12, atol=1e-15)


def test_grad_cam_of_a_convolution_by_hand():
    model, x = cam_model(), tensor(2, 2, 7, 6)
    maps = F.conv2d(x, model[0].weight, model[0].bias).detach().numpy()
    cells = maps.shape[2] * maps.shape[3]
    alpha = model[4].weight.numpy()[2] * (maps > 0).mean(axis=(2, 3)) / cells  # dS/dA is w/cells where A > 0
    expected = np.maximum(np.einsum("nk,nkhw->nhw", alpha, maps), 0)
    found = saliency_map(model, x, 2, "grad_cam")
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12, atol=1e-15)
    assert (expected > 0).any()


def test_grad_cam_serves_frozen_networks_layers_in_place_and_the_last_of_several_convolutions():
    model = nn.Sequential(
        nn.Conv1d(1, 3, 3), nn.ReLU(inplace=True), nn.Conv1d(3, 4, 3), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(24, 2)
    ).double()
    model.requires_grad_(False)
    x = tensor(1, 1, 10)
    with mt.no_grad():
        maps = model[2](model[1](model[0](x))).numpy()
    up = model[5].weight.numpy()[0].reshape(4, 6) * (maps[0] > 0)
    expected = np.maximum((up.mean(axis=1)[:, None] * maps[0]).sum(axis=0), 0)
    np.testing.assert_allclose(saliency_map(model, x, 0, "grad_cam").numpy()[0], expected, rtol=1e-12, atol=1e-15)


def test_without_a_target_it_is_each_samples_highest_score():
    model, x = nn.Linear(6, 4, dtype=mt.float64), tensor(8, 6)
    best = (x.numpy() @ model.weight.numpy().T + model.bias.numpy()).argmax(axis=1)
    assert len(set(best)) > 1
    assert mt.equal(saliency_map(model, x), saliency_map(model, x, best))
    assert mt.equal(saliency_map(model, x), saliency_map(model, x, mt.tensor(best)))


def test_scores_with_further_axes_are_their_sums():
    model, x = nn.Conv1d(2, 3, 1, dtype=mt.float64), tensor(1, 2, 5)
    expected = np.repeat(model.weight.numpy()[1], 5, axis=1)[None]
    np.testing.assert_allclose(saliency_map(model, x, 1).numpy(), expected, rtol=1e-14)


def test_a_single_score_needs_no_target():
    class Norm(nn.Module):
        def forward(self, x):
            return (x * x).sum(dim=1)

    x = tensor(3, 4)
    np.testing.assert_allclose(saliency_map(Norm(), x).numpy(), 2 * x.numpy(), rtol=1e-14)


def test_it_works_within_no_grad():
    model, x = TwoLayers("function"), tensor(2, 6)
    expected = saliency_map(model, x, 0, "guided")
    with mt.no_grad():
        assert mt.equal(saliency_map(model, x, 0, "guided"), expected)
        assert not mt.is_grad_enabled()


def pictures(figure):
    return [ax for ax in figure.axes if ax.get_title()]


@pytest.mark.parametrize("method", ["gradient", "guided", "grad_cam"])
def test_the_picture_shows_each_input_and_its_map(method):
    model, x = cam_model(), tensor(2, 2, 7, 6)
    found = saliency_map(model, x, [2, 0], method).numpy()
    axes = pictures(saliency(model, x, [2, 0], method))
    assert [ax.get_title().split(":")[0] for ax in axes[::2]] == ["score 2", "score 0"]
    assert float(axes[0].get_title().split(":")[1]) == pytest.approx(float(model(x)[0, 2]), rel=5e-3)
    for ax, one in zip(axes[1::2], found, strict=True):
        drawn = ax.images[-1].get_array()
        assert drawn.shape == (7, 6)
        if method != "grad_cam":
            np.testing.assert_allclose(drawn, abs(one).max(axis=0))
            assert ax.images[-1].get_clim() == pytest.approx((0, abs(one).max()))


@pytest.mark.parametrize(("rank", "method"), [(1, "gradient"), (1, "grad_cam"), (3, "guided"), (3, "grad_cam")])
def test_signals_and_volumes_have_pictures_too(rank, method):
    conv, pool = (nn.Conv1d, nn.AdaptiveAvgPool1d) if rank == 1 else (nn.Conv3d, nn.AdaptiveAvgPool3d)
    model = nn.Sequential(conv(1, 3, 3), nn.ReLU(), pool(1), nn.Flatten(), nn.Linear(3, 2))
    axes = pictures(saliency(model, mt.rand(2, 1, *(5, 6, 7)[:rank]), 1, method))
    assert len(axes) == 4
    assert axes[1].images[-1].get_array().shape == ((1, 5) if rank == 1 else (6, 5 * 8 - 1))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: saliency_map(nn.Linear(3, 2), tensor(1, 3), method="cam"),
            ValueError,
            "method is one of 'gradient', 'guided', 'grad_cam', got 'cam'",
        ),
        (lambda: saliency_map(nn.Linear(3, 2), mt.rand(1, 3), layer="0"), ValueError, 'a layer is for method="grad_cam"'),
        (
            lambda: saliency_map(nn.Linear(3, 2), mt.rand(1, 3), method="guided"),
            ValueError,
            'Linear has none: try method="gradient"',
        ),
        (
            lambda: saliency_map(nn.Linear(3, 2), mt.rand(1, 3), method="grad_cam"),
            ValueError,
            "Linear has no convolution: name a layer",
        ),
        (
            lambda: saliency_map(nn.Linear(3, 2), mt.rand(1, 3), 2),
            ValueError,
            "there are 2 scores, 0 to 1, got the target 2",
        ),
        (lambda: saliency_map(nn.Linear(3, 2), mt.rand(1, 3), -1), ValueError, "got the target -1"),
        (lambda: saliency_map(nn.Linear(3, 2), mt.rand(2, 3), [0, 1, 0]), TypeError, "one for each of the 2 inputs"),
        (lambda: saliency_map(nn.Linear(3, 2), mt.rand(1, 3), 0.5), TypeError, "target is a score's number"),
        (lambda: saliency_map(nn.Linear(3, 2), mt.arange(3).reshape(1, 3)), TypeError, r"of int64: try x.float\(\)"),
        (lambda: saliency_map(nn.Linear(3, 2), np.zeros((1, 3))), TypeError, "x is a Tensor, got ndarray"),
        (lambda: saliency_map(nn.Linear(3, 2), mt.rand(3)), ShapeError, r"got the shape \(3,\)"),
        (lambda: saliency_map(np.sin, mt.rand(1, 3)), TypeError, "model is a Module, got ufunc"),
        (
            lambda: saliency_map(cam_model().float(), mt.rand(1, 2, 5, 5), 0, "grad_cam", "4"),
            ShapeError,
            r"the layer '4' answered with \(1, 3\)",
        ),
        (
            lambda: saliency_map(cam_model().float(), mt.rand(1, 2, 5, 5), 0, "grad_cam", "9"),
            ValueError,
            "Sequential has no layer '9'",
        ),
        (lambda: saliency_map(nn.Flatten(0), mt.rand(2, 3)), ShapeError, r"N=2 inputs, got the shape \(6,\)"),
        (lambda: saliency(nn.Linear(3, 2), mt.rand(1, 3)), ShapeError, r"x is \(N, C, L\).* got the shape \(1, 3\)"),
    ],
)
def test_what_has_no_map_is_refused_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


class Detached(nn.Module):
    def forward(self, x):
        return x.detach() * mt.ones(1, requires_grad=True)


def test_a_score_that_no_gradient_leads_from_is_refused_in_words():
    with pytest.raises(RuntimeError, match="no gradient leads from the score to the input"):
        saliency_map(Detached(), mt.rand(1, 3), 0)
