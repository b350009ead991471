"""Convolution, and what to put around an image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...dtypes import same_dtype
from ...errors import RangeError, ShapeError, tensors_only
from ...ops.convolution import _convolution
from ...ops.sliding import _pad, positions
from ...tensor import Tensor, wrap

WHOLE = (int, np.integer)
MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}  # PyTorch's names and NumPy's


def several(name: str, word: str, value: Any, n: int, least: int) -> tuple[int, ...]:
    """``value`` for each of n dimensions: an integer for all, or one for each, at least ``least``."""
    given = tuple(value) if isinstance(value, (tuple, list)) else (value,) * n
    if len(given) == 1:
        given *= n
    fits = all(isinstance(x, WHOLE) for x in given)
    if not fits or len(given) != n or min(given) < least:
        kind = ShapeError if fits else TypeError
        raise kind(f"{name}: {word} must be an integer of at least {least}, or {n} of them, but it is {value!r}")
    return given


def padding_of(name: str, padding: Any, kernel: Sequence[int], dilation: Sequence[int]) -> list[tuple[int, int]]:
    """What to add before and after, in each dimension; for "same", so much that the result is as large as the image."""
    if padding == "same":
        return [(d * (k - 1) // 2, d * (k - 1) - d * (k - 1) // 2) for k, d in zip(kernel, dilation, strict=True)]
    if isinstance(padding, str) and padding != "valid":
        raise RangeError(f"{name}: invalid padding string {padding!r}, it must be 'valid' or 'same'")
    return [(n, n) for n in several(name, "padding", 0 if padding == "valid" else padding, len(kernel), 0)]


def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] | str = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Tensor:
    """Convolution over sequences; ``conv2d`` says what the arguments are.

    Args:
        input: (N, C, L) or (C, L).
        weight: (O, C / groups, K).
        bias: (O,), or None.
        stride: of the window's positions.
        padding: zeros at either end, "same" or "valid".
        dilation: the distance between elements of the window.
        groups: how many groups of channels have windows of their own.

    Returns:
        (N, O, positions) or (O, positions).

    >>> import tensorgrad as tg
    >>> x = tg.tensor([[1.0, 2.0, 4.0, 8.0]])
    >>> tg.nn.functional.conv1d(x, tg.tensor([[[-1.0, 1.0]]]))
    tensor([[1., 2., 4.]])
    """
    return _convolve("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] | str = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Tensor:
    """Convolution over images.   y[o, i, j] = Σ_c,k,l W[o, c, k, l] x[c, i stride + k dilation, ...] + b[o].

    Args:
        input: x, (N, C, H, W) or (C, H, W).
        weight: (O, C / groups, height, width of the window).
        bias: b, (O,), or None.
        stride: the step from one position of the window to the next; an integer, or one for each dimension.
        padding: how many zeros to put on each side; or "same", so that the result has x's size, or "valid", none.
        dilation: the distance between elements of the window.
        groups: how many groups of channels have windows of their own.

    Returns:
        (N, O, positions down, positions across), or without N where x has none.

    Raises:
        ValueError: if the shapes do not fit.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.conv2d(tg.ones(1, 4, 4), tg.ones(1, 1, 3, 3), padding=1)
    tensor([[[4., 6., 6., 4.],
             [6., 9., 9., 6.],
             [6., 9., 9., 6.],
             [4., 6., 6., 4.]]])
    """
    return _convolve("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def _convolve(
    name: str, n: int, input: Tensor, weight: Tensor, bias: Any, stride: Any, padding: Any, dilation: Any, groups: int
) -> Tensor:
    tensors_only(name, input, weight, bias, needed=2)
    if weight.ndim != n + 2 or input.ndim not in (n + 1, n + 2):
        raise ShapeError(
            f"{name}: needs a weight of {n + 2} dimensions, and an input of as many, or one less for a single one, "
            f"but got shapes {weight._data.shape} and {input._data.shape}"
        )
    stride, dilation = several(name, "stride", stride, n, 1), several(name, "dilation", dilation, n, 1)
    if padding == "same" and stride != (1,) * n:
        raise ShapeError(f"{name}: padding='same' is not supported for strided convolutions, but stride is {stride}")
    outputs, channels, kernel = weight._data.shape[0], input._data.shape[-n - 1], weight._data.shape[2:]
    pairs = padding_of(name, padding, kernel, dilation)
    whole = isinstance(groups, WHOLE)
    if not whole or groups < 1 or not outputs or outputs % groups:
        raise (ShapeError if whole else TypeError)(
            f"{name}: groups must be an integer of at least 1 that divides the weight's outputs, {outputs}, "
            f"but it is {groups!r}"
        )
    if weight._data.shape[1] * groups != channels:
        raise ShapeError(
            f"{name}: given groups={groups}, a weight of shape {weight._data.shape} expects an input of "
            f"{weight._data.shape[1] * groups} channels, but the input, of shape {input._data.shape}, has {channels}"
        )
    if bias is not None and bias._data.shape != (outputs,):
        raise ShapeError(
            f"{name}: bias must have shape {(outputs,)}, one for each output, but it has {bias._data.shape}"
        )
    if min(kernel) < 1 or min(positions(input._data.shape[-n:], kernel, stride, dilation, pairs)) < 1:
        raise ShapeError(
            f"{name}: the window, of shape {kernel} with dilation {dilation}, must not be larger than the input, of "
            f"sizes {input._data.shape[-n:]} with padding {padding}"
        )
    same_dtype(input._data, weight._data, None if bias is None else bias._data)
    if input.ndim == n + 2:
        return _convolution(input, weight, bias, stride, pairs, dilation, groups)
    return _convolution(input.unsqueeze(0), weight, bias, stride, pairs, dilation, groups).squeeze(0)


def pad(input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Tensor:
    """Put something around a tensor.

    Args:
        input: any shape.
        pad: how much to put before and after the last dimension, then before and after the one before it, and so on;
            a negative number takes away.
        mode: "constant" puts a number, "replicate" the element at the edge, "reflect" what is behind the edge, in
            reverse, and "circular" what is at the other end.
        value: the number, by default 0.

    Returns:
        The input's shape, larger by ``pad``.

    Raises:
        ValueError: if pad does not fit the shape.

    >>> import tensorgrad as tg
    >>> tg.nn.functional.pad(tg.tensor([[1.0, 2.0]]), (1, 2))
    tensor([[0., 1., 2., 0., 0.]])
    >>> tg.nn.functional.pad(tg.tensor([[1.0, 2.0, 3.0]]), (2, 0), mode="reflect")
    tensor([[3., 2., 1., 2., 3.]])
    """
    tensors_only("pad", input)
    if len(pad) % 2 or len(pad) > 2 * input.ndim or not all(isinstance(n, WHOLE) for n in pad):
        raise ShapeError(
            f"pad: needs two integers for each dimension to pad, of {input.ndim} at most, but got {tuple(pad)}"
        )
    pairs = [(pad[i], pad[i + 1]) for i in range(len(pad) - 2, -1, -2)]  # in the order of the dimensions
    first = input.ndim - len(pairs)
    for (before, after), n in zip(pairs, input._data.shape[first:], strict=True):
        if n + min(before, 0) + min(after, 0) < 0:
            raise ShapeError(
                f"pad: no size may become less than 0, but {tuple(pad)} takes too much of {input._data.shape}"
            )
    if mode != "constant":
        return _padded_by_its_own(input, pairs, first, mode, value)
    if min(pad, default=0) < 0:
        input = input[(..., *(slice(max(-before, 0), min(after, 0) or None) for before, after in pairs))]
    outer = [(max(before, 0), max(after, 0)) for before, after in pairs]
    return _pad(input, outer, value or 0) if max(pad, default=0) > 0 else input.clone()


def _padded_by_its_own(input: Tensor, pairs: Any, first: int, mode: str, value: float | None) -> Tensor:
    """Elements of the input around it, each dimension in its turn."""
    if mode not in MODES:
        raise NotImplementedError(f"pad: mode must be one of {['constant', *MODES]}, but it is {mode!r}")
    if value is not None:
        raise ShapeError(f"pad: mode {mode!r} doesn't take in value argument, but it is {value}; leave it out")
    for dim, (before, after) in enumerate(pairs, first):
        n = input._data.shape[dim]
        limit = {"reflect": n - 1, "circular": n}.get(mode, max(before, after) if n else 0)
        if max(before, after) > limit:
            raise ShapeError(
                f"pad: mode {mode!r} can put at most {limit} elements on either side of dimension {dim}, of size {n}, "
                f"but got {(before, after)}"
            )
        rows = np.pad(np.arange(n), (max(before, 0), max(after, 0)), MODES[mode])  # type: ignore[call-overload]  # a str
        rows = rows[max(-before, 0) : len(rows) - max(-after, 0)]
        input = input.index_select(dim, wrap(rows))
    return input
