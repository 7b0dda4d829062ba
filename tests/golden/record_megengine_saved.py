"""Writes megengine_state.npz and megengine_answer.npz: a MegEngine model's state dict, and what a part of the model answers.

The model is one line that both libraries understand, "model" in the second file, which also has "input" and "output" of the
first of its parts in evaluation. Its other layers are there for their layout; MegEngine's grouped Conv1d cannot run.

Then the way back is tried: the model here loads that state and saves it, and MegEngine's loads the file that it wrote. Needs
Python 3.10, and is to be run with PYTHONPATH=. from the top.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import megengine as mge
import megengine.module
import numpy as np

import minitensor as mt
from minitensor.interop.megengine import state_dict_from_megengine, state_dict_to_megengine

HERE = Path(__file__).parent
MODEL = (
    "nn.Sequential("
    "nn.Sequential(nn.Conv2d(4, 6, 3, padding=1, groups=2), nn.BatchNorm2d(6), nn.PReLU(6), "
    "nn.ConvTranspose2d(6, 4, 2, stride=2, groups=2), nn.GroupNorm(2, 4), nn.PReLU(1), nn.Linear(8, 3)), "
    "nn.Sequential(nn.Conv1d(4, 6, 3, groups=2), nn.BatchNorm1d(6), nn.Conv1d(6, 2, 1, bias=False)), "
    "nn.Sequential(nn.Conv3d(2, 4, (1, 2, 3), groups=2), nn.Conv3d(4, 2, 1), nn.ConvTranspose3d(2, 3, 2)), "
    "nn.Sequential(nn.Embedding(5, 3), nn.LayerNorm((2, 3)), nn.Conv2d(4, 8, 3, groups=4)))"
)

rng = np.random.default_rng(20261121)
net = eval(MODEL, {"nn": mge.module})
for _, parameter in net.named_parameters():
    parameter[...] = mge.tensor(rng.standard_normal(parameter.shape).astype(np.float32))
for _ in range(3):  # so that the running statistics are not those of the beginning
    net[0](mge.tensor(rng.standard_normal((2, 4, 4, 4)).astype(np.float32) + 1))
net.eval()
x = rng.standard_normal((2, 4, 4, 4)).astype(np.float32)
np.savez(HERE / "megengine_state.npz", **net.state_dict())
np.savez(
    HERE / "megengine_answer.npz",
    model=np.frombuffer(MODEL.encode(), np.uint8),
    input=x,
    output=net[0](mge.tensor(x)).numpy(),
)
print({name: value.shape for name, value in net.state_dict().items()})

ours = eval(MODEL, {"nn": mt.nn})
print(ours.load_state_dict(state_dict_from_megengine(mt.load(HERE / "megengine_state.npz"), ours)))
with tempfile.TemporaryDirectory() as directory:
    mt.save(state_dict_to_megengine(ours), Path(directory) / "back.npz")
    other = eval(MODEL, {"nn": mge.module})
    other.load_state_dict(dict(np.load(Path(directory) / "back.npz")))
for name, value in net.state_dict().items():
    if not np.array_equal(value, other.state_dict()[name]):
        raise SystemExit(f"{name} came back as another array")
print(len(net.state_dict()), "arrays of MegEngine's state dict came back from minitensor as they were")
