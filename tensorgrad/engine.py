"""The graph: nodes, operations, and the reverse sweep.  Nothing here knows NumPy.

An operation computes a result and remembers, for each input that needs a gradient, an *edge*: the input's node
and a function, the vector-Jacobian product (vjp), that turns the gradient of the result into the input's share.
``sweep`` then follows the edges from the result back to the leaves.  That is all of backpropagation.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from heapq import heappop, heappush, heappushpop
from typing import TYPE_CHECKING, Any, ParamSpec

from . import node_names, writes
from .errors import explained
from .grad_mode import is_grad_enabled
from .keywords import placed

if TYPE_CHECKING:  # for readers of types only: no import cycle
    from .tensor import Tensor

P = ParamSpec("P")
Array = Any  # raw data: an array, or the number that stands for one
Vjp = Callable[..., Any]  # vjp(g); with an argument "out", by name, it can write into a buffer
Rule = tuple[Any, ...]  # (result, vjp of the first input, vjp of the second, ...)
OPS: dict[str, Callable[..., Tensor]] = {}  # every differentiable operation: the gradient tests walk over it
new, tick, NUMBERS = object.__new__, writes.tick, frozenset((float, int))


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


def op(rule: Callable[P, Rule], /, **settings: Any) -> Callable[P, Tensor]:
    """Make a differentiable operation of a rule.

    ``rule(a, b, ..., /, options) -> (result, vjp_a, vjp_b, ...)`` computes with raw data: what stands before the slash
    is differentiable.  A rule is a pure function, and its vjps capture no more than they need.  ``settings`` are
    ``cast``, which gives inputs whose dtypes differ, or may be integers, the dtypes to compute with; ``needs``, which
    says what shapes fit; ``view``, True if the result may share the input's memory; and a ``name`` not the rule's.
    By keyword the first input is ``input``, the second of two ``other``; of three, they have the rule's words.
    """
    code = rule.__code__
    inputs = code.co_posonlyargcount
    plain = inputs == code.co_argcount and not code.co_kwonlyargcount and not code.co_flags & 0x04  # no *args
    wrap = {1: _unary, 2: _binary}.get(inputs, _general) if plain else _general
    settings = {"name": rule.__name__.strip("_"), **settings}
    call: Any = functools.update_wrapper(wrap(rule, inputs, **settings), rule)
    OPS[settings["name"]], call.settings = call, settings
    return call  # type: ignore[no-any-return]  # update_wrapper forgets the type


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


def _unary(rule: Any, inputs: int, name: str, cast: Any = None, needs: str = "") -> Any:
    def call(input: Any) -> Any:
        try:
            data, node = input._data, input._node
            if node is None or not is_grad_enabled():
                return result(input._kind, rule(*cast(data) if cast else (data,))[0])
            data, vjp = rule(data)
            return result(input._kind, data, (node, vjp, None), name)
        except (AttributeError, TypeError) as error:
            raise explained(error, name, needs, (input,)) from None

    return call


def _binary(rule: Any, inputs: int, name: str, cast: Any, needs: str = "") -> Any:
    def call(input: Any, other: Any) -> Any:
        try:
            a, node_a = input._data, input._node
            if number := type(other) in NUMBERS:  # it stays one, so that float32 stays float32
                if node_a is None or not is_grad_enabled():
                    return result(input._kind, rule(*cast(a, other))[0])
                data, vjp_a, _ = rule(a, other)
                return result(input._kind, data, (node_a, vjp_a, None), name)
            b, node_b = other._data, other._node
            if node_a is node_b is None or not is_grad_enabled():
                return result(input._kind, rule(*cast(a, b))[0])
            if a.dtype is b.dtype and a.shape == b.shape:
                data, vjp_a, vjp_b = rule(a, b)
            else:
                data, vjp_a, vjp_b = rule(*cast(a, b))
                vjp_a, vjp_b = input._fitted(vjp_a, a), input._fitted(vjp_b, b)
            edge = (node_b, vjp_b, None) if node_b else None
            return result(input._kind, data, (node_a, vjp_a, edge) if node_a else edge, name)
        except (AttributeError, TypeError, ValueError) as error:
            if hasattr(input, "_data") and not hasattr(other, "_data") and not number:
                operand = input._operand(other)  # a NumPy number or array, or what may know what to do with the input
                if operand is not NotImplemented or rule.__name__.startswith("__"):
                    return operand if operand is NotImplemented else call(input, operand)
            raise explained(error, name, needs, (input, other)) from None

    return call


def reflected(call: Any) -> Any:
    """``__rsub__`` of ``__sub__``: the same rule with its two inputs exchanged."""

    def swapped(a: Any, b: Any) -> Rule:
        data, vjp_b, vjp_a = call.__wrapped__(b, a)
        return data, vjp_a, vjp_b

    return _binary(functools.update_wrapper(swapped, call), 2, **call.settings)


def _general(rule: Any, inputs: int, name: str, cast: Any = None, needs: str = "", view: bool = False) -> Any:
    def call(*args: Any, **options: Any) -> Any:
        if options:
            args = placed(rule, inputs, args, options)
        tensors, rest = (args[:inputs], args[inputs:]) if inputs else (args, ())  # def cat(*xs, dim): all are inputs
        try:
            given = [x._array() if view else getattr(x, "_data", x) for x in tensors]  # only an array can be shared
            data, *vjps = rule(*(cast(*given) if cast else given), *rest, **options)
            first = tensors[0] if hasattr(tensors[0], "_kind") else tensors[-1]
            nodes: Any = [getattr(x, "_node", None) for x in tensors] if is_grad_enabled() else ()
            vjps = [*map(first._fitted, vjps, given)] if cast else vjps
            edge: Any = None
            for node, vjp in zip(nodes[::-1], vjps[len(nodes) - 1 :: -1], strict=False):
                edge = (node, vjp, edge) if node else edge
            out = result(first._kind, data, edge, name)
            return first._shared_with(out) if view else out
        except (AttributeError, TypeError, ValueError, IndexError) as error:
            raise explained(error, name, needs, tensors) from None

    return call
