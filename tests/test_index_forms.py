"""What an index may be made of, against PyTorch: lists, tuples, arrays, masks and numbers in one another.

Each row is what stands between the brackets.  It is read and written, with the gradients, and the warnings are told.
"""

import warnings
from typing import Any

import numpy as np
import pytest
from against_torch import torch

import tensorgrad as tg


class Whole:
    """What knows which integer it is."""

    def __index__(self) -> int:
        return 1


class Sequence:
    """Neither a list nor a tuple."""

    def __init__(self, *items: Any) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, place: int) -> Any:
        return self.items[place]


INDICES = """
0 | -1 | 3 | True | False | None | ... | () | 1.0 | b"a" | "a" | {0} | {0: 1} | 1j | Whole() | (Whole(), 0)
2**63 | 2**70 | -2**63 | -2**63 - 1 | 0, 0 | 0, 9 | 0, 0, 0 | :, 9 | 0, 1.5 | 0, "a" | ... , 0, 0 | None, 0, None
None, ..., None
[] | [0] | [0, 1] | [-1, 0] | [9] | [True, False, True] | [True, False] | [False] | [True, 0] | [2**70] | [2**63]
[1j]
[1.0] | [0.5, 1.5] | [0, 1.5] | 0, [1.5] | [-0.5] | [True, 1.0, 2] | ([0.0], [1.0]) | ["a"] | [Whole()]
[[]] | [[], []] | [()] | [[], 0] | ([],) | ([], []) | ((),) | ([[]],) | ([], 9) | ([], [9]) | 0, [] | :, []
[None] | [None, 0] | [...] | [..., 0] | [0, ...] | [0, None] | [True, None] | [False, ...]
[[0, 1]] | [[0, 1], [1, 2]] | [[0, 1], [0, 1, 2]] | [[0, 1], 2] | [2, [0, 1]] | [[0], [1]] | [[0], [0, 1]]
[[[0, 1], [1, 2]]] | [[[0, 1], [1, 2]], [[0, 1], [1, 2]]] | [[[[0]]]] | [[True, False, True]]
[[True, False, True], [True, True, False, False]] | [[True, False, True], 0] | [[[True, False], [False, True]]]
[(0, 1)] | [(0, 1), (1, 2)] | ((0, 1),) | ((0, 1), (1, 2)) | ((0, 1), 2) | 0, (1, 2) | (((0, 1), (1, 2)),)
((0, (1,)),) | ([0, 1],) | ([True, False, True],) | ([[0, 1], [1, 2]],) | ([[0, 1], [1, 2]], 0) | ([[0, 1], [1]],)
([0, [1]],)
([None],) | ([slice(1)],) | ((...,),) | ([[True, False, False, True]] * 3,) | [[True, False, False, True]] * 3
[[[True, False, False, True]] * 3] | ([0, 1], [0, 1]) | ([0, 1], [0]) | ([[0], [1]], [0, 1]) | ([0, 1], [0, 1, 2])
[0] * 31 | [0] * 32 | [None] * 31 | [None] * 32 | [[0, 1]] * 31 | [[0, 1]] * 32 | [[0]] * 31 | [slice(1)] * 32
[t.tensor(0)] * 32 | [t.tensor([0])] * 32 | [0] * 30 + [[0]] | [0] * 31 + [[0]] | [[0, 1]] + [0] * 31 | [True] * 32
range(2) | range(0) | range(9) | [range(2)] | [range(2), range(2)] | [range(2), 0] | (range(2),)
(range(2), range(1, 3)) | :2 | ::2 | 2:0 | -99:99 | 0:2**70 | ::-1 | ::0 | 0:2:-1 | :1.0 | ::1.0 | :"a" | True:2
::False | Whole():
::t.tensor(-1) | t.tensor(0):t.tensor(2) | t.tensor(0.0): | t.tensor([0]): | t.tensor([0, 1]):
np.int64(0):np.int32(2) | [slice(0, 2)] | [slice(0, 2), 1] | [slice(0, 2), slice(1, 3)] | [slice(None), [0, 1]]
[1, slice(0, 2)]
:2, ::-1 | :2, ::0 | [slice(None, None, -1)] | ..., ... | 0, ..., 0, ... | ..., ..., 0 | 0, ..., 0 | 0, ..., 0, 0
t.tensor(0) | t.tensor(-1) | t.tensor(9) | t.tensor(True) | t.tensor(False) | t.tensor(1.0) | t.tensor([1.0])
t.tensor(1, dtype=t.uint8) | t.tensor(0, dtype=t.uint8) | t.tensor(1, dtype=t.int8) | t.tensor(1, dtype=t.int16)
t.tensor([0, 1]) | t.tensor([0, 1], dtype=t.int32) | t.tensor([0, 1], dtype=t.int16) | t.tensor([0, 1], dtype=t.int8)
t.tensor([1, 0, 1], dtype=t.uint8) | t.tensor([1, 0], dtype=t.uint8) | t.tensor([2, 0, 1], dtype=t.uint8)
t.tensor([[1, 0, 0, 1]] * 3, dtype=t.uint8) | :, t.tensor([1, 0, 1, 0], dtype=t.uint8) | t.zeros(0, dtype=t.uint8)
t.tensor([1, 0, 1], dtype=t.uint8), t.tensor([0, 1]) | t.tensor([1, 0, 1], dtype=t.uint8), 0 | t.tensor([0.5]), 0
t.tensor([True, False, True]) | t.tensor([True, False]) | t.tensor([[True]])
t.tensor([[True, False, False, True]] * 3)
t.zeros(0, dtype=t.bool) | t.zeros(3, 0, dtype=t.bool) | :, t.zeros(0, dtype=t.bool) | ..., t.zeros(0, dtype=t.bool)
t.zeros(0, dtype=t.int64) | t.zeros(0, dtype=t.int32) | t.zeros(0, 3, dtype=t.int64) | t.zeros(0) | 0, t.zeros(0)
t.tensor([1.0], requires_grad=True) | t.tensor([0, 1]), t.tensor([1, 2], dtype=t.int32)
t.tensor([0, 1]), t.tensor([0] * 3) | t.tensor([0, 1]), t.tensor(True) | t.tensor(True), t.tensor([0, 1])
t.tensor(True), 0 | 0, t.tensor(False)
t.tensor(False), [0] | :2, t.tensor(True) | :1, True, t.tensor([0, 1]) | t.tensor(True), t.tensor(False)
[0, 1], False
[t.tensor(0)] | [t.tensor(0), t.tensor(1)] | [t.tensor(0), 1] | [t.tensor(True)] | [t.tensor([0, 1])]
[t.tensor([0, 1]), t.tensor([1, 2])] | [t.tensor([0, 1]), 2] | [2, t.tensor([0, 1])] | [t.tensor([0, 1]), [1, 2]]
[t.tensor([0, 1]), slice(0, 1)] | [t.tensor([0, 1]), None] | [t.tensor(0), t.tensor([1])]
[[t.tensor(0), t.tensor(1)]]
([t.tensor(0), t.tensor(1)],) | ([t.tensor(0), 1],) | ([t.tensor([0])],) | ([t.tensor([0, 1]), t.tensor([1, 2])],)
([t.tensor(0.0)],) | ([t.tensor(0, dtype=t.uint8)],) | ([t.tensor(1, dtype=t.int32)],) | ([t.tensor(True)] * 3,)
np.array(0) | np.array(1, np.uint8) | np.array(1.0) | np.array([0, 1]) | np.array([[0, 1], [1, 2]]) | np.array(True)
np.array([0, 1], np.int8) | np.array([0, 1], np.uint16) | np.array([0, 1], np.uint64) | np.array([0.5, 1.0])
np.array([]) | np.array([0, 1], np.uint8) | np.array([1, 0, 1], np.uint8) | np.array([True, False, True])
np.array([True, False])
np.array(["a"]) | np.array([0, None]) | np.array([0, 1]), t.tensor([1, 2]) | np.array([1, 0, 1], np.uint8), 0
[np.array([0, 1])] | [np.array([0, 1]), np.array([1, 2])] | [np.array([0, 1]), 2] | [np.array(0)] | [np.array(0), 1]
np.int64(0) | np.uint8(1) | np.int64(99) | np.bool_(True) | np.float64(1) | np.bool_(True), 0 | np.float64(0), 0
[np.int64(0), np.int64(1)] | [np.uint8(0), np.uint8(1)] | [np.uint8(1)] * 3 | [np.bool_(True)] * 3 | [np.float64(0)]
Sequence(0, 1) | Sequence([0, 1]) | Sequence([0, 1], 2) | (Sequence(0, 1),)
bytearray(b"\\0\\1") | memoryview(b"\\0\\1") | :0, [9]
"""
ROWS = [row.strip() for line in INDICES.strip().split("\n") for row in line.split(" | ")]
SHAPES = [(3, 4), (2, 3, 4), (4,), (0, 3), ()]
OTHERWISE = {  # for each row, the shapes of x where it differs from PyTorch
    ":0, [9]": [(3, 4), (2, 3, 4), (0, 3)],  # is refused, although nothing is read
    "..., ..., 0": [(4,)],  # the second Ellipsis may stand for nothing only at the end
    "np.array(True)": [()],  # takes no dimension, like tensor(True)
    "np.array(1, np.uint8)": [()],
}


def index_of(row: str, t: Any) -> Any:
    return eval(f"it[{row}]", {**globals(), "t": t, "it": Given()})


class Given:
    """Gives back what stands between the brackets."""

    def __getitem__(self, index: Any) -> Any:
        return index


def tensor(t: Any, shape: tuple[int, ...], first: float = 0.0) -> Any:
    numbers = np.arange(np.prod(shape), dtype="float32").reshape(shape) + np.float32(first)
    return t.tensor(numbers, requires_grad=True)


def described(x: Any) -> Any:
    return None if x is None else (tuple(x.shape), x.detach().tolist())


def read(t: Any, row: str, shape: tuple[int, ...]) -> Any:
    x = tensor(t, shape)
    y = x[index_of(row, t)]
    y.backward(tensor(t, y.shape, 1).detach())
    alike = y.detach().numpy(), x.detach().numpy()
    return described(y), described(x.grad), y.numel() and np.shares_memory(*alike)


def write(t: Any, row: str, shape: tuple[int, ...]) -> Any:
    """One number, and as many as are read, with the gradient of what stays."""
    x = tensor(t, shape)
    y, z = x * 1, x * 1
    index = index_of(row, t)
    if "uint8" not in row:  # where PyTorch refuses one number
        y[index] = 7.0
    z[index] = tensor(t, z[index].shape, 1)
    (y * 2 + z * z).sum().backward()
    return described(y), described(x.grad)


def outcome(function: Any, *inputs: Any) -> tuple[Any, Any]:
    """What it gives, or the error; and the kinds of warnings."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            return function(*inputs), {warning.category for warning in told}
        except Exception as error:
            return error, {warning.category for warning in told}


@pytest.mark.parametrize("function", [read, write])
@pytest.mark.parametrize("row", ROWS)
def test_same_as_pytorch(row, function):
    for shape in SHAPES:
        ours, told = outcome(function, tg, row, shape)
        theirs, told_there = outcome(function, torch, row, shape)
        about = f"x[{row}], x of shape {shape}: {ours!r} against {theirs!r}"
        if shape in OTHERWISE.get(row, ()):
            assert isinstance(ours, Exception) != isinstance(theirs, Exception), about
        elif not isinstance(theirs, Exception):
            assert (ours, told) == (theirs, told_there), about
        elif shape == (3, 4):
            kind = RuntimeError if isinstance(theirs, RuntimeError) else type(theirs)
            assert isinstance(ours, kind), about
        else:  # of two things that are wrong, which one comes first may differ
            assert isinstance(ours, Exception), about
