"""Hooks: functions that see a Tensor's gradient on its way through backward(), and may replace it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np

from .engine import Node, result
from .grad_mode import no_grad
from .graph import new_node

_keys = count()


class Handle:
    """What registering a hook gives: a way to take it back, also at the end of a ``with`` block."""

    def __init__(self, functions: dict[int, Callable[..., Any]], function: Callable[..., Any]) -> None:
        self._functions, self._key = functions, next(_keys)
        functions[self._key] = function

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
            g = gradient._data if answer is None else _checked(answer, gradient, function)
        return g


def _checked(answer: Any, gradient: Any, function: Any) -> Any:
    name = getattr(function, "__name__", repr(function))
    if not hasattr(answer, "_data"):
        raise TypeError(f"a hook gives a Tensor or None, but {name} gave {answer!r}")
    if answer.shape != gradient.shape:
        raise RuntimeError(
            f"hook {name} has changed the size of value: the gradient has shape {gradient.shape}, "
            f"but it gave one of shape {answer.shape}"
        )
    return np.array(answer._data, gradient.dtype)


def behind_hooks(node: Node) -> Node:
    """The node that gets the gradient as the hooks leave it."""
    while node.edge and isinstance(node.edge[1], Hooks):
        node = node.edge[0]
    return node


class Hooking:
    """``register_hook``, as a method of Tensor."""

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
        if self._node is None:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        node = self._node
        if not (node.edge and isinstance(node.edge[1], Hooks)):
            behind = type(node)() if self.is_leaf else new_node(node.edge, node.op)
            behind.number, behind.grad, node.grad = node.number, node.grad, None
            hooks = Hooks(self._kind, node if self.is_leaf else None)
            node.edge = hooks.edge = (behind, hooks, None)
        return Handle(node.edge[1].functions, hook)
