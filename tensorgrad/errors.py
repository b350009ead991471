"""What a wrong shape, dimension or argument is called, and the sentences that say so."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class ShapeError(ValueError, RuntimeError):
    """Shapes that do not fit together.

    NumPy raises ValueError here and PyTorch RuntimeError; this is both, so code written for either catches it.

    >>> import tensorgrad as tg
    >>> tg.zeros(2, 3) + tg.zeros(4)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    tensorgrad.errors.ShapeError: add: shapes (2, 3) and (4,) do not fit together: counted from...
    """


class RangeError(ValueError, RuntimeError):
    """A value that is none of those that it may have, such as a number out of a range.

    NumPy raises ValueError here and PyTorch RuntimeError; this is both, so code written for either catches it.

    >>> import tensorgrad as tg
    >>> tg.rand(3).bernoulli(1.5)
    Traceback (most recent call last):
    ...
    tensorgrad.errors.RangeError: bernoulli needs probabilities from 0 to 1, but got 1.5
    """


class BoundsError(IndexError, RuntimeError):
    """An index that a dimension does not have.

    NumPy raises IndexError here and PyTorch, by the operation and the dimension, that or RuntimeError; this is both.

    >>> import tensorgrad as tg
    >>> tg.zeros(2).gather(0, tg.tensor([2]))
    Traceback (most recent call last):
    ...
    tensorgrad.errors.BoundsError: gather: index 2 is out of bounds for dimension 0 with size 2
    """


class ArgumentError(AssertionError, ValueError):
    """Arguments that do not go together, where PyTorch asserts that they do.

    PyTorch raises AssertionError here, where one expects a ValueError; this is both.

    >>> import tensorgrad as tg
    >>> tg.utils.data.TensorDataset(tg.zeros(3, 2), tg.zeros(4))
    Traceback (most recent call last):
    ...
    tensorgrad.errors.ArgumentError: Size mismatch between tensors: they hold [3, 4] samples, but need as many each
    """


class DeviceError(AssertionError, RuntimeError):
    """A GPU, which is not here.

    PyTorch, if it was built without, raises AssertionError, where one expects a RuntimeError; this is both.

    >>> import tensorgrad as tg
    >>> tg.zeros(2, device="cuda")
    Traceback (most recent call last):
    ...
    tensorgrad.errors.DeviceError: there is no device 'cuda' here; tensorgrad computes on the CPU, device='cpu'
    """


def explained(error: Exception, name: str, needs: str, inputs: tuple[Any, ...]) -> Exception:
    """The error to raise when the rule of operation ``name`` failed on ``inputs`` with ``error``."""
    if isinstance(error, ShapeError):
        return error  # which is a sentence
    if not inputs:
        return TypeError(f"{name}: needs a Tensor, its first argument, input, but got none")
    needed = isinstance(error, AttributeError) and "NoneType" in str(error)  # None is no input that was left out
    for position, x in enumerate(inputs, 1):
        fits = isinstance(x, (int, float, complex)) and position > 1 and not isinstance(error, AttributeError)
        if not hasattr(x, "_data") and not fits and (needed or x is not None):
            kind = type(x).__name__
            return TypeError(
                f"{name}: argument {position} must be a Tensor, but it is a {kind}; make one with tensor(...)"
            )
    if isinstance(error, IndexError) and isinstance(axis := getattr(error, "axis", None), int):
        ndim = max(getattr(error, "ndim", None) or 0, 1)
        return IndexError(
            f"{name}: dimension out of range (expected to be in range of [{-ndim}, {ndim - 1}], but got {axis})"
        )
    if "numpy boolean" in str(error) or "for the input types" in str(error):  # NumPy has no such operation on them
        listed = " and ".join(str(x._data.dtype) for x in inputs if hasattr(x, "_data"))
        return NotImplementedError(  # a RuntimeError
            f"{name}: not defined for {listed}; masks go with ~ & | ^, numbers with + - * / **, and .bool() or .int() "
            "makes one of the other"
        )
    if "cannot be interpreted as an integer" in str(error):
        return TypeError(f"{name}: dimensions, sizes and counts must be integers: a {error}")
    if type(error) is ValueError and needs:
        shapes = [str(tuple(x._data.shape)) for x in inputs if hasattr(x, "_data")]
        listed = ", ".join(shapes[:-1]) + " and " * (len(shapes) > 1) + shapes[-1]
        return ShapeError(f"{name}: shapes {listed} do not fit together: {needs}")
    return error


def tensors_only(name: str, *inputs: Any, needed: int | None = None) -> None:
    """Raise a TypeError if an input of ``name`` is no Tensor; for what is made of other operations.

    None is an input that was left out: any but the first ``needed`` may be; by default, none may.
    """
    for place, x in enumerate(inputs):
        if not hasattr(x, "_data") and (x is not None or needed is None or place < needed):
            raise explained(AttributeError(type(x).__name__), name, "", inputs)


def floating_only(name: str, dtype: Any, kinds: str = "fc") -> None:
    """Raise a NotImplementedError, a RuntimeError, unless NumPy's dtype of the input is floating-point."""
    if dtype.kind not in kinds:
        raise NotImplementedError(
            f"{name}: the input must be floating-point, but it is {dtype}; convert it with .float()"
        )


def of_tensors(method: Callable[P, T]) -> Callable[P, T]:
    """The method as a function, which says so if its first argument is no Tensor."""

    @functools.wraps(method)
    def function(*args: P.args, **options: P.kwargs) -> T:
        try:
            return method(*args, **options)
        except AttributeError as error:
            raise explained(error, method.__name__, "", args[:1] or (options.get("input"),)) from None

    return function
