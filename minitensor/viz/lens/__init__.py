"""The lens: one convolution with real numbers, and its backward pass from the inside, as a page that computes itself.

`case` reads a convolution and its numbers into plain data; `view` is what `lens` answers with, and writes them into the page
whose scripts are in `page`: `arrays`, `geometry`, `form`, `rules` and `checks` are the mathematics, `store` and `address`
keep what the reader has chosen, the others are what is seen. `steps` and `gif` make an animation of the same steps.
"""

from minitensor.viz.lens.view import Lens, lens

__all__ = ["Lens", "lens"]
