"""Ctrl-C and the terminate signal, taken as the wish to stop after the present step."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Self


class Stop:
    """While it is entered, the first such signal is noted, and the second acts as usual.

    >>> with Stop() as stop:
    ...     signal.raise_signal(signal.SIGINT)
    ...     stop.signal == signal.SIGINT
    True
    """

    def __init__(self) -> None:
        self.signal = 0  # the signal that came, 0 while none did

    def __enter__(self) -> Self:
        main = threading.current_thread() is threading.main_thread()  # no other thread may set handlers
        self._before = {number: signal.signal(number, self._note) for number in (signal.SIGINT, signal.SIGTERM) if main}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._restore()

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.signal = number
        self._restore()

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler or signal.SIG_DFL)
