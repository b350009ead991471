"""tensorgrad against its peers: training steps, a sweep over sizes, memory, imports, overhead by piece, the scalars."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

from . import imports, memory, overhead, picture, scalar, steps
from .machine import machine
from .peers import PEERS, installed
from .tables import by_peer, over_all, table
from .turns import Rows
from .workloads import POINTS, WORKLOADS, tiny

PARTS = ("imports", "overhead", "scalar", "memory", "sweep")
NAMES = (*(work.name for work in WORKLOADS), *PARTS)


def options() -> ArgumentParser:
    """The command line."""
    it = ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").strip())
    it.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME", help=f"of {', '.join(NAMES)}")
    it.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS), metavar="PEER", help=", ".join(PEERS))
    it.add_argument("--threads", nargs="+", choices=("1", "default"), default=("1", "default"), help="default: both")
    it.add_argument("--rounds", type=int, default=15, help="turns of each contestant, at least 2 (default: 15)")
    it.add_argument("--json", type=Path, metavar="FILE", help="write machine and results there, too")
    it.add_argument("--picture", type=Path, metavar="FILE", help="draw the steps and the sweep (needs matplotlib)")
    it.add_argument("--smoke", action="store_true", help="only try whether it works, for seconds; show no numbers")
    return it


def check(it: ArgumentParser, given: Namespace) -> None:
    """End with a sentence before anything is measured, if it could not be shown or written afterwards."""
    if given.rounds < 2:
        it.error(f"--rounds must be at least 2, for a spread, but it is {given.rounds}")
    if given.picture:
        if not find_spec("matplotlib"):
            it.error("--picture needs matplotlib: pip install matplotlib")
        if given.picture.suffix[1:].lower() not in (endings := picture.endings()):
            it.error(f"--picture needs a name that ends in one of {', '.join(endings)}, but it is {given.picture}")
        if not (steps_too := any(work.name in given.only for work in WORKLOADS)) and "sweep" not in given.only:
            it.error(
                f"--picture shows workloads and the sweep, but --only names {', '.join(given.only)}: add one of them"
            )
        peers = [name for name in given.peers if installed(name) and (steps_too or PEERS[name].sweeps)]
        if given.smoke:
            peers = [name for name in peers if name != "torch.compile"]
        if "torch" not in peers or set(peers) == {"torch"}:
            there = ", ".join(peers) or "none"
            it.error(f"--picture shows ratios to torch, so it needs torch and another of the peers, but has {there}")
    for option, file in (("--json", given.json), ("--picture", given.picture)):
        if file and not file.parent.is_dir():
            it.error(f"{option} needs a folder that exists, but {file.parent} does not: make it first")
        if file and (file.is_dir() or not os.access(file if file.exists() else file.parent, os.W_OK)):
            it.error(f"{option} needs a file that can be written, but {file} cannot: give another")


def present(names: Sequence[str], smoke: bool) -> list[str]:
    """Those that can take part; a line for each that cannot."""
    there = []
    for name in names:
        if not installed(name):
            print(f"{name} is left out, it is not installed: pip install {PEERS[name].package}")
        elif smoke and name == "torch.compile":
            print("torch.compile is left out of the smoke run, it would take minutes")
        else:
            there.append(name)
    return there


def parts(given: Namespace) -> Iterator[tuple[str, Rows]]:
    """What was asked for, one after the other."""
    peers, smoke, rounds = present(given.peers, given.smoke), given.smoke, 2 if given.smoke else given.rounds
    workloads = [tiny(work) if smoke else work for work in WORKLOADS]
    if "imports" in given.only:
        yield "imports", imports.measure(peers, max(2, rounds // 3))
    if "overhead" in given.only:
        yield "overhead, ns", overhead.measure(2 if smoke else 10 * rounds, 24 if smoke else 400)
    if "scalar" in given.only:
        yield "scalar", scalar.measure(max(2, rounds // 3), 10 if smoke else 100)
    if "memory" in given.only:
        heavy = [work for work in workloads if work.name in memory.HEAVY]
        yield "memory, MB", memory.measure(heavy[:1] if smoke else heavy, peers)
    works = [work for work in workloads if work.name in given.only]
    points = [tiny(POINTS[0])] if smoke else POINTS
    for threads in given.threads[:1] if smoke else given.threads:
        for rows in steps.measure(works, peers, threads, rounds) if works else ():
            yield "steps", rows
        if "sweep" in given.only:
            sweepers = [name for name in peers if PEERS[name].sweeps]
            yield "sweep", [row for rows in steps.measure(points, sweepers, threads, rounds) for row in rows]


def summaries(results: dict[str, Rows], threads: Sequence[str]) -> Iterator[Rows]:
    """The steps and the sweep on a few lines."""
    for part, summary in (("steps", by_peer), ("sweep", over_all)):
        for number in threads:
            if rows := [row for row in results.get(part, []) if row["threads"] == number]:
                yield summary(rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    it = options()
    given = it.parse_args(arguments)
    check(it, given)
    start, where = perf_counter(), machine()
    results: dict[str, Rows] = {}
    if not given.smoke:
        print("\n".join(f"{name}: {value}" for name, value in where.items()))
    for part, rows in parts(given):
        results[part] = results.get(part, []) + rows
        if rows and given.smoke:
            print(f"{part}{', ' + rows[0]['workload'] if part == 'steps' else ''}: works", flush=True)
        elif rows:
            note = f"\n\n{overhead.NOTE}" if part.startswith("overhead") else ""
            print(f"\n## {part}\n\n{table(rows)}{note}", flush=True)
    if not given.smoke:  # tables to take elsewhere
        for rows in summaries(results, given.threads):
            print(f"\n{table(rows)}")
        print(f"\n{perf_counter() - start:.0f} seconds, {given.rounds} rounds")
    if given.json:
        everything = {"machine": where, "smoke": given.smoke, "rounds": given.rounds, "results": results}
        given.json.write_text(json.dumps(everything, indent=1), encoding="utf-8")
    if given.picture:
        picture.draw(results, where, given.picture)


if __name__ == "__main__":
    main()
