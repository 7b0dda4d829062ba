"""Convolution, and its backward pass, which is convolution again.

Write g for an array shaped like the output, x for the input and w for the weight; s is the stride, d the dilation, lo the
padding before. One number depends on all three, and on each of them linearly:

    T(g, x, w) = sum over n, o, c, p, k of  g[n,o,p] * x[n,c, s*p + d*k - lo] * w[o,c,k]

n runs over the samples, o over the output channels, c over the input channels of o's group; the position p and the tap k
have one entry for each spatial axis, so that one formula serves signals, images and volumes; x is 0 outside its bounds.

The three primitives are the derivatives of T, one for each argument:

    conv(x, w)              = dT/dg     slides the kernel over the input
    conv_transpose(g, w)    = dT/dx     adds the kernel, times g, around every output cell: the transposed convolution
    conv_weight_grad(x, g)  = dT/dw     slides g over the input, as a kernel whose dilation is s and whose stride is d

T is linear in each argument, so differentiating one of the three again leads back to the other two. That makes six rules,
two for each of the three, and every gradient of a convolution, of any order, is made of them.

The sizes are those of a `ConvGeometry`, worked out once when the convolution is called and handed to all that follows from
it: the backward pass derives no shape of its own.

A bias b is an addition after `conv`. As it comes with nearly every convolution, the two are one primitive, `conv_bias`,
which writes its result once: its rules are the two of `conv` again, and a sum.

References
----------
V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning", 2016, arXiv:1603.07285, chapter 4: the
transposed convolution as the gradient of a convolution.
"""

from __future__ import annotations

from minitensor.ops.reduce import sum
from minitensor.primitive import Primitive, defvjp

conv = Primitive("conv", label=lambda p: p["geometry"].label("conv{}d"))
conv_bias = Primitive("conv_bias", label=lambda p: p["geometry"].label("conv{}d"))
conv_transpose = Primitive("conv_transpose", label=lambda p: p["geometry"].label("conv_transpose{}d"))
conv_weight_grad = Primitive("conv_weight_grad", label=lambda p: p["geometry"].label("conv{}d_weight_grad"))

defvjp(
    conv,
    {"x": "dX = conv_transpose(dY, W)", "w": "dW = conv_weight_grad(X, dY)"},
    x=lambda v, w, geometry: conv_transpose(v, w, geometry=geometry),
    w=lambda v, x, geometry: conv_weight_grad(x, v, geometry=geometry),
)
defvjp(
    conv_bias,
    {"x": "dX = conv_transpose(dY, W)", "w": "dW = conv_weight_grad(X, dY)", "b": "db = sum dY"},
    x=lambda v, w, geometry: conv_transpose(v, w, geometry=geometry),
    w=lambda v, x, geometry: conv_weight_grad(x, v, geometry=geometry),
    b=lambda v: sum(v, axis=(0, *range(2, v.ndim)), keepdims=False),
)
defvjp(
    conv_transpose,
    {"g": "dG = conv(dY, W)", "w": "dW = conv_weight_grad(dY, G)"},
    g=lambda v, w, geometry: conv(v, w, geometry=geometry),
    w=lambda v, g, geometry: conv_weight_grad(v, g, geometry=geometry),
)
defvjp(
    conv_weight_grad,
    {"x": "dX = conv_transpose(G, dY)", "g": "dG = conv(X, dY)"},
    x=lambda v, g, geometry: conv_transpose(g, v, geometry=geometry),
    g=lambda v, x, geometry: conv(x, v, geometry=geometry),
)
