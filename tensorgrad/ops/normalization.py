"""Numbers brought to mean 0 and variance 1: one operation behind layer, batch and group normalisation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..engine import Array, Rule
from ..operation import op
from .elementwise import quietly
from .summation import add_up, groups

Moments = tuple[Array, Array]


def moments_of(x: Array, axes: tuple[int, ...]) -> Moments:
    """Mean and variance (by n, in two passes) over the axes, which stay with size 1."""
    n: Any = groups(x, axes)[0] or math.nan
    mean = add_up(x, axes, None, None, True) / n
    apart = x - mean
    return mean, add_up(apart * apart, axes, None, None, True) / n


@op
def _normalized(
    x: Array,
    weight: Array,
    bias: Array,
    /,
    axes: tuple[int, ...],
    shape: tuple[int, ...],
    eps: float,
    moments: Moments | None = None,
) -> Rule:
    """y = z w + b,   z = (x - m) r,   r = 1 / √(v + eps),   with mean m and variance v over ``axes``.

    dL/dx = r (h - mean h - z mean(h z)),   h = g w;   dL/dw = Σ g z,   dL/db = Σ g.

    ``shape`` is what weight and bias are taken in: x's, with size 1 where they do not differ.  ``moments`` are m and v
    of this x, for who has computed them already.
    """
    n: Any = groups(x, axes)[0] or math.nan

    def normalize() -> tuple[Array, Array]:
        z = x - (moments[0] if moments else add_up(x, axes, None, None, True) / n)
        scale = 1 / np.sqrt((moments[1] if moments else add_up(z * z, axes, None, None, True) / n) + eps)
        z *= scale
        return z, scale

    z, scale = quietly(normalize)  # squares may overflow, and where eps is 0 the root may be
    w = None if weight is None else weight.reshape(shape)
    y = z if w is None else z * w
    if bias is not None:
        y = y + bias.reshape(shape)
    summed = tuple(i for i, size in enumerate(shape) if size == 1)

    def vjp_x(g: Array) -> Array:
        h = g if w is None else g * w
        share = h - add_up(h, axes, None, None, True) / n
        share -= z * (add_up(h * z, axes, None, None, True) / n)
        return quietly(np.multiply, share, scale, share)

    def vjp_weight(g: Array) -> Array:
        return add_up(g * z, summed).reshape(before)

    before = () if weight is None else weight.shape
    shape_of_bias = () if bias is None else bias.shape
    return y, vjp_x, vjp_weight, lambda g: add_up(g, summed).reshape(shape_of_bias)
