"""Random tensors: the stream of PyTorch's CPU generator, bit for bit.

After the same seed and the same calls, every function here returns the numbers that PyTorch 2.13's CPU build
returns on an x86 processor, for every dtype that it takes and in any order of calls, and leaves its generator in
the same state. What this rests on:

- float32 normal numbers of 16 elements or more follow PyTorch's vectorised kernel, which it runs where the processor
  has AVX2; elsewhere (on ARM, for one) PyTorch itself rounds the last bits otherwise. The library spells that kernel's
  arithmetic out, so it gives the same bits on every machine.
- float64 normal numbers, and draws of fewer than 16, call the C library's log, log1p, sin and cos, as PyTorch does:
  their last bit is that of the machine's C library.
- ``randperm`` follows PyTorch below 2**32 // 20 elements, where PyTorch changes its method.

What a draw takes from the 32-bit words of the generator, a Mersenne Twister:

    rand      float32: 1 word an element, float64: 2
    randint   1 word an element, 2 where high - low is 2**28 or more
    randn     as rand, and 16 elements more if the number of elements is no multiple of 16;
              for fewer than 16 elements 4 words every two, and a number left over waits for the next such call
    randperm  n - 1 words
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray

from .dtypes import get_default_dtype
from .generator import Generator as Generator
from .generator import as_integer
from .ops.shape import sizes
from .tensor import Tensor, wrap

default_generator = Generator()


def manual_seed(seed: int) -> Generator:
    """Start the default generator's stream anew from a seed, and return that generator.

    Args:
        seed: from -2**63 to 2**64 - 1; see ``Generator.manual_seed``.

    Raises:
        TypeError: if the seed is no integer.
        ValueError: if it is out of range.

    >>> import tensorgrad as tg
    >>> generator = tg.manual_seed(42)
    >>> tg.rand(3)
    tensor([0.8823, 0.9150, 0.3829])
    """
    return default_generator.manual_seed(seed)


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
        ValueError: if it has another shape, or its bytes are no state.

    >>> import tensorgrad as tg
    >>> tg.set_rng_state(tg.Generator().get_state())
    >>> tg.initial_seed()
    67280421310721
    """
    default_generator.set_state(new_state)


def rand(
    *size: int | Sequence[int],
    generator: Generator | None = None,
    dtype: DTypeLike | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """A tensor of uniform random numbers in [0, 1): k / 2**24 with a random integer k (float64: k / 2**53).

    Args:
        size: shape, as integers or as one sequence of them.
        generator: the source of randomness; the default generator when None.
        dtype: float32 or float64; the default dtype when None.
        requires_grad: whether to record what is computed from the result.

    Returns:
        Shape ``size``.

    Raises:
        TypeError: if the size holds no integers, or the dtype is another.
        ValueError: if an integer of the size is negative.

    >>> import tensorgrad as tg
    >>> tg.rand(2, 2, generator=tg.Generator().manual_seed(0))
    tensor([[0.4963, 0.7682],
            [0.0885, 0.1320]])
    """
    return _tensor(_source(generator).uniform(_shape("rand", *size), dtype=_floating(dtype)), requires_grad)


def randn(
    *size: int | Sequence[int],
    generator: Generator | None = None,
    dtype: DTypeLike | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """A tensor of normal random numbers of mean 0 and variance 1.

    Args:
        size: shape, as integers or as one sequence of them.
        generator: the source of randomness; the default generator when None.
        dtype: float32 or float64; the default dtype when None.
        requires_grad: whether to record what is computed from the result.

    Returns:
        Shape ``size``.

    Raises:
        TypeError: if the size holds no integers, or the dtype is another.
        ValueError: if an integer of the size is negative.

    >>> import tensorgrad as tg
    >>> tg.randn(3, generator=tg.Generator().manual_seed(0))
    tensor([ 1.5410, -0.2934, -2.1788])
    """
    return _tensor(_source(generator).normal(_shape("randn", *size), dtype=_floating(dtype)), requires_grad)


def normal(
    mean: float,
    std: float,
    size: Sequence[int],
    *,
    generator: Generator | None = None,
    dtype: DTypeLike | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """A tensor of normal random numbers, mean + std z with z as from ``randn``.

    Args:
        mean: their mean.
        std: their standard deviation, 0 or above.
        size: shape.
        generator: the source of randomness; the default generator when None.
        dtype: float32 or float64; the default dtype when None.
        requires_grad: whether to record what is computed from the result.

    Returns:
        Shape ``size``.

    Raises:
        TypeError: if the size is no sequence of integers, or the dtype is another.
        ValueError: if ``std`` or an integer of the size is negative, or a number is out of the range of the dtype.

    >>> import tensorgrad as tg
    >>> tg.normal(10.0, 0.1, (3,), generator=tg.Generator().manual_seed(0))
    tensor([10.1541,  9.9707,  9.7821])
    """
    array = _source(generator).normal(_shape("normal", size), mean, std, _floating(dtype))
    return _tensor(array, requires_grad)


@overload
def randint(
    high: int, size: Sequence[int], /, *, generator: Generator | None = None, dtype: DTypeLike | None = None
) -> Tensor: ...
@overload
def randint(
    low: int = 0,
    high: int | None = None,
    size: Sequence[int] | None = None,
    *,
    generator: Generator | None = None,
    dtype: DTypeLike | None = None,
) -> Tensor: ...
def randint(
    low: int = 0,
    high: int | Sequence[int] | None = None,
    size: Sequence[int] | None = None,
    *,
    generator: Generator | None = None,
    dtype: DTypeLike | None = None,
) -> Tensor:
    """A tensor of random integers from ``low`` to ``high`` - 1.

    Called as ``randint(high, size)`` or ``randint(low, high, size)``.

    Args:
        low: smallest value; 0 where only one bound is given.
        high: one above the largest value.
        size: shape, a sequence.
        generator: the source of randomness; the default generator when None.
        dtype: an integer or floating dtype, or bool; int64 when None.

    Returns:
        Shape ``size``.

    Raises:
        TypeError: if a bound is no integer, or the size no sequence of integers.
        ValueError: unless low < high and the dtype holds all values; if an integer of the size is negative.

    >>> import tensorgrad as tg
    >>> tg.randint(10, (5,), generator=tg.Generator().manual_seed(0))
    tensor([4, 9, 3, 0, 3])
    """
    if size is None and isinstance(high, Sequence):
        high, size = None, high
    if high is None:
        low, high = 0, low
    if size is None:
        raise TypeError("randint: a size such as (2, 3) is needed, but got none; give it last, after the bounds")
    first, end = as_integer("randint: low", low), as_integer("randint: high", high)
    return wrap(_source(generator).integers(first, end, _shape("randint", size), np.int64 if dtype is None else dtype))


def randperm(n: int, *, generator: Generator | None = None) -> Tensor:
    """The integers from 0 to n - 1 in random order.

    Forward Fisher-Yates: for i = 0, 1, ... swap element i with one of those from i on.

    Args:
        n: how many.
        generator: the source of randomness; the default generator when None.

    Returns:
        int64, shape (n,).

    Raises:
        TypeError: if n is no integer.
        ValueError: if n is negative.

    Source: R. Durstenfeld, "Algorithm 235: Random permutation", Communications of the ACM 7(7), 1964.

    >>> import tensorgrad as tg
    >>> tg.randperm(5, generator=tg.Generator().manual_seed(0))
    tensor([4, 0, 1, 3, 2])
    """
    return wrap(_source(generator).permutation(*_shape("randperm", n)))


def rand_like(
    input: Tensor, *, generator: Generator | None = None, dtype: DTypeLike | None = None, requires_grad: bool = False
) -> Tensor:
    """A tensor as from ``rand``, of the shape and, unless given, the dtype of ``input``.

    >>> import tensorgrad as tg
    >>> tg.rand_like(tg.zeros(2), generator=tg.Generator().manual_seed(42))
    tensor([0.8823, 0.9150])
    """
    dtype = input.dtype if dtype is None else dtype
    return rand(input.shape, generator=generator, dtype=dtype, requires_grad=requires_grad)


def randn_like(
    input: Tensor, *, generator: Generator | None = None, dtype: DTypeLike | None = None, requires_grad: bool = False
) -> Tensor:
    """A tensor as from ``randn``, of the shape and, unless given, the dtype of ``input``.

    >>> import tensorgrad as tg
    >>> tg.randn_like(tg.zeros(3), generator=tg.Generator().manual_seed(0))
    tensor([ 1.5410, -0.2934, -2.1788])
    """
    dtype = input.dtype if dtype is None else dtype
    return randn(input.shape, generator=generator, dtype=dtype, requires_grad=requires_grad)


def _source(generator: Generator | None) -> Generator:
    if generator is None:
        return default_generator
    if not isinstance(generator, Generator):
        raise TypeError(f"generator must be a Generator or None, but got {generator!r}; make one with Generator()")
    return generator


def _floating(dtype: DTypeLike | None) -> DTypeLike:
    return get_default_dtype() if dtype is None else dtype


def _tensor(array: NDArray[Any], requires_grad: bool) -> Tensor:
    result = wrap(array)
    return result.requires_grad_() if requires_grad else result


def _shape(name: str, *size: Any) -> tuple[int, ...]:
    shape = sizes(name, size)
    if any(length < 0 for length in shape):
        raise ValueError(f"{name}: sizes must be 0 or above, but got {shape}")
    return shape
