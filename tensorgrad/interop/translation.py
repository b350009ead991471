"""The same modules in the other library, found by the names that both use: of classes, settings and parameters."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from inspect import signature
from typing import Any

from ..nn.module import Module, _items

_CONTAINERS = ("Sequential", "ModuleList", "ModuleDict")
_NAMES = {("PairwiseDistance", "p"): "norm"}  # of attributes, where they are not the arguments'
_WITHOUT_EFFECT = ("inplace", "sparse", "device", "dtype")  # settings that change no number, or are the parameters' own


class Translation:
    """Builds, in one library's ``nn``, what was made in the other's; calling it gives the module.

    There is no table of modules: a class is looked up by its name, its constructor is given the settings that the
    module keeps as attributes under the names of the arguments, and then its parameters and buffers are set, one by
    one.  Parameters and modules that are used twice are one in the result, too.

    Args:
        name: of the function that translates, for messages.
        source: the ``nn`` to translate from.
        target: the ``nn`` to translate to.
        build: (class, settings) -> a module of the target.
        tensor: takes a tensor over.
        fresh: whether to leave the parameters to ``build``, and take over only buffers that are settings.
    """

    def __init__(
        self,
        name: str,
        source: Any,
        target: Any,
        build: Callable[[Any, dict[str, Any]], Any],
        tensor: Callable[[Any], Any],
        fresh: bool = False,
    ) -> None:
        self.name, self.source, self.target = name, source, target
        self.build, self.tensor, self.fresh = build, tensor, fresh
        self.seen: dict[int, Any] = {}  # by identity: what a module or tensor already is in the target

    def __call__(self, x: Any) -> Any:
        if id(x) not in self.seen:
            self.seen[id(x)] = self._module(x)
        return self.seen[id(x)]

    def _module(self, x: Any) -> Any:
        base = self._base(x)
        kind = getattr(self.target, base.__name__)
        if base.__name__ in _CONTAINERS:
            children = OrderedDict((name, self(child)) for name, child in _children(x))
            made = kind(list(children.values()) if base.__name__ == "ModuleList" else children)
        else:
            made = self.build(kind, self._settings(x, base, kind))
            own, its = _tensors(x), _tensors(made)
            if [*own] != [*its]:
                raise TypeError(
                    f"{self.name}: this {base.__name__} holds {_listed([*own])}, but {_full(kind)} holds "
                    f"{_listed([*its])}; undo what was added to it"
                )
            for name, tensor in own.items():
                self._set(made, name, tensor, its[name])
        made.training = x.training
        return made

    def _set(self, made: Any, name: str, tensor: Any, its: Any) -> None:
        if id(tensor) not in self.seen:
            taken = its if self.fresh else self.tensor(tensor)
            if taken.requires_grad != tensor.requires_grad:
                taken.requires_grad_(tensor.requires_grad)
            self.seen[id(tensor)] = taken
        setattr(made, name, self.seen[id(tensor)])

    def _base(self, x: Any) -> Any:
        """The class of the source's ``nn`` that the module is, or whose ``forward`` it has."""
        bases: Any = type(x).__mro__
        for base in bases:
            name: str = base.__name__
            known = getattr(self.source, name, None) is base and hasattr(self.target, name)
            if known and name != Module.__name__ and type(x).forward is base.forward:
                return base
        raise TypeError(
            f"{self.name}: {self.target.__name__} has no module that computes what {type(x).__name__} does; write its "
            f"class there, too, and load its numbers from the state_dict()"
        )

    def _settings(self, x: Any, base: Any, kind: Any) -> dict[str, Any]:
        """The arguments that make a ``kind`` of the target do what x does."""
        taken = signature(kind).parameters
        settings = {}
        for name, argument in signature(base).parameters.items():
            attribute = _NAMES.get((base.__name__, name), name)
            if name in _WITHOUT_EFFECT or not hasattr(x, attribute):
                continue
            value = getattr(x, attribute)
            if isinstance(argument.default, bool) and not isinstance(value, bool):
                value = value is not None  # whether to have a bias; the attribute is the bias itself
            elif hasattr(value, "requires_grad"):
                value = self.tensor(value)  # what each class counts in a loss
            if name in taken:
                settings[name] = value
            elif value is not argument.default and value != argument.default:
                raise ValueError(
                    f"{self.name}: {_full(kind)} takes no {name}, but this {base.__name__} has {name}={value}"
                )
        return settings


def _children(x: Any) -> Iterator[tuple[str, Any]]:
    """The modules directly inside, under every name they have."""
    if isinstance(x, Module):
        yield from ((name, child) for name, child in _items(vars(x)) if isinstance(child, Module))
    else:
        yield from x._modules.items()


def _tensors(x: Any) -> dict[str, Any]:
    return {**dict(x.named_parameters()), **dict(x.named_buffers())}


def _full(kind: Any) -> str:
    """A class's name as one writes it: torch.nn.Linear."""
    return f"{kind.__module__.partition('.')[0]}.nn.{kind.__name__}"


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "nothing"
