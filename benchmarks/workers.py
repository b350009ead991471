"""A process for each peer, and the parent gives out the turns: thread pools and allocators do not meet.

A worker is asked by name and answers, one thing at a time; between its turns it sleeps.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import multiprocessing
import os
import re
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from . import peers
from .turns import timed
from .workloads import Workload, tiny

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
TURN = 0.015  # seconds that a turn should take
WARM_UP = 3  # turns before the one that counts: threads that have slept share a core for the first 50 ms
STEPS = 5  # that are compared with the reference


def numbers(result: Any) -> list[float]:
    """What is compared: the loss, or the formula's value and a sum over its gradient."""
    if not isinstance(result, tuple):
        return [result.item()]
    value, gradient = result
    gradient = np.asarray(gradient, "float64").ravel()
    return [value.item(), (gradient * (np.arange(gradient.size) % 7)).sum().item()]


class Served:
    """What a worker can be asked for; all of this runs in its process."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.step: Any = None

    def build(self, work: Workload) -> list[list[float]]:
        """Make the step, and take the first few; give their losses."""
        self.step = None  # let go of the one before
        self.step = peers.step(self.name, work)
        losses = [numbers(self.step()) for _ in range(STEPS)]
        once = min(timed(self.step) for _ in range(3))
        self.calls = max(1, round(TURN / once))
        return losses

    def turn(self) -> float:
        """Seconds that a step takes, after some that bring back caches, and the threads of a process that has slept."""
        timed(self.step, 1 + WARM_UP * self.calls)
        return timed(self.step, self.calls)

    def memory(self, work: Workload) -> float:
        """MB that a step of this workload has at its peak, with its model and data, over the library at rest."""
        peers.step(self.name, tiny(work))()  # what is loaded and set up when first used
        _collect()
        before = _resident("VmRSS")
        step = peers.step(self.name, work)
        step()
        _collect()
        Path("/proc/self/clear_refs").write_text("5")  # the peak so far is forgotten
        for _ in range(STEPS):
            step()
        return _resident("VmHWM") - before


def _collect() -> None:
    """Give what is free back to the system."""
    gc.collect()
    with contextlib.suppress(AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


def _resident(field: str) -> float:
    """MB in memory, now (VmRSS) or at the most (VmHWM)."""
    found = re.search(rf"{field}:\s*(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) * 1024 / 1e6 if found else float("nan")


def serve(connection: Connection, name: str, threads: str) -> None:
    """The process of a worker: answer until the parent hangs up."""
    if threads == "1" and hasattr(os, "sched_setaffinity"):  # one core, which not all peers have an option for
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    served = Served(name)
    with contextlib.suppress(EOFError, OSError):
        while True:
            method, arguments = connection.recv()
            try:
                answer = getattr(served, method)(*arguments)
            except Exception as error:  # whatever another library says, it shall not end the run
                answer = Failure(f"{type(error).__name__}: {error}".partition("\n")[0])
            connection.send(answer)


class Failure(str):
    """Why a peer cannot do what it was asked for."""


class Worker:
    """A peer in a process of its own, as the parent sees it."""

    def __init__(self, name: str, threads: str) -> None:
        self.name = name
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs, name, threads), daemon=True)
        with _environment(dict.fromkeys(THREADS, "1") if threads == "1" else {}):
            self.process.start()
        theirs.close()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.connection.close()
        if error:
            self.process.terminate()
        self.process.join()

    def ask(self, method: str, *arguments: Any) -> None:
        """Let it begin."""
        self.connection.send((method, arguments))

    def answer(self) -> Any:
        """Wait for what it was asked for, or for the reason why there is none."""
        try:
            return self.connection.recv()
        except EOFError:
            return Failure("its process has ended")

    def turn(self) -> float:
        """Seconds that a step of what it has built takes."""
        self.ask("turn")
        seconds = self.answer()
        if not isinstance(seconds, float):
            raise RuntimeError(f"{self.name} failed when it was timed: {seconds}")
        return seconds


@contextlib.contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    """Set them for a process that starts here."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables:
            del os.environ[name]
        os.environ.update(before)
