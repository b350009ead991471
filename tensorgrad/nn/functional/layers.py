"""What layers compute that draw from a table or at random, and attention."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...errors import ArgumentError, ShapeError, tensors_only
from ...ops.einsum import einsum
from ...ops.embedding import _embedding, checked_rows
from ...random import default_generator
from ...tensor import Tensor, wrap


def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """Rows of a table by number.   y[i, j] = W[x[i, j]]; rows taken twice add up their gradients.

    Args:
        input: x, int64 or int32, any shape: numbers from 0 to V - 1.
        weight: W, (V, D).
        padding_idx: a row that gets no gradient; a negative one counts from the end.
        max_norm: how long a row may be: longer ones that are taken are first shortened, in W itself.
        norm_type: which norm measures that.
        scale_grad_by_freq: whether the gradient of a row is the mean, not the sum, over the times that it was taken.
        sparse: False; a gradient has all rows here.

    Returns:
        x's shape and D.

    Raises:
        IndexError: if an index is no row.
        RuntimeError: if ``sparse`` is True.

    >>> import tensorgrad as tg
    >>> table = tg.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> tg.nn.functional.embedding(tg.tensor([2, 0]), table)
    tensor([[5., 6.],
            [1., 2.]])
    """
    tensors_only("embedding", input, weight)
    if weight.ndim != 2:
        raise ShapeError(f"embedding: 'weight' must be 2-D, (rows, features), but its shape is {weight._data.shape}")
    count = weight._data.shape[0]
    padding_idx = padding_row("embedding", "the number of rows", padding_idx, count)
    if sparse:
        raise RuntimeError("embedding: sparse=True is not possible, a gradient has all rows here; leave it out")
    rows = checked_rows(input._array(), count)
    if max_norm is not None:
        _shorten(weight.detach(), np.unique(rows), max_norm, norm_type)
    return _embedding(weight, rows, padding_idx, scale_grad_by_freq)


def padding_row(name: str, limit: str, padding_idx: int | None, count: int) -> int | None:
    """Which row that is, counted from the start; an error if it is none."""
    if padding_idx is None:
        return None
    if not -count <= padding_idx < count:
        raise ArgumentError(
            f"{name}: padding_idx must be within {limit}, from {-count} to {count - 1}, but it is {padding_idx}"
        )
    return padding_idx % count


def _shorten(table: Tensor, rows: Any, max_norm: float, norm_type: float) -> None:
    """Multiply these rows, where their norms are larger, so that they are max_norm."""
    chosen = table._array()[rows]
    norms = wrap(chosen).norm(norm_type, 1)._data.astype(np.float64)
    long = norms > max_norm
    factors = (max_norm / (norms[long] + 1e-7)).astype(np.promote_types(chosen.dtype, np.float32))
    table[wrap(rows[long])] = wrap((chosen[long] * factors[:, None]).astype(chosen.dtype))


def one_hot(input: Tensor, num_classes: int = -1) -> Tensor:
    """A 1 in the place of each class and 0 elsewhere.   y[i, c] = 1 if x[i] = c, else 0.

    Args:
        input: x, int64, any shape: classes from 0.
        num_classes: C; by default one more than the largest class.

    Returns:
        int64, x's shape and C.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.one_hot(tg.tensor([2, 0]))
    tensor([[0, 0, 1],
            [1, 0, 0]])
    """
    tensors_only("one_hot", input)
    classes = input._array()
    if classes.dtype != np.int64:
        raise RuntimeError(f"one_hot: classes must be int64, but are {classes.dtype}; convert them by .long()")
    if not classes.size and num_classes <= 0:
        raise RuntimeError("one_hot: can not infer total number of classes from empty tensor; give num_classes")
    largest = int(classes.max(initial=0))
    count = largest + 1 if num_classes == -1 else num_classes
    if classes.min(initial=0) < 0:
        raise RuntimeError(f"one_hot: class values must be non-negative, but one is {classes.min()}")
    if largest >= count:
        raise RuntimeError(
            f"one_hot: class values must be smaller than num_classes={num_classes}, but one is {largest}"
        )
    return wrap((classes[..., None] == np.arange(count)).astype(np.int64))


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Zeros at random, and the rest enlarged so that the mean stays.   y = x m / (1 - p),   m = 1 or, by chance p, 0.

    The mask is drawn from the default generator as PyTorch draws it: the same seed gives the same zeros.

    Args:
        input: x, any shape, floating-point.
        p: the chance of a zero, 0 to 1.
        training: False to return x as it is.
        inplace: write into x.

    Raises:
        ValueError: if p is no chance.

    >>> import tensorgrad as tg
    >>> _ = tg.manual_seed(0)
    >>> tg.nn.functional.dropout(tg.ones(6), p=0.5)
    tensor([0., 0., 2., 0., 0., 0.])
    """
    tensors_only("dropout", input)
    check_chance("dropout", p)
    if not training or p == 0 or not input.numel():
        return input
    if input._data.dtype.kind != "f":
        raise NotImplementedError(
            f"dropout: the input must be floating-point, but it is {input._data.dtype}; use .float()"
        )
    dtype = input._data.dtype
    if p == 1:
        noise = np.zeros(input._data.shape, dtype)
    else:  # the quotient for float16 is one of float32, rounded
        noise = (_kept(input._array(), p) / np.promote_types(dtype, np.float32).type(1 - p)).astype(dtype, copy=False)
    return input.mul_(wrap(noise)) if inplace else input * wrap(noise)


def check_chance(name: str, p: float) -> None:
    """Refuse a p that is no chance."""
    if not 0 <= p <= 1:
        raise ValueError(f"{name}: dropout probability has to be between 0 and 1, but got {p}")


def _kept(x: Any, p: float) -> Any:
    """A mask that is False by chance p, drawn in the order in which x lies in memory, as PyTorch does."""
    order = np.argsort([-step for step in x.strides], kind="stable") if 0 not in x.strides else np.arange(x.ndim)
    drawn = default_generator.uniform(tuple(x.shape[i] for i in order), dtype=np.float64) < 1 - p
    return drawn.transpose(np.argsort(order))


def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Bilinear map.   y_o = x₁ᵀ W_o x₂ + b_o.

    Args:
        input1: x₁, (..., n).
        input2: x₂, (..., m), with the same dimensions before the last.
        weight: W, (outputs, n, m).
        bias: b, (outputs,), or None.

    Returns:
        (..., outputs).

    >>> import tensorgrad as tg
    >>> tg.nn.functional.bilinear(tg.tensor([1.0, 2.0]), tg.tensor([3.0]), tg.ones(4, 2, 1))
    tensor([9., 9., 9., 9.])
    """
    tensors_only("bilinear", input1, input2, weight, bias, needed=3)
    fits = weight.ndim == 3 and input1.ndim == input2.ndim > 0 and input1._data.shape[:-1] == input2._data.shape[:-1]
    if not fits or weight._data.shape[1:] != (input1._data.shape[-1], input2._data.shape[-1]):
        raise ShapeError(
            f"bilinear: shapes {input1._data.shape}, {input2._data.shape} and {weight._data.shape} do not fit "
            "together: the inputs must be equal but for the last dimension, and the weight (outputs, features of the "
            "first, of the second)"
        )
    if bias is not None and bias._data.shape != weight._data.shape[:1]:
        raise ShapeError(
            f"bilinear: bias must have shape {weight._data.shape[:1]}, that of the outputs, but has {bias._data.shape}"
        )
    y: Tensor = einsum("...n,onm,...m->...o", input1, weight, input2)
    return y if bias is None else y + bias


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
) -> Tensor:
    """Attention.   softmax(Q Kᵀ scale + mask) V.

    A query that may attend to nothing gets 0.

    Args:
        query: Q, (..., L, E).
        key: K, (..., S, E).
        value: V, (..., S, D).
        attn_mask: broadcasts to (..., L, S); bool: what may be attended to, or numbers that are added.
        dropout_p: the chance that a weight is dropped; pass 0 when not training.
        is_causal: whether position i may only attend to positions up to i.
        scale: by default 1 / √E.

    Returns:
        (..., L, D).

    Raises:
        RuntimeError: if there is a mask and it is causal as well.

    Source: Vaswani and others, "Attention is all you need" (2017).

    >>> import tensorgrad as tg
    >>> x = tg.tensor([[1.0], [2.0], [3.0]])
    >>> tg.nn.functional.scaled_dot_product_attention(tg.zeros(3, 1), tg.zeros(3, 1), x, is_causal=True)
    tensor([[1.0000],
            [1.5000],
            [2.0000]])
    """
    tensors_only("scaled_dot_product_attention", query, key, value, attn_mask, needed=3)
    if min(query.ndim, key.ndim, value.ndim) < 2:
        raise ShapeError(
            f"scaled_dot_product_attention: needs at least 2 dimensions, (..., length, features), but got shapes "
            f"{query._data.shape}, {key._data.shape} and {value._data.shape}"
        )
    if attn_mask is not None and attn_mask._data.dtype not in (np.bool_, query._data.dtype):
        raise RuntimeError(
            "scaled_dot_product_attention: attn_mask must be bool, or of the query's dtype, "
            f"{query._data.dtype}, but it is {attn_mask._data.dtype}"
        )
    masked = attn_mask is not None
    if is_causal:
        if masked:
            raise RuntimeError(
                "scaled_dot_product_attention: attn_mask must be None where is_causal=True; give one of the two"
            )
        attn_mask = wrap(np.tri(query._data.shape[-2], key._data.shape[-2], dtype=bool))
    if scale is None:
        scale = 1 / math.sqrt(query._data.shape[-1]) if query._data.shape[-1] else 1.0
    scores = (query * scale) @ key.mT
    if attn_mask is not None:
        scores = scores.masked_fill(~attn_mask, -math.inf) if attn_mask._data.dtype.kind == "b" else scores + attn_mask
    alone = wrap((scores._data == -np.inf).all(-1, keepdims=True)) if masked else None
    if alone is None or not alone.any():
        weights = scores.softmax(-1)
    else:  # of -inf alone, softmax would be nan
        weights = scores.masked_fill(alone, 0.0).softmax(-1).masked_fill(alone, 0.0)
    return dropout(weights, dropout_p) @ value
