"""Parameters side by side in one array, and their gradients in another: a step is a few calls for the whole model.

The Tensors become views of the one array, and their leaves' buffers parts of the other.  Nobody else sees it: an array
that somebody holds besides its Tensor stays where it is, and what was replaced or frozen is updated by itself again.
"""

from __future__ import annotations

from collections.abc import Callable
from sys import getrefcount
from typing import Any

import numpy as np

from ..engine import Array
from ..leaf import ALONE
from ..tensor import Tensor
from ..writes import wrote

BLOCK = 32768  # elements that a rule is applied to at once: they stay in the cache from its first operation to its last
States = dict[Tensor, dict[str, Any]]  # an optimizer's ``state``


class Together:
    """Several leaves of one dtype that an optimizer updates as one.

    Attributes:
        params: the leaves, in order.
        data: all their elements, (n,).
        grad: the elements of their gradients, (n,).
        blocks: data and grad in pieces, each with what the optimizer remembers of it.
    """

    def __init__(self, params: list[Tensor], states: States) -> None:
        self.params = params
        first: Any = params[0]
        if _side_by_side(params):  # for an optimizer before this one
            self.data, self.grad = first._data.base, np.frombuffer(first._node.buffer.base, first.dtype)
        else:
            n = sum(p.numel() for p in params)
            memory = bytearray(n * first.dtype.itemsize)
            self.data, self.grad = np.empty(n, first.dtype), np.frombuffer(memory, first.dtype)
            self._move_to(memory)
        self.places: list[tuple[Any, Any, Array]] = [(p, p._node, p._data) for p in params]
        self.blocks: list[tuple[Array, Array, dict[str, Any]]] = [
            (self.data[i : i + BLOCK], self.grad[i : i + BLOCK], {}) for i in range(0, self.data.size, BLOCK)
        ]
        own = [states[p] for p in params if p in states]
        self._share({name: [state[name].ravel() for state in own] for name in (own[0] if own else ())}, states)

    def _move_to(self, memory: bytearray) -> None:
        """Put data and gradients there, and let later gradients be written there."""
        offset = 0
        for p, view in zip(self.params, self._split(self.data), strict=True):
            leaf: Any = p._node
            buffer = np.ndarray(
                p.shape, p.dtype, memory, offset
            )  # unlike a view of ``grad``, the base of its own views
            view[...], buffer[...] = p._data, leaf.grad
            p._data, leaf.grad, leaf.buffer = view, buffer, buffer
            offset += buffer.nbytes

    def _split(self, array: Array) -> list[Array]:
        """An array as long as ``data`` in parts with the parameters' shapes, which share its memory."""
        ends = np.cumsum([p.numel() for p in self.params])
        return [part.reshape(p.shape) for p, part in zip(self.params, np.split(array, ends[:-1]), strict=True)]

    def _share(self, pieces: dict[str, list[Array]], states: States) -> None:
        """Make one array of the pieces of each kind of state, and give parameters and blocks their parts of it."""
        self.parts: list[tuple[Tensor, str, Array]] = []
        for name, arrays in pieces.items():
            if name == "step":  # the parameters share the count of the first block
                whole = arrays[0].reshape(())
                parts, of_blocks = [whole] * len(self.params), [whole, *(whole.copy() for _ in self.blocks[1:])]
            else:
                whole = np.concatenate(arrays)
                parts, of_blocks = self._split(whole), [whole[i : i + BLOCK] for i in range(0, whole.size, BLOCK)]
            for (_, _, state), part in zip(self.blocks, of_blocks, strict=True):
                state[name] = part
            for p, part in zip(self.params, parts, strict=True):
                states.setdefault(p, {})[name] = part
                self.parts.append((p, name, part))

    def update(self, rule: Callable[..., None], settings: dict[str, Any], states: States) -> None:
        """Apply an optimizer's ``update`` to all, and let ``states`` know what it remembers now."""
        for w, g, state in self.blocks:
            rule(w, g, state, **settings)
        wrote(self.data)
        if len(state) * len(self.params) > len(self.parts):
            self._share({name: [block[name] for _, _, block in self.blocks] for name in state}, states)

    def holds(self, states: States) -> bool:
        """Whether all is where it was put: nothing was replaced, frozen or left out."""
        for p, leaf, view in self.places:
            if p._node is not leaf or p._data is not view or leaf.grad is None or leaf.grad is not leaf.buffer:
                return False
        return not self.parts or all(part is states.get(p, {}).get(name) for p, name, part in self.parts)

    def part(self, states: States) -> None:
        """Let each count its own steps: from now on it is updated by itself."""
        for p, name, part in self.parts:
            if name == "step" and p in states:
                states[p][name] = part.copy()


def together(params: list[Tensor], states: States) -> list[Together]:
    """Those of an optimizer's parameters that have a gradient and can lie side by side, by dtype."""
    kinds: dict[Any, list[Tensor]] = {}
    for p in params:
        leaf: Any = p._node
        if leaf is not None and leaf.grad is not None:
            state = states.get(p, {})
            kinds.setdefault((p.dtype, (*state,), float(state.get("step", 0))), []).append(p)
    return [
        Together(some, states)
        for some in kinds.values()
        if 1 < len(some) == len({*some}) and (_side_by_side(some) or all(map(_movable, some)))
    ]


def _movable(p: Any) -> bool:
    """Whether nobody but the Tensor and its leaf holds their arrays."""
    return bool(getrefcount(p._data) == getrefcount(p._node.grad) == ALONE and p._data.base is None)


def _side_by_side(params: list[Any]) -> bool:
    """Whether data and gradients are parts of two arrays already, one after the other and nothing else."""
    whole = params[0]._data.base
    if whole is None or any(p._data.base is not whole or p._node.grad is not p._node.buffer for p in params):
        return False
    ends = np.cumsum([0, *(p._data.nbytes for p in params)]) + whole.__array_interface__["data"][0]
    return whole.nbytes == ends[-1] - ends[0] and [*ends[:-1]] == [
        p._data.__array_interface__["data"][0] for p in params
    ]
