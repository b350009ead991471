"""The functions behind the modules, with torch.nn.functional's names and arguments."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ..errors import ShapeError, explained
from ..ops.elementwise import _where
from ..ops.linalg import linear as linear
from ..ops.loss import _bce_with_logits, _cross_entropy, _mse_loss, scale_of
from ..ops.reduce import largest_of
from ..tensor import Tensor, wrap

relu = Tensor.relu
tanh = Tensor.tanh
sigmoid = Tensor.sigmoid


def softmax(input: Tensor, dim: int, dtype: Any = None) -> Tensor:
    """Shares that sum to 1 along ``dim``; see ``Tensor.softmax``."""
    return Tensor.softmax(input, dim, dtype)


def log_softmax(input: Tensor, dim: int, dtype: Any = None) -> Tensor:
    """Logarithm of softmax along ``dim``; see ``Tensor.log_softmax``."""
    return Tensor.log_softmax(input, dim, dtype)


def _tensors(name: str, *inputs: Any) -> None:
    """Refuse lists and arrays; None is an input left out."""
    for x in inputs:
        if x is not None and not hasattr(x, "_data"):
            raise explained(AttributeError(), name, "", inputs)


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
    _tensors("mse_loss", input, target)
    if target.shape != input.shape:
        warnings.warn(
            f"mse_loss: using a target size ({target.shape}) that is different to the input size ({input.shape}); "
            "the two are broadcast, make sure that this is wanted",
            stacklevel=2,
        )
    return _mse_loss(input, target, reduction)


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
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
        IndexError: if a target is no class.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.cross_entropy(tg.tensor([[2.0, 1.0], [0.0, 3.0]]), tg.tensor([0, 1]))
    tensor(0.1809)
    """
    _tensors("cross_entropy", input, target, weight)
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"cross_entropy: label_smoothing must be between 0.0 and 1.0, but got {label_smoothing}")
    shape = target.shape
    if input.ndim != 2:  # classes go last, and everything else into the rows
        classes = input.shape[min(1, input.ndim - 1)] if input.ndim else 0
        probabilities = target.shape == input.shape
        input = _as_rows(input, classes)
        target = _as_rows(target, classes) if probabilities else target.reshape(-1)
    if target.dtype.kind == "f":
        if target.shape != input.shape:
            raise ShapeError(
                f"cross_entropy: a floating-point target holds probabilities and needs the shape {input.shape} of the "
                f"input, but has {shape}; class indices must be integers, use .long()"
            )
        losses = _against(input, target, weight, label_smoothing)
        scale = scale_of(reduction, len(input))
        shape = shape[:1] + shape[2:] if len(shape) > 1 else ()
    else:
        indices, kept = _classes(input, target, ignore_index)
        if weight is not None and weight.shape != input.shape[1:]:
            raise ShapeError(
                f"cross_entropy: weight needs one number for each of the {input.shape[1]} classes, but has shape "
                f"{weight.shape}"
            )
        counts = None if weight is None else weight._data[indices]
        if kept is not None:
            counts = kept.astype(input.dtype) if counts is None else counts * kept
        scale = scale_of(reduction, len(input))
        if counts is not None and reduction == "mean":
            scale = 1 / total if (total := float(counts.sum())) else np.nan
        if not label_smoothing:
            losses = _cross_entropy(input, indices, counts, scale)
            return losses if scale is not None else losses.reshape(shape)
        losses = _against(input, wrap(np.eye(input.shape[1], dtype=input.dtype)[indices]), weight, label_smoothing)
        if kept is not None:  # by choice, not times 0: the gradient is nan if nothing counts
            losses = _where(losses, 0.0, kept)
    return losses.reshape(shape) if scale is None else losses.sum() * scale


def _as_rows(x: Tensor, classes: int) -> Tensor:
    """(C,) or (N, C, d1, ...) -> (rows, C)."""
    if x.ndim > 1:
        x = x.permute(0, *range(2, x.ndim), 1)
    return x.reshape(-1, classes)


def _classes(input: Tensor, target: Tensor, ignore_index: int) -> tuple[Any, Any]:
    """Class indices that can be looked up, and which of them count (None: all do)."""
    rows, classes = input.shape
    if target.dtype.kind not in "iu":
        raise RuntimeError(
            f"cross_entropy: class indices must be integers, but the target is {target.dtype}; use .long()"
        )
    if target.shape != (rows,):
        raise ShapeError(
            f"cross_entropy: expected input batch_size ({rows}) to match target batch_size ({target.numel()}); "
            "the target needs one class for each row of the input"
        )
    indices = target._array()
    if (
        largest_of(indices.astype(np.uint64), initial=0) < classes and not 0 <= ignore_index < classes
    ):  # negative ones are huge
        return indices, None
    kept = indices != ignore_index
    wrong = indices[kept & ((indices < 0) | (indices >= classes))]
    if wrong.size:
        raise IndexError(f"Target {wrong[0]} is out of bounds: there are {classes} classes, 0 to {classes - 1}")
    return np.where(kept, indices, 0), kept


def _against(input: Tensor, target: Tensor, weight: Tensor | None, label_smoothing: float) -> Tensor:
    """-Σ weight target log softmax(input) for each row, the target's probabilities smoothed."""
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / input.shape[1]
    if weight is not None:
        target = target * weight
    return -(input.log_softmax(1) * target).sum(1)


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
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

    >>> import tensorgrad as tg
    >>> tg.nn.functional.binary_cross_entropy_with_logits(tg.tensor([0.0, 2.0]), tg.tensor([1.0, 1.0]))
    tensor(0.4100)
    """
    _tensors("binary_cross_entropy_with_logits", input, target, weight, None, pos_weight)
    if target.shape != input.shape:
        raise ShapeError(
            f"binary_cross_entropy_with_logits: target size ({target.shape}) must be the same as "
            f"input size ({input.shape})"
        )
    for name, x in (("weight", weight), ("pos_weight", pos_weight)):
        if x is None:
            continue
        try:
            np.broadcast_to(x._data, input.shape)
        except ValueError:
            raise ShapeError(
                f"binary_cross_entropy_with_logits: {name} must broadcast to the input's shape {input.shape}, but has "
                f"shape {x.shape}"
            ) from None
    w, p = (None if x is None else x._data for x in (weight, pos_weight))
    return _bce_with_logits(input, target, w, p, reduction)
