"""Hooks: functions that see a Tensor's gradient on its way through backward(), and may replace it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np

from .engine import Node, Vjp, result
from .grad_mode import no_grad
from .graph import new_node
from .leaf import Leaf

_keys = count()


class Handle:
    """What registering a hook gives: a way to take it back, also at the end of a ``with`` block."""

    def __init__(
        self, functions: dict[int, Callable[..., Any]], function: Callable[..., Any], first: bool = False
    ) -> None:
        self._functions, self._key = functions, next(_keys)
        functions[self._key] = function
        for key in [*functions][:-1] if first else ():  # the others go behind it
            functions[key] = functions.pop(key)

    def remove(self) -> None:
        """Take the hook back; once more does nothing."""
        self._functions.pop(self._key, None)

    def __enter__(self) -> Handle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


class Hooks:
    """The hooks of a Tensor: the vjp of an edge from its node to one that stands behind it.

    That one has the history of a computed Tensor; behind a leaf it is a second one, which keeps the gradient.
    """

    def __init__(self, kind: Any, leaf: Any) -> None:
        self.kind, self.functions = kind, dict[int, Callable[[Any], Any]]()
        self.leaf = leaf
        self.edge: Any = None

    def __call__(self, g: Any) -> Any:
        """The gradient that the hooks make of g, each of what the one before it made."""
        if self.leaf is not None:
            self.leaf.edge = self.edge  # the sweep has just freed it; a leaf stays in use
        for function in list(self.functions.values()):
            gradient = result(self.kind, np.array(g))  # a copy: the hook may write into it, and others may hold g
            with no_grad():
                answer = function(gradient)
            g = gradient._data if answer is None else checked(answer, gradient, function)
        return g


class Keeper(Leaf):
    """The leaf behind the hooks of another: it keeps the gradient, and tells those who wait for it."""

    __slots__ = ("functions", "tensor")

    def __init__(self) -> None:
        super().__init__()
        self.tensor: Any = None  # what the functions are given; known where there is one
        self.functions = dict[int, Callable[[Any], Any]]()

    def accumulate(self, vjp: Vjp, g: Any) -> None:
        """Add a share, which is the whole gradient of one backward(), and call the functions."""
        super().accumulate(vjp, g)
        for function in list(self.functions.values()):
            with no_grad():
                answer = function(self.tensor)
            if answer is not None:
                raise TypeError(f"a post accumulate grad hook gives None, but {_name(function)} gave {answer!r}")


def _name(function: Any) -> str:
    return getattr(function, "__name__", repr(function))


def checked(answer: Any, gradient: Any, function: Any) -> Any:
    name = _name(function)
    if not hasattr(answer, "_data"):
        raise TypeError(f"a hook gives a Tensor or None, but {name} gave {answer!r}")
    if answer._data.shape != gradient._data.shape:
        raise RuntimeError(
            f"hook {name} has changed the size of value: the gradient has shape {gradient._data.shape}, "
            f"but it gave one of shape {answer._data.shape}"
        )
    return np.array(answer._data, gradient._data.dtype)


def behind_hooks(node: Node) -> Node:
    """The node that gets the gradient as the hooks leave it."""
    while node.edge and isinstance(node.edge[1], Hooks):
        node = node.edge[0]
    return node


class Hooking:
    """``register_hook`` and ``register_post_accumulate_grad_hook``, as methods of Tensor."""

    def register_hook(self: Any, hook: Callable[[Any], Any]) -> Handle:
        """Call a function with the gradient of this Tensor, each time that backward() has it complete.

        The function gets a Tensor and returns None, or a Tensor of the same shape to go on with in its place.
        Hooks are called in the order in which they were registered.

        Args:
            hook: the function.

        Returns:
            A handle, whose ``remove()`` takes the hook back.

        Raises:
            RuntimeError: if no gradient is wanted for this Tensor.

        >>> import tensorgrad as tg
        >>> x = tg.tensor([1.0, 2.0], requires_grad=True)
        >>> y = x * 3
        >>> handle = y.register_hook(lambda grad: grad * 10)
        >>> y.sum().backward()
        >>> x.grad
        tensor([30., 30.])
        """
        return Handle(_hooked(self).edge[1].functions, hook)

    def register_post_accumulate_grad_hook(self: Any, hook: Callable[[Any], None]) -> Handle:
        """Call a function with this Tensor, a leaf, each time that backward() has added to its ``grad``.

        So a step of an optimizer can be taken for each parameter alone, and its gradient be let go of at once.

        Args:
            hook: the function; it returns None.

        Returns:
            A handle, whose ``remove()`` takes the hook back.

        Raises:
            RuntimeError: if no gradient is wanted for this Tensor, or it is no leaf.

        >>> import tensorgrad as tg
        >>> w = tg.tensor([1.0, 2.0], requires_grad=True)
        >>> optimizer = tg.optim.SGD([w], lr=0.5)
        >>> handle = w.register_post_accumulate_grad_hook(lambda w: (optimizer.step(), optimizer.zero_grad())[0])
        >>> (w * w).sum().backward()
        >>> w, w.grad
        (tensor([0., 0.], requires_grad=True), None)
        """
        if self._node is not None and not self.is_leaf:
            raise RuntimeError(
                "post accumulate grad hooks cannot be registered on non-leaf tensors: this one was computed and keeps "
                "no gradient; see register_hook"
            )
        keeper = _hooked(self).edge[0]
        keeper.tensor = self
        return Handle(keeper.functions, hook)


def _hooked(tensor: Any) -> Node:
    """The node of a Tensor, led through its hooks to one that stands behind it."""
    if tensor._node is None:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    node: Node = tensor._node
    if not (node.edge and isinstance(node.edge[1], Hooks)):
        behind = Keeper() if tensor.is_leaf else new_node(node.edge, node.op)
        behind.number, behind.grad, node.grad = node.number, node.grad, None
        hooks = Hooks(tensor._kind, node if tensor.is_leaf else None)
        node.edge = hooks.edge = (behind, hooks, None)
    return node
