"""Normalisation: of channels over the batch, within each sample, by the size of neighbours."""

from minitensor.nn.functional.norm.batch import batch_norm, instance_norm
from minitensor.nn.functional.norm.layer import group_norm, layer_norm, rms_norm
from minitensor.nn.functional.norm.local import local_response_norm, normalize

__all__ = ["batch_norm", "group_norm", "instance_norm", "layer_norm", "local_response_norm", "normalize", "rms_norm"]
