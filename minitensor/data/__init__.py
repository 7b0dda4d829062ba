"""Data: sets of samples, the loader that cuts them into batches, and a set of handwritten digits to begin with."""

from minitensor.data.dataset import Dataset, TensorDataset
from minitensor.data.digits import load_digits
from minitensor.data.loader import DataLoader, default_collate

__all__ = ["DataLoader", "Dataset", "TensorDataset", "default_collate", "load_digits"]
