"""Layers that only rearrange or map linearly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import creation
from ..errors import ShapeError
from ..ops.linalg import linear
from ..tensor import Tensor
from . import init
from .functional.layers import bilinear
from .module import Module
from .parameter import Parameter


class Linear(Module):
    """Affine map.   y = x Wᵀ + b.

    W (out_features, in_features) and b (out_features,) start from U(-bound, bound),   bound = 1 / √in_features,
    drawn in PyTorch's order: the same seed gives the same numbers.

    Args:
        in_features: size of the last dimension of x.
        out_features: size of the last dimension of y.
        bias: whether there is a b.
        device: None or "cpu".
        dtype: of W and b; by default the default dtype.

    >>> import tensorgrad as tg
    >>> layer = tg.nn.Linear(3, 4)
    >>> layer, layer(tg.zeros(2, 3)).shape
    (Linear(in_features=3, out_features=4, bias=True), torch.Size([2, 4]))
    """

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        for name, n in (("in_features", in_features), ("out_features", out_features)):
            if not isinstance(n, (int, np.integer)) or n < 0:
                kind = ShapeError if isinstance(n, (int, np.integer)) else TypeError
                raise kind(f"Linear: {name} must be an integer of at least 0, but it is {n!r}")
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(creation.empty(out_features, in_features, dtype=dtype, device=device))
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        self.bias = Parameter(creation.empty(out_features, dtype=dtype)) if bias else None
        if self.bias is not None:
            bound = 1 / math.sqrt(in_features) if in_features else 0
            init.uniform_(self.bias, -bound, bound)

    def forward(self, x: Tensor) -> Tensor:
        """(..., in_features) -> (..., out_features)."""
        return linear(x, self.weight, self.bias)

    def extra_repr(self) -> str:
        """As torch.nn's."""
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Bilinear(Module):
    """Bilinear map of two inputs.   y_o = x₁ᵀ W_o x₂ + b_o.

    W (out_features, in1_features, in2_features) and b (out_features,) start from U(-bound, bound),
    bound = 1 / √in1_features,   drawn in PyTorch's order.

    Args:
        in1_features: size of the last dimension of x₁, at least 1.
        in2_features: size of the last dimension of x₂.
        out_features: size of the last dimension of y.
        bias: whether there is a b.
        device: None or "cpu".
        dtype: of W and b; by default the default dtype.

    >>> import tensorgrad as tg
    >>> layer = tg.nn.Bilinear(2, 3, 4)
    >>> layer, layer(tg.zeros(5, 2), tg.zeros(5, 3)).shape
    (Bilinear(in1_features=2, in2_features=3, out_features=4, bias=True), torch.Size([5, 4]))
    """

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if in1_features <= 0:
            raise ValueError(f"Bilinear: in1_features must be above 0, but it is {in1_features}")
        self.in1_features = in1_features
        self.in2_features = in2_features
        self.out_features = out_features
        bound = 1 / math.sqrt(in1_features)
        shape = (out_features, in1_features, in2_features)
        self.weight = Parameter(creation.empty(shape, dtype=dtype, device=device))
        init.uniform_(self.weight, -bound, bound)
        self.bias = Parameter(creation.empty(out_features, dtype=dtype)) if bias else None
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input1: Tensor, input2: Tensor) -> Tensor:
        """(..., in1_features) and (..., in2_features) -> (..., out_features)."""
        return bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        """As torch.nn's."""
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


class Flatten(Module):
    """Dimensions ``start_dim`` to ``end_dim`` made into one; by default all but the first, the batch.

    >>> import tensorgrad as tg
    >>> tg.nn.Flatten()(tg.zeros(5, 8, 8)).shape
    torch.Size([5, 64])
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: Tensor) -> Tensor:
        """(N, ...) -> (N, the product of the rest)."""
        return x.flatten(self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        """As torch.nn's."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """One dimension made into several.

    Args:
        dim: which.
        unflattened_size: the sizes to make of it; one of them may be -1.

    >>> import tensorgrad as tg
    >>> tg.nn.Unflatten(1, (8, 8))(tg.zeros(5, 64)).shape
    torch.Size([5, 8, 8])
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        if not isinstance(unflattened_size, (tuple, list)) or not all(isinstance(n, int) for n in unflattened_size):
            raise TypeError(f"Unflatten: unflattened_size must be a tuple of integers, but it is {unflattened_size!r}")
        self.dim = dim
        self.unflattened_size = unflattened_size

    def forward(self, input: Tensor) -> Tensor:
        """(..., n, ...) -> (..., sizes, ...)."""
        y: Tensor = input.unflatten(self.dim, self.unflattened_size)
        return y

    def extra_repr(self) -> str:
        """As torch.nn's."""
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
