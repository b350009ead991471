"""The forms of reductions, running results, sorting and counting."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from forms import ALL, DTYPES, FLOATING, PAIRS, Form, Shape, dims, each, mixed

KEPT = (False, True)


def groups(x: Shape) -> Iterable[tuple[Any, ...]]:
    """Several dimensions at once."""
    n = len(x)
    given = [(), (0, -1), tuple(range(n)), tuple(range(0, n, 2)), (0, 0), (n,)]
    return [(dim, n % 2 == 0) for dim in dict.fromkeys(given)]


def kept(x: Shape) -> Iterable[tuple[Any, ...]]:
    """Each dimension, with and without keepdim."""
    return [*((*dim, False) for dim in dims(x)), (-1, True), (0, True)]


def both(x: Shape) -> Iterable[tuple[Any, ...]]:
    return [*kept(x), *groups(x)]


NUMBERS = DTYPES[:-1]  # without the bools


def whole(name: str, **more: Any) -> list[Form]:
    """Of all elements: the function and the method."""
    return [
        Form(lambda t, x: getattr(t, name)(x), ALL, each(*DTYPES), **more),
        Form(lambda t, x: getattr(x, name)(), ALL[:6], each(*DTYPES), layouts=("plain",), **more),
    ]


def along(name: str, options: Any = both, dtypes: Any = DTYPES, **more: Any) -> list[Form]:
    return [Form(lambda t, x, *o: getattr(t, name)(x, *o), ALL, each(*dtypes), options, **more)]


def cast(name: str) -> Form:
    """With the dtype to compute in."""
    return Form(
        lambda t, x, dtype, *dim: getattr(t, name)(x, *dim, dtype=dtype),
        ALL,
        each(*DTYPES),
        lambda x: [(np.dtype(dtype), *dim) for dtype in DTYPES for dim in (*([] if "cum" in name else [()]), (0,))],
        layouts=("plain",),
    )


def spread(name: str) -> list[Form]:
    return [
        *whole(name),
        *along(name, lambda x: [(dim, True, keepdim) for dim, keepdim in both(x) if dim != ()]),
        Form(
            lambda t, x, d, c, k: getattr(x, name)(d, correction=c, keepdim=k),
            ALL,
            each(*DTYPES),
            lambda x: [(*dim, c, False) for dim in (*dims(x), (None,), ((0, -1),)) for c in (0, 0.5)],
        ),
        Form(lambda t, x, u: getattr(x, name)(u), ALL, each(*DTYPES), [(True,), (False,)]),
    ]


def extremes(name: str) -> list[Form]:
    return [
        *whole(name),
        *along(name, kept),
        Form(lambda t, x, y: getattr(t, name)(x, y), PAIRS, mixed(2)),
    ]


FORMS: dict[str, list[Form]] = {
    "all": [*whole("all", whole=(0, 1)), *along("all", whole=(0, 1))],
    "any": [*whole("any", whole=(0, 1)), *along("any", whole=(0, 1))],
    "max": extremes("max"),
    "min": extremes("min"),
    "amax": [*whole("amax"), *along("amax")],
    "amin": [*whole("amin"), *along("amin")],
    "argmax": [*whole("argmax"), *along("argmax", kept, NUMBERS)],
    "argmin": [*whole("argmin"), *along("argmin", kept, NUMBERS)],
    "sort": [
        *whole("sort", domain=(-9.0, 9.0)),
        Form(lambda t, x, d, down: t.sort(x, dim=d, descending=down, stable=True), ALL, each(*DTYPES), kept),
    ],
    "argsort": [
        Form(lambda t, x, d, down: t.argsort(x, dim=d, descending=down, stable=True), ALL, each(*DTYPES), kept),
    ],
    "topk": [
        Form(
            lambda t, x, k, *o: t.topk(x, k, *o),
            ALL,
            each(*FLOATING),
            lambda x: [(k, *d, k != 1) for k in (0, 1, 2, 4) for d in dims(x)],
        ),
        Form(
            lambda t, x, k, *o: x.topk(k, *o).values,
            ALL,
            each(*NUMBERS),
            lambda x: [(k, *d) for k in (0, 1, 2, 4) for d in dims(x)],
        ),
    ],
    "sum": [*whole("sum"), *along("sum"), cast("sum")],
    "mean": [*whole("mean"), *along("mean"), cast("mean")],
    "prod": [*whole("prod"), *along("prod", kept), cast("prod")],
    "var": spread("var"),
    "std": spread("std"),
    "logsumexp": along("logsumexp"),
    "norm": [
        *whole("norm"),
        Form(
            lambda t, x, p, d, k: x.norm(p, d, k),
            ALL,
            each(*DTYPES),
            lambda x: [
                (p, d, k)
                for p in (2, 1, 0, 3.5, float("inf"), -1, "fro")
                for d, k in ((0, False), (-1, True), (None, False), (5, False))
            ],
            (0.3, 2.0),
            layouts=("plain", "strided"),
        ),
    ],
    "linalg.norm": [
        Form(
            lambda t, x, p, d, k: t.linalg.norm(x, p, d, k),
            ALL,
            each(*FLOATING, "int64"),
            lambda x: [
                (p, d, k)
                for p in (None, 2, 1, float("inf"), -1, "fro", "nuc")
                for k in KEPT
                for d in (None, 0, -1, (0, 1), (-1, 0))
            ],
            (0.3, 2.0),
            layouts=("plain", "strided"),
        ),
    ],
    "cumsum": [*along("cumsum", dims), cast("cumsum")],
    "cumprod": [*along("cumprod", dims), cast("cumprod")],
    "softmax": [
        *along("softmax", dims),
        cast("softmax"),
        Form(lambda t, x, d: t.nn.functional.softmax(x, d), ALL, each(*DTYPES), dims),
    ],
    "log_softmax": [
        *along("log_softmax", dims),
        Form(lambda t, x, d: t.nn.functional.log_softmax(x, dim=d), ALL, each(*DTYPES), dims),
    ],
    "count_nonzero": [
        *whole("count_nonzero", whole=(0, 1)),
        *along("count_nonzero", lambda x: [*dims(x), *((group,) for group, k in groups(x) if not k)], whole=(0, 1)),
    ],
    "histogram": [
        Form(
            lambda t, x, bins, more: tuple(t.histogram(x, bins, **more)),
            ALL,
            each(*DTYPES),
            [(n, more) for n in (1, 3, 7) for more in ({}, {"density": True}, {"range": (-1.0, 1.5)})],
        ),
    ],
    "histc": [Form(lambda t, x, *o: t.histc(x, *o), ALL, each(*DTYPES), [(), (3,), (4, -1.0, 1.5), (5, 2, 2), (0,)])],
    "bincount": [
        Form(lambda t, x, n: t.bincount(x, minlength=n), ALL, each(*DTYPES), [(0,), (7,)], whole=(0, 5)),
        Form(lambda t, x, w: x.bincount(w), [((n,), (n,)) for n in (0, 1, 6)], mixed(2), whole=(0, 5)),
    ],
}
