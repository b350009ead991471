"""RMSprop: the gradient, divided by its recent size."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..engine import Array
from .flat import elementwise
from .optimizer import Optimizer


class RMSprop(Optimizer):
    """RMSprop: the gradient, divided by the root of the mean of its squares.

    ``g ← ∇L + weight_decay w``,   ``v ← alpha v + (1 - alpha) g²``,   ``w ← w - lr g / (√v + eps)``;   with
    ``centered``, v less the square of the mean of g stands for v: an estimate of the variance.  With momentum,
    ``b ← momentum b + g / (√v + eps)``,   ``w ← w - lr b``.

    Args:
        params: the Tensors to train, (name, Tensor) pairs, or dicts with "params" and settings of their own.
        lr: the learning rate.
        alpha: the share of v that is kept from step to step.
        eps: what keeps the divisor from 0.
        weight_decay: the factor of the penalty w² / 2.
        momentum: the share of b that is kept from step to step.
        centered: whether to divide by the deviation from the mean gradient.
        capturable, differentiable: False; there is no GPU, and a step is not recorded.
        foreach: how PyTorch computes it; without an effect.
        maximize: whether to climb rather than descend.

    Raises:
        ValueError: if a setting makes no sense, or there are no parameters.
        RuntimeError: if capturable or differentiable is True.
        TypeError: if a setting is no number.

    Source: Hinton, "Neural networks for machine learning", lecture 6 (2012); centered: Graves, "Generating sequences
    with recurrent neural networks" (2013).

    >>> import tensorgrad as tg
    >>> w = tg.tensor([1.0, 20.0], requires_grad=True)
    >>> optimizer = tg.optim.RMSprop([w], lr=0.01)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ 0.9000, 19.9000], requires_grad=True)
    """

    not_negative = ("lr", "eps", "momentum", "weight_decay", "alpha")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        settings = {"lr": lr, "momentum": momentum, "alpha": alpha, "eps": eps, "centered": centered}
        how = {"capturable": capturable, "foreach": foreach, "maximize": maximize, "differentiable": differentiable}
        super().__init__(params, {**settings, "weight_decay": weight_decay, **how})

    step = np.errstate(all="ignore")(Optimizer.step)  # where numbers run over it is inf or nan, as in PyTorch

    @elementwise
    def update(
        self, w: Array, g: Array, state: dict[str, Any], *, lr: float, momentum: float, alpha: float, eps: float,
        centered: bool, weight_decay: float, maximize: bool,
    ) -> None:  # fmt: skip
        """One step of one parameter."""
        if not state:
            state["step"] = np.zeros((), np.float32)
            for name, wanted in (("square_avg", True), ("momentum_buffer", momentum), ("grad_avg", centered)):
                if wanted:
                    state[name] = np.zeros_like(w)
        state["step"] += 1
        v = state["square_avg"]
        if maximize:
            g = -g
        if weight_decay:
            g = g + weight_decay * w
        share = np.multiply(g, 1 - alpha, out=np.empty_like(w))  # one array for all that follows
        share *= g
        v *= alpha
        v += share
        if centered:
            mean = state["grad_avg"]
            np.subtract(g, mean, out=share)
            share *= 1 - alpha
            mean += share
            np.multiply(mean, mean, out=share)
            v = np.subtract(v, share, out=share)
        divisor = np.sqrt(v, out=share)
        divisor += eps
        change = np.divide(g, divisor, out=divisor)
        if momentum:
            buffer = state["momentum_buffer"]
            buffer *= momentum
            buffer += change
            np.multiply(buffer, lr, out=change)
        else:
            change *= lr
        w -= change
