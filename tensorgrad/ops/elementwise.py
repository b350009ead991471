"""Element by element: y[i] depends on the inputs' element i alone; inputs broadcast against each other.

This page has arithmetic, and the larger and the smaller of two; it also has what the other elementwise pages (limits,
exponential, trigonometry, rounding, activation) share: the kinds of operations, by the dtypes that they take.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec

import numpy as np

from ..blocks import in_blocks
from ..dtypes import cast, cast_floating, cast_wrapping, common_dtype
from ..engine import Array, Rule
from ..errors import ShapeError, floating_only, tensors_only
from ..graph import same
from ..operation import NUMBERS, op, reflected

if TYPE_CHECKING:
    from ..tensor import Tensor

P = ParamSpec("P")
with np.errstate(all="ignore"):
    QUIET = copy_context()  # to run something in it costs a tenth of what np.errstate does
BROADCAST = "counted from the last, dimensions must be equal or 1"
arithmetic = partial(op, cast=cast_wrapping, needs=BROADCAST, large=in_blocks)
floating = partial(arithmetic, cast=cast_floating)  # integers go in as the default floating-point dtype


def numbers_only(rule: Callable[P, Rule], name: str = "", needs: str = BROADCAST) -> Callable[P, Tensor]:
    """An operation that is not defined for bools."""
    name = name or rule.__name__

    def numbers(*inputs: Any) -> Any:
        given = cast_wrapping(*inputs)
        if given[0].dtype.kind == "b":
            raise NotImplementedError(f"{name}: not defined for bool; make numbers of the mask with .int() or .float()")
        return given

    return op(rule, name=name, cast=numbers, needs=needs, large=in_blocks)


def floats_only(rule: Callable[P, Rule], numbers: bool = True) -> Callable[P, Tensor]:
    """An operation that is defined for floating-point numbers alone; without ``numbers``, for Tensors of them alone."""
    name = rule.__name__

    def floats(*inputs: Any) -> Any:
        if not numbers:
            no_number(inputs[1])
        given = cast(*inputs)
        floating_only(name, given[0].dtype)
        return given

    return op(rule, cast=floats, needs=BROADCAST, large=in_blocks)


def quietly(function: Callable[..., Array], *args: Any) -> Array:
    """What a function of arrays gives, inf or nan at a pole and where numbers overflow, without NumPy's warnings.

    Of arrays alone: it runs in a context of its own, which knows nothing of no_grad.
    """
    return QUIET.copy().run(function, *args)  # a copy: no two may run in one at a time


def no_mask(x: Array) -> Any:
    """The cast of an operation on one input that is not defined for bools."""
    if x.dtype.kind == "b":
        raise TypeError("numpy boolean")  # as NumPy does for a negative
    return (x,)


def no_number(b: Array) -> None:
    """Raise an error, that of a missing attribute, if the second input is a plain number."""
    if type(b) in NUMBERS:
        raise AttributeError


def _cast_tensors(a: Array, b: Array) -> Any:
    no_number(b)
    return cast_wrapping(a, b)


def _cast_difference(a: Array, b: Array) -> Any:
    dtype, other = a.dtype, getattr(b, "dtype", None)
    if dtype is other:
        return a, b  # NumPy refuses the difference of two masks
    if dtype.kind == "b" or (other and other.kind == "b"):
        raise TypeError("numpy boolean")  # and would take one for numbers
    return cast_wrapping(a, b)


def _cast_power(*inputs: Any) -> Any:
    given = cast(*inputs)
    if given[0].dtype.kind == "b":  # NumPy makes int8 of it
        raise NotImplementedError("pow: not defined for two bools; make numbers of them with .int()")
    return given


def _whole_power(a: Array, b: Array) -> Array:
    """Integers to powers that NumPy refuses; to a negative one, 1 stays 1, -1 is 1 or -1, and all others are 0."""
    if not hasattr(b, "dtype"):
        reason = (
            "integers to negative integer powers are not allowed"
            if b < 0
            else f"the exponent {b} does not fit in {a.dtype}, the dtype of the base"
        )
        raise RuntimeError(f"pow: {reason}; make the base floating-point with .float()") from None
    b, a = cast_wrapping(b, a)
    negative = b < 0
    return np.where(negative & (np.abs(a) != 1), 0, a) ** np.where(negative, 2 + (b & 1), b)


def times(x: Any, factor: float) -> Any:
    """factor x, in x's dtype: of whole numbers, the factor loses what is after the point."""
    return (x * (factor if x._data.dtype.kind in "fc" else int(factor))).to(x._data.dtype)


def scaled(name: str, input: Any, other: Any, alpha: float) -> Any:
    """alpha other, to be added to input: in the dtype of the two, which alpha has no part in."""
    if type(alpha) is int and alpha == 1:
        return other
    dtype = common_dtype(getattr(input, "_data", input), getattr(other, "_data", other))
    if isinstance(alpha, bool) and dtype.kind != "b":
        raise RuntimeError(f"{name}: alpha is a bool, {alpha}, but the result is {dtype}; give a number")
    if isinstance(alpha, float) and dtype.kind not in "fc":
        raise RuntimeError(f"{name}: for a result of {dtype}, alpha must be an integer, but got {alpha}")
    return times(other.to(dtype), alpha) if hasattr(other, "_data") else other * alpha


def nothing(g: Array) -> Array:
    """The vjp of an input that the result does not move with."""
    return np.zeros_like(g)


def _sign(x: Array) -> Array:
    return x.copy() if x.dtype.kind == "b" else (x > 0).astype(x.dtype) - (x < 0)  # of nan, it is 0


class Elementwise:
    """The elementwise operations, as methods of Tensor."""

    @arithmetic
    def __add__(a: Array, b: Array, /) -> Rule:
        """Sum.   y = a + b,   dy/da = dy/db = 1."""
        return a + b, same, same

    @partial(arithmetic, cast=_cast_difference)
    def __sub__(a: Array, b: Array, /) -> Rule:
        """Difference.   y = a - b,   dy/da = 1,   dy/db = -1."""
        return a - b, same, lambda g: -g

    @arithmetic
    def __mul__(a: Array, b: Array, /) -> Rule:
        """Product.   y = a b,   dy/da = b,   dy/db = a."""
        return a * b, lambda g: g * b, lambda g: g * a

    @partial(floating, name="div")
    def __truediv__(a: Array, b: Array, /) -> Rule:
        """Quotient.   y = a / b,   dy/da = 1 / b,   dy/db = -y / b."""
        y = a / b
        return y, lambda g: g / b, lambda g: -g * y / b

    @partial(arithmetic, cast=_cast_power)
    def __pow__(a: Array, b: Array, /) -> Rule:
        """Power.   y = a ** b,   dy/da = b a ** (b - 1),   dy/db = y log a   (both 0 where PyTorch takes a limit)."""
        try:
            y = a**b
        except (ValueError, OverflowError):
            y = _whole_power(a, b)

        def vjp_a(g: Array) -> Array:
            if type(b) in NUMBERS:
                if b == 2:  # by far the most common: in half the time
                    return g * (a + a)
                return g * (b * a ** (b - 1)) if b else g * 0
            return g * (b * np.where(b == 0, 1, a) ** (b - 1))

        def vjp_b(g: Array) -> Array:
            limit = np.equal(a, 0) & (b >= 0)
            return g * np.where(limit, 0, y * np.log(np.where(limit, 1, a), dtype=y.dtype))

        return y, vjp_a, vjp_b

    def add(input: Any, other: Any, *, alpha: float = 1) -> Any:
        """input + alpha other."""
        return input + scaled("add", input, other, alpha)

    def sub(input: Any, other: Any, *, alpha: float = 1) -> Any:
        """input - alpha other."""
        if getattr(getattr(other, "_data", other), "dtype", None) == np.bool_:
            alpha = 1  # a mask cannot be subtracted, however often
        return input - scaled("sub", input, other, alpha)

    def mul(input: Any, other: Any) -> Any:
        """input * other, element by element."""
        return input * other

    def pow(input: Any, exponent: Any) -> Any:
        """input ** exponent."""
        return input**exponent

    def neg(input: Any) -> Any:
        """-input."""
        return -input

    def positive(input: Any) -> Any:
        """Itself, unless it is a mask."""
        if input._data.dtype.kind == "b":
            raise RuntimeError("positive: not defined for bool; make numbers of the mask with .int() or .float()")
        return input

    subtract, multiply, negative, __pos__ = sub, mul, neg, positive

    __radd__ = __add__
    __rsub__ = reflected(__sub__)
    __rmul__ = __mul__
    __rtruediv__ = reflected(__truediv__)
    __rpow__ = reflected(__pow__)

    @partial(op, large=in_blocks)
    def __neg__(x: Array, /) -> Rule:
        """Negative.   y = -x,   dy/dx = -1."""
        return -x, lambda g: -g

    @partial(op, cast=no_mask, large=in_blocks)
    def abs(x: Array, /) -> Rule:
        """Absolute value.   y = |x|,   dy/dx = sign x, which is 0 at 0.

        >>> import tensorgrad as tg
        >>> tg.tensor([-1.5, 0.0, 2.0]).abs()
        tensor([1.5000, 0.0000, 2.0000])
        """
        return np.abs(x), lambda g: g * _sign(x)

    absolute = __abs__ = abs

    @op
    def sign(x: Array, /) -> Rule:
        """Sign.   y = 1, 0 or -1; of nan, as in PyTorch, 0; a mask stays as it is.   dy/dx = 0.

        >>> import tensorgrad as tg
        >>> tg.tensor([-1.5, 0.0, 2.0]).sign()
        tensor([-1.,  0.,  1.])
        """
        return _sign(x), nothing

    def square(input: Any) -> Any:
        """Square.   y = x ** 2,   dy/dx = 2 x.

        >>> import tensorgrad as tg
        >>> tg.tensor([-3.0, 0.5]).square()
        tensor([9.0000, 0.2500])
        """
        return input**2

    @floating
    def sqrt(x: Array, /) -> Rule:
        """Square root.   y = x ** (1/2),   dy/dx = 1 / (2 y).

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 2.0]).sqrt()
        tensor([1.0000, 1.4142])
        """
        y = np.sqrt(x)
        return y, lambda g: g / (y + y)

    @floating
    def rsqrt(x: Array, /) -> Rule:
        """Reciprocal of the square root.   y = x ** (-1/2),   dy/dx = -y ** 3 / 2.

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 4.0]).rsqrt()
        tensor([1.0000, 0.5000])
        """
        y = quietly(lambda: 1 / np.sqrt(x))
        return y, lambda g: quietly(lambda: g * (-0.5 * y * y * y))

    @floating
    def reciprocal(x: Array, /) -> Rule:
        """Reciprocal.   y = 1 / x,   dy/dx = -y ** 2.

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 4.0]).reciprocal()
        tensor([1.0000, 0.2500])
        """
        y = quietly(np.divide, 1, x)
        return y, lambda g: quietly(lambda: -g * y * y)

    @floats_only
    def lerp(input: Array, end: Array, weight: Array, /) -> Rule:
        """Linear interpolation.   y = a + w (b - a),   dy/da = 1 - w,   dy/db = w,   dy/dw = b - a.

        From w = 1/2 on it is computed as b - (1 - w) (b - a), so that it is exact at both ends.

        Args:
            input: a, floating-point, any shape.
            end: b, broadcasts.
            weight: w, a number or a Tensor that broadcasts.

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 2.0]).lerp(tg.tensor([3.0, 10.0]), 0.25)
        tensor([1.5000, 4.0000])
        """
        apart = end - input
        rest = 1 - weight
        y = np.where(np.abs(weight) < 0.5, input + weight * apart, end - rest * apart)
        return y, lambda g: g * rest, lambda g: g * weight, lambda g: g * apart

    def addcmul(input: Any, tensor1: Any, tensor2: Any, *, value: float = 1) -> Any:
        """input + value tensor1 tensor2, element by element; of integers alone, value loses what is after the point."""
        tensors_only("addcmul", input, tensor1, tensor2)
        dtype = common_dtype(input._data, tensor1._data, tensor2._data)
        return input + times(tensor1.to(dtype) * tensor2.to(dtype), value)

    def addcdiv(input: Any, tensor1: Any, tensor2: Any, *, value: float = 1) -> Any:
        """input + value tensor1 / tensor2, element by element."""
        tensors_only("addcdiv", input, tensor1, tensor2)
        if tensor1._data.dtype.kind in "biu" and tensor2._data.dtype.kind in "biu":
            raise RuntimeError(
                f"addcdiv: a quotient of integers needs a kind of division, but got {tensor1._data.dtype} and "
                f"{tensor2._data.dtype}; convert one with .float(), or add div(..., rounding_mode='trunc')"
            )
        dtype = common_dtype(input._data, tensor1._data, tensor2._data)
        return input + times(tensor1.to(dtype) / tensor2.to(dtype), value)

    @partial(arithmetic, cast=_cast_tensors)
    def maximum(a: Array, b: Array, /) -> Rule:
        """The larger of two.   y = max(a, b); where a = b, either gets half of the gradient.

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 4.0]).maximum(tg.tensor([2.0, 3.0]))
        tensor([2., 4.])
        """
        no_number(b)
        return np.maximum(a, b), lambda g: _larger(g, a, b), lambda g: _larger(g, b, a)

    @partial(arithmetic, cast=_cast_tensors)
    def minimum(a: Array, b: Array, /) -> Rule:
        """The smaller of two.   y = min(a, b); where a = b, either gets half of the gradient.

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 4.0]).minimum(tg.tensor([2.0, 3.0]))
        tensor([1., 3.])
        """
        no_number(b)
        return np.minimum(a, b), lambda g: _larger(g, b, a), lambda g: _larger(g, a, b)


@op
def _clone(x: Array, /) -> Rule:
    return x.copy(), same


@op
def _to(x: Array, /, dtype: np.dtype[Any]) -> Rule:
    before = x.dtype
    return x.astype(dtype), lambda g: g.astype(before)


def _larger(g: Array, a: Array, b: Array) -> Array:
    """g where a > b or one of them is nan, half of it where they are equal."""
    return g * ~(a < b) - (g / 2) * (a == b)


@partial(op, cast=cast, needs=BROADCAST)
def _where(a: Array, b: Array, /, condition: Array) -> Rule:
    condition = getattr(condition, "_data", condition)
    if not hasattr(condition, "dtype"):
        kind = type(condition).__name__
        raise TypeError(f"where: the condition must be a Tensor, but it is a {kind}; make one with tensor(...)")
    if condition.dtype.kind != "b":
        raise RuntimeError(f"where: the condition must be bool, but it is {condition.dtype}; convert it with .bool()")
    try:
        y = np.where(condition, a, b)
    except ValueError:
        shapes = f"{condition.shape}, {np.shape(a)} and {np.shape(b)}"
        raise ShapeError(f"where: shapes {shapes} do not fit together: {BROADCAST}") from None
    return y, lambda g: np.where(condition, g, 0), lambda g: np.where(condition, 0, g)
