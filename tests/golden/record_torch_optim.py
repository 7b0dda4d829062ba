"""Writes torch_optim.npz: 50 steps of PyTorch's optimisers (CPU, float64) on a fixed function that is not convex.

The function of w, axes (i, j) = (2, 3), and b, axis (j) = (3,), and its gradients, as PyTorch is given them:

    f(w, b) = sum over i, j of [cos(2 w[i,j]) + sin(w[i,j] + b[j])]  +  sum over j of log(1 + b[j]^2)
    df/dw[i,j] = -2 sin(2 w[i,j]) + cos(w[i,j] + b[j])
    df/db[j]   = sum over i of cos(w[i,j] + b[j])  +  2 b[j] / (1 + b[j]^2)

The file holds "cases", a JSON list of {"optimizer", "options", "groups"}, and for case N the whole path of the parameters,
"N/w" with axes (step, i, j) and "N/b" with axes (step, j), both from the start (step 0) to step 50. "groups" is null where
both parameters are in one group with the options; else it lists the two groups' own options, w's first. What is remembered after
the last step is in "N/w/<name>" and "N/b/<name>". The default dtype is float64, so that PyTorch keeps numbers in its states in it.

Lion, which PyTorch does not have, is written below after algorithm 2 of X. Chen et al., "Symbolic Discovery of Optimization
Algorithms", 2023.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

STEPS = 50
START_W = [[0.25, -1.5, 2.0], [-0.75, 0.5, 1.125]]
START_B = [0.5, -0.25, 1.75]
OPTIONS = [
    ("SGD", {"lr": 0.05}),
    ("SGD", {"lr": 0.05, "momentum": 0.9}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "dampening": 0.5}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    ("SGD", {"lr": 0.05, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.05, "momentum": 0.8, "weight_decay": 0.1, "nesterov": True}),
    ("SGD", {"lr": 0.05, "momentum": 0.8, "maximize": True}),
    ("SGD", {"lr": 0.05, "weight_decay": 0.1, "maximize": True}),
    ("Adam", {}),
    ("Adam", {"lr": 0.05}),
    ("Adam", {"lr": 0.05, "amsgrad": True}),
    ("Adam", {"lr": 0.05, "amsgrad": True, "betas": [0.9, 0.9]}),  # short memory: the maximum is not the latest
    ("Adam", {"lr": 0.05, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.05, "betas": [0.8, 0.95], "eps": 1e-3}),
    ("Adam", {"lr": 0.05, "maximize": True}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.05, "weight_decay": 0.1}),
    ("AdamW", {"lr": 0.05, "amsgrad": True}),
    ("AdamW", {"lr": 0.05, "amsgrad": True, "betas": [0.9, 0.9]}),  # short memory: the maximum is not the latest
    ("AdamW", {"lr": 0.05, "betas": [0.8, 0.95], "maximize": True}),
    ("RMSprop", {}),
    ("RMSprop", {"lr": 0.02, "alpha": 0.9, "eps": 0.1}),
    ("RMSprop", {"lr": 0.02, "momentum": 0.9}),
    ("RMSprop", {"lr": 0.02, "centered": True}),
    ("RMSprop", {"lr": 0.02, "centered": True, "momentum": 0.5}),
    ("RMSprop", {"lr": 0.02, "weight_decay": 0.1}),
    ("Adagrad", {}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.01}),
    ("Adagrad", {"lr": 0.1, "weight_decay": 0.1}),
    ("Adagrad", {"lr": 0.1, "initial_accumulator_value": 0.5, "eps": 1e-3}),
    ("Adam", {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True, "amsgrad": True}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.5, "rho": 0.7, "eps": 1e-2}),
    ("Adadelta", {"weight_decay": 0.1, "eps": 1e-3, "maximize": True}),
    ("NAdam", {}),
    ("NAdam", {"lr": 0.05, "betas": [0.8, 0.95], "momentum_decay": 0.1}),
    ("NAdam", {"lr": 0.05, "weight_decay": 0.1, "eps": 1e-3}),
    ("NAdam", {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("NAdam", {"lr": 0.01, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}),
    ("RAdam", {}),
    ("RAdam", {"lr": 0.05, "betas": [0.8, 0.95]}),  # rectified from the sixth step on
    ("RAdam", {"lr": 0.05, "betas": [0.5, 0.5]}),  # never rectified
    ("RAdam", {"lr": 0.05, "weight_decay": 0.1, "eps": 1e-3}),
    ("RAdam", {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}),
    ("Adamax", {}),
    ("Adamax", {"lr": 0.05, "betas": [0.8, 0.9], "eps": 1e-3}),
    ("Adamax", {"lr": 0.05, "weight_decay": 0.1, "maximize": True}),
    ("ASGD", {}),
    ("ASGD", {"lr": 0.05, "lambd": 0.1, "alpha": 0.5, "t0": 20}),
    ("ASGD", {"lr": 0.05, "weight_decay": 0.1, "t0": 5, "maximize": True}),
    ("Rprop", {}),
    ("Rprop", {"lr": 0.05, "etas": [0.3, 1.5], "step_sizes": [1e-3, 0.1]}),
    ("Rprop", {"maximize": True}),
    ("Lion", {}),
    ("Lion", {"lr": 0.02, "betas": [0.8, 0.95]}),
    ("Lion", {"lr": 0.02, "weight_decay": 0.5}),
    ("Lion", {"lr": 0.02, "weight_decay": 0.5, "maximize": True}),
]


class Lion(torch.optim.Optimizer):
    """Lion after the paper's algorithm 2, in its words: c is interpolated, m is kept, w goes by the sign of c."""

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0, maximize=False):
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay, "maximize": maximize})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for theta in group["params"]:
                m = self.state[theta].setdefault("exp_avg", torch.zeros_like(theta))
                g = -theta.grad if group["maximize"] else theta.grad
                c = beta1 * m + (1 - beta1) * g
                theta -= group["lr"] * (torch.sign(c) + group["weight_decay"] * theta)
                m.copy_(beta2 * m + (1 - beta2) * g)


def gradients(w, b):
    """Return df/dw and df/db of the docstring's function, for w with axes (i, j) and b with axis (j)."""
    return -2 * torch.sin(2 * w) + torch.cos(w + b), torch.cos(w + b).sum(0) + 2 * b / (1 + b * b)


def run(name, options, groups):
    """Return the paths of w and b, and what is remembered of each at the end."""
    w, b = (torch.tensor(start, dtype=torch.float64, requires_grad=True) for start in (START_W, START_B))
    own = [{"params": [p], **group} for p, group in zip((w, b), groups, strict=True)] if groups else [w, b]
    optimizer = (Lion if name == "Lion" else getattr(torch.optim, name))(own, **options)
    path_w, path_b = [w.detach().numpy().copy()], [b.detach().numpy().copy()]
    for _ in range(STEPS):
        with torch.no_grad():
            w.grad, b.grad = gradients(w, b)
        optimizer.step()
        path_w.append(w.detach().numpy().copy())
        path_b.append(b.detach().numpy().copy())
    states = [{k: v.numpy().copy() for k, v in optimizer.state[p].items() if v is not None} for p in (w, b)]
    return np.stack(path_w), np.stack(path_b), states


def main():
    """Check the formulas of the gradients against autograd, run every case, and write the file."""
    torch.set_default_dtype(torch.float64)
    w, b = (torch.tensor(start, dtype=torch.float64, requires_grad=True) for start in (START_W, START_B))
    value = (torch.cos(2 * w) + torch.sin(w + b)).sum() + torch.log(1 + b * b).sum()
    for found, expected in zip(torch.autograd.grad(value, (w, b)), gradients(w, b), strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-14, atol=1e-14)
    cases, arrays = [], {}
    for name, options in OPTIONS:
        for groups in (None, [{}, {"lr": options.get("lr", 0.01) / 4}]):
            number = len(cases)
            arrays[f"{number}/w"], arrays[f"{number}/b"], states = run(name, options, groups)
            for parameter, state in zip("wb", states, strict=True):
                arrays |= {f"{number}/{parameter}/{key}": value for key, value in state.items()}
            cases.append({"optimizer": name, "options": options, "groups": groups})
    np.savez_compressed(Path(__file__).with_name("torch_optim.npz"), cases=json.dumps(cases), **arrays)
    print(len(cases), "cases")


if __name__ == "__main__":
    main()
