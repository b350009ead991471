"""A table of vectors, looked up by number."""

from __future__ import annotations

from typing import Any

from .. import creation
from ..errors import ArgumentError
from ..grad_mode import no_grad
from ..tensor import Tensor
from . import functional, init
from .functional.layers import padding_row
from .module import Module
from .parameter import Parameter


class Embedding(Module):
    """A learned vector for each of a number of things.   y[i, j] = W[x[i, j]].

    W (num_embeddings, embedding_dim) starts from N(0, 1), drawn as PyTorch draws it.

    Args:
        num_embeddings: how many vectors.
        embedding_dim: their size.
        padding_idx: one that starts at 0 and is not trained; a negative number counts from the end.
        max_norm: how long a vector may be: longer ones are shortened, in W itself, when they are looked up.
        norm_type: which norm measures that.
        scale_grad_by_freq: whether a gradient is the mean, not the sum, over the times that a vector was looked up.
        sparse: False; a gradient has all rows here.
        device: None or "cpu".
        dtype: of W; by default the default dtype.

    Raises:
        ArgumentError: an AssertionError and ValueError, if padding_idx is none of them.
        RuntimeError: if ``sparse`` is True.

    >>> import tensorgrad as tg
    >>> layer = tg.nn.Embedding(10, 3)
    >>> layer, layer(tg.tensor([[1, 2], [4, 1]])).shape
    (Embedding(10, 3), torch.Size([2, 2, 3]))
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
        *,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if sparse:
            raise RuntimeError("Embedding: sparse=True is not possible, a gradient has all rows here; leave it out")
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = padding_idx = padding_row("Embedding", "num_embeddings", padding_idx, num_embeddings)
        self.max_norm, self.norm_type, self.scale_grad_by_freq = max_norm, norm_type, scale_grad_by_freq
        self.weight = Parameter(creation.empty(num_embeddings, embedding_dim, dtype=dtype, device=device))
        init.normal_(self.weight)
        if padding_idx is not None:
            with no_grad():
                self.weight[padding_idx] = 0.0

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
        """An Embedding that has the rows of a table, (V, D), and shares its memory.

        Args:
            embeddings: the table.
            freeze: whether it is not to be trained.
            padding_idx: a row that gets no gradient.
            max_norm, norm_type, scale_grad_by_freq, sparse: as for the class; ``max_norm`` writes into the table.

        >>> import tensorgrad as tg
        >>> tg.nn.Embedding.from_pretrained(tg.tensor([[1.0, 2.0], [3.0, 4.0]]))(tg.tensor(1))
        tensor([3., 4.])
        """
        if embeddings.ndim != 2:
            raise ArgumentError(
                "Embedding: embeddings parameter is expected to be 2-dimensional, but has shape "
                f"{embeddings._data.shape}"
            )
        layer = cls(0, 0, None, max_norm, norm_type, scale_grad_by_freq, sparse)
        layer.num_embeddings, layer.embedding_dim = embeddings._data.shape
        layer.padding_idx = padding_row("Embedding", "num_embeddings", padding_idx, layer.num_embeddings)
        layer.weight = Parameter(embeddings, requires_grad=not freeze)
        return layer

    def forward(self, input: Tensor) -> Tensor:
        """Integers of any shape -> that shape and embedding_dim."""
        return functional.embedding(
            input, self.weight, self.padding_idx, self.max_norm, self.norm_type, self.scale_grad_by_freq
        )

    def extra_repr(self) -> str:
        """As torch.nn's."""
        usual = {"padding_idx": None, "max_norm": None, "norm_type": 2, "scale_grad_by_freq": False}
        settings = [f"{name}={vars(self)[name]}" for name, value in usual.items() if vars(self)[name] != value]
        return ", ".join([f"{self.num_embeddings}, {self.embedding_dim}", *settings])
