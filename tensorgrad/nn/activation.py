"""Activations as modules."""

from __future__ import annotations

from ..tensor import Tensor
from .module import Module


class ReLU(Module):
    """Rectified linear unit.   y = max(x, 0).

    >>> import tensorgrad as tg
    >>> tg.nn.ReLU()(tg.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """

    def forward(self, x: Tensor) -> Tensor:
        """Any shape -> the same shape."""
        return x.relu()


class Tanh(Module):
    """Hyperbolic tangent.   y = tanh x.

    >>> import tensorgrad as tg
    >>> tg.nn.Tanh()(tg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.7616])
    """

    def forward(self, x: Tensor) -> Tensor:
        """Any shape -> the same shape."""
        return x.tanh()


class Sigmoid(Module):
    """Logistic function.   y = 1 / (1 + e ** -x).

    >>> import tensorgrad as tg
    >>> tg.nn.Sigmoid()(tg.tensor([0.0, 1.0]))
    tensor([0.5000, 0.7311])
    """

    def forward(self, x: Tensor) -> Tensor:
        """Any shape -> the same shape."""
        return x.sigmoid()
