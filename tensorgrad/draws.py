"""Random numbers as methods of Tensor: written into its memory, or drawn with it for probabilities.

In memory without gaps PyTorch writes what it draws in the order of the elements, otherwise in the order in which they
lie in memory; so do these. What they write has no history: a recorded Tensor's gradient is zero from there.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Self, TypeVar

import numpy as np

from .engine import Array, result
from .errors import RangeError, ShapeError, tensors_only
from .generator import Generator, source
from .twister import as_integer

T = TypeVar("T")


class Draws:
    """The methods that draw."""

    def uniform_(self, from_: float = 0.0, to: float = 1.0, *, generator: Generator | None = None) -> Self:
        """Fill with uniform random numbers in [from, to)."""
        return _fill(self, lambda shape, dtype: source(generator).uniform(shape, from_, to, dtype))

    def normal_(self, mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None) -> Self:
        """Fill with normal random numbers, mean + std z."""
        grouped = self._array().flags.c_contiguous  # type: ignore[attr-defined]  # Tensor has it
        return _fill(self, lambda shape, dtype: source(generator).normal(shape, mean, std, dtype, grouped))

    def exponential_(self, lambd: float = 1.0, *, generator: Generator | None = None) -> Self:
        """Fill with random numbers x > 0 of the density lambd exp(-lambd x)."""
        return _fill(self, lambda shape, dtype: source(generator).exponential(shape, lambd, dtype))

    def bernoulli_(self, p: Any = 0.5, *, generator: Generator | None = None) -> Self:
        """Fill with 1 where a random event happened, 0 elsewhere.

        Args:
            p: its probability; or a Tensor of probabilities, float32 or float64, which broadcasts.
            generator: where to draw from; by default the one that ``manual_seed`` starts.

        Raises:
            RuntimeError: if the probabilities are no floating-point numbers.
            RangeError: unless they are from 0 to 1.
            ShapeError: if they do not broadcast.
        """
        chance: Any = float(p) if not hasattr(p, "_data") else _in_memory_order(self, p._array())
        return _fill(self, lambda shape, dtype: source(generator).bernoulli(shape, chance))

    def random_(self, *bounds: int, generator: Generator | None = None) -> Self:
        """Fill with random integers.

        Args:
            bounds: ``random_(to)`` or ``random_(from, to)``, as in ``randint``; without any, they are 0 and the largest
                number up to which the dtype holds every integer.
            generator: where to draw from; by default the one that ``manual_seed`` starts.

        Raises:
            TypeError: if a bound is no integer, or there are more than two.
            RangeError: unless from < to and the dtype holds all values.
        """
        if len(bounds) > 2:
            raise TypeError(f"random_ takes at most two bounds, from and to, but got {bounds}")
        low, high = (as_integer("random_: a bound", bound) for bound in ((0, *bounds)[-2:] if bounds else (0, 0)))
        if not bounds:
            return _fill(self, lambda shape, dtype: source(generator).any_integers(shape, dtype))
        return _fill(self, lambda shape, dtype: source(generator).integers(low, high, shape, dtype))

    def bernoulli(input: Any, p: float | None = None, *, generator: Generator | None = None) -> Any:
        """1 where a random event happened, 0 elsewhere; the elements are its probabilities.

        Args:
            p: one probability for all, in place of the elements.
            generator: where to draw from; by default the one that ``manual_seed`` starts.

        Returns:
            A Tensor of the same shape and dtype.

        Raises:
            RuntimeError: if the elements, being the probabilities, are no floating-point numbers.
            RangeError: unless the probabilities are from 0 to 1.

        >>> import tensorgrad as tg
        >>> tg.tensor([0.0, 0.5, 1.0]).bernoulli(generator=tg.Generator().manual_seed(1))
        tensor([0., 1., 1.])
        """
        tensors_only("bernoulli", input)
        chances = input.detach() if p is None else p
        return input.clone().bernoulli_(chances, generator=generator)

    def multinomial(
        input: Any, num_samples: int, replacement: bool = False, *, generator: Generator | None = None
    ) -> Any:
        """Positions drawn with probabilities in proportion to the elements, from each row.

        With replacement, a uniform number u gives the first position where the running sum of the normalised row
        reaches u.  Without, and for a single draw, the positions of the largest x / e are given, with e from
        ``exponential_``; that draws one number for every element.

        Args:
            num_samples: how many to draw from each row.
            replacement: whether a position may be drawn again; if not, each row needs as many that are above 0.
            generator: where to draw from; by default the one that ``manual_seed`` starts.

        Returns:
            int64, shape (num_samples,) of shape (n,), (m, num_samples) of shape (m, n).

        Raises:
            RuntimeError: if the dtype is neither float32 nor float64.
            RangeError: if an element is negative or not finite, the sum of a row is 0 or overflows, or there are
                not as many positions as are asked for.
            ShapeError: if this has neither 1 nor 2 dimensions.

        >>> import tensorgrad as tg
        >>> weights = tg.tensor([0.0, 10.0, 3.0])
        >>> weights.multinomial(2, generator=tg.Generator().manual_seed(0))
        tensor([1, 2])
        """
        tensors_only("multinomial", input)
        weights, count, origin = input._array(), as_integer("multinomial: num_samples", num_samples), source(generator)
        _check(weights, count, replacement)
        if replacement and count > 1:
            positions = _with_replacement(weights, count, origin)
        else:
            with np.errstate(all="ignore"):  # x / e may overflow, then it is the largest
                race = weights / _drawn(weights, lambda shape, dtype: origin.exponential(shape, 1.0, dtype))
            if count == 1:
                positions = race.argmax(-1, keepdims=True)
            else:
                positions = np.argsort(-race, -1, kind="stable")[..., :count]
        return result(input._kind, positions)


def _order(array: Array) -> Any:
    """The dimensions of an array, from the slowest to the fastest in its memory."""
    if array.flags.c_contiguous:
        return range(array.ndim)
    return np.argsort([-abs(step) for step in array.strides], kind="stable")


def _drawn(like: Array, draw: Callable[[tuple[int, ...], Any], Array]) -> Array:
    """``draw(shape, dtype)``, of which what was drawn first stands first in memory laid out as ``like`` is."""
    if like.flags.c_contiguous:
        return draw(like.shape, like.dtype)
    order = _order(like)
    return draw(like.transpose(order).shape, like.dtype).transpose(np.argsort(order))


def _fill(tensor: T, draw: Callable[[tuple[int, ...], Any], Array]) -> T:
    x: Any = tensor
    array = x._array()
    x[...] = _drawn(array, draw).astype(array.dtype, copy=False)
    return tensor


def _in_memory_order(tensor: Any, chances: Array) -> Array:
    """Probabilities as many as ``tensor`` has elements, with the dimensions in the order of its memory."""
    try:
        return np.broadcast_to(chances, tensor._data.shape).transpose(_order(tensor._array()))
    except ValueError:
        raise ShapeError(
            f"bernoulli_: probabilities of shape {chances.shape} cannot be broadcast to shape {tensor._data.shape}"
        ) from None


def _check(weights: Array, count: int, replacement: bool) -> None:
    if weights.dtype not in (np.float32, np.float64):
        raise RuntimeError(f"multinomial needs weights of dtype float32 or float64, but got {weights.dtype}")
    if weights.ndim not in (1, 2):
        raise ShapeError(f"multinomial needs weights of shape (n,) or (rows, n), but got shape {weights.shape}")
    most = math.inf if replacement and weights.shape[-1] else weights.shape[-1]
    if not 1 <= count <= most:
        raise RangeError(
            f"multinomial cannot draw num_samples={count} from {weights.shape[-1]} weights"
            f"{'' if replacement else ' without replacement'}"
        )
    wrong = ~((weights >= 0) & (weights < math.inf))
    if wrong.any():
        raise RangeError(f"multinomial needs weights that are finite and not negative, but got {weights[wrong][0]}")
    if not weights.any(-1).all():
        raise RangeError("multinomial needs a weight above 0 in each row, but got a row of zeros")


def _with_replacement(weights: Array, count: int, origin: Generator) -> Array:
    positions = np.empty((*weights.shape[:-1], count), np.int64)
    for row, out in zip(weights.reshape(-1, weights.shape[-1]), positions.reshape(-1, count), strict=True):
        with np.errstate(over="ignore"):
            reached = np.add.accumulate(row)
        if reached[-1] == math.inf:
            raise RangeError("multinomial needs weights whose sum is finite, but got a row whose sum overflows")
        reached /= reached[-1]
        reached[-1] = 1
        out[:] = np.searchsorted(reached.astype(np.float64), origin.uniform((count,), dtype=np.float64))
    return positions
