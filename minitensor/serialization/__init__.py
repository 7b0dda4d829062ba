"""Saving and loading: state dicts and checkpoints as .npz or .safetensors, with checksums, whole or not at all."""

from minitensor.serialization import atomic
from minitensor.serialization.errors import FileFormatError
from minitensor.serialization.files import load, save

__all__ = ["FileFormatError", "atomic", "load", "save"]
