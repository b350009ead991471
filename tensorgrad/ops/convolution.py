"""Convolution, as one matrix product."""

from __future__ import annotations

import math

import numpy as np

from ..dtypes import same_dtype
from ..engine import Array, Rule
from ..operation import op
from .sliding import Pairs, Sizes, collected, padded, places, positions
from .summation import add_up


@op
def _convolution(
    x: Array,
    weight: Array,
    bias: Array,
    /,
    stride: Sizes,
    padding: Pairs,
    dilation: Sizes,
    groups: int,
) -> Rule:
    """y = W p + b,   dL/dW = g pᵀ,   dL/dp = Wᵀ g,   dL/db = Σ g, for each group of channels.

    x (N, C, sizes) and weight (O, C / groups, kernel) give (N, O, positions).  A column of the matrix p has what the
    window meets in one position.  It is as many times larger than x as the window has elements, so it is not kept, but
    built again for dL/dW.
    """
    same_dtype(x, weight, bias)
    many, channels, outputs, kernel = len(x), x.shape[1], len(weight), weight.shape[2:]
    sizes, out = x.shape[2:], positions(x.shape[2:], kernel, stride, dilation, padding)
    window = places(kernel, stride, dilation, out)
    length = many * math.prod(out)
    matrix = weight.reshape(groups, outputs // groups, math.prod(weight.shape[1:]))

    def patches() -> Array:
        """p of each group: (groups, C / groups * elements of the window, N * positions)."""
        image = padded(x, padding).swapaxes(0, 1)
        columns = np.empty((channels, len(window), many, *out), x.dtype)
        for i, place in enumerate(window):
            columns[:, i] = image[place]
        return columns.reshape(groups, matrix.shape[2], length)

    def by_group(g: Array) -> Array:
        """(N, O, positions) -> (groups, O / groups, N * positions)."""
        return g.swapaxes(0, 1).reshape(groups, outputs // groups, length)

    y = np.ascontiguousarray((matrix @ patches()).reshape(outputs, many, *out).swapaxes(0, 1))
    if bias is not None:
        y += bias.reshape(-1, *(1,) * len(out))

    def vjp_x(g: Array) -> Array:
        shares = (matrix.mT @ by_group(g)).reshape(channels, len(window), many, *out)
        return collected((channels, many, *sizes), padding, window, shares.swapaxes(0, 1)).swapaxes(0, 1)

    def vjp_weight(g: Array) -> Array:
        return (by_group(g) @ patches().mT).reshape(outputs, channels // groups, *kernel)

    return y, vjp_x, vjp_weight, lambda g: add_up(g, (0, *range(2, g.ndim)))
