"""Shows that the kernels of a convolution are drawn as they are: to one scale around 0, by output and by input channel."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import minitensor as mt
from minitensor import nn
from minitensor.viz import filters

RNG = np.random.default_rng(3)


def with_weight(layer, weight=None):
    """The layer with a weight drawn at random, or with this one, and the weight."""
    weight = RNG.standard_normal(layer.weight.shape) if weight is None else np.asarray(weight)
    with mt.no_grad():
        layer.weight.copy_(mt.tensor(weight.astype(np.float32)))
    return layer, weight


def greys(weight):
    """Bytes: black for the most negative weight of all, 127.5 for 0, white for the most positive."""
    return np.rint((weight / (2 * abs(weight).max()) + 0.5) * 255)


def close(found, expected):
    """Equal but for the rounding of one grey."""
    np.testing.assert_allclose(np.asarray(found, float), expected, atol=1)


def test_kernels_of_one_channel_are_grey_images_around_zero():
    layer, weight = with_weight(nn.Conv2d(1, 5, 3))
    figure = filters(layer)
    assert isinstance(figure, Figure)
    for ax, kernel in zip(figure.axes, greys(weight[:, 0]), strict=True):
        close(ax.images[0].get_array()[..., 0], kernel)
    assert [ax.get_title() for ax in figure.axes] == ["0", "1", "2", "3", "4"]
    assert f"black {-abs(weight).max():.2g}, grey 0, white {abs(weight).max():.2g}" in figure.texts[0].get_text()


def test_three_channels_are_red_green_and_blue():
    layer, weight = with_weight(nn.Conv2d(3, 4, 5))
    for ax, kernel in zip(filters(layer).axes, greys(weight), strict=True):
        close(ax.images[0].get_array(), np.moveaxis(kernel, 0, -1))


def test_a_chosen_channel_is_drawn_alone():
    layer, weight = with_weight(nn.Conv2d(3, 2, 3))
    for ax, kernel in zip(filters(layer, channel=1).axes, greys(weight[:, 1]), strict=True):
        close(ax.images[0].get_array()[..., 0], kernel)


def test_other_numbers_of_channels_are_a_table_of_outputs_by_inputs():
    layer, weight = with_weight(nn.Conv2d(4, 6, 3))
    ax = filters(layer).axes[0]
    table = np.asarray(
        ax.images[0].get_array().filled(np.nan)
        if np.ma.isMaskedArray(ax.images[0].get_array())
        else ax.images[0].get_array()
    )
    assert table.shape == (6 * 4 - 1, 4 * 4 - 1)
    for o in range(6):
        for c in range(4):
            np.testing.assert_allclose(table[4 * o : 4 * o + 3, 4 * c : 4 * c + 3], weight[o, c], rtol=1e-6)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("input channel", "output channel")
    assert ax.images[0].get_clim() == pytest.approx((-abs(weight).max(), abs(weight).max()))


def test_a_transposed_layer_has_its_output_channels_first_group_by_group():
    layer, weight = with_weight(nn.ConvTranspose2d(6, 4, 2, groups=2))  # (in, out/groups, kh, kw)
    ax = filters(layer).axes[0]
    table = ax.images[0].get_array()
    for o in range(4):
        for c in range(3):  # the input channels of o's group
            expected = weight[3 * (o // 2) + c, o % 2]
            np.testing.assert_allclose(table[3 * o : 3 * o + 2, 3 * c : 3 * c + 2], expected, rtol=1e-6)


def test_kernels_of_signals_are_curves_with_a_line_at_zero():
    layer, weight = with_weight(nn.Conv1d(3, 4, 7))
    figure = filters(layer)
    for ax, kernels in zip(figure.axes, weight, strict=True):
        *curves, zero = ax.lines
        for line, kernel in zip(curves, kernels, strict=True):
            np.testing.assert_allclose(line.get_ydata(), kernel, rtol=1e-6)
        assert set(zero.get_ydata()) == {0}
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["input 0", "input 1", "input 2"]
    assert not filters(layer, channel=2).legends


def test_kernels_of_volumes_are_rows_of_slices():
    layer, weight = with_weight(nn.Conv3d(1, 3, (2, 4, 5)))
    for ax, kernel in zip(filters(layer).axes, greys(weight[:, 0]), strict=True):
        row = ax.images[0].get_array()[..., 0]
        close(row[:, :5], kernel[0])
        close(row[:, -5:], kernel[1])
    layer, weight = with_weight(nn.Conv3d(2, 3, (2, 3, 3)))
    table = filters(layer).axes[0].images[0].get_array()
    width = 2 * 4 - 1 + 2  # two slices with one cell between them, and two to the next kernel
    np.testing.assert_allclose(table[5:8, width + 4 : width + 7], weight[1, 1, 1], rtol=1e-6)


def test_kernels_of_zeros_are_grey():
    layer, _ = with_weight(nn.Conv2d(1, 2, 2), np.zeros((2, 1, 2, 2)))
    assert {*np.unique(filters(layer).axes[0].images[0].get_array())} <= {127, 128}


def test_columns_and_the_figures_size_are_as_asked_for():
    layer = nn.Conv2d(1, 6, 3)
    lefts = {round(ax.get_position().x0, 6) for ax in filters(layer, columns=2).axes}
    assert len(lefts) == 2
    assert filters(nn.Conv2d(4, 4, 3), figsize=(3, 2)).get_size_inches().tolist() == [3, 2]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: filters(nn.Linear(2, 2)), TypeError, "expected a convolution layer, got Linear"),
        (lambda: filters(nn.Conv2d(2, 2, 3), channel=2), ValueError, "channel is from 0 to 1, .* got 2"),
        (lambda: filters(nn.Conv2d(2, 2, 3), channel=True), ValueError, "got True"),
        (lambda: filters(nn.LazyConv2d(2, 3)), RuntimeError, "call the model once with an input"),
    ],
)
def test_what_has_no_kernels_is_refused_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()
