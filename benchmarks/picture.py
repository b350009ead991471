"""The results as a picture: a step of every peer as bars, the sweep as lines, as ratios to PyTorch eager."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .peers import PEERS
from .turns import Rows
from .workloads import SWEEP, WORKLOADS

COLOURS = dict(
    zip(PEERS, ("#d62728", "#444444", "#9a9a9a", "#1f77b4", "#9467bd", "#e377c2", "#bcbd22", "#2ca02c"), strict=True)
)


def endings() -> list[str]:
    """Of the files that can be written."""
    from matplotlib.backend_bases import FigureCanvasBase  # an optional extra

    return sorted(FigureCanvasBase.get_supported_filetypes())


def draw(results: dict[str, Rows], machine: dict[str, str], file: Path) -> None:
    """Write the picture of the steps and the sweep of these results, with a panel for whatever has a ratio."""
    from matplotlib.figure import Figure  # an optional extra

    steps, sweep = (
        [row for row in results.get(part, []) if row["peer"] != "torch" and "of torch" in row]
        for part in ("steps", "sweep")
    )
    bars, lines = (list(dict.fromkeys(row["threads"] for row in rows)) for rows in (steps, sweep))
    swept = {row["workload"] for row in sweep}
    axes = [axis for axis, points in SWEEP.items() if any(work.name in swept for work in points.values())]
    heights = [3.5] * len(bars) + [4.0] * bool(axes)
    if not heights:  # torch, or all others, failed on the way
        print("the picture is left out: nothing was compared with torch")
        return
    figure: Any = Figure(figsize=(13, 0.5 + sum(heights)), layout="constrained")
    grid = figure.add_gridspec(len(heights), len(axes) or 1, height_ratios=heights)
    for i, number in enumerate(bars):
        _bars(figure.add_subplot(grid[i, :]), [row for row in steps if row["threads"] == number], number)
    for j, axis in enumerate(axes):
        _lines(figure.add_subplot(grid[-1, j]), sweep, axis, lines)
    versions = ", ".join(f"{name} {machine[name].split()[0]}" for name in ("numpy", "torch", "jax") if name in machine)
    figure.suptitle(
        "Time of a training step as a ratio to PyTorch eager (lower is faster)\n"
        f"{machine['processor']}; {versions}; {machine['date']}"
    )
    figure.savefig(file, dpi=110)


def _scale(axes: Any) -> None:
    """Ratios of 0.1 and 10 are as far from 1."""
    axes.set_yscale("log")
    axes.set_yticks([0.05, 0.1, 0.2, 0.5, 1, 2, 5], ["0.05", "0.1", "0.2", "0.5", "1", "2", "5"])
    axes.minorticks_off()
    axes.axhline(1, color="black", linewidth=1)
    axes.grid(axis="y", alpha=0.3)
    axes.set_axisbelow(True)


def _bars(axes: Any, rows: Rows, threads: str) -> None:
    """A group of bars for each workload; PyTorch eager is the line at 1."""
    _scale(axes)
    works = [work.name for work in WORKLOADS if any(row["workload"] == work.name for row in rows)]
    peers = [peer for peer in PEERS if any(row["peer"] == peer for row in rows)]
    width = 0.85 / max(1, len(peers))
    for i, peer in enumerate(peers):
        its = {row["workload"]: row["of torch"] for row in rows if row["peer"] == peer}
        places = [works.index(work) + (i - (len(peers) - 1) / 2) * width for work in its]
        bars = axes.bar(places, list(its.values()), width * 0.92, color=COLOURS[peer], label=peer)
        axes.bar_label(
            bars, fmt="%.2f", fontsize=7, padding=1.5, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        )
    axes.set_xticks(range(len(works)), works)
    axes.set_title("one thread" if threads == "1" else "as many threads as each takes", fontsize=11)
    if peers:
        axes.legend(ncols=len(peers), fontsize=8, loc="upper center", frameon=False)
        axes.set_ylim(top=axes.get_ylim()[1] * 2)  # room for it


def _lines(axes: Any, rows: Rows, axis: str, threads: list[str]) -> None:
    """A line for each peer, through the points of one axis of the sweep."""
    _scale(axes)
    for number in threads:
        for peer in PEERS:
            those = [row for row in rows if row["peer"] == peer and row["threads"] == number]
            its = {row["workload"]: row["of torch"] for row in those}
            points = [(size, its[work.name]) for size, work in SWEEP[axis].items() if work.name in its]
            if points:
                label = peer if number == threads[0] else None
                style = "-" if number == "1" else ":"
                axes.plot(*zip(*points, strict=True), style, marker="o", markersize=3, color=COLOURS[peer], label=label)
    axes.set_xscale("log", base=2)
    axes.set_xticks(list(SWEEP[axis]), [str(size) for size in SWEEP[axis]])
    axes.set_xlabel(axis + (" (dotted: default threads)" if len(threads) > 1 else ""))
    if axes.get_subplotspec().is_first_col():
        axes.legend(fontsize=8)
