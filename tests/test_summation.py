"""Sums of many numbers: as accurate as PyTorch's, whatever the layout, and rounded once in half precision."""

import numpy as np
import pytest
from against_torch import compare_written_once, of, same, torch

import tensorgrad as tg
from tensorgrad.ops.summation import BLOCK, MANY, add_up

RNG = np.random.default_rng(0)
MANY_ROWS = 200_003  # a prime: no size of block divides it


def numbers(*shape):
    return RNG.random(shape, np.float32)


# name: (numbers, the axes to sum over)
LAYOUTS = {
    "tall": (numbers(MANY_ROWS, 2), 0),
    "tall, as a tuple": (numbers(MANY_ROWS, 2), (-2,)),
    "wide, by columns": (np.asfortranarray(numbers(2, MANY_ROWS)), 1),
    "rows": (numbers(2, MANY_ROWS), 1),
    "a few of many columns": (numbers(MANY_ROWS, 5)[:, ::2], 0),
    "of a few columns, all": (numbers(MANY_ROWS, 5)[:, ::2], None),
    "backwards": (numbers(MANY_ROWS, 2)[::-1], 0),
    "every other": (numbers(MANY_ROWS)[::2], 0),
    "one number, expanded": (np.broadcast_to(np.float32(0.1), (MANY_ROWS, 2)), 0),
    "one row, expanded": (np.broadcast_to(numbers(3), (MANY_ROWS, 3)), 0),
    "images, channels last": (numbers(20, 60, 60, 3), (0, 1, 2)),
    "images, channels first": (numbers(500, 3, 8, 8), (0, 2, 3)),
    "the inner two": (numbers(3, 300, 300), (1, 2)),
    "the outer and the inner": (numbers(300, 3, 300), (2, 0)),
    "the middle": (numbers(3, 3000, 3), 1),
    "just enough": (numbers(MANY // 2, 2), 0),
    "one column": (numbers(MANY, 1), 0),
    "no column": (numbers(MANY, 0), 0),
    "a square": (numbers(100, 100), 0),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_accuracy(name):
    """The error is at most a few units in the last place more than PyTorch's; NumPy's alone is up to 10,000."""
    x, axis = LAYOUTS[name]
    exact = np.asarray(x.astype(np.float64).sum(axis))
    theirs = torch.tensor(x.copy()).sum(axis).numpy()
    for keepdims in (False, True):
        ours = add_up(x, axis, None, None, keepdims)
        assert (ours.shape, ours.dtype) == (x.sum(axis, keepdims=keepdims).shape, tg.float32)
    unit = np.spacing(exact.astype(np.float32))
    ours, theirs = (np.abs(np.reshape(y, exact.shape) - exact) / unit for y in (ours, theirs))
    assert np.all(ours <= theirs.max(initial=0) + 4)


def test_of_less_than_a_block_and_more():
    for rows in (*range(BLOCK * 4 - 2, BLOCK * 4 + 3), 8 * BLOCK, 8 * BLOCK + 1, 10 * BLOCK - 1, BLOCK**2 * 4 + 5):
        x = RNG.integers(0, 100, (rows, 1 + MANY // rows)).astype(np.float32)
        assert np.array_equal(add_up(x), x.sum(0))  # of integers, each sum is exact


def test_other_dtypes_than_floating_ones():
    x = np.ones((MANY, 2), np.int16)
    assert add_up(x).dtype == np.int64
    assert add_up(x > 0, 0, np.float32).tolist() == [MANY, MANY]
    assert tg.tensor(x).sum(0).tolist() == [MANY, MANY]
    assert add_up(x + 2j).tolist() == [MANY * (1 + 2j)] * 2
    assert add_up(np.ones((MANY, 2), np.float32), 0, np.float64).dtype == np.float64


def test_wrong_axes_of_many_numbers():
    with pytest.raises(IndexError, match=r"dimension out of range .* but got 2\)"):
        tg.zeros(MANY, 2).sum(2)


TALL = numbers(100_000, 2)
USERS = {
    "sum": lambda t, x: x.sum(0),
    "mean": lambda t, x: x.mean(0),
    "mean of all but one": lambda t, x: x.reshape(10, 10_000, 2).mean((0, 1)),
    "var": lambda t, x: x.var(0),
    "std": lambda t, x: x.std(0, correction=0),
    "logsumexp": lambda t, x: x.logsumexp(0),
    "softmax": lambda t, x: x.softmax(0).square().sum(0) * 1e5,
    "norm": lambda t, x: x.norm(2, 0),
}


@pytest.mark.parametrize("name", USERS)
def test_reductions(name):
    exact = USERS[name](tg, tg.tensor(TALL.astype(np.float64))).numpy()
    np.testing.assert_allclose(USERS[name](tg, tg.tensor(TALL)).numpy(), exact, 1e-6)


GRADIENTS = {
    "a row that is added": lambda t, x, row: ((x + row) * x).sum(),
    "a row that is expanded": lambda t, x, row: (row.expand(*x.shape) * x).sum(),
    "a bias": lambda t, x, row: (t.nn.functional.linear(x, t.ones(2, 2), row) * x).sum(),
    "the weight of a batch norm": lambda t, x, row: (
        t.nn.functional.batch_norm(x, None, None, row, training=True) * x
    ).sum(),
}


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradients(name):
    def gradient(dtype):
        row = tg.ones(2, dtype=dtype, requires_grad=True)
        before = tg.get_default_dtype()
        tg.set_default_dtype(dtype)
        try:
            GRADIENTS[name](tg, tg.tensor(TALL.astype(dtype)), row).backward()
        finally:
            tg.set_default_dtype(before)
        return row.grad.numpy()

    np.testing.assert_allclose(gradient(tg.float32), gradient(tg.float64), 1e-6)


# half precision

HALF = {
    "sum": lambda t, x: x.sum(0),
    "sum of all": lambda t, x: x.sum(),
    "mean": lambda t, x: x.mean(0),
    "mean of all": lambda t, x: x.mean(),
    "mean of large numbers": lambda t, x: (x * 1000).mean(),
    "var": lambda t, x: x.var(0),
    "std": lambda t, x: x.std(0),
    "std of all": lambda t, x: x.std(),
}


@pytest.mark.parametrize("rows", [300, 20_000])
@pytest.mark.parametrize("name", HALF)
def test_half_precision(name, rows):
    x = numbers(rows, 3).astype(np.float16)
    if rows == 300 or "sum" not in name:  # 20,000 rows sum to more than their spacing can tell apart
        same(*(HALF[name](t, of(t, x)) for t in (tg, torch)), name)
    leaf = tg.tensor(x, requires_grad=True)
    HALF[name](tg, leaf).sum().backward()
    assert leaf.grad.dtype is tg.float16


def test_mean_as_half_precision():
    """Rounded once, too; PyTorch rounds what goes in first."""
    x = numbers(300, 3)
    mean = tg.tensor(x).mean(0, dtype=tg.float16).numpy()
    assert np.array_equal(mean, x.mean(0, np.float64).astype(np.float16))
    assert tg.full((100_000,), 1e3).mean(dtype=tg.float16).item() == 1e3  # the sum is beyond 65504


def test_gradients_in_half_precision():
    x = numbers(50, 3).astype(np.float16)
    for name in ("mean", "var", "std"):
        grads = []
        for t in (tg, torch):
            leaf = t.tensor(x, requires_grad=True)
            getattr(leaf, name)(0).sum().backward()
            grads.append(leaf.grad.numpy())
        np.testing.assert_allclose(*grads, 2e-3, 1e-4)


def test_empty_and_single():
    compare_written_once(lambda t, x: x.sum(0), np.zeros((MANY, 0)))
    assert tg.tensor(np.float16(3.0)).sum().item() == 3
