"""Files of PyTorch load by name into the same modules, which then answer as PyTorch's do; and recorded files stay as they are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors import numpy as safetensors_numpy

import minitensor as mt
from golden import record_saved
from saved_objects import FORMATS, file_of, said

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
STATE, ANSWERS = GOLDEN / "torch_state.safetensors", GOLDEN / "torch_answers.safetensors"


def model_of_pytorch():
    data = STATE.read_bytes()
    expression = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"]["model"]
    return eval(expression, {"nn": mt.nn}).eval()


def test_a_state_dict_that_pytorch_wrote_loads_by_name_and_the_model_answers_the_same():
    model, answers = model_of_pytorch(), mt.load(ANSWERS)
    model.load_state_dict(mt.load(STATE))
    for part in ("image", "signal", "volume", "words"):
        output = model[part](answers[f"{part}.input"])
        np.testing.assert_allclose(output.numpy(), answers[f"{part}.output"].numpy(), rtol=1e-4, atol=1e-5)
    assert int(model["signal"][1].num_batches_tracked) == 3


def test_each_dtype_that_pytorch_wrote_is_read_and_bfloat16_becomes_float32():
    answers = mt.load(ANSWERS)
    for name in ("float16", "float32", "float64", "bool", "uint8", "int8", "int16", "int32", "int64"):
        expected = (np.arange(6) * 21 % 5 - 1.5).reshape(2, 3)
        assert answers[name].dtype == np.dtype(name)
        integers = np.trunc(expected).astype(np.int64) if answers[name].dtype.kind in "iu" else expected
        np.testing.assert_array_equal(answers[name].numpy(), integers.astype(name))
    assert said(answers["bfloat16"]) == said(answers["values of bfloat16"])
    assert (answers["empty"].shape, answers["no axes"].item()) == ((0, 3), 2.5)


def test_the_safetensors_library_reads_what_was_saved_as_it_reads_what_pytorch_wrote():
    model = model_of_pytorch()
    model.load_state_dict(mt.load(STATE))
    theirs = safetensors_numpy.load_file(STATE)
    ours = safetensors_numpy.load(file_of(model.state_dict(), "safetensors"))
    assert said(dict(sorted(ours.items()))) == said(dict(sorted(theirs.items())))


@pytest.mark.parametrize("format", FORMATS)
def test_the_recorded_file_is_read_and_the_same_bytes_are_written_today(format):
    """It was recorded with Python 3.10, NumPy 1.26 and safetensors 0.8; 3.13, 2.5 and 0.4.4 wrote the same bytes."""
    path = GOLDEN / f"saved.{format}"
    checkpoint = record_saved.checkpoint()
    assert said(mt.load(path)) == said(checkpoint)
    assert path.read_bytes() == file_of(checkpoint, format)
