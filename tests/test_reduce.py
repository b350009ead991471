"""Reductions against PyTorch: the largest and where it is, of nothing, degrees of freedom."""

import numpy as np
import pytest
from against_torch import FLOATS, compare_written_once, error_of, of, same, same_outcome, torch
from op_cases import TIES, array

import tensorgrad as tg


@pytest.mark.parametrize("name", ["max", "min"])
def test_extreme_along_a_dimension(name):
    """Values, indices and gradients: where several are equal, the first one's."""
    x = array([[1.0, 3.0, 3.0, 1.0], [2.0, 2.0, 2.0, 2.0], [np.nan, 5.0, np.nan, 5.0]], np.float32)
    for args in ((0,), (1,), (-1, True)):
        indices = [getattr(of(t, x), name)(*args).indices for t in (tg, torch)]
        same(*indices)
        compare_written_once(lambda t, x, args=args: getattr(x, name)(*args).values, x)
        same(*(getattr(of(t, x), f"arg{name}")(*args) for t in (tg, torch)))
    same(*(getattr(of(t, x[:2]), f"arg{name}")() for t in (tg, torch)))
    compare_written_once(lambda t, x: getattr(x, name)(), x[:2])
    compare_written_once(lambda t, a, b: getattr(t, name)(a, b), *(array(v) for v in TIES))
    compare_written_once(lambda t, a, b: getattr(t, name)(a, other=b), *(array(v) for v in TIES))
    compare_written_once(lambda t, x: getattr(x, name)(0).values, array(2.0))
    with pytest.raises(TypeError, match=f"{name}: argument 1 must be a Tensor, but it is a list; make one with tensor"):
        getattr(tg, name)([1.0, 2.0])
    for args in ((), (0,), (1,), (None, True)):
        same(*(getattr(of(t, x > 2), "any" if name == "max" else "all")(*args[:1]) for t in (tg, torch)))


EMPTY = {
    "sum": lambda t: t.zeros(0).sum(),
    "sum of rows": lambda t: t.zeros(0, 3).sum(0),
    "mean": lambda t: t.zeros(0).mean(),
    "mean of rows": lambda t: t.zeros(0, 3).mean(0, keepdim=True),
    "var elsewhere": lambda t: t.zeros(0, 3).var(1),
    "prod": lambda t: t.zeros(0).prod(),
    "prod of rows": lambda t: t.zeros(0, 3).prod(0),
    "std elsewhere": lambda t: t.zeros(0, 3).std(1),
    "logsumexp": lambda t: t.zeros(0).logsumexp(0),
    "logsumexp of rows": lambda t: t.zeros(0, 3).logsumexp((0,), True),
    "cumsum": lambda t: t.zeros(0).cumsum(0),
    "cumprod": lambda t: t.zeros(0, 3).cumprod(1),
    "count_nonzero": lambda t: t.zeros(0, 3).count_nonzero(0),
    "norm": lambda t: t.zeros(0).norm(),
    "norm of rows": lambda t: t.zeros(0, 3).norm(1, 0),
    "median": lambda t: t.zeros(0).median(),
    "sort": lambda t: t.zeros(0, 3).sort(0).indices,
    "all": lambda t: t.zeros(0).all(),
    "any": lambda t: t.zeros(0, 3).any(1),
    "amax elsewhere": lambda t: t.zeros(0, 3).amax(1),
    "max elsewhere": lambda t: t.zeros(0, 3).max(1).values,
    "argmax elsewhere": lambda t: t.zeros(0, 3).argmax(1),
    "matmul": lambda t: t.zeros(2, 0) @ t.zeros(0, 3),
}


@pytest.mark.filterwarnings("ignore:.*degrees of freedom")
@pytest.mark.parametrize("name", EMPTY)
def test_of_nothing(name):
    same(EMPTY[name](tg), EMPTY[name](torch))


def test_largest_of_nothing_raises():
    for function in (
        lambda t: t.zeros(0).max(),
        lambda t: t.zeros(0, 3).max(0),
        lambda t: t.zeros(0).argmax(),
        lambda t: t.zeros(0, 3).argmin(0),
    ):
        assert isinstance(error_of(function, tg), type(error_of(function, torch)))


@pytest.mark.parametrize("dtype", FLOATS)
def test_degrees_of_freedom(dtype):
    x = array([[1.0, 3.0, 4.0], [1.0, 2.0, 2.0]], dtype)
    for options in ({"correction": 1}, {"correction": 0}, {"unbiased": False}, {"correction": 0.5}):
        compare_written_once(lambda t, x, options=options: t.var(x, 1, **options), x, about=options)


@pytest.mark.filterwarnings("ignore:.*degrees of freedom")
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("correction", [1, 2, 2.5, 3, 5])
@pytest.mark.parametrize("name", ["var", "std"])
def test_more_correction_than_elements(name, correction, dtype):
    """inf, or nan where all are equal; the gradients, too, are as in PyTorch, which warns."""
    for x in ([[1.0, 3.0, 4.0]], [[2.0, 2.0]], [[1.0]], [[1.0, 3.0], [1.0, 1.0]]):
        compare_written_once(
            lambda t, x: getattr(x, name)(1, correction=correction), array(x, dtype), about=(x, correction)
        )
    same(*(getattr(t.zeros(2, 0), name)(1) for t in (tg, torch)))


# dtypes

DTYPES = ["float32", "float64", "int64", "int32", "uint8", "bool"]
OF_ANY_DTYPE = {
    "sum": lambda t, x: x.sum(),
    "sum of rows": lambda t, x: x.sum(1, dtype=t.float32),
    "mean": lambda t, x: x.mean(),
    "mean as float64": lambda t, x: x.mean(1, dtype=t.float64),
    "prod": lambda t, x: x.prod(),
    "prod of rows": lambda t, x: x.prod(1, keepdim=True),
    "prod as float32": lambda t, x: x.prod(0, dtype=t.float32),
    "var": lambda t, x: x.var(0),
    "std": lambda t, x: x.std(),
    "logsumexp": lambda t, x: x.logsumexp((0, 1)),
    "cumsum": lambda t, x: x.cumsum(1),
    "cumsum as float32": lambda t, x: t.cumsum(x, dim=0, dtype=t.float32),
    "cumprod": lambda t, x: x.cumprod(0),
    "cumprod as float64": lambda t, x: t.cumprod(x, 1, dtype=t.float64),
    "amax": lambda t, x: x.amax(1),
    "max": lambda t, x: x.max(),
    "max of rows": lambda t, x: tuple(x.max(1)),
    "min with another": lambda t, x: t.min(x, x[0]),
    "count_nonzero": lambda t, x: x.count_nonzero(),
    "count_nonzero of rows": lambda t, x: t.count_nonzero(x, dim=1),
    "norm": lambda t, x: x.norm(),
    "median": lambda t, x: x.median() if x.dtype not in (torch.bool, tg.bool) else x,
    "var_mean": lambda t, x: t.var_mean(x, 1),
}  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", OF_ANY_DTYPE)
def test_dtypes(name, dtype):
    x = array([[1, 0, 3, 2], [2, 2, 1, 5]]).astype(dtype)
    same_outcome(lambda t: OF_ANY_DTYPE[name](t, t.tensor(x)), name)


@pytest.mark.parametrize("name", ["prod", "logsumexp", "cumsum", "cumprod", "std", "count_nonzero", "norm"])
def test_every_dimension_of_the_rest(name):
    call = {"norm": lambda x, d: x.norm(2, d), "std": lambda x, d: x.std(d, correction=0)}.get(
        name, lambda x, d: getattr(x, name)(d)
    )
    for shape in ((2, 3), (1,), ()):
        x = np.random.default_rng(5).normal(size=shape)
        for dim in range(-4, 5):
            same_outcome(lambda t, x=x, dim=dim: call(t.tensor(x), dim), (name, shape, dim))
            if not -x.ndim <= dim < max(x.ndim, 1) and dim != -1:
                with pytest.raises(IndexError, match=rf"dimension out of range .* but got {dim}\)"):
                    call(tg.tensor(x), dim)


# what each has of its own


def test_strided_inputs():
    x = np.random.default_rng(6).normal(size=(4, 3, 2))
    for name in ("prod", "std", "cumsum", "cumprod", "logsumexp", "norm"):
        args = () if name in ("prod", "std", "norm") else (1,)
        compare_written_once(
            lambda t, x, n=name, a=args: getattr(x.permute(2, 0, 1)[:, ::2], n)(*a) ** 2, x, about=name
        )


def test_gradient_of_a_product_with_zeros():
    for row in ([0.0, 2.0, 3.0], [0.0, 0.0, 3.0], [1.0, 2.0, 3.0]):
        compare_written_once(lambda t, x: x.prod(), array(row))
        compare_written_once(lambda t, x: x.cumprod(0), array(row))
    x = tg.tensor([float("inf"), 2.0], requires_grad=True)
    x.prod().backward()
    assert x.grad.tolist() == [
        2.0,
        float("inf"),
    ]  # the product of the others; PyTorch divides, and has nan for the first


def test_running_sums_do_not_lose_digits():
    x = np.full(100_000, 0.1, np.float32)
    compare_written_once(lambda t, x: x.cumsum(0), x)
    assert abs(tg.tensor(x).cumsum(0)[-1].item() - 10_000) < 0.01


@pytest.mark.parametrize("name", ["var_mean", "std_mean"])
def test_spread_and_mean(name):
    x = np.random.default_rng(7).normal(size=(2, 3))
    for args, more in (
        ((), {}), ((False,), {}), ((1,), {}), ((1, False, True), {}), (((0, 1),), {"keepdim": True}),
        ((), {"correction": 0}), ((None,), {"correction": 0.5, "keepdim": True}), ((), {"dim": 1, "unbiased": False}),
    ):  # fmt: skip
        for part in (0, 1):
            compare_written_once(
                lambda t, x, a=args, m=more, p=part: getattr(t, name)(x, *a, **m)[p], x, about=(args, more)
            )
    assert getattr(tg, name)(tg.tensor(x), axis=1, keepdims=True)[1].shape == (2, 1)


def test_std_as_the_lectures_call_it():
    x = np.random.default_rng(8).normal(size=(5, 3)).astype(np.float32)
    compare_written_once(lambda t, x: (x - x.mean(0, keepdim=True)) / x.std(0, keepdim=True), x)
    compare_written_once(lambda t, x: x.var(0, keepdim=True, unbiased=True), x)
    compare_written_once(lambda t, x: x.std(), x)


@pytest.mark.parametrize("x", [[3e38, -3e38], [1e308, -1e308], [-1e38, -2e38], [0.0, 1e-45], [1e300, 1e300]])
def test_extreme_numbers_do_not_overflow(x):
    """Warnings are errors here; PyTorch, which is silent, computes the same."""
    for dtype in FLOATS:
        given = np.clip(x, -np.finfo(dtype).max, np.finfo(dtype).max).astype(dtype)
        for call in (lambda t, x: x.logsumexp(0), lambda t, x: x.softmax(0), lambda t, x: x.log_softmax(0)):
            compare_written_once(call, given, about=(dtype, x))


@pytest.mark.parametrize("x", [[1e30, -1e30], [1e-30, -1e-30], [3e38, -3e38], [1e200, -1e200], [1e-24, 3e-24, 0.0]])
@pytest.mark.parametrize("name", ["var", "std"])
def test_spread_of_extreme_numbers(name, x):
    """The squares may overflow where the standard deviation does not, and no warning comes."""
    compare_written_once(lambda t, x: getattr(x, name)(), array(x))
    if max(x) < 1e38:
        small = array(x, np.float32)
        same_outcome(lambda t: getattr(t.tensor(small), name)() / small.max())
        given = tg.tensor(small, requires_grad=True)
        given.std().backward()  # finite; PyTorch divides twice, and overflows where the numbers are tiny
        np.testing.assert_allclose(given.grad.numpy(), _gradient_of_std(small), 1e-5)


def _gradient_of_std(x):
    exact = tg.tensor(x.astype(np.float64), requires_grad=True)
    exact.std().backward()
    return exact.grad.numpy()


ERRORS = {
    "prod: dim must be one dimension, an integer, but got (0, 1)": lambda t: t.ones(2, 3).prod((0, 1)),
    "cumsum: dim must be one dimension, an integer, but got (0,)": lambda t: t.ones(2, 3).cumsum((0,)),
    "cumprod: dim must be one dimension, an integer, but got None": lambda t: t.ones(2, 3).cumprod(None),
    "std: the input must be floating-point, but it is int64; convert": lambda t: t.tensor([1, 2]).std(),
    "std: give unbiased or correction, not both": lambda t: t.ones(2).std(0, unbiased=True, correction=1),
    "logsumexp() missing 1 required positional argument: 'dim'": lambda t: t.ones(2).logsumexp(),
}


@pytest.mark.parametrize("text", ERRORS)
def test_errors(text):
    ours = error_of(ERRORS[text], tg)
    assert text in str(ours)
    assert isinstance(ours, type(error_of(ERRORS[text], torch)))
