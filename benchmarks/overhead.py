"""What recording and differentiating an operation costs over NumPy's own calls.

A chain of operations on 16 numbers, forward and backward, with tensorgrad and by hand.  By hand the same ufuncs are
called in the same order, so the difference is what the graph costs.  The garbage collector is on, as in every
program.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import mean, median
from typing import Any

import numpy as np

import tensorgrad as tg

from . import in_turns, parser, report

LINKS = {"tanh": 1, "x * w + b": 2, "x * 1.01 + 0.01": 2, "tanh(x * w + b)": 3}  # operations in a link of each chain
ONES = np.ones(16)


def by_hand(chain: str, links: int, x: Any, w: Any, b: Any) -> tuple[Any, ...]:
    """Gradients of x, w and b after so many links, with NumPy alone."""
    kept: list[Any] = []
    g, dw, db = ONES, np.zeros(16), np.zeros(16)
    if chain == "tanh":
        for _ in range(links):
            x = np.tanh(x)
            kept.append(x)
        for y in reversed(kept):
            g = g * (1 - y * y)
    elif chain == "x * w + b":
        for _ in range(links):
            kept.append(x)
            x = x * w + b
        for x in reversed(kept):
            db += g
            dw += g * x
            g = g * w
    elif chain == "x * 1.01 + 0.01":
        for _ in range(links):
            x = x * 1.01 + 0.01
        for _ in range(links):
            g = g * 1.01
    else:
        for _ in range(links):
            kept.append(x)
            x = np.tanh(x * w + b)
            kept.append(x)
        for x, y in zip(kept[-2::-2], kept[::-2], strict=True):
            g = g * (1 - y * y)
            db += g
            dw += g * x
            g = g * w
    return g, dw, db


def with_tensorgrad(chain: str, links: int, x: Any, w: Any, b: Any) -> tuple[Any, ...]:
    """The same with Tensors: nothing but the formula, then backward()."""
    y = x
    x.grad = w.grad = b.grad = None
    if chain == "tanh":
        for _ in range(links):
            y = y.tanh()
    elif chain == "x * w + b":
        for _ in range(links):
            y = y * w + b
    elif chain == "x * 1.01 + 0.01":
        for _ in range(links):
            y = y * 1.01 + 0.01
    else:
        for _ in range(links):
            y = (y * w + b).tanh()
    y.backward(ONES)
    return x.grad, w.grad, b.grad


def measure(chain: str, operations: int, rounds: int) -> dict[str, Any]:
    """A row of the table: nanoseconds per operation, forward and backward together."""
    links = operations // LINKS[chain]
    random = np.random.default_rng(0)
    arrays = random.uniform(-0.5, 0.5, 16), random.uniform(0.99, 1.01, 16), random.uniform(-0.01, 0.01, 16)
    tensors = [tg.tensor(array, requires_grad=True) for array in arrays]
    for mine, wanted in zip(with_tensorgrad(chain, links, *tensors), by_hand(chain, links, *arrays), strict=True):
        np.testing.assert_allclose(0 if mine is None else mine.numpy(), wanted, rtol=1e-12)
    contestants: dict[str, Callable[[], object]] = {
        "numpy": lambda: by_hand(chain, links, *arrays),
        "tensorgrad": lambda: with_tensorgrad(chain, links, *tensors),
    }
    ns = {
        name: [s * 1e9 / (links * LINKS[chain]) for s in seconds]
        for name, seconds in in_turns(contestants, rounds).items()
    }
    added = [ours - numpys for ours, numpys in zip(ns["tensorgrad"], ns["numpy"], strict=True)]
    return {
        "chain": chain,
        "numpy min": round(min(ns["numpy"])),
        "numpy median": round(median(ns["numpy"])),
        "added min": round(min(ns["tensorgrad"]) - min(ns["numpy"])),
        "added median": round(median(added)),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    options = parser(__doc__ or "")
    options.add_argument("--rounds", type=int, default=500, help="how often each chain is timed (default: 500)")
    given = options.parse_args(arguments)
    operations, rounds = (24, 2) if given.smoke else (400, given.rounds)
    rows = [measure(chain, operations, rounds) for chain in LINKS]
    means = {column: round(mean(row[column] for row in rows)) for column in rows[0] if column != "chain"}
    rows.append({"chain": "mean", **means})
    report("overhead per operation, record and backward, ns", rows, given.json, given.smoke, rounds=rounds)


if __name__ == "__main__":
    main()
