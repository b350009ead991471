"""The answers to questions about GPUs, for code that asks before it chooses a device: there are none."""

from __future__ import annotations


def is_available() -> bool:
    """Whether there is a GPU to compute on: False, always.

    >>> import tensorgrad as tg
    >>> "cuda" if tg.cuda.is_available() else "cpu"
    'cpu'
    """
    return False


def device_count() -> int:
    """The number of GPUs: 0."""
    return 0


def manual_seed(seed: int) -> None:
    """Seed the GPU's random numbers: nothing, as there is none."""


def manual_seed_all(seed: int) -> None:
    """Seed the random numbers of all GPUs: nothing, as there are none."""
