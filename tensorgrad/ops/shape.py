"""The same elements, in the same order, in another shape; or with the dimensions in another order.

Results share the input's memory where that is possible.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from ..engine import Array, Rule
from ..errors import ShapeError, tensors_only
from ..operation import op
from .compare import numpy_words
from .summation import add_up

sharing = partial(op, view=True)


def sizes(name: str, args: tuple[Any, ...], word: Any = None) -> tuple[int, ...]:
    """The numbers of ``f(2, 3)``, ``f((2, 3))``, ``f([2, 3])`` or ``f(word=(2, 3))``."""
    if word is not None:
        if args:
            raise TypeError(f"{name}: sizes and dimensions came twice, as {args} and, by name, as {word}; give one")
        args = (word,)
    if not args:
        raise TypeError(f"{name}: needs sizes or dimensions, such as {name}(2, 3) or {name}((2, 3)), but got none")
    if len(args) == 1 and isinstance(args[0], (tuple, list)):
        args = tuple(args[0])
    try:
        if args and type(args[0]) is bool:
            raise TypeError
        return tuple(n.__index__() for n in args)
    except (AttributeError, TypeError):
        raise TypeError(f"{name}: sizes and dimensions must be integers, but got {args}") from None


def shape_of(name: str, args: tuple[Any, ...], word: Any = None) -> tuple[int, ...]:
    """The numbers as ``sizes`` gives them, if none is negative: the shape of something new."""
    shape = sizes(name, args, word)
    if min(shape, default=0) < 0:
        raise ShapeError(f"{name}: sizes must be 0 or above, but got {shape}")
    return shape


def from_front(name: str, dim: int, ndim: int) -> int:
    """``dim`` counted from the front; a single number is taken for one dimension."""
    ndim = ndim or 1
    if type(dim) is bool or not hasattr(dim, "__index__"):
        raise TypeError(f"{name}: a dimension must be an integer, but got {dim!r}")
    if not -ndim <= dim < ndim:
        raise IndexError(
            f"{name}: dimension out of range (expected to be in range of [{-ndim}, {ndim - 1}], but got {dim})"
        )
    return dim % ndim


def each_once(name: str, dims: Any, ndim: int) -> list[int]:
    """The dimension or dimensions, counted from the front, if none is named twice."""
    places = [from_front(name, d, ndim) for d in (dims if isinstance(dims, (tuple, list)) else (dims,))]
    if len(set(places)) < len(places):
        raise ShapeError(f"{name}: dim must name each dimension once, but got {dims}")
    return places


def _reshaped(name: str, x: Array, after: tuple[int, ...]) -> Rule:
    before = x.shape
    try:
        if min(after, default=0) < -1:
            raise ValueError
        return x.reshape(after), lambda g: g.reshape(before)
    except ValueError:
        raise ShapeError(
            f"{name}: {math.prod(before)} elements, of shape {before}, do not fill shape {after}; "
            "the product of the sizes must stay the same, and at most one size may be -1"
        ) from None


def _factors(given: Any, n: int, dim: int) -> tuple[int, ...]:
    factors = sizes("unflatten", (given,))
    known = math.prod(size for size in factors if size != -1)
    if factors.count(-1) == 1 and known:
        factors = tuple(n // known if size == -1 else size for size in factors)
    if not factors or math.prod(factors) != n or min(factors) < 0:
        raise ShapeError(
            f"unflatten: sizes {given} do not multiply up to {n}, the size of dim {dim}; at most one may be -1"
        )
    return factors


def _matrices_transposed(name: str, x: Any) -> Any:
    """A matrix, or each of a batch, transposed; a single number as it is."""
    if x.ndim == 1:
        raise ShapeError(f"{name}: needs a matrix, or a batch of them, but got a vector; unsqueeze(0) makes it a row")
    return x.transpose(-2, -1) if x.ndim else x


class Shapes:
    """The changes of shape, as methods of Tensor."""

    @sharing
    def reshape(x: Array, /, *apart: Any, shape: Any = None) -> Rule:
        """The elements, in row-major order, in another shape: a view where that can be, else a copy.

        Args:
            x: any shape.
            shape: sizes with the same product, apart or as one tuple; one of them may be -1, for what is left.

        >>> import tensorgrad as tg
        >>> tg.arange(6).reshape(2, -1)
        tensor([[0, 1, 2],
                [3, 4, 5]])
        """
        return _reshaped("reshape", x, sizes("reshape", apart, shape))

    @sharing
    def view(x: Array, /, *apart: Any, size: Any = None) -> Rule:
        """The elements in another shape, as ``reshape`` gives them, but always a view of the same memory.

        Args:
            x: any shape.
            size: sizes with the same product, apart or as one tuple; one of them may be -1, for what is left.

        Raises:
            RuntimeError: if the elements do not lie in memory in this order, as those of a transpose do not.

        >>> import tensorgrad as tg
        >>> tg.arange(6).view(3, 2).shape
        torch.Size([3, 2])
        """
        rule = _reshaped("view", x, sizes("view", apart, size))
        if not x.flags.c_contiguous and x.size and not np.may_share_memory(x, rule[0]):
            raise RuntimeError(
                f"view: view size {rule[0].shape} is not compatible with the input tensor's size {x.shape} and its "
                f"stride {tuple(step // x.itemsize for step in x.strides)}, as its elements lie in memory in another "
                "order; use .reshape(...) instead, which copies where it must"
            )
        return rule

    @sharing
    def permute(x: Array, /, *apart: Any, dims: Any = None) -> Rule:
        """The dimensions in another order.

        Args:
            x: any shape.
            dims: all dimensions of x, in the order wanted, apart or as one tuple.

        >>> import tensorgrad as tg
        >>> tg.zeros(2, 3, 4).permute(2, 0, 1).shape
        torch.Size([4, 2, 3])
        """
        order = sizes("permute", apart, dims)
        places = [from_front("permute", d, x.ndim) for d in order]
        if sorted(places) != list(range(x.ndim)):
            raise ShapeError(f"permute: dims must name each of the {x.ndim} dimensions once, but got {order}")
        back = sorted(range(x.ndim), key=places.__getitem__)
        return x.transpose(order), lambda g: g.transpose(back)

    @sharing
    def transpose(x: Array, /, dim0: int, dim1: int) -> Rule:
        """Two dimensions exchanged.

        >>> import tensorgrad as tg
        >>> tg.zeros(2, 3, 4).transpose(0, 2).shape
        torch.Size([4, 3, 2])
        """
        if x.ndim == 0:
            for dim in (dim0, dim1):
                from_front("transpose", dim, 0)
            return x, lambda g: g
        return x.swapaxes(dim0, dim1), lambda g: g.swapaxes(dim0, dim1)

    @sharing
    def squeeze(x: Array, /, dim: Any = None) -> Rule:
        """Without the dimensions of size 1: all of them, or those in ``dim`` that have it.

        >>> import tensorgrad as tg
        >>> tg.zeros(1, 3, 1).squeeze().shape, tg.zeros(1, 3, 1).squeeze(0).shape
        (torch.Size([3]), torch.Size([3, 1]))
        """
        before = x.shape
        if dim is not None:
            dim = tuple(d for d in each_once("squeeze", dim, x.ndim) if x.ndim and before[d] == 1)
        return x.squeeze(dim), lambda g: g.reshape(before)

    @sharing
    def unsqueeze(x: Array, /, dim: int) -> Rule:
        """With one more dimension, of size 1, at ``dim``.

        >>> import tensorgrad as tg
        >>> tg.zeros(2, 3).unsqueeze(1).shape
        torch.Size([2, 1, 3])
        """
        before = x.shape
        place = from_front("unsqueeze", dim, x.ndim + 1)
        return x.reshape(*before[:place], 1, *before[place:]), lambda g: g.reshape(before)

    @sharing
    def expand(x: Array, /, *apart: Any, size: Any = None) -> Rule:
        """Dimensions of size 1 stretched, and new ones put in front, without a copy; -1 keeps a size.

        >>> import tensorgrad as tg
        >>> tg.tensor([[1], [2]]).expand(-1, 3)
        tensor([[1, 1, 1],
                [2, 2, 2]])
        """
        wanted = sizes("expand", apart, size)
        added = len(wanted) - x.ndim
        after = tuple(x.shape[i - added] if n == -1 and i >= added else n for i, n in enumerate(wanted))
        stretched = tuple(i for i, n in enumerate(after) if i < added or (x.shape[i - added] == 1 and n != 1))
        before = x.shape
        try:
            y = np.broadcast_to(x, after)
        except ValueError:
            raise ShapeError(
                f"expand: shape {x.shape} cannot become {wanted}; only dimensions of size 1 stretch, and new ones "
                "go in front"
            ) from None
        y.flags.writeable = x.flags.writeable  # NumPy makes it read-only
        return y, lambda g: add_up(g, stretched).reshape(before)

    @sharing
    def flatten(x: Array, /, start_dim: int = 0, end_dim: int = -1) -> Rule:
        """The dimensions from ``start_dim`` to ``end_dim`` made into one.

        >>> import tensorgrad as tg
        >>> tg.zeros(2, 3, 4).flatten(1).shape
        torch.Size([2, 12])
        """
        before = x.shape or (1,)
        start, end = (from_front("flatten", d, len(before)) for d in (start_dim, end_dim))
        if start > end:
            raise ShapeError(f"flatten: start_dim {start_dim} comes after end_dim {end_dim}; exchange them")
        one, shape = math.prod(before[start : end + 1]), x.shape
        return x.reshape(*before[:start], one, *before[end + 1 :]), lambda g: g.reshape(shape)

    @numpy_words
    def unflatten(input: Any, dim: int, sizes: Any) -> Any:
        """One dimension made into several, which multiply up to it; one of the sizes may be -1.

        >>> import tensorgrad as tg
        >>> tg.zeros(2, 6).unflatten(1, (2, -1)).shape
        torch.Size([2, 2, 3])
        """
        place, before = from_front("unflatten", dim, input.ndim), input._data.shape or (1,)
        return input.reshape(*before[:place], *_factors(sizes, before[place], dim), *before[place + 1 :])

    def ravel(input: Any) -> Any:
        """All dimensions made into one, as ``flatten`` does it."""
        return input.flatten()

    def swapaxes(input: Any, axis0: int, axis1: int) -> Any:
        """Two dimensions exchanged, as ``transpose`` does it."""
        return input.transpose(axis0, axis1)

    swapdims = transpose

    def movedim(input: Any, source: Any, destination: Any) -> Any:
        """Dimensions moved to other places; those not named keep their order.

        Args:
            source: a dimension, or several.
            destination: where each of them shall stand.

        >>> import tensorgrad as tg
        >>> tg.zeros(2, 3, 4).movedim(0, -1).shape
        torch.Size([3, 4, 2])
        """
        sources, targets = (each_once("movedim", dims, input.ndim) for dims in (source, destination))
        if len(sources) != len(targets):
            raise ShapeError(f"movedim: needs a destination for each source, but got {source} and {destination}")
        order = [d for d in range(input.ndim) if d not in sources]
        for target, d in sorted(zip(targets, sources, strict=True)):
            order.insert(target, d)
        return input.permute(order[: input.ndim])

    moveaxis = movedim

    def broadcast_to(input: Any, size: Any) -> Any:
        """Stretched to another shape without a copy, as ``expand`` does it."""
        return input.expand(size)

    def expand_as(self: Any, other: Any) -> Any:
        """Stretched to another Tensor's shape without a copy."""
        tensors_only("expand_as", self, other)
        return self.expand(other._data.shape)

    def view_as(self: Any, other: Any) -> Any:
        """A view in another Tensor's shape."""
        tensors_only("view_as", self, other)
        return self.view(other._data.shape)

    def reshape_as(self: Any, other: Any) -> Any:
        """The elements in another Tensor's shape."""
        tensors_only("reshape_as", self, other)
        return self.reshape(other._data.shape)

    @property
    def T(self: Any) -> Any:
        """The dimensions in reverse order."""
        return self.permute(tuple(reversed(range(self.ndim))))

    @property
    def mT(self: Any) -> Any:
        """The last two dimensions exchanged: of a batch of matrices, each transposed."""
        return _matrices_transposed("mT", self)

    @property
    def mH(self: Any) -> Any:
        """The same as ``mT``: its numbers are real, and their own conjugates."""
        return _matrices_transposed("mH", self)

    @property
    def H(self: Any) -> Any:
        """The transpose of a matrix; its numbers are real, and their own conjugates."""
        if self.ndim not in (0, 2):
            raise ShapeError(
                f"H: is only supported on matrices, but this has {self.ndim} dimensions; see mH for batches of matrices"
            )
        return self.mT

    def stride(self: Any, dim: int | None = None) -> Any:
        """How many elements of memory it is from one to the next, along each dimension or one; 0 if it is the same.

        >>> import tensorgrad as tg
        >>> tg.zeros(2, 3).T.stride()
        (1, 3)
        """
        x = self._data
        steps = tuple(step // x.itemsize for step in x.strides)
        return steps if dim is None else steps[from_front("stride", dim, x.ndim)]

    def is_contiguous(self: Any) -> bool:
        """Whether its elements lie in memory in row-major order, without gaps."""
        return bool(self._array().flags.c_contiguous)

    def contiguous(self: Any) -> Any:
        """Itself, if its elements lie in memory in row-major order without gaps; a copy in which they do, if not.

        >>> import tensorgrad as tg
        >>> tg.zeros(2, 3).T.contiguous().view(6).shape
        torch.Size([6])
        """
        return self if self.is_contiguous() else self.clone()
