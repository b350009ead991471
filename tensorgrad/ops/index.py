"""Elements by position: reading ``x[index]``, and the new value of ``x`` after ``x[index] = v``."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from ..engine import Array, Rule
from ..errors import RangeError, ShapeError
from ..operation import op


def raw_index(index: Any) -> tuple[Any, ...]:
    """PyTorch's index as NumPy's: of arrays in place of Tensors, lists and ranges, and always with an Ellipsis.

    The Ellipsis makes a single element a 0-d view of x, where NumPy alone would give a copy of it.
    """
    parts = index if isinstance(index, tuple) else (index,)
    raw = [part if type(part) is int else _raw(part) for part in parts]
    for part in raw:
        if part is Ellipsis:
            return tuple(raw)
    return (*raw, Ellipsis)


def _raw(part: Any) -> Any:
    if isinstance(part, slice):
        return slice(_whole(part.start), _whole(part.stop), _whole(part.step))
    if isinstance(part, (list, range)):
        part = np.asarray(part) if len(part) else np.empty(0, np.int64)
    part = getattr(part, "_data", part)
    if hasattr(part, "dtype"):
        if part.dtype.kind not in "biu":
            raise IndexError(f"tensors used as indices must be integers or bools, but got {part.dtype}")
        if part.ndim == 0 and part.dtype.kind != "b":
            return int(part)  # a 0-d tensor selects, as the number would
        return np.asarray(part)
    if part is None or part is Ellipsis or hasattr(part, "__index__"):
        return part
    kind = TypeError if isinstance(part, str) else IndexError
    raise kind(f"only integers, slices, None, Ellipsis, lists, integer and bool Tensors are indices, but got {part!r}")


def _whole(bound: Any) -> Any:
    if bound is not None and not hasattr(bound, "__index__"):
        raise TypeError(f"slice indices must be integers or None, but got {bound!r}")
    return bound if bound is None else bound.__index__()


def _is_view(index: tuple[Any, ...]) -> bool:
    return not [part for part in index if isinstance(part, (np.ndarray, bool))]  # half the time of any()


def in_two(index: tuple[Any, ...]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The index as two, ``x[first][then]``: the first is of integers, slices and None, the second of arrays.

    NumPy alone would take an integer that stands beside an array for an array as well, and move its dimension.
    """
    if _is_view(index):
        return index, (...,)
    first: list[Any] = []
    then: list[Any] = []
    for part in index:
        if isinstance(part, (np.ndarray, bool)):
            first += [slice(None)] * (np.ndim(part) if np.asarray(part).dtype.kind == "b" else 1)
            then.append(part)
        else:
            first.append(part)
            if part is None or part is Ellipsis or isinstance(part, slice):  # an integer's dimension is gone
                then.append(part if part is Ellipsis else slice(None))
    return tuple(first), tuple(then)


@partial(op, view=True)
def _getitem(x: Array, /, index: tuple[Any, ...]) -> Rule:
    shape = x.shape
    first, then = in_two(index)

    def vjp(g: Array) -> Array:
        if first is not index:
            return added_at(shape, np.arange(math.prod(shape)).reshape(shape)[first][then], g)
        whole = np.zeros(shape, g.dtype)
        whole[index] = g
        return whole

    try:
        return (x[index] if first is index else x[first][then]), vjp
    except IndexError as error:
        raise no_such_element(x, error) from None


def no_such_element(x: Array, error: IndexError) -> IndexError:
    """The error for an index that x does not have, given NumPy's."""
    if not x.ndim:
        return IndexError("invalid index of a 0-dim tensor: it is a single number, which item() gives")
    reason = str(error).replace("axis", "dimension").replace("array", "tensor")
    return IndexError(f"x[index], x of shape {x.shape}: {reason}")


def added_at(shape: tuple[int, ...], positions: Array, g: Array) -> Array:
    """Zeros, with g added at these positions of the flattened array: add, not set, since a position may repeat."""
    whole = np.zeros(shape, g.dtype)
    np.add.at(whole.reshape(-1), positions.ravel(), g.ravel())  # of vectors it is five times as fast as of rows
    return whole


def put(x: Array, value: Array, first: Any, then: Any) -> None:
    """Write a value that broadcasts at an index, in two, or raise an error that says what does not fit."""
    try:
        part = x[first]
        part[then] = value
    except IndexError as error:
        raise no_such_element(x, error) from None
    except ValueError:
        raise ShapeError(
            f"a value of shape {np.shape(value)} cannot be broadcast to the indexed shape {part[then].shape}"
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
    first, then = in_two(index)
    put(y, value, first, then)

    def vjp_x(g: Array) -> Array:
        g = np.array(g)
        g[first][then] = 0
        return g

    return y, vjp_x, lambda g: g[first][then]
