"""Layer, batch, group and root-mean-square normalisation."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ...errors import ShapeError, tensors_only
from ...grad_mode import no_grad
from ...ops.elementwise import quietly
from ...ops.normalization import _normalized, moments_of
from ...tensor import Tensor, wrap


def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Mean 0 and variance 1 over the last dimensions.   y = (x - mean) / √(var + eps) w + b.

    Args:
        input: x, any shape that ends in ``normalized_shape``.
        normalized_shape: the sizes of the last dimensions.
        weight: w, of this shape, or None.
        bias: b, of this shape, or None.
        eps: keeps the root away from 0.

    Returns:
        x's shape.

    Raises:
        ValueError: if the shapes do not fit.

    Source: Ba, Kiros, Hinton, "Layer normalization" (2016).

    >>> import tensorgrad as tg
    >>> tg.nn.functional.layer_norm(tg.tensor([[1.0, 2.0, 3.0]]), (3,))
    tensor([[-1.2247,  0.0000,  1.2247]])
    """
    shape = _last("layer_norm", input, normalized_shape, weight, bias)
    axes = tuple(range(input.ndim - len(shape), input.ndim))
    return _normalized(input, weight, bias, axes, (1,) * (input.ndim - len(shape)) + shape, eps)


def rms_norm(
    input: Tensor, normalized_shape: Sequence[int], weight: Tensor | None = None, eps: float | None = None
) -> Tensor:
    """Mean square 1 over the last dimensions.   y = x / √(mean x² + eps) w.

    Args:
        input: x, any shape that ends in ``normalized_shape``.
        normalized_shape: the sizes of the last dimensions.
        weight: w, of this shape, or None.
        eps: keeps the root away from 0; by default the distance from 1 to the next number of x's dtype.

    Returns:
        x's shape.

    Raises:
        ValueError: if the shapes do not fit.

    Source: Zhang, Sennrich, "Root mean square layer normalization" (2019).

    >>> import tensorgrad as tg
    >>> tg.nn.functional.rms_norm(tg.tensor([[3.0, 4.0]]), (2,))
    tensor([[0.8485, 1.1314]])
    """
    shape = _last("rms_norm", input, normalized_shape, weight)
    if eps is None:
        eps = float(np.finfo(input._data.dtype).eps)
    axes = tuple(range(input.ndim - len(shape), input.ndim))
    with np.errstate(over="ignore"):  # y is 0 then
        y: Tensor = input * (input.square().mean(axes, keepdim=True) + eps).rsqrt()
    return y if weight is None else y * weight


def group_norm(
    input: Tensor, num_groups: int, weight: Tensor | None = None, bias: Tensor | None = None, eps: float = 1e-5
) -> Tensor:
    """Mean 0 and variance 1 over each group of channels of each image.   y = (x - mean) / √(var + eps) w + b.

    Args:
        input: x, (N, C, ...).
        num_groups: how many groups to make of the C channels.
        weight: w, (C,), or None.
        bias: b, (C,), or None.
        eps: keeps the root away from 0.

    Returns:
        x's shape.

    Raises:
        ValueError: if the channels do not make so many groups, or the shapes do not fit.

    Source: Wu, He, "Group normalization" (2018).

    >>> import tensorgrad as tg
    >>> tg.nn.functional.group_norm(tg.tensor([[1.0, 3.0, 10.0, 20.0]]), 2)
    tensor([[-1.0000,  1.0000, -1.0000,  1.0000]])
    """
    tensors_only("group_norm", input, weight, bias, needed=1)
    if input.ndim < 2:
        raise ShapeError(f"group_norm: needs at least 2 dimensions, (N, C, ...), but the shape is {input._data.shape}")
    many, channels = input._data.shape[:2]
    if num_groups < 1 or channels % num_groups:
        raise ShapeError(
            f"group_norm: the number of channels must be divisible by num_groups, but got {channels} channels, "
            f"of shape {input._data.shape}, and num_groups={num_groups}"
        )
    _vectors("group_norm", input, weight=weight, bias=bias)
    _enough("group_norm", input, math.prod(input._data.shape) // num_groups)
    x = input.reshape(many, num_groups, channels // num_groups, math.prod(input._data.shape[2:]))
    y = _normalized(x, weight, bias, (2, 3), (1, num_groups, channels // num_groups, 1), eps)
    return y.reshape(input._data.shape)


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Mean 0 and variance 1 of each channel over a batch.   y = (x - mean) / √(var + eps) w + b.

    Mean and variance are those of the batch in training, and the running ones otherwise.  In training the running ones
    follow, in place:   running = (1 - momentum) running + momentum batch,   with the batch's variance by n - 1.

    Args:
        input: x, (N, C) or (N, C, ...).
        running_mean: (C,), or None.
        running_var: (C,), or None.
        weight: w, (C,), or None.
        bias: b, (C,), or None.
        training: whether to use the batch's own mean and variance.
        momentum: the share of the batch in the new running mean and variance.
        eps: keeps the root away from 0.

    Returns:
        x's shape.

    Raises:
        ValueError: if the shapes do not fit, or in training a channel has a single number.

    Source: Ioffe, Szegedy, "Batch normalization" (2015).

    >>> import tensorgrad as tg
    >>> tg.nn.functional.batch_norm(tg.tensor([[1.0, 5.0], [3.0, 9.0]]), None, None, training=True)
    tensor([[-1.0000, -1.0000],
            [ 1.0000,  1.0000]])
    """
    tensors_only("batch_norm", input, running_mean, running_var, weight, bias, needed=1)
    if input.ndim < 2:
        raise ShapeError(f"batch_norm: needs at least 2 dimensions, (N, C, ...), but the shape is {input._data.shape}")
    _vectors("batch_norm", input, running_mean=running_mean, running_var=running_var, weight=weight, bias=bias)
    if (running_mean is None) != (running_var is None):
        raise ValueError("batch_norm: running_mean and running_var must both be None, or neither")
    axes, shape = (0, *range(2, input.ndim)), (1, -1, *(1,) * (input.ndim - 2))
    if not training:
        if running_mean is None or running_var is None:
            raise RuntimeError(
                "batch_norm: running_mean and running_var must be defined in evaluation mode; pass training=True to "
                "use those of the batch"
            )
        scale = (running_var + eps).rsqrt() if weight is None else (running_var + eps).rsqrt() * weight
        y = (input - running_mean.reshape(shape)) * scale.reshape(shape)
        return y if bias is None else y + bias.reshape(shape)
    n = math.prod(input._data.shape[axis] for axis in axes)
    _enough("batch_norm", input, n)
    mean, variance = quietly(moments_of, input._array(), axes)
    if n:
        for running, batch in ((running_mean, mean), (running_var, variance * (n / (n - 1)))):
            if running is not None:
                with no_grad():
                    running.copy_(running * (1 - momentum) + wrap(batch.reshape(-1)) * momentum)
    channels = (1, input._data.shape[1], *(1,) * (input.ndim - 2))
    return _normalized(input, weight, bias, axes, channels, eps, (mean, variance))


def normalize(input: Tensor, p: float = 2.0, dim: int | tuple[int, ...] = 1, eps: float = 1e-12) -> Tensor:
    """Length 1 along a dimension.   y = x / max(‖x‖, ε).

    Args:
        input: x, any shape, floating-point.
        p: the kind of norm, as ``linalg.vector_norm`` has it.
        dim: the dimension along which the vectors lie, or the dimensions.
        eps: ε, what a smaller norm counts as: zeros stay zeros.

    Returns:
        x's shape.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.normalize(tg.tensor([[3.0, 4.0], [0.0, 0.0]]))
    tensor([[0.6000, 0.8000],
            [0.0000, 0.0000]])
    """
    tensors_only("normalize", input)
    norm: Tensor = input.norm(p, dim, True).clamp(eps)
    return input / norm


def _last(
    name: str, input: Tensor, shape: Sequence[int], weight: Tensor | None, bias: Tensor | None = None
) -> tuple[int, ...]:
    """The normalized shape, if it is that of the input's last dimensions and of weight and bias."""
    tensors_only(name, input, weight, bias, needed=1)
    if not isinstance(shape, (tuple, list)):
        raise TypeError(f"{name}: normalized_shape must be a tuple of integers, but it is {shape!r}")
    shape = tuple(shape)
    if not shape or input._data.shape[-len(shape) :] != shape:
        raise ShapeError(
            f"{name}: given normalized_shape={shape}, of at least one size, the input must have a shape that ends in "
            f"it, but has shape {input._data.shape}"
        )
    _alike(name, input, "normalized_shape", shape, weight=weight, bias=bias)
    return shape


def _vectors(name: str, input: Tensor, **others: Tensor | None) -> None:
    """Refuse what is not one number for each channel."""
    _alike(name, input, "one number for each channel", input._data.shape[1:2], **others)


def _alike(name: str, input: Tensor, what: str, shape: tuple[int, ...], **others: Tensor | None) -> None:
    if input._data.dtype.kind != "f":
        raise NotImplementedError(
            f"{name}: the input must be floating-point, but it is {input._data.dtype}; use .float()"
        )
    for word, x in others.items():
        if x is not None and x._data.shape != shape:
            raise ShapeError(f"{name}: {word} must have shape {shape}, {what}, but it has {x._data.shape}")
        if x is not None and x._data.dtype != input._data.dtype:
            raise RuntimeError(
                f"{name}: {word} must have the input's dtype, {input._data.dtype}, but it has {x._data.dtype}"
            )


def _enough(name: str, input: Tensor, n: int) -> None:
    if n == 1:
        raise ValueError(
            f"{name}: expected more than 1 value per channel when training, got input size {input._data.shape}"
        )
