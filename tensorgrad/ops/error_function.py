"""The error function of arrays, which NumPy does not have, and the normal distribution made of it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..engine import Array

# Highest power first, for float64 ("d") and float32 ("f").  They are power series made of Chebyshev interpolants,
# computed for tensorgrad with 40 digits: cut off where the next term is below the dtype's rounding.
#
# FAR is (1 + 2 z) e**(z z) erfc(z) for all z >= 0 as a polynomial in t = (z - 3.75) / (z + 3.75), the form of
# M. M. Shepherd and J. G. Laframboise, "Chebyshev approximation of (1 + 2x)exp(x^2)erfc x in 0 <= x < infinity",
# Mathematics of Computation 36(153), 1981.  NEAR is erf(x) / x for |x| <= 1 as a polynomial in x x.
FAR = {
    "d": (
        3.1114333809799254e-10, -2.6231073471334759e-09, -3.7442100809620183e-09, 3.1979266716668042e-08,
        2.3263508708859124e-08, -2.4857126248016745e-07, -5.7218230603224086e-08, 1.7419821586224816e-06,
        -9.7355989673677497e-07, -1.1438048033346894e-05, 2.2384239155082231e-05, 5.1646529741774162e-05,
        -0.00029015408054084172, 0.00029371437804495801, 0.0017556258528952954, -0.0097465796832652621,
        0.028362277418956406, -0.05869339857664934, 0.092304321160377484, -0.10880393014244462,
        0.082276738490145204, 0.0035854154854790257, -0.14024059858554697, 1.2375126308378275,
    ),
    "f": (
        -0.000224116747, 0.000396307613, 0.00167591222, -0.00984449486, 0.0284092524, -0.0586468587, 0.0922907696,
        -0.10881427, 0.08227842, 0.00358627039, -0.140240658, 1.23751262,
    ),
}  # fmt: skip
NEAR = {
    "d": (
        -7.7985438505499473e-10, 1.3721520406351094e-08, -1.6208829856810202e-07, 1.6447471190594618e-06,
        -1.4924740785377576e-05, 0.00012055295112667001, -0.00085483259825432252, 0.0052239776072699456,
        -0.026866170643256995, 0.1128379167094513, -0.37612638903183543, 1.1283791670955126,
    ),
    "f": (
        7.88249711e-05, -0.000801885499, 0.00518931194, -0.0268543288, 0.112835975, -0.376126269, 1.12837917,
    ),
}  # fmt: skip


def _polynomial(t: Array, coefficients: tuple[float, ...]) -> Array:
    """Horner's rule."""
    y = t * coefficients[0]
    y += coefficients[1]
    for coefficient in coefficients[2:]:
        y *= t
        y += coefficient
    return y


def _complement(z: Array) -> Array:
    """1 - erf(z), with a small relative error also where it is small; z is from 0 to 30."""
    t = -7.5 / (z + 3.75)
    t += 1
    y = _polynomial(t, FAR[z.dtype.char])
    y *= np.exp(-z * z)
    y /= 1 + 2 * z
    return y


def _wide(x: Array) -> Array:
    return x.astype(np.float32) if x.dtype == np.float16 else x


def erf(x: Array) -> Array:
    """The error function, 2 / √π times the integral of e**(-t t) from 0 to x; within 3 units in the last place.

    >>> erf(np.array([-np.inf, 0.0, 0.5]))
    array([-1.        ,  0.        ,  0.52049988])
    """
    wide = _wide(x)
    size = np.minimum(np.abs(wide), 30)  # beyond it is 1, and so it is at 30
    near = size * _polynomial(np.minimum(size * size, 1), NEAR[wide.dtype.char])
    y: Any = near * (size < 1) + (1 - _complement(size)) * (size >= 1)  # np.where takes several times as long
    return np.copysign(y, wide).astype(x.dtype, copy=False)


def normal_share(x: Array) -> Array:
    """The share of the standard normal distribution that is below x, (1 + erf(x / √2)) / 2.

    >>> normal_share(np.array([-10.0, 0.0, 2.0]))
    array([7.61985302e-24, 5.00000000e-01, 9.77249868e-01])
    """
    wide = _wide(x)
    tail = _complement(np.minimum(np.abs(wide) * math.sqrt(0.5), 30)) / 2
    y: Any = np.abs((wide >= 0) - tail)  # 1 - tail or tail
    return y.astype(x.dtype, copy=False)
