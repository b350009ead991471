"""What importing a library costs, in fresh processes, and what it takes on the disk with all that it requires.

``import tensorgrad`` must bring in nothing heavy: if it does, the benchmark fails.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from .peers import PEERS
from .turns import Rows, in_turns, spread, timed

HEAVY = ("torch", "matplotlib", "graphviz", "tqdm", "sklearn")
COMPILED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
ROOT = Path(__file__).parent.parent


def run(code: str) -> str:
    """What a fresh Python prints when it runs this; as with an installed package, the bytecode is kept."""
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=COMPILED).stdout


def measure(names: Sequence[str], rounds: int) -> Rows:
    """A row for each library: milliseconds of the whole process, and MB."""
    loaded = run("import sys, tensorgrad; print(*sys.modules)").split()
    if brought := [name for name in HEAVY if name in loaded]:
        raise SystemExit(f"import tensorgrad also imports {', '.join(brought)}")
    peers = {PEERS[name].library: PEERS[name] for name in ("numpy", *names)}
    processes = {"": "pass"} | {library: f"import {library}" for library in peers}
    seconds = in_turns({key: partial(timed, partial(run, code)) for key, code in processes.items()}, rounds)
    rows = []
    for library, times in seconds.items():
        middle, quartiles = spread([1e3 * x for x in times], 1)
        over, _ = spread([1e3 * (a - b) for a, b in zip(times, seconds["numpy"], strict=True)], 1)
        size = round(megabytes(peers[library].package), 1) if library else ""
        row = {"process": processes[library], "ms": middle, "ms, quartiles": quartiles, "over numpy": over}
        rows.append(row | {"installed MB": size})
    return rows


def megabytes(package: str) -> float:
    """The size of an installed package and of all that it requires, without bytecode."""
    names, size = [package], 0
    for name in names:  # which grows on the way
        if name == PEERS["tensorgrad"].package:  # perhaps not installed, or only a link to this folder
            project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
            requires, files = project["dependencies"], [*(ROOT / "tensorgrad").rglob("*")]
        else:
            try:
                it = distribution(name)
            except PackageNotFoundError:  # required on another system only
                continue
            requires, files = it.requires or [], [Path(str(it.locate_file(file))) for file in it.files or []]
        size += sum(file.stat().st_size for file in files if file.is_file() and file.suffix != ".pyc")
        for requirement in requires:
            if "extra ==" not in requirement:
                other = re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower().replace("_", "-")
                names += [] if other in names else [other]
    return size / 1e6
