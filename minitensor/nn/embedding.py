"""The table of vectors, as a layer."""

from __future__ import annotations

from typing import Any

from numpy.typing import DTypeLike

from minitensor.creation import empty
from minitensor.errors import ShapeError
from minitensor.geometry import int_of
from minitensor.grad_mode import no_grad
from minitensor.nn import functional as F
from minitensor.nn import init
from minitensor.nn.functional.embedding import check_dense, padding_of
from minitensor.nn.functional.spatial import check_tensor
from minitensor.nn.module import Module
from minitensor.nn.parameter import Parameter
from minitensor.tensor import Tensor


class Embedding(Module):
    """A table of learned vectors, looked up by index, as PyTorch's `nn.Embedding`: y[..., :] = weight[x[...], :].

    The input is of int64 or int32, of any shape (*); the output is (*, embedding_dim). See `F.embedding`.

    Parameters
    ----------
    num_embeddings, embedding_dim : int
        How many vectors there are, and how long they are.
    padding_idx : int, optional
        A row that begins as 0 and gets no gradient; counted from the end where it is negative.
    max_norm : float, optional
        A row that is looked up and is longer is first shortened to it.
    norm_type : float
        The norm that is its length.
    scale_grad_by_freq : bool
        Whether each row's gradient is divided by how often the input names it.
    sparse : bool
        Not supported: gradients are dense.
    _weight : Tensor, shape (num_embeddings, embedding_dim), optional
        The table to begin with; else it is drawn.
    _freeze : bool
        Whether the table is kept as it is.
    device, dtype
        Of the table.

    Attributes
    ----------
    weight : Parameter, shape (num_embeddings, embedding_dim)
        Drawn from the standard normal distribution.

    Raises
    ------
    ValueError
        A size is negative; the padding is out of range; the gradient is to be sparse.
    ShapeError
        The given table has another shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.Embedding(10, 3, padding_idx=0)
    >>> layer(mt.tensor([[1, 2, 0], [4, 0, 0]])).shape
    (2, 3, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Tensor | None = None,
        _freeze: bool = False,
        device: Any = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        check_dense(sparse, "Embedding")
        self.num_embeddings = int_of(num_embeddings, "num_embeddings", "Embedding", 0)
        self.embedding_dim = int_of(embedding_dim, "embedding_dim", "Embedding", 0)
        self.padding_idx = padding_of(padding_idx, num_embeddings, "Embedding")
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        self.sparse = sparse
        shape = (self.num_embeddings, self.embedding_dim)
        if _weight is None:
            self.weight = Parameter(empty(*shape, device=device, dtype=dtype), requires_grad=not _freeze)
            self.reset_parameters()
            return
        check_tensor(_weight, "weight", "Embedding")
        if _weight.shape != shape:
            raise ShapeError(f"Embedding: the weight has the shape {_weight.shape}, the sizes say {shape}")
        self.weight = Parameter(_weight, requires_grad=not _freeze)

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Tensor,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
    ) -> Embedding:
        """Make a layer of a table that is there already, as PyTorch's `Embedding.from_pretrained`.

        Parameters
        ----------
        embeddings : Tensor, shape (num_embeddings, embedding_dim)
            The table; its memory is shared.
        freeze : bool
            Whether it is kept as it is.
        padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse
            As the class has them; a row for padding is not set to 0.

        Raises
        ------
        ShapeError
            It is no table.

        Examples
        --------
        >>> import minitensor as mt
        >>> mt.nn.Embedding.from_pretrained(mt.tensor([[1., 2.], [3., 4.]]))(mt.tensor([1]))
        tensor([[3., 4.]])
        """
        check_tensor(embeddings, "embeddings", "from_pretrained")
        if embeddings.ndim != 2:
            raise ShapeError(f"from_pretrained: the embeddings are a table (V, D), got the shape {embeddings.shape}")
        rows, length = embeddings.shape
        return cls(
            rows,
            length,
            padding_idx=padding_idx,
            max_norm=max_norm,
            norm_type=norm_type,
            scale_grad_by_freq=scale_grad_by_freq,
            sparse=sparse,
            _weight=embeddings,
            _freeze=freeze,
        )

    def reset_parameters(self) -> None:
        """Draw the table anew; the row for padding is 0."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            with no_grad():
                self.weight[self.padding_idx] = 0

    def forward(self, input: Tensor) -> Tensor:
        """Look indices up."""
        return F.embedding(
            input, self.weight, self.padding_idx, self.max_norm, self.norm_type, self.scale_grad_by_freq, self.sparse
        )

    def extra_repr(self) -> str:
        """The sizes, and what is not the default."""
        words = [f"{self.num_embeddings}, {self.embedding_dim}"]
        defaults = {"padding_idx": None, "max_norm": None, "norm_type": 2, "scale_grad_by_freq": False}
        words += [f"{name}={getattr(self, name)}" for name, usual in defaults.items() if getattr(self, name) != usual]
        return ", ".join(words)
