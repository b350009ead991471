"""tensorgrad, and PyTorch as its users write it: the same lines run with either."""

from __future__ import annotations

from typing import Any

from ..workloads import LR, Workload, problem
from . import Step


def network(work: Workload, lib: Any) -> Step:
    """nn.Sequential, a loss, and optim.SGD."""
    layers, x, target = problem(work)
    activation = {"relu": lib.nn.ReLU, "tanh": lib.nn.Tanh}[work.activation]
    modules = []
    for w, b in layers:
        linear = lib.nn.Linear(*w.shape, dtype=getattr(lib, work.dtype))
        linear.load_state_dict({"weight": lib.tensor(w.T), "bias": lib.tensor(b)})
        modules += [linear, activation()]
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


def formula(work: Workload, lib: Any) -> Step:
    """Operations on one tensor."""
    x = lib.tensor(problem(work)[1], requires_grad=True)

    def step() -> Any:
        x.grad = None
        y = (x.tanh() * x + x.exp()).relu().mean()
        y.backward()
        return y, x.grad

    return step
