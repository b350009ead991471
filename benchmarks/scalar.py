"""One training step of micrograd's demo, with tensorgrad.scalar and with micrograd: the same lines run with either.

100 points, MLP(2, [16, 16, 1]) and a hinge loss with weight decay: 65,481 Values a step.  The garbage collector is on,
and what the step before has left is collected outside of the timing.  The losses of three steps must agree before
anything is timed.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import random
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import tensorgrad as tg

from .turns import Rows, in_turns, ratios, spread, timed

MICROGRAD = ("micrograd.engine", "micrograd.nn")
TENSORGRAD = ("tensorgrad.scalar", "tensorgrad.scalar")


def training(engine: str, nn: str, samples: int) -> Callable[[], Any]:
    """The step, with the Value and the MLP of these modules; it returns the loss."""
    value, network = importlib.import_module(engine).Value, importlib.import_module(nn).MLP
    moons = tg.datasets.moons(samples, generator=tg.Generator().manual_seed(1337))
    points, labels = (tensor.tolist() for tensor in moons.tensors)
    random.seed(1337)
    model = network(2, [16, 16, 1])

    def step() -> Any:
        scores = [model([value(x) for x in point]) for point in points]
        losses = [(1 + (1 - 2 * label) * score).relu() for label, score in zip(labels, scores, strict=True)]
        loss = sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in model.parameters())
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= 0.1 * p.grad
        return loss.data

    return step


def measure(rounds: int, samples: int) -> Rows:
    """A row for each library: milliseconds a step, and how they compare with micrograd's in the same round."""
    libraries = {"tensorgrad": TENSORGRAD}
    if importlib.util.find_spec("micrograd"):
        libraries["micrograd"] = MICROGRAD
        ours, theirs = ([step() for _ in range(3)] for step in (training(*m, samples) for m in libraries.values()))
        np.testing.assert_allclose(ours, theirs, 1e-12)
    else:
        print("micrograd is not installed, so there is nothing to compare with: pip install micrograd")

    def turn(step: Callable[[], Any]) -> float:
        gc.collect()
        return timed(step)

    steps = {name: training(*modules, samples) for name, modules in libraries.items()}
    seconds = in_turns({name: partial(turn, step) for name, step in steps.items()}, rounds)
    rows = []
    for name, times in seconds.items():
        middle, quartiles = spread([1e3 * x for x in times], 1)
        row = {"with": name, "ms": middle, "ms, quartiles": quartiles}
        rows.append(row | (ratios(times, seconds["micrograd"], "micrograd") if "micrograd" in seconds else {}))
    return rows
