"""Shows that receptive fields by arithmetic are those that are published, and those that the gradient reaches."""

from itertools import pairwise

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn
from minitensor.errors import ShapeError
from minitensor.viz import ReceptiveField, receptive_field

KINDS = {
    1: (nn.Conv1d, nn.MaxPool1d, nn.AvgPool1d, nn.BatchNorm1d, nn.ConvTranspose1d),
    2: (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d, nn.BatchNorm2d, nn.ConvTranspose2d),
    3: (nn.Conv3d, nn.MaxPool3d, nn.AvgPool3d, nn.BatchNorm3d, nn.ConvTranspose3d),
}


class Sum(nn.Module):
    """Branches that begin at one tensor and are added up."""

    def __init__(self, *branches):
        self.branches = branches

    def forward(self, x):
        first, *others = [branch(x) for branch in self.branches]
        for other in others:
            first = first + other
        return F.relu(first)


class Calls(nn.Module):
    """A function of the model's layers and the input."""

    def __init__(self, function, **layers):
        self.function, self.layers = function, layers

    def forward(self, x):
        return self.function(x, **self.layers)


def random_network(seed, largest):
    """A network drawn at random, of convolutions, poolings and residual blocks in one to three dimensions, and an input's size."""
    rng = np.random.default_rng(seed)
    rank = 1 + seed % 3
    conv, max_pool, avg_pool, norm, transposed = KINDS[rank]

    def draw(low, high):
        return tuple(rng.integers(low, high, rank).tolist())

    layers, channels = [], 2
    for _ in range(int(rng.integers(1, [0, 6, 5, 4][rank]))):
        kind = rng.choice(["conv", "conv", "max", "avg", "residual", "relu", "norm", "transposed"])
        half = rng.integers(1, 4, rank)
        if kind == "conv":
            out = 2 * int(rng.integers(1, 3))
            layers.append(
                conv(
                    channels,
                    out,
                    draw(1, 4),
                    stride=draw(1, 3),
                    padding=draw(0, 3),
                    dilation=draw(1, 3),
                    groups=int(rng.integers(1, 3)),
                )
            )
            channels = out
        elif kind == "max":
            layers.append(
                max_pool(
                    tuple(half.tolist()),
                    stride=draw(1, 3),
                    padding=tuple((half // 2).tolist()),
                    ceil_mode=bool(rng.integers(2)),
                )
            )
        elif kind == "avg":
            layers.append(avg_pool(tuple(half.tolist()), stride=draw(1, 3), padding=tuple((half // 2).tolist())))
        elif kind == "residual":
            dilation, stride = rng.integers(1, 3, 2).tolist()
            body = nn.Sequential(
                conv(channels, channels, 3, stride=stride, padding=dilation, dilation=dilation), norm(channels), nn.ReLU(),
                conv(channels, channels, 3, padding=1),
            )  # fmt: skip
            layers.append(Sum(body, conv(channels, channels, 1, stride=stride) if stride > 1 else nn.Identity()))
        elif kind == "transposed":
            layers.append(transposed(channels, 2, draw(1, 4), dilation=draw(1, 3)))
            channels = 2
        else:
            layers.append(nn.ReLU() if kind == "relu" else norm(channels))
    sizes = rng.integers(largest[rank] // 2, largest[rank], rank).tolist()
    return nn.Sequential(*layers), (1, 2, *sizes)


@pytest.mark.parametrize("first", range(0, 90, 30))
def test_arithmetic_and_gradient_agree_over_random_networks(first):
    inside = 0
    for seed in range(first, first + 30):
        model, size = random_network(seed, {1: 80, 2: 44, 3: 26})
        found = receptive_field(model, input_size=size)
        assert found.agrees, (model, size, found)
        if not found.notes:  # the field lies within the input, so the gradient's hull is all of it
            inside += 1
            assert found.cells(found.position) == found.measured
            assert tuple(last - first + 1 for first, last in found.measured) == found.size
    assert inside > 20


def test_they_agree_where_the_border_cuts_the_field():
    cut = 0
    for seed in range(200, 300):
        model, size = random_network(seed, {1: 20, 2: 18, 3: 14})
        try:
            found = receptive_field(model, input_size=size)
        except ShapeError:
            continue  # a kernel is larger than what is left of the input
        assert found.agrees, (model, size, found)
        cut += bool(found.notes)
    assert cut > 10


def vgg16():
    """The convolutions and poolings of VGG-16, configuration D, a channel wide."""
    counts = (2, 2, 3, 3, 3)
    return nn.Sequential(
        *[layer for count in counts for layer in (*[nn.Conv2d(1, 1, 3, padding=1)] * count, nn.MaxPool2d(2))]
    )


def alexnet():
    """The convolutions and poolings of AlexNet's second version, a channel wide."""
    convs = [nn.Conv2d(1, 1, 3, padding=1) for _ in range(3)]
    return nn.Sequential(
        nn.Conv2d(1, 1, 11, stride=4),
        nn.MaxPool2d(3, 2),
        nn.Conv2d(1, 1, 5, padding=2),
        nn.MaxPool2d(3, 2),
        *convs,
        nn.MaxPool2d(3, 2),
    )


@pytest.mark.parametrize(
    ("network", "size", "stride", "padding"),
    [(alexnet, 195, 32, 64), (vgg16, 212, 32, 90)],  # Araujo et al. 2019, the table of modern networks
)
def test_well_known_networks_have_the_published_fields(network, size, stride, padding):
    found = receptive_field(network(), input_size=(1, 1, 224, 224))
    assert (found.size, found.stride, found.start) == ((size, size), (stride, stride), (-padding, -padding))
    assert found.agrees


def test_the_recurrence_along_a_path():
    layers = [
        nn.Conv1d(1, 2, 5, stride=2, padding=1),
        nn.AvgPool1d(3, 2, 1),
        nn.Conv1d(2, 2, 3, dilation=4),
        nn.MaxPool1d(2),
    ]
    start, stride, size = 0, 1, 1
    for number, (kernel, step, dilation, padding) in enumerate([(5, 2, 1, 1), (3, 2, 1, 1), (3, 1, 4, 0), (2, 2, 1, 0)]):
        start, size, stride = start - padding * stride, size + dilation * (kernel - 1) * stride, stride * step
        found = receptive_field(nn.Sequential(*layers), str(number), input_size=(1, 1, 120))
        assert (found.start, found.stride, found.size) == ((start,), (stride,), (size,))
        assert found.agrees


def test_neighbouring_cells_read_a_stride_apart_as_far_as_there_are_cells():
    found = receptive_field(nn.Conv2d(1, 1, (3, 5), stride=2, padding=1), input_size=(1, 1, 9, 12))
    assert found.cells((0, 0)) == ((0, 1), (0, 3))
    assert found.cells((1, 1)) == ((1, 3), (1, 5))
    assert found.cells((4, 4)) == ((7, 8), (7, 11))
    starts = [found.cells((place, place))[0][0] for place in range(1, 5)]
    assert {second - first for first, second in pairwise(starts)} == {2}


def test_branches_have_the_hull_of_their_fields():
    early, late = nn.Conv1d(1, 2, 3, padding=4), nn.Conv1d(1, 2, 2, dilation=3)
    model = Calls(lambda x, early, late: early(x)[..., :-9] + late(x), early=early, late=late)
    found = receptive_field(model, input_size=(1, 1, 30))
    assert (found.start, found.size) == ((-4,), (8,))  # -4 to -2 and 0 to 3
    assert found.agrees
    assert np.flatnonzero(found.support).tolist() == [9, 10, 11, 13, 16]  # of cell 13


def test_concatenated_channels_have_the_hull_too():
    model = Calls(
        lambda x, a, b: mt.cat([a(x), b(x)], dim=1), a=nn.Conv2d(1, 2, 3, padding=1), b=nn.Conv2d(1, 1, 7, padding=3)
    )
    found = receptive_field(model, input_size=(1, 1, 20, 20))
    assert (found.size, found.start, found.agrees) == ((7, 7), (-3, -3), True)


@pytest.mark.parametrize(
    "function",
    [
        lambda x, conv: conv(x)[..., 2:-1, ::2],
        lambda x, conv: F.pad(conv(x), (1, 2, 3, -1)),
        lambda x, conv: conv(x).permute(0, 1, 3, 2).transpose(2, 3),
        lambda x, conv: conv(x.flatten(2).reshape(1, 1, 20, 20)) * 2 - 1,
        lambda x, conv: F.avg_pool2d(F.max_pool2d(conv(x), 2), 3, 1),
        lambda x, conv: F.adaptive_avg_pool2d(conv(x), 6),
        lambda x, conv: F.gelu(F.layer_norm(conv(x).permute(0, 2, 3, 1), (4,)).permute(0, 3, 1, 2)),
        lambda x, conv: conv(F.linear(conv(x).permute(0, 2, 3, 1), mt.ones(1, 4, dtype=mt.float64)).permute(0, 3, 1, 2)),
        lambda x, conv: conv(x) + conv(x).flatten(2).transpose(1, 2).relu().transpose(1, 2).reshape(1, 4, 18, 18),
        lambda x, conv: F.pad(conv(x), (2, 2, 2, 2), mode="reflect"),
        lambda x, conv: F.lp_pool2d(conv(x).sigmoid(), 2, 2),
        lambda x, conv: F.softmax(conv(x), dim=1),
    ],
)
def test_what_moves_cells_moves_their_fields(function):
    found = receptive_field(Calls(function, conv=nn.Conv2d(1, 4, 3)), input_size=(1, 1, 20, 20))
    assert found.agrees
    assert found.cells(found.position) == found.measured


@pytest.mark.parametrize(
    "model",
    [
        nn.Sequential(nn.Conv1d(1, 4, 3, padding=1), nn.Flatten(), nn.Linear(128, 5)),
        nn.Sequential(nn.Conv1d(1, 4, 3), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(4, 5)),
        nn.Sequential(nn.Conv1d(1, 4, 3), nn.InstanceNorm1d(4)),
        nn.Sequential(nn.Conv1d(1, 4, 3), nn.GroupNorm(2, 4), nn.Conv1d(4, 4, 3)),
        Calls(lambda x, conv: conv(x).amax(dim=2), conv=nn.Conv1d(1, 4, 3)),
        Calls(lambda x, conv, gate: conv(x) * gate(conv(x).mean(dim=2)).sigmoid()[:, :, None], conv=nn.Conv1d(1, 4, 3), gate=nn.Linear(4, 4)),
        Calls(lambda x, q, k, v: F.softmax(q(x).transpose(1, 2) @ k(x), dim=-1) @ v(x).transpose(1, 2), q=nn.Conv1d(1, 4, 3), k=nn.Conv1d(1, 4, 3), v=nn.Conv1d(1, 4, 3)),
        nn.Sequential(nn.Conv1d(1, 4, 3), nn.Upsample(scale_factor=2), nn.AdaptiveAvgPool1d(1)),
    ],
)  # fmt: skip
def test_what_mixes_all_cells_reads_the_whole_input(model):
    found = receptive_field(model, input_size=(1, 1, 32))
    assert (found.stride, found.measured, found.agrees) == ((0,), ((0, 31),), True)
    assert found.cells((0,)) == ((0, 31),)
    assert found.support.all()


@pytest.mark.parametrize(
    ("model", "layer", "words"),
    [
        (
            nn.Sequential(nn.Conv2d(1, 2, 3), nn.Upsample(scale_factor=2), nn.Conv2d(2, 2, 3)),
            None,
            "resample 10 to 20 in the layer '1'",
        ),
        (
            nn.Sequential(nn.Conv2d(1, 2, 3), nn.ConvTranspose2d(2, 2, 2, stride=2)),
            "1",
            "conv_transpose2d 2x2 /2 in the layer '1'",
        ),
        (nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten()), None, "reshape"),
        (nn.Sequential(nn.Conv2d(1, 4, 3), nn.PixelShuffle(2)), None, "reshape"),
        (Calls(lambda x, conv: conv(x).cumsum(dim=2), conv=nn.Conv2d(1, 1, 3)), None, "cumsum along 2"),
        (Calls(lambda x, conv: conv(x).flip(2), conv=nn.Conv2d(1, 1, 3)), None, "flip"),
        (
            Sum(nn.Conv2d(1, 1, 3, stride=2), nn.Sequential(nn.Conv2d(1, 1, 4), nn.AdaptiveAvgPool2d(5))),
            None,
            "adaptive_sum to 5x5",
        ),
    ],
)
def test_where_there_is_no_arithmetic_it_says_so(model, layer, words):
    found = receptive_field(model, layer, input_size=(1, 1, 12, 12))
    assert None in found.size
    assert found.agrees is None or found.size != (None, None)
    assert any(note.startswith(("H", "W")) and words in note and "no arithmetic" in note for note in found.notes)
    assert "by the gradient" in repr(found)
    assert found.support.any()


def test_a_decoder_still_has_the_field_of_the_gradient():
    model = Calls(
        lambda x, down, up, out: out(mt.cat([up(F.max_pool2d(down(x), 2)), down(x)], dim=1)),
        down=nn.Conv2d(1, 2, 3, padding=1), up=nn.ConvTranspose2d(2, 2, 2, stride=2), out=nn.Conv2d(4, 1, 3, padding=1),
    )  # fmt: skip
    found = receptive_field(model, input_size=(1, 1, 24, 24))
    # cell 12 reads 11 to 13 upsampled, which are pooled cells 5 and 6, which read 10 to 13, and with the convolution 9 to 14
    assert found.measured == ((9, 14), (9, 14))


def test_padding_with_copies_is_not_compared_at_the_border():
    inside = receptive_field(nn.Conv1d(1, 1, 3, padding=1, padding_mode="circular"), input_size=(1, 1, 9))
    assert (inside.agrees, inside.notes) == (True, ())
    cut = receptive_field(nn.Conv1d(1, 1, 9, padding=4, padding_mode="circular"), input_size=(1, 1, 8))
    assert cut.agrees is None
    assert "padding with copies" in cut.notes[0]


def test_weights_of_any_sign_and_dead_units_do_not_hide_cells():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Conv2d(2, 1, 3))
    with mt.no_grad():
        for parameter in model.parameters():
            parameter.fill_(-1.0)
        model[3].weight.zero_()
    assert receptive_field(model, input_size=(1, 1, 11, 11)).agrees


def test_the_batch_and_the_dtype_of_the_model_do_not_matter():
    found = receptive_field(nn.Conv2d(3, 4, 3).half(), input_size=(32, 3, 8, 8))
    assert isinstance(found, ReceptiveField)
    assert (found.agrees, found.support.shape) == (True, (8, 8))
    assert repr(found) == "ReceptiveField(the output: 3x3 cells, stride 1x1, the first from 0, 0)"


class Idle(nn.Module):
    def __init__(self):
        self.idle = nn.ReLU()

    def forward(self, x):
        return x.detach()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: receptive_field(nn.Linear(3, 2), input_size=(1, 3)), ShapeError, "one to three spatial axes"),
        (lambda: receptive_field(nn.Conv1d(1, 1, 3), input_size=(1, 1, 2.5)), TypeError, "input_size is a shape"),
        (
            lambda: receptive_field(nn.Conv1d(1, 1, 3), "conv", input_size=(1, 1, 5)),
            ValueError,
            "Conv1d has no layer 'conv'; it has none",
        ),
        (lambda: receptive_field(Idle(), "idle", input_size=(1, 1, 5)), ValueError, "the model did not call 'idle'"),
        (lambda: receptive_field(Idle(), input_size=(1, 1, 5)), RuntimeError, "has no gradient with respect to the input"),
        (lambda: receptive_field(np.sin, input_size=(1, 1, 5)), TypeError, "model is a Module, got ufunc"),
    ],
)
def test_what_has_no_field_is_refused_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()
