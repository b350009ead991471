"""Adam: steps of a size that does not depend on that of the gradient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import sqrt
from typing import Any

import numpy as np

from ..engine import Array
from .flat import elementwise
from .optimizer import Optimizer


class Adam(Optimizer):
    """Adam: the mean of the gradients, divided by the root of the mean of their squares.

    ``g ← ∇L + weight_decay w``,   ``m ← β₁ m + (1 - β₁) g``,   ``v ← β₂ v + (1 - β₂) g²``,
    ``w ← w - lr m̂ / (√v̂ + eps)``,   ``m̂ = m / (1 - β₁ᵗ)``,   ``v̂ = v / (1 - β₂ᵗ)``:   m and v start from 0, and in
    step t that is made up for.

    Args:
        params: the Tensors to train, (name, Tensor) pairs, or dicts with "params" and settings of their own.
        lr: the learning rate.
        betas: β₁ and β₂, the shares of m and v that are kept from step to step.
        eps: what keeps the divisor from 0.
        weight_decay: the factor of the penalty w² / 2.
        amsgrad: whether to divide by the largest v so far.
        foreach, fused: how PyTorch computes it; without an effect.
        maximize: whether to climb rather than descend.
        capturable, differentiable: False; there is no GPU, and a step is not recorded.
        decoupled_weight_decay: whether to shrink w itself, to (1 - lr weight_decay) w, rather than change g: AdamW.

    Raises:
        ValueError: if a setting makes no sense, or there are no parameters.
        RuntimeError: if foreach, fused and differentiable contradict each other, or are not possible here.
        TypeError: if a setting is no number.

    Source: Kingma, Ba, "Adam: a method for stochastic optimization" (2015); amsgrad: Reddi, Kale, Kumar, "On the
    convergence of Adam and beyond" (2018).

    >>> import tensorgrad as tg
    >>> w = tg.tensor([1.0, 20.0], requires_grad=True)
    >>> optimizer = tg.optim.Adam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ 0.9000, 19.9000], requires_grad=True)
    """

    not_negative = ("lr", "eps", "weight_decay")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        settings = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad}
        how = {"foreach": foreach, "capturable": capturable, "differentiable": differentiable, "fused": fused}
        super().__init__(
            params, {**settings, "maximize": maximize, **how, "decoupled_weight_decay": decoupled_weight_decay}
        )

    def check(self, settings: Mapping[str, Any]) -> None:
        """Raise ValueError if the settings of a group make no sense, TypeError if they are no numbers."""
        super().check(settings)
        betas = settings["betas"]
        if not isinstance(betas, (tuple, list)) or any(isinstance(beta, str) for beta in betas):
            raise TypeError(f"betas must be two floats, such as (0.9, 0.999), but got {betas!r}")
        if [isinstance(beta, float) for beta in betas] != [True, True]:
            raise ValueError(f"betas must be two floats, such as (0.9, 0.999), but got {betas!r}")
        for i, beta in enumerate(betas):
            if not 0 <= beta < 1:
                raise ValueError(f"Invalid beta parameter at index {i}: {beta}; it must be at least 0 and below 1")

    step = np.errstate(all="ignore")(Optimizer.step)  # where numbers run over it is inf or nan, as in PyTorch

    @elementwise
    def update(
        self, w: Array, g: Array, state: dict[str, Any], *, lr: float, betas: tuple[float, float], eps: float,
        weight_decay: float, amsgrad: bool, maximize: bool, decoupled_weight_decay: bool,
    ) -> None:  # fmt: skip
        """One step of one parameter."""
        if not state:
            state["step"] = np.zeros((), np.float32)
            for name in ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")[: 3 if amsgrad else 2]:
                state[name] = np.zeros_like(w)
        state["step"] += 1
        step, m, v = state["step"].item(), state["exp_avg"], state["exp_avg_sq"]
        if maximize:
            g = -g
        if weight_decay and decoupled_weight_decay:
            w *= 1 - lr * weight_decay
        elif weight_decay:
            g = g + weight_decay * w
        share = np.subtract(g, m, out=np.empty_like(w))  # one array for all that follows
        share *= 1 - betas[0]
        m += share
        np.multiply(g, 1 - betas[1], out=share)
        share *= g
        v *= betas[1]
        v += share
        if amsgrad:
            v = np.maximum(state["max_exp_avg_sq"], v, out=state["max_exp_avg_sq"])
        divisor = np.sqrt(v, out=share)
        divisor /= sqrt(1 - betas[1] ** step)
        divisor += eps
        change = np.divide(m, divisor, out=divisor)
        change *= lr / (1 - betas[0] ** step)
        w -= change
