"""Elementwise operations against PyTorch: dtypes, operators, composites, comparisons, and what is refused."""

import itertools
import operator
from typing import Any

import numpy as np
import pytest
from against_torch import compare_written_once, of, same, torch

import tensorgrad as tg
from tensorgrad.ops import activation

DTYPES = ["bool", "uint8", "int32", "int64", "float32", "float64"]
NAN, INF = float("nan"), float("inf")

# Dtypes

ONE_INPUT = [
    "reciprocal", "square", "sqrt", "rsqrt", "sign", "floor", "ceil", "round", "trunc", "fix", "frac", "positive",
    "neg", "negative", "exp", "exp2", "expm1", "log", "log1p", "log2", "log10", "erf", "sin", "cos", "tan", "asin",
    "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "arcsin", "arccos", "arctan", "arcsinh",
    "arccosh", "arctanh", "isnan", "isinf", "isfinite", "logical_not", "sigmoid",
]  # fmt: skip
ACTIVATIONS = ["gelu", "silu", "elu", "leaky_relu", "softplus", "logsigmoid", "hardtanh"]
FUNCTIONS = [
    "add", "mul", "subtract", "multiply", "div", "divide", "true_divide", "floor_divide", "remainder", "fmod",
    "pow", "atan2", "arctan2", "logaddexp", "logical_and", "logical_or", "logical_xor",
]  # fmt: skip
TWO_INPUTS = {
    **{name: lambda t, a, b, name=name: getattr(t, name)(a, b) for name in FUNCTIONS},
    "//": lambda t, a, b: a // b,
    "%": lambda t, a, b: a % b,
    "trunc": lambda t, a, b: t.div(a, b, rounding_mode="trunc"),
    "floor": lambda t, a, b: t.divide(a, b, rounding_mode="floor"),
}


def outcome(function: Any, library: Any, *inputs: Any) -> Any:
    try:
        return function(library, *(of(library, x, grad=False) for x in inputs))
    except (TypeError, RuntimeError) as error:
        return error


def agree(function: Any, *inputs: Any, about: Any) -> None:
    """The same result, or a refusal in both."""
    ours, theirs = outcome(function, tg, *inputs), outcome(function, torch, *inputs)
    if isinstance(theirs, Exception):
        assert isinstance(ours, RuntimeError), f"{about}: {ours!r} against {theirs!r}"
    else:
        assert not isinstance(ours, Exception), f"{about}: {ours!r} against {theirs!r}"
        same(ours, theirs, about)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ONE_INPUT)
def test_dtype_of_one_input(name, dtype):
    for x in (np.array([1, 0, 1]), np.array(1), np.zeros((0, 2)), np.array([[0, 1, 1], [1, 0, 0]]).T):
        with np.errstate(all="ignore"):
            agree(lambda t, x: getattr(t, name)(x), x.astype(dtype), about=f"{name} of {dtype}{x.shape}")
            agree(lambda t, x: getattr(x, name)(), x.astype(dtype), about=f"method {name} of {dtype}{x.shape}")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_dtype_of_activation(name, dtype):
    def call(t: Any, x: Any) -> Any:
        return getattr(activation if t is tg else torch.nn.functional, name)(x)

    for x in (np.array([1, 0, 7]), np.array(1), np.zeros((0, 2))):
        agree(call, x.astype(dtype), about=f"{name} of {dtype}{x.shape}")


@pytest.mark.parametrize("name", TWO_INPUTS)
def test_dtypes_of_two_inputs(name):
    values = [np.array([1, 3, 2]), np.array(2)]
    for a, b, s, t in itertools.product(values, values, DTYPES, DTYPES):
        if name == "subtract" and "bool" in (s, t):
            continue  # PyTorch has no differences of bools
        agree(TWO_INPUTS[name], a.astype(s), b.astype(t), about=f"{s}{a.shape} {name} {t}{b.shape}")


@pytest.mark.parametrize("name", ["//", "%", "trunc", "floor", "floor_divide", "remainder", "fmod"])
def test_dtype_with_a_number(name):
    for x, dtype, number in itertools.product([np.array([1, 3, 2]), np.array(2)], DTYPES, [2, -2, 2.5, True]):
        if dtype != "uint8" or number != -2:  # PyTorch divides by 254 there, or by -2, by the shape
            agree(TWO_INPUTS[name], x.astype(dtype), number, about=f"{dtype}{x.shape} {name} {number}")
        if name in ("//", "%"):
            agree(TWO_INPUTS[name], number, x.astype(dtype), about=f"{number} {name} {dtype}{x.shape}")


def test_float16():
    x = np.array([-2.0, -0.5, 0.0, 0.75, 3.0], np.float16)
    for name in ("erf", "expm1", "sin", "tanh", "floor", "sign", "square", "isfinite"):
        same(getattr(tg.tensor(x), name)(), getattr(torch.tensor(x), name)(), name)
    for name in ("gelu", "silu", "softplus"):
        y, z = getattr(activation, name)(tg.tensor(x)), getattr(torch.nn.functional, name)(torch.tensor(x))
        assert y.dtype == tg.float16
        np.testing.assert_allclose(y.numpy(), z.numpy(), 2e-3, 1e-3)


# Operators and composites

A, B = np.array([[7.5, -7.5, 3.0]]), np.array([[2.0], [-2.0]])
WHOLE = np.array([7, -7, 6, 0])
COMPOSITES = {
    "square": lambda t, a, b: t.square(a),
    "positive": lambda t, a, b: +a,
    "aliases": lambda t, a, b: t.multiply(a, b) + t.subtract(a, b, alpha=2) + t.negative(a) + t.absolute(b),
    "division": lambda t, a, b: t.true_divide(a, b) + a.divide(b) + t.div(a, 2.0, rounding_mode=None),
    "div down": lambda t, a, b: a.div(b, rounding_mode="floor"),
    "div towards 0": lambda t, a, b: a.div(b, rounding_mode="trunc"),
    "remainder": lambda t, a, b: a.remainder(b) + t.remainder(a, 2.5),
    "addcmul": lambda t, a, b: t.addcmul(a, b, a * b, value=0.5) + a.addcmul(b, b),
    "addcdiv": lambda t, a, b: t.addcdiv(a, a * b, b, value=0.5) + a.addcdiv(b, b),
    "clip": lambda t, a, b: t.clip(a, -5, 5) + a.clip(max=3.0),
    "lerp": lambda t, a, b: t.lerp(a, b, 0.3) + a.lerp(b, b / 4),
    "arctan2": lambda t, a, b: t.arctan2(a, b) + a.arctan2(b),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", COMPOSITES)
def test_composite(name, dtype):
    compare_written_once(COMPOSITES[name], A.astype(dtype), B.astype(dtype), about=name)


@pytest.mark.parametrize("dtype", ["int64", "int32", "int8"])
@pytest.mark.parametrize("divisor", [3, -3, 2, 7])
def test_division_of_integers(dtype, divisor):
    x = WHOLE.astype(dtype)
    for name in ("//", "%", "trunc", "fmod"):
        agree(TWO_INPUTS[name], x, divisor, about=name)
        agree(TWO_INPUTS[name], x, np.full(4, divisor, dtype), about=name)
    big = tg.tensor([2**62 + 1])
    assert big.div(3, rounding_mode="trunc").tolist() == [(2**62 + 1) // 3]  # exact, where floats are not
    assert (big // divisor).tolist() == [(2**62 + 1) // divisor]


def test_python_sign():
    for a, b in itertools.product((7, -7), (3, -3)):
        assert (tg.tensor(a) % b).item() == a % b == (a % tg.tensor(b)).item()
        assert (tg.tensor(a) // b).item() == a // b == (a // tg.tensor(b)).item()
        assert (tg.tensor(float(a)) % b).item() == float(a) % b


def test_numpy_functions_are_recorded():
    x = tg.tensor([0.5, 0.25], requires_grad=True)
    for function in (np.arcsin, np.arctan, np.expm1, np.log1p, np.log2, np.reciprocal, np.sinh, np.square):
        y = function(x)
        np.testing.assert_array_equal(y.detach().numpy(), function(x.detach().numpy()))
        assert y.requires_grad
    assert (np.array([7, 8]) // tg.tensor([2, 3])).tolist() == [3, 2]
    assert (np.array([7, 8]) % tg.tensor([2, 3])).tolist() == [1, 2]
    assert np.isnan(tg.tensor([1.0, NAN])).tolist() == [False, True]


# Comparisons

PAIRS = [
    ([1.0, 2.0, 100.0], [1.0, 2.00001, 100.0009]), ([NAN, INF, -INF, INF], [NAN, INF, INF, 1.0]),
    ([1.0], [[1.0], [2.0]]), ([], []), (1.0, 1.0), ([1, 2], [1, 3]), ([True, False], [True, True]),
    ([1e300, -1e300], [-1e300, -1e300]),
]  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS)
def test_isclose_allclose_equal(pair):
    def dtype(t: Any) -> Any:
        return t.float64 if np.asarray(pair[0]).dtype.kind == "f" else None

    for options in (
        {},
        {"equal_nan": True},
        {"rtol": 0, "atol": 1.0},
        {"rtol": 1e-3, "atol": 0},
        {"rtol": 0, "atol": 0},
    ):
        ours, theirs = ([t.tensor(x, dtype=dtype(t)) for x in pair] for t in (tg, torch))
        same(tg.isclose(*ours, **options), torch.isclose(*theirs, **options), options)
        assert tg.allclose(*ours, **options) is torch.allclose(*theirs, **options)
        assert ours[0].allclose(ours[1], **options) is theirs[0].allclose(theirs[1], **options)
    assert tg.equal(*ours) is torch.equal(*theirs)
    assert ours[0].equal(ours[0]) is theirs[0].equal(theirs[0])


def test_equal_of_other_dtypes_and_shapes():
    for a, b in itertools.product(([1, 2], [1.0, 2.0], [[1, 2]], [1.0, NAN], 1, [True]), repeat=2):
        assert tg.tensor(a).equal(tg.tensor(b)) is torch.tensor(a).equal(torch.tensor(b)), (a, b)


def test_isclose_of_uint8_does_not_wrap():
    x, y = tg.tensor([5], dtype=tg.uint8), tg.tensor([6], dtype=tg.uint8)
    assert x.isclose(y, atol=1).tolist() == [True]
    assert x.isclose(y).tolist() == [False]


def test_where_of_a_condition_alone():
    for condition in ([[1, 0], [2, 3]], [True, False], [0.0, NAN], True, False, [[], []]):
        ours, theirs = tg.where(tg.tensor(condition)), torch.where(torch.tensor(condition))
        assert type(ours) is type(theirs) is tuple
        for x, y in zip(ours, theirs, strict=True):
            same(x, y)


# Refusals


REFUSED = [
    (
        lambda t: t.tensor([1, 0]) // t.tensor([1, 0]),
        "floor_divide: ZeroDivisionError, an integer cannot be divided by",
    ),
    (
        lambda t: t.tensor([1]) % 0,
        "remainder: ZeroDivisionError, an integer cannot be divided by 0; make one of the two",
    ),
    (lambda t: 1 % t.tensor([0], dtype=t.uint8), "remainder: ZeroDivisionError"),
    (lambda t: t.fmod(t.tensor([1]), 0), "fmod: ZeroDivisionError"),
    (lambda t: t.div(t.tensor([1]), 0, rounding_mode="trunc"), "div: ZeroDivisionError"),
    (
        lambda t: t.div(t.ones(1), 2, rounding_mode="up"),
        "div expected rounding_mode to be one of None, 'trunc', or 'floor'",
    ),
    (lambda t: t.tensor([True]) // True, "floor_divide: not defined for bool; make numbers of the mask with .int()"),
    (lambda t: +t.tensor([True]), "positive: not defined for bool; make numbers of the mask"),
    (
        lambda t: t.floor(t.tensor([True])),
        "floor: not defined for bool; make numbers of the mask with .int() or .float()",
    ),
    (
        lambda t: t.frac(t.tensor([1])),
        "frac: the input must be floating-point, but it is int64; convert it with .float()",
    ),
    (
        lambda t: t.round(t.tensor([15]), decimals=-1),
        "round: decimals=-1 needs floating-point, but got int64; use .float()",
    ),
    (
        lambda t: t.logaddexp(t.tensor([1]), t.tensor([1])),
        "logaddexp: the input must be floating-point, but it is int64",
    ),
    (
        lambda t: t.addcdiv(*[t.tensor([1])] * 3),
        "addcdiv: a quotient of integers needs a kind of division, but got int64",
    ),
    (
        lambda t: t.isclose(t.ones(1), t.ones(1).double()),
        "isclose: needs one dtype, but got float32 and float64; convert",
    ),
    (
        lambda t: t.isclose(t.ones(1), t.ones(1), rtol=-1),
        "isclose: rtol must be greater than or equal to zero, but got -1",
    ),
    (
        lambda t: t.allclose(t.ones(1), t.ones(1), atol=-1),
        "isclose: atol must be greater than or equal to zero, but got -1",
    ),
    (lambda t: t.allclose(t.ones(2), t.ones(3)), "isclose: shapes (2,) and (3,) do not fit together"),
    (lambda t: t.logical_and(t.ones(2), t.ones(3)), "logical_and: shapes (2,) and (3,) do not fit together"),
    (lambda t: t.fmod(t.ones(2), t.ones(3)), "fmod: shapes (2,) and (3,) do not fit together"),
    (lambda t: t.isclose(t.ones(1), 1.0), "isclose: argument 2 must be a Tensor, but it is a float"),
    (lambda t: t.equal(t.ones(1), [1.0]), "equal: argument 2 must be a Tensor, but it is a list"),
    (lambda t: t.logical_or(t.ones(1), 1), "logical_or: argument 2 must be a Tensor, but it is a int"),
    (
        lambda t: t.where(t.tensor([True]), t.ones(1)),
        "where: takes a condition alone, or with both input and other; give",
    ),
    (lambda t: t.ones(1) // "a", "unsupported operand type(s) for //"),
]


@pytest.mark.parametrize(("call", "text"), REFUSED, ids=[text[:30] for _, text in REFUSED])
def test_refused(call, text):
    with pytest.raises((RuntimeError, TypeError)) as ours:
        call(tg)
    with pytest.raises((RuntimeError, TypeError)) as theirs:
        call(torch)
    assert text in str(ours.value)
    assert isinstance(theirs.value, TypeError) == isinstance(ours.value, TypeError)


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda F, x: F.gelu(x, approximate="erf"), RuntimeError, "gelu: approximate must be 'none' or 'tanh', but"),
        (lambda F, x: F.hardtanh(x, 2, 1), ValueError, "hardtanh: min_val cannot be greater than max_val, but got 2"),
        (lambda F, x: F.silu(x.long()), RuntimeError, "silu: the input must be floating-point, but it is int64; conv"),
        (lambda F, x: F.hardtanh(x.bool()), RuntimeError, "hardtanh: not defined for bool; make numbers of the mask"),
    ],
)  # fmt: skip
def test_refused_by_an_activation(call, kind, text):
    with pytest.raises(kind) as caught:
        call(activation, tg.ones(2))
    assert text in str(caught.value)
    with pytest.raises(kind):
        call(torch.nn.functional, torch.ones(2))


def test_hardtanh_of_unsigned_integers():
    x = tg.tensor([0, 9], dtype=tg.uint8)
    assert activation.hardtanh(x, 0, 6).tolist() == [0, 6]
    with pytest.raises(RuntimeError, match=r"hardtanh: uint8 has no negative numbers, and min_val is -1\.0; give a"):
        activation.hardtanh(x)


def test_differences_on_purpose():
    x = tg.tensor([7.0, -7.0], requires_grad=True)
    (x // 2).sum().backward()  # PyTorch: derivative for aten::floor_divide is not implemented
    assert x.grad.tolist() == [0, 0]
    mixed = tg.tensor([1.0]).lerp(tg.tensor([2.0], dtype=tg.float64), 0.5)  # PyTorch asks for one dtype
    assert mixed.dtype == tg.float64
    with pytest.raises(TypeError, match="trunc_divide: argument 1 must be a Tensor, but it is a int"):
        tg.div(7, tg.tensor([2]), rounding_mode="trunc")  # PyTorch takes a number first
    assert operator.floordiv(tg.zeros(0).long(), 0).shape == (0,)  # nothing is divided, as in PyTorch
