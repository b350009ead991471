"""Initialisation of parameters in place, drawn from the same random stream as PyTorch's."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from ..generator import Generator
from ..grad_mode import no_grad
from ..random import default_generator
from ..tensor import Tensor, wrap


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
    return _filled(tensor, (generator or default_generator).uniform(tensor._data.shape, a, b, tensor._data.dtype))


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill with normal numbers, drawn from N(mean, std²).

    Args:
        tensor: any shape, floating-point.
        mean: their mean.
        std: their standard deviation.
        generator: where to draw from.

    >>> import tensorgrad as tg
    >>> _ = tg.manual_seed(42)
    >>> tg.nn.init.normal_(tg.empty(3), std=0.02)
    tensor([0.0067, 0.0026, 0.0047])
    """
    return _filled(tensor, (generator or default_generator).normal(tensor._data.shape, mean, std, tensor._data.dtype))


def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> Tensor:
    """Fill with normal numbers, drawn from N(mean, std²), that lie in [a, b].

    Where more than 0.3 of all normal numbers do, those that do not are drawn again, all at a time; otherwise uniform
    numbers x in [a, b) are accepted with a probability in proportion to exp(-½ ((x - mean) / std)²).

    Args:
        tensor: any shape, floating-point.
        mean: the mean before the cut.
        std: the standard deviation before the cut.
        a: the lower bound.
        b: the upper bound.
        generator: where to draw from.

    Raises:
        ValueError: unless std is above 0.

    Warns:
        UserWarning: if the mean is more than 2 std outside of [a, b].

    >>> import tensorgrad as tg
    >>> bool(tg.nn.init.trunc_normal_(tg.empty(1000), std=0.02, a=-0.04, b=0.04).abs().max() <= 0.04)
    True
    """
    if not std > 0:
        raise ValueError(f"trunc_normal_: std must be above 0, but got {std}; constant_ fills with one number")
    if mean < a - 2 * std or mean > b + 2 * std:
        warnings.warn(
            f"trunc_normal_: mean is more than 2 std from [a, b], with mean={mean}, std={std}, a={a}, b={b}; the "
            "distribution of values may be incorrect",
            UserWarning,
            stacklevel=2,
        )
    source, shape, dtype = generator or default_generator, tensor._data.shape, tensor._data.dtype
    below_a, below_b = (math.erfc((mean - x) / std / math.sqrt(2)) / 2 for x in (a, b))
    if below_b - below_a > 0.3:
        low, high = dtype.type(a), dtype.type(b)
        numbers = source.normal(shape, mean, std, dtype)
        while (outside := (numbers < low) | (numbers > high)).any():
            numbers = np.where(outside, source.normal(shape, mean, std, dtype), numbers)
        return _filled(tensor, numbers)

    peak = -0.5 * ((max(a, min(mean, b)) - mean) / std) ** 2  # the logarithm of the greatest density, unscaled

    def draw() -> tuple[Any, Any]:
        """Numbers, and whether each is refused."""
        numbers = source.uniform(shape, a, b, dtype)
        chance = source.uniform(shape, dtype=dtype)
        with np.errstate(divide="ignore"):  # log 0 is -inf: accepted
            return numbers, np.log(chance) > ((numbers - mean) / std) ** 2 * -0.5 - peak

    numbers, refused = draw()
    while refused.any():
        again, still_refused = draw()
        numbers, refused = np.where(refused, again, numbers), refused & still_refused
    return _filled(tensor, numbers)


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Fill with one number.

    >>> import tensorgrad as tg
    >>> tg.nn.init.constant_(tg.empty(3), 0.5)
    tensor([0.5000, 0.5000, 0.5000])
    """
    return _filled(tensor, val)


def ones_(tensor: Tensor) -> Tensor:
    """Fill with 1."""
    return _filled(tensor, 1)


def zeros_(tensor: Tensor) -> Tensor:
    """Fill with 0."""
    return _filled(tensor, 0)


def eye_(tensor: Tensor) -> Tensor:
    """Fill a matrix with the identity: 1 on the diagonal, 0 elsewhere.

    >>> import tensorgrad as tg
    >>> tg.nn.init.eye_(tg.empty(2, 3))
    tensor([[1., 0., 0.],
            [0., 1., 0.]])
    """
    if tensor.ndim != 2:
        raise ValueError(f"eye_: only tensors with 2 dimensions are supported, but the shape is {tensor._data.shape}")
    return _filled(tensor, np.eye(tensor._data.shape[0], tensor._data.shape[1]))


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor that keeps the spread of activations from layer to layer.

    Args:
        nonlinearity: "linear" or a convolution such as "conv2d" (1), "sigmoid" (1), "tanh" (5/3), "relu" (√2),
            "leaky_relu" (√(2 / (1 + param²))) or "selu" (3/4).
        param: the slope of leaky_relu below 0; by default 0.01.

    Raises:
        ValueError: if there is no such nonlinearity, or the slope is no number.

    Source: He, Zhang, Ren, Sun, "Delving deep into rectifiers" (2015).

    >>> import tensorgrad as tg
    >>> round(tg.nn.init.calculate_gain("relu"), 4)
    1.4142
    """
    slope = 0.01 if param is None else param
    if nonlinearity == "leaky_relu":
        if isinstance(slope, bool) or not isinstance(slope, (int, float)):
            raise ValueError(f"calculate_gain: the slope of leaky_relu must be a number, but it is {param!r}")
        return math.sqrt(2 / (1 + slope**2))
    gains = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}
    gains |= {f"conv{kind}{n}d": 1.0 for kind in ("", "_transpose") for n in (1, 2, 3)}
    if nonlinearity not in gains:
        raise ValueError(
            f"calculate_gain: unsupported nonlinearity {nonlinearity!r}; it must be one of "
            f"{', '.join(sorted([*gains, 'leaky_relu']))}"
        )
    return gains[nonlinearity]


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill from U(-bound, bound),   bound = gain √(6 / (fan_in + fan_out)).

    Args:
        tensor: a weight, (out_features, in_features) or (out_channels, in_channels, ...).
        gain: see ``calculate_gain``.
        generator: where to draw from.

    Source: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural networks" (2010).

    >>> import tensorgrad as tg
    >>> bool(tg.nn.init.xavier_uniform_(tg.empty(4, 2)).abs().max() <= 1)
    True
    """
    std = gain * math.sqrt(2 / sum(_fans("xavier_uniform_", tensor)))
    return uniform_(tensor, -math.sqrt(3) * std, math.sqrt(3) * std, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill from N(0, std²),   std = gain √(2 / (fan_in + fan_out)).

    Args:
        tensor: a weight, (out_features, in_features) or (out_channels, in_channels, ...).
        gain: see ``calculate_gain``.
        generator: where to draw from.

    Source: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural networks" (2010).

    >>> import tensorgrad as tg
    >>> _ = tg.manual_seed(42)
    >>> tg.nn.init.xavier_normal_(tg.empty(1, 3))
    tensor([[0.2381, 0.0911, 0.1658]])
    """
    return normal_(tensor, 0, gain * math.sqrt(2 / sum(_fans("xavier_normal_", tensor))), generator)


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Fill from U(-bound, bound),   bound = gain √(3 / fan).

    Args:
        tensor: a weight, (out_features, in_features) or (out_channels, in_channels, ...).
        a: the slope of leaky_relu below 0.
        mode: "fan_in" keeps the spread on the way forward, "fan_out" on the way back.
        nonlinearity: what follows the layer; see ``calculate_gain``.
        generator: where to draw from.

    Source: He, Zhang, Ren, Sun, "Delving deep into rectifiers" (2015).

    >>> import tensorgrad as tg
    >>> bool(tg.nn.init.kaiming_uniform_(tg.empty(8, 3)).abs().max() <= 2**0.5)
    True
    """
    bound = math.sqrt(3) * _kaiming_std("kaiming_uniform_", tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Fill from N(0, std²),   std = gain / √fan.

    Args:
        tensor: a weight, (out_features, in_features) or (out_channels, in_channels, ...).
        a: the slope of leaky_relu below 0.
        mode: "fan_in" keeps the spread on the way forward, "fan_out" on the way back.
        nonlinearity: what follows the layer; see ``calculate_gain``.
        generator: where to draw from.

    Source: He, Zhang, Ren, Sun, "Delving deep into rectifiers" (2015).

    >>> import tensorgrad as tg
    >>> _ = tg.manual_seed(42)
    >>> tg.nn.init.kaiming_normal_(tg.empty(1, 2), nonlinearity="relu")
    tensor([[0.3367, 0.1288]])
    """
    return normal_(tensor, 0, _kaiming_std("kaiming_normal_", tensor, a, mode, nonlinearity), generator)


def orthogonal_(tensor: Tensor, gain: float = 1, generator: Generator | None = None) -> Tensor:
    """Fill with a random matrix whose rows, or columns if they are fewer, are orthogonal and of length gain.

    It is Q of a normal random matrix QR, with such signs that R has a positive diagonal.  The draws are PyTorch's bit
    for bit; Q is rounded by the LAPACK that NumPy has, so that float32 agrees to about 1e-4.

    Args:
        tensor: at least 2 dimensions; those after the first are taken as one.
        gain: the factor.
        generator: where to draw from.

    Source: Saxe, McClelland, Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural
    networks" (2014).

    >>> import tensorgrad as tg
    >>> w = tg.nn.init.orthogonal_(tg.empty(2, 5))
    >>> bool((w @ w.T - tg.eye(2)).abs().max() < 1e-5)
    True
    """
    if tensor.ndim < 2:
        raise ValueError(f"orthogonal_: needs at least 2 dimensions, but the shape is {tensor._data.shape}")
    if not tensor.numel():
        return tensor
    rows = tensor._data.shape[0]
    columns = tensor.numel() // rows
    normal = (generator or default_generator).normal((rows, columns), 0, 1, tensor._data.dtype)
    q, r = np.linalg.qr(normal.T if rows < columns else normal)
    q *= np.sign(np.diagonal(r))
    q *= gain
    return _filled(tensor, (q.T if rows < columns else q).reshape(tensor._data.shape))


def _filled(tensor: Tensor, values: Any) -> Tensor:
    """Write an array or a number into the tensor's memory, unrecorded, and return the tensor."""
    with no_grad():
        return tensor.copy_(wrap(np.asarray(values)))


def _fans(name: str, tensor: Tensor) -> tuple[int, int]:
    """How many numbers each output is made of, and how many each input goes into."""
    if tensor.ndim < 2:
        raise ValueError(
            f"{name}: fan in and fan out need at least 2 dimensions, but the shape is {tensor._data.shape}"
        )
    field = math.prod(tensor._data.shape[2:])
    return field * tensor._data.shape[1], field * tensor._data.shape[0]


def _kaiming_std(name: str, tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    fan_in, fan_out = _fans(name, tensor)
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"{name}: mode {mode!r} not supported; it must be 'fan_in' or 'fan_out'")
    fan = fan_in if mode == "fan_in" else fan_out
    return calculate_gain(nonlinearity, a) / math.sqrt(fan) if fan else 0.0
