"""Convolution with learned windows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from .. import creation
from ..tensor import Tensor
from . import functional, init
from .functional.convolution import MODES, padding_of, several
from .module import Module
from .parameter import Parameter


class _Convolution(Module):
    """What convolution is, whatever the dimensions."""

    ranks = 0  # of the window
    convolve: Any = None  # the function, a staticmethod

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int] = 1,
        padding: int | Sequence[int] | str = 0,
        dilation: int | Sequence[int] = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        name, n = type(self).__name__, self.ranks
        if groups < 1 or in_channels % groups or out_channels % groups:
            raise ValueError(
                f"{name}: groups must be a positive integer that divides in_channels and out_channels, but got "
                f"groups={groups}, in_channels={in_channels}, out_channels={out_channels}"
            )
        if padding_mode not in ("zeros", *MODES):
            raise ValueError(
                f"{name}: padding_mode must be one of {['zeros', *MODES]}, but got padding_mode={padding_mode!r}"
            )
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = several(name, "kernel_size", kernel_size, n, 1)
        self.stride = several(name, "stride", stride, n, 1)
        self.dilation = several(name, "dilation", dilation, n, 1)
        padding_of(name, padding, self.kernel_size, self.dilation)  # refuses what is none
        if padding == "same" and self.stride != (1,) * n:
            raise ValueError(
                f"{name}: padding='same' is not supported for strided convolutions, but the stride is {self.stride}"
            )
        self.padding = padding if isinstance(padding, str) else several(name, "padding", padding, n, 0)
        self.groups = groups
        self.padding_mode = padding_mode
        shape = (out_channels, in_channels // groups, *self.kernel_size)
        self.weight = Parameter(creation.empty(shape, dtype=dtype, device=device))
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        self.bias = Parameter(creation.empty(out_channels, dtype=dtype)) if bias else None
        if self.bias is not None:
            bound = 1 / math.sqrt(math.prod(shape[1:]) or math.inf)
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Tensor) -> Tensor:
        """(N, in_channels, sizes) -> (N, out_channels, positions), or both without N."""
        padding: Any = self.padding
        if self.padding_mode != "zeros":
            pairs = padding_of(type(self).__name__, padding, self.kernel_size, self.dilation)
            flat = [n for pair in reversed(pairs) for n in pair]
            input, padding = functional.pad(input, flat, self.padding_mode), 0
        y: Tensor = self.convolve(input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)
        return y

    def extra_repr(self) -> str:
        """As torch.nn's."""
        said = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        usual = {"padding": (0,) * self.ranks, "dilation": (1,) * self.ranks, "groups": 1}
        said += "".join(f", {word}={x}" for word, other in usual.items() if (x := getattr(self, word)) != other)
        said += "" if self.bias is not None else ", bias=False"
        return said + ("" if self.padding_mode == "zeros" else f", padding_mode={self.padding_mode}")


class Conv1d(_Convolution):
    """Convolution over sequences, (N, in_channels, L); see ``Conv2d``.

    >>> import tensorgrad as tg
    >>> layer = tg.nn.Conv1d(3, 5, 2)
    >>> layer, layer(tg.zeros(4, 3, 8)).shape
    (Conv1d(3, 5, kernel_size=(2,), stride=(1,)), torch.Size([4, 5, 7]))
    """

    ranks = 1
    convolve = staticmethod(functional.conv1d)


class Conv2d(_Convolution):
    """Convolution over images, (N, in_channels, H, W); see ``functional.conv2d``.

    The weight (out_channels, in_channels / groups, height, width of the window) and the bias (out_channels,) start from
    U(-bound, bound),   bound = 1 / √(numbers that an output is made of),   drawn in PyTorch's order.

    Args:
        in_channels: channels of the input.
        out_channels: channels of the result.
        kernel_size: of the window; an integer, or one for each dimension.
        stride: the step from one position of the window to the next.
        padding: how much to put on each side; or "same" or "valid".
        dilation: the distance between elements of the window.
        groups: how many groups of channels have windows of their own.
        bias: whether there is one.
        padding_mode: what to put there: "zeros", "reflect", "replicate" or "circular"; see ``functional.pad``.
        device: None or "cpu".
        dtype: of weight and bias; by default the default dtype.

    Raises:
        ValueError: if an argument is out of its range.

    >>> import tensorgrad as tg
    >>> layer = tg.nn.Conv2d(1, 6, 3, padding=1)
    >>> layer, layer(tg.zeros(4, 1, 8, 8)).shape
    (Conv2d(1, 6, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1)), torch.Size([4, 6, 8, 8]))
    """

    ranks = 2
    convolve = staticmethod(functional.conv2d)
