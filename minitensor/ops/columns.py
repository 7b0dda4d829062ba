"""The columns of a convolution, and their adjoint: `im2col` copies what each tap sees, `col2im` adds it to its place."""

from __future__ import annotations

from minitensor.primitive import Primitive, defvjp

im2col = Primitive("im2col", label=lambda p: p["geometry"].label("im2col"))
col2im = Primitive("col2im", label=lambda p: p["geometry"].label("col2im"))

defvjp(im2col, {"x": "dX = col2im(dY)"}, x=lambda v, geometry: col2im(v, geometry=geometry))
defvjp(col2im, {"g": "dG = im2col(dY)"}, g=lambda v, geometry: im2col(v, geometry=geometry))
