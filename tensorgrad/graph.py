"""The nodes of a graph by hand, for those who look at one or build a part of one; operations do it themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .engine import FREED, Node, Vjp, new, sweep, tick


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


def same(g: Any) -> Any:
    """The vjp of an input that passes straight through."""
    return g


def between(roots: list[Node], caught: dict[Node, Node]) -> dict[Node, Node]:
    """A copy of each node that lies between the roots and the nodes in ``caught``, whose gradients its leaves get."""
    copies: dict[Node, Node] = {}
    seen: set[Node] = set()
    waiting = list(roots)
    while waiting:
        node = waiting[-1]
        if node not in seen:  # its inputs first
            seen.add(node)
            waiting += [parent for parent, _ in inputs_of(node) if node.edge is not FREED and parent not in seen]
            continue
        waiting.pop()
        if node in copies:
            continue
        edge = linked((copies[parent], vjp) for parent, vjp in inputs_of(node) if parent in copies)
        if node.edge is FREED:
            edge = FREED  # to be told so, if the sweep comes there
        if node in caught:
            leaf = caught[node]
            edge = (leaf, same, edge)
            if not node.edge:
                copies[node] = leaf
                continue
        if edge:
            copies[node] = new_node(edge, node.op)
            copies[node].number = node.number
    return copies


def sweep_between(edges: list[tuple[Node, Vjp]], caught: dict[Node, Node], name: str, retain_graph: bool) -> None:
    """The sweep from these edges over copies of the nodes ``between``; it frees the nodes themselves."""
    copies = between([node for node, _ in edges], caught)
    sweep(new_node(linked((copies[node], vjp) for node, vjp in edges if node in copies), name), 0)
    if not retain_graph:
        for node in copies:
            if node.edge and not hasattr(node, "keeper"):  # a leaf's edge, to what its hooks make of a gradient, stays
                node.edge = FREED


def sweep_towards(inputs: Any, edges: list[tuple[Node, Vjp]], retain_graph: bool) -> None:
    """The sweep from these edges, through that part of the graph alone which leads to these Tensors."""
    wanted = inputs if isinstance(inputs, (tuple, list)) else (inputs,)
    if not wanted:
        raise RuntimeError("backward: inputs cannot be empty; leave them out for the gradients of all leaves")
    for x in wanted:
        x.retain_grad()  # a computed one gets a leaf
    leaves = [(x._node if x.is_leaf else x._leaf).keeper for x in wanted]
    sweep_between(edges, {leaf: leaf for leaf in leaves}, "backward", retain_graph)
