"""Operations without a gradient: comparisons, and where the extremes stand."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numpy as np

from ..dtypes import cast, cast_wrapping, common_dtype
from ..engine import result
from ..errors import ShapeError, explained, tensors_only
from ..keywords import from_numpy_words
from .elementwise import BROADCAST, quietly

P = ParamSpec("P")
T = TypeVar("T")
Dims = int | tuple[int, ...] | list[int] | None


def _comparison(name: str, ufunc: np.ufunc, sign: str, cast: Any = cast, operator: bool = True) -> Any:
    """An operator, which declines what is no operand, so that Python asks the other one; or the function of it."""

    def compare(input: Any, other: Any) -> Any:
        try:
            if type(other) not in (int, float) and not hasattr(other, "_data"):
                given, other = other, input._operand(other)
                if other is NotImplemented:
                    if operator:
                        return other
                    other = given
                    raise AttributeError(type(given).__name__)
            return result(input._kind, ufunc(*cast(input._data, getattr(other, "_data", other))))
        except (AttributeError, TypeError, ValueError) as error:
            raise explained(error, name, BROADCAST, (input, other)) from None

    compare.__name__ = compare.__qualname__ = name
    compare.__doc__ = f"self {sign} other, element by element: a Tensor of the broadcast shape."
    return compare


def _pair(name: str, *inputs: Any) -> tuple[Any, ...]:
    """The raw data of Tensors, and of nothing else."""
    try:
        return tuple([x._data for x in inputs])
    except AttributeError as error:
        raise explained(error, name, "", inputs) from None


def _logical(name: str, ufunc: np.ufunc, holds: str) -> Any:
    def combine(input: Any, other: Any) -> Any:
        pair = _pair(name, input, other)
        try:
            return result(input._kind, ufunc(*pair))
        except ValueError as error:
            raise explained(error, name, BROADCAST, (input, other)) from None

    combine.__name__ = combine.__qualname__ = name
    combine.__doc__ = f"Where {holds} nonzero: a bool Tensor of the broadcast shape."
    return combine


def numpy_words(method: Callable[P, T]) -> Callable[P, T]:
    """The method, called with ``axis`` for ``dim`` and ``keepdims`` for ``keepdim`` as well."""

    @functools.wraps(method)
    def call(*args: Any, **options: Any) -> T:
        from_numpy_words(options)
        return method(*args, **options)

    return call


def axis_of(dim: Dims, ndim: int) -> Any:
    """NumPy's axis for PyTorch's dim: a list is as good as a tuple, and an empty one means all."""
    if dim is None or type(dim) is int:
        return dim
    if not isinstance(dim, (tuple, list)):
        if type(dim) is bool or not hasattr(dim, "__index__"):
            raise TypeError(f"dim must be an integer, or several, but got {dim!r}")
        return dim.__index__()
    ndim = ndim or 1  # a single number is taken for one dimension
    if all(-ndim <= d < ndim for d in dim) and len({d % ndim for d in dim}) < len(dim):
        raise ShapeError(f"dim must name each dimension once, but got {dim}")
    return dim[0] if len(dim) == 1 else tuple(dim) or None


class Comparisons:
    """The operations without a gradient, as methods of Tensor."""

    __eq__ = _comparison("eq", np.equal, "==")
    __ne__ = _comparison("ne", np.not_equal, "!=")
    __lt__ = _comparison("lt", np.less, "<")
    __le__ = _comparison("le", np.less_equal, "<=")
    __gt__ = _comparison("gt", np.greater, ">")
    __ge__ = _comparison("ge", np.greater_equal, ">=")
    eq = _comparison("eq", np.equal, "==", operator=False)
    ne = _comparison("ne", np.not_equal, "!=", operator=False)
    lt = _comparison("lt", np.less, "<", operator=False)
    le = _comparison("le", np.less_equal, "<=", operator=False)
    gt = _comparison("gt", np.greater, ">", operator=False)
    ge = _comparison("ge", np.greater_equal, ">=", operator=False)
    greater, greater_equal, less, less_equal, not_equal = gt, ge, lt, le, ne
    __hash__ = object.__hash__  # by identity: == is elementwise
    __and__ = __rand__ = _comparison("and", np.bitwise_and, "&", cast_wrapping)
    __or__ = __ror__ = _comparison("or", np.bitwise_or, "|", cast_wrapping)
    __xor__ = __rxor__ = _comparison("xor", np.bitwise_xor, "^", cast_wrapping)

    def __invert__(self: Any) -> Any:
        """Where a mask does not hold; of integers, every bit the other way."""
        try:
            return result(self._kind, ~self._data)
        except TypeError as error:
            raise TypeError(str(explained(error, "invert", "", (self,)))) from None

    logical_and = _logical("logical_and", np.logical_and, "both are")
    logical_or = _logical("logical_or", np.logical_or, "one of the two, or both, is")
    logical_xor = _logical("logical_xor", np.logical_xor, "just one of the two is")

    def logical_not(input: Any) -> Any:
        """Where an element is zero.

        >>> import tensorgrad as tg
        >>> tg.tensor([0, 3]).logical_not()
        tensor([ True, False])
        """
        (x,) = _pair("logical_not", input)
        return result(input._kind, np.logical_not(x))

    def isnan(input: Any) -> Any:
        """Where an element is nan, not a number."""
        (x,) = _pair("isnan", input)
        return result(input._kind, np.isnan(x))

    def isinf(input: Any) -> Any:
        """Where an element is inf or -inf."""
        (x,) = _pair("isinf", input)
        return result(input._kind, np.isinf(x))

    def isfinite(input: Any) -> Any:
        """Where an element is neither nan nor infinite."""
        (x,) = _pair("isfinite", input)
        return result(input._kind, np.isfinite(x))

    def __contains__(self: Any, element: Any) -> bool:
        """``number in tensor``: whether some element equals it; a Tensor broadcasts."""
        if not hasattr(element, "_data") and self._operand(element) is NotImplemented:
            kind = type(element).__name__
            raise RuntimeError(f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {kind}")
        return bool((self == element)._data.any())

    def isclose(input: Any, other: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
        """Where two are equal but for rounding.   |input - other| <= atol + rtol |other|.

        Args:
            other: a Tensor of the same dtype that broadcasts.
            rtol: the relative tolerance.
            atol: the absolute tolerance.
            equal_nan: whether nan is close to nan.

        Raises:
            RuntimeError: if the dtypes differ, or a tolerance is negative.

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 2.0]).isclose(tg.tensor([1.000001, 2.1]))
        tensor([ True, False])
        """
        x, y = _pair("isclose", input, other)
        if x.dtype != y.dtype:
            raise RuntimeError(
                f"isclose: needs one dtype, but got {x.dtype} and {y.dtype}; convert one with .to(dtype)"
            )
        for name, tolerance in (("rtol", rtol), ("atol", atol)):
            if tolerance < 0:
                raise RuntimeError(f"isclose: {name} must be greater than or equal to zero, but got {tolerance}")
        try:
            return result(input._kind, quietly(np.isclose, x, y, rtol, atol, equal_nan))
        except ValueError as error:
            raise explained(error, "isclose", BROADCAST, (input, other)) from None

    def allclose(input: Any, other: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> bool:
        """Whether all elements are close; arguments and errors as for ``isclose``.

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 2.0]).allclose(tg.tensor([1.000001, 2.0]))
        True
        """
        return bool(input.isclose(other, rtol, atol, equal_nan)._data.all())

    def equal(input: Any, other: Any) -> bool:
        """Whether two Tensors have the same shape and the same elements; nan is not equal to nan.

        >>> import tensorgrad as tg
        >>> tg.tensor([1, 2]).equal(tg.tensor([[1, 2]]))
        False
        """
        x, y = _pair("equal", input, other)
        return x.shape == y.shape and bool(np.all(np.equal(*cast(x, y))))

    @numpy_words
    def argmax(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
        """The index of the largest element, of the first one if several are equal.

        Args:
            dim: the dimension to search along; None is the flattened tensor.
            keepdim: keep that dimension with size 1.

        Returns:
            int64, input's shape without ``dim``.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1.0, 5.0], [7.0, 3.0]]).argmax(dim=1)
        tensor([1, 0])
        """
        return _place(input, np.ndarray.argmax, "argmax", dim, keepdim)

    @numpy_words
    def argmin(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
        """The index of the smallest element; arguments and result as for ``argmax``.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1.0, 5.0], [7.0, 3.0]]).argmin()
        tensor(0)
        """
        return _place(input, np.ndarray.argmin, "argmin", dim, keepdim)

    @numpy_words
    def all(input: Any, dim: Dims = None, keepdim: bool = False) -> Any:
        """Whether every element is nonzero, over all dimensions or over those in ``dim`` (none, if it is empty).

        >>> import tensorgrad as tg
        >>> tg.tensor([True, False]).all()
        tensor(False)
        """
        return _whether(input, np.all, "all", dim, keepdim)

    @numpy_words
    def any(input: Any, dim: Dims = None, keepdim: bool = False) -> Any:
        """Whether some element is nonzero, over all dimensions or over those in ``dim`` (none, if it is empty).

        >>> import tensorgrad as tg
        >>> tg.tensor([True, False]).any()
        tensor(True)
        """
        return _whether(input, np.any, "any", dim, keepdim)


def _whether(x: Any, method: Any, name: str, dim: Dims, keepdim: bool) -> Any:
    """As ``_along``: bool, but of uint8, which masks once were made of, uint8."""
    y = _along(x, method, name, dim, keepdim)
    return y.to(x._data.dtype) if x._data.dtype == np.uint8 else y


def _place(x: Any, method: Any, name: str, dim: Dims, keepdim: bool) -> Any:
    """As ``_along``, but not of masks."""
    tensors_only(name, x)
    if x._data.dtype == np.bool_:
        raise NotImplementedError(f"{name}: not defined for bool; make numbers of the mask with .int()")
    return _along(x, method, name, dim, keepdim)


def _along(x: Any, method: Any, name: str, dim: Dims, keepdim: bool) -> Any:
    try:
        axis = () if dim in ((), []) else axis_of(dim, x.ndim)
        if x.ndim == 0 and axis in (0, -1):
            axis = None
        return result(x._kind, method(x._array(), axis, keepdims=keepdim))
    except (ValueError, IndexError) as error:
        if x._data.size == 0 and type(error) is ValueError:
            raise IndexError(f"{name}: the tensor of shape {x._data.shape} has no elements to choose from") from None
        raise explained(error, name, "", (x,)) from None


def isin(elements: Any, test_elements: Any, *, assume_unique: bool = False, invert: bool = False) -> Any:
    """Which elements are among others; nan is among none.

    Args:
        elements: a Tensor of any shape, or a number.
        test_elements: what they shall be among: a Tensor of any shape, or, if ``elements`` is none, a number.
        assume_unique: whether in neither an element comes twice; it may be faster then.
        invert: True for those that are not among them.

    Returns:
        bool, the elements' shape.

    Raises:
        TypeError: if neither is a Tensor, or one is no number either.

    >>> import tensorgrad as tg
    >>> tg.isin(tg.tensor([[1, 2], [3, 4]]), tg.tensor([2, 3]))
    tensor([[False,  True],
            [ True, False]])
    """
    given = elements, test_elements
    tensors = [x for x in given if hasattr(x, "_data")]
    if not tensors or len(tensors) + sum(isinstance(x, (int, float)) for x in given) < 2:
        listed = " and ".join(type(x).__name__ for x in given)
        raise TypeError(f"isin: needs two Tensors, or a Tensor and a number, but got {listed}")
    raw = [getattr(x, "_data", x) for x in given]
    dtype = common_dtype(*raw)
    x, y = (np.asarray(x).astype(dtype) for x in raw)
    return result(tensors[0]._kind, np.isin(x, y, assume_unique, invert))
