"""Hooks of modules: functions that see what goes in or comes out, or its gradients, and may replace it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from ..autograd.function import Function
from ..grad_mode import is_grad_enabled
from ..hooks import Handle, checked
from ..tensor import Tensor, wrap


class _Hooks:
    """The hooks of one module; no dict, in which the module would look for Parameters."""

    def __init__(self) -> None:
        self.before: dict[int, Callable[..., Any]] = {}
        self.after: dict[int, Callable[..., Any]] = {}
        self.before_backward: dict[int, Callable[..., Any]] = {}
        self.after_backward: dict[int, Callable[..., Any]] = {}


class Hooked:
    """``register_forward_hook``, ``register_full_backward_hook`` and the two ``_pre_hook``, as methods of Module.

    A module gets a class of its own with its first hook, so that calling one without hooks costs nothing for them.
    With hooks it can be copied, but not pickled.  Of forward hooks ``prepend`` and ``always_call`` are left out.
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
        [torch.Size([2, 4]), torch.Size([2, 4]), torch.Size([2, 1])]
        """

        def after(module: Any, args: tuple[Any, ...], options: dict[str, Any], output: Any) -> Any:
            answer = hook(module, args, options, output) if with_kwargs else hook(module, args, output)
            return output if answer is None else answer

        return Handle(_hooks_of(self).after, after)

    def register_full_backward_hook(self, hook: Callable[..., Any], prepend: bool = False) -> Handle:
        """Call a function after backward() went through the module, for each time that the module was called.

        Tensors given by keyword, and those in lists or dicts, are not followed, as in PyTorch.  Unlike
        there, the module may write into its input.

        Args:
            hook: (module, grad_input, grad_output) -> None, or what is to go on in place of grad_input.  These are
                tuples with the gradient of each input given by position and of each output: None where there is none,
                or nothing came; an input that was not used, or needs no gradient, has zeros.  If no input needs a
                gradient, all of grad_input is None.
            prepend: whether it comes before those that are there.

        Returns:
            A handle, whose ``remove()`` takes the hook back.

        Raises:
            RuntimeError: in backward(), if the hook gives no tuple of as many gradients of the same shapes, or gives
                one where no input needs it.

        >>> import tensorgrad as tg
        >>> tanh = tg.nn.Tanh()
        >>> handle = tanh.register_full_backward_hook(lambda module, grad_input, grad_output: print(grad_output))
        >>> tanh(tg.tensor([1.0, 2.0], requires_grad=True)).sum().backward()
        (tensor([1., 1.]),)
        """
        return Handle(_hooks_of(self).after_backward, hook, prepend)

    def register_full_backward_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> Handle:
        """Call a function before backward() goes through the module, for each time that the module was called.

        Args:
            hook: (module, grad_output) -> None, or what is to go on in place of grad_output, a tuple with the gradient
                of each output, None where there is none, or nothing came.
            prepend: whether it comes before those that are there.

        Returns:
            A handle, whose ``remove()`` takes the hook back.

        Raises:
            RuntimeError: in backward(), if the hook gives no tuple of as many gradients of the same shapes.

        >>> import tensorgrad as tg
        >>> relu, x = tg.nn.ReLU(), tg.tensor([1.0, 2.0], requires_grad=True)
        >>> with relu.register_full_backward_pre_hook(lambda module, grad_output: (grad_output[0] * 10,)):
        ...     relu(x).sum().backward()
        >>> x.grad
        tensor([10., 10.])
        """
        return Handle(_hooks_of(self).before_backward, hook, prepend)


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
        back = _Back(self, hooks) if hooks.before_backward or hooks.after_backward else None
        if back:
            args = back.through_input(args)
        output = super(calling, self).__call__(*args, **options)
        for after in [*hooks.after.values()]:
            output = after(self, args, options, output)
        return back.through_output(output) if back else output

    names = ("__module__", "__qualname__", "__doc__")
    calling: Any = type(kind.__name__, (kind,), {"__call__": __call__, **{name: getattr(kind, name) for name in names}})
    return calling


class _Passing(Function):
    """Tensors as they are; their gradients pass through ``change``, a function of a tuple of them."""

    @staticmethod
    def forward(ctx: Any, change: Any, zeros: bool, *tensors: Tensor) -> tuple[Tensor, ...]:
        ctx.change = change
        ctx.set_materialize_grads(zeros)
        ctx.mark_non_differentiable(*(x for x in tensors if not x.requires_grad))
        return tensors

    @staticmethod
    def backward(ctx: Any, *grads: Tensor | None) -> tuple[Tensor | None, ...]:
        return None, None, *ctx.change(grads)


class _Back:
    """The way back through one call of a module: gradients of its outputs, kept until those of its inputs are there."""

    def __init__(self, module: Any, hooks: _Hooks) -> None:
        self.module = module
        self.before, self.after = [*hooks.before_backward.values()], [*hooks.after_backward.values()]
        self.grad_output: Any = None
        self.inputs, self.reaches_input = 0, False

    def through_input(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        passed: tuple[Any, ...] = _passed(args, self.of_input, True)
        self.inputs, self.reaches_input = len(args), passed is not args
        return passed

    def through_output(self, output: Any) -> Any:
        if isinstance(output, tuple):
            return _passed(output, self.of_output, False)
        if not isinstance(output, Tensor):
            warnings.warn(
                "For backward hooks to be called, module output should be a Tensor or a tuple of Tensors, but it is a "
                f"{type(output).__name__}",
                stacklevel=3,
            )
        (passed,) = _passed((output,), self.of_output, False)
        return passed

    def of_output(self, grads: tuple[Any, ...]) -> tuple[Any, ...]:
        for hook in self.before:
            grads = _replaced(grads, hook(self.module, grads), hook, "backward pre hook", "grad_output")
        if self.reaches_input:
            self.grad_output = grads
        elif self.after:
            warnings.warn(
                "Full backward hook is firing when gradients are computed with respect to module outputs since no "
                "inputs require gradients; grad_input has only None",
                stacklevel=5,
            )
            for hook in self.after:
                answer = hook(self.module, (None,) * self.inputs, grads)
                if answer is not None and not (isinstance(answer, tuple) and all(x is None for x in answer)):
                    raise RuntimeError(
                        "a backward hook of a module where no input requires gradient gives None, or a tuple of None, "
                        f"but got {answer!r}"
                    )
        return grads

    def of_input(self, grads: tuple[Any, ...]) -> tuple[Any, ...]:
        if self.grad_output is not None:  # else the gradient came past the output
            for hook in self.after:
                answer = hook(self.module, grads, self.grad_output)
                grads = _replaced(grads, answer, hook, "backward hook", "grad_input")
            self.grad_output = None
        return grads


def _passed(values: tuple[Any, ...], change: Callable[[tuple[Any, ...]], tuple[Any, ...]], zeros: bool) -> Any:
    """``values``, in which the gradients of Tensors go through ``change``; itself, if none needs one."""
    places, count = [i for i, x in enumerate(values) if isinstance(x, Tensor)], len(values)
    if not (is_grad_enabled() and any(values[i].requires_grad for i in places)):
        return values

    def through(grads: tuple[Any, ...]) -> list[Any]:
        own = dict(zip(places, grads, strict=True))
        changed = change(tuple(own.get(i) for i in range(count)))
        return [changed[i] for i in places]

    new = [*values]
    for i, x in zip(places, _Passing.apply(through, zeros, *(values[i] for i in places)), strict=True):
        new[i] = values[i] if x is values[i] else values[i]._shared_with(x)  # a view, for those who write into it
    return type(values)(*new) if hasattr(values, "_fields") else tuple(new)


def _replaced(grads: tuple[Any, ...], answer: Any, hook: Any, name: str, what: str) -> tuple[Any, ...]:
    """The gradients that a hook gives in place of these; these, if it gives None."""
    if answer is None:
        return grads
    got = len(answer) if isinstance(answer, (tuple, list)) else f"a {type(answer).__name__}"
    if got != len(grads):
        raise RuntimeError(
            f"{name} returned an invalid number of {what}, got {got}, but expected a tuple of {len(grads)}"
        )
    return tuple(y if x is None or y is None else wrap(checked(y, x, hook)) for x, y in zip(grads, answer, strict=True))
