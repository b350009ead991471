"""Module: a tree of Parameters, found by looking at attributes, not by registering them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, Self

import numpy as np

from ..tensor import Tensor
from .parameter import Parameter


class IncompatibleKeys(NamedTuple):
    """What a state_dict lacked, and what it had too much, when it was loaded with ``strict=False``."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Module:
    """Something with parameters and a ``forward``.

    A subclass sets Parameters and other Modules as attributes, alone or in lists, tuples and dicts, and defines
    ``forward``.  That is all: there is nothing to register, and no ``__init__`` that must be called first.

    >>> import tensorgrad as tg
    >>> class Scale(tg.nn.Module):
    ...     def __init__(self):
    ...         self.factor = tg.nn.Parameter(tg.tensor(2.0))
    ...     def forward(self, x):
    ...         return x * self.factor
    >>> Scale()(tg.tensor([1.0, 2.0]))
    tensor([2., 4.], grad_fn=<MulBackward0>)
    """

    training = True

    def forward(self, *args: Any, **options: Any) -> Any:
        """What calling the module computes; a subclass defines it."""
        raise TypeError(f"{type(self).__name__} has no forward(); define one that computes its output")

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self.forward(*args, **options)

    # the tree

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules directly inside, each once, with their names."""
        seen: set[Module] = set()
        for name, x in _items(vars(self)):
            if isinstance(x, Module) and x not in seen:
                seen.add(x)
                yield name, x

    def children(self) -> Iterator[Module]:
        """The modules directly inside."""
        return (child for _, child in self.named_children())

    def named_modules(self, memo: set[Module] | None = None, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """This module and all inside it, each once, with dotted names."""
        memo = set() if memo is None else memo
        if self not in memo:
            memo.add(self)
            yield prefix, self
            for name, child in self.named_children():
                yield from child.named_modules(memo, f"{prefix}.{name}" if prefix else name)

    def modules(self) -> Iterator[Module]:
        """This module and all inside it."""
        return (module for _, module in self.named_modules())

    def _named_tensors(self, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
        """Parameters and buffers: the module's own first, then its children's; a shared one under each name."""
        own = dict(_items(vars(self)))
        yield from ((prefix + name, x) for name, x in own.items() if isinstance(x, Parameter))
        yield from ((prefix + name, own[name]) for name in vars(self).get("_buffer_names", ()) if own[name] is not None)
        for name, x in own.items():
            if isinstance(x, Module):
                yield from x._named_tensors(f"{prefix}{name}.")

    # what it learns

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Parameter]]:
        """All Parameters in the tree, each once, with dotted names."""
        seen: set[Tensor] = set()
        for name, x in self._named_tensors(prefix + "." if prefix else ""):
            if isinstance(x, Parameter) and x not in seen:
                seen.add(x)
                yield name, x

    def parameters(self) -> Iterator[Parameter]:
        """All Parameters in the tree."""
        return (parameter for _, parameter in self.named_parameters())

    def named_buffers(self, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
        """All buffers in the tree, with dotted names."""
        named = self._named_tensors(prefix + "." if prefix else "")
        return ((name, x) for name, x in named if not isinstance(x, Parameter))

    def buffers(self) -> Iterator[Tensor]:
        """All buffers in the tree."""
        return (buffer for _, buffer in self.named_buffers())

    def register_buffer(self, name: str, tensor: Tensor | None) -> None:
        """Set an attribute that is saved with the module, and not trained."""
        setattr(self, name, tensor)
        names: tuple[str, ...] = vars(self).get("_buffer_names", ())
        self._buffer_names = names if name in names else (*names, name)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or set them to zero."""
        for parameter in self.parameters():
            if set_to_none:
                parameter.grad = None
            elif parameter.grad is not None:
                parameter.grad.zero_()

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Train all parameters, or freeze them."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    # what it is doing

    def train(self, mode: bool = True) -> Self:
        """Put the whole tree in training mode, or out of it."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Put the whole tree in evaluation mode."""
        return self.train(False)

    def apply(self, function: Callable[[Module], object]) -> Self:
        """Call a function on every module in the tree, the inner ones first."""
        for child in self.children():
            child.apply(function)
        function(self)
        return self

    def to(self, *args: Any, **options: Any) -> Self:
        """Convert all floating-point parameters and buffers, in place; arguments as for ``Tensor.to``."""
        for _, x in self._named_tensors():
            if x.dtype.kind == "f":
                x.data = x.detach().to(*args, **options)
                if x.grad is not None:
                    x.grad = x.grad.to(*args, **options)
        return self

    def float(self) -> Self:
        """Convert to float32."""
        return self.to(dtype=np.dtype("float32"))

    def double(self) -> Self:
        """Convert to float64."""
        return self.to(dtype=np.dtype("float64"))

    # in and out

    def state_dict(self) -> dict[str, Tensor]:
        """All parameters and buffers by dotted name, sharing memory with the module."""
        return {name: x.detach() for name, x in self._named_tensors()}

    def load_state_dict(self, state_dict: Mapping[str, Tensor], strict: bool = True) -> IncompatibleKeys:
        """Copy parameters and buffers from a ``state_dict``.  If something does not fit, nothing is changed.

        Args:
            state_dict: Tensors by dotted name.
            strict: whether every name must be there, and no other.

        Returns:
            The names that are missing and those that are not used.

        Raises:
            RuntimeError: if names (with ``strict``) or shapes do not fit; it lists all that do not.
        """
        own = dict(self._named_tensors())
        missing = [name for name in own if name not in state_dict]
        unexpected = [name for name in state_dict if name not in own]
        wrong = [
            f"size mismatch for {name}: copying a param with shape {tuple(state_dict[name].shape)} from checkpoint, "
            f"the shape in current model is {x.shape}"
            for name, x in own.items()
            if name in state_dict and tuple(state_dict[name].shape) != x.shape
        ]
        if strict and unexpected:
            wrong.insert(0, f"Unexpected key(s) in state_dict: {_quoted(unexpected)}")
        if strict and missing:
            wrong.insert(0, f"Missing key(s) in state_dict: {_quoted(missing)}")
        if wrong:
            raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}: {'; '.join(wrong)}")
        for name in own.keys() & state_dict.keys():
            own[name].detach().copy_(state_dict[name])
        return IncompatibleKeys(missing, unexpected)

    def extra_repr(self) -> str:
        """What stands between the parentheses when the module is printed."""
        return ""

    def __repr__(self) -> str:
        """As torch.nn prints it: the module's own settings, and its children indented."""
        children = [
            f"({name}): " + repr(x).replace("\n", "\n  ") for name, x in _items(vars(self)) if isinstance(x, Module)
        ]
        extra = self.extra_repr()
        if not children:
            return f"{type(self).__name__}({extra})"
        lines = [*extra.splitlines(), *children]
        return f"{type(self).__name__}(\n  " + "\n  ".join(lines) + "\n)"


def _items(tree: Any) -> Iterator[tuple[str, Any]]:
    """Names and values of attributes, those in lists, tuples and dicts as ``layers.0``."""
    for name, x in tree.items() if isinstance(tree, dict) else enumerate(tree):
        if isinstance(x, (list, tuple, dict)):
            yield from ((f"{name}.{inner}", y) for inner, y in _items(x))
        else:
            yield str(name), x


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
