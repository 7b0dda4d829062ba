"""Ten thousand damaged files: each is refused, or gives exactly what was saved; and the model stays as it was where one is refused."""

from __future__ import annotations

import random

import numpy as np
import pytest

import minitensor as mt
from saved_objects import FORMATS, file_of, loaded, said, small_model

EACH = 2500  # times two formats, times two objects
EXTREMES = (0, 1, 0x7F, 0xFF, 0xFFFF, 2**31, 2**32 - 1, 2**60, 2**64 - 1)


def objects():
    """A state dict and a checkpoint, and two others of the same names and shapes."""
    for seed in (0, 1):
        mt.manual_seed(seed)
        state = small_model().state_dict()
        optimizer = {
            "state": {0: {"step": 7 + seed, "exp_avg": mt.rand(2, 2)}},
            "param_groups": [{"lr": 0.1, "betas": (0.9, 0.999)}],
        }
        yield {"state dict": state, "checkpoint": {"model": state, "optimizer": optimizer, "rng": {"state": 2**100 + seed}}}


ORIGINALS, OTHERS = objects()


def cut_off(draw, data, _):
    return data[: draw.randrange(len(data))]


def flip_bits(draw, data, _):
    changed = bytearray(data)
    for _ in range(draw.choice((1, 1, 1, 2, 8))):
        changed[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def overwrite(draw, data, _):
    start, length = draw.randrange(len(data)), draw.choice((1, 2, 4, 8, 100))
    filling = draw.choice((draw.randbytes(length), bytes(length), b"\xff" * length))
    return data[:start] + filling + data[start + length :]


def set_a_field(draw, data, _):
    start, length = draw.randrange(len(data)), draw.choice((1, 2, 4, 8))
    value = draw.choice((*EXTREMES, len(data), draw.randrange(len(data)))) % 256**length
    return data[:start] + value.to_bytes(length, "little") + data[start + length :]


def leave_out(draw, data, _):
    start = draw.randrange(len(data))
    return data[:start] + data[start + draw.choice((1, 4, 8, 64)) :]


def put_in(draw, data, _):
    start, length = draw.randrange(len(data) + 1), draw.choice((1, 4, 8, 64))
    return data[:start] + draw.choice((draw.randbytes(length), data[:length])) + data[start:]


def swap(draw, data, _):
    length = draw.choice((1, 4, 8, 16, 64))
    first, second = sorted(draw.sample(range(len(data) - 2 * length), 2))
    second += length
    one, two = data[first : first + length], data[second : second + length]
    return data[:first] + two + data[first + length : second] + one + data[second + length :]


def splice(draw, data, others):
    """The beginning of one file and the end of another, cut anywhere or where the header ends."""
    other = draw.choice(others)
    header = 8 + int.from_bytes(data[:8], "little")
    place = draw.choice((draw.randrange(len(data)), min(header, len(data))))
    return draw.choice((data[:place] + other[place:], other[:place] + data[place:]))


def swap_texts(draw, data, _):
    """Two names or words of the header in each other's place, wherever they stand."""
    words = [
        b"0.weight",
        b"0.bias",
        b"1.weight",
        b"1.bias",
        b"running_mean",
        b"running_var",
        b"F32",
        b"I64",
        b"[2]",
        b"[2,2]",
    ]
    one, two = draw.sample(words, 2)
    return data.replace(one, b"\0other\0").replace(two, one).replace(b"\0other\0", two)


DAMAGES = (cut_off, flip_bits, overwrite, set_a_field, leave_out, put_in, swap, splice, swap_texts)


@pytest.mark.parametrize("name", ORIGINALS)
@pytest.mark.parametrize("format", FORMATS)
def test_a_damaged_file_is_refused_or_gives_what_was_saved(format, name):
    original, model = ORIGINALS[name], small_model()
    data, expected, before = file_of(original, format), said(original), said(model.state_dict())
    others = [file_of(OTHERS[name], format), *(file_of(one, format) for other, one in ORIGINALS.items() if other != name)]
    draw = random.Random(f"{format} {name}")
    refused = 0
    for number in range(EACH):
        damage = DAMAGES[number % len(DAMAGES)]
        damaged = damage(draw, data, others)
        if damaged in others:  # another file, whole
            continue
        try:
            found = loaded(damaged)
            model.load_state_dict(found if name == "state dict" else found["model"])
        except (mt.serialization.FileFormatError, OSError):
            refused += 1
            assert said(model.state_dict()) == before, damage
        else:
            assert said(found) == expected, damage
            before = said(model.state_dict())
    assert refused > EACH * 0.8  # the others are damaged where nothing is read, or not at all


@pytest.mark.parametrize("format", FORMATS)
def test_each_single_bit_of_the_arrays_counts(format):
    state = {"a": mt.arange(8, dtype=mt.uint8), "b": mt.tensor([1.5, -2.5])}
    data = file_of(state, format)
    for array in state.values():
        elements = array.numpy().tobytes()
        assert data.count(elements) == 1
        start = data.index(elements)
        for bit in range(8 * len(elements)):
            changed = bytearray(data)
            changed[start + bit // 8] ^= 1 << bit % 8
            with pytest.raises(mt.serialization.FileFormatError, match="is damaged"):
                loaded(bytes(changed))


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_cut_off_anywhere_is_refused(format):
    data = file_of(ORIGINALS["checkpoint"], format)
    for length in range(len(data)):
        with pytest.raises(mt.serialization.FileFormatError):
            loaded(data[:length])


def test_arrays_that_are_interchanged_with_their_checksums_are_noticed():
    """In .npz each array has its checksum with it, so only that of all the names shows it."""
    data = file_of({"first": mt.zeros(3), "other": mt.ones(3)}, "npz")
    changed = data.replace(b"first", b"a").replace(b"other", b"first").replace(b"a.npy", b"other.npy")
    assert len(changed) == len(data)
    np.testing.assert_array_equal(mt.load(__import__("io").BytesIO(data))["first"].numpy(), np.zeros(3))
    with pytest.raises(mt.serialization.FileFormatError, match="the names of its arrays are not those that were written"):
        loaded(changed)
