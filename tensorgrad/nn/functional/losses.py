"""Losses of two Tensors of one shape, element by element, with torch.nn.functional's names and arguments.

Where PyTorch's deprecated ``size_average`` and ``reduce`` would stand, arguments are given by name.
"""

from __future__ import annotations

import warnings

import numpy as np

from ...errors import ShapeError, tensors_only
from ...ops import loss
from ...tensor import Tensor


def reduced(losses: Tensor, reduction: str) -> Tensor:
    """The losses, their mean or their sum."""
    if loss.scale_of(reduction, losses.numel()) is None:
        return losses
    return losses.mean() if reduction == "mean" else losses.sum()


def _warn_if_stretched(name: str, input: Tensor, target: Tensor) -> None:
    tensors_only(name, input, target, needed=2)
    if target._data.shape != input._data.shape:
        warnings.warn(
            f"{name}: using a target size ({target.shape}) that is different to the input size ({input.shape}); "
            "the two are broadcast, make sure that this is wanted",
            stacklevel=3,
        )


def mse_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """Squared error.   (x - t)², its mean or its sum.

    Args:
        input: x, any shape.
        target: t, the same shape.
        reduction: "mean", "sum" or "none".

    Returns:
        A single number; with "none", the errors in x's shape.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.mse_loss(tg.tensor([1.0, 2.0]), tg.tensor([1.0, 4.0]))
    tensor(2.)
    """
    _warn_if_stretched("mse_loss", input, target)
    return loss.mse_loss(input, target, reduction)


def l1_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """Absolute error.   |x - t|, its mean or its sum; where x = t, the derivative is 0.

    Args:
        input: x, any shape.
        target: t, the same shape.
        reduction: "mean", "sum" or "none".

    Returns:
        A single number; with "none", the errors in x's shape.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.l1_loss(tg.tensor([1.0, 2.0]), tg.tensor([1.0, 4.0]))
    tensor(1.)
    """
    _warn_if_stretched("l1_loss", input, target)
    return reduced((input - target).abs(), reduction)


def smooth_l1_loss(input: Tensor, target: Tensor, *, reduction: str = "mean", beta: float = 1.0) -> Tensor:
    """Absolute error, rounded at its tip.   d² / (2 β) where |d| < β, else |d| - β / 2;   d = x - t.

    Its slope is never above 1; ``huber_loss`` is β times this.

    Args:
        input: x, any shape, floating-point.
        target: t, the same shape.
        reduction: "mean", "sum" or "none".
        beta: β, at least 0; with 0 it is ``l1_loss``.

    Returns:
        A single number; with "none", the errors in x's shape.

    Raises:
        RuntimeError: if beta is negative.

    Source: R. Girshick, "Fast R-CNN", 2015.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.smooth_l1_loss(tg.tensor([1.0, 2.0]), tg.tensor([1.5, 4.0]), reduction="none")
    tensor([0.1250, 1.5000])
    """
    _warn_if_stretched("smooth_l1_loss", input, target)
    if beta < 0:
        raise RuntimeError(f"smooth_l1_loss: beta must be at least 0, but got {beta}")
    if beta == 0:
        return reduced((input - target).abs(), reduction)
    return loss.huber_loss(input, target, beta, 1.0, reduction)


def huber_loss(input: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0) -> Tensor:
    """Squared error near 0, absolute error beyond.   d² / 2 where |d| < δ, else δ (|d| - δ / 2);   d = x - t.

    Args:
        input: x, any shape, floating-point.
        target: t, the same shape.
        reduction: "mean", "sum" or "none".
        delta: δ, above 0.

    Returns:
        A single number; with "none", the errors in x's shape.

    Raises:
        RuntimeError: if delta is not above 0.

    Source: P. J. Huber, "Robust Estimation of a Location Parameter", 1964.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.huber_loss(tg.tensor([1.0, 2.0]), tg.tensor([1.5, 5.0]), reduction="none", delta=2.0)
    tensor([0.1250, 4.0000])
    """
    _warn_if_stretched("huber_loss", input, target)
    if delta <= 0:
        raise RuntimeError(f"huber_loss: delta must be above 0, but got {delta}")
    return loss.huber_loss(input, target, delta, delta, reduction)


def kl_div(input: Tensor, target: Tensor, *, reduction: str = "mean", log_target: bool = False) -> Tensor:
    """Kullback-Leibler divergence of a distribution from its model.   t (log t - x), 0 where t = 0.

    The divergence is the sum over the outcomes; its mean over a batch is "batchmean".  "mean" divides by the number
    of outcomes as well.

    Args:
        input: x, logarithms of the model's probabilities, any shape.
        target: t, the probabilities; broadcasts.
        reduction: "mean", "sum", "batchmean" or "none".
        log_target: whether target is log t.

    Returns:
        A single number; with "none", the terms in x's shape.

    Raises:
        RuntimeError: if one of the two is not floating-point.

    Source: S. Kullback and R. A. Leibler, "On Information and Sufficiency", 1951.

    >>> import tensorgrad as tg
    >>> x = tg.tensor([[0.5, 0.5]]).log()
    >>> tg.nn.functional.kl_div(x, tg.tensor([[1.0, 0.0]]), reduction="batchmean")
    tensor(0.6931)
    """
    tensors_only("kl_div", input, target, needed=2)
    _floats_only("kl_div", input, target)
    if reduction != "batchmean":
        return loss.kl_div(input, target, log_target, reduction)
    total = loss.kl_div(input, target, log_target, "sum")
    return total / (len(input) or np.nan) if input.ndim else total


def binary_cross_entropy(
    input: Tensor, target: Tensor, weight: Tensor | None = None, *, reduction: str = "mean"
) -> Tensor:
    """Cross entropy of probabilities against probabilities.   -w (t log x + (1 - t) log(1 - x)).

    As in PyTorch, logarithms below -100 count as -100, and x (1 - x) as at least 1e-12 in the derivative.  Of logits,
    ``binary_cross_entropy_with_logits`` is exact.

    Args:
        input: x, 0 to 1, any shape.
        target: t, 0 to 1, the same shape and dtype.
        weight: w, broadcasts to x.
        reduction: "mean", "sum" or "none".

    Returns:
        A single number; with "none", the losses in x's shape.

    Raises:
        ValueError: if the shapes do not fit.
        RuntimeError: if the dtypes differ, or a number is not between 0 and 1.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.binary_cross_entropy(tg.tensor([0.5, 0.9]), tg.tensor([1.0, 1.0]))
    tensor(0.3993)
    """
    tensors_only("binary_cross_entropy", input, target, weight, needed=2)
    _fit("binary_cross_entropy", input, target, weight=weight)
    if target._data.dtype != input._data.dtype:
        raise RuntimeError(
            f"binary_cross_entropy: found dtype {target._data.dtype} of the target but expected "
            f"{input._data.dtype}, that of the input; convert one with .to(dtype)"
        )
    for name, x in (("input", input._data), ("target", target._data)):
        if not ((x >= 0) & (x <= 1)).all():
            raise RuntimeError(
                f"binary_cross_entropy: all elements of {name} should be between 0 and 1, but they are from {x.min()} "
                f"to {x.max()}" + "; binary_cross_entropy_with_logits takes any" * (name == "input")
            )
    return loss.binary_cross_entropy(input, target, None if weight is None else weight._data, reduction)


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """Cross entropy of sigmoid(input) against probabilities.   -w (p t log σ(x) + (1 - t) log(1 - σ(x))).

    Args:
        input: x, logits, any shape.
        target: t, 0 to 1, the same shape.
        weight: w, broadcasts to x.
        reduction: "mean", "sum" or "none".
        pos_weight: p, what positive targets count, broadcasts to x.

    Returns:
        A single number; with "none", the losses in x's shape.

    Raises:
        ValueError: if the shapes do not fit.
        RuntimeError: if input or target is not floating-point.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.binary_cross_entropy_with_logits(tg.tensor([0.0, 2.0]), tg.tensor([1.0, 1.0]))
    tensor(0.4100)
    """
    tensors_only("binary_cross_entropy_with_logits", input, target, weight, None, pos_weight, needed=2)
    _fit("binary_cross_entropy_with_logits", input, target, weight=weight, pos_weight=pos_weight)
    _floats_only("binary_cross_entropy_with_logits", input, target)
    w, p = (None if x is None else x._data for x in (weight, pos_weight))
    return loss.bce_with_logits(input, target, w, p, reduction)


def _fit(function: str, input: Tensor, target: Tensor, **weights: Tensor | None) -> None:
    if target._data.shape != input._data.shape:
        raise ShapeError(f"{function}: target size ({target.shape}) must be the same as input size ({input.shape})")
    for name, x in weights.items():
        if x is None:
            continue
        try:
            np.broadcast_to(x._data, input._data.shape)
        except ValueError:
            raise ShapeError(
                f"{function}: {name} must broadcast to the input's shape {input._data.shape}, "
                f"but has shape {x._data.shape}"
            ) from None


def _floats_only(function: str, input: Tensor, target: Tensor) -> None:
    for x in (input, target):
        if x._data.dtype.kind != "f":
            raise NotImplementedError(
                f"{function}: input and target must be floating-point, but one is {x._data.dtype}; "
                "convert it with .float()"
            )
