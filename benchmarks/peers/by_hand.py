"""NumPy by hand, in plain expressions: what one writes who knows the derivatives.  In float64 it is the reference."""

from __future__ import annotations

from typing import Any

from ..workloads import LR, Workload, problem
from . import Step


def network(work: Workload, np: Any, dtype: str = "") -> Step:
    """Forward, the chain rule backward layer by layer, and the update."""
    layers, x, target = problem(work, dtype)
    speeds = [[np.zeros(p.shape, p.dtype) for p in layer] for layer in layers]  # no memory until written to
    rows = np.arange(work.batch)
    tanh = work.activation == "tanh"

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


def formula(work: Workload, np: Any, dtype: str = "") -> Step:
    """y = relu(tanh(x) x + exp(x)),   dy/dx = (1 - tanh(x)²) x + tanh(x) + exp(x) where y > 0."""
    x = problem(work, dtype)[1]

    def step() -> Any:
        t, e = np.tanh(x), np.exp(x)
        y = np.maximum(t * x + e, 0)
        return y.mean(), ((1 - t * t) * x + t + e) * (y > 0) / x.size

    return step
