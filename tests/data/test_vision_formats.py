"""Files of MNIST and CIFAR-10 are read strictly: what is not the format, or is damaged, is refused in words."""

from __future__ import annotations

import gzip
import struct
import tarfile
import tracemalloc

import numpy as np
import pytest

from minitensor.serialization import FileFormatError
from served_files import (
    ARCHIVE,
    MNIST_NAMES,
    archive,
    cifar_members,
    digits,
    idx,
    photographs,
    placed,
    records,
    small_cifar,
    small_mnist,
)

IMAGES, LABELS = MNIST_NAMES["train"]


def message(error_type, call):
    """Return the whole text of the error that the call raises."""
    with pytest.raises(error_type) as error:
        call()
    return str(error.value)


GOOD_IMAGES, GOOD_LABELS = digits(12, 1)
ALL_IMAGES = idx(GOOD_IMAGES)

# Files of images that are not what they should be, although their checksum is, and what is said of them
BAD_IMAGES = {
    "it begins with 00 00 08 01": idx(GOOD_LABELS),
    "it begins with 00 00 0d 03": idx(GOOD_IMAGES, kind=13),
    "it begins with 89 50 4e 47": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "an IDX file of bytes with 3 axes begins with 00 00 08 03, it begins with nothing": b"",
    "it ends after 9 bytes, within its header": ALL_IMAGES[:9],
    "its header says that it has the sizes (11, 28, 28), they should be (12, 28, 28)": idx(GOOD_IMAGES[:11]),
    "its header says that it has the sizes (2147483648, 28, 28), they should be (12, 28, 28)": ALL_IMAGES[:4]
    + struct.pack(">3I", 2**31, 28, 28)
    + ALL_IMAGES[16:],
    "its header says that it has the sizes (4294967295, 4294967295, 4294967295), they should be (12, 28, 28)": ALL_IMAGES[:4]
    + b"\xff" * 12,
    "its header says that it has the sizes (12, 27, 28), they should be (12, 28, 28)": idx(GOOD_IMAGES[:, :27]),
    "is cut off: 408 bytes are missing": ALL_IMAGES[:9016],
    "after the 9,408 bytes of its values there are more": ALL_IMAGES + b"x",
}


@pytest.mark.parametrize("said", BAD_IMAGES)
def test_idx_files_are_read_strictly(said, tmp_path):
    """With no more memory than the right file would need."""
    dataset = placed(small_mnist([], contents={IMAGES: gzip.compress(BAD_IMAGES[said])}), tmp_path, "MNIST/raw")
    tracemalloc.start()
    told = message(FileFormatError, lambda: dataset(tmp_path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert told.startswith(f"MNIST: {tmp_path / 'MNIST' / 'raw' / IMAGES}: ")
    assert said in told
    assert told.endswith(": delete the file, and it is downloaded again")
    assert peak < 5e6


GZIPPED = gzip.compress(ALL_IMAGES, mtime=0)
BROKEN = {
    "Not a gzipped file": ALL_IMAGES,
    "it ends too early": GZIPPED[:-100],
    "CRC check failed": GZIPPED[:-6] + b"\0" + GZIPPED[-5:],
    "Incorrect length of data produced": GZIPPED[:-1] + b"\1",
    "Error -3 while decompressing data": GZIPPED[:10] + b"\x07" + GZIPPED[11:],
    "Not a gzipped file (b'tr')": GZIPPED + b"trailing bytes",
}


@pytest.mark.parametrize("said", BROKEN)
def test_gzip_that_is_broken_is_refused(said, tmp_path):
    dataset = placed(small_mnist([], contents={IMAGES: BROKEN[said]}), tmp_path, "MNIST/raw")
    assert said in message(FileFormatError, lambda: dataset(tmp_path))


def test_labels_are_those_of_classes(tmp_path):
    labels = GOOD_LABELS.copy()
    labels[7] = 10
    dataset = placed(small_mnist([], (GOOD_IMAGES, labels)), tmp_path, "MNIST/raw")
    path = tmp_path / "MNIST" / "raw" / LABELS
    assert message(FileFormatError, lambda: dataset(tmp_path)) == (
        f"MNIST: {path}: sample 7 has the label 10, there are 10 classes: delete the file, and it is downloaded again"
    )


MEMBERS = cifar_members(photographs(10, 3), photographs(4, 4))
FIRST, PATH = "data_batch_1.bin", "cifar-10-batches-bin/data_batch_1.bin"


def info(kind=None, size=0):
    """Describe a member without content."""
    made = tarfile.TarInfo(PATH)
    made.size = size
    if kind is not None:
        made.type, made.linkname = kind, "/etc/passwd"
    return made


def claiming(size):
    """Write an archive of which the first member claims a size that it has not."""
    head = info(size=size).tobuf(tarfile.GNU_FORMAT)
    return gzip.compress(head + MEMBERS[FIRST] + bytes(10240))


WHOLE = gzip.decompress(archive(MEMBERS))
BAD_ARCHIVES = {
    f"{PATH} is not in it": archive({name: content for name, content in MEMBERS.items() if name != FIRST}),
    f"{PATH} and cifar-10-batches-bin/data_batch_2.bin are not in it": archive(
        {name: content for name, content in MEMBERS.items() if name not in (FIRST, "data_batch_2.bin")}
    ),
    f"{PATH} is not in it: delete": archive(MEMBERS | {FIRST: info(tarfile.SYMTYPE)}),
    f"{PATH} is not in it:  delete": archive(MEMBERS | {FIRST: info(tarfile.DIRTYPE)}),
    f"{PATH} in it should have 2 records of 3073 bytes, it has 6,145 bytes": archive(MEMBERS | {FIRST: MEMBERS[FIRST][1:]}),
    f"{PATH} in it should have 2 records of 3073 bytes, it has 9,219 bytes": archive(
        MEMBERS | {FIRST: records(*photographs(3, 1))}
    ),
    f"{PATH} in it would have 8,589,934,591 bytes, no file in it has more than 67,108,864": claiming(2**33 - 1),
    "a header of its archive has a number that is none": claiming(2**40),
    "a header of its archive does not have the sum that it says: it is damaged, or no archive": gzip.compress(
        WHOLE.replace(b"data_batch_1", b"data_batch_7")
    ),
    "it ends within a header of its archive": gzip.compress(WHOLE[:1100]),
    "it ends within cifar-10-batches-bin/batches.meta.txt": gzip.compress(WHOLE[:520]),
    "is cut off: 5634 bytes are missing": gzip.compress(WHOLE[:2048]),
    "sample 1 has the label 77, there are 10 classes": archive(
        MEMBERS | {FIRST: MEMBERS[FIRST][:3073] + b"\x4d" + MEMBERS[FIRST][3074:]}
    ),
    "Not a gzipped file (b'he')": b"hello" * 1000,
    "are not in it": gzip.compress(b""),
    "it ends too early": archive(MEMBERS)[:9000],
}


@pytest.mark.parametrize("said", BAD_ARCHIVES)
def test_archives_are_read_strictly_and_unpack_nothing(said, tmp_path):
    dataset = placed(small_cifar([], BAD_ARCHIVES[said]), tmp_path, "")
    tracemalloc.start()
    told = message(FileFormatError, lambda: dataset(tmp_path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert told.startswith(f"CIFAR10: {tmp_path / ARCHIVE}: ")
    assert said.replace("  ", " ") in told
    assert told.endswith(": delete the file, and it is downloaded again")
    assert peak < 5e6
    assert [path.name for path in tmp_path.rglob("*")] == [ARCHIVE]


def mutated(content, count):
    """Files with bits flipped, bytes overwritten, cut off or doubled."""
    drawn = np.random.default_rng(0)
    for _ in range(count):
        changed = bytearray(content)
        for _ in range(int(drawn.integers(1, 4))):
            kind, place = drawn.integers(4), int(drawn.integers(len(changed)))
            if kind == 0:
                changed[place] ^= 1 << int(drawn.integers(8))
            elif kind == 1:
                changed[place : place + 8] = drawn.bytes(8)
            elif kind == 2:
                changed = changed[: place + 1]
            else:
                changed[place:place] = changed[place : place + 100]
        yield bytes(changed)


def test_mutated_idx_files_are_refused_or_read_as_they_were(mnist, tmp_path):
    """1,000 of them, compressed before and after they are changed."""
    dataset, path = mnist(tmp_path), tmp_path / "changed.gz"
    labels, refused = tmp_path / "MNIST" / "raw" / LABELS, 0
    for changed in [*mutated(GZIPPED, 600), *(gzip.compress(one, 1) for one in mutated(ALL_IMAGES, 400))]:
        path.write_bytes(changed)
        try:
            images, _ = dataset.read([path, labels], "train")
        except FileFormatError:
            refused += 1
        else:
            assert images.shape == (12, 1, 28, 28)
    assert refused > 700  # a flipped bit of a pixel is another picture


def test_mutated_archives_are_refused_or_read(cifar, tmp_path):
    """1,000 of them, compressed and then changed, or changed in their headers, half of these with sums that are right."""
    dataset, path, refused = cifar(tmp_path), tmp_path / "changed.tar.gz", 0
    headers = [place for place in range(0, len(WHOLE), 512) if WHOLE[place : place + 20].startswith(b"cifar")]
    drawn, in_headers = np.random.default_rng(1), []
    for number in range(500):
        changed, start = bytearray(WHOLE), headers[int(drawn.integers(len(headers)))]
        place = int(drawn.integers(300))
        changed[start + place : start + place + 4] = drawn.bytes(4)
        if number % 2:
            changed[start + 148 : start + 156] = b" " * 8
            changed[start + 148 : start + 156] = b"%06o\0 " % sum(changed[start : start + 512])
        in_headers.append(gzip.compress(bytes(changed), 1))
    for changed in [*mutated(archive(MEMBERS), 500), *in_headers]:
        path.write_bytes(changed)
        try:
            images, labels = dataset.read([path], "train")
        except FileFormatError:
            refused += 1
        else:
            assert (images.shape, labels.shape) == ((10, 3, 32, 32), (10,))
    assert refused > 500
