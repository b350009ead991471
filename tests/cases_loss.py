"""The cases of the losses that are one operation."""

from typing import Any

import numpy as np
from cases import INF, NAN, Case, Row

REDUCTIONS = ("mean", "sum", "none")
PAIRS = [((2, 3), (2, 3)), ((), ()), ((2, 3), (3,)), ((3, 1), (2, 1, 2)), ((1, 1), (1, 1)), ((0, 3), (0, 3))]
COLUMNS, ROWS = np.array([1.0, 0.5, 3.0], np.float32), np.array([[0.0], [2.0]], np.float32)


def _huber(torch: Any, x: Any, target: Any, delta: float, slope: float, reduction: str) -> Any:
    x, target = torch.broadcast_tensors(x, target)
    return torch.nn.functional.huber_loss(x, target, reduction, delta) * (slope / delta)


def _kl_div(torch: Any, x: Any, target: Any, log_target: bool, reduction: str) -> Any:
    x, target = torch.broadcast_tensors(x, target)
    if reduction == "mean":  # of which PyTorch warns
        return torch.nn.functional.kl_div(x, target, reduction="none", log_target=log_target).mean()
    return torch.nn.functional.kl_div(x, target, reduction=reduction, log_target=log_target)


def _binary_cross_entropy(torch: Any, x: Any, target: Any, weight: Any, reduction: str) -> Any:
    weight = None if weight is None else weight.to(x.dtype)
    return torch.nn.functional.binary_cross_entropy(x, target, weight, reduction=reduction)


TABLE = {
    "huber_loss": Row(
        [
            Case(pair, (*straight, reduction))
            for pair in PAIRS
            for straight in ((1.0, 1.0), (0.3, 0.3), (0.3, 1.0), (9.0, 2.0))
            for reduction in REDUCTIONS
        ],
        analytic=False,
        torch=_huber,
    ),
    "kl_div": Row(
        [
            Case(pair, (log_target, reduction))
            for pair in PAIRS
            for log_target in (False, True)
            for reduction in REDUCTIONS
        ],
        ((-3.0, 0.0), (0.1, 0.9)),
        torch=_kl_div,
    ),
    "binary_cross_entropy": Row(
        [
            *(Case(((2, 3), (2, 3)), (w, r)) for w in (None, COLUMNS, ROWS) for r in REDUCTIONS),
            *(Case((x, x), (None, r)) for x in ((), (1, 1), (0, 3)) for r in REDUCTIONS),
        ],
        (0.1, 0.9),
        analytic=False,
        torch=_binary_cross_entropy,
    ),
}

APART = [-INF, -1e30, -2.0, -1.0, -0.0, 0.0, 1.0, 1.5, 1e30, INF, NAN]
KINKS = {
    "huber_loss": [
        Case((APART, [0.0] * len(APART)), (*straight, "none")) for straight in ((1.0, 1.0), (2.0, 2.0), (1.0, 3.0))
    ],
    "kl_div": [
        Case(([-1.0, 1e30, -INF, INF, -1.0], [0.5, 1.0, 0.5, 0.5, 1.0]), (False, "none")),
        Case(([-1.0, 0.0, -1e30, -INF, -1.0], [0.5, -1.0, -1.0, -1.0, -1000.0]), (True, "none")),
    ],
    "binary_cross_entropy": [
        Case(([0.0, 0.0, 1.0, 1.0, 0.25, 1e-30], [0.0, 1.0, 0.0, 1.0, 0.0, 1.0]), (None, "none")),
        Case(([0.0, 1.0, 0.5], [0.5, 0.5, 0.5]), (None, "none")),
    ],
}
