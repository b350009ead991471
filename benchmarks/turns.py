"""Taking turns: every number is a comparison, so that a busy moment of the machine hits all who are compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median, quantiles
from time import perf_counter
from typing import Any

Rows = list[dict[str, Any]]


def in_turns(turns: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """What each contestant's turn gives (seconds, say), a number for each round; every other round goes backwards."""
    names = list(turns)
    given: dict[str, list[float]] = {name: [] for name in names}
    for number in range(-1, rounds):  # the first round warms up and does not count
        for name in reversed(names) if number % 2 else names:
            it = turns[name]()
            if number >= 0:
                given[name].append(it)
    return given


def timed(function: Callable[[], object], calls: int = 1) -> float:
    """Seconds that one of so many calls took."""
    start = perf_counter()
    for _ in range(calls):
        function()
    return (perf_counter() - start) / calls


def spread(numbers: Sequence[float], digits: int) -> tuple[float, list[float]]:
    """Their median and their quartiles, to so many digits; without any, they are integers."""
    low, _, high = quantiles(numbers, n=4)
    return round(median(numbers), digits or None), [round(x, digits or None) for x in (low, high)]


def ratios(ours: Sequence[float], theirs: Sequence[float], name: str) -> dict[str, Any]:
    """Two cells of a row: how the one compares with the other in the same round."""
    middle, quartiles = spread([a / b for a, b in zip(ours, theirs, strict=True)], 3)
    return {f"of {name}": middle, f"of {name}, quartiles": quartiles}
