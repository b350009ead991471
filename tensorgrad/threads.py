"""How many threads compute: matrix products, which are the BLAS's, and elementwise work on large arrays, our own."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from contextvars import copy_context
from queue import SimpleQueue
from threading import Thread
from typing import Any

_threads = 0  # how many compute; 0 as long as nobody asked
_jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
_helpers: list[Thread] = []  # beside the thread that calls


def _blas() -> Any:
    """The libraries for linear algebra that this process has loaded: NumPy's, and others such as SciPy's."""
    import threadpoolctl  # it takes longer than a program that never asks should wait

    return threadpoolctl.ThreadpoolController().select(user_api="blas")


def get_num_threads() -> int:
    """How many threads compute: what ``set_num_threads`` or the environment said, otherwise the number of cores."""
    return max((blas["num_threads"] for blas in _blas().info()), default=os.cpu_count() or 1)


def set_num_threads(n: int) -> None:
    """Let so many threads compute.

    They share matrix products, which NumPy leaves to its BLAS, and elementwise operations on large arrays.  A BLAS that
    takes no orders, as Apple's Accelerate, stays as it is.

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
    global _threads
    _threads = n
    _blas().limit(limits=n)


def computing_threads() -> int:
    """``get_num_threads`` as it was at the first call, or as it was set: at once, for those who ask often."""
    global _threads
    _threads = _threads or get_num_threads()
    return _threads


def share(work: Callable[[int], None], parts: int) -> None:
    """Call work(0) to work(parts - 1), on several threads; this one takes part, and waits for what others have begun.

    Raises:
        Exception: what the work raised, after all of it has been tried.
    """
    todo = iter(range(parts))
    done: SimpleQueue[BaseException | None] = SimpleQueue()

    def take() -> None:
        for part in todo:
            try:
                work(part)
                done.put(None)
            except BaseException as error:
                done.put(error)

    wanted = min(computing_threads(), parts) - 1
    while len(_helpers) < wanted:
        helper = Thread(target=_help, name="tensorgrad", daemon=True)
        try:
            helper.start()
        except RuntimeError:  # the system has no more, or the program is about to end
            break
        _helpers.append(helper)
    for _ in range(min(wanted, len(_helpers))):
        _jobs.put(functools.partial(copy_context().run, take))  # NumPy's errstate is part of the context
    take()
    for error in [done.get() for _ in range(parts)]:
        if error:
            raise error


def _help() -> None:
    while True:
        _jobs.get()()


def _alone() -> None:
    """In a process that was forked, there are no helpers, and nobody waits for what they had to do."""
    global _jobs
    _jobs = SimpleQueue()
    _helpers.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_alone)
