"""Chains of operations on 16 numbers: recorded, differentiated, and both, per operation.

By hand the same ufuncs are called in the same order, so the difference is what the graph costs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import tensorgrad as tg

from .piece import Piece

LINKS = {"tanh": 1, "x * w + b": 2, "x * 1.01 + 0.01": 2, "tanh(x * w + b)": 3}  # operations in a link of each chain
ONES = np.ones(16)


def record_by_hand(chain: str, links: int, x: Any, w: Any, b: Any) -> list[Any]:
    """So many links with NumPy alone; what the derivatives need is kept."""
    kept = []
    if chain == "tanh":
        for _ in range(links):
            x = np.tanh(x)
            kept.append(x)
    elif chain == "x * w + b":
        for _ in range(links):
            kept.append(x)
            x = x * w + b
    elif chain == "x * 1.01 + 0.01":
        for _ in range(links):
            x = x * 1.01 + 0.01
    else:
        for _ in range(links):
            kept.append(x)
            x = np.tanh(x * w + b)
            kept.append(x)
    return kept


def backward_by_hand(chain: str, links: int, kept: list[Any], w: Any) -> tuple[Any, ...]:
    """Gradients of x, w and b; what was kept is given up, as the graph's is."""
    g, dw, db = ONES, np.zeros(16), np.zeros(16)
    if chain == "tanh":
        for y in reversed(kept):
            g = g * (1 - y * y)
    elif chain == "x * w + b":
        for x in reversed(kept):
            db += g
            dw += g * x
            g = g * w
    elif chain == "x * 1.01 + 0.01":
        for _ in range(links):
            g = g * 1.01
    else:
        for x, y in zip(kept[-2::-2], kept[::-2], strict=True):
            g = g * (1 - y * y)
            db += g
            dw += g * x
            g = g * w
    kept.clear()
    return g, dw, db


def record(chain: str, links: int, x: Any, w: Any, b: Any) -> Any:
    """The same with Tensors: nothing but the formula."""
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
    return y


def pieces(chain: str, operations: int) -> list[Piece]:
    """To record the chain, to go back through it, and both; checked to give the same gradients."""
    links = operations // LINKS[chain]
    random = np.random.default_rng(0)
    x, w, b = random.uniform(-0.5, 0.5, 16), random.uniform(0.99, 1.01, 16), random.uniform(-0.01, 0.01, 16)
    tensors = [tg.tensor(array, requires_grad=True) for array in (x, w, b)]

    def hand() -> list[Any]:
        return record_by_hand(chain, links, x, w, b)

    def hand_back(kept: list[Any]) -> tuple[Any, ...]:
        return backward_by_hand(chain, links, kept, w)

    def ours() -> Any:
        return record(chain, links, *tensors)

    def ours_back(y: Any) -> None:
        y.backward(ONES)

    ours_back(ours())
    for tensor, wanted in zip(tensors, hand_back(hand()), strict=True):
        np.testing.assert_allclose(0 if tensor.grad is None else tensor.grad.numpy(), wanted, rtol=1e-12)
    times = links * LINKS[chain]
    return [
        Piece(f"{chain}: record", times, lambda _: hand(), lambda _: ours()),
        Piece(f"{chain}: backward", times, hand_back, ours_back, hand, ours),
        Piece(f"{chain}: both", times, lambda _: hand_back(hand()), lambda _: ours_back(ours())),
    ]
