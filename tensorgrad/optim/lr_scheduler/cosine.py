"""Learning rates along a cosine, once or over and over."""

from __future__ import annotations

from math import cos, floor, log, pi

from ..optimizer import Optimizer
from .scheduler import LRScheduler


class CosineAnnealingLR(LRScheduler):
    """Half a wave of a cosine, from the initial learning rate down; then up again, and so on.

    lr = eta_min + (base_lr - eta_min) (1 + cos(π epoch / T_max)) / 2.

    Args:
        optimizer: whose learning rates are scheduled.
        T_max: the epoch that reaches the bottom.
        eta_min: the learning rate at the bottom.
        last_epoch: the number of the last step taken, to go on from; -1 starts anew.

    Source: Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017).

    >>> import tensorgrad as tg
    >>> optimizer = tg.optim.SGD([tg.zeros(1)], lr=1.0)
    >>> scheduler = tg.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=4)
    >>> rates = []
    >>> for epoch in range(5):
    ...     rates += scheduler.get_last_lr()
    ...     optimizer.step()
    ...     scheduler.step()
    >>> [round(rate, 3) for rate in rates]
    [1.0, 0.854, 0.5, 0.146, 0.0]
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def next_lr(self, lr: float, base_lr: float) -> float:
        """From the learning rate of the epoch before, by the ratio of the two heights above eta_min."""
        if self._is_initial:
            return lr
        if (self.last_epoch - 1 - self.T_max) % (2 * self.T_max) == 0:  # from the bottom: the height before was 0
            return lr + (base_lr - self.eta_min) * (1 - cos(pi / self.T_max)) / 2
        ratio = (1 + cos(pi * self.last_epoch / self.T_max)) / (1 + cos(pi * (self.last_epoch - 1) / self.T_max))
        return ratio * (lr - self.eta_min) + self.eta_min


class CosineAnnealingWarmRestarts(LRScheduler):
    """Half a wave of a cosine, from the initial learning rate down; then back to the top, and so on.

    lr = eta_min + (base_lr - eta_min) (1 + cos(π T_cur / T_i)) / 2,   T_cur epochs after the last restart.

    Args:
        optimizer: whose learning rates are scheduled.
        T_0: how many epochs the first wave takes.
        T_mult: how many times longer each next one is.
        eta_min: the learning rate at the bottom, which the restart comes before.
        last_epoch: the number of the last step taken, to go on from; -1 starts anew.

    Raises:
        ValueError: unless T_0 and T_mult are integers of at least 1.

    Source: Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017).

    >>> import tensorgrad as tg
    >>> optimizer = tg.optim.SGD([tg.zeros(1)], lr=1.0)
    >>> scheduler = tg.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=3)
    >>> rates = []
    >>> for epoch in range(5):
    ...     rates += scheduler.get_last_lr()
    ...     scheduler.step()
    >>> [round(rate, 3) for rate in rates]
    [1.0, 0.75, 0.25, 1.0, 0.75]
    """

    T_cur: float

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        if not isinstance(T_0, int) or T_0 <= 0:
            raise ValueError(f"Expected positive integer T_0, but got {T_0}")
        if not isinstance(T_mult, int) or T_mult < 1:
            raise ValueError(f"Expected integer T_mult >= 1, but got {T_mult}")
        if not isinstance(eta_min, (float, int)):
            raise ValueError(f"Expected float or int eta_min, but got {eta_min!r} of type {type(eta_min).__name__}")
        self.T_0, self.T_i, self.T_mult, self.eta_min = T_0, T_0, T_mult, eta_min
        self.T_cur = last_epoch
        super().__init__(optimizer, last_epoch)

    def next_lr(self, lr: float, base_lr: float) -> float:
        """The height of the wave, whatever the learning rate was before."""
        return self.eta_min + (base_lr - self.eta_min) * (1 + cos(pi * self.T_cur / self.T_i)) / 2

    def step(self, epoch: float | None = None) -> None:
        """Go on to the next epoch, or to any, which may be a fraction: ``epoch + i / len(loader)`` in batch i.

        Raises:
            ValueError: if the epoch is negative.
        """
        if epoch is None and self.last_epoch >= 0:
            epoch = self.last_epoch + 1
            self.T_cur += 1
            if self.T_cur >= self.T_i:
                self.T_cur %= self.T_i
                self.T_i *= self.T_mult
        else:
            epoch = epoch or 0
            if epoch < 0:
                raise ValueError(f"Expected non-negative epoch, but got {epoch}")
            restarts = 0
            if self.T_mult > 1 and epoch >= self.T_0:
                restarts = int(log(epoch / self.T_0 * (self.T_mult - 1) + 1, self.T_mult))
                begun = self.T_0 * (self.T_mult**restarts - 1) / (self.T_mult - 1)
                self.T_cur = epoch - begun
            else:
                self.T_cur = epoch % self.T_0
            self.T_i = self.T_0 * self.T_mult**restarts
        self.last_epoch = floor(epoch)
        self._apply()
