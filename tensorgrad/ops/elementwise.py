"""Element by element: y[i] depends on the inputs' element i alone; inputs broadcast against each other."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from ..dtypes import cast, cast_floating, cast_wrapping
from ..engine import Array, Rule, op, reflected

BROADCAST = "counted from the last, dimensions must be equal or 1"
arithmetic = partial(op, cast=cast_wrapping, needs=BROADCAST)
floating = partial(op, cast=cast_floating, needs=BROADCAST)  # integers go in as the default floating-point dtype


def _cast_power(*inputs: Any) -> Any:
    given = cast(*inputs)
    if given[0].dtype.kind == "b":  # NumPy makes int8 of it
        raise RuntimeError("pow: not defined for two bools; make numbers of them with .int()")
    return given


def same(g: Array) -> Array:
    """The vjp of an input that passes straight through."""
    return g


class Elementwise:
    """The elementwise operations, as methods of Tensor."""

    @arithmetic
    def __add__(a: Array, b: Array, /) -> Rule:
        """Sum.   y = a + b,   dy/da = dy/db = 1."""
        return a + b, same, same

    @arithmetic
    def __sub__(a: Array, b: Array, /) -> Rule:
        """Difference.   y = a - b,   dy/da = 1,   dy/db = -1."""
        return a - b, same, lambda g: -g

    @arithmetic
    def __mul__(a: Array, b: Array, /) -> Rule:
        """Product.   y = a b,   dy/da = b,   dy/db = a."""
        return a * b, lambda g: g * b, lambda g: g * a

    @partial(floating, name="div")
    def __truediv__(a: Array, b: Array, /) -> Rule:
        """Quotient.   y = a / b,   dy/da = 1 / b,   dy/db = -y / b."""
        y = a / b
        return y, lambda g: g / b, lambda g: -g * y / b

    @partial(arithmetic, cast=_cast_power)
    def __pow__(a: Array, b: Array, /) -> Rule:
        """Power.   y = a ** b,   dy/da = b a ** (b - 1),   dy/db = y log a   (both 0 where PyTorch takes a limit)."""
        y = a**b

        def vjp_a(g: Array) -> Array:
            if type(b) in (int, float):
                return g * (b * a ** (b - 1)) if b else g * 0
            return g * (b * np.where(b == 0, 1, a) ** (b - 1))

        def vjp_b(g: Array) -> Array:
            limit = np.equal(a, 0) & (b >= 0)
            return g * np.where(limit, 0, y * np.log(np.where(limit, 1, a), dtype=y.dtype))

        return y, vjp_a, vjp_b

    def add(self: Any, other: Any, *, alpha: float = 1) -> Any:
        """self + alpha other."""
        return self + (other if alpha == 1 else other * alpha)

    def sub(self: Any, other: Any, *, alpha: float = 1) -> Any:
        """self - alpha other."""
        return self - (other if alpha == 1 else other * alpha)

    def mul(self: Any, other: Any) -> Any:
        """self * other, element by element."""
        return self * other

    def div(self: Any, other: Any) -> Any:
        """self / other."""
        return self / other

    def pow(self: Any, exponent: Any) -> Any:
        """self ** exponent."""
        return self**exponent

    def neg(self: Any) -> Any:
        """-self."""
        return -self

    __radd__ = __add__
    __rsub__ = reflected(__sub__)
    __rmul__ = __mul__
    __rtruediv__ = reflected(__truediv__)
    __rpow__ = reflected(__pow__)

    @op
    def __neg__(x: Array, /) -> Rule:
        """Negative.   y = -x,   dy/dx = -1."""
        return -x, lambda g: -g

    @op
    def abs(x: Array, /) -> Rule:
        """Absolute value.   y = |x|,   dy/dx = sign x, which is 0 at 0.

        >>> import tensorgrad as tg
        >>> tg.tensor([-1.5, 0.0, 2.0]).abs()
        tensor([1.5000, 0.0000, 2.0000])
        """
        return np.abs(x), lambda g: g * np.sign(x)

    __abs__ = abs

    @floating
    def exp(x: Array, /) -> Rule:
        """Exponential.   y = e ** x,   dy/dx = y.

        >>> import tensorgrad as tg
        >>> tg.tensor([0.0, 1.0]).exp()
        tensor([1.0000, 2.7183])
        """
        y = np.exp(x)
        return y, lambda g: g * y

    @floating
    def log(x: Array, /) -> Rule:
        """Natural logarithm.   y = log x,   dy/dx = 1 / x.

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 10.0]).log()
        tensor([0.0000, 2.3026])
        """
        return np.log(x), lambda g: g / x

    @floating
    def sqrt(x: Array, /) -> Rule:
        """Square root.   y = x ** (1/2),   dy/dx = 1 / (2 y).

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 2.0]).sqrt()
        tensor([1.0000, 1.4142])
        """
        y = np.sqrt(x)
        return y, lambda g: g / (y + y)

    @floating
    def tanh(x: Array, /) -> Rule:
        """Hyperbolic tangent.   y = tanh x,   dy/dx = 1 - y ** 2.

        >>> import tensorgrad as tg
        >>> tg.tensor([0.8814]).tanh()
        tensor([0.7071])
        """
        y = np.tanh(x)
        return y, lambda g: g * (1 - y * y)

    @floating
    def sigmoid(x: Array, /) -> Rule:
        """Logistic function.   y = 1 / (1 + e ** -x),   dy/dx = y (1 - y).

        It is computed as e ** min(x, 0) / (1 + e ** -|x|), which cannot overflow.

        >>> import tensorgrad as tg
        >>> tg.tensor([0.0, 2.0]).sigmoid()
        tensor([0.5000, 0.8808])
        """
        y = np.exp(np.minimum(x, 0)) / (1 + np.exp(np.minimum(x, -x)))
        return y, lambda g: g * (y * (1 - y))

    @op
    def relu(x: Array, /) -> Rule:
        """Rectified linear unit.   y = max(x, 0),   dy/dx = 1 where x > 0, else 0 (so 0 at 0).

        >>> import tensorgrad as tg
        >>> tg.tensor([-1.0, 0.0, 2.0]).relu()
        tensor([0., 0., 2.])
        """
        y = np.maximum(x, np.zeros(x.shape, x.dtype))  # twice as fast as with a plain 0
        return y, lambda g: g * (y != 0)  # nan, too, lets the gradient pass

    @arithmetic
    def maximum(a: Array, b: Array, /) -> Rule:
        """The larger of two.   y = max(a, b); where a = b, either gets half of the gradient.

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 4.0]).maximum(tg.tensor([2.0, 3.0]))
        tensor([2., 4.])
        """
        return np.maximum(a, b), lambda g: _larger(g, a, b), lambda g: _larger(g, b, a)

    @arithmetic
    def minimum(a: Array, b: Array, /) -> Rule:
        """The smaller of two.   y = min(a, b); where a = b, either gets half of the gradient.

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 4.0]).minimum(tg.tensor([2.0, 3.0]))
        tensor([1., 3.])
        """
        return np.minimum(a, b), lambda g: _larger(g, b, a), lambda g: _larger(g, a, b)

    def clamp(self: Any, min: Any = None, max: Any = None) -> Any:
        """Limit to a range.   y = min(max(x, min), max),   dy/dx = 1 from min to max inclusive, else 0.

        Args:
            min: the lower limit, a number or a Tensor that broadcasts, or None.
            max: the upper limit, likewise; where it is below the lower one, y is max.

        Raises:
            ValueError: if both are None, or the shapes do not fit.

        >>> import tensorgrad as tg
        >>> tg.tensor([-3.0, 0.5, 3.0]).clamp(-1, 1)
        tensor([-1.0000,  0.5000,  1.0000])
        """
        if min is None and max is None:
            raise ValueError("clamp: at least one of min and max must not be None; give a lower or an upper limit")
        return _clamp(self, min, max)


@partial(op, cast=cast, needs=BROADCAST)
def _clamp(x: Array, low: Array = None, high: Array = None, /) -> Rule:
    """The gradient is low's where x < low < high, and high's where x > high or high < low."""
    least, most = (-np.inf if low is None else low), (np.inf if high is None else high)
    return (
        x.clip(low, high),
        lambda g: g * ((x >= least) & (x <= most)),
        lambda g: g * ((x < least) & (least < most)),
        lambda g: g * ((x > most) | (most < least)),
    )


@op
def _clone(x: Array, /) -> Rule:
    return x.copy(), same


@op
def _to(x: Array, /, dtype: np.dtype[Any]) -> Rule:
    before = x.dtype
    return x.astype(dtype), lambda g: g.astype(before)


def _larger(g: Array, a: Array, b: Array) -> Array:
    """g where a > b or one of them is nan, half of it where they are equal."""
    return g * ~(a < b) - (g / 2) * (a == b)


@partial(op, cast=cast, needs=BROADCAST)
def _where(a: Array, b: Array, /, condition: Array) -> Rule:
    condition = getattr(condition, "_data", condition)
    return np.where(condition, a, b), lambda g: np.where(condition, g, 0), lambda g: np.where(condition, 0, g)
