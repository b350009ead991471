"""NumPy by hand, tuned: what a library on NumPy could reach if it were no library.

Every array is allocated once and written into again (``out`` by position costs less than by name).  All parameters
lie in one flat array, their gradients in another, so an update is two calls.  Constants are 0-d arrays, which ufuncs
take faster than Python's numbers, and the gradient of a bias is a product with ones, which is faster than a sum.
"""

from __future__ import annotations

from typing import Any

from ..workloads import LR, Layers, Workload, problem
from . import Step

BLOCK = 16384  # numbers at a time in the formula: they stay in the cache


def flat(np: Any, layers: Layers) -> tuple[Any, Layers]:
    """One array that holds all of these, and the layers as views of it."""
    whole = np.concatenate([p.ravel() for layer in layers for p in layer])
    parts = iter(np.split(whole, np.cumsum([p.size for layer in layers for p in layer])))
    return whole, [(next(parts).reshape(w.shape), next(parts)) for w, b in layers]


def network(work: Workload, np: Any) -> Step:
    """The plain step, with everything that can be made beforehand made beforehand."""
    layers, x, target = problem(work)
    parameters, layers = flat(np, layers)
    gradients, shares = flat(np, layers)
    speeds = np.zeros(parameters.shape, parameters.dtype)
    number = parameters.dtype.type
    lr, momentum, zero, one, two, batch = map(np.array, map(number, (LR, work.momentum, 0, 1, 2, work.batch)))
    ones, rows = np.ones(work.batch, number), np.arange(work.batch)
    outputs = [np.empty((work.batch, b.size), number) for _, b in layers]
    inputs = [x, *outputs[:-1]]
    backs = [np.empty_like(y) for y in inputs]  # gradients of the inputs, once something is computed from them
    scratch = [np.empty_like(y) for y in inputs]
    masks = [np.empty(y.shape, bool) for y in inputs]
    g, row = np.empty_like(outputs[-1]), np.empty((work.batch, 1), number)
    forward = list(zip(inputs, layers, outputs, strict=True))
    weights = [(w.T, dw, db) for (w, _), (dw, db) in zip(layers, shares, strict=True)]
    backward = list(zip(inputs, weights, backs, scratch, masks, strict=True))[::-1]
    tanh, last = work.activation == "tanh", outputs[-1]

    def step() -> Any:
        for y, (w, b), out in forward:
            y.dot(w, out)
            np.add(out, b, out)
            if out is last:
                break
            if tanh:
                np.tanh(out, out)
            else:
                np.maximum(out, zero, out)
        if work.loss == "squares":
            np.subtract(last, target, g)
            loss = np.vdot(g, g)
            np.multiply(g, two, g)
        else:
            last.max(1, row, True)
            np.subtract(last, row, last)
            np.exp(last, g)
            g.sum(1, None, row, True)
            loss = np.log(row).mean() - last[rows, target].mean()
            np.multiply(row, batch, row)
            np.divide(g, row, g)
            g[rows, target] -= one / batch
        share = g
        for y, (wt, dw, db), back, t, positive in backward:
            y.T.dot(share, dw)
            ones.dot(share, db)
            if y is x:
                break
            share = share.dot(wt, back)
            if tanh:
                np.multiply(y, y, t)
                np.subtract(one, t, t)
                np.multiply(share, t, share)
            else:
                np.greater(y, zero, positive)
                np.multiply(share, positive, share)
        change = gradients
        if work.momentum:
            np.multiply(speeds, momentum, speeds)
            np.add(speeds, gradients, speeds)
            change = speeds
        np.multiply(change, lr, gradients)  # they have been used
        np.subtract(parameters, gradients, parameters)
        return loss

    return step


def formula(work: Workload, np: Any) -> Step:
    """Block by block, in buffers."""
    x = problem(work)[1]
    gradient = np.empty_like(x)
    size = min(BLOCK, x.size)
    blocks = list(zip(x.reshape(-1, size), gradient.reshape(-1, size), strict=True))
    t, e, y = (np.empty(size, x.dtype) for _ in range(3))
    positive = np.empty(size, bool)
    zero, one, share = map(np.array, map(x.dtype.type, (0, 1, 1 / x.size)))

    def step() -> Any:
        total = 0.0
        for part, g in blocks:
            np.tanh(part, t)
            np.exp(part, e)
            np.multiply(t, part, y)
            np.add(y, e, y)
            np.maximum(y, zero, y)
            total += y.sum()
            np.greater(y, zero, positive)
            np.multiply(t, t, g)
            np.subtract(one, g, g)
            np.multiply(g, part, g)
            np.add(g, t, g)
            np.add(g, e, g)
            np.multiply(g, share, g)
            np.multiply(g, positive, g)
        return total / x.size, gradient

    return step
