"""Where Tensors live: on the CPU, always.  The word is here so that code which names a device runs."""

from __future__ import annotations

from typing import Any


class device(str):
    """The CPU, which is the only device; it is a str, and equal to "cpu".

    Args:
        name: "cpu" or "cpu:0".

    Raises:
        RuntimeError: if it is another.

    >>> import tensorgrad as tg
    >>> tg.device("cuda" if tg.cuda.is_available() else "cpu")
    device(type='cpu')
    """

    __slots__ = ()
    type = "cpu"

    def __new__(cls, name: Any = "cpu") -> device:
        if name not in ("cpu", "cpu:0"):
            raise RuntimeError(f"there is no device {name!r} here; tensorgrad computes on the CPU, device='cpu'")
        return super().__new__(cls, "cpu")

    def __repr__(self) -> str:
        return f"device(type={self.type!r})"


CPU = device()
