"""What a Tensor is in other words: an array, a Python number, a Tensor of another dtype; and others of its dtype."""

from __future__ import annotations

import builtins
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from . import dtypes
from .devices import device as checked_device
from .engine import result
from .errors import RangeError, ShapeError, tensors_only
from .ops.elementwise import _to
from .ops.shape import shape_of

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

    def __dlpack__(self: Any, **options: Any) -> Any:
        """For another library's from_dlpack(tensor), which shares the memory; the options are those of NumPy's arrays.

        Raises:
            BufferError: if it requires grad: what another library computes is not recorded.
        """
        if self.requires_grad:
            raise BufferError(
                "can't export a Tensor that requires grad, as that would lose its gradient; use tensor.detach() instead"
            )
        array = self._array()
        if min(array.strides, default=0) < 0 and options.get("copy") is None:
            array = array.copy()  # PyTorch ends the process at steps backwards
        return array.__dlpack__(**options)

    def __dlpack_device__(self: Any) -> tuple[builtins.int, builtins.int]:
        """Where the memory is, in DLPack's numbers: (1, 0), the CPU."""
        return (1, 0)

    def item(self: Any) -> Any:
        """The single element as a Python number."""
        if self._data.size != 1:
            raise ShapeError(
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

    def is_nonzero(input: Any) -> bool:
        """Of a single element, whether it is nonzero."""
        tensors_only("is_nonzero", input)
        return bool(input)

    def __float__(self: Any) -> float:
        """The single element."""
        return float(self.item())

    def __int__(self: Any) -> int:
        """The single element, rounded towards zero."""
        return int(self.item())

    def __index__(self: Any) -> int:
        """A single integer stands for its number: in slices and ranges."""
        if self._data.dtype.kind not in "biu" or self._data.size != 1:
            raise TypeError(
                "only integer tensors of a single element can be an index, but this is "
                f"{self._data.dtype}{self._data.shape}"
            )
        return int(self._data.item())

    # other dtypes

    def to(
        self: Any, *args: Any, dtype: Any = None, device: Any = None, non_blocking: builtins.bool = False,
        copy: builtins.bool = False,
    ) -> Tensor:  # fmt: skip
        """In another dtype, or on another device (there is one: "cpu"); itself if nothing changes.

        Args:
            args: a dtype, "cpu", or a Tensor whose dtype to take.
            dtype: the dtype, by name.
            device: None or "cpu".
            non_blocking: taken, and without an effect.
            copy: True for a copy in any case.

        >>> import tensorgrad as tg
        >>> tg.tensor([1, 2]).to(tg.float64)
        tensor([1., 2.], dtype=torch.float64)
        """
        for arg in args:
            if hasattr(arg, "_data"):
                dtype = arg._data.dtype
            elif isinstance(arg, (dtypes.dtype, np.dtype, builtins.type)):
                dtype = arg
            else:
                device = arg
        if device is not None:
            checked_device(device)
        dtype = dtypes.numpy_dtype(dtype, self._data.dtype)
        if dtype == self._data.dtype:
            same: Tensor = self.clone() if copy else self
            return same
        if dtype.kind not in "biufc":
            raise RangeError(f"to: a Tensor holds numbers, so its dtype cannot be {dtype}; see tg.float32, tg.int64")
        return _to(self if dtype.kind in "fc" else self.detach(), dtype)  # integers and bools have no gradient

    def cpu(self) -> Tensor:
        """Itself: there is no other device."""
        return self.to()

    def cuda(self, device: Any = None) -> Tensor:
        """An error: there is no GPU here."""
        return self.to(device="cuda" if device is None else device)

    def type(self, dtype: Any) -> Tensor:
        """In another dtype."""
        if isinstance(dtype, str):
            raise ValueError(f"type: takes a dtype such as tg.float32, not a name, but got {dtype!r}")
        return self.to(dtype=dtype)

    def type_as(self, other: Tensor) -> Tensor:
        """In another Tensor's dtype."""
        return self.to(other)

    def half(self) -> Tensor:
        """As float16."""
        return self.to(dtypes.float16)

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

    # what its dtype is

    def is_floating_point(input: Any) -> builtins.bool:
        """Whether its numbers are floating-point."""
        return builtins.bool(input._data.dtype.kind == "f")

    def element_size(self: Any) -> builtins.int:
        """The bytes of one element."""
        return builtins.int(self._data.dtype.itemsize)

    itemsize = property(element_size)

    @property
    def nbytes(self: Any) -> builtins.int:
        """The bytes of all elements."""
        return builtins.int(self._data.nbytes)

    # others of its dtype

    def new_tensor(
        self: Any, data: Any, *, dtype: Any = None, device: Any = None, requires_grad: builtins.bool = False
    ) -> Tensor:
        """A copy of data, in the Tensor's own dtype unless another is given."""
        return _made(self, partial(np.array, getattr(data, "_data", data)), dtype, device, requires_grad)

    def new_empty(
        self: Any, *apart: Any, size: Any = None, dtype: Any = None, device: Any = None,
        requires_grad: builtins.bool = False,
    ) -> Tensor:  # fmt: skip
        """A Tensor of the given sizes and its own dtype, with whatever numbers the memory holds."""
        return _made(self, partial(np.empty, shape_of("new_empty", apart, size)), dtype, device, requires_grad)

    def new_zeros(
        self: Any, *apart: Any, size: Any = None, dtype: Any = None, device: Any = None,
        requires_grad: builtins.bool = False,
    ) -> Tensor:  # fmt: skip
        """Zeros of the given sizes, of its own dtype.

        >>> import tensorgrad as tg
        >>> tg.tensor([1, 2]).new_zeros(3)
        tensor([0, 0, 0])
        """
        return _made(self, partial(np.zeros, shape_of("new_zeros", apart, size)), dtype, device, requires_grad)

    def new_ones(
        self: Any, *apart: Any, size: Any = None, dtype: Any = None, device: Any = None,
        requires_grad: builtins.bool = False,
    ) -> Tensor:  # fmt: skip
        """Ones of the given sizes, of its own dtype."""
        return _made(self, partial(np.ones, shape_of("new_ones", apart, size)), dtype, device, requires_grad)

    def new_full(
        self: Any, size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None,
        requires_grad: builtins.bool = False,
    ) -> Tensor:  # fmt: skip
        """One number, in the given sizes and its own dtype."""
        return _made(self, partial(np.full, shape_of("new_full", (size,)), fill_value), dtype, device, requires_grad)


def _made(like: Any, make: Any, dtype: Any, device: Any, requires_grad: builtins.bool) -> Tensor:
    if device is not None:
        checked_device(device)
    made: Tensor = result(like._kind, make(dtype=dtypes.numpy_dtype(dtype, like._data.dtype)))
    return made.requires_grad_(requires_grad)


def is_tensor(obj: Any) -> builtins.bool:
    """Whether it is a Tensor.

    >>> import tensorgrad as tg
    >>> tg.is_tensor(tg.zeros(2)), tg.is_tensor([0.0])
    (True, False)
    """
    return isinstance(obj, Conversions)
