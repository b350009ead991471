"""Generator: PyTorch's CPU random stream, drawn as NumPy arrays; ``random.py`` says what is guaranteed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, SupportsInt

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ._rounding import box_muller, elementwise, fused_multiply_add
from .errors import RangeError
from .twister import Twister, lock

if TYPE_CHECKING:
    from .tensor import Tensor

Array = NDArray[Any]

_BLOCK = 16384  # elements worked on at a time, a multiple of 16: what fits in the processor's cache


class Generator(Twister):
    """A source of random numbers with its own seed and state.

    Seeds and states work as PyTorch's do. The methods that draw return new NumPy arrays, and are named as those of
    NumPy's generators. Threads may share a generator, but then their timing decides who gets which numbers.

    Args:
        device: "cpu".

    Raises:
        RuntimeError: if the device is another.

    >>> import tensorgrad as tg
    >>> tg.Generator().manual_seed(42).uniform((3,))
    array([0.88226926, 0.91500396, 0.38286376], dtype=float32)
    """

    def uniform(
        self, shape: tuple[int, ...], low: float = 0.0, high: float = 1.0, dtype: DTypeLike = np.float32
    ) -> Array:
        """Uniform numbers in [low, high): low + (high - low) k / 2**24, with a random k < 2**24 (float64: 2**53).

        Args:
            shape: shape of the result.
            low: smallest value.
            high: upper end; rounding may reach it.
            dtype: float32, float64, or float16: float32's numbers rounded, and low where that would give high.

        Returns:
            A new array of this shape and dtype.

        Raises:
            RuntimeError: if the dtype is another.
            RangeError: unless low <= high, both and their distance in the range of the dtype.

        >>> import tensorgrad as tg
        >>> tg.Generator().manual_seed(0).uniform((2, 2), -1, 1).round(2)
        array([[-0.01,  0.54],
               [-0.82, -0.74]], dtype=float32)
        """
        half = np.dtype(dtype) == np.float16
        kind = np.dtype(np.float16) if half else _floating(dtype)
        largest = float(np.finfo(kind).max)
        if not (-largest <= low <= high <= largest and high - low <= largest):
            raise RangeError(
                f"uniform needs low <= high with both and high - low in the range of {kind}, "
                f"but got low={low}, high={high}"
            )
        if half:
            rounded = self.uniform(shape, low, high).astype(np.float16)
            return np.where(rounded == high, np.float16(low), rounded)
        width = float(kind.type(high) - kind.type(low))
        result = np.empty(shape, kind)
        for part in _parts(result.reshape(-1)):
            part[...] = fused_multiply_add(self._fractions(part.size, kind), width, low)
        return result

    def normal(
        self,
        shape: tuple[int, ...],
        mean: float = 0.0,
        std: float = 1.0,
        dtype: DTypeLike = np.float32,
        in_groups: bool = True,
    ) -> Array:
        """Normal numbers, mean + std z with z of mean 0 and variance 1, made in pairs by the Box-Muller transform.

        Args:
            shape: shape of the result.
            mean: their mean.
            std: their standard deviation.
            dtype: float32, float64, or float16: float32's numbers rounded.
            in_groups: make 16 at a time if there are so many, as PyTorch does for memory without gaps.

        Returns:
            A new array of this shape and dtype.

        Raises:
            RuntimeError: if the dtype is another.
            RangeError: unless mean and std are in the range of the dtype (float16: float32), and std >= 0.

        >>> import tensorgrad as tg
        >>> tg.Generator().manual_seed(0).normal((3,)).round(4)
        array([ 1.541 , -0.2934, -2.1788], dtype=float32)
        """
        kind = _drawn(dtype)
        half = kind != dtype
        largest = float(np.finfo(kind).max)
        if not (-largest <= mean <= largest and 0 <= std <= largest):
            raise RangeError(
                f"normal needs mean and std in the range of {kind} and std >= 0, but got mean={mean}, std={std}"
            )
        result = np.empty(shape, kind)
        flat = result.reshape(-1)
        if flat.size < 16 or not in_groups:
            flat[...] = fused_multiply_add(self._normals_in_pairs(flat.size), std, mean)
            return _rounded(result, dtype)
        remainder = flat.size % 16
        for part in _parts(flat[: flat.size - remainder]):
            part[...] = fused_multiply_add(box_muller(self._fractions(part.size, kind)), std, mean)
        if remainder:  # as PyTorch does: these numbers are drawn, and then the last 16 elements are made anew
            if not half:
                self._fractions(remainder, kind)
            flat[-16:] = fused_multiply_add(box_muller(self._fractions(16, kind)), std, mean)
        return _rounded(result, dtype)

    def exponential(self, shape: tuple[int, ...], rate: float = 1.0, dtype: DTypeLike = np.float32) -> Array:
        """Numbers of the density rate exp(-rate x), x > 0: -log(1 - u) / rate with a uniform u.

        Args:
            shape: shape of the result.
            rate: 1 / their mean.
            dtype: float16, float32 or float64; computed in float64.

        Returns:
            A new array of this shape and dtype.

        Raises:
            RuntimeError: if the dtype is another.
            RangeError: unless rate > 0.

        >>> import tensorgrad as tg
        >>> tg.Generator().manual_seed(0).exponential((3,)).round(4)
        array([3.5083, 1.2304, 0.615 ], dtype=float32)
        """
        kind = _drawn(dtype)
        if not rate > 0:
            raise RangeError(f"exponential needs rate > 0, but got {rate}")
        result = np.empty(shape, kind)
        for part in _parts(result.reshape(-1)):
            part[...] = -1.0 / rate * elementwise(math.log1p, -self._fractions(part.size, np.dtype(np.float64)))
        return _rounded(result, dtype)

    def bernoulli(self, shape: tuple[int, ...], chance: float | Array) -> NDArray[np.bool_]:
        """True with a probability, where a uniform number in [0, 1) is below it.

        Args:
            shape: shape of the result.
            chance: the probability, for which float64 numbers are drawn; or an array of this shape, for which numbers
                of its own dtype are, float32 or float64; for float16 those of float32.

        Returns:
            A new array of this shape.

        Raises:
            RuntimeError: if the dtype of ``chance`` is another.
            RangeError: unless all probabilities are from 0 to 1.

        >>> import tensorgrad as tg
        >>> tg.Generator().manual_seed(0).bernoulli((5,), 0.6)
        array([False, False,  True, False, False])
        """
        chances = np.asarray(chance, getattr(chance, "dtype", np.float64))
        kind = _drawn(chances.dtype)
        wrong = ~((chances >= 0) & (chances <= 1))
        if wrong.any():
            raise RangeError(f"bernoulli needs probabilities from 0 to 1, but got {chances[wrong][0]}")
        result, each, start = np.empty(shape, np.bool_), chances.reshape(-1), 0
        for part in _parts(result.reshape(-1)):
            below = each[start : start + part.size] if chances.ndim else each
            np.less(self._fractions(part.size, kind), below, out=part)
            start += part.size
        return result

    def integers(self, low: int, high: int, shape: tuple[int, ...], dtype: DTypeLike = np.int64) -> Array:
        """Integers from low to high - 1: low + w mod (high - low) with a random word w.

        Args:
            low: smallest value.
            high: one above the largest value.
            shape: shape of the result.
            dtype: of the result: an integer or floating dtype, or bool.

        Returns:
            A new array of this shape and dtype.

        Raises:
            RangeError: unless low < high, and low and high - 1 are exact in the dtype.

        >>> import tensorgrad as tg
        >>> tg.Generator().manual_seed(0).integers(0, 10, (5,))
        array([4, 9, 3, 0, 3])
        """
        kind = np.dtype(dtype)
        smallest, largest = exact_integers(kind)
        if not smallest <= low < high <= largest + 1:
            raise RangeError(
                f"randint needs low < high with {smallest} <= low and high <= {largest + 1} for {kind}, "
                f"but got low={low}, high={high}"
            )
        count, offset = np.uint64(high - low), np.uint64(low % 2**64)
        draw = self._words if high - low < 2**28 else self._double_words
        result = np.empty(shape, kind)
        for part in _parts(result.reshape(-1)):
            part[...] = (draw(part.size) % count + offset).view(np.int64)  # the sum wraps around for a negative low
        return result

    def any_integers(self, shape: tuple[int, ...], dtype: DTypeLike = np.int64) -> Array:
        """Integers from 0 to the largest one up to which the dtype holds all, or 2**63 - 1.

        >>> import tensorgrad as tg
        >>> tg.Generator().manual_seed(0).any_integers((3,), np.uint8)
        array([172,  47, 117], dtype=uint8)
        """
        kind = np.dtype(dtype)
        count = exact_integers(kind)[1] + 1
        draw = self._words if count <= 2**32 else self._double_words
        return (draw(math.prod(shape)) % np.uint64(count)).astype(kind).reshape(shape)

    def permutation(self, count: int) -> NDArray[np.int64]:
        """The integers from 0 to count - 1 in random order, shape (count,); ``randperm`` says more."""
        steps = np.arange(count - 1)
        targets = steps + (self._words(steps.size) % (count - steps).astype(np.uint64)).astype(np.int64)
        order = list(range(count))
        for here, there in enumerate(targets.tolist()):
            order[here], order[there] = order[there], order[here]
        return np.array(order, np.int64)

    def random_int64(self) -> int:
        """An integer from 0 to 2**63 - 1: what PyTorch's data loaders seed their own generators with."""
        return int(self._double_words(1)[0]) % 2**63

    def _fractions(self, count: int, dtype: np.dtype[Any]) -> Array:
        """Uniform numbers in [0, 1), as many bits as the dtype holds, shape (count,)."""
        if dtype == np.float32:
            return (self._words(count).astype(np.int32) & 0xFFFFFF).astype(np.float32) * np.float32(2.0**-24)
        return (self._double_words(count) & np.uint64(2**53 - 1)).astype(np.float64) * 2.0**-53

    def _normals_in_pairs(self, count: int) -> NDArray[np.float64]:
        """Standard normal numbers, shape (count,): one that waits, then new pairs; one left over waits."""
        with lock:
            normals = [] if self._waiting_normal is None else [self._waiting_normal]
            pairs = max(count - len(normals) + 1, 0) // 2
            fractions = self._fractions(2 * pairs, np.dtype(np.float64)).tolist()
            for turn, chance in zip(fractions[0::2], fractions[1::2], strict=True):
                radius, angle = math.sqrt(-2.0 * math.log1p(-chance)), 2.0 * math.pi * turn
                normals += (radius * math.cos(angle), radius * math.sin(angle))
            self._waiting_normal = normals.pop() if len(normals) > count else None
            return np.array(normals)


def _parts(flat: Array) -> Iterator[Array]:
    """Views of a 1-D array, one block after another."""
    for start in range(0, flat.size, _BLOCK):
        yield flat[start : start + _BLOCK]


def _drawn(dtype: DTypeLike) -> np.dtype[Any]:
    """The dtype in which numbers are drawn that are to be of this one: for float16, float32."""
    return np.dtype(np.float32) if np.dtype(dtype) == np.float16 else _floating(dtype)


def _rounded(result: Array, dtype: DTypeLike) -> Array:
    """In this dtype, with infinity for what is beyond it."""
    with np.errstate(over="ignore"):
        return result.astype(dtype, copy=False)


def _floating(dtype: DTypeLike) -> np.dtype[Any]:
    """The dtype, or an error if no random fractions come in it."""
    kind = np.dtype(dtype)
    if kind not in (np.float32, np.float64):
        raise NotImplementedError(
            f"random fractions come as float32 or float64, but got dtype={kind}; draw one and convert it with .to()"
        )
    return kind


def exact_integers(kind: np.dtype[Any]) -> tuple[int, int]:
    """The smallest and largest integer of the range that the dtype holds without gaps, within int64."""
    if kind.kind == "f":
        bound = 2 ** (np.finfo(kind).nmant + 1)
        return -bound, bound
    if kind.kind == "b":
        return 0, 1
    return int(np.iinfo(kind).min), min(int(np.iinfo(kind).max), 2**63 - 1)


default_generator = Generator()


def manual_seed(seed: SupportsInt) -> Generator:
    """Start the default generator's stream anew from a seed, and return that generator.

    Args:
        seed: from -2**63 to 2**64 - 1, taken as ``int(seed)``; see ``Generator.manual_seed``.

    Raises:
        TypeError: if the seed is no number.
        RangeError: if it is out of range.

    >>> import tensorgrad as tg
    >>> generator = tg.manual_seed(42)
    >>> tg.rand(3)
    tensor([0.8823, 0.9150, 0.3829])
    """
    return default_generator.manual_seed(int(seed))


def seed() -> int:
    """Start the default generator's stream anew from a seed that cannot be foretold, and return this seed."""
    return default_generator.seed()


def initial_seed() -> int:
    """The seed that the default generator's stream was started with.

    >>> import tensorgrad as tg
    >>> generator = tg.manual_seed(7)
    >>> tg.initial_seed()
    7
    """
    return default_generator.initial_seed()


def get_rng_state() -> Tensor:
    """The default generator's state: uint8, shape (5056,), in PyTorch's layout.

    >>> import tensorgrad as tg
    >>> state = tg.get_rng_state()
    >>> first = tg.rand(4)
    >>> tg.set_rng_state(state)
    >>> bool((tg.rand(4) == first).all())
    True
    """
    return default_generator.get_state()


def set_rng_state(new_state: Tensor) -> None:
    """Put the default generator back into a state that ``get_rng_state`` returned.

    Args:
        new_state: uint8, shape (5056,).

    Raises:
        TypeError: if it is no Tensor of uint8.
        ShapeError: if it has another shape.
        RangeError: if its bytes are no state.

    >>> import tensorgrad as tg
    >>> tg.set_rng_state(tg.Generator().get_state())
    >>> tg.initial_seed()
    67280421310721
    """
    default_generator.set_state(new_state)


def source(generator: Generator | None) -> Generator:
    """The generator to draw from: the default one for None."""
    if generator is None:
        return default_generator
    if not isinstance(generator, Generator):
        raise TypeError(f"generator must be a Generator or None, but got {generator!r}; make one with Generator()")
    return generator
