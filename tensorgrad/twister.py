"""Twister: the 32-bit words under PyTorch's CPU random stream, their seed and their state."""

from __future__ import annotations

import copy
import operator
import os
import threading
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from .devices import device as checked_device
from .engine import result
from .errors import RangeError, ShapeError

if TYPE_CHECKING:
    from numpy.random import MT19937  # NumPy itself loads numpy.random only when it is first used: it is slow

    from .tensor import Tensor

_DEFAULT_SEED = 67280421310721
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
lock = threading.RLock()  # one for all generators, which so can be copied and pickled


class Twister:
    """The Mersenne Twister, with PyTorch's seeds and states.

    Source: M. Matsumoto and T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudorandom
    number generator", ACM Transactions on Modeling and Computer Simulation 8(1), 1998.
    """

    _kind: ClassVar[type[Tensor]]  # what a state comes as; Tensor itself draws, and so is made later and set here

    def __init__(self, device: str = "cpu") -> None:
        self.device = checked_device(device)
        self.manual_seed(_DEFAULT_SEED)

    def manual_seed(self, seed: int) -> Self:
        """Start the stream that belongs to a seed.

        Args:
            seed: from -2**63 to 2**64 - 1; a negative one stands for 2**64 + seed. The stream depends on its lowest
                32 bits only.

        Returns:
            This generator.

        Raises:
            TypeError: if the seed is no integer.
            RangeError: if it is out of range.

        >>> import tensorgrad as tg
        >>> tg.Generator().manual_seed(-1).initial_seed() == 2**64 - 1
        True
        """
        number = as_integer("a seed", seed)
        if not -(2**63) <= number < 2**64:
            raise RangeError(f"a seed must lie between -2**63 and 2**64 - 1, but got {number}; choose a smaller one")
        with lock:
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
        state = np.zeros(_STATE.itemsize, np.uint8)
        fields = state.view(_STATE)
        with lock:
            twister = self._started().state["state"]
            fields["seed"] = self._seed
            fields["seeded"] = 1
            fields["key"] = twister["key"]
            fields["next"] = twister["pos"] % 624
            fields["left"] = 625 - (twister["pos"] % 624 or 624)
            fields["normal_waits"] = self._waiting_normal is not None
            fields["normal"] = self._waiting_normal or 0.0
        tensor: Tensor = result(self._kind, state)
        return tensor

    def set_state(self, new_state: Tensor) -> None:
        """Go back to a state that ``get_state`` returned.

        Args:
            new_state: uint8, shape (5056,).

        Raises:
            TypeError: if ``new_state`` is no Tensor of uint8.
            ShapeError: if its shape is another.
            RangeError: if its bytes are no state.
        """
        if not isinstance(new_state, self._kind) or new_state._data.dtype != np.uint8:
            kind = (
                f"a Tensor of {new_state._data.dtype}"
                if isinstance(new_state, self._kind)
                else type(new_state).__name__
            )
            raise TypeError(f"a generator's state must be a uint8 Tensor from get_state(), but got {kind}")
        if new_state._data.shape != (_STATE.itemsize,):
            raise ShapeError(
                f"a generator's state must have shape ({_STATE.itemsize},), but got {new_state._data.shape}; "
                "pass what get_state() returned"
            )
        fields = np.ascontiguousarray(new_state._array()).view(_STATE)[0]
        if not (fields["seeded"] == 1 and 1 <= fields["left"] <= 624 and fields["next"] <= 624):
            raise RangeError("these bytes are not the state of a generator; pass what get_state() returned")
        with lock:
            self.manual_seed(int(fields["seed"]))
            position = 624 if fields["left"] == 1 else int(fields["next"])
            key = fields["key"].astype(np.uint32)
            self._started().state = {"bit_generator": "MT19937", "state": {"key": key, "pos": position}}
            self._waiting_normal = float(fields["normal"]) if fields["normal_waits"] else None

    def clone_state(self) -> Self:
        """A generator that goes on alone from the same place."""
        return copy.deepcopy(self)

    def _started(self) -> MT19937:
        """The Mersenne Twister; when it is first asked for, it is made and seeded by its authors' ``init_genrand``."""
        with lock:
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


def as_integer(what: str, value: Any) -> int:
    """The value as an int, or an error that says what needs one."""
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{what} must be an integer, but got {value!r}") from None
