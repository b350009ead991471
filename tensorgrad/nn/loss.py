"""Losses as modules: each calls the function of ``functional`` that has its formula.

Where PyTorch's deprecated ``size_average`` and ``reduce`` would stand, arguments are given by name.
"""

from __future__ import annotations

from ..tensor import Tensor
from . import functional
from .module import Module


class _Loss(Module):
    """What all losses have: ``reduction``, which is "mean", "sum" or "none"."""

    def __init__(self, *, reduction: str = "mean") -> None:
        self.reduction = reduction


class MSELoss(_Loss):
    """Mean squared error; see ``functional.mse_loss``.

    Args:
        reduction: "mean", "sum" or "none".

    >>> import tensorgrad as tg
    >>> tg.nn.MSELoss()(tg.tensor([1.0, 2.0]), tg.tensor([1.0, 4.0]))
    tensor(2.)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two Tensors of one shape -> the loss."""
        return functional.mse_loss(input, target, reduction=self.reduction)


class L1Loss(_Loss):
    """Mean absolute error; see ``functional.l1_loss``.

    Args:
        reduction: "mean", "sum" or "none".

    >>> import tensorgrad as tg
    >>> tg.nn.L1Loss()(tg.tensor([1.0, 2.0]), tg.tensor([1.0, 4.0]))
    tensor(1.)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two Tensors of one shape -> the loss."""
        return functional.l1_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(_Loss):
    """Absolute error, rounded at its tip; see ``functional.smooth_l1_loss``.

    Args:
        reduction: "mean", "sum" or "none".
        beta: the error from which on the loss is straight; at least 0.

    >>> import tensorgrad as tg
    >>> tg.nn.SmoothL1Loss()(tg.tensor([1.0, 2.0]), tg.tensor([1.5, 4.0]))
    tensor(0.8125)
    """

    def __init__(self, *, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        self.beta = beta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two Tensors of one shape -> the loss."""
        return functional.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(_Loss):
    """Squared error near 0, absolute error beyond; see ``functional.huber_loss``.

    Args:
        reduction: "mean", "sum" or "none".
        delta: the error from which on the loss is straight, and its slope there; above 0.

    >>> import tensorgrad as tg
    >>> tg.nn.HuberLoss(delta=2.0)(tg.tensor([1.0, 2.0]), tg.tensor([1.5, 5.0]))
    tensor(2.0625)
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        self.delta = delta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two Tensors of one shape -> the loss."""
        return functional.huber_loss(input, target, self.reduction, self.delta)


class KLDivLoss(_Loss):
    """Kullback-Leibler divergence of a distribution from its model; see ``functional.kl_div``.

    Args:
        reduction: "batchmean", which is the divergence, "mean", "sum" or "none".
        log_target: whether the target is given as logarithms, too.

    >>> import tensorgrad as tg
    >>> tg.nn.KLDivLoss(reduction="batchmean")(tg.tensor([[0.5, 0.5]]).log(), tg.tensor([[1.0, 0.0]]))
    tensor(0.6931)
    """

    def __init__(self, *, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__(reduction=reduction)
        self.log_target = log_target

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Logarithms of probabilities, and probabilities -> the loss."""
        return functional.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)


class BCELoss(_Loss):
    """Cross entropy of probabilities against probabilities; see ``functional.binary_cross_entropy``.

    Args:
        weight: broadcasts to the input: what each element counts.
        reduction: "mean", "sum" or "none".

    >>> import tensorgrad as tg
    >>> tg.nn.BCELoss()(tg.tensor([0.5, 0.9]), tg.tensor([1.0, 1.0]))
    tensor(0.3993)
    """

    weight: Tensor | None

    def __init__(self, weight: Tensor | None = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two Tensors of one shape -> the loss."""
        return functional.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(_Loss):
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

    def __init__(
        self, weight: Tensor | None = None, *, reduction: str = "mean", pos_weight: Tensor | None = None
    ) -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two Tensors of one shape -> the loss."""
        return functional.binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


class CrossEntropyLoss(_Loss):
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
        *,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Logits (N, C) and classes (N,) -> the loss."""
        return functional.cross_entropy(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


class NLLLoss(_Loss):
    """Negative logarithm of the likelihood of classes; see ``functional.nll_loss``.

    Args:
        weight: (C,), what each class counts.
        ignore_index: a class index that does not count.
        reduction: "mean", "sum" or "none".

    >>> import tensorgrad as tg
    >>> tg.nn.NLLLoss()(tg.tensor([[-0.5, -1.0], [-2.0, -0.1]]), tg.tensor([0, 1]))
    tensor(0.3000)
    """

    weight: Tensor | None

    def __init__(self, weight: Tensor | None = None, *, ignore_index: int = -100, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Logarithms of probabilities (N, C) and classes (N,) -> the loss."""
        return functional.nll_loss(input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction)


class MultiMarginLoss(_Loss):
    """Hinge loss of several classes; see ``functional.multi_margin_loss``.

    Args:
        p: 1 or 2, the power of what is missing.
        margin: by how much the target's score should be the largest.
        weight: (C,), what each class counts.
        reduction: "mean", "sum" or "none".

    Raises:
        ValueError: if p is neither 1 nor 2.

    >>> import tensorgrad as tg
    >>> tg.nn.MultiMarginLoss()(tg.tensor([[0.5, 1.0, -2.0]]), tg.tensor([0]))
    tensor(0.5000)
    """

    weight: Tensor | None

    def __init__(
        self, p: int = 1, margin: float = 1.0, weight: Tensor | None = None, *, reduction: str = "mean"
    ) -> None:
        if p not in (1, 2):
            raise ValueError(f"MultiMarginLoss: only p == 1 and p == 2 are supported, but got {p!r}")
        super().__init__(reduction=reduction)
        self.p = p
        self.margin = margin
        self.register_buffer("weight", weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Scores (N, C) and classes (N,) -> the loss."""
        return functional.multi_margin_loss(input, target, self.p, self.margin, self.weight, reduction=self.reduction)


class _MarginLoss(_Loss):
    """What those with a margin have: ``margin``."""

    def __init__(self, margin: float = 0.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.margin = margin


class HingeEmbeddingLoss(_MarginLoss):
    """Distances that should be small, or else large; see ``functional.hinge_embedding_loss``.

    Args:
        margin: the distance from which on two that are not alike are far enough apart.
        reduction: "mean", "sum" or "none".

    >>> import tensorgrad as tg
    >>> tg.nn.HingeEmbeddingLoss()(tg.tensor([0.25, 0.25]), tg.tensor([1, -1]))
    tensor(0.5000)
    """

    def __init__(self, margin: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(margin, reduction=reduction)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Distances and 1 or -1 for each -> the loss."""
        return functional.hinge_embedding_loss(input, target, self.margin, reduction=self.reduction)


class MarginRankingLoss(_MarginLoss):
    """Which of two should be larger; see ``functional.margin_ranking_loss``.

    Args:
        margin: by how much.
        reduction: "mean", "sum" or "none".

    >>> import tensorgrad as tg
    >>> tg.nn.MarginRankingLoss()(tg.tensor([1.0, 3.0]), tg.tensor([2.0, 1.0]), tg.tensor([1, 1]))
    tensor(0.5000)
    """

    def forward(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
        """Three Tensors of one shape -> the loss."""
        return functional.margin_ranking_loss(input1, input2, target, self.margin, reduction=self.reduction)


class CosineEmbeddingLoss(_MarginLoss):
    """Directions that should agree, or else differ; see ``functional.cosine_embedding_loss``.

    Args:
        margin: -1 to 1, the cosine up to which two that are not alike differ enough.
        reduction: "mean", "sum" or "none".

    >>> import tensorgrad as tg
    >>> a, b = tg.tensor([[1.0, 0.0], [1.0, 0.0]]), tg.tensor([[1.0, 1.0], [1.0, 1.0]])
    >>> tg.nn.CosineEmbeddingLoss()(a, b, tg.tensor([1, -1]))
    tensor(0.5000)
    """

    def forward(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
        """(N, D), (N, D) and (N,) -> the loss."""
        return functional.cosine_embedding_loss(input1, input2, target, self.margin, reduction=self.reduction)
