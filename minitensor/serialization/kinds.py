"""What a file may be that is not what it should be, from its first bytes."""

from __future__ import annotations

TORCH = (
    "Convert it with PyTorch: "
    'safetensors.torch.save_file(torch.load("model.pt", map_location="cpu"), "model.safetensors") for a state dict'
)
PICKLE = f"a pickle, which may run any code and is not read (PyTorch's older .pt, MegEngine's .mge). {TORCH}"

BEGINNINGS = {
    b"\x80\x02": PICKLE, b"\x80\x03": PICKLE, b"\x80\x04": PICKLE, b"\x80\x05": PICKLE,
    b"\x1f\x8b": "compressed with gzip: unpack it with gunzip first",
    b"BZh": "compressed with bzip2: unpack it first",
    b"\xfd7zXZ": "compressed with xz: unpack it first",
    b"\x28\xb5\x2f\xfd": "compressed with zstd: unpack it first",
    b"\x89HDF": "HDF5 (Keras' .h5): read it with h5py, and save its arrays with mt.save",
    b"\x93NUMPY": "a single NumPy array (.npy): read it with np.load, and mt.from_numpy makes a tensor of it",
    b"GGUF": "GGUF, of llama.cpp",
    b"\x7fELF": "a program",
    b"version https://git-lfs": "a pointer of Git LFS, not the file itself: git lfs pull fetches it",
    b"<!DOCTYPE": "a web page: the download went wrong, or needs a login",
    b"<!doctype": "a web page: the download went wrong, or needs a login",
    b"<html": "a web page: the download went wrong, or needs a login",
}  # fmt: skip


def guess(start: bytes) -> str | None:
    r"""What a file with these first bytes looks like; None if they say nothing.

    Examples
    --------
    >>> guess(b"\x1f\x8b\x08")
    'compressed with gzip: unpack it with gunzip first'
    """
    for beginning, words in BEGINNINGS.items():
        if start.startswith(beginning):
            return words
    if start[257:262] == b"ustar":
        return "a tar archive: unpack it first"
    if not start.strip(b"\0"):
        return "nothing but zero bytes: writing it was broken off, as by a crash of the machine"
    printable = sum(byte in b"\t\n\r" or 32 <= byte < 127 for byte in start)
    return "text" if printable == len(start) else None
