"""Hooks of modules: functions that see what goes into a module, or what comes out, and may replace it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..hooks import Handle


class _Hooks:
    """The hooks of one module; no dict, in which the module would look for Parameters."""

    def __init__(self) -> None:
        self.before: dict[int, Callable[..., Any]] = {}
        self.after: dict[int, Callable[..., Any]] = {}


class Hooked:
    """``register_forward_hook`` and ``register_forward_pre_hook``, as methods of Module.

    A module gets a class of its own with its first hook, so that calling one without hooks costs nothing for them.
    With hooks it can be copied, but not pickled.  PyTorch's ``prepend`` and ``always_call`` are left out.
    """

    def register_forward_pre_hook(self, hook: Callable[..., Any], *, with_kwargs: bool = False) -> Handle:
        """Call a function before ``forward``, each time that the module is called.

        Args:
            hook: (module, args) -> None, or what is to be passed on in place of the arguments: one, or a tuple.
            with_kwargs: whether it is (module, args, kwargs) -> None or (args, kwargs).

        Returns:
            A handle, whose ``remove()`` takes the hook back.

        Raises:
            RuntimeError: on the call, if a hook with keywords gives anything else.

        >>> import tensorgrad as tg
        >>> relu = tg.nn.ReLU()
        >>> with relu.register_forward_pre_hook(lambda module, args: -args[0]):
        ...     relu(tg.tensor([-1.0, 2.0]))
        tensor([1., 0.])
        """

        def before(module: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
            answer = hook(module, args, options) if with_kwargs else hook(module, args)
            if answer is None:
                return args, options
            if not with_kwargs:
                return answer if isinstance(answer, tuple) else (answer,), options
            if isinstance(answer, tuple) and len(answer) == 2:
                return answer
            raise RuntimeError(
                f"a forward pre-hook with_kwargs gives None or a tuple of (new_args, new_kwargs), but got {answer!r}"
            )

        return Handle(_hooks_of(self).before, before)

    def register_forward_hook(self, hook: Callable[..., Any], *, with_kwargs: bool = False) -> Handle:
        """Call a function after ``forward``, each time that the module is called.

        Hooks are called in the order in which they were registered; each gets what the one before it gave.

        Args:
            hook: (module, args, output) -> None, or what is to be given in place of the output.
            with_kwargs: whether it is (module, args, kwargs, output).

        Returns:
            A handle, whose ``remove()`` takes the hook back.

        >>> import tensorgrad as tg
        >>> model, shapes = tg.nn.MLP(3, [4, 1]), []
        >>> for layer in model:
        ...     handle = layer.register_forward_hook(lambda module, args, output: shapes.append(output.shape))
        >>> y = model(tg.ones(2, 3))
        >>> shapes
        [(2, 4), (2, 4), (2, 1)]
        """

        def after(module: Any, args: tuple[Any, ...], options: dict[str, Any], output: Any) -> Any:
            answer = hook(module, args, options, output) if with_kwargs else hook(module, args, output)
            return output if answer is None else answer

        return Handle(_hooks_of(self).after, after)


def _hooks_of(module: Any) -> _Hooks:
    """The hooks of a module, which is made one that calls them."""
    own = vars(module)
    if "_forward_hooks" not in own:
        own["_forward_hooks"] = _Hooks()
        module.__class__ = _calling_hooks(type(module))
    hooks: _Hooks = own["_forward_hooks"]
    return hooks


def _calling_hooks(kind: Any) -> Any:
    """A class that is like ``kind``, but whose modules call their hooks."""

    def __call__(self: Any, *args: Any, **options: Any) -> Any:
        hooks = self._forward_hooks
        for before in [*hooks.before.values()]:  # a copy: a hook may take itself back
            args, options = before(self, args, options)
        output = kind.__call__(self, *args, **options)
        for after in [*hooks.after.values()]:
            output = after(self, args, options, output)
        return output

    names = ("__module__", "__qualname__", "__doc__")
    return type(kind.__name__, (kind,), {"__call__": __call__, **{name: getattr(kind, name) for name in names}})
