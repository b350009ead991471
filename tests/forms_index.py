"""The forms of reading and writing by index, and of what writes in place."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from forms import ALL, DTYPES, PAIRS, PLAIN, Form, Shape, alike, dims, each, mixed, of
from op_cases import INDICES, MASK, X


def rows(x: Shape) -> Iterable[tuple[Any, ...]]:
    """A dimension, and indices along it."""
    n = len(x)
    given = [np.array([0]), np.array([0, 0, -1]), np.array(0), np.array([], np.int64), np.array([1, 0], np.int32),
             np.array([9]), np.array([[0]])]  # fmt: skip
    return [(d, index) for d in range(-n - 1, n + 1) for index in given]


def places(x: Shape, *others: Shape) -> Iterable[tuple[Any, ...]]:
    """A dimension, and indices with as many dimensions as x."""
    n = len(x)
    given = []
    for d in range(-n - 1, n + 1) if n else (-2, -1, 0, 1):
        along = x[d] if -n <= d < n else 1
        for count in (0, 1, 3):
            shape = list(x)
            if -n <= d < n:
                shape[d] = count
            index = np.arange(int(np.prod(shape))).reshape(shape) % max(along, 1)
            given.append((d, np.asarray(index)))
        if -n <= d < n:
            given += [(d, np.full(x, along)), (d, np.zeros((*x, 1), int))]  # out of range, and of another rank
    return given


def indexed(t: Any, x: Any, index: Any) -> Any:
    return x[index]


def written(t: Any, x: Any, value: Any, index: Any) -> Any:
    y = x * 1
    y[index] = value
    return y


def in_place(name: str) -> list[Form]:
    """On what was computed."""

    def call(t: Any, x: Any, y: Any) -> Any:
        z = x.clone()
        same = getattr(z, name)(y)
        assert same is z
        return z

    def with_number(t: Any, x: Any, n: Any) -> Any:
        z = x.clone()
        getattr(z, name)(n)
        return z

    return [
        Form(call, PAIRS, mixed(2), domain=(0.3, 3.0), whole=(1, 4)),
        Form(with_number, ALL[:6], each(*DTYPES), [(2,), (2.5,), (True,), (0,)]),
    ]


KEYS = [(index,) for index in INDICES.values()]
FILLS = [(2,), (-0.5,), (True,), (300,)]

FORMS: dict[str, list[Form]] = {
    "getitem": [Form(indexed, [(X,)], each(*DTYPES), KEYS)],
    "setitem": [
        Form(written, [(X, ())], alike(2), KEYS, layouts=("plain", "transposed", "strided")),
        Form(written, [(X, ()), (X, (3,))], mixed(2), [(1,), ((1, 2),), ([0, 2],), (MASK,), (...,)], layouts=PLAIN),
        Form(
            written,
            [((2, 3), (3,)), ((2, 3), (2, 1)), ((2, 3), (2,)), ((2, 0), (0,))],
            alike(2),
            [(...,), (slice(None),), (0,), ((slice(None), 0),), ([1, 0],), ([1, 1],), (np.array([True, False]),), (5,)],
        ),
    ],
    "index_select": of(lambda t, x, d, index: t.index_select(x, d, index), rows, ALL[1:]),
    "gather": of(lambda t, x, d, index: t.gather(x, d, index), places),
    "scatter": [
        *of(lambda t, x, d, index: t.scatter(x, d, index, 2), places),
        *of(lambda t, x, d, index: x.scatter(d, index, (x * 2).detach()), places),
        Form(lambda t, x, s, d, index: x.scatter(d, index, s), [((2, 3), (2, 3))], mixed(2), places, layouts=PLAIN),
    ],
    "scatter_add": [
        Form(lambda t, x, s, d, index: t.scatter_add(x, d, index, s), [(s, s) for (s,) in ALL], alike(2), places),
        Form(lambda t, x, s, d, index: x.scatter_add(d, index, s), [((2, 3), (2, 3))], mixed(2), places, layouts=PLAIN),
    ],
    "take_along_dim": of(lambda t, x, d, index: t.take_along_dim(x, index, d), places),
    "masked_fill": [
        Form(lambda t, x, mask, n: x.masked_fill(mask, n), PAIRS, [(a, "bool") for a in DTYPES], FILLS),
        Form(lambda t, x, mask: t.masked_fill(x, mask, 1), PAIRS, mixed(2)),
    ],
    "masked_select": [
        Form(lambda t, x, mask: t.masked_select(x, mask), PAIRS, [(a, "bool") for a in DTYPES]),
        Form(lambda t, x, mask: x.masked_select(mask), PAIRS, mixed(2), layouts=PLAIN),
    ],
    "index_add": [
        Form(
            lambda t, x, s, d: t.index_add(x, d, t.tensor([0, 0][: s.shape[0]] if s.ndim else [0]), s),
            [((2, 3), (2, 3)), ((4,), (2,)), ((2, 3), (1, 3)), ((), ()), ((2, 3), (2, 2)), ((3, 2, 2), (2, 2, 2))],
            mixed(2),
            dims,
        ),
    ],
    "nonzero": [
        *of(lambda t, x: t.nonzero(x), whole=(0, 1)),
        *of(lambda t, x: tuple(x.nonzero(as_tuple=True)), whole=(0, 1)),
    ],
    "add_": in_place("add_"),
    "sub_": in_place("sub_"),
    "mul_": in_place("mul_"),
    "div_": in_place("div_"),
    "copy_": in_place("copy_"),
    "fill_": in_place("fill_"),
    "zero_": of(lambda t, x: x.clone().zero_()),
    "clamp_": of(lambda t, x, a, b: x.clone().clamp_(a, b), [(0, 1), (None, 0.5), (0, None)]),
}
