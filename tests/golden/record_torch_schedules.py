"""Writes torch_schedules.npz: the learning rates and the momentum that PyTorch's schedules set, over 60 steps.

A case is a line of Python that both libraries understand. In it S is `optim.lr_scheduler`, and o an optimiser of two groups with
the learning rates 0.5 and 0.05: SGD with momentum or, where the line begins with "adam: ", Adam. Schedules that watch a number
are told |cos(k)| / (1 + k) rounded to two decimals, k = 1, 2, ...

The file holds "cases", a JSON list of these lines, and for case N "N/lr" and "N/momentum" with axes (step, group), from the
beginning (step 0) to step 60; the momentum of Adam is the first of its betas.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

STEPS = 60
CASES = [
    "S.StepLR(o, 7)",
    "S.StepLR(o, step_size=10, gamma=0.3)",
    "S.MultiStepLR(o, [5, 20, 20, 40], gamma=0.5)",
    "S.MultiStepLR(o, (0, 3))",
    "S.ExponentialLR(o, 0.9)",
    "S.ExponentialLR(o, gamma=1.01)",
    "S.ConstantLR(o)",
    "S.ConstantLR(o, factor=0.25, total_iters=12)",
    "S.LinearLR(o)",
    "S.LinearLR(o, start_factor=0.1, end_factor=0.7, total_iters=23)",
    "S.LinearLR(o, start_factor=1.0, end_factor=0.0, total_iters=50)",
    "S.PolynomialLR(o)",
    "S.PolynomialLR(o, total_iters=40, power=0.9)",
    "S.LambdaLR(o, lambda t: 0.95**t)",
    "S.LambdaLR(o, [lambda t: 1 / (1 + t), lambda t: (t % 7) / 7])",
    "S.MultiplicativeLR(o, lambda t: 0.97)",
    "S.MultiplicativeLR(o, [lambda t: t / (t + 1), lambda t: 1.0])",
    "S.CosineAnnealingLR(o, 25)",
    "S.CosineAnnealingLR(o, T_max=20, eta_min=0.001)",
    "S.CosineAnnealingLR(o, 60, 0.01)",
    "S.CosineAnnealingWarmRestarts(o, 7)",
    "S.CosineAnnealingWarmRestarts(o, T_0=5, T_mult=2, eta_min=0.001)",
    "S.CosineAnnealingWarmRestarts(o, 3, 3)",
    "S.CyclicLR(o, 0.01, 0.1, 10)",
    "S.CyclicLR(o, [0.01, 0.02], [0.1, 0.3], step_size_up=6, step_size_down=11, mode='triangular2')",
    "S.CyclicLR(o, 0.01, 0.1, 8, mode='exp_range', gamma=0.97, cycle_momentum=False)",
    "S.CyclicLR(o, 0.01, 0.1, 8, scale_fn=lambda c: 1 / (5 ** (c * 0.1)), scale_mode='iterations')",
    "adam: S.CyclicLR(o, 0.001, 0.01, 9, base_momentum=0.7, max_momentum=0.95)",
    "S.OneCycleLR(o, 0.1, total_steps=60)",
    "S.OneCycleLR(o, [0.1, 0.3], epochs=6, steps_per_epoch=10, pct_start=0.4, anneal_strategy='linear')",
    "S.OneCycleLR(o, 0.2, total_steps=61, three_phase=True, div_factor=10, final_div_factor=100)",
    "S.OneCycleLR(o, 0.2, total_steps=60, cycle_momentum=False, pct_start=0.1)",
    "adam: S.OneCycleLR(o, 0.01, total_steps=62, base_momentum=0.8, max_momentum=0.9)",
    "S.ReduceLROnPlateau(o)",
    "S.ReduceLROnPlateau(o, patience=2, factor=0.5, cooldown=3)",
    "S.ReduceLROnPlateau(o, 'max', patience=3, threshold=0.1, min_lr=[0.01, 0.001])",
    "S.ReduceLROnPlateau(o, threshold_mode='abs', threshold=0.01, patience=1, eps=0.01)",
    "S.ReduceLROnPlateau(o, 'max', 0.7, 0, 0.05, 'abs', 1, 0.02)",
    "S.SequentialLR(o, [S.LinearLR(o, 0.1, total_iters=10), S.CosineAnnealingLR(o, 50)], milestones=[10])",
    "S.SequentialLR(o, [S.ConstantLR(o, 0.1, 20), S.ExponentialLR(o, 0.9), S.StepLR(o, 5, 0.5)], [15, 40])",
    "S.SequentialLR(o, [S.ExponentialLR(o, 0.9), S.CosineAnnealingWarmRestarts(o, 6, 2)], [9])",
    "S.SequentialLR(o, [S.PolynomialLR(o, 30), S.LambdaLR(o, lambda t: 0.5**t), S.MultiStepLR(o, [3, 8])], [20, 30])",
    "S.ChainedScheduler([S.ConstantLR(o, 0.1, 20), S.ExponentialLR(o, 0.95)])",
    "S.ChainedScheduler([S.LinearLR(o, 0.25, total_iters=8), S.StepLR(o, 6, 0.7), S.CosineAnnealingLR(o, 45)])",
    "S.SequentialLR(o, [S.ChainedScheduler([S.LinearLR(o, 0.2), S.ExponentialLR(o, 0.9)]), S.StepLR(o, 9)], [12])",
]


def number(k):
    """Return what schedules that watch a number are told at step k."""
    return round(abs(np.cos(k)) / (1 + k), 2)


def optimizer_of(line, optim, tensor):
    """Return the optimiser of a case."""
    groups = [{"params": [tensor()], "lr": 0.5}, {"params": [tensor()], "lr": 0.05}]
    return optim.Adam(groups) if line.startswith("adam: ") else optim.SGD(groups, momentum=0.9)


def main():
    """Run every case and write the file."""
    arrays = {}
    for case, line in enumerate(CASES):
        o = optimizer_of(line, torch.optim, lambda: torch.ones(1, requires_grad=True))
        schedule = eval(line.removeprefix("adam: "), {"S": torch.optim.lr_scheduler, "o": o})
        rates, momenta = [], []
        for k in range(STEPS + 1):
            if k:
                o.step()
                schedule.step(*([number(k)] if isinstance(schedule, torch.optim.lr_scheduler.ReduceLROnPlateau) else []))
            rates.append([group["lr"] for group in o.param_groups])
            momenta.append([group["betas"][0] if "betas" in group else group["momentum"] for group in o.param_groups])
            if hasattr(schedule, "get_last_lr"):
                assert schedule.get_last_lr() == rates[-1]
        arrays[f"{case}/lr"], arrays[f"{case}/momentum"] = np.array(rates), np.array(momenta)
    np.savez_compressed(Path(__file__).with_name("torch_schedules.npz"), cases=json.dumps(CASES), **arrays)
    print(len(CASES), "cases")


if __name__ == "__main__":
    main()
