"""`viz.lens`: what it reads of a layer and of a call, what it refuses and with which words, what it writes, its command line."""

import json
import os
import re
import subprocess
import sys
from importlib.resources import files

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn
from minitensor.viz.lens import Lens, lens
from minitensor.viz.lens.case import LARGEST, MOST_CELLS, MOST_TERMS
from minitensor.viz.lens.view import MODES


def given(layer, x, **options):
    return lens(layer, x, **options).case.given


def test_a_layer_is_read_with_all_that_it_is():
    layer = nn.Conv2d(
        4, 6, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2), groups=2, bias=False, padding_mode="reflect"
    )
    assert given(layer, mt.ones(2, 4, 7, 8)) == {
        "rank": 2, "transposed": False, "batch": 2, "inChannels": 4, "outChannels": 6, "groups": 2, "size": [7, 8],
        "kernel": [3, 2], "stride": [2, 1], "dilation": [1, 2], "padding": [[1, 1], [0, 0]], "paddingMode": "reflect",
        "outputPadding": [0, 0], "bias": False,
    }  # fmt: skip


def test_a_transposed_layer_is_read_with_its_output_padding():
    found = given(nn.ConvTranspose1d(2, 3, 4, stride=3, padding=1, output_padding=2), mt.ones(1, 2, 5))
    assert found == {
        "rank": 1, "transposed": True, "batch": 1, "inChannels": 2, "outChannels": 3, "groups": 1, "size": [5], "kernel": [4],
        "stride": [3], "dilation": [1], "padding": [[1, 1]], "paddingMode": "zeros", "outputPadding": [2], "bias": True,
    }  # fmt: skip


def test_same_padding_is_written_out_for_both_sides():
    assert given(nn.Conv1d(1, 1, 4, padding="same"), mt.ones(1, 1, 9))["padding"] == [[1, 2]]
    assert given(nn.Conv2d(1, 1, (3, 1), padding="valid"), mt.ones(1, 1, 5, 5))["padding"] == [[0, 0], [0, 0]]


def test_the_numbers_are_those_of_the_layer_and_the_layer_stays_what_it_was():
    layer = nn.Conv1d(1, 2, 3)
    x, grad = mt.randn(1, 1, 5), mt.randn(1, 2, 3)
    arrays = lens(layer, x, grad).case.arrays
    for name, tensor in (("X", x), ("W", layer.weight), ("b", layer.bias), ("dY", grad)):
        np.testing.assert_array_equal(arrays[name], tensor.detach().numpy().astype(np.float64))
    assert layer.weight.grad is None
    assert layer.training


def test_a_convolution_in_the_sense_of_mathematics_is_shown_with_its_kernel_as_it_is_laid_on_the_input():
    layer = nn.Conv2d(1, 1, (2, 3), conv_mode="convolution", bias=False)
    x = mt.randn(1, 1, 4, 5)
    case = lens(layer, x).case
    expected = F.conv2d(x.double(), mt.tensor(case.arrays["W"]))
    np.testing.assert_allclose(expected.numpy(), layer(x).detach().numpy(), rtol=1e-5, atol=1e-6)


def test_a_sample_without_a_batch_is_a_batch_of_one():
    view = lens(nn.Conv2d(2, 1, 3), mt.ones(2, 5, 5), mt.ones(1, 3, 3))
    assert (view.case.given["batch"], view.case.arrays["X"].shape, view.case.arrays["dY"].shape) == (
        1,
        (1, 2, 5, 5),
        (1, 1, 3, 3),
    )


def test_the_gradient_that_arrives_is_ones_unless_given():
    assert lens(nn.Conv1d(1, 1, 2), np.ones((1, 1, 4))).case.arrays["dY"].tolist() == [[[1.0, 1.0, 1.0]]]
    assert lens(nn.Conv1d(1, 1, 2), [[[1, 2, 3, 4]]], [[[1, 2, 3]]]).case.arrays["dY"].tolist() == [[[1.0, 2.0, 3.0]]]


def test_a_call_is_read_by_what_it_convolves():
    weight, bias = mt.randn(4, 1, 3), mt.randn(4)
    view = lens(lambda x: F.conv1d(x, weight, bias, stride=2, padding=1, dilation=2, groups=2).relu(), mt.ones(1, 2, 9))
    assert view.case.given == {
        "rank": 1, "transposed": False, "batch": 1, "inChannels": 2, "outChannels": 4, "groups": 2, "size": [9], "kernel": [3],
        "stride": [2], "dilation": [2], "padding": [[1, 1]], "paddingMode": "zeros", "outputPadding": [0], "bias": True,
    }  # fmt: skip
    np.testing.assert_array_equal(view.case.arrays["b"], bias.numpy().astype(np.float64))


@pytest.mark.parametrize(("size", "rest"), [(7, 0), (8, 1)])
def test_the_output_size_of_a_transposed_call_is_its_output_padding(size, rest):
    layer = nn.ConvTranspose1d(1, 1, 3, stride=2, padding=1)
    view = lens(lambda x: layer(x, output_size=(size,)), mt.ones(1, 1, 4))
    assert (view.case.given["outputPadding"], view.case.arrays["dY"].shape) == ([rest], (1, 1, size))


def test_a_call_whose_padding_copies_has_the_padded_input():
    weight = mt.ones(1, 1, 3)
    case = lens(lambda x: F.conv1d(F.pad(x, (1, 1), mode="circular"), weight), mt.tensor([[[1.0, 2.0, 3.0]]])).case
    assert case.arrays["X"].tolist() == [[[3.0, 1.0, 2.0, 3.0, 1.0]]]


CONV = nn.Conv1d(1, 1, 2)
REFUSED = [
    (lambda: lens(3, mt.ones(1, 1, 4)), TypeError, "lens: expected a convolution layer, or a function that convolves x once, got int"),
    (lambda: lens(CONV, mt.ones(1, 1, 4), mode="all"), ValueError, f"lens: mode is one of {', '.join(MODES)}, got 'all'"),
    (
        lambda: lens(lambda x: x * 2, mt.ones(1, 1, 4)), ValueError,
        "lens: the call is to convolve x once, and there were 0 convolutions of it",
    ),
    (
        lambda: lens(lambda x: CONV(CONV(x)), mt.ones(1, 1, 4)), ValueError,
        "lens: the call is to convolve x once, and there were 2 convolutions of it",
    ),
    (
        lambda: lens(CONV, mt.ones(1, 1, 4), mt.ones(1, 1, 4)), mt.errors.ShapeError,
        "lens: the convolution answers (1, 1, 3), and grad has the shape (1, 1, 4)",
    ),
    (
        lambda: lens(nn.Conv1d(8, 8, 40), mt.ones(1, 8, 200)), ValueError,
        "lens: this convolution has 412160 products, and up to 150000 can be looked at: "
        "take one sample, fewer channels, or a piece of x, x[:1, :, :8, :8]",
    ),
    (
        lambda: lens(nn.Conv2d(1, 1, 1), mt.ones(1, 1, 60, 60)), ValueError,
        "lens: this convolution has 7201 numbers, and up to 6000 can be looked at: "
        "take one sample, fewer channels, or a piece of x, x[:1, :, :8, :8]",
    ),
    (lambda: lens(CONV, mt.ones(5, 1, 4)), ValueError, "lens: up to batch 4 can be looked at, got 5"),
    (lambda: lens(CONV, mt.ones(1, 1, 300)), ValueError, "lens: up to size 256 can be looked at, got 300"),
    (lambda: lens(nn.Conv1d(1, 1, 2, stride=40), mt.ones(1, 1, 90)), ValueError, "lens: up to stride 32 can be looked at, got 40"),
    (
        lambda: lens(CONV, mt.ones(0, 1, 4)), ValueError,
        "lens: there is nothing to look at: x is (0, 1, 4), and the convolution answers (0, 1, 3)",
    ),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(REFUSED)))
def test_what_is_refused_is_refused_in_words(number):
    call, error, words = REFUSED[number]
    with pytest.raises(error, match=f"^{re.escape(words)}$"):
        call()


def test_an_input_that_does_not_fit_is_the_layer_s_own_error():
    with pytest.raises(mt.errors.ShapeError, match="channels"):
        lens(nn.Conv2d(3, 1, 3), mt.ones(1, 2, 5, 5))


def script(name):
    return files("minitensor.viz").joinpath("lens/page", name).read_text(encoding="utf-8")


def test_the_limits_are_those_of_the_page():
    store = script("store.js")
    assert int(re.search(r"MOST_TERMS = (\d+)", store)[1]) == MOST_TERMS
    assert int(re.search(r"MOST_CELLS = (\d+)", store)[1]) == MOST_CELLS
    limits = {name: int(most) for name, most in re.findall(r"(\w+): \[\d+, (\d+)\]", store)}
    named = {"channels": ("inChannels", "outChannels"), "padding": ("padding", "paddingAfter")}
    for name, most in LARGEST.items():
        assert {limits[one] for one in named.get(name, (name,))} == {most}, name
    page = script("store.js")
    assert json.loads(re.search(r"const MODES = (\[.*?\]);", page)[1]) == list(MODES)


def test_the_limits_of_what_the_graph_opens_are_the_same():
    reduce = files("minitensor.viz").joinpath("page/reduce.js").read_text(encoding="utf-8")
    limits = {
        name: int(most) for name, most in re.findall(r"(\w+): (\d+)", re.search(r"LENS_LIMITS = \{(.*?)\}", reduce)[1])
    }
    assert limits == {
        **{name: most for name, most in LARGEST.items() if name != "batch"},
        "squares": MOST_CELLS,
        "products": MOST_TERMS,
    }


def test_the_page_is_saved_to_a_file(tmp_path):
    view = lens(CONV, mt.ones(1, 1, 4), mode="gather")
    path = view.save(tmp_path / "one.html")
    assert path.read_text(encoding="utf-8") == view.html()
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', view.html())[1])
    assert (data["mode"], data["given"]) == ("gather", view.case.given)
    with pytest.raises(FileNotFoundError, match=r"^save: there is no folder '.*nowhere' to write 'a.html' to$"):
        view.save(tmp_path / "nowhere" / "a.html")


def test_a_notebook_shows_it_in_a_frame_of_its_own():
    view = lens(CONV, mt.ones(1, 1, 4))
    text = view._repr_html_()
    assert text.startswith('<iframe srcdoc="&lt;!DOCTYPE html&gt;')
    assert 'title="the lens: conv1d 2"' in text
    assert repr(view) == "Lens(conv1d 2: (1, 1, 4) -> (1, 1, 3))"
    assert isinstance(view, Lens)


def test_show_writes_a_file_and_opens_it(monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    path = lens(CONV, mt.ones(1, 1, 4)).show()
    assert opened == [path.as_uri()]
    assert path.exists()


def command(*arguments, folder):
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "minitensor.viz.lens", *arguments], check=False, capture_output=True, text=True,
        cwd=folder, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "100"},
    )  # fmt: skip


def test_the_command_writes_a_page_with_numbers_that_are_tenths(tmp_path):
    options = (
        "--rank 1 --size 17 --kernel 5 --stride 3 --padding 2 --in-channels 2 --out-channels 4 --groups 2 --mode remainder"
    )
    done = command(*options.split(), "-o", "case.html", folder=tmp_path)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "case.html", "")
    text = (tmp_path / "case.html").read_text(encoding="utf-8")
    data = json.loads(re.search(r'id="data">(.*?)</script>', text)[1])
    assert [data["given"][name] for name in ("size", "kernel", "stride", "padding")] == [[17], [5], [3], [[2, 2]]]
    assert data["mode"] == "remainder"
    assert all(round(value, 1) == value and abs(value) <= 2 for array in data["arrays"].values() for value in array)


def test_the_command_writes_an_animation_and_a_page_only_where_one_is_named(tmp_path):
    done = command("--rank", "1", "--mode", "weight", "--gif", "dw.gif", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "dw.gif\n", "")
    assert [path.name for path in tmp_path.iterdir()] == ["dw.gif"]
    assert command("--rank", "1", "--gif", "dw.gif", "-o", "a.html", folder=tmp_path).stdout == "dw.gif\na.html\n"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--size 3 3 3", "minitensor.viz.lens: --size takes one number, or one for each of the 2 axes, got 3"),
        ("--output-padding 1", "minitensor.viz.lens: --output-padding belongs to --transposed"),
        ("--size 90", "minitensor.viz.lens: lens: this convolution has 15853 numbers, and up to 6000 can be looked at: "),
        ("-o case.txt", "minitensor.viz.lens: save: a lens is an .html file, or a .gif file, got 'case.txt'"),
    ],
)  # fmt: skip
def test_the_command_says_what_it_cannot_do(tmp_path, options, words):
    done = command(*options.split(), folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(words)
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_the_help_names_each_option(tmp_path):
    done = command("--help", folder=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith(
        "usage: python -m minitensor.viz.lens [options] [-o FILE]\n\nWrite a page about one convolution"
    )
