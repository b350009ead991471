"""Gradients of some Tensors with respect to others, which leave the ``grad`` of every leaf as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..engine import Node, sweep
from ..errors import ShapeError
from ..graph import linked, new_node, sweep_between, sweep_towards
from ..leaf import Leaf
from ..size import Size
from ..tensor import Tensor, wrap

Tensors = Tensor | Sequence[Tensor]


def grad(
    outputs: Tensors,
    inputs: Tensors,
    grad_outputs: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    *,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]:
    """The gradients Σ g ∂output/∂input of outputs with respect to inputs, leaves or computed.

    The sweep runs over a copy of the part of the graph that lies between them.

    Args:
        outputs: a Tensor, or several.
        inputs: a Tensor, or several, that outputs were computed from.
        grad_outputs: g for each output, of its shape; a single element needs none: it is 1.
        retain_graph: keep the graph, for another backward().
        create_graph: False; gradients of gradients are not computed here.
        only_inputs: taken, and without an effect: the leaves are left as they are in any case.
        allow_unused: whether an input that no output was computed from is allowed; its gradient is then None.
        materialize_grads: give zeros instead of None, and allow unused inputs.

    Returns:
        For each input a Tensor of its shape, or None.

    Raises:
        RuntimeError: if an output or input does not require grad, an input was not used, an output of several elements
            has no g, or create_graph is True.
        ShapeError: if a g has not the shape of its output.
        ValueError: if the options contradict each other, or there are not as many grad_outputs as outputs.

    >>> import tensorgrad as tg
    >>> x = tg.tensor(3.0, requires_grad=True)
    >>> tg.autograd.grad(x**2, x)
    (tensor(6.),)
    >>> x.grad is None
    True
    """
    if create_graph:
        raise RuntimeError(
            "grad: create_graph=True asks for gradients that can be differentiated again, but backward() records "
            "nothing here; leave it out, and compute second derivatives by differences of gradients"
        )
    if materialize_grads and allow_unused is False:
        raise ValueError(
            "grad: expected allow_unused to be True or not passed when materialize_grads=True, but got False"
        )
    roots, wanted = _several(outputs), _several(inputs)
    if not wanted:
        raise RuntimeError("grad: inputs cannot be empty")
    seeds = _seeds(roots, (None,) * len(roots) if grad_outputs is None else _several(grad_outputs))
    for x in wanted:
        if not isinstance(x, Tensor) or x._node is None:
            raise RuntimeError(
                f"grad: one of the differentiated Tensors does not require grad: {x!r:.60}; "
                "call requires_grad_() on it before it is used"
            )
    nodes: list[Any] = [x._node.keeper if isinstance(x._node, Leaf) else x._node for x in wanted]
    caught: dict[Node, Node] = {node: Leaf() for node in nodes}
    edges = [(root._node, _giving(seed)) for root, seed in zip(roots, seeds, strict=True)]
    sweep_between(edges, caught, "grad", bool(retain_graph))
    return tuple(
        _found(place, x, caught[node].grad, bool(allow_unused), materialize_grads)
        for place, (x, node) in enumerate(zip(wanted, nodes, strict=True))
    )


def backward(
    tensors: Tensors,
    grad_tensors: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    *,
    inputs: Tensors | None = None,
) -> None:
    """Add the gradients of several Tensors, together, to the ``grad`` of the leaves they were computed from.

    Args:
        tensors: a Tensor, or several.
        grad_tensors: the gradient of each, of its shape; a single element needs none: it is 1.
        retain_graph: keep the graph, for another backward().
        create_graph: False; gradients of gradients are not computed here.
        inputs: the Tensors, leaves or computed, whose ``grad`` is wanted; by default that of all leaves.

    Raises:
        RuntimeError: as ``Tensor.backward``, or if create_graph is True.

    >>> import tensorgrad as tg
    >>> x = tg.tensor(3.0, requires_grad=True)
    >>> tg.autograd.backward([x * 2, x**2])
    >>> x.grad
    tensor(8.)
    """
    if create_graph:
        raise RuntimeError("backward: create_graph=True is not possible, backward() records nothing here; leave it out")
    roots = _several(tensors)
    seeds = _seeds(roots, (None,) * len(roots) if grad_tensors is None else _several(grad_tensors))
    edges = [(root._node, _giving(seed)) for root, seed in zip(roots, seeds, strict=True)]
    if inputs is not None:
        sweep_towards(inputs, edges, bool(retain_graph))
    else:
        sweep(new_node(linked(edges), "backward"), 0, bool(retain_graph))


def _several(tensors: Any) -> tuple[Any, ...]:
    return tuple(tensors) if isinstance(tensors, (tuple, list)) else (tensors,)


def _seeds(roots: tuple[Any, ...], given: tuple[Any, ...]) -> list[Any]:
    """The gradient of each output as an array of its own."""
    if len(roots) != len(given):
        raise ValueError(f"{len(roots)} outputs need as many gradients, but got {len(given)}; None stands for 1")
    seeds = []
    for place, (root, seed) in enumerate(zip(roots, given, strict=True)):
        if not isinstance(root, Tensor):
            raise TypeError(f"an output must be a Tensor, but element {place} is a {type(root).__name__}")
        if root._node is None:
            raise RuntimeError(f"element {place} of tensors does not require grad and does not have a grad_fn")
        if seed is None and root.numel() != 1:
            raise RuntimeError(
                "grad can be implicitly created only for scalar outputs, but element "
                f"{place} has shape {root._data.shape}; reduce it with sum() or mean(), or give its gradient"
            )
        g = np.array(1 if seed is None else getattr(seed, "_data", seed), root._data.dtype)
        if seed is None:
            g = g.reshape(root._data.shape)
        if g.shape != root._data.shape:
            raise ShapeError(
                f"mismatch in shape: the gradient given for element {place} has shape {Size(g.shape)}, "
                f"but the output has {root.shape}"
            )
        seeds.append(g)
    return seeds


def _giving(seed: Any) -> Any:
    return lambda g: seed


def _found(place: int, x: Tensor, gradient: Any, allow_unused: bool, materialize: bool) -> Tensor | None:
    if gradient is not None:
        return wrap(gradient)
    if materialize:
        return wrap(np.zeros(x._data.shape, x._data.dtype))
    if not allow_unused:
        raise RuntimeError(
            f"grad: the differentiated Tensor at index {place} appears to not have been used in the graph; set "
            "allow_unused=True if this is the desired behavior"
        )
    return None
