"""Powers of e and of 2, their logarithms, and the error function."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from ..engine import Array, Rule
from . import error_function
from .elementwise import floating, floats_only, no_number, quietly


class Exponentials:
    """The exponentials and logarithms, as methods of Tensor."""

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
    def exp2(x: Array, /) -> Rule:
        """Power of two.   y = 2 ** x,   dy/dx = y log 2.

        >>> import tensorgrad as tg
        >>> tg.tensor([0.0, 3.0]).exp2()
        tensor([1., 8.])
        """
        y = quietly(np.exp2, x)
        return y, lambda g: g * (y * math.log(2))

    @floating
    def expm1(x: Array, /) -> Rule:
        """Exponential less one, exact where x is small.   y = e ** x - 1,   dy/dx = y + 1.

        >>> import tensorgrad as tg
        >>> tg.tensor([1e-10, 1.0]).expm1()
        tensor([1.0000e-10, 1.7183e+00])
        """
        y = quietly(np.expm1, x)
        return y, lambda g: g * (y + 1)

    @floating
    def log(x: Array, /) -> Rule:
        """Natural logarithm.   y = log x,   dy/dx = 1 / x.

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 10.0]).log()
        tensor([0.0000, 2.3026])
        """
        return np.log(x), lambda g: g / x

    @floating
    def log1p(x: Array, /) -> Rule:
        """Logarithm of one more, exact where x is small.   y = log(1 + x),   dy/dx = 1 / (1 + x).

        >>> import tensorgrad as tg
        >>> tg.tensor([1e-10, 1.0]).log1p()
        tensor([1.0000e-10, 6.9315e-01])
        """
        return quietly(np.log1p, x), lambda g: quietly(np.divide, g, 1 + x)

    @floating
    def log2(x: Array, /) -> Rule:
        """Logarithm to base 2.   y = log x / log 2,   dy/dx = 1 / (x log 2).

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 8.0]).log2()
        tensor([0., 3.])
        """
        return quietly(np.log2, x), lambda g: quietly(lambda: g / (x * math.log(2)))

    @floating
    def log10(x: Array, /) -> Rule:
        """Logarithm to base 10.   y = log x / log 10,   dy/dx = 1 / (x log 10).

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 2.0]).log10()
        tensor([0.0000, 0.3010])
        """
        return quietly(np.log10, x), lambda g: quietly(lambda: g / (x * math.log(10)))

    @partial(floats_only, numbers=False)
    def logaddexp(a: Array, b: Array, /) -> Rule:
        """Logarithm of a sum of exponentials.   y = log(e ** a + e ** b),   dy/da = 1 / (1 + e ** (b - a)).

        The larger of two is taken out first, so that nothing overflows; of two that are -inf, it is -inf.

        >>> import tensorgrad as tg
        >>> tg.tensor([0.0, 1000.0]).logaddexp(tg.tensor([0.0, 1000.0]))
        tensor([6.9315e-01, 1.0007e+03])
        """
        no_number(b)
        y = quietly(np.logaddexp, a, b)
        return (
            y,
            lambda g: quietly(lambda: g / (1 + np.exp(b - a))),
            lambda g: quietly(lambda: g / (1 + np.exp(a - b))),
        )

    @floating
    def erf(x: Array, /) -> Rule:
        """Error function.   y = 2 / √π ∫ e ** (-t²) dt from 0 to x,   dy/dx = 2 / √π e ** (-x²).

        >>> import tensorgrad as tg
        >>> tg.tensor([-1.0, 0.0, 0.5]).erf()
        tensor([-0.8427,  0.0000,  0.5205])
        """

        def vjp(g: Array) -> Array:
            size = np.minimum(np.abs(x), 30)  # its square cannot overflow
            return g * (2 / math.sqrt(math.pi) * np.exp(-size * size))

        return error_function.erf(x), vjp
