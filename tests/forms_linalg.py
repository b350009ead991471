"""The forms of linear algebra."""

from itertools import product
from typing import Any

import numpy as np
from cases_linalg import DIAGONAL, OTHER, POSITIVE, SINGULAR, SQUARE
from forms import ALL, DTYPES, PLAIN, SOME, Form, Shape, alike, each, mixed
from test_einsum import DOTS, EQUATIONS

ARRAYS: list[Shape] = [
    (),
    (3,),
    (0,),
    (1,),
    (2, 3),
    (3, 2),
    (3, 3),
    (0, 3),
    (3, 0),
    (2, 3, 3),
    (1, 3, 2),
    (2, 2, 3),
    (2, 1, 3, 3),
    (0, 3, 3),
]
PRODUCTS = list(product(ARRAYS, ARRAYS))
FITTING = [(x, y) for x, y in PRODUCTS if x and y and x[-1] == y[-min(len(y), 2)]]  # for a product of matrices


def products(name: str) -> list[Form]:
    return [
        Form(lambda t, x, y: getattr(t, name)(x, y), PRODUCTS, alike(2, ("float64", "int64")), layouts=PLAIN),
        Form(lambda t, x, y: getattr(t, name)(x, y), FITTING, alike(2, SOME)),
        Form(
            lambda t, x, y: getattr(x, name)(y),
            [((3,), (3,)), ((2, 3), (3, 2)), ((2, 3), (3,)), ((2, 2, 3), (2, 3, 1))],
            mixed(2),
        ),
    ]


def matrices(name: str, **more: Any) -> Form:
    """A function of torch.linalg, of one matrix or several that are given as an option."""

    def call(t: Any, unit: Any, matrix: Any) -> Any:
        return getattr(t.linalg, name)(matrix.to(unit.dtype) * unit)

    given = [SQUARE, [SQUARE, OTHER], [[SQUARE], [OTHER]], [[2.0]], SINGULAR, DIAGONAL, POSITIVE, [POSITIVE, DIAGONAL]]
    return Form(call, [((),)], each(*DTYPES), [(np.array(matrix),) for matrix in given], (1.0, 1.0), (1, 1), **more)


FORMS: dict[str, list[Form]] = {
    **{name: products(name) for name in ("matmul", "mm", "bmm", "mv", "dot", "outer")},
    "einsum": [
        Form(
            lambda t, *given: t.einsum(given[-1], *given[:-1]), [tuple(shapes)], alike(len(shapes), SOME), [(equation,)]
        )
        for equation, *shapes in EQUATIONS
    ],
    "addmm": [
        Form(
            lambda t, x, a, b, o: t.addmm(x, a, b, **o),
            [
                ((2, 4), (2, 3), (3, 4)),
                ((4,), (2, 3), (3, 4)),
                ((2, 1), (2, 3), (3, 4)),
                ((), (2, 3), (3, 4)),
                ((2, 4), (2, 0), (0, 4)),
                ((0, 4), (0, 3), (3, 4)),
                ((3, 4), (2, 3), (3, 4)),
                ((2, 4), (2, 3), (2, 4)),
                ((4,), (3,), (3, 4)),
            ],
            alike(3),
            [({},), ({"beta": 2},), ({"alpha": 0.5},), ({"beta": 0, "alpha": 3},)],
        ),
    ],
    "tensordot": [
        Form(lambda t, x, y, d: t.tensordot(x, y, d), [(tuple(a), tuple(b))], alike(2, SOME), [(d,)])
        for a, b, d in DOTS
    ],
    "linalg.inv": [matrices("inv"), Form(lambda t, x: t.linalg.inv(x), ALL, each(*DTYPES))],
    "linalg.det": [matrices("det"), Form(lambda t, x: t.linalg.det(x), ALL, each(*DTYPES))],
    "linalg.cholesky": [
        matrices("cholesky"),
        Form(lambda t, x: t.linalg.cholesky(x), ALL, each(*DTYPES), whole=(1, 1)),
    ],
    "linalg.solve": [
        Form(
            lambda t, b, a: t.linalg.solve(a.to(b.dtype), b),
            [((3,),), ((3, 2),), ((2, 3, 1),), ((3, 0),), ((2, 2),), ((2, 3),), ((),)],
            each(*DTYPES),
            [(np.array(a),) for a in (SQUARE, [SQUARE, OTHER], SINGULAR, [[2.0]])],
        ),
    ],
}
