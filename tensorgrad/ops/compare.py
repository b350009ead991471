"""Operations without a gradient: comparisons, and where the extremes stand."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numpy as np

from ..dtypes import cast
from ..engine import result
from ..errors import ShapeError, explained
from .elementwise import BROADCAST, quietly

P = ParamSpec("P")
T = TypeVar("T")
Dims = int | tuple[int, ...] | list[int] | None


def _comparison(name: str, ufunc: np.ufunc, sign: str) -> Any:
    def compare(self: Any, other: Any, /) -> Any:
        if type(other) not in (int, float) and not hasattr(other, "_data"):
            other = self._operand(other)
            if other is NotImplemented:
                return other
        try:
            return result(self._kind, ufunc(*cast(self._data, getattr(other, "_data", other))))
        except (TypeError, ValueError) as error:
            raise explained(error, name, BROADCAST, (self, other)) from None

    compare.__name__ = name
    compare.__doc__ = f"self {sign} other, element by element: a Tensor of the broadcast shape."
    return compare


def _pair(name: str, *inputs: Any) -> tuple[Any, ...]:
    """The raw data of two Tensors, and of nothing else."""
    if not all(hasattr(x, "_data") for x in inputs):
        raise explained(AttributeError(), name, "", inputs)
    return tuple(x._data for x in inputs)


def _logical(name: str, ufunc: np.ufunc, holds: str) -> Any:
    def combine(self: Any, other: Any) -> Any:
        try:
            return result(self._kind, ufunc(*_pair(name, self, other)))
        except ValueError as error:
            raise explained(error, name, BROADCAST, (self, other)) from None

    combine.__name__ = name
    combine.__doc__ = f"Where {holds} nonzero: a bool Tensor of the broadcast shape."
    return combine


def numpy_words(method: Callable[P, T]) -> Callable[P, T]:
    """The method, called with ``axis`` for ``dim`` and ``keepdims`` for ``keepdim`` as well."""

    @functools.wraps(method)
    def call(*args: Any, **options: Any) -> T:
        for numpy_word, word in (("axis", "dim"), ("keepdims", "keepdim")):
            if numpy_word in options:
                options[word] = options.pop(numpy_word)
        return method(*args, **options)

    return call


def axis_of(dim: Dims, ndim: int) -> Any:
    """NumPy's axis for PyTorch's dim: a list is as good as a tuple, and an empty one means all."""
    if not isinstance(dim, (tuple, list)):
        return dim
    ndim = ndim or 1  # a single number is taken for one dimension
    if all(-ndim <= d < ndim for d in dim) and len({d % ndim for d in dim}) < len(dim):
        raise ShapeError(f"dim must name each dimension once, but got {dim}")
    return dim[0] if len(dim) == 1 else tuple(dim) or None


class Comparisons:
    """The operations without a gradient, as methods of Tensor."""

    eq = __eq__ = _comparison("eq", np.equal, "==")
    ne = __ne__ = _comparison("ne", np.not_equal, "!=")
    lt = __lt__ = _comparison("lt", np.less, "<")
    le = __le__ = _comparison("le", np.less_equal, "<=")
    gt = __gt__ = _comparison("gt", np.greater, ">")
    ge = __ge__ = _comparison("ge", np.greater_equal, ">=")
    __hash__ = object.__hash__  # by identity: == is elementwise
    __and__ = __rand__ = _comparison("and", np.bitwise_and, "&")
    __or__ = __ror__ = _comparison("or", np.bitwise_or, "|")
    __xor__ = __rxor__ = _comparison("xor", np.bitwise_xor, "^")

    def __invert__(self: Any) -> Any:
        """Where a mask does not hold; of integers, every bit the other way."""
        try:
            return result(self._kind, ~self._data)
        except TypeError as error:
            raise explained(error, "invert", "", (self,)) from None

    logical_and = _logical("logical_and", np.logical_and, "both are")
    logical_or = _logical("logical_or", np.logical_or, "one of the two, or both, is")
    logical_xor = _logical("logical_xor", np.logical_xor, "just one of the two is")

    def logical_not(self: Any) -> Any:
        """Where an element is zero.

        >>> import tensorgrad as tg
        >>> tg.tensor([0, 3]).logical_not()
        tensor([ True, False])
        """
        return result(self._kind, np.logical_not(self._data))

    def isnan(self: Any) -> Any:
        """Where an element is nan, not a number."""
        return result(self._kind, np.isnan(self._data))

    def isinf(self: Any) -> Any:
        """Where an element is inf or -inf."""
        return result(self._kind, np.isinf(self._data))

    def isfinite(self: Any) -> Any:
        """Where an element is neither nan nor infinite."""
        return result(self._kind, np.isfinite(self._data))

    def isclose(self: Any, other: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
        """Where two are equal but for rounding.   |self - other| <= atol + rtol |other|.

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
        x, y = _pair("isclose", self, other)
        if x.dtype != y.dtype:
            raise RuntimeError(
                f"isclose: needs one dtype, but got {x.dtype} and {y.dtype}; convert one with .to(dtype)"
            )
        for name, tolerance in (("rtol", rtol), ("atol", atol)):
            if tolerance < 0:
                raise RuntimeError(f"isclose: {name} must be greater than or equal to zero, but got {tolerance}")
        try:
            return result(self._kind, quietly(np.isclose, x, y, rtol, atol, equal_nan))
        except ValueError as error:
            raise explained(error, "isclose", BROADCAST, (self, other)) from None

    def allclose(self: Any, other: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> bool:
        """Whether all elements are close; arguments and errors as for ``isclose``.

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 2.0]).allclose(tg.tensor([1.000001, 2.0]))
        True
        """
        return bool(self.isclose(other, rtol, atol, equal_nan)._data.all())

    def equal(self: Any, other: Any) -> bool:
        """Whether two Tensors have the same shape and the same elements; nan is not equal to nan.

        >>> import tensorgrad as tg
        >>> tg.tensor([1, 2]).equal(tg.tensor([[1, 2]]))
        False
        """
        x, y = _pair("equal", self, other)
        return x.shape == y.shape and bool(np.all(np.equal(*cast(x, y))))

    @numpy_words
    def argmax(self: Any, dim: int | None = None, keepdim: bool = False) -> Any:
        """The index of the largest element, of the first one if several are equal.

        Args:
            dim: the dimension to search along; None is the flattened tensor.
            keepdim: keep that dimension with size 1.

        Returns:
            int64, self's shape without ``dim``.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1.0, 5.0], [7.0, 3.0]]).argmax(dim=1)
        tensor([1, 0])
        """
        return _along(self, np.ndarray.argmax, "argmax", dim, keepdim)

    @numpy_words
    def argmin(self: Any, dim: int | None = None, keepdim: bool = False) -> Any:
        """The index of the smallest element; arguments and result as for ``argmax``.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1.0, 5.0], [7.0, 3.0]]).argmin()
        tensor(0)
        """
        return _along(self, np.ndarray.argmin, "argmin", dim, keepdim)

    @numpy_words
    def all(self: Any, dim: Dims = None, keepdim: bool = False) -> Any:
        """Whether every element is nonzero, over all dimensions or over those in ``dim`` (none, if it is empty).

        >>> import tensorgrad as tg
        >>> tg.tensor([True, False]).all()
        tensor(False)
        """
        return _along(self, np.all, "all", dim, keepdim)

    @numpy_words
    def any(self: Any, dim: Dims = None, keepdim: bool = False) -> Any:
        """Whether some element is nonzero, over all dimensions or over those in ``dim`` (none, if it is empty).

        >>> import tensorgrad as tg
        >>> tg.tensor([True, False]).any()
        tensor(True)
        """
        return _along(self, np.any, "any", dim, keepdim)


def _along(x: Any, method: Any, name: str, dim: Dims, keepdim: bool) -> Any:
    try:
        axis = () if dim in ((), []) else axis_of(dim, x.ndim)
        if x.ndim == 0 and axis in (0, -1):
            axis = None
        return result(x._kind, method(x._array(), axis, keepdims=keepdim))
    except (ValueError, IndexError) as error:
        if x._data.size == 0 and not isinstance(error, IndexError):
            raise IndexError(f"{name}: the tensor of shape {x._data.shape} has no elements to choose from") from None
        raise explained(error, name, "", (x,)) from None
