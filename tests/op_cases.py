"""The table of cases: what the tests call each operation of ``tensorgrad.operation.OPS`` with.

TABLE has one row for each operation, and a test fails if one is missing: a new operation is a new row.  Everything
that walks the table (gradients, purity, in-place writes, PyTorch) then tests it.
"""

import operator
from itertools import product
from typing import Any

import cases_elementwise
import cases_layers
import cases_linalg
import cases_loss
import cases_reduce
import cases_shape
import numpy as np
from cases import INF, NAN, NUMBERS, ONE, POWERS, SHAPES, SIGNS, TIES, TWO, Case, Row, calls, options

from tensorgrad.ops.index import raw_index

REDUCED = [
    *options((2, 3, 4), (), (0,), (1,), (-1,), ((0, 2),), ((-1, 0),), ([1],), ((),), (1, True), (None, True)),
    *options((), (), (0,), (-1,), (0, True)), *options((1, 3), (0,), (1,), (0, True)),
    *options((0, 3), (1,), (1, True)),
]  # fmt: skip
REDUCED_TO_NONE = options((0, 3), (), (0,), (0, True), (None, True), ((0, 1),))
SPREAD = [
    *options((2, 3, 4), (), (0,), (-1,), ((0, 2),), (1, True), (1, False), ((0, 1), False, True)),
    *options((2, 3), (1,), correction=0), *options((2, 3), (), (1,), correction=0.5),
    *options((1, 3), (1,)), *options((0, 3), (1,)),
]  # fmt: skip
MATRICES = product([(4,), (3, 4), (2, 3, 4), (5, 2, 3, 4)], [(4,), (4, 3), (2, 4, 3), (5, 2, 4, 3)])
BATCHES = [
    ((1, 2, 4), (3, 4, 2)), ((2, 1, 2, 3), (3, 3, 1)), ((3, 4), (2, 2, 4, 1)), ((1, 3, 4), (4,)), ((4,), (1, 4, 3)),
    ((0, 3), (3, 2)), ((2, 0), (0, 3)), ((2, 3), (3, 0)), ((0, 2, 3), (3, 2)), ((1, 1), (1, 1)), ((0,), (0,)),
]  # fmt: skip
ALONG = [
    *options((2, 3, 4), (0,), (1,), (-1,)), *options((), (0,), (-1,)), *options((1,), (0,)),
    *options((3, 1), (0,), (1,)), *options((0, 3), (0,), (1,)), *options((3, 0), (1,)),
]  # fmt: skip

# What stands between the brackets of x[...], for an x of shape (4, 5, 3).
X = (4, 5, 3)
F, T = False, True
MASK = np.arange(60).reshape(X) % 7 > 3
ALL = slice(None)
array = np.array
INDICES = {
    "int": 1, "negative": -2, "NumPy int": np.int64(3), "ints": (1, 2), "element": (1, -2, 0), "slice": slice(1, 3),
    "step": slice(None, None, 2), "negative slice": slice(-3, -1), "slices": (slice(1), slice(0, 5, 3)),
    "empty slice": slice(3, 1), "beyond": slice(2, 99), "nothing": (), "Ellipsis": ..., "Ellipsis first": (..., 1),
    "Ellipsis between": (0, ..., 1), "Ellipsis for none": (0, 1, ..., 2), "None": None, "Nones": (None, 1, ..., None),
    "None between": (ALL, None, 2), "list": [0, 2], "repeated": [2, 0, 2, 2], "no list": [], "range": range(1, 4),
    "bools": [T, F, F, T], "list, int": ([0, 2], 1), "int, list": (1, [0, 2, 2]), "list last": (..., [0, -1]),
    "list, slice, int": ([0, 2, 0], slice(1, 3), 1), "slice, list": (slice(0, 2), [4, 0]), "lists": ([0, 1], [1, 1]),
    "int, slice, list": (1, ALL, [0, 2]), "int, Ellipsis, list": (-1, ..., [2, 2]),
    "slice, int, list": (ALL, 1, [0, 2]),
    "slice, list, int": (slice(1, 3), [0, 2], 1), "rank 0": array(2), "rank 1": array([1, -1, 1]),
    "rank 2": array([[0, 1], [3, 3]]), "no rows": array([], int), "int32": array([1, 0], np.int32),
    "rank 2 last": (..., array([[0, 1], [2, 2]])), "rank 0, slice, rank 1": (array(1), ALL, array([0, 2])),
    "rank 1, None": (array([0, 2]), None), "two": (array([0, 1, 0]), array([4, 1, 4])),
    "two that broadcast": (array([[0], [3]]), array([1, 2, 2])), "two apart": (array([0, 3]), ALL, array([2, 2])),
    "two by None": (array([0, 3]), None, array([2, 2])), "two last": (ALL, array([4, 1]), array([0, 2])),
    "three": ([0, 1], [1, 1], [2, 2]), "mask": array([T, F, T, F]), "no mask": np.zeros(4, bool),
    "mask 2": MASK[..., 0], "mask 3": MASK, "mask, int": (array([T, F, T, T]), -1),
    "slice, mask": (ALL, array([T, F, T, F, F])),
    "int, mask": (1, array([F, F, T, T, F])), "mask, slice, rank 1": (array([F, T, F, T]), ALL, array([0, 2])),
    "int, mask 2": (1, MASK[1]), "int, slice, mask": (2, ALL, array([T, F, T])), "True": True, "False": False,
    "mask, rank 1": (array([T, F, F, T]), array([4, 0])), "True, int": (True, 1),
    "int, None, slice, list": (0, None, ALL, [2, 0]), "slice, int, slice, list": (slice(1, 3), 2, None, [0, 1]),
}  # fmt: skip
WRITES = [
    (1, (5, 3)), (slice(None, None, 2), (5, 1)), ((1, 2), (3,)), ((0, 1, 2), ()), ((..., 1), ()), (None, (4, 5, 3)),
    ([2, 0], (2, 5, 3)), (array([[0, 1], [3, 2]]), (3,)), ((array([0, 1]), array([4, 1])), (2, 3)), (MASK, ()),
    (MASK[..., 0], (1, 3)), ((1, ALL, [0, 2]), (5, 1)), (slice(3, 1), (0, 5, 3)),
]  # fmt: skip

REDUCTIONS = ("mean", "sum", "none")
CLASSES = array([2, 0, 2, 1])  # one for each of four rows
COUNTS = array([0.5, 2.0, 0.0, 1.0], np.float32)  # and what each row counts
WEIGHTS = array([1.0, 0.5, 3.0], np.float32)  # what each of three columns counts
BCE_WEIGHTS = [(None, None), (WEIGHTS, None), (None, WEIGHTS), (WEIGHTS[:1], WEIGHTS)]


def _written(torch: Any, x: Any, value: Any, index: Any) -> Any:
    x = x.clone()
    x[index] = value
    return x


def _amax(torch: Any, x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    return torch.amax(x, () if dim is None else dim, keepdim)


def _amin(torch: Any, x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    return torch.amin(x, () if dim is None else dim, keepdim)


def _mse(torch: Any, x: Any, target: Any, reduction: str) -> Any:
    return torch.nn.functional.mse_loss(*torch.broadcast_tensors(x, target), reduction=reduction)


def _cross_entropy(torch: Any, x: Any, target: Any, weight: Any, scale: float | None) -> Any:
    losses = torch.nn.functional.cross_entropy(x, target, reduction="none")
    losses = losses if weight is None else losses * weight.to(x.dtype)
    return losses if scale is None else losses.sum() * scale


def _bce(torch: Any, x: Any, target: Any, weight: Any, pos_weight: Any, reduction: str) -> Any:
    weight, pos_weight = (None if w is None else w.to(x.dtype) for w in (weight, pos_weight))
    loss = torch.nn.functional.binary_cross_entropy_with_logits
    return loss(x, target, weight, None, None, reduction, pos_weight)


TABLE = {
    "add": Row(TWO + NUMBERS, spelled=operator.add),
    "sub": Row(TWO + NUMBERS, spelled=operator.sub),
    "mul": Row(TWO + NUMBERS, spelled=operator.mul),
    "div": Row(TWO + NUMBERS, (0.5, 2.0), spelled=operator.truediv),
    "pow": Row(TWO + NUMBERS + POWERS, (0.5, 2.0), spelled=operator.pow),
    "neg": Row(ONE),
    "abs": Row(ONE, analytic=False),
    "exp": Row(ONE),
    "log": Row(ONE, (0.5, 2.0)),
    "sqrt": Row(ONE, (0.5, 2.0)),
    "tanh": Row(ONE),
    "sigmoid": Row(ONE),
    "relu": Row(ONE),
    "maximum": Row(TWO),
    "minimum": Row(TWO),
    "clamp": Row(
        [
            *(c for x in SHAPES for c in options(x, (-1, 1), (None, 0.5), (0.5,), (-0.5, None), (1.0, -1.0))),
            *calls(
                ((2, 3), (2, 3), (2, 3)), ((2, 3), (3,), ()), ((3,), (2, 1), (2, 3)), ((), (2,)), ((0, 3), (3,), ())
            ),
            *calls(((2, 3), None, (3,)), ((2, 3), (1,), None)),
        ]
    ),
    "clone": Row(ONE),
    "to": Row(
        [c for x in SHAPES for c in options(x, (np.dtype("float64"),))],
        analytic=False,
        torch=lambda torch, x, dtype: x.to(dtype),
    ),
    "where": Row(
        [
            *(Case(pair, (MASK[0, :2],)) for pair in (((2, 3), (2, 3)), ((2, 1), (3,)), ((3,), ()), ((), ()))),
            *(Case(pair, (MASK[0, :2],)) for pair in (((2, 3), 0.5), (0.5, ()), ((2, 3), 1))),
            *(Case(pair, (MASK[0, 0],)) for pair in (((4, 1, 3), (2, 1)), ((0, 3), (3,)))),
            Case(((), ()), (array(True),)),
        ],
        torch=lambda torch, a, b, condition: torch.where(condition, a, b),
    ),
    "sum": Row(REDUCED + REDUCED_TO_NONE),
    "mean": Row(REDUCED + REDUCED_TO_NONE),
    "var": Row(SPREAD),
    "amax": Row(REDUCED, torch=_amax),
    "amin": Row(REDUCED, torch=_amin),
    "take_along_dim": Row(
        [
            *options((2, 3), (array([[0, 2, 2], [1, 1, 1]]), 1), (array([[-1], [0]]), -1), (array([[1, 0, 1]]), 0)),
            *options((2, 3), (array([5, 0, 5]),), (np.zeros((2, 0), int), 1)),
            *options((1, 3), (array([[0], [1]]), 1)),
            *options((0, 3), (np.zeros((0, 2), int), 1)),
        ]
    ),
    "reshape": Row(
        [
            *options((2, 3), ((3, 2),), ((-1,),), ((6, -1),)),
            *options((), ((1, 1),), ((-1,),)),
            *options((1,), ((),)),
            *options((0, 3), ((3, 0),), ((-1, 3),)),
        ]
    ),
    "permute": Row(
        [
            *options((2, 3, 4), ((2, 0, 1),), ((-1, 0, -2),)),
            *options((2, 3), ((0, 1),)),
            *options((), ((),)),
            *options((0, 3), ((1, 0),)),
        ]
    ),
    "transpose": Row([*options((2, 3, 4), (0, 2), (-1, -2), (1, 1)), *options((), (0, -1)), *options((0, 3), (0, 1))]),
    "squeeze": Row(
        [
            *options((1, 3, 1), (), (0,), (-1,), (1,), ((0, 2),), ((),), ((0, 1),)),
            *options((), (), (0,)),
            *options((1, 0), (), (0,)),
        ]
    ),
    "unsqueeze": Row([*options((2, 3), (0,), (1,), (-1,), (-3,)), *options((), (0,), (-1,)), *options((0, 3), (1,))]),
    "expand": Row(
        [
            *options((3,), ((2, 3),)),
            *options((2, 1), ((2, 4),), ((5, -1, 3),), ((2, 1),)),
            *options((), ((2, 2),), ((),)),
            *options((1, 3), ((0, 3),), ((-1, -1),)),
        ],
        torch=lambda torch, x, shape: x.expand(shape),
    ),
    "flatten": Row(
        [
            *options((2, 3, 4), (), (1,), (0, 1), (-2, -1), (1, 1)),
            *options((), ()),
            *options((0, 3, 2), (1,), (0, 1)),
        ]
    ),
    "cat": Row(
        [
            *calls(((2, 3), (1, 3)), ((2, 3),), ((0, 3), (2, 3), (0, 3)), ((1,), (0,), (3,)), ((0,), (0,))),
            *calls(((0,), (2, 3), (0,)), ((1, 3), (0,), (2, 3))),
            *(Case(xs, (), {"dim": -1}) for xs in (((2, 3), (2, 1), (2, 2)), ((0,), (2, 3), (2, 1)))),
        ],
        torch=lambda torch, *xs, dim=0: torch.cat(xs, dim),
    ),
    "stack": Row(
        [
            *calls(((2, 3), (2, 3)), ((), ()), ((1,),)),
            *(Case((x, x, x), (), {"dim": dim}) for x in ((2, 3), (0, 3)) for dim in (1, -1)),
        ],
        torch=lambda torch, *xs, dim=0: torch.stack(xs, dim),
    ),
    "getitem": Row(
        [
            *options(X, *((raw_index(index),) for index in INDICES.values())),
            *options((), *((raw_index(index),) for index in ((), None, True, array(False)))),
        ],
        torch=lambda torch, x, index: x[index],
    ),
    "setitem": Row(
        [
            *(Case((X, value), (raw_index(index),)) for index, value in WRITES),
            *(Case(((), ()), (raw_index(index),)) for index in ((), ..., None, True)),
        ],
        torch=_written,
    ),
    "matmul": Row(calls(*MATRICES, *BATCHES), spelled=operator.matmul),
    "linear": Row(
        [
            *calls(*product([(3,), (4, 3), (2, 4, 3), (0, 3), (1, 1, 1, 3)], [(2, 3)], [(2,), None])),
            *calls(((4, 3), (1, 3), (1,)), ((4, 0), (2, 0), (2,)), ((0,), (2, 0), None), ((4, 3), (0, 3), (0,))),
            *calls(((4, 3), (2, 3))),  # without the bias, which may also be None
        ],
        torch="nn.functional.linear",
    ),
    "softmax": Row(ALONG),
    "log_softmax": Row(ALONG),
    "mse_loss": Row(
        [
            Case(pair, (reduction,))
            for reduction in REDUCTIONS
            for pair in (((2, 3), (2, 3)), ((), ()), ((2, 3), (3,)), ((1, 1), (1, 1)), ((0, 3), (0, 3)))
        ],
        torch=_mse,
    ),
    "cross_entropy": Row(
        [
            *options((4, 3), *((CLASSES, weight, scale) for weight in (None, COUNTS) for scale in (None, 1.0, 0.25))),
            *options((1, 1), (array([0]), None, 1.0)),
            *options((0, 3), (array([], int), None, 1.0)),
        ],
        torch=_cross_entropy,
    ),
    "bce_with_logits": Row(
        [
            *(Case(((2, 3), (2, 3)), (*weights, reduction)) for weights in BCE_WEIGHTS for reduction in REDUCTIONS),
            *(Case((x, x), (None, None, reduction)) for x in ((), (1, 1), (0, 3)) for reduction in REDUCTIONS),
        ],
        ((-3.0, 3.0), (0.1, 0.9)),
        torch=_bce,
    ),
}

# Where a derivative is one-sided, or infinite, or a matter of agreement: PyTorch's choice is ours.
LIMITED = [-2.0, -1.0, 0.5, 1.0, NAN]
LARGEST, SMALLEST = [[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]], [[1.0, 1.0, 3.0], [2.0, 1.0, 2.0]]
KINKS = {
    "abs": options([*SIGNS, NAN], ()),
    "relu": calls((SIGNS,), ([NAN, -INF, INF],)),
    "sqrt": calls(([0.0, 1.0, INF],)),
    "log": calls(([0.0, 1.0, INF],)),
    "exp": calls(([-INF, -1000.0, 0.0],)),
    "tanh": calls(([-INF, -1000.0, 0.0, 1000.0, INF],)),
    "sigmoid": calls(([-INF, -1000.0, 0.0, 1000.0, INF],)),
    "clamp": [
        Case(([-2.0, 0.0, 2.0], [1.0] * 3, [-1.0] * 3)),
        *options(LIMITED, (-1, 1), (-1.0, None), (None, 0), (1, -1), (0, 0), (NAN,), (0.0, NAN)),
        *(
            Case((LIMITED, low and [low] * 5, high and [high] * 5))
            for low, high in ((-1.0, 1.0), (0.5, 0.5), (-1.0, None), (None, 1.0), (NAN, 1.0), (-1.0, NAN))
        ),
    ],
    "maximum": calls(TIES, ([NAN, 1.0], [1.0, NAN])),
    "minimum": calls(TIES, ([NAN, 1.0], [1.0, NAN])),
    "div": calls(([1.0, -1.0], [4.0, INF]), ([1.0, -1.0, 0.0], [0.0, 0.0, 1.0])),
    "pow": calls(
        *((SIGNS, n) for n in (0, 1, 2, 3, 0.0, 1.0, 2.0, -1, -2.0)),
        *(([0.0, 4.0], n) for n in (0.5, 1.5, -0.5)),
        *((n, [0.0, 1.0, 2.0, 0.5]) for n in (0, 1, 2.0, 0.0)),
        ([0.0, 0.0, 0.0, 0.0, 2.0, 0.0, INF, NAN], [0.0, 1.0, 2.0, 0.5, 0.0, -1.0, 0.0, 0.0]),
        ([-2.0, -2.0], [2.0, 3.0]),
    ),
    "amax": options(LARGEST, (), (0,), (1,), ((0, 1), True)),
    "amin": options(SMALLEST, (), (0,), (1,), ((0, 1), True)),
    "softmax": options([[-INF, 0.0, 1.0], [1000.0, -1000.0, 999.0]], (0,), (1,)),
    "log_softmax": options([[1000.0, 0.0, 1.0], [1000.0, -1000.0, 999.0]], (0,), (1,)),
}

TABLE |= cases_elementwise.TABLE
KINKS |= cases_elementwise.KINKS
TABLE |= cases_shape.TABLE
TABLE |= cases_reduce.TABLE | cases_linalg.TABLE
KINKS |= cases_reduce.KINKS
TABLE |= cases_loss.TABLE
KINKS |= cases_loss.KINKS
TABLE |= cases_layers.TABLE
KINKS |= cases_layers.KINKS
