"""The most memory that a training step has in use: the same method for all, what the system says the process holds.

A fresh process of the peer first takes a step of a tiny copy of the network, which loads and sets up what is loaded
and set up once.  What it holds from there to the peak of five steps of the real one is the number: parameters, data,
gradients, what is kept for backward, and what the allocator did not give back.  One thread.  torch.compile is left
out: what its compiler leaves behind would count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from .turns import Rows
from .workers import Failure, Worker
from .workloads import Workload

HEAVY = ("mnist", "wide", "elementwise")  # of the others the network is smaller than what else comes and goes


def measure(works: Iterable[Workload], names: Sequence[str]) -> Rows:
    """A row for each workload, a column for each peer, MB."""
    if not Path("/proc/self/clear_refs").exists():
        print("memory is left out: only Linux says what a process held at its peak, and can forget it")
        return []
    rows = []
    for work in works:
        row: dict[str, Any] = {"MB": work.name}
        for name in names:
            if name == "torch.compile":
                continue
            with Worker(name, "1") as worker:
                worker.ask("memory", work)
                held = worker.answer()
            if isinstance(held, Failure):
                print(f"{name} is left out of the memory of {work.name}: {held}")
                continue
            row[name] = round(held, 1)
        rows.append(row)
    return rows
