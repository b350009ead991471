"""Cases of the reductions and running results: product, spread, norms, log-sum-exp, cumulative sum and product."""

from typing import Any

from cases import INF, NAN, ONE, Case, Row, calls, options

ZEROS = [[0.0, 2.0, 3.0], [0.0, 0.0, 4.0], [1.5, -2.0, 0.0], [1.0, 2.0, 3.0]]
RUNNING = [
    *options((2, 3, 4), (0,), (1,), (-1,)), *options((), (0,), (-1,)), *options((1,), (0,)),
    *options((3, 1), (0,), (1,)), *options((0, 3), (0,), (1,)),
]  # fmt: skip
GROUPED = [
    *options((2, 3, 4), (0,), (-1,), ((0, 2),), ([1],), (1, True), ((0, -1), True)), *options((), (0,), (-1, True)),
    *options((1, 3), (0,), (1,)), *options((0, 3), (0,), (1,), (0, True)),
]  # fmt: skip
SPREAD = [
    *options((2, 3, 4), (), (0,), (-1,), ((0, 2),), (1, True), (1, False), ((0, 1), False, True), (False,)),
    *options((2, 3), (1,), correction=0), *options((2, 3), (), (1,), correction=0.5),
]  # fmt: skip
DIMS = [(None, False), (0, False), (-1, True), ((0, 2), False)]
NORMS = [
    *(Case(((2, 3, 4),), (p, *dims)) for p in (2, 3, 1.5, 0.5, -1, -2.0) for dims in DIMS),
    *options((), (2, None, False), (3, 0, True)), *options((0, 3), (2, 0, False), (1.5, None, True), (-1, 1, False)),
]  # fmt: skip


def _norm(torch: Any, x: Any, p: Any, dim: Any, keepdim: bool) -> Any:
    return torch.linalg.vector_norm(x, p, dim, keepdim)


TABLE = {
    "prod": Row(
        [
            *options((2, 3, 4), (), (0,), (1,), (-1,), (1, True)),
            *options((), (), (0,), (-1, True)),
            *options((0, 3), (), (0,), (1,)),
            *options(ZEROS, (), (0,), (1,), (1, True)),
        ]
    ),
    "std": Row(SPREAD),
    "logsumexp": Row(GROUPED),
    "cumsum": Row(RUNNING),
    "cumprod": Row([*RUNNING, *options(ZEROS, (0,), (1,))]),
    "norm": Row(NORMS, (0.3, 2.0), analytic=False, torch=_norm),
    "median": Row(ONE[:4], analytic=False),
}

FLAT = [[0.0, 0.0, 0.0], [1.0, -2.0, 2.0]]
KINKS = {
    "std": options([[2.0, 2.0], [1.0, 3.0], [NAN, 1.0]], (1,), (0,), (1, False), ()),
    "logsumexp": options(
        [[-INF, -INF, -INF], [INF, 0.0, 1.0], [-INF, 0.0, 1.0], [1000.0, -1000.0, 999.0], [INF, -INF, 0.0],
         [NAN, 1.0, 2.0]],
        (1,), (0,), ((0, 1), True),
    ),
    "norm": [
        *options(FLAT, *((p, 1, False) for p in (2, 3, 1.5, 0.5, -1, -3))),
        *options([NAN, 1.0, 0.0], (2, 0, False)), *options([INF, 1.0], (2, 0, False)),
    ],
    "median": calls(([2.0, 2.0, 1.0, 5.0],), ([NAN, 2.0, NAN, 5.0],), ([[3.0, 1.0], [4.0, 2.0]],)),
    "prod": options([[2.0, 0.0], [INF, 0.0]], (0,)),
}  # fmt: skip
