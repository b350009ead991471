"""What a table of forms is made of: Form, the shapes and dtypes to call it with, and the layouts of an input in memory.

A form is what a user writes, in either library.  The tables of forms have a row for each function that the library
promises; tests/test_wide.py calls each with every shape, dtype, layout and option here.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from tensorgrad.ops.index import _getitem

Shape = tuple[int, ...]
DTYPES = ("float64", "float32", "float16", "int64", "int32", "uint8", "bool")
FLOATING = DTYPES[:3]
SOME = ("float64", "float32", "float16", "int64", "uint8", "bool")  # one of each kind
LAYOUTS = ("plain", "transposed", "strided", "reversed", "expanded")

SHAPES: list[Shape] = [
    (), (1,), (4,), (0,), (2, 3), (1, 3), (3, 1), (0, 3), (2, 0), (2, 3, 4), (1, 1, 2), (2, 1, 3), (2, 0, 3),
    (2, 3, 1, 2), (1, 2, 2, 3), (0, 1, 2, 3),
]  # fmt: skip
PAIRS: list[tuple[Shape, Shape]] = [
    ((), ()), ((), (3,)), ((2, 3), ()), ((4,), (4,)), ((1,), (3,)), ((2, 3), (2, 3)), ((2, 1), (1, 3)), ((3,), (2, 3)),
    ((2, 3, 4), (3, 1)), ((2, 1, 3), (4, 1)), ((0,), ()), ((0, 3), (3,)), ((2, 0), (1, 1)), ((1, 2, 1, 3), (2, 2, 1)),
    ((2,), (3,)), ((2, 3), (2, 2)), ((0,), (2,)), ((2, 0, 3), (4, 1, 1)),
]  # fmt: skip
ALL = [(shape,) for shape in SHAPES]
PLAIN = ("plain",)


def each(*names: str) -> list[tuple[str]]:
    """Dtypes of one input."""
    return [(name,) for name in names]


def alike(count: int, names: Sequence[str] = DTYPES) -> list[tuple[str, ...]]:
    """The same dtype for each of several inputs."""
    return [(name,) * count for name in names]


def mixed(count: int, names: Sequence[str] = DTYPES) -> list[tuple[str, ...]]:
    """Every combination of dtypes."""
    return list(product(names, repeat=count))


def no_options(*shapes: Shape) -> Iterable[tuple[Any, ...]]:
    return [()]


def dims(x: Shape, *others: Shape) -> Iterable[tuple[Any, ...]]:
    """Every dimension, and the first that is out of range at either end."""
    n = max(len(x), 1)
    return [(d,) for d in range(-n - 1, n + 1)]


@dataclass(frozen=True)
class Form:
    """``call(library, *tensors, *option)``, for every combination of shapes, dtypes and options.

    ``domain`` is the interval that floating-point numbers are drawn from, and ``whole`` that of integers, for all
    inputs or one for each.  ``options`` are tuples, or a function of the inputs' shapes that gives them; an array in
    one is a Tensor in either library.
    """

    call: Callable[..., Any]
    shapes: Sequence[tuple[Shape, ...]]
    dtypes: Sequence[tuple[str, ...]]
    options: Callable[..., Iterable[tuple[Any, ...]]] | Sequence[tuple[Any, ...]] = no_options
    domain: Any = (-2.0, 2.0)
    whole: Any = (-4, 4)
    layouts: Sequence[str] = LAYOUTS

    def cases(self) -> Iterator["Situation"]:
        """All there are to call it with: every dtype with inputs as they are, and with one of the other layouts."""
        for number, shapes in enumerate(self.shapes):
            options = list(self.options(*shapes)) if callable(self.options) else self.options
            for first in range(len(self.layouts)):
                layouts = tuple(self.layouts[(first + i * bool(first)) % len(self.layouts)] for i in range(len(shapes)))
                if first and not any(map(_matters, layouts, shapes)):
                    continue
                for dtypes, option in product(
                    self.dtypes[(first + number) % 4 :: 4] if first else self.dtypes, options
                ):
                    yield Situation(self, shapes, dtypes, layouts, option)


@dataclass(frozen=True)
class Situation:
    """One call of a form."""

    form: Form
    shapes: tuple[Shape, ...]
    dtypes: tuple[str, ...]
    layouts: tuple[str, ...]
    option: tuple[Any, ...]

    def __str__(self) -> str:
        laid = "" if set(self.layouts) == {"plain"} else f" {'/'.join(self.layouts)}"
        return f"{' '.join(map(str, self.shapes))} {'/'.join(self.dtypes)}{laid} {self.option or ''}"

    def arrays(self) -> list[Any]:
        """What lies under the inputs, the same in every run."""
        rng = np.random.default_rng([len(self.shapes), *(n for shape in self.shapes for n in shape)])
        count = len(self.shapes)
        domains = _one_for_each(self.form.domain, count)
        wholes = _one_for_each(self.form.whole, count)
        return [
            _drawn(rng, _underlying(shape, layout), dtype, domain, whole)
            for shape, layout, dtype, domain, whole in zip(
                self.shapes, self.layouts, self.dtypes, domains, wholes, strict=True
            )
        ]

    def laid_out(self, library: Any, leaves: Sequence[Any]) -> list[Any]:
        """The inputs, of the leaves of ``arrays``."""
        return [
            x if layout == "plain" else _laid_out(library, x, shape, layout)
            for x, shape, layout in zip(leaves, self.shapes, self.layouts, strict=True)
        ]


def _one_for_each(given: Any, count: int) -> Any:
    return given[:count] if isinstance(given[0], tuple) else (given,) * count


def _matters(layout: str, shape: Shape) -> bool:
    """Whether the layout differs from the plain one."""
    least = {"plain": 99, "transposed": 2, "strided": 1, "reversed": 1, "expanded": 1}[layout]
    return len(shape) >= least and 0 not in shape and (layout != "expanded" or shape[0] > 1)


def _underlying(shape: Shape, layout: str) -> Shape:
    """The shape of the memory that an input of ``shape`` is a view of."""
    if not _matters(layout, shape):
        return shape
    return {
        "transposed": shape[::-1],
        "strided": tuple(2 * n for n in shape),
        "reversed": shape,
        "expanded": (1, *shape[1:]),
    }[layout]


def _drawn(rng: Any, shape: Shape, dtype: str, domain: tuple[float, float], whole: tuple[int, int]) -> Any:
    if dtype == "bool":
        return np.asarray(rng.integers(0, 2, shape), bool)
    if dtype.startswith("float"):
        return np.asarray(rng.uniform(*domain, shape), dtype)
    low, high = whole
    return np.asarray(rng.integers(max(low, 0) if dtype == "uint8" else low, high + 1, shape), dtype)


def _laid_out(library: Any, x: Any, shape: Shape, layout: str) -> Any:
    if not _matters(layout, shape):
        return x
    if layout == "transposed":
        return x.permute(tuple(range(x.ndim))[::-1])
    if layout == "strided":
        return x[(slice(None, None, 2),) * x.ndim]
    if layout == "expanded":
        return x.expand(shape)
    if library.__name__ == "torch":
        return x.flip(tuple(range(x.ndim)))
    return _getitem(x, (slice(None, None, -1),) * x.ndim)  # a view, as that of NumPy's array that is turned round


def of(call: Any, options: Any = lambda x: [()], shapes: Any = ALL, dtypes: Any = DTYPES, **more: Any) -> list[Form]:
    """Of one input."""
    return [Form(call, shapes, each(*dtypes), options, **more)]
