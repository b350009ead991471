"""How many: elements that differ, that are not 0, of each whole number, and in each interval.  None has a gradient."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import return_types
from .._rounding import fused_multiply_add
from ..engine import Array, result
from ..errors import ShapeError, explained, floating_only, tensors_only
from .compare import Dims, axis_of, numpy_words
from .shape import from_front


class Counting:
    """The operations that count, as methods of Tensor."""

    @numpy_words
    def count_nonzero(input: Any, dim: Dims = None) -> Any:
        """How many elements are not 0, over all dimensions or over those in ``dim``, as int64.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1, 0], [2, 3]]).count_nonzero(0)
        tensor([2, 1])
        """
        try:
            axis = axis_of(dim, input.ndim)
            return result(input._kind, np.add.reduce(input._data != 0, axis, np.int64))
        except (AttributeError, IndexError) as error:
            raise explained(error, "count_nonzero", "", (input,)) from None

    @numpy_words
    def unique(
        input: Any,
        sorted: bool = True,
        return_inverse: bool = False,
        return_counts: bool = False,
        dim: int | None = None,
    ) -> Any:
        """The elements that differ from one another, in order; nan differs from nan.

        Args:
            sorted: whether they must be in order, which they are in any case.
            return_inverse: whether to say which of them each of input's elements is.
            return_counts: whether to say how often each occurs.
            dim: None for elements, or the dimension along which to compare slices, by their first difference.

        Returns:
            A vector; with ``dim`` input's shape, apart from the size of ``dim``.  If asked for, in a tuple with the
            inverse, int64, of input's shape (with ``dim`` a vector), and the counts, an int64 vector.

        Raises:
            RuntimeError: if the slices have no elements.

        >>> import tensorgrad as tg
        >>> tg.tensor([3, 1, 3]).unique(return_counts=True)
        (tensor([1, 3]), tensor([1, 2]))
        """
        tensors_only("unique", input)
        x = input._array()
        if dim is not None and not x.size and x.shape[from_front("unique", dim, x.ndim)]:
            raise ShapeError(f"unique: the slices along dim {dim} of shape {x.shape} have no elements to compare")
        wanted: dict[str, Any] = {"return_inverse": return_inverse, "return_counts": return_counts}
        try:
            found = np.unique(x, axis=dim, equal_nan=False, **wanted)
        except IndexError as error:
            raise explained(error, "unique", "", (input,)) from None
        if not isinstance(found, tuple):
            return result(input._kind, found)
        if return_inverse:
            found = found[0], found[1].reshape(x.shape if dim is None else -1), *found[2:]
        return tuple(result(input._kind, part) for part in found)

    def bincount(input: Any, weights: Any = None, minlength: int = 0) -> Any:
        """How often each of the numbers 0, 1, 2, ... occurs.

        Args:
            weights: what each element counts, in place of 1: a Tensor of input's shape.
            minlength: the least length of the result.

        Returns:
            (largest element + 1,), int64; with weights float32 if they are, else float64.

        Raises:
            ValueError: if input is not a vector of integers from 0 on, weights has another shape, or minlength is
                negative.

        >>> import tensorgrad as tg
        >>> tg.tensor([1, 3, 1]).bincount()
        tensor([0, 2, 0, 1])
        """
        tensors_only("bincount", input, weights, needed=1)
        numbers = input._array()
        if numbers.ndim != 1 or numbers.dtype.kind not in "iu" or (numbers < 0).any():
            what = f"shape {input._data.shape} and dtype {input._data.dtype}" + ", some negative" * (
                numbers.dtype.kind in "iu"
            )
            raise (ShapeError if numbers.dtype.kind in "iu" else NotImplementedError)(
                f"bincount: needs a vector of integers that are not negative, but got {what}"
            )
        if minlength < 0:
            raise ShapeError(f"bincount: minlength must be 0 or more, but got {minlength}")
        if weights is None or not numbers.size:
            return result(input._kind, np.bincount(numbers, minlength=minlength).astype(np.int64, copy=False))
        if weights._data.shape != input._data.shape:
            raise ShapeError(
                f"bincount: weights must have the input's shape {input._data.shape}, but got {weights._data.shape}"
            )
        counts = np.bincount(numbers, weights._data, minlength)
        return result(input._kind, counts.astype(np.float32) if weights._data.dtype == np.float32 else counts)

    def histc(input: Any, bins: int = 100, min: float = 0, max: float = 0) -> Any:
        """How many elements fall into each of ``bins`` intervals of equal width from ``min`` to ``max``.

        Args:
            bins: how many intervals; each includes its lower end, and the last one its upper end, too.
            min: the lowest end; elements below it do not count.
            max: the highest end; if it equals min, the smallest and the largest element are the ends.

        Returns:
            (bins,), input's dtype.

        >>> import tensorgrad as tg
        >>> tg.tensor([1.0, 2.0, 2.0, 4.0]).histc(3)
        tensor([1., 2., 1.])
        """
        x = _floats("histc", input)
        low, high = _ends("histc", x, None if min == max else (min, max))
        _at_least_one("histc", bins)
        x = x[(x >= low) & (x <= high)]
        places = ((x - x.dtype.type(low)) * bins / x.dtype.type(high - low)).astype(np.int64)
        return result(input._kind, np.bincount(np.minimum(places, bins - 1), minlength=bins).astype(x.dtype))

    def histogram(
        input: Any,
        bins: Any = 100,
        *,
        range: tuple[float, float] | None = None,
        weight: Any = None,
        density: bool = False,
    ) -> Any:
        """How many elements, of any shape, fall into each bin, and where the bins are.

        Args:
            bins: how many of equal width, or the edges: a vector, ascending.
            range: the lowest and the highest edge, by default the smallest and the largest element.
            weight: what each element counts, in place of 1: a Tensor of input's shape and dtype.
            density: divide by the sum and by the widths of the bins, so that the area under the histogram is 1.

        Returns:
            A pair (hist, bin_edges) of input's dtype, (n,) and (n + 1,), without a gradient.  A bin includes its lower
            edge, and the last one its upper edge, too.

        Raises:
            RuntimeError: if a dtype is not floating-point or differs, or a number or shape does not fit.

        >>> import tensorgrad as tg
        >>> tg.histogram(tg.tensor([1.0, 2.0, 2.0, 4.0]), bins=3).hist
        tensor([1., 2., 1.])
        """
        tensors_only("histogram", input, weight, needed=1)
        x = _floats("histogram", input)
        for name, other in (("bins", bins), ("weight", weight)):
            if hasattr(other, "_data") and other._data.dtype != x.dtype:
                raise RuntimeError(
                    f"histogram: {name} must have the input's dtype {x.dtype}, but got {other._data.dtype}; "
                    "use .to(dtype)"
                )
        if weight is not None and weight._data.shape != input._data.shape:
            raise ShapeError(
                f"histogram: weight must have the input's shape {input._data.shape}, but got {weight._data.shape}"
            )
        if hasattr(bins, "_data"):
            if bins.ndim != 1:
                raise ShapeError(f"histogram: the edges in bins must be a vector, but have shape {bins._data.shape}")
            edges = bins._array().copy()
            _at_least_one("histogram", len(edges) - 1)
        else:
            if not hasattr(bins, "__index__"):
                raise TypeError(f"histogram: bins must be an integer or a Tensor of edges, but got {bins!r}")
            _at_least_one("histogram", bins)
            edges = evenly_spaced(*_ends("histogram", x, range), bins + 1, x.dtype)
        inside = (x >= edges[0]) & (x <= edges[-1])
        places = np.minimum(np.searchsorted(edges, x[inside], "right") - 1, len(edges) - 2)
        counts = np.bincount(places, None if weight is None else weight._array().ravel()[inside], len(edges) - 1)
        hist = counts.astype(x.dtype)
        if density:
            with np.errstate(invalid="ignore", divide="ignore"):  # nan where nothing counts, as in PyTorch
                hist = hist / hist.sum() / np.diff(edges)
        return return_types.histogram((result(input._kind, hist), result(input._kind, edges)))


def _floats(name: str, x: Any) -> Array:
    """The elements in a row."""
    tensors_only(name, x)
    floating_only(name, x._data.dtype, "f")
    return x._array().ravel()


def _at_least_one(name: str, bins: int) -> None:
    if bins < 1:
        raise ShapeError(f"{name}: there must be at least one bin, but got {bins}")


def _ends(name: str, x: Array, given: Any) -> tuple[float, float]:
    """The lowest and the highest edge."""
    low, high = given or ((float(x.min()), float(x.max())) if x.size else (0.0, 0.0))
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ShapeError(f"{name}: the range [{low}, {high}] is not finite; give the ends, or take out inf and nan")
    if low > high:
        raise ShapeError(f"{name}: the lowest edge must not exceed the highest, but got {low} and {high}")
    if low < high:
        return low, high
    return (low - 0.5, high + 0.5) if given or x.size else (0.0, 1.0)


def evenly_spaced(first: float, last: float, steps: int, dtype: Any) -> Array:
    """``steps`` numbers, two or more, from first to last, each rounded as PyTorch's ``linspace`` rounds it.

    The lower half is counted from the first, the upper from the last.

    >>> evenly_spaced(0, 1, 5, np.dtype("float32"))
    array([0.  , 0.25, 0.5 , 0.75, 1.  ], dtype=float32)
    """
    low, high = dtype.type(first), dtype.type(last)
    step = float((high - low) / dtype.type(steps - 1))
    count = np.arange(steps).astype(dtype)
    if dtype == np.float16:  # here it rounds products, too
        upwards, downwards = low + count * dtype.type(step), high - count[::-1] * dtype.type(step)
    else:
        upwards = fused_multiply_add(count, step, float(low))
        downwards = fused_multiply_add(count[::-1], -step, float(high))
    return np.where(np.arange(steps) < steps // 2, upwards, downwards)
