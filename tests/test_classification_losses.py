"""The losses of scores for classes against PyTorch: every target, weight and reduction, and their errors."""

import itertools

import numpy as np
import pytest
from against_torch import FLOATS, compare_written_once, error_of, same_outcome

import tensorgrad as tg
from tensorgrad.nn import functional as F

REDUCTIONS = ["mean", "sum", "none"]
SCORES = [(5, 3), (3,), (2, 3, 4), (2, 3, 2, 2), (2, 3, 1, 2, 2), (0, 3), (2, 3, 0)]  # of three classes
WEIGHTS = np.array([1.0, 0.5, 3.0])
INF, NAN = np.inf, np.nan


def draw(shape, dtype):
    """Scores, and a class for each row, of which the first is 2."""
    rng = np.random.default_rng(6)
    classes = np.asarray(rng.integers(0, 3, shape[:1] + shape[2:] if len(shape) > 1 else ()))
    classes.flat[:1] = 2
    return np.asarray(rng.normal(size=shape), dtype), classes


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_nll_loss(reduction, dtype):
    for shape, weighted, ignored in itertools.product(SCORES, (False, True), (-100, 1, 7)):
        x, classes = draw(shape, dtype)

        def loss(t, x, target, weighted=weighted, ignored=ignored):
            weight = t.tensor(WEIGHTS.astype(dtype)) if weighted else None
            return t.nn.functional.nll_loss(x, target, weight, ignore_index=ignored, reduction=reduction)

        compare_written_once(loss, x, classes, about=(shape, weighted, ignored))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("name", ["nll_loss", "cross_entropy"])
def test_nothing_that_counts(name, reduction):
    def loss(t, x):
        return getattr(t.nn.functional, name)(x, t.tensor([-100, -100]), reduction=reduction)

    compare_written_once(loss, np.array([[1.0, 2.0], [-INF, 3.0]]))


@pytest.mark.parametrize("name", ["nll_loss", "cross_entropy"])
def test_ignored_rows_may_hold_anything(name):
    def loss(t, x):
        return getattr(t.nn.functional, name)(x, t.tensor([-100, 1, 1]), reduction="none").detach()

    compare_written_once(loss, np.array([[NAN, 1.0], [-INF, 2.0], [1.0, 2.0]]))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_scores_that_rule_a_class_out(reduction, dtype):
    """Logits of -inf, as masks leave them: no share, and no gradient."""
    x = np.array([[-INF, 1.0, 2.0], [-INF, 0.0, -INF], [0.5, -INF, 0.0]], dtype)
    classes = np.array([2, 1, 0])
    compare_written_once(lambda t, x, y: t.nn.functional.cross_entropy(x, y, reduction=reduction), x, classes)
    compare_written_once(lambda t, x, y: t.nn.functional.nll_loss(x, y, reduction=reduction), x, classes)
    compare_written_once(lambda t, x, y: t.nn.functional.nll_loss(x.log_softmax(1), y, reduction=reduction), x, classes)


def test_a_class_that_was_ruled_out():
    x = tg.tensor([[-INF, 1.0]])
    assert F.cross_entropy(x, tg.tensor([0])).item() == INF
    with np.errstate(invalid="ignore"):  # inf - inf; to be silent would cost every step 3 %
        for row in ([-INF, -INF], [INF, 1.0], [NAN, 1.0]):
            assert np.isnan(F.cross_entropy(tg.tensor([row]), tg.tensor([0])).item()), row


@pytest.mark.parametrize("size", [1e3, 1e38])
def test_logits_of_any_size(size):
    x = tg.tensor([[size, -size, 0.0], [-size, size, 0.0]], requires_grad=True)
    F.cross_entropy(x, tg.tensor([0, 1])).backward()
    assert x.grad.tolist() == [[0.0, 0.0, 0.0]] * 2
    assert F.cross_entropy(x, tg.tensor([2, 2]), reduction="none").tolist() == [np.float32(size)] * 2


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("p", [1, 2])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_multi_margin_loss(reduction, p, dtype):
    for (shape, classes), margin, weighted in itertools.product(
        [((5, 3), [2, 0, 1, 1, 2]), ((3,), 1), ((3,), [1]), ((1, 3), [0]), ((4, 1), [0, 0, 0, 0])],
        (1.0, 0.3, 0.0, -0.5),
        (False, True),
    ):
        x = np.random.default_rng(8).normal(size=shape).astype(dtype)

        def loss(t, x, target, margin=margin, weighted=weighted):
            weight = t.tensor(WEIGHTS[: x.shape[-1]].astype(dtype)) if weighted else None
            return t.nn.functional.multi_margin_loss(x, target, p, margin, weight, reduction=reduction)

        compare_written_once(loss, x, np.array(classes), about=(shape, margin, weighted))
    whole = np.array([[1.0, 0.0, 0.5], [0.0, 0.0, 2.0]], dtype)  # at the kink

    def at_the_kink(t, x):
        return t.nn.functional.multi_margin_loss(x, t.tensor([0, 1]), p, reduction=reduction)

    compare_written_once(at_the_kink, whole)


def test_multi_margin_loss_of_nothing():
    assert np.isnan(F.multi_margin_loss(tg.zeros(0, 3), tg.zeros(0).long()).item())
    assert F.multi_margin_loss(tg.zeros(0, 3), tg.zeros(0).long(), reduction="sum").item() == 0
    assert F.multi_margin_loss(tg.zeros(0, 3), tg.zeros(0).long(), reduction="none").shape == (0,)


def of_both(name, *shape):
    """An outcome of either library: scores of zeros against this target."""
    return lambda target, **options: (
        lambda t: getattr(t.nn.functional, name)(t.zeros(*shape), target(t), **{k: v(t) for k, v in options.items()})
    )


def classes(*values):
    return lambda t: t.tensor(values)


OUTCOMES = {}
for NAME in ("cross_entropy", "nll_loss", "multi_margin_loss"):
    OUTCOMES |= {
        f"{NAME}, one row": of_both(NAME, 3)(classes(1)),
        f"{NAME}, no class": of_both(NAME, 2, 3)(classes(0, 3)),
        f"{NAME}, negative": of_both(NAME, 2, 3)(classes(0, -1)),
        f"{NAME}, too many": of_both(NAME, 2, 3)(classes(0, 1, 2)),
        f"{NAME}, bools": of_both(NAME, 2, 3)(classes(True, False)),
        f"{NAME}, weights": of_both(NAME, 2, 3)(classes(0, 1), weight=lambda t: t.ones(2)),
        f"{NAME}, reduction": of_both(NAME, 2, 3)(classes(0, 1), reduction=lambda t: "x"),
        f"{NAME}, ints": lambda t, name=NAME: getattr(t.nn.functional, name)(t.tensor([[1, 2]]), t.tensor([0])),
    }
for NAME in ("cross_entropy", "nll_loss"):
    OUTCOMES |= {
        f"{NAME}, bytes": of_both(NAME, 2, 3)(lambda t: t.tensor([0, 1]).to(t.uint8)),
        f"{NAME}, other sizes": of_both(NAME, 2, 3, 4)(lambda t: t.zeros(4, 2).long()),
        f"{NAME}, other batch": of_both(NAME, 2, 3, 4)(lambda t: t.zeros(3, 4).long()),
        f"{NAME}, no classes": of_both(NAME, 2, 0)(lambda t: t.zeros(2).long()),
        f"{NAME}, one row, none": of_both(NAME, 3)(classes(1), reduction=lambda t: "none"),
    }
OUTCOMES |= {
    "nll_loss, floats": of_both("nll_loss", 2, 3)(classes(0.0, 1.0)),
    "multi_margin_loss, floats": of_both("multi_margin_loss", 2, 3)(classes(0.0, 1.0)),
    "multi_margin_loss, p": of_both("multi_margin_loss", 2, 3)(classes(0, 1), p=lambda t: 3),
    "multi_margin_loss, images": of_both("multi_margin_loss", 2, 3, 4)(lambda t: t.zeros(2, 4).long()),
    "nll_loss, a number": lambda t: t.nn.functional.nll_loss(t.tensor(0.0), t.tensor(0)),
    "cross_entropy, ignored probabilities": of_both("cross_entropy", 2, 3)(
        lambda t: t.ones(2, 3), ignore_index=lambda t: 1
    ),
    "cross_entropy, other probabilities": of_both("cross_entropy", 2, 3)(lambda t: t.ones(2, 3).double()),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_kinds_of_errors(name):
    same_outcome(OUTCOMES[name], name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nll_loss, no class", "Target 3 is out of bounds: there are 3 classes, 0 to 2"),
        ("multi_margin_loss, negative", "multi_margin_loss: Target -1 is out of bounds: there are 3 classes, 0 to 2"),
        ("nll_loss, too many", "nll_loss: an input of shape (2, 3) needs a target of shape (2,), with one class for "
         "each row of scores, but it has (3,)"),
        ("cross_entropy, other sizes", "an input of shape (2, 3, 4) needs a target of shape (2, 4), with one class for "
         "each row of scores, but it has (4, 2)"),
        ("nll_loss, floats", "nll_loss: class indices must be integers, int64 or uint8, but the target is float32; "
         "use .long()"),
        ("nll_loss, weights", "nll_loss: weight needs one number for each of the 3 classes, but has shape (2,)"),
        ("cross_entropy, ints", "cross_entropy: the input must be floating-point, but it is int64; convert it with "
         ".float()"),
        ("nll_loss, a number", "nll_loss: input must have the shape (C,), (N, C) or (N, C, d1, ...), but it has ()"),
        ("multi_margin_loss, p", "multi_margin_loss: only p == 1 and p == 2 are supported, but got 3"),
        ("multi_margin_loss, images", "multi_margin_loss: input must have the shape (N, C) or (C,), but has (2, 3, 4)"),
        ("cross_entropy, ignored probabilities", "cross_entropy: ignore_index is not supported for floating point "
         "target, but got 1; give the rows that do not count probabilities of 0"),
    ],
)  # fmt: skip
def test_text_of_error(name, text):
    assert text in str(error_of(OUTCOMES[name], tg))


def test_differences_on_purpose():
    """PyTorch asks for weights of the input's dtype."""
    x = tg.tensor([[1.0, 2.0], [0.5, 0.0]])
    for name in ("cross_entropy", "nll_loss", "multi_margin_loss"):
        function, weight = getattr(F, name), tg.tensor([1.0, 2.0])
        loss = function(x, tg.tensor([0, 1]), weight=weight.double())
        assert (loss.item(), loss.dtype) == (function(x, tg.tensor([0, 1]), weight=weight).item(), tg.float32)
