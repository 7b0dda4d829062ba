"""Shows that feature maps are what the named layers answer, and that looking leaves the network as it was."""

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn
from minitensor.viz import feature_maps


def small():
    mt.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.ReLU(inplace=True), nn.Conv2d(4, 2, 3, padding=1), nn.Flatten(), nn.Linear(72, 5)
    )


def drawn(figure):
    """Each title and its picture, those of scales left out."""
    return {
        ax.get_title("left"): np.ma.filled(ax.images[0].get_array().astype(float), np.nan)
        for ax in figure.axes
        if ax.get_title("left")
    }


def tile(picture, row, column, height, width):
    return picture[row * (height + 1) : row * (height + 1) + height, column * (width + 1) : column * (width + 1) + width]


def test_every_convolution_is_drawn_and_the_input_above():
    model, x = small(), mt.rand(1, 1, 8, 8)
    pictures = drawn(feature_maps(model, x, columns=2))
    assert list(pictures) == ["input: 1x8x8", "0, Conv2d: 4x6x6", "2, Conv2d: 2x6x6"]
    np.testing.assert_allclose(pictures["input: 1x8x8"][:, :8], x.numpy()[0, 0])
    answer = F.conv2d(x, model[0].weight, model[0].bias).numpy()[0]
    for channel in range(4):
        np.testing.assert_allclose(tile(pictures["0, Conv2d: 4x6x6"], *divmod(channel, 2), 6, 6), answer[channel], rtol=1e-6)


def test_what_a_layer_answered_is_shown_though_the_next_one_writes_over_it():
    model, x = small(), mt.rand(1, 1, 8, 8)
    pictures = drawn(feature_maps(model, x, ["0", "1"], columns=4))
    before, after = pictures["0, Conv2d: 4x6x6"], pictures["1, ReLU: 4x6x6"]
    assert np.nanmin(before) < 0
    np.testing.assert_array_equal(after, np.maximum(before, 0))


def test_features_are_one_row_and_the_model_itself_has_the_empty_name():
    model, x = small(), mt.rand(1, 1, 8, 8)
    answer = model(x).numpy()
    np.testing.assert_allclose(drawn(feature_maps(model, x, ""))["the model, Sequential: 5"], answer, rtol=1e-6)


def test_channels_of_a_signal_are_rows():
    model, x = nn.Conv1d(2, 3, 5), mt.rand(1, 2, 20)
    pictures = drawn(feature_maps(model, x, ""))
    np.testing.assert_allclose(pictures["the model, Conv1d: 3x16"], model(x).numpy()[0], rtol=1e-6)
    np.testing.assert_allclose(pictures["input: 2x20"], x.numpy()[0])


def test_channels_of_a_volume_are_rows_of_slices():
    model, x = nn.Conv3d(1, 2, (1, 3, 3)), mt.rand(1, 1, 3, 6, 7)
    picture = drawn(feature_maps(model, x, "", columns=1))["the model, Conv3d: 2x3x4x5"]
    answer = model(x).numpy()[0]
    for channel in range(2):
        for place in range(3):
            np.testing.assert_allclose(
                picture[7 * channel : 7 * channel + 4, 6 * place : 6 * place + 5], answer[channel, place], rtol=1e-6
            )


def test_a_colour_image_is_shown_in_its_colours():
    x = mt.rand(1, 3, 6, 6)
    image = feature_maps(nn.Conv2d(3, 2, 3), x, "").axes[0].images[0].get_array()
    np.testing.assert_allclose(image[:, :6], x.numpy()[0].transpose(1, 2, 0))


def test_a_layer_that_runs_twice_has_two_pictures():
    class Twice(nn.Module):
        def __init__(self):
            self.conv = nn.Conv2d(1, 1, 3, padding=1)

        def forward(self, x):
            return self.conv(self.conv(x))

    titles = list(drawn(feature_maps(Twice(), mt.rand(1, 1, 5, 5))))
    assert titles[1:] == ["conv, Conv2d, call 1: 1x5x5", "conv, Conv2d, call 2: 1x5x5"]


class Two(nn.Module):
    """A module that answers with a tuple, and one that is not called."""

    def __init__(self):
        self.pair, self.idle = Pair(), nn.ReLU()

    def forward(self, x):
        return self.pair(x)[0]


class Pair(nn.Module):
    def forward(self, x):
        return x, x


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: feature_maps(small(), mt.rand(1, 1, 8, 8), "9"),
            ValueError,
            "Sequential has no layer '9'; it has '0', '1', '2', '3', '4'",
        ),
        (lambda: feature_maps(small(), mt.rand(1, 1, 8, 8), [0]), TypeError, "a layer is named by its path"),
        (lambda: feature_maps(small(), mt.rand(2, 1, 8, 8)), ValueError, r"got the shape \(2, 1, 8, 8\): try x\[:1\]"),
        (lambda: feature_maps(small(), np.zeros((1, 1, 8, 8))), TypeError, "x is a Tensor, got ndarray"),
        (lambda: feature_maps(np.sin, mt.rand(1, 1, 8, 8)), TypeError, "model is a Module, got ufunc"),
        (lambda: feature_maps(small(), mt.rand(1, 1, 8, 8), columns=0), ValueError, "columns is 1 or more, got 0"),
        (lambda: feature_maps(nn.ReLU(), mt.rand(1, 3)), ValueError, "ReLU has no convolution"),
        (
            lambda: feature_maps(Two(), mt.rand(1, 3), ["pair", "idle"]),
            ValueError,
            "the model did not call 'pair', 'idle', or it answered with no tensor",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()
