"""Receptive fields: which cells of the input a cell of a tensor reads.

Along an axis of the input, cell p of a tensor reads the cells start + stride*p up to start + stride*p + size - 1. For the
input itself start = 0, stride = 1 and size = 1; a window of kernel k, stride s, dilation d and padding lo takes that to

    start - lo*stride          s*stride          size + d*(k-1)*stride

and where two branches meet, the field of the sum is the hull of both. What reads a whole axis, as a linear layer does, has
the hull of all the cells' fields. `field` has these numbers, `rules` what each operation does to them, and `walk` leads them
over the tape. `probe` makes a copy of a model whose gradients show the same, and `picture` draws it.

References
----------
A. Araujo, W. Norris and J. Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill, 2019.
"""
