"""Many elements into one: over all dimensions, or over those in ``dim``."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..engine import Array, Rule, op
from ..errors import ShapeError
from .compare import Dims, axis_of, numpy_words

if TYPE_CHECKING:
    from ..tensor import Tensor

add_up: Any = np.add.reduce  # x.sum() without its Python half
largest_of: Any = np.maximum.reduce


class Extremum(NamedTuple):
    """The largest or smallest elements along a dimension, and where each stands."""

    values: Tensor
    indices: Tensor


def _groups(x: Array, axis: Any) -> tuple[int, tuple[int, ...]]:
    """How many elements each result stands for, and x's shape with the reduced dimensions of size 1."""
    if axis is None or x.ndim == 0:
        return x.size, (1,) * x.ndim
    reduced = {a % x.ndim for a in ((axis,) if isinstance(axis, int) else axis)}
    kept = tuple(1 if i in reduced else n for i, n in enumerate(x.shape))
    return math.prod(x.shape[i] for i in reduced), kept


def _spread(g: Array, shape: tuple[int, ...], kept: tuple[int, ...]) -> Array:
    """Undo a reduction: g, one number per group, back over ``shape`` (a view: nothing is copied)."""
    if g.size == 1:  # np.broadcast_to would take ten times as long
        return np.ndarray(shape, g.dtype, g, 0, (0,) * len(shape))
    return np.broadcast_to(g.reshape(kept), shape)


def _floating(name: str, dtype: np.dtype[Any]) -> None:
    if dtype.kind not in "fc":
        raise RuntimeError(f"{name}: the input must be floating-point, but it is {dtype}; convert it with .float()")


class Reductions:
    """The reductions, as methods of Tensor."""

    @op
    def sum(x: Array, /, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> Rule:
        """Sum.   y = Σ x,   dy/dx = 1.

        Args:
            x: any shape.
            dim: the dimension or dimensions to sum over; None is all.
            keepdim: keep those with size 1.
            dtype: of the result; by default x's, and int64 for integers and bools.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1.0, 2.0], [3.0, 4.0]]).sum(dim=0)
        tensor([4., 6.])
        """
        axis, shape, before = axis_of(dim, x.ndim), x.shape, x.dtype
        if dtype is None and before.kind in "bui":
            dtype = np.int64
        kept = _groups(x, axis)[1]
        y = add_up(x, axis, dtype, None, keepdim)
        return y, lambda g: _spread(g.astype(before, copy=False), shape, kept)

    @op
    def mean(x: Array, /, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> Rule:
        """Mean.   y = Σ x / n,   dy/dx = 1 / n,   n the number of elements in a group (nan if there are none).

        Args:
            x: any shape, floating-point.
            dim: the dimension or dimensions to average over; None is all.
            keepdim: keep those with size 1.
            dtype: a floating-point one to convert x to first.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1.0, 2.0], [3.0, 4.0]]).mean(dim=1)
        tensor([1.5000, 3.5000])
        """
        _floating("mean", x.dtype if dtype is None else np.dtype(dtype))
        axis, shape, before = axis_of(dim, x.ndim), x.shape, x.dtype
        n, kept = _groups(x, axis)
        count = n or math.nan
        y = add_up(x, axis, dtype, None, keepdim) / count
        return y, lambda g: _spread((g / count).astype(before, copy=False), shape, kept)

    @op
    def var(
        x: Array,
        /,
        dim: Dims | bool = None,
        unbiased: bool | None = None,
        keepdim: bool = False,
        *,
        correction: float | None = None,
    ) -> Rule:
        """Variance, in two passes.   y = Σ (x - mean)² / (n - c),   dy/dx = 2 (x - mean) / (n - c).

        Args:
            x: any shape, floating-point.
            dim: the dimension or dimensions; None is all.
            unbiased: True is correction 1, False correction 0; a bool may stand in place of dim, too.
            keepdim: keep them with size 1.
            correction: c, by default 1.  Where n <= c the result is nan (in PyTorch inf, if x differs from its mean).

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 2.0, 4.0]).var()
        tensor(2.3333)
        """
        _floating("var", x.dtype)
        if isinstance(dim, bool):
            dim, unbiased = None, dim
        if unbiased is not None and correction is not None:
            raise TypeError("var: give unbiased or correction, not both; unbiased=True is correction=1")
        axis = axis_of(dim, x.ndim)
        n, kept = _groups(x, axis)
        c = 1 if correction is None else correction
        scale = max(n - (c if unbiased is None else int(unbiased)), 0) or math.nan
        apart = x - (add_up(x, axis, None, None, True).reshape(kept) / (n or math.nan))
        y = add_up(apart * apart, axis, None, None, keepdim) / scale
        return y, lambda g: g.reshape(kept) * apart * (2 / scale)

    @op
    def amax(x: Array, /, dim: Dims = None, keepdim: bool = False) -> Rule:
        """Largest element.   y = max x; where several are largest, they share the gradient evenly.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1.0, 5.0], [7.0, 3.0]]).amax(dim=1)
        tensor([5., 7.])
        """
        return _extreme(x, np.maximum, dim, keepdim)

    @op
    def amin(x: Array, /, dim: Dims = None, keepdim: bool = False) -> Rule:
        """Smallest element.   y = min x; where several are smallest, they share the gradient evenly.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1.0, 5.0], [7.0, 3.0]]).amin(dim=1)
        tensor([1., 3.])
        """
        return _extreme(x, np.minimum, dim, keepdim)

    @partial(op, needs="the indices need as many dimensions as the input, and sizes that broadcast except along dim")
    def take_along_dim(x: Array, /, indices: Array, dim: int | None = None) -> Rule:
        """Elements by index along a dimension.   y[i] = x[indices[i]]; the gradient goes to the elements taken.

        Args:
            x: any shape.
            indices: int64, as many dimensions as x; without ``dim``, positions in the flattened x.
            dim: the dimension that the indices count.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1.0, 5.0], [7.0, 3.0]]).take_along_dim(tg.tensor([[1], [0]]), dim=1)
        tensor([[5.],
                [7.]])
        """
        indices, shape, size = getattr(indices, "_data", indices), x.shape, x.size

        def vjp(g: Array) -> Array:
            taken = np.take_along_axis(np.arange(size).reshape(shape), indices, dim)  # which element of x each is
            return np.bincount(taken.ravel(), g.ravel(), size).astype(g.dtype).reshape(shape)

        return np.take_along_axis(x, indices, dim), vjp

    @numpy_words
    def max(self: Any, dim: Any = None, keepdim: bool = False) -> Any:
        """Largest element of all, largest along ``dim`` with its index, or the elementwise maximum with a Tensor.

        Args:
            dim: None, a dimension, or another Tensor.
            keepdim: keep the dimension with size 1.

        Returns:
            A Tensor; with a dimension, a pair (values, indices).  Of equal elements along a dimension, the first is
            taken and gets the gradient; the largest of all shares it among equals.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1.0, 5.0], [7.0, 3.0]]).max(dim=1).indices
        tensor([1, 0])
        """
        return _extremum(self, dim, keepdim, self.amax, self.maximum, self.argmax)

    @numpy_words
    def min(self: Any, dim: Any = None, keepdim: bool = False) -> Any:
        """Smallest element of all, smallest along ``dim`` with its index, or the elementwise minimum with a Tensor.

        Arguments, result and ties are as for ``max``.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1.0, 5.0], [7.0, 3.0]]).min()
        tensor(1.)
        """
        return _extremum(self, dim, keepdim, self.amin, self.minimum, self.argmin)


def _extreme(x: Array, ufunc: Any, dim: Dims, keepdim: bool) -> Rule:
    axis = axis_of(dim, x.ndim)
    n, kept = _groups(x, axis)
    if n == 0:
        raise ShapeError(f"the {ufunc.__name__} of no elements is not defined: the input has shape {x.shape}")
    y = ufunc.reduce(x, axis, None, None, keepdim)

    def vjp(g: Array) -> Array:
        largest = y.reshape(kept)
        winners = (x == largest) | ((x != x) & (largest != largest))  # nan wins, and shares too
        return winners * (g.reshape(kept) / add_up(winners, axis, g.dtype, None, True).reshape(kept))

    return y, vjp


def _extremum(x: Any, dim: Any, keepdim: bool, over: Any, between: Any, position: Any) -> Any:
    if dim is None:
        return over()
    if not isinstance(dim, int):
        return between(dim)
    indices = position(dim, keepdim=True)
    values = x.take_along_dim(indices, dim) if x.ndim else x
    return Extremum(values, indices) if keepdim else Extremum(values.squeeze(dim), indices.squeeze(dim))
