"""Matrix products."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from ..dtypes import same_dtype
from ..engine import Array, Rule, op, reflected


class LinearAlgebra:
    """Matrix products, as methods of Tensor."""

    @partial(
        op,
        cast=same_dtype,
        needs="the last dimension of the first must equal the second-to-last of the second "
        "(the only one of a vector), and the dimensions before those must broadcast",
    )
    def __matmul__(a: Array, b: Array, /) -> Rule:
        """Matrix product.   y = a b,   dL/da = g bᵀ,   dL/db = aᵀ g.

        Shapes: (n, k) @ (k, m) -> (n, m); a vector stands for a row on the left and for a column on the right, and
        gives up that dimension again; with more dimensions, those before the last two broadcast as batches.
        """
        row, column = a.ndim == 1, b.ndim == 1
        y = a @ b

        def full(g: Array) -> Array:
            """g with the dimensions that vectors gave up."""
            g = g[..., None] if column else g
            return g[..., None, :] if row else g

        def vjp_a(g: Array) -> Array:
            share = full(g) @ (b[None] if column else b.mT)
            return share[..., 0, :] if row else share

        def vjp_b(g: Array) -> Array:
            share = (a[:, None] if row else a.mT) @ full(g)
            return share[..., 0] if column else share

        return y, vjp_a, vjp_b

    __rmatmul__ = reflected(__matmul__)

    def matmul(self: Any, other: Any) -> Any:
        """self @ other."""
        return self @ other


@partial(
    op, needs="the input's last dimension must equal the weight's second, and the bias must have the weight's first"
)
def linear(x: Array, weight: Array, bias: Array = None, /) -> Rule:
    """Affine map, in one operation.   y = x Wᵀ + b,   dL/dx = g W,   dL/dW = gᵀ x,   dL/db = sum of g over the rows.

    Args:
        x: (..., in_features).
        weight: (out_features, in_features).
        bias: (out_features,), or None.

    Returns:
        (..., out_features).

    >>> import tensorgrad as tg
    >>> tg.nn.functional.linear(tg.ones(2, 3), tg.ones(4, 3), tg.tensor([0.0, 1.0, 2.0, 3.0]))
    tensor([[3., 4., 5., 6.],
            [3., 4., 5., 6.]])
    """
    if x.dtype is not weight.dtype or (bias is not None and bias.dtype is not x.dtype):
        same_dtype(x, weight, bias)
    if weight.ndim != 2 or (bias is not None and bias.shape != weight.shape[:1]):
        raise ValueError  # which ``needs`` explains
    y = x @ weight.T
    if bias is not None:
        y += bias

    def vjp_bias(g: Array) -> Array:
        g = _rows(g)
        return np.ones(len(g), g.dtype).dot(g)  # twice as fast as g.sum(0)

    return y, lambda g: g @ weight, lambda g: _rows(g).T @ _rows(x), vjp_bias


def _rows(x: Array) -> Array:
    """(..., n) as a matrix with rows of n."""
    return x if x.ndim == 2 else x.reshape(math.prod(x.shape[:-1]), x.shape[-1])  # with n = 0, -1 cannot be told
