"""Activations as functions, with torch.nn.functional's names and arguments; ``ops.activation`` has the rules.

With ``inplace=True`` the input's own memory takes the result, and the input is returned.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from ...errors import tensors_only
from ...inplace import _overwrite
from ...ops import activation
from ...tensor import Tensor

tanh = Tensor.tanh
sigmoid = Tensor.sigmoid
gelu = activation.gelu
softplus = activation.softplus
logsigmoid = activation.logsigmoid


def _into(input: Tensor, operation: Callable[..., Tensor], *options: float) -> Tensor:
    """The operation, written over its input."""
    tensors_only(operation.__name__, input)
    return _overwrite(input, operation, *options)


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """Rectified linear unit.   y = max(x, 0)."""
    return _into(input, Tensor.relu) if inplace else Tensor.relu(input)


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """Rectified linear unit up to 6.   y = min(max(x, 0), 6)."""
    return hardtanh(input, 0, 6, inplace)


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """Rectified linear unit that lets some through.   y = x where x > 0, else s x;   s is ``negative_slope``."""
    operation = activation.leaky_relu
    return _into(input, operation, negative_slope) if inplace else operation(input, negative_slope)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """Exponential linear unit.   y = x where x > 0, else α (e ** x - 1)."""
    return _into(input, activation.elu, alpha) if inplace else activation.elu(input, alpha)


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """Sigmoid linear unit, also called swish.   y = x σ(x)."""
    return _into(input, activation.silu) if inplace else activation.silu(input)


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """Limit to a range.   y = min(max(x, low), high);   low and high are ``min_val`` and ``max_val``."""
    operation = activation.hardtanh
    return _into(input, operation, min_val, max_val) if inplace else operation(input, min_val, max_val)


def _guessed(name: str, input: Tensor) -> int:
    """The dimension that PyTorch takes where none is given."""
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated; change the call to include dim=X as an argument",
        stacklevel=3,
    )
    tensors_only(name, input)
    return 0 if input.ndim in (0, 1, 3) else 1


def softmax(input: Tensor, dim: int | None = None, *, dtype: Any = None) -> Tensor:
    """Shares that sum to 1 along ``dim``; see ``Tensor.softmax``.  Without one, it is guessed, with a warning."""
    return Tensor.softmax(input, _guessed("softmax", input) if dim is None else dim, dtype)


def log_softmax(input: Tensor, dim: int | None = None, *, dtype: Any = None) -> Tensor:
    """Logarithm of softmax along ``dim``; see ``Tensor.log_softmax``.  Without one, it is guessed, with a warning."""
    return Tensor.log_softmax(input, _guessed("log_softmax", input) if dim is None else dim, dtype)
