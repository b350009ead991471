"""What a wrong shape, dimension or argument is called, and the sentences that say so."""

from __future__ import annotations

from typing import Any


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
    """A number out of the range that it must lie in.

    NumPy raises ValueError here and PyTorch RuntimeError; this is both, so code written for either catches it.

    >>> import tensorgrad as tg
    >>> tg.rand(3).bernoulli(1.5)
    Traceback (most recent call last):
    ...
    tensorgrad.errors.RangeError: bernoulli needs probabilities from 0 to 1, but got 1.5
    """


def explained(error: Exception, name: str, needs: str, inputs: tuple[Any, ...]) -> Exception:
    """The error to raise when the rule of operation ``name`` failed on ``inputs`` with ``error``."""
    for position, x in enumerate(inputs, 1):
        fits = isinstance(x, (int, float, complex)) and position > 1 and not isinstance(error, AttributeError)
        if not hasattr(x, "_data") and not fits and x is not None:
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
        return RuntimeError(
            f"{name}: not defined for {listed}; masks go with ~ & | ^, numbers with + - * / **, and .bool() or .int() "
            "makes one of the other"
        )
    if "negative integer powers" in str(error):
        return RuntimeError(
            f"{name}: integers to negative integer powers are not allowed; make the base floating-point with .float()"
        )
    if type(error) is ValueError and needs:
        shapes = [str(tuple(x._data.shape)) for x in inputs if hasattr(x, "_data")]
        listed = ", ".join(shapes[:-1]) + " and " * (len(shapes) > 1) + shapes[-1]
        return ShapeError(f"{name}: shapes {listed} do not fit together: {needs}")
    return error


def tensors_only(name: str, *inputs: Any) -> None:
    """Raise a TypeError if an input of ``name``, other than None, is no Tensor: of what is made of other operations."""
    for x in inputs:
        if x is not None and not hasattr(x, "_data"):
            raise explained(AttributeError(), name, "", inputs)
