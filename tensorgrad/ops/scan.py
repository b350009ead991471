"""Running results: each element becomes the sum, or the product, of those up to it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import int64, numpy_dtype
from ..engine import Array, Rule
from ..operation import op


class Scans:
    """Running sums and products, as methods of Tensor."""

    @op
    def cumsum(x: Array, /, dim: int, *, dtype: Any = None) -> Rule:
        """Running sum.   y_k = Σ_{i ≤ k} x_i,   dL/dx_i = Σ_{k ≥ i} g_k.

        Args:
            x: any shape.
            dim: the dimension to run along.
            dtype: to convert x to first; by default x's, and int64 for integers and bools.

        Returns:
            x's shape.

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 2.0, 3.0]).cumsum(0)
        tensor([1., 3., 6.])
        """
        before = x.dtype
        return _running(np.add, _given("cumsum", x, dim, dtype), dim), lambda g: _reversed(
            _running(np.add, _reversed(g, dim), dim), dim
        ).astype(before, copy=False)

    @op
    def cumprod(x: Array, /, dim: int, *, dtype: Any = None) -> Rule:
        """Running product.   y_k = Π_{i ≤ k} x_i,   dL/dx_i = y_{i-1} s_i,   s_i = g_i + x_{i+1} s_{i+1}.

        The recurrence, from the last element to the first, needs no division: x may hold zeros.

        Args:
            x: any shape.
            dim: the dimension to run along.
            dtype: to convert x to first; by default x's, and int64 for integers and bools.

        Returns:
            x's shape.

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 2.0, 3.0]).cumprod(0)
        tensor([1., 2., 6.])
        """
        before, x = x.dtype, _given("cumprod", x, dim, dtype)
        y = _running(np.multiply, x, dim)

        def vjp(g: Array) -> Array:
            if not g.ndim:
                return g.astype(before, copy=False)
            share = np.moveaxis(np.array(g), dim, 0)
            factors, products = np.moveaxis(x, dim, 0), np.moveaxis(y, dim, 0)
            for i in range(len(share) - 2, -1, -1):
                share[i] += factors[i + 1] * share[i + 1]
            share[1:] *= products[:-1]
            return np.moveaxis(share, 0, dim).astype(before, copy=False)

        return y, vjp


def _given(name: str, x: Array, dim: Any, dtype: Any) -> Array:
    if not hasattr(dim, "__index__"):
        raise TypeError(f"{name}: dim must be one dimension, an integer, but got {dim!r}")
    return x.astype(numpy_dtype(dtype, int64.dtype if x.dtype.kind in "bui" else x.dtype), copy=False)


def _running(ufunc: np.ufunc, x: Array, dim: int) -> Array:
    """``ufunc`` applied from element to element, in float64 like PyTorch: thousands of roundings would add up."""
    wide = np.float64 if x.dtype.kind == "f" else None
    return ufunc.accumulate(x if x.ndim else x.reshape(1), dim, wide).astype(x.dtype, copy=False).reshape(x.shape)


def _reversed(x: Array, dim: int) -> Array:
    return np.flip(x, dim) if x.ndim else x
