"""autograd (HIPS): NumPy's functions under another name, and a function that differentiates a function."""

from __future__ import annotations

from typing import Any

import numpy

from ..workloads import LR, Workload, problem
from . import Step


def network(work: Workload, autograd: Any) -> Step:
    """Gradients by value_and_grad; the update writes into the parameters."""
    np = autograd.numpy
    parameters, x, target = problem(work)
    speeds = [[numpy.zeros(p.shape, p.dtype) for p in layer] for layer in parameters]
    rows = numpy.arange(work.batch)

    def loss(parameters: Any) -> Any:
        y = x
        for w, b in parameters[:-1]:
            y = y @ w + b
            y = np.tanh(y) if work.activation == "tanh" else np.maximum(y, 0)
        w, b = parameters[-1]
        y = y @ w + b
        if work.loss == "squares":
            return np.sum((y - target) ** 2)
        y = y - np.max(y, 1, keepdims=True)
        return np.mean(np.log(np.sum(np.exp(y), 1)) - y[rows, target])

    differentiate = autograd.value_and_grad(loss)

    def step() -> Any:
        value, gradients = differentiate(parameters)
        for layer, speed, shares in zip(parameters, speeds, gradients, strict=True):
            for p, v, g in zip(layer, speed, shares, strict=True):
                if work.momentum:
                    v *= work.momentum
                    v += g
                    g = v
                p -= LR * g
        return value

    return step


def formula(work: Workload, autograd: Any) -> Step:
    """Functions of one array."""
    np = autograd.numpy
    x = problem(work)[1]
    differentiate = autograd.value_and_grad(lambda x: np.mean(np.maximum(np.tanh(x) * x + np.exp(x), 0)))
    return lambda: differentiate(x)
