"""Results as Markdown tables, which read well on a screen and go into a README as they are."""

from __future__ import annotations

from statistics import geometric_mean
from typing import Any

from .turns import Rows


def table(rows: Rows) -> str:
    """A table of these rows; a cell that a row does not have is empty, the first column stands to the left."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = [columns, *([_cell(name, row.get(name, "")) for name in columns] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    cells = (
        [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]
        for line in (columns, rule, *lines[1:])
    )
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def _cell(name: str, value: Any) -> str:
    """As a text: quartiles are two numbers, those of a ratio always with three digits."""
    if isinstance(value, list):
        return " to ".join(f"{x:.3f}" if name.startswith("of ") else str(x) for x in value)
    return str(value)


def by_peer(rows: Rows) -> Rows:
    """Of the steps: a row for each peer, a column for each workload: microseconds, and the ratio to PyTorch's."""
    lines: dict[str, dict[str, str]] = {}
    for row in rows:
        line = lines.setdefault(row["peer"], {f"µs (of torch), threads: {row['threads']}": row["peer"]})
        ratio = f" ({row['of torch']:.2f})" if "of torch" in row else ""
        line[row["workload"]] = f"{row['µs']:.{1 if row['µs'] < 100 else 0}f}{ratio}"
    return list(lines.values())


def over_all(rows: Rows) -> Rows:
    """Of the sweep: a row for each peer, with the mean and the worst of its ratios to PyTorch's."""
    lines = []
    for peer in dict.fromkeys(row["peer"] for row in rows):
        its = [row for row in rows if row["peer"] == peer and "of torch" in row]
        if its:
            worst = max(its, key=lambda row: float(row["of torch"]))
            line = {f"of torch, threads: {worst['threads']}": peer}
            line["geometric mean"] = f"{geometric_mean(row['of torch'] for row in its):.3f}"
            lines.append(line | {"at most": f"{worst['of torch']:.3f}", "at": worst["workload"]})
    return lines
