"""Several Tensors into one, or brought to one shape.  None of these is a method: the Tensors come as a list."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..dtypes import cast
from ..engine import Array, Rule
from ..errors import ShapeError
from ..operation import op
from .elementwise import BROADCAST

if TYPE_CHECKING:
    from ..tensor import Tensor


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


def cat(tensors: Sequence[Tensor], dim: int = 0, **numpy_words: Any) -> Tensor:
    """Tensors one after the other along a dimension they have.

    Args:
        tensors: at least one; of the same shape but for ``dim``, or empty, of shape (0,).
        dim: the dimension to join along.

    >>> import tensorgrad as tg
    >>> tg.cat([tg.zeros(2), tg.ones(1)])
    tensor([0., 0., 1.])
    """
    return _cat(*_listed("cat", tensors), dim=numpy_words.pop("axis", dim), **numpy_words)


concat = concatenate = cat


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
    return _stack(*_listed("stack", tensors), dim=numpy_words.pop("axis", dim), **numpy_words)


def hstack(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors one after the other along dimension 1; along 0 if they are vectors, or numbers, taken for vectors.

    >>> import tensorgrad as tg
    >>> tg.hstack([tg.zeros(2, 1), tg.ones(2, 2)])
    tensor([[0., 1., 1.],
            [0., 1., 1.]])
    """
    rows = [x if x.ndim else x.reshape(1) for x in _listed("hstack", tensors)]
    return _cat(*rows, dim=0 if rows[0].ndim == 1 else 1)


def vstack(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors one below the other: along dimension 0, vectors taken for rows of a matrix.

    >>> import tensorgrad as tg
    >>> tg.vstack([tg.zeros(2), tg.ones(2)])
    tensor([[0., 0.],
            [1., 1.]])
    """
    return _cat(*(x if x.ndim > 1 else x.reshape(1, -1) for x in _listed("vstack", tensors)))


def dstack(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors one behind the other: along dimension 2, matrices (m, n) taken for (m, n, 1), vectors for (1, n, 1).

    >>> import tensorgrad as tg
    >>> tg.dstack([tg.zeros(2), tg.ones(2)])
    tensor([[[0., 1.],
             [0., 1.]]])
    """
    given = _listed("dstack", tensors)
    return _cat(*(x if x.ndim > 2 else x.reshape(*((1, -1) if x.ndim < 2 else x._data.shape), 1) for x in given), dim=2)


def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
    """Tensors stretched to the shape that all of them broadcast to, without a copy.

    >>> import tensorgrad as tg
    >>> [x.shape for x in tg.broadcast_tensors(tg.zeros(2, 1), tg.zeros(3))]
    [torch.Size([2, 3]), torch.Size([2, 3])]
    """
    shapes = [x._data.shape for x in (_listed("broadcast_tensors", tensors) if tensors else ())]
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        raise ShapeError(f"broadcast_tensors: shapes {shapes} do not fit together: {BROADCAST}") from None
    return tuple(x.expand(shape) for x in tensors)


def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Tensor, ...]:
    """The coordinates of a grid's points: one Tensor for each axis, stretched over all the others without a copy.

    Args:
        tensors: the coordinates along each axis, vectors of n0, n1, ... numbers, apart or as one list.
        indexing: "ij" for results of shape (n0, n1, ...), "xy" for (n1, n0, ...).

    >>> import tensorgrad as tg
    >>> x, y = tg.meshgrid(tg.arange(3), tg.arange(2), indexing="xy")
    >>> y
    tensor([[0, 0, 0],
            [1, 1, 1]])
    """
    axes = _listed("meshgrid", tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors)
    if indexing not in ("ij", "xy"):
        raise ShapeError(f"meshgrid: indexing must be 'ij' or 'xy', but got {indexing!r}")
    if any(x.ndim > 1 for x in axes) or len({x._data.dtype for x in axes}) > 1:
        given = ", ".join(f"{x._data.dtype} of shape {x._data.shape}" for x in axes)
        raise ShapeError(f"meshgrid: needs vectors of one dtype, but got {given}")
    n = len(axes)
    grid = broadcast_tensors(*(x.reshape(*(-1 if i == j else 1 for j in range(n))) for i, x in enumerate(axes)))
    return tuple(x.transpose(0, 1) for x in grid) if indexing == "xy" and n > 1 else grid


def _listed(name: str, tensors: Any) -> list[Any]:
    if hasattr(tensors, "_data") or not hasattr(tensors, "__iter__"):
        raise TypeError(f"{name}: expected a list of Tensors, but got a {type(tensors).__name__}; put it in brackets")
    if not (given := list(tensors)):
        raise ShapeError(f"{name}: expected a non-empty list of Tensors, but got {tensors!r}")
    for position, x in enumerate(given):
        if not hasattr(x, "_data"):
            raise TypeError(f"{name}: item {position} must be a Tensor, but it is a {type(x).__name__}")
    return given
