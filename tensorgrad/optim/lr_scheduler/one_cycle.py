"""The 1cycle policy."""

from __future__ import annotations

from math import cos, pi
from typing import Any

from ..optimizer import Optimizer
from .scheduler import LRScheduler, check_optimizer, one_per_group


class OneCycleLR(LRScheduler):
    """One rise of the learning rate and one long fall, with the momentum going the other way; a step is a batch.

    From max_lr / div_factor to max_lr, then to max_lr / (div_factor final_div_factor).

    Args:
        optimizer: whose learning rates are scheduled; theirs are overwritten.
        max_lr: the top, or a list with one for each group.
        total_steps: the number of steps, or give the next two.
        epochs: the number of epochs.
        steps_per_epoch: the number of steps in each.
        pct_start: the share of the steps that the rise takes, a float from 0 to 1.
        anneal_strategy: "cos" or "linear", the form of rise and fall.
        cycle_momentum: whether the momentum, or the first of the betas, follows.
        base_momentum: the momentum at the top of the learning rate, or a list.
        max_momentum: the momentum at both ends, or a list.
        div_factor: how far the start is below the top.
        final_div_factor: how far the end is below the start.
        three_phase: whether to fall as fast as the rise was to where it began, and then on to the end.
        last_epoch: the number of the last step taken, to go on from; -1 starts anew.

    Raises:
        ValueError: if a setting makes no sense, the optimizer has no momentum to cycle, or there are too many steps.

    Source: Smith, Topin, "Super-convergence: very fast training of neural networks using large learning rates" (2018).

    >>> import tensorgrad as tg
    >>> optimizer = tg.optim.SGD([tg.zeros(1)], lr=1.0, momentum=0.9)
    >>> scheduler = tg.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1.0, total_steps=5, pct_start=0.6)
    >>> rates = []
    >>> for step in range(5):
    ...     rates += scheduler.get_last_lr()
    ...     optimizer.step()
    ...     scheduler.step()
    >>> [round(rate, 2) for rate in rates]
    [0.04, 0.52, 1.0, 0.5, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | list[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.85,
        max_momentum: float | list[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        check_optimizer(optimizer)
        if total_steps is not None:
            given = {"total_steps": total_steps}
        elif epochs is not None and steps_per_epoch is not None:
            given = {"epochs": epochs, "steps_per_epoch": steps_per_epoch}
        else:
            raise ValueError("You must define either total_steps OR (epochs AND steps_per_epoch)")
        self.total_steps = 1
        for name, number in given.items():
            if not isinstance(number, int) or number <= 0:
                raise ValueError(f"Expected positive integer {name}, but got {number}")
            self.total_steps *= number
        if not isinstance(pct_start, float) or not 0 <= pct_start <= 1:
            raise ValueError(f"Expected float between 0 and 1 pct_start, but got {pct_start}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}")
        top, end = pct_start * self.total_steps - 1, self.total_steps - 1
        if three_phase:
            self._schedule_phases = [
                _phase(top, "initial_lr", "max_lr", "max_momentum", "base_momentum"),
                _phase(2 * pct_start * self.total_steps - 2, "max_lr", "initial_lr", "base_momentum", "max_momentum"),
                _phase(end, "initial_lr", "min_lr", "max_momentum", "max_momentum"),
            ]
        else:
            self._schedule_phases = [
                _phase(top, "initial_lr", "max_lr", "max_momentum", "base_momentum"),
                _phase(end, "max_lr", "min_lr", "base_momentum", "max_momentum"),
            ]
        self._anneal_func_type = anneal_strategy
        self.cycle_momentum = cycle_momentum
        settings: dict[str, list[Any]] = {"max_lr": one_per_group("max_lr", optimizer, max_lr)}
        if cycle_momentum:
            if not {"momentum", "betas"} & optimizer.defaults.keys():
                raise ValueError(
                    "optimizer must support momentum or beta1 with `cycle_momentum` option enabled, but "
                    f"{type(optimizer).__name__} has neither; set cycle_momentum=False"
                )
            self.use_beta1 = "betas" in optimizer.defaults
            settings["max_momentum"] = one_per_group("max_momentum", optimizer, max_momentum)
            settings["base_momentum"] = one_per_group("base_momentum", optimizer, base_momentum)
        if last_epoch == -1:
            for i, group in enumerate(optimizer.param_groups):
                group.update({name: values[i] for name, values in settings.items()})
                group["initial_lr"] = group["max_lr"] / div_factor
                group["min_lr"] = group["initial_lr"] / final_div_factor
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """The learning rate of each group in step ``last_epoch``."""
        if self.last_epoch > self.total_steps:
            raise ValueError(
                f"Tried to step {self.last_epoch} times. The specified number of total steps is {self.total_steps}"
            )
        return [self._now(group, "lr") for group in self.optimizer.param_groups]

    def _apply(self) -> None:
        super()._apply()
        if self.cycle_momentum:
            for group in self.optimizer.param_groups:
                momentum = self._now(group, "momentum")
                group.update({"betas": (momentum, *group["betas"][1:])} if self.use_beta1 else {"momentum": momentum})

    def _now(self, group: dict[str, Any], what: str) -> float:
        """The group's "lr" or "momentum" in step ``last_epoch``: between the ends of the phase that it is in."""
        begun = 0.0
        for phase in self._schedule_phases[:-1]:
            if self.last_epoch <= phase["end_step"]:
                break
            begun = phase["end_step"]
        else:
            phase = self._schedule_phases[-1]
        share = (self.last_epoch - begun) / (phase["end_step"] - begun)
        start, end = group[phase[f"start_{what}"]], group[phase[f"end_{what}"]]
        if self._anneal_func_type == "linear":
            return float((end - start) * share + start)
        return float(end + (start - end) / 2 * (cos(pi * share) + 1))


def _phase(end_step: float, start_lr: str, end_lr: str, start_momentum: str, end_momentum: str) -> dict[str, Any]:
    """Up to which step, and between which of the group's values."""
    return {
        "end_step": end_step,
        "start_lr": start_lr,
        "end_lr": end_lr,
        "start_momentum": start_momentum,
        "end_momentum": end_momentum,
    }
