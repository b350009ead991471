"""Activations as modules.

With ``inplace=True`` the input's own memory takes the result.
"""

from __future__ import annotations

from typing import Any

from ..errors import ArgumentError
from ..tensor import Tensor
from . import functional
from .module import Module


class _Activation(Module):
    """Prints its settings as torch.nn does."""

    _settings: tuple[str, ...] = ()
    inplace = False

    def extra_repr(self) -> str:
        """As torch.nn's."""
        shown = [f"{name}={getattr(self, name)!r}" for name in self._settings]
        return ", ".join(shown + ["inplace=True"] * self.inplace)


class Identity(Module):
    """What comes in goes out.   y = x.

    Args:
        args: of any kind, not used: it can take the place of any module.
        options: likewise.

    >>> import tensorgrad as tg
    >>> tg.nn.Identity(54)(tg.tensor([-1.0, 2.0]))
    tensor([-1.,  2.])
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        pass

    def forward(self, x: Tensor) -> Tensor:
        """Any shape -> the same Tensor."""
        return x


class ReLU(_Activation):
    """Rectified linear unit.   y = max(x, 0).

    Args:
        inplace: whether x's memory takes y.

    >>> import tensorgrad as tg
    >>> tg.nn.ReLU()(tg.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace

    def forward(self, x: Tensor) -> Tensor:
        """Any shape -> the same shape."""
        return functional.relu(x, True) if self.inplace else Tensor.relu(x)


class LeakyReLU(_Activation):
    """Rectified linear unit that lets some through.   y = x where x > 0, else s x.

    Args:
        negative_slope: s.
        inplace: whether x's memory takes y.

    >>> import tensorgrad as tg
    >>> tg.nn.LeakyReLU(0.5)(tg.tensor([-1.0, 2.0]))
    tensor([-0.5000,  2.0000])
    """

    _settings = ("negative_slope",)

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        self.negative_slope = negative_slope
        self.inplace = inplace

    def forward(self, x: Tensor) -> Tensor:
        """Any shape -> the same shape."""
        return functional.leaky_relu(x, self.negative_slope, self.inplace)


class ELU(_Activation):
    """Exponential linear unit.   y = x where x > 0, else α (e ** x - 1).

    Args:
        alpha: α, minus the limit for very negative x.
        inplace: whether x's memory takes y.

    >>> import tensorgrad as tg
    >>> tg.nn.ELU()(tg.tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.0000])
    """

    _settings = ("alpha",)

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        self.alpha = alpha
        self.inplace = inplace

    def forward(self, x: Tensor) -> Tensor:
        """Any shape -> the same shape."""
        return functional.elu(x, self.alpha, self.inplace)


class SiLU(_Activation):
    """Sigmoid linear unit, also called swish.   y = x σ(x).

    Args:
        inplace: whether x's memory takes y.

    >>> import tensorgrad as tg
    >>> tg.nn.SiLU()(tg.tensor([-1.0, 2.0]))
    tensor([-0.2689,  1.7616])
    """

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace

    def forward(self, x: Tensor) -> Tensor:
        """Any shape -> the same shape."""
        return functional.silu(x, self.inplace)


class GELU(_Activation):
    """Gaussian error linear unit.   y = x Φ(x),   Φ(x) the share of the standard normal distribution below x.

    Args:
        approximate: "none", or "tanh" for a formula with the hyperbolic tangent, which is near it.

    >>> import tensorgrad as tg
    >>> tg.nn.GELU()(tg.tensor([-1.0, 2.0]))
    tensor([-0.1587,  1.9545])
    """

    _settings = ("approximate",)

    def __init__(self, approximate: str = "none") -> None:
        self.approximate = approximate

    def forward(self, x: Tensor) -> Tensor:
        """Any shape -> the same shape."""
        return functional.gelu(x, self.approximate)


class Hardtanh(_Activation):
    """Limit to a range.   y = min(max(x, low), high).

    Args:
        min_val: low.
        max_val: high, above low.
        inplace: whether x's memory takes y.

    Raises:
        ArgumentError: an AssertionError and ValueError, if high is not above low.

    >>> import tensorgrad as tg
    >>> tg.nn.Hardtanh()(tg.tensor([-1.5, 0.5]))
    tensor([-1.0000,  0.5000])
    """

    _settings: tuple[str, ...] = ("min_val", "max_val")

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        if not max_val > min_val:
            raise ArgumentError(f"Hardtanh: max_val ({max_val}) must be greater than min_val ({min_val})")
        self.min_val = min_val
        self.max_val = max_val
        self.inplace = inplace

    def forward(self, x: Tensor) -> Tensor:
        """Any shape -> the same shape."""
        return functional.hardtanh(x, self.min_val, self.max_val, self.inplace)


class ReLU6(Hardtanh):
    """Rectified linear unit up to 6.   y = min(max(x, 0), 6).

    Args:
        inplace: whether x's memory takes y.

    >>> import tensorgrad as tg
    >>> tg.nn.ReLU6()(tg.tensor([-1.0, 2.0, 8.0]))
    tensor([0., 2., 6.])
    """

    _settings = ()

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(0.0, 6.0, inplace)


class Tanh(Module):
    """Hyperbolic tangent.   y = tanh x.

    >>> import tensorgrad as tg
    >>> tg.nn.Tanh()(tg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.7616])
    """

    def forward(self, x: Tensor) -> Tensor:
        """Any shape -> the same shape."""
        return Tensor.tanh(x)


class Sigmoid(Module):
    """Logistic function.   y = 1 / (1 + e ** -x).

    >>> import tensorgrad as tg
    >>> tg.nn.Sigmoid()(tg.tensor([0.0, 1.0]))
    tensor([0.5000, 0.7311])
    """

    def forward(self, x: Tensor) -> Tensor:
        """Any shape -> the same shape."""
        return Tensor.sigmoid(x)


class LogSigmoid(Module):
    """Logarithm of the logistic function.   y = -log(1 + e ** -x).

    >>> import tensorgrad as tg
    >>> tg.nn.LogSigmoid()(tg.tensor([0.0, -100.0]))
    tensor([  -0.6931, -100.0000])
    """

    def forward(self, x: Tensor) -> Tensor:
        """Any shape -> the same shape."""
        return functional.logsigmoid(x)


class Softplus(_Activation):
    """Smooth rectified linear unit.   y = log(1 + e ** (β x)) / β.

    Args:
        beta: β, how sharp the bend is.
        threshold: where β x is larger, y = x.

    >>> import tensorgrad as tg
    >>> tg.nn.Softplus()(tg.tensor([-1.0, 2.0]))
    tensor([0.3133, 2.1269])
    """

    _settings = ("beta", "threshold")

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        self.beta = beta
        self.threshold = threshold

    def forward(self, x: Tensor) -> Tensor:
        """Any shape -> the same shape."""
        return functional.softplus(x, self.beta, self.threshold)


class Softmax(_Activation):
    """Shares that sum to 1.   y_i = e ** x_i / Σ_j e ** x_j.

    Args:
        dim: the dimension that sums to 1; without one it is guessed, with a warning, as PyTorch does it.

    >>> import tensorgrad as tg
    >>> tg.nn.Softmax(dim=0)(tg.tensor([1.0, 2.0, 3.0]))
    tensor([0.0900, 0.2447, 0.6652])
    """

    _settings = ("dim",)

    def __init__(self, dim: int | None = None) -> None:
        self.dim = dim

    def forward(self, x: Tensor) -> Tensor:
        """Any shape -> the same shape."""
        return functional.softmax(x, self.dim)


class LogSoftmax(_Activation):
    """Logarithm of softmax.   y_i = x_i - log Σ_j e ** x_j.

    Args:
        dim: the dimension over which the powers e ** y sum to 1; without one it is guessed, with a warning.

    >>> import tensorgrad as tg
    >>> tg.nn.LogSoftmax(dim=0)(tg.tensor([1.0, 2.0, 3.0]))
    tensor([-2.4076, -1.4076, -0.4076])
    """

    _settings = ("dim",)

    def __init__(self, dim: int | None = None) -> None:
        self.dim = dim

    def forward(self, x: Tensor) -> Tensor:
        """Any shape -> the same shape."""
        return functional.log_softmax(x, self.dim)
