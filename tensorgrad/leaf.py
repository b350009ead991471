"""Leaf: where a gradient ends up, and whose memory it is."""

from __future__ import annotations

from sys import getrefcount
from typing import Any

import numpy as np

from .engine import Node, Vjp, tick


class Leaf(Node):
    """The node of a Tensor that was not computed: it keeps its gradient, and owns the memory of it.

    An optimizer may give it a ``buffer`` for gradients, which is used again while nobody else holds it.
    """

    __slots__ = ("buffer",)
    buffer: Any

    def __init__(self) -> None:
        self.edge = self.grad = self.buffer = None
        self.op, self.number = "", tick()

    @property
    def keeper(self) -> Leaf:
        """The leaf that keeps the gradient: this one, or, if it has hooks, the one behind them."""
        behind: Leaf = self.edge[0] if self.edge else self
        return behind

    def accumulate(self, vjp: Vjp, g: Any) -> None:
        """Add a share, vjp(g), in place; the first one is copied if it is, or may be, someone else's memory."""
        if self.grad is not None:
            self.grad += vjp(g)
        elif self.buffer is not None and getrefcount(self.buffer) == ALONE:
            share = vjp(g, self.buffer) if getattr(vjp, "__defaults__", None) else vjp(g)
            if share is not self.buffer:  # it was not asked to write there, or did not
                self.buffer[...] = share
            self.grad = self.buffer
        else:
            share = vjp(g)
            fresh = type(share) is np.ndarray and share.base is None and share is not g
            self.grad = share if fresh else np.array(share)


_leaf = Leaf()
_leaf.buffer = np.empty(0)
ALONE = getrefcount(_leaf.buffer)  # what it says of an array that one attribute holds
