"""Losses against PyTorch: every target, weight and reduction, and safe where a formula would overflow."""

import itertools
from typing import Any

import numpy as np
import pytest
from against_torch import FLOATS, compare_written_once, of
from op_cases import WEIGHTS, array

import tensorgrad as tg

LOGITS = [(5, 3), (3,), (2, 3, 4), (2, 3, 2, 2), (0, 3)]  # of three classes


SMOOTHED = list(itertools.product(LOGITS, [False, True], [0.0, 0.3, 1.0]))


def cross_entropy(weight: Any, **options: Any) -> Any:
    def loss(t, x, target):
        return t.nn.functional.cross_entropy(x, target, None if weight is None else t.tensor(weight), **options)

    return loss


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_cross_entropy_of_classes(dtype, reduction):
    rng = np.random.default_rng(6)
    for shape, weighted, smoothing in SMOOTHED:
        x = rng.normal(size=shape).astype(dtype)
        classes = np.asarray(rng.integers(0, 3, shape[:1] + shape[2:] if len(shape) > 1 else ()))
        classes.flat[:1] = 2  # at least one is not ignored
        for ignored in (-100, 1):
            loss = cross_entropy(
                WEIGHTS.astype(dtype) if weighted else None,
                ignore_index=ignored, reduction=reduction, label_smoothing=smoothing,
            )  # fmt: skip
            compare_written_once(loss, x, classes, about=(shape, weighted, smoothing, ignored))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_cross_entropy_of_probabilities(dtype, reduction):
    rng = np.random.default_rng(6)
    for shape, weighted, smoothing in SMOOTHED:
        x, target = rng.normal(size=shape).astype(dtype), rng.uniform(size=shape).astype(dtype)
        weight = WEIGHTS.astype(dtype) if weighted else None
        loss = cross_entropy(weight, reduction=reduction, label_smoothing=smoothing)
        compare_written_once(loss, x, target, about=(shape, weighted, smoothing))


@pytest.mark.parametrize("reduction", ["sum", "none"])
def test_cross_entropy_of_nothing_that_counts(reduction):
    x, ignored = np.ones((2, 3)), array([-100, -100])
    compare_written_once(cross_entropy(None, reduction=reduction), x, ignored)
    assert np.isnan(tg.nn.functional.cross_entropy(tg.tensor(x), tg.tensor(ignored)).item())


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_losses_of_two(dtype, reduction):
    rng = np.random.default_rng(7)
    weights = [None, WEIGHTS.astype(dtype), np.full((2, 1), 0.5, dtype), np.full((2, 3), 2, dtype)]
    for shape in ((2, 3), (3,), (), (0, 3)):
        x, y = rng.normal(size=shape).astype(dtype) * 3, rng.uniform(0, 1, shape).astype(dtype)
        compare_written_once(lambda t, x, y: t.nn.functional.mse_loss(x, y, reduction=reduction), x, y)
        for w, p in itertools.product(weights if shape == (2, 3) else weights[:1], repeat=2):

            def loss(t, x, y, w=w, p=p):
                w, p = (None if v is None else t.tensor(v) for v in (w, p))
                bce = t.nn.functional.binary_cross_entropy_with_logits
                return bce(x, y, weight=w, pos_weight=p, reduction=reduction)

            compare_written_once(loss, x, y, about=(shape, w, p))


EXTREME = [
    lambda t, x: t.nn.functional.cross_entropy(x, t.tensor([0, 2])),
    lambda t, x: t.nn.functional.cross_entropy(x, t.tensor([0, 2]), label_smoothing=0.1),
    lambda t, x: t.nn.functional.cross_entropy(x, t.tensor([[0.0, 1.0, 0.0], [0.5, 0.5, 0.0]], dtype=x.dtype)),
    lambda t, x: t.nn.functional.binary_cross_entropy_with_logits(x, t.ones(2, 3, dtype=x.dtype)),
    lambda t, x: t.nn.functional.binary_cross_entropy_with_logits(x, t.zeros(2, 3, dtype=x.dtype)),
    lambda t, x: x.softmax(1), lambda t, x: x.softmax(0), lambda t, x: x.log_softmax(1), lambda t, x: x.sigmoid(),
    lambda t, x: x.tanh(), lambda t, x: x.relu(),
]  # fmt: skip


@pytest.mark.parametrize("dtype", FLOATS)
def test_safe_where_a_formula_would_overflow(dtype):
    """Finite numbers, as PyTorch's, and no warning (here a warning is an error)."""
    for size, function in itertools.product((1e3, 1e4), EXTREME):
        x = array([[size, -size, 0.0], [-size, size, -size]], dtype)
        compare_written_once(function, x)
        ours = of(tg, x)
        y = function(tg, ours)
        y.backward(np.ones(y.shape))
        assert np.isfinite(y.detach().numpy()).all()
        assert np.isfinite(ours.grad.numpy()).all()
