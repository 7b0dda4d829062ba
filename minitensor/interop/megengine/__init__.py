"""MegEngine's layout, read and written: whole state dicts, and the parameters of one convolution.

MegEngine's own files are pickles, which are not read here. NumPy's `.npz` goes both ways. There:

    np.savez("model.npz", **net.state_dict())
    net.load_state_dict(dict(np.load("model.npz")))

Here:

    model.load_state_dict(state_dict_from_megengine(mt.load("model.npz"), model))
    mt.save(state_dict_to_megengine(model), "model.npz")
"""

from minitensor.interop.megengine.parameters import (
    bias_from_megengine,
    bias_to_megengine,
    conv_weight_from_megengine,
    conv_weight_to_megengine,
)
from minitensor.interop.megengine.state_dicts import state_dict_from_megengine, state_dict_to_megengine

__all__ = [
    "bias_from_megengine",
    "bias_to_megengine",
    "conv_weight_from_megengine",
    "conv_weight_to_megengine",
    "state_dict_from_megengine",
    "state_dict_to_megengine",
]
