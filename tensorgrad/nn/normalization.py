"""Layers that bring numbers to mean 0 and variance 1, or to mean square 1, and learn a scale and an offset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import creation
from ..tensor import Tensor
from . import functional
from .module import Module
from .parameter import Parameter


def _parameter(made: Any, shape: Sequence[int], wanted: bool, device: Any, dtype: Any) -> Parameter | None:
    return Parameter(made(tuple(shape), dtype=dtype, device=device)) if wanted else None


class LayerNorm(Module):
    """Mean 0 and variance 1 over the last dimensions; see ``functional.layer_norm``.

    Args:
        normalized_shape: the sizes of the last dimensions; an integer stands for one.
        eps: keeps the root away from 0.
        elementwise_affine: whether to learn a scale, from 1.
        bias: whether to learn an offset, from 0, as well.
        device: None or "cpu".
        dtype: of scale and offset; by default the default dtype.

    >>> import tensorgrad as tg
    >>> layer = tg.nn.LayerNorm(3)
    >>> layer, layer(tg.tensor([1.0, 2.0, 3.0])).detach()
    (LayerNorm((3,), eps=1e-05, elementwise_affine=True, bias=True), tensor([-1.2247,  0.0000,  1.2247]))
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        self.normalized_shape = _sizes(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        self.weight = _parameter(creation.ones, self.normalized_shape, elementwise_affine, device, dtype)
        self.bias = _parameter(creation.zeros, self.normalized_shape, elementwise_affine and bias, device, dtype)

    def forward(self, input: Tensor) -> Tensor:
        """(..., normalized_shape) -> the same shape."""
        return functional.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """As torch.nn's."""
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}, "
            f"bias={self.bias is not None}"
        )


class RMSNorm(Module):
    """Mean square 1 over the last dimensions; see ``functional.rms_norm``.

    Args:
        normalized_shape: the sizes of the last dimensions; an integer stands for one.
        eps: keeps the root away from 0; by default the distance from 1 to the next number of the input's dtype.
        elementwise_affine: whether to learn a scale, from 1.
        device: None or "cpu".
        dtype: of the scale; by default the default dtype.

    >>> import tensorgrad as tg
    >>> layer = tg.nn.RMSNorm(2)
    >>> layer, layer(tg.tensor([3.0, 4.0])).detach()
    (RMSNorm((2,), eps=None, elementwise_affine=True), tensor([0.8485, 1.1314]))
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        self.normalized_shape = _sizes(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        self.weight = _parameter(creation.ones, self.normalized_shape, elementwise_affine, device, dtype)

    def forward(self, input: Tensor) -> Tensor:
        """(..., normalized_shape) -> the same shape."""
        return functional.rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        """As torch.nn's."""
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class GroupNorm(Module):
    """Mean 0 and variance 1 over each group of channels; see ``functional.group_norm``.

    Args:
        num_groups: how many groups.
        num_channels: how many channels, a multiple of that.
        eps: keeps the root away from 0.
        affine: whether to learn a scale, from 1, for each channel.
        device: None or "cpu".
        dtype: of scale and offset; by default the default dtype.
        bias: whether to learn an offset, from 0, as well.

    Raises:
        ValueError: if the channels do not make so many groups.

    >>> import tensorgrad as tg
    >>> tg.nn.GroupNorm(2, 4)
    GroupNorm(2, 4, eps=1e-05, affine=True, bias=True)
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        if num_groups < 1 or num_channels % num_groups:
            raise ValueError(
                f"GroupNorm: num_channels ({num_channels}) must be divisible by num_groups ({num_groups}), "
                "which must be at least 1"
            )
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.affine = affine
        self.weight = _parameter(creation.ones, (num_channels,), affine, device, dtype)
        self.bias = _parameter(creation.zeros, (num_channels,), affine and bias, device, dtype)

    def forward(self, input: Tensor) -> Tensor:
        """(N, num_channels, ...) -> the same shape."""
        return functional.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """As torch.nn's."""
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )


class _BatchNorm(Module):
    """What batch normalisation is, whatever the dimensions."""

    ranks: tuple[int, ...] = ()
    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        self.weight = _parameter(creation.ones, (num_features,), affine, device, dtype)
        self.bias = _parameter(creation.zeros, (num_features,), affine and bias, device, dtype)
        kept = track_running_stats
        self.register_buffer("running_mean", creation.zeros(num_features, dtype=dtype) if kept else None)
        self.register_buffer("running_var", creation.ones(num_features, dtype=dtype) if kept else None)
        self.register_buffer("num_batches_tracked", creation.tensor(0) if kept else None)

    def forward(self, input: Tensor) -> Tensor:
        """(N, num_features, ...) -> the same shape."""
        if input.ndim not in self.ranks:
            needed = " or ".join(f"{rank}D" for rank in self.ranks)
            raise ValueError(f"{type(self).__name__}: expected {needed} input (got {input.ndim}D input)")
        share = self.momentum
        follow = self.training and self.track_running_stats
        if follow and self.num_batches_tracked is not None:
            self.num_batches_tracked.add_(1)
            if share is None:  # the mean of all batches so far
                share = 1 / self.num_batches_tracked.item()
        own = self.training or self.running_mean is None
        running = (self.running_mean, self.running_var) if follow or not own else (None, None)
        return functional.batch_norm(input, *running, self.weight, self.bias, own, share or 0.0, self.eps)

    def extra_repr(self) -> str:
        """As torch.nn's."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class BatchNorm1d(_BatchNorm):
    """Mean 0 and variance 1 of each feature over a batch, (N, C) or (N, C, L); see ``functional.batch_norm``.

    In training mode the mean and variance are the batch's own, and the running ones, which are saved with the module,
    follow them; in evaluation mode the running ones are used.

    Args:
        num_features: C.
        eps: keeps the root away from 0.
        momentum: the share of a batch in the new running mean and variance; None for the mean of all batches.
        affine: whether to learn a scale, from 1, for each feature.
        track_running_stats: whether to keep running ones; without, the batch's own are always used.
        device: None or "cpu".
        dtype: of all of these; by default the default dtype.
        bias: whether to learn an offset, from 0, with the scale.

    >>> import tensorgrad as tg
    >>> layer = tg.nn.BatchNorm1d(2)
    >>> layer(tg.tensor([[1.0, 5.0], [3.0, 9.0]])).detach()
    tensor([[-1.0000, -1.0000],
            [ 1.0000,  1.0000]])
    >>> layer.running_mean
    tensor([0.2000, 0.7000])
    """

    ranks = (2, 3)


class BatchNorm2d(_BatchNorm):
    """Mean 0 and variance 1 of each channel over a batch of images, (N, C, H, W).

    The arguments are those of ``BatchNorm1d``.

    >>> import tensorgrad as tg
    >>> tg.nn.BatchNorm2d(3)(tg.rand(5, 3, 4, 4)).shape
    torch.Size([5, 3, 4, 4])
    """

    ranks = (4,)


def _sizes(normalized_shape: int | Sequence[int]) -> tuple[int, ...]:
    return (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
