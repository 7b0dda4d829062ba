"""Without the library safetensors, .npz works, and .safetensors is refused in words that name both ways out."""

from __future__ import annotations

import sys

import pytest

import minitensor as mt
from saved_objects import file_of, kept, loaded, said

STATE = {"a": mt.ones(2)}
WAYS_OUT = ".safetensors, unlike .npz, needs safetensors: pip install 'minitensor[train]', or pip install safetensors"


@pytest.fixture
def without_the_library(monkeypatch):
    for module in [name for name in sys.modules if name.partition(".")[0] == "safetensors"] + ["safetensors"]:
        monkeypatch.setitem(sys.modules, module, None)


@pytest.mark.usefixtures("without_the_library")
def test_saving_as_safetensors_says_what_is_missing_and_the_old_file_stays(tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"the old bytes")
    with pytest.raises(ModuleNotFoundError) as error:
        mt.save(STATE, path)
    assert str(error.value) == f"save: {WAYS_OUT}"
    assert {found.name: found.read_bytes() for found in tmp_path.iterdir()} == {path.name: b"the old bytes"}


def test_loading_safetensors_says_what_is_missing(request):
    data = file_of(STATE, "safetensors")
    request.getfixturevalue("without_the_library")
    with pytest.raises(ModuleNotFoundError) as error:
        loaded(data)
    assert str(error.value) == f"load: {WAYS_OUT}"


@pytest.mark.usefixtures("without_the_library")
def test_npz_needs_nothing():
    assert said(kept(STATE, "npz")) == said(STATE)
