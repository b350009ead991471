"""What a result was computed from: the nodes and edges of its picture, in an order that every run repeats."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from ..dtypes import DType
from ..engine import FREED, Node, Vjp
from ..graph import inputs_of
from ..scalar import Value
from ..tensor import Tensor

Graph = tuple[list[Any], list[tuple[Any, Any]]]


@dataclass(frozen=True, eq=False)
class Part:
    """One Tensor of a graph.

    The graph remembers how a Tensor was computed, and what the derivative needs, but not the Tensor: one that nobody
    else holds on to is gone.

    Attributes:
        op: the operation that computed it; "" if it was made, not computed.
        shape: its shape.
        dtype: its dtype.
        tensor: the Tensor, or None if it is gone.
    """

    op: str
    shape: tuple[int, ...]
    dtype: DType
    tensor: Tensor | None


def trace(root: Value | Tensor) -> Graph:
    """Everything that a Value or Tensor was computed from, and what was computed from what.

    Of Tensors, those that need no gradient are not recorded, so they are not in the graph.

    Args:
        root: the result.

    Returns:
        The nodes, inputs before results and the root last, and the edges, pairs (input, result), one for each time
        that the input was used: two in a + a.  The nodes are the Values, or a ``Part`` for each Tensor.

    Raises:
        TypeError: if root is neither a Value nor a Tensor.
        RuntimeError: if the graph of a Tensor was freed by backward().

    >>> from tensorgrad import viz
    >>> from tensorgrad.scalar import Value
    >>> a, b = Value(2.0), Value(-3.0)
    >>> nodes, edges = viz.trace(a * b + a)
    >>> [node.data for node in nodes]
    [2.0, -3.0, -6.0, -4.0]
    >>> [(nodes.index(x), nodes.index(y)) for x, y in edges]
    [(0, 2), (1, 2), (2, 3), (0, 3)]
    """
    return traced(root, inf)


def traced(root: Any, limit: float) -> Graph:
    """``trace``, with an error as soon as there are more than ``limit`` nodes."""
    if isinstance(root, Value):
        values = _ordered(root, lambda value: value._inputs, limit)
        return values, [(x, value) for value in values for x in value._inputs]
    if not isinstance(root, Tensor):
        raise TypeError(f"only a Value or a Tensor, a single result, can be drawn, but got {type(root).__name__}")
    if root._node is None:
        return [Part("", root._data.shape, root._data.dtype, root)], []
    nodes = _ordered(root._node, lambda node: [x for x, _ in _edges(node)], limit)
    parts = dict(zip(nodes, _parts(nodes), strict=True))
    return list(parts.values()), [(parts[x], parts[node]) for node in nodes for x, _ in _edges(node)]


def _ordered(root: Any, inputs: Callable[[Any], Iterable[Any]], limit: float) -> list[Any]:
    """Depth first, first input first, each after its inputs; a stack in place of recursion allows any depth."""
    done: dict[Any, None] = {}
    opened: set[Any] = set()
    stack = [root]
    while stack:
        node = stack[-1]
        if node in opened:
            done[stack.pop()] = None
        else:
            opened.add(node)
            if len(opened) > limit:
                raise ValueError(
                    f"the graph has more than {limit} nodes, too many to lay out and to read; draw a smaller part of "
                    "it, or allow more with draw_dot(root, limit=...)"
                )
            stack.extend(reversed([x for x in inputs(node) if x not in opened]))
    return list(done)


def _edges(node: Node) -> Iterator[tuple[Node, Vjp]]:
    if node.edge is FREED:
        raise RuntimeError(
            "the graph was freed by an earlier backward(), so there is nothing left to draw; draw it before "
            "backward(), or call backward(retain_graph=True)"
        )
    # What is newer than the node is no input: it keeps the node's own gradient, after retain_grad().
    return ((parent, vjp) for parent, vjp in inputs_of(node) if parent.number < node.number)


def _parts(nodes: list[Node]) -> Iterator[Part]:
    """The Tensors of these nodes, the last of which is alive.

    A node does not know its Tensor, so all that are alive are looked through.  Of one that is gone, the gradient has
    the shape and dtype: a gradient of ones, passed back from its result, shows them.
    """
    alive: dict[Node | None, Tensor] = {}
    for x in gc.get_objects():
        if issubclass(type(x), Tensor):
            alive[getattr(x, "_node", None)] = alive[x._leaf] = x
    like: dict[Node, Any] = {node: alive[node]._data for node in nodes if node in alive}
    with np.errstate(all="ignore"):
        for node in reversed(nodes):
            for parent, vjp in _edges(node):
                if parent not in like:
                    like[parent] = np.asarray(vjp(np.ones(like[node].shape, like[node].dtype)))
    for node in nodes:
        yield Part(node.op, like[node].shape, like[node].dtype, alive.get(node))
