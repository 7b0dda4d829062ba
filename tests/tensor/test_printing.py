"""How tensors are printed once `set_printoptions` was called: as PyTorch 2.13 prints them, but for the spaces before dots."""

import subprocess
import sys

import pytest

import minitensor as mt


@pytest.fixture(autouse=True)
def _print_as_before_afterwards():
    yield
    mt.set_printoptions(profile="default")


@pytest.mark.parametrize(
    ("options", "wide", "small", "whole", "large"),
    [
        ({}, "[   1.5000,    2.2500, 1000.1250]", "[1.0000e-05, 3.0000e+00]", "[1., 2.]", "[1.0000e+09, 2.0000e+00]"),
        ({"precision": 2}, "[   1.50,    2.25, 1000.12]", "[1.00e-05, 3.00e+00]", "[1., 2.]", "[1.00e+09, 2.00e+00]"),
        (
            {"sci_mode": True},
            "[1.5000e+00, 2.2500e+00, 1.0001e+03]", "[1.0000e-05, 3.0000e+00]", "[1.0000e+00, 2.0000e+00]",
            "[1.0000e+09, 2.0000e+00]",
        ),
        (
            {"sci_mode": False},
            "[   1.5000,    2.2500, 1000.1250]", "[0.0000, 3.0000]", "[1., 2.]", "[1000000000.,          2.]",
        ),
        ({"profile": "short"}, "[   1.50,    2.25, 1000.12]", "[1.00e-05, 3.00e+00]", "[1., 2.]", "[1.00e+09, 2.00e+00]"),
    ],
)  # fmt: skip
def test_decimals_and_exponents(options, wide, small, whole, large):
    mt.set_printoptions(**options)
    printed = [repr(mt.tensor(values)) for values in ([1.5, 2.25, 1000.125], [1e-5, 3.0], [1.0, 2.0], [1e9, 2.0])]
    assert printed == [f"tensor({text})" for text in (wide, small, whole, large)]


def test_the_middle_of_large_tensors_is_left_out():
    mt.set_printoptions(edgeitems=1)
    assert repr(mt.arange(2000)) == "tensor([   0, ..., 1999])"
    assert repr(mt.arange(2000.0).reshape(40, 50)) == (
        "tensor([[   0., ...,   49.],\n        ...,\n        [1950., ..., 1999.]])"
    )
    mt.set_printoptions(profile="default", threshold=5)
    assert repr(mt.arange(8)) == "tensor([0, 1, 2, ..., 5, 6, 7])"
    mt.set_printoptions(profile="full")
    assert "..." not in repr(mt.arange(2000))
    mt.set_printoptions(profile="default", threshold=mt.inf)
    assert "..." not in repr(mt.arange(2000))


def test_lines_are_as_long_as_is_said():
    mt.set_printoptions(linewidth=20)
    assert repr(mt.arange(6.0)) == "tensor([0., 1., 2.,\n        3., 4., 5.])"


def test_what_is_not_given_stays_and_a_profile_begins_anew():
    mt.set_printoptions(precision=2)
    mt.set_printoptions(edgeitems=2)
    assert repr(mt.tensor(1.2345)) == "tensor(1.23)"
    mt.set_printoptions(profile="default", edgeitems=2)
    assert repr(mt.tensor(1.2345)) == "tensor(1.2345)"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"profile": "long"}, "set_printoptions: the profile is one of 'default', 'short', 'full', got 'long'"),
        ({"precision": -1}, "set_printoptions: precision is a number, 0 or more, got -1"),
        ({"threshold": float("nan")}, "set_printoptions: threshold is a number, 0 or more, got nan"),
        ({"precision": 2, "edgeitems": 0}, "set_printoptions: edgeitems is a number, 1 or more, got 0"),
        ({"linewidth": "80"}, "set_printoptions: linewidth is a number, 1 or more, got '80'"),
    ],
)
def test_what_is_no_option_is_refused_and_changes_nothing(options, message):
    with pytest.raises(ValueError, match="set_printoptions") as caught:
        mt.set_printoptions(**options)
    assert str(caught.value) == message
    assert repr(mt.tensor(1.2345)) == "tensor(1.2345)"


def test_the_first_text_of_a_parameter_says_once_what_it_is():
    """In a process of its own: what prints is loaded by the first text."""
    code = "import minitensor as mt; print(repr(mt.nn.Parameter(mt.ones(2))))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == "Parameter containing:\ntensor([1., 1.], requires_grad=True)\n"
