"""The losses of two, and of how alike things are, against PyTorch: values, gradients, reductions, errors."""

import itertools
import re
import warnings

import numpy as np
import pytest
from against_torch import FLOATS, compare_written_once, error_of, of, same_outcome, torch
from expectations import refused

import tensorgrad as tg
from tensorgrad.nn import functional as F

REDUCTIONS = ["mean", "sum", "none"]
SHAPES = [(2, 3), (3,), (), (0, 3)]
SIGNS = np.array([1, -1, -1, 1, 0, 1])


def draw(shape, dtype, low=-3.0, high=3.0, seed=5):
    return np.asarray(np.random.default_rng(seed).uniform(low, high, shape), dtype)


ERRORS_OF = {
    "mse_loss": {}, "l1_loss": {}, "smooth_l1_loss": {}, "smooth_l1_loss, beta": {"beta": 0.5},
    "smooth_l1_loss, straight": {"beta": 0}, "huber_loss": {}, "huber_loss, delta": {"delta": 2.0},
}  # fmt: skip


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("name", ERRORS_OF)
def test_losses_of_errors(name, reduction, dtype):
    def loss(t, x, y):
        function = getattr(t.nn.functional, name.split(",")[0])
        return function(x, y, reduction=reduction, **ERRORS_OF[name])

    for shape in SHAPES:
        compare_written_once(loss, draw(shape, dtype), draw(shape, dtype, seed=6), about=shape)
    x = draw((2, 3), dtype)
    compare_written_once(loss, x, x.copy(), about="no error")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the target is stretched
        compare_written_once(loss, x, draw(3, dtype, seed=6))
        compare_written_once(loss, draw(3, dtype), draw((2, 1), dtype, seed=6))


@pytest.mark.parametrize("name", ["mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"])
def test_a_stretched_target_is_pointed_out(name):
    text = f"{name}: using a target size (torch.Size([3])) that is different to the input size (torch.Size([2, 3])); "
    with pytest.warns(UserWarning, match=re.escape(text)) as caught:
        getattr(F, name)(tg.zeros(2, 3), tg.zeros(3))
    assert caught[0].filename == __file__


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("log_target", [False, True])
@pytest.mark.parametrize("reduction", ["batchmean", "sum", "none"])
def test_kl_div(reduction, log_target, dtype):
    def loss(t, x, y):
        return t.nn.functional.kl_div(x, y, reduction=reduction, log_target=log_target)

    for shape, other in [*zip(SHAPES, SHAPES, strict=True), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 3, 4), (2, 3, 4))]:
        x, y = draw(shape, dtype, -3, 0), draw(other, dtype, 0.1, 1.0, seed=6)
        compare_written_once(loss, x, y, about=(shape, other))


def test_kl_div_where_the_target_is_0():
    def loss(t, x):
        return t.nn.functional.kl_div(x, t.tensor([1.0, 0.0, 0.0], dtype=x.dtype), reduction="none")

    compare_written_once(loss, np.array([-1.0, -1.0, -1000.0]))
    compare_written_once(loss, np.array([-np.inf, -1.0, -np.inf]))
    x, y = tg.tensor([-1.0, -1.0]), tg.tensor([1.0, 0.0], requires_grad=True)
    F.kl_div(x, y, reduction="sum").backward()
    assert y.grad.tolist() == [2.0, -np.inf]  # the limit; PyTorch: nan


def test_the_mean_of_kl_div_is_over_all_outcomes():
    x, y = tg.tensor([[-1.0, -2.0], [-0.5, -0.25]]), tg.tensor([[0.5, 0.5], [0.25, 0.75]])
    mean, divergence = F.kl_div(x, y).item(), F.kl_div(x, y, reduction="batchmean").item()
    assert mean == pytest.approx(divergence / 2)
    assert np.isnan(F.kl_div(tg.zeros(0, 2), tg.zeros(0, 2), reduction="batchmean").item())


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_binary_cross_entropy(reduction, dtype):
    columns, rows = draw(3, dtype, 0, 2), draw((2, 1), dtype, 0, 2)
    for shape, weight in [*((s, None) for s in SHAPES), ((2, 3), columns), ((2, 3), rows), ((2, 3), np.array([2]))]:

        def loss(t, x, y, weight=weight):
            w = None if weight is None else t.tensor(weight)
            return t.nn.functional.binary_cross_entropy(x, y, w, reduction=reduction)

        compare_written_once(loss, draw(shape, dtype, 0.05, 0.95), draw(shape, dtype, 0, 1), about=(shape, weight))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("margin", [1.0, 0.5, 0])
def test_losses_with_a_margin(margin, reduction, dtype):
    options = {"margin": margin, "reduction": reduction}

    def hinge(t, x, signs):
        return t.nn.functional.hinge_embedding_loss(x, signs, **options)

    def ranking(t, a, b, signs):
        return t.nn.functional.margin_ranking_loss(a, b, signs, **options)

    signs = SIGNS.reshape(2, 3)
    for target in (signs, signs[0], signs[:, :1], signs.astype(dtype)):
        x = draw((2, 3), dtype)
        if target.dtype.kind == "f":
            target = of(torch, target, grad=False).numpy()  # its gradient is compared below
        compare_written_once(lambda t, x, target=target: hinge(t, x, t.tensor(target)), x)
    for shape, other in (((2, 3), (2, 3)), ((2, 3), (2, 1)), ((1, 3), (2, 3))):
        a, b = draw(shape, dtype), draw(other, dtype, seed=6)
        compare_written_once(ranking, a, b, signs, about=(shape, other))
        compare_written_once(ranking, a, b, signs.astype(dtype), about=(shape, other))
    compare_written_once(ranking, draw((), dtype), draw((), dtype), np.array(-1))
    compare_written_once(hinge, draw((), dtype), np.array(-1))
    compare_written_once(ranking, *(np.array([0.0, 1.0, margin], dtype),) * 2, np.array([1, -1, 1]))  # at the kink
    compare_written_once(hinge, np.array([margin, margin, 0.0], dtype), np.array([1, -1, -1]))
    compare_written_once(hinge, draw((0, 3), dtype), signs[:0])
    compare_written_once(ranking, draw((0, 3), dtype), draw((0, 3), dtype), signs[:0])


@pytest.mark.parametrize("dtype", FLOATS)
def test_cosine_similarity(dtype):
    def similarity(t, a, b, *options):
        return t.nn.functional.cosine_similarity(a, b, *options)

    pairs = (
        ((2, 3), (2, 3)),
        ((2, 3), (1, 3)),
        ((2, 3), (3,)),
        ((4, 2, 3), (2, 1)),
        ((0, 3), (0, 3)),
        ((2, 1), (2, 1)),
    )
    for (shape, other), dim in itertools.product(pairs, (0, 1, -1)):
        compare_written_once(similarity, draw(shape, dtype), draw(other, dtype, seed=6), dim, about=(shape, other, dim))
    a, b = draw((2, 3), dtype), draw((2, 3), dtype, seed=6)
    compare_written_once(similarity, a, b)
    compare_written_once(similarity, a, b, 1, 0.1)
    compare_written_once(similarity, a, a * -2)
    compare_written_once(similarity, a[0, 0], b[0, 0], 0)
    compare_written_once(similarity, a[0], b[0], 0)
    compare_written_once(similarity, np.zeros((2, 3), dtype), b)  # its norm is not divided by
    compare_written_once(lambda t, x: t.nn.functional.cosine_similarity(x, t.tensor([[1, 2, 3]])), a)


def test_a_vector_shorter_than_eps():
    """Where the norm is ε its derivative is 0; PyTorch differentiates as if it were not, which is not the slope."""
    b, step = np.array([[3.0, 1.0]]), 1e-6

    def similarity(*x):
        return F.cosine_similarity(tg.tensor([x], dtype=tg.float64), tg.tensor(b), eps=10.0).item()

    x = tg.tensor([[1.0, 2.0]], dtype=tg.float64, requires_grad=True)
    F.cosine_similarity(x, tg.tensor(b), eps=10.0).sum().backward()
    slopes = [
        (similarity(1 + step, 2.0) - similarity(1 - step, 2.0)) / (2 * step),
        (similarity(1.0, 2 + step) - similarity(1.0, 2 - step)) / (2 * step),
    ]
    np.testing.assert_allclose(x.grad.tolist(), [slopes], rtol=1e-8)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("margin", [0, 0.3, -0.5])
def test_cosine_embedding_loss(margin, reduction, dtype):
    def loss(t, a, b, target):
        return t.nn.functional.cosine_embedding_loss(a, b, target, margin, reduction=reduction)

    a, b = draw((6, 3), dtype), draw((6, 3), dtype, seed=6)
    compare_written_once(loss, a, b, SIGNS)
    compare_written_once(loss, a, a * 3, SIGNS)
    compare_written_once(loss, a, b[:1], SIGNS)
    compare_written_once(loss, a[0], b[0], np.array(-1))
    compare_written_once(loss, a[:0], b[:0], SIGNS[:0])
    compare_written_once(loss, np.zeros((6, 3), dtype), b, SIGNS)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("size", [1e3, 1e15])
def test_safe_where_numbers_are_large(size, dtype):
    """As in PyTorch, and no warning (here a warning is an error)."""
    x, y = np.array([size, -size, 0.0, 1.0], dtype), np.array([-size, -size, size, 1.0], dtype)
    for name in ("l1_loss", "mse_loss", "smooth_l1_loss", "huber_loss"):
        compare_written_once(lambda t, x, y, name=name: getattr(t.nn.functional, name)(x, y), x, y, about=name)
    compare_written_once(lambda t, x, y: t.nn.functional.margin_ranking_loss(x, y, t.tensor([1, -1, 1, -1])), x, y)
    compare_written_once(lambda t, x: t.nn.functional.hinge_embedding_loss(x, t.tensor([1, -1, 1, -1])), x)
    compare_written_once(lambda t, x, y: t.nn.functional.cosine_similarity(x, y, 0), x, y)
    sure = np.array([0.0, 1.0, 1.0, 0.0], dtype)
    compare_written_once(lambda t, x: t.nn.functional.binary_cross_entropy(x, t.tensor(sure[::-1].copy())), sure)
    compare_written_once(lambda t, x: t.nn.functional.kl_div(x, t.tensor(sure), reduction="sum"), x)


@pytest.mark.parametrize("delta", [0.5, 2.5])
def test_huber_losses_do_not_overflow(delta):
    x = tg.tensor([1e38, -1e38])
    np.testing.assert_allclose(F.huber_loss(x, tg.zeros(2), "none", delta).tolist(), [delta * 1e38] * 2, rtol=1e-6)
    smooth = F.smooth_l1_loss(x * 3, tg.zeros(2), reduction="none", beta=delta)
    np.testing.assert_allclose(smooth.tolist(), [3e38] * 2, rtol=1e-6)


def test_of_two_kinds_of_floats_the_wider():
    x, y = tg.tensor([[0.5, 1.0]]), tg.tensor([[0.25, 0.5]], dtype=tg.float64)
    for name in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "cosine_similarity"):
        assert getattr(F, name)(x, y).dtype == tg.float64  # PyTorch's huber_loss alone gives the input's
    assert F.binary_cross_entropy_with_logits(x, y).dtype == tg.float64
    assert F.kl_div(x, y).dtype == tg.float64


def z(t, *shape):
    return t.zeros(*shape)


def both(call):
    return lambda t: call(t, t.nn.functional)


OUTCOMES = {
    "ints": both(lambda t, F: F.l1_loss(t.tensor([1, 2]), t.tensor([3, 1]), reduction="sum")),
    "mean of ints": both(lambda t, F: F.l1_loss(t.tensor([1, 2]), t.tensor([3, 1]))),
    "int target": both(lambda t, F: F.l1_loss(t.tensor([1.0, 2.0]), t.tensor([3, 1]))),
    "squared ints": both(lambda t, F: F.mse_loss(t.tensor([1, 2]), t.tensor([3, 1]))),
    "squared int target": both(lambda t, F: F.mse_loss(t.tensor([1.0, 2.0]), t.tensor([3, 1]))),
    "mixed": both(lambda t, F: F.smooth_l1_loss(t.tensor([1.0, 2.0]), t.tensor([3, 1]).double())),
    "smooth ints": both(lambda t, F: F.smooth_l1_loss(t.tensor([1, 2]), t.tensor([3, 1]))),
    "huber ints": both(lambda t, F: F.huber_loss(t.tensor([1, 2]), t.tensor([3, 1]))),
    "negative beta": both(lambda t, F: F.smooth_l1_loss(z(t, 2), z(t, 2), beta=-1)),
    "delta of 0": both(lambda t, F: F.huber_loss(z(t, 2), z(t, 2), delta=0.0)),
    **{
        f"reduction of {name}": both(lambda t, F, name=name: getattr(F, name)(z(t, 2), z(t, 2), reduction="x"))
        for name in ("l1_loss", "smooth_l1_loss", "huber_loss", "kl_div", "hinge_embedding_loss")
    },
    "sizes of bce": both(lambda t, F: F.binary_cross_entropy(z(t, 2, 3), z(t, 3))),
    "bce above 1": both(lambda t, F: F.binary_cross_entropy(t.tensor([1.5]), t.tensor([1.0]))),
    "bce target above 1": both(lambda t, F: F.binary_cross_entropy(t.tensor([0.5]), t.tensor([3.0]))),
    "bce of nan": both(lambda t, F: F.binary_cross_entropy(t.tensor([float("nan")]), t.tensor([1.0]))),
    "bce, int target": both(lambda t, F: F.binary_cross_entropy(t.tensor([0.5]), t.tensor([1]))),
    "bce of ints": both(lambda t, F: F.binary_cross_entropy(t.tensor([1]), t.tensor([1]))),
    "bce, other float": both(lambda t, F: F.binary_cross_entropy(t.tensor([0.5]), t.tensor([1.0]).double())),
    "bce, weight": both(lambda t, F: F.binary_cross_entropy(t.tensor([0.5]), t.tensor([1.0]), t.ones(2))),
    "logits, int target": both(lambda t, F: F.binary_cross_entropy_with_logits(t.tensor([0.5]), t.tensor([1]))),
    "int logits": both(lambda t, F: F.binary_cross_entropy_with_logits(t.tensor([1]), t.tensor([1]))),
    "kl_div, int target": both(lambda t, F: F.kl_div(z(t, 2), t.tensor([1, 2]), reduction="sum")),
    "kl_div of ints": both(lambda t, F: F.kl_div(t.tensor([1, 2]), z(t, 2), reduction="sum")),
    "kl_div, other float": both(lambda t, F: F.kl_div(z(t, 2), t.ones(2).double(), reduction="sum")),
    "sizes of kl_div": both(lambda t, F: F.kl_div(z(t, 2, 3), z(t, 2), reduction="sum")),
    "sizes of hinge": both(lambda t, F: F.hinge_embedding_loss(z(t, 2, 3), t.tensor([1, -1]))),
    "dimensions of ranking": both(lambda t, F: F.margin_ranking_loss(z(t, 3), z(t, 3), t.tensor(1))),
    "sizes of ranking": both(lambda t, F: F.margin_ranking_loss(z(t, 3), z(t, 2), t.tensor([1]))),
    "ranking of ints": both(
        lambda t, F: F.margin_ranking_loss(t.tensor([1, 2]), t.tensor([2, 1]), t.tensor([1, 1]), reduction="none")
    ),
    "cosine of numbers": both(lambda t, F: F.cosine_similarity(z(t, 3), z(t, 3))),
    "cosine of nothing": both(lambda t, F: F.cosine_similarity(z(t, 2, 0), z(t, 2, 0))),
    "sizes of cosine": both(lambda t, F: F.cosine_similarity(z(t, 2, 3), z(t, 2, 4))),
    "cosine of ints": both(lambda t, F: F.cosine_similarity(t.tensor([[1]]), t.tensor([[2]]))),
    "negative eps": both(lambda t, F: F.cosine_similarity(z(t, 2, 3), z(t, 2, 3), eps=-1.0)),
    **{
        f"cosine embedding, {len(shape)} and {np.ndim(signs)}": both(
            lambda t, F, s=shape, y=signs: F.cosine_embedding_loss(z(t, *s), z(t, *s), t.tensor(y))
        )
        for shape, signs in (((3,), [1]), ((2, 3), 1), ((2, 3, 4), [1, 1]), ((2, 3), [[1, 1]]), ((2, 3), [1, 1, 1]))
    },
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides")
@pytest.mark.parametrize("name", OUTCOMES)
def test_dtypes_and_kinds_of_errors(name):
    same_outcome(OUTCOMES[name], name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("squared ints", "mse_loss: the input must be floating-point, but it is int64; convert it with .float()"),
        ("negative beta", "smooth_l1_loss: beta must be at least 0, but got -1"),
        ("delta of 0", "huber_loss: delta must be above 0, but got 0.0"),
        ("sizes of bce", "binary_cross_entropy: target size (torch.Size([3])) must be the same as input size "
         "(torch.Size([2, 3]))"),
        ("bce above 1", "binary_cross_entropy: all elements of input should be between 0 and 1, but they are from 1.5 "
         "to 1.5; binary_cross_entropy_with_logits takes any"),
        ("bce target above 1", "binary_cross_entropy: all elements of target should be between 0 and 1, but they are "
         "from 3.0 to 3.0"),
        ("bce, int target", "binary_cross_entropy: found dtype int64 of the target but expected float32, that of the "
         "input; convert one with .to(dtype)"),
        ("bce of ints", "binary_cross_entropy: the input must be floating-point, but it is int64"),
        ("bce, weight", "binary_cross_entropy: weight must broadcast to the input's shape (1,), but has shape (2,)"),
        ("logits, int target", "binary_cross_entropy_with_logits: input and target must be floating-point, but one is "
         "int64; convert it with .float()"),
        ("kl_div of ints", "kl_div: input and target must be floating-point, but one is int64"),
        ("dimensions of ranking", "margin_ranking_loss: all inputs need the same number of dimensions, but the shapes "
         "are (3,), (3,) and ()"),
        ("cosine of ints", "cosine_similarity: expected common dtype to be floating point, but it is int64; convert "
         "with .float()"),
        ("negative eps", "cosine_similarity: eps must be at least 0, but got -1.0"),
        ("cosine embedding, 2 and 0", "cosine_embedding_loss: inputs (N, D) need a target (N,), and inputs (D,) a "
         "target (), but the shapes are (2, 3), (2, 3) and ()"),
        ("reduction of l1_loss", "'x' is not a valid value for reduction; it must be 'mean', 'sum' or 'none'"),
    ],
)  # fmt: skip
def test_text_of_error(name, text):
    assert text in str(error_of(OUTCOMES[name], tg))


@pytest.mark.parametrize(
    "name",
    ["l1_loss", "smooth_l1_loss", "huber_loss", "kl_div", "binary_cross_entropy", "hinge_embedding_loss",
     "cosine_similarity", "nll_loss", "multi_margin_loss"],
)  # fmt: skip
def test_what_is_no_tensor(name):
    text = f"{name}: argument 2 must be a Tensor, but it is a list; make one with tensor(...)"
    refused(TypeError, text, getattr(F, name), tg.zeros(2), [1.0, 2.0])
