"""Reading and writing by index and mask against PyTorch: forms, dtypes, duplicates, in place, errors."""

import numpy as np
import pytest
from against_torch import compare_written_once, error_of, same, torch

import tensorgrad as tg
from tensorgrad.ops.gather import _positions

# What is called with an x of shape (2, 3).
FORMS = {
    "index_select": lambda t, x: t.index_select(x, 1, t.tensor([2, 0, 2])),
    "index_select by name": lambda t, x: x.index_select(dim=0, index=t.tensor([1, 1, 1])),
    "index_select of a part": lambda t, x: x.T[1:].index_select(0, t.tensor([1, 0], dtype=t.int32)),
    "gather": lambda t, x: t.gather(x, 1, t.tensor([[0, 0], [2, 1]])),
    "gather by name": lambda t, x: x.gather(dim=-1, index=t.tensor([[2]]), sparse_grad=False),
    "gather of a part": lambda t, x: x.T.gather(0, t.tensor([[2, 2], [0, 2]])),
    "scatter": lambda t, x: t.scatter(x * 2, 1, t.tensor([[2], [0]]), x[:, :1]),
    "scatter by name": lambda t, x: x.scatter(dim=1, index=t.tensor([[2], [0]]), src=x[:, 1:2]),
    "scatter a number": lambda t, x: x.scatter(0, t.tensor([[1, 0, 1]]), 3),
    "scatter a value": lambda t, x: x.scatter(0, t.tensor([[1, 0, 1]]), value=1),
    "scatter of a part": lambda t, x: x.T.scatter(0, t.tensor([[2, 1]]), x[:1, :2]),
    "scatter_add": lambda t, x: t.scatter_add(x, 1, t.tensor([[0, 0, 2], [2, 2, 2]]), x),
    "scatter_add by name": lambda t, x: x.scatter_add(dim=0, index=t.tensor([[1, 1, 1]]), src=x[:1]),
    "index_add": lambda t, x: t.index_add(x, 0, t.tensor([1, 1]), x),
    "index_add by name": lambda t, x: x.index_add(dim=1, index=t.tensor([0]), source=x[:, :1], alpha=2),
    "masked_select": lambda t, x: t.masked_select(x, t.tensor([True, False, True])),
    "masked_select, widened": lambda t, x: x[0].masked_select(t.tensor([[True], [False], [True]])),
    "masked_select of a number": lambda t, x: x[0, 0].masked_select(t.tensor(True)),
    "masked_select of none": lambda t, x: x.masked_select(t.tensor(False)),
    "take": lambda t, x: t.take(x, t.tensor([[0, 5], [-1, 0]])),
    "take of a part": lambda t, x: x.T.take(t.tensor(1)),
    "take of a number": lambda t, x: x[0, 0].take(t.tensor([0, 0])),
    "masked_fill by name": lambda t, x: t.masked_fill(x, mask=t.tensor([True, False, True]), value=1),
    "masked_fill with True": lambda t, x: x.masked_fill(t.tensor([True, False, True]), True),
    "masked_fill with a Tensor": lambda t, x: x.masked_fill(t.tensor([True, False, True]), x[0, 1].detach()),
    "index": lambda t, x: x[t.tensor([1, 1, 0]), t.tensor([2, 2, 0])],
    "where of a condition": lambda t, x: x[t.where(x > 0)],
    "take_along_dim": lambda t, x: t.take_along_dim(x, t.tensor([[1], [1]]), 1),
}


@pytest.mark.parametrize("name", FORMS)
def test_forms(name):
    compare_written_once(FORMS[name], np.random.default_rng(3).normal(size=(2, 3)))


@pytest.mark.parametrize("dtype", ["int64", "int32", "uint8", "bool", "float32", "float16"])
@pytest.mark.parametrize("name", FORMS)
def test_dtypes(name, dtype):
    x = array_of(dtype)
    if dtype == "bool" and ("add" in name or name == "scatter"):
        return
    same(FORMS[name](tg, tg.tensor(x)), FORMS[name](torch, torch.tensor(x)))


def array_of(dtype):
    return np.array([[1, 0, 3], [0, 1, 2]], dtype)


@pytest.mark.parametrize("as_tuple", [False, True])
@pytest.mark.parametrize(
    "x", [[[0, 1], [2, 0]], [0.0, -0.5, float("nan")], [[True, False]], 3, 0, [[]], [], [[[0, 4]]]]
)
def test_nonzero(x, as_tuple):
    ours, theirs = (t.nonzero(t.tensor(x), as_tuple=as_tuple) for t in (tg, torch))
    for own, other in zip(*(y if as_tuple else (y,) for y in (ours, theirs)), strict=True):
        same(own, other)


FILLS = [("int64", 1.5), ("int64", True), ("float32", 2), ("bool", 2), ("uint8", 200), ("float16", 0.1)]


@pytest.mark.parametrize(("dtype", "value"), FILLS)
def test_dtype_of_what_fills(dtype, value):
    """It is the Tensor's own: a number is rounded towards zero for integers, as in PyTorch."""
    for given in (lambda t: value, lambda t: t.tensor(value, dtype=t.float64)):
        ours, theirs = (
            t.tensor(array_of(dtype)).masked_fill(t.tensor([True, False, True]), given(t)) for t in (tg, torch)
        )
        same(ours, theirs)


IN_PLACE = {
    "masked_fill_": lambda t, x, y: x.masked_fill_(t.tensor([True, False, True]), -1),
    "masked_fill_ with a Tensor": lambda t, x, y: x.masked_fill_(t.tensor([True, False, True]), y[0, 0]),
    "scatter_": lambda t, x, y: x.scatter_(1, t.tensor([[0], [2]]), y[:, :1]),
    "scatter_ a number": lambda t, x, y: x.scatter_(1, t.tensor([[0], [2]]), 5.0),
    "scatter_ a value": lambda t, x, y: x.scatter_(1, t.tensor([[0], [2]]), value=5.0),
    "scatter_add_": lambda t, x, y: x.scatter_add_(1, t.tensor([[0, 0], [2, 0]]), y[:, 1:]),
    "index_add_": lambda t, x, y: x.index_add_(0, t.tensor([1, 1]), y, alpha=-2),
    "index_add_ to a view": lambda t, x, y: x[:, 1:].index_add_(0, t.tensor([1]), y[:1, :2]),
    "scatter_ to a view": lambda t, x, y: x.T.scatter_(0, t.tensor([[1, 2]]), 7.0),
    "**=": lambda t, x, y: x.__ipow__(2),
    "pow_": lambda t, x, y: x.pow_(3).mul_(y),
}


@pytest.mark.parametrize("name", IN_PLACE)
def test_in_place(name):
    def program(t, x, y):
        z = x * 1
        IN_PLACE[name](t, z, y)
        return z * z

    rng = np.random.default_rng(9)
    compare_written_once(program, rng.normal(size=(2, 3)), rng.normal(size=(2, 3)))


@pytest.mark.parametrize("name", IN_PLACE)
def test_leaves_are_protected(name):
    for t in (tg, torch):
        with pytest.raises(
            RuntimeError, match="leaf Variable that requires grad is being used in an in-place operation"
        ):
            IN_PLACE[name](t, t.zeros(2, 3, requires_grad=True), t.ones(2, 3))


def test_in_place_of_integers_and_masks():
    for t in (tg, torch):
        x, m = t.arange(6), t.tensor([True, False])
        same_memory, same_mask = x, m
        x //= 2
        x %= 2
        x |= 4
        x &= 5
        x ^= 1
        m &= t.tensor([True, True])
        m |= t.tensor([False, True])
        m ^= True
        assert (x is same_memory, m is same_mask) == (True, True)
        assert (x.tolist(), m.tolist()) == ([5, 5, 4, 4, 5, 5], [False, False])
        with pytest.raises(RuntimeError, match=r"output with shape \[?\(?3[,\])]+ doesn't match the broadcast shape"):
            t.zeros(3).masked_fill_(t.zeros(2, 3) == 0, 1.0)


def test_index_of_integers_is_not_changed_by_a_later_write():
    """gather and its like remember the positions, not the index."""
    for name in ("gather", "scatter_add"):
        x, index = tg.tensor([1.0, 2.0, 3.0], requires_grad=True), tg.tensor([2, 2])
        y = x.gather(0, index) if name == "gather" else tg.zeros(3).scatter_add(0, index, x[:2])
        index.fill_(0)
        (y * tg.arange(1.0, y.numel() + 1)).sum().backward()
        assert x.grad.tolist() == ([0, 0, 3] if name == "gather" else [3, 3, 0])


def test_gradient_of_what_scatter_has_no_room_for():
    """PyTorch has no gradient for a src larger than the index; here it is 0 where nothing was taken."""
    src = tg.ones(2, 3, requires_grad=True)
    tg.zeros(2, 3).scatter(1, tg.tensor([[2]]), src).sum().backward()
    assert src.grad.tolist() == [[1, 0, 0], [0, 0, 0]]


def test_positions_are_counted_in_64_bits():
    """Whatever the index's own dtype."""
    assert _positions("gather", (2**17, 2**16), 0, np.array([[2**16, 1]], np.int32)).tolist() == [[2**32, 2**16 + 1]]


def X(t):
    return t.zeros(2, 3)


def N(t):
    return t.tensor(3.0)


def of(t, *numbers):
    return t.tensor(numbers)


ERRORS = {
    "index_select: index -1 is out of bounds for dimension 1 with size 3": lambda t: X(t).index_select(1, of(t, 0, -1)),
    "index_select: index 3 is out of bounds for dimension 1 with size 3": lambda t: X(t).index_select(1, of(t, 3)),
    "index_select: the index must be a vector, but it has shape (1, 2)": lambda t: X(t).index_select(1, of(t, [0, 1])),
    "index_select: the index must be int64 or int32, but it is float32; convert it by .long()": lambda t: X(
        t
    ).index_select(0, of(t, 0.0)),
    "but it is bool": lambda t: X(t).index_select(0, of(t, True, False)),
    "index_select: index must be a Tensor, but it is a list; make one with tensor(...)": lambda t: X(t).index_select(
        0, [1]
    ),
    "index_select: a single number has one element to take, but got 2 indices": lambda t: N(t).index_select(
        0, of(t, 0, 0)
    ),
    "index_select: dimension out of range": lambda t: X(t).index_select(2, of(t, 1)),
    "gather: the index, of shape (3, 1), needs as many dimensions as the input, of shape (2, 3), and must": lambda t: X(
        t
    ).gather(1, of(t, [0], [2], [1])),
    "gather: the index, of shape (2,)": lambda t: X(t).gather(1, of(t, 0, 2)),
    "gather: index -1 is out of bounds for dimension 1 with size 3": lambda t: X(t).gather(1, of(t, [-1], [2])),
    "gather: index 3 is out of bounds": lambda t: X(t).gather(1, of(t, [3], [2])),
    "gather: the index must be int64 or int32, but it is uint8": lambda t: X(t).gather(1, of(t, [1]).to(t.uint8)),
    "gather: dimension out of range": lambda t: X(t).gather(2, of(t, [0])),
    "scatter: src must have the dtype of the input, float32, but has float64": lambda t: X(t).scatter(
        1, of(t, [0]), X(t).double()
    ),
    "scatter: the index, of shape (3, 1)": lambda t: X(t).scatter(1, of(t, [0], [1], [2]), t.ones(3, 1)),
    "src, of shape (2, 3), must be no smaller, in each dimension, than the index, of shape (2, 4)": lambda t: X(
        t
    ).scatter(1, of(t, [0, 1, 2, 0], [2, 2, 2, 2]), X(t)),
    "scatter: src, of shape (), must be no smaller": lambda t: X(t).scatter(1, of(t, [0]), N(t)),
    "scatter: index 3 is out of bounds": lambda t: X(t).scatter(1, of(t, [3]), 1.0),
    "scatter: needs src, a Tensor, or value, a number, to write": lambda t: X(t).scatter(1, of(t, [0])),
    "scatter_add: src must be a Tensor, but it is a float": lambda t: X(t).scatter_add(1, of(t, [0]), 1.0),
    "scatter_add: src must have the dtype": lambda t: X(t).scatter_add(1, of(t, [0]), X(t).double()),
    "scatter_add: the index, of shape (1,)": lambda t: X(t).scatter_add(1, of(t, 0), t.zeros(5)),
    "scatter_add: index 5 is out of bounds": lambda t: X(t).scatter_add(1, of(t, [5]), X(t)),
    "index_add: index 2 is out of bounds for dimension 0 with size 2": lambda t: X(t).index_add(0, of(t, 0, 2), X(t)),
    "for 1 indices along dim 0 of shape (2, 3) the source must have shape (1, 3), but it has (2, 3)": lambda t: X(
        t
    ).index_add(0, of(t, 0), X(t)),
    "(2, 3), but it has (2, 1)": lambda t: X(t).index_add(0, of(t, 0, 1), t.ones(2, 1)),
    "index_add: source must have the dtype of the input, float32, but has float64": lambda t: X(t).index_add(
        0, of(t, 0, 1), X(t).double()
    ),
    "index_add: the index must be int64 or int32": lambda t: X(t).index_add(0, of(t, 0.0, 1.0), X(t)),
    "index_add: the index must be a vector": lambda t: X(t).index_add(0, of(t, [0], [1]), X(t)),
    "index_add: source must be a Tensor, but it is a float": lambda t: X(t).index_add(0, of(t, 0), 1.0),
    "masked_fill: the mask must be bool, but it is int64; convert it by .bool()": lambda t: X(t).masked_fill(
        X(t).long(), 1.0
    ),
    "masked_fill: value must be a single number, but got a Tensor of shape (1,)": lambda t: X(t).masked_fill(
        X(t) > 0, of(t, 7.0)
    ),
    "masked_fill: shapes (2, 3) and (2,) do not fit together": lambda t: X(t).masked_fill(of(t, True, False), 0.0),
    "masked_fill: value must be a number, or a Tensor of a single one, but it is None": lambda t: X(t).masked_fill(
        X(t) > 0, None
    ),
    "the value 300 does not fit in uint8, the dtype of what is written to": lambda t: (
        X(t).to(t.uint8).masked_fill(X(t) > 0, 300)
    ),
    "the value -inf does not fit in int64": lambda t: X(t).long().masked_fill(X(t) > 0, float("-inf")),
    "masked_fill: mask must be a Tensor, but it is a list": lambda t: X(t).masked_fill([True], 0.0),
    "masked_select: the mask must be bool, but it is int64": lambda t: X(t).masked_select(X(t).long()),
    "broadcast_tensors: shapes [(2, 3), (2,)] do not fit": lambda t: X(t).masked_select(of(t, True, False)),
    "index 6 is out of bounds": lambda t: X(t).take(of(t, 6)),
    "take: the index must be int64 or int32, but it is float32": lambda t: X(t).take(of(t, 0.0)),
}


@pytest.mark.parametrize("text", ERRORS)
def test_errors(text):
    ours = error_of(ERRORS[text], tg)
    assert text in str(ours)
    assert isinstance(ours, type(error_of(ERRORS[text], torch)))


@pytest.mark.parametrize("name", ["scatter", "scatter_add"])
@pytest.mark.parametrize(
    ("shape", "index"), [((2, 0), (3, 0)), ((0,), (0, 1)), ((2,), (0, 1)), ((), (0,)), ((0, 1), (0, 3))]
)
def test_an_index_of_nothing_writes_nothing(name, shape, index):
    """PyTorch has a result as well, but fails in the derivative."""
    x, src = (tg.ones(shape, requires_grad=True) for _ in range(2))
    y = getattr(x, name)(0, tg.zeros(index, dtype=tg.int64), src)
    same(y, getattr(torch.ones(shape), name)(0, torch.zeros(index, dtype=torch.int64), torch.ones(shape)))
    y.sum().backward()
    assert x.grad.equal(tg.ones(shape))
    assert src.grad.equal(tg.zeros(shape))
