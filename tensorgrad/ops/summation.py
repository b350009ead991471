"""Sums that stay accurate, however many numbers are added: what the reductions, losses and gradients add up with."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..dtypes import float16
from ..engine import Array

MANY = 8192  # from so many elements on, sums are made of blocks
BLOCK = 16  # how many numbers are added one by one
_sum: Any = np.add.reduce  # x.sum() without its Python half


def groups(x: Array, axis: Any) -> tuple[int, tuple[int, ...]]:
    """How many elements each result stands for, and x's shape with the reduced dimensions of size 1."""
    if axis is None or x.ndim == 0:
        return x.size, (1,) * x.ndim
    reduced = {a % x.ndim for a in ((axis,) if isinstance(axis, int) else axis)}
    kept = tuple(1 if i in reduced else n for i, n in enumerate(x.shape))
    return math.prod(x.shape[i] for i in reduced), kept


def add_up(x: Array, axis: Any = 0, dtype: Any = None, out: None = None, keepdims: bool = False) -> Array:
    """x.sum(): NumPy's where little is summed; else in blocks, since a rounding error grows with what is added to."""
    if x.size < MANY and x.itemsize != 2:
        return _sum(x, axis, dtype, out, keepdims)
    wanted = x.dtype if dtype is None else np.dtype(dtype)
    if wanted == float16.dtype:  # rounded once, at the end
        return add_up(x, axis, np.float32, out, keepdims).astype(float16.dtype)
    if wanted.kind in "fc" and groups(x, axis)[0] > 8 * BLOCK:
        x = x.astype(wanted, copy=False)
        strides = [abs(stride) for stride in x.strides]
        axes = sorted(normalize_axis_tuple(range(x.ndim) if axis is None else axis, x.ndim), key=strides.__getitem__)
        apart = min(filter(None, strides), default=x.itemsize)
        while axes and strides[axes[0]] == apart:  # of neighbours NumPy sums blocks by itself
            apart *= x.shape[axes.pop(0)]
        for a in axes[::-1]:
            x = _in_blocks(x, a)
    return _sum(x, axis, dtype, out, keepdims)


def _in_blocks(x: Array, axis: int) -> Array:
    """The sum along an axis, which stays with size 1, as a sum of the sums of blocks."""
    size = x.shape[axis]
    blocks = size // BLOCK
    if blocks < 4:
        return _sum(x, axis, None, None, True)
    before, start = (slice(None),) * axis, blocks * BLOCK
    first = x[*before, :start].reshape(*x.shape[:axis], BLOCK, blocks, *x.shape[axis + 1 :])
    y = _in_blocks(_sum(first, axis), axis)  # a sum for every blocks-th element
    return y if start == size else y + _sum(x[*before, start:], axis, None, None, True)
