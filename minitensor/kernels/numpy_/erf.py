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
        -7.7794346484692093e-10, 1.3710961677119555e-8, -1.6206309283483474e-7, 1.6447130966345159e-6,
        -1.4924712251189503e-5, 1.2055293574155256e-4, -8.5483259292191292e-4, 5.2239776061164052e-3,
        -2.6866170643111205e-2, 1.1283791670944183e-1, -3.7612638903183519e-1, 1.1283791670955126,
    ),
    float32: (
        7.8537766590745269e-5, -8.0101679672499641e-4, 5.1883247642544676e-3, -2.6853810397263394e-2,
        1.1283585111845377e-1, -3.7612625820995288e-1, 1.1283791657262429,
    ),
}  # fmt: skip
FAR = {
    float64: (
        2.4413281702205690e-2, -1.0073026678126790e-1, 7.8837072516507926e-2, 2.8594388525992115e-1,
        -7.2017598789102805e-1, 6.0662084426595410e-1, -2.6828913075073501e-1, 3.1254611301194393e-1,
        2.1111615727419369e-1, 2.8821983079855703e-1, 2.8147191061774715e-1, 2.8573023598489323e-5,
    ),
    float32: (
        6.6621891278176425e-3, -2.5412096819791167e-1, 6.7059643936983432e-1, -9.0695032800688674e-2,
        4.0818313519995653e-1, 2.5707531199609394e-1, 2.0740222167580601e-3,
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
