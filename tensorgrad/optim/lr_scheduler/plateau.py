"""Learning rates that fall when nothing gets better."""

from __future__ import annotations

from math import inf
from typing import Any

from ..optimizer import Optimizer
from .scheduler import LRScheduler, check_optimizer, one_per_group


class ReduceLROnPlateau(LRScheduler):
    """Times a factor when a metric, such as the validation loss, has not got better for a while.

    Better than the best means: below ``best (1 - threshold)`` or, with threshold_mode "abs", ``best - threshold``; in
    mode "max" above ``best (1 + threshold)`` or ``best + threshold``.

    Args:
        optimizer: whose learning rates are scheduled.
        mode: "min" if less is better, "max" if more is.
        factor: the factor, below 1.
        patience: how many epochs in a row may be no better; one more, and the learning rate falls.
        threshold: how much better is better.
        threshold_mode: "rel" or "abs", see above.
        cooldown: how many epochs after a fall are not counted.
        min_lr: where the fall ends, or a list with one for each group.
        eps: a fall by no more than this is not made.

    Raises:
        ValueError: if a setting makes no sense.
        TypeError: if ``optimizer`` is none.

    >>> import tensorgrad as tg
    >>> optimizer = tg.optim.SGD([tg.zeros(1)], lr=1.0)
    >>> scheduler = tg.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
    >>> rates = []
    >>> for loss in (3.0, 2.0, 2.0, 2.5, 2.0):
    ...     scheduler.step(loss)
    ...     rates += scheduler.get_last_lr()
    >>> rates
    [1.0, 1.0, 1.0, 0.5, 0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | list[float] = 0,
        eps: float = 1e-8,
    ) -> None:
        if factor >= 1.0:
            raise ValueError(f"Factor should be < 1.0, but got {factor}")
        check_optimizer(optimizer)
        if mode not in ("min", "max"):
            raise ValueError(f"mode {mode} is unknown; it must be 'min' or 'max'")
        if threshold_mode not in ("rel", "abs"):
            raise ValueError(f"threshold mode {threshold_mode} is unknown; it must be 'rel' or 'abs'")
        self.optimizer = optimizer
        self.factor, self.patience, self.cooldown, self.eps = factor, patience, cooldown, eps
        self.mode, self.threshold, self.threshold_mode = mode, threshold, threshold_mode
        self.default_min_lr = None if isinstance(min_lr, (list, tuple)) else min_lr
        self.min_lrs = one_per_group("min_lr", optimizer, min_lr)
        self.last_epoch = self.cooldown_counter = self.num_bad_epochs = 0
        self.best = inf if mode == "min" else -inf
        self._last_lr = [group["lr"] for group in optimizer.param_groups]

    def step(self, metrics: Any) -> None:  # type: ignore[override]  # as in PyTorch, this one needs to be told
        """Take the metric of another epoch, a number or a Tensor of one."""
        current = float(metrics)
        self.last_epoch += 1
        if self._is_better(current):
            self.best, self.num_bad_epochs = current, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self._reduce()
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]

    def _is_better(self, current: float) -> bool:
        change = -self.threshold if self.mode == "min" else self.threshold
        limit = self.best * (1 + change) if self.threshold_mode == "rel" else self.best + change
        return current < limit if self.mode == "min" else current > limit

    def _reduce(self) -> None:
        groups = self.optimizer.param_groups
        if len(groups) != len(self.min_lrs):  # some came after the scheduler
            if self.default_min_lr is None:
                raise RuntimeError(
                    f"the optimizer has {len(groups)} param groups, but min_lr was given for {len(self.min_lrs)}; "
                    "append to the scheduler's min_lrs"
                )
            self.min_lrs = [self.default_min_lr] * len(groups)
        for group, least in zip(groups, self.min_lrs, strict=True):
            lr = max(group["lr"] * self.factor, least)
            if group["lr"] - lr > self.eps:
                group["lr"] = lr
