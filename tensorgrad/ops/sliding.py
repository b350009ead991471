"""A window that slides over an image, which convolution and pooling share, and the padding around.

An image here is (N, C, sizes), of any number of sizes.  For each element of the window there is a *place*: the index of
what that element meets, of all positions of the window at once.  What is computed of the places one after another is
computed for all positions together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..engine import Array, Rule
from ..operation import op

Sizes = tuple[int, ...]
Pairs = Sequence[tuple[int, int]]  # before and after, for each size


def places(kernel: Sizes, stride: Sizes, dilation: Sizes, out: Sizes) -> list[Any]:
    """The place of each element of the window, in row-major order; the window has ``out`` positions."""
    return [
        (..., *(slice(i * d, i * d + s * (n - 1) + 1, s) for i, s, d, n in zip(at, stride, dilation, out, strict=True)))
        for at in np.ndindex(kernel)
    ]


def positions(sizes: Sizes, kernel: Sizes, stride: Sizes, dilation: Sizes, padding: Pairs) -> Sizes:
    """How many positions the window has along each size of the padded image; 0 or less where it does not fit."""
    return tuple(
        (n + sum(pair) - d * (k - 1) - 1) // s + 1
        for n, k, s, d, pair in zip(sizes, kernel, stride, dilation, padding, strict=True)
    )


def _inner(padding: Pairs) -> tuple[Any, ...]:
    """Where the image is in the padded one."""
    return (..., *(slice(before, -after or None) for before, after in padding))


def padded(x: Array, padding: Pairs, value: Any = 0) -> Array:
    """x with ``value`` around; x itself if there is nothing to add."""
    if not any(map(any, padding)):
        return x
    sizes = x.shape[x.ndim - len(padding) :]
    grown = (n + sum(pair) for n, pair in zip(sizes, padding, strict=True))
    whole = np.full((*x.shape[: x.ndim - len(padding)], *grown), value, x.dtype)
    whole[_inner(padding)] = x
    return whole


@op
def _pad(x: Array, /, padding: Pairs, value: float) -> Rule:
    """x with ``value`` around, at least one pair of which is not 0."""
    inner = _inner(padding)
    return padded(x, padding, value), lambda g: g[inner]


def collected(shape: Sizes, padding: Pairs, window: list[Any], shares: Any) -> Array:
    """The gradient of an image of this shape: the places' shares added up where they are from."""
    sizes = shape[len(shape) - len(padding) :]
    grown = (n + sum(pair) for n, pair in zip(sizes, padding, strict=True))
    whole: Any = None
    for place, share in zip(window, shares, strict=True):
        if whole is None:
            whole = np.zeros((*shape[: len(shape) - len(padding)], *grown), share.dtype)
        whole[place] += share
    return whole[_inner(padding)]
