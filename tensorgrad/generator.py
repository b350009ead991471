"""Generator: PyTorch's CPU random stream, drawn as NumPy arrays; ``random.py`` says what is guaranteed."""

from __future__ import annotations

import math
import operator
import os
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ._rounding import box_muller, fused_multiply_add
from .tensor import Tensor, wrap

if TYPE_CHECKING:
    from numpy.random import MT19937  # NumPy itself loads numpy.random only when it is first used: it is slow

Array = NDArray[Any]

_DEFAULT_SEED = 67280421310721
_BLOCK = 16384  # elements worked on at a time, a multiple of 16: what fits in the processor's cache
_STATE = np.dtype(  # PyTorch's own layout of a generator's state, 5056 bytes
    [
        ("seed", np.uint64),
        ("left", np.int32),
        ("seeded", np.int32),
        ("next", np.uint64),
        ("key", np.uint64, 624),
        ("unused_normal", np.float64),
        ("normal", np.float64),
        ("unused_radius", np.float64),
        ("normal_waits", np.int32),
        ("unused_float_normal", np.float32),
        ("unused_float_normal_waits", np.bool_),
    ],
    align=True,
)
_lock = threading.RLock()  # one for all generators, which so can be copied and pickled


class Generator:
    """A source of random numbers with its own seed and state.

    Seeds and states work as PyTorch's do. The methods that draw return new NumPy arrays, and are named as those of
    NumPy's generators. Threads may share a generator, but then their timing decides who gets which numbers.

    Args:
        device: "cpu".

    Raises:
        ValueError: if the device is not "cpu".

    Source: M. Matsumoto and T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudorandom
    number generator", ACM Transactions on Modeling and Computer Simulation 8(1), 1998.

    >>> import tensorgrad as tg
    >>> tg.Generator().manual_seed(42).uniform((3,))
    array([0.88226926, 0.91500396, 0.38286376], dtype=float32)
    """

    def __init__(self, device: str = "cpu") -> None:
        if device != "cpu":
            raise ValueError(f'a generator lives on device="cpu", but got {device!r}; leave the argument out')
        self.manual_seed(_DEFAULT_SEED)

    def manual_seed(self, seed: int) -> Generator:
        """Start the stream that belongs to a seed.

        Args:
            seed: from -2**63 to 2**64 - 1; a negative one stands for 2**64 + seed. The stream depends on its lowest
                32 bits only.

        Returns:
            This generator.

        Raises:
            TypeError: if the seed is no integer.
            ValueError: if it is out of range.

        >>> import tensorgrad as tg
        >>> tg.Generator().manual_seed(-1).initial_seed() == 2**64 - 1
        True
        """
        number = as_integer("a seed", seed)
        if not -(2**63) <= number < 2**64:
            raise ValueError(f"a seed must lie between -2**63 and 2**64 - 1, but got {number}; choose a smaller one")
        with _lock:
            self._seed = number % 2**64
            self._twister: MT19937 | None = None  # made at the first draw, when numpy.random is needed
            self._waiting_normal: float | None = None
        return self

    def initial_seed(self) -> int:
        """The seed that the stream was started with, from 0 to 2**64 - 1."""
        return self._seed

    def seed(self) -> int:
        """Start a stream that cannot be foretold, from a seed of the operating system; return this seed."""
        return self.manual_seed(int.from_bytes(os.urandom(8), "little")).initial_seed()

    def get_state(self) -> Tensor:
        """The state as bytes: uint8, shape (5056,), in PyTorch's own layout.

        >>> import tensorgrad as tg
        >>> generator = tg.Generator()
        >>> state = generator.get_state()
        >>> first = generator.uniform(())
        >>> generator.set_state(state)
        >>> bool(generator.uniform(()) == first)
        True
        """
        result = np.zeros(_STATE.itemsize, np.uint8)
        fields = result.view(_STATE)
        with _lock:
            twister = self._started().state["state"]
            fields["seed"] = self._seed
            fields["seeded"] = 1
            fields["key"] = twister["key"]
            fields["next"] = twister["pos"] % 624
            fields["left"] = 625 - (twister["pos"] % 624 or 624)
            fields["normal_waits"] = self._waiting_normal is not None
            fields["normal"] = self._waiting_normal or 0.0
        return wrap(result)

    def set_state(self, new_state: Tensor) -> None:
        """Go back to a state that ``get_state`` returned.

        Args:
            new_state: uint8, shape (5056,).

        Raises:
            TypeError: if ``new_state`` is no Tensor of uint8.
            ValueError: if its shape is another, or its bytes are no state.
        """
        if not isinstance(new_state, Tensor) or new_state.dtype != np.uint8:
            kind = f"a Tensor of {new_state.dtype}" if isinstance(new_state, Tensor) else type(new_state).__name__
            raise TypeError(f"a generator's state must be a uint8 Tensor from get_state(), but got {kind}")
        if new_state.shape != (_STATE.itemsize,):
            raise ValueError(
                f"a generator's state must have shape ({_STATE.itemsize},), but got {new_state.shape}; "
                "pass what get_state() returned"
            )
        fields = np.ascontiguousarray(new_state._array()).view(_STATE)[0]
        if not (fields["seeded"] == 1 and 1 <= fields["left"] <= 624 and fields["next"] <= 624):
            raise ValueError("these bytes are not the state of a generator; pass what get_state() returned")
        with _lock:
            self.manual_seed(int(fields["seed"]))
            position = 624 if fields["left"] == 1 else int(fields["next"])
            key = fields["key"].astype(np.uint32)
            self._started().state = {"bit_generator": "MT19937", "state": {"key": key, "pos": position}}
            self._waiting_normal = float(fields["normal"]) if fields["normal_waits"] else None

    def uniform(
        self, shape: tuple[int, ...], low: float = 0.0, high: float = 1.0, dtype: DTypeLike = np.float32
    ) -> Array:
        """Uniform numbers in [low, high): low + (high - low) k / 2**24, with a random k < 2**24 (float64: 2**53).

        Args:
            shape: shape of the result.
            low: smallest value.
            high: upper end; rounding may reach it.
            dtype: float32 or float64.

        Returns:
            A new array of this shape and dtype.

        Raises:
            TypeError: if the dtype is another.
            ValueError: unless low <= high, both and their distance in the range of the dtype.

        >>> import tensorgrad as tg
        >>> tg.Generator().manual_seed(0).uniform((2, 2), -1, 1).round(2)
        array([[-0.01,  0.54],
               [-0.82, -0.74]], dtype=float32)
        """
        kind = _floating(dtype)
        largest = float(np.finfo(kind).max)
        if not (-largest <= low <= high <= largest and high - low <= largest):
            raise ValueError(
                f"uniform needs low <= high with both and high - low in the range of {kind}, "
                f"but got low={low}, high={high}"
            )
        width = float(kind.type(high) - kind.type(low))
        result = np.empty(shape, kind)
        for part in _parts(result.reshape(-1)):
            part[...] = fused_multiply_add(self._fractions(part.size, kind), width, low)
        return result

    def normal(
        self, shape: tuple[int, ...], mean: float = 0.0, std: float = 1.0, dtype: DTypeLike = np.float32
    ) -> Array:
        """Normal numbers, mean + std z with z of mean 0 and variance 1, made in pairs by the Box-Muller transform.

        Args:
            shape: shape of the result.
            mean: their mean.
            std: their standard deviation.
            dtype: float32 or float64.

        Returns:
            A new array of this shape and dtype.

        Raises:
            TypeError: if the dtype is another.
            ValueError: unless mean and std are in the range of the dtype, and std >= 0.

        >>> import tensorgrad as tg
        >>> tg.Generator().manual_seed(0).normal((3,)).round(4)
        array([ 1.541 , -0.2934, -2.1788], dtype=float32)
        """
        kind = _floating(dtype)
        largest = float(np.finfo(kind).max)
        if not (-largest <= mean <= largest and 0 <= std <= largest):
            raise ValueError(
                f"normal needs mean and std in the range of {kind} and std >= 0, but got mean={mean}, std={std}"
            )
        result = np.empty(shape, kind)
        flat = result.reshape(-1)
        if flat.size < 16:
            with _lock:
                normals = np.array([self._next_normal() for _ in flat])
            flat[...] = fused_multiply_add(normals, std, mean)
            return result
        remainder = flat.size % 16
        for part in _parts(flat[: flat.size - remainder]):
            part[...] = fused_multiply_add(box_muller(self._fractions(part.size, kind)), std, mean)
        if remainder:  # as PyTorch does: these numbers are drawn, and then the last 16 elements are made anew
            self._fractions(remainder, kind)
            flat[-16:] = fused_multiply_add(box_muller(self._fractions(16, kind)), std, mean)
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
            ValueError: unless low < high, and low and high - 1 are exact in the dtype.

        >>> import tensorgrad as tg
        >>> tg.Generator().manual_seed(0).integers(0, 10, (5,))
        array([4, 9, 3, 0, 3])
        """
        kind = np.dtype(dtype)
        smallest, largest = _exact_integers(kind)
        if not smallest <= low < high <= largest + 1:
            raise ValueError(
                f"randint needs low < high with {smallest} <= low and high <= {largest + 1} for {kind}, "
                f"but got low={low}, high={high}"
            )
        count, offset = np.uint64(high - low), np.uint64(low % 2**64)
        draw = self._words if high - low < 2**28 else self._double_words
        result = np.empty(shape, kind)
        for part in _parts(result.reshape(-1)):
            part[...] = (draw(part.size) % count + offset).view(np.int64)  # the sum wraps around for a negative low
        return result

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

    def _started(self) -> MT19937:
        """The Mersenne Twister; when it is first asked for, it is made and seeded by its authors' ``init_genrand``."""
        with _lock:
            if self._twister is None:
                self._twister = np.random.MT19937(0)
                np.random.RandomState(self._twister).seed(self._seed & 0xFFFFFFFF)
            return self._twister

    def _words(self, count: int) -> NDArray[np.uint64]:
        """The next 32-bit words of the stream, shape (count,)."""
        return (self._twister or self._started()).random_raw(count)

    def _double_words(self, count: int) -> NDArray[np.uint64]:
        """The next 64-bit words of the stream, upper half first, shape (count,)."""
        words = self._words(2 * count)
        return words[0::2] << np.uint64(32) | words[1::2]

    def _fractions(self, count: int, dtype: np.dtype[Any]) -> Array:
        """Uniform numbers in [0, 1), as many bits as the dtype holds, shape (count,)."""
        if dtype == np.float32:
            return (self._words(count).astype(np.int32) & 0xFFFFFF).astype(np.float32) * np.float32(2.0**-24)
        return (self._double_words(count) & np.uint64(2**53 - 1)).astype(np.float64) * 2.0**-53

    def _next_normal(self) -> float:
        """One standard normal number: the one that waits, or the first of a new pair, whose second then waits."""
        if self._waiting_normal is not None:
            number, self._waiting_normal = self._waiting_normal, None
            return number
        turn, chance = self._fractions(2, np.dtype(np.float64)).tolist()
        radius, angle = math.sqrt(-2.0 * math.log1p(-chance)), 2.0 * math.pi * turn
        self._waiting_normal = radius * math.sin(angle)
        return radius * math.cos(angle)


def _parts(flat: Array) -> Iterator[Array]:
    """Views of a 1-D array, one block after another."""
    for start in range(0, flat.size, _BLOCK):
        yield flat[start : start + _BLOCK]


def as_integer(what: str, value: Any) -> int:
    """The value as an int, or an error that says what needs one."""
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{what} must be an integer, but got {value!r}") from None


def _floating(dtype: DTypeLike) -> np.dtype[Any]:
    """The dtype, or an error if no random fractions come in it."""
    kind = np.dtype(dtype)
    if kind not in (np.float32, np.float64):
        raise TypeError(
            f"random fractions come as float32 or float64, but got dtype={kind}; draw one and convert it with .to()"
        )
    return kind


def _exact_integers(kind: np.dtype[Any]) -> tuple[int, int]:
    """The smallest and largest integer of the range that the dtype holds without gaps, within int64."""
    if kind.kind == "f":
        bound = 2 ** (np.finfo(kind).nmant + 1)
        return -bound, bound
    if kind.kind == "b":
        return 0, 1
    return int(np.iinfo(kind).min), min(int(np.iinfo(kind).max), 2**63 - 1)
