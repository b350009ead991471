"""The graph: nodes, and the reverse sweep.  Nothing here knows NumPy.

An operation computes a result and remembers, for each input that needs a gradient, an *edge*: the input's node
and a function, the vector-Jacobian product (vjp), that turns the gradient of the result into the input's share.
``sweep`` then follows the edges from the result back to the leaves.  That is all of backpropagation.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush, heappushpop
from typing import Any

from . import node_names, writes

Array = Any  # raw data: an array, or the number that stands for one
Vjp = Callable[..., Any]  # vjp(g); a second argument, out=None, is a buffer to write into
Rule = tuple[Any, ...]  # (result, vjp of the first input, vjp of the second, ...)
new, tick = object.__new__, writes.tick


class Node:
    """What the graph remembers of one result.

    ``edge`` is (node, vjp, next edge) for the first input that needs a gradient, and so on to None; a leaf has None.
    ``grad`` is the gradient collected so far: a leaf keeps it, a computed node has one only during the sweep.  An
    input's number is smaller than its result's.  A vjp captures raw data, never a node, so there is no reference cycle.
    """

    __slots__ = ("edge", "grad", "number", "op")
    edge: Any
    grad: Any
    number: int
    op: str
    accumulate: Callable[[Vjp, Any], None]  # of a leaf: add the share that a vjp makes of a result's gradient

    def __repr__(self) -> str:
        return f"<{node_names.shown(self.op)}>"


def _refuse(g: Any) -> Any:
    raise RuntimeError("backward() came again to what an earlier one freed; call that one with retain_graph=True")


FREED = (Node(), _refuse, None)  # the edge of a node whose history is gone: following it explains why
FREED[0].edge, FREED[0].grad = FREED, None


def sweep(root: Node, gradient: Any, retain_graph: bool = False) -> None:
    """The chain rule: visit each node once, after everything that uses it, and pass its gradient on.

    The newest goes first.  A result is always newer than its inputs, so when a node's turn comes, all that was computed
    from it has had its own: a topological order, the same in every run.  A gradient on its way may be another node's
    as well, so it is never added to in place.
    """
    root.grad, latest = gradient, writes.latest
    node: Node | None = root
    waiting: list[tuple[int, Node]] = []  # a heap: those that have a gradient, besides the next one, ``node``
    try:
        while node:
            if node.number < latest:
                writes.check(node)
            g, edge = node.grad, node.edge
            node.grad = None
            if not retain_graph:
                node.edge = FREED
            node = None
            while edge:
                parent, vjp, edge = edge
                if not parent.edge:
                    parent.accumulate(vjp, g)
                elif parent.grad is not None:
                    parent.grad = parent.grad + vjp(g)
                else:
                    parent.grad = vjp(g)
                    if node:
                        heappush(waiting, (-node.number, node))
                    node = parent
            if waiting:
                node = (heappushpop(waiting, (-node.number, node)) if node else heappop(waiting))[1]
    finally:  # after an error, what was on its way must not leak into the next sweep
        for _, left in (*waiting, (0, node or root)):
            left.grad = None


def result(kind: Any, data: Any, edge: Any = None, op: str = "") -> Any:
    """A Tensor of this data, with these edges; ``kind`` is its class, an input's ``_kind``."""
    out = new(kind)
    out._data = data
    out._node = None
    if edge:
        node = out._node = Node()  # and filled in here: an __init__ would take twice as long
        node.edge = edge
        node.grad = None
        node.op = op
        node.number = tick()
    return out
