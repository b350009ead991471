"""The largest element, or the mean, of what a window meets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...errors import ShapeError, tensors_only
from ...ops.pooling import _avg_pool, _max_pool
from ...tensor import Tensor
from .convolution import several


def max_pool1d(
    input: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    ceil_mode: bool = False,
) -> Tensor:
    """The largest elements of sequences, (N, C, L) or (C, L); ``max_pool2d`` says what the arguments are.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.max_pool1d(tg.tensor([[1.0, 3.0, 2.0, 0.0]]), 2)
    tensor([[3., 2.]])
    """
    return _pooled("max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool2d(
    input: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    ceil_mode: bool = False,
) -> Tensor:
    """The largest element that the window meets in each position.

    Args:
        input: (N, C, H, W) or (C, H, W).
        kernel_size: of the window; an integer, or one for each dimension.
        stride: the step from one position to the next; by default the window's size.
        padding: how many elements, less than any number, to put on each side; at most half of the window.
        dilation: the distance between elements of the window.
        ceil_mode: whether the last position may stand out over the end.

    Returns:
        (N, C, positions down, positions across), or without N where the input has none.

    Raises:
        ValueError: if the window does not fit.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.max_pool2d(tg.arange(16.0).reshape(1, 4, 4), 2)
    tensor([[[ 5.,  7.],
             [13., 15.]]])
    """
    return _pooled("max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode)


def avg_pool1d(
    input: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The means of sequences, (N, C, L) or (C, L); ``avg_pool2d`` says what the arguments are.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.avg_pool1d(tg.tensor([[1.0, 3.0, 2.0, 0.0]]), 2)
    tensor([[2., 1.]])
    """
    return _pooled("avg_pool1d", 1, input, kernel_size, stride, padding, 1, ceil_mode, (count_include_pad, None))


def avg_pool2d(
    input: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of what the window meets in each position.

    Args:
        input: (N, C, H, W) or (C, H, W).
        kernel_size: of the window; an integer, or one for each dimension.
        stride: the step from one position to the next; by default the window's size.
        padding: how many zeros to put on each side; at most half of the window.
        ceil_mode: whether the last position may stand out over the end.
        count_include_pad: whether the padding counts as elements.
        divisor_override: what to divide the sum by, in place of the number of elements.

    Returns:
        (N, C, positions down, positions across), or without N where the input has none.

    Raises:
        ValueError: if the window does not fit.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.avg_pool2d(tg.arange(16.0).reshape(1, 4, 4), 2)
    tensor([[[ 2.5000,  4.5000],
             [10.5000, 12.5000]]])
    """
    counting = (count_include_pad, divisor_override)
    return _pooled("avg_pool2d", 2, input, kernel_size, stride, padding, 1, ceil_mode, counting)


def _pooled(
    name: str, n: int, input: Tensor, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool,
    counting: tuple[bool, int | None] | None = None,
) -> Tensor:  # fmt: skip
    """Of the largest elements; or, where it is said how to count, of the means."""
    tensors_only(name, input)
    if input.ndim not in (n + 1, n + 2) or 0 in input._data.shape[input.ndim - n - 1 :]:
        raise ShapeError(
            f"{name}: needs an input of {n + 2} dimensions, or one less for a single one, none but the first empty, "
            f"but got shape {input._data.shape}"
        )
    kernel = several(name, "kernel_size", kernel_size, n, 1)
    steps = kernel if stride is None or stride == [] else several(name, "stride", stride, n, 1)
    margins, apart = several(name, "padding", padding, n, 0), several(name, "dilation", dilation, n, 1)
    extents = tuple(d * (k - 1) + 1 for k, d in zip(kernel, apart, strict=True))
    if any(2 * p > e for p, e in zip(margins, extents, strict=True)):
        raise ShapeError(f"{name}: padding must be at most half of the window, of size {extents}, but it is {padding}")
    out, pairs = [], []
    for size, e, s, p in zip(input._data.shape[-n:], extents, steps, margins, strict=True):
        count = (size + 2 * p - e + (s - 1 if ceil_mode else 0)) // s + 1
        if ceil_mode and (count - 1) * s >= size + p:  # the last position must begin on the image
            count -= 1
        if count < 1:
            raise ShapeError(
                f"{name}: the window, of size {extents}, must not be larger than the input, of sizes "
                f"{input._data.shape[-n:]} with padding {padding}"
            )
        out.append(count)
        pairs.append((p, max(p, (count - 1) * s + e - size - p)))
    if counting is None:
        return _max_pool(input, kernel, steps, pairs, apart, tuple(out))
    if counting[1] == 0:
        raise ShapeError(f"{name}: divisor_override must not be zero, but it is 0")
    dtype = input._data.dtype if input._data.dtype.kind == "f" else np.dtype("float64")
    divisor = np.array(counting[1] or 1, dtype)
    if counting[1] is None:
        for size, k, s, p, count in zip(input._data.shape[-n:], kernel, steps, margins, out, strict=True):
            start = np.arange(count) * s - p
            end = np.minimum(start + k, size + p)
            elements = end - start if counting[0] else np.minimum(end, size) - np.maximum(start, 0)
            divisor = divisor[..., None] * elements.astype(dtype)
    return _avg_pool(input, kernel, steps, pairs, tuple(out), divisor)
