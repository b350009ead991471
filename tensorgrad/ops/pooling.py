"""Pooling: the largest element that a window meets, or the mean of all."""

from __future__ import annotations

import numpy as np

from ..engine import Array, Rule
from ..operation import op
from .sliding import Pairs, Sizes, collected, padded, places


@op
def _max_pool(x: Array, /, kernel: Sizes, stride: Sizes, padding: Pairs, dilation: Sizes, out: Sizes) -> Rule:
    """y = max of what the window meets; all of the gradient goes to it, or to the first of several that are equal."""
    shape, window = x.shape, places(kernel, stride, dilation, out)
    image = padded(x, padding, -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min)
    y = image[window[0]].copy()
    chosen = np.zeros(y.shape, np.int32)
    for i, place in enumerate(window[1:], 1):
        larger = (image[place] > y) | (image[place] != image[place])  # nan counts as larger
        np.copyto(y, image[place], where=larger)
        np.copyto(chosen, i, where=larger)
    return y, lambda g: collected(shape, padding, window, (g * (chosen == i) for i in range(len(window))))


@op
def _avg_pool(x: Array, /, kernel: Sizes, stride: Sizes, padding: Pairs, out: Sizes, divisor: Array) -> Rule:
    """y = Σ of what the window meets / divisor,   dL/dx = Σ over the windows of g / divisor."""
    shape, window = x.shape, places(kernel, stride, (1,) * len(kernel), out)
    image = padded(x, padding)
    total = image[window[0]].copy()
    for place in window[1:]:
        total += image[place]
    y = (total / divisor).astype(x.dtype, copy=False)
    return y, lambda g: collected(shape, padding, window, ((g / divisor).astype(g.dtype, copy=False),) * len(window))
