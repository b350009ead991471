"""Results and gradients at the edges against PyTorch: inputs nan, ±inf, ±0, ±1, the smallest and the largest number,
and gradients of the result that are 0, inf and nan.  What differs has a row in tests/differences.py."""

import itertools
from dataclasses import dataclass

import numpy as np
import pytest
from against_torch import torch
from differences import AT_EDGES
from names import words

import tensorgrad as tg

NAN, INF = np.nan, np.inf
LARGEST, SMALLEST = float(np.finfo("f").max), float(np.finfo("f").smallest_subnormal)
POINTS = [NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0, 0.5, SMALLEST, LARGEST, -LARGEST]
GRADIENTS = [1.0, 0.0, INF, NAN]


@dataclass(frozen=True)
class Edge:
    """Which inputs the function has, and the gradient that comes to its result."""

    x: tuple[float, ...]
    g: float


def method(name, *args, **options):
    return lambda t, *xs: getattr(t, name)(*xs, *args, **options)


def functional(name, *args, **options):
    return lambda t, *xs: getattr(t.nn.functional, name)(*xs, *args, **options)


def constant(t, x, *values):
    return t.tensor(values).to(x.dtype)


OF_ONE = {
    **{
        name: method(name)
        for name in words("""
            abs asin acos atan asinh acosh atanh ceil cos cosh erf exp exp2 expm1 floor frac log log1p log2 log10
            neg reciprocal relu round rsqrt sigmoid sign sin sinh sqrt square tan tanh trunc nan_to_num""")
    },
    **{name: functional(name) for name in words("gelu silu elu leaky_relu softplus logsigmoid hardtanh relu6")},
    "gelu_tanh": functional("gelu", approximate="tanh"),
    **{f"**{p}": lambda t, x, p=p: x**p for p in (0, 1, 2, 3, 0.5, -1, -0.5, 1.5)},
    **{f"{b}**": lambda t, x, b=b: b**x for b in (0.0, 1.0, 2.0, -1.0, INF)},
    **{f"*{k}": lambda t, x, k=k: x * k for k in (0.0, 2.0, INF)},
    **{f"/{k}": lambda t, x, k=k: x / k for k in (0.0, 2.0, INF)},
    **{f"{k}/": lambda t, x, k=k: k / x for k in (0.0, 2.0, INF)},
    "clamp": method("clamp", -1, 1),
    "clamp_from_0": method("clamp", min=0),
    "clamp_to_1": method("clamp", max=1),
    "var_of_one": lambda t, x: x[None].var(),
    "std_of_one": lambda t, x: x[None].std(),
}
OF_TWO = {
    **{name: method(name) for name in words("add sub mul div pow maximum minimum atan2 logaddexp remainder fmod")},
    "lerp": method("lerp", 0.25),
    "clamp_from": lambda t, x, y: x.clamp(min=y),
    "clamp_to": lambda t, x, y: x.clamp(max=y),
    **{
        name: functional(name, reduction="none")
        for name in words("mse_loss l1_loss smooth_l1_loss huber_loss binary_cross_entropy_with_logits kl_div")
    },
}
OF_THREE = {  # of a vector of three numbers
    **{name: method(name, 0) for name in words("sum mean prod amax amin logsumexp softmax log_softmax cumsum cumprod")},
    **{name: lambda t, x, name=name: getattr(t, name)(x, 0)[0] for name in words("max min median sort")},
    **{f"{name}_of_all": method(name) for name in words("prod max min median")},
    **{f"norm_{p}": lambda t, x, p=p: t.linalg.vector_norm(x, p, 0) for p in (1, 2, INF, -INF)},
    **{f"var_{c}": method("var", 0, correction=c) for c in (0, 1, 3, 5)},
    **{f"std_{c}": method("std", 0, correction=c) for c in (0, 1, 3, 5)},
    "aminmax": lambda t, x: x.aminmax().max,
    "cross_entropy": lambda t, x: t.nn.functional.cross_entropy(x, t.tensor(1)),
    "smoothed_cross_entropy": lambda t, x: t.nn.functional.cross_entropy(x, t.tensor(1), label_smoothing=0.1),
    "cross_entropy_of_shares": lambda t, x: t.nn.functional.cross_entropy(x, constant(t, x, 0.25, 0.5, 0.25)),
    "multi_margin_loss": lambda t, x: t.nn.functional.multi_margin_loss(x, t.tensor(1)),
    "cosine_similarity": lambda t, x: t.nn.functional.cosine_similarity(x, constant(t, x, 1.0, 2.0, 3.0), 0),
    "layer_norm": lambda t, x: t.nn.functional.layer_norm(x, (3,)),
    "rms_norm": lambda t, x: t.nn.functional.rms_norm(x, (3,)),
}


def outcome(t, call, inputs, g):
    """The result, and the gradients of the inputs, as numbers."""
    leaves = [t.tensor(x, requires_grad=True) for x in inputs]
    y = call(t, *leaves)
    if y.requires_grad:
        y.backward(t.tensor(np.full(tuple(y.shape), g, inputs[0].dtype)))
    return [y.detach().numpy(), *(leaf.grad.numpy() for leaf in leaves if leaf.grad is not None)]


def compared(name, call, cases):
    """What differs in these cases and has no row, in words."""
    rows = [row for row in AT_EDGES if name in row.names.split()]
    needed, wrong = set(), []
    for x, inputs, g in cases:
        with np.errstate(all="ignore"):
            own, theirs = outcome(tg, call, inputs, g), outcome(torch, call, inputs, g)
        for place, (a, b) in enumerate(zip(own, theirs, strict=True)):
            if not np.allclose(a, b, 2e-5, 1e-6 if len(x) == 3 else 1e-30, equal_nan=True):
                found = f"{f'gradient {place - 1}' if place else 'result'}: {a.tolist()} against {b.tolist()}"
                reasons = [row for row in rows if row.covers(Edge(x, g), found)]
                needed.update(reasons)
                if not reasons:
                    wrong.append(f"x {x}, g {g}: {found}")
    return wrong, set(rows) - needed


def numbers(count):
    """Not in one vector: PyTorch's kernels do not take the same way for the last few of a vector."""
    for x, g in itertools.product(itertools.product(POINTS, repeat=count), GRADIENTS):
        yield x, [np.asarray(value, np.float32) for value in x], g


def vectors():
    for x in itertools.combinations_with_replacement([NAN, INF, -INF, 0.0, 1.0, 2.0], 3):
        for g in GRADIENTS:
            yield x, [np.array(x, np.float32)], g


CALLS = {
    **{name: (call, lambda: numbers(1)) for name, call in OF_ONE.items()},
    **{name: (call, lambda: numbers(2)) for name, call in OF_TWO.items()},
    **{name: (call, vectors) for name, call in OF_THREE.items()},
}


@pytest.mark.filterwarnings("ignore:var.*degrees of freedom", "ignore:std.*degrees of freedom")
@pytest.mark.parametrize("name", CALLS)
def test_edges(name):
    call, cases = CALLS[name]
    wrong, unneeded = compared(name, call, cases())
    assert not wrong, f"{len(wrong)} differ:\n" + "\n".join(wrong[:10])
    assert not unneeded, "these are no differences any more: take them out"


@pytest.mark.parametrize("name", ["elu", "leaky_relu"])
@pytest.mark.parametrize("size", [1, 3, 100])
def test_negative_zero_stays(name, size):
    """So it does in relu, on the processors that give back the second of two equals."""
    y = getattr(tg.nn.functional, name)(tg.full((size,), -0.0))
    assert np.signbit(y.numpy()).all()
