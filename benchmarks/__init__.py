"""Benchmarks, run from the repository root: ``python -m benchmarks.overhead``, ``... step`` and ``... imports``.

Every number is a comparison: the contestants take turns in one run, so that a busy moment of the machine hits all.
"""

from __future__ import annotations

import json
import platform
import subprocess
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

Rows = list[dict[str, Any]]


def parser(module_docstring: str) -> ArgumentParser:
    """The command line that all benchmarks share."""
    it = ArgumentParser(description=module_docstring.partition("\n")[0])
    it.add_argument("--json", type=Path, metavar="FILE", help="write machine and results there, too")
    it.add_argument("--smoke", action="store_true", help="only try whether it works, for a second; show no numbers")
    return it


def in_turns(contestants: dict[str, Callable[[], object]], rounds: int, calls: int = 1) -> dict[str, list[float]]:
    """Seconds that one call of each contestant took, a number for each round; every other round goes backwards."""
    names = list(contestants)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(-1, rounds):  # the first round warms up and does not count
        for name in reversed(names) if turn % 2 else names:
            contestant = contestants[name]
            start = perf_counter()
            for _ in range(calls):
                contestant()
            if turn >= 0:
                seconds[name].append((perf_counter() - start) / calls)
    return seconds


def report(title: str, rows: Rows, json_file: Path | None = None, smoke: bool = False, **settings: Any) -> None:
    """Print the results under a description of the machine, and write them to a file if one is given."""
    machine = {**_machine(), **settings}
    if smoke:
        print(f"{title}: works")
    else:
        print(title, *(f"{name}: {value}" for name, value in machine.items()), "", _table(rows), sep="\n")
    if json_file:
        everything = {"title": title, "smoke": smoke, "machine": machine, "results": rows}
        json_file.write_text(json.dumps(everything, indent=1))


def _table(rows: Rows) -> str:
    """Columns wide enough for what stands in them, the first one to the left."""
    lines = [[*rows[0]], *([str(value) for value in row.values()] for row in rows)]
    first, *rest = (max(map(len, column)) for column in zip(*lines, strict=True))
    return "\n".join(
        line[0].ljust(first) + "".join("  " + value.rjust(width) for value, width in zip(line[1:], rest, strict=True))
        for line in lines
    )


def _machine() -> dict[str, str]:
    """What the numbers depend on."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    try:
        torch = version("torch")
    except PackageNotFoundError:
        torch = "not installed"
    return {
        "date": date.today().isoformat(),
        "processor": _processor(),
        "python": f"{platform.python_version()} on {platform.system()}",
        "numpy": f"{np.__version__} with {blas['name']} {blas['version']}",
        "torch": torch,
    }


def _processor() -> str:
    """The name of the processor, where the system says it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    if platform.system() == "Darwin":
        return subprocess.check_output(["sysctl", "-n", "machdep.cpu.brand_string"], text=True).strip()
    return platform.processor() or platform.machine()
