"""Modules made of modules that follow one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .activation import ReLU, Sigmoid, Tanh
from .linear import Linear
from .module import Module

ACTIVATIONS: dict[str, type[Module]] = {"relu": ReLU, "tanh": Tanh, "sigmoid": Sigmoid}


class Sequential(Module):
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
            if not isinstance(module, Module):
                raise TypeError(f"Sequential: item {name} must be a Module, but it is a {type(module).__name__}")
            setattr(self, str(name), module)

    def __iter__(self) -> Iterator[Module]:
        """The modules in order."""
        return (x for x in vars(self).values() if isinstance(x, Module))

    def __len__(self) -> int:
        """How many modules there are."""
        return sum(1 for _ in self)  # len([*self]) would ask for the length

    def __getitem__(self, index: int | slice) -> Any:
        """The module at a position, or a Sequential of several."""
        if isinstance(index, slice):
            names = [name for name, x in vars(self).items() if isinstance(x, Module)][index]
            return Sequential({name: getattr(self, name) for name in names})
        return [*self][index]

    def append(self, module: Module) -> Sequential:
        """Put one more module at the end."""
        setattr(self, str(len(self)), module)
        return self

    def forward(self, x: Any) -> Any:
        """What the last module makes of what the one before it made of ... x."""
        for module in self:
            x = module(x)
        return x


class MLP(Sequential):
    """Multilayer perceptron: Linear layers with an activation between them; the last one is linear.

    It takes (..., nin) to (..., nouts[-1]).

    Args:
        nin: features of an input.
        nouts: outputs of each layer; the last number is that of the whole.
        activation: "relu", "tanh" or "sigmoid".
        dtype: of the parameters; by default the default dtype.

    >>> import tensorgrad as tg
    >>> model = tg.nn.MLP(3, [4, 4, 1])
    >>> model(tg.zeros(5, 3)).shape, sum(p.numel() for p in model.parameters())
    ((5, 1), 41)
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
