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
from collections.abc import Callable, Sequence
from statistics import median, quantiles
from typing import Any

import numpy as np

import tensorgrad as tg

from . import Rows, in_turns, parser, report

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

    contestants: dict[str, Callable[[], object]] = {"collect": gc.collect}
    for name, modules in libraries.items():  # a collection on either side of every step, as the order alternates
        contestants |= {name: training(*modules, samples), f"collect after {name}": gc.collect}
    seconds = in_turns(contestants, rounds)
    rows = []
    for name in libraries:
        row = {"with": name, "ms a step": round(median(seconds[name]) * 1e3, 1)}
        if "micrograd" in libraries:
            ratios = [ours / theirs for ours, theirs in zip(seconds[name], seconds["micrograd"], strict=True)]
            low, middle, high = quantiles(ratios, n=4)
            row |= {"of micrograd": round(middle, 4), "quartile 1": round(low, 4), "quartile 3": round(high, 4)}
        rows.append(row)
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    options = parser(__doc__ or "")
    options.add_argument("--rounds", type=int, default=20, help="turns of each library (default: 20)")
    given = options.parse_args(arguments)
    samples, rounds = (10, 2) if given.smoke else (100, given.rounds)
    report("scalar training step", measure(rounds, samples), given.json, given.smoke, rounds=rounds)


if __name__ == "__main__":
    main()
