"""One net trained twice, here and in PyTorch, from one seed: how far apart the two are, step by step."""

from __future__ import annotations

import copy
import math
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import optim
from ..random import get_rng_state, manual_seed, set_rng_state
from ..tensor import Tensor
from .torch import installed, to_torch
from .training import Arrays, Training, loss_there, median_times, nets

# What rounding may explain in one step. It makes relative differences of about 1e-7 in float32 and 1e-16 in float64,
# more where large numbers cancel; a rule that is wrong, by a factor, a sign or a missing term, differs in the first
# digits. These bounds lie between, with room on both sides.
TOLERANCE = {"float32": 1e-4, "float64": 1e-9}
_FLOOR = 0.01  # what is small beside the largest gradient or weight may be rounding: this share of it is the scale
_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


class Differences(NamedTuple):
    """How far two steps are apart: the largest difference of two tensors, relative to the largest number in PyTorch's.

    Attributes:
        output: of what the nets gave.
        loss: of the losses.
        gradients: of the gradients, by the parameters' names.
        weights: of the weights after the step, by the parameters' names.
    """

    output: float
    loss: float
    gradients: dict[str, float]
    weights: dict[str, float]


class Step(NamedTuple):
    """What one step showed.

    Attributes:
        losses: here and in PyTorch, each in its own training.
        apart: the differences between the two trainings, in which rounding piles up from step to step.
        alone: the differences where PyTorch takes the step from our weights, and updates them with our gradients.
    """

    losses: tuple[float, float]
    apart: Differences
    alone: Differences


@dataclass
class Comparison:
    """What ``compare`` found; printed, it is a table.

    Attributes:
        dtype: "float32" or "float64".
        equal_bits: whether the initial weights are the same to the last bit, by the parameters' names.
        initial: the differences between them.
        steps: what each step showed.
        seconds: the median time of a step, here and in PyTorch.
        threads: how many threads each may use, in words.
    """

    dtype: str
    equal_bits: dict[str, bool]
    initial: dict[str, float]
    steps: list[Step]
    seconds: tuple[float, float] = (math.nan, math.nan)
    threads: str = ""

    @property
    def tolerance(self) -> float:
        """The relative difference that rounding may explain in a step: 1e-4 in float32, 1e-9 in float64."""
        return TOLERANCE[self.dtype]

    @property
    def mismatch(self) -> str:
        """A sentence that says which difference beyond the tolerance came first; empty if there is none.

        Of the gradients in one step, the first is that nearest to the output, where backward() begins.
        """
        for what, difference in self._in_order():
            if difference > self.tolerance:
                return (
                    f"{what} is the first to differ by more than rounding explains: by {difference:.1e}, where "
                    f"{self.tolerance:.0e} is the most in {self.dtype}"
                )
        return ""

    def _in_order(self) -> Iterator[tuple[str, float]]:
        yield from ((f"the initial {name}", difference) for name, difference in self.initial.items())
        for number, (_, _, step) in enumerate(self.steps, 1):
            yield f"the output in step {number}", step.output
            yield f"the loss in step {number}", step.loss
            for name, difference in reversed(step.gradients.items()):
                yield f"the gradient of {name} in step {number}", difference
            yield from ((f"{name} after step {number}", difference) for name, difference in step.weights.items())

    @property
    def drift(self) -> list[float]:
        """The largest difference between the weights of the two trainings, after each step."""
        return [max(step.apart.weights.values()) for step in self.steps]

    def __str__(self) -> str:
        first, last, n = self.steps[0], self.steps[-1], len(self.steps)
        parameters = [("parameter", "initial weights", "gradient, step 1", f"weights, step {n}")]
        for name, equal in self.equal_bits.items():
            start = "equal bits" if equal else f"{self.initial[name]:.1e}"
            parameters.append((name, start, f"{first.apart.gradients[name]:.1e}", f"{last.apart.weights[name]:.1e}"))
        both = [("", "tensorgrad", "torch", "difference")]
        for number, step in {1: first, n: last}.items():
            both.append((f"output, step {number}", "", "", f"{step.apart.output:.1e}"))
            ours, theirs = step.losses
            both.append((f"loss, step {number}", f"{ours:.6g}", f"{theirs:.6g}", f"{step.apart.loss:.1e}"))
        here, there = self.seconds
        both.append(("time a step", f"{here * 1e3:.3f} ms", f"{there * 1e3:.3f} ms", f"{here / there:.2f} of it"))
        return "\n".join([*_columns(parameters), "", *_columns(both), f"threads: {self.threads}"])


@np.errstate(all="ignore")  # numbers that run over are answered with a sentence
def compare(
    model: Any,
    batch: Any,
    loss: Callable[..., Any],
    steps: int,
    optimizer: str = "SGD",
    lr: float = 0.01,
    *,
    seed: int = 0,
    **settings: Any,
) -> Comparison:
    """Train one net here and in PyTorch, each on its own from the same seed, and tell how far apart they are.

    Over many steps the two drift apart, as rounding piles up and training may enlarge it: by how much, is shown. What
    is judged is each step alone: PyTorch repeats it from our weights, and its optimizer is given our gradients.  In
    float32 an input of relu may fall on either side of 0 by rounding; so gradients that differ though the outputs agree
    are computed again in float64, and are no mismatch if they agree there.

    Differences are the largest between two tensors, relative to the largest number in PyTorch's, or to a hundredth of
    the largest gradient or weight in the net where that is more.

    Args:
        model: a Module, which stays as it is and serves as the plan; or a function that builds the net with the
            library that it is given: ``lambda torch: torch.nn.Linear(2, 1)``.
        batch: inputs and targets, two Tensors; or a list of such pairs, used in turns.
        loss: a loss module, a function of nn.functional, or one of output and target that runs in both libraries.
        steps: how many steps to train, 1 or more.
        optimizer: the name of a class in ``optim``.
        lr: its learning rate.
        seed: for ``manual_seed`` in both; the generators are put back to where they were.
        settings: more for the optimizer, such as ``momentum=0.9``.

    Returns:
        All differences, the losses, and the time of a step in either library, measured in turns.

    Raises:
        ImportError: if PyTorch is not installed.
        TypeError: if the model has a module that torch.nn lacks.
        ValueError: if an argument makes no sense, or the function builds two different nets.
        FloatingPointError: if the loss leaves the finite numbers.

    >>> import pytest
    >>> torch = pytest.importorskip("torch")
    >>> import tensorgrad as tg
    >>> model, batch = tg.nn.MLP(2, [8, 1], "tanh"), (tg.ones(4, 2), tg.zeros(4, 1))
    >>> found = tg.interop.compare(model, batch, tg.nn.MSELoss(), steps=10, optimizer="Adam", lr=0.1)
    >>> found.equal_bits, found.mismatch
    ({'0.weight': True, '0.bias': True, '2.weight': True, '2.bias': True}, '')
    """
    torch = installed()
    if steps < 1:
        raise ValueError(f"compare: steps must be at least 1, but got {steps}")
    known = [name for name, kind in vars(optim).items() if isinstance(kind, type) and kind is not optim.Optimizer]
    if optimizer not in known:
        raise ValueError(f"compare: optimizer must be one of {', '.join(known)}, but got {optimizer!r}")
    batches = [batch] if isinstance(batch[0], Tensor) else list(batch)
    pairs = [(to_torch(inputs), to_torch(targets)) for inputs, targets in batches]

    def learning(library: Any) -> Callable[[Any], Any]:
        return lambda parameters: getattr(library, optimizer)(parameters, lr=lr, **settings)

    with _streams_kept(torch):
        manual_seed(seed)
        torch.manual_seed(seed)
        net, twin = nets(model, torch)
        here = Training(net, loss, learning(optim), batches)
        there = Training(twin, loss_there(loss, torch), learning(torch.optim), pairs)
        again = Training(copy.deepcopy(twin), there.criterion, learning(torch.optim), pairs)
        found = _start(here.weights(), there.weights())
        judge = _Judge(here, there, again, torch, found.dtype)
        for number in range(steps):
            step = judge.step(number)
            if judge.at_an_end():
                if found.steps and found.mismatch:
                    break
                raise FloatingPointError(
                    f"compare: in step {number + 1} the loss has become {step.losses[0]} here and {step.losses[1]} in "
                    f"PyTorch, and nothing is left to compare; lower lr, which is {lr}"
                )
            found.steps.append(step)
        found.seconds = median_times(here, there)
    found.threads = f"NumPy {_threads_here()}, torch {torch.get_num_threads()}"
    return found


def _start(ours: Arrays, theirs: Arrays) -> Comparison:
    """The comparison of the initial weights."""
    listed = [", ".join(f"{name} {w.dtype}{w.shape}" for name, w in side.items()) for side in (ours, theirs)]
    if listed[0] != listed[1]:
        raise ValueError(f"compare: the net has the parameters {listed[0]} here, but in PyTorch {listed[1]}")
    dtypes = {w.dtype.name for w in ours.values()}
    if len(dtypes) != 1 or not dtypes <= TOLERANCE.keys():
        have = " and ".join(sorted(dtypes))
        raise ValueError(f"compare: the parameters must all be float32 or all float64, but are {have}")
    equal = {name: w.tobytes() == theirs[name].tobytes() for name, w in ours.items()}
    return Comparison(dtypes.pop(), equal, _differences(ours, theirs), [])


class _Judge:
    """Takes the steps of both trainings, and looks at each alone: ``again`` repeats ours in PyTorch."""

    def __init__(self, here: Training, there: Training, again: Training, torch: Any, dtype: str) -> None:
        self.here, self.there, self.again, self.torch, self.dtype = here, there, again, torch, dtype
        self.first_loss = self.first_gradient = 0.0

    def step(self, number: int) -> Step:
        """A step, counted from 0."""
        here, there, again, torch = self.here, self.there, self.again, self.torch
        streams = get_rng_state(), torch.get_rng_state()  # all draw the same masks in dropout
        here.derive(number)
        with torch.no_grad():
            for name, p in again.net.named_parameters():
                p.copy_(torch.from_numpy(here.weights()[name]))
        again.derive(number)
        if number == 0:
            self.first_loss = abs(again.loss.item())
            self.first_gradient = max(map(_largest_number, again.gradients().values()))
        alone = self._derived(here, again)
        most = TOLERANCE["float32"]
        if self.dtype == "float32" and max(alone.output, alone.loss) <= most < max(alone.gradients.values()) < math.inf:
            exact = self._in_float64(number, *streams).gradients
            if max(exact.values()) <= TOLERANCE["float64"]:
                alone = alone._replace(gradients=exact)
        torch.set_rng_state(streams[1])
        there.derive(number)
        apart = self._derived(here, there)

        for p, ours in zip(again.net.parameters(), here.net.parameters(), strict=True):
            p.grad = None if ours.grad is None else to_torch(ours.grad).clone()
        before = {name: w.copy() for name, w in here.weights().items()}
        for side in (here, there, again):
            side.optimizer.step()
        updates = {name: _largest_number(w - before[name]) for name, w in again.weights().items()}
        alone = alone._replace(weights=_differences(here.weights(), again.weights(), scales=updates))
        apart = apart._replace(weights=_differences(here.weights(), there.weights()))
        return Step((here.loss.item(), there.loss.item()), apart, alone)

    def at_an_end(self) -> bool:
        """Whether our weights give a loss that is not finite, in PyTorch, too."""
        return not any(math.isfinite(side.loss.item()) for side in (self.here, self.again))

    def _in_float64(self, number: int, ours: Any, theirs: Any) -> Differences:
        """The differences of a step computed in float64, with the generators in the states given."""
        here, again = self.here.in_float64(number), self.again.in_float64(number)
        after = get_rng_state()
        set_rng_state(ours)
        self.torch.set_rng_state(theirs)
        here.derive(0)
        again.derive(0)
        set_rng_state(after)
        return self._derived(here, again)

    def _derived(self, ours: Training, theirs: Training) -> Differences:
        """The differences before the update; when all is learned, the first step's numbers still give a scale."""
        output = _difference(ours.output.detach().numpy(), theirs.output.detach().numpy())
        loss = _difference(ours.loss.detach().numpy(), theirs.loss.detach().numpy(), _FLOOR * self.first_loss)
        gradients = _differences(ours.gradients(), theirs.gradients(), _FLOOR**2 * self.first_gradient)
        return Differences(output, loss, gradients, {})


def _largest_number(x: NDArray[Any]) -> float:
    return float(np.abs(x).max(initial=0))


def _differences(
    ours: Arrays, theirs: Arrays, floor: float = 0, scales: dict[str, float] | None = None
) -> dict[str, float]:
    """The difference of each pair, relative to the largest number in theirs, or to a scale, but at least to a floor."""
    largest = {name: _largest_number(x) for name, x in theirs.items()}
    floor = max(floor, _FLOOR * max(largest.values()))
    return {name: _difference(ours[name], x, floor, (scales or largest)[name]) for name, x in theirs.items()}


def _difference(ours: NDArray[Any], theirs: NDArray[Any], floor: float = 0, scale: float | None = None) -> float:
    """The same of one pair."""
    if np.array_equal(ours, theirs, equal_nan=True):
        return 0.0
    largest = _largest_number(theirs) if scale is None else scale
    apart = np.abs(ours.astype(np.float64) - theirs).max() / np.float64(max(largest, floor))
    return math.inf if np.isnan(apart) else float(apart)


@contextmanager
def _streams_kept(torch: Any) -> Iterator[None]:
    """Puts both libraries' generators back to where they were."""
    ours, theirs = get_rng_state(), torch.get_rng_state()
    try:
        yield
    finally:
        set_rng_state(ours)
        torch.set_rng_state(theirs)


def _threads_here() -> str:
    """How many threads NumPy's matrix products may use: what the environment says, or one for each core."""
    return next((os.environ[name] for name in _THREADS if name in os.environ), str(os.cpu_count()))


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines with columns as wide as what stands in them, the first one to the left."""
    first, *rest = (max(map(len, column)) for column in zip(*rows, strict=True))
    return [
        (row[0].ljust(first) + "".join("  " + x.rjust(n) for x, n in zip(row[1:], rest, strict=True))).rstrip()
        for row in rows
    ]
