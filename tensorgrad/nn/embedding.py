"""A table of vectors, looked up by number."""

from __future__ import annotations

from typing import Any

from .. import creation
from ..grad_mode import no_grad
from ..tensor import Tensor
from . import functional, init
from .module import Module
from .parameter import Parameter


class Embedding(Module):
    """A learned vector for each of a number of things.   y[i, j] = W[x[i, j]].

    W (num_embeddings, embedding_dim) starts from N(0, 1), drawn as PyTorch draws it.

    Args:
        num_embeddings: how many vectors.
        embedding_dim: their size.
        padding_idx: one that starts at 0 and is not trained; a negative number counts from the end.
        device: None or "cpu".
        dtype: of W; by default the default dtype.

    Raises:
        ValueError: if padding_idx is none of them.

    >>> import tensorgrad as tg
    >>> layer = tg.nn.Embedding(10, 3)
    >>> layer, layer(tg.tensor([[1, 2], [4, 1]])).shape
    (Embedding(10, 3), (2, 2, 3))
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        *,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        if padding_idx is not None:
            if not -num_embeddings <= padding_idx < num_embeddings:
                raise ValueError(
                    f"Embedding: padding_idx must be within num_embeddings, from {-num_embeddings} to "
                    f"{num_embeddings - 1}, but it is {padding_idx}"
                )
            padding_idx %= num_embeddings
        self.padding_idx = padding_idx
        self.weight = Parameter(creation.empty(num_embeddings, embedding_dim, dtype=dtype, device=device))
        init.normal_(self.weight)
        if padding_idx is not None:
            with no_grad():
                self.weight[padding_idx] = 0.0

    @classmethod
    def from_pretrained(cls, embeddings: Tensor, freeze: bool = True, padding_idx: int | None = None) -> Embedding:
        """An Embedding that has the rows of a table, (V, D), and shares its memory.

        Args:
            embeddings: the table.
            freeze: whether it is not to be trained.
            padding_idx: a row that gets no gradient.

        >>> import tensorgrad as tg
        >>> tg.nn.Embedding.from_pretrained(tg.tensor([[1.0, 2.0], [3.0, 4.0]]))(tg.tensor(1))
        tensor([3., 4.])
        """
        if embeddings.ndim != 2:
            raise ValueError(
                f"Embedding: embeddings parameter is expected to be 2-dimensional, but has shape {embeddings.shape}"
            )
        layer = cls(0, 0)
        layer.num_embeddings, layer.embedding_dim = embeddings.shape
        layer.padding_idx = padding_idx
        layer.weight = Parameter(embeddings, requires_grad=not freeze)
        return layer

    def forward(self, input: Tensor) -> Tensor:
        """Integers of any shape -> that shape and embedding_dim."""
        return functional.embedding(input, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        """As torch.nn's."""
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
