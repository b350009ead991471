"""A training step of every peer, in turns, once all of them have shown that they compute the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from time import sleep

import numpy as np

from .peers import by_hand
from .turns import Rows, in_turns, ratios, spread
from .workers import STEPS, Failure, Worker, numbers
from .workloads import Workload

PAUSE = 0.03  # seconds between turns where there are many threads: idle ones of the peer before still spin


def reference(work: Workload) -> list[list[float]]:
    """The losses of the first steps in float64."""
    step = (by_hand.formula if work.loss == "formula" else by_hand.network)(work, np, "float64")
    return [numbers(step()) for _ in range(STEPS)]


def measure(works: Iterable[Workload], names: Sequence[str], threads: str, rounds: int) -> Iterator[Rows]:
    """For each workload, a row for each peer: microseconds a step, and how they compare in the same round."""
    with ExitStack() as stack:
        workers = {name: stack.enter_context(Worker(name, threads)) for name in names}
        for work in works:
            for worker in workers.values():
                worker.ask("build", work)
            wanted = reference(work)
            ready = {}
            for name, worker in workers.items():
                losses = worker.answer()
                if isinstance(losses, Failure):
                    if name == "tensorgrad":
                        raise RuntimeError(f"tensorgrad fails on {work.name}: {losses}")
                    print(f"{name} is left out of {work.name}: {losses}")
                    continue
                rounding = 30 * float(np.finfo(work.dtype).eps)
                np.testing.assert_allclose(losses, wanted, rounding, err_msg=f"{work.name}, {name}")
                ready[name] = worker
            yield _rows(work, threads, ready, rounds)


def _rows(work: Workload, threads: str, workers: dict[str, Worker], rounds: int) -> Rows:
    """Time those who can."""

    def turn(worker: Worker) -> float:
        if threads != "1":
            sleep(PAUSE)
        return worker.turn()

    seconds = in_turns({name: partial(turn, worker) for name, worker in workers.items()}, rounds)
    rows = []
    for name, times in seconds.items():
        middle, quartiles = spread([1e6 * x for x in times], 1)
        row = {"workload": work.name, "threads": threads, "peer": name, "µs": middle, "µs, quartiles": quartiles}
        for other in ("torch", "numpy"):
            if other in seconds:
                row |= ratios(times, seconds[other], other)
        rows.append(row)
    return rows
