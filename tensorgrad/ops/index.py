"""Elements by position: reading ``x[index]``, and the new value of ``x`` after ``x[index] = v``."""

from __future__ import annotations

import math
import warnings
from functools import partial
from typing import Any

import numpy as np

from ..engine import Array, Rule
from ..errors import RangeError, ShapeError
from ..operation import op

NUMBERS = frozenset((int, bool))
ALONE = NUMBERS | {slice, range, np.ndarray, type(None), type(Ellipsis)}  # the types of what is always one index


def raw_index(index: Any) -> tuple[Any, ...]:
    """PyTorch's index as NumPy's: of arrays in place of Tensors and sequences, and always with an Ellipsis.

    The Ellipsis makes a single element a 0-d view of x, where NumPy alone would give a copy of it.
    """
    raw: list[Any] = []
    dots = 0
    one = type(index) in ALONE or hasattr(index, "_data")
    for part in (index,) if one or not (isinstance(index, tuple) or _is_several(index)) else index:
        if type(part) is not int:
            part = _raw(part)
            if part is Ellipsis:
                dots += 1
        raw.append(part)
    while dots > 1 and raw[-1] is Ellipsis:  # at the end, a second one has nothing left to stand for
        raw.pop()
        dots -= 1
    return tuple(raw) if dots else (*raw, Ellipsis)


def _is_several(index: Any) -> bool:
    """Whether PyTorch reads a sequence that is no tuple as one: a short one, with more in it than numbers."""
    if not _is_sequence(index) or len(index) >= 32 or NUMBERS.issuperset(map(type, index)):
        return False
    if not any(part is None or part is Ellipsis or isinstance(part, slice) or _is_sequence(part) for part in index):
        return False
    warnings.warn(
        f"x[index], where index is a {type(index).__name__} that holds more than numbers, is x[tuple(index)]; write "
        "that, or x[tensor(index)] for one index with more dimensions",
        stacklevel=4,
    )
    return True


def _is_sequence(part: Any) -> bool:
    kind = type(part)
    return hasattr(kind, "__getitem__") and hasattr(kind, "__len__") and not isinstance(part, (str, bytes, dict))


def _raw(part: Any) -> Any:
    if isinstance(part, slice):
        step = _whole(part.step)
        if step is not None and step < 1:
            raise ValueError(f"the step of a slice must be greater than zero, but got {step}; see flip()")
        return slice(_whole(part.start), _whole(part.stop), step)
    array = getattr(part, "_data", None)
    if array is None:
        if part is None or part is Ellipsis or isinstance(part, int):
            return part
        if not _is_sequence(part):
            return _number(part)
        array = _positions(part)
    kind = array.dtype.kind
    if kind in "iu" and not array.ndim and array.dtype != np.uint8:
        return int(array)  # a 0-d tensor selects, as the number would
    if kind == "i" and array.itemsize >= 4:
        return array
    if array.dtype == np.uint8:
        if array.ndim:
            warnings.warn("a uint8 index is a mask, which should be bool; see bool(), or long()", stacklevel=4)
        array = array != 0
    elif kind != "b":
        raise IndexError(f"tensors used as indices must be int64, int32 or bool, but got {array.dtype}; see long()")
    return np.asarray(array)


def _number(part: Any) -> int:
    if hasattr(part, "__index__"):
        return int(part.__index__())
    kind = TypeError if isinstance(part, (str, bytes)) else IndexError
    raise kind(f"only integers, slices, None, Ellipsis, lists, integer and bool Tensors are indices, but got {part!r}")


def _positions(part: Any) -> Array:
    """What PyTorch makes of a sequence, or of NumPy's array: bool and uint8 stay masks, the rest are positions."""
    try:
        array = np.asarray(part if isinstance(part, np.ndarray) else _numbers(part))
    except ValueError:
        error = ValueError if all(map(_is_sequence, part)) else TypeError
        raise error(f"the lists in an index must have the same lengths, but got {part!r:.60}") from None
    kind = array.dtype.kind
    if array.dtype in (np.int64, np.bool_, np.uint8):
        return array
    if not isinstance(part, np.ndarray) and (kind == "O" or (kind == "u" and array.max() >= 2**63)):
        raise ValueError(f"the numbers in an index must fit in int64, but got {part!r:.60}")
    if kind not in "iuf":
        raise TypeError(f"the elements of an index must be integers or bools, but got {part!r:.60}")
    with np.errstate(invalid="ignore"):  # of nan, which becomes a position that no dimension has
        return array.astype(np.int64)


def _numbers(part: Any) -> Any:
    """A sequence as lists of numbers, with the number of each Tensor."""
    if isinstance(part, (int, float, complex, str, bytes, np.ndarray, np.generic)):
        return part
    if hasattr(part, "_data"):
        if part._data.size != 1 or part._data.dtype.kind not in "biu":
            raise TypeError(f"only integer Tensors of one element can stand in a list that is an index, but got {part}")
        return part._data.reshape(())[()]
    if not _is_sequence(part):
        raise RuntimeError(f"a list that is an index must hold numbers, but it holds {part!r}")
    return [item if type(item) is int else _numbers(item) for item in part]


def _whole(bound: Any) -> Any:
    if bound is not None and not hasattr(bound, "__index__"):
        raise TypeError(f"slice indices must be integers or None, but got {bound!r}")
    return bound if bound is None else bound.__index__()


def _is_view(index: tuple[Any, ...]) -> bool:
    return not [part for part in index if isinstance(part, (np.ndarray, bool))]  # half the time of any()


def in_two(x: Array, index: tuple[Any, ...]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The index of x as two, ``x[first][then]``: the first is of integers, slices and None, the second of arrays.

    NumPy alone would take an integer that stands beside an array for an array as well, and move its dimension.
    """
    if _is_view(index):
        return index, (...,)
    first: list[Any] = []
    then: list[Any] = []
    for part in index:
        if isinstance(part, (np.ndarray, bool)):
            then.append(part)
            count = _taken(part)
            first += [slice(None)] * count
            if count and not np.size(part):
                _check_masks(x.shape, index)
        else:
            first.append(part)
            if part is None or part is Ellipsis or isinstance(part, slice):  # an integer's dimension is gone
                then.append(part if part is Ellipsis else slice(None))
    return tuple(first), tuple(then)


def _taken(part: Any) -> int:
    """How many dimensions a part of an index takes."""
    if isinstance(part, np.ndarray):
        return part.ndim if part.dtype.kind == "b" else 1
    return 0 if part is None or part is Ellipsis or isinstance(part, bool) else 1


def _check_masks(shape: tuple[int, ...], index: tuple[Any, ...]) -> None:
    """Raise an error if a mask has another shape than what it masks, which NumPy overlooks in a mask of nothing."""
    place = 0
    for i, part in enumerate(index):
        if part is Ellipsis:
            place = len(shape) - sum(map(_taken, index[i:]))
        count = _taken(part)
        if isinstance(part, np.ndarray) and part.dtype.kind == "b" and part.shape != shape[place : place + count]:
            raise IndexError(f"x[mask], x of shape {shape}: a mask of shape {part.shape} at dimension {place}")
        place += count


@partial(op, view=True)
def _getitem(x: Array, /, index: tuple[Any, ...]) -> Rule:
    shape = x.shape
    first, then = in_two(x, index)

    def vjp(g: Array) -> Array:
        if first is not index:
            return added_at(shape, np.arange(math.prod(shape)).reshape(shape)[first][then], g)
        whole = np.zeros(shape, g.dtype)
        whole[index] = g
        return whole

    try:
        return (x[index] if first is index else x[first][then]), vjp
    except (IndexError, OverflowError) as error:
        raise no_such_element(x, index, error) from None


def no_such_element(x: Array, index: tuple[Any, ...], error: Exception) -> Exception:
    """The error for an index that x does not have, given NumPy's."""
    for part in index:
        if isinstance(part, int) and not -(2**63) <= part < 2**63:
            return ValueError(f"the numbers in an index must fit in int64, but got {part}")
    if not x.ndim:
        return IndexError("invalid index of a 0-dim tensor: it is a single number, which item() gives")
    reason = str(error).replace("axis", "dimension").replace("array", "tensor")
    return IndexError(f"x[index], x of shape {x.shape}: {reason}")


def added_at(shape: tuple[int, ...], positions: Array, g: Array) -> Array:
    """Zeros, with g added at these positions of the flattened array: add, not set, since a position may repeat."""
    whole = np.zeros(shape, g.dtype)
    np.add.at(whole.reshape(-1), positions.ravel(), g.ravel())  # of vectors it is five times as fast as of rows
    return whole


def put(x: Array, value: Array, index: Any, first: Any, then: Any) -> None:
    """Write a value that broadcasts at an index, also given in two, or raise an error that says what does not fit."""
    try:
        part = x[first]
        part[then] = value
    except IndexError as error:
        raise no_such_element(x, index, error) from None
    except ValueError as error:
        if "NaN" in str(error):
            raise _too_large(x, value) from None
        try:
            shape = part[then].shape
        except IndexError as error:
            raise no_such_element(x, index, error) from None
        raise ShapeError(
            f"a value of shape {np.shape(value)} cannot be broadcast to the indexed shape {shape}"
        ) from None
    except OverflowError:
        raise _too_large(x, value) from None


def _too_large(x: Array, value: Array) -> RangeError:
    return RangeError(f"the value {value} does not fit in {x.dtype}, the dtype of what is written to")


def as_target(x: Array, value: Array) -> Any:
    """What is written has the dtype of what it is written to."""
    try:
        return x, np.asarray(value, x.dtype)
    except OverflowError:
        raise _too_large(x, value) from None


@partial(op, cast=as_target)
def _setitem(x: Array, value: Array, /, index: tuple[Any, ...]) -> Rule:
    """What x becomes when ``value`` is written at ``index``: the gradient there is value's, elsewhere x's."""
    y = np.array(x)  # x.copy() of a NumPy number would be one, and g.copy() below: nothing can be written to them
    first, then = in_two(x, index)
    put(y, value, index, first, then)

    def vjp_x(g: Array) -> Array:
        g = np.array(g)
        g[first][then] = 0
        return g

    return y, vjp_x, lambda g: g[first][then]
