"""Order against PyTorch: sort, argsort, topk, median; gradients, ties, nan, empty and 0-d inputs, errors."""

import numpy as np
import pytest
from against_torch import compare_written_once, error_of, same_outcome, torch
from cases import NAN

import tensorgrad as tg

array = np.array
TABLE = array([[3.0, 1.0, 2.0, 1.0], [NAN, 5.0, NAN, -1.0], [0.0, 0.0, -0.0, 0.0]], np.float32)
DTYPES = ["float32", "float64", "int64", "int32", "uint8", "bool"]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("dim", [-1, 0, 1, 2, -3])
def test_sort(dim, descending):
    for x in (TABLE, TABLE[:, :1], TABLE[:0], np.nan_to_num(TABLE).astype(np.int64), TABLE == 0, TABLE.T):
        same_outcome(
            lambda t, x=x: tuple(t.sort(t.tensor(x), dim=dim, descending=descending, stable=True)), (x.shape, x.dtype)
        )
        same_outcome(lambda t, x=x: t.tensor(x).argsort(dim, descending), (x.shape, x.dtype))
    if -2 <= dim < 2:
        compare_written_once(lambda t, x: t.sort(x, stable=True, dim=dim, descending=descending).values ** 2, TABLE)


def test_sort_of_a_number():
    for dim in (-2, -1, 0, 1):
        same_outcome(lambda t, dim=dim: tuple(t.tensor(3.0).sort(dim)), dim)
        same_outcome(lambda t, dim=dim: t.tensor(3.0).argsort(dim, True), dim)
    compare_written_once(lambda t, x: x.sort().values * 2, array(3.0))


@pytest.mark.parametrize("largest", [True, False])
@pytest.mark.parametrize("dim", [-1, 0, 1, 2])
@pytest.mark.parametrize("k", [0, 1, 2, 3, 4, 5, -1])
def test_topk(k, dim, largest):
    x = np.random.default_rng(2).permutation(12).reshape(3, 4)
    for dtype in DTYPES[:-1]:
        same_outcome(lambda t, dtype=dtype: tuple(t.tensor(x.astype(dtype)).topk(k, dim, largest)), (dtype, k, dim))
    if 0 <= k <= 3 and dim < 2:
        compare_written_once(lambda t, x: t.topk(x, k, dim, largest=largest).values ** 2, x.astype(np.float64))
    compare_written_once(lambda t, x: t.topk(x, 2, dim=0, largest=largest).values, array([3.0, NAN, 1.0, 4.0]))


def test_topk_as_the_lectures_call_it():
    x = np.random.default_rng(2).normal(size=(5, 7))
    for t in (tg, torch):
        _, index = t.topk(t.tensor(x), k=1, dim=-1)
        assert index.tolist() == x.argmax(1, keepdims=True).tolist()
        values, _ = t.topk(t.tensor(x), 3)
        np.testing.assert_array_equal(values[:, [-1]].numpy()[:, 0], np.sort(x)[:, -3])
    for k in (0, 1, 2):
        same_outcome(lambda t, k=k: tuple(t.tensor(3.0).topk(k)) if k else t.tensor(0), k)
    same_outcome(lambda t: t.tensor([3.0, 1.0]).topk(t.tensor(1), sorted=False).values)


@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("dim", [0, 1, -1, 2])
def test_median_along_a_dimension(dim, keepdim):
    x = np.random.default_rng(2).permutation(12).reshape(3, 4)
    for dtype in DTYPES[:-1]:
        same_outcome(lambda t, dtype=dtype: tuple(t.tensor(x.astype(dtype)).median(dim, keepdim)), dtype)
    with_nan = np.where((x == 5) | (x == 2), NAN, x)
    same_outcome(lambda t: tuple(t.tensor(with_nan).median(dim, keepdim)))
    if dim < 2:
        compare_written_once(lambda t, x: t.median(x, dim, keepdim).values ** 2, x.astype(np.float64))
    same_outcome(lambda t: tuple(t.zeros(0, 3).median(dim, keepdim)), dim)


def test_median_of_all():
    for x in (array([3.0, 1.0, 2.0]), array([3.0, 1.0, 2.0, 2.0]), array([[NAN, 1.0], [0.0, NAN]]), array(2.0)):
        compare_written_once(lambda t, x: t.median(x) * 3, x)
    same_outcome(lambda t: tuple(t.tensor(2.0).median(0)))
    same_outcome(lambda t: t.tensor([4, 1, 3, 2]).median())


def test_words_of_numpy():
    x = tg.tensor([[3.0, 1.0], [2.0, 5.0]])
    assert x.sort(axis=0).values.tolist() == [[2, 1], [3, 5]]
    assert x.median(axis=1, keepdims=True).values.tolist() == [[1], [2]]
    assert x.argsort(axis=0).tolist() == [[1, 0], [0, 1]]


ERRORS = {
    "topk: k must be from 0 to 3, the size of dim -1 of shape (2, 3), but got 4": lambda t: t.ones(2, 3).topk(4),
    "topk: not defined for bool": lambda t: t.tensor([True]).topk(1),
    "median: dim 0 of shape (0, 3) is empty": lambda t: t.zeros(0, 3).median(0),
    "sort: dimension out of range (expected to be in range of [-2, 1], but got 2)": lambda t: t.ones(2, 3).sort(2),
    "topk: dimension out of range (expected to be in range of [-1, 0], but got 1)": lambda t: t.ones(2).topk(1, 1),
}


@pytest.mark.parametrize("text", ERRORS)
def test_errors(text):
    ours, theirs = error_of(ERRORS[text], tg), error_of(ERRORS[text], torch)
    assert text in str(ours)
    assert isinstance(ours, type(theirs)) or isinstance(theirs, NotImplementedError)


def test_aminmax():
    x = array([[3.0, 1.0, 3.0], [1.0, 5.0, 1.0]])
    for options in ({}, {"dim": 0}, {"dim": -1}, {"dim": 1, "keepdim": True}, {"keepdim": True}, {"dim": 2}):
        for given in (x, x.astype(np.int32), x == 3, TABLE, array(2.0) if options.get("dim", 0) < 1 else x[:1]):
            same_outcome(lambda t, x=given, o=options: tuple(t.aminmax(t.tensor(x), **o)), (given, options))
    for dim in (0, 1, None):
        compare_written_once(lambda t, x, d=dim: t.aminmax(x, dim=d).min * 2 + x.aminmax(dim=d).max * 3, x)
    pair = tg.tensor(x).aminmax(axis=0, keepdims=True)
    assert (pair.min.tolist(), pair.max.tolist()) == ([[1, 1, 1]], [[3, 5, 3]])
    for t in (tg, torch):
        with pytest.raises(RuntimeError, match=r"empty|no elements"):
            t.zeros(0).aminmax()
