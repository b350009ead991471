"""Elements at other positions: turned round, shifted, repeated, and matrices by their diagonals.  All are copies."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine import Array, Rule
from ..errors import ShapeError
from ..operation import op
from .compare import numpy_words
from .parts import diagonal_of
from .shape import each_once, from_front, sizes
from .summation import add_up


class Arrangements:
    """The rearrangements, as methods of Tensor."""

    @op
    def flip(x: Array, /, *apart: Any, dims: Any = None) -> Rule:
        """The order of the elements reversed along dimensions.

        Args:
            x: any shape.
            dims: the dimensions, apart or as one tuple.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1, 2], [3, 4]]).flip(0)
        tensor([[3, 4],
                [1, 2]])
        """
        places = tuple(each_once("flip", sizes("flip", apart, dims), x.ndim))
        places = places if x.ndim else ()
        return np.flip(x, places).copy(), lambda g: np.flip(g, places)

    def fliplr(input: Any) -> Any:
        """Each row reversed: the order of dimension 1."""
        if input.ndim < 2:
            raise ShapeError(f"fliplr: needs at least two dimensions, but got shape {input._data.shape}")
        return input.flip(1)

    def flipud(input: Any) -> Any:
        """The rows in reverse order: that of dimension 0."""
        if input.ndim < 1:
            raise ShapeError("flipud: needs at least one dimension, but got a single number")
        return input.flip(0)

    @op
    def roll(x: Array, /, shifts: Any, dims: Any = None) -> Rule:
        """Elements moved along dimensions; those pushed out at an end come in again at the other.

        Args:
            x: any shape.
            shifts: how far, a number for each dimension.
            dims: the dimensions; None shifts the flattened tensor, which then takes its shape back.

        >>> import tensorgrad as tg
        >>> tg.arange(5).roll(2)
        tensor([3, 4, 0, 1, 2])
        """
        by = sizes("roll", (shifts,))
        along = None if dims is None or dims in ((), []) else sizes("roll", (dims,))
        if len(by) != len(along or (0,)):
            raise ShapeError(f"roll: needs a shift for each dimension, but got shifts {shifts} and dims {dims}")
        if along is None:
            return np.roll(x, by[0]), lambda g: np.roll(g, -by[0])
        if not x.ndim:
            raise IndexError(f"roll: dimension specified as {dims}, but a single number has no dimensions")
        places = tuple(from_front("roll", d, x.ndim) for d in along)
        return np.roll(x, by, places), lambda g: np.roll(g, [-n for n in by], places)

    @op
    def tril(x: Array, /, diagonal: int = 0) -> Rule:
        """The lower triangle of a matrix, zeros above it.

        Args:
            x: (..., m, n).
            diagonal: the last one to keep, counted from the main diagonal upwards.

        >>> import tensorgrad as tg
        >>> tg.ones(2, 3).tril()
        tensor([[1., 0., 0.],
                [1., 1., 0.]])
        """
        _matrices("tril", x)
        return np.tril(x, diagonal), lambda g: np.tril(g, diagonal)

    @op
    def triu(x: Array, /, diagonal: int = 0) -> Rule:
        """The upper triangle of a matrix, zeros below it.

        Args:
            x: (..., m, n).
            diagonal: the first one to keep, counted from the main diagonal upwards.

        >>> import tensorgrad as tg
        >>> tg.ones(2, 3).triu(1)
        tensor([[0., 1., 1.],
                [0., 0., 1.]])
        """
        _matrices("triu", x)
        return np.triu(x, diagonal), lambda g: np.triu(g, diagonal)

    @op
    def diag_embed(x: Array, /, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Rule:
        """Matrices, zero but for a diagonal, that has the elements of x's last dimension.

        Args:
            x: (..., n).
            offset: how far above the main diagonal; below, if negative.
            dim1: the dimension of the result that counts a matrix's rows.
            dim2: the dimension of the result that counts its columns.

        Returns:
            A square matrix of n + abs(offset) rows for each n elements.

        >>> import tensorgrad as tg
        >>> tg.tensor([1, 2]).diag_embed()
        tensor([[1, 0],
                [0, 2]])
        """
        places = each_once("diag_embed", (dim1, dim2), x.ndim + 1)
        shape = list(x.shape[:-1])
        for place in sorted(places):
            shape.insert(place, x.shape[-1] + abs(offset))
        y = np.zeros(shape, x.dtype)
        diagonal_of(y, offset, *places)[...] = x
        return y, lambda g: diagonal_of(g, offset, *places)

    def diag(input: Any, diagonal: int = 0) -> Any:
        """Of a vector, the matrix that has it on a diagonal; of a matrix, a copy of its diagonal.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1, 2], [3, 4]]).diag()
        tensor([1, 4])
        """
        if input.ndim == 1:
            return input.diag_embed(diagonal)
        if input.ndim == 2:
            return input.diagonal(diagonal).clone()
        raise ShapeError(
            f"diag: needs a vector or a matrix, but got shape {input._data.shape}; see diagonal, diag_embed"
        )

    @op
    def repeat(x: Array, /, *apart: Any, repeats: Any = None) -> Rule:
        """Copies of the whole, side by side along each dimension.

        Args:
            x: any shape.
            repeats: how many along each dimension, apart or as one tuple; more than x has dimensions put new ones
                in front.

        >>> import tensorgrad as tg
        >>> tg.tensor([1, 2]).repeat(2, 2)
        tensor([[1, 2, 1, 2],
                [1, 2, 1, 2]])
        """
        times = sizes("repeat", apart, repeats)
        if len(times) < x.ndim or min(times, default=0) < 0:
            raise ShapeError(f"repeat: needs a number, at least 0, for each dimension of {x.shape}, but got {times}")
        before = x.shape
        blocks = [n for pair in zip(times, (1,) * (len(times) - x.ndim) + before, strict=True) for n in pair]
        copies = tuple(range(0, len(blocks), 2))
        return np.tile(x, times), lambda g: add_up(g.reshape(blocks), copies).reshape(before)

    def tile(input: Any, *apart: Any, dims: Any = None) -> Any:
        """Copies of the whole, as ``repeat`` gives them; fewer numbers than dimensions are for the last ones.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1], [2]]).tile(2)
        tensor([[1, 1],
                [2, 2]])
        """
        times = sizes("tile", apart, dims)
        return input.repeat((1,) * (input.ndim - len(times)) + times)

    @numpy_words
    def repeat_interleave(input: Any, repeats: Any, dim: int | None = None, *, output_size: int | None = None) -> Any:
        """Each element, or each slice along ``dim``, several times in a row.

        Args:
            repeats: how many times: a number, or an integer vector with one for each.
            dim: the dimension to repeat along; None flattens first.
            output_size: the size that results, for a check.

        >>> import tensorgrad as tg
        >>> tg.tensor([1, 2, 3]).repeat_interleave(tg.tensor([2, 0, 1]))
        tensor([1, 1, 3])
        """
        x = input.flatten() if dim is None or not input.ndim else input
        place = from_front("repeat_interleave", dim or 0, input.ndim if dim is not None else 1)
        times, n = getattr(repeats, "_data", repeats), x._data.shape[place]
        if not hasattr(times, "__index__") and not hasattr(times, "dtype"):
            raise TypeError(f"repeat_interleave: repeats must be an integer or a Tensor, but got {repeats!r}")
        times = np.asarray(times)
        if times.dtype.kind not in "iu":
            raise NotImplementedError(f"repeat_interleave: repeats must be integers, but they are {times.dtype}")
        if times.ndim > 1 or times.size not in (1, n) or times.min(initial=0) < 0:
            raise ShapeError(
                f"repeat_interleave: repeats must be one number, or {n} of them, one for each slice, and at least 0, "
                f"but got {times.tolist()}"
            )
        positions = np.repeat(np.arange(n), times)
        if output_size not in (None, positions.size):
            raise ShapeError(f"repeat_interleave: output_size is {output_size}, but {positions.size} come out")
        return x[(slice(None),) * place + (positions,)]


def _matrices(name: str, x: Array) -> None:
    if x.ndim < 2:
        raise ShapeError(f"{name}: needs at least two dimensions, but got shape {x.shape}")
