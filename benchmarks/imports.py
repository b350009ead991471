"""What ``import tensorgrad`` costs over ``import numpy``, in fresh processes, and that it brings in nothing heavy."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median, quantiles

from . import in_turns, parser, report

HEAVY = ("torch", "matplotlib", "graphviz", "tqdm", "sklearn")
COMPILED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(code: str) -> str:
    """What a fresh Python prints when it runs this; as with an installed package, the bytecode is kept."""
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=COMPILED).stdout


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    options = parser(__doc__ or "")
    options.add_argument("--rounds", type=int, default=40, help="how many processes of each kind (default: 40)")
    given = options.parse_args(arguments)
    rounds = 2 if given.smoke else given.rounds
    loaded = run("import sys, tensorgrad; print(*sys.modules)").split()
    brought = ", ".join(name for name in HEAVY if name in loaded)
    contestants: dict[str, Callable[[], object]] = {
        "python alone": partial(run, "pass"),
        "import numpy": partial(run, "import numpy"),
        "import tensorgrad": partial(run, "import tensorgrad"),
    }
    seconds = in_turns(contestants, rounds)
    added = zip(seconds["import tensorgrad"], seconds["import numpy"], strict=True)
    seconds["tensorgrad over numpy"] = [ours - numpys for ours, numpys in added]
    rows = []
    for name, times in seconds.items():
        low, _, high = quantiles(times, n=4)
        row = {"process": name, "median": median(times), "quartile 1": low, "quartile 3": high}
        rows.append({key: round(1000 * x, 1) if isinstance(x, float) else x for key, x in row.items()})
    report("import, whole process, ms", rows, given.json, given.smoke, rounds=rounds)
    if brought:
        raise SystemExit(f"import tensorgrad also imports {brought}")
    print(f"import tensorgrad imports none of {', '.join(HEAVY)}")


if __name__ == "__main__":
    main()
