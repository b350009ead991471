"""To whole numbers: rounding, and division that leaves a remainder.

What is rounded does not move with its input, except in jumps: its derivative is 0.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from ..engine import Array, Rule
from ..graph import same
from ..operation import reflected
from .elementwise import floats_only, nothing, numbers_only, quietly


def _rounded(function: Any, x: Array) -> Array:
    return x.copy() if x.dtype.kind in "iu" else function(x)  # before version 2.1, NumPy made floats of integers


def _divided(name: str, function: Any, a: Array, b: Array) -> Array:
    """The function of dividend and divisor, or an error where an integer is divided by 0."""
    y = quietly(function, a, b)
    if y.dtype.kind in "iu" and y.size and not np.all(b):
        raise RuntimeError(
            f"{name}: ZeroDivisionError, an integer cannot be divided by 0; make one of the two floating-point with "
            ".float(), for inf or nan"
        )
    return y


class Rounding:
    """Rounding and whole-number division, as methods of Tensor."""

    @numbers_only
    def floor(x: Array, /) -> Rule:
        """The largest whole number that is not above x.   dy/dx = 0.

        >>> import tensorgrad as tg
        >>> tg.tensor([-1.5, 0.5, 2.0]).floor()
        tensor([-2.,  0.,  2.])
        """
        return _rounded(np.floor, x), nothing

    @numbers_only
    def ceil(x: Array, /) -> Rule:
        """The smallest whole number that is not below x.   dy/dx = 0.

        >>> import tensorgrad as tg
        >>> tg.tensor([-1.5, 0.5, 2.0]).ceil()
        tensor([-1.,  1.,  2.])
        """
        return _rounded(np.ceil, x), nothing

    @numbers_only
    def trunc(x: Array, /) -> Rule:
        """The whole number next to x on the way to 0.   dy/dx = 0.

        >>> import tensorgrad as tg
        >>> tg.tensor([-1.5, 0.5, 2.0]).trunc()
        tensor([-1.,  0.,  2.])
        """
        return _rounded(np.trunc, x), nothing

    fix = trunc

    @numbers_only
    def round(x: Array, /, *, decimals: int = 0) -> Rule:
        """The number nearest to x of those with so many decimals; of two equally near, the even one.   dy/dx = 0.

        Args:
            x: any shape; integers as they are, without decimals.
            decimals: how many; -2 rounds to hundreds.

        >>> import tensorgrad as tg
        >>> tg.tensor([0.5, 1.5, 2.5]).round()
        tensor([0., 2., 2.])
        >>> tg.tensor([3.14159, 27.5]).round(decimals=2)
        tensor([ 3.1400, 27.5000])
        """
        if not decimals:
            return _rounded(np.rint, x), nothing
        if x.dtype.kind in "iu":
            raise RuntimeError(f"round: decimals={decimals} needs floating-point, but got {x.dtype}; use .float()")
        return quietly(np.round, x, decimals), nothing

    @floats_only
    def frac(x: Array, /) -> Rule:
        """What is behind the decimal point, with x's sign.   y = x - trunc x,   dy/dx = 1.

        >>> import tensorgrad as tg
        >>> tg.tensor([-1.5, 0.25, 2.0]).frac()
        tensor([-0.5000,  0.2500,  0.0000])
        """
        return x - np.trunc(x), same

    @partial(numbers_only, name="floor_divide")
    def __floordiv__(a: Array, b: Array, /) -> Rule:
        """Quotient rounded down.   y = floor(a / b),   dy/da = dy/db = 0."""
        return _divided("floor_divide", np.floor_divide, a, b), nothing, nothing

    @partial(numbers_only, name="trunc_divide")
    def _trunc_divide(a: Array, b: Array, /) -> Rule:
        rest = _divided("div", np.fmod, a, b)
        whole = rest.dtype.kind in "iu"  # then a quotient of floats would not be exact
        return (a - rest) // b if whole else np.trunc(quietly(np.divide, a, b)), nothing, nothing

    @partial(numbers_only, name="remainder")
    def __mod__(a: Array, b: Array, /) -> Rule:
        """Remainder, with b's sign.   y = a - b floor(a / b),   dy/da = 1,   dy/db = -floor(a / b)."""
        y = _divided("remainder", np.remainder, a, b)
        return y, same, lambda g: g * -quietly(np.floor_divide, a, b)

    @numbers_only
    def fmod(a: Array, b: Array, /) -> Rule:
        """Remainder, with a's sign.   y = a - b trunc(a / b),   dy/da = 1,   dy/db = -trunc(a / b).

        >>> import tensorgrad as tg
        >>> tg.tensor([-7.0, 7.0]).fmod(tg.tensor([3.0, -3.0]))
        tensor([-1.,  1.])
        """
        y = _divided("fmod", np.fmod, a, b)
        return y, same, lambda g: g * -np.trunc(quietly(np.divide, a, b))

    __rfloordiv__ = reflected(__floordiv__)
    __rmod__ = reflected(__mod__)

    def div(input: Any, other: Any, *, rounding_mode: str | None = None) -> Any:
        """input / other, rounded towards 0 ("trunc") or down ("floor") if a rounding_mode says so.

        Integers that are divided without rounding give floating-point numbers, with rounding they stay integers.

        >>> import tensorgrad as tg
        >>> tg.tensor([-7, 7]).div(2, rounding_mode="trunc")
        tensor([-3,  3])
        """
        if rounding_mode is None:
            return input / other
        if rounding_mode == "floor":
            return input // other
        if rounding_mode != "trunc":
            raise RuntimeError(
                f"div expected rounding_mode to be one of None, 'trunc', or 'floor' but found {rounding_mode!r}"
            )
        return Rounding._trunc_divide(input, other)

    divide = div

    def true_divide(input: Any, other: Any) -> Any:
        """input / other."""
        return input / other

    def floor_divide(input: Any, other: Any) -> Any:
        """input / other, rounded down; PyTorch has no gradient for it, here it is 0.

        >>> import tensorgrad as tg
        >>> tg.tensor([-7, 7]).floor_divide(2)
        tensor([-4,  3])
        """
        return input // other

    def remainder(input: Any, other: Any) -> Any:
        """What is left of input after whole multiples of other are taken off, with other's sign.

        >>> import tensorgrad as tg
        >>> tg.tensor([-7, 7]).remainder(3)
        tensor([2, 1])
        """
        return input % other
