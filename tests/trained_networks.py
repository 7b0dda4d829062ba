"""A small network with its data, to be trained by a Trainer and by a loop, and compared."""

from __future__ import annotations

import numpy as np

import minitensor as mt
from minitensor import nn, training
from minitensor.data import DataLoader, TensorDataset

LOSS = nn.CrossEntropyLoss()


def make(seed=0):
    """Return a small network with everything that has a state, its optimiser, and a shuffled loader."""
    mt.manual_seed(seed)
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Dropout(0.3), nn.Linear(64, 3)
    )
    optimizer = mt.optim.AdamW(model.parameters(), lr=0.01)
    return model, optimizer, DataLoader(dataset(22), batch_size=4, shuffle=True)


def dataset(samples, seed=1):
    drawn = np.random.default_rng(seed)
    x = mt.tensor(drawn.standard_normal((samples, 1, 4, 4)).astype(np.float32))
    return TensorDataset(x, mt.tensor(drawn.integers(0, 3, samples)))


def bytes_of(model, optimizer):
    state = optimizer.state_dict()["state"]
    moments = [array for number in sorted(state) for array in state[number].values() if isinstance(array, mt.Tensor)]
    return [array.numpy().tobytes() for array in (*model.state_dict().values(), *moments)]


def trainer_of(model, optimizer, **options):
    return training.Trainer(model, LOSS, optimizer, progress=False, **options)
