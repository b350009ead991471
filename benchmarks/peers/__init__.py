"""Who is compared.  Each adapter is a file that trains a network, and computes a formula, as one does it there.

An adapter has two functions, ``network(work, library)`` and ``formula(work, library)``.  Both return the step, a
function without arguments; that of a network returns the loss, that of the formula its value and the gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

from ..workloads import Workload

Step = Callable[[], Any]


class Peer(NamedTuple):
    """The adapter's file, the library it is for, and whether it takes part in the sweep, where time is short."""

    adapter: str
    library: str
    package: str
    sweeps: bool = False


PEERS = {
    "tensorgrad": Peer("modules", "tensorgrad", "tensorgrad-numpy", sweeps=True),
    "torch": Peer("modules", "torch", "torch", sweeps=True),
    "torch.compile": Peer("compiled", "torch", "torch"),
    "jax": Peer("jitted", "jax", "jax", sweeps=True),
    "autograd": Peer("hips", "autograd", "autograd"),
    "mygrad": Peer("operations", "mygrad", "mygrad"),
    "numpy": Peer("by_hand", "numpy", "numpy", sweeps=True),
    "numpy-tuned": Peer("tuned", "numpy", "numpy", sweeps=True),
}


def installed(name: str) -> bool:
    """Whether this peer can take part."""
    return find_spec(PEERS[name].library) is not None


def step(name: str, work: Workload) -> Step:
    """A step of this workload, from its first weights, with this peer."""
    peer = PEERS[name]
    library = import_module(peer.library)
    adapter: Any = import_module(f".{peer.adapter}", __name__)
    made: Step = (adapter.formula if work.loss == "formula" else adapter.network)(work, library)
    return made
