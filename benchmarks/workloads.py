"""What is trained: five workloads, and a sweep over width, depth and batch around a base network."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

LR = 0.01
Layers = list[tuple[Any, Any]]


class Workload(NamedTuple):
    """A training step: forward, loss, zero_grad, backward, and an update by SGD.

    ``loss`` is "cross entropy", "squares" (their sum), or "formula": then there is no network and no update, but one
    array x, (batch, size), and the gradient of (tanh(x) x + exp(x)).relu().mean().
    """

    name: str
    sizes: tuple[int, ...]
    activation: str
    batch: int
    loss: str = "cross entropy"
    momentum: float = 0.0
    dtype: str = "float32"


WORKLOADS = (
    Workload("lecture", (3, 4, 4, 1), "tanh", 4, loss="squares", dtype="float64"),
    Workload("digits", (64, 128, 64, 10), "relu", 64),
    Workload("mnist", (784, 256, 128, 10), "relu", 128, momentum=0.9),
    Workload("wide", (1024, 1024, 1024, 10), "tanh", 256),
    Workload("elementwise", (1024,), "", 1024, loss="formula"),
)
WIDTH, DEPTH, BATCH = 128, 3, 64


def mlp(width: int = WIDTH, depth: int = DEPTH, batch: int = BATCH) -> Workload:
    """A point of the sweep: as many layers as it is deep, all of one width, into ten classes."""
    return Workload(f"width {width}, depth {depth}, batch {batch}", (*(width,) * depth, 10), "relu", batch)


SWEEP = {
    "width": {n: mlp(width=n) for n in (16, 32, 64, 128, 256, 512, 1024, 2048)},
    "depth": {n: mlp(depth=n) for n in (1, 2, 4, 8, 16, 32)},
    "batch": {n: mlp(batch=n) for n in (1, 4, 16, 64, 256, 1024, 4096)},
}
POINTS = tuple(dict.fromkeys(work for axis in SWEEP.values() for work in axis.values()))  # the base is in it once


def tiny(work: Workload) -> Workload:
    """The same network, a few numbers in size: it needs the same code and next to no memory."""
    return work._replace(sizes=tuple(min(size, 4) for size in work.sizes), batch=4)


def problem(work: Workload, dtype: str = "") -> tuple[Layers, Any, Any]:
    """Layers of weights (in, out) and biases (out,), inputs and targets: the same numbers in every dtype."""
    random = np.random.default_rng(0)

    def uniform(bound: float, *shape: int) -> Any:
        return random.uniform(-bound, bound, shape).astype(np.float32).astype(dtype or work.dtype)

    layers = [(uniform(n**-0.5, n, out), uniform(n**-0.5, out)) for n, out in pairwise(work.sizes)]
    x = uniform(1, work.batch, work.sizes[0])
    squares = work.loss == "squares"
    return layers, x, uniform(1, work.batch, 1) if squares else random.integers(0, work.sizes[-1], work.batch)
