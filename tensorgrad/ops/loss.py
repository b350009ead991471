"""Losses, each one operation: fewer arrays than the formula in parts, and safe where its parts would overflow."""

from __future__ import annotations

import math
from functools import lru_cache, partial

import numpy as np

from ..dtypes import cast_floating
from ..engine import Array, Rule
from ..operation import op
from .elementwise import floats_only, quietly
from .reduce import largest_of
from .summation import add_up

SMALLEST = float(np.float32(1e-12))  # PyTorch's, which keeps its losses from dividing by 0


def scale_of(reduction: str, size: int) -> float | None:
    """What the sum of ``size`` losses is multiplied by; None if they are not summed."""
    if reduction == "mean":
        return 1 / size if size else math.nan
    if reduction in ("sum", "none"):
        return 1.0 if reduction == "sum" else None
    raise ValueError(f"{reduction!r} is not a valid value for reduction; it must be 'mean', 'sum' or 'none'")


def _reduced(losses: Array, scale: float | None) -> Array:
    return losses if scale is None else add_up(losses, None) * scale


def _scaled(g: Array, scale: float | None) -> Array:
    return g if scale is None else g * scale


@floats_only
def mse_loss(x: Array, target: Array, /, reduction: str) -> Rule:
    apart = x - target
    scale = scale_of(reduction, apart.size)

    def vjp(g: Array) -> Array:
        return apart * _scaled(g * 2, scale)

    return _reduced(apart * apart, scale), vjp, lambda g: -vjp(g)


@floats_only
def huber_loss(x: Array, target: Array, /, delta: float, slope: float, reduction: str) -> Rule:
    """With d = x - target: slope d² / (2 delta) where |d| < delta, else slope (|d| - delta / 2)."""
    apart = x - target
    near = np.minimum(np.maximum(apart, -delta), delta)  # its square cannot overflow
    share = near / delta * slope
    scale = scale_of(reduction, apart.size)

    def vjp(g: Array) -> Array:
        return share * _scaled(g, scale)

    return _reduced(share * (apart - near / 2), scale), vjp, lambda g: -vjp(g)


@floats_only
def kl_div(x: Array, target: Array, /, log_target: bool, reduction: str) -> Rule:
    """t (log t - x), 0 where t = 0; with log_target, target is log t."""
    share = np.exp(target) if log_target else target
    logs = target if log_target else quietly(np.log, target)
    known = target if log_target else np.where(target == 0, 0, logs)
    losses = quietly(lambda: share * (known - x))
    scale = scale_of(reduction, losses.size)

    def vjp_x(g: Array) -> Array:
        return np.broadcast_to(_scaled(g, scale) * -share, losses.shape)

    def vjp_target(g: Array) -> Array:
        g = _scaled(g, scale)
        return quietly(lambda: g * (losses + share if log_target else logs - x + 1))

    return _reduced(losses, scale), vjp_x, vjp_target


@floats_only
def binary_cross_entropy(x: Array, target: Array, /, weight: Array | None, reduction: str) -> Rule:
    """-(t log x + (1 - t) log(1 - x)), times weight; logarithms below -100 are -100, as in PyTorch."""
    w = 1 if weight is None else weight.astype(x.dtype, copy=False)
    hit, miss = quietly(np.log, x), quietly(np.log1p, -x)
    losses = ((target - 1) * np.maximum(miss, -100) - target * np.maximum(hit, -100)) * w
    scale = scale_of(reduction, losses.size)

    def vjp_x(g: Array) -> Array:
        return _scaled(g, scale) * ((x - target) / np.maximum((1 - x) * x, SMALLEST)) * w

    return _reduced(losses, scale), vjp_x, lambda g: _scaled(g, scale) * (miss - hit) * w


@op
def cross_entropy(x: Array, /, target: Array, weight: Array | None, scale: float | None) -> Rule:
    """Rows of logits against one class each: -weight log softmax(x)[target], and the sum of these times scale."""
    y, powers, sums, places = quietly(_cross_entropies, x, target, weight, scale)

    def vjp(g: Array) -> Array:
        g = _scaled(g, scale)
        if weight is not None:
            counted = g * weight.astype(powers.dtype, copy=False)
            g = np.where(weight == 0, 0, counted)  # what does not count stays 0, even if nothing counts and g is nan
        share = powers * (g / sums)  # g softmax(x)
        share.reshape(-1)[places] -= g
        return share.T

    return y, vjp


@lru_cache(8)
def _numbers(n: int) -> Array:
    return np.arange(n)


def _cross_entropies(x: Array, target: Array, weight: Array | None, scale: float | None) -> tuple[Array, ...]:
    """The losses, powers of e and their sums, classes first, and where the targets are, counted through."""
    x = x.T.copy()  # NumPy reduces the first dimension of a narrow matrix four times as fast
    x -= largest_of(x)  # what is too far below is -inf
    powers = np.exp(x)
    sums = add_up(powers)
    rows = len(target)
    places = target * rows + _numbers(rows)  # an index less takes half the time
    losses = np.log(sums) - x.reshape(-1)[places]
    if weight is not None:  # of what does not count, nan does not either
        losses = np.multiply(losses, weight.astype(x.dtype, copy=False), np.zeros_like(losses), where=weight != 0)
    return _reduced(losses, scale), powers, sums, places


@partial(op, cast=cast_floating)
def bce_with_logits(x: Array, target: Array, /, weight: Array | None, pos_weight: Array | None, reduction: str) -> Rule:
    """(1 - t) x + (1 + (p - 1) t) log(1 + e ** -x), times weight; p is pos_weight, 1 without one."""
    p = 1 if pos_weight is None else pos_weight.astype(x.dtype, copy=False)
    w = 1 if weight is None else weight.astype(x.dtype, copy=False)
    power = np.exp(np.minimum(x, -x))
    softplus = np.log1p(power) - np.minimum(x, 0)  # log(1 + e ** -x)
    losses = quietly(lambda: ((1 - target) * x + (1 + (p - 1) * target) * softplus) * w)
    scale = scale_of(reduction, losses.size)

    def vjp_x(g: Array) -> Array:
        miss = np.exp(np.minimum(-x, 0)) / (1 + power)  # sigmoid(-x)
        return _scaled(g, scale) * ((1 - target) - (1 + (p - 1) * target) * miss) * w

    def vjp_target(g: Array) -> Array:
        return _scaled(g, scale) * (-x if pos_weight is None else (p - 1) * softplus - x) * w

    return quietly(_reduced, losses, scale), vjp_x, vjp_target
