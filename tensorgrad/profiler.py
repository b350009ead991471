"""profile: where the time of a program goes, by operation.

Nothing in the library asks whether a profile is active.  An operation finds its rule in a cell of its closure; an
active profile puts a rule with a clock into the cell, the like into other places, and takes all of it out at the end.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass, fields
from threading import Lock, get_ident
from time import perf_counter
from typing import Any, Self

from .autograd import grad
from .engine import FREED, Node, sweep
from .graph import inputs_of, linked, sweep_towards
from .hooks import Hooks
from .nn import Module
from .operation import OPS
from .optim import Optimizer
from .tensor import Tensor
from .writes import owner

Note = Callable[[float, tuple[Any, ...], Any], None]  # (microseconds, arguments, outcome) of a call
_in_use = Lock()  # by the profile that is active, of which there can be one


@dataclass
class Row:
    """What a profile has of one operation, or of what else has a line in its table; times in microseconds.

    Attributes:
        key: its name.
        count: how often it was called.
        forward_time: spent in its rule.
        backward_time: spent in the vjps of its results.
        other_time: spent in what is neither.
        self_cpu_memory_usage: bytes of new arrays that were its results or the gradients of its inputs.
    """

    key: str
    count: int = 0
    forward_time: float = 0.0
    backward_time: float = 0.0
    other_time: float = 0.0
    self_cpu_memory_usage: int = 0

    @property
    def self_cpu_time_total(self) -> float:
        """All the time, without that of what has a line of its own."""
        return self.forward_time + self.backward_time + self.other_time

    def forward(self, time: float, args: tuple[Any, ...], outcome: Any) -> None:
        """Count a call of the rule."""
        self.count += 1
        self.forward_time += time
        self.self_cpu_memory_usage += _allocated(outcome[0], args)

    def backward(self, time: float, args: tuple[Any, ...], outcome: Any) -> None:
        """Count a call of a vjp."""
        self.backward_time += time
        self.self_cpu_memory_usage += _allocated(outcome, args)

    def swept(self, time: float, args: tuple[Any, ...], outcome: Any) -> None:
        """Count a sweep."""
        self.count += 1
        self.backward_time += time


SORTS = ("self_cpu_time_total", *(field.name for field in fields(Row) if field.name != "key"))


class _Rows(dict[str, Row]):
    """Rows by name; one that is asked for is there."""

    def __missing__(self, key: str) -> Row:
        row = self[key] = Row(key)
        return row


def _allocated(array: Any, given: tuple[Any, ...]) -> int:
    """The bytes of the memory that an array is in, unless it is that of one of the arrays given."""
    base = getattr(array, "base", array)
    if base is array:
        return 0  # no array
    own = array if base is None else owner(array)
    for x in given:
        if x is own or (base is not None and hasattr(x, "base") and owner(x) is own):
            return 0
    return int(own.nbytes)


class _Timed:
    """A function with a clock, in all else the function."""

    __slots__ = ("function", "note", "profile")

    def __init__(self, function: Callable[..., Any], note: Note, profile: profile) -> None:
        self.function, self.note, self.profile = function, note, profile

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Call it, and note its time without that of what is timed inside of it."""
        profile = self.profile
        if get_ident() != profile.thread:
            return self.function(*args, **options)
        outer, profile.inside = profile.inside, 0.0
        start = perf_counter()
        try:
            outcome = self.function(*args, **options)
            time = (perf_counter() - start - profile.inside) * 1e6
            self.note(time, (*args, *options.values()) if options else args, outcome)
            return outcome
        finally:
            profile.inside = outer + perf_counter() - start  # with the noting, which is the time of neither

    def __getattr__(self, name: str) -> Any:
        return getattr(self.function, name)


class profile:
    """A context manager that measures where time goes, by operation, and shows it as a table.

    A line has the name of an operation and how often it was called, its forward time, that of its rule, its backward
    time, that of its vjps, the bytes of the results and gradients that it allocated, and its share of the whole.
    Further lines are what an optimizer's ``step()`` and ``zero_grad()`` take, ``backward``, which is the sweep without
    the vjps, and ``elsewhere``, the rest: Python, recording, data, operations without a gradient, such as comparisons,
    and most of what the profile itself costs, 2 or 3 µs for each call of an operation or a vjp.  Together they are the
    time that the block took.

    As in torch.profiler, where the columns and ``sort_by`` have their names from; there an operation and its backward
    are several lines, and memory that was freed is taken off again.  One profile can be active at a time; it
    measures the thread that entered it.  To enter it again adds to what it has.  While none is active, nothing is
    slower.

    Attributes:
        thread: the one that is measured; None while it is not active.
        inside: seconds, so far, of what is timed inside of what is being timed.

    >>> import tensorgrad as tg
    >>> x = tg.ones(3, requires_grad=True)
    >>> with tg.profile() as prof:
    ...     (x * x).sum().backward()
    >>> sorted((row.key, row.count) for row in prof.rows)
    [('backward', 1), ('elsewhere', 0), ('mul', 1), ('sum', 1)]
    >>> print(prof)  # doctest: +ELLIPSIS
    Name ... Self CPU %  Self CPU  Forward  Backward  CPU Mem  # of Calls
    ...
    Self CPU time total: ...
    """

    def __init__(self) -> None:
        self.thread: int | None = None
        self.inside = 0.0
        self._known = _Rows()
        self._places: list[tuple[Any, str, Any]] = []  # what was replaced: whose, which, and what it was
        self._seconds = self._started = 0.0

    def __enter__(self) -> Self:
        if not _in_use.acquire(blocking=False):
            raise RuntimeError("profile: one is active already, here or in another thread; leave its with block first")
        for call in _operations():
            cells = dict(zip(call.__code__.co_freevars, call.__closure__, strict=True))
            row = self._known[cells["name"].cell_contents]
            self._replace(cells["rule"], "cell_contents", _Timed(cells["rule"].cell_contents, row.forward, self))
        for kind, names in ((Optimizer, {"step", "zero_grad"}), (Module, {"zero_grad"})):
            for one in _with_subclasses(kind):
                for name in vars(one).keys() & names:
                    self._replace(one, name, self._method(getattr(one, name), name))
        timed = _Timed(sweep, self._known["backward"].swept, self)
        for caller in (Tensor.backward, sweep_towards, grad):
            self._replace(sys.modules[caller.__module__], "sweep", functools.partial(self._sweep, timed))
        self.thread, self._started = get_ident(), perf_counter()
        return self

    def __exit__(self, *exception: object) -> None:
        self._seconds, self.thread = self._elapsed(), None
        while self._places:
            setattr(*self._places.pop())
        _in_use.release()

    def _replace(self, whose: Any, name: str, new: Any) -> None:
        self._places.append((whose, name, getattr(whose, name)))
        setattr(whose, name, new)

    def _method(self, method: Callable[..., Any], name: str) -> Callable[..., Any]:
        """A method of optimizers or modules, whose calls are noted for the class of what it is called on."""

        def note(time: float, args: tuple[Any, ...], outcome: Any) -> None:
            row = self._known[f"{type(args[0]).__name__}.{name}"]
            row.count += 1
            row.other_time += time

        timed = _Timed(method, note, self)
        return functools.wraps(method)(lambda *args, **options: timed(*args, **options))

    def _sweep(self, timed: _Timed, root: Node, gradient: Any, retain_graph: bool = False) -> None:
        """The sweep, over a graph that has clocks in its edges for as long as it takes."""
        nodes = self._clocked(root)
        try:
            timed(root, gradient, retain_graph)
        finally:
            for node in nodes:
                if node.edge is not FREED:
                    node.edge = linked(
                        (to, vjp.function if type(vjp) is _Timed else vjp) for to, vjp in inputs_of(node)
                    )

    def _clocked(self, root: Node) -> set[Node]:
        """Put a clock into every edge that leads on from here; returns the nodes, which hold no arrays."""
        seen, waiting = {root}, [root]
        for node in waiting:  # which grows
            note, edges, edge = self._known[node.op].backward, [], node.edge
            if edge is FREED:
                continue
            while edge:
                parent, vjp, edge = edge
                edges.append((parent, vjp if isinstance(vjp, Hooks) else _Timed(vjp, note, self)))
                if parent not in seen:
                    seen.add(parent)
                    if parent.edge:
                        waiting.append(parent)
            node.edge = linked(edges)
        return seen

    def _elapsed(self) -> float:
        return self._seconds if self.thread is None else self._seconds + perf_counter() - self._started

    @property
    def rows(self) -> list[Row]:
        """What was called, and "elsewhere", the most time first."""
        rows = [row for row in self._known.values() if row.count or row.self_cpu_time_total]
        named = sum(row.self_cpu_time_total for row in rows)
        rows.append(Row("elsewhere", other_time=max(0.0, self._elapsed() * 1e6 - named)))
        return sorted(rows, key=lambda row: -row.self_cpu_time_total)

    def table(self, sort_by: str = "self_cpu_time_total") -> str:
        """The rows, under each other, and the time of all.

        Args:
            sort_by: what the first rows have most of: "self_cpu_time_total", "count", "forward_time",
                "backward_time", "other_time" or "self_cpu_memory_usage".  What is "elsewhere" comes last.

        Raises:
            ValueError: if there is no such column.
        """
        if sort_by not in SORTS:
            raise ValueError(f"table: sort_by must be {', '.join(SORTS[:-1])} or {SORTS[-1]}, but got {sort_by!r}")
        rows = sorted(self.rows, key=lambda row: (row.key == "elsewhere", -getattr(row, sort_by)))
        total = sum(row.self_cpu_time_total for row in rows)
        lines: list[tuple[str, ...]] = [
            ("Name", "Self CPU %", "Self CPU", "Forward", "Backward", "CPU Mem", "# of Calls")
        ]
        for row in rows:
            time = row.self_cpu_time_total
            lines.append(
                (
                    row.key,
                    f"{time / total:.2%}" if total else "",
                    _shown_time(time),
                    _shown_time(row.forward_time),
                    _shown_time(row.backward_time),
                    _shown_bytes(row.self_cpu_memory_usage),
                    f"{row.count:,}" if row.count else "",
                )
            )
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        layout = "  ".join(f"{{:{'>' if place else ''}{width}}}" for place, width in enumerate(widths))
        shown = [layout.format(*line).rstrip() for line in lines]
        rule = "-" * len(shown[0])
        return "\n".join([shown[0], rule, *shown[1:], rule, f"Self CPU time total: {_shown_time(total)}"])

    __str__ = table


def _operations() -> set[Any]:
    """The function of every operation; ``__rsub__`` and its like have their own, which is in no list."""
    forms = {call.__code__ for call in OPS.values()}
    attributes = (call for kind in Tensor.__mro__ for call in vars(kind).values())
    return {*OPS.values(), *(call for call in attributes if getattr(call, "__code__", None) in forms)}


def _with_subclasses(kind: type) -> set[type]:
    return {kind}.union(*map(_with_subclasses, kind.__subclasses__()))


def _shown_time(time: float) -> str:
    for unit, size in (("s", 1e6), ("ms", 1e3)):
        if time >= size:
            return f"{time / size:.2f}{unit}"
    return f"{time:.2f}us" if time else ""


def _shown_bytes(count: int) -> str:
    for unit, size in (("TB", 2**40), ("GB", 2**30), ("MB", 2**20), ("KB", 2**10)):
        if count >= size:
            return f"{count / size:.2f} {unit}"
    return f"{count} B" if count else ""
