"""Norms: how long a vector is, and how large a matrix."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..engine import Array, Rule
from ..errors import ShapeError, floating_only, tensors_only
from ..operation import op
from .compare import Dims, axis_of, numpy_words
from .decompositions import svdvals
from .elementwise import _sign, quietly
from .summation import add_up, groups


def _floating(x: Any, dtype: Any) -> Any:
    """x in a floating-point dtype."""
    tensors_only("norm", x)
    x = x if dtype is None else x.to(dtype=dtype)
    floating_only("norm", x._data.dtype)
    return x


def _measurable(x: Any, p: float, dim: Dims) -> tuple[Any, tuple[int, ...]]:
    """The axis and the shape that the vectors have in x, if there is a norm of as many elements."""
    axis = axis_of(dim, x.ndim)
    n, kept = groups(x, axis)
    if n == 0 and not 0 <= p < math.inf:
        normalize_axis_tuple(axis or 0, x.ndim)
        raise ShapeError(f"the {p} norm of no elements is not defined: the input has shape {x.shape}")
    return axis, kept


@numpy_words
def vector_norm(x: Any, ord: float = 2, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """The length of vectors.   y = (Σ |x| ** ord) ** (1 / ord); with inf the largest |x|, with 0 how many are not 0.

    Args:
        x: any shape, floating-point.
        ord: any number; -inf is the smallest |x|.
        dim: the dimension or dimensions that a vector fills; None is all.
        keepdim: keep those with size 1.
        dtype: a floating-point one to convert x to first.

    Returns:
        x's shape without ``dim``.  Where y is 0, so is the gradient.

    >>> import tensorgrad as tg
    >>> tg.linalg.vector_norm(tg.tensor([3.0, -4.0])), tg.linalg.vector_norm(tg.tensor([3.0, -4.0]), 1)
    (tensor(5.), tensor(7.))
    """
    if isinstance(ord, str):
        raise TypeError(f"vector_norm: ord must be a number, but got {ord!r}; matrix_norm knows 'fro' and 'nuc'")
    x = _floating(x, dtype)
    if abs(ord) == math.inf:
        _measurable(x, ord, dim)
        return x.abs().amax(dim, keepdim) if ord > 0 else x.abs().amin(dim, keepdim)
    return _power_norm(x, ord, dim, keepdim)


@partial(op, name="norm")
def _power_norm(x: Array, /, p: float, dim: Dims, keepdim: bool) -> Rule:
    """y = (Σ |x| ** p) ** (1 / p),   dy/dx = sign x (|x| / y) ** (p - 1), and 0 where |x| / y is 0."""
    axis, kept = _measurable(x, p, dim)
    if p == 0:
        shape = x.shape
        return add_up(x != 0, axis, x.dtype, None, keepdim), lambda g: np.zeros(shape, g.dtype)
    sizes = np.abs(x)

    def measured() -> Array:
        if p == 1:
            return add_up(sizes, axis, None, None, keepdim)
        extreme, start = (np.maximum, 0) if p > 0 else (np.minimum, np.inf)
        exponent = np.frexp(extreme.reduce(sizes, axis, keepdims=True, initial=start))[1].reshape(kept)
        total = add_up(np.ldexp(sizes, -exponent) ** p, axis, None, None, keepdim)  # powers of 2 are exact
        return np.ldexp(np.sqrt(total) if p == 2 else total ** (1 / p), exponent.reshape(total.shape))

    def slope() -> Array:
        if p == 1:
            return _sign(x)
        zero = (y == 0).reshape(kept)
        length = np.where(zero, np.inf, y.reshape(kept))
        if p == 2:
            return x / length
        if 0 < p < 1:  # |x| / y may vanish where its power is large
            powers = np.abs(x) ** (p - 1) / length ** (p - 1)
            return np.sign(x) * np.where(x == 0, 0, powers)
        ratio = np.abs(x) / length
        return np.sign(x) * np.power(ratio, p - 1, out=np.zeros_like(ratio), where=~zero & (ratio != 0))

    y = quietly(measured)  # 0 to a negative power, and what overflows, is inf
    return y, lambda g: g.reshape(kept) * quietly(slope)


@numpy_words
def matrix_norm(
    input: Any, ord: Any = "fro", dim: tuple[int, int] = (-2, -1), keepdim: bool = False, *, dtype: Any = None
) -> Any:
    """The size of matrices.

    Args:
        input: matrices x, (..., n, m), floating-point.
        ord: "fro": the length of all elements as one vector; "nuc": the sum of the singular values; 2 and -2: the
            largest and the smallest of these; 1 and -1: the largest and the smallest sum of |x| in a column; inf and
            -inf: in a row.
        dim: the dimensions of the rows and the columns.
        keepdim: keep them with size 1.
        dtype: a floating-point one to convert input to first.

    Returns:
        input's shape without ``dim``.

    Raises:
        RuntimeError: if it is another ord, or these are not two dimensions.

    >>> import tensorgrad as tg
    >>> tg.linalg.matrix_norm(tg.tensor([[3.0, 0.0], [0.0, 4.0]])), tg.linalg.matrix_norm(tg.eye(3), "nuc")
    (tensor(5.), tensor(3.))
    """
    A = _floating(input, dtype)
    if A.ndim < 2:
        raise ShapeError(f"matrix_norm: needs a matrix, or a batch of them, but got shape {A._data.shape}")
    dims = tuple(dim) if isinstance(dim, (tuple, list)) else (dim,)
    if len(dims) != 2 or dims[0] % A.ndim == dims[1] % A.ndim:
        raise ShapeError(f"matrix_norm: dim must name two different dimensions of shape {A._data.shape}, but got {dim}")
    if ord == "fro":
        return vector_norm(A, 2, dims, keepdim)
    if ord in ("nuc", 2, -2):
        values = svdvals(A.permute(*(d for d in range(A.ndim) if d not in {e % A.ndim for e in dims}), *dims))
        y = values.sum(-1) if ord == "nuc" else _largest(values, -1) if ord == 2 else values.amin(-1)
        for d in sorted(d % A.ndim for d in dims) if keepdim else ():
            y = y.unsqueeze(d)
        return y
    if ord not in (1, -1, math.inf, -math.inf):
        raise ShapeError(f"matrix_norm: ord must be 'fro', 'nuc', 1, -1, 2, -2, inf or -inf, but got {ord!r}")
    added, compared = dims if abs(ord) == 1 else dims[::-1]
    sums = A.abs().sum(added, True)
    y = _largest(sums, compared, True) if ord > 0 else sums.amin(compared, True)
    return y if keepdim else y.squeeze(dims)


def _largest(x: Any, dim: int, keepdim: bool = False) -> Any:
    """The largest of numbers from 0 on, and 0 if there are none."""
    return x.amax(dim, keepdim) if x.numel() else x.sum(dim, keepdim)


@numpy_words
def norm(input: Any, ord: Any = None, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """A norm of vectors or of matrices: ``vector_norm`` along one dimension, ``matrix_norm`` along two.

    Args:
        input: any shape, floating-point; without ``dim``, but with ``ord``, a vector or a matrix.
        ord: None is the length of all elements as one vector; else as the two functions have it.
        dim: the dimension of the vectors, or the two of the matrices.
        keepdim: keep them with size 1.
        dtype: a floating-point one to convert input to first.

    >>> import tensorgrad as tg
    >>> tg.linalg.norm(tg.tensor([[3.0, -4.0], [0.0, 0.0]])), tg.linalg.norm(tg.tensor([3.0, -4.0]), 1)
    (tensor(5.), tensor(7.))
    """
    tensors_only("norm", input)
    if isinstance(dim, (tuple, list)) and len(dim) not in (1, 2):
        raise ShapeError(f"norm: dim must name one dimension, of vectors, or two, of matrices, but got {dim}")
    if ord is None:
        return vector_norm(input, 2, dim, keepdim, dtype=dtype)
    if dim is None:
        if input.ndim not in (1, 2):
            raise ShapeError(
                f"norm: with ord={ord!r} shape {input._data.shape} needs dim, to say where vectors or matrices lie"
            )
        dim = tuple(range(input.ndim))
    if isinstance(ord, str) or (isinstance(dim, (tuple, list)) and len(dim) == 2):
        return matrix_norm(input, ord, dim, keepdim, dtype=dtype)  # type: ignore[arg-type]  # of other dims it tells
    return vector_norm(input, ord, dim, keepdim, dtype=dtype)


class Norms:
    """The norm, as a method of Tensor."""

    @numpy_words
    def norm(input: Any, p: Any = "fro", dim: Dims = None, keepdim: bool = False, dtype: Any = None) -> Any:
        """The length of the elements as a vector, over all dimensions or over those in ``dim``.

        Args:
            p: "fro", or None, is 2; any number, as ``linalg.vector_norm`` has it; "nuc" as ``matrix_norm`` has it.
            dim: the dimension or dimensions.
            keepdim: keep those with size 1.
            dtype: a floating-point one to convert input to first.

        >>> import tensorgrad as tg
        >>> tg.tensor([3.0, -4.0]).norm()
        tensor(5.)
        """
        if isinstance(p, str) and p != "fro":
            if dim is None and input._data.ndim > 2:
                raise ShapeError(f"norm: with p={p!r} shape {input._data.shape} needs dim, to say where matrices lie")
            return matrix_norm(input, p, (-2, -1) if dim is None else dim, keepdim, dtype=dtype)  # type: ignore[arg-type]  # it tells
        return vector_norm(input, 2 if p in ("fro", None) else p, dim, keepdim, dtype=dtype)
