"""What surrounds the operations of a training step: modules, optimizers, the loader.

By hand there are no modules, nothing to zero and no loader: what is left is a call, the update, a slice.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import tensorgrad as tg

from .piece import Piece

SIZE = 16  # numbers in a tensor
BATCH = 32
LR, MOMENTUM, BETAS, EPS = 0.01, 0.9, (0.9, 0.999), 1e-8


class Nothing(tg.nn.Module):
    """A module that does nothing."""

    def forward(self, x: Any) -> Any:
        return x


def calls(times: int) -> list[Piece]:
    """A Module's call over its forward's, and a Linear's over x @ W.T + b."""
    module, linear, x = Nothing(), tg.nn.Linear(4, 4, dtype=tg.float64), tg.zeros(4, 4, dtype=tg.float64)
    array, (w, b) = x.numpy(), (p.detach().numpy() for p in linear.parameters())
    np.testing.assert_allclose(linear(x).detach().numpy(), array @ w.T + b)

    def repeated(function: Callable[[Any], object], argument: Any, _: Any) -> None:
        for _ in range(times):
            function(argument)

    return [
        Piece("Module call", times, partial(repeated, module.forward, x), partial(repeated, module, x)),
        Piece("nn.Linear call", times, partial(repeated, lambda x: x @ w.T + b, array), partial(repeated, linear, x)),
    ]


def sgd(p: Any, g: Any, state: dict[str, Any]) -> None:
    """The update by hand."""
    p -= LR * g


def momentum(p: Any, g: Any, state: dict[str, Any]) -> None:
    """The update by hand: a speed that forgets."""
    v = state.setdefault("v", np.zeros(SIZE))
    v *= MOMENTUM
    v += g
    p -= LR * v


def adam(p: Any, g: Any, state: dict[str, Any]) -> None:
    """The update by hand: mean over root of mean square, both corrected for their start from zero."""
    m, v, t = state.setdefault("m", np.zeros(SIZE)), state.setdefault("v", np.zeros(SIZE)), state.get("t", 0) + 1
    state["t"] = t
    m *= BETAS[0]
    m += (1 - BETAS[0]) * g
    v *= BETAS[1]
    v += (1 - BETAS[1]) * g * g
    p -= LR / (1 - BETAS[0] ** t) * m / (np.sqrt(v / (1 - BETAS[1] ** t)) + EPS)


OPTIMIZERS: dict[str, tuple[Any, Any]] = {
    "SGD": (sgd, partial(tg.optim.SGD, lr=LR)),
    "SGD, momentum": (momentum, partial(tg.optim.SGD, lr=LR, momentum=MOMENTUM)),
    "Adam": (adam, partial(tg.optim.Adam, lr=LR, betas=BETAS, eps=EPS)),
}


def optimizer(name: str, tensors: int) -> tuple[Piece, Piece]:
    """A step and a zero_grad, per tensor; the gradients come from a backward, as in training."""
    update, optimizer_of = OPTIMIZERS[name]
    random = np.random.default_rng(0)
    arrays, gradients = ([random.normal(size=SIZE) for _ in range(tensors)] for _ in range(2))
    states: list[dict[str, Any]] = [{} for _ in arrays]
    parameters = [tg.nn.Parameter(tg.tensor(array)) for array in arrays]
    optimizer = optimizer_of(parameters)
    factors = [tg.tensor(gradient) for gradient in gradients]

    def backward() -> None:
        tg.stack([p * factor for p, factor in zip(parameters, factors, strict=True)]).sum().backward()

    def by_hand(_: Any) -> None:
        for p, g, state in zip(arrays, gradients, states, strict=True):
            update(p, g, state)

    def step(_: Any) -> None:
        optimizer.step()

    def zero_grad(_: Any) -> None:
        optimizer.zero_grad()

    backward()
    for _ in range(3):
        by_hand(None)
        step(None)
    for p, array in zip(parameters, arrays, strict=True):
        np.testing.assert_allclose(p.detach().numpy(), array, rtol=1e-10)
    return (
        Piece(f"{name}: step, per tensor", tensors, by_hand, step),
        Piece("zero_grad, per tensor", tensors, lambda _: None, zero_grad, prepare_tensorgrad=backward),
    )


def loaders(batches: int) -> list[Piece]:
    """A DataLoader over slices, in order, and over one take a batch, shuffled."""
    x, y = np.zeros((batches * BATCH, SIZE), np.float32), np.zeros(batches * BATCH, np.int64)
    data = tg.utils.data.TensorDataset(tg.from_numpy(x), tg.from_numpy(y))

    def load(loader: Any, _: Any) -> None:
        for _ in loader:
            pass

    def slices(_: Any) -> None:
        for i in range(0, len(x), BATCH):
            x[i : i + BATCH], y[i : i + BATCH]

    def takes(_: Any) -> None:
        order = np.random.permutation(len(x))
        for i in range(0, len(x), BATCH):
            chosen = order[i : i + BATCH]
            x[chosen], y[chosen]

    return [
        Piece(f"DataLoader, {words}, per batch", batches, by_hand, partial(load, loader))
        for words, by_hand, loader in (
            ("in order", slices, tg.utils.data.DataLoader(data, BATCH)),
            ("shuffled", takes, tg.utils.data.DataLoader(data, BATCH, shuffle=True)),
        )
    ]


def pieces(times: int) -> list[Piece]:
    """All of them."""
    few = max(1, times // 10)  # a model has tens of tensors
    steps, zeros = zip(*(optimizer(name, few) for name in OPTIMIZERS), strict=True)
    return [*calls(times), zeros[0], *steps, *loaders(few)]
