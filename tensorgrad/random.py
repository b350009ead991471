"""Random tensors: the stream of PyTorch's CPU generator, bit for bit.

After the same seed and the same calls, every function here, and every method of ``draws.py``, returns the numbers that
PyTorch 2.13's CPU build returns on an x86 processor, for every dtype that it takes and in any order of calls, and
leaves its generator in the same state. What this rests on:

- float32 normal numbers of 16 elements or more follow PyTorch's vectorised kernel, which it runs where the processor
  has AVX2; elsewhere (on ARM, for one) PyTorch itself rounds the last bits otherwise. The library spells that kernel's
  arithmetic out, so it gives the same bits on every machine.
- float64 normal numbers, draws of fewer than 16, and exponential ones call the C library's log, log1p, sin and cos, as
  PyTorch does: their last bit is that of the machine's C library.
- ``randperm`` follows PyTorch below 2**32 // 20 elements, where PyTorch changes its method.
- ``multinomial`` without replacement may order elements of equal rank, such as those of probability 0, otherwise.
- Other releases of PyTorch draw some of these otherwise: those that drew exponential numbers with Intel's MKL,
  ``exponential_`` and ``multinomial``; older ones, ``randint`` with 2**28 values or more.

What a draw takes from the 32-bit words of the generator, a Mersenne Twister:

    rand      float16 and float32: 1 word an element, float64: 2
    randint   1 word an element, 2 where high - low is 2**28 or more
    randn     as rand, and 16 elements more if the number of elements is no multiple of 16, or for float16 as
              many as for the next multiple;
              for fewer than 16 elements 4 words every two, and a number left over waits for the next such call
    randperm  n - 1 words
    bernoulli 2 words an element; of a Tensor of float32 probabilities 1
    exponential_          2 words an element, as does multinomial for a single draw or without replacement
    multinomial           with replacement: 2 words a draw
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray

from .devices import device as checked_device
from .dtypes import numpy_dtype
from .errors import RangeError, tensors_only
from .generator import Generator as Generator
from .generator import default_generator as default_generator
from .generator import exact_integers, source
from .generator import get_rng_state as get_rng_state
from .generator import initial_seed as initial_seed
from .generator import manual_seed as manual_seed
from .generator import seed as seed
from .generator import set_rng_state as set_rng_state
from .ops.shape import shape_of
from .tensor import Tensor, wrap
from .twister import as_integer

Generator._kind = Tensor


def rand(
    *apart: int | Sequence[int],
    size: Sequence[int] | None = None,
    generator: Generator | None = None,
    dtype: DTypeLike | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """A tensor of uniform random numbers in [0, 1): k / 2**24 with a random integer k (float64: k / 2**53).

    Args:
        size: shape, as integers apart or as one sequence of them.
        generator: the source of randomness; the default generator when None.
        dtype: float16, float32 or float64; the default dtype when None.
        device: None or "cpu".
        requires_grad: whether to record what is computed from the result.

    Returns:
        Shape ``size``.

    Raises:
        TypeError: if the size holds no integers.
        RuntimeError: if the dtype is another.
        ShapeError: if an integer of the size is negative.

    >>> import tensorgrad as tg
    >>> tg.rand(2, 2, generator=tg.Generator().manual_seed(0))
    tensor([[0.4963, 0.7682],
            [0.0885, 0.1320]])
    """
    return _new(
        source(generator).uniform(_shape("rand", *apart, size=size), dtype=numpy_dtype(dtype)), device, requires_grad
    )


def randn(
    *apart: int | Sequence[int],
    size: Sequence[int] | None = None,
    generator: Generator | None = None,
    dtype: DTypeLike | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """A tensor of normal random numbers of mean 0 and variance 1.

    Args:
        size: shape, as integers apart or as one sequence of them.
        generator: the source of randomness; the default generator when None.
        dtype: float16, float32 or float64; the default dtype when None.
        device: None or "cpu".
        requires_grad: whether to record what is computed from the result.

    Returns:
        Shape ``size``.

    Raises:
        TypeError: if the size holds no integers.
        RuntimeError: if the dtype is another.
        ShapeError: if an integer of the size is negative.

    >>> import tensorgrad as tg
    >>> tg.randn(3, generator=tg.Generator().manual_seed(0))
    tensor([ 1.5410, -0.2934, -2.1788])
    """
    return _new(
        source(generator).normal(_shape("randn", *apart, size=size), dtype=numpy_dtype(dtype)), device, requires_grad
    )


def normal(
    mean: float | Tensor = 0.0,
    std: float | Tensor = 1.0,
    size: Sequence[int] | None = None,
    *,
    generator: Generator | None = None,
    dtype: DTypeLike | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """A tensor of normal random numbers, mean + std z with z as from ``randn``.

    Args:
        mean: their mean, or a Tensor of means; what is recorded of it is not followed.
        std: their standard deviation, 0 or above, or a Tensor of such that broadcasts with ``mean``.
        size: shape, where mean and std are both numbers.
        generator: the source of randomness; the default generator when None.
        dtype: float16, float32 or float64; the default dtype when None, but that of mean or std where they are Tensors.
        device: None or "cpu".
        requires_grad: whether to record what is computed from the result.

    Returns:
        Shape ``size``, or that which mean and std broadcast to.

    Raises:
        TypeError: if the size is no sequence of integers, or there is one though a Tensor is given, or none otherwise.
        RuntimeError: if the dtype is another.
        RangeError: if ``std`` is negative, or a number is out of the range of the dtype.
        ShapeError: if mean and std do not broadcast, or an integer of the size is negative.

    >>> import tensorgrad as tg
    >>> tg.normal(10.0, 0.1, (3,), generator=tg.Generator().manual_seed(0))
    tensor([10.1541,  9.9707,  9.7821])
    """
    given = [x.detach() for x in (mean, std) if isinstance(x, Tensor)]
    if (size is None) == (not given):
        raise TypeError(
            f"normal: a size is needed where mean and std are numbers, and only there, but got size={size}, with "
            f"mean and std a {type(mean).__name__} and a {type(std).__name__}"
        )
    if not isinstance(mean, Tensor) and not isinstance(std, Tensor):
        array = source(generator).normal(_shape("normal", size), mean, std, numpy_dtype(dtype))
        return _new(array, device, requires_grad)
    smallest = std.detach().min().item() if isinstance(std, Tensor) and std.numel() else 0
    if smallest < 0:
        raise RangeError(f"normal needs every std to be 0 or above, but got {smallest}")
    shape = (given[0] + given[-1])._data.shape
    origin, kind = source(generator), given[0]._data.dtype
    if not isinstance(std, Tensor):
        return wrap(origin.normal(shape, 0.0, std, kind)) + given[0]
    return wrap(origin.normal(shape, dtype=kind)) * given[-1] + (given[0] if isinstance(mean, Tensor) else mean)


@overload
def randint(
    high: int,
    size: Sequence[int],
    /,
    *,
    generator: Generator | None = None,
    dtype: DTypeLike | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor: ...
@overload
def randint(
    low: int = 0,
    high: int | None = None,
    size: Sequence[int] | None = None,
    *,
    generator: Generator | None = None,
    dtype: DTypeLike | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor: ...
def randint(
    low: int = 0,
    high: int | Sequence[int] | None = None,
    size: Sequence[int] | None = None,
    *,
    generator: Generator | None = None,
    dtype: DTypeLike | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """A tensor of random integers from ``low`` to ``high`` - 1.

    Called as ``randint(high, size)`` or ``randint(low, high, size)``.

    Args:
        low: smallest value; 0 where only one bound is given.
        high: one above the largest value.
        size: shape, a sequence.
        generator: the source of randomness; the default generator when None.
        dtype: an integer or floating dtype, or bool; int64 when None.
        device: None or "cpu".
        requires_grad: whether to record what is computed from the result, if its dtype is a floating one.

    Returns:
        Shape ``size``.

    Raises:
        TypeError: if a bound is no integer, or the size no sequence of integers.
        RangeError: unless low < high and the dtype holds all values.
        ShapeError: if an integer of the size is negative.

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
    array = source(generator).integers(first, end, _shape("randint", size), numpy_dtype(dtype, np.dtype(np.int64)))
    return _new(array, device, requires_grad)


def randperm(
    n: int,
    *,
    generator: Generator | None = None,
    dtype: DTypeLike = np.int64,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The integers from 0 to n - 1 in random order.

    Forward Fisher-Yates: for i = 0, 1, ... swap element i with one of those from i on.

    Args:
        n: how many.
        generator: the source of randomness; the default generator when None.
        dtype: of the result.
        device: None or "cpu".
        requires_grad: whether to record what is computed from the result, if its dtype is a floating one.

    Returns:
        Shape (n,).

    Raises:
        TypeError: if n is no integer.
        RangeError: if the dtype does not hold all of them.
        ShapeError: if n is negative.

    Source: R. Durstenfeld, "Algorithm 235: Random permutation", Communications of the ACM 7(7), 1964.

    >>> import tensorgrad as tg
    >>> tg.randperm(5, generator=tg.Generator().manual_seed(0))
    tensor([4, 0, 1, 3, 2])
    """
    (count,) = _shape("randperm", n)
    kind = numpy_dtype(dtype)
    largest = exact_integers(kind)[1]
    if count > largest + 1:
        raise RangeError(f"randperm: {kind} holds the integers up to {largest}, but got n={count}")
    return _new(source(generator).permutation(count).astype(kind, copy=False), device, requires_grad)


def rand_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: DTypeLike | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """A tensor as from ``rand``, of the shape, the order in memory and, unless given, the dtype of ``input``.

    >>> import tensorgrad as tg
    >>> tg.rand_like(tg.zeros(2), generator=tg.Generator().manual_seed(42))
    tensor([0.8823, 0.9150])
    """
    return _like(input, dtype, device).uniform_(generator=generator).requires_grad_(requires_grad)


def randn_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: DTypeLike | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """A tensor as from ``randn``, of the shape, the order in memory and, unless given, the dtype of ``input``.

    >>> import tensorgrad as tg
    >>> tg.randn_like(tg.zeros(3), generator=tg.Generator().manual_seed(0))
    tensor([ 1.5410, -0.2934, -2.1788])
    """
    return _like(input, dtype, device).normal_(generator=generator).requires_grad_(requires_grad)


def randint_like(
    input: Tensor,
    low: int | None = None,
    high: int | None = None,
    *,
    generator: Generator | None = None,
    dtype: DTypeLike | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Random integers below ``high``, or from ``low`` on: ``randint_like(input, high)``, ``(input, low, high)``.

    They come in the shape, the order in memory and, unless given, the dtype of ``input``.

    >>> import tensorgrad as tg
    >>> tg.randint_like(tg.zeros(3), 10, generator=tg.Generator().manual_seed(0))
    tensor([4., 9., 3.])
    """
    bounds = [bound for bound in (low, high) if bound is not None]
    if not bounds:
        raise TypeError("randint_like: a bound is needed, as in randint_like(input, high), but got none")
    return _like(input, dtype, device).random_(*bounds, generator=generator).requires_grad_(requires_grad)


def _like(input: Tensor, dtype: DTypeLike | None, device: Any) -> Tensor:
    tensors_only("rand_like, randn_like, randint_like", input)
    return _new(np.empty_like(input._data, numpy_dtype(dtype, input._data.dtype)), device)


def _new(array: NDArray[Any], device: Any, requires_grad: bool = False) -> Tensor:
    if device is not None:
        checked_device(device)
    return wrap(array).requires_grad_(requires_grad)


def _shape(name: str, *apart: Any, size: Any = None) -> tuple[int, ...]:
    return shape_of(name, apart, size)
