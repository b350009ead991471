"""The forms of losses."""

from typing import Any

import numpy as np
from forms import DTYPES, FLOATING, SHAPES, SOME, Form, Shape, alike, dims, each, mixed

REDUCTIONS = [("mean",), ("sum",), ("none",)]
LIKE = [(shape, shape) for shape in SHAPES]
PROBABILITY = (0.05, 0.95)
SCORES: list[tuple[Shape]] = [((5, 3),), ((3,),), ((1, 3),), ((2, 3, 4),), ((2, 3, 1, 2),), ((0, 3),), ((2, 3, 0),)]
WEIGHT = np.array([1.0, 0.5, 3.0])


def error(name: str, *more: Any) -> list[Form]:
    """A loss of an input and a target of one shape."""
    return [
        Form(
            lambda t, x, y, r, *o: getattr(t.nn.functional, name)(x, y, *o, reduction=r),
            LIKE,
            alike(2, FLOATING),
            [(*r, *o) for r in REDUCTIONS for o in ((), *more)],
        ),
        Form(
            lambda t, x, y, r: getattr(t.nn.functional, name)(x, y, reduction=r),
            [((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 3), (2, 2)), ((), ())],
            alike(2),
            REDUCTIONS,
        ),
    ]


def classes(x: Shape) -> np.ndarray:
    """One class of three for each row."""
    shape = (x[0], *x[2:]) if len(x) > 1 else ()
    return (np.arange(int(np.prod(shape))).reshape(shape) * 2) % 3


def by_class(name: str, *more: dict[str, Any]) -> Form:
    def call(t: Any, x: Any, target: Any, reduction: str, weighted: bool, options: Any) -> Any:
        weight = t.tensor(WEIGHT, dtype=x.dtype) if weighted else None
        return getattr(t.nn.functional, name)(x, target, weight=weight, reduction=reduction, **options)

    return Form(
        call,
        SCORES,
        each(*DTYPES),
        lambda x: [
            (target, *r, weighted, o)
            for target in (classes(x), classes(x) + 1)
            for r in REDUCTIONS
            for weighted in (False, True)
            for o in ({}, *more)
        ],
    )


FORMS: dict[str, list[Form]] = {
    "mse_loss": error("mse_loss"),
    "l1_loss": error("l1_loss"),
    "smooth_l1_loss": [
        *error("smooth_l1_loss"),
        Form(
            lambda t, x, y, r, b: t.nn.functional.smooth_l1_loss(x, y, reduction=r, beta=b),
            LIKE,
            alike(2, FLOATING),
            [(*r, b) for r in REDUCTIONS for b in (0.3, 2.0, 0.0, -1.0)],
        ),
    ],
    "huber_loss": [
        *error("huber_loss"),
        Form(
            lambda t, x, y, r, b: t.nn.functional.huber_loss(x, y, reduction=r, delta=b),
            LIKE,
            alike(2, FLOATING),
            [(*r, b) for r in REDUCTIONS for b in (0.3, 2.0, 0.0, -1.0)],
        ),
    ],
    "binary_cross_entropy": [
        Form(
            lambda t, x, y, r: t.nn.functional.binary_cross_entropy(x, y, reduction=r),
            [*LIKE, ((2, 3), (3,))],
            alike(2),
            REDUCTIONS,
            PROBABILITY,
            (0, 1),
        ),
        Form(
            lambda t, x, y, w, r: t.nn.functional.binary_cross_entropy(x, y, w.detach(), reduction=r),
            [((2, 3),) * 3, ((2, 3), (2, 3), (3,)), ((2, 3), (2, 3), (2,))],
            alike(3, FLOATING),
            REDUCTIONS,
            PROBABILITY,
        ),
    ],
    "binary_cross_entropy_with_logits": [
        Form(
            lambda t, x, y, r: t.nn.functional.binary_cross_entropy_with_logits(x, y, reduction=r),
            [*LIKE, ((2, 3), (3,))],
            alike(2),
            REDUCTIONS,
            ((-6.0, 6.0), PROBABILITY),
            (0, 1),
        ),
        Form(
            lambda t, x, y, w, r: t.nn.functional.binary_cross_entropy_with_logits(
                x, y, w.detach(), pos_weight=w.detach(), reduction=r
            ),
            [((2, 3),) * 3, ((2, 3), (2, 3), (3,)), ((2, 3), (2, 3), (2,))],
            alike(3, FLOATING),
            REDUCTIONS,
            PROBABILITY,
        ),
    ],
    "kl_div": [
        Form(
            lambda t, x, y, r, log: t.nn.functional.kl_div(x, y, reduction=r, log_target=log),
            [*LIKE, ((2, 3), (3,))],
            alike(2, FLOATING),
            [(r, log) for r in ("batchmean", "sum", "none", "mean") for log in (False, True)],
            ((-3.0, 0.0), PROBABILITY),
        ),
    ],
    "hinge_embedding_loss": [
        Form(
            lambda t, x, y, r, m: t.nn.functional.hinge_embedding_loss(x, t.where(y > 0, 1, -1), m, reduction=r),
            LIKE,
            alike(2, FLOATING),
            [(*r, m) for r in REDUCTIONS for m in (1.0, 0.5, 0)],
        ),
    ],
    "margin_ranking_loss": [
        Form(
            lambda t, x, y, z, r, m: t.nn.functional.margin_ranking_loss(x, y, t.where(z > 0, 1, -1), m, reduction=r),
            [(s, s, s) for s in SHAPES],
            alike(3, FLOATING),
            [(*r, m) for r in REDUCTIONS for m in (0, 0.5)],
        ),
    ],
    "cosine_similarity": [
        Form(
            lambda t, x, y, d: t.nn.functional.cosine_similarity(x, y, d),
            [*LIKE, ((2, 3), (3,)), ((2, 1, 3), (4, 1)), ((2, 3), (2,))],
            alike(2, SOME),
            dims,
            (0.3, 2.0),
            (1, 4),
        ),
    ],
    "cross_entropy": [
        by_class("cross_entropy", {"ignore_index": 0}, {"label_smoothing": 0.3}),
        Form(
            lambda t, x, y, r, s: t.nn.functional.cross_entropy(x, y, reduction=r, label_smoothing=s),
            [(s, s) for (s,) in SCORES],
            mixed(2, FLOATING),
            [(*r, s) for r in REDUCTIONS for s in (0.0, 0.2)],
        ),
    ],
    "nll_loss": [by_class("nll_loss", {"ignore_index": 0})],
    "multi_margin_loss": [by_class("multi_margin_loss", {"p": 2}, {"margin": 0.5})],
}
