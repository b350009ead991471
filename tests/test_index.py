"""Indexing against PyTorch: reading, writing, views, and indices that do not fit."""

from typing import Any

import numpy as np
import pytest
from against_torch import compare_written_once, error_of, in_library, torch
from op_cases import INDICES, X, array

import tensorgrad as tg


def is_basic(index: Any) -> bool:
    """Whether what it selects is a view."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(np.ndim(part) == 0 and not isinstance(part, bool) for part in parts)


@pytest.mark.parametrize("name", INDICES)
def test_read(name):
    x = np.random.default_rng(8).normal(size=X)
    compare_written_once(lambda t, x: x[in_library(t, INDICES[name])], x)
    ours = tg.tensor(x)
    part = ours[in_library(tg, INDICES[name])]
    assert np.shares_memory(part.numpy(), ours.numpy()) == (is_basic(INDICES[name]) and part.numel() > 0)


@pytest.mark.parametrize("name", INDICES)
def test_write(name):
    """A number, and a Tensor of the shape of what is read, where no element is written twice."""

    def write(t, x, value):
        x = x * 1
        x[in_library(t, INDICES[name])] = value
        return x

    rng = np.random.default_rng(9)
    x = rng.normal(size=X)
    positions = np.array(tg.tensor(np.arange(60).reshape(X))[in_library(tg, INDICES[name])].numpy())
    values = [7, 2.5]
    if name != "False":  # there PyTorch leaves no gradient, instead of one of zeros
        values.append(array(7.0))
    if name != "False" and np.unique(positions).size == positions.size:
        values += [rng.normal(size=positions.shape), rng.normal(size=positions.shape[-1:])]
    for value in values:
        compare_written_once(write, x, value)


def test_a_single_element_is_a_view():
    for t in (tg, torch):
        x = t.zeros(2, 3)
        x[1, 2].add_(1)
        x[0, 0].fill_(5)
        x[0][1] = 7
        assert x.tolist() == [[5.0, 7.0, 0.0], [0.0, 0.0, 1.0]]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("list of lists", r"where index is a list that holds more than numbers, is x\[tuple\(index\)\]; write that"),
        ("uint8", r"a uint8 index is a mask, which should be bool; see bool\(\), or long\(\)"),
    ],
)
def test_warning_names_the_line_that_indexes(name, words):
    x = tg.zeros(3, 4)
    index = {"list of lists": [[0, 1], [1, 2]], "uint8": tg.tensor([1, 0, 1], dtype=tg.uint8)}[name]
    with pytest.warns(UserWarning, match=words) as read:
        x[index]
    with pytest.warns(UserWarning, match=words) as written:
        x[index] = 1
    assert [warning.filename for warning in (*read, *written)] == [__file__, __file__]


BAD_INDICES = {
    "beyond": 4, "before": -5, "beyond, in a list": [0, 4], "beyond, second": (slice(None), array([5])),
    "too many": (0, 0, 0, 0), "float": 1.5, "float array": array([1.0]), "mask of another length": array([True, False]),
    "mask of another shape": np.ones((4, 4), bool), "lists that do not fit": ([0, 1], [0, 1, 2]),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_INDICES)
def test_bad_index(name):
    def write(t):
        t.zeros(*X)[in_library(t, BAD_INDICES[name])] = 1

    for function in (lambda t: t.zeros(*X)[in_library(t, BAD_INDICES[name])], write):
        assert isinstance(error_of(function, torch), IndexError)
        assert isinstance(error_of(function, tg), IndexError)
