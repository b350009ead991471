"""No finite number makes NumPy warn, forward or backward, where a form is said to be safe; the numbers are PyTorch's.

pytest makes errors of warnings.
"""

import itertools
import threading

import numpy as np
import pytest
from against_torch import FLOATS, TOLERANCE, torch

import tensorgrad as tg
from tensorgrad.ops.elementwise import quietly


def like(t, x, values):
    """A Tensor of x's dtype, of as many rows of these values."""
    return t.tensor(np.tile(values, (len(x), 1)).astype(x.detach().numpy().dtype))


def classes(t, x):
    return t.tensor(np.arange(len(x)) % 3)


def cross_entropy(shares=False, **options):
    def call(t, x):
        weight = {"weight": like(t, x[:1], [0.5, 2.0, 0.0])[0]} if "weight" in options else {}
        target = like(t, x, [0.2, 0.3, 0.5]) if shares else classes(t, x)
        return t.nn.functional.cross_entropy(x, target, **{**options, **weight})

    return call


def binary(**options):
    def call(t, x):
        more = {name: like(t, x[:1], values)[0] for name, values in options.items() if name != "reduction"}
        target = like(t, x, [0.0, 1.0, 0.3])
        reduction = options.get("reduction", "none")
        return t.nn.functional.binary_cross_entropy_with_logits(x, target, reduction=reduction, **more)

    return call


def vector_norm(p):
    return lambda t, x: t.linalg.vector_norm(x, p, 1)


# name: a function of (library, rows of three numbers)
SAFE = {
    "expm1": lambda t, x: t.expm1(x),
    "log1p": lambda t, x: t.log1p(x),
    "logaddexp": lambda t, x: t.logaddexp(x[:, 0], x[:, 1]),
    "logsumexp": lambda t, x: t.logsumexp(x, 1),
    "logsumexp of all": lambda t, x: t.logsumexp(x, (0, 1)),
    "sigmoid": lambda t, x: t.sigmoid(x),
    "logsigmoid": lambda t, x: t.nn.functional.logsigmoid(x),
    "softplus": lambda t, x: t.nn.functional.softplus(x),
    "softmax": lambda t, x: t.softmax(x, 1),
    "log_softmax": lambda t, x: t.log_softmax(x, 1),
    "log_softmax of columns": lambda t, x: t.log_softmax(x, 0),
    **{
        f"{name}, {reduction}": loss(reduction=reduction, **options)
        for reduction in ("none", "mean", "sum")
        for name, loss, options in [
            ("cross entropy", cross_entropy, {}),
            ("cross entropy, weighted", cross_entropy, {"weight": True}),
            ("cross entropy, smoothed", cross_entropy, {"label_smoothing": 0.1}),
            ("cross entropy of shares", cross_entropy, {"shares": True}),
            ("binary cross entropy", binary, {}),
            ("binary cross entropy, weighted", binary, {"pos_weight": [0.5, 2.0, 3.0], "weight": [3.0, 0.5, 0.0]}),
        ]
    },
    "var": lambda t, x: x.var(1),
    "var of all": lambda t, x: x.var(),
    "std": lambda t, x: x.std(1),
    "std of all": lambda t, x: x.std(),
    "norm": lambda t, x: x.norm(),
    **{f"norm {p}": vector_norm(p) for p in (2, 1, 3, 1.5, 0.5, -1, -2, np.inf, -np.inf)},
}


def rows(dtype):
    """Every pair of extremes, and a third number."""
    largest, tiny = (float(getattr(np.finfo(dtype), name)) for name in ("max", "tiny"))
    sizes = [0.0, tiny, 1e-30, 1.0, 1e30, largest / 2 * 1.01, largest]
    signed = [sign * size for size in sizes for sign in (1, -1)]
    pairs = itertools.combinations_with_replacement(signed, 2)
    return np.array([[*pair, third] for pair in pairs for third in (0.5, -largest)], dtype)


def outcome(t, call, x):
    """The result and the gradient."""
    leaf = t.tensor(x, requires_grad=True)
    y = call(t, leaf)
    y.backward(t.tensor(np.ones(tuple(y.shape), x.dtype)))
    return y.detach().numpy(), leaf.grad.numpy()


@np.errstate(all="ignore")
def beyond_torch(name, x, theirs):
    """The rows for which PyTorch's own result is lost on its way: it squares, and adds before it divides."""
    if not name.startswith(("norm", "std", "var")):
        return np.zeros(len(x), bool)
    return ~np.isfinite(theirs) | ~np.isfinite((x * x).sum(1)) | ~np.isfinite(x.sum(1))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", SAFE)
def test_no_finite_number_warns(name, dtype):
    x = rows(dtype)
    y, _ = outcome(tg, SAFE[name], x)
    for given in [x] if y.size >= len(x) else x[:, None]:  # row by row, where all rows make one number
        ours, theirs = (outcome(t, SAFE[name], given) for t in (tg, torch))
        lost = beyond_torch(name, given, theirs[0])
        for a, b in zip(ours, theirs, strict=True):
            a, b = a.reshape(len(given), -1), b.reshape(len(given), -1)
            near = np.isclose(a, b, TOLERANCE[dtype] * 10, np.finfo(dtype).eps * 2, equal_nan=True) | ~np.isfinite(b)
            assert np.all(near.all(1) | lost)


def test_quietly_does_not_silence_the_rest():
    """Nor is it in the way of another thread, or of itself."""
    zero = np.zeros(1)

    def both():
        return quietly(lambda: quietly(np.log, zero) + np.log(zero))

    results = []
    threads = [threading.Thread(target=lambda: results.append(both()[0])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [-np.inf] * 8
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        np.log(zero)
