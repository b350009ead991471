"""The forms of what layers compute."""

from typing import Any

import numpy as np
from forms import ALL, DTYPES, FLOATING, LAYOUTS, PLAIN, SOME, Form, alike, each, mixed


def functional(name: str, shapes: Any, dtypes: Any, options: Any = ((),), **more: Any) -> Form:
    return Form(lambda t, *xs: getattr(t.nn.functional, name)(*xs), shapes, dtypes, options, **more)


def normal(name: str, shape_of: Any) -> Form:
    def call(t: Any, x: Any, *rest: Any) -> Any:
        return getattr(t.nn.functional, name)(x, *rest)

    return Form(call, ALL, each(*DTYPES), shape_of)


def attention(t: Any, q: Any, k: Any, v: Any, causal: bool, more: Any) -> Any:
    return t.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=causal, **more)


def kernels(n: int) -> list[tuple[Any, ...]]:
    """Stride, padding, dilation and groups of a convolution with n dimensions."""
    return [
        (1, 0, 1, 1),
        (2, 1, 1, 1),
        (1, 2, 2, 1),
        ((1, 2)[:n], (2, 0)[:n], 1, 1),
        (1, "same", 1, 1),
        (1, "valid", 2, 1),
        (1, 0, 1, 2),
    ]


POOLS = [(2,), (3, 1), (2, 2, 1), (3, 2, 1), (2, 3)]
CONV1 = [
    ((2, 2, 7), (4, 2, 3), (4,)),
    ((2, 7), (3, 2, 2), (3,)),
    ((0, 2, 7), (4, 2, 3), (4,)),
    ((1, 2, 1), (4, 2, 3), (4,)),
    ((2, 3, 7), (4, 2, 3), (4,)),
]
CONV2 = [
    ((2, 2, 5, 6), (4, 2, 3, 2), (4,)),
    ((2, 5, 5), (3, 2, 2, 2), (3,)),
    ((0, 2, 5, 5), (4, 2, 3, 3), (4,)),
    ((2, 2, 5, 6), (4, 2, 3, 2), (3,)),
]
PADS = [
    ((1, 2),),
    ((0, 0),),
    ((1, 0, 2, 1),),
    ((-1, 1),),
    ((1, 1), "constant", 2.5),
    ((1, 1), "reflect"),
    ((1, 1), "replicate"),
    ((1, 1), "circular"),
    ((1, 1, 1, 0), "reflect"),
    ((1, 1, 1),),
    ((0, 1, 0, 0, 1, 1),),
]
SEQUENCES = [
    ((2, 3, 4), (2, 5, 4), (2, 5, 3)),
    ((3, 4), (5, 4), (5, 4)),
    ((2, 2, 3, 4), (2, 2, 3, 4), (2, 2, 3, 4)),
    ((2, 3, 4), (2, 3, 2), (2, 3, 4)),
]

FORMS: dict[str, list[Form]] = {
    "linear": [
        functional(
            "linear",
            [
                ((3,), (2, 3)),
                ((4, 3), (2, 3)),
                ((2, 4, 3), (2, 3)),
                ((0, 3), (2, 3)),
                ((4, 0), (2, 0)),
                ((4, 2), (2, 3)),
                ((), (2, 3)),
                ((2, 1, 2, 3), (1, 3)),
            ],
            mixed(2, SOME),
        ),
        functional(
            "linear",
            [((3,), (2, 3), (2,)), ((4, 3), (2, 3), (2,)), ((2, 4, 3), (2, 3), (2,)), ((4, 3), (2, 3), (3,))],
            alike(3),
        ),
    ],
    "embedding": [
        Form(
            lambda t, x, w: t.nn.functional.embedding(x, w),
            [((), (4, 3)), ((2,), (4, 3)), ((2, 3), (4, 1)), ((0, 2), (4, 0)), ((2,), (2, 2)), ((2,), (4,))],
            [(a, b) for a in ("int64", "int32", "uint8", "float32", "bool") for b in DTYPES],
            whole=(0, 3),
        ),
    ],
    "one_hot": [
        Form(
            lambda t, x, *n: t.nn.functional.one_hot(x, *n),
            ALL,
            each(*DTYPES),
            [(), (4,), (2,), (-1,), (0,), (6,)],
            whole=(0, 3),
        )
    ],
    "dropout": [
        Form(
            lambda t, x, p, training: (t.manual_seed(3), t.nn.functional.dropout(x, p, training))[1],
            ALL,
            each(*FLOATING),
            [(p, training) for p in (0.0, 0.5, 1.0, 1.5) for training in (True, False)],
            layouts=LAYOUTS[:3],
        ),
    ],
    "layer_norm": [
        normal(
            "layer_norm",
            lambda x: [(size, None, None, eps) for size in (x[-1:], x[-2:], x, (3,)) for eps in (1e-5, 0.1)],
        ),
        functional(
            "layer_norm", [((2, 3),)], each(*FLOATING), [((3,), np.array([1.0, 2.0, 0.5]), np.array([0.0, 1.0, 2.0]))]
        ),
    ],
    "batch_norm": [
        normal("batch_norm", [(None, None, None, None, True), (None, None, None, None, True, 0.1, 0.1), (None, None)]),
        Form(
            lambda t, x, m, v, w, b, training: (
                t.nn.functional.batch_norm(x, m.detach(), v.detach(), w, b, training),
                m.detach(),
                v.detach(),
            ),
            [
                (s, (3,), (3,), (3,), (3,))
                for s in ((4, 3), (2, 3, 2), (2, 3, 2, 2), (1, 3), (0, 3), (1, 3, 2), (3,), (4, 2))
            ],
            alike(5, FLOATING),
            [(True,), (False,)],
            (0.3, 2.0),
            layouts=PLAIN,
        ),  # PyTorch misreads a weight that is not contiguous
    ],
    "group_norm": [
        normal("group_norm", [(1,), (2,), (3,), (1, None, None, 0.1)]),
        Form(
            lambda t, x, w, b, n: t.nn.functional.group_norm(x, n, w, b),
            [
                ((2, 4, 3), (4,), (4,)),
                ((1, 4), (4,), (4,)),
                ((0, 4, 2), (4,), (4,)),
                ((2, 4, 2, 2), (4,), (4,)),
                ((2, 4, 3), (3,), (4,)),
            ],
            alike(3, FLOATING),
            [(1,), (2,), (4,), (3,)],
        ),
    ],
    "conv1d": [functional("conv1d", CONV1, alike(3), kernels(1))],
    "conv2d": [functional("conv2d", CONV2, alike(3), kernels(2))],
    "max_pool2d": [
        functional(
            "max_pool2d",
            [((2, 2, 5, 6),), ((2, 5, 5),), ((0, 2, 4, 4),), ((1, 1, 1, 1),), ((2, 0, 4, 4),), ((4, 4),)],
            each(*DTYPES),
            POOLS,
            domain=(-9.0, 9.0),
        ),
    ],
    "avg_pool2d": [
        functional(
            "avg_pool2d",
            [((2, 2, 5, 6),), ((2, 5, 5),), ((0, 2, 4, 4),), ((1, 1, 1, 1),), ((2, 0, 4, 4),), ((4, 4),)],
            each(*DTYPES),
            [*POOLS, (2, 2, 0, True), (3, 2, 1, True, False), (2, 2, 0, False, True, 3)],
        ),
    ],
    "scaled_dot_product_attention": [
        Form(
            attention,
            SEQUENCES,
            alike(3),
            [(causal, more) for causal in (False, True) for more in ({}, {"scale": 0.3})],
        ),
    ],
    "pad": [functional("pad", ALL, each(*DTYPES), PADS)],
}
