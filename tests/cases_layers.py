"""Cases of what layers compute: rows of a table, normalisation, convolution, pooling, padding.

The rules take what their functions have checked and spelled out; ``_in_torch`` spells it in PyTorch's words.
"""

from typing import Any

import numpy as np
from cases import INF, NAN, Case, Row

TABLE_ROWS = [np.array([0, 2, 2, 1]), np.array([[1, 1], [0, 1]]), np.array(2), np.zeros((0, 2), np.int64)]


def _embedding(torch: Any, weight: Any, rows: Any, padding_idx: int | None) -> Any:
    return torch.nn.functional.embedding(rows, weight, padding_idx)


def _normalized(torch: Any, x: Any, weight: Any, bias: Any, axes: Any, shape: Any, eps: float) -> Any:
    y = (x - x.mean(axes, keepdim=True)) / (x.var(axes, correction=0, keepdim=True) + eps).sqrt()
    y = y if weight is None else y * weight.reshape(shape)
    return y if bias is None else y + bias.reshape(shape)


def _spaced(torch: Any, x: Any, padding: Any, value: float) -> Any:
    return torch.nn.functional.pad(x, [n for pair in reversed(padding) for n in pair], value=value)


def _convolution(torch: Any, x: Any, weight: Any, bias: Any, stride: Any, padding: Any, *rest: Any) -> Any:
    call = getattr(torch.nn.functional, f"conv{len(stride)}d")
    return call(_spaced(torch, x, padding, 0), weight, bias, stride, 0, *rest)


def _max_pool(torch: Any, x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, out: Any) -> Any:
    call = getattr(torch.nn.functional, f"max_pool{len(stride)}d")
    return call(_spaced(torch, x, padding, -INF), kernel, stride, 0, dilation)


def _avg_pool(torch: Any, x: Any, kernel: Any, stride: Any, padding: Any, out: Any, divisor: Any) -> Any:
    call = getattr(torch.nn.functional, f"avg_pool{len(stride)}d")
    return call(_spaced(torch, x, padding, 0), kernel, stride) * float(np.prod(kernel)) / divisor.to(x.dtype)


TABLE = {
    "embedding": Row([Case(((3, 2),), (rows, None)) for rows in TABLE_ROWS], torch=_embedding),
    "normalized": Row(
        [
            *(
                Case(((2, 3, 4), weight, bias), ((2,), (1, 1, 4), 1e-5))
                for weight, bias in (((4,), (4,)), ((4,), None), (None, None), (None, (4,)))
            ),
            Case(((2, 3, 4), (3, 4), (3, 4)), ((1, 2), (1, 3, 4), 0.1)),
            Case(((3,), (3,), (3,)), ((0,), (3,), 1e-5)),
            Case(((4, 3), (3,), (3,)), ((0,), (1, 3), 1e-5)),
            Case(((2, 3, 4), (3,), (3,)), ((0, 2), (1, 3, 1), 1e-5)),
            Case(((2, 2, 3, 4), (6,), (6,)), ((2, 3), (1, 2, 3, 1), 1e-5)),
            Case(((2, 0, 3), (3,), (3,)), ((2,), (1, 1, 3), 1e-5)),
        ],
        torch=_normalized,
    ),
    "convolution": Row(
        [
            Case(((2, 3, 5), (4, 3, 2), (4,)), ((1,), ((0, 0),), (1,), 1)),
            Case(((2, 4, 7), (6, 2, 3), (6,)), ((2,), ((1, 2),), (2,), 2)),
            Case(((1, 2, 4, 5), (3, 2, 2, 3), (3,)), ((1, 1), ((0, 0), (0, 0)), (1, 1), 1)),
            Case(((2, 2, 5, 4), (2, 1, 3, 2), None), ((2, 1), ((1, 1), (0, 1)), (1, 2), 2)),
            Case(((2, 2, 3, 3), (3, 2, 1, 1), (3,)), ((2, 2), ((0, 0), (0, 0)), (1, 1), 1)),
            Case(((0, 2, 3, 3), (3, 2, 2, 2), (3,)), ((1, 1), ((0, 0), (0, 0)), (1, 1), 1)),
        ],
        torch=_convolution,
    ),
    "max_pool": Row(
        [
            Case(((2, 3, 6),), ((2,), (2,), ((0, 0),), (1,), (3,))),
            Case(((2, 2, 5, 6),), ((3, 2), (2, 1), ((1, 1), (1, 1)), (1, 1), (3, 7))),
            Case(((2, 5, 5),), ((2, 2), (1, 1), ((0, 0), (0, 0)), (2, 3), (3, 2))),
            Case(((2, 4, 4),), ((3, 3), (3, 3), ((0, 2), (0, 2)), (1, 1), (2, 2))),
            Case(((0, 2, 4, 4),), ((2, 2), (2, 2), ((0, 0), (0, 0)), (1, 1), (2, 2))),
        ],
        analytic=False,
        torch=_max_pool,
    ),
    "avg_pool": Row(
        [
            Case(((2, 3, 6),), ((2,), (2,), ((0, 0),), (3,), np.array(2.0))),
            Case(
                ((2, 2, 5, 6),), ((3, 2), (2, 1), ((1, 1), (1, 1)), (3, 7), np.array([[2.0] * 7, [3.0] * 7, [4.0] * 7]))
            ),
            Case(((0, 2, 4, 4),), ((2, 2), (2, 2), ((0, 0), (0, 0)), (2, 2), np.array(4.0))),
        ],
        torch=_avg_pool,
    ),
    "pad": Row(
        [
            Case(((2, 3),), (((1, 2),), 0)),
            Case(((2, 3),), (((0, 2), (1, 0)), 1.5)),
            Case(((0, 3),), (((1, 0), (0, 0)), -1)),
        ],
        torch=_spaced,
    ),
}
EQUAL = [[[1.0, 3.0, 3.0, 2.0], [NAN, 1.0, -INF, 0.0]]]
KINKS = {
    "embedding": [Case(((3, 2),), (rows, padding)) for rows in TABLE_ROWS for padding in (2, -3)],  # gets no gradient
    "max_pool": [
        Case((EQUAL,), ((2,), (1,), ((0, 0),), (1,), (3,))),
        Case((EQUAL,), ((3,), (1,), ((1, 1),), (1,), (4,))),
    ],
}
