"""Size: what a Tensor's shape is, a tuple that prints as PyTorch's."""

from __future__ import annotations

import math
from collections.abc import Iterable
from operator import index
from typing import Any, SupportsIndex, overload


class Size(tuple[int, ...]):
    """The sizes of a Tensor's dimensions: a tuple, and equal to one, whose sums, multiples and slices are Sizes.

    It prints as PyTorch's, so that a program prints the same text with either library.

    Args:
        iterable: the sizes.

    Raises:
        TypeError: if one is no integer.

    >>> import tensorgrad as tg
    >>> tg.zeros(2, 3).shape + (4,)
    torch.Size([2, 3, 4])
    >>> tg.Size([2, 3]) == (2, 3)
    True
    """

    __slots__ = ()

    def __new__(cls, iterable: Iterable[Any] = ()) -> Size:
        sizes = []
        for place, size in enumerate(iterable):
            try:
                sizes.append(index(size))
            except TypeError:
                kind = type(size).__name__
                raise TypeError(f"torch.Size() takes an iterable of 'int' (item {place} is '{kind}')") from None
        return super().__new__(cls, sizes)

    def numel(self) -> int:
        """The number of elements of a Tensor of these sizes: their product."""
        return math.prod(self)

    def __repr__(self) -> str:
        """As PyTorch prints it."""
        return f"torch.Size({list(self)})"

    @overload
    def __getitem__(self, key: SupportsIndex) -> int: ...
    @overload
    def __getitem__(self, key: slice) -> Size: ...
    def __getitem__(self, key: SupportsIndex | slice) -> int | Size:
        found = tuple.__getitem__(self, key)
        return tuple.__new__(Size, found) if isinstance(found, tuple) else found

    def __add__(self, other: Any) -> Size:
        return Size((*self, *other)) if isinstance(other, tuple) else NotImplemented

    def __radd__(self, other: Any) -> Size:
        return Size((*other, *self)) if isinstance(other, tuple) else NotImplemented

    def __mul__(self, count: SupportsIndex) -> Size:
        return tuple.__new__(Size, tuple.__mul__(self, count))

    __rmul__ = __mul__
