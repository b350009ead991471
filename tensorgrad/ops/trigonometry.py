"""Sines and their like, hyperbolic ones too, and their inverses."""

from __future__ import annotations

import numpy as np

from ..engine import Array, Rule
from .elementwise import floating, no_number, quietly


class Trigonometry:
    """The trigonometric and hyperbolic functions, as methods of Tensor."""

    @floating
    def sin(x: Array, /) -> Rule:
        """Sine of an angle in radians.   y = sin x,   dy/dx = cos x.

        >>> import tensorgrad as tg
        >>> tg.tensor([0.0, 1.0]).sin()
        tensor([0.0000, 0.8415])
        """
        return np.sin(x), lambda g: g * np.cos(x)

    @floating
    def cos(x: Array, /) -> Rule:
        """Cosine of an angle in radians.   y = cos x,   dy/dx = -sin x.

        >>> import tensorgrad as tg
        >>> tg.tensor([0.0, 1.0]).cos()
        tensor([1.0000, 0.5403])
        """
        return np.cos(x), lambda g: g * -np.sin(x)

    @floating
    def tan(x: Array, /) -> Rule:
        """Tangent of an angle in radians.   y = tan x,   dy/dx = 1 + y ** 2.

        >>> import tensorgrad as tg
        >>> tg.tensor([0.0, 1.0]).tan()
        tensor([0.0000, 1.5574])
        """
        y = np.tan(x)
        return y, lambda g: g * (1 + y * y)

    @floating
    def asin(x: Array, /) -> Rule:
        """Angle of a sine, from -π/2 to π/2.   y = arcsin x,   dy/dx = 1 / √(1 - x²).

        >>> import tensorgrad as tg
        >>> tg.tensor([0.0, 1.0]).asin()
        tensor([0.0000, 1.5708])
        """
        return quietly(np.arcsin, x), lambda g: quietly(lambda: g / np.sqrt((1 - x) * (1 + x)))

    @floating
    def acos(x: Array, /) -> Rule:
        """Angle of a cosine, from 0 to π.   y = arccos x,   dy/dx = -1 / √(1 - x²).

        >>> import tensorgrad as tg
        >>> tg.tensor([0.0, 1.0]).acos()
        tensor([1.5708, 0.0000])
        """
        return quietly(np.arccos, x), lambda g: quietly(lambda: -g / np.sqrt((1 - x) * (1 + x)))

    @floating
    def atan(x: Array, /) -> Rule:
        """Angle of a tangent, from -π/2 to π/2.   y = arctan x,   dy/dx = 1 / (1 + x²).

        >>> import tensorgrad as tg
        >>> tg.tensor([0.0, 1.0]).atan()
        tensor([0.0000, 0.7854])
        """
        return np.arctan(x), lambda g: quietly(lambda: g / (1 + x * x))

    @floating
    def atan2(a: Array, b: Array, /) -> Rule:
        """Angle of the point (b, a), from -π to π.   y = arctan(a / b), in the half plane of b.

        With r² = a² + b², dy/da = b / r² and dy/db = -a / r²; at the origin both are 0, as in PyTorch.

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 1.0]).atan2(tg.tensor([1.0, -1.0]))
        tensor([0.7854, 2.3562])
        """
        no_number(b)

        def over_square(x: Array) -> Array:
            radius = np.hypot(a, b)
            radius = np.where(radius == 0, 1, radius)
            return x / radius / radius

        return (
            np.arctan2(a, b),
            lambda g: quietly(lambda: g * over_square(b)),
            lambda g: quietly(lambda: g * -over_square(a)),
        )

    @floating
    def sinh(x: Array, /) -> Rule:
        """Hyperbolic sine.   y = (e ** x - e ** -x) / 2,   dy/dx = cosh x.

        >>> import tensorgrad as tg
        >>> tg.tensor([0.0, 1.0]).sinh()
        tensor([0.0000, 1.1752])
        """
        return quietly(np.sinh, x), lambda g: quietly(lambda: g * np.cosh(x))

    @floating
    def cosh(x: Array, /) -> Rule:
        """Hyperbolic cosine.   y = (e ** x + e ** -x) / 2,   dy/dx = sinh x.

        >>> import tensorgrad as tg
        >>> tg.tensor([0.0, 1.0]).cosh()
        tensor([1.0000, 1.5431])
        """
        return quietly(np.cosh, x), lambda g: quietly(lambda: g * np.sinh(x))

    @floating
    def tanh(x: Array, /) -> Rule:
        """Hyperbolic tangent.   y = tanh x,   dy/dx = 1 - y ** 2.

        >>> import tensorgrad as tg
        >>> tg.tensor([0.8814]).tanh()
        tensor([0.7071])
        """
        y = np.tanh(x)

        def vjp(g: Array) -> Array:
            square = y * y
            slope = np.subtract(1, square, square if y.ndim else None)  # in its memory: large arrays in 0.7 of the time
            slope *= g
            return slope

        return y, vjp

    @floating
    def asinh(x: Array, /) -> Rule:
        """Inverse hyperbolic sine.   y = log(x + √(x² + 1)),   dy/dx = 1 / √(x² + 1).

        >>> import tensorgrad as tg
        >>> tg.tensor([0.0, 1.0]).asinh()
        tensor([0.0000, 0.8814])
        """
        return np.arcsinh(x), lambda g: g / np.hypot(x, 1)

    @floating
    def acosh(x: Array, /) -> Rule:
        """Inverse hyperbolic cosine.   y = log(x + √(x² - 1)),   dy/dx = 1 / √(x² - 1).

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 2.0]).acosh()
        tensor([0.0000, 1.3170])
        """
        return quietly(np.arccosh, x), lambda g: quietly(lambda: g / np.sqrt((x - 1) * (x + 1) + 0.0))  # no -0 at -1

    @floating
    def atanh(x: Array, /) -> Rule:
        """Inverse hyperbolic tangent.   y = log((1 + x) / (1 - x)) / 2,   dy/dx = 1 / (1 - x²).

        >>> import tensorgrad as tg
        >>> tg.tensor([0.0, 0.5]).atanh()
        tensor([0.0000, 0.5493])
        """
        return quietly(np.arctanh, x), lambda g: quietly(lambda: g / ((1 - x) * (1 + x)))

    arcsin, arccos, arctan, arctan2 = asin, acos, atan, atan2
    arcsinh, arccosh, arctanh = asinh, acosh, atanh
