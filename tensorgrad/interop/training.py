"""A net that learns, in either library: its steps, taken apart so that they can be compared, and timed."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Iterable, Sequence
from inspect import signature
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import nn
from .torch import from_torch, to_torch
from .translation import Translation

_TURN, _TURNS = 0.02, 21  # how many seconds of steps make one turn, and how many turns each net has

Arrays = dict[str, NDArray[Any]]  # by the names of the parameters


class Training:
    """A net, its loss and its optimizer; the code is the same for both libraries.

    Args:
        net: the module.
        loss: a function of its output and the targets.
        optimizer: (parameters) -> an optimizer.
        batches: pairs of inputs and targets, used in turns.
    """

    def __init__(
        self,
        net: Any,
        loss: Callable[..., Any],
        optimizer: Callable[[Iterable[Any]], Any],
        batches: Sequence[tuple[Any, Any]],
    ) -> None:
        self.net, self.criterion, self.batches = net, loss, batches
        self.optimizer = optimizer(net.parameters())

    def derive(self, number: int) -> None:
        """The loss of a step, counted from 0, and its gradients."""
        inputs, targets = self.batches[number % len(self.batches)]
        self.net.zero_grad()
        self.output = self.net(inputs)
        self.loss = self.criterion(self.output, targets)
        self.loss.backward()

    def step(self, number: int) -> None:
        """A whole step."""
        self.derive(number)
        self.optimizer.step()

    def weights(self) -> Arrays:
        """The parameters, not copied."""
        return {name: p.detach().numpy() for name, p in self.net.named_parameters()}

    def gradients(self) -> Arrays:
        """Their gradients, zeros where there is none."""
        named = self.net.named_parameters()
        return {name: np.zeros(tuple(p.shape)) if p.grad is None else p.grad.numpy() for name, p in named}

    def in_float64(self, number: int) -> Training:
        """A copy that computes in float64, to derive one step with."""
        pair = [x.double() if x.is_floating_point() else x for x in self.batches[number % len(self.batches)]]
        loss = copy.deepcopy(self.criterion)
        loss = loss.double() if hasattr(loss, "double") else loss
        return Training(copy.deepcopy(self.net).double(), loss, lambda _: None, [(pair[0], pair[1])])


def nets(model: Any, torch: Any) -> tuple[Any, Any]:
    """The net with new weights, here and in PyTorch: made by the function ``model``, or after the module ``model``."""
    if not isinstance(model, nn.Module):
        own = sys.modules[__name__.partition(".")[0]]  # the library as its users see it
        return model(own), model(torch)
    dtype = next((p._data.dtype.name for p in model.parameters()), "float32")
    there = Translation("compare", nn, torch.nn, _maker(getattr(torch, dtype)), to_torch, fresh=True)(model)
    return Translation("compare", torch.nn, nn, _maker(np.dtype(dtype)), from_torch, fresh=True)(there), there


def _maker(dtype: Any) -> Callable[[Any, dict[str, Any]], Any]:
    """Makes modules, with parameters of this dtype."""

    def make(kind: Any, settings: dict[str, Any]) -> Any:
        return kind(**settings, dtype=dtype) if "dtype" in signature(kind).parameters else kind(**settings)

    return make


def loss_there(loss: Any, torch: Any) -> Any:
    """The loss in PyTorch: of its own where it has one of that name, else the same function."""
    if isinstance(loss, nn.Module):
        return to_torch(loss)
    name = getattr(loss, "__name__", "")
    return getattr(torch.nn.functional, name) if getattr(nn.functional, name, None) is loss else loss


def median_times(here: Training, there: Training) -> tuple[float, float]:
    """Seconds that a step takes; a turn has several steps, so that the threads of the other library come to rest."""
    seconds: dict[Training, list[float]] = {here: [], there: []}
    calls = 1
    for turn in range(_TURNS):
        for side in (here, there) if turn % 2 else (there, here):
            start = perf_counter()
            for number in range(calls):
                side.step(number)
            seconds[side].append((perf_counter() - start) / calls)
        if turn == 0:  # it warms up, and shows how many steps make a turn
            calls = max(1, round(_TURN / max(times.pop() for times in seconds.values())))
    return float(np.median(seconds[here])), float(np.median(seconds[there]))
