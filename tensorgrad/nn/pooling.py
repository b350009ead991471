"""Pooling as modules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..tensor import Tensor
from . import functional
from .functional.convolution import several
from .module import Module

Sizes = int | Sequence[int]


class _MaxPool(Module):
    """What the two have in common."""

    pool: Any = None  # the function, a staticmethod

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        dilation: Sizes = 1,
        *,
        ceil_mode: bool = False,
    ) -> None:
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.dilation = dilation
        self.ceil_mode = ceil_mode

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, sizes) -> (N, C, positions), or both without N."""
        y: Tensor = self.pool(input, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)
        return y

    def extra_repr(self) -> str:
        """As torch.nn's."""
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, dilation={self.dilation}, "
            f"ceil_mode={self.ceil_mode}"
        )


class MaxPool1d(_MaxPool):
    """The largest elements of sequences, (N, C, L); the arguments are those of ``MaxPool2d``.

    >>> import tensorgrad as tg
    >>> tg.nn.MaxPool1d(2)(tg.tensor([[1.0, 3.0, 2.0, 0.0]]))
    tensor([[3., 2.]])
    """

    pool = staticmethod(functional.max_pool1d)


class MaxPool2d(_MaxPool):
    """The largest element in each position of a window, (N, C, H, W); see ``functional.max_pool2d``.

    Args:
        kernel_size: of the window; an integer, or one for each dimension.
        stride: the step from one position to the next; by default the window's size.
        padding: how much to put on each side, at most half of the window.
        dilation: the distance between elements of the window.
        ceil_mode: whether the last position may stand out over the end.

    >>> import tensorgrad as tg
    >>> tg.nn.MaxPool2d(2)(tg.zeros(1, 3, 8, 8)).shape
    torch.Size([1, 3, 4, 4])
    """

    pool = staticmethod(functional.max_pool2d)


class AvgPool1d(Module):
    """The means of sequences, (N, C, L); see ``functional.avg_pool1d``.

    Args:
        kernel_size: of the window.
        stride: the step from one position to the next; by default the window's size.
        padding: how many zeros to put at either end, at most half of the window.
        ceil_mode: whether the last position may stand out over the end.
        count_include_pad: whether the padding counts as elements.

    >>> import tensorgrad as tg
    >>> tg.nn.AvgPool1d(2)(tg.tensor([[1.0, 3.0, 2.0, 0.0]]))
    tensor([[2., 1.]])
    """

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        self.kernel_size = several("AvgPool1d", "kernel_size", kernel_size, 1, 1)
        self.stride = self.kernel_size if stride is None else several("AvgPool1d", "stride", stride, 1, 1)
        self.padding = several("AvgPool1d", "padding", padding, 1, 0)
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, L) -> (N, C, positions), or both without N."""
        return functional.avg_pool1d(
            input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad
        )

    def extra_repr(self) -> str:
        """As torch.nn's."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool2d(Module):
    """The mean in each position of a window, (N, C, H, W); see ``functional.avg_pool2d``.

    Args:
        kernel_size: of the window; an integer, or one for each dimension.
        stride: the step from one position to the next; by default the window's size.
        padding: how many zeros to put on each side, at most half of the window.
        ceil_mode: whether the last position may stand out over the end.
        count_include_pad: whether the padding counts as elements.
        divisor_override: what to divide the sum by, in place of the number of elements.

    >>> import tensorgrad as tg
    >>> tg.nn.AvgPool2d(2)(tg.zeros(1, 3, 8, 8)).shape
    torch.Size([1, 3, 4, 4])
    """

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, positions down, positions across), or both without N."""
        counting = (self.count_include_pad, self.divisor_override)
        return functional.avg_pool2d(input, self.kernel_size, self.stride, self.padding, self.ceil_mode, *counting)

    def extra_repr(self) -> str:
        """As torch.nn's."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
