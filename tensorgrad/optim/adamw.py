"""AdamW: Adam with weight decay apart from the gradient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .adam import Adam


class AdamW(Adam):
    """Adam whose weight decay does not pass through the means: ``w ← (1 - lr weight_decay) w``, then Adam's step.

    Args:
        params: the Tensors to train, (name, Tensor) pairs, or dicts with "params" and settings of their own.
        lr: the learning rate.
        betas: the shares of the two means that are kept from step to step.
        eps: what keeps the divisor from 0.
        weight_decay: how much of w, times lr, is taken off in each step.
        amsgrad: whether to divide by the largest mean of squares so far.
        maximize: whether to climb rather than descend.
        foreach, fused: how PyTorch computes it; without an effect.
        capturable, differentiable: False; there is no GPU, and a step is not recorded.

    Raises:
        ValueError: if a setting makes no sense, or there are no parameters.
        RuntimeError: if foreach, fused and differentiable contradict each other, or are not possible here.
        TypeError: if a setting is no number.

    Source: Loshchilov, Hutter, "Decoupled weight decay regularization" (2019).

    >>> import tensorgrad as tg
    >>> w = tg.tensor([1.0, 20.0], requires_grad=True)
    >>> optimizer = tg.optim.AdamW([w], lr=0.1, weight_decay=0.5)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ 0.8500, 18.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params, lr, betas, eps, weight_decay, amsgrad, foreach=foreach, maximize=maximize, capturable=capturable,
            differentiable=differentiable, fused=fused, decoupled_weight_decay=True,
        )  # fmt: skip

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take settings and state from a ``state_dict``, one of Adam too; the weight decay stays AdamW's."""
        super().load_state_dict(state_dict)
        for group in self.param_groups:
            group["decoupled_weight_decay"] = True
