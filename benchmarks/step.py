"""One training step of tensorgrad, of PyTorch and of NumPy by hand: forward, loss, zero_grad, backward, update.

All start from the same weights, and the losses of five steps must agree with a float64 reference before anything is
timed.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import median, quantiles
from typing import Any, NamedTuple

import numpy as np

from . import Rows, in_turns, parser, report

LR = 0.01
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
Step = Callable[[], Any]  # takes one step and returns the loss


class Workload(NamedTuple):
    """What is trained; ``calls`` is how many steps make one turn."""

    sizes: tuple[int, ...]
    activation: str
    batch: int
    loss: str
    momentum: float
    dtype: str
    calls: int


WORKLOADS = {
    "lecture": Workload((3, 4, 4, 1), "Tanh", 4, "squares", 0, "float64", 50),
    "digits": Workload((64, 128, 64, 10), "ReLU", 64, "cross entropy", 0, "float32", 20),
    "mnist": Workload((784, 256, 128, 10), "ReLU", 128, "cross entropy", 0.9, "float32", 5),
}


def problem(work: Workload, dtype: str) -> tuple[list[tuple[Any, Any]], Any, Any]:
    """Layers of weights (in, out) and biases, inputs, targets: the same numbers in every dtype."""
    random = np.random.default_rng(0)

    def uniform(bound: float, *shape: int) -> Any:
        return random.uniform(-bound, bound, shape).astype(np.float32).astype(dtype)

    layers = [(uniform(n**-0.5, n, out), uniform(n**-0.5, out)) for n, out in pairwise(work.sizes)]
    x = uniform(1, work.batch, work.sizes[0])
    squares = work.loss == "squares"
    return layers, x, uniform(1, work.batch, 1) if squares else random.integers(0, work.sizes[-1], work.batch)


def with_modules(library: str, work: Workload) -> Step:
    """The step as one writes it with torch, and with tensorgrad: the code is the same."""
    lib: Any = importlib.import_module(library)
    layers, x, target = problem(work, work.dtype)
    modules = []
    for w, b in layers:
        linear = lib.nn.Linear(*w.shape, dtype=getattr(lib, work.dtype))
        linear.load_state_dict({"weight": lib.tensor(w.T), "bias": lib.tensor(b)})
        modules += [linear, getattr(lib.nn, work.activation)()]
    model = lib.nn.Sequential(*modules[:-1])
    optimizer = lib.optim.SGD(model.parameters(), lr=LR, momentum=work.momentum)
    x, target = lib.tensor(x), lib.tensor(target)
    cross_entropy = lib.nn.CrossEntropyLoss()

    def step() -> Any:
        output = model(x)
        loss = ((output - target) ** 2).sum() if work.loss == "squares" else cross_entropy(output, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    return step


def by_hand(work: Workload, dtype: str) -> Step:
    """The same with NumPy alone, in plain expressions."""
    layers, x, target = problem(work, dtype)
    speeds = [(np.zeros_like(w), np.zeros_like(b)) for w, b in layers]
    rows = np.arange(work.batch)
    tanh = work.activation == "Tanh"

    def step() -> Any:
        inputs = []
        y = x
        for i, (w, b) in enumerate(layers):
            if i:
                y = np.tanh(y) if tanh else np.maximum(y, 0)
            inputs.append(y)
            y = y @ w + b
        if work.loss == "squares":
            apart = y - target
            loss = (apart * apart).sum()
            g = 2 * apart
        else:
            y = y - y.max(1, keepdims=True)
            y = y - np.log(np.exp(y).sum(1, keepdims=True))
            loss = -y[rows, target].mean()
            g = np.exp(y)
            g[rows, target] -= 1
            g /= work.batch
        for i in reversed(range(len(layers))):
            y = inputs[i]
            gradients = y.T @ g, g.sum(0)
            if i:
                g = g @ layers[i][0].T
                g = g * (1 - y * y) if tanh else g * (y > 0)
            for p, v, gradient in zip(layers[i], speeds[i], gradients, strict=True):
                if work.momentum:
                    v *= work.momentum
                    v += gradient
                    gradient = v
                p -= LR * gradient
        return loss

    return step


def measure(name: str, rounds: int, libraries: Sequence[str], smoke: bool) -> Rows:
    """A row for each contestant: microseconds a step, and how they compare with torch in the same round."""
    work = WORKLOADS[name]

    def steps() -> dict[str, Step]:
        return {library: with_modules(library, work) for library in libraries} | {"numpy": by_hand(work, work.dtype)}

    reference = by_hand(work, "float64")
    wanted = [reference().item() for _ in range(5)]
    rounding = 30 * float(np.finfo(work.dtype).eps)
    for contestant, step in steps().items():
        losses = [step().item() for _ in range(5)]
        np.testing.assert_allclose(losses, wanted, rounding, err_msg=f"{name}, {contestant}")

    seconds = in_turns(steps(), rounds, 1 if smoke else work.calls)
    rows = []
    for contestant, times in seconds.items():
        row = {"workload": name, "with": contestant, "µs a step": round(median(times) * 1e6, 1)}
        if "torch" in seconds:
            ratios = [ours / theirs for ours, theirs in zip(times, seconds["torch"], strict=True)]
            low, middle, high = quantiles(ratios, n=4)
            row |= {"of torch": round(middle, 3), "quartile 1": round(low, 3), "quartile 3": round(high, 3)}
        rows.append(row)
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    options = parser(__doc__ or "")
    options.add_argument("--rounds", type=int, default=100, help="turns of each contestant (default: 100)")
    options.add_argument("--threads", type=int, default=1, help="for matrix products and torch (default: 1)")
    given = options.parse_args(arguments)
    threads = str(given.threads)
    if any(os.environ.get(variable) != threads for variable in THREADS):  # NumPy has read it already: start afresh
        again = [sys.executable, "-m", "benchmarks.step", *(sys.argv[1:] if arguments is None else arguments)]
        raise SystemExit(subprocess.run(again, env=os.environ | dict.fromkeys(THREADS, threads)).returncode)
    libraries = ["tensorgrad"]
    if importlib.util.find_spec("torch"):
        libraries.append("torch")
        importlib.import_module("torch").set_num_threads(given.threads)
    else:
        print("torch is not installed: nothing to compare with but NumPy")
    rounds = 2 if given.smoke else given.rounds
    rows = [row for name in WORKLOADS for row in measure(name, rounds, libraries, given.smoke)]
    report("training step", rows, given.json, given.smoke, rounds=rounds, threads=given.threads)


if __name__ == "__main__":
    main()
