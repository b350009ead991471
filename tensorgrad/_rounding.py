"""Floating point arithmetic that rounds exactly where PyTorch's compiled CPU kernels round.

A random stream is only equal bit for bit if each step of its arithmetic is rounded as often as in the original.
PyTorch's compiler joins ``a * b + c`` into one instruction that rounds once (a fused multiply-add); NumPy has none,
so this module builds it from float64. There the product of two float32 numbers is exact.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def fused_multiply_add(values: Array, factor: float, addend: float) -> Array:
    """The sum values * factor + addend, rounded once.

    Args:
        values: float32 or float64, any shape.
        factor: rounded to the dtype of ``values`` before use, as is ``addend``.
        addend: see ``factor``.

    Returns:
        A new array of the shape and dtype of ``values``.

    Source: S. Boldo and G. Melquiond, "Emulation of a FMA and correctly rounded sums: proved algorithms using
    rounding to odd", IEEE Transactions on Computers 57(4), 2008.

    >>> third = np.array([1 / 3])
    >>> third * 3 - 1, fused_multiply_add(third, 3, -1)
    (array([0.]), array([-5.55111512e-17]))
    """
    if factor == 1:
        shifted: Array = values + np.array(addend, values.dtype)
        return shifted
    if values.dtype == np.float32:
        product = values.astype(np.float64) * float(np.float32(factor))
        return _odd_sum(product, float(np.float32(addend))).astype(np.float32)
    product = values * factor
    high, low = _split(values)
    factor_high, factor_low = _split(np.array(factor, np.float64))
    lost = low * factor_low - (((product - high * factor_high) - low * factor_high) - high * factor_low)
    addend_sum, addend_lost = _two_sum(lost, addend)
    total, total_lost = _two_sum(product, addend_sum)
    return total + _odd_sum(total_lost, addend_lost)


def _split(values: Array) -> tuple[Array, Array]:
    """Two float64 parts that add up to ``values``, each short enough that products of such parts are exact."""
    mantissa, exponent = np.frexp(values)
    high: Array = np.ldexp(np.rint(mantissa * 2.0**26), exponent - 26)
    return high, values - high


def _two_sum(first: Array, second: Array | float) -> tuple[Array, Array]:
    """The rounded sum of two float64 numbers and what the rounding lost, exactly."""
    total = first + second
    change = total - first
    return total, (first - (total - change)) + (second - change)


def _odd_sum(first: Array, second: Array | float) -> Array:
    """The float64 sum rounded to odd: an inexact one goes to the neighbour whose last bit is 1.

    That last bit keeps what a second rounding needs to know, so that rounding again equals rounding once.
    """
    total, lost = _two_sum(first, second)
    inexact_and_even = (lost != 0) & (total.view(np.int64) & 1 == 0)
    np.nextafter(total, np.copysign(np.inf, lost), out=total, where=inexact_and_even)
    return total


def box_muller(uniforms: Array) -> Array:
    """Turn uniform numbers into standard normal ones, in groups of 16.

    In each group the first 8 numbers u and the last 8 numbers v become
    sqrt(-2 log(1 - u)) cos(2 pi v) and sqrt(-2 log(1 - u)) sin(2 pi v).

    Args:
        uniforms: in [0, 1), float32 (multiples of 2**-24) or float64, shape (n,), n a multiple of 16.

    Returns:
        Shape (n,), the dtype of ``uniforms``.

    Source: G. E. P. Box and M. E. Muller, "A note on the generation of random normal deviates", 1958.

    >>> box_muller(np.repeat([0.5, 0.25], 8)).round(3)[[0, 8]]
    array([0.   , 1.177])
    """
    groups = uniforms.reshape(-1, 2, 8)
    angle = 2 * math.pi * groups[:, 1]
    if uniforms.dtype == np.float32:
        logarithm = _log(1 - groups[:, 0])
        sine, cosine = _sine_and_cosine(angle)
    else:
        logarithm = elementwise(math.log, 1 - groups[:, 0])
        sine, cosine = elementwise(math.sin, angle), elementwise(math.cos, angle)
    radius = np.sqrt(-2 * logarithm)
    normals = np.empty_like(groups)
    np.multiply(radius, cosine, out=normals[:, 0])
    np.multiply(radius, sine, out=normals[:, 1])
    return normals.reshape(-1)


def elementwise(function: Callable[[float], float], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """A function of the C library, which PyTorch calls, of each float64 number; NumPy's own differ in the last bit."""
    results = np.fromiter(map(function, values.ravel().tolist()), np.float64, values.size)
    return results.reshape(values.shape)


# The float32 functions below follow the single precision logarithm, sine and cosine of S. L. Moshier's Cephes library,
# which PyTorch's vectorised kernel evaluates. Their fused multiply-adds are rounded twice, to float64 and to float32:
# for each of the 2**24 arguments that a uniform float32 number can give, that was found equal to rounding once.


def _float32(*numbers: float) -> tuple[float, ...]:
    """The numbers rounded to float32, as Python floats."""
    return tuple(np.array(numbers, np.float32).tolist())


_LOG_COEFFICIENTS = _float32(
    7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
    -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
)  # fmt: skip
_SINE_COEFFICIENTS = _float32(-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
_COSINE_COEFFICIENTS = _float32(2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
_LOG_2_HIGH, _LOG_2_LOW = _float32(0.693359375, -2.12194440e-4)
_EIGHTH_TURN = _float32(0.78515625, 2.4187564849853515625e-4, 3.77489497744594108e-8)  # adds up to pi / 4
_ROOT_HALF_BITS = 0x3F3504F3


def _fused(first: Array, second: Array | float, third: Array | float) -> Array:
    """first * second + third in float32, rounded once (see above)."""
    return (first.astype(np.float64) * second + third).astype(np.float32)


def _polynomial(argument: Array, coefficients: tuple[float, ...]) -> Array:
    """The polynomial with these coefficients, highest power first, by Horner's rule."""
    wide = argument.astype(np.float64)
    result: Array = wide * 0
    for coefficient in coefficients:
        result = (result * wide + coefficient).astype(np.float32)
    return result


def _log(values: Array) -> Array:
    """Natural logarithm of positive normal float32 numbers m 2**e, with m in [sqrt(1/2), sqrt(2))."""
    bits = values.view(np.int32)
    exponent = (bits - _ROOT_HALF_BITS) >> 23
    excess = (bits - (exponent << 23)).view(np.float32) - 1
    power = exponent.astype(np.float32)
    square = excess * excess
    result = _polynomial(excess, _LOG_COEFFICIENTS) * excess
    result = _fused(result, square, power * _LOG_2_LOW)
    result = result - square * 0.5
    return power * _LOG_2_HIGH + (excess + result)


def _sine_and_cosine(angle: Array) -> tuple[Array, Array]:
    """Sine and cosine of float32 angles in [0, 2 pi], in radians."""
    octant = ((angle * (4 / math.pi)).astype(np.int32) + 1) & ~1
    turns = octant.astype(np.float32)
    for part in _EIGHTH_TURN:
        angle = _fused(turns, -part, angle)
    square = angle * angle
    cosine = _polynomial(square, _COSINE_COEFFICIENTS) * square
    cosine = _fused(cosine, square, square * -0.5) + 1
    sine = _polynomial(square, _SINE_COEFFICIENTS) * square
    sine = _fused(sine, angle, angle)
    swapped = octant & 2 != 0
    sine, cosine = np.where(swapped, cosine, sine), np.where(swapped, sine, cosine)
    return np.where(octant & 4, -sine, sine), np.where((octant - 2) & 4, cosine, -cosine)
