"""Writes torch_state.safetensors and torch_answers.safetensors: what PyTorch saves, and what the saved model answers.

The first is a model's state dict as `safetensors.torch.save_file` writes it; its metadata has the model as one line that both
libraries understand. The second has an input and the answer in evaluation of each part, "image.input" and "image.output", and
one tensor of each dtype, where "values of bfloat16" says in float32 what the bfloat16 ones are.

Then the way back is tried: the model here loads that state and saves it, and PyTorch's loads the file that it wrote. To be
run with PYTHONPATH=. for that.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import safetensors.torch
import torch

import minitensor as mt

HERE = Path(__file__).parent
MODEL = (
    "nn.ModuleDict({"
    "'image': nn.Sequential(nn.Conv2d(4, 6, 3, padding=1, groups=2), nn.BatchNorm2d(6), nn.PReLU(6), "
    "nn.ConvTranspose2d(6, 2, 2, stride=2, groups=2), nn.Flatten(), nn.Linear(128, 3)), "
    "'signal': nn.Sequential(nn.Conv1d(2, 4, 3, bias=False), nn.BatchNorm1d(4, momentum=None), nn.GroupNorm(2, 4), "
    "nn.InstanceNorm1d(4, affine=True, track_running_stats=True), nn.ConvTranspose1d(4, 2, 3), nn.LayerNorm((2, 7))), "
    "'volume': nn.Sequential(nn.Conv3d(1, 2, (1, 2, 3)), nn.BatchNorm3d(2, affine=False), nn.ConvTranspose3d(2, 1, 2)), "
    "'words': nn.Sequential(nn.Embedding(5, 3), nn.Linear(3, 2))})"
)
SHAPES = {"image": (2, 4, 4, 4), "signal": (3, 2, 7), "volume": (2, 1, 3, 4, 5)}
WORDS = torch.tensor([[0, 4, 2], [1, 1, 3]])
FLOATING = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
OTHERS = (torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)

torch.manual_seed(20261121)
model = eval(MODEL, {"nn": torch.nn})
for _ in range(3):  # so that the running statistics are not those of the beginning
    for part, shape in SHAPES.items():
        model[part](torch.randn(shape) + 1)
model.eval()

answers = {}
with torch.no_grad():
    for part in model:
        answers[f"{part}.input"] = torch.randn(SHAPES[part]) if part in SHAPES else WORDS
        answers[f"{part}.output"] = model[part](answers[f"{part}.input"])
for dtype in (*FLOATING, *OTHERS):
    answers[str(dtype).removeprefix("torch.")] = (torch.arange(6) * 21 % 5 - 1.5).reshape(2, 3).to(dtype)
answers["bfloat16"] = torch.tensor([1.0, -0.0, 3.140625, torch.inf, -1e-38, 2.0**-133]).to(torch.bfloat16)
answers["values of bfloat16"] = answers["bfloat16"].float()
answers["empty"], answers["no axes"] = torch.zeros(0, 3), torch.tensor(2.5)
safetensors.torch.save_file(model.state_dict(), HERE / "torch_state.safetensors", metadata={"model": MODEL})
safetensors.torch.save_file(answers, HERE / "torch_answers.safetensors")

ours = eval(MODEL, {"nn": mt.nn}).eval()
ours.load_state_dict(mt.load(HERE / "torch_state.safetensors"))
with tempfile.TemporaryDirectory() as directory:
    mt.save(ours.state_dict(), Path(directory) / "back.safetensors")
    back = safetensors.torch.load_file(Path(directory) / "back.safetensors")
    strided = {"transposed": mt.arange(6).reshape(2, 3).T, "reversed": mt.arange(5.0).flip(0), "no axes": mt.tensor(True)}
    mt.save(strided, Path(directory) / "strided.safetensors")
    read = safetensors.torch.load_file(Path(directory) / "strided.safetensors")
print(eval(MODEL, {"nn": torch.nn}).load_state_dict(back))
for name, tensor in model.state_dict().items():
    if not (torch.equal(tensor, back[name]) and tensor.dtype == back[name].dtype):
        raise SystemExit(f"{name} came back as another tensor")
for name, tensor in strided.items():
    if read[name].tolist() != tensor.tolist():
        raise SystemExit(f"{name} was read as another tensor")
print(f"{len(back)} tensors of PyTorch's state dict came back from minitensor as they were")
