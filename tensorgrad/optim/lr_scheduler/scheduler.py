"""LRScheduler: when a learning rate changes, and in which groups.  The rule itself is ``next_lr``."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from ..optimizer import Optimizer


class LRScheduler:
    """The bookkeeping of all schedulers; a subclass has ``next_lr``, or ``get_lr``.

    A schedule changes the learning rate that it finds, step by step, so that two schedulers on one optimizer multiply.

    Args:
        optimizer: whose learning rates are scheduled.
        last_epoch: the number of the last step taken, to go on from; -1 starts anew.

    Raises:
        TypeError: if ``optimizer`` is none.
        KeyError: if the schedule is to go on, but a group has no "initial_lr".

    >>> import tensorgrad as tg
    >>> class Halving(tg.optim.lr_scheduler.LRScheduler):
    ...     def next_lr(self, lr, base_lr):
    ...         return lr / 2 if self.last_epoch else lr
    >>> optimizer = tg.optim.SGD([tg.zeros(1)], lr=0.1)
    >>> scheduler = Halving(optimizer)
    >>> optimizer.step()
    >>> scheduler.step()
    >>> scheduler.get_last_lr()
    [0.05]
    """

    base_lrs: list[float]
    last_epoch: int
    _is_initial = False  # whether the step is the one that the scheduler itself takes when it is made
    _step_count = 0
    _last_lr: list[float]

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        check_optimizer(optimizer)
        self.optimizer = optimizer
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(
                    f"param 'initial_lr' is not specified in param_groups[{i}] when resuming scheduler with "
                    f"last_epoch={last_epoch}; load the optimizer's state first, or leave last_epoch out"
                )
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self._begin()

    def next_lr(self, lr: float, base_lr: float) -> float:
        """The learning rate of a group in epoch ``last_epoch``, of the one before and the one at the start."""
        raise TypeError(f"{type(self).__name__} must define next_lr(lr, base_lr), or get_lr()")

    def get_lr(self) -> list[float]:
        """The learning rate of each group in epoch ``last_epoch``."""
        groups = self.optimizer.param_groups
        for group in groups[len(self.base_lrs) :]:  # those that came after the scheduler
            self.base_lrs.append(group.setdefault("initial_lr", group["lr"]))
        return [self.next_lr(group["lr"], base_lr) for group, base_lr in zip(groups, self.base_lrs, strict=True)]

    def get_last_lr(self) -> list[float]:
        """The learning rate of each group since the last step."""
        return self._last_lr

    def step(self) -> None:
        """Go on to the next epoch; to be called after the optimizer's own step.

        Warns:
            UserWarning: if it is the first step, and the optimizer has not taken any.
        """
        own_step = type(self.optimizer).step is not Optimizer.step  # of a subclass, which does not say when it steps
        if self._step_count == 1 and not (self.optimizer._stepped or own_step):
            warnings.warn(
                "Detected call of `lr_scheduler.step()` before `optimizer.step()`: the first learning rate is skipped; "
                "call them in the opposite order",
                UserWarning,
                stacklevel=2,
            )
        self._step_count += 1
        self.last_epoch += 1
        self._apply()

    def _apply(self) -> None:
        """Give the groups what ``get_lr`` says."""
        for group, lr in zip(self.optimizer.param_groups, self.get_lr(), strict=True):
            group["lr"] = lr
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]

    def _begin(self) -> None:
        """The first step: it sets the learning rates to begin with."""
        self._step_count, self._is_initial = 0, True
        self.step()
        self._is_initial = False

    def _restart(self) -> None:
        """Begin from the learning rates of the start, in the middle of a run."""
        for group, base_lr in zip(self.optimizer.param_groups, self.base_lrs, strict=False):
            group["lr"] = base_lr
        self.last_epoch, self._is_initial = 0, True
        self._apply()
        self._is_initial = False

    def state_dict(self) -> dict[str, Any]:
        """All that the scheduler remembers and was told, but not the optimizer."""
        return {name: value for name, value in vars(self).items() if name != "optimizer"}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take everything from a ``state_dict``; the optimizer's own holds the learning rates."""
        vars(self).update(state_dict)


def check_optimizer(optimizer: Any) -> None:
    """Raise TypeError if it is no Optimizer."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            f"{type(optimizer).__name__} is not an Optimizer; a scheduler's first argument is the optimizer"
        )


def one_per_group(name: str, optimizer: Optimizer, value: Any) -> list[Any]:
    """A value for each group: the list itself, or the same one for all."""
    groups = len(optimizer.param_groups)
    if not isinstance(value, (list, tuple)):
        return [value] * groups
    if len(value) != groups:
        raise ValueError(
            f"{name} must have the same length as optimizer.param_groups: {groups} needed, but got {len(value)}"
        )
    return list(value)
