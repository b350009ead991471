"""One training step of tensorgrad, PyTorch and NumPy by hand: forward, loss, zero_grad, backward, update.

All start from the same weights, and five steps' losses must agree with a float64 reference before anything is timed.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from statistics import median, quantiles
from typing import Any, NamedTuple

import numpy as np

import tensorgrad

from . import in_turns, parser, report

Step = Callable[[], float]


class Workload(NamedTuple):
    """What is trained."""

    name: str
    sizes: tuple[int, ...]
    activation: str
    batch: int
    loss: str
    momentum: float
    dtype: str


WORKLOADS = (
    Workload("lecture", (3, 4, 4, 1), "Tanh", 4, "squares", 0.0, "float64"),
    Workload("digits", (64, 128, 64, 10), "ReLU", 64, "cross_entropy", 0.0, "float32"),
    Workload("mnist", (784, 256, 128, 10), "ReLU", 128, "cross_entropy", 0.9, "float32"),
)
LR = 0.01


def problem(work: Workload, dtype: str) -> tuple[list[Any], list[Any], Any, Any]:
    """Weights (in, out), biases, inputs and targets, the same in each dtype."""
    random = np.random.default_rng(0)
    pairs = list(zip(work.sizes, work.sizes[1:], strict=False))
    weights = [random.uniform(-1, 1, pair) / np.sqrt(pair[0]) for pair in pairs]
    biases = [random.uniform(-1, 1, out) / np.sqrt(n) for n, out in pairs]
    x = random.uniform(0, 1, (work.batch, work.sizes[0]))
    classes = random.integers(0, work.sizes[-1], work.batch)
    if work.loss == "squares":
        target = random.choice([-1.0, 1.0], (work.batch, 1)).astype("float32").astype(dtype)
    else:
        target = classes
    first = "float32" if work.dtype == "float32" else "float64"
    arrays = [array.astype(first).astype(dtype) for array in (*weights, *biases, x)]
    return arrays[: len(pairs)], arrays[len(pairs) : -1], arrays[-1], target


def with_modules(lib: Any, work: Workload) -> Step:
    """A step as it is written with torch, or with tensorgrad: ``lib`` is either, the code is the same."""
    weights, biases, inputs, targets = problem(work, work.dtype)
    layers: list[Any] = []
    for n, out in zip(work.sizes, work.sizes[1:], strict=False):
        layers += [lib.nn.Linear(n, out, dtype=getattr(lib, work.dtype)), getattr(lib.nn, work.activation)()]
    model = lib.nn.Sequential(*layers[:-1])
    for i, (w, b) in enumerate(zip(weights, biases, strict=True)):
        model[2 * i].load_state_dict({"weight": lib.tensor(w.T), "bias": lib.tensor(b)})
    optimizer = lib.optim.SGD(model.parameters(), lr=LR, momentum=work.momentum)
    x, target = lib.tensor(inputs), lib.tensor(targets)
    cross_entropy = lib.nn.functional.cross_entropy

    def step() -> float:
        output = model(x)
        loss = ((output - target) ** 2).sum() if work.loss == "squares" else cross_entropy(output, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.detach()  # type: ignore[no-any-return]

    return step


def by_hand(work: Workload, dtype: str) -> Step:
    """The same step with NumPy alone, in plain expressions; the weights are (in, out)."""
    weights, biases, x, target = problem(work, dtype)
    speeds = [np.zeros_like(p) for p in weights + biases]
    rows = np.arange(work.batch)

    def step() -> float:
        hidden = [x]
        for w, b in zip(weights[:-1], biases[:-1], strict=True):
            z = hidden[-1] @ w + b
            hidden.append(np.tanh(z) if work.activation == "Tanh" else np.maximum(z, 0))
        output = hidden[-1] @ weights[-1] + biases[-1]
        if work.loss == "squares":
            apart = output - target
            loss = (apart**2).sum()
            g = 2 * apart
        else:
            powers = np.exp(output - output.max(1, keepdims=True))
            g = powers / powers.sum(1, keepdims=True)
            loss = -np.log(g[rows, target]).mean()
            g[rows, target] -= 1
            g /= work.batch
        for i in reversed(range(len(weights))):
            gradients = hidden[i].T @ g, g.sum(0)
            if i:
                g = g @ weights[i].T
                g = g * (1 - hidden[i] ** 2) if work.activation == "Tanh" else g * (hidden[i] > 0)
            for p, v, gradient in zip((weights[i], biases[i]), (speeds[i], speeds[~i]), gradients, strict=True):
                if work.momentum:
                    v *= work.momentum
                    v += gradient
                    gradient = v
                p -= LR * gradient
        return loss  # type: ignore[no-any-return]

    return step
