"""Several transforms as one: all, some or one of them, in their order or in a random one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minitensor.data.transforms.arguments import number, probability
from minitensor.data.transforms.base import RandomTransform, Transform, checked_callable
from minitensor.random import Generator


class Compose(Transform):
    """Some transforms one after the other. As torchvision's `Compose`.

    Parameters
    ----------
    transforms : sequence of callable
        Each takes what the one ahead of it returns; transforms, or functions of one's own.

    Raises
    ------
    TypeError
        It is no sequence of callables.

    Examples
    --------
    >>> import numpy as np
    >>> from minitensor.data.transforms import CenterCrop, Compose, Normalize, ToTensor
    >>> prepare = Compose([ToTensor(), CenterCrop(24), Normalize(0.5, 0.5)])
    >>> prepare
    Compose(
        ToTensor()
        CenterCrop(size=24)
        Normalize(mean=0.5, std=0.5)
    )
    >>> prepare(np.zeros((28, 28), np.uint8)).shape
    (1, 24, 24)
    """

    def __init__(self, transforms: Sequence[Callable[[Any], Any]]) -> None:
        self.transforms = _callables(self.name, transforms)

    def __call__(self, input: Any) -> Any:
        """See the class."""
        for transform in self.transforms:
            input = transform(input)
        return input

    def __repr__(self) -> str:
        return _listed(self, self.transforms)


class RandomApply(RandomTransform):
    """Some transforms one after the other with the probability p, else nothing. As torchvision's `RandomApply`.

    Parameters
    ----------
    transforms : sequence of callable
        As `Compose` takes them.
    p : float
        The probability.
    generator : Generator or numpy.random.Generator, optional
        See `RandomTransform`.

    Raises
    ------
    TypeError, ValueError
        An argument is not of its kind.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data.transforms import GaussianNoise, RandomApply
    >>> RandomApply([GaussianNoise(sigma=0.05)], p=0.3)
    RandomApply(
        p=0.3
        GaussianNoise(mean=0.0, sigma=0.05, clip=True)
    )
    >>> RandomApply([mt.neg], p=1.0)(mt.tensor([[1, 2]]))
    tensor([[-1, -2]])
    """

    def __init__(
        self,
        transforms: Sequence[Callable[[Any], Any]],
        p: float = 0.5,
        *,
        generator: Generator | np.random.Generator | None = None,
    ) -> None:
        super().__init__(generator=generator)
        self.transforms, self.p = _callables(self.name, transforms), probability(self.name, p)

    def __call__(self, input: Any) -> Any:
        """See the class."""
        if self.draws.random() < self.p:
            for transform in self.transforms:
                input = transform(input)
        return input

    def __repr__(self) -> str:
        return _listed(self, [f"p={self.p}", *self.transforms])


class RandomChoice(RandomTransform):
    """One of some transforms. As torchvision's `RandomChoice`.

    Parameters
    ----------
    transforms : sequence of callable
        One at least.
    p : sequence of float, optional
        How often each is chosen, in any unit; left out, all alike.
    generator : Generator or numpy.random.Generator, optional
        See `RandomTransform`.

    Raises
    ------
    TypeError, ValueError
        An argument is not of its kind, or there are no transforms, or not one weight for each.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data.transforms import RandomChoice
    >>> choice = RandomChoice([mt.neg, mt.square], p=[1, 3], generator=mt.Generator().manual_seed(0))
    >>> [choice(mt.tensor([[2]])).item() for _ in range(6)]
    [4, 4, -2, -2, 4, 4]
    """

    def __init__(
        self,
        transforms: Sequence[Callable[[Any], Any]],
        p: Sequence[float] | None = None,
        *,
        generator: Generator | np.random.Generator | None = None,
    ) -> None:
        super().__init__(generator=generator)
        self.transforms = _callables(self.name, transforms)
        if not self.transforms:
            raise ValueError("RandomChoice: there are no transforms to choose from")
        weights = [1.0] * len(self.transforms) if p is None else [number(self.name, "p", one, 0) for one in p]
        if len(weights) != len(self.transforms):
            needed = f"one entry for each of the transforms, {len(self.transforms)}"
            raise ValueError(f"RandomChoice: p needs {needed}, got {len(weights)}")
        if sum(weights) == 0:
            raise ValueError(f"RandomChoice: one entry of p at least must be above 0, got {p!r}")
        self.p = [one / sum(weights) for one in weights]
        self._until = np.cumsum(weights) / sum(weights)

    def __call__(self, input: Any) -> Any:
        """See the class."""
        # one that is never to be chosen has the same sum as the one ahead of it
        place = int(self._until.searchsorted(self.draws.random(), side="right"))
        return self.transforms[min(place, len(self.transforms) - 1)](input)

    def __repr__(self) -> str:
        return _listed(self, [f"p={self.p}", *self.transforms])


class RandomOrder(RandomTransform):
    """Some transforms one after the other, in a new order each time. As torchvision's `RandomOrder`.

    Parameters
    ----------
    transforms : sequence of callable
        As `Compose` takes them.
    generator : Generator or numpy.random.Generator, optional
        See `RandomTransform`.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data.transforms import RandomOrder
    >>> order = RandomOrder([mt.neg, mt.square], generator=mt.Generator().manual_seed(0))
    >>> [order(mt.tensor([[2]])).item() for _ in range(4)]
    [4, 4, 4, -4]
    """

    def __init__(
        self, transforms: Sequence[Callable[[Any], Any]], *, generator: Generator | np.random.Generator | None = None
    ) -> None:
        super().__init__(generator=generator)
        self.transforms = _callables(self.name, transforms)

    def __call__(self, input: Any) -> Any:
        """See the class."""
        for place in self.draws.permutation(len(self.transforms)).tolist():
            input = self.transforms[place](input)
        return input

    def __repr__(self) -> str:
        return _listed(self, self.transforms)


class Lambda(Transform):
    """A function as a transform. As torchvision's `Lambda`.

    Parameters
    ----------
    lambd : callable
        Takes the sample, and returns what becomes of it. With loader processes that are started afresh (as on Windows and
        macOS) it must be a function that has a name in a module.

    Raises
    ------
    TypeError
        It can't be called.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data.transforms import Lambda
    >>> Lambda(mt.square)
    Lambda(square)
    >>> Lambda(lambda x: x * 2)(mt.tensor([[1, 2]]))
    tensor([[2, 4]])
    """

    def __init__(self, lambd: Callable[[Any], Any]) -> None:
        self.lambd = checked_callable("Lambda", "lambd", lambd)

    def __call__(self, input: Any) -> Any:
        """See the class."""
        return self.lambd(input)

    def extra_repr(self) -> str:
        """See `Transform`."""
        return str(getattr(self.lambd, "__name__", None) or repr(self.lambd))


def _callables(name: str, transforms: Any) -> tuple[Callable[[Any], Any], ...]:
    if not isinstance(transforms, (list, tuple)):
        raise TypeError(f"{name}: transforms must be a list of callables, got {type(transforms).__name__}")
    return tuple(checked_callable(name, f"transforms[{place}]", one) for place, one in enumerate(transforms))


def _listed(transform: Transform, lines: Sequence[Any]) -> str:
    inner = "".join(f"    {line}\n" for one in lines for line in str(one).splitlines())
    return f"{transform.name}(\n{inner})"
