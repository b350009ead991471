"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..engine import Array
from .flat import elementwise
from .optimizer import Optimizer


class SGD(Optimizer):
    """Stochastic gradient descent with momentum.

    ``g ← ∇L + weight_decay w``,   ``v ← momentum v + (1 - dampening) g``,   ``w ← w - lr v``; the first v is g, with
    ``nesterov`` it is ``w ← w - lr (g + momentum v)``, and without momentum v is g.

    Args:
        params: the Tensors to train, (name, Tensor) pairs, or dicts with "params" and settings of their own.
        lr: the learning rate.
        momentum: the share of v that is kept from step to step.
        dampening: the share of g that v does not take up.
        weight_decay: the factor of the penalty w² / 2.
        nesterov: whether to look ahead along v.
        maximize: whether to climb rather than descend.
        foreach, fused: how PyTorch computes it; without an effect.
        differentiable: False; a step is not recorded.

    Raises:
        ValueError: if a setting makes no sense, or there are no parameters.
        RuntimeError: if foreach, fused and differentiable contradict each other, or differentiable is True.
        TypeError: if a setting is no number.

    Source: Sutskever, Martens, Dahl, Hinton, "On the importance of initialization and momentum in deep
    learning" (2013).

    >>> import tensorgrad as tg
    >>> w = tg.tensor([1.0, 2.0], requires_grad=True)
    >>> optimizer = tg.optim.SGD([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([0.8000, 1.6000], requires_grad=True)
    """

    not_negative = ("lr", "momentum", "weight_decay")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        settings = {"lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay}
        how = {"maximize": maximize, "foreach": foreach, "differentiable": differentiable, "fused": fused}
        super().__init__(params, {**settings, "nesterov": nesterov, **how})

    def check(self, settings: Mapping[str, Any]) -> None:
        """Raise ValueError if the settings of a group make no sense, TypeError if they are no numbers."""
        super().check(settings)
        if settings["nesterov"] and (settings["momentum"] <= 0 or settings["dampening"] != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")

    @elementwise
    def update(
        self, w: Array, g: Array, state: dict[str, Any], *, lr: float, momentum: float, dampening: float,
        weight_decay: float, nesterov: bool, maximize: bool,
    ) -> None:  # fmt: skip
        """One step of one parameter."""
        if maximize:
            g = -g
        if weight_decay:
            g = g + weight_decay * w
        if momentum:
            v = state.get("momentum_buffer")
            if v is None:
                v = state["momentum_buffer"] = np.array(g)
            else:
                v *= momentum
                v += (1 - dampening) * g if dampening else g
            g = g + momentum * v if nesterov else v
        w -= lr * g
