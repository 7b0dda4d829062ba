"""Convolutions along one axis for the tests of the lens' words, as its page is told them."""

import numpy as np

LINE = {
    "rank": 1, "transposed": False, "batch": 1, "groups": 1, "inChannels": 1, "outChannels": 1, "bias": False, "size": [9],
    "kernel": [3], "stride": [2], "dilation": [1], "padding": [[0, 0]], "paddingMode": "zeros", "outputPadding": [0],
}  # fmt: skip


def some_geometries(count, **fixed):
    random = np.random.default_rng(5)
    found = []
    while len(found) < count:
        k, s, d, low, high = (int(random.integers(*ends)) for ends in ((1, 5), (1, 6), (1, 5), (0, 4), (0, 4)))
        one = {**LINE, "kernel": [k], "stride": [s], "dilation": [d], "padding": [[low, high]], **fixed}
        one["size"] = [int(random.integers(1, 12 if not one["transposed"] else 6))]
        one["outputPadding"] = [int(random.integers(0, max(s, d))) if one["transposed"] else 0]
        span = d * (k - 1) + 1
        if one["transposed"]:
            fits = (one["size"][0] - 1) * s + span - low - high + one["outputPadding"][0] >= 1
        else:
            fits = span <= one["size"][0] + low + high and (one["paddingMode"] == "zeros" or max(low, high) < one["size"][0])
        if fits:
            found.append(one)
    return found
