"""Products of matrices and of tensors of any rank, and the parts of matrices, under PyTorch's names."""

from minitensor.functions.linalg.added import addbmm, addmm, addmv, addr, baddbmm
from minitensor.functions.linalg.contractions import inner, outer, tensordot
from minitensor.functions.linalg.diagonals import diag, diag_embed, diagonal, trace, tril, triu
from minitensor.functions.linalg.einsum import einsum
from minitensor.functions.linalg.products import bmm, dot, matmul, mm, mv

__all__ = [
    "addbmm", "addmm", "addmv", "addr", "baddbmm", "bmm", "diag", "diag_embed", "diagonal", "dot", "einsum", "inner",
    "matmul", "mm", "mv", "outer", "tensordot", "trace", "tril", "triu",
]  # fmt: skip
