"""Where Tensors live: on the CPU, always.  The word is here so that code which names a device runs."""

from __future__ import annotations

import builtins
import re
from typing import Any

from .errors import DeviceError


class device(str):
    """The CPU, which is the only device; it is a str, and equal to "cpu".

    Args:
        name: "cpu" or "cpu:0".

    Raises:
        RuntimeError: if it is another; of a GPU, a DeviceError, which is an AssertionError as well.
        TypeError: if it is no name.

    >>> import tensorgrad as tg
    >>> tg.device("cuda" if tg.cuda.is_available() else "cpu")
    device(type='cpu')
    """

    __slots__ = ()
    type = "cpu"

    def __new__(cls, name: Any = "cpu") -> device:
        if name in ("cpu", "cpu:0"):
            return super().__new__(cls, "cpu")
        if not isinstance(name, (str, int)):
            raise TypeError(f"a device is named by a str, such as 'cpu', but got a {builtins.type(name).__name__}")
        kind = DeviceError if re.fullmatch("cuda(:[0-9]+)?", str(name)) else RuntimeError
        raise kind(f"there is no device {name!r} here; tensorgrad computes on the CPU, device='cpu'")

    def __repr__(self) -> str:
        return f"device(type={self.type!r})"


CPU = device()
