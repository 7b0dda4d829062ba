"""What `minitensor.data` has, at PyTorch's path: `from minitensor.utils.data import DataLoader`."""

from minitensor.data import DataLoader, Dataset, TensorDataset, default_collate

__all__ = ["DataLoader", "Dataset", "TensorDataset", "default_collate"]
