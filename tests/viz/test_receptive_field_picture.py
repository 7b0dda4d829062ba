"""Shows that the picture of a receptive field shades what has a gradient and frames what the arithmetic says."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import minitensor as mt
from minitensor import nn
from minitensor.errors import ShapeError
from minitensor.viz import receptive_field


def rectangles(ax):
    return [(patch.get_x(), patch.get_y(), patch.get_width(), patch.get_height()) for patch in ax.patches]


def test_the_picture_frames_the_field_beyond_the_border_too():
    found = receptive_field(nn.Conv2d(1, 1, (3, 9), padding=4), input_size=(1, 1, 6, 6))
    border, frame = rectangles(found.plot())  # cell (6, 3) reads the rows 2 to 4 and the columns -1 to 7
    first, last = found.cells(found.position)[0]
    assert border == (-0.5, -0.5, 6, 6)
    assert frame == (-1.5, first - 0.5, 9, 3)
    assert (first, last) == found.measured[0]


def test_over_an_image_what_has_no_gradient_is_faded_and_without_one_what_has_it_is_shaded():
    found = receptive_field(nn.Conv2d(1, 1, 3, dilation=2), "", input_size=(1, 1, 9, 9))
    image = mt.rand(1, 1, 9, 9)
    under, over = found.plot(image).images
    np.testing.assert_allclose(under.get_array(), image.numpy()[0, 0])
    np.testing.assert_array_equal(over.get_array()[..., 3] == 0, found.support)
    np.testing.assert_array_equal(found.plot().images[1].get_array()[..., 3] > 0, found.support)


def test_signals_and_volumes_have_pictures_too():
    ax = receptive_field(nn.Conv1d(1, 1, 3, dilation=2), input_size=(1, 1, 9)).plot(mt.rand(1, 9))
    spans = [patch for patch in ax.patches if patch.get_width() == 1]
    assert len(spans) == 3
    ax = receptive_field(nn.Conv3d(1, 1, 3), input_size=(1, 1, 5, 6, 7)).plot(mt.rand(1, 5, 6, 7))
    assert ax.images[0].get_array().shape == (6, 7)
    assert "slice 2" in ax.get_title()


def test_a_picture_goes_into_axes_that_are_given():
    ax = Figure().add_subplot()
    assert receptive_field(nn.Conv2d(1, 1, 3), input_size=(1, 1, 5, 5)).plot(ax=ax) is ax


def test_where_there_is_no_arithmetic_the_hull_of_the_gradient_is_dashed():
    model = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(1, 1, 3))
    found = receptive_field(model, input_size=(1, 1, 8, 8))
    ax = found.plot()
    (top, bottom), (left, right) = found.measured
    assert rectangles(ax)[1] == (left - 0.5, top - 0.5, right - left + 1, bottom - top + 1)
    assert ax.patches[1].get_linestyle() == "--"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["has a gradient", "hull of the gradient"]


def test_an_image_of_another_size_is_refused_in_words():
    found = receptive_field(nn.Conv1d(1, 1, 3), input_size=(1, 1, 5))
    with pytest.raises(ShapeError, match=r"the image is \(C, 5\), as the input was, got the shape \(1, 6\)"):
        found.plot(mt.rand(1, 6))
