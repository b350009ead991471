"""How alike two vectors are, as modules."""

from __future__ import annotations

from ..tensor import Tensor
from . import functional
from .module import Module


class CosineSimilarity(Module):
    """Cosine of the angle between two vectors; see ``functional.cosine_similarity``.

    Args:
        dim: the dimension along which the vectors lie.
        eps: what a smaller norm counts as.

    >>> import tensorgrad as tg
    >>> tg.nn.CosineSimilarity()(tg.tensor([[1.0, 0.0], [1.0, 1.0]]), tg.tensor([[1.0, 1.0]]))
    tensor([0.7071, 1.0000])
    """

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        self.dim = dim
        self.eps = eps

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Two Tensors that broadcast -> their shape without ``dim``."""
        return functional.cosine_similarity(x1, x2, self.dim, self.eps)


class PairwiseDistance(Module):
    """How far apart two vectors are; see ``functional.pairwise_distance``.

    Args:
        p: the kind of norm, as ``linalg.vector_norm`` has it.
        eps: what is added to each difference.
        keepdim: keep the last dimension with size 1.

    >>> import tensorgrad as tg
    >>> tg.nn.PairwiseDistance()(tg.tensor([[3.0, 4.0]]), tg.tensor([0.0, 0.0]))
    tensor([5.0000])
    """

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        self.norm = p
        self.eps = eps
        self.keepdim = keepdim

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        """(N, D) and (N, D), or others that broadcast -> (N,)."""
        return functional.pairwise_distance(x1, x2, self.norm, self.eps, self.keepdim)
