"""Who was written to in place, and when: so that backward() can refuse instead of answering wrongly.

A vjp keeps the arrays that its derivative needs.  If one of them is written to before the sweep reaches it, the
gradient would be that of another function.  Every node and every write draws its number from one counter;
a node that is older than the latest write anywhere has its vjps looked through for arrays written since.
Nothing is paid while nobody writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

tick = count(1).__next__  # one counter for nodes and writes: a smaller number is an earlier moment
latest = 0  # the number of the last write
_written: dict[int, int] = {}  # id of the array, or the buffer, that owns the memory -> number of its last write
# An id may come back for another one; that one's nodes are younger than the stale entry, which then says nothing.


def owner(array: Any) -> Any:
    """The array whose memory ``array`` looks at: itself, or what it is a view of."""
    while hasattr(array.base, "base"):
        array = array.base
    return array


def wrote(array: Any) -> None:
    """Take down that the memory of ``array`` was just written to."""
    global latest
    latest = _written[id(array if array.base is None else owner(array))] = tick()


def wrote_buffer(buffer: Any) -> None:
    """As ``wrote``, of all the arrays that are parts of a buffer: it is their ``base``, but no array."""
    global latest
    latest = _written[id(buffer)] = tick()


def captured(vjp: Callable[[Any], Any]) -> Iterator[Any]:
    """The arrays that a vjp holds, in its closure or in that of a function inside it."""
    for cell in getattr(vjp, "__closure__", None) or ():
        content = cell.cell_contents
        for item in content if isinstance(content, (tuple, list)) else (content,):
            if callable(item):
                yield from captured(item)
            elif hasattr(item, "__array_interface__"):
                yield item


def check(node: Any) -> None:
    """Raise if an array that one of the node's vjps holds was written to after the node was made."""
    edge = node.edge
    while edge:
        _, vjp, edge = edge
        for array in captured(vjp):
            own = owner(array)
            if max(_written.get(id(own), 0), _written.get(id(own.base), 0)) > node.number:
                raise RuntimeError(
                    f"backward() needs an array of shape {tuple(array.shape)} that {node.op} kept, but it has been "
                    "modified by an inplace operation since; write to a clone() of it, or write after backward()"
                )
