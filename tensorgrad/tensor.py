"""Tensor: a NumPy array with a gradient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import dtypes
from .conversion import Conversions
from .devices import CPU, device
from .draws import Draws
from .engine import Node, Vjp, result, sweep
from .graph import same, sweep_towards
from .hooks import Hooking, behind_hooks
from .inplace import InPlace
from .leaf import Leaf
from .ops.activation import Activations
from .ops.arrange import Arrangements
from .ops.compare import Comparisons
from .ops.counting import Counting
from .ops.decompositions import Decompositions
from .ops.elementwise import Elementwise, _clone, _where
from .ops.exponential import Exponentials
from .ops.gather import Gathering
from .ops.index import _getitem, raw_index
from .ops.limits import Limits
from .ops.linalg import LinearAlgebra
from .ops.norm import Norms
from .ops.parts import Parts
from .ops.reduce import Reductions
from .ops.rounding import Rounding
from .ops.scan import Scans
from .ops.shape import Shapes, from_front, shape_of
from .ops.softmax import Softmax
from .ops.sort import Sorting
from .ops.summation import add_up
from .ops.trigonometry import Trigonometry
from .printing import tensor_repr
from .size import Size


class Tensor(
    Elementwise, Limits, Rounding, Exponentials, Trigonometry, Activations,
    Reductions, Scans, Sorting, Counting, Norms, Shapes, Parts, Arrangements, Gathering,
    LinearAlgebra, Decompositions, Softmax,
    Comparisons, Conversions, InPlace, Draws, Hooking,
):  # fmt: skip
    """An array with a gradient.

    A Tensor has data and, where a gradient is wanted, a node: a ``Leaf`` that collects the gradient, or the node of
    the operation that computed it.  Calling the class, as in PyTorch, makes a Tensor of the default dtype.

    Args:
        data: nested sequences of numbers, an array or a Tensor, which are copied; or sizes, for uninitialised memory.

    >>> import tensorgrad as tg
    >>> x = tg.Tensor([2.0, 3.0]).requires_grad_()
    >>> (x * x).sum().backward()
    >>> x.grad
    tensor([4., 6.])
    """

    __slots__ = ("_data", "_node")  # the rest, seldom set, in a dict that the mixins bring

    _kind: type[Tensor]  # the class of what is computed from this one
    _leaf: Leaf | None = None  # the leaf of a Tensor that was frozen
    _data: Any  # an array, or the NumPy scalar that NumPy gives in place of a 0-d array
    _node: Node | None

    def __init__(self, *data: Any) -> None:
        if data and all(isinstance(n, int) for n in data):
            self._data = np.empty(shape_of("Tensor", data), dtypes.numpy_dtype())
        elif len(data) > 1 or (data and not isinstance(data[0], (list, tuple, range, np.ndarray, Tensor))):
            raise TypeError(f"Tensor: takes sizes, or one sequence of numbers, but got {data}; see tensor(...)")
        else:
            self._data = np.array(data[0] if data else (), dtypes.numpy_dtype())
        self._node = None

    # what it is

    def _array(self) -> NDArray[Any]:
        """The array itself: a NumPy scalar becomes one here, for those who share the memory."""
        if type(self._data) is not np.ndarray:
            self._data = np.array(self._data)
        return self._data

    @property
    def shape(self) -> Size:
        """The sizes of the dimensions."""
        return tuple.__new__(Size, self._data.shape)  # what Size() makes sure of holds

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return self._data.ndim  # type: ignore[no-any-return]  # an array, or a scalar with the same attributes

    @property
    def dtype(self) -> dtypes.dtype:
        """The kind of its numbers."""
        return dtypes.DTYPES[self._data.dtype]

    @property
    def device(self) -> device:
        """Where it lives: on the CPU, always."""
        return CPU

    @property
    def is_cuda(self) -> bool:
        """Whether it is on a GPU: never."""
        return False

    def size(self, dim: int | None = None) -> Any:
        """The shape, or the size of one dimension."""
        return self.shape if dim is None else self._data.shape[from_front("size", dim, self.ndim)]

    def dim(self) -> int:
        """The number of dimensions."""
        return self.ndim

    def numel(input: Tensor) -> int:
        """The number of elements."""
        return input._data.size  # type: ignore[no-any-return]

    nelement = numel

    def __len__(self) -> int:
        """The size of the first dimension."""
        if not self.ndim:
            raise TypeError("len() of a 0-d tensor; it is a single number, see item()")
        return len(self._data)

    def __repr__(self) -> str:
        """As PyTorch prints it."""
        grad_fn = "" if self.is_leaf else repr(self._node)
        return tensor_repr(self._array(), self.requires_grad, grad_fn, "tensor", dtypes.numpy_dtype())

    def __format__(self, spec: str) -> str:
        """A single number is formatted as one."""
        if spec and self.ndim:
            raise TypeError(f"a format such as {spec!r} is for a single number, but this has shape {self._data.shape}")
        return format(repr(self) if self.ndim else self.item(), spec)

    # from NumPy

    __array_priority__ = 1000

    def _operand(self, other: Any) -> Any:
        """What an operation takes ``other``, which is no Tensor, for: a number or a Tensor, or it declines."""
        if isinstance(other, bool):
            return wrap(np.bool_(other))  # not an int: a mask stays one
        if isinstance(other, (int, float)):
            return int(other) if isinstance(other, int) else float(other)
        if isinstance(other, np.generic):
            return other.item()
        return wrap(other) if isinstance(other, np.ndarray) else NotImplemented

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        """``np.exp(tensor)`` and ``array * tensor`` are the Tensor's own operations, and recorded."""
        name = {"add": "__add__", "subtract": "__sub__", "multiply": "__mul__", "divide": "__truediv__",
                "power": "__pow__", "matmul": "__matmul__", "negative": "__neg__", "absolute": "abs",
                "equal": "__eq__", "not_equal": "__ne__", "less": "__lt__", "less_equal": "__le__",
                "greater": "__gt__", "greater_equal": "__ge__", "invert": "__invert__", "bitwise_and": "__and__",
                "bitwise_or": "__or__", "bitwise_xor": "__xor__"}.get(ufunc.__name__, ufunc.__name__)  # fmt: skip
        operation = getattr(Tensor, name, None)
        if method != "__call__" or options or operation is None:
            raise TypeError(f"np.{ufunc.__name__} has no Tensor operation here; call it on tensor.detach().numpy()")
        first = inputs[0] if isinstance(inputs[0], Tensor) else wrap(np.asarray(inputs[0]))
        return operation(first, *inputs[1:])

    # the gradient

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient is wanted for it, or for something it was computed from."""
        return self._node is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        self.requires_grad_(value)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Say whether a gradient is wanted, and return the Tensor.

        Raises:
            RuntimeError: if its dtype has no gradients, or it was computed.
        """
        if requires_grad and self._node is None:
            if self._data.dtype.kind not in "fc":
                raise RuntimeError(
                    f"only Tensors of floating point dtype can require gradients, but this is {self._data.dtype}; "
                    "convert it with .float()"
                )
            self._node = self._leaf or Leaf()
        elif not requires_grad and self._node is not None:
            if not isinstance(self._node, Leaf):
                raise RuntimeError(
                    "you can only change requires_grad flags of leaf variables; for a computed one without a "
                    "gradient use detach()"
                )
            self._leaf, self._node = self._node, None
        return self

    @property
    def is_leaf(self) -> bool:
        """Whether it was made rather than computed."""
        return self._node is None or isinstance(self._node, Leaf)

    @property
    def grad_fn(self) -> Node | None:
        """The node of the operation that computed it."""
        return None if self.is_leaf else self._node

    @property
    def _own_leaf(self) -> Leaf | None:
        """The leaf that its gradient is in: its node, or one beside it if it is frozen, or computed."""
        return self._node if isinstance(self._node, Leaf) else self._leaf

    @property
    def grad(self) -> Tensor | None:
        """The gradient that backward() left here, summed over calls; None before the first."""
        node = self._own_leaf
        gradient = None if node is None else node.keeper.grad
        return None if gradient is None else wrap(gradient)

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if value is not None and not isinstance(value, Tensor):
            raise TypeError(f"grad must be a Tensor or None, but got a {type(value).__name__}")
        if value is not None and (value._data.shape != self._data.shape or value._data.dtype != self._data.dtype):
            raise RuntimeError(
                f"grad must have the Tensor's own shape {self._data.shape} and dtype {self._data.dtype}, "
                f"but got shape {value._data.shape} and dtype {value._data.dtype}"
            )
        node = self._own_leaf
        if node is None:
            node = self._leaf = Leaf()
        node.keeper.grad = None if value is None else value._array()

    def retain_grad(self) -> None:
        """Keep the gradient of a computed Tensor, too, for ``grad``."""
        if self._node is None:
            raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
        if not isinstance(self._node, Leaf) and self._leaf is None:
            self._leaf = Leaf()
            node = behind_hooks(self._node)
            node.edge = (self._leaf, same, node.edge)

    @property
    def retains_grad(self) -> bool:
        """Whether it is a computed Tensor that keeps its gradient, after ``retain_grad()``."""
        return self._leaf is not None and not self.is_leaf

    def backward(
        self, gradient: Any = None, retain_graph: bool | None = None, create_graph: bool = False, inputs: Any = None
    ) -> None:
        """Compute the gradient with respect to every leaf this was computed from, and add it to their ``grad``.

        Args:
            gradient: dL/d(self), of self's shape; a single element needs none: it is 1.
            retain_graph: keep the graph, for another backward().
            create_graph: False; gradients of gradients are not computed here.
            inputs: a Tensor, or several, leaves or computed, whose ``grad`` is wanted; by default that of all leaves.

        Raises:
            RuntimeError: if nothing here requires grad, the graph was freed, or an array it needs was written to.
            TypeError: if the gradient is no Tensor, and no array either, which PyTorch would refuse.

        >>> import tensorgrad as tg
        >>> x = tg.tensor(3.0, requires_grad=True)
        >>> (3 * x**2 - 4 * x + 5).backward()
        >>> x.grad
        tensor(14.)
        """
        if self._node is None:
            raise RuntimeError(
                "backward(): this Tensor does not require grad and does not have a grad_fn; "
                "nothing that it was computed from has requires_grad=True"
            )
        if gradient is None:
            if self._data.size != 1:
                raise RuntimeError(
                    f"grad can be implicitly created only for scalar outputs, but this has shape {self._data.shape}; "
                    "reduce it with sum() or mean(), or pass backward(gradient)"
                )
            g = np.array(1, self._data.dtype).reshape(self._data.shape)
        else:
            if not isinstance(gradient, (Tensor, np.ndarray, np.generic)):
                raise TypeError(f"backward(gradient): must be a Tensor or None, but it is a {type(gradient).__name__}")
            g = np.asarray(getattr(gradient, "_data", gradient), self._data.dtype)
            if g.shape != self._data.shape:
                raise RuntimeError(
                    f"backward(gradient): needs shape {self._data.shape}, that of the Tensor, but got {g.shape}"
                )
        if create_graph:
            raise RuntimeError("backward: create_graph=True is not possible, it records nothing here; leave it out")
        if inputs is not None:
            sweep_towards(inputs, [(self._node, lambda _: g)], bool(retain_graph))
        elif isinstance(self._node, Leaf) and not self._node.edge:
            self._node.accumulate(same, g)
        else:
            sweep(self._node, g, bool(retain_graph))

    @staticmethod
    def _fitted(vjp: Vjp, x: Any) -> Vjp:
        """``vjp`` of an input that was broadcast or cast: sum over the axes added or stretched, and cast back."""
        if not hasattr(x, "dtype"):
            return vjp  # a plain number
        shape, dtype = np.shape(x), x.dtype

        def fit(g: Any) -> Any:
            share = vjp(g)
            if share.shape != shape:
                added = share.ndim - len(shape)  # negative where x[i] = v drops v's leading ones
                axes = (i for i, n in enumerate(share.shape) if i < added or (n != 1 and shape[i - added] == 1))
                share = add_up(share, tuple(axes)).reshape(shape)
            return share.astype(dtype, copy=False)

        return fit

    @property
    def data(self) -> Tensor:
        """The same memory without the gradient."""
        return wrap(self._array())

    @data.setter
    def data(self, value: Tensor) -> None:
        if not isinstance(value, Tensor):
            raise TypeError(f"data must be a Tensor, but got a {type(value).__name__}; make one with tensor(...)")
        self._data = value._array()
        leaf = self._own_leaf
        if leaf is not None:
            leaf.buffer = None  # of another shape or dtype, perhaps

    def detach(input: Tensor) -> Tensor:
        """The same memory without the gradient: what is computed from it is not recorded for this Tensor."""
        return wrap(input._array())

    def clone(input: Tensor) -> Tensor:
        """A copy, recorded: the gradient passes through."""
        return _clone(input)

    # elements, and what is made of several operations

    def __getitem__(self, index: Any) -> Tensor:
        """Elements by position: integers, slices, None, Ellipsis, lists, integer and bool Tensors, or several.

        As in PyTorch, x[[i, j]] is x[i, j] if i or j is not a number, and a uint8 Tensor is a mask; both warn.
        """
        return _getitem(self, raw_index(index))

    def __iter__(self) -> Iterator[Tensor]:
        """Its parts along the first dimension."""
        if not self.ndim:
            raise TypeError("iteration over a 0-d tensor; it is a single number, see item()")
        return (self[i] for i in range(len(self)))

    def where(self, condition: Tensor, other: Any) -> Tensor:
        """Its elements where the condition holds, other's elsewhere."""
        return _where(self, other, condition)

    def t(input: Tensor) -> Tensor:
        """The transpose of a matrix; a vector or a single number stays as it is."""
        if input.ndim > 2:
            raise RuntimeError(
                f"t() expects a tensor with <= 2 dimensions, but self is {input.ndim}D; use transpose or mT"
            )
        return input.transpose(0, 1) if input.ndim == 2 else input

    def __reduce__(self) -> Any:
        """For copy.deepcopy and pickle."""
        if not self.is_leaf:
            raise RuntimeError(
                "only Tensors created explicitly (leaves) can be deep-copied or pickled, this one was computed and has "
                "a graph behind it; use detach() or clone().detach()"
            )
        return _restored, (type(self), self._array(), self.requires_grad, self.grad)


Tensor._kind = Tensor


def wrap(array: Any) -> Tensor:
    """A Tensor without a gradient that shares this array's memory."""
    return result(Tensor, array)  # type: ignore[no-any-return]


def _restored(kind: type[Tensor], array: NDArray[Any], requires_grad: bool, grad: Tensor | None) -> Tensor:
    out: Tensor = result(kind, array)
    out.grad = grad
    return out.requires_grad_(requires_grad)
