"""Writes saved.npz and saved.safetensors: what `mt.save` makes of a checkpoint that has something of everything in it.

The same bytes come from the oldest Python and NumPy and from the newest, which is how they are to stay: a test compares.
To be run with PYTHONPATH=. from the top.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import minitensor as mt

HERE = Path(__file__).parent
DTYPES = ("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64")


def checkpoint() -> dict[str, Any]:
    """Return the object that is saved."""
    return {
        "model": {
            "conv.weight": mt.arange(24.0).reshape(2, 3, 4).transpose(0, 2),
            "steps": mt.tensor(7),
            "none": mt.zeros(0, 2),
        },
        "dtypes": {name: mt.tensor(np.arange(-2, 4).astype(name)) for name in DTYPES},
        "optimizer": {"state": {0: {"step": 3, "exp_avg": mt.tensor([0.5, float("nan"), -float("inf")])}}, "lr": 1e-3},
        "arrays": (np.arange(3, dtype=np.uint16), np.array(2**63, np.uint64), np.float32(0.1), np.int8(-5), np.bool_(True)),
        "numbers": [1, -(2**53), 2**200, -0.0, 1e300, float("inf"), True, None],
        "texts": ["", "Grüße, 世界 🙂", 'quotes " and \\ backslashes', "\ud800"],
        "keys": {"": 1, "$tensor": 2, -3: 3, "a.b": [mt.ones(1)], "a": {"b": (mt.zeros(1),)}},
        "nothing": [{}, [], ()],
    }


if __name__ == "__main__":
    for ending in ("npz", "safetensors"):
        mt.save(checkpoint(), HERE / f"saved.{ending}")
        print((HERE / f"saved.{ending}").stat().st_size, "bytes in", f"saved.{ending}")
