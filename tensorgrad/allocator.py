"""Memory that large arrays leave behind stays with the process, for the next ones.

The C library of Linux otherwise gives it back to the system after each step, and asks for it again in the next one,
page by page: a step over arrays of 4 MB took a third longer.  What ``MALLOC_TRIM_THRESHOLD_`` and
``MALLOC_MMAP_THRESHOLD_`` say in the environment is left as it is, and so are other systems.
"""

from __future__ import annotations

import ctypes
import os

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # what mallopt(3) calls M_TRIM_THRESHOLD and M_MMAP_THRESHOLD


def keep_freed_memory(idle: int = 256 << 20, array: int = 32 << 20) -> None:
    """Let malloc keep what is freed.

    Args:
        idle: how much may lie idle at the end of the heap, bytes.
        array: the size from which a block is given back at once, bytes.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # not the GNU C library
        return
    if not {"MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_"} & os.environ.keys():
        mallopt(TRIM_THRESHOLD, idle)
        mallopt(MMAP_THRESHOLD, array)
