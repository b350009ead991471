"""Products of matrices and vectors."""

from __future__ import annotations

import math
from functools import lru_cache, partial
from typing import Any

import numpy as np

from ..dtypes import same_dtype
from ..engine import Array, Rule
from ..errors import ShapeError, tensors_only
from ..operation import op, reflected
from .elementwise import _where, times
from .summation import add_up

FEW = 1024  # rows that a product with ones adds up accurately, in half of the time of a sum
LARGE = 65536  # elements of a weight: of few rows of float32, OpenBLAS takes 0.5 to 0.97 of the time if it comes first


class LinearAlgebra:
    """Products of matrices and vectors, as methods of Tensor."""

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

    def matmul(input: Any, other: Any) -> Any:
        """input @ other."""
        return input @ other

    def mm(input: Any, mat2: Any) -> Any:
        """Product of two matrices, (n, k) and (k, m); ``matmul`` takes other ranks, too.

        >>> import tensorgrad as tg
        >>> tg.ones(2, 3).mm(tg.ones(3, 1))
        tensor([[3.],
                [3.]])
        """
        return _of_ranks("mm", input, 2, mat2, 2)

    def bmm(input: Any, mat2: Any) -> Any:
        """Products of the matrices of two batches, (b, n, k) and (b, k, m); the batches do not broadcast.

        >>> import tensorgrad as tg
        >>> tg.ones(5, 2, 3).bmm(tg.ones(5, 3, 4)).shape
        torch.Size([5, 2, 4])
        """
        _check_ranks("bmm", input, 3, mat2, 3)
        if input._data.shape[0] != mat2._data.shape[0]:
            raise ShapeError(
                f"bmm: shapes {input._data.shape} and {mat2._data.shape} must have one first size; matmul broadcasts"
            )
        return input @ mat2

    def mv(input: Any, vec: Any) -> Any:
        """Product of a matrix, (n, k), and a vector, (k,).

        >>> import tensorgrad as tg
        >>> tg.ones(2, 3).mv(tg.ones(3))
        tensor([3., 3.])
        """
        return _of_ranks("mv", input, 2, vec, 1)

    def dot(input: Any, tensor: Any) -> Any:
        """Sum of the products of the elements of two vectors, (n,) each.

        >>> import tensorgrad as tg
        >>> tg.tensor([1, 2]).dot(tg.tensor([3, 4]))
        tensor(11)
        """
        return _of_ranks("dot", input, 1, tensor, 1)

    def outer(input: Any, vec2: Any) -> Any:
        """Products of each element of a vector, (n,), with each of another, (m,): (n, m).

        >>> import tensorgrad as tg
        >>> tg.tensor([1, 2]).outer(tg.tensor([3, 4]))
        tensor([[3, 4],
                [6, 8]])
        """
        _check_ranks("outer", input, 1, vec2, 1)
        return input.unsqueeze(1) * vec2

    def addmm(input: Any, mat1: Any, mat2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
        """beta input + alpha mat1 @ mat2: input, which broadcasts to (n, m), (n, k) and (k, m).

        With beta=0, what input holds does not matter, even if it is nan.

        >>> import tensorgrad as tg
        >>> tg.ones(2).addmm(tg.ones(1, 3), tg.ones(3, 2))
        tensor([[4., 4.]])
        """
        tensors_only("addmm", input, mat1, mat2)
        return _added("addmm", input, mat1.mm(mat2), beta, alpha)

    def baddbmm(input: Any, batch1: Any, batch2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
        """beta input + alpha batch1 @ batch2: ``addmm`` for batches, (b, n, k) and (b, k, m).

        >>> import tensorgrad as tg
        >>> tg.ones(2).baddbmm(tg.ones(1, 1, 3), tg.ones(1, 3, 2))
        tensor([[[4., 4.]]])
        """
        tensors_only("baddbmm", input, batch1, batch2)
        return _added("baddbmm", input, batch1.bmm(batch2), beta, alpha)


def _check_ranks(name: str, a: Any, rank_a: int, b: Any, rank_b: int) -> None:
    tensors_only(name, a, b)
    if (a.ndim, b.ndim) != (rank_a, rank_b):
        raise ShapeError(
            f"{name}: needs {rank_a} and {rank_b} dimensions, but got shapes {a._data.shape} and {b._data.shape}; "
            "matmul and einsum take others"
        )


def _of_ranks(name: str, a: Any, rank_a: int, b: Any, rank_b: int) -> Any:
    _check_ranks(name, a, rank_a, b, rank_b)
    return a @ b


def _added(name: str, x: Any, product: Any, beta: float, alpha: float) -> Any:
    if x._data.dtype != product._data.dtype:
        raise RuntimeError(
            f"{name}: needs operands of one dtype, but got {x._data.dtype} and {product._data.dtype}; use .to(dtype)"
        )
    try:
        x = x.expand(product._data.shape)
    except ValueError:
        raise ShapeError(
            f"{name}: shape {x._data.shape} does not broadcast to the product's, {product._data.shape}"
        ) from None
    product = product if alpha == 1 else times(product, alpha)
    if beta == 0:
        return _where(product, x, np.True_)  # nothing of x, whose gradient is 0 then
    return (x if beta == 1 else times(x, beta)) + product


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
    dtype, shape = x.dtype, x.shape
    if weight.dtype is not dtype or (bias is not None and bias.dtype is not dtype):
        same_dtype(x, weight, bias)
    if weight.ndim != 2 or not shape or (bias is not None and (bias.ndim != 1 or len(bias) != len(weight))):
        raise ValueError  # which ``needs`` explains
    if batched := len(shape) != 2:
        x = _rows(x)
    if weight.size >= LARGE and len(x) * 6 < x.shape[1] and x.itemsize == 4:
        y = np.add(weight.dot(x.T).T, 0 if bias is None else bias, order="C")  # which turns it back
    else:
        y = x.dot(weight.T)  # on small matrices in half of the time that @ takes
        if bias is not None:
            y += bias

    def vjp_x(g: Array) -> Array:
        return _rows(g).dot(weight).reshape(shape) if batched else g.dot(weight)

    def vjp_weight(g: Array, out: Array | None = None) -> Array:
        return (_rows(g) if batched else g).T.dot(x, out)

    def vjp_bias(g: Array, out: Array | None = None) -> Array:
        g = _rows(g) if batched else g
        return _ones(len(g), dtype).dot(g, out) if len(g) <= FEW else add_up(g)

    return y.reshape(*shape[:-1], len(weight)) if batched else y, vjp_x, vjp_weight, vjp_bias


@lru_cache(8)
def _ones(n: int, dtype: np.dtype[Any]) -> Array:
    return np.ones(n, dtype)


def _rows(x: Array) -> Array:
    """(..., n) as a matrix with rows of n."""
    return x.reshape(math.prod(x.shape[:-1]), x.shape[-1])  # with n = 0, -1 cannot be told
