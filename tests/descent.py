"""A small problem for optimizers to descend, in tensorgrad and in PyTorch."""

import numpy as np

import tensorgrad as tg

STEPS = 50


def parameter(*values):
    return tg.tensor(list(values), dtype=tg.float64, requires_grad=True)


def start(dtype="float64"):
    rng = np.random.default_rng(7)
    return tuple(rng.normal(size=shape).astype(dtype) for shape in ((10, 3), (3, 2), 2))


def descend(optimizer, x, w, b, steps):
    """Take steps, one on each of five batches and over again.

    The gradient neither vanishes nor grows nor settles, whether the loss is climbed or descended: where it does, some
    optimizers make much of its last digit, which is not the same in two libraries.
    """
    for step in range(steps):
        batch = x[step % 5 :: 5]
        optimizer.zero_grad()
        error = batch @ w + batch[:, :2] * b - batch[:, 1:] ** 2
        (error**2 + 1).sqrt().sum().backward()
        optimizer.step()


def both(torch, x, w, b):
    """The input and the two parameters as Tensors, in either library."""
    own = tg.from_numpy(x), *(tg.tensor(a, requires_grad=True) for a in (w, b))
    return own, (torch.from_numpy(x), *(torch.tensor(a, requires_grad=True) for a in (w, b)))


def same(own, theirs, tolerance=1e-12):
    """Tensors in either library that differ by no more than the tolerance, relative to their largest number."""
    for a, b in zip(own, theirs, strict=True):
        x, y = a.detach().numpy(), b.detach().numpy()
        assert (x.dtype, x.shape) == (y.dtype, y.shape)
        np.testing.assert_allclose(x, y, rtol=0, atol=tolerance * max(np.abs(y).max(), 1e-300))


def two_groups(library, kind="SGD", **more):
    """An optimizer with two groups."""
    groups = [{"params": [library.zeros(1)], **more}, {"params": [library.zeros(2)], "lr": 0.02, **more}]
    return getattr(library.optim, kind)(groups, lr=0.1, **({"momentum": 0.8} if kind == "SGD" else {}))
