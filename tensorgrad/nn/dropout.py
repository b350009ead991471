"""Zeros at random, while training."""

from __future__ import annotations

from ..tensor import Tensor
from . import functional
from .functional.layers import check_chance
from .module import Module


class Dropout(Module):
    """In training, each element is 0 by chance p, and the others are divided by 1 - p; otherwise nothing changes.

    Args:
        p: the chance, 0 to 1.
        inplace: whether to write into the input.

    Raises:
        ValueError: if p is no chance.

    Source: Srivastava and others, "Dropout: a simple way to prevent neural networks from overfitting" (2014).

    >>> import tensorgrad as tg
    >>> layer = tg.nn.Dropout(0.2).eval()
    >>> layer, layer(tg.ones(3))
    (Dropout(p=0.2, inplace=False), tensor([1., 1., 1.]))
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        check_chance("Dropout", p)
        self.p = p
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Any shape -> the same shape."""
        return functional.dropout(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        """As torch.nn's."""
        return f"p={self.p}, inplace={self.inplace}"
