"""Linear algebra against PyTorch: products by name, inverse, solve, determinants, Cholesky's factor, their errors."""

import numpy as np
import pytest
from against_torch import FLOATS, compare_written_once, error_of, same_outcome, torch
from cases_linalg import POSITIVE, SINGULAR, SQUARE

import tensorgrad as tg

array = np.array
RNG = np.random.default_rng(5)


def draw(*shape):
    return RNG.normal(size=shape)


A = draw(2, 3)
PRODUCTS = {
    "mm": (lambda t, a, b: t.mm(a, b), A, draw(3, 4)),
    "mm of nothing": (lambda t, a, b: a.mm(b), draw(2, 0), draw(0, 4)),
    "bmm": (lambda t, a, b: t.bmm(a, mat2=b), draw(5, 2, 3), draw(5, 3, 4)),
    "mv": (lambda t, a, b: t.mv(a, b), A, draw(3)),
    "dot": (lambda t, a, b: t.dot(a, b), draw(3), draw(3)),
    "dot of nothing": (lambda t, a, b: a.dot(b), draw(0), draw(0)),
    "outer": (lambda t, a, b: t.outer(a, b), draw(2), draw(3)),
    "matmul": (lambda t, a, b: t.linalg.matmul(a, b), A, draw(5, 3, 1)),
    "addmm": (lambda t, x, a, b: t.addmm(x, a, b), draw(2, 4), A, draw(3, 4)),
    "addmm of a row": (lambda t, x, a, b: x.addmm(a, b, beta=0.5, alpha=2), draw(4), A, draw(3, 4)),
    "addmm of a column": (lambda t, x, a, b: x.addmm(a, b, alpha=-1), draw(2, 1), A, draw(3, 4)),
    "addmm of a number": (lambda t, x, a, b: t.addmm(x, a, b, beta=3), draw(), A, draw(3, 4)),
    "baddbmm": (lambda t, x, a, b: t.baddbmm(x, a, b, beta=2), draw(5, 1, 4), draw(5, 2, 3), draw(5, 3, 4)),
    "inverse": (lambda t, a: t.inverse(a), array(SQUARE)),
    "det": (lambda t, a: a.det() + t.det(a), array(SQUARE)),
    "slogdet": (lambda t, a: t.slogdet(a)[1] + a.slogdet().logabsdet, array(SQUARE)),
    "cholesky": (lambda t, a: t.linalg.cholesky(a), array(POSITIVE)),
    "upper": (lambda t, a: t.linalg.cholesky(a, upper=True), array(POSITIVE)),
    "solve of vectors": (lambda t, a, b: t.linalg.solve(a, b), array(SQUARE), draw(3)),
    "solve of as many vectors": (lambda t, a, b: t.linalg.solve(a, b), array([SQUARE] * 2), draw(2, 3)),
    "solve of one vector": (lambda t, a, b: t.linalg.solve(a, b), array([SQUARE] * 2), draw(3)),
    "solve from the right": (lambda t, a, b: t.linalg.solve(a, b, left=False), array(SQUARE), draw(4, 2, 3)),
}  # fmt: skip


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", PRODUCTS)
def test_values_and_gradients(name, dtype):
    call, *inputs = PRODUCTS[name]
    compare_written_once(call, *(x.astype(dtype) for x in inputs), about=name)


@pytest.mark.parametrize("a", [(3,), (2, 3), (5, 2, 3), (4, 5, 2, 3)])
@pytest.mark.parametrize("b", [(3,), (3, 2), (5, 3, 2), (4, 1, 3, 2)])
def test_matmul_of_every_rank(a, b):
    compare_written_once(lambda t, x, y: t.matmul(x, y), draw(*a), draw(*b))
    compare_written_once(lambda t, x, y: x @ y, draw(*a), np.float32(1) * draw(*b))


@pytest.mark.parametrize("dtype", ["int64", "int32", "uint8"])
def test_products_of_integers(dtype):
    a, b = array([[1, 2], [200, 4]]).astype(dtype), array([[1, 100], [3, 2]]).astype(dtype)
    for name in ("mm", "matmul"):
        same_outcome(lambda t, name=name: getattr(t, name)(t.tensor(a), t.tensor(b)), name)
    same_outcome(lambda t: t.tensor(a[0]).dot(t.tensor(b[1])))
    same_outcome(lambda t: t.tensor(a).mv(t.tensor(b[1])))
    same_outcome(lambda t: t.outer(t.tensor(a[0]), t.tensor([1.5, 2.5])))
    same_outcome(lambda t: t.addmm(t.tensor(a), t.tensor(a), t.tensor(b), alpha=2))


def test_addmm_without_what_is_added():
    """beta=0 leaves it out, so that nan in it does not matter."""
    for x in (float("nan"), float("inf")):
        same_outcome(lambda t, x=x: t.addmm(t.tensor(x), t.ones(2, 3), t.ones(3, 2), beta=0))


def test_determinants_of_singular_matrices():
    for x in (SINGULAR, np.ones((3, 3)), np.zeros((3, 3)), np.zeros((1, 1)), [SINGULAR, SQUARE]):
        compare_written_once(lambda t, x: t.linalg.det(x), array(x), about=x)
    for x in (np.zeros((2, 2)), np.ones((2, 2))):
        same_outcome(lambda t, x=x: tuple(t.slogdet(t.tensor(x))))


def test_gradient_of_a_determinant_of_0_is_the_cofactors():
    x = tg.tensor([[2.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 3.0]], requires_grad=True)
    tg.linalg.det(x).backward()
    np.testing.assert_allclose(x.grad.numpy(), [[0, 0, 0], [0, 6, 0], [0, 0, 0]], atol=1e-6)  # PyTorch: all 0


def test_slogdet_does_not_overflow():
    same_outcome(lambda t: tuple(t.linalg.slogdet(-t.eye(3) * 1e30)))
    assert tg.linalg.slogdet(tg.eye(2)).sign.item() == 1


def test_a_linear_system_is_solved():
    x = tg.linalg.solve(tg.tensor(SQUARE), tg.tensor([1.0, 2.0, 3.0]))
    np.testing.assert_allclose((tg.tensor(SQUARE) @ x).tolist(), [1, 2, 3], 1e-5)
    np.testing.assert_allclose((tg.linalg.inv(tg.tensor(SQUARE)) @ tg.tensor(SQUARE)).numpy(), np.eye(3), atol=1e-6)


def test_cholesky_takes_the_symmetric_part():
    """PyTorch reads the lower triangle only, and spreads the gradient over both."""
    lower = tg.tensor([[4.0, 0.0], [4.0, 5.0]], requires_grad=True)
    factor = tg.linalg.cholesky(lower)
    assert factor.tolist() == [[2, 0], [1, 2]]


def test_a_batch_is_each_matrix_by_itself():
    batch = array([[SQUARE, POSITIVE], [POSITIVE, SQUARE]])
    for call in (tg.linalg.inv, tg.linalg.det, tg.linalg.svdvals, lambda x: tg.linalg.slogdet(x).logabsdet):
        together = call(tg.tensor(batch)).numpy()
        for i in np.ndindex(2, 2):
            np.testing.assert_allclose(together[i], call(tg.tensor(batch[i])).numpy(), 1e-12)


def half(t, *shape):
    return t.ones(*shape).to(t.float16)


ERRORS = {
    "mm: needs 2 and 2 dimensions, but got shapes (2, 3) and (3,)": lambda t: t.ones(2, 3).mm(t.ones(3)),
    "matmul: shapes (2, 3) and (2, 3) do not fit together": lambda t: t.ones(2, 3).mm(t.ones(2, 3)),
    "bmm: needs 3 and 3 dimensions": lambda t: t.ones(2, 3).bmm(t.ones(2, 3)),
    "bmm: shapes (2, 3, 4) and (3, 4, 2) must have one first size": lambda t: t.ones(2, 3, 4).bmm(t.ones(3, 4, 2)),
    "mv: needs 2 and 1 dimensions, but got shapes (2,) and (2,)": lambda t: t.ones(2).mv(t.ones(2)),
    "dot: needs 1 and 1 dimensions, but got shapes (2, 2) and (2,)": lambda t: t.ones(2, 2).dot(t.ones(2)),
    "matmul: shapes (2,) and (3,) do not fit": lambda t: t.ones(2).dot(t.ones(3)),
    "matrix products need operands of one dtype": lambda t: t.ones(2).dot(t.ones(2).double()),
    "outer: needs 1 and 1 dimensions": lambda t: t.ones(2, 2).outer(t.ones(2)),
    "addmm: shape (5,) does not broadcast to the product's, (3, 2)": lambda t: t.ones(5).addmm(
        t.ones(3, 4), t.ones(4, 2)
    ),
    "addmm: shape (2, 3, 2) does not broadcast": lambda t: t.ones(2, 3, 2).addmm(t.ones(3, 4), t.ones(4, 2)),
    "addmm: needs operands of one dtype, but got float64 and float32": lambda t: (
        t.ones(1).double().addmm(t.ones(1, 1), t.ones(1, 1))
    ),
    "linalg.inv: needs a square matrix, or a batch of them, but got shape (2, 3)": lambda t: t.linalg.inv(t.ones(2, 3)),
    "linalg.inv: needs a square matrix, or a batch of them, but got shape (2,)": lambda t: t.linalg.inv(t.ones(2)),
    "linalg.det: needs float32 or float64, but got int64; convert it with": lambda t: t.linalg.det(t.tensor([[1]])),
    "linalg.inv: needs float32 or float64, but got float16": lambda t: t.linalg.inv(half(t, 2, 2)),
    "linalg.svdvals: needs a matrix, or a batch of them, but got shape (3,)": lambda t: t.linalg.svdvals(t.ones(3)),
    "linalg.inv: the matrix, or one of the batch, of shape (2, 2), is singular: it has no": lambda t: t.inverse(
        t.ones(2, 2)
    ),
    "of shape (3, 2, 2), is singular: it has no inverse": lambda t: t.linalg.inv(t.ones(3, 2, 2)),
    "linalg.solve: the matrix, or one of the batch, of shape (2, 2), is singular": lambda t: t.linalg.solve(
        t.ones(2, 2), t.ones(2)
    ),
    "linalg.solve: shapes (2, 2) and (3, 1) do not fit together": lambda t: t.linalg.solve(t.eye(2), t.ones(3)),
    "linalg.solve: shapes (2, 2) and () do not fit together": lambda t: t.linalg.solve(t.eye(2), t.tensor(1.0)),
    "linalg.solve: needs a square matrix": lambda t: t.linalg.solve(t.ones(2, 3), t.ones(2)),
    "products need operands of one dtype, but": lambda t: t.linalg.solve(t.eye(2), t.ones(2).double()),
    "linalg.cholesky: the matrix, or one of the batch, of shape (2, 2), is not positive definite": lambda t: (
        t.linalg.cholesky(-t.eye(2))
    ),
}


@pytest.mark.parametrize("text", ERRORS)
def test_errors(text):
    ours, theirs = error_of(ERRORS[text], tg), error_of(ERRORS[text], torch)
    assert text in str(ours)
    assert isinstance(ours, RuntimeError)
    assert isinstance(theirs, RuntimeError)
    assert isinstance(ours, tg.linalg.LinAlgError) == isinstance(theirs, torch.linalg.LinAlgError)


NO_TENSOR = {
    "mm": lambda t: t.ones(2, 2).mm([[1.0]]),
    "dot": lambda t: t.dot(2.0, t.ones(2)),
    "addmm": lambda t: t.ones(2).addmm([[1.0]], t.ones(1, 2)),
    "baddbmm": lambda t: t.baddbmm(1.0, t.ones(1, 1, 1), t.ones(1, 1, 1)),
    "solve": lambda t: t.linalg.solve(t.eye(2), [1.0, 2.0]),
    "inv": lambda t: t.linalg.inv([[1.0]]),
    "slogdet": lambda t: t.slogdet([[1.0]]),
    "norm": lambda t: t.linalg.norm([1.0, 2.0], 1),
    "tensordot": lambda t: t.tensordot([1.0], t.ones(1), 1),
    "einsum": lambda t: t.einsum("i", 1.0),
    "topk": lambda t: t.topk([1.0], 1),
    "sort": lambda t: t.sort([1.0]),
    "median": lambda t: t.median([1.0]),
    "histogram": lambda t: t.histogram([1.0]),
    "bincount": lambda t: t.bincount([1]),
    "var_mean": lambda t: t.var_mean([1.0]),
    "logsumexp": lambda t: t.logsumexp([1.0], 0),
    "cumsum": lambda t: t.cumsum([1.0], 0),
    "count_nonzero": lambda t: t.count_nonzero([1.0]),
}


@pytest.mark.parametrize("name", NO_TENSOR)
def test_what_is_no_tensor(name):
    with pytest.raises(
        TypeError, match=rf"{name}: argument \d must be a Tensor, but it is a (int|float|list); make one"
    ):
        NO_TENSOR[name](tg)
    assert isinstance(error_of(NO_TENSOR[name], torch), (TypeError, AttributeError))


def test_the_error_of_a_singular_matrix_is_that_of_numpy_and_a_runtime_error():
    assert issubclass(tg.linalg.LinAlgError, np.linalg.LinAlgError)
    x = tg.ones(2, 2, requires_grad=True)
    logarithm = tg.linalg.slogdet(x).logabsdet
    with pytest.raises(RuntimeError, match="is singular: the logarithm of its determinant has no gradient"):
        logarithm.backward()
