"""The same elements in another arrangement.  Results share the input's memory where that is possible."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from ..dtypes import cast
from ..engine import Array, Rule, op
from ..errors import ShapeError
from .reduce import add_up

sharing = partial(op, view=True)


def sizes(name: str, args: tuple[Any, ...]) -> tuple[int, ...]:
    """The numbers of ``f(2, 3)``, ``f((2, 3))`` or ``f([2, 3])``."""
    if len(args) == 1 and isinstance(args[0], (tuple, list)):
        args = tuple(args[0])
    try:
        return tuple(n.__index__() for n in args)
    except (AttributeError, TypeError):
        raise TypeError(f"{name}: sizes and dimensions must be integers, but got {args}") from None


class Shapes:
    """The changes of shape, as methods of Tensor."""

    @sharing
    def reshape(x: Array, /, *shape: Any) -> Rule:
        """The elements, in row-major order, in another shape.

        Args:
            x: any shape.
            shape: sizes with the same product, apart or as one tuple; one of them may be -1, for what is left.

        >>> import tensorgrad as tg
        >>> tg.arange(6).reshape(2, -1)
        tensor([[0, 1, 2],
                [3, 4, 5]])
        """
        before, after = x.shape, sizes("reshape", shape)
        try:
            if min(after, default=0) < -1:
                raise ValueError
            return x.reshape(after), lambda g: g.reshape(before)
        except ValueError:
            raise ShapeError(
                f"reshape: {math.prod(before)} elements, of shape {before}, do not fill shape {after}; "
                "the product of the sizes must stay the same, and at most one size may be -1"
            ) from None

    view = reshape

    @sharing
    def permute(x: Array, /, *dims: Any) -> Rule:
        """The dimensions in another order.

        Args:
            x: any shape.
            dims: all dimensions of x, in the order wanted, apart or as one tuple.

        >>> import tensorgrad as tg
        >>> tg.zeros(2, 3, 4).permute(2, 0, 1).shape
        (4, 2, 3)
        """
        order = sizes("permute", dims)
        places = [_index("permute", d, x.ndim) for d in order]
        if sorted(places) != list(range(x.ndim)):
            raise ShapeError(f"permute: dims must name each of the {x.ndim} dimensions once, but got {order}")
        back = tuple(np.argsort(places).tolist())
        return x.transpose(order), lambda g: g.transpose(back)

    @sharing
    def transpose(x: Array, /, dim0: int, dim1: int) -> Rule:
        """Two dimensions exchanged.

        >>> import tensorgrad as tg
        >>> tg.zeros(2, 3, 4).transpose(0, 2).shape
        (4, 3, 2)
        """
        if x.ndim == 0:
            for dim in (dim0, dim1):
                _index("transpose", dim, 0)
            return x, lambda g: g
        return x.swapaxes(dim0, dim1), lambda g: g.swapaxes(dim0, dim1)

    @sharing
    def squeeze(x: Array, /, dim: Any = None) -> Rule:
        """Without the dimensions of size 1: all of them, or those in ``dim`` that have it.

        >>> import tensorgrad as tg
        >>> tg.zeros(1, 3, 1).squeeze().shape, tg.zeros(1, 3, 1).squeeze(0).shape
        ((3,), (3, 1))
        """
        before = x.shape
        if dim is not None:
            places = [_index("squeeze", d, x.ndim) for d in (dim if isinstance(dim, (tuple, list)) else (dim,))]
            if len(set(places)) < len(places):
                raise ShapeError(f"squeeze: dim must name each dimension once, but got {dim}")
            dim = tuple(d for d in places if x.ndim and before[d] == 1)
        return x.squeeze(dim), lambda g: g.reshape(before)

    @sharing
    def unsqueeze(x: Array, /, dim: int) -> Rule:
        """With one more dimension, of size 1, at ``dim``.

        >>> import tensorgrad as tg
        >>> tg.zeros(2, 3).unsqueeze(1).shape
        (2, 1, 3)
        """
        before = x.shape
        place = _index("unsqueeze", dim, x.ndim + 1)
        return x.reshape(*before[:place], 1, *before[place:]), lambda g: g.reshape(before)

    @sharing
    def expand(x: Array, /, *shape: Any) -> Rule:
        """Dimensions of size 1 stretched, and new ones put in front, without a copy; -1 keeps a size.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1], [2]]).expand(-1, 3)
        tensor([[1, 1, 1],
                [2, 2, 2]])
        """
        wanted = sizes("expand", shape)
        added = len(wanted) - x.ndim
        after = tuple(x.shape[i - added] if n == -1 and i >= added else n for i, n in enumerate(wanted))
        stretched = tuple(i for i, n in enumerate(after) if i < added or (x.shape[i - added] == 1 and n != 1))
        before = x.shape
        try:
            return np.broadcast_to(x, after), lambda g: add_up(g, stretched).reshape(before)
        except ValueError:
            raise ShapeError(
                f"expand: shape {x.shape} cannot become {wanted}; only dimensions of size 1 stretch, and new ones "
                "go in front"
            ) from None

    @sharing
    def flatten(x: Array, /, start_dim: int = 0, end_dim: int = -1) -> Rule:
        """The dimensions from ``start_dim`` to ``end_dim`` made into one.

        >>> import tensorgrad as tg
        >>> tg.zeros(2, 3, 4).flatten(1).shape
        (2, 12)
        """
        before = x.shape or (1,)
        start, end = (_index("flatten", d, len(before)) for d in (start_dim, end_dim))
        if start > end:
            raise ShapeError(f"flatten: start_dim {start_dim} comes after end_dim {end_dim}; exchange them")
        one = math.prod(before[start : end + 1])
        return x.reshape(*before[:start], one, *before[end + 1 :]), lambda g, shape=x.shape: g.reshape(shape)


def _index(name: str, dim: int, ndim: int) -> int:
    """``dim`` counted from the front; a single number is taken for one dimension."""
    ndim = ndim or 1
    if not -ndim <= dim < ndim:
        raise IndexError(
            f"{name}: dimension out of range (expected to be in range of [{-ndim}, {ndim - 1}], but got {dim})"
        )
    return dim % ndim


@partial(op, cast=cast, needs="they need the same dimensions, at least one, and the same sizes except along dim")
def _cat(*xs: Array, dim: int = 0) -> Rule:
    y = np.concatenate([x for x in xs if x.shape != (0,)] or xs, dim)
    vjps: list[Any] = []
    start = 0
    for x in xs:
        if x.shape == (0,):
            vjps.append(lambda g: g.ravel()[:0])
            continue
        end = start + x.shape[dim]
        vjps.append(_part((slice(None),) * (dim % y.ndim) + (slice(start, end),)))
        start = end
    return y, *vjps


@partial(op, cast=cast, needs="they need the same sizes")
def _stack(*xs: Array, dim: int = 0) -> Rule:
    y = np.stack(xs, dim)
    return y, *(_part((slice(None),) * (dim % y.ndim) + (i,)) for i in range(len(xs)))


def _part(index: tuple[Any, ...]) -> Any:
    return lambda g: g[index]
