"""Within limits: numbers that are too small or too large, and those that are none, replaced."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from ..dtypes import cast
from ..engine import Array, Rule
from ..operation import op
from .elementwise import BROADCAST, quietly


class Limits:
    """The operations that replace what is out of range, as methods of Tensor."""

    def clamp(input: Any, min: Any = None, max: Any = None) -> Any:
        """Limit to a range.   y = min(max(x, min), max),   dy/dx = 1 from min to max inclusive, else 0.

        Args:
            min: the lower limit, a number or a Tensor that broadcasts, or None.
            max: the upper limit, likewise; where it is below the lower one, y is max.

        Raises:
            RuntimeError: if both are None, or the shapes do not fit.

        >>> import tensorgrad as tg
        >>> tg.tensor([-3.0, 0.5, 3.0]).clamp(-1, 1)
        tensor([-1.0000,  0.5000,  1.0000])
        """
        if min is None and max is None:
            raise RuntimeError("clamp: at least one of min and max must not be None; give a lower or an upper limit")
        return _clamp(input, min, max)

    clip = clamp

    def clamp_min(input: Any, min: Any) -> Any:
        """input, but no less than a number or a Tensor that broadcasts, as ``clamp`` does it."""
        return input.clamp(min)

    def clamp_max(input: Any, max: Any) -> Any:
        """input, but no more than a number or a Tensor that broadcasts, as ``clamp`` does it."""
        return input.clamp(None, max)

    @op
    def nan_to_num(
        x: Array, /, nan: float | None = None, posinf: float | None = None, neginf: float | None = None
    ) -> Rule:
        """Numbers in place of nan, inf and -inf.   dy/dx = 1, and 0 where x is one of the three.

        Args:
            x: any shape; integers and bools as they are.
            nan: what nan becomes; by default 0.
            posinf: what inf becomes; by default the largest number of x's dtype.
            neginf: what -inf becomes; by default the lowest.

        >>> import tensorgrad as tg
        >>> tg.tensor([float("nan"), 1.0, float("inf")]).nan_to_num(posinf=9)
        tensor([0., 1., 9.])
        """
        finite = np.isfinite(x)
        return quietly(np.nan_to_num, x, True, nan or 0.0, posinf, neginf), lambda g: g * finite


@partial(op, cast=cast, needs=BROADCAST)
def _clamp(x: Array, low: Array = None, high: Array = None, /) -> Rule:
    """The gradient is low's where x < low < high, and high's where x > high or high < low."""
    least, most = (-np.inf if low is None else low), (np.inf if high is None else high)
    return (
        x.clip(low, high),
        lambda g: g * ((x >= least) & (x <= most)),
        lambda g: g * (x < least if high is None else (x < least) & (least < most)),
        lambda g: g * ((x > most) | (most < least)),
    )
