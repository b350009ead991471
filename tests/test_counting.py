"""Counts against PyTorch: count_nonzero, bincount, histc, histogram."""

import numpy as np
import pytest
from against_torch import error_of, same, same_outcome, torch
from cases import INF, NAN

import tensorgrad as tg

array = np.array


def test_count_nonzero():
    x = array([[1.0, 0.0, NAN], [0.0, -0.0, 2.0]])
    for dim in (None, 0, 1, -1, (0, 1), (), [1], 2, -3):
        same_outcome(lambda t, dim=dim: t.count_nonzero(t.tensor(x), dim), dim)
    assert tg.tensor(x).count_nonzero(axis=0).tolist() == [1, 0, 2]


NUMBERS = array([3, 0, 3, 1])
WEIGHTS = array([0.5, 1.0, 2.0, -1.0])
BINCOUNTS = {
    "plain": lambda t: t.tensor(NUMBERS).bincount(),
    "uint8": lambda t: t.bincount(t.tensor(NUMBERS.astype(np.uint8)), minlength=6),
    "int32": lambda t: t.tensor(NUMBERS.astype(np.int32)).bincount(minlength=2),
    "none": lambda t: t.tensor(NUMBERS[:0]).bincount(),
    "none of three": lambda t: t.tensor(NUMBERS[:0]).bincount(t.tensor(WEIGHTS[:0]), 3),
    "weights": lambda t: t.tensor(NUMBERS).bincount(t.tensor(WEIGHTS)),
    "float32 weights": lambda t: t.bincount(t.tensor(NUMBERS), weights=t.tensor(WEIGHTS.astype(np.float32))),
    "int weights": lambda t: t.bincount(t.tensor(NUMBERS), t.tensor(NUMBERS), minlength=7),
    "bool weights": lambda t: t.bincount(t.tensor(NUMBERS), t.tensor(NUMBERS > 1)),
    "other weights": lambda t: t.tensor(NUMBERS).bincount(t.tensor(WEIGHTS[:1])),
    "negative": lambda t: t.tensor([1, -1]).bincount(),
    "matrix": lambda t: t.tensor([[1]]).bincount(),
    "number": lambda t: t.tensor(1).bincount(),
    "float": lambda t: t.tensor([1.0]).bincount(),
    "bool": lambda t: t.tensor([True]).bincount(),
    "negative length": lambda t: t.tensor([1]).bincount(minlength=-1),
}


@pytest.mark.parametrize("name", BINCOUNTS)
def test_bincount(name):
    same_outcome(BINCOUNTS[name])


X = array([[1.0, 2.0, 2.5], [4.0, 2.0, -1.0]], np.float32)
HISTOGRAMS = {
    "": {}, "bins": {"bins": 3}, "density": {"bins": 4, "density": True}, "range": {"bins": 5, "range": (0.0, 2.5)},
    "int range": {"bins": 2, "range": (0, 3)}, "one point": {"bins": 2, "range": (2.0, 2.0)},
    "elsewhere": {"bins": 2, "range": (7.0, 8.0), "density": True}, "weight": {"bins": 3, "weight": X * X},
    "weight, density": {"bins": 3, "weight": X * X, "density": True},
    "edges": {"bins": array([0, 1, 2.25, 4], np.float32)},
    "edges, density": {"bins": array([0, 2, 2.25, 3.5], np.float32), "density": True},
    "reversed": {"bins": 2, "range": (2.0, 1.0)}, "infinite": {"bins": 2, "range": (0.0, INF)}, "no bin": {"bins": 0},
    "one edge": {"bins": array([1.0], np.float32)}, "matrix of edges": {"bins": array([[1.0, 2.0]], np.float32)},
    "edges of another dtype": {"bins": array([1.0, 2.0])}, "weight of another dtype": {"weight": X.astype(float)},
    "weight of another shape": {"weight": X[0]}, "float bins": {"bins": 2.0},
}  # fmt: skip


@pytest.mark.parametrize("name", HISTOGRAMS)
def test_histogram(name):
    def call(t):
        options = {word: t.tensor(x) if isinstance(x, np.ndarray) else x for word, x in HISTOGRAMS[name].items()}
        return tuple(t.histogram(t.tensor(X), **options))

    if name == "float bins":
        with pytest.raises(TypeError, match=r"histogram: bins must be an integer or a Tensor of edges, but got 2\.0"):
            call(tg)
    else:
        same_outcome(call)


@pytest.mark.parametrize("x", [[], [1.0], [1.0, 1.0], [NAN, 1.0], [INF, 1.0], 2.0, [[0.25, 0.5, 0.75]]])
def test_histogram_of_few(x):
    same_outcome(lambda t: tuple(t.tensor(x).histogram(2)))
    same_outcome(lambda t: t.tensor(x).histc(2))
    same_outcome(lambda t: tuple(t.tensor(x).histogram(2, range=(0.0, 1.0))))
    same_outcome(lambda t: t.tensor(x).histc(2, 0, 1))


def test_histogram_of_integers_raises():
    with pytest.raises(RuntimeError, match="histogram: the input must be floating-point, but it is int64; convert it"):
        tg.tensor([1, 2]).histogram()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_histogram_bit_for_bit(dtype):
    """The edges are PyTorch's to the last bit, and so nothing falls into another bin."""
    rng = np.random.default_rng(1)
    for bins in (1, 2, 7, 50, 100, 127):
        for scale in (1e-3, 1.0, 300.0):
            x = (rng.normal(size=500) * scale).astype(dtype)
            for given in (x, np.round(x)):
                ours, theirs = (t.histogram(t.tensor(given), bins) for t in (tg, torch))
                for a, b in zip(ours, theirs, strict=True):
                    np.testing.assert_array_equal(a.numpy(), b.numpy())
                np.testing.assert_array_equal(*(t.tensor(given).histc(bins).numpy() for t in (tg, torch)))


def test_histogram_as_the_lectures_call_it():
    x = np.random.default_rng(1).normal(size=(32, 20)).astype(np.float32)
    for ours, theirs in zip(
        *(t.histogram(t.tensor(x, requires_grad=True), density=True) for t in (tg, torch)), strict=True
    ):
        same(ours.detach(), theirs.detach())
    hist, edges = tg.histogram(tg.tensor(x), density=True)
    assert (hist.shape, edges.shape, hist.dtype) == ((100,), (101,), tg.float32)
    assert abs((hist * (edges[1:] - edges[:-1])).sum().item() - 1) < 1e-5


HISTC = [(), (3,), (3, 0, 2), (3, 2, 2), (0,), (2, 3, 1), (2, 0, INF), (4, -1.5, 3.25)]


@pytest.mark.parametrize("args", HISTC)
def test_histc(args):
    for dtype in ("float32", "float64", "int64"):
        same_outcome(lambda t, dtype=dtype: t.tensor(X.astype(dtype)).histc(*args), dtype)


ERRORS = {
    "bincount: needs a vector of integers that are not negative, but got shape (1,) and dtype float32": BINCOUNTS[
        "float"
    ],
    "and dtype int64, some negative": BINCOUNTS["negative"],
    "bincount: minlength must be 0 or more, but got -1": BINCOUNTS["negative length"],
    "bincount: weights must have the input's shape (4,), but got (1,)": BINCOUNTS["other weights"],
    "histogram: there must be at least one bin, but got 0": lambda t: t.ones(2).histogram(0),
    "histogram: the range [nan, nan] is not finite": lambda t: t.tensor([NAN]).histogram(2),
    "histogram: the lowest edge must not exceed the highest, but got 2.0 and 1.0": lambda t: t.ones(2).histogram(
        2, range=(2.0, 1.0)
    ),
    "histogram: weight must have the input's shape (2,), but got (1,)": lambda t: t.ones(2).histogram(
        2, weight=t.ones(1)
    ),
    "histogram: bins must have the input's dtype float32, but got float64": lambda t: t.ones(2).histogram(
        t.ones(2).double()
    ),
    "histogram: the edges in bins must be a vector, but have shape (2, 1)": lambda t: t.ones(2).histogram(t.ones(2, 1)),
    "unique: the slices along dim 0 of shape (2, 0) have no elements to compare": lambda t: t.ones(2, 0).unique(dim=0),
    "histc: the lowest edge must not exceed the highest, but got 3 and 1": lambda t: t.ones(2).histc(2, 3, 1),
}


@pytest.mark.parametrize("text", ERRORS)
def test_errors(text):
    ours, theirs = error_of(ERRORS[text], tg), error_of(ERRORS[text], torch)
    assert text in str(ours)
    assert isinstance(ours, RuntimeError)
    assert isinstance(theirs, RuntimeError)


# unique

UNIQUES = [
    array([3, 1, 3, 2, 1]), array([[2.0, NAN], [-1.0, NAN]]), array([[3, 1], [1, 3]], np.uint8), array([True, True]),
    array(3.0), np.zeros(0, np.float32), np.zeros((2, 0)), array([[INF, -INF], [INF, -INF], [0.0, -INF]], np.float32),
    array([[1, 2, 1], [1, 2, 1], [0, 5, 0]]), array([[1, NAN], [1, NAN], [0, 5]]), np.zeros((0, 2)),
    np.arange(24).reshape(2, 3, 4) // 5 % 2,
]  # fmt: skip


@pytest.mark.parametrize("x", UNIQUES, ids=repr)
def test_unique(x):
    for dim in (None, *range(-x.ndim, x.ndim), x.ndim):
        for flags in ({}, {"return_inverse": True}, {"return_counts": True}):
            same_outcome(lambda t, d=dim, f=flags: t.unique(t.tensor(x), dim=d, **f), (dim, flags))
        same_outcome(lambda t, d=dim: t.tensor(x).unique(True, True, True, d), dim)


def test_unique_and_back():
    x = np.random.default_rng(2).integers(0, 3, (40, 2))
    rows, inverse, counts = tg.tensor(x).unique(sorted=False, return_inverse=True, return_counts=True, axis=0)
    assert rows[inverse].tolist() == x.tolist()
    assert counts.tolist() == [(x == row).all(1).sum() for row in rows.numpy()]
    assert not tg.tensor([1.0, 2.0], requires_grad=True).unique().requires_grad
