"""Tensors from data, and of a shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .devices import device as checked_device
from .dtypes import get_default_dtype
from .ops.counting import evenly_spaced
from .ops.elementwise import _where
from .ops.shape import sizes
from .tensor import Tensor, wrap


def tensor(data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A Tensor with a copy of ``data``.

    Args:
        data: a number, nested sequences of numbers, an array or a Tensor; any shape.
        dtype: by default that of an array or Tensor, the default dtype for Python floats, int64 for integers.
        device: None or "cpu".
        requires_grad: whether a gradient is wanted.

    Raises:
        ValueError: if the sequences are ragged.
        TypeError: if something in them is no number.

    >>> import tensorgrad as tg
    >>> tg.tensor([[1, 2.5], [3, 4]])
    tensor([[1.0000, 2.5000],
            [3.0000, 4.0000]])
    """
    if device is not None:
        checked_device(device)
    return wrap(_copied(data, dtype)).requires_grad_(requires_grad)


def _copied(data: Any, dtype: Any) -> NDArray[Any]:
    if isinstance(data, Tensor):
        data = data.detach()._array()
    try:
        array = np.array(data, dtype)
    except ValueError as error:
        if "inhomogeneous" not in str(error):
            raise
        raise ValueError(
            "tensor(): the nested sequences are ragged: all of one depth must have the same length"
        ) from None
    if dtype is None and not hasattr(data, "dtype") and not any(hasattr(item, "dtype") for item in _leaves(data)):
        if array.dtype.kind == "f":
            array = array.astype(get_default_dtype())
        elif array.dtype.kind == "u":
            raise ValueError(f"tensor(): {array.max()} does not fit in int64; pass dtype=float64 to round it")
    if array.dtype.kind not in "biufc":
        raise TypeError(f"tensor(): needs numbers, but got data that NumPy reads as {array.dtype}: {data!r:.60}")
    return array


def _leaves(data: Any) -> Any:
    """The first element of each depth: enough to see whether NumPy numbers, which have a dtype, are in there."""
    while isinstance(data, (list, tuple)) and data:
        data = data[0]
        yield data


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """A Tensor of ``data``, without a copy where it is a Tensor or an array already.

    >>> import tensorgrad as tg
    >>> tg.as_tensor([1, 2])
    tensor([1, 2])
    """
    if device is not None:
        checked_device(device)
    if isinstance(data, np.ndarray):
        data = from_numpy(data)
    return data.to(dtype=dtype) if isinstance(data, Tensor) else tensor(data, dtype=dtype)


def from_numpy(array: NDArray[Any]) -> Tensor:
    """A Tensor that shares the memory of an array: what is written to one is seen in the other.

    >>> import numpy as np
    >>> import tensorgrad as tg
    >>> a = np.zeros(2)
    >>> t = tg.from_numpy(a)
    >>> a[0] = 1
    >>> t
    tensor([1., 0.], dtype=tensorgrad.float64)
    """
    if not isinstance(array, np.ndarray):
        raise TypeError(f"from_numpy: expected an np.ndarray, but got {type(array).__name__}; use tensor() to copy it")
    if array.dtype.kind not in "biufc":
        raise TypeError(f"from_numpy: can't make a Tensor of an array of {array.dtype}; it must hold numbers")
    return wrap(array)


def from_dlpack(ext_tensor: Any) -> Tensor:
    """A Tensor that shares the memory of another library's tensor, on the CPU, by the protocol DLPack.

    Read-only memory stays so; NumPy before 2.1 takes all that comes this way for read-only.

    Args:
        ext_tensor: something with a ``__dlpack__``, such as a PyTorch, JAX or NumPy array.

    Raises:
        TypeError: if it has none.
        BufferError: if it cannot be shared: it requires grad, is on another device, or of a dtype that NumPy lacks.

    >>> import numpy as np
    >>> import tensorgrad as tg
    >>> tg.from_dlpack(np.ones(2, dtype=np.float32))
    tensor([1., 1.])
    """
    if not hasattr(ext_tensor, "__dlpack__"):
        kind = type(ext_tensor).__name__
        raise TypeError(f"from_dlpack: expected an array with __dlpack__, but got {kind}; use tensor() to copy it")
    try:
        return wrap(np.from_dlpack(ext_tensor))
    except (BufferError, RuntimeError) as error:
        raise BufferError(f"from_dlpack: the memory cannot be shared: {error}") from None


def _new(array: NDArray[Any], device: Any, requires_grad: bool) -> Tensor:
    if device is not None:
        checked_device(device)
    return wrap(array).requires_grad_(requires_grad)


def zeros(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A Tensor of zeros, of the given sizes.

    >>> import tensorgrad as tg
    >>> tg.zeros(2, 3)
    tensor([[0., 0., 0.],
            [0., 0., 0.]])
    """
    return _new(np.zeros(sizes("zeros", size), dtype or get_default_dtype()), device, requires_grad)


def ones(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A Tensor of ones, of the given sizes.

    >>> import tensorgrad as tg
    >>> tg.ones(3)
    tensor([1., 1., 1.])
    """
    return _new(np.ones(sizes("ones", size), dtype or get_default_dtype()), device, requires_grad)


def empty(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A Tensor of the given sizes whose numbers are whatever the memory holds.

    >>> import tensorgrad as tg
    >>> tg.empty(2, 3).shape
    (2, 3)
    """
    return _new(np.empty(sizes("empty", size), dtype or get_default_dtype()), device, requires_grad)


def full(
    size: Sequence[int], fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """A Tensor of one number, of the given sizes; the dtype is the number's, unless given.

    >>> import tensorgrad as tg
    >>> tg.full((2,), 7)
    tensor([7, 7])
    """
    array = np.full(sizes("full", (size,)), fill_value, dtype or _copied(fill_value, None).dtype)
    return _new(array, device, requires_grad)


def arange(
    start: float = 0, end: float | None = None, step: float = 1, *, dtype: Any = None, device: Any = None,
    requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """The numbers start, start + step, ... below ``end``; from 0 if only the end is given.

    >>> import tensorgrad as tg
    >>> tg.arange(-1, 1, 0.5)
    tensor([-1.0000, -0.5000,  0.0000,  0.5000])
    """
    if end is None:
        start, end = 0, start
    start, end, step = (n.item() if hasattr(n, "item") else n for n in (start, end, step))
    if step == 0 or (end - start) / step < 0:
        raise ValueError(
            f"arange: no step of {step} leads from {start} to {end}; its sign must fit, and it must not be 0"
        )
    if dtype is None and any(isinstance(n, float) for n in (start, end, step)):
        dtype = get_default_dtype()
    if dtype is not None and np.dtype(dtype).kind == "f":
        count = int(np.ceil((end - start) / step))
        return _new((start + np.arange(count) * float(step)).astype(dtype), device, requires_grad)
    return _new(np.arange(start, end, step).astype(dtype or np.int64), device, requires_grad)


def linspace(
    start: float, end: float, steps: int, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """``steps`` numbers at even distances, from start to end, both included, and rounded as PyTorch rounds them.

    >>> import tensorgrad as tg
    >>> tg.linspace(0, 1, 5)
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
    dtype = np.dtype(dtype or get_default_dtype())
    even = dtype.kind == "f" and steps > 1
    array = evenly_spaced(start, end, steps, dtype) if even else np.linspace(start, end, steps).astype(dtype)
    return _new(array, device, requires_grad)


def logspace(
    start: float, end: float, steps: int, base: float = 10.0, *, dtype: Any = None, device: Any = None,
    requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """``steps`` powers of the base, their exponents at even distances from start to end, both included.

    >>> import tensorgrad as tg
    >>> tg.logspace(-1, 1, 3)
    tensor([ 0.1000,  1.0000, 10.0000])
    """
    array = np.logspace(start, end, steps, base=base).astype(dtype or get_default_dtype())
    return _new(array, device, requires_grad)


def eye(n: int, m: int | None = None, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """The identity matrix, (n, m), ones on the diagonal.

    >>> import tensorgrad as tg
    >>> tg.eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    return _new(np.eye(n, m, dtype=dtype or get_default_dtype()), device, requires_grad)


def tril_indices(row: int, col: int, offset: int = 0, *, dtype: Any = np.int64, device: Any = None) -> Tensor:
    """Where the elements of a matrix's lower triangle are, row by row.

    Args:
        row: the number of rows.
        col: the number of columns.
        offset: the last diagonal of the triangle, counted from the main one upwards.

    Returns:
        (2, n): the rows, and the columns.

    >>> import tensorgrad as tg
    >>> tg.tril_indices(2, 2)
    tensor([[0, 1, 1],
            [0, 0, 1]])
    """
    return _new(np.array(np.tril_indices(row, offset, col), dtype), device, False)


def triu_indices(row: int, col: int, offset: int = 0, *, dtype: Any = np.int64, device: Any = None) -> Tensor:
    """Where the elements of a matrix's upper triangle are; arguments and result are as for ``tril_indices``.

    >>> import tensorgrad as tg
    >>> tg.triu_indices(2, 2)
    tensor([[0, 0, 1],
            [0, 1, 1]])
    """
    return _new(np.array(np.triu_indices(row, offset, col), dtype), device, False)


def zeros_like(input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros of another Tensor's shape and dtype.

    >>> import tensorgrad as tg
    >>> tg.zeros_like(tg.tensor([1, 2]))
    tensor([0, 0])
    """
    return _new(np.zeros(input.shape, dtype or input.dtype), device, requires_grad)


def ones_like(input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones of another Tensor's shape and dtype.

    >>> import tensorgrad as tg
    >>> tg.ones_like(tg.tensor([1.5, 2.5]))
    tensor([1., 1.])
    """
    return _new(np.ones(input.shape, dtype or input.dtype), device, requires_grad)


def empty_like(input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Another Tensor's shape and dtype, with whatever numbers the memory holds.

    >>> import tensorgrad as tg
    >>> tg.empty_like(tg.zeros(2, 3)).shape
    (2, 3)
    """
    return _new(np.empty(input.shape, dtype or input.dtype), device, requires_grad)


def full_like(
    input: Tensor, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """One number in another Tensor's shape and dtype.

    >>> import tensorgrad as tg
    >>> tg.full_like(tg.zeros(2), 3)
    tensor([3., 3.])
    """
    return _new(np.full(input.shape, fill_value, dtype or input.dtype), device, requires_grad)


def where(condition: Tensor, input: Any = None, other: Any = None) -> Any:
    """input's elements where the condition holds, other's elsewhere; the three broadcast.

    Of a condition alone, the places where it holds: a tuple of an index for each dimension.

    >>> import tensorgrad as tg
    >>> x = tg.tensor([-1.0, 2.0])
    >>> tg.where(x > 0, x, 0.0)
    tensor([0., 2.])
    >>> tg.where(x > 0)
    (tensor([1]),)
    """
    if input is None and other is None:
        return condition.nonzero(as_tuple=True)
    if input is None or other is None:
        raise TypeError("where: takes a condition alone, or with both input and other; give the one that is missing")
    if not isinstance(input, Tensor) and not isinstance(other, Tensor):
        input = tensor(input)
    return _where(input, other, condition)
