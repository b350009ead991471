"""Tensors from data, and of a shape."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .devices import device as checked_device
from .dtypes import numpy_dtype, promoted
from .errors import RangeError, tensors_only
from .ops.counting import evenly_spaced
from .ops.elementwise import _where
from .ops.shape import shape_of
from .tensor import Tensor, wrap


def tensor(data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A Tensor with a copy of ``data``.

    Args:
        data: a number, nested sequences of numbers, an array or a Tensor; any shape.
        dtype: by default that of an array or Tensor, the default dtype for Python floats, int64 for integers.
        device: None or "cpu".
        requires_grad: whether a gradient is wanted.

    Raises:
        ValueError: if the sequences are ragged, or hold text, an integer beyond int64 or a Tensor of several elements.
        RuntimeError: if they hold something else that is no number.
        RangeError: if a number does not fit in the dtype.
        TypeError: if the data is text, or an array of other things than numbers.

    >>> import tensorgrad as tg
    >>> tg.tensor([[1, 2.5], [3, 4]])
    tensor([[1.0000, 2.5000],
            [3.0000, 4.0000]])
    """
    if device is not None:
        checked_device(device)
    return wrap(_copied(data, dtype)).requires_grad_(requires_grad)


def _copied(data: Any, dtype: Any) -> NDArray[Any]:
    if dtype is not None:
        dtype = numpy_dtype(dtype)
    if isinstance(data, Tensor):
        data = data.detach()._array()
    if any(isinstance(item, Tensor) and item.numel() != 1 for item in _leaves(data)):
        raise ValueError("tensor(): only Tensors of a single element can be elements of a list; use stack([...])")
    try:
        array = np.array(data, dtype)
    except (ValueError, OverflowError) as error:
        if "inhomogeneous" not in str(error):
            raise _unfit(data, f"cannot be {dtype}", RangeError) from None
        raise ValueError(
            "tensor(): the nested sequences are ragged: all of one depth must have the same length"
        ) from None
    if dtype is None and not hasattr(data, "dtype") and array.dtype.kind in "biuf":
        wanted = functools.reduce(promoted, _dtypes_in(data) or [numpy_dtype()])
        if wanted == np.int64 and array.dtype.kind in "uf":
            raise ValueError(f"tensor(): {array.max()} does not fit in int64; pass dtype=float64 to round it")
        array = array.astype(wanted, copy=False)
    if array.dtype.kind in "US":
        raise _unfit(data, "is text, not a number", ValueError)
    if array.dtype.kind not in "biufc":
        first = next((x for x in array.flat if type(x) is not int), 0)
        if isinstance(first, int):
            raise _unfit(data, "does not fit in int64", ValueError)
        raise _unfit(data, f"holds a {type(first).__name__}, not a number", RuntimeError)
    return array


def _unfit(data: Any, reason: str, kind: type[Exception]) -> Exception:
    """What PyTorch raises for elements of this kind; for text alone, and for an array, it is a TypeError."""
    kind = TypeError if isinstance(data, (str, bytes, np.ndarray)) else kind
    return kind(f"tensor(): needs numbers that fit the dtype, but {data!r:.60} {reason}")


def _dtypes_in(data: Any) -> set[Any]:
    """The dtypes of the numbers in nested sequences."""
    if not isinstance(data, (list, tuple)):
        if hasattr(data, "dtype"):
            return {getattr(data, "_data", data).dtype}
        dtype = np.dtype(np.int64) if type(data) is int else np.asarray(data).dtype
        return {numpy_dtype() if dtype.kind == "f" else dtype}
    found: set[Any] = set()
    for kind in set(map(type, data)):
        alike = (item for item in data if type(item) is kind)
        for item in [next(alike)] if kind in (float, int, bool) else alike:
            found |= _dtypes_in(item)
    return found


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
    tensor([1., 0.], dtype=torch.float64)
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
    if array.dtype.kind not in "biufc":
        raise TypeError(f"a Tensor holds numbers, so its dtype cannot be {array.dtype}; see tg.float32, tg.int64")
    if device is not None:
        checked_device(device)
    return wrap(array).requires_grad_(requires_grad)


def zeros(*apart: Any, size: Any = None, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A Tensor of zeros, of the given sizes, apart or as one tuple.

    >>> import tensorgrad as tg
    >>> tg.zeros(2, 3)
    tensor([[0., 0., 0.],
            [0., 0., 0.]])
    """
    return _new(np.zeros(shape_of("zeros", apart, size), numpy_dtype(dtype)), device, requires_grad)


def ones(*apart: Any, size: Any = None, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A Tensor of ones, of the given sizes, apart or as one tuple.

    >>> import tensorgrad as tg
    >>> tg.ones(3)
    tensor([1., 1., 1.])
    """
    return _new(np.ones(shape_of("ones", apart, size), numpy_dtype(dtype)), device, requires_grad)


def empty(*apart: Any, size: Any = None, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A Tensor of the given sizes whose numbers are whatever the memory holds.

    >>> import tensorgrad as tg
    >>> tg.empty(2, 3).shape
    torch.Size([2, 3])
    """
    return _new(np.empty(shape_of("empty", apart, size), numpy_dtype(dtype)), device, requires_grad)


def full(
    size: Sequence[int], fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """A Tensor of one number, of the given sizes; the dtype is the number's, unless given.

    >>> import tensorgrad as tg
    >>> tg.full((2,), 7)
    tensor([7, 7])
    """
    if not isinstance(size, (tuple, list)):
        raise TypeError(f"full: the size must be a tuple, such as ({size},), but it is {size!r}")
    array = np.full(shape_of("full", (size,)), _copied(fill_value, dtype))
    return _new(array, device, requires_grad)


def arange(
    start: float | None = None, end: float | None = None, step: float = 1, *, dtype: Any = None, device: Any = None,
    requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """The numbers start, start + step, ... below ``end``; from 0 if only the end is given.

    Of an integer dtype, start and step lose what is after the point, and of int64, as in PyTorch, the end, too.

    >>> import tensorgrad as tg
    >>> tg.arange(-1, 1, 0.5)
    tensor([-1.0000, -0.5000,  0.0000,  0.5000])
    """
    if end is None:
        if start is None:
            raise TypeError("arange: needs an end, the number before which to stop, but got none")
        start, end = 0, start
    elif start is None:
        start = 0
    start, end, step = (n.item() if hasattr(n, "item") else n for n in (start, end, step))
    if dtype is None and not any(isinstance(n, float) for n in (start, end, step)):
        dtype = np.int64
    dtype = numpy_dtype(dtype)
    if dtype == np.int64 and math.isfinite(start + end + step):
        start, end, step = int(start), int(end), int(step)
    if step == 0 or not 0 <= (end - start) / step < math.inf:
        raise RangeError(
            f"arange: no number of steps of {step} leads from {start} to {end}; the sign must fit, the step must not "
            "be 0, and the ends must be finite"
        )
    if dtype == np.int64:
        return _new(np.arange(start, end, step), device, requires_grad)
    steps = np.arange(math.ceil((end - start) / step))
    whole = dtype.kind in "biu"  # the numbers are; the ends, by which they are counted, are not
    array = int(start) + steps * int(step) if whole else start + steps * float(step)
    return _new(array.astype(dtype), device, requires_grad)


def linspace(
    start: float, end: float, steps: int, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """``steps`` numbers at even distances, from start to end, both included, and rounded as PyTorch rounds them.

    >>> import tensorgrad as tg
    >>> tg.linspace(0, 1, 5)
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
    dtype = numpy_dtype(dtype)
    (steps,) = shape_of("linspace", (steps,))
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
    (steps,) = shape_of("logspace", (steps,))
    array = np.logspace(start, end, steps, base=base).astype(numpy_dtype(dtype))
    return _new(array, device, requires_grad)


def eye(n: int, m: int | None = None, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """The identity matrix, (n, m), ones on the diagonal.

    >>> import tensorgrad as tg
    >>> tg.eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    rows, columns = shape_of("eye", (n, n if m is None else m))
    return _new(np.eye(rows, columns, dtype=numpy_dtype(dtype)), device, requires_grad)


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
    rows, columns = shape_of("tril_indices", (row, col))
    return _new(np.array(np.tril_indices(rows, offset, columns), numpy_dtype(dtype)), device, False)


def triu_indices(row: int, col: int, offset: int = 0, *, dtype: Any = np.int64, device: Any = None) -> Tensor:
    """Where the elements of a matrix's upper triangle are; arguments and result are as for ``tril_indices``.

    >>> import tensorgrad as tg
    >>> tg.triu_indices(2, 2)
    tensor([[0, 0, 1],
            [0, 1, 1]])
    """
    rows, columns = shape_of("triu_indices", (row, col))
    return _new(np.array(np.triu_indices(rows, offset, columns), numpy_dtype(dtype)), device, False)


def zeros_like(input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros of another Tensor's shape and dtype.

    >>> import tensorgrad as tg
    >>> tg.zeros_like(tg.tensor([1, 2]))
    tensor([0, 0])
    """
    tensors_only("zeros_like", input)
    return _new(np.zeros(input._data.shape, numpy_dtype(dtype, input._data.dtype)), device, requires_grad)


def ones_like(input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones of another Tensor's shape and dtype.

    >>> import tensorgrad as tg
    >>> tg.ones_like(tg.tensor([1.5, 2.5]))
    tensor([1., 1.])
    """
    tensors_only("ones_like", input)
    return _new(np.ones(input._data.shape, numpy_dtype(dtype, input._data.dtype)), device, requires_grad)


def empty_like(input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Another Tensor's shape and dtype, with whatever numbers the memory holds.

    >>> import tensorgrad as tg
    >>> tg.empty_like(tg.zeros(2, 3)).shape
    torch.Size([2, 3])
    """
    tensors_only("empty_like", input)
    return _new(np.empty(input._data.shape, numpy_dtype(dtype, input._data.dtype)), device, requires_grad)


def full_like(
    input: Tensor, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """One number in another Tensor's shape and dtype.

    >>> import tensorgrad as tg
    >>> tg.full_like(tg.zeros(2), 3)
    tensor([3., 3.])
    """
    tensors_only("full_like", input)
    return full(
        input._data.shape,
        fill_value,
        dtype=numpy_dtype(dtype, input._data.dtype),
        device=device,
        requires_grad=requires_grad,
    )


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
        tensors_only("where", condition)
        return condition.nonzero(as_tuple=True)
    if input is None or other is None:
        raise TypeError("where: takes a condition alone, or with both input and other; give the one that is missing")
    if not isinstance(input, Tensor) and not isinstance(other, Tensor):
        input = tensor(input)
    return _where(input, other, condition)
