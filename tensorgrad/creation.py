"""Tensors from data, of a shape, and from several Tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .dtypes import get_default_dtype
from .ops.elementwise import _where
from .ops.shape import _cat, _stack, sizes
from .tensor import Tensor, wrap


def _device(device: Any) -> None:
    if device not in (None, "cpu"):
        raise RuntimeError(f"there is no device {device!r} here; tensorgrad computes on the CPU, device='cpu'")


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
    _device(device)
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
    _device(device)
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


def _new(array: NDArray[Any], device: Any, requires_grad: bool) -> Tensor:
    _device(device)
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
    start: float, end: float | None = None, step: float = 1, *, dtype: Any = None, device: Any = None,
    requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """The numbers start, start + step, ... below ``end``; from 0 if only the end is given.

    >>> import tensorgrad as tg
    >>> tg.arange(-1, 1, 0.5)
    tensor([-1.0000, -0.5000,  0.0000,  0.5000])
    """
    start, end = (0, start) if end is None else (start, end)
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
    """``steps`` numbers at even distances, from start to end, both included.

    >>> import tensorgrad as tg
    >>> tg.linspace(0, 1, 5)
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
    return _new(np.linspace(start, end, steps, dtype=dtype or get_default_dtype()), device, requires_grad)


def eye(n: int, m: int | None = None, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """The identity matrix, (n, m), ones on the diagonal.

    >>> import tensorgrad as tg
    >>> tg.eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    return _new(np.eye(n, m, dtype=dtype or get_default_dtype()), device, requires_grad)


def zeros_like(input: Tensor, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros of another Tensor's shape and dtype.

    >>> import tensorgrad as tg
    >>> tg.zeros_like(tg.tensor([1, 2]))
    tensor([0, 0])
    """
    return _new(np.zeros(input.shape, dtype or input.dtype), None, requires_grad)


def ones_like(input: Tensor, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones of another Tensor's shape and dtype.

    >>> import tensorgrad as tg
    >>> tg.ones_like(tg.tensor([1.5, 2.5]))
    tensor([1., 1.])
    """
    return _new(np.ones(input.shape, dtype or input.dtype), None, requires_grad)


def full_like(input: Tensor, fill_value: Any, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """One number in another Tensor's shape and dtype.

    >>> import tensorgrad as tg
    >>> tg.full_like(tg.zeros(2), 3)
    tensor([3., 3.])
    """
    return _new(np.full(input.shape, fill_value, dtype or input.dtype), None, requires_grad)


def cat(tensors: Sequence[Tensor], dim: int = 0, **numpy_words: Any) -> Tensor:
    """Tensors one after the other along a dimension they have.

    Args:
        tensors: at least one; of the same shape but for ``dim``, or empty, of shape (0,).
        dim: the dimension to join along.

    >>> import tensorgrad as tg
    >>> tg.cat([tg.zeros(2), tg.ones(1)])
    tensor([0., 0., 1.])
    """
    return _joined(_cat, "cat", tensors, dim=numpy_words.pop("axis", dim), **numpy_words)


def stack(tensors: Sequence[Tensor], dim: int = 0, **numpy_words: Any) -> Tensor:
    """Tensors side by side along a new dimension.

    Args:
        tensors: at least one; all of the same shape.
        dim: where the new dimension stands.

    >>> import tensorgrad as tg
    >>> tg.stack([tg.zeros(2), tg.ones(2)], dim=1)
    tensor([[0., 1.],
            [0., 1.]])
    """
    return _joined(_stack, "stack", tensors, dim=numpy_words.pop("axis", dim), **numpy_words)


def _joined(operation: Any, name: str, tensors: Sequence[Tensor], dim: int) -> Tensor:
    if isinstance(tensors, Tensor) or not (tensors := list(tensors)):
        raise TypeError(f"{name}: expected a non-empty list of Tensors, but got {tensors!r}")
    for position, x in enumerate(tensors):
        if not isinstance(x, Tensor):
            raise TypeError(f"{name}: item {position} must be a Tensor, but it is a {type(x).__name__}")
    return operation(*tensors, dim=dim)  # type: ignore[no-any-return]


def where(condition: Tensor, input: Any, other: Any) -> Tensor:
    """input's elements where the condition holds, other's elsewhere; the three broadcast.

    >>> import tensorgrad as tg
    >>> x = tg.tensor([-1.0, 2.0])
    >>> tg.where(x > 0, x, 0.0)
    tensor([0., 2.])
    """
    if not isinstance(input, Tensor) and not isinstance(other, Tensor):
        input = tensor(input)
    return _where(input, other, condition)
