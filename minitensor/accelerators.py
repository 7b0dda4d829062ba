"""The devices that are not here, for scripts that ask before they choose one: the answer is always the CPU.

As PyTorch answers where it has no such device built in. What asks for one of them all the same is refused: see `device`.
"""

from __future__ import annotations

from types import SimpleNamespace


class Absent:
    """A kind of device of which there is none.

    Examples
    --------
    >>> import minitensor as mt
    >>> "cuda" if mt.cuda.is_available() else "mps" if mt.backends.mps.is_available() else "cpu"
    'cpu'
    >>> mt.accelerator.current_accelerator().type if mt.accelerator.is_available() else "cpu"
    'cpu'
    """

    def is_available(self) -> bool:
        """Whether there is one: False."""
        return False

    def is_built(self) -> bool:
        """Whether there could be one: False."""
        return False

    def device_count(self) -> int:
        """How many there are: 0."""
        return 0


class Cuda(Absent):
    """What stands in the place of `torch.cuda`."""

    def manual_seed(self, seed: int) -> None:
        """Of no effect, whatever the `seed`: no random numbers are drawn there."""

    def manual_seed_all(self, seed: int) -> None:
        """Of no effect, whatever the `seed`: no random numbers are drawn there."""

    def empty_cache(self) -> None:
        """Of no effect: nothing is kept there."""


class Accelerator(Absent):
    """What stands in the place of `torch.accelerator`."""

    def current_accelerator(self, check_available: bool = False) -> None:
        """None, for there is none, with `check_available` or without."""


class Cudnn(Absent):
    """What stands in the place of `torch.backends.cudnn`: its switches can be set, and change nothing.

    Results here are the same in every run anyway.
    """

    enabled: bool = False
    benchmark: bool = False
    deterministic: bool = False


cuda = Cuda()
accelerator = Accelerator()
backends = SimpleNamespace(cuda=Absent(), cudnn=Cudnn(), mps=Absent())
