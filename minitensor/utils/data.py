"""What `minitensor.data` has of PyTorch's names, at PyTorch's path: `from minitensor.utils.data import DataLoader`."""

from minitensor import data
from minitensor.data import *  # noqa: F403

__all__: list[str] = []
__all__ += data.__all__
__all__.remove("load_digits")
