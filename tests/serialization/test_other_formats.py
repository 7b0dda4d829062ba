"""A file of another kind is told by its name: what it is, and the way out; and so is a file that cannot be read at all."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import os
import pickle
import zipfile

import numpy as np
import pytest

import minitensor as mt
from minitensor.serialization import FileFormatError

CONVERT = 'Convert it with PyTorch: safetensors.torch.save_file(torch.load("model.pt", map_location="cpu"), "model.safetensors") for a state dict'
PICKLE = f"a pickle, which may run any code and is not read (PyTorch's older .pt, MegEngine's .mge). {CONVERT}"
STATE = {"weight": np.ones(3, np.float32)}


def zipped(*names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


def npy():
    file = io.BytesIO()
    np.save(file, STATE["weight"])
    return file.getvalue()


def npz_of_objects():
    file = io.BytesIO()
    np.savez(file, a=np.array([None, {}], object))
    return file.getvalue()


OTHERS = {
    "nothing": (b"", "is empty (0 bytes): writing or fetching it may have been broken off"),
    "one byte": (b"\x93", "is neither .npz nor .safetensors: it is damaged, or of another format"),
    **{f"a pickle of protocol {protocol}": (pickle.dumps(STATE, protocol), f"is neither .npz nor .safetensors: it is {PICKLE}") for protocol in (2, 3, 4, 5)},
    "PyTorch's .pt": (zipped("model/data.pkl", "model/data/0"), f"is a file of PyTorch's torch.save, which is a pickle, and may run any code: it is not read. {CONVERT}"),
    "gzip": (gzip.compress(b"x"), "is neither .npz nor .safetensors: it is compressed with gzip: unpack it with gunzip first"),
    "bzip2": (bz2.compress(b"x"), "is neither .npz nor .safetensors: it is compressed with bzip2: unpack it first"),
    "xz": (lzma.compress(b"x"), "is neither .npz nor .safetensors: it is compressed with xz: unpack it first"),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(100), "is neither .npz nor .safetensors: it is HDF5 (Keras' .h5): read it with h5py, and save its arrays with mt.save"),
    "one array": (npy(), "is neither .npz nor .safetensors: it is a single NumPy array (.npy): read it with np.load, and mt.from_numpy makes a tensor of it"),
    "GGUF": (b"GGUF" + bytes(100), "is neither .npz nor .safetensors: it is GGUF, of llama.cpp"),
    "a web page": (b"<!DOCTYPE html><title>404</title>", "is neither .npz nor .safetensors: it is a web page: the download went wrong, or needs a login"),
    "a pointer of Git LFS": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "is neither .npz nor .safetensors: it is a pointer of Git LFS, not the file itself: git lfs pull fetches it"),
    "text": (b"epoch,loss\n1,0.5\n", "is neither .npz nor .safetensors: it is text"),
    "a tar archive": (bytes(257) + b"ustar" + bytes(300), "is neither .npz nor .safetensors: it is a tar archive: unpack it first"),
    "zeros": (bytes(1000), "is neither .npz nor .safetensors: it is nothing but zero bytes: writing it was broken off, as by a crash of the machine"),
    "another zip archive": (zipped("readme.txt"), "is a zip archive, but not of arrays: it holds 'readme.txt'"),
    "Python objects in .npz": (npz_of_objects(), "is damaged, or not to be read: 'a' in it holds Python objects, which are a pickle, and may run any code: they are not read"),
}  # fmt: skip


@pytest.mark.parametrize("case", OTHERS)
def test_a_file_of_another_kind_says_what_it_is_and_the_way_out(case, tmp_path):
    data, words = OTHERS[case]
    path = tmp_path / "model.npz"
    path.write_bytes(data)
    with pytest.raises(FileFormatError) as error:
        mt.load(path)
    assert str(error.value) == f"load: {str(path)!r} {words}"


def test_no_pickle_is_run():
    class Runs:
        def __reduce__(self):
            return exec, ("raise SystemExit('a pickle was run')",)

    file = io.BytesIO()
    np.savez(file, a=np.array([Runs()], object))
    for data in (pickle.dumps(Runs()), file.getvalue()):
        with pytest.raises(FileFormatError, match="pickle"):
            mt.load(io.BytesIO(data))


def test_a_file_that_cannot_be_read_is_the_systems_error_in_words(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    here = os.getcwd()
    cases = {
        "missing.npz": (FileNotFoundError, errno.ENOENT, f"load: there is no such file; the working directory is {here!r}"),
        "runs/a.npz": (FileNotFoundError, errno.ENOENT, f"load: there is no such directory as {str(tmp_path / 'runs')!r}; the working directory is {here!r}"),
        "": (IsADirectoryError, errno.EISDIR, "load: this is a directory: name the file in it"),
        "pipe": (OSError, errno.EINVAL, "load: this is a device or a pipe: pass it as an open binary file"),
    }  # fmt: skip
    for name, (kind, number, words) in cases.items():
        with pytest.raises(kind) as error:
            mt.load(tmp_path / name)
        assert (error.value.errno, error.value.strerror, error.value.filename) == (number, words, str(tmp_path / name))

    def refused(path, *_):
        raise PermissionError(errno.EACCES, "Permission denied", path)

    (tmp_path / "secret.npz").write_bytes(b"x")
    monkeypatch.setattr("builtins.open", refused)
    with pytest.raises(PermissionError, match="load: this user may not read the file"):
        mt.load(tmp_path / "secret.npz")
