"""The nodes of a graph by hand, for those who look at one or build a part of one; operations do it themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .engine import Node, Vjp, new, tick


def inputs_of(node: Node) -> Iterator[tuple[Node, Vjp]]:
    """The inputs of a node that need a gradient, first to last, each with its vjp."""
    edge = node.edge
    while edge:
        parent, vjp, edge = edge
        yield parent, vjp


def linked(pairs: Iterable[tuple[Node, Vjp]]) -> Any:
    """A node's ``edge`` of such pairs."""
    edge: Any = None
    for pair in reversed(list(pairs)):
        edge = (*pair, edge)
    return edge


def new_node(edge: Any, op: str, kind: type[Node] = Node) -> Node:
    """A node with this first edge, and no gradient yet."""
    node = new(kind)
    node.edge, node.grad = edge, None
    node.op, node.number = op, tick()
    return node
