"""Adagrad: the gradient, divided by the size of all gradients so far."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..engine import Array
from .flat import elementwise
from .optimizer import Optimizer


class Adagrad(Optimizer):
    """Adagrad: the gradient, divided by the root of the sum of its squares since the start.

    ``g ← ∇L + weight_decay w``,   ``s ← s + g²``,   ``w ← w - lr / (1 + (t - 1) lr_decay) g / (√s + eps)``   in step t.

    Args:
        params: the Tensors to train, (name, Tensor) pairs, or dicts with "params" and settings of their own.
        lr: the learning rate.
        lr_decay: how fast the learning rate falls from step to step.
        weight_decay: the factor of the penalty w² / 2.
        initial_accumulator_value: where s starts from.
        eps: what keeps the divisor from 0.
        foreach, fused: how PyTorch computes it; without an effect.
        maximize: whether to climb rather than descend.
        differentiable: False; a step is not recorded.

    Raises:
        ValueError: if a setting makes no sense, or there are no parameters.
        RuntimeError: if foreach, fused and differentiable contradict each other, or differentiable is True.
        TypeError: if a setting is no number.

    Source: Duchi, Hazan, Singer, "Adaptive subgradient methods for online learning and stochastic optimization" (2011).

    >>> import tensorgrad as tg
    >>> w = tg.tensor([1.0, 20.0], requires_grad=True)
    >>> optimizer = tg.optim.Adagrad([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ 0.9000, 19.9000], requires_grad=True)
    """

    not_negative = ("lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        settings = {"lr": lr, "lr_decay": lr_decay, "eps": eps, "weight_decay": weight_decay}
        how = {"foreach": foreach, "maximize": maximize, "differentiable": differentiable, "fused": fused}
        super().__init__(params, {**settings, "initial_accumulator_value": initial_accumulator_value, **how})

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Take on more parameters, with settings of their own; their sums begin now, as PyTorch's do."""
        super().add_param_group(param_group)
        group = self.param_groups[-1]
        for p in group["params"]:
            self.state[p] = _beginning(p._array(), group["initial_accumulator_value"])

    step = np.errstate(all="ignore")(Optimizer.step)  # where numbers run over it is inf or nan, as in PyTorch

    @elementwise
    def update(
        self, w: Array, g: Array, state: dict[str, Any], *, lr: float, lr_decay: float, eps: float,
        weight_decay: float, initial_accumulator_value: float, maximize: bool,
    ) -> None:  # fmt: skip
        """One step of one parameter."""
        if not state:
            state.update(_beginning(w, initial_accumulator_value))
        state["step"] += 1
        if maximize:
            g = -g
        if weight_decay:
            g = g + weight_decay * w
        total = state["sum"]
        share = np.multiply(g, g, out=np.empty_like(w))  # one array for all that follows
        total += share
        divisor = np.sqrt(total, out=share)
        divisor += eps
        change = np.divide(g, divisor, out=divisor)
        change *= lr / (1 + (state["step"].item() - 1) * lr_decay)
        w -= change


def _beginning(w: Array, value: float) -> dict[str, Any]:
    return {"step": np.zeros((), np.float32), "sum": np.full_like(w, value)}
