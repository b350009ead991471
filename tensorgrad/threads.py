"""How many threads compute matrix products; everything else is done by the thread that calls it."""

from __future__ import annotations

import os
from typing import Any


def _blas() -> Any:
    """The libraries for linear algebra that this process has loaded: NumPy's, and others such as SciPy's."""
    import threadpoolctl  # it takes longer than a program that never asks should wait

    return threadpoolctl.ThreadpoolController().select(user_api="blas")


def get_num_threads() -> int:
    """How many threads compute: what ``set_num_threads`` or the environment said, otherwise the number of cores."""
    return max((blas["num_threads"] for blas in _blas().info()), default=os.cpu_count() or 1)


def set_num_threads(n: int) -> None:
    """Let so many threads compute.

    They share matrix products, which NumPy leaves to its BLAS.  One that takes no orders, as Apple's Accelerate, stays
    as it is.

    Args:
        n: how many, at least 1.

    Raises:
        RuntimeError: if n is no such number.

    >>> import tensorgrad as tg
    >>> before = tg.get_num_threads()
    >>> tg.set_num_threads(1)
    >>> tg.get_num_threads()
    1
    >>> tg.set_num_threads(before)
    """
    if type(n) is not int:
        raise RuntimeError(f"set_num_threads expects an int, but got {type(n).__name__}: give the number of threads")
    if n < 1:
        raise RuntimeError(f"set_num_threads expects a positive integer, but got {n}: one thread is the least")
    _blas().limit(limits=n)
