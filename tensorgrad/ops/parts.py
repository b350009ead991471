"""Parts of a Tensor along one dimension, and its diagonals.  All of them are views of its memory."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from ..engine import Array, Rule
from ..errors import ShapeError, tensors_only
from .compare import numpy_words
from .shape import each_once, from_front, sharing, sizes


class Parts:
    """The parts, as methods of Tensor."""

    @numpy_words
    def select(input: Any, dim: int, index: int) -> Any:
        """The slice at one position of a dimension, without that dimension.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1, 2], [3, 4]]).select(1, 0)
        tensor([1, 3])
        """
        place, n = _counted("select", input, dim, IndexError)
        if not -n <= index < n:
            raise IndexError(f"select: index {index} is out of range for dimension {place}, which has size {n}")
        return _part(input, place, index)

    @numpy_words
    def narrow(input: Any, dim: int, start: int, length: int) -> Any:
        """``length`` positions of a dimension, from ``start``.

        >>> import tensorgrad as tg
        >>> tg.arange(5).narrow(0, 1, 3)
        tensor([1, 2, 3])
        """
        place, n = _counted("narrow", input, dim)
        start, length = sizes("narrow", (start, length))
        if not -n <= start <= n:
            raise IndexError(f"narrow: start out of range (expected to be in range of [{-n}, {n}], but got {start})")
        start += n if start < 0 else 0
        if not 0 <= length <= n - start:
            raise ShapeError(
                f"narrow: length must be at least 0, and start + length at most the dimension's size {n}, "
                f"but got start {start} and length {length}"
            )
        return _part(input, place, slice(start, start + length))

    @numpy_words
    def split(self: Any, split_size: Any, dim: int = 0) -> tuple[Any, ...]:
        """Parts of a given size along a dimension; the last is smaller if need be.

        Args:
            split_size: the size of each part, or a list of sizes that add up to the dimension's.
            dim: the dimension to cut.

        >>> import tensorgrad as tg
        >>> tg.arange(5).split(2)
        (tensor([0, 1]), tensor([2, 3]), tensor([4]))
        """
        place, n = _counted("split", self, dim)
        if isinstance(split_size, (tuple, list)):
            lengths = sizes("split", (split_size,))
            if min(lengths, default=0) < 0 or sum(lengths) != n:
                raise ShapeError(
                    f"split: the sizes must be at least 0 and add up to that of dim {dim}, {n}, but got {split_size}"
                )
            return _cut(self, place, accumulate(lengths, initial=0))
        (length,) = sizes("split", (split_size,))
        if length < 0 or (length == 0 and n):
            raise ShapeError(f"split: the size of a part must be at least 1, but got {length}, for a dimension of {n}")
        return _cut(self, place, [*range(0, n or 1, length or 1), n])

    @numpy_words
    def chunk(input: Any, chunks: int, dim: int = 0) -> tuple[Any, ...]:
        """At most ``chunks`` parts of equal size along a dimension; the last is smaller if need be.

        >>> import tensorgrad as tg
        >>> tg.arange(6).chunk(4)
        (tensor([0, 1]), tensor([2, 3]), tensor([4, 5]))
        """
        place, n = _counted("chunk", input, dim)
        if chunks < 1:
            raise ShapeError(f"chunk: the number of chunks must be at least 1, but got {chunks}")
        return input.split(-(-n // chunks), place) if n else _cut(input, place, [0] * (chunks + 1))

    @numpy_words
    def tensor_split(input: Any, indices_or_sections: Any, dim: int = 0) -> tuple[Any, ...]:
        """A number of parts whose sizes differ by one at most, or the parts between given positions.

        Args:
            indices_or_sections: how many parts; or a list, or an integer vector, of the positions to cut at.
            dim: the dimension to cut.

        >>> import tensorgrad as tg
        >>> tg.arange(5).tensor_split(2), tg.arange(5).tensor_split((1, 4))
        ((tensor([0, 1, 2]), tensor([3, 4])), (tensor([0]), tensor([1, 2, 3]), tensor([4])))
        """
        place, n = _counted("tensor_split", input, dim)
        if hasattr(indices_or_sections, "tolist"):
            indices_or_sections = indices_or_sections.tolist()
        if isinstance(indices_or_sections, (tuple, list)):
            return _cut(input, place, [0, *sizes("tensor_split", (indices_or_sections,)), None])
        (parts,) = sizes("tensor_split", (indices_or_sections,))
        if parts < 1:
            raise ShapeError(f"tensor_split: the number of parts must be at least 1, but got {parts}")
        lengths = [n // parts + (i < n % parts) for i in range(parts)]
        return _cut(input, place, accumulate(lengths, initial=0))

    @numpy_words
    def unbind(input: Any, dim: int = 0) -> tuple[Any, ...]:
        """All slices along a dimension, without it.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1, 2], [3, 4]]).unbind(1)
        (tensor([1, 3]), tensor([2, 4]))
        """
        place, n = _counted("unbind", input, dim, IndexError)
        return tuple(_part(input, place, i) for i in range(n))

    @sharing
    def diagonal(x: Array, /, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Rule:
        """The diagonal of the matrices that two dimensions make; it becomes the last dimension.

        Args:
            x: at least two dimensions.
            offset: how far above the main diagonal; below, if negative.
            dim1: the dimension that counts a matrix's rows.
            dim2: the dimension that counts its columns.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1, 2, 3], [4, 5, 6]]).diagonal(1)
        tensor([2, 6])
        """
        shape, places = x.shape, each_once("diagonal", (dim1, dim2), x.ndim)

        def vjp(g: Array) -> Array:
            whole = np.zeros(shape, g.dtype)
            diagonal_of(whole, offset, *places)[...] = g
            return whole

        return diagonal_of(x, offset, *places), vjp


@numpy_words
def split(tensor: Any, split_size_or_sections: Any, dim: int = 0) -> tuple[Any, ...]:
    """``Tensor.split`` as a function, in which PyTorch has other names for the arguments.

    >>> import tensorgrad as tg
    >>> split(tensor=tg.arange(5), split_size_or_sections=[1, 4])
    (tensor([0]), tensor([1, 2, 3, 4]))
    """
    tensors_only("split", tensor)
    return tensor.split(split_size_or_sections, dim)  # type: ignore[no-any-return]  # of a Tensor, it is a tuple


def diagonal_of(x: Array, offset: int, dim1: int, dim2: int) -> Array:
    """NumPy's diagonal, which it makes read-only, as writable as x is."""
    y = x.diagonal(offset, dim1, dim2)
    y.flags.writeable = x.flags.writeable
    return y


def _counted(name: str, x: Any, dim: int, kind: type[Exception] = ShapeError) -> tuple[int, int]:
    """The dimension counted from the front, and its size."""
    if not x.ndim:
        raise kind(f"{name}: needs at least one dimension, but got a single number")
    place = from_front(name, dim, x.ndim)
    return place, x._data.shape[place]


def _part(x: Any, place: int, part: Any) -> Any:
    return x[(slice(None),) * place + (part,)]


def _cut(x: Any, place: int, bounds: Any) -> tuple[Any, ...]:
    return tuple(_part(x, place, slice(start, end)) for start, end in pairwise(bounds))
