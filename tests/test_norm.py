"""Norms against PyTorch: every order, dimensions, dtypes, where the gradient is a matter of agreement, errors."""

import numpy as np
import pytest
from against_torch import FLOATS, compare_written_once, error_of, same_outcome, torch
from cases import INF, NAN

import tensorgrad as tg

array = np.array
RNG = np.random.default_rng(3)
X = RNG.normal(size=(2, 3, 4))
MATRIX = RNG.normal(size=(3, 4))
ORDERS = [0, 0.5, 1, 1.5, 2, 3, -1, -2, INF, -INF]


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("p", [*ORDERS, "fro", None])
def test_norm(p, dtype):
    x = X.astype(dtype)
    for dim in (None, 0, -1, (0, 2), [1], ()):
        for keepdim in (False, True):
            if p != 0:
                compare_written_once(lambda t, x, d=dim, k=keepdim: x.norm(p, d, k), x, about=(p, dim, keepdim))
            same_outcome(lambda t, d=dim, k=keepdim: t.norm(t.tensor(x), p, dim=d, keepdim=k))
    same_outcome(lambda t: t.tensor(x).norm(p, 3))
    same_outcome(lambda t: t.tensor(x[0, 0, 0]).norm(p))
    same_outcome(lambda t: t.tensor(x).norm(p, 1, dtype=t.float64))


@pytest.mark.parametrize("p", ORDERS[1:])
@pytest.mark.parametrize("x", [[0.0, 0.0, 0.0], [0.0, -2.0, 2.0], [2.0, 2.0, -2.0], [1.0, 0.0, 3.0]])
def test_gradient_at_kinks(x, p):
    compare_written_once(lambda t, x: x.norm(p), array(x))


def test_of_zero_the_count_has_the_gradient_zero():
    x = tg.tensor([0.0, 2.0, 3.0], requires_grad=True)
    y = x.norm(0)
    assert y.item() == 2
    assert y.requires_grad
    y.backward()
    assert x.grad.tolist() == [0, 0, 0]


@pytest.mark.parametrize("p", [2, 3, 1.5, 0.5, 1, INF])
def test_large_and_small_numbers(p):
    """No square overflows or vanishes, and no warning comes; in float64 this is what float32 should be."""
    for scale in (1e38, 1e-38, 1e-42):
        x = (array([1.0, -2.0, 0.5, 0.0]) * scale / 10).astype(np.float32)
        small, exact = (tg.tensor(v, requires_grad=True) for v in (x, x.astype(np.float64)))
        for y in (small, exact):
            y.norm(p).backward()
        np.testing.assert_allclose(small.norm(p).item(), exact.norm(p).item(), 1e-2 if scale < 1e-40 else 1e-6)
        np.testing.assert_allclose(small.grad.numpy(), exact.grad.numpy(), 1e-2 if scale < 1e-40 else 1e-5)


@pytest.mark.parametrize("x", [[NAN, 1.0], [INF, 1.0], [-INF, NAN]])
def test_nan_and_infinity(x):
    for p in (*ORDERS, "fro"):
        same_outcome(lambda t, p=p: t.tensor(x).norm(p), p)


@pytest.mark.parametrize("p", ORDERS[1:])
@pytest.mark.parametrize("x", [[0.0, INF, 2.0], [INF, INF, 0.0], [0.0, INF, 0.0], [-2.0, INF, 3.0], [NAN, 1.0, 2.0]])
def test_gradient_where_some_are_infinite(x, p):
    if p == 0.5 and 0.0 in x:  # 0 where x is; PyTorch has 0 times inf
        assert tg.linalg.vector_norm(tg.tensor(x), p).item() == INF
    else:
        compare_written_once(lambda t, x: t.linalg.vector_norm(x, p), array(x))


def test_orders_below_1_of_large_and_small_numbers():
    for p, x in ((0.5, [1e-38, 1e30, 1.0]), (-1, [1.0, 3e38, 0.5]), (-2, [1e-30, 1e38, 1.0])):
        small, exact = (tg.tensor(x, dtype=dtype, requires_grad=True) for dtype in (tg.float32, tg.float64))
        for y in (small, exact):
            tg.linalg.vector_norm(y, p).backward()
        np.testing.assert_allclose(small.grad.numpy(), exact.grad.numpy(), 1e-5, 1e-45)


EMPTY = [(p, dim) for p in ORDERS for dim in (None, 0, 1)]


@pytest.mark.parametrize(("p", "dim"), EMPTY)
def test_of_nothing(p, dim):
    same_outcome(lambda t: t.zeros(0, 3).norm(p, dim))


MATRIX_ORDERS = ["fro", "nuc", 1, -1, 2, -2, INF, -INF]


@pytest.mark.parametrize("ord", MATRIX_ORDERS)
def test_matrix_norm(ord):
    compare_written_once(lambda t, x: t.linalg.matrix_norm(x, ord), MATRIX)
    compare_written_once(lambda t, x: t.linalg.norm(x, ord), MATRIX)
    compare_written_once(lambda t, x: t.linalg.matrix_norm(x, ord, (0, 2), True), X)
    compare_written_once(lambda t, x: t.linalg.norm(x, ord, (2, -3)), X)
    compare_written_once(lambda t, x: t.linalg.matrix_norm(x, ord=ord, dim=[1, 0], dtype=t.float64), MATRIX)


@pytest.mark.parametrize("ord", [None, *ORDERS, "fro", "nuc", "other"])
def test_norm_of_vectors_and_matrices(ord):
    for shape in ((4,), (3, 4), (2, 3, 4)):
        x = RNG.normal(size=shape)
        for dim in (None, 0, (-1,), (0, 1), (1, 2), (0, 0), (0, 1, 2), ()):
            same_outcome(lambda t, x=x, dim=dim: t.linalg.norm(t.tensor(x), ord, dim), (ord, shape, dim))


def test_vector_norm():
    for args in ((), (1,), (3.5, 1), (INF, (0, 2), True), (2, ())):
        compare_written_once(lambda t, x, args=args: t.linalg.vector_norm(x, *args), X, about=args)
    assert tg.linalg.vector_norm(tg.tensor(X), axis=0, keepdims=True).shape == (1, 3, 4)
    assert tg.tensor(X).norm(axis=0, keepdims=True).shape == (1, 3, 4)
    assert tg.linalg.norm(tg.tensor(X), axis=0, keepdims=True).shape == (1, 3, 4)


def test_nuclear_norm_of_a_tensor():
    compare_written_once(lambda t, x: x.norm("nuc"), MATRIX)
    compare_written_once(lambda t, x: x.norm("nuc", (0, 1), True), X)


ERRORS = {
    "norm: the input must be floating-point, but it is int64; convert it with .float()": lambda t: t.tensor([1]).norm(),
    "norm: the input must be floating-point, but it is int32": lambda t: t.ones(2).norm(dtype=t.int32),
    "the -1 norm of no elements is not defined: the input has shape (0,)": lambda t: t.zeros(0).norm(-1),
    "vector_norm: ord must be a number, but got 'fro'": lambda t: t.linalg.vector_norm(t.ones(2, 2), "fro"),
    "matrix_norm: needs a matrix, or a batch of them, but got shape (2,)": lambda t: t.linalg.matrix_norm(t.ones(2)),
    "matrix_norm: dim must name two different dimensions of shape (2, 2), but got (0, -2)": lambda t: (
        t.linalg.matrix_norm(t.ones(2, 2), dim=(0, -2))
    ),
    "matrix_norm: ord must be 'fro', 'nuc', 1, -1, 2, -2, inf or -inf, but got 3": lambda t: t.linalg.matrix_norm(
        t.ones(2, 2), 3
    ),
    "norm: with ord=1 shape (2, 2, 2) needs dim": lambda t: t.linalg.norm(t.ones(2, 2, 2), 1),
}


@pytest.mark.parametrize("text", ERRORS)
def test_errors(text):
    ours = error_of(ERRORS[text], tg)
    assert text in str(ours)
    assert isinstance(ours, type(error_of(ERRORS[text], torch)))


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (2, 0, 3), (0, 2, 3)])
@pytest.mark.parametrize("order", [1, 2, INF, "nuc", "fro"])
def test_a_matrix_of_nothing(order, shape):
    same_outcome(lambda t: t.linalg.matrix_norm(t.zeros(shape), order))
    same_outcome(lambda t: t.linalg.matrix_norm(t.zeros(shape), order, keepdim=True))
