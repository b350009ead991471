"""Operations without a gradient: comparisons, and where the extremes stand."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import cast
from ..engine import result
from ..errors import explained
from .elementwise import BROADCAST


def _comparison(name: str, ufunc: np.ufunc, sign: str) -> Any:
    def compare(self: Any, other: Any, /) -> Any:
        if type(other) not in (int, float) and not hasattr(other, "_data"):
            other = self._operand(other)
            if other is NotImplemented:
                return other
        try:
            return result(self._kind, ufunc(*cast(self._data, getattr(other, "_data", other))))
        except ValueError as error:
            raise explained(error, name, BROADCAST, (self, other)) from None

    compare.__name__ = name
    compare.__doc__ = f"Whether self {sign} other, element by element: a bool Tensor of the broadcast shape."
    return compare


class Comparisons:
    """The operations without a gradient, as methods of Tensor."""

    eq = __eq__ = _comparison("eq", np.equal, "==")
    ne = __ne__ = _comparison("ne", np.not_equal, "!=")
    lt = __lt__ = _comparison("lt", np.less, "<")
    le = __le__ = _comparison("le", np.less_equal, "<=")
    gt = __gt__ = _comparison("gt", np.greater, ">")
    ge = __ge__ = _comparison("ge", np.greater_equal, ">=")
    __hash__ = object.__hash__  # by identity: == is elementwise

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
        return _position(self, np.ndarray.argmax, "argmax", dim, keepdim)

    def argmin(self: Any, dim: int | None = None, keepdim: bool = False) -> Any:
        """The index of the smallest element; arguments and result as for ``argmax``.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1.0, 5.0], [7.0, 3.0]]).argmin()
        tensor(0)
        """
        return _position(self, np.ndarray.argmin, "argmin", dim, keepdim)

    def all(self: Any, dim: Any = None, keepdim: bool = False) -> Any:
        """Whether every element is nonzero, over all dimensions or over ``dim``.

        >>> import tensorgrad as tg
        >>> tg.tensor([True, False]).all()
        tensor(False)
        """
        return result(self._kind, np.all(self._array(), dim, keepdims=keepdim))

    def any(self: Any, dim: Any = None, keepdim: bool = False) -> Any:
        """Whether some element is nonzero, over all dimensions or over ``dim``.

        >>> import tensorgrad as tg
        >>> tg.tensor([True, False]).any()
        tensor(True)
        """
        return result(self._kind, np.any(self._array(), dim, keepdims=keepdim))


def _position(x: Any, method: Any, name: str, dim: int | None, keepdim: bool) -> Any:
    try:
        if x.ndim == 0 and dim in (0, -1):
            dim = None
        return result(x._kind, method(x._array(), dim, keepdims=keepdim))
    except (ValueError, IndexError) as error:
        if x._data.size == 0 and not isinstance(error, IndexError):
            raise IndexError(f"{name}: the tensor of shape {x._data.shape} has no elements to choose from") from None
        raise explained(error, name, "", (x,)) from None
