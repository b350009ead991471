"""How accurate the elementwise operations are near their hard points, and that no finite number makes them warn."""

import math
from decimal import Decimal, getcontext
from typing import Any

import numpy as np
import pytest

import tensorgrad as tg
from tensorgrad.ops import activation
from tensorgrad.ops.error_function import normal_share

DTYPES = [np.float32, np.float64]


def units_off(y: Any, exact: Any) -> float:
    """The largest error, in units in the last place of the exact result (given as float64) in y's dtype."""
    y = np.asarray(y)
    rounded = np.asarray(exact).astype(y.dtype)
    with np.errstate(invalid="ignore"):
        errors = np.abs(y.astype(float) - exact) / np.spacing(np.abs(rounded)).astype(float)
    errors[np.isinf(rounded)] = np.where(y == rounded, 0, np.inf)[np.isinf(rounded)]
    return float(errors.max())


def around(*points: float) -> list[float]:
    """Numbers on both sides of each point, from near to far."""
    steps = 10.0 ** np.arange(-18, 1.1)
    return [point + sign * step for point in points for sign in (1, -1) for step in steps.tolist()]


def logaddexp(a: float, b: float) -> float:
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -30 else math.exp(x) / (1 + math.exp(x))


def softplus(x: float) -> float:
    return logaddexp(x, 0.0)


# name: (the operation, the same in Python, where it is hard, units in the last place that it may be off)
HARD: dict[str, tuple[Any, Any, list[float], float]] = {
    "expm1": (tg.expm1, math.expm1, around(0, 1, -30), 2),
    "log1p": (tg.log1p, math.log1p, [*(x for x in around(0) if x > -1), -0.99, 1e30], 2),
    "log2": (tg.log2, math.log2, [x for x in around(1, 8) if x > 0], 2),
    "log10": (tg.log10, math.log10, [x for x in around(1, 1000) if x > 0], 2),
    "sigmoid": (tg.sigmoid, sigmoid, [*around(0, 20), 80.0, -80.0, 100.0], 3),
    "softplus": (lambda x: activation.softplus(x, threshold=1e9), softplus, [*around(0, 20), -80.0, 100.0], 3),
    "logsigmoid": (activation.logsigmoid, lambda x: -softplus(-x), [*around(0, 20), 80.0, -100.0], 3),
    "silu": (activation.silu, lambda x: x * sigmoid(x), [*around(0, 20), -80.0, 100.0], 4),
    "elu": (activation.elu, lambda x: x if x > 0 else math.expm1(x), around(0, -30), 2),
    "gelu": (
        activation.gelu,
        lambda x: x * math.erfc(-x * math.sqrt(0.5)) / 2,
        [*(x for x in around(0, 3) if x > -5), -2.5, -3.7],
        10,
    ),
    "erf": (tg.erf, math.erf, around(0, 1, -1, 3), 3),
    "sinh": (tg.sinh, math.sinh, around(0), 3),
    "tanh": (tg.tanh, math.tanh, around(0, 9), 3),
    "asinh": (tg.asinh, math.asinh, [*around(0), 1e30, -1e30], 3),
    "acosh": (tg.acosh, math.acosh, [x for x in around(1) if x >= 1], 3),
    "atanh": (tg.atanh, math.atanh, [*(x for x in around(0) if abs(x) < 1), 0.999, -0.999], 3),
    "sin": (tg.sin, math.sin, [*around(0, math.pi), 1e5], 3),
    "cos": (tg.cos, math.cos, [*around(0, math.pi / 2), 1e5], 3),
    "tan": (tg.tan, math.tan, around(0, 1.5), 4),
    "atan": (tg.atan, math.atan, [*around(0), 1e30], 3),
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", HARD)
def test_a_few_units_in_the_last_place(name, dtype):
    operation, in_python, points, allowed = HARD[name]
    x = np.array(points, dtype)
    exact = np.array([in_python(point) for point in x.tolist()])
    assert units_off(operation(tg.tensor(x)).numpy(), exact) <= allowed


@pytest.mark.parametrize("dtype", DTYPES)
def test_logaddexp_of_equal_and_distant_arguments(dtype):
    pairs = [(a, a + d) for a in (0.0, 1.0, -1.0, 700.0, -700.0, 1e4, -1e4) for d in (0.0, 1e-3, -0.5, 3.0, 40.0, -1e4)]
    a, b = np.array(pairs, dtype).T
    exact = np.array([logaddexp(*pair) for pair in zip(a.tolist(), b.tolist(), strict=True)])
    y = tg.logaddexp(tg.tensor(a), tg.tensor(b)).numpy()
    np.testing.assert_allclose(y, exact, 4 * np.finfo(dtype).eps, 2 * np.finfo(dtype).eps)
    inf = math.inf
    for first, second, expected in ((inf, inf, inf), (-inf, -inf, -inf), (inf, -inf, inf), (-inf, 2.0, 2.0)):
        assert tg.logaddexp(tg.tensor([first]), tg.tensor([second])).tolist() == [expected]


@pytest.mark.parametrize("x", [-100.0, -700.0, 30.0, 36.0, 100.0])
def test_sigmoid_far_out_against_decimals(x):
    getcontext().prec = 60
    exact = 1 / (1 + Decimal(-x).exp())
    y = tg.tensor(x, dtype=tg.float64).sigmoid().item()
    assert abs(Decimal(y) / exact - 1) < Decimal("4e-16")


# The error function, at many points


@pytest.mark.parametrize(("dtype", "allowed"), [(np.float32, 3), (np.float64, 3)])
def test_erf_at_a_hundred_thousand_points(dtype, allowed):
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.uniform(-6.5, 6.5, 60_000), rng.normal(size=30_000), 10 ** rng.uniform(-30, 1, 10_000)])
    x = x.astype(dtype)
    y = tg.erf(tg.tensor(x)).numpy()
    assert y.dtype == dtype
    assert units_off(y, np.array([math.erf(point) for point in x.tolist()])) <= allowed
    assert np.abs(y).max() == 1
    np.testing.assert_array_equal(tg.erf(tg.tensor(-x)).numpy(), -y)


def test_erf_at_its_ends():
    y = tg.erf(tg.tensor([math.inf, -math.inf, math.nan, 0.0, -0.0, 1e38])).tolist()
    assert y[:2] == [1, -1]
    assert math.isnan(y[2])
    assert [math.copysign(1, zero) for zero in y[3:5]] == [1, -1]
    assert y[5] == 1


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_tail_of_the_normal_distribution_keeps_its_digits(dtype):
    """Where PyTorch's 1 + erf has none left."""
    x = np.linspace(-12 if dtype is np.float32 else -37, 8, 1000).astype(dtype)
    exact = np.array([math.erfc(-point * math.sqrt(0.5)) / 2 for point in x.tolist()])
    np.testing.assert_allclose(normal_share(x), exact, 300 * np.finfo(dtype).eps)


# No warnings: pytest makes errors of them

ONE_INPUT = [
    "sign", "reciprocal", "rsqrt", "floor", "ceil", "round", "trunc", "frac", "exp2", "expm1", "log1p",
    "log2", "log10", "erf", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh",
    "atanh", "sigmoid", "relu",
]  # fmt: skip
ACTIVATIONS = ["gelu", "silu", "elu", "leaky_relu", "softplus", "logsigmoid", "hardtanh"]
SAFE = {
    **{name: getattr(tg, name) for name in ONE_INPUT},
    **{name: getattr(activation, name) for name in ACTIVATIONS},
    "gelu by tanh": lambda x: activation.gelu(x, approximate="tanh"),
    "sharp softplus": lambda x: activation.softplus(x, beta=5.0, threshold=1.0),
    "round to decimals": lambda x: x.round(decimals=3),
}
SAFE_PAIRS = {
    "logaddexp": tg.logaddexp,
    "atan2": tg.atan2,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "fmod": tg.fmod,
    "towards 0": lambda a, b: tg.div(a, b, rounding_mode="trunc"),
}


def finite(dtype: Any) -> Any:
    info = np.finfo(dtype)
    sizes = [
        0.0,
        info.smallest_subnormal,
        info.tiny,
        1e-20,
        1e-5,
        0.5,
        1.0,
        2.0,
        20.5,
        90.0,
        120.0,
        750.0,
        1e19,
        info.max,
    ]
    return np.array([sign * size for size in sizes for sign in (1, -1)], dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", SAFE)
def test_no_finite_number_warns(name, dtype):
    for g in (1.0, 0.0, -2.0):
        x = tg.tensor(finite(dtype), requires_grad=True)
        y = SAFE[name](x)
        if g or name not in ("expm1", "exp2"):  # 0 times inf
            y.backward(np.full(y.shape, g))
    number = tg.tensor(dtype(0.5), requires_grad=True)
    SAFE[name](number * 1).backward()
    assert number.grad.shape == ()
    bounded = {"sigmoid", "relu", "erf", "tanh", "sign", *ACTIVATIONS, "gelu by tanh", "sharp softplus"}
    if name in bounded:
        assert np.isfinite(y.detach().numpy()).all()
        assert np.isfinite(x.grad.numpy()).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", SAFE_PAIRS)
def test_no_finite_pair_warns(name, dtype):
    a, b = (tg.tensor(x, requires_grad=True) for x in np.meshgrid(finite(dtype), finite(dtype)))
    y = SAFE_PAIRS[name](a, b)
    y.backward(np.ones(y.shape))
    if name in ("logaddexp", "atan2"):
        assert np.isfinite(y.detach().numpy()).all()
    if name == "logaddexp":
        np.testing.assert_allclose((a.grad + b.grad).numpy(), 1, 1e-6)
