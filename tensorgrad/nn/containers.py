"""Modules made of modules: one after the other, in lists and in dicts; and lists of Parameters."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Self

from ..tensor import Tensor
from .activation import ELU, GELU, LeakyReLU, ReLU, Sigmoid, SiLU, Softplus, Tanh
from .linear import Linear
from .module import Module
from .parameter import Parameter

ACTIVATIONS: dict[str, type[Module]] = {
    "relu": ReLU, "tanh": Tanh, "sigmoid": Sigmoid, "gelu": GELU, "silu": SiLU, "elu": ELU, "leaky_relu": LeakyReLU,
    "softplus": Softplus,
}  # fmt: skip


class _Ordered(Module):
    """Modules in order, named "0", "1", ...: what Sequential and ModuleList have in common."""

    def __iter__(self) -> Iterator[Module]:
        """The modules in order."""
        return (x for x in vars(self).values() if isinstance(x, Module))

    def __len__(self) -> int:
        """How many modules there are."""
        return sum(1 for _ in self)  # len([*self]) would ask for the length

    def _names(self) -> list[str]:
        return [name for name, x in vars(self).items() if isinstance(x, Module)]

    def _at(self, index: int) -> str:
        """The name of the module at a position."""
        names = self._names()
        position = operator.index(index)
        if not -len(names) <= position < len(names):
            raise IndexError(f"{type(self).__name__}: index {position} is out of range, there are {len(names)} modules")
        return names[position]

    def __getitem__(self, index: Any) -> Any:
        """The module at a position."""
        return getattr(self, self._at(index))

    def __setitem__(self, index: int, module: Module) -> None:
        """Put a module in the place of another."""
        self.add_module(self._at(index), module)

    def __delitem__(self, index: int | slice) -> None:
        """Take modules away; those after them move up."""
        modules = [*self]
        del modules[index if isinstance(index, slice) else self._names().index(self._at(index))]
        self._renew(modules)

    def _renew(self, modules: Iterable[Module]) -> None:
        """Have these modules in place of those there are."""
        modules = [*modules]
        for name in self._names():
            delattr(self, name)
        for position, module in enumerate(modules):
            self.add_module(str(position), module)

    def append(self, module: Module) -> Self:
        """Put one more module at the end."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Put more modules at the end."""
        if not isinstance(modules, Iterable):
            raise TypeError(
                f"{type(self).__name__}.extend should be called with an iterable, but got {type(modules).__name__}"
            )
        for module in [*modules]:
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> None:
        """Put a module before the one at a position."""
        modules = [*self]
        modules.insert(index, module)
        self._renew(modules)

    def pop(self, index: int = -1) -> Module:
        """Take a module away, and return it."""
        module: Module = self[index]
        del self[index]
        return module

    def __iadd__(self, modules: Iterable[Module]) -> Self:
        """Put more modules at the end."""
        return self.extend(modules)


class Sequential(_Ordered):
    """Modules applied one after the other.

    Args:
        modules: apart, named "0", "1", ..., or one dict of names and modules.

    >>> import tensorgrad as tg
    >>> tg.nn.Sequential(tg.nn.Linear(2, 8), tg.nn.Tanh())
    Sequential(
      (0): Linear(in_features=2, out_features=8, bias=True)
      (1): Tanh()
    )
    """

    def __init__(self, *modules: Module | dict[str, Module]) -> None:
        named = modules[0] if len(modules) == 1 and isinstance(modules[0], dict) else dict(enumerate(modules))
        for name, module in named.items():
            self.add_module(str(name), module)  # type: ignore[arg-type]  # which it checks

    def __getitem__(self, index: int | slice) -> Any:
        """The module at a position, or a Sequential of several, which keep their names."""
        if isinstance(index, slice):
            return Sequential({name: getattr(self, name) for name in self._names()[index]})
        return super().__getitem__(index)

    def forward(self, x: Any) -> Any:
        """What the last module makes of what the one before it made of ... x."""
        for module in [*vars(self).values()]:
            if isinstance(module, Module):
                x = module(x)
        return x


class ModuleList(_Ordered):
    """A list of modules; a plain list serves as well, and is searched, too.

    Args:
        modules: any iterable of modules.

    >>> import tensorgrad as tg
    >>> tg.nn.ModuleList([tg.nn.Linear(2, 2) for _ in range(3)])
    ModuleList(
      (0-2): 3 x Linear(in_features=2, out_features=2, bias=True)
    )
    """

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        if modules is not None:
            self.extend(modules)

    def __getitem__(self, index: int | slice) -> Any:
        """The module at a position, or a ModuleList of several."""
        return ModuleList([*self][index]) if isinstance(index, slice) else super().__getitem__(index)

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        """A list of the modules of both."""
        return ModuleList([*self, *other])

    def _shown(self) -> list[tuple[str, str]]:
        """Equal neighbours are printed once, with their number."""
        shown = []
        for text, run in itertools.groupby(super()._shown(), lambda child: child[1]):
            names = [name for name, _ in run]
            shown.append((names[0], text) if len(names) == 1 else (f"{names[0]}-{names[-1]}", f"{len(names)} x {text}"))
        return shown


class ModuleDict(Module):
    """Modules by name, which are its attributes, too.

    Args:
        modules: a dict of names and modules, or pairs of them.

    >>> import tensorgrad as tg
    >>> parts = tg.nn.ModuleDict(dict(embed=tg.nn.Embedding(10, 4), head=tg.nn.Linear(4, 10)))
    >>> parts.embed is parts["embed"], list(parts)
    (True, ['embed', 'head'])
    """

    def __init__(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] | None = None) -> None:
        if modules is not None:
            self.update(modules)

    def __getitem__(self, key: str) -> Module:
        """The module of a name."""
        module = vars(self).get(key)
        if not isinstance(module, Module):
            raise KeyError(key)
        return module

    def __setitem__(self, key: str, module: Module) -> None:
        """Give a name a module."""
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        """Take the module of a name away."""
        self.pop(key)

    def __len__(self) -> int:
        """How many modules there are."""
        return len(self.keys())

    def __iter__(self) -> Iterator[str]:
        """The names in order."""
        return iter(self.keys())

    def __contains__(self, key: object) -> bool:
        """Whether there is a module of this name."""
        return key in self.keys()

    def keys(self) -> list[str]:
        """The names."""
        return [name for name, x in vars(self).items() if isinstance(x, Module)]

    def values(self) -> list[Module]:
        """The modules."""
        return [x for x in vars(self).values() if isinstance(x, Module)]

    def items(self) -> list[tuple[str, Module]]:
        """Names and modules."""
        return [*zip(self.keys(), self.values(), strict=True)]

    def pop(self, key: str) -> Module:
        """Take the module of a name away, and return it."""
        module = self[key]
        delattr(self, key)
        return module

    def update(self, modules: Any) -> None:
        """Give names modules: of a dict, of pairs, or of another ModuleDict."""
        if not isinstance(modules, Iterable):
            raise TypeError(
                f"ModuleDict.update should be called with a dict or pairs of names and modules, but got "
                f"{type(modules).__name__}"
            )
        for key, module in modules.items() if hasattr(modules, "items") else modules:
            self[key] = module


class ParameterList(Module):
    """A list of Parameters; a plain list serves as well, and is searched, too.

    Args:
        values: any iterable of Parameters, or of Tensors, of which it makes Parameters.

    >>> import tensorgrad as tg
    >>> tg.nn.ParameterList([tg.zeros(2), tg.zeros(2, 3)])
    ParameterList(
        (0): Parameter containing: [torch.float32 of size 2]
        (1): Parameter containing: [torch.float32 of size 2x3]
    )
    """

    def __init__(self, values: Iterable[Tensor] | None = None) -> None:
        if values is not None:
            self.extend(values)

    def __iter__(self) -> Iterator[Parameter]:
        """The Parameters in order."""
        return (x for x in vars(self).values() if isinstance(x, Parameter))

    def __len__(self) -> int:
        """How many Parameters there are."""
        return sum(1 for _ in self)

    def __getitem__(self, index: int | slice) -> Any:
        """The Parameter at a position, or a ParameterList of several."""
        if isinstance(index, slice):
            return ParameterList([*self][index])
        return getattr(self, self._at(index))

    def __setitem__(self, index: int, value: Tensor) -> None:
        """Put a Parameter in the place of another."""
        setattr(self, self._at(index), value if isinstance(value, Parameter) else Parameter(value))

    def _at(self, index: int) -> str:
        n, position = len(self), operator.index(index)
        if not -n <= position < n:
            raise IndexError(f"ParameterList: index {position} is out of range, there are {n} Parameters")
        return str(position % n)

    def append(self, value: Tensor) -> Self:
        """Put one more Parameter at the end."""
        setattr(self, str(len(self)), value if isinstance(value, Parameter) else Parameter(value))
        return self

    def extend(self, values: Iterable[Tensor]) -> Self:
        """Put more Parameters at the end."""
        for value in [*values]:
            self.append(value)
        return self

    def __repr__(self) -> str:
        """As torch.nn prints it: dtypes and sizes."""
        lines = [
            f"  ({i}): Parameter containing: [{x.dtype} of size {'x'.join(map(str, x.shape))}]"
            for i, x in enumerate(self)
        ]
        text = "".join(lines) if len(lines) < 2 else "".join(f"\n  {line}" for line in lines) + "\n"
        return f"ParameterList({text})"


class MLP(Sequential):
    """Multilayer perceptron: Linear layers with an activation between them; the last one is linear.

    It takes (..., nin) to (..., nouts[-1]).

    Args:
        nin: features of an input.
        nouts: outputs of each layer; the last number is that of the whole.
        activation: "relu", "tanh", "sigmoid", "gelu", "silu", "elu", "leaky_relu" or "softplus".
        dtype: of the parameters; by default the default dtype.

    >>> import tensorgrad as tg
    >>> model = tg.nn.MLP(3, [4, 4, 1])
    >>> model(tg.zeros(5, 3)).shape, sum(p.numel() for p in model.parameters())
    (torch.Size([5, 1]), 41)
    """

    def __init__(self, nin: int, nouts: Sequence[int], activation: str = "relu", dtype: Any = None) -> None:
        if activation not in ACTIVATIONS:
            raise ValueError(f"MLP: activation must be one of {sorted(ACTIVATIONS)}, but it is {activation!r}")
        if not isinstance(nouts, Sequence) or not nouts:
            raise ValueError(
                f"MLP: nouts must be a list with the outputs of each layer, at least one, but it is {nouts!r}"
            )
        modules: list[Module] = []
        for before, after in zip([nin, *nouts], nouts, strict=False):
            modules += [ACTIVATIONS[activation](), Linear(before, after, dtype=dtype)]
        super().__init__(*modules[1:])
