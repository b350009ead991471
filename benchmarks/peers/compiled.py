"""torch.compile: a step as a function from parameters to new parameters, compiled as one graph.

Its first run takes minutes, needs a C++ compiler, and keeps what it has compiled on disk.
"""

from __future__ import annotations

from typing import Any

from ..workloads import LR, Workload, problem
from . import Step


def network(work: Workload, torch: Any) -> Step:
    """Gradients by torch.func; the update makes new parameters."""
    layers, x, target = problem(work)
    parameters = [(torch.tensor(w), torch.tensor(b)) for w, b in layers]
    speeds = [(torch.zeros_like(w), torch.zeros_like(b)) for w, b in parameters] if work.momentum else []
    x, target = torch.tensor(x), torch.tensor(target)
    activation = {"relu": torch.relu, "tanh": torch.tanh}[work.activation]
    cross_entropy = torch.nn.functional.cross_entropy

    def loss(parameters: Any) -> Any:
        y = x
        for w, b in parameters[:-1]:
            y = activation(y @ w + b)
        w, b = parameters[-1]
        y = y @ w + b
        return ((y - target) ** 2).sum() if work.loss == "squares" else cross_entropy(y, target)

    @torch.compile(fullgraph=True)  # type: ignore[untyped-decorator]  # torch may not be installed where this is checked
    def train(parameters: Any, speeds: Any) -> Any:
        gradients, value = torch.func.grad_and_value(loss)(parameters)
        if work.momentum:
            pairs = zip(speeds, gradients, strict=True)
            gradients = speeds = [tuple(work.momentum * v + g for v, g in zip(*pair, strict=True)) for pair in pairs]
        pairs = zip(parameters, gradients, strict=True)
        return [tuple(p - LR * g for p, g in zip(*pair, strict=True)) for pair in pairs], speeds, value

    def step() -> Any:
        nonlocal parameters, speeds
        parameters, speeds, value = train(parameters, speeds)
        return value

    return step


def formula(work: Workload, torch: Any) -> Step:
    """Value and gradient, compiled together."""
    x = torch.tensor(problem(work)[1])
    compute = torch.compile(torch.func.grad_and_value(lambda x: (x.tanh() * x + x.exp()).relu().mean()), fullgraph=True)
    return lambda: compute(x)[::-1]
