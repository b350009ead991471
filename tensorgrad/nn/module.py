"""Module: a tree of Parameters, found by looking at attributes, not by registering them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from typing import Any, NamedTuple, Self

import numpy as np

from ..tensor import Tensor, wrap
from .hooks import Hooked
from .parameter import Buffer, Parameter


class IncompatibleKeys(NamedTuple):
    """What a state_dict lacked, and what it had too much, when it was loaded with ``strict=False``."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        keys = f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"
        return keys if any(self) else "<All keys matched successfully>"


class _Forward(property):
    """``__call__`` of a module: its ``forward``, in half of the time of a method that passes the arguments on."""

    def __call__(self, module: Module, *args: Any, **options: Any) -> Any:  # for those who write Module.__call__(m, x)
        return module.forward(*args, **options)


class Module(Hooked):
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
        raise NotImplementedError(f"{type(self).__name__} has no forward(); define one that computes its output")

    __call__: Callable[..., Any] = _Forward(attrgetter("forward"))

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

    def get_submodule(self, target: str) -> Module:
        """The module inside that has this dotted name; the module itself for an empty one."""
        if not target:
            return self
        for name, x in _items(vars(self)):
            if isinstance(x, Module) and f"{target}.".startswith(f"{name}."):
                return x.get_submodule(target[len(name) + 1 :])
        raise AttributeError(f"{type(self).__name__} has no module {target!r}; named_modules() gives those there are")

    def get_parameter(self, target: str) -> Parameter:
        """The Parameter that has this dotted name."""
        for name, x in self._named_tensors():
            if name == target and isinstance(x, Parameter):
                return x
        raise AttributeError(
            f"{type(self).__name__} has no parameter {target!r}; named_parameters() gives those there are"
        )

    def get_buffer(self, target: str) -> Tensor:
        """The buffer that has this dotted name."""
        for name, x in self._named_tensors():
            if name == target and not isinstance(x, Parameter):
                return x
        raise AttributeError(f"{type(self).__name__} has no buffer {target!r}; named_buffers() gives those there are")

    def _named_tensors(
        self, prefix: str = "", recurse: bool = True, saved: bool = False
    ) -> Iterator[tuple[str, Tensor]]:
        """Parameters and buffers: the module's own first, then its children's; a shared one under each name.

        ``saved`` leaves out the buffers that are not persistent.
        """
        own, registered = dict(_items(vars(self))), vars(self).get("_buffers", {})
        yield from ((prefix + name, x) for name, x in own.items() if isinstance(x, Parameter))
        for name, x in own.items():
            if isinstance(x, Tensor) and not isinstance(x, Parameter):
                persistent = registered.get(name, getattr(x, "persistent", None))
                if persistent or (persistent is False and not saved):
                    yield prefix + name, x
        if recurse:
            for name, x in own.items():
                if isinstance(x, Module):
                    yield from x._named_tensors(f"{prefix}{name}.", True, saved)

    # what it learns, and what it keeps

    def named_parameters(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Parameter]]:
        """All Parameters in the tree, or the module's own alone, each once, with dotted names."""
        seen: set[Tensor] = set()
        for name, x in self._named_tensors(prefix + "." if prefix else "", recurse):
            if isinstance(x, Parameter) and x not in seen:
                seen.add(x)
                yield name, x

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """All Parameters in the tree, or the module's own alone."""
        return (parameter for _, parameter in self.named_parameters("", recurse))

    def named_buffers(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Tensor]]:
        """All buffers in the tree, or the module's own alone, each once, with dotted names."""
        seen: set[Tensor] = set()
        for name, x in self._named_tensors(prefix + "." if prefix else "", recurse):
            if not isinstance(x, Parameter) and x not in seen:
                seen.add(x)
                yield name, x

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """All buffers in the tree, or the module's own alone."""
        return (buffer for _, buffer in self.named_buffers("", recurse))

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute; the place of a Parameter, a Module or a buffer is not for anything else, except None."""
        own = vars(self)
        before, kind = own.get(name), type(value).__name__
        if value is not None and not isinstance(value, Parameter):
            if isinstance(before, Parameter):
                raise TypeError(
                    f"cannot assign a {kind} as parameter {name!r}: it needs a Parameter or None; wrap a Tensor in "
                    "nn.Parameter, or write into the one there is with copy_() under no_grad()"
                )
            if isinstance(before, Module) and not isinstance(value, Module):
                raise TypeError(f"cannot assign a {kind} as child module {name!r}: it needs a Module or None")
            if name in own.get("_buffers", ()) and not isinstance(value, (Tensor, Module)):
                raise TypeError(f"cannot assign a {kind} as buffer {name!r}: it needs a Tensor or None")
        if isinstance(value, Buffer):
            own.setdefault("_buffers", {})[name] = value.persistent
        elif isinstance(value, (Parameter, Module)):
            own.get("_buffers", {}).pop(name, None)
        super().__setattr__(name, value)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Set an attribute that belongs to the module and is not trained, now and whenever it is set again.

        Args:
            name: of the attribute.
            tensor: the buffer; None for none yet.
            persistent: whether it is saved, in ``state_dict()``.
        """
        self._check_name("buffer", name, name in vars(self).get("_buffers", ()))
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(f"buffer {name!r} must be a Tensor or None, but got {type(tensor).__name__}")
        setattr(self, name, tensor)
        vars(self).setdefault("_buffers", {})[name] = persistent

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Set an attribute to a Parameter, or to None."""
        self._check_name("parameter", name, isinstance(vars(self).get(name), Parameter))
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(f"parameter {name!r} must be a Parameter or None, but got {type(param).__name__}")
        setattr(self, name, param)

    def add_module(self, name: str, module: Module | None) -> None:
        """Set an attribute to a module, or to None; its name may be any that is free and has no dot."""
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"{type(self).__name__}: item {name} must be a Module, but it is a {type(module).__name__}")
        self._check_name("module", name, isinstance(vars(self).get(name), Module))
        setattr(self, name, module)

    register_module = add_module

    def _check_name(self, kind: str, name: str, replaces: bool) -> None:
        if not isinstance(name, str):
            raise TypeError(f"{kind} name should be a string, but got {type(name).__name__}")
        if not name or "." in name:
            raise KeyError(f"{kind} name can't be empty or contain a dot, but got {name!r}")
        if hasattr(self, name) and not replaces:
            raise KeyError(f"attribute {name!r} already exists in {type(self).__name__}; choose another {kind} name")

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
        if not isinstance(mode, bool):
            raise ValueError(f"train: mode must be a bool, but it is {mode!r}")
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
        wanted = wrap(np.zeros(0, np.float32)).to(*args, **options)._data.dtype
        if wanted.kind != "f":
            raise TypeError(f"Module.to only accepts floating-point dtypes, but got desired dtype={wanted}")
        for _, x in self._named_tensors():
            if x._data.dtype.kind == "f":
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
        """All parameters and persistent buffers by dotted name, sharing memory with the module."""
        return {name: x.detach() for name, x in self._named_tensors(saved=True)}

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
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"load_state_dict: needs a dict of Tensors by name, but got a {type(state_dict).__name__}")
        own = dict(self._named_tensors(saved=True))
        for name in own:
            if name in state_dict and not isinstance(state_dict[name], Tensor):
                kind = type(state_dict[name]).__name__
                raise RuntimeError(
                    f"Error(s) in loading state_dict for {type(self).__name__}: {name} must be a Tensor, but it is a "
                    f"{kind}; make one with tensor(...)"
                )
        missing = [name for name in own if name not in state_dict]
        unexpected = [name for name in state_dict if name not in own]
        wrong = [
            f"size mismatch for {name}: copying a param with shape {state_dict[name].shape} from checkpoint, "
            f"the shape in current model is {x.shape}"
            for name, x in own.items()
            if name in state_dict and state_dict[name]._data.shape != x._data.shape
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

    def _shown(self) -> list[tuple[str, str]]:
        """The children, as they are printed."""
        return [(name, repr(x)) for name, x in _items(vars(self)) if isinstance(x, Module)]

    def __repr__(self) -> str:
        """As torch.nn prints it: the module's own settings, and its children indented."""
        children = [f"({name}): " + text.replace("\n", "\n  ") for name, text in self._shown()]
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
