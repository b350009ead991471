"""mygrad: tensors and operations, layers and updates by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..workloads import LR, Workload, problem
from . import Step


def network(work: Workload, mygrad: Any) -> Step:
    """A loss of mygrad.nnet; gradients are forgotten when a tensor is used anew, so there is no zero_grad."""
    layers, x, target = problem(work)
    parameters = [tuple(map(mygrad.tensor, layer)) for layer in layers]
    speeds = [[np.zeros(p.shape, p.dtype) for p in layer] for layer in layers]
    activation = {"relu": mygrad.nnet.activations.relu, "tanh": mygrad.tanh}[work.activation]
    cross_entropy = mygrad.nnet.losses.softmax_crossentropy

    def step() -> Any:
        y = x
        for w, b in parameters[:-1]:
            y = activation(y @ w + b)
        w, b = parameters[-1]
        y = y @ w + b
        loss = ((y - target) ** 2).sum() if work.loss == "squares" else cross_entropy(y, target)
        loss.backward()
        for layer, speed in zip(parameters, speeds, strict=True):
            for p, v in zip(layer, speed, strict=True):
                gradient = p.grad
                if work.momentum:
                    v *= work.momentum
                    v += gradient
                    gradient = v
                p.data -= LR * gradient
        return loss

    return step


def formula(work: Workload, mygrad: Any) -> Step:
    """Operations on one tensor."""
    x = mygrad.tensor(problem(work)[1])

    def step() -> Any:
        y = mygrad.nnet.activations.relu(mygrad.tanh(x) * x + mygrad.exp(x)).mean()
        y.backward()
        return y, x.grad

    return step
