"""Rows of a table by number: what an embedding looks up."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine import Array, Rule
from ..operation import op


@op
def _embedding(weight: Array, /, rows: Array, padding_idx: int | None, mean: bool = False) -> Rule:
    """y = weight[rows]; a row taken twice adds up its gradients, in order, and row ``padding_idx`` gets none.

    With ``mean``, each share is divided by how often its row was taken.
    """
    shape = weight.shape

    def vjp(g: Array) -> Array:
        whole = np.zeros(shape, g.dtype)
        if mean:
            g = g * (1 / np.bincount(rows.ravel())[rows])[..., None].astype(g.dtype)
        positions = rows.reshape(-1, 1) * shape[1] + np.arange(shape[1])
        np.add.at(whole.reshape(-1), positions.ravel(), g.ravel())  # of vectors it is twice as fast as of rows
        if padding_idx is not None:
            whole[padding_idx] = 0
        return whole

    return weight[rows], vjp


def checked_rows(indices: Array, count: int) -> Array:
    """The indices, or an error if one of them is no row of a table with ``count`` rows."""
    if indices.dtype not in (np.int64, np.int32):
        raise RuntimeError(f"embedding: indices must be int64 or int32, but are {indices.dtype}; convert by .long()")
    if indices.size and not ((worst := indices.min()) >= 0 and (worst := indices.max()) < count):
        raise IndexError(f"embedding: index {worst} is out of range: there are {count} rows, 0 to {count - 1}")
    rows: Any = np.asarray(indices, np.int64)
    return rows
