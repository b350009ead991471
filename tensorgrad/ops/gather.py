"""Elements by number: taken along a dimension by index, written to where an index or a mask says, and found."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from ..engine import Array, Rule, result
from ..errors import BoundsError, ShapeError
from ..operation import op
from .compare import numpy_words
from .elementwise import BROADCAST
from .index import added_at, as_target
from .join import broadcast_tensors
from .shape import from_front


class Gathering:
    """Reading and writing by index, as methods of Tensor."""

    @op
    def index_select(x: Array, /, dim: int, index: Any) -> Rule:
        """Slices along a dimension, by number.   y[i] = x[index[i]]; slices taken twice add up their gradients.

        Args:
            x: any shape.
            dim: the dimension that the index counts.
            index: int64 or int32, a vector of n numbers from 0.

        Returns:
            x's shape with n in place of the size of ``dim``.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1, 2, 3], [4, 5, 6]]).index_select(1, tg.tensor([2, 2]))
        tensor([[3, 3],
                [6, 6]])
        """
        before, shape = x.shape, x.shape or (1,)
        place = from_front("index_select", dim, x.ndim)
        numbers = _vector("index_select", index, shape[place], place)
        if not before and numbers.size != 1:
            raise ShapeError(f"index_select: a single number has one element to take, but got {numbers.size} indices")
        after = (*shape[:place], numbers.size, *shape[place + 1 :]) if before else ()
        y = x.reshape(shape).take(numbers, place).reshape(after)
        return y, lambda g: added_at(before, _slices(shape, place, numbers), g)

    @op
    def gather(x: Array, /, dim: int, index: Any, *, sparse_grad: bool = False) -> Rule:
        """Elements along a dimension, by number.   y[i, j] = x[i, index[i, j]], if dim is 1; and so on.

        Elements taken twice add up their gradients.

        Args:
            x: any shape.
            dim: the dimension that the index counts.
            index: int64 or int32, as many dimensions as x, and apart from ``dim`` no larger: it does not broadcast.
            sparse_grad: taken, and without an effect.

        Returns:
            index's shape.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1, 2], [3, 4]]).gather(1, tg.tensor([[1], [0]]))
        tensor([[2],
                [3]])
        """
        shape = x.shape
        positions = _positions("gather", shape, dim, index)
        return x.reshape(-1)[positions], lambda g: added_at(shape, positions, g)

    @numpy_words
    def scatter(input: Any, dim: int, index: Any, src: Any = None, *, value: Any = None) -> Any:
        """input with elements replaced.   y[i, index[i, j]] = src[i, j], if dim is 1; and so on, elsewhere input's.

        Args:
            dim: the dimension that the index counts.
            index: int64 or int32, as many dimensions as input, and apart from ``dim`` no larger.  If it names an
                element twice, the last one is written, and the gradient goes to both.
            src: a number, or a Tensor of input's dtype, in no dimension smaller than the index.
            value: a number in place of ``src``.

        >>> import tensorgrad as tg
        >>> tg.zeros(2, 3).scatter(1, tg.tensor([[0], [2]]), 1.0)
        tensor([[1., 0., 0.],
                [0., 0., 1.]])
        """
        return _scatter(input, src if value is None else value, dim, index)

    @numpy_words
    def scatter_add(input: Any, dim: int, index: Any, src: Any) -> Any:
        """input with elements added to.   y[i, index[i, j]] += src[i, j], if dim is 1; and so on.

        Args:
            dim: the dimension that the index counts.
            index: int64 or int32, as many dimensions as input, and apart from ``dim`` no larger.
            src: a Tensor of input's dtype, in no dimension smaller than the index.

        >>> import tensorgrad as tg
        >>> tg.zeros(3).scatter_add(0, tg.tensor([0, 2, 2]), tg.ones(3))
        tensor([1., 0., 2.])
        """
        return _scatter_add(input, src, dim, index)

    @numpy_words
    def index_add(input: Any, dim: int, index: Any, source: Any, *, alpha: float = 1) -> Any:
        """input with slices added to.   y[index[i]] += alpha source[i], along a dimension.

        Args:
            dim: the dimension that the index counts.
            index: int64 or int32, a vector of n numbers from 0.
            source: input's dtype, and input's shape with n in place of the size of ``dim``.
            alpha: a factor.

        >>> import tensorgrad as tg
        >>> tg.zeros(2, 2).index_add(0, tg.tensor([1, 1]), tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
        tensor([[0., 0.],
                [4., 6.]])
        """
        return _index_add(input, source, dim, index, alpha)

    def masked_fill(input: Any, mask: Any, value: Any) -> Any:
        """value where the mask holds, input elsewhere.

        Args:
            mask: bool; it and input broadcast.
            value: a number, or a Tensor of a single one, taken in input's dtype; it gets the gradient of what it fills.

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, -2.0]).masked_fill(tg.tensor([False, True]), 0)
        tensor([1., 0.])
        """
        if value is None:
            raise TypeError("masked_fill: value must be a number, or a Tensor of a single one, but it is None")
        if hasattr(value, "_data") and input._data.dtype.kind in "biu":
            value = value.detach()  # integers have no gradient
        return _masked_fill(input, value, mask)

    def masked_select(input: Any, mask: Any) -> Any:
        """The elements where the mask holds, as a vector; it and input broadcast.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1, 2], [3, 4]]).masked_select(tg.tensor([True, False]))
        tensor([1, 3])
        """
        x, mask = broadcast_tensors(input, result(input._kind, _mask("masked_select", mask)))
        return x[mask]

    def take(input: Any, index: Any) -> Any:
        """Elements by their position in the flattened tensor, in index's shape; negative ones count from the end.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1, 2], [3, 4]]).take(tg.tensor([0, -1]))
        tensor([1, 4])
        """
        _integers("take", index)
        return input.reshape(-1)[index]

    def nonzero(input: Any, *, as_tuple: bool = False) -> Any:
        """Where the elements are that are not zero.

        Args:
            as_tuple: True for a vector for each dimension, in place of one matrix.

        Returns:
            int64, (n, ndim), in row-major order; or ndim vectors of n (one for a single number).

        >>> import tensorgrad as tg
        >>> tg.tensor([[0, 1], [2, 0]]).nonzero()
        tensor([[0, 1],
                [1, 0]])
        """
        if as_tuple:
            return tuple(result(input._kind, places) for places in np.nonzero(np.atleast_1d(input._data)))
        return result(input._kind, np.argwhere(input._data))


@op
def _scatter(x: Array, src: Array, /, dim: int, index: Any) -> Rule:
    positions = _positions("scatter", x.shape, dim, index)
    window = _window("scatter", x, src, positions) if hasattr(src, "dtype") else ()
    y = np.array(x, order="C")
    y.reshape(-1)[positions] = src[window] if hasattr(src, "dtype") else _fitting("scatter", src, x)

    def vjp_x(g: Array) -> Array:
        g = np.array(g, order="C")
        g.reshape(-1)[positions] = 0
        return g

    return y, vjp_x, _taken(np.shape(src), window, positions, 1)


@op
def _scatter_add(x: Array, src: Array, /, dim: int, index: Any) -> Rule:
    src = _array("scatter_add", "src", src)
    positions = _positions("scatter_add", x.shape, dim, index)
    window = _window("scatter_add", x, src, positions)
    y = np.array(x, order="C")
    np.add.at(y.reshape(-1), positions.ravel(), src[window].ravel())
    return y, lambda g: g, _taken(src.shape, window, positions, 1)


@op
def _index_add(x: Array, source: Array, /, dim: int, index: Any, alpha: float) -> Rule:
    source = _array("index_add", "source", source)
    sizes = x.shape or (1,)
    place = from_front("index_add", dim, x.ndim)
    index = _vector("index_add", index, sizes[place], place)
    needed = (*sizes[:place], index.size, *sizes[place + 1 :])
    if source.dtype != x.dtype:
        raise RuntimeError(f"index_add: source must have the dtype of the input, {x.dtype}, but has {source.dtype}")
    if source.ndim != x.ndim or (source.shape or (1,)) != needed:
        raise ShapeError(
            f"index_add: for {index.size} indices along dim {dim} of shape {x.shape} the source must have shape "
            f"{needed}, but it has {source.shape}"
        )
    positions = _slices(sizes, place, index)
    y, factor = np.array(x, order="C"), x.dtype.type(alpha)
    np.add.at(y.reshape(-1), positions.ravel(), (source * factor).ravel())
    return y, lambda g: g, _taken(source.shape, (...,), positions.reshape(source.shape), factor)


def _taken(shape: tuple[int, ...], window: tuple[Any, ...], positions: Array, factor: Any) -> Any:
    """The vjp of what was written, or added, at these positions: the gradient there, and 0 outside of the window."""

    def vjp(g: Array) -> Array:
        share = np.zeros(shape, g.dtype)
        if positions.size:
            share[window] = g.reshape(-1)[positions] * factor
        return share

    return vjp


@partial(op, cast=as_target)
def _masked_fill(x: Array, value: Array, /, mask: Any) -> Rule:
    mask = _mask("masked_fill", mask)
    if np.ndim(value):
        raise ShapeError(f"masked_fill: value must be a single number, but got a Tensor of shape {value.shape}")
    try:
        y = np.where(mask, value, x)
    except ValueError:
        raise ShapeError(f"masked_fill: shapes {x.shape} and {mask.shape} do not fit together: {BROADCAST}") from None
    return y, lambda g: np.where(mask, 0, g), lambda g: np.where(mask, g, 0)


def _mask(name: str, mask: Any) -> Array:
    """The mask as an array."""
    raw = _array(name, "mask", mask)
    if raw.dtype.kind != "b":
        raise RuntimeError(f"{name}: the mask must be bool, but it is {raw.dtype}; convert it by .bool()")
    return raw


def _integers(name: str, index: Any) -> Array:
    """The index as an array."""
    raw = _array(name, "index", index)
    if raw.dtype not in (np.int64, np.int32):
        raise RuntimeError(f"{name}: the index must be int64 or int32, but it is {raw.dtype}; convert it by .long()")
    return raw


def _array(name: str, word: str, given: Any) -> Array:
    raw = getattr(given, "_data", given)
    if not hasattr(raw, "dtype"):
        raise TypeError(
            f"{name}: {word} must be a Tensor, but it is a {type(given).__name__}; make one with tensor(...)"
        )
    return np.asarray(raw)


def _within(name: str, index: Array, size: int, dim: int) -> None:
    if index.size and not ((worst := index.min()) >= 0 and (worst := index.max()) < size):
        raise BoundsError(f"{name}: index {worst} is out of bounds for dimension {dim} with size {size}")


def _vector(name: str, index: Any, size: int, dim: int) -> Array:
    index = _integers(name, index)
    if index.ndim > 1:
        raise IndexError(f"{name}: the index must be a vector, but it has shape {index.shape}")
    _within(name, index, size, dim)
    return index.reshape(-1)


def _slices(shape: tuple[int, ...], place: int, index: Array) -> Array:
    """Where in the flattened input the elements of these slices are."""
    return np.arange(math.prod(shape)).reshape(shape).take(index, place)


def _positions(name: str, shape: tuple[int, ...], dim: int, index: Any) -> Array:
    """Where in the flattened input the elements are that the index picks along ``dim``, in index's shape."""
    index, sizes = _integers(name, index), shape or (1,)
    place, counts = from_front(name, dim, len(shape)), index.shape or (1,)
    if not index.size:
        return np.zeros(index.shape, np.int64)
    if len(counts) != len(sizes) or any(n > sizes[i] for i, n in enumerate(counts) if i != place):
        raise ShapeError(
            f"{name}: the index, of shape {index.shape}, needs as many dimensions as the input, of shape {shape}, and "
            f"must not be larger than it apart from dim {dim}"
        )
    _within(name, index, sizes[place], place)
    steps = [math.prod(sizes[i + 1 :]) for i in range(len(sizes))]
    positions = index.reshape(counts).astype(np.int64) * steps[place]
    for i, n in enumerate(counts):
        if i != place:
            positions = positions + (np.arange(n) * steps[i]).reshape(-1, *(1,) * (len(counts) - i - 1))
    return positions.reshape(index.shape)


def _window(name: str, x: Array, src: Array, positions: Array) -> tuple[Any, ...]:
    """The part of src that has the index's shape: where that has no elements, by that index itself."""
    if src.dtype != x.dtype:
        raise RuntimeError(f"{name}: src must have the dtype of the input, {x.dtype}, but has {src.dtype}")
    if positions.size and (
        max(src.ndim, 1) != max(positions.ndim, 1)
        or any(n > m for n, m in zip(positions.shape or (1,), src.shape or (1,), strict=True))
    ):
        raise ShapeError(
            f"{name}: src, of shape {src.shape}, must be no smaller, in each dimension, than the index, of shape "
            f"{positions.shape}"
        )
    if not positions.size:
        return tuple([positions] * src.ndim)
    return tuple(slice(n) for n in positions.shape) if src.ndim else (...,)


def _fitting(name: str, value: Any, x: Array) -> Array:
    if value is None:
        raise TypeError(f"{name}: needs src, a Tensor, or value, a number, to write")
    return as_target(x, value)[1]
