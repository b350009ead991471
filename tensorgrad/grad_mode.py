"""Whether operations record: per thread, as a context manager, a decorator or a switch."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from inspect import isgeneratorfunction
from typing import Any

_grad_enabled = ContextVar("grad_enabled", default=True)  # each thread has its own, and starts with True
is_grad_enabled = _grad_enabled.get


class _grad_mode:
    """A mode, inside a ``with`` block or in the functions that it decorates."""

    def __init__(self, mode: bool) -> None:
        self.mode, self.before = mode, list[bool]()

    def __enter__(self) -> None:
        self.before.append(is_grad_enabled())
        _grad_enabled.set(self.mode)

    def __exit__(self, *exception: object) -> None:
        _grad_enabled.set(self.before.pop())

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        if isgeneratorfunction(function):
            return _while_computing(self.mode, function)

        @functools.wraps(function)
        def call(*args: Any, **options: Any) -> Any:
            with _grad_mode(self.mode):
                return function(*args, **options)

        return call


def _while_computing(mode: bool, function: Callable[..., Any]) -> Callable[..., Any]:
    """A generator function that has this mode while it computes, not while it waits."""

    @functools.wraps(function)
    def generate(*args: Any, **options: Any) -> Any:
        generator = function(*args, **options)
        go_on = functools.partial(next, generator)
        while True:
            with _grad_mode(mode):
                try:
                    item = go_on()
                except StopIteration as end:
                    return end.value
            try:
                go_on = functools.partial(generator.send, (yield item))
            except GeneratorExit:
                with _grad_mode(mode):
                    generator.close()
                raise
            except BaseException as error:
                go_on = functools.partial(generator.throw, error)

    return generate


def no_grad(function: Any = None) -> Any:
    """Record nothing inside ``with no_grad():``, or in a function decorated with ``@no_grad()``.

    >>> import tensorgrad as tg
    >>> w = tg.tensor([1.0, 2.0], requires_grad=True)
    >>> with tg.no_grad():
    ...     (w * 2).requires_grad
    False
    """
    return _grad_mode(False) if function is None else _grad_mode(False)(function)


def enable_grad(function: Any = None) -> Any:
    """Record again inside a ``no_grad`` block; a context manager and a decorator like it.

    >>> import tensorgrad as tg
    >>> w = tg.tensor([1.0, 2.0], requires_grad=True)
    >>> with tg.no_grad(), tg.enable_grad():
    ...     (w * 2).requires_grad
    True
    """
    return _grad_mode(True) if function is None else _grad_mode(True)(function)


def inference_mode(mode: Any = True) -> Any:
    """Record nothing, as ``no_grad`` does; a context manager and a decorator like it.

    Args:
        mode: False to record instead; or the function that is decorated.

    >>> import tensorgrad as tg
    >>> w = tg.tensor([1.0, 2.0], requires_grad=True)
    >>> with tg.inference_mode():
    ...     (w * 2).requires_grad
    False
    """
    return _grad_mode(False)(mode) if callable(mode) else _grad_mode(not mode)


class set_grad_enabled:
    """Switch recording on or off: from here on, inside ``with set_grad_enabled(mode):``, or in a function decorated.

    Args:
        mode: True to record, False not to.  It holds for the calling thread.

    >>> import tensorgrad as tg
    >>> with tg.set_grad_enabled(False):
    ...     tg.is_grad_enabled()
    False
    """

    def __init__(self, mode: bool) -> None:
        if not isinstance(mode, bool):
            raise TypeError(f"set_grad_enabled: mode must be a bool, but it is a {type(mode).__name__}")
        self.mode, self.before = mode, is_grad_enabled()
        _grad_enabled.set(mode)

    def __call__(self, function: Any) -> Any:
        """As a decorator: the mode holds inside the function, and no longer here."""
        _grad_enabled.set(self.before)
        return _grad_mode(self.mode)(function)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exception: object) -> None:
        _grad_enabled.set(self.before)
