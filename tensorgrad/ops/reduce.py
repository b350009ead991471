"""Many elements into one: over all dimensions, or over those in ``dim``."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from .. import return_types
from ..dtypes import float16, int64, numpy_dtype
from ..engine import Array, Rule
from ..errors import ShapeError, floating_only, tensors_only
from ..operation import op
from .compare import Dims, axis_of, numpy_words
from .elementwise import quietly
from .summation import add_up, groups

largest_of: Any = np.maximum.reduce
multiply_up: Any = np.multiply.reduce


def _spread(g: Array, shape: tuple[int, ...], kept: tuple[int, ...]) -> Array:
    """Undo a reduction: g, one number per group, back over ``shape`` (a view: nothing is copied)."""
    if g.size == 1:  # np.broadcast_to would take ten times as long
        return np.ndarray(shape, g.dtype, g, 0, (0,) * len(shape))
    return np.broadcast_to(g.reshape(kept), shape)


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
        if dtype is not None:
            dtype = numpy_dtype(dtype)
        elif before.kind in "bui":
            dtype = np.int64
        kept = () if axis is None else groups(x, axis)[1]
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
        wanted = x.dtype if dtype is None else numpy_dtype(dtype)
        floating_only("mean", wanted)
        axis, shape, before = axis_of(dim, x.ndim), x.shape, x.dtype
        n, kept = groups(x, axis)
        count = n or math.nan
        half = wanted == float16.dtype  # the sum may not fit where the mean does
        y = add_up(x, axis, np.float32 if half else dtype, None, keepdim) / count
        return y.astype(wanted) if half else y, lambda g: _spread((g / count).astype(before, copy=False), shape, kept)

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
            correction: c, by default 1.  Where n <= c the result is inf, or nan if all are equal.

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 2.0, 4.0]).var()
        tensor(2.3333)
        """
        wide = np.float32 if x.dtype == float16.dtype else None
        y, apart, scale, kept = _variance("var", x, dim, unbiased, keepdim, correction, wide)
        factor, before = 2 / scale if scale else math.inf, x.dtype
        return y.astype(before, copy=False), lambda g: quietly(
            lambda: (g.reshape(kept) * apart * factor).astype(before, copy=False)
        )

    @op
    def std(
        x: Array,
        /,
        dim: Dims | bool = None,
        unbiased: bool | None = None,
        keepdim: bool = False,
        *,
        correction: float | None = None,
    ) -> Rule:
        """Standard deviation.   y = √var,   dy/dx = (x - mean) / ((n - c) y), and 0 where y is 0.

        The arguments are those of ``var``.

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 2.0, 4.0]).std()
        tensor(1.5275)
        """
        before, wide = x.dtype, np.float64 if x.dtype.kind == "f" else None  # float32's squares overflow, or vanish
        variance, apart, scale, kept = _variance("std", x, dim, unbiased, keepdim, correction, wide)
        y = np.sqrt(variance)

        def slope(g: Array) -> Array:
            share = g.reshape(kept) / scale * (apart / np.where(y == 0, np.inf, y).reshape(kept))
            return share.astype(before, copy=False)

        return quietly(y.astype, before), lambda g: quietly(slope, g)

    @op
    def prod(x: Array, /, dim: int | None = None, keepdim: bool = False, *, dtype: Any = None) -> Rule:
        """Product.   y = Π x,   dy/dx = the product of all others, which needs no division: x may hold zeros.

        Args:
            x: any shape.
            dim: the dimension to multiply over; None is all.
            keepdim: keep it with size 1.
            dtype: to convert x to first; by default x's, and int64 for integers and bools.

        Returns:
            x's shape without ``dim``; the product of nothing is 1.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1.0, 2.0], [3.0, 4.0]]).prod(dim=0)
        tensor([3., 8.])
        """
        if dim is not None and not hasattr(dim, "__index__"):
            raise TypeError(f"prod: dim must be one dimension, an integer, but got {dim!r}")
        shape, before = x.shape, x.dtype
        x = x.astype(numpy_dtype(dtype, int64.dtype if before.kind in "bui" else before), copy=False)
        kept = groups(x, dim)[1]
        y = multiply_up(x, dim, x.dtype, None, keepdim)  # NumPy would widen integers

        def vjp(g: Array) -> Array:
            others = product_of_others(x.ravel() if dim is None or not shape else x, dim or 0).reshape(shape)
            return (g.reshape(kept) * others).astype(before, copy=False)

        return y, vjp

    @op
    def amax(x: Array, /, dim: Dims = None, keepdim: bool = False) -> Rule:
        """Largest element.   y = max x; where several are largest, they share the gradient evenly.

        A nan is larger than all, and takes the gradient as in ``max``; in PyTorch's amax it is nan for its group then.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1.0, 5.0], [7.0, 3.0]]).amax(dim=1)
        tensor([5., 7.])
        """
        return _extreme(x, np.maximum, dim, keepdim)

    @op
    def amin(x: Array, /, dim: Dims = None, keepdim: bool = False) -> Rule:
        """Smallest element.   y = min x; where several are smallest, they share the gradient evenly.  Of nan, see amax.

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
        if not hasattr(indices, "dtype"):
            kind = type(indices).__name__
            raise TypeError(f"take_along_dim: the indices must be a Tensor, but are a {kind}; see tensor(...)")
        if indices.dtype.kind not in "iu":
            raise RuntimeError(
                f"take_along_dim: the indices must be integers, but they are {indices.dtype}; use .long()"
            )
        if dim is None:
            indices = indices.ravel()

        def vjp(g: Array) -> Array:
            taken = np.take_along_axis(np.arange(size).reshape(shape), indices, dim)  # which element of x each is
            return np.bincount(taken.ravel(), g.ravel(), size).astype(g.dtype).reshape(shape)

        return np.take_along_axis(x, indices, dim), vjp

    @numpy_words
    def max(input: Any, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
        """Largest element of all, largest along ``dim`` with its index, or the elementwise maximum with a Tensor.

        Args:
            dim: None, a dimension, or another Tensor.
            keepdim: keep the dimension with size 1.
            other: another Tensor, by its name.

        Returns:
            A Tensor; with a dimension, a pair (values, indices).  Of equal elements along a dimension, the first is
            taken and gets the gradient; the largest of all shares it among equals.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1.0, 5.0], [7.0, 3.0]]).max(dim=1).indices
        tensor([1, 0])
        """
        return _extremum("max", input, dim if other is None else other, keepdim)

    @numpy_words
    def min(input: Any, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
        """Smallest element of all, smallest along ``dim`` with its index, or the elementwise minimum with a Tensor.

        Arguments, result and ties are as for ``max``.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1.0, 5.0], [7.0, 3.0]]).min()
        tensor(1.)
        """
        return _extremum("min", input, dim if other is None else other, keepdim)


def _extreme(x: Array, ufunc: Any, dim: Dims, keepdim: bool) -> Rule:
    axis = axis_of(dim, x.ndim)
    n, kept = groups(x, axis)
    if n == 0:
        normalize_axis_tuple(axis or 0, x.ndim)
        kind = ShapeError if axis is None else IndexError
        raise kind(f"the {ufunc.__name__} of no elements is not defined: the input has shape {x.shape}")
    y = ufunc.reduce(x, axis, None, None, keepdim)

    def vjp(g: Array) -> Array:
        return shared_among_equals(g.reshape(kept), x, y.reshape(kept), axis)

    return y, vjp


def shared_among_equals(g: Array, x: Array, chosen: Array, axis: Any) -> Array:
    """g, of the one element that was chosen of each group, in even shares to all that equal it."""
    winners = (x == chosen) | ((x != x) & (chosen != chosen))  # nan wins, and shares too
    return winners * (g / add_up(winners, axis, g.dtype, None, True).reshape(chosen.shape))


def product_of_others(x: Array, axis: int) -> Array:
    """For each element, the product of all others along the axis: of those before it and those after it."""
    x = np.moveaxis(x, axis, -1)
    before, after = np.ones_like(x), np.ones_like(x)
    np.cumprod(x[..., :-1], -1, out=before[..., 1:])
    np.cumprod(x[..., :0:-1], -1, out=after[..., ::-1][..., 1:])
    return np.moveaxis(before * after, -1, axis)


def _variance(
    name: str, x: Array, dim: Any, unbiased: Any, keepdim: bool, correction: Any, dtype: Any = None
) -> tuple[Array, Array, float, tuple[int, ...]]:
    """The variance, how far x is from its mean, n - c, and the shape that the groups have in x."""
    floating_only(name, x.dtype)
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if unbiased is not None and correction is not None:
        raise TypeError(f"{name}: give unbiased or correction, not both; unbiased=True is correction=1")
    axis = axis_of(dim, x.ndim)
    n, kept = groups(x, axis)
    c = 1 if correction is None else correction
    scale = n - (c if unbiased is None else int(unbiased))
    x = x if dtype is None else x.astype(dtype)

    def spread() -> tuple[Array, Array]:
        mean = add_up(x, axis, None, None, True) / (n or math.nan)
        if not np.isfinite(mean).all():
            mean = add_up(x / (n or math.nan), axis, None, None, True)  # the sum may overflow where the mean does not
        apart = x - mean.reshape(kept)
        return add_up(apart * apart, axis, None, None, keepdim) / max(scale, 0), apart

    return *quietly(spread), scale, kept


@numpy_words
def var_mean(
    input: Any,
    dim: Dims | bool = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> tuple[Any, Any]:
    """The variance and the mean; the arguments are those of ``var``.

    >>> import tensorgrad as tg
    >>> tg.var_mean(tg.tensor([1.0, 2.0, 3.0]))
    (tensor(1.), tensor(2.))
    """
    tensors_only("var_mean", input)
    spread = input.var(dim, unbiased, keepdim, correction=correction)
    return spread, input.mean(None if isinstance(dim, bool) else dim, keepdim)


@numpy_words
def std_mean(
    input: Any,
    dim: Dims | bool = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> tuple[Any, Any]:
    """The standard deviation and the mean; the arguments are those of ``var``.

    >>> import tensorgrad as tg
    >>> tg.std_mean(tg.tensor([1.0, 2.0, 3.0]))
    (tensor(1.), tensor(2.))
    """
    tensors_only("std_mean", input)
    spread = input.std(dim, unbiased, keepdim, correction=correction)
    return spread, input.mean(None if isinstance(dim, bool) else dim, keepdim)


def _extremum(name: str, x: Any, dim: Any, keepdim: bool) -> Any:
    tensors_only(name, x)
    if dim is None:
        return getattr(x, f"a{name}")()
    if not isinstance(dim, int):
        return getattr(x, f"{name}imum")(dim)
    numbers = x.int() if x._data.dtype.kind == "b" else x
    indices = getattr(numbers, f"arg{name}")(dim, keepdim=True)
    values = x.take_along_dim(indices, dim) if x.ndim else x
    kind = getattr(return_types, name)
    return kind((values, indices) if keepdim else (values.squeeze(dim), indices.squeeze(dim)))
