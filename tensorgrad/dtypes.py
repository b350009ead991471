"""Dtypes by PyTorch's names, the default one, and which dtype an operation computes with."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

DType = np.dtype[Any]
float16, half = np.dtype("float16"), np.dtype("float16")
float32, float = np.dtype("float32"), np.dtype("float32")
float64, double = np.dtype("float64"), np.dtype("float64")
uint8 = np.dtype("uint8")
int8 = np.dtype("int8")
int16, short = np.dtype("int16"), np.dtype("int16")
int32, int = np.dtype("int32"), np.dtype("int32")
int64, long = np.dtype("int64"), np.dtype("int64")
bool = np.dtype("bool")

_default = float32
_KINDS = {"b": 0, "u": 1, "i": 1, "f": 2, "c": 3}  # a number or 0-d tensor widens another only to a higher kind


def get_default_dtype() -> DType:
    """The dtype of Tensors made of Python floats: float32, unless changed.

    >>> import tensorgrad as tg
    >>> tg.get_default_dtype()
    dtype('float32')
    """
    return _default


def set_default_dtype(dtype: Any) -> None:
    """Make ``dtype`` the one of Tensors made of Python floats, and of integers in floating-point functions.

    Args:
        dtype: a floating-point dtype.

    Raises:
        TypeError: if it is not one.

    >>> import tensorgrad as tg
    >>> tg.set_default_dtype(tg.float64)
    >>> tg.tensor([1.0]).dtype
    dtype('float64')
    >>> tg.set_default_dtype(tg.float32)
    """
    global _default
    wanted = np.dtype(dtype)
    if wanted.kind != "f":
        raise TypeError(
            f"set_default_dtype: only floating-point types are supported as the default type, but got {wanted}"
        )
    _default = wanted


def _promoted(a: DType, b: DType) -> DType:
    if _KINDS[a.kind] == _KINDS[b.kind]:
        return np.promote_types(a, b)
    return a if _KINDS[a.kind] > _KINDS[b.kind] else b


def result_type(*inputs: Any) -> DType:
    """The dtype that an operation on these raw arrays and plain numbers gives, by PyTorch's rules.

    Arrays with dimensions decide; a 0-d array counts only if its kind (bool, integer, floating) is higher, and a
    plain number only if its kind is higher still, and then as the default dtype.  Among arrays of different kinds
    the higher kind's dtype wins: int64 with float32 is float32.  None, an input left out, does not count.
    """
    dtypes: list[DType | None] = [None, None, None]  # of arrays, of 0-d arrays, of numbers
    for x in inputs:
        if x is None:
            continue
        if hasattr(x, "dtype"):
            place, dtype = (0 if x.ndim else 1), x.dtype
        else:
            place, kind = 2, type(x)
            dtype = _default if kind is builtins.float else int64 if kind is builtins.int else np.result_type(x)
        before = dtypes[place]
        dtypes[place] = dtype if before is None else _promoted(before, dtype)
    present = [d for d in dtypes if d is not None]
    result = present[0]
    for dtype in present[1:]:
        if _KINDS[dtype.kind] > _KINDS[result.kind]:
            result = dtype
    return result


def cast(*inputs: Any) -> Any:
    """The inputs with the dtype of ``result_type``; a plain number stays one, unless it widens the arrays."""
    dtype = result_type(*inputs)
    return [x.astype(dtype, copy=False) if hasattr(x, "dtype") else x for x in inputs]


def cast_wrapping(*inputs: Any) -> Any:
    """As ``cast``, with a plain integer wrapped around like the integers it meets: uint8 + -1 is uint8 + 255."""
    dtype = result_type(*inputs)
    whole = dtype.kind in "iu"
    return [x.astype(dtype, copy=False) if hasattr(x, "dtype") else _wrapped(x, dtype) if whole else x for x in inputs]


def _wrapped(number: Any, dtype: DType) -> Any:
    try:
        return np.int64(number).astype(dtype)
    except OverflowError:
        raise OverflowError(f"the integer {number} does not fit in int64; give it as a float") from None


def cast_floating(*inputs: Any) -> Any:
    """As ``cast``, with integers taken as the default floating-point dtype."""
    dtype = result_type(*inputs)
    if dtype.kind not in "fc":
        dtype = _default
    return [x.astype(dtype, copy=False) if hasattr(x, "dtype") else x for x in inputs]


def same_dtype(*inputs: Any) -> Any:
    """The inputs as they are, or an error if their dtypes differ: what matrix products ask for."""
    dtypes = {x.dtype for x in inputs if hasattr(x, "dtype")}
    if len(dtypes) > 1:
        listed = " and ".join(sorted(str(d) for d in dtypes))
        raise RuntimeError(f"matrix products need operands of one dtype, but got {listed}; convert one with .to(dtype)")
    return inputs
