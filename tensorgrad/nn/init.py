"""Initialisation of parameters in place, drawn from the same random stream as PyTorch's."""

from __future__ import annotations

import math

from ..generator import Generator
from ..random import default_generator
from ..tensor import Tensor
from ..writes import wrote


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill with numbers drawn uniformly from [a, b).

    Args:
        tensor: any shape, floating-point.
        a: the lower bound.
        b: the upper bound.
        generator: where to draw from; by default the one that ``manual_seed`` starts.

    >>> import tensorgrad as tg
    >>> _ = tg.manual_seed(42)
    >>> tg.nn.init.uniform_(tg.empty(3), -1, 1)
    tensor([ 0.7645,  0.8300, -0.2343])
    """
    array = tensor._array()
    array[...] = (generator or default_generator).uniform(array.shape, a, b, array.dtype)
    wrote(array)
    return tensor


def calculate_gain(nonlinearity: str, param: float = 0.01) -> float:
    """The factor that keeps the spread of activations from layer to layer.

    Args:
        nonlinearity: "linear", "sigmoid", "tanh" (5/3), "relu" (√2) or "leaky_relu" (√(2 / (1 + param²))).
        param: the slope of leaky_relu below 0.

    Source: He, Zhang, Ren, Sun, "Delving deep into rectifiers" (2015).

    >>> import tensorgrad as tg
    >>> round(tg.nn.init.calculate_gain("relu"), 4)
    1.4142
    """
    gains = {
        "linear": 1.0,
        "sigmoid": 1.0,
        "tanh": 5 / 3,
        "relu": math.sqrt(2),
        "leaky_relu": math.sqrt(2 / (1 + param**2)),
    }
    if nonlinearity not in gains:
        raise ValueError(
            f"calculate_gain: unsupported nonlinearity {nonlinearity!r}; it must be one of {sorted(gains)}"
        )
    return gains[nonlinearity]


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Fill from U(-bound, bound),   bound = gain √(3 / fan).

    Args:
        tensor: a weight, (out_features, in_features).
        a: the slope of leaky_relu below 0.
        mode: "fan_in" keeps the spread on the way forward, "fan_out" on the way back.
        nonlinearity: what follows the layer; see ``calculate_gain``.
        generator: where to draw from.

    Source: He, Zhang, Ren, Sun, "Delving deep into rectifiers" (2015).

    >>> import tensorgrad as tg
    >>> bool(tg.nn.init.kaiming_uniform_(tg.empty(8, 3)).abs().max() <= 2**0.5)
    True
    """
    if tensor.ndim < 2:
        raise ValueError(
            f"kaiming_uniform_: fan in and fan out need at least 2 dimensions, but the shape is {tensor.shape}"
        )
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"kaiming_uniform_: mode {mode!r} not supported; it must be 'fan_in' or 'fan_out'")
    field = math.prod(tensor.shape[2:])
    fan = field * tensor.shape[1 if mode == "fan_in" else 0]
    bound = math.sqrt(3.0) * (calculate_gain(nonlinearity, a) / math.sqrt(fan)) if fan else 0.0
    return uniform_(tensor, -bound, bound, generator)
