"""Files that claim what cannot be: each is refused in words, in bounded time and memory, whatever the claim."""

from __future__ import annotations

import io
import json
import struct
import tracemalloc
import zlib

import numpy as np
import pytest

import minitensor as mt
from minitensor.serialization import FileFormatError
from minitensor.serialization.arrays import checksum
from minitensor.serialization.files import WRITERS
from minitensor.serialization.structure import Contents
from saved_objects import loaded

CONSTANT = 400_000_000  # bytes, beside three times the file's size: what docs/saving.md promises


def safetensors(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(text) if length is None else length).to_bytes(8, "little") + text + data


def entry(dtype="F32", shape=(1,), place=(0, 4)):
    return {"a": {"dtype": dtype, "shape": list(shape), "data_offsets": list(place)}}


def ours(said):
    return safetensors({"__metadata__": {"minitensor": json.dumps(said)}})


def archive(members, *, claimed=None, count=None, index=None):
    """A zip archive of (name, method, crc, packed bytes, claimed size), with its index's numbers as they are given."""
    body, entries = b"", b""
    for name, method, crc, packed, size in members:
        numbers = method, 0, 0, crc, len(packed), size, len(name)
        entries += (
            struct.pack("<4s4H", b"PK\1\2", 20, 20, 0, method)
            + struct.pack("<2H3L5H2L", 0, 0, *numbers[3:6], len(name), 0, 0, 0, 0, 0, len(body))
            + name
        )
        body += struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, *numbers, 0) + name + packed
    entries = entries if index is None else index
    count = len(members) if count is None else count
    start = len(body) if claimed is None else claimed
    return body + entries + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(entries), start, 0)


def npy(shape, data=b"", descr="'<f4'", header=None, fortran=False):
    text = f"{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}\n".encode() if header is None else header
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text) % 65536) + text + data


def of_array(data):
    return archive([(b"a.npy", 0, zlib.crc32(data), data, len(data))])


def deflated(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def bomb(size, claimed):
    data = npy(f"({size},)", bytes(size), "'|u1'")
    packed = deflated(data)
    return archive([(b"a.npy", 8, zlib.crc32(data), packed, len(data) if claimed is None else claimed)])


def overlapping():
    """Two members of one local header, as in a bomb whose members share what they unpack to."""
    data = npy("(1,)", bytes(4))
    one = archive([(b"a.npy", 0, zlib.crc32(data), data, len(data))])
    index = one[-22 - 46 - 5 : -22]
    return (
        one[: -22 - 46 - 5]
        + index
        + index.replace(b"a.npy", b"b.npy")
        + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, 2 * len(index), len(one) - 22 - len(index), 0)
    )


ZIP64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 2**60, 2**60, 2**60, 0) + struct.pack(
    "<4sLQL", b"PK\6\7", 0, 4, 1
)

THEIRS = (
    "is damaged or no such file: safetensors finds "  # and then the library's words, which are not the same in its versions
)

CLAIMS = {
    "a header of 4 GB": (safetensors(b"{}", length=2**32), "is cut off or no such file: it claims a header of 4.3 GB, and has 10 bytes"),
    "a header of 2^60 bytes": (safetensors(b"{}", length=2**60), "is cut off or no such file: it claims a header of 1.2 EB, and has 10 bytes"),
    "a header of 2^64 - 1 bytes": (safetensors(b"{}", length=2**64 - 1), "it claims a header of 18.4 EB"),
    "a long header": (safetensors(b"{" + b" " * 16_000_000 + b"}"), "it claims a header of 16.0 MB"),
    "a tensor of 2^60 elements": (safetensors(entry(shape=[2**60], place=[0, 2**62])), "is cut off: its arrays have 4611686018427387904 bytes, 0 are there"),
    "a tensor of 2^70 elements": (safetensors(entry(shape=[2**35, 2**35], place=[0, 0])), THEIRS),
    "a tensor without elements of 2^64 rows": (safetensors(entry(shape=[0, 2**64], place=[0, 0])), THEIRS),
    "a tensor without elements of 2^63 rows": (safetensors(entry(shape=[0, 2**63], place=[0, 0])), "its array 'a' claims the shape (0, 9223372036854775808), which no memory holds"),
    "a tensor of 33 axes": (safetensors(entry(shape=[1] * 33), bytes(4)), "its array 'a' has 33 axes, more than 32"),
    "a place of another size": (safetensors(entry(place=[0, 8]), bytes(8)), THEIRS),
    "a place before the beginning": (safetensors(entry(place=[-4, 0])), THEIRS),
    "a place that is turned round": (safetensors(entry(place=[4, 0])), THEIRS),
    "places that overlap": (safetensors(entry() | {"b": entry()["a"]}, bytes(4)), THEIRS),
    "a gap": (safetensors(entry(place=[4, 8]), bytes(8)), THEIRS),
    "more bytes": (safetensors(entry(), bytes(5)), "its arrays have 4 bytes, and 1 more are there"),
    "a name twice": (safetensors(b'{"a":{},"a":{}}'), "one of 'a' is in it twice"),
    "a size that is true": (safetensors(entry(shape=[True]), bytes(4)), THEIRS),
    "a size that is a float": (safetensors(entry(shape=[1.0]), bytes(4)), THEIRS),
    "a place of three numbers": (safetensors(entry(place=[0, 4, 4]), bytes(4)), "its header has no dtype, shape and data_offsets of 'a'"),
    "a place of texts": (safetensors(entry(place=["0", "4"]), bytes(4)), "its header has no dtype, shape and data_offsets of 'a'"),
    "no shape": (safetensors({"a": {"dtype": "F32", "data_offsets": [0, 4]}}, bytes(4)), THEIRS),
    "a dtype that NumPy lacks": (safetensors(entry("F8_E4M3", place=[0, 1]), b"0"), "holds 'a' of dtype 'F8_E4M3', which is not read"),
    "a dtype that is a number": (safetensors(entry(3)), "holds 'a' of dtype 3"),
    "no entry": (safetensors({"a": 3}), "its header has no dtype, shape and data_offsets of 'a'"),
    "metadata of numbers": (safetensors({"__metadata__": {"a": 1}}), "the __metadata__ of its header is no dict of texts"),
    "a header that is a list": (safetensors(b"[]"), "is neither .npz nor .safetensors"),
    "a header that is not JSON": (safetensors(b"{nonsense"), "the header is no JSON"),
    "a header that is not UTF-8": (safetensors(b'{"\xff":0}'), "the header is no JSON"),
    "deep nesting": (safetensors(b'{"a":' + b"[" * 100_000), "the header is nested too deeply"),
    "deeper nesting": (safetensors(b'{"a":' + b"[" * 2_000_000), "the header has 2000001 parts, more than 1048576"),
    "millions of entries": (safetensors(b"{" + b'"a":0,' * 2_000_000 + b'"b":0}'), "the header has 2000001 parts, more than 1048576"),
    "an integer of a million digits": (safetensors(b'{"a":' + b"1" * 1_000_000 + b"}"), "an integer of more than 20 digits"),
    "a number that is none": (safetensors(b'{"a":NaN}'), "it has the number NaN, which is no JSON"),
    "a newer version": (ours({"minitensor": 2}), "is of a newer minitensor, in version 2 of the format: install that one"),
    "a version without a checksum": (ours({"minitensor": 1}), "its header has no checksum, or no structure or names to go with it"),
    "a checksum of no structure": (ours({"checksum": "crc32:00000000", "minitensor": 1}), "no structure or names to go with it"),
    "names that are none": (ours({"checksum": "crc32:00000000", "names": [[]], "minitensor": 1}), "no structure or names to go with it"),
    "names of other arrays": (ours({"checksum": checksum([], '["a"]'), "names": ["a"], "minitensor": 1}), "the names in its header are not those of its arrays"),
    "metadata of ours that is a list": (ours([1]), "no structure or names to go with it"),
    "metadata of ours that is not JSON": (safetensors({"__metadata__": {"minitensor": "1,"}}), "our text in the header is no JSON"),
    "metadata of ours under another name": (safetensors({"__metadata__": {"minitenser": '{"minitensor":1}'}}), "our text in the header is no JSON"),
    "booleans of 2": (safetensors(entry("BOOL", [1], [0, 1]), b"\2"), "is damaged: its array 'a' has booleans that are neither 0 nor 1"),

    "a bomb": (bomb(100_000_000, None), "to 100.0 MB when it is unpacked, which may be an attack. If you trust it, read it with np.load, and save it again with mt.save"),
    "a bomb that hides its size": (bomb(100_000_000, 128 + 20), "'a' in it claims 100000000 bytes"),
    "a member that is longer than it says": (archive([(b"a.npy", 8, 0, deflated(npy("(9,)", bytes(1000))), len(npy("(9,)")) + 36)]), "the bytes of 'a' are not those that were written"),
    "a member that is shorter than it says": (archive([(b"a.npy", 8, 0, deflated(npy("(9,)", bytes(1))), len(npy("(9,)")) + 36)]), "'a' in it is cut off: 35 bytes are missing"),
    "a member that cannot be unpacked": (archive([(b"a.npy", 8, 0, b"\xff" * 50, 50)]), "'a' in it cannot be unpacked"),
    "members that overlap": (overlapping(), "is damaged: its member 'b.npy' overlaps another or the end of the file"),
    "members of one name": (archive([(b"a.npy", 0, 0, b"", 0)] * 2), "the index of its members lists a name twice"),
    "a member that is encrypted": (of_array(npy("()", bytes(4))).replace(b"PK\1\2\x14\0\x14\0\0", b"PK\1\2\x14\0\x14\0\1"), "is encrypted: its member 'a.npy' needs a password"),
    "a member compressed in another way": (archive([(b"a.npy", 12, 0, b"", 0)]), "is damaged, or compressed in a way that is not read: see its member 'a.npy'"),
    "a stored member of 4 GB": (archive([(b"a.npy", 0, 0, b"", 2**32 - 2)]), "compressed in a way that is not read: see its member 'a.npy'"),
    "2^60 members": (b"PK\3\4" + ZIP64 + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0), "it claims 1152921504606846976 members, more than 262144"),
    "numbers of 64 bits that are missing": (archive([], count=0xFFFF), "the numbers of its index are missing"),
    "an index of other members": (archive([(b"a.npy", 0, 0, b"", 0)], count=2, index=bytes(92)), "the index of its members lists 0, not 2"),
    "an index elsewhere": (archive([], claimed=1000), "its index of members is not where it should be"),
    "an archive in several parts": (archive([])[:-18] + b"\1\0" + archive([])[-16:], "it claims to be one part of an archive in several"),
    "a quarter of a million members": (archive([(b"a.npy", 0, 0, b"", 0)], count=65534, index=b"PK\1\2" * 4), "its index of members is not where it should be"),
    "an array of 2^60 elements": (of_array(npy(f"({2**60},)")), "'a' in it claims 4611686018427387904 bytes, dtype float32 and shape (1152921504606846976,), and has 0"),
    "an array of many digits": (of_array(npy("(" + "9" * 5000 + ",)")), "which no memory holds"),
    "an array of 40 axes": (of_array(npy("(" + "1," * 40 + ")", bytes(4))), "'a' in it has 40 axes, more than 32"),
    "an array without elements of 2^62 rows": (of_array(npy(f"(0, {2**62})")), "'a' in it claims the shape (0, 4611686018427387904), which no memory holds"),
    "a header longer than its array": (of_array(npy("()")[:20]), "'a' in it claims a header of"),
    "a header of 65 kB": (of_array(npy("()", header=b" " * 65_000)), "'a' in it claims a header of 65000 bytes"),
    "a header that is a program": (of_array(npy("()", header=b"__import__('os').system('true')")), "'a' in it has a header that NumPy does not write"),
    "Python objects": (of_array(npy("(1,)", bytes(8), "'|O'")), "'a' in it holds Python objects, which are a pickle, and may run any code: they are not read"),
    "fields with Python objects": (of_array(npy("(1,)", bytes(8), "[('x', '|O')]")), "'a' in it holds Python objects"),
    "texts": (of_array(npy("(1,)", bytes(8), "'<U2'")), "'a' in it is of dtype '<U2': read are booleans, integers and floats of 16 to 64 bits"),
    "complex numbers": (of_array(npy("(1,)", bytes(8), "'<c8'")), "'a' in it is of dtype '<c8'"),
    "a dtype of no size": (of_array(npy("(1,)", b"", "'<f0'")), "'a' in it is of dtype '<f0'"),
    "a member that is no array": (of_array(b"nothing here"), "'a' in it is no array"),
    "another member": (archive([(b"word/document.xml", 0, 0, b"", 0)]), "is a zip archive, but not of arrays: it holds 'word/document.xml'"),
}  # fmt: skip


@pytest.mark.parametrize("case", CLAIMS)
def test_what_cannot_be_is_refused_in_bounded_memory(case):
    data, words = CLAIMS[case]
    tracemalloc.start()
    try:
        with pytest.raises(FileFormatError) as error:
            loaded(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    message = str(error.value)
    assert message.startswith("load: the BytesIO ")
    assert words in message
    assert len(message) < 600
    assert peak < 3 * len(data) + 3_000_000


def parts(count, part):
    return safetensors(b'{"a":[' + part * count + b"0]}")


COSTLY = {
    "lists": parts(2**16, b"[],"),
    "dicts": parts(2**15, b'{"a":[0]},'),
    "names": safetensors(b"{" + b",".join(b'"%x":0' % number for number in range(2**17)) + b"}"),
    "one text of wide characters": safetensors(b'{"a":"' + "🙂".encode() + b"x" * 2_000_000 + b'"}'),
    "one structure of wide characters": ours({"checksum": "", "structure": "🙂" + "x" * 2_000_000, "minitensor": 1}),
    "metadata": safetensors(b'{"__metadata__":{' + b",".join(b'"%x":""' % number for number in range(2**17)) + b'},"a":0}'),
}


@pytest.mark.parametrize("case", COSTLY)
def test_an_eighth_of_the_costliest_headers_takes_an_eighth_of_the_memory_that_is_promised(case):
    data = COSTLY[case]
    file = io.BytesIO(data)
    tracemalloc.start()
    try:
        with pytest.raises(FileFormatError):
            mt.load(file)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3 * len(data) + CONSTANT / 8


@pytest.mark.parametrize("dtype", ["F32", "BF16"])
def test_reading_an_array_takes_twice_its_memory_and_three_times_for_bfloat16(tmp_path, dtype):
    """The library has the file's bytes and makes arrays of them; the file's are gone when bfloat16 is widened."""
    size = 8_000_000
    path = tmp_path / "model.safetensors"
    path.write_bytes(safetensors(entry(dtype, [size // (4 if dtype == "F32" else 2)], [0, size]), bytes(size)))
    tracemalloc.start()
    try:
        mt.load(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < (2 if dtype == "F32" else 3) * size + 100_000


def memory_to_save(path):
    """Of 4 MB that are in order, and 240 kB and 800 kB that are not."""
    state = {"ordered": mt.zeros(1000, 1000), "small": mt.zeros(300, 200).T, "large": mt.zeros(500, 400).T}
    tracemalloc.start()
    try:
        mt.save(state, path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_saving_as_npz_takes_the_memory_of_the_largest_array_that_is_not_in_order(tmp_path):
    assert 800_000 < memory_to_save(tmp_path / "model.npz") < 840_000


def test_saving_as_safetensors_takes_that_of_all_arrays_that_are_not_in_order_and_of_the_files_bytes(tmp_path):
    """Twice that of the file's bytes with older versions of the library, which has them once more where Python sees nothing."""
    assert memory_to_save(tmp_path / "model.safetensors") < 1_040_000 + 2 * 5_040_000 + 40_000


def test_a_huge_file_with_nothing_in_it_is_refused_without_being_read(tmp_path):
    for name, start, words in (
        ("zeros.safetensors", b"", "nothing but zero bytes: writing it was broken off, as by a crash of the machine"),
        ("claims.safetensors", safetensors(entry()), "its arrays have 4 bytes, and 99999999"),
        ("claims.npz", of_array(npy("()", bytes(4))), "the index of its members is missing at the end"),
    ):
        path = tmp_path / name
        path.write_bytes(start)
        with path.open("r+b") as file:
            file.truncate(100_000_000_000)  # of which no disk space is used
        tracemalloc.start()
        try:
            with pytest.raises(FileFormatError) as error:
                mt.load(path)
            assert tracemalloc.get_traced_memory()[1] < 1_000_000
        finally:
            tracemalloc.stop()
        assert words in str(error.value)


STRUCTURES = {
    "an array that is not there": {"$tensor": "x"},
    "an array twice": [{"$tensor": "0"}, {"$tensor": "0"}],
    "an array left over": [1],
    "an unknown word": {"$pickle": "gASVAA=="},
    "a tuple of no list": {"$tuple": {"$tensor": "0"}},
    "a tuple of a text": {"$tuple": "ab"},
    "pairs that are none": {"$dict": [1]},
    "a key that is a list": {"$dict": [[[1], 2]]},
    "a key that is a float": {"$dict": [[1.5, 2]]},
    "a key twice": {"$dict": [[1, 2], [1, 3]]},
    "digits that are none": {"$int": "ten"},
    "digits that are a number": {"$int": 10},
    "a float of three bytes": {"$float": "000000"},
    "a float that is none": {"$float": 1.5},
    "a scalar of another size": {"$scalar": ["float32", "00"]},
    "a scalar of Python objects": {"$scalar": ["object", "0000000000000000"]},
    "a scalar that is none": {"$scalar": 3},
    "an array of many names": {"$array": ["0"]},
    "a list of no array": {"$list": 3},
    "a deep one": None,
}


@pytest.mark.parametrize("format", WRITERS)
@pytest.mark.parametrize("case", STRUCTURES)
def test_a_structure_that_does_not_fit_is_refused_even_with_the_right_checksum(case, format):
    text = "[" * 5000 + "]" * 5000 if STRUCTURES[case] is None else json.dumps(STRUCTURES[case])
    file = io.BytesIO()
    WRITERS[format](file, Contents({"0": np.ones(1, np.float32)}, text))
    with pytest.raises(FileFormatError, match="is damaged"):
        loaded(file.getvalue())
