"""A piece of work done with NumPy alone and with tensorgrad, and what the difference is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from .turns import in_turns, spread, timed

Prepare = Callable[[], Any]
Function = Callable[[Any], object]


def nothing() -> None:
    """What needs no preparation."""


class Piece(NamedTuple):
    """The same done with NumPy alone and with tensorgrad: so many times in a call, which takes what was prepared."""

    what: str
    times: int
    by_hand: Function
    with_tensorgrad: Function
    prepare_by_hand: Prepare = nothing
    prepare_tensorgrad: Prepare = nothing


def cost(piece: Piece, rounds: int) -> dict[str, Any]:
    """A row of the table: nanoseconds each time."""

    def turn(prepare: Prepare, function: Function) -> float:
        prepared = prepare()
        return timed(lambda: function(prepared)) * 1e9 / piece.times

    ns = in_turns(
        {
            "numpy": lambda: turn(piece.prepare_by_hand, piece.by_hand),
            "tensorgrad": lambda: turn(piece.prepare_tensorgrad, piece.with_tensorgrad),
        },
        rounds,
    )
    row: dict[str, Any] = {"what": piece.what} | {name: spread(times, 0)[0] for name, times in ns.items()}
    added, quartiles = spread([ours - numpys for ours, numpys in zip(ns["tensorgrad"], ns["numpy"], strict=True)], 0)
    return row | {"added": added, "added, quartiles": quartiles}
