"""Elementwise work on large arrays: in blocks, shared among threads, since NumPy lets go of the interpreter meanwhile.

A rule need not know.  It is given arrays of a class of their own, ``Wide``, whose ufuncs compute in blocks; what they
give is ``Wide`` again, so that its vjps, which keep such arrays, do the same.  Where blocks end depends on the size
alone, and each element is computed as ever: the results are those of the plain rule, to the last bit.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from .engine import Rule, Vjp
from .threads import computing_threads, share

BLOCK = 1 << 18  # elements: smaller ones do not pay for waking a thread up, some 50 µs
LARGE = 2 * BLOCK  # from here on: two threads take 0.9 to 1 of the time of one, for 4 million elements 0.65 to 0.85


class Wide(np.ndarray[Any, Any]):
    """A large array; what is computed of it element by element is computed in blocks, by several threads."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = (), **options: Any) -> Any:
        given, target = [*map(_narrow, inputs)], [*map(_narrow, out)]
        parts, into = [_flat(x, self.shape) for x in given], [_flat(x, self.shape) for x in target]
        single = self.ndim and method == "__call__" and ufunc.nout == 1 and not ufunc.signature  # no sum, no matmul
        if not single or options or any(x is None for x in (*parts, *into)):
            options = {name: _narrow(x) for name, x in options.items()}  # where=
            result = getattr(ufunc, method)(*given, **options, **({"out": (*target,)} if out else {}))
            return out[0] if out else result

        def compute(where: slice, **options: Any) -> Any:
            return ufunc(*(x[where] if getattr(x, "ndim", 0) else x for x in parts), **options)

        if not out:
            target = [np.empty(self.shape, compute(slice(1)).dtype)]
            into = [target[0].reshape(-1)]

        def block(i: int) -> None:
            where = slice(i * BLOCK, (i + 1) * BLOCK)
            compute(where, out=into[0][where])

        share(block, -(-self.size // BLOCK))
        return out[0] if out else target[0].view(Wide)


def in_blocks(rule: Callable[..., Rule]) -> Callable[..., Rule]:
    """The rule of an elementwise operation, which uses several threads where the first input is large."""

    @functools.wraps(rule)
    def large(*inputs: Any, **options: Any) -> Rule:
        if inputs[0].size < LARGE or computing_threads() == 1:
            return rule(*inputs, **options)
        y, *vjps = rule(*(x.view(Wide) if type(x) is np.ndarray else x for x in inputs), **options)
        return (_narrow(y), *map(_narrowed, vjps))

    return large


def _narrowed(vjp: Vjp) -> Vjp:
    return lambda g: _narrow(vjp(g))


def _narrow(x: Any) -> Any:
    """A Wide array as a plain one: the one that it is a view of, if it is all of that."""
    if type(x) is not Wide:
        return x
    base = x.base
    whole = type(base) is np.ndarray and (base.shape, base.strides) == (x.shape, x.strides)
    return base if whole else x.view(np.ndarray)


def _flat(x: Any, shape: tuple[int, ...]) -> Any:
    """A number, or one stretched to the shape, as it is; an array of the shape as a vector; None for any other."""
    if not getattr(x, "ndim", 0):
        return x
    if x.shape != shape:
        return None
    return x.reshape(-1) if x.flags.c_contiguous else None if any(x.strides) else x[(0,) * x.ndim]
