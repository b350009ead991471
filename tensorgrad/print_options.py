"""How Tensors and Values are printed: the options, and the function that sets them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any


@dataclass
class Options:
    """The options in force; see ``set_printoptions``."""

    precision: int = 4
    threshold: float = 1000
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None
    grad: bool = True


PROFILES = {"default": Options(), "short": Options(precision=2, edgeitems=2), "full": Options(threshold=math.inf)}
options = Options()


class set_printoptions:
    """Set how Tensors and Values are printed: from here on, or inside ``with set_printoptions(...):``.

    What is left out stays as it was, except ``sci_mode``, which is None again.

    Args:
        precision: digits after the decimal point (4).
        threshold: a Tensor of more elements than this is printed as a summary (1000).
        edgeitems: elements that a summary shows at either end of an axis (3).
        linewidth: characters in a line (80).
        profile: "default", "short" or "full": what to start from before the other arguments apply.
        sci_mode: True for scientific notation, False for none, None to let the values decide.
        grad: whether a Value shows its gradient (True).

    Raises:
        TypeError: if ``precision``, ``edgeitems`` or ``linewidth`` is not an int.
        ValueError: if one of these is negative, or the profile is unknown.

    >>> import tensorgrad as tg
    >>> with tg.set_printoptions(precision=2, grad=False):
    ...     print(tg.tensor([0.7071, 1.0]), tg.scalar.Value(3.0))
    tensor([0.71, 1.00]) Value(data=3.0)
    """

    def __init__(
        self,
        precision: int | None = None,
        threshold: float | None = None,
        edgeitems: int | None = None,
        linewidth: int | None = None,
        profile: str | None = None,
        sci_mode: bool | None = None,
        grad: bool | None = None,
    ) -> None:
        counts = {"precision": precision, "edgeitems": edgeitems, "linewidth": linewidth}
        for name, value in counts.items():
            if value is not None and not isinstance(value, int):
                raise TypeError(f"set_printoptions needs a Python int as {name}, but got {value!r}.")
            if value is not None and value < 0:
                raise ValueError(f"set_printoptions needs {name} to be at least 0, but got {value}.")
        if profile is not None and profile not in PROFILES:
            raise ValueError(f"set_printoptions knows the profiles {', '.join(PROFILES)}, but got {profile!r}.")
        self._before = replace(options)
        changes: dict[str, Any] = {**counts, "threshold": threshold, "grad": grad}
        self._given = {name: value for name, value in changes.items() if value is not None}
        vars(options).update({**vars(PROFILES[profile] if profile else options), **self._given, "sci_mode": sci_mode})

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exception: object) -> None:
        vars(options).update(vars(self._before))

    def __repr__(self) -> str:
        return f"set_printoptions({', '.join(f'{name}={value}' for name, value in self._given.items())})"
