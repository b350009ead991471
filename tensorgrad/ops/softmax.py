"""Softmax, its logarithm, and the logarithm of a sum of powers."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from ..dtypes import cast, cast_floating, numpy_dtype
from ..engine import Array, Rule
from ..errors import floating_only
from ..operation import op
from .compare import Dims, axis_of
from .elementwise import quietly
from .reduce import largest_of
from .summation import add_up, groups


def below_largest(x: Array, dim: int, dtype: Any = None) -> Array:
    """x with the largest element along ``dim`` taken off: softmax stays the same, and no power of e overflows."""
    x = x if dtype is None else x.astype(numpy_dtype(dtype), copy=False)
    floating_only("softmax", x.dtype)
    largest = largest_of(x, dim, None, None, True, -np.inf)  # the last is for a dimension of size 0
    return quietly(np.subtract, x, largest)  # what is too far below is -inf


def log_of_softmax(x: Array, dim: int, dtype: Any = None) -> Array:
    """The logarithm of softmax, computed without that of a small number."""
    x = below_largest(x, dim, dtype)
    return x - np.log(add_up(np.exp(x), dim, None, None, True)) if x.size else x


class Softmax:
    """Softmax and its kin, as methods of Tensor."""

    @partial(op, cast=cast)
    def softmax(x: Array, /, dim: int, dtype: Any = None) -> Rule:
        """Shares that sum to 1.   y_i = e ** x_i / Σ_j e ** x_j,   dL/dx = y (g - Σ g y).

        Args:
            x: any shape.
            dim: the dimension that sums to 1.
            dtype: a floating-point one to convert x to first.

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 2.0, 3.0]).softmax(0)
        tensor([0.0900, 0.2447, 0.6652])
        """
        powers = np.exp(below_largest(x, dim, dtype))
        y = powers / add_up(powers, dim, None, None, True)
        return y, lambda g: y * (g - add_up(g * y, dim, None, None, True))

    @partial(op, cast=cast)
    def log_softmax(x: Array, /, dim: int, dtype: Any = None) -> Rule:
        """Logarithm of softmax.   y_i = x_i - log Σ_j e ** x_j,   dL/dx = g - e ** y Σ g.

        Args:
            x: any shape.
            dim: the dimension over which the powers e ** y sum to 1.
            dtype: a floating-point one to convert x to first.

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 2.0, 3.0]).log_softmax(0)
        tensor([-2.4076, -1.4076, -0.4076])
        """
        y = log_of_softmax(x, dim, dtype)
        return y, lambda g: g - np.exp(y) * add_up(g, dim, None, None, True)

    @partial(op, cast=cast_floating)
    def logsumexp(x: Array, /, dim: Dims, keepdim: bool = False) -> Rule:
        """Logarithm of the sum of powers of e.   y = log Σ e ** x,   dy/dx = e ** (x - y).

        The largest element is taken off first, so no power overflows; of nothing, or of -inf alone, y is -inf.

        Args:
            x: any shape.
            dim: the dimension or dimensions to sum over.
            keepdim: keep those with size 1.

        >>> import tensorgrad as tg
        >>> tg.tensor([1000.0, 999.0, 998.0]).logsumexp(0)
        tensor(1000.4076)
        """
        axis = axis_of(dim, x.ndim)
        kept, most = groups(x, axis)[1], np.finfo(x.dtype).max
        shift = largest_of(x, axis, None, None, True, -np.inf).clip(-most, most)
        powers = np.exp(quietly(np.subtract, x, shift.reshape(kept)))  # what is too far below is -inf
        sums = add_up(powers, axis, None, None, keepdim)
        logs = np.log(sums, out=np.full(sums.shape, -np.inf, sums.dtype), where=sums != 0)
        y = logs + shift.reshape(logs.shape)

        return y, lambda g: g.reshape(kept) * np.exp(quietly(np.subtract, x, y.reshape(kept)))
