"""What ends a training run early."""

from __future__ import annotations


class NotFiniteError(ArithmeticError):
    """The loss or a gradient is NaN or infinite; the message says which operation made it so, where it is known.

    Examples
    --------
    >>> raise NotFiniteError("epoch 3, batch 17: the loss is NaN")
    Traceback (most recent call last):
        ...
    minitensor.training.errors.NotFiniteError: epoch 3, batch 17: the loss is NaN
    """
