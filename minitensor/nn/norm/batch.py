"""Batch normalisation of features, signals, images and volumes: the three differ by the axes that they accept."""

from __future__ import annotations

from minitensor.grad_mode import no_grad
from minitensor.nn import functional as F
from minitensor.nn.norm.channels import ChannelNorm
from minitensor.tensor import Tensor
from minitensor.tensor.writing import write


class _BatchNorm(ChannelNorm):
    """Batch normalisation: in training with the batch's statistics, in evaluation with the running ones if there are any."""

    def forward(self, input: Tensor) -> Tensor:
        """Normalise, and in training move the running statistics towards the batch's: see `F.batch_norm`."""
        self._check_axes(input)
        seen = self.num_batches_tracked if self.training and self.track_running_stats else None
        momentum = self.momentum
        if momentum is None:  # the average over all batches, this one included
            momentum = 0.0 if seen is None else 1 / (int(seen) + 1)
        used = not self.training or self.track_running_stats
        output = F.batch_norm(
            input,
            self.running_mean if used else None,
            self.running_var if used else None,
            self.weight,
            self.bias,
            self.training or (self.running_mean is None and self.running_var is None),
            momentum,
            self.eps,
        )
        if seen is not None:
            with no_grad():
                write(seen, "batch_norm", seen.numpy() + 1)
        return output


class BatchNorm1d(_BatchNorm):
    """Normalise the channels of features (N, C) or signals (N, C, L), as PyTorch's `BatchNorm1d`: see `F.batch_norm`.

    The parameters are those of `ChannelNorm`. With the momentum None, running statistics are the average over all batches.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.BatchNorm1d(2, eps=1e-9)(mt.tensor([[1., 10.], [3., 30.]])).tolist()
    [[-1.0, -1.0], [1.0, 1.0]]
    """

    accepted = (("N", "C"), ("N", "C", "L"))


class BatchNorm2d(_BatchNorm):
    """Normalise the channels of images (N, C, H, W), as PyTorch's `BatchNorm2d`: see `BatchNorm1d`.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.BatchNorm2d(16)
    >>> layer
    BatchNorm2d(16, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
    >>> layer(mt.randn(8, 16, 28, 28)).shape
    (8, 16, 28, 28)
    """

    accepted = (("N", "C", "H", "W"),)


class BatchNorm3d(_BatchNorm):
    """Normalise the channels of volumes (N, C, D, H, W), as PyTorch's `BatchNorm3d`: see `BatchNorm1d`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.BatchNorm3d(3, affine=False)(mt.randn(2, 3, 4, 5, 6)).shape
    (2, 3, 4, 5, 6)
    """

    accepted = (("N", "C", "D", "H", "W"),)
