"""Parameters side by side in one piece of memory, and their gradients in another: a step is a few calls for all.

The Tensors' arrays become parts of the one, and their leaves' buffers parts of the other.  Nobody else sees it: an
array that somebody holds besides its Tensor stays where it is, and what was replaced or frozen is updated by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import is_
from sys import getrefcount
from typing import Any

import numpy as np

from ..engine import Array
from ..leaf import ALONE
from ..tensor import Tensor
from ..writes import wrote_buffer

BLOCK = 32768  # elements, about, that a rule is applied to at once: they stay in the cache from first to last
States = dict[Tensor, dict[str, Any]]  # an optimizer's ``state``
Rule = Callable[..., None]


def elementwise(update: Rule) -> Rule:
    """Say of an optimizer's ``update`` that it may be given many parameters as one: no element looks at another."""
    update.elementwise = True  # type: ignore[attr-defined]  # functions take attributes
    return update


class Together:
    """Several leaves of one dtype that an optimizer updates as one.

    Attributes:
        params: the leaves, in order.
        memory: what their arrays are parts of.
        data: all their elements, (n,).
        grad: the elements of their gradients, (n,).
        blocks: data and grad in pieces, each with what the optimizer remembers of it.
    """

    def __init__(self, params: list[Tensor], states: States) -> None:
        self.params = params
        first: Any = params[0]
        if not _side_by_side(params):  # else they are, for an optimizer before this one
            _move(params)
        self.memory = first._data.base
        self.data = np.frombuffer(self.memory, first._data.dtype)
        self.grad = np.frombuffer(first._node.buffer.base, first._data.dtype)
        self.places: list[tuple[Any, Any, Array]] = [(p, p._node, p._array()) for p in params]
        pieces = max(1, round(self.data.size / BLOCK))
        self.blocks: list[tuple[Array, Array, dict[str, Any]]] = [
            (w, g, {}) for w, g in zip(*(np.array_split(x, pieces) for x in (self.data, self.grad)), strict=True)
        ]
        own = [states[p] for p in params if p in states]
        self._share({name: [state[name].ravel() for state in own] for name in (own[0] if own else ())}, states)

    def _share(self, pieces: dict[str, list[Array]], states: States) -> None:
        """Make one array of the pieces of each kind of state, and give parameters and blocks their parts of it."""
        self.parts: list[tuple[Tensor, str, Array]] = []
        for name, arrays in pieces.items():
            if name == "step":  # each parameter, and each block, has a count
                self.counts = np.full(len(self.params), arrays[0][0])
                parts = [self.counts[i : i + 1].reshape(()) for i in range(len(self.params))]
                of_blocks = [arrays[0][0:1].reshape(()).copy() for _ in self.blocks]
            else:
                whole = np.concatenate(arrays)
                ends = np.cumsum([p.numel() for p in self.params])[:-1]
                parts = [
                    part.reshape(p._data.shape) for p, part in zip(self.params, np.split(whole, ends), strict=True)
                ]
                of_blocks = np.array_split(whole, len(self.blocks))
            for (_, _, state), part in zip(self.blocks, of_blocks, strict=True):
                state[name] = part
            for p, part in zip(self.params, parts, strict=True):
                states.setdefault(p, {})[name] = part
                self.parts.append((p, name, part))

    def update(self, rule: Rule, settings: dict[str, Any], states: States) -> None:
        """Apply an optimizer's ``update`` to all, and let ``states`` know what it remembers now."""
        for w, g, state in self.blocks:
            rule(w, g, state, **settings)
        wrote_buffer(self.memory)
        if len(state) * len(self.params) > len(self.parts):
            self._share({name: [block[name].reshape(-1) for _, _, block in self.blocks] for name in state}, states)
        elif "step" in state:
            self.counts[:] = state["step"]

    def holds(self, states: States) -> bool:
        """Whether all is where it was put: nothing was replaced, frozen, left out or counted by somebody else."""
        for p, leaf, array in self.places:
            if p._node is not leaf or p._data is not array or leaf.grad is not leaf.buffer:
                return False
        if not self.parts:
            return True
        count = self.blocks[0][2].get("step")
        return (count is None or bool((self.counts == count).all())) and all(
            part is states.get(p, {}).get(name) for p, name, part in self.parts
        )

    def part(self, states: States) -> None:
        """Leave each parameter its own count of steps: from now on it is updated by itself."""
        for p, name, count in self.parts:
            if name == "step" and p in states and states[p].get(name) is count:
                states[p][name] = np.array(count)


class Group:
    """The parameters of a group, as they were when those that can lie side by side were put there."""

    def __init__(self, params: list[Tensor], states: States) -> None:
        self.params = [*params]
        kinds: dict[Any, list[Tensor]] = {}
        for p in params:
            leaf: Any = p._node
            if leaf is not None and leaf.grad is not None:
                state = states.get(p, {})
                kinds.setdefault((p._data.dtype, (*state,), float(state.get("step", 0))), []).append(p)
        self.together = [
            Together(some, states)
            for some in kinds.values()
            if 1 < len(some) == len({*some}) and (_side_by_side(some) or all(map(_movable, some)))
        ]

    def is_still(self, params: list[Tensor]) -> bool:
        """Whether these are the parameters of the group."""
        return len(params) == len(self.params) and all(map(is_, params, self.params))

    def update(self, rule: Rule, settings: dict[str, Any], states: States) -> list[Tensor]:
        """Apply an optimizer's ``update`` to those that lie side by side, and return the others."""
        rest = self.params
        for it in [*self.together]:
            if it.holds(states):
                it.update(rule, settings, states)
                rest = [] if len(it.params) == len(rest) else [p for p in rest if p not in {*it.params}]
            else:
                it.part(states)
                self.together.remove(it)
        return rest

    def part(self, states: States) -> None:
        """Let each parameter be updated by itself."""
        for it in self.together:
            it.part(states)


def _move(params: list[Any]) -> None:
    """Put data and gradients side by side, and let later gradients be written there."""
    size = sum(p._data.nbytes for p in params)
    data, gradients, offset = bytearray(size), bytearray(size), 0
    for p in params:  # parts of bytes, unlike views of arrays, own what is seen through them: writes are told apart
        array, buffer = (np.ndarray(p._data.shape, p._data.dtype, memory, offset) for memory in (data, gradients))
        array[...], buffer[...] = p._data, p._node.grad
        p._data, p._node.grad, p._node.buffer = array, buffer, buffer
        offset += array.nbytes


def _movable(p: Any) -> bool:
    """Whether nobody but the Tensor and its leaf holds their arrays."""
    return bool(getrefcount(p._data) == getrefcount(p._node.grad) == ALONE and p._data.base is None)


def _side_by_side(params: list[Any]) -> bool:
    """Whether data and gradients are two pieces of memory already, in this order and with nothing else."""
    if any(p._node.grad is None or p._node.grad is not p._node.buffer for p in params):
        return False
    for arrays in ([p._data for p in params], [p._node.buffer for p in params]):
        memory = arrays[0].base
        ends = np.cumsum([0, *(array.nbytes for array in arrays)])
        places = [array.__array_interface__["data"][0] - arrays[0].__array_interface__["data"][0] for array in arrays]
        if any(array.base is not memory for array in arrays) or places != [*ends[:-1]]:
            return False
        if not isinstance(memory, bytearray) or len(memory) != ends[-1]:
            return False
    return True
