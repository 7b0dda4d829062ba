"""Shows how an engine is chosen, and that `numpy` stands in for the kernels that it lacks."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from minitensor.kernels import active, add_kernel, current_engine, engines, layers, numpy_kernel, reference, use_engine

CONVOLUTION = ("conv", "conv_transpose", "conv_weight_grad", "pool_argmax", "pool_sum", "pool_spread")


def run(script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own, whose engines nobody else uses."""
    environment = {name: value for name, value in os.environ.items() if name != "MINITENSOR_ENGINE"}
    return subprocess.run(
        [sys.executable, "-c", script], env={**environment, **variables}, capture_output=True, text=True, check=False
    )


def test_numpy_computes_unless_another_engine_is_named():
    found = run("from minitensor.kernels import current_engine; print(current_engine())")
    assert (found.stdout, found.stderr) == ("numpy\n", "")


@pytest.mark.parametrize("name", CONVOLUTION)
def test_both_engines_have_kernels_for_convolution_and_pooling(name):
    module = layers.pool if name.startswith("pool") else layers.conv
    assert numpy_kernel(name) is getattr(module, name)
    with use_engine("numpy"):
        assert active[name] is getattr(module, name)
    with use_engine("reference"):
        assert active[name] is getattr(reference, name)


def test_an_engine_is_left_where_its_block_ends():
    before = current_engine()
    with use_engine("reference"):
        assert current_engine() == "reference"
        with use_engine("numpy"):
            assert current_engine() == "numpy"
        assert current_engine() == "reference"
    assert current_engine() == before


def test_an_engine_is_left_after_an_error_too():
    before = current_engine()
    with pytest.raises(ZeroDivisionError), use_engine("reference"):
        raise ZeroDivisionError
    assert current_engine() == before


def test_an_unknown_engine_is_refused_and_changes_nothing():
    before = current_engine()
    with pytest.raises(ValueError, match="engine") as info:
        use_engine("cuda")
    assert str(info.value) == f"there is no engine 'cuda': choose one of {', '.join(map(repr, engines()))}"
    assert current_engine() == before


def test_a_kernel_of_a_layer_is_loaded_before_another_could_take_its_name():
    found = run(
        "from minitensor.kernels import add_kernel, numpy_kernel\n"
        "try: add_kernel('conv', None)\nexcept ValueError as error: print(error)\n"
        "print(numpy_kernel('pool_sum').__name__)\n"
        "try: numpy_kernel('nowhere')\nexcept KeyError as error: print(error)"
    )
    assert found.stdout == "the engine 'numpy' has a kernel named 'conv' already\npool_sum\n'nowhere'\n"


def test_a_second_kernel_of_one_name_is_refused():
    with pytest.raises(ValueError, match="kernel") as info:
        add_kernel("conv", reference.conv)
    assert str(info.value) == "the engine 'numpy' has a kernel named 'conv' already"
    assert numpy_kernel("conv") is layers.conv.conv


def test_numpy_stands_in_for_kernels_that_an_engine_lacks():
    found = run(
        "from minitensor.kernels import active, add_kernel, layers, numpy_, reference, use_engine\n"
        "add_kernel('conv', reference.conv, 'half')\n"
        "with use_engine('half'):\n"
        "    print(active['conv'] is reference.conv, active['pool_sum'] is numpy_.pool.pool_sum)\n"
        "print(active['conv'] is numpy_.conv.conv)\n"
    )
    assert (found.stdout, found.stderr) == ("True True\nTrue\n", "")


def test_the_environment_names_the_engine_to_begin_with():
    script = (
        "from minitensor.kernels import active, current_engine, layers; print(current_engine(), active['conv'].__module__)"
    )
    found = run(script, MINITENSOR_ENGINE="reference")
    assert (found.stdout, found.stderr) == ("reference minitensor.kernels.reference\n", "")


def test_an_unknown_engine_in_the_environment_is_refused_in_words():
    found = run("import minitensor.kernels", MINITENSOR_ENGINE="cuda")
    assert found.returncode == 1
    message = f"MINITENSOR_ENGINE: there is no engine 'cuda': choose one of {', '.join(map(repr, engines()))}"
    assert found.stderr.splitlines()[-1] == f"ValueError: {message}"
