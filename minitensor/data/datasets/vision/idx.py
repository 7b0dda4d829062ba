"""IDX, the format of MNIST: a header with the sizes, then the bytes, all compressed by gzip.

    0, 0, 8, number of axes | the size of each axis, four bytes, the greatest first | the values, one byte each

Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits" (http://yann.lecun.com/exdb/mnist/).
"""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np

from minitensor.dtypes import Array, uint8
from minitensor.serialization.arrays import fill
from minitensor.serialization.errors import MalformedError

BYTES = 8  # the code of the only type of values that MNIST has


def read_idx(path: Path, shape: tuple[int, ...]) -> Array:
    """Read a file that must have an array of the shape, and nothing else.

    Parameters
    ----------
    path : Path
        A .gz file.
    shape : tuple of int
        The sizes that it should have: no more memory is used than they need, whatever the header claims.

    Returns
    -------
    ndarray
        uint8, of the shape.

    Raises
    ------
    MalformedError, EOFError, zlib.error, gzip.BadGzipFile
        The file is not what it should be.
    """
    with gzip.open(path, "rb") as file:
        _check_header(file.read(4 + 4 * len(shape)), shape)
        array = np.empty(shape, uint8)
        fill(file, array.reshape(-1).data)  # (*shape) -> (bytes,)
        if file.read(1):  # reading to the end makes gzip compare its checksum, too
            raise MalformedError(f"after the {array.nbytes:,} bytes of its values there are more")
    return array


def _check_header(header: bytes, shape: tuple[int, ...]) -> None:
    kind = bytes([0, 0, BYTES, len(shape)])
    if header[:4] != kind:
        expected = f"an IDX file of bytes with {len(shape)} axes begins with {kind.hex(' ')}"
        raise MalformedError(f"{expected}, it begins with {header[:4].hex(' ') or 'nothing'}")
    if len(header) < 4 + 4 * len(shape):
        raise MalformedError(f"it ends after {len(header)} bytes, within its header")
    sizes = struct.unpack(f">{len(shape)}I", header[4:])
    if sizes != shape:
        raise MalformedError(f"its header says that it has the sizes {sizes}, they should be {shape}")
