"""Rows of a table against PyTorch: those that are too long, and gradients by how often they were taken."""

import numpy as np
import pytest
from against_torch import torch

import tensorgrad as tg


def drawn(*shape):
    return np.random.default_rng(len(shape)).normal(size=shape)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("norm", [2.0, 1.0, 3, float("inf"), 0.5])
@pytest.mark.parametrize("rows", [[[0, 3], [3, 2]], [3, 3, 3, 0], 1, np.zeros((0, 2))])
def test_rows_that_are_too_long_are_shortened_in_the_table(dtype, norm, rows):
    found = []
    for t in (tg, torch):
        w = t.tensor(drawn(5, 4) * 2, dtype=getattr(t, dtype), requires_grad=True)
        before = w.detach().clone()
        y = t.nn.functional.embedding(t.tensor(np.array(rows, "int64")), w, max_norm=1.25, norm_type=norm)
        y.sum().backward()
        found.append([x.detach().double().numpy() for x in (y, w, w.grad)])
        same_rows = (w == before).all(1).tolist()
        assert same_rows.count(False) <= len({*np.ravel(rows)})
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b, 2e-3 if dtype == "float16" else 1e-6)


def test_a_backward_that_needs_the_longer_rows_says_that_they_were_written_to():
    for t in (tg, torch):
        w = t.full((2, 2), 3.0, requires_grad=True)
        y = (w * w).sum()
        t.nn.functional.embedding(t.tensor([1]), w, max_norm=1.0)
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            y.backward()


def test_gradients_of_rows_divided_by_how_often_they_were_taken():
    rows, weight, g = np.random.default_rng(0).integers(0, 7, (30, 40)), drawn(7, 5).astype("float32"), drawn(30, 40, 5)
    for padding_idx in (None, 3):
        grads = []
        for t in (tg, torch):
            w = t.tensor(weight, requires_grad=True)
            y = t.nn.functional.embedding(t.tensor(rows), w, padding_idx, scale_grad_by_freq=True)
            y.backward(t.tensor(g.astype("float32")))
            grads.append(w.grad.numpy())
        np.testing.assert_allclose(*grads, 1e-5, 1e-6)
