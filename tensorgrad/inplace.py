"""Writing into a Tensor's memory: ``x[index] = v``, ``x += y``, ``x.add_(y)``, and what becomes of the graph.

The memory is overwritten, so everything that shares it sees the new numbers.  If gradients are recorded, x gets a
new node, that of the operation that computed the new numbers; what was computed from x before keeps the old one.
If x is a view, the Tensor that it is a view of gets a new node too, and so do all views of that one.  Where an older
node still needs what was overwritten, backward() says so.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Self, TypeVar
from weakref import WeakSet

import numpy as np

from . import writes
from .dtypes import can_cast
from .engine import Node, result
from .errors import RangeError, ShapeError
from .grad_mode import is_grad_enabled
from .graph import new_node
from .operation import NUMBERS
from .ops.elementwise import scaled
from .ops.index import _setitem, in_two, no_such_element, put, raw_index

T = TypeVar("T")


def _root(x: Any) -> Any:
    """The Tensor whose memory x looks at: itself, or what it is a view of."""
    return x._base if x._base is not None and _shared(x, x._base) else x


def _shared(x: Any, y: Any) -> bool:
    return writes.owner(x._data) is writes.owner(y._data)


def _recorded(x: Any, *others: Any) -> bool:
    """Whether writing what x and ``others`` give into x is to be recorded; an error if x is a leaf with a gradient."""
    if not is_grad_enabled():
        return False
    root = _root(x)
    if root._node is not None and root.is_leaf:
        raise RuntimeError(
            f"{'a' if root is x else 'a view of a'} leaf Variable that requires grad is being used in an in-place "
            "operation; write to it under no_grad(), or to a clone()"
        )
    return any(getattr(y, "_node", None) is not None for y in (x, *others))


def _rebase(x: Any, node: Node) -> None:
    """Give x, whose memory now holds what ``node`` computed, a history that says so."""
    root = _root(x)
    if root is x:
        x._node = node
    else:
        window = _window(x._array(), root._array())
        edge: Any = (node, lambda g: window(g)[1].copy(), None)
        if root._node is not None:
            edge = (root._node, lambda g: _filled(window, g, 0), edge)
        root._node = new_node(edge, "copy_slices")
    for view in root._views or ():
        if _shared(view, root):
            view._node = _history(view._array(), root)


def _history(view: Any, root: Any) -> Node:
    """The node of a Tensor whose array is a view of root's memory."""
    shape, stretched = root._data.shape, _stretched(view)
    narrow = view[(*(slice(0, 1) if i in stretched else slice(None) for i in range(view.ndim)), ...)]
    window = _window(narrow, root._array())

    def vjp(g: Any) -> Any:
        return _filled(window, np.zeros(shape, g.dtype), g.sum(axis=stretched, keepdims=True))

    return new_node((root._node, vjp, None), "as_strided")


def _stretched(array: Any) -> tuple[int, ...]:
    """The dimensions along which all elements are one and the same, as expand() leaves them."""
    steps = array.strides
    if 0 not in steps or not array.size:
        return ()
    return tuple(i for i, step in enumerate(steps) if step == 0 and array.shape[i] > 1)


def _window(view: Any, whole: Any) -> Callable[[Any], tuple[Any, Any]]:
    """A function that copies an array like ``whole`` and gives the copy and the part of it that ``view`` is."""
    shape, strides, like = view.shape, view.strides, whole.strides
    offset = view.__array_interface__["data"][0] - whole.__array_interface__["data"][0]
    if np.empty_like(whole).strides != like:
        raise RuntimeError("an in-place operation on a view of a Tensor with gaps in its memory; write to a clone()")
    order = np.argsort(like, kind="stable")[::-1]  # the dimensions, from the slowest to the fastest in memory

    def window(g: Any) -> tuple[Any, Any]:
        memory = np.array(g.transpose(order), order="C")
        copy = memory.transpose(np.argsort(order))
        return copy, np.ndarray(shape, g.dtype, memory, offset, strides)

    return window


def _is_same(x: Any, y: Any) -> bool:
    """Whether two arrays are the same part of the same memory."""
    alike = type(y) is np.ndarray and x.shape == y.shape and x.strides == y.strides and x.dtype == y.dtype
    if not alike or not np.may_share_memory(x, y):
        return False
    return not x.ndim or bool(x.__array_interface__["data"] == y.__array_interface__["data"])


def _filled(window: Any, g: Any, value: Any) -> Any:
    copy, part = window(g)
    part[...] = value
    return copy


def _writable(x: Any) -> Any:
    """The array of x, or an error if it cannot be written to."""
    array = x._array()
    if _stretched(array):
        raise RuntimeError(
            "unsupported operation: more than one element of the written-to tensor refers to a single memory location; "
            "clone() the tensor before writing to it"
        )
    if not array.flags.writeable:
        raise RuntimeError("the memory of this Tensor is read-only; clone() it before writing to it")
    return array


def _overwrite(tensor: T, operation: Callable[..., Any], *args: Any) -> T:
    """Write operation(tensor, ...) into the tensor's memory."""
    x: Any = tensor
    before = x
    if recorded := _recorded(x, *args):  # of a copy: the vjps need what was there before
        before = result(x._kind, x._array().copy())
        before._node = x._node
    after = operation(before, *args)
    data, target = after._data, _writable(x)
    if data.shape != target.shape:
        raise ShapeError(
            f"in-place operation: output with shape {target.shape} doesn't match the broadcast shape {data.shape}; "
            "only what is not written to may be stretched"
        )
    if data.dtype is not target.dtype and not can_cast(data.dtype, target.dtype):
        raise RuntimeError(
            f"in-place operation: result type {data.dtype} can't be cast to the desired output type {target.dtype}; "
            "compute a new Tensor instead"
        )
    target[...] = data
    writes.wrote(target)
    if recorded:
        _rebase(x, after._node)
    return tensor


class InPlace:
    """The operations that write, as methods of Tensor."""

    _base: Any = None  # what this is a view of
    _views: WeakSet[Any] | None = None  # what is a view of this

    def _shared_with(self, out: Any) -> Any:
        """Take down that ``out``, made of self, is a view of the same memory, if it is; returns ``out``."""
        root: Any = self if self._base is None else self._base
        if _shared(out, root):
            out._base = root
            if root._views is None:
                root._views = WeakSet()
            root._views.add(out)
        return out

    def __setitem__(self, index: Any, value: Any) -> None:
        """Write a number, or a Tensor that broadcasts, at an index; every index that reads also writes."""
        if type(value) not in NUMBERS and not hasattr(value, "_data"):
            given = value
            value = self._operand(given) if np.isscalar(given) else result(self._kind, np.asarray(given))  # type: ignore[attr-defined]  # a mixin
            if value is NotImplemented or np.asarray(getattr(value, "_data", 0)).dtype.kind not in "biufc":
                kind = RangeError if isinstance(given, complex) else TypeError
                raise kind(f"x[index] = v: v must be a Tensor or real numbers, but it is {given!r}")
        where, target = raw_index(index), _writable(self)
        first, then = in_two(target, where)
        recorded = _recorded(self, value) and target.dtype.kind in "fc"  # integers and bools have no gradient
        given = getattr(value, "_data", value)
        try:
            part = target[where] if first is where else target[first]
        except (IndexError, OverflowError) as error:
            raise no_such_element(target, where, error) from None
        if first is where and _is_same(part, given):
            return  # x[index] += y, where += has written already
        after: Any = _setitem(self, value, where) if recorded else None
        put(target, given, where, first, then)
        writes.wrote(target)
        if after is not None:
            _rebase(self, after._node)

    def __iadd__(self, other: Any) -> Self:
        """Add in place."""
        return _overwrite(self, operator.add, other)

    def __isub__(self, other: Any) -> Self:
        """Subtract in place."""
        return _overwrite(self, operator.sub, other)

    def __imul__(self, other: Any) -> Self:
        """Multiply in place."""
        return _overwrite(self, operator.mul, other)

    def __itruediv__(self, other: Any) -> Self:
        """Divide in place."""
        return _overwrite(self, operator.truediv, other)

    def __ipow__(self, other: Any) -> Self:
        """Raise to a power in place."""
        return _overwrite(self, operator.pow, other)

    def __ifloordiv__(self, other: Any) -> Self:
        """Divide in place, and round down."""
        return _overwrite(self, operator.floordiv, other)

    def __imod__(self, other: Any) -> Self:
        """Keep the remainder of a division, in place."""
        return _overwrite(self, operator.mod, other)

    def __iand__(self, other: Any) -> Self:
        """Logical, or bitwise, and in place."""
        return _overwrite(self, operator.and_, other)

    def __ior__(self, other: Any) -> Self:
        """Logical, or bitwise, or in place."""
        return _overwrite(self, operator.or_, other)

    def __ixor__(self, other: Any) -> Self:
        """Logical, or bitwise, exclusive or in place."""
        return _overwrite(self, operator.xor, other)

    def add_(self, other: Any, *, alpha: float = 1) -> Self:
        """Add ``alpha * other`` in place."""
        return _overwrite(self, operator.add, scaled("add_", self, other, alpha))

    def sub_(self, other: Any, *, alpha: float = 1) -> Self:
        """Subtract ``alpha * other`` in place."""
        return _overwrite(self, operator.sub, scaled("sub_", self, other, alpha))

    mul_ = __imul__

    def div_(self, other: Any, *, rounding_mode: str | None = None) -> Self:
        """Divide in place, rounded as ``div`` rounds."""
        return _overwrite(self, lambda x, other: x.div(other, rounding_mode=rounding_mode), other)

    def pow_(self, exponent: Any) -> Self:
        """Raise to a power in place."""
        return _overwrite(self, operator.pow, exponent)

    def clamp_(input: Self, min: Any = None, max: Any = None) -> Self:
        """Limit to a range in place."""
        return _overwrite(input, lambda x, *limits: x.clamp(*limits), min, max)

    def fill_(input: Self, value: Any) -> Self:
        """Set every element to a number, or to that of a Tensor without dimensions."""
        if np.ndim(value):
            raise ShapeError(f"fill_: takes one number, but got shape {tuple(np.shape(value))}; copy_ takes several")
        input[...] = value
        return input

    def zero_(input: Self) -> Self:
        """Set every element to 0."""
        return input.fill_(0)

    def copy_(self, other: Any) -> Self:
        """Take the numbers of another Tensor, which broadcasts, or a number."""
        if self._operand(other) is NotImplemented and not hasattr(other, "_data"):  # type: ignore[attr-defined]  # a mixin
            raise TypeError(f"copy_: takes a Tensor or a number, but got a {type(other).__name__}; see tensor(...)")
        shape, given = self._array().shape, tuple(np.shape(other))  # type: ignore[attr-defined]  # a mixin
        if len(given) > len(shape):  # x[...] = v lets go of leading ones
            raise ShapeError(f"copy_: shape {given} has more dimensions than {shape}, to which it is copied")
        self[...] = other
        return self

    def detach_(input: Self) -> Self:
        """Cut it off from what it was computed from: it becomes a leaf that requires no grad.

        Raises:
            RuntimeError: if it is a view, which shares its history with the Tensor that it is a view of.
        """
        x: Any = input
        if _root(x) is not x:
            raise RuntimeError("can't detach views in-place, use detach() instead")
        if x.is_leaf:
            x.requires_grad_(False)
        else:
            x._node = None
        return input

    def masked_fill_(self, mask: Any, value: Any) -> Self:
        """Set the elements where the mask holds to a number."""
        return _overwrite(self, lambda x, value: x.masked_fill(mask, value), value)

    def scatter_(self, dim: int, index: Any, src: Any = None, *, value: Any = None) -> Self:
        """Replace elements along a dimension, as ``scatter`` does it."""
        return _overwrite(self, lambda x, src: x.scatter(dim, index, src), src if value is None else value)

    def scatter_add_(self, dim: int, index: Any, src: Any) -> Self:
        """Add to elements along a dimension, as ``scatter_add`` does it."""
        return _overwrite(self, lambda x, src: x.scatter_add(dim, index, src), src)

    def index_add_(self, dim: int, index: Any, source: Any, *, alpha: float = 1) -> Self:
        """Add to slices along a dimension, as ``index_add`` does it."""
        return _overwrite(self, lambda x, source: x.index_add(dim, index, source, alpha=alpha), source)
