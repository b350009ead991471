"""The forms of shapes, parts and arrangements."""

from collections.abc import Iterable
from itertools import permutations
from typing import Any

import numpy as np
from forms import ALL, PLAIN, Form, Shape, alike, dims, mixed, of

FEW_DTYPES = ("float64", "int64")
TWO_OR_MORE = [(x,) for (x,) in ALL if len(x) > 1]


def sizes(x: Shape) -> Iterable[tuple[Any, ...]]:
    """Shapes with as many elements, with one left open, and with another number of elements."""
    n = int(np.prod(x))
    given = [(n,), (-1,), (1, n, 1), x[::-1], (-1, *x[1:]), (2, -1), (*x, 1), (n + 1,), (-1, -1), (0, -1), (n, 0), ()]
    return [(size,) for size in dict.fromkeys(given)]


def pairs_of_dims(x: Shape) -> Iterable[tuple[Any, ...]]:
    return [(*a, *b) for a in dims(x) for b in dims(x)]


def halves(x: Shape) -> Iterable[tuple[Any, ...]]:
    fitting = [(d, size) for d in range(-len(x), len(x)) for size in ((x[d], 1), (1, x[d], 1), (-1,), (1, -1))]
    return [*fitting, (0, (7, 7)), (-1, (-1, -1)), (len(x), (1,))]


def orders(x: Shape) -> Iterable[tuple[Any, ...]]:
    n = len(x)
    return [*((p,) for p in list(permutations(range(n)))[:8]), ((0,) * n,), (tuple(range(-n, 0)),), ((*range(n), 0),)]


def wider(x: Shape) -> Iterable[tuple[Any, ...]]:
    stretched = tuple(3 if n == 1 else n for n in x)
    given = [
        x,
        stretched,
        (2, *x),
        (2, 1, *stretched),
        (-1,) * len(x),
        (-1, *x),
        (*x, 2),
        (0, *x),
        x[1:],
        (5,) * len(x),
    ]
    return [(size,) for size in dict.fromkeys(given)]


def repeats(x: Shape) -> Iterable[tuple[Any, ...]]:
    n = len(x)
    return [
        ((2,) * n,),
        ((1,) * n,),
        ((2, *(1,) * n),),
        ((0,) * max(n, 1),),
        ((3,),),
        ((),),
        *([] if 0 in x else [((-1,) * n,)]),
    ]


def apart(options: Any) -> Any:
    """The same sizes as arguments of their own."""
    return lambda x: [size for (size,) in options(x) if size]


def parts(x: Shape) -> Iterable[tuple[Any, ...]]:
    return [*((n, *d) for n in (1, 2, 3) for d in dims(x)), (0, 0), (-1, 0), (0, -1)]


JOINED = [
    ((2, 3), (2, 3)), ((2, 3), (1, 3)), ((2, 3), (2, 1)), ((), ()), ((3,), (0,)), ((0,), (2, 3)), ((0, 3), (2, 3)),
    ((2, 3, 4), (2, 3, 4)), ((2,), (2, 3)), ((4,), (4,)), ((1, 2, 2), (1, 2, 2)),
]  # fmt: skip

FORMS: dict[str, list[Form]] = {
    "reshape": [
        *of(lambda t, x, size: t.reshape(x, size), sizes),
        *of(lambda t, x, *size: x.reshape(*size), apart(sizes), ALL[:8]),
    ],
    "view": of(lambda t, x, size: x.view(size), sizes, layouts=("plain", "transposed", "strided", "expanded")),
    "permute": [
        *of(lambda t, x, order: t.permute(x, order), orders),
        *of(lambda t, x, *order: x.permute(*order), apart(orders)),
    ],
    "transpose": of(
        lambda t, x, a, b: t.transpose(x, a, b), pairs_of_dims, dtypes=FEW_DTYPES, layouts=("plain", "strided")
    ),
    "swapaxes": of(lambda t, x, a, b: x.swapaxes(a, b), pairs_of_dims, dtypes=FEW_DTYPES, layouts=("plain", "strided")),
    "t": of(lambda t, x: x.t()),
    "T": of(lambda t, x: x.T, shapes=[s for s in ALL if len(s[0]) == 2]),
    "mT": of(lambda t, x: x.mT),
    "squeeze": [
        *of(lambda t, x: x.squeeze()),
        *of(lambda t, x, d: t.squeeze(x, d), dims),
        *of(lambda t, x, d: x.squeeze(d), lambda x: [((0, -1),), ((),), (tuple(range(len(x))),)]),
    ],
    "unsqueeze": of(lambda t, x, d: t.unsqueeze(x, d), lambda x: [(d,) for d in range(-len(x) - 2, len(x) + 2)]),
    "flatten": [
        *of(lambda t, x: t.flatten(x)),
        *of(lambda t, x, a, b: x.flatten(a, b), pairs_of_dims, dtypes=FEW_DTYPES, layouts=("plain", "strided")),
    ],
    "unflatten": of(lambda t, x, d, size: t.unflatten(x, d, size), halves, ALL[1:]),
    "expand": [
        *of(lambda t, x, size: x.expand(size), wider),
        *of(lambda t, x, *size: x.expand(*size), apart(wider), ALL[:8]),
    ],
    "broadcast_to": of(lambda t, x, size: t.broadcast_to(x, size), wider),
    "repeat": of(lambda t, x, n: x.repeat(n), repeats),
    "tile": [*of(lambda t, x, n: t.tile(x, n), repeats), *of(lambda t, x, *n: x.tile(*n), apart(repeats), ALL[:6])],
    "repeat_interleave": [
        *of(
            lambda t, x, n, *d: t.repeat_interleave(x, n, *d),
            lambda x: [(n, *d) for n in (0, 1, 3, -1) for d in ((), *dims(x))],
        ),
        *of(
            lambda t, x, d, n: x.repeat_interleave(n, d),
            lambda x: [(d, np.arange(x[d])) for d in range(-len(x), len(x))],
        ),
    ],
    "cat": [
        Form(lambda t, x, y, d: t.cat([x, y], d), JOINED, alike(2), dims),
        Form(lambda t, x, y: t.cat([x, y]), JOINED, mixed(2), layouts=PLAIN),
        Form(lambda t, x, y, z: t.cat((x, y, z)), [((2, 3), (0, 3), (1, 3)), ((1,), (0,), (3,))], alike(3)),
    ],
    "stack": [
        Form(
            lambda t, x, y, d: t.stack([x, y], d),
            JOINED,
            alike(2),
            lambda x, y: [(d,) for d in range(-len(x) - 1, len(x) + 1)],
        ),
        Form(lambda t, x, y: t.stack((x, y)), JOINED, mixed(2), layouts=PLAIN),
        *of(lambda t, x, d: t.stack([x, x], d), lambda x: [(-len(x) - 2,), (len(x) + 1,)]),
    ],
    "hstack": [Form(lambda t, x, y: t.hstack([x, y]), JOINED, mixed(2))],
    "vstack": [Form(lambda t, x, y: t.vstack((x, y)), JOINED, mixed(2))],
    "split": [
        *of(lambda t, x, n, d: tuple(t.split(x, n, d)), parts),
        *of(lambda t, x, n, d: tuple(x.split(n, d)), lambda x: [(n, 0) for n in ([1, 1], [2, 0], [1, 2], [0], [])]),
    ],
    "chunk": of(lambda t, x, n, d: tuple(t.chunk(x, n, d)), parts),
    "unbind": [*of(lambda t, x, d: tuple(t.unbind(x, d)), dims), *of(lambda t, x: tuple(x.unbind()))],
    "flip": of(
        lambda t, x, d: t.flip(x, d), lambda x: [*((d,) for d in dims(x)), ((),), ((0, -1),), (tuple(range(len(x))),)]
    ),
    "roll": [
        *of(lambda t, x, n: t.roll(x, n), [(0,), (1,), (-2,), (7,)]),
        *of(
            lambda t, x, n, d: x.roll(n, d),
            lambda x: [(n, *d) for n in (0, 1, -2, 7) for d in (dims(x) if 0 not in x else [(0,)])],
        ),
        *of(
            lambda t, x, n, d: t.roll(x, n, d),
            [((1, 2), (0, 1)), ((1, 1), (0, 0)), ((1,), (0, 1)), ((-1, 3), (-1, 0))],
            TWO_OR_MORE,
        ),
    ],
    "tril": [*of(lambda t, x, k: t.tril(x, k), [(0,), (1,), (-1,), (5,), (-5,)]), *of(lambda t, x: x.tril())],
    "triu": [*of(lambda t, x, k: t.triu(x, k), [(0,), (1,), (-1,), (5,), (-5,)]), *of(lambda t, x: x.triu())],
    "diag": of(lambda t, x, k: t.diag(x, k), [(0,), (1,), (-2,), (9,)]),
    "diagonal": [
        *of(lambda t, x, k: t.diagonal(x, k), [(0,), (1,), (-1,), (5,)]),
        *of(
            lambda t, x, k, a, b: x.diagonal(k, a, b),
            lambda x: [(k, *d) for k in (0, 1, -2) for d in pairs_of_dims(x)],
            dtypes=FEW_DTYPES,
            layouts=("plain", "transposed"),
        ),
    ],
    "movedim": [
        *of(lambda t, x, a, b: t.movedim(x, a, b), pairs_of_dims, dtypes=FEW_DTYPES, layouts=("plain", "strided")),
        *of(
            lambda t, x, a, b: x.movedim(a, b),
            [((0, 1), (1, 0)), ((0, -1), (-1, 0)), ((0, 0), (0, 1)), ((0,), (0, 1))],
            TWO_OR_MORE,
        ),
    ],
    "contiguous": of(lambda t, x: x.contiguous().view(-1)),
}
