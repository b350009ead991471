"""The table of cases: what the tests call each operation of ``tensorgrad.engine.OPS`` with.

TABLE has one row for each operation, and a test fails if one is missing: a new operation is a new row.  Everything
that walks the table (gradients, purity, in-place writes, PyTorch) then tests it.
"""

import operator
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np

from tensorgrad.engine import OPS
from tensorgrad.ops.index import raw_index


@dataclass(frozen=True)
class Case:
    """One call: ``operation(*inputs, *args, **options)``.

    An input is a shape (a tuple: numbers are drawn), values (a list), a Python number, or None.
    """

    inputs: tuple[Any, ...]
    args: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    def draw(self, domain: Any, dtype: Any = np.float64) -> list[Any]:
        """The inputs as raw data, the same ones in every run."""
        rng = np.random.default_rng(zlib.crc32(repr(self).encode()))
        domains = domain if isinstance(domain[0], tuple) else (domain,) * len(self.inputs)
        return [
            rng.uniform(*between, x).astype(dtype) if isinstance(x, tuple)
            else np.asarray(x, dtype) if isinstance(x, list) else x
            for x, between in zip(self.inputs, domains, strict=True)
        ]  # fmt: skip


@dataclass(frozen=True)
class Row:
    """The cases of one operation, and how to call it.

    ``domain`` is the interval to draw from, or one for each input.  ``analytic`` says that the rule also computes with
    complex numbers, so that the complex step can check it.  ``torch`` names PyTorch's function, inside ``torch``, or is
    a function of (torch, *inputs, *args); without it the name is the operation's.  ``spelled`` is what a user writes in
    either library, instead of the operation.
    """

    cases: list[Case]
    domain: Any = (-2.0, 2.0)
    analytic: bool = True
    torch: str | Callable[..., Any] | None = None
    spelled: Callable[..., Any] | None = None

    def ours(self, name: str) -> Callable[..., Any]:
        """How the operation is called in tensorgrad."""
        return self.spelled or OPS[name]

    def theirs(self, name: str, torch: Any) -> Callable[..., Any]:
        """How it is called in PyTorch."""
        if self.spelled or callable(self.torch):
            return self.spelled or (lambda *args, **options: self.torch(torch, *args, **options))
        return operator.attrgetter(self.torch or name)(torch)


def each(*inputs: Any) -> list[Case]:
    """A case without options for each input, or tuple of inputs."""
    return [Case(x if isinstance(x, tuple) and x and not isinstance(x[0], int) else (x,)) for x in inputs]


def options(shape: tuple[int, ...], *args: tuple[Any, ...], **more: Any) -> list[Case]:
    """A case of one input with each of these tuples of options."""
    return [Case((shape,), a, more) for a in args]


ONE = each((2, 3), (), (1,), (3, 1), (0, 3))
PAIRS = [((2, 3), (2, 3)), ((3, 1), (1, 4)), ((2, 3), (3,)), ((3,), (2, 3)), ((), (2, 3)), ((2, 3), ()), ((), ()), ((), (1,)),
         ((1,), (1, 1)), ((0, 3), (3,)), ((1,), (0, 3)), ((2, 1, 3), (4, 1)), ((0,), ())]  # fmt: skip
TWO = [Case(pair) for pair in PAIRS]
NUMBERS = [Case(pair) for shape in ((2, 3), (), (0, 3)) for pair in ((shape, 2.5), (2.5, shape), (shape, 2), (2, shape))]
RIGHT = [Case(pair) for pair in (((2, 3), 0.25), ((), 0.25), ((0, 3), 0.25), ((2, 3), 1))]
POWERS = [Case((shape, b)) for shape in ((2, 3), (), (0, 3)) for b in (0, 1, 2, 3, 0.5, -1, -1.5, 0.0, 2.0)]
REDUCED = [
    *options((2, 3, 4), (), (0,), (1,), (-1,), ((0, 2),), ((-1, 0),), ([1],), ((),), (1, True), (None, True), ((0, 1, 2), True)),
    *options((), (), (0,), (-1,), (0, True)), *options((1, 3), (0,), (1,), (0, True)), *options((0, 3), (1,), (1, True)),
]  # fmt: skip
EMPTY = options((0, 3), (), (0,), (0, True), (None, True), ((0, 1),))  # reductions of nothing
RANKS = [(4,), (3, 4), (2, 3, 4), (5, 2, 3, 4)], [(4,), (4, 3), (2, 4, 3), (5, 2, 4, 3)]
STRETCHED = [((1, 2, 4), (3, 4, 2)), ((2, 1, 2, 3), (3, 3, 1)), ((3, 4), (2, 2, 4, 1)), ((1, 3, 4), (4,)), ((4,), (1, 4, 3)),
             ((0, 3), (3, 2)), ((2, 0), (0, 3)), ((2, 3), (3, 0)), ((0, 2, 3), (3, 2)), ((1, 1), (1, 1)), ((0,), (0,))]  # fmt: skip

F, T = False, True
X = (4, 5, 3)  # the shape that INDICES select from
MASK = np.arange(60).reshape(X) % 7 > 3
INDICES = {
    "int": 1, "negative": -2, "NumPy int": np.int64(3), "ints": (1, 2), "element": (1, -2, 0), "slice": slice(1, 3),
    "step": slice(None, None, 2), "negative slice": slice(-3, -1), "slices": (slice(1), slice(0, 5, 3)),
    "empty slice": slice(3, 1), "beyond": slice(2, 99), "nothing": (), "Ellipsis": ..., "Ellipsis first": (..., 1),
    "Ellipsis between": (0, ..., 1), "Ellipsis for none": (0, 1, ..., 2), "None": None, "Nones": (None, 1, ..., None),
    "None between": (slice(None), None, 2), "list": [0, 2], "repeated list": [2, 0, 2, 2], "empty list": [], "range": range(1, 4),
    "list of bools": [T, F, F, T], "list, int": ([0, 2], 1), "int, list": (1, [0, 2, 2]), "list last": (..., [0, -1]),
    "list, slice, int": ([0, 2, 0], slice(1, 3), 1), "slice, list": (slice(0, 2), [4, 0]), "lists": ([0, 1], [1, 1]),
    "int, slice, list": (1, slice(None), [0, 2]), "int, Ellipsis, list": (-1, ..., [2, 2]),
    "slice, int, list": (slice(None), 1, [0, 2]), "slice, list, int": (slice(1, 3), [0, 2], 1),
    "rank 0": np.array(2), "rank 1": np.array([1, -1, 1]), "rank 2": np.array([[0, 1], [3, 3]]), "no rows": np.array([], int),
    "int32": np.array([1, 0], np.int32), "rank 2 last": (..., np.array([[0, 1], [2, 2]])),
    "rank 0, slice, rank 1": (np.array(1), slice(None), np.array([0, 2])), "rank 1, None": (np.array([0, 2]), None),
    "two": (np.array([0, 1, 0]), np.array([4, 1, 4])), "two, broadcast": (np.array([[0], [3]]), np.array([1, 2, 2])),
    "two apart": (np.array([0, 3]), slice(None), np.array([2, 2])), "two by None": (np.array([0, 3]), None, np.array([2, 2])),
    "two last": (slice(None), np.array([4, 1]), np.array([0, 2])), "three": ([0, 1], [1, 1], [2, 2]),
    "mask": np.array([T, F, T, F]), "no mask": np.zeros(4, bool), "mask 2": MASK[..., 0], "mask 3": MASK,
    "mask, int": (np.array([T, F, T, T]), -1), "slice, mask": (slice(None), np.array([T, F, T, F, F])),
    "int, mask": (1, np.array([F, F, T, T, F])), "mask, slice, rank 1": (np.array([F, T, F, T]), slice(None), np.array([0, 2])),
    "mask 2 last": (1, MASK[1]), "int, slice, mask": (2, slice(None), np.array([T, F, T])),
    "mask, rank 1": (np.array([T, F, F, T]), np.array([4, 0])), "True": True, "False": False, "True, int": (True, 1),
}  # fmt: skip


def read(x: Any, index: Any) -> Any:
    """``x[index]``, in either library."""
    return x[index]


def written(torch: Any, x: Any, value: Any, index: Any) -> Any:
    """PyTorch's x after ``x[index] = value``."""
    x = x.clone()
    x[index] = value
    return x


def _cross_entropy(torch: Any, x: Any, target: Any, weight: Any, scale: float | None) -> Any:
    losses = torch.nn.functional.cross_entropy(x, target, reduction="none")
    losses = losses if weight is None else losses * weight.to(x.dtype)
    return losses if scale is None else losses.sum() * scale


def _bce(torch: Any, x: Any, target: Any, weight: Any, pos_weight: Any, reduction: str) -> Any:
    weight, pos_weight = (None if w is None else w.to(x.dtype) for w in (weight, pos_weight))
    loss = torch.nn.functional.binary_cross_entropy_with_logits
    return loss(x, target, weight, None, None, reduction, pos_weight)


def _selected(torch: Any, x: Any, index: Any) -> Any:
    return x[index]


REDUCTIONS = ("mean", "sum", "none")
ROWS = np.array([2, 0, 2, 1])  # one class for each of four rows
COUNTS = np.array([0.5, 2.0, 0.0, 1.0], np.float32)
COLUMNS = np.array([1.0, 0.5, 3.0], np.float32)
SOFTMAXES = [*options((2, 3, 4), (0,), (1,), (-1,)), *options((), (0,), (-1,)), *options((1,), (0,)),
             *options((3, 1), (0,), (1,)), *options((0, 3), (0,), (1,)), *options((3, 0), (1,))]  # fmt: skip

TABLE = {
    "add": Row(TWO + NUMBERS, spelled=operator.add),
    "sub": Row(TWO + NUMBERS, spelled=operator.sub),
    "mul": Row(TWO + NUMBERS, spelled=operator.mul),
    "div": Row(TWO + NUMBERS, (0.5, 2), spelled=operator.truediv),
    "pow": Row(TWO + NUMBERS + POWERS, (0.5, 2), spelled=operator.pow),
    "neg": Row(ONE), "abs": Row(ONE, analytic=False), "exp": Row(ONE), "log": Row(ONE, (0.5, 2)), "sqrt": Row(ONE, (0.5, 2)),
    "tanh": Row(ONE), "sigmoid": Row(ONE), "relu": Row(ONE), "clone": Row(ONE),
    "maximum": Row(TWO), "minimum": Row(TWO),
    "clamp": Row([Case(case.inputs, args) for case in ONE for args in ((-1, 1), (None, 0.5), (0.5,), (-0.5, None), (1.0, -1.0))]),
    "to": Row([Case(case.inputs, (np.dtype("float64"),)) for case in ONE], analytic=False,
              torch=lambda torch, x, dtype: x.to(dtype)),
    "where": Row([Case(pair, (np.arange(6).reshape(2, 3) % 2 == 0,)) for pair in
                  (((2, 3), (2, 3)), ((2, 1), (3,)), ((3,), ()), ((2, 3), 0.5), (0.5, ()))]
                 + [Case(((4, 1, 3), (2, 1)), (np.array([T, F, T]),)), Case(((), ()), (np.array(T),)),
                    Case(((0, 3), (3,)), (np.array([T, F, T]),))],
                 torch=lambda torch, a, b, condition: torch.where(condition, a, b)),
    "sum": Row(REDUCED + EMPTY), "mean": Row(REDUCED + EMPTY), "amax": Row(REDUCED), "amin": Row(REDUCED),
    "var": Row([*REDUCED[:11], *options((1, 3), (1,)), *options((0, 3), (1,)), *options((2, 3, 4), (1, False), ((0, 1), False, True)),
                *options((2, 3), (1,), correction=0), *options((2, 3), (), (1,), correction=0.5)]),
    "take_along_dim": Row([Case(((2, 3),), (np.array([[0, 2, 2], [1, 1, 1]]), 1)), Case(((2, 3),), (np.array([[-1], [0]]), -1)),
                           Case(((2, 3),), (np.array([[1, 0, 1]]), 0)), Case(((2, 3),), (np.array([5, 0, 5]),)),
                           Case(((1, 3),), (np.array([[0], [1]]), 1)), Case(((2, 3),), (np.zeros((2, 0), int), 1)),
                           Case(((0, 3),), (np.zeros((0, 2), int), 1))]),
    "reshape": Row([Case((shape,), (after,)) for shape, after in
                    (((2, 3), (3, 2)), ((2, 3), (-1,)), ((2, 3), (6, -1)), ((), (1, 1)), ((1,), ()), ((0, 3), (3, 0)), ((0, 3), (-1, 3)))]),
    "permute": Row([Case((shape,), (dims,)) for shape, dims in
                    (((2, 3, 4), (2, 0, 1)), ((2, 3, 4), (-1, 0, -2)), ((2, 3), (0, 1)), ((), ()), ((0, 3), (1, 0)), ((1, 1, 2), (2, 1, 0)))]),
    "transpose": Row([*options((2, 3, 4), (0, 2), (-1, -2), (1, 1)), *options((), (0, -1)), *options((0, 3), (0, 1))]),
    "squeeze": Row([*options((1, 3, 1), (), (0,), (-1,), (1,), ((0, 2),), ((),), ((0, 1),)), *options((), (), (0,)), *options((1, 0), (), (0,))]),
    "unsqueeze": Row([*options((2, 3), (0,), (1,), (-1,), (-3,)), *options((), (0,), (-1,)), *options((0, 3), (1,))]),
    "expand": Row([Case((shape,), (after,)) for shape, after in
                   (((3,), (2, 3)), ((2, 1), (2, 4)), ((2, 1), (5, -1, 3)), ((), (2, 2)), ((), ()), ((1,), (0,)), ((1, 3), (0, 3)), ((2, 3), (-1, -1)))],
                  torch=lambda torch, x, shape: x.expand(shape)),
    "flatten": Row([*options((2, 3, 4), (), (1,), (0, 1), (-2, -1), (1, 1)), *options((), ()), *options((0, 3, 2), (1,), (0, 1))]),
    "cat": Row([Case(((2, 3), (1, 3))), Case(((2, 3), (2, 1), (2, 2)), (), {"dim": -1}), Case(((2, 3),)),
                Case(((0, 3), (2, 3), (0, 3))), Case(((1,), (0,), (3,)))], torch=lambda torch, *xs, dim=0: torch.cat(xs, dim)),
    "stack": Row([Case(((2, 3), (2, 3))), Case(((2, 3),) * 3, (), {"dim": -1}), Case(((2, 3),) * 2, (), {"dim": 1}), Case(((), ())),
                  Case(((0, 3), (0, 3)), (), {"dim": 1})], torch=lambda torch, *xs, dim=0: torch.stack(xs, dim)),
    "getitem": Row([Case((X,), (raw_index(index),)) for index in INDICES.values()]
                   + [Case(((),), (raw_index(index),)) for index in ((), None, True, np.array(False))], torch=_selected),
    "setitem": Row([Case((X, value), (raw_index(index),)) for index, value in
                    ((1, (5, 3)), (slice(None, None, 2), (5, 1)), ((1, 2), (3,)), ((0, 1, 2), ()), ((..., 1), ()), (None, (4, 5, 3)),
                     ([2, 0], (2, 5, 3)), (np.array([[0, 1], [3, 2]]), (3,)), ((np.array([0, 1]), np.array([4, 1])), (2, 3)),
                     (MASK, ()), (MASK[..., 0], (1, 3)), ((1, slice(None), [0, 2]), (5, 1)), (slice(3, 1), (0, 5, 3)))],
                   torch=written),
    "matmul": Row([Case(pair) for pair in [*product(*RANKS), *STRETCHED]], spelled=operator.matmul),
    "linear": Row([Case((x, (2, 3), bias)) for x in ((3,), (4, 3), (2, 4, 3), (0, 3), (1, 1, 1, 3)) for bias in ((2,), None)]
                  + [Case(((4, 3), (1, 3), (1,))), Case(((4, 0), (2, 0), (2,))), Case(((4, 3), (0, 3), (0,)))],
                  torch="nn.functional.linear"),
    "softmax": Row(SOFTMAXES), "log_softmax": Row(SOFTMAXES),
    "mse_loss": Row([Case(pair, (reduction,)) for reduction in REDUCTIONS for pair in (((2, 3), (2, 3)), ((), ()), ((2, 3), (3,)), ((1, 1), (1, 1)))]
                    + [Case(((0, 3), (0, 3)), (reduction,)) for reduction in REDUCTIONS],
                    torch=lambda torch, x, t, reduction: torch.nn.functional.mse_loss(*torch.broadcast_tensors(x, t), reduction=reduction)),
    "cross_entropy": Row([Case(((4, 3),), (ROWS, weight, scale)) for weight in (None, COUNTS) for scale in (None, 1.0, 0.25)]
                         + [Case(((1, 1),), (np.array([0]), None, 1.0)), Case(((0, 3),), (np.array([], int), None, 1.0))],
                         torch=_cross_entropy),
    "bce_with_logits": Row([Case((shape, shape), (weight, pos_weight, reduction)) for reduction in REDUCTIONS for shape in ((2, 3), (1, 3))
                            for weight, pos_weight in ((None, None), (COLUMNS, None), (None, COLUMNS), (COLUMNS[:1], COLUMNS))]
                           + [Case((shape, shape), (None, None, "sum")) for shape in ((), (0, 3))], ((-3.0, 3.0), (0.1, 0.9)), torch=_bce),
}  # fmt: skip

NAN, INF = float("nan"), float("inf")
SIGNS = [-1.0, -0.0, 0.0, 2.0]
# Where a derivative is one-sided, or infinite, or a matter of agreement: PyTorch's choice is ours.
KINKS = {
    "abs": each(SIGNS), "relu": each(SIGNS, [NAN, -INF, INF]), "sqrt": each([0.0, 1.0, INF]), "log": each([0.0, 1.0, INF]),
    "tanh": each([-INF, 0.0, INF, 1000.0]), "sigmoid": each([-INF, -1000.0, 0.0, 1000.0, INF]), "exp": each([-INF, -1000.0, 0.0]),
    "clamp": [Case(([-2.0, -1.0, 0.0, 1.0, 2.0],), limits) for limits in ((-1, 1), (-1.0, None), (None, 0), (1, -1), (0, 0))],
    "maximum": each(([0.0, 1.0, -0.0, 2.0], [0.0, 2.0, 0.0, 2.0])), "minimum": each(([0.0, 1.0, -0.0, 2.0], [0.0, 2.0, 0.0, 2.0])),
    "pow": each(*((SIGNS, b) for b in (0, 1, 2, 3, 0.0, 1.0, 2.0, -1, -2.0)), *(([0.0, 4.0], b) for b in (0.5, 1.5, -0.5)),
                *((a, [0.0, 1.0, 2.0, 0.5]) for a in (0, 1, 2.0, 0.0)),
                ([0.0, 0.0, 0.0, 0.0, 2.0], [0.0, 1.0, 2.0, 0.5, 0.0]), ([-2.0, -2.0], [2.0, 3.0])),
    "div": each(([1.0, -1.0], [4.0, INF]), ([1.0, -1.0, 0.0], [0.0, 0.0, 1.0])),
    "amax": [Case(([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]],), args) for args in ((), (0,), (1,), ((0, 1), True))],
    "amin": [Case(([[1.0, 1.0, 3.0], [2.0, 1.0, 2.0]],), args) for args in ((), (0,), (1,), ((0, 1), True))],
    "softmax": options_of for options_of in ()
}  # fmt: skip
