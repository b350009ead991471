"""Function: an operation of one's own, with a forward and a backward of Tensors."""

from __future__ import annotations

from inspect import signature
from typing import Any

import numpy as np

from ..engine import Node, result
from ..grad_mode import is_grad_enabled, no_grad
from ..graph import linked, new_node
from ..inplace import _rebase
from ..inplace import _recorded as is_recorded
from ..tensor import Tensor, wrap
from ..writes import wrote


class Context:
    """What forward() keeps for backward(); anything but Tensors may be kept as an attribute."""

    needs_input_grad: tuple[bool, ...]  # for each argument of forward(), whether its gradient is wanted

    def __init__(self) -> None:
        self._saved: tuple[Any, ...] = ()
        self._constant: tuple[Any, ...] = ()
        self._dirty: tuple[Any, ...] = ()
        self._materialize = True

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keep Tensors, inputs or outputs, whose memory must not be written to before backward()."""
        for place, x in enumerate(tensors):
            if x is not None and not isinstance(x, Tensor):
                raise TypeError(
                    f"save_for_backward can only save Tensors, but argument {place} is of type {type(x).__name__}; "
                    "keep it as an attribute of ctx"
                )
        self._saved = tensors

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """The Tensors that were given to save_for_backward."""
        return self._saved

    def mark_dirty(self, *tensors: Tensor) -> None:
        """Say which inputs forward() writes to; it must return them, and they take the operation as their history."""
        self._dirty = tensors

    def mark_non_differentiable(self, *outputs: Tensor) -> None:
        """Say which outputs have no gradient; in backward() theirs are zeros."""
        self._constant = outputs

    def set_materialize_grads(self, value: bool) -> None:
        """Whether an output that got no gradient has one of zeros in backward(), as it has by default, or None."""
        self._materialize = value


class Function:
    """An operation given by two static methods, ``forward`` and ``backward``.

    ``forward(ctx, *args)`` computes a Tensor, or a tuple of them, and keeps in ``ctx`` what ``backward(ctx, *grads)``
    needs. That gets the gradient of each output and returns the gradient of each argument, None for an argument that
    is no Tensor or has none. Neither is recorded. ``apply(*args)`` calls the operation. As in PyTorch, ``forward`` may
    also do without ctx, where ``setup_context(ctx, inputs, output)`` does the keeping; then it may have defaults, and
    its arguments may be given by name.

    >>> import tensorgrad as tg
    >>> class Exp(tg.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         y = x.exp()
    ...         ctx.save_for_backward(y)
    ...         return y
    ...
    ...     @staticmethod
    ...     def backward(ctx, grad):
    ...         (y,) = ctx.saved_tensors
    ...         return grad * y
    >>> x = tg.tensor(0.0, requires_grad=True)
    >>> Exp.apply(x).backward()
    >>> x.grad
    tensor(1.)
    """

    forward: Any = None
    backward: Any = None
    setup_context: Any = None

    @classmethod
    def apply(cls, *args: Any, **options: Any) -> Any:
        """Compute the operation, and record it where a gradient is wanted.

        Args:
            args: what ``forward`` takes.
            options: the same by name, where there is a ``setup_context``.

        Returns:
            What ``forward`` gives.

        Raises:
            TypeError: if the arguments are not those of forward, or given by name without a setup_context.
            RuntimeError: if the class lacks a forward; in backward(), if it lacks a backward, or if that returns other
                gradients than are needed.
        """
        if cls.forward is None:
            raise NotImplementedError(f"{cls.__name__} has no forward; you must implement the forward function")
        if cls.setup_context is not None:
            bound = signature(cls.forward).bind(*args, **options)
            bound.apply_defaults()
            args, options = bound.args, bound.kwargs
        if options:
            raise TypeError(
                f"{cls.__name__}.apply: arguments go by position, but {', '.join(options)} came by name, which needs a "
                "setup_context, and a forward without a * among its arguments"
            )
        nodes = [x._node if isinstance(x, Tensor) else None for x in args]
        ctx = Context()
        ctx.needs_input_grad = tuple(node is not None for node in nodes)
        with no_grad():
            if cls.setup_context is None:
                output = cls.forward(ctx, *args)
            else:
                output = cls.forward(*args)
                cls.setup_context(ctx, args, output)
        outputs = output if isinstance(output, tuple) else (output,)
        if not all(any(x is y for y in outputs) for x in ctx._dirty):
            raise RuntimeError(f"{cls.__name__}: what is marked as dirty must be among the outputs of forward")
        for x in ctx._dirty:
            is_recorded(x)  # an error if it is a leaf
            wrote(x._array())
        if not is_grad_enabled() or not any(nodes):
            return output
        call = _Call(cls, ctx, args, outputs)
        node = new_node(linked((node, call.vjp(k)) for k, node in enumerate(nodes) if node), cls.__name__)
        recorded = tuple(_recorded(ctx, x, k, node, cls.__name__) for k, x in enumerate(outputs))
        return recorded if isinstance(output, tuple) else recorded[0]


def _recorded(ctx: Context, output: Any, place: int, node: Node, name: str) -> Any:
    if not isinstance(output, Tensor) or output._data.dtype.kind not in "fc" or any(output is x for x in ctx._constant):
        return output
    own = new_node((node, lambda g: _Gradients({place: g}), None), name, _FunctionNode)
    if any(output is x for x in ctx._dirty):
        _rebase(output, own)
        return output
    recorded = result(output._kind, output._data)
    recorded._node = own
    return recorded


class _FunctionNode(Node):
    """The node of an output."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{self.op}Backward>"


class _Gradients:
    """The gradients of the outputs, which gather at the node that the outputs have in common."""

    def __init__(self, of_outputs: dict[int, Any]) -> None:
        self.of_outputs = of_outputs
        self.of_inputs: tuple[Any, ...] | None = None  # computed once, for all the edges

    def __add__(self, other: _Gradients) -> _Gradients:
        return _Gradients(self.of_outputs | other.of_outputs)


class _Call:
    """What one call leaves for the sweep: it turns gradients of outputs into those of inputs."""

    def __init__(self, function: type[Function], ctx: Context, args: tuple[Any, ...], outputs: tuple[Any, ...]) -> None:
        self.function, self.ctx = function, ctx
        self.inputs = [(x._data.shape, x._data.dtype) if isinstance(x, Tensor) else None for x in args]
        self.outputs = [(x._data.shape, x._data.dtype) if isinstance(x, Tensor) else None for x in outputs]
        self.arrays = tuple(x._array() for x in ctx._saved if x is not None)

    def vjp(self, place: int) -> Any:
        """The vjp of an input; it holds the saved arrays, so that the sweep sees whether one was written to."""
        arrays = self.arrays

        def share(g: _Gradients) -> Any:
            if g.of_inputs is None:
                g.of_inputs = self.gradients(g, arrays)
            return g.of_inputs[place]

        return share

    def gradients(self, g: _Gradients, arrays: tuple[Any, ...]) -> tuple[Any, ...]:
        """What backward() returns, an array for each input that needs one."""
        name, ctx = self.function.__name__, self.ctx
        if self.function.backward is None:
            raise RuntimeError(f"{name} has no backward; you must implement it to compute gradients through {name}")
        unpacked = iter(arrays)
        ctx._saved = tuple(None if x is None else wrap(next(unpacked)) for x in ctx._saved)
        given = [self.gradient_of_output(k, g) for k in range(len(self.outputs))]
        with no_grad():
            answer = self.function.backward(ctx, *given)
        answers = answer if isinstance(answer, tuple) else (answer,)
        count = len(self.inputs)
        if len(answers) < count or any(x is not None for x in answers[count:]):
            raise RuntimeError(
                f"function {name}Backward returned an incorrect number of gradients (expected {count}, "
                f"got {len(answers)}); return one for each argument of forward, None for those that have none"
            )
        return tuple(self.fitted(k, x) for k, x in enumerate(answers[:count]))

    def gradient_of_output(self, place: int, g: _Gradients) -> Any:
        like = self.outputs[place]
        if place in g.of_outputs:
            return wrap(g.of_outputs[place])
        return wrap(np.zeros(*like)) if like and self.ctx._materialize else None

    def fitted(self, place: int, answer: Any) -> Any:
        """The gradient of an input in its shape and dtype; zeros for None."""
        name, like = f"function {self.function.__name__}Backward", self.inputs[place]
        if like is None:
            if answer is not None:
                raise RuntimeError(
                    f"{name} returned a gradient different than None at position {place + 1}, but the corresponding "
                    "forward input was not a Tensor"
                )
            return None
        shape, dtype = like
        if answer is None:
            return np.zeros(shape, dtype)
        if not isinstance(answer, Tensor):
            raise RuntimeError(f"{name} must return Tensors or None, but got a {type(answer).__name__}")
        got = answer._data.shape
        longer = (1,) * (len(got) - len(shape)) + shape
        if len(got) < len(shape) or any(m not in (1, n) for m, n in zip(longer, got, strict=True)):
            raise RuntimeError(
                f"{name} returned an invalid gradient at index {place} - got {got} but expected shape compatible "
                f"with {shape}"
            )
        return Tensor._fitted(lambda g: g, np.empty(shape, dtype))(np.array(answer._array()))
