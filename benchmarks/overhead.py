"""What tensorgrad adds to NumPy's own calls, piece by piece, in nanoseconds: a regression has a name.

The operations first (``chains.py``), then what surrounds them in a training step (``surroundings.py``).  Both sides
are checked to compute the same.  The garbage collector is on, as in every program.
"""

from __future__ import annotations

from statistics import mean

from . import chains, surroundings
from .piece import cost
from .turns import Rows

NOTE = (
    "An optimizer's step can add less than nothing: it updates all these parameters together, "
    "while NumPy by hand updates one at a time."
)


def measure(rounds: int, times: int) -> Rows:
    """A row for each piece, done so many times in a turn, and the mean of the chains."""
    rows = [cost(piece, rounds) for chain in chains.LINKS for piece in chains.pieces(chain, times)]
    means = []
    for what in ("record", "backward", "both"):
        those = [row for row in rows if row["what"].endswith(what)]
        columns = {name: round(mean(row[name] for row in those)) for name in ("numpy", "tensorgrad", "added")}
        means.append({"what": f"mean of the chains: {what}", **columns})
    return rows + means + [cost(piece, rounds) for piece in surroundings.pieces(times)]
