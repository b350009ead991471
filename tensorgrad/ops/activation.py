"""What stands between the layers of a network; elementwise, and safe for numbers of any size.

Two cases are put together by arithmetic, max(x, 0) + s min(x, 0): np.where, on random signs, takes ten times as long.
"""

from __future__ import annotations

import math
from functools import lru_cache, partial
from typing import Any

import numpy as np

from ..blocks import in_blocks
from ..engine import Array, Rule
from ..operation import op
from . import error_function
from .elementwise import floating, floats_only, no_mask, numbers_only, quietly

ROOT = math.sqrt(2 / math.pi)


def _logistic(x: Array) -> Array:
    """1 / (1 + e ** -x), as e ** min(x, 0) / (1 + e ** -|x|), which cannot overflow."""
    return np.exp(np.minimum(x, 0)) / (1 + np.exp(np.minimum(x, -x)))


@lru_cache(16)
def _zeros(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    return np.zeros(shape, dtype)


def _rectified(x: Array) -> Array:
    """max(x, 0): with an array of zeros that is kept in a third of the time it takes with a plain 0.

    A large one would not stay in the cache: of a million numbers, ``clip`` between two takes half of the time.
    """
    if x.size <= 65536:
        return np.maximum(_zeros(x.shape, x.dtype), x)  # in this order, -0 stays -0
    return x.clip(0, np.inf if x.dtype.kind == "f" else None)


class Activations:
    """The activations that PyTorch has as methods of Tensor."""

    @floating
    def sigmoid(x: Array, /) -> Rule:
        """Logistic function.   y = 1 / (1 + e ** -x),   dy/dx = y (1 - y).

        >>> import tensorgrad as tg
        >>> tg.tensor([0.0, 2.0]).sigmoid()
        tensor([0.5000, 0.8808])
        """
        y = _logistic(x)
        return y, lambda g: g * (y * (1 - y))

    @partial(op, cast=no_mask, large=in_blocks)
    def relu(x: Array, /) -> Rule:
        """Rectified linear unit.   y = max(x, 0),   dy/dx = 1 where x > 0, else 0 (so 0 at 0).

        >>> import tensorgrad as tg
        >>> tg.tensor([-1.0, 0.0, 2.0]).relu()
        tensor([0., 0., 2.])
        """
        y, zero = _rectified(x), _zeros((), x.dtype)
        return y, lambda g: g * (y != zero)  # nan, too, lets the gradient pass


@floats_only
def silu(x: Array, /) -> Rule:
    """Sigmoid linear unit, also called swish.   y = x σ(x),   dy/dx = σ (1 + x (1 - σ)).

    >>> import tensorgrad as tg
    >>> silu(tg.tensor([-1.0, 0.0, 2.0]))
    tensor([-0.2689,  0.0000,  1.7616])
    """
    share = _logistic(x)
    return x * share, lambda g: g * (share * (1 + x * (1 - share)))


@floats_only
def gelu(x: Array, /, approximate: str = "none") -> Rule:
    """Gaussian error linear unit.   y = x Φ(x),   dy/dx = Φ(x) + x e ** (-x² / 2) / √(2π).

    Φ(x) = (1 + erf(x / √2)) / 2 is the share of the standard normal distribution below x, or, with "tanh", near it:
    (1 + tanh u) / 2 with u = √(2/π) (x + 0.044715 x³).

    Args:
        x: floating-point, any shape.
        approximate: "none" or "tanh".

    Source: D. Hendrycks and K. Gimpel, "Gaussian Error Linear Units (GELUs)", 2016.

    >>> import tensorgrad as tg
    >>> gelu(tg.tensor([-1.0, 0.0, 2.0]))
    tensor([-0.1587,  0.0000,  1.9545])
    """
    if approximate == "tanh":
        return _gelu_by_tanh(x)
    if approximate != "none":
        raise RuntimeError(f"gelu: approximate must be 'none' or 'tanh', but got {approximate!r}")
    share = error_function.normal_share(x)

    def vjp(g: Array) -> Array:
        size = np.minimum(np.abs(x), 40)  # its square cannot overflow
        return g * (share + x * (np.exp(size * size * -0.5) * (ROOT / 2)))

    return x * share, vjp


def _gelu_by_tanh(x: Array) -> Rule:
    def within(x: Array) -> Array:
        return np.maximum(np.minimum(x, 100), -100)  # beyond, tanh is ±1, and the cube cannot overflow

    z = within(x)
    share = 0.5 * (1 + np.tanh(ROOT * (z + 0.044715 * z * z * z)))

    def vjp(g: Array) -> Array:
        z = within(x)
        slope = ROOT * (1 + 3 * 0.044715 * z * z)
        return g * (share + x * (2 * slope * share * (1 - share)))

    return x * share, vjp


@floats_only
def elu(x: Array, /, alpha: float = 1.0) -> Rule:
    """Exponential linear unit.   y = x where x > 0, else α (e ** x - 1);   dy/dx = 1 or α e ** x (so α at 0).

    Args:
        x: floating-point, any shape.
        alpha: α, minus the limit for very negative x.

    Source: D.-A. Clevert, T. Unterthiner and S. Hochreiter, "Fast and Accurate Deep Network Learning by Exponential
    Linear Units (ELUs)", 2015.

    >>> import tensorgrad as tg
    >>> elu(tg.tensor([-1.0, 0.0, 2.0]))
    tensor([-0.6321,  0.0000,  2.0000])
    """

    def vjp(g: Array) -> Array:
        below = (x <= 0).astype(x.dtype)
        return g * (1 - below + below * (alpha * np.exp(np.fmin(x, 0))))

    return np.maximum(x, -0.0) + alpha * np.expm1(np.minimum(0, x)), vjp  # of -0 it is -0


@floats_only
def leaky_relu(x: Array, /, negative_slope: float = 0.01) -> Rule:
    """Rectified linear unit that lets some through.   y = x where x > 0, else s x;   dy/dx = 1 or s (so s at 0).

    Args:
        x: floating-point, any shape.
        negative_slope: s.

    >>> import tensorgrad as tg
    >>> leaky_relu(tg.tensor([-1.0, 0.0, 2.0]))
    tensor([-0.0100,  0.0000,  2.0000])
    """

    def vjp(g: Array) -> Array:
        above = (x > 0).astype(x.dtype)
        return g * (above + (1 - above) * negative_slope)

    return np.maximum(x, -0.0) + np.minimum(0, x) * negative_slope, vjp  # of -0 it is -0


@floats_only
def softplus(x: Array, /, beta: float = 1.0, threshold: float = 20.0) -> Rule:
    """Smooth rectified linear unit.   y = log(1 + e ** (β x)) / β,   dy/dx = σ(β x).

    It is computed as max(x, 0) + log(1 + e ** -|β x|) / β, which cannot overflow.

    Args:
        x: floating-point, any shape.
        beta: β, how sharp the bend is.
        threshold: where β x is larger, y = x and dy/dx = 1.

    >>> import tensorgrad as tg
    >>> softplus(tg.tensor([-100.0, 0.0, 2.0]))
    tensor([3.7835e-44, 6.9315e-01, 2.1269e+00])
    """
    z = quietly(np.multiply, x, beta)
    y = np.where(z > threshold, x, (np.maximum(z, 0) + np.log1p(np.exp(np.minimum(z, -z)))) / beta)
    return y, lambda g: np.where(z > threshold, g, g * _logistic(z))


@floats_only
def logsigmoid(x: Array, /) -> Rule:
    """Logarithm of the sigmoid.   y = log σ(x),   dy/dx = σ(-x).

    It is computed as min(x, 0) - log(1 + e ** -|x|), which cannot overflow.

    >>> import tensorgrad as tg
    >>> logsigmoid(tg.tensor([-100.0, 0.0, 2.0]))
    tensor([-100.0000,   -0.6931,   -0.1269])
    """
    return np.minimum(x, 0) - np.log1p(np.exp(np.minimum(x, -x))), lambda g: g * _logistic(-x)


@partial(numbers_only, needs="")
def hardtanh(x: Array, /, min_val: float = -1.0, max_val: float = 1.0) -> Rule:
    """Limit to a range.   y = min(max(x, low), high),   dy/dx = 1 between the two, else 0 (so 0 at both).

    Args:
        x: any shape; integers stay integers.
        min_val: low.
        max_val: high.

    Raises:
        ValueError: if low is above high.

    >>> import tensorgrad as tg
    >>> hardtanh(tg.tensor([-3.0, 0.5, 3.0]))
    tensor([-1.0000,  0.5000,  1.0000])
    """
    if min_val > max_val:
        raise ValueError(
            f"hardtanh: min_val cannot be greater than max_val, but got {min_val} and {max_val}; exchange them"
        )
    if x.dtype.kind == "u" and min_val < 0:
        raise RuntimeError(
            f"hardtanh: {x.dtype} has no negative numbers, and min_val is {min_val}; give a min_val of at least 0"
        )
    low, high = x.dtype.type(min_val), x.dtype.type(max_val)
    return x.clip(low, high), lambda g: g * ~((x <= low) | (x >= high))  # nan lets the gradient pass
