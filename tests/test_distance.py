"""Distances, directions and their modules, compared with PyTorch."""

import numpy as np
import pytest
from against_torch import FLOATS, compare_written_once, error_of, of, same, same_outcome, torch

import tensorgrad as tg

array = np.array
A = array([[3.0, -4.0, 0.0], [1.0, 1.0, 1.0], [-2.0, 0.5, 1.5], [0.0, 2.0, -1.0]])
B = array([[1.0, 2.0, -1.0], [1.0, 1.0, 1.0], [0.5, 0.5, -3.0], [1.0, 0.0, 0.0]])
POWERS = [2.0, 1, 3.5, 0.5, -1, float("inf"), float("-inf")]


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("p", POWERS)
def test_normalize(p, dtype):
    x = np.where(A == 0, 0.25, A).astype(dtype)
    for dim in (0, 1, -1):
        compare_written_once(lambda t, x, d=dim: t.nn.functional.normalize(x, p, d) ** 2, x, about=dim)
    compare_written_once(lambda t, x: t.nn.functional.normalize(x, p, dim=0, eps=5.0) * 2, x[0])


def test_normalize_of_little():
    for options in ({}, {"dim": 0}, {"p": 1}, {"dim": (0, 1)}, {"eps": 0.5}, {"p": "fro"}, {"p": 2, "dim": 2}):
        for x in (array([[0.0, 0.0], [1e-20, 1e-20]]), np.ones((0, 2)), A, array([1.0, 2.0]), array([[1, 2]])):
            same_outcome(lambda t, x=x, o=options: t.nn.functional.normalize(t.tensor(x), **o), (x, options))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("p", POWERS)
def test_pairwise_distance(p, dtype):
    a, b = A.astype(dtype), B.astype(dtype)
    for x, y in ((a, b), (a, b[0]), (a[:, None], b), (a[0], b[0]), (a[:1], b)):
        for options in ({}, {"eps": 0.5, "keepdim": True}):
            compare_written_once(
                lambda t, x, y, o=options: t.nn.functional.pairwise_distance(x, y, p, **o), x, y, about=(x, y, options)
            )


def test_pairwise_distance_of_others():
    for x, y in (
        (array([[1, 2]]), array([[3, 4]])), (array(1.0), array(3.0)), (A, B[:, :2]), (A, B[:, 0]), (A[:0], B[:0]),
        (A.astype("float32"), B),
    ):  # fmt: skip
        same_outcome(lambda t, x=x, y=y: t.pairwise_distance(t.tensor(x), t.tensor(y), p=1), (x, y))
    same_outcome(lambda t: t.pairwise_distance(t.tensor(A), t.tensor(B), p=0, eps=0))
    compare_written_once(lambda t, x: t.pairwise_distance(x, x), A)  # nothing is divided by 0


@pytest.mark.parametrize(
    ("name", "args", "options"),
    [
        ("CosineSimilarity", (), {}), ("CosineSimilarity", (0, 1e-3), {}),
        ("PairwiseDistance", (), {}), ("PairwiseDistance", (1, 0.5, True), {}), ("PairwiseDistance", (), {"p": 3.0}),
    ],
)  # fmt: skip
def test_modules(name, args, options):
    ours, theirs = (getattr(t.nn, name)(*args, **options) for t in (tg, torch))
    assert repr(ours) == repr(theirs)
    settings = {word: x for word, x in vars(ours).items() if not word.startswith("_")}
    assert settings
    assert settings == {word: getattr(theirs, word) for word in settings}
    (a, b), (c, d) = of(tg, (A, B)), of(torch, (A, B))
    y, z = ours(a, b), theirs(c, d)
    same(y, z)
    y.sum().backward()
    z.sum().backward()
    same(a.grad, c.grad)
    same(b.grad, d.grad)


ERRORS = {
    "normalize: argument 1 must be a Tensor, but it is a list": lambda t: t.nn.functional.normalize([1.0]),
    "pairwise_distance: argument 2 must be a Tensor, but it is a int": lambda t: t.pairwise_distance(t.ones(2), 1),
    "norm: dimension out of range (expected to be in range of [-1, 0], but got 1)": lambda t: t.nn.functional.normalize(
        t.ones(2)
    ),
}


@pytest.mark.parametrize("text", ERRORS)
def test_errors(text):
    ours, theirs = error_of(ERRORS[text], tg), error_of(ERRORS[text], torch)
    assert text in str(ours)
    assert isinstance(ours, type(theirs)) or isinstance(theirs, AttributeError)
