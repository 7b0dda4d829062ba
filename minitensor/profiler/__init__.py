"""Where the time of a block of code goes: by operation, by module, and on a time line.

`events` keeps what is heard while the block runs (`calls` lets modules and optimisers tell it), `slices` makes of that
stretches of time, one within the other, `averages` adds them up; `table` and `trace` write them.
"""

from minitensor.profiler.averages import Average
from minitensor.profiler.block import profile

__all__ = ["Average", "profile"]
