"""Losses as modules."""

from __future__ import annotations

from ..tensor import Tensor
from . import functional
from .module import Module


class MSELoss(Module):
    """Mean squared error; see ``functional.mse_loss``.

    Args:
        reduction: "mean", "sum" or "none".

    >>> import tensorgrad as tg
    >>> tg.nn.MSELoss()(tg.tensor([1.0, 2.0]), tg.tensor([1.0, 4.0]))
    tensor(2.)
    """

    def __init__(self, reduction: str = "mean") -> None:
        self.reduction = reduction

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two Tensors of one shape -> the loss."""
        return functional.mse_loss(input, target, reduction=self.reduction)


class CrossEntropyLoss(Module):
    """Cross entropy of softmax(input) against classes; see ``functional.cross_entropy``.

    Args:
        weight: (C,), what each class counts.
        ignore_index: a class index that does not count.
        reduction: "mean", "sum" or "none".
        label_smoothing: the share, 0 to 1, of the target that is spread evenly over the classes.

    >>> import tensorgrad as tg
    >>> tg.nn.CrossEntropyLoss()(tg.tensor([[2.0, 1.0], [0.0, 3.0]]), tg.tensor([0, 1]))
    tensor(0.1809)
    """

    weight: Tensor | None

    def __init__(
        self,
        weight: Tensor | None = None,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index
        self.reduction = reduction
        self.label_smoothing = label_smoothing

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Logits (N, C) and classes (N,) -> the loss."""
        return functional.cross_entropy(
            input, target, self.weight, self.ignore_index, self.reduction, self.label_smoothing
        )


class BCEWithLogitsLoss(Module):
    """Cross entropy of sigmoid(input) against probabilities; see ``functional.binary_cross_entropy_with_logits``.

    Args:
        weight: broadcasts to the input: what each element counts.
        reduction: "mean", "sum" or "none".
        pos_weight: broadcasts to the input: what positive targets count.

    >>> import tensorgrad as tg
    >>> tg.nn.BCEWithLogitsLoss()(tg.tensor([0.0, 2.0]), tg.tensor([1.0, 1.0]))
    tensor(0.4100)
    """

    weight: Tensor | None
    pos_weight: Tensor | None

    def __init__(self, weight: Tensor | None = None, reduction: str = "mean", pos_weight: Tensor | None = None) -> None:
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)
        self.reduction = reduction

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two Tensors of one shape -> the loss."""
        return functional.binary_cross_entropy_with_logits(input, target, self.weight, self.reduction, self.pos_weight)
