"""Optimizer: which parameters, with which settings, and what each remembers.  The rule itself is ``update``."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Set
from typing import Any

import numpy as np

from ..grad_mode import enable_grad
from ..tensor import Tensor, wrap
from ..writes import wrote
from .flat import Group

WORDS = {"lr": "learning rate", "eps": "epsilon value"}  # PyTorch's, for settings that it calls otherwise
NOTES = {
    "params", "param_names", "name", "initial_lr", "max_lr", "min_lr", "max_momentum", "base_momentum"
}  # beside the settings  # fmt: skip


HOW = ("foreach", "fused", "capturable", "differentiable")  # PyTorch's choices of how, not what, to compute


def _check_how(
    foreach: bool | None = None, fused: bool | None = None, capturable: bool = False, differentiable: bool = False
) -> None:
    """Raise RuntimeError if the settings of ``HOW`` contradict each other, or ask for what is not here.

    ``foreach`` and ``fused`` say how many kernels a step takes: there is one way here, so they are taken as they come.
    """
    if fused and (foreach or differentiable):
        raise RuntimeError("`fused` and `foreach`, or `differentiable`, cannot be True together; give one of them")
    for name, wanted in (("capturable", capturable), ("differentiable", differentiable)):
        if wanted:
            raise RuntimeError(
                f"{name}=True is not possible: steps are neither recorded nor run on a GPU; leave it out"
            )


class Optimizer:
    """The bookkeeping of all optimizers; a subclass has ``defaults`` and ``update``, and may have a ``check``.

    Attributes:
        param_groups: dicts with the parameters, under "params", and their settings; these may be changed any time.
        state: what the optimizer remembers of each parameter.
        not_negative: the settings that must be numbers of at least 0.
    """

    defaults: dict[str, Any]
    not_negative: tuple[str, ...] = ()
    update: Callable[..., None]  # (w, g, state, **settings): change the array w in place, given its gradient g;
    # with the decorator ``flat.elementwise``, w may be many parameters in one
    _stepped = False  # whether step() was called: schedulers want to know

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        if isinstance(params, (Tensor, Mapping)) or not hasattr(params, "__iter__"):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, "
                f"but got {type(params).__name__}; give model.parameters()"
            )
        self.check(defaults)
        self.defaults = defaults
        self._taken = [name for name in defaults if name not in HOW]  # the settings that ``update`` takes
        self.state: dict[Tensor, dict[str, Any]] = {}
        self.param_groups: list[dict[str, Any]] = []
        self._groups: list[Group] = []  # what is updated as one in each
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list; the model has no Parameters")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def check(self, settings: Mapping[str, Any]) -> None:
        """Raise ValueError if the settings of a group make no sense, TypeError if they are no numbers."""
        _check_how(**{name: settings[name] for name in HOW if name in settings})
        for name in self.not_negative:
            value, words = settings[name], WORDS.get(name, f"{name} value")
            if getattr(value, "ndim", 0) and value.numel() != 1:
                raise ValueError(
                    f"Invalid {words}: a Tensor must be of 1 element, but it has shape {value._data.shape}"
                )
            if not hasattr(value, "__float__"):
                raise TypeError(f"Invalid {words}: {value!r}; it must be a number, but it is a {type(value).__name__}")
            if not value >= 0:
                raise ValueError(f"Invalid {words}: {value}; it must be at least 0")

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Take on more parameters, with settings of their own; what is not given is as in ``defaults``."""
        if not isinstance(param_group, Mapping):
            raise TypeError(f'param_group must be a dict with "params", but got {type(param_group).__name__}')
        given = param_group["params"]
        if isinstance(given, Set):
            raise TypeError("optimizer parameters need to be in an order that stays, but got a set; give a list")
        params = [given] if isinstance(given, Tensor) else list(given)
        named = [p for p in params if isinstance(p, tuple)]
        if named and len(named) < len(params):
            raise ValueError("all optimizer params should be with/without names; some of them have none")
        settings = {**self.defaults, **{k: v for k, v in param_group.items() if k != "params"}}
        if named:
            settings["param_names"], params = [name for name, _ in named], [p for _, p in named]
        if self.param_groups and ("param_names" in settings) != ("param_names" in self.param_groups[0]):
            raise ValueError("all optimizer param groups should be with/without names; this one is not as the first")
        group = {"params": params, **{k: v.item() if hasattr(v, "item") else v for k, v in settings.items()}}
        if unknown := sorted(group.keys() - self.defaults.keys() - NOTES):
            raise ValueError(f"{type(self).__name__} has no setting {unknown[0]!r}; it has {', '.join(self.defaults)}")
        self.check(group)
        known = {p for other in self.param_groups for p in other["params"]}
        for p in params:
            if not isinstance(p, Tensor):
                raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {type(p).__name__}")
            if not p.is_leaf:
                raise ValueError(
                    "can't optimize a non-leaf Tensor: it was computed; optimize what it was computed from"
                )
            if p in known:
                raise ValueError("some parameters appear in more than one parameter group")
        if len(set(params)) < len(params):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters, which a step moves as often",
                stacklevel=3,
            )
        self.param_groups.append(group)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or set them to zero."""
        for group in self.param_groups:
            for p in group["params"]:
                if set_to_none:
                    leaf: Any = p._node or p._leaf
                    if leaf is not None:
                        (leaf.keeper if leaf.edge else leaf).grad = None
                elif p.grad is not None:
                    p.grad.zero_()

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient.

        Args:
            closure: computes the loss and its gradients anew, and returns the loss; called first.

        Returns:
            The loss of the closure, if there is one.
        """
        loss = None if closure is None else enable_grad(closure)()
        self._stepped = True
        for number, group in enumerate(self.param_groups):
            settings = {name: group[name] for name in self._taken}
            for p in self._update_together(number, group["params"], settings):
                leaf: Any = p._node or p._leaf
                gradient = None if leaf is None else leaf.keeper.grad
                if gradient is not None:
                    w = p._array()
                    self.update(w, gradient, self.state.setdefault(p, {}), **settings)
                    wrote(w)
        return loss

    def _update_together(self, number: int, params: list[Tensor], settings: dict[str, Any]) -> list[Tensor]:
        """Update those parameters of a group that lie side by side, if the rule allows it, and return the others."""
        if not getattr(self.update, "elementwise", False):
            return params
        if number == len(self._groups) or not self._groups[number].is_still(params):
            for group in self._groups[number:]:
                group.part(self.state)
            self._groups[number:] = [Group(params, self.state)]
        return self._groups[number].update(self.update, settings, self.state)

    def state_dict(self) -> dict[str, Any]:
        """Settings and state, the parameters numbered in order, as in PyTorch."""
        number = {p: i for i, p in enumerate(p for group in self.param_groups for p in group["params"])}
        groups = [
            {**{k: v for k, v in group.items() if k != "params"}, "params": [number[p] for p in group["params"]]}
            for group in self.param_groups
        ]
        state = {
            number[p]: {k: wrap(v) if isinstance(v, np.ndarray) else v for k, v in s.items()}
            for p, s in self.state.items()
            if s
        }
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take settings and state from a ``state_dict``, of an optimizer with as many parameters.

        Raises:
            ValueError: if the groups have other sizes.
        """
        groups, saved = self.param_groups, state_dict["param_groups"]
        sizes, saved_sizes = [len(g["params"]) for g in groups], [len(g["params"]) for g in saved]
        if sizes != saved_sizes:
            raise ValueError(
                f"loaded state dict doesn't match the optimizer's parameter groups: groups of {sizes} parameters are "
                f"needed, but it has groups of {saved_sizes}"
            )
        self.state, self._groups = {}, []
        for group, other in zip(groups, saved, strict=True):
            group.update({k: v for k, v in other.items() if k not in ("params", "capturable", "differentiable")})
            for p, number in zip(group["params"], other["params"], strict=True):
                if number in state_dict["state"]:
                    self.state[p] = {  # the count of steps keeps its dtype: float16 would end at 2048
                        k: (a := np.asarray(v)).astype(a.dtype if k == "step" else p._data.dtype)
                        if hasattr(v, "dtype")
                        else v
                        for k, v in state_dict["state"][number].items()
                    }

    def __repr__(self) -> str:
        """As torch.optim prints it."""
        lines = [f"{type(self).__name__} ("]
        for i, group in enumerate(self.param_groups):
            lines.append("\n" * (i > 0) + f"Parameter Group {i}")
            lines += [f"    {name}: {group[name]}" for name in sorted(group) if name != "params"]
        return "\n".join([*lines, ")"])
