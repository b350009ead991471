"""Order: sorted elements, the largest few, the middle one, and where they stood."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import return_types
from ..engine import Array, Rule, result
from ..errors import ShapeError, explained, tensors_only
from ..operation import op
from .compare import numpy_words
from .reduce import shared_among_equals


class Sorting:
    """The operations that put elements in order, as methods of Tensor.  nan counts as the largest number."""

    @numpy_words
    def sort(input: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
        """The elements in order along a dimension, and where they stood; gradients return to their places.

        Args:
            dim: the dimension to sort along.
            descending: the largest first.
            stable: equal elements keep their order, which they do in any case.

        Returns:
            A pair (values, indices), both of input's shape; indices are int64.

        >>> import tensorgrad as tg
        >>> tg.tensor([3.0, 1.0, 2.0]).sort().values
        tensor([1., 2., 3.])
        """
        return _taken("sort", input, _order("sort", input, dim, descending), dim)

    @numpy_words
    def argsort(input: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
        """The indices that sort along a dimension: those of ``sort``, whose arguments it takes.

        >>> import tensorgrad as tg
        >>> tg.tensor([3.0, 1.0, 2.0]).argsort()
        tensor([1, 2, 0])
        """
        order = _order("argsort", input, dim, descending)
        return result(input._kind, order)

    @numpy_words
    def topk(input: Any, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
        """The k largest elements along a dimension, the largest first, and where they stand.

        Args:
            k: how many.
            dim: the dimension to search along.
            largest: False for the k smallest, the smallest first.
            sorted: whether they must be in order, which they are in any case.

        Returns:
            A pair (values, indices) of input's shape, but k along ``dim``.  Of equal elements the first is taken;
            PyTorch does not say which.

        Raises:
            RuntimeError: if there are fewer than k, or the elements are bools.

        >>> import tensorgrad as tg
        >>> tg.tensor([3.0, 1.0, 2.0]).topk(2).indices
        tensor([0, 2])
        """
        tensors_only("topk", input)
        if input._data.dtype.kind == "b":
            raise RuntimeError(
                "topk: not defined for bool, which has two values only; make numbers of them with .int()"
            )
        if not hasattr(k, "__index__"):
            raise TypeError(f"topk: k must be an integer, but got {k!r}")
        k, order = k.__index__(), _order("topk", input, dim, largest)
        size = order.shape[dim] if order.ndim else 1
        if not 0 <= k <= size:
            raise ShapeError(
                f"topk: k must be from 0 to {size}, the size of dim {dim} of shape {input._data.shape}, but got {k}"
            )
        taken = np.moveaxis(np.moveaxis(order, dim, 0)[:k], 0, dim) if order.ndim else order
        return _taken("topk", input, taken, dim)

    @numpy_words
    def median(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
        """The middle element in order, the lower one of two; nan if there is a nan.

        Args:
            dim: None for the median of all elements, or a dimension.
            keepdim: keep the dimension with size 1.

        Returns:
            A Tensor, whose gradient elements equal to it share evenly; with a dimension a pair (values, indices), of
            which the element at the index gets the gradient.

        >>> import tensorgrad as tg
        >>> tg.tensor([3.0, 1.0, 2.0, 4.0]).median()
        tensor(2.)
        """
        if dim is None:
            return _median(input)
        order = _order("median", input, dim, False)
        if not order.ndim:
            return _taken("median", input, order, dim)
        n = order.shape[dim]
        if not n:
            raise IndexError(
                f"median: dim {dim} of shape {input._data.shape} is empty, and the median of nothing is undefined"
            )
        ordered = np.take_along_axis(input._data, order, dim)
        place = np.where(
            (ordered != ordered).any(dim, keepdims=True), (ordered == ordered).sum(dim, keepdims=True), (n - 1) // 2
        )
        pair = _taken("median", input, np.take_along_axis(order, place, dim), dim)
        return pair if keepdim else return_types.median(part.squeeze(dim) for part in pair)

    @numpy_words
    def aminmax(input: Any, *, dim: int | None = None, keepdim: bool = False) -> Any:
        """The smallest and the largest element, of all or along ``dim``: a pair (min, max) of ``amin`` and ``amax``.

        >>> import tensorgrad as tg
        >>> tg.tensor([3.0, 1.0, 2.0]).aminmax()
        torch.return_types.aminmax(
        min=tensor(1.),
        max=tensor(3.))
        """
        tensors_only("aminmax", input)
        return return_types.aminmax((input.amin(dim, keepdim), input.amax(dim, keepdim)))


@op
def _median(x: Array, /) -> Rule:
    ordered = np.sort(x, None)
    place = -1 if (ordered[-1:] != ordered[-1:]).any() else (x.size - 1) // 2
    y = ordered[place] if x.size else np.asarray(np.nan, x.dtype)
    return y, lambda g: shared_among_equals(g, x, y, None)


def _order(name: str, x: Any, dim: int, descending: bool) -> Array:
    """The indices that sort x along ``dim``, equal elements in the order in which they stand."""
    tensors_only(name, x)
    try:
        data = x._array()
        if not data.ndim:
            return np.argsort(data.reshape(1), dim).reshape(())
        if not descending:
            return np.argsort(data, dim, kind="stable")
        backwards = np.argsort(np.flip(data, dim), dim, kind="stable")
        return data.shape[dim] - 1 - np.flip(backwards, dim)
    except IndexError as error:
        raise explained(error, name, "", (x,)) from None


def _taken(name: str, x: Any, indices: Array, dim: int) -> Any:
    places = result(x._kind, indices)
    return getattr(return_types, name)((x.take_along_dim(places, dim) if x.ndim else x.clone(), places))
