"""Finding the first operation that makes NaN or infinity: see `find_not_finite`.

`search` watches a forward and a backward pass, `finding` says in words what was seen, `remedies` what helps.
"""

from minitensor.training.not_finite.find import find_not_finite
from minitensor.training.not_finite.finding import Finding

__all__ = ["Finding", "find_not_finite"]
