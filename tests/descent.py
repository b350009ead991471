"""A small problem for optimizers to descend, in tensorgrad and in PyTorch."""

import numpy as np

import tensorgrad as tg

STEPS = 50


def parameter(*values):
    return tg.tensor(list(values), dtype=tg.float64, requires_grad=True)


def start():
    rng = np.random.default_rng(7)
    return rng.normal(size=(6, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)


def descend(optimizer, x, w, b, steps):
    """Take steps on a loss whose gradient stays bounded, so that climbing it stays finite too."""
    for _ in range(steps):
        optimizer.zero_grad()
        (x @ w + b).tanh().sum().backward()
        optimizer.step()


def both(torch, x, w, b):
    """The input and the two parameters as Tensors, in either library."""
    own = tg.from_numpy(x), *(tg.tensor(a, requires_grad=True) for a in (w, b))
    return own, (torch.from_numpy(x), *(torch.tensor(a, requires_grad=True) for a in (w, b)))


def same(own, theirs):
    for a, b in zip(own, theirs, strict=True):
        np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=0, atol=1e-12)
