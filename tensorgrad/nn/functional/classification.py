"""Losses of scores for classes, with torch.nn.functional's names and arguments.

Where PyTorch's deprecated ``size_average`` and ``reduce`` would stand, arguments are given by name.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...errors import RangeError, ShapeError, floating_only, tensors_only
from ...ops import loss
from ...ops.elementwise import _where
from ...ops.reduce import largest_of
from ...tensor import Tensor, wrap
from .losses import reduced

INT64, UINT64 = np.dtype(np.int64), np.dtype(np.uint64)


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Cross entropy of softmax(input) against classes.   -log softmax(x)[t].

    Args:
        input: x, logits, (N, C), (C,) or (N, C, d1, ...).
        target: t, class indices of shape (N,), () or (N, d1, ...); or probabilities in the shape of x.
        weight: (C,), what each class counts.
        ignore_index: a class index that does not count.
        reduction: "mean" (over what counts, by weight), "sum" or "none".
        label_smoothing: the share, 0 to 1, of the target that is spread evenly over the classes.

    Returns:
        A single number; with "none", the losses in the shape of the class indices.

    Raises:
        ValueError: if the shapes do not fit.
        RuntimeError: if the logits are not floating-point, or the class indices neither int64 nor, of rows, uint8.
        IndexError: if a target is no class.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.cross_entropy(tg.tensor([[2.0, 1.0], [0.0, 3.0]]), tg.tensor([0, 1]))
    tensor(0.1809)
    """
    tensors_only("cross_entropy", input, target, weight, needed=2)
    if not 0 <= label_smoothing <= 1:
        raise RangeError(f"cross_entropy: label_smoothing must be between 0.0 and 1.0, but got {label_smoothing}")
    rows = _as_rows("cross_entropy", input, weight)
    if target._data.dtype.kind == "f":
        if target._data.shape != input._data.shape:
            raise ShapeError(
                "cross_entropy: a floating-point target holds probabilities and needs the shape "
                f"{input._data.shape} of the input, but has {target._data.shape}; class indices must be "
                "integers, use .long()"
            )
        if ignore_index >= 0:
            raise RuntimeError(
                f"cross_entropy: ignore_index is not supported for floating point target, but got {ignore_index}; "
                "give the rows that do not count probabilities of 0"
            )
        losses = _against(rows, _last(target).reshape(rows._data.shape), weight, label_smoothing)
        scale = loss.scale_of(reduction, len(rows))
    else:
        indices, kept = _classes("cross_entropy", input, target, ignore_index)
        counts = _counts(rows, indices, kept, weight)
        scale = _scale(reduction, counts, len(indices))
        if not label_smoothing:
            losses = loss.cross_entropy(rows, indices, counts, scale)
            return losses if scale is not None else losses.reshape(_without_classes(input._data.shape))
        losses = _against(
            rows, wrap(np.eye(rows._data.shape[1], dtype=rows._data.dtype)[indices]), weight, label_smoothing
        )
        if kept is not None:  # by choice, not times 0: the gradient is nan if nothing counts
            losses = _where(losses, 0.0, kept)
    if scale is None:
        return losses.reshape(_without_classes(input._data.shape))
    with np.errstate(over="ignore"):
        return losses.sum() * scale


def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Tensor:
    """Negative logarithm of the likelihood of classes.   -x[t].

    Args:
        input: x, logarithms of probabilities, as of ``log_softmax``: (N, C), (C,) or (N, C, d1, ...).
        target: t, class indices of shape (N,), () or (N, d1, ...).
        weight: (C,), what each class counts.
        ignore_index: a class index that does not count.
        reduction: "mean" (over what counts, by weight), "sum" or "none".

    Returns:
        A single number; with "none", the losses in the shape of the class indices.

    Raises:
        ValueError: if the shapes do not fit.
        RuntimeError: if the input is not floating-point, or the class indices neither int64 nor, of rows, uint8.
        IndexError: if a target is no class.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.nll_loss(tg.tensor([[-0.5, -1.0], [-2.0, -0.1]]), tg.tensor([0, 1]))
    tensor(0.3000)
    """
    tensors_only("nll_loss", input, target, weight, needed=2)
    rows = _as_rows("nll_loss", input, weight)
    indices, kept = _classes("nll_loss", input, target, ignore_index)
    counts = _counts(rows, indices, kept, weight)
    scale = _scale(reduction, counts, len(rows))
    losses = -rows[np.arange(len(rows)), indices]
    if counts is not None:  # by choice, not times 0 alone: what does not count may be -inf
        losses = _where(losses, 0.0, counts != 0) * wrap(counts.astype(rows._data.dtype, copy=False))
    return losses.reshape(_without_classes(input._data.shape)) if scale is None else losses.sum() * scale


def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    *,
    reduction: str = "mean",
) -> Tensor:
    """Hinge loss of several classes.   Σ_{j ≠ t} w[t] max(0, m - x[t] + x[j]) ** p / C.

    Args:
        input: x, scores, (N, C) or (C,).
        target: t, class indices of shape (N,) or ().
        p: 1 or 2.
        margin: m, by how much the score of class t should be the largest.
        weight: w, (C,), what each class counts.
        reduction: "mean", "sum" or "none".

    Returns:
        A single number; with "none", the losses in the shape of the class indices.

    Raises:
        ValueError: if p is neither 1 nor 2, or the shapes do not fit.
        RuntimeError: if the input is not floating-point, or a target is no class or not int64.

    Source: K. Crammer and Y. Singer, "On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines",
    2001.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.multi_margin_loss(tg.tensor([[0.5, 1.0, -2.0]]), tg.tensor([0]))
    tensor(0.5000)
    """
    tensors_only("multi_margin_loss", input, target, None, None, weight, needed=2)
    if p not in (1, 2):
        raise ValueError(f"multi_margin_loss: only p == 1 and p == 2 are supported, but got {p!r}")
    if input.ndim > 2:
        raise ShapeError(f"multi_margin_loss: input must have the shape (N, C) or (C,), but has {input._data.shape}")
    rows = _as_rows("multi_margin_loss", input, weight)
    try:
        indices, _ = _classes("multi_margin_loss", input, target, None)
    except IndexError as error:
        raise RuntimeError(f"multi_margin_loss: {error}") from None
    losses = (rows - rows.take_along_dim(wrap(indices[:, None]), 1) + margin).relu() ** p
    if weight is not None:
        losses = losses * wrap(weight._data.astype(rows._data.dtype)[indices][:, None])
    others = np.arange(rows._data.shape[1]) != indices[:, None]
    return reduced(_where(losses, 0.0, others).sum(1).reshape(target._data.shape) / rows._data.shape[1], reduction)


def _last(x: Tensor) -> Tensor:
    """(N, C, d1, ...) -> (N, d1, ..., C)."""
    return x.permute(0, *range(2, x.ndim), 1) if x.ndim > 2 else x


def _without_classes(shape: tuple[int, ...]) -> tuple[int, ...]:
    """(N, C, d1, ...) -> (N, d1, ...), and (C,) -> ()."""
    return shape[:1] + shape[2:] if len(shape) > 1 else ()


def _as_rows(function: str, input: Tensor, weight: Tensor | None) -> Tensor:
    """(N, C, d1, ...) -> (N d1 ..., C), and (C,) -> (1, C)."""
    shape, kind = input._data.shape, input._data.dtype.kind
    if weight is None and len(shape) == 2 and kind == "f":  # most often
        return input
    if not shape:
        raise ShapeError(f"{function}: input must have the shape (C,), (N, C) or (N, C, d1, ...), but it has ()")
    floating_only(function, input._data.dtype, "f")
    classes = shape[len(shape) > 1]
    if weight is not None and weight._data.shape != (classes,):
        raise ShapeError(
            f"{function}: weight needs one number for each of the {classes} classes, but has shape {weight._data.shape}"
        )
    return input if len(shape) == 2 else _last(input).reshape(math.prod(_without_classes(shape)), classes)


def _classes(function: str, input: Tensor, target: Tensor, ignore_index: int | None) -> tuple[Any, Any]:
    """Class indices that can be looked up, one for each row, and which of them count (None: all do)."""
    indices, shape = target._data, input._data.shape
    if indices.dtype != INT64 and (indices.dtype != np.uint8 or len(shape) > 2 or ignore_index is None):
        kinds = "int64" if len(shape) > 2 or ignore_index is None else "int64 or uint8"
        raise RuntimeError(
            f"{function}: class indices must be integers, {kinds}, but the target is {indices.dtype}; use .long()"
        )
    needed, classes = shape[:1] if len(shape) == 2 else _without_classes(shape), shape[len(shape) > 1]
    if indices.shape != needed and not len(shape) == indices.size == 1:
        raise ShapeError(
            f"{function}: an input of shape {shape} needs a target of shape {needed}, with one class for each row of "
            f"scores, but it has {target._data.shape}"
        )
    if indices.ndim != 1:
        indices = indices.reshape(-1)
    if indices.itemsize == 1:
        indices = indices.astype(np.int64)  # a uint8 index is a mask
    largest = largest_of(indices.view(UINT64), initial=0)  # negative ones are huge
    if largest < classes and (ignore_index is None or not 0 <= ignore_index < classes):
        return indices, None
    kept = np.True_ if ignore_index is None else indices != ignore_index
    wrong = indices[kept & ((indices < 0) | (indices >= classes))]
    if wrong.size:
        raise IndexError(f"Target {wrong[0]} is out of bounds: there are {classes} classes, 0 to {classes - 1}")
    return np.where(kept, indices, 0), kept


def _counts(rows: Tensor, indices: Any, kept: Any, weight: Tensor | None) -> Any:
    """What each row counts; None if all count 1."""
    counts = None if weight is None else weight._data[indices]
    if kept is None:
        return counts
    return kept.astype(rows._data.dtype) if counts is None else counts * kept


def _scale(reduction: str, counts: Any, size: int) -> float | None:
    """As ``scale_of``, with the mean over what counts."""
    scale = loss.scale_of(reduction, size)
    if counts is None or reduction != "mean":
        return scale
    return 1 / total if (total := float(counts.sum())) else np.nan


def _against(input: Tensor, target: Tensor, weight: Tensor | None, label_smoothing: float) -> Tensor:
    """-Σ weight target log softmax(input) for each row, the target's probabilities smoothed."""
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / input._data.shape[1]
    if weight is not None:
        target = target * weight
    return -(input.log_softmax(1) * target).sum(1)
