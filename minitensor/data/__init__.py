"""Data: sets of samples, the loader that cuts them into batches, and a set of handwritten digits to begin with.

`dataset` and `combined` are what a loader reads from, `sampler` says in which order, `loader` makes batches of it with the
help of `order`, `fetch` and `collate`; `workers` do that beside the program. `datasets` fetches and makes sets of data, and
`transforms` changes samples.
"""

from typing import TYPE_CHECKING

from minitensor.later import later

if TYPE_CHECKING:
    from minitensor.data import datasets as datasets
    from minitensor.data import transforms as transforms
    from minitensor.data.collate import default_collate, default_convert
    from minitensor.data.combined import ChainDataset, ConcatDataset, StackDataset, Subset, random_split
    from minitensor.data.dataset import Dataset, IterableDataset, TensorDataset
    from minitensor.data.digits import load_digits
    from minitensor.data.loader import DataLoader
    from minitensor.data.sampler import (
        BatchSampler,
        RandomSampler,
        Sampler,
        SequentialSampler,
        SubsetRandomSampler,
        WeightedRandomSampler,
    )
    from minitensor.data.workers import get_worker_info

__all__ = [
    "BatchSampler",
    "ChainDataset",
    "ConcatDataset",
    "DataLoader",
    "Dataset",
    "IterableDataset",
    "RandomSampler",
    "Sampler",
    "SequentialSampler",
    "StackDataset",
    "Subset",
    "SubsetRandomSampler",
    "TensorDataset",
    "WeightedRandomSampler",
    "default_collate",
    "default_convert",
    "get_worker_info",
    "load_digits",
    "random_split",
]

__getattr__, __dir__ = later(
    __name__,
    {
        "minitensor.data.collate": "default_collate default_convert",
        "minitensor.data.combined": "ChainDataset ConcatDataset StackDataset Subset random_split",
        "minitensor.data.dataset": "Dataset IterableDataset TensorDataset",
        "minitensor.data.datasets": "datasets",
        "minitensor.data.digits": "load_digits",
        "minitensor.data.loader": "DataLoader",
        "minitensor.data.sampler": """
            BatchSampler RandomSampler Sampler SequentialSampler SubsetRandomSampler WeightedRandomSampler
        """,
        "minitensor.data.transforms": "transforms",
        "minitensor.data.workers.info": "get_worker_info",
    },
)
