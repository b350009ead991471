"""What a table of cases is made of: Case, Row, and the shapes that many operations share."""

import operator
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tensorgrad.operation import OPS


@dataclass(frozen=True)
class Case:
    """One call: ``operation(*inputs, *args, **options)``.

    An input is a shape (a tuple: numbers are drawn), values (a list), a Python number, or None.
    """

    inputs: tuple[Any, ...]
    args: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    def draw(self, domain: Any, dtype: Any = np.float64) -> list[Any]:
        """The inputs as raw data, the same ones in every run."""
        rng = np.random.default_rng(zlib.crc32(repr(self.inputs).encode()))
        domains = domain if isinstance(domain[0], tuple) else (domain,) * len(self.inputs)

        def one(x: Any, low: float, high: float) -> Any:
            if isinstance(x, tuple):
                return np.asarray(rng.uniform(low, high, x), dtype)
            return np.asarray(x, dtype) if isinstance(x, list) else x

        return [one(x, *between) for x, between in zip(self.inputs, domains, strict=True)]


@dataclass(frozen=True)
class Row:
    """The cases of one operation, and how to call it.

    ``domain`` is the interval to draw from, or one for each input.  ``analytic`` says that the rule also computes with
    complex numbers, so that the complex step can check it.  ``torch`` names PyTorch's function, inside ``torch``, or is
    a function of (torch, *inputs, *args); without it the name is the operation's.  ``spelled`` is what a user writes,
    in either library.
    """

    cases: list[Case]
    domain: Any = (-2.0, 2.0)
    analytic: bool = True
    torch: str | Callable[..., Any] = ""
    spelled: Callable[..., Any] | None = None

    def ours(self, name: str) -> Callable[..., Any]:
        """How the operation is called in tensorgrad."""
        return self.spelled or OPS[name]

    def theirs(self, name: str, torch: Any) -> Callable[..., Any]:
        """How it is called in PyTorch."""
        spelled = self.torch
        if callable(spelled):
            return lambda *args, **options: spelled(torch, *args, **options)
        found: Callable[..., Any] = self.spelled or operator.attrgetter(spelled or name)(torch)
        return found


def calls(*inputs: tuple[Any, ...]) -> list[Case]:
    """Cases without options."""
    return [Case(given) for given in inputs]


def options(shape: Any, *args: tuple[Any, ...], **more: Any) -> list[Case]:
    """Cases of one input, with each of these tuples of options."""
    return [Case((shape,), given, more) for given in args]


SHAPES = [(2, 3), (), (1,), (3, 1), (0, 3)]
ONE = [Case((shape,)) for shape in SHAPES]
TWO = calls(
    ((2, 3), (2, 3)), ((3, 1), (1, 4)), ((2, 3), (3,)), ((3,), (2, 3)), ((), (2, 3)), ((2, 3), ()), ((), ()),
    ((), (1,)), ((1,), (1, 1)), ((0, 3), (3,)), ((1,), (0, 3)), ((2, 1, 3), (4, 1)), ((0,), ()),
)  # fmt: skip
NUMBERS = [Case(pair) for x in ((2, 3), (), (0, 3)) for n in (2, 2.5) for pair in ((x, n), (n, x))]
POWERS = [Case((x, n)) for x in ((2, 3), (), (0, 3)) for n in (0, 1, 3, 0.5, -1, -1.5, 0.0, 2.0)]

# For the tables of kinks: where a derivative is one-sided, or infinite, or a matter of agreement.
NAN, INF = float("nan"), float("inf")
SIGNS, TIES = [-1.0, -0.0, 0.0, 2.0], ([0.0, 1.0, -0.0, 2.0], [0.0, 2.0, 0.0, 2.0])
