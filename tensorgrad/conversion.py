"""What a Tensor is in other words: an array, a Python number, a Tensor of another dtype."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from . import dtypes
from .ops.elementwise import _to

if TYPE_CHECKING:
    from .tensor import Tensor


class Conversions:
    """The conversions, as methods of Tensor."""

    # out of the library

    def numpy(self: Any) -> NDArray[Any]:
        """The array, sharing memory.

        Raises:
            RuntimeError: if it requires grad: what NumPy computes is not recorded.
        """
        if self.requires_grad:
            raise RuntimeError(
                "numpy() on a Tensor that requires grad would lose its gradient; use tensor.detach().numpy() instead"
            )
        array: NDArray[Any] = self._array()
        return array

    def __array__(self: Any, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """For np.asarray(tensor), under the same condition as ``numpy()``."""
        return np.array(self.numpy(), dtype, copy=copy)

    def item(self: Any) -> Any:
        """The single element as a Python number."""
        if self._data.size != 1:
            raise RuntimeError(
                f"item(): a Tensor with {self._data.size} elements cannot be converted to Scalar; "
                "it needs exactly one, reduce it or index it first"
            )
        return self._data.item()

    def tolist(self: Any) -> Any:
        """Its elements as nested lists of Python numbers."""
        return self._data.tolist()

    def __bool__(self: Any) -> bool:
        """Of a single element, whether it is nonzero."""
        if self._data.size != 1:
            raise RuntimeError(
                f"Boolean value of a Tensor with {self._data.size} elements is ambiguous; use .any() or .all()"
            )
        return bool(self._data.item())

    def __float__(self: Any) -> float:
        """The single element."""
        return float(self.item())

    def __int__(self: Any) -> int:
        """The single element, rounded towards zero."""
        return int(self.item())

    def __index__(self: Any) -> int:
        """A single integer stands for its number: in slices and ranges."""
        if self.dtype.kind not in "biu" or self._data.size != 1:
            raise TypeError(
                f"only integer tensors of a single element can be an index, but this is {self.dtype}{self.shape}"
            )
        return int(self._data.item())

    # other dtypes

    def to(self: Any, *args: Any, dtype: Any = None, device: Any = None, copy: builtins.bool = False) -> Tensor:
        """In another dtype, or on another device (there is one: "cpu"); itself if nothing changes.

        Args:
            args: a dtype, "cpu", or a Tensor whose dtype to take.
            dtype: the dtype, by name.
            device: None or "cpu".
            copy: True for a copy in any case.

        >>> import tensorgrad as tg
        >>> tg.tensor([1, 2]).to(tg.float64)
        tensor([1., 2.], dtype=tensorgrad.float64)
        """
        for arg in args:
            if hasattr(arg, "_data"):
                dtype = arg.dtype
            elif isinstance(arg, np.dtype):
                dtype = arg
            else:
                device = arg
        if device not in (None, "cpu"):
            raise RuntimeError(f"to: there is no device {device!r} here; tensorgrad computes on the CPU, device='cpu'")
        if dtype is None or dtype == self.dtype:
            same: Tensor = self.clone() if copy else self
            return same
        dtype = np.dtype(dtype)
        return _to(self if dtype.kind in "fc" else self.detach(), dtype)  # integers and bools have no gradient

    def cpu(self) -> Tensor:
        """Itself: there is no other device."""
        return self.to()

    def float(self) -> Tensor:
        """As float32."""
        return self.to(dtypes.float32)

    def double(self) -> Tensor:
        """As float64."""
        return self.to(dtypes.float64)

    def long(self) -> Tensor:
        """As int64, rounded towards zero."""
        return self.to(dtypes.int64)

    def int(self) -> Tensor:
        """As int32, rounded towards zero."""
        return self.to(dtypes.int32)

    def bool(self) -> Tensor:
        """Whether each element is nonzero."""
        return self.to(dtypes.bool)
