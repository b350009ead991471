"""Dtypes by PyTorch's names, the default one, and which dtype an operation computes with.

A Tensor's ``dtype`` is one of this module's; operations work on raw arrays, with NumPy's.
"""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

DType = np.dtype[Any]


class dtype:
    """The kind of a Tensor's numbers: ``tg.float32``, ``tg.int64`` and so on.

    It prints as PyTorch's, so that a program prints the same text with either library.  Each is one object, which
    ``is`` finds again.  Its own attribute ``dtype`` is NumPy's, by which NumPy takes it wherever it takes its own.

    Raises:
        TypeError: if it is called: there are no others.

    >>> import numpy as np
    >>> import tensorgrad as tg
    >>> tg.zeros(2).dtype is tg.float32, np.zeros(2, tg.float32).dtype, tg.float32
    (True, dtype('float32'), torch.float32)
    """

    __slots__ = ("dtype",)
    dtype: DType

    def __init__(self, *args: Any) -> None:
        raise TypeError("cannot create 'dtype' instances; take tg.float32, tg.int64 or another that there is")

    @property
    def is_floating_point(self) -> builtins.bool:
        """Whether its numbers are floating-point."""
        return self.dtype.kind == "f"

    @property
    def is_complex(self) -> builtins.bool:
        """Whether its numbers are complex."""
        return self.dtype.kind == "c"

    @property
    def is_signed(self) -> builtins.bool:
        """Whether its numbers may be negative."""
        return self.dtype.kind in "ifc"

    @property
    def itemsize(self) -> builtins.int:
        """The bytes of one number."""
        return self.dtype.itemsize

    def __repr__(self) -> str:
        """As PyTorch prints it."""
        return f"torch.{self.dtype.name}"

    def __hash__(self) -> builtins.int:
        return hash(self.dtype)  # that of NumPy's, to which it is equal

    def __reduce__(self) -> Any:
        """For copy.deepcopy and pickle, which give the same object."""
        return _of, (self.dtype,)


class _Dtypes(dict[DType, dtype]):
    """The dtype of each of NumPy's, made when it is first asked for."""

    def __missing__(self, kind: DType) -> dtype:
        native: DType = np.dtype(kind.type)  # in the order of bytes of this machine
        if native not in self:
            made = self[native] = object.__new__(dtype)
            made.dtype = native
        self[kind] = self[native]
        return self[native]


DTYPES = _Dtypes()


def _of(kind: Any) -> dtype:
    return DTYPES[np.dtype(kind)]


float16 = half = _of("float16")
float32 = float = _of("float32")
float64 = double = _of("float64")
uint8 = _of("uint8")
int8 = _of("int8")
int16 = short = _of("int16")
int32 = int = _of("int32")
int64 = long = _of("int64")
bool = _of("bool")

_default, _int64 = float32.dtype, int64.dtype
_KINDS = {"b": 0, "u": 1, "i": 1, "f": 2, "c": 3}  # a number or 0-d tensor widens another only to a higher kind


def numpy_dtype(given: Any = None, otherwise: DType | None = None) -> DType:
    """NumPy's dtype of what a function was given as its ``dtype``.

    Args:
        given: a dtype of here, of NumPy's, or Python's float, int or bool.
        otherwise: what None stands for; by default the default dtype.

    Raises:
        TypeError: if it is something else, such as a name.
    """
    if given is None:
        return _default if otherwise is None else otherwise
    try:
        wanted: DType | None = None if isinstance(given, str) else np.dtype(given)
    except TypeError:
        wanted = None
    if wanted is None:
        raise TypeError(f"a dtype is tg.float32 or its like, or Python's float, int or bool, but got {given!r}")
    return wanted


def get_default_dtype() -> dtype:
    """The dtype of Tensors made of Python floats: float32, unless changed.

    >>> import tensorgrad as tg
    >>> tg.get_default_dtype()
    torch.float32
    """
    return DTYPES[_default]


def set_default_dtype(dtype: Any) -> None:
    """Make ``dtype`` the one of Tensors made of Python floats, and of integers in floating-point functions.

    Args:
        dtype: a floating-point dtype.

    Raises:
        TypeError: if it is not one.

    >>> import tensorgrad as tg
    >>> tg.set_default_dtype(tg.float64)
    >>> tg.tensor([1.0]).dtype
    torch.float64
    >>> tg.set_default_dtype(tg.float32)
    """
    global _default
    wanted = numpy_dtype(dtype)
    if wanted.kind != "f":
        raise TypeError(
            f"set_default_dtype: only floating-point types are supported as the default type, but got {wanted}"
        )
    _default = wanted


def promoted(a: DType, b: DType) -> DType:
    """``promote_types`` of NumPy's dtypes."""
    if _KINDS[a.kind] == _KINDS[b.kind]:
        return np.promote_types(a, b)
    return a if _KINDS[a.kind] > _KINDS[b.kind] else b


def promote_types(type1: Any, type2: Any) -> dtype:
    """The dtype of an operation on Tensors of these two dtypes: the higher kind's, or the wider of one kind.

    >>> import tensorgrad as tg
    >>> tg.promote_types(tg.int64, tg.float32)
    torch.float32
    """
    return DTYPES[promoted(numpy_dtype(type1), numpy_dtype(type2))]


def can_cast(from_: Any, to: Any) -> builtins.bool:
    """Whether numbers of one dtype may be written into a Tensor of another: if its kind is no lower.

    The kinds are, from the lowest, bool, integer and floating; a narrower dtype of one kind is as good as a wider one.

    >>> import tensorgrad as tg
    >>> tg.can_cast(tg.float64, tg.float32), tg.can_cast(tg.float32, tg.int64)
    (True, False)
    """
    return _KINDS[numpy_dtype(from_).kind] <= _KINDS[numpy_dtype(to).kind]


def result_type(*inputs: Any) -> dtype:
    """The dtype that an operation on these Tensors, arrays and plain numbers gives, by PyTorch's rules.

    Those with dimensions decide; a 0-d one counts only if its kind (bool, integer, floating) is higher, and a plain
    number only if its kind is higher still, and then as the default dtype.  Among those of different kinds the higher
    kind's dtype wins: int64 with float32 is float32.

    >>> import tensorgrad as tg
    >>> tg.result_type(tg.tensor([1, 2]), 1.0)
    torch.float32
    """
    return DTYPES[common_dtype(*(getattr(x, "_data", x) for x in inputs))]


def common_dtype(*inputs: Any) -> DType:
    """``result_type`` of raw arrays and plain numbers; None, an input left out, does not count."""
    dtypes: list[DType | None] = [None, None, None]  # of arrays, of 0-d arrays, of numbers
    for x in inputs:
        if x is None:
            continue
        if hasattr(x, "dtype"):
            place, dtype = (0 if x.ndim else 1), x.dtype
        else:
            place, kind = 2, type(x)
            dtype = _default if kind is builtins.float else _int64 if kind is builtins.int else _of_number(x)
        before = dtypes[place]
        dtypes[place] = dtype if before is None else promoted(before, dtype)
    present = [d for d in dtypes if d is not None]
    result = present[0]
    for dtype in present[1:]:
        if _KINDS[dtype.kind] > _KINDS[result.kind]:
            result = dtype
    return result


def _of_number(x: Any) -> DType:
    if not isinstance(x, (builtins.bool, complex)):
        raise TypeError(f"operations take Tensors and numbers, but got a {type(x).__name__}")
    return np.result_type(x)


def cast(*inputs: Any) -> Any:
    """The inputs with the dtype of ``common_dtype``; a plain number stays one, unless it widens the arrays."""
    dtype = common_dtype(*inputs)
    return [x.astype(dtype, copy=False) if hasattr(x, "dtype") else x for x in inputs]


def cast_wrapping(*inputs: Any) -> Any:
    """As ``cast``, with a plain integer wrapped around like the integers it meets: uint8 + -1 is uint8 + 255."""
    dtype = common_dtype(*inputs)
    whole = dtype.kind in "iu"
    return [x.astype(dtype, copy=False) if hasattr(x, "dtype") else _wrapped(x, dtype) if whole else x for x in inputs]


def _wrapped(number: Any, dtype: DType) -> Any:
    try:
        return np.int64(number).astype(dtype)
    except OverflowError:
        raise OverflowError(f"the integer {number} does not fit in int64; give it as a float") from None


def cast_floating(*inputs: Any) -> Any:
    """As ``cast``, with integers taken as the default floating-point dtype."""
    dtype = common_dtype(*inputs)
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


class finfo:
    """The limits of a floating-point dtype, as Python numbers.

    It has ``bits``, ``eps`` (the distance from 1 to the next number), ``max``, ``min`` (-max), ``tiny`` or
    ``smallest_normal`` (the smallest number above 0 of full precision), ``resolution`` and the dtype's name, ``dtype``.

    Args:
        type: the dtype; by default the default one.

    Raises:
        TypeError: if it is not floating-point.

    >>> import tensorgrad as tg
    >>> tg.finfo(tg.float32).eps
    1.1920928955078125e-07
    """

    def __init__(self, type: Any = None) -> None:
        dtype = numpy_dtype(type)
        if dtype.kind != "f":
            raise TypeError(f"finfo: needs a floating-point dtype, but got {dtype}; integers have iinfo")
        limits = np.finfo(dtype)
        self.dtype, self.bits, self.resolution = dtype.name, limits.bits, 10.0**-limits.precision
        self.eps, self.min, self.max = limits.eps.item(), limits.min.item(), limits.max.item()
        self.tiny = self.smallest_normal = limits.tiny.item()

    def __repr__(self) -> str:
        """As PyTorch prints it."""
        return (
            f"finfo(resolution={self.resolution:g}, min={self.min:g}, max={self.max:g}, eps={self.eps:g}, "
            f"smallest_normal={self.tiny:g}, tiny={self.tiny:g}, dtype={self.dtype})"
        )


class iinfo:
    """The limits of an integer dtype: ``bits``, ``min``, ``max`` and its name, ``dtype``.

    Args:
        type: the dtype.

    Raises:
        TypeError: if its numbers are not integers.

    >>> import tensorgrad as tg
    >>> tg.iinfo(tg.uint8)
    iinfo(min=0, max=255, dtype=uint8)
    """

    def __init__(self, type: Any) -> None:
        dtype = numpy_dtype(type)
        if dtype.kind not in "iu":
            raise TypeError(f"iinfo: needs an integer dtype, but got {dtype}; floating-point ones have finfo")
        limits = np.iinfo(dtype)
        self.dtype, self.bits, self.min, self.max = dtype.name, limits.bits, limits.min, limits.max

    def __repr__(self) -> str:
        """As PyTorch prints it."""
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"
