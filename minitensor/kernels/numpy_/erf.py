"""The error function, which NumPy does not have: two polynomials, evaluated for every element, of which one is taken.

    erf(x) = x * near(x^2)                        for |x| <= 1
    erf(x) = sign(x) * (1 - exp(-x^2) * far(t))   for |x| > 1, with t = 1 / (1 + |x| / 2)

A walk over a whole array is so much cheaper than one over a part of it that both formulas are worked out everywhere. The
polynomials are minimax fits, made in 50 digits by iteratively reweighted least squares: `near` of erf(sqrt(z)) / sqrt(z)
relative to it, `far` of exp(x^2) * erfc(x) weighted by exp(-x^2), up to x = 6, from where on erf is 1 to the last bit. The
answer is within four units in the last place.
"""

from __future__ import annotations

import numpy as np

from minitensor.dtypes import Array, float32, float64

BLOCK = 1 << 15  # elements that are worked out at a time, so that what is between the steps stays in the cache

# The highest power first, for float64 and for float32.
NEAR = {
    float64: (
        -7.77943464846921e-10, 1.3710961677119554e-08, -1.6206309283483475e-07, 1.644713096634516e-06,
        -1.4924712251189503e-05, 0.00012055293574155256, -0.0008548325929219129, 0.005223977606116405, -0.026866170643111205,
        0.11283791670944184, -0.3761263890318352, 1.1283791670955126,
    ),
    float32: (
        7.853776659074527e-05, -0.0008010167967249964, 0.005188324764254467, -0.026853810397263395, 0.11283585111845378,
        -0.3761262582099529, 1.128379165726243,
    ),
}  # fmt: skip
FAR = {
    float64: (
        0.02441328170521969, -0.10073026681278931, 0.07883707251650793, 0.28594388525992115, -0.7201759878910281,
        0.6066208442659541, -0.268289130750735, 0.3125461130119439, 0.2111161572741937, 0.288219830798557,
        0.2814719106177471, 2.8573023598489322e-05,
    ),
    float32: (
        0.0066621891278176425, -0.2541209681979117, 0.6705964393698344, -0.09069503280068868, 0.4081831351999565,
        0.25707531199609396, 0.0020740222167580603,
    ),
}  # fmt: skip


def erf(x: Array) -> Array:
    """The error function of an array of float32 or float64."""
    out = np.empty(x.shape, x.dtype)
    line, answers = x.reshape(-1), out.reshape(-1)
    for begin in range(0, line.size, BLOCK):
        answers[begin : begin + BLOCK] = _of_block(line[begin : begin + BLOCK])
    return out


def _of_block(x: Array) -> Array:
    square = x * x
    near = _polynomial(NEAR[x.dtype], square)
    near *= x
    if square.max() <= 1:
        return near
    size = np.minimum(np.abs(x), x.dtype.type(6))
    far = _polynomial(FAR[x.dtype], 1 / (1 + size / 2))
    far *= np.exp(-size * size)
    return np.where(square <= 1, near, np.copysign(1 - far, x))


def _polynomial(coefficients: tuple[float, ...], x: Array) -> Array:
    """Evaluate by Horner's rule, in the memory of the result."""
    total = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        total *= x
        total += coefficient
    return total
