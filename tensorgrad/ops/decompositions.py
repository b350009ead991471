"""Square matrices: inverse, linear systems, determinant, Cholesky's factor; and singular values.

All take batches: (..., n, n).  LAPACK does the work, through ``numpy.linalg``.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from .. import return_types
from ..dtypes import same_dtype
from ..engine import Array, Rule, result
from ..errors import ShapeError, tensors_only
from ..operation import op
from .reduce import product_of_others


class LinAlgError(np.linalg.LinAlgError, RuntimeError):
    """A matrix that has no such result: a singular one no inverse.  It is NumPy's error and PyTorch's RuntimeError."""


def inv(A: Any) -> Any:
    """Inverse matrix.   y A = 1,   dL/dA = -yᵀ g yᵀ.

    Args:
        A: (..., n, n), floating-point.

    Returns:
        (..., n, n).

    Raises:
        LinAlgError: if a matrix is singular.

    >>> import tensorgrad as tg
    >>> tg.linalg.inv(tg.tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    return _inv(A)


@op
def _inv(x: Array, /) -> Rule:
    """Inverse matrix, as ``linalg.inv``."""
    _check("inv", x)
    try:
        y = np.linalg.inv(x)
    except np.linalg.LinAlgError:
        raise _singular("inv", x, "it has no inverse") from None
    return y, lambda g: -(y.mT @ g @ y.mT)


def solve(A: Any, B: Any, *, left: bool = True) -> Any:
    """The solution X of A X = B.   dL/dB = A⁻ᵀ g,   dL/dA = -(dL/dB) Xᵀ.

    Args:
        A: (..., n, n), floating-point.
        B: (..., n, k), or (..., n) for vectors; of A's dtype.
        left: False to solve X A = B, with B (..., k, n).

    Returns:
        X, of B's shape, with the dimensions before broadcast against A's.

    Raises:
        LinAlgError: if a matrix is singular.
        ShapeError: if the shapes do not fit.

    >>> import tensorgrad as tg
    >>> tg.linalg.solve(tg.tensor([[2.0, 0.0], [0.0, 4.0]]), tg.tensor([1.0, 2.0]))
    tensor([0.5000, 0.5000])
    """
    tensors_only("solve", A, B)
    vector = B.ndim == 1 or (A.ndim - 1 == B.ndim and A._data.shape[:-1] == B._data.shape)
    B = B.unsqueeze(-1) if vector else B
    X = _solve(A, B) if left else _solve(A.mT, B.mT).mT
    return X.squeeze(-1) if vector else X


@partial(op, cast=same_dtype)
def _solve(a: Array, b: Array, /) -> Rule:
    _check("solve", a)
    try:
        if b.ndim < 2 or b.shape[-2] != a.shape[-1]:
            raise ValueError
        np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    except ValueError:
        raise ShapeError(
            f"linalg.solve: shapes {a.shape} and {b.shape} do not fit together: A is (..., n, n), B (..., n, k), or "
            "(..., n) for vectors, and the dimensions before must broadcast"
        ) from None
    try:
        x = np.linalg.solve(a, b)
    except np.linalg.LinAlgError:
        raise _singular("solve", a, "it has no solution, or many") from None

    def vjp_b(g: Array) -> Array:
        return np.linalg.solve(a.mT, g)

    return x, lambda g: -(vjp_b(g) @ x.mT), vjp_b


def det(A: Any) -> Any:
    """Determinant.   dy/dA = the cofactors of A: y A⁻ᵀ, also where y is 0.

    With A = U S Vᵀ they are det(U Vᵀ) U C Vᵀ, where C has, for each singular value, the product of all others.

    Args:
        A: (..., n, n), floating-point.

    Returns:
        (...).

    >>> import tensorgrad as tg
    >>> tg.linalg.det(tg.tensor([[1.0, 2.0], [3.0, 5.0]]))
    tensor(-1.)
    """
    return _det(A)


@op
def _det(x: Array, /) -> Rule:
    """Determinant, as ``linalg.det``."""
    _check("det", x)

    def vjp(g: Array) -> Array:
        u, s, vt = np.linalg.svd(x)
        sign = np.linalg.det(u @ vt)
        return (u * ((g * sign)[..., None] * product_of_others(s, -1))[..., None, :]) @ vt

    return np.linalg.det(x), vjp


def slogdet(A: Any) -> Any:
    """Sign of the determinant, and logarithm of its absolute value, where it may overflow.   dy/dA = A⁻ᵀ.

    Args:
        A: (..., n, n), floating-point.

    Returns:
        A pair (sign, logabsdet), (...) each; of a singular matrix 0 and -inf.  The sign has no gradient.

    >>> import tensorgrad as tg
    >>> tg.linalg.slogdet(tg.eye(2) * -1e30).logabsdet
    tensor(138.1551)
    """
    logarithm = _logabsdet(A)
    return return_types.linalg_slogdet((result(A._kind, np.linalg.slogdet(A._data)[0]), logarithm))


@partial(op, name="slogdet")
def _logabsdet(x: Array, /) -> Rule:
    _check("slogdet", x)
    return np.linalg.slogdet(x)[1], lambda g: g[..., None, None] * _inverse(x).mT


def _inverse(x: Array) -> Array:
    try:
        return np.linalg.inv(x)
    except np.linalg.LinAlgError:
        raise _singular("slogdet", x, "the logarithm of its determinant has no gradient") from None


def cholesky(input: Any, *, upper: bool = False) -> Any:
    """Cholesky's factor: L, lower triangular, with L Lᵀ = A, of a symmetric and positive definite A, the input.

    With P(M) the lower triangle of M, its diagonal halved, S = L⁻ᵀ P(Lᵀ g) L⁻¹ and dL/dA = (S + Sᵀ) / 2.

    Args:
        input: A, (..., n, n), floating-point; of one that is not symmetric, (A + Aᵀ) / 2 is taken.
        upper: True for Lᵀ.

    Raises:
        LinAlgError: if a matrix is not positive definite.

    >>> import tensorgrad as tg
    >>> tg.linalg.cholesky(tg.tensor([[4.0, 2.0], [2.0, 5.0]]))
    tensor([[2., 0.],
            [1., 2.]])
    """
    return _cholesky(input).mT if upper else _cholesky(input)


@op
def _cholesky(x: Array, /) -> Rule:
    _check("cholesky", x)
    try:
        y = np.linalg.cholesky((x + x.mT) / 2)
        if (y != y).any():
            raise np.linalg.LinAlgError
    except np.linalg.LinAlgError:
        raise LinAlgError(
            f"linalg.cholesky: the matrix, or one of the batch, of shape {x.shape}, is not positive definite; adding a "
            "small multiple of the identity helps where only rounding is to blame"
        ) from None

    def vjp(g: Array) -> Array:
        half = np.tril(y.mT @ g)
        half *= 1 - np.eye(y.shape[-1], dtype=y.dtype) / 2
        back = np.linalg.inv(y)
        share = back.mT @ half @ back
        return (share + share.mT) / 2

    return y, vjp


def svdvals(A: Any) -> Any:
    """Singular values, the largest first.   A = U diag(y) Vᵀ,   dL/dA = U diag(g) Vᵀ.

    Args:
        A: (..., n, m), floating-point.

    Returns:
        (..., min(n, m)).

    >>> import tensorgrad as tg
    >>> tg.linalg.svdvals(tg.tensor([[0.0, 3.0], [-4.0, 0.0]]))
    tensor([4., 3.])
    """
    return _svdvals(A)


@op
def _svdvals(x: Array, /) -> Rule:
    _check("svdvals", x, square=False)
    u, y, vt = np.linalg.svd(x, full_matrices=False)
    return y, lambda g: (u * g[..., None, :]) @ vt


class Decompositions:
    """What PyTorch has as methods of Tensor; there, and as functions outside of ``linalg``, A is called input."""

    inverse, det = _inv, _det

    def slogdet(input: Any) -> Any:
        """Sign and logarithm of the determinant, as ``linalg.slogdet``."""
        return return_types.slogdet(slogdet(input))

    def cholesky(input: Any, upper: bool = False) -> Any:
        """Cholesky's factor, as ``linalg.cholesky``, which PyTorch advises in place of this."""
        return cholesky(input, upper=upper)


def _check(name: str, x: Array, square: bool = True) -> None:
    if x.dtype.kind not in "fc" or x.dtype.itemsize < 4:
        raise NotImplementedError(
            f"linalg.{name}: needs float32 or float64, but got {x.dtype}; convert it with .float()"
        )
    if x.ndim < 2 or (square and x.shape[-1] != x.shape[-2]):
        kind = "square matrix" if square else "matrix"
        raise ShapeError(f"linalg.{name}: needs a {kind}, or a batch of them, but got shape {x.shape}")


def _singular(name: str, x: Array, so: str) -> LinAlgError:
    return LinAlgError(f"linalg.{name}: the matrix, or one of the batch, of shape {x.shape}, is singular: {so}")
